"""Laws that exact inference must keep, against enumeration and against itself.

log Z, marginals and pairwise marginals are those of the definition; the order of elimination, of variables and of
factors does not matter; conditioning and inferring commute; probabilities obey the chain rule.
"""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calibration import Calibration
from models.conditioning import condition
from models.costs import bytes_words, entries_words, forecast_of
from models.errors import Cancelled, CancelToken, CliqueError, EvidenceError, ModelError, TooLargeError, ZeroMassError
from models.exact import DEFAULT_MAX_BYTES, forecast, infer, infer_steps, joint, probability
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.plan import forget_plans, plan_for
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import evidence_for, ugms, ugms_with_evidence

MANY = settings(max_examples=300)


def agree(ugm, evidence, answer):
    """Compare inference with the oracle's answer."""
    if answer.marginals is None:
        with pytest.raises(ZeroMassError, match=r"potential zero|cannot happen together"):
            infer(ugm, evidence)
        return
    inference = drain(infer_steps(ugm, evidence))
    assert inference.log_z == pytest.approx(answer.log_z, rel=1e-13, abs=1e-11)
    assert inference.bounds == (inference.log_z, inference.log_z)
    assert inference.method == "exact"
    assert tuple(inference.marginals) == ugm.names
    for name, expected in zip(ugm.names, answer.marginals, strict=True):
        found = inference.marginals[name]
        assert np.allclose(found, expected, rtol=0, atol=1e-11)
        assert found.sum() == pytest.approx(1.0, abs=1e-14)
        assert not found.flags.writeable
    assert tuple(inference.pairwise) == ugm.edges
    for a, b in ugm.edges:
        expected = answer.pairs[ugm.index(a), ugm.index(b)]
        assert np.allclose(inference.pairwise[a, b], expected, rtol=0, atol=1e-11)
        assert np.array_equal(inference.pairwise[b, a], inference.pairwise[a, b].T)


@MANY
@given(ugms_with_evidence(max_variables=7))
def test_small_models_agree_with_enumeration(case):
    ugm, evidence = case
    agree(ugm, evidence, enumerate_ugm(ugm, dict(evidence)))


@MANY
@given(ugms_with_evidence(wide=True))
def test_tables_of_any_range_agree_with_enumeration(case):
    ugm, evidence = case
    agree(ugm, evidence, enumerate_ugm(ugm, dict(evidence)))


@given(ugms_with_evidence(max_joint=200))
def test_pairs_computed_later_are_the_same(case):
    ugm, evidence = case
    try:
        later = infer(ugm, evidence)
    except ZeroMassError:
        return
    now = drain(infer_steps(ugm, evidence))
    assert list(later.pairwise) == list(now.pairwise)
    assert all(np.allclose(later.pairwise[pair], now.pairwise[pair], atol=1e-13) for pair in now.pairwise)


@given(ugms(), st.data())
def test_the_order_of_elimination_does_not_matter(ugm, data):
    conditioned = condition(ugm)
    order = data.draw(st.permutations(range(sum(v.n_states > 1 for v in ugm.variables))))
    wanted = enumerate_ugm(ugm)
    forget_plans()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.junction_tree.choose_order", lambda *_: np.array(order, dtype=np.int64))
        patch.setattr("models.junction_tree.WORTH_A_SEARCH", 0.0)
        agree(ugm, {}, wanted)
        assert plan_for(ugm, {}).tree.order.tolist() == list(order)
    forget_plans()
    assert conditioned.ugm.variables == ugm.variables


@given(ugms(max_joint=300), st.data())
def test_relabelling_permutes_the_answers(ugm, data):
    names = {name: f"new{k}" for k, name in enumerate(data.draw(st.permutations(ugm.names)))}
    turns = {v.name: data.draw(st.permutations(range(v.n_states))) for v in ugm.variables}
    variables = [Variable(names[v.name], [v.labels[s] for s in turns[v.name]]) for v in ugm.variables]
    factors = []
    for factor in ugm.factors:
        table = factor.log_table
        for axis, name in enumerate(factor.scope):
            table = np.take(table, turns[name], axis=axis)
        factors.append(Factor([names[name] for name in factor.scope], table))
    other = UGM(data.draw(st.permutations(variables)), data.draw(st.permutations(factors)))
    try:
        first = infer(ugm)
    except ZeroMassError:
        with pytest.raises(ZeroMassError):
            infer(other)
        return
    second = infer(other)
    assert second.log_z == pytest.approx(first.log_z, rel=1e-13, abs=1e-12)
    for name in ugm.names:
        assert np.allclose(second.marginals[names[name]], first.marginals[name][list(turns[name])], atol=1e-12)


