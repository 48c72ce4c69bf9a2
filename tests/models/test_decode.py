"""Decoding finds a joint state of largest potential and says whether it is alone; draws follow the distribution."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from models import decoding, drawing, kernels, listing
from models.decoding import TIE
from models.errors import Cancelled, CancelToken, CliqueError, TooLargeError, ZeroMassError
from models.exact import decode, decode_steps, draw, draw_steps, forecast, infer, sample
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.plan import forget_plans, plan_for, plan_steps
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms, ugms_with_evidence


@pytest.fixture
def no_list(monkeypatch):
    """Do not look at all joint states, however few they are."""
    monkeypatch.setattr(listing, "FEW", -1)


@settings(max_examples=300)
@given(ugms_with_evidence(max_variables=7), st.booleans())
def test_decoding_by_listing_agrees_with_enumeration(case, even):
    assert listing.best_of_few(*case, None, TIE) is not None
    check_decoding(*case, even)


@pytest.mark.usefixtures("no_list")
@settings(max_examples=300, suppress_health_check=["function_scoped_fixture"])
@given(ugms_with_evidence(max_variables=7), st.booleans())
def test_decoding_by_tables_agrees_with_enumeration(case, even):
    assert listing.best_of_few(*case, None, TIE) is None
    check_decoding(*case, even)


def check_decoding(ugm, evidence, even):
    if even:
        # Whole numbers make ties, and their sums are exact.
        ugm = UGM(ugm.variables, [Factor(f.scope, np.round(f.log_table)) for f in ugm.factors])
    answer = enumerate_ugm(ugm, dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            decode(ugm, evidence)
        return
    found = decode(ugm, evidence)
    assert list(found.assignment) == list(ugm.names)
    states = tuple(found.assignment.values())
    assert found.log_score == pytest.approx(answer.best_score, rel=1e-13, abs=1e-12)
    assert answer.scores[states] == pytest.approx(found.log_score, rel=1e-13, abs=1e-12)
    assert all(found.assignment[name] == state for name, state in evidence.items())
    assert found.exact
    # Between rounding and a difference that counts, nobody can say.
    scale = max(1.0, abs(answer.best_score))
    gaps = [(answer.best_score - score) / scale for other, score in answer.scores.items() if other != states]
    assume(not any(1e-12 < gap < 1e-8 for gap in gaps))
    assert found.ties == any(gap <= 1e-12 for gap in gaps)


@given(ugms(wide=True))
def test_decoding_tables_of_any_range(ugm):
    answer = enumerate_ugm(ugm)
    assume(answer.scores)
    assert decode(ugm).log_score == pytest.approx(answer.best_score, rel=1e-13, abs=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "FEW", -1)
        assert decode(ugm).log_score == pytest.approx(answer.best_score, rel=1e-13, abs=1e-12)


def test_where_listing_ends():
    assert listing.best_of_few(complete(11, 2), {}, None, TIE) is None  # 55 factors
    assert listing.best_of_few(chain(12, 2), {}, None, TIE) is None
    assert listing.best_of_few(chain(12, 2), {"x3": 1}, None, TIE) is not None
    assert listing.best_of_few(chain(11, 2), {}, 8 * 2**11, TIE) is not None
    assert listing.best_of_few(chain(11, 2), {}, 8 * 2**11 - 1, TIE) is None


@pytest.mark.usefixtures("no_list")
@settings(max_examples=60, suppress_health_check=["function_scoped_fixture"])
@given(ugms_with_evidence(max_joint=200, max_factors=5), st.booleans())
def test_tracing_back_is_the_same_compiled_and_not(case, even):
    ugm, evidence = case
    if even:
        ugm = UGM(ugm.variables, [Factor(f.scope, np.round(f.log_table)) for f in ugm.factors])
    assume(enumerate_ugm(ugm, dict(evidence)).scores)
    for one in kernels.kernels_of("maxima"):
        one.compile()
    compiled = decode(ugm, evidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding.kernels, "wanted", lambda part, _: part != "maxima" and kernels.ready(part))
        plain = decode(ugm, evidence)
    assert compiled == plain


def test_what_was_asked_before_does_not_decide_between_ties():
    # Large enough for a search of orders; all variables agree in the two best joint states.
    base = ising_grid(12, 12)
    ugm = UGM(base.variables, [Factor(f.scope, [[1.0, 0.0], [0.0, 1.0]]) for f in base.factors if len(f.scope) == 2])
    forget_plans()
    first = decode(ugm)
    assert first.ties
    assert first.log_score == len(ugm.edges)
    forecast(ugm)
    assert decode(ugm) == first


@pytest.mark.parametrize("ugm", [ising_grid(14, 14), chain(9, 3), complete(10, 4)], ids=["grid", "chain", "complete"])
def test_a_plan_made_in_slices_is_the_same(ugm):
    forget_plans()
    sliced = drain(plan_steps(ugm, {"x2": 0}))
    assert plan_for(ugm, {"x2": 1}) is sliced is drain(plan_steps(ugm, {"x2": 0}))
    forget_plans()
    whole = plan_for(ugm, {"x2": 0})
    assert whole.tree.order.tolist() == sliced.tree.order.tolist()
    for name in ("axis_start", "axis_card", "axis_stride", "raw_start", "free"):
        assert np.array_equal(getattr(whole, name), getattr(sliced, name))


def test_the_best_joint_state_is_not_the_best_of_each_variable():
    table = np.log([[0.4, 0.0 + 1e-9], [0.3, 0.3]])
    ugm = UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)], [Factor(("a", "b"), table)])
    assert infer(ugm).marginals["a"].argmax() == 1
    found = decode(ugm)
    assert found.assignment == {"a": 0, "b": 0}
    assert found.log_score == pytest.approx(math.log(0.4))
    assert not found.ties


def test_a_long_chain_decodes_like_viterbi():
    n, card = 400, 5
    rng = np.random.default_rng(2)
    names = [f"x{i}" for i in range(n)]
    pairs = rng.normal(size=(n - 1, card, card)) * 10
    ugm = UGM(
        [Variable.of_size(name, card) for name in names],
        [Factor((names[i + 1], names[i]), pairs[i].T) for i in rng.permutation(n - 1)],
    )
    best, back = np.zeros(card), []
    for table in pairs:
        scores = best[:, None] + table
        back.append(scores.argmax(axis=0))
        best = scores.max(axis=0)
    path = [int(best.argmax())]
    for pointer in reversed(back):
        path.append(int(pointer[path[-1]]))
    found = decode(ugm)
    assert list(found.assignment.values()) == path[::-1]
    assert found.log_score == pytest.approx(best.max(), rel=1e-13)


def test_other_ways_to_decode_do_not_exist():
    with pytest.raises(CliqueError, match=r'called "magic"\. Use one of "exact"'):
        decode(chain(3, 2), method="magic")
    with pytest.raises(TooLargeError, match="largest clique"):
        decode(complete(4, 10), max_bytes=1000)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(decode_steps(chain(3, 2), cancel=cancel))


@settings(max_examples=60)
@given(ugms_with_evidence(max_joint=200), st.integers(0, 2**32))
def test_draws_have_positive_mass_and_keep_the_evidence(case, seed):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            draw(ugm, 3, evidence)
        return
    drawn = draw(ugm, 20, evidence, seed)
    assert drawn.shape == (20, len(ugm.variables))
    assert drawn.dtype == np.int64
    assert all(tuple(row) in answer.scores for row in drawn.tolist())
    assert np.array_equal(drawn, sample(ugm, 20, evidence, seed=seed))


@settings(max_examples=60)
@given(ugms_with_evidence(max_joint=300), st.integers(0, 30), st.integers(0, 2**32))
def test_draws_are_the_same_compiled_and_not(case, n, seed):
    ugm, evidence = case
    assume(enumerate_ugm(ugm, dict(evidence)).scores)
    check_draws_alike(ugm, evidence, n, seed)


def test_draws_of_long_models_and_large_tables_are_the_same_compiled_and_not(monkeypatch):
    monkeypatch.setattr(drawing, "_CHUNK", 1 << 10)  # so that numbers are made in many pieces
    check_draws_alike(chain(60, 4), {"x7": 2}, 300, 5)
    check_draws_alike(ising_grid(6, 6), {}, 7, 6)  # fewer samples than rows
    check_draws_alike(complete(5, 4), {}, 50, 7)


def check_draws_alike(ugm, evidence, n, seed):
    for one in kernels.kernels_of("draws"):
        one.compile()
    compiled = draw(ugm, n, evidence, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing.kernels, "wanted", lambda part, _: part != "draws" and kernels.ready(part))
        plain = draw(ugm, n, evidence, seed)
    assert np.array_equal(compiled, plain)


# Each test below compares one statistic with its known distribution at a fixed seed; the chance that a right program
# fails is 1e-6 for each.
@pytest.mark.parametrize(
    "ugm",
    [
        UGM([Variable.of_size("a", 3), Variable.of_size("b", 2)], [Factor(("a", "b"), [[0, 1], [2, -1], [-9, 0.5]])]),
        complete(4, 3),
        chain(5, 3),
        ising_grid(3, 2),
    ],
    ids=["pair", "complete", "chain", "grid"],
)
def test_draws_follow_the_distribution(ugm):
    answer = enumerate_ugm(ugm)
    n = 20_000
    drawn = draw(ugm, n, seed=7)
    cards = [v.n_states for v in ugm.variables]
    counts = np.bincount(np.ravel_multi_index(tuple(drawn.T), cards), minlength=math.prod(cards))
    expected = np.zeros(len(counts))
    for states, score in answer.scores.items():
        expected[np.ravel_multi_index(states, cards)] = n * math.exp(score - answer.log_z)
    # States of small expectation go together, for chi-square to hold.
    rare = expected < 20
    observed = np.append(counts[~rare], counts[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    keep = wanted > 1
    statistic = ((observed[keep] - wanted[keep]) ** 2 / wanted[keep]).sum()
    assert stats.chi2.sf(statistic, keep.sum() - 1) > 1e-6


def test_draws_given_evidence_follow_the_conditional():
    ugm = ising_grid(4, 4)
    given_states = {"x1": 1, "x16": 0}
    n = 20_000
    drawn = draw(ugm, n, given_states, seed=11)
    marginals = infer(ugm, given_states).marginals
    for i, name in enumerate(ugm.names):
        p = marginals[name][1]
        assert stats.binomtest(int(drawn[:, i].sum()), n, p).pvalue > 1e-7 if 0 < p < 1 else drawn[:, i].mean() == p


def test_a_clique_with_many_residual_states():
    # One clique of 3^8 residual states: rows longer than a chunk of comparisons.
    ugm = complete(8, 3)
    n = 5000
    drawn = draw(ugm, n, seed=1)
    marginals = infer(ugm).marginals
    for i, name in enumerate(ugm.names):
        counts = np.bincount(drawn[:, i], minlength=3)
        expected = n * marginals[name]
        assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 2) > 1e-6


def test_no_draws_and_impossible_numbers_of_draws():
    assert draw(chain(3, 2), 0).shape == (0, 3)
    assert draw(UGM([]), 4).shape == (4, 0)
    with pytest.raises(CliqueError, match="zero or more"):
        draw(chain(3, 2), -1)
    with pytest.raises(CliqueError, match=r'"exact", "gibbs", "metropolis"'):
        sample(chain(3, 2), 1, method="magic")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(draw_steps(chain(3, 2), 5, cancel=cancel))
