"""Soft evidence multiplies likelihoods in: against enumeration, as a value, and in every question that takes it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import models
from models.conflict import smallest_conflict
from models.errors import EvidenceError, ZeroMassError
from models.exact import decode, draw, entropy, infer, infer_steps, joint, max_marginals, probability, sample
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.plan import plan_for
from models.soft_evidence import (
    SoftEvidence,
    check_soft_evidence,
    likelihood_words,
    switches_of,
    with_soft_evidence,
    with_switches,
)
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import evidence_for, soft_for, ugms, ugms_with_evidence


@st.composite
def observed(draw, **options):
    """Draw a model, evidence, and soft evidence that may be on clamped variables too."""
    ugm, evidence = draw(ugms_with_evidence(**options))
    return ugm, evidence, draw(soft_for(ugm))


def multiplied(ugm, soft):
    """Multiply likelihoods in by hand, for the oracle."""
    with np.errstate(divide="ignore"):
        return UGM(ugm.variables, [*ugm.factors, *(Factor(name, np.log(values)) for name, values in soft.items())])


@given(observed(max_joint=400))
def test_inference_agrees_with_enumeration(case):
    ugm, evidence, soft = case
    answer = enumerate_ugm(multiplied(ugm, soft), dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            infer(ugm, evidence, soft=soft)
        return
    inference = drain(infer_steps(ugm, evidence, soft=soft))
    assert inference.log_z == pytest.approx(answer.log_z, rel=1e-12, abs=1e-11)
    for name, expected in zip(ugm.names, answer.marginals, strict=True):
        assert np.allclose(inference.marginals[name], expected, rtol=0, atol=1e-11)
    assert tuple(inference.pairwise) == ugm.edges
    later = infer(ugm, evidence, soft=SoftEvidence(soft))
    for a, b in ugm.edges:
        expected = answer.pairs[ugm.index(a), ugm.index(b)]
        assert np.allclose(inference.pairwise[a, b], expected, rtol=0, atol=1e-11)
        assert np.allclose(later.pairwise[a, b], expected, rtol=0, atol=1e-11)
    assert later.soft == SoftEvidence(soft)


@given(observed(max_joint=400), st.data())
def test_other_questions_agree_with_enumeration(case, data):
    ugm, evidence, soft = case
    query = data.draw(evidence_for(ugm))
    names = data.draw(st.lists(st.sampled_from(ugm.names), unique=True, max_size=3)) if ugm.variables else []
    answer = enumerate_ugm(multiplied(ugm, soft), dict(evidence))
    if not answer.scores:
        for ask in (decode, entropy, max_marginals):
            with pytest.raises(ZeroMassError):
                ask(ugm, evidence, soft=soft)
        with pytest.raises(ZeroMassError):
            probability(ugm, query, evidence, soft=soft)
        with pytest.raises(ZeroMassError):
            joint(ugm, names, evidence, soft=soft)
        with pytest.raises(ZeroMassError):
            draw(ugm, 3, evidence, soft=soft)
        return
    p = {states: math.exp(score - answer.log_z) for states, score in answer.scores.items()}
    agreeing = [q for states, q in p.items() if all(states[ugm.index(name)] == s for name, s in query.items())]
    assert probability(ugm, query, evidence, soft=soft) == pytest.approx(math.fsum(agreeing), rel=1e-10, abs=1e-13)
    table = np.zeros([ugm.variable(name).n_states for name in names])
    for states, q in p.items():
        table[tuple(states[ugm.index(name)] for name in names)] += q
    assert np.allclose(joint(ugm, names, evidence, soft=soft), table, rtol=0, atol=1e-11)
    found = decode(ugm, evidence, soft=soft)
    assert found.log_score == pytest.approx(answer.best_score, rel=1e-12, abs=1e-11)
    assert answer.scores[tuple(found.assignment.values())] == pytest.approx(answer.best_score, rel=1e-12, abs=1e-11)
    drawn = draw(ugm, 5, evidence, seed=1, soft=soft)
    assert all(p[tuple(row)] > 0 for row in drawn.tolist())
    assert np.array_equal(drawn, sample(ugm, 5, evidence, seed=1, soft=soft))


@given(observed(max_joint=200))
def test_the_probability_of_the_evidence_takes_likelihoods_as_given(case):
    ugm, evidence, soft = case
    before = enumerate_ugm(ugm)
    after = enumerate_ugm(multiplied(ugm, soft), dict(evidence))
    assume(after.scores)
    found = infer(ugm, evidence, soft=soft).log_p_evidence
    assert found == pytest.approx(after.log_z - before.log_z, rel=1e-12, abs=1e-10)


def test_it_is_a_likelihood_and_not_a_target():
    # A test that is right nine times in ten, on a condition that one in a hundred has: Bayes' rule by hand.
    ugm = UGM([Variable("ill", ("no", "yes"))], [Factor.from_table("ill", [0.99, 0.01])])
    inference = infer(ugm, soft={"ill": [0.1, 0.9]})
    assert inference.marginals["ill"][1] == pytest.approx(0.009 / 0.108)
    assert inference.log_p_evidence == pytest.approx(math.log(0.108))
    doubled = infer(ugm, soft={"ill": [0.2, 1.8]})
    assert doubled.marginals["ill"].tolist() == pytest.approx(inference.marginals["ill"].tolist())
    assert doubled.log_p_evidence == pytest.approx(math.log(0.216))
    again = infer(ugm, soft=SoftEvidence().weigh("ill", [0.1, 0.9]).weigh("ill", [0.1, 0.9]))
    assert again.marginals["ill"][1] == pytest.approx(0.0081 / (0.0081 + 0.0099))


def test_a_clamped_variable_may_be_softly_observed_too():
    ugm = chain(3, 2)
    plain = infer(ugm, {"x2": 1})
    both = infer(ugm, {"x2": 1}, soft={"x2": [0.5, 0.25]})
    assert both.log_z == pytest.approx(plain.log_z + math.log(0.25), rel=1e-14)
    assert all(np.allclose(both.marginals[name], plain.marginals[name], atol=1e-15) for name in ugm.names)


@given(ugms(max_joint=200), st.data())
def test_not_this_state_is_the_same_as_conditioning_on_the_others(ugm, data):
    assume(any(n > 1 for n in ugm.n_states))
    name = data.draw(st.sampled_from([v.name for v in ugm.variables if v.n_states > 1]))
    n = ugm.variable(name).n_states
    gone = data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n - 1, unique=True))
    kept = [s for s in range(n) if s not in gone]
    soft = SoftEvidence().exclude(name, *gone)
    answer = enumerate_ugm(ugm)
    total = sum(answer.marginals[ugm.index(name)][kept]) if answer.marginals else 0.0
    if total == 0.0:
        with pytest.raises(ZeroMassError):
            infer(ugm, soft=soft)
        return
    inference = infer(ugm, soft=soft)
    assert inference.log_p_evidence == pytest.approx(math.log(total), rel=1e-10, abs=1e-11)
    assert (inference.marginals[name][gone] == 0.0).all()


def test_chains_take_soft_evidence():
    ugm, soft = ising_grid(3, 2), {"x1": [0.9, 0.1], "x4": [0.0, 1.0]}
    marginals = infer(ugm, {"x6": 0}, soft=soft).marginals
    n = 20_000
    for method in ("gibbs", "metropolis"):
        drawn = sample(ugm, n, {"x6": 0}, method=method, seed=3, soft=soft)
        assert (drawn[:, 3] == 1).all()
        assert (drawn[:, 5] == 0).all()
        for i, name in enumerate(ugm.names):
            # Ten standard errors of independent draws: successive draws are correlated, but not so much.
            assert abs(drawn[:, i].mean() - marginals[name][1]) < 10 * 0.5 / math.sqrt(n)


def test_other_numbers_on_the_same_variables_use_the_same_plan():
    ugm = complete(4, 3)
    plans = [plan_for(with_soft_evidence(ugm, soft), {"x1": 0}) for soft in ({"x2": [1, 2, 3]}, {"x2": [0, 0, 1]})]
    assert plans[0] is plans[1]
    assert with_soft_evidence(ugm, None) is ugm
    assert with_soft_evidence(ugm, SoftEvidence()) is ugm


# --- the value ---------------------------------------------------------------------------------------------------


def test_the_value():
    given_values = np.array([0.5, 0.25])
    soft = SoftEvidence({"a": given_values, "b": [0, 1, 2]})
    given_values[0] = 7.0
    assert soft["a"].tolist() == [0.5, 0.25]
    assert not soft["a"].flags.writeable
    assert list(soft) == ["a", "b"]
    assert len(soft) == 2
    same = SoftEvidence({"b": [-0.0, 1, 2], "a": [0.5, 0.25]})
    assert soft == same
    assert hash(soft) == hash(same)
    assert soft != soft.release("a")
    assert soft != {"a": [0.5, 0.25]}
    assert SoftEvidence(soft) == soft
    assert repr(soft.release("b")) == "SoftEvidence({'a': [0.5, 0.25]})"
    assert soft.release("a", "b", "c") == SoftEvidence()
    assert soft.weigh("a", [2, 4])["a"].tolist() == [1.0, 1.0]
    assert soft.exclude("b", 2)["b"].tolist() == [0.0, 1.0, 0.0]
    assert soft.exclude("b") is soft
    assert models.SoftEvidence is SoftEvidence


def test_what_is_excluded_holds_whatever_the_number_of_states():
    soft = SoftEvidence().exclude("a", 1)
    assert soft["a"].tolist() == [1.0, 0.0]
    assert soft.exclude("a", 3)["a"].tolist() == [1.0, 0.0, 1.0, 0.0]
    assert soft.exclude("a", 0)["a"].tolist() == [0.0, 0.0]
    assert SoftEvidence(soft.exclude("a", 0)) == soft.exclude("a", 0)
    weighed = soft.weigh("a", [3, 3, 4])
    assert weighed["a"].tolist() == [3.0, 0.0, 4.0]
    assert SoftEvidence({"a": [3, 3, 4]}).exclude("a", 1) == weighed
    assert soft != SoftEvidence({"a": [1.0, 0.0]})
    ugm = UGM([Variable.of_size("a", 3)])
    assert check_soft_evidence(ugm, soft)["a"].tolist() == [1.0, 0.0, 1.0]
    assert infer(ugm, soft=soft).marginals["a"].tolist() == pytest.approx([0.5, 0.0, 0.5])
    complete_soft = SoftEvidence({"a": [1, 2, 3]})
    assert check_soft_evidence(ugm, complete_soft) is complete_soft


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: SoftEvidence({"a": [0.0, 0.0]}), "zero in every state"),
        (lambda: SoftEvidence({"a": [1.0, -1.0]}), "is -1 in state 1"),
        (lambda: SoftEvidence({"a": [math.nan, 1.0]}), "is nan in state 0"),
        (lambda: SoftEvidence({"a": [math.inf, 1.0]}), "is inf in state 0"),
        (lambda: SoftEvidence({"a": []}), "not a list of numbers"),
        (lambda: SoftEvidence({"a": 1.0}), "not a list of numbers"),
        (lambda: SoftEvidence({"a": "often"}), "not a list of numbers"),
        (lambda: SoftEvidence({"a": [[1.0], [2.0]]}), "not a list of numbers"),
        (lambda: SoftEvidence({"a": [1, 1]}).weigh("a", [1, 1, 1]), "cannot be multiplied in"),
        (lambda: SoftEvidence().exclude("a", 4).weigh("a", [1, 1, 1]), "cannot be multiplied in"),
        (lambda: SoftEvidence({"a": [1, 0]}).weigh("a", [0, 1]), "zero in every state"),
        (lambda: SoftEvidence({"a": [1e-200, 1]}).weigh("a", [1e-200, 1]), "beyond the range"),
        (lambda: SoftEvidence({"a": [1e200, 1]}).weigh("a", [1e200, 1]), "beyond the range"),
        (lambda: SoftEvidence({"a": [1, 1]}).exclude("a", 2), "state 2 cannot be excluded"),
        (lambda: SoftEvidence({"a": [1, 0]}).exclude("a", 0), "zero in every state"),
        (lambda: SoftEvidence().exclude("a", -1), "cannot exclude -1"),
        (lambda: SoftEvidence().exclude("a", 0.5), "cannot exclude 0.5"),
        (lambda: check_soft_evidence(chain(2, 2), {"q": [1, 1]}), "names q, which is not"),
        (lambda: check_soft_evidence(chain(2, 2), {"x1": [1, 1, 1]}), "has 2 states, 0 to 1; its soft evidence"),
        (lambda: check_soft_evidence(chain(2, 2), SoftEvidence().exclude("x1", 2)), "its soft evidence speaks of 3"),
        (lambda: check_soft_evidence(chain(2, 2), SoftEvidence().exclude("x1", 0, 1)), "Every state of x1 is excluded"),
        (lambda: infer(chain(2, 2), soft={"x1": [1]}), "Give one number for each state"),
    ],
)
def test_what_no_likelihood_can_be(make, text):
    with pytest.raises(EvidenceError, match=text):
        make()


# --- who is at fault ---------------------------------------------------------------------------------------------

EQUAL = np.where(np.eye(3, dtype=bool), 0.0, -np.inf)


def equal_chain(n):
    names = [f"v{k}" for k in range(n)]
    return UGM([Variable.of_size(v, 3) for v in names], [Factor(pair, EQUAL) for pair in itertools.pairwise(names)])


@pytest.mark.parametrize(
    "ask",
    [
        infer,
        decode,
        max_marginals,
        entropy,
        lambda ugm, evidence, soft: draw(ugm, 1, evidence, soft=soft),
        lambda ugm, evidence, soft: sample(ugm, 1, evidence, method="gibbs", soft=soft),
        lambda ugm, evidence, soft: joint(ugm, ["v0"], evidence, soft=soft),
        lambda ugm, evidence, soft: probability(ugm, {"v0": 0}, evidence, soft=soft),
    ],
)
def test_an_impossible_combination_names_who_conflicts(ask):
    ugm = equal_chain(6)
    soft = {"v0": [1.0, 2.0, 0.5], "v5": [0.3, 0.0, 0.7], "v3": [0.0, 1.0, 1.0]}
    with pytest.raises(ZeroMassError) as caught:
        ask(ugm, {"v1": 1}, soft=soft)
    assert (
        str(caught.value) == "v1 = 1 and the soft evidence on v5 (not 1) cannot happen together. Release one of them."
    )
    assert caught.value.conflict == ("v1", "v5")


def test_conflicts_of_soft_evidence_alone():
    ugm = equal_chain(4)
    with pytest.raises(ZeroMassError) as caught:
        infer(ugm, soft=SoftEvidence().exclude("v0", 0).exclude("v2", 1).exclude("v3", 2))
    assert str(caught.value) == "v0 not 0, v2 not 1 and v3 not 2 cannot happen together. Release one of them."
    assert caught.value.conflict == ("v0", "v2", "v3")
    with pytest.raises(ZeroMassError, match="v1 = 2 and v1 not 2 cannot happen together") as caught:
        infer(ugm, {"v1": 2}, soft=SoftEvidence().exclude("v1", 2))
    assert caught.value.conflict == ("v1",)
    single = UGM([Variable.of_size("a", 2)], [Factor("a", [0.0, -np.inf])])
    with pytest.raises(ZeroMassError, match=r"^a not 0 cannot happen") as caught:
        infer(single, soft={"a": [0, 1]})
    assert caught.value.conflict == ("a",)
    nothing = UGM([Variable.of_size("a", 2)], [Factor("a", [-np.inf, -np.inf])])
    with pytest.raises(ZeroMassError, match="whatever is clamped") as caught:
        infer(nothing, soft={"a": [0, 1]})
    assert caught.value.conflict == ()


@pytest.mark.parametrize(
    ("likelihood", "words"),
    [
        ([0, 1, 1], "v not a"),
        ([0, 0.5, 0], "v not a or c"),
        ([0.2, 0, 0.3], "the soft evidence on v (not b)"),
        ([0.2, 1, 0.3], "the soft evidence on v"),
    ],
)
def test_the_words_for_what_is_softly_known(likelihood, words):
    assert likelihood_words(Variable("v", ("a", "b", "c")), likelihood) == words


def test_the_words_for_many_states():
    many = Variable.of_size("v", 200)
    assert likelihood_words(many, [0.0] * 198 + [1, 1]) == "v only 198 or 199"
    assert likelihood_words(many, [0.0] * 100 + [1] * 100) == "v not any of 100 states"


def test_tiny_likelihoods_are_not_called_exclusions():
    ugm = UGM([Variable.of_size("a", 3)], [Factor("a", [0.0, -np.inf, -np.inf])])
    with pytest.raises(ZeroMassError) as caught:
        infer(ugm, soft={"a": [0.0, 1e300, 1e-300]})
    assert str(caught.value).startswith("The soft evidence on a (not 0) cannot happen")


def test_the_same_model_and_soft_evidence_are_multiplied_once():
    ugm = equal_chain(3)
    soft = SoftEvidence({"v0": [1.0, 0.5, 0.2]})
    weighed = with_soft_evidence(ugm, soft)
    assert with_soft_evidence(ugm, soft) is weighed
    assert with_soft_evidence(ugm, SoftEvidence(soft)) is not weighed
    changing = {"v0": [1.0, 1.0, 0.0]}
    first = with_soft_evidence(ugm, changing)
    changing["v0"] = [0.0, 1.0, 1.0]
    assert np.isneginf(with_soft_evidence(ugm, changing).factors[-1].log_table[0])
    assert np.isneginf(first.factors[-1].log_table[2])


@given(observed(max_joint=200, max_variables=4))
def test_what_is_named_cannot_happen_and_nothing_smaller_can_be_named(case):
    ugm, evidence, soft = case
    weighed = with_soft_evidence(ugm, soft)
    conflict = smallest_conflict(weighed, evidence)
    switches = switches_of(weighed)
    sources = [*evidence, *switches]

    def impossible(kept):
        left = {name: soft[name] for name in soft if name not in switches.values()}
        left |= {switches[name]: soft[switches[name]] for name in kept if name in switches}
        clamps = {name: state for name, state in evidence.items() if name in kept}
        return not enumerate_ugm(multiplied(ugm, left), clamps).scores

    if not impossible(sources):
        assert conflict is None
        return
    assert impossible(conflict)
    smaller = itertools.combinations(sources, len(conflict) - 1) if conflict else ()
    assert not any(impossible(kept) for kept in smaller)


def test_names_of_soft_observations_are_no_variables():
    odd = "the soft evidence on a"
    ugm = UGM([Variable.of_size("a", 2), Variable.of_size(odd, 2)])
    weighed = with_soft_evidence(ugm, {"a": [1, 0]})
    assert switches_of(weighed) == {odd + "'": "a"}
    model, clamps = with_switches(weighed, models.Evidence({odd: 1}))
    assert model.names == ("a", odd, odd + "'")
    assert dict(clamps) == {odd: 1, odd + "'": 1}
    assert with_switches(ugm, clamps) == (ugm, clamps)