@given(ugms_with_evidence())
def test_condition_then_infer_is_infer_then_condition(case):
    ugm, evidence = case
    conditioned = condition(ugm, evidence)
    try:
        direct = infer(ugm, evidence)
    except ZeroMassError:
        if conditioned.log_constant > -math.inf:
            with pytest.raises(ZeroMassError):
                infer(conditioned.ugm)
        return
    left = infer(conditioned.ugm)
    assert left.log_z + conditioned.log_constant == pytest.approx(direct.log_z, rel=1e-13, abs=1e-12)
    for name in conditioned.ugm.names:
        assert np.allclose(left.marginals[name], direct.marginals[name], atol=1e-12)
    for name, state in evidence.items():
        assert direct.marginals[name].tolist() == [float(s == state) for s in range(ugm.variable(name).n_states)]


@given(ugms_with_evidence(max_joint=300), st.data())
def test_probabilities_of_events(case, data):
    ugm, evidence = case
    query = data.draw(evidence_for(ugm))
    whole = enumerate_ugm(ugm, dict(evidence))
    if whole.marginals is None:
        with pytest.raises(ZeroMassError):
            probability(ugm, query, evidence)
        return
    if any(evidence.get(name, state) != state for name, state in query.items()):
        assert probability(ugm, query, evidence) == 0.0
        return
    both = enumerate_ugm(ugm, {**evidence, **query})
    expected = math.exp(both.log_z - whole.log_z) if both.scores else 0.0
    found = probability(ugm, query, evidence)
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-14)
    assert 0.0 <= found <= 1.0
    inference = infer(ugm, evidence)
    if enumerate_ugm(ugm).marginals is not None:
        expected = whole.log_z - enumerate_ugm(ugm).log_z
        assert inference.log_p_evidence == pytest.approx(expected, rel=1e-12, abs=1e-11)


@given(ugms_with_evidence(max_joint=300), st.data())
def test_joint_distributions(case, data):
    ugm, evidence = case
    names = data.draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.variables else []
    answer = enumerate_ugm(ugm, dict(evidence))
    if answer.marginals is None:
        with pytest.raises(ZeroMassError):
            joint(ugm, names, evidence)
        return
    expected = np.zeros([ugm.variable(name).n_states for name in names])
    for states, score in answer.scores.items():
        expected[tuple(states[ugm.index(name)] for name in names)] += math.exp(score - answer.log_z)
    found = joint(ugm, names, evidence)
    assert found.shape == expected.shape
    assert np.allclose(found, expected, atol=1e-12)


def test_joint_refuses_what_it_cannot_do():
    ugm = chain(3, 2)
    with pytest.raises(ModelError, match="each variable once"):
        joint(ugm, ["x1", "x1"])
    with pytest.raises(ModelError, match="no variable called q"):
        joint(ugm, ["q"])
    many = UGM([Variable.of_size(f"x{i}", 2) for i in range(70)])
    with pytest.raises(TooLargeError, match="Ask for fewer"):
        joint(many, many.names)
    assert np.array_equal(joint(ugm, "x1"), infer(ugm).marginals["x1"])


def test_the_empty_model_and_constants():
    empty = infer(UGM([]))
    assert empty.log_z == 0.0
    assert dict(empty.marginals) == {}
    assert infer(UGM([], [Factor((), 2.5), Factor((), -0.5)])).log_z == 2.0
    single = infer(UGM([Variable.of_size("a", 1)], [Factor("a", [3.0])]))
    assert single.log_z == 3.0
    assert single.marginals["a"].tolist() == [1.0]
    with pytest.raises(ZeroMassError):
        infer(UGM([], [Factor((), -math.inf)]))


def test_all_variables_clamped():
    ugm = chain(4, 3)
    states = {name: k % 3 for k, name in enumerate(ugm.names)}
    inference = infer(ugm, states)
    assert inference.log_z == pytest.approx(ugm.log_score(states), rel=1e-14)
    assert inference.log_p_evidence == pytest.approx(ugm.log_score(states) - infer(ugm).log_z, abs=1e-12)
    assert inference.pairwise["x1", "x2"][states["x1"], states["x2"]] == 1.0
    assert infer(ugm).log_p_evidence == 0.0


def test_new_numbers_and_other_clamped_states_use_the_same_plan():
    ugm = ising_grid(4, 4)
    plan = plan_for(ugm, {"x1": 0})
    assert plan_for(ugm, {"x1": 1}) is plan
    changed = ugm.with_factor_at(0, Factor(ugm.factors[0].scope, ugm.factors[0].log_table + 1.0))
    assert plan_for(changed, {"x1": 1}) is plan
    assert plan_for(ugm, {"x2": 1}) is not plan
    assert plan_for(ugm.with_variable(Variable.of_size("new", 2)), {"x1": 1}) is not plan


def forward(ugm, card):
    """Return log Z of a chain whose factors are given in any order, by the forward recursion in logs."""
    tables = {factor.scope: factor.log_table for factor in ugm.factors}
    alpha = np.zeros(card)
    total = 0.0
    for i, name in enumerate(ugm.names):
        if i:
            before = (ugm.names[i - 1], name)
            alpha = np.logaddexp.reduce(alpha[:, None] + tables[before], axis=0)
        alpha = alpha + tables.get((name,), np.zeros(card))
        total += alpha.max()
        alpha = alpha - alpha.max()
    return total + float(np.log(np.exp(alpha).sum()))


@pytest.mark.parametrize(("n", "card", "spread"), [(1000, 10, 1.0), (1000, 10, 40.0), (300, 2, 600.0)])
def test_long_chains(n, card, spread):
    rng = np.random.default_rng(3)
    names = [f"x{i + 1}" for i in range(n)]
    factors = [Factor((name,), rng.normal(0, spread, card)) for name in names]
    factors += [Factor((a, b), rng.normal(0, spread, (card, card))) for a, b in pairwise(names)]
    ugm = UGM([Variable.of_size(name, card) for name in names], [factors[i] for i in rng.permutation(len(factors))])
    inference = infer(ugm)
    assert inference.log_z == pytest.approx(forward(ugm, card), rel=1e-12)
    assert all(abs(p.sum() - 1) < 1e-12 and (p >= 0).all() for p in inference.marginals.values())


def test_a_message_lost_to_underflow_would_turn_the_answer_round():
    # Hard equalities carry a preference of e^-40 a variable along the chain; near its end the fields turn round and
    # win. Scaled messages without logs would have lost state 1 by then, and would say state 0 for certain.
    names = [f"x{i}" for i in range(100)]
    same = np.where(np.eye(2, dtype=bool), 0.0, -math.inf)
    factors = [Factor((a, b), same) for a, b in pairwise(names)]
    factors += [Factor(name, [0.0, -40.0] if i < 45 else [-40.0, 0.0]) for i, name in enumerate(names)]
    inference = infer(UGM([Variable.of_size(name, 2) for name in names], factors))
    assert inference.log_z == pytest.approx(-45 * 40.0, abs=1e-9)
    assert inference.marginals["x0"].tolist() == pytest.approx([0.0, 1.0], abs=1e-12)
    tie = [Factor(name, [0.0, -40.0] if i < 50 else [-40.0, 0.0]) for i, name in enumerate(names)]
    even = infer(UGM([Variable.of_size(name, 2) for name in names], factors[:99] + tie))
    assert even.marginals["x99"].tolist() == pytest.approx([0.5, 0.5], abs=1e-12)
    assert even.log_z == pytest.approx(-50 * 40.0 + math.log(2.0), abs=1e-9)


def test_factors_beyond_the_range_of_doubles():
    # Potentials 1e-300 and 1e300, many of each, on a complete graph: one clique that cannot be done in potentials.
    rng = np.random.default_rng(5)
    base = complete(5, 3)
    extreme = [math.log(1e-300), math.log(1e300)]
    factors = [
        Factor(f.scope, rng.choice(extreme, f.log_table.shape) + rng.normal(size=f.log_table.shape))
        for f in base.factors
    ]
    ugm = UGM(base.variables, factors * 3)
    agree(ugm, {}, enumerate_ugm(ugm))
    agree(ugm, {"x2": 1}, enumerate_ugm(ugm, {"x2": 1}))


def test_evidence_and_methods_that_do_not_exist():
    ugm = chain(3, 2)
    with pytest.raises(EvidenceError):
        infer(ugm, {"q": 0})
    with pytest.raises(EvidenceError):
        infer(ugm, {"x1": 2})
    with pytest.raises(CliqueError, match=r'called "magic"\. Use "exact"'):
        infer(ugm, method="magic")


def dense(n):
    names = [f"x{i + 1}" for i in range(n)]
    factors = [Factor((a, b), np.zeros((2, 2))) for i, a in enumerate(names) for b in names[i + 1 :]]
    return UGM([Variable.of_size(name, 2) for name in names], factors)


def test_too_large_is_said_before_anything_is_allocated():
    ugm = dense(40)
    with pytest.raises(TooLargeError) as caught:
        infer(ugm)
    text = str(caught.value)
    assert "40 variables (x1, x2, x3, x4 and 36 more)" in text
    assert "2^40 entries, 8 TiB" in text
    assert "GiB are allowed" in text
    assert "Clamp" in text
    assert "Gibbs sampling" in text
    assert caught.value.needed > 8 * 2.0**40
    assert caught.value.allowed <= DEFAULT_MAX_BYTES
    # Clamping enough of them makes it possible.
    assert infer(ugm, {f"x{i}": 0 for i in range(1, 32)}).log_z == pytest.approx(9 * math.log(2.0))
    with pytest.raises(TooLargeError):
        infer(chain(50, 4), max_bytes=1000)


def test_forecasts():
    seen = forecast(dense(40))
    assert seen.width == 39
    assert len(seen.largest_clique) == 40
    assert seen.largest_entries == 2.0**40
    assert 2.0**40 <= seen.total_entries < 2.0**41
    plan = plan_for(chain(2, 2), {})
    huge = forecast_of(replace(plan, tree=replace(plan.tree, log2_rows=np.array([2000.0]), table_entries=1e304)), 2)
    assert all(math.isfinite(size) for size in (huge.largest_entries, huge.total_entries, huge.n_bytes, huge.seconds))
    nothing = forecast(chain(3, 2), {"x1": 0, "x2": 0, "x3": 0})
    assert (nothing.width, nothing.total_entries, nothing.largest_clique) == (-1, 0.0, ())
    assert forecast(UGM([Variable.of_size("a", 1)])).width == 0
    small = forecast(ising_grid(5, 5), {"x1": 1})
    assert "x1" not in small.largest_clique
    assert 4 <= small.width <= 6


@pytest.mark.parametrize("make", [lambda: ising_grid(12, 12), lambda: complete(4, 10), lambda: chain(100, 10)])
def test_forecasts_tell_the_memory_within_a_factor_of_two(make):
    ugm = make()
    run = Calibration(plan_for(ugm, {}), ugm, {})
    truth = run.memory.nbytes + run.logs.nbytes
    assert truth / 2 <= forecast(ugm).n_bytes <= truth * 2


def test_sizes_in_words():
    assert entries_words(3) == "8 entries"
    assert entries_words(40) == "2^40 entries"
    assert entries_words(39.86) == "about 10^12 entries"
    assert bytes_words(24) == "24 bytes"
    assert bytes_words(1536) == "1.5 KiB"
    assert bytes_words(8 * 2.0**40) == "8 TiB"
    assert bytes_words(2.0**83) == "about 10^25 bytes"
    assert bytes_words(math.inf) == "more memory than any computer has"


def test_work_is_sliced_and_can_be_cancelled():
    ugm = ising_grid(15, 15)
    cancel = CancelToken()
    steps = infer_steps(ugm, cancel=cancel)
    assert next(steps) is None
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)
