"""Short cuts for forests and small models give what the definitions say, and step aside where they would not."""

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import kernels, lean
from models.conditioning import check_evidence
from models.errors import Cancelled, CancelToken, ZeroMassError
from models.exact import infer, infer_steps
from models.examples import chain, ising_grid
from models.factor import Factor
from models.lean import lean_answer
from models.plan import plan_for
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import evidence_for, log_tables, ugms_with_evidence

MANY = settings(max_examples=200)


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile the kernels of exact inference, or load them from the cache on disk."""
    for one in kernels.kernels_of("exact"):
        one.compile()
    assert kernels.ready("exact")


def short_cut(ugm, evidence):
    checked = check_evidence(ugm, evidence)
    return lean_answer(ugm, checked, plan_for(ugm, checked))


def agrees(ugm, evidence):
    """Compare with enumeration; return whether there was a short cut."""
    answer = enumerate_ugm(ugm, dict(evidence))
    found = short_cut(ugm, evidence)
    if answer.marginals is None:
        assert found is None
        with pytest.raises(ZeroMassError):
            infer(ugm, evidence)
        return False
    inference = infer(ugm, evidence)
    assert inference.log_z == pytest.approx(answer.log_z, rel=1e-13, abs=1e-11)
    assert tuple(inference.marginals) == ugm.names
    for name, expected in zip(ugm.names, answer.marginals, strict=True):
        assert np.allclose(inference.marginals[name], expected, rtol=0, atol=1e-11)
        assert not inference.marginals[name].flags.writeable
    if found is not None:
        assert found[0] == inference.log_z
        assert list(found[1]) == [name for name in ugm.names if name in found[1]]
    return found is not None


@st.composite
def forests(draw, wide=False):
    """Draw a forest with evidence: edges in either direction, several factors of one variable, constants."""
    n = draw(st.integers(2, 7))
    cards = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    names = draw(st.permutations([f"v{i}" for i in range(n)]))
    scopes = [draw(st.permutations([i, draw(st.integers(0, i - 1))])) for i in range(1, n) if draw(st.booleans())]
    scopes += [[i] for i in draw(st.lists(st.integers(0, n - 1), max_size=6))]
    scopes += [[]] * draw(st.integers(0, 2))
    factors = [
        Factor([names[i] for i in scope], draw(log_tables(tuple(cards[i] for i in scope), wide, zeros=True)))
        for scope in draw(st.permutations(scopes))
    ]
    ugm = UGM([Variable.of_size(name, card) for name, card in zip(names, cards, strict=True)], factors)
    return ugm, draw(evidence_for(ugm))


@MANY
@given(forests())
def test_forests_agree_with_enumeration(case):
    ugm, evidence = case
    possible = enumerate_ugm(ugm, dict(evidence)).marginals is not None
    left = [v for v in ugm.variables if v.name not in evidence and v.n_states > 1]
    assert agrees(ugm, evidence) == (possible and bool(left))


@MANY
@given(forests(wide=True))
def test_forests_of_any_range_agree_with_enumeration(case):
    agrees(*case)


@MANY
@given(ugms_with_evidence(max_variables=7))
def test_small_models_agree_with_enumeration(case):
    agrees(*case)


@given(ugms_with_evidence(wide=True))
def test_small_models_of_any_range_agree_with_enumeration(case):
    agrees(*case)


def two_states(*factors):
    names = sorted({name for scope, _ in factors for name in scope})
    return UGM([Variable.of_size(name, 2) for name in names], [Factor(tuple(s), t) for s, t in factors])


def test_two_factors_of_one_edge_are_no_forest_and_are_right():
    ugm = two_states(("ab", [[1, 2], [3, 4]]), ("ba", [[0, -1], [1, 0]]), ("bc", [[0, 1], [2, 0]]))
    assert agrees(ugm, {})
    assert plan_for(ugm, check_evidence(ugm, {})).lean.forest is None


def test_a_state_that_only_far_evidence_makes_likely_is_not_lost():
    # Each variable says "state 0" by e^200, all agree with each other, and the last cannot be in state 0.
    names = [f"x{i}" for i in range(12)]
    same = np.where(np.eye(2) > 0, 0.0, -math.inf)
    factors = [Factor((name,), [0.0, -200.0]) for name in names]
    factors += [Factor((a, b), same) for a, b in pairwise(names)]
    factors.append(Factor((names[-1],), [-math.inf, 0.0]))
    ugm = UGM([Variable.of_size(name, 2) for name in names], factors)
    assert short_cut(ugm, {}) is None  # in doubt
    inference = infer(ugm)
    assert inference.log_z == pytest.approx(-200.0 * 12, rel=1e-14)
    assert all(np.array_equal(inference.marginals[name], [0.0, 1.0]) for name in names)


def test_a_star_with_many_leaves_is_within_range_or_left_to_the_general_way():
    leaves = [f"leaf{i}" for i in range(300)]
    factors = [Factor(("hub", leaf), [[0.0, 3.0], [-3.0, 0.0]]) for leaf in leaves]
    ugm = UGM([Variable.of_size(name, 2) for name in ("hub", *leaves)], factors)
    # Given the hub the leaves are independent.
    terms = [300 * np.logaddexp(0.0, 3.0), 300 * np.logaddexp(-3.0, 0.0)]
    inference = infer(ugm)
    assert inference.log_z == pytest.approx(np.logaddexp(*terms), rel=1e-13)
    assert inference.marginals["hub"][1] == pytest.approx(math.exp(terms[1] - np.logaddexp(*terms)), abs=1e-12)
    for leaf in leaves:
        assert inference.marginals[leaf][1] == pytest.approx(1 / (1 + math.exp(-3.0)), abs=1e-12)


@pytest.mark.parametrize("make", [lambda: chain(60, 3), lambda: ising_grid(5, 5)])
def test_the_general_way_gives_the_same_numbers(make, monkeypatch):
    rng = np.random.default_rng(7)
    ugm = make()
    ugm = UGM(ugm.variables, [Factor(f.scope, rng.normal(size=f.log_table.shape)) for f in ugm.factors])
    evidence = {ugm.names[3]: 1, ugm.names[10]: 0}
    log_z, marginals = short_cut(ugm, evidence)
    monkeypatch.setattr(lean, "LARGEST", 0.0)
    assert short_cut(ugm, evidence) is None
    inference = infer(ugm, evidence)
    assert log_z == pytest.approx(inference.log_z, rel=1e-14)
    assert set(marginals) == set(ugm.names) - set(evidence)
    assert all(np.allclose(p, inference.marginals[name], rtol=1e-12, atol=1e-15) for name, p in marginals.items())


def test_memory_kept_with_a_plan_is_not_that_of_an_answer():
    ugm = ising_grid(3, 3)
    first = infer(ugm, {"x1": 0})
    before = {name: p.copy() for name, p in first.marginals.items()}
    infer(ugm, {"x1": 1})
    assert all(np.array_equal(before[name], p) for name, p in first.marginals.items())


def test_a_run_that_was_cancelled_gives_no_answer():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        drain(infer_steps(ising_grid(3, 3), pairwise=False, cancel=token))


@pytest.mark.parametrize("make", [lambda: ising_grid(5, 5), lambda: chain(50, 4)])
def test_runs_of_one_plan_at_a_time_do_not_disturb_each_other(make):
    rng = np.random.default_rng(3)
    given = make()
    ugms = [
        UGM(given.variables, [Factor(f.scope, rng.normal(size=f.log_table.shape)) for f in given.factors])
        for _ in range(4)
    ]
    alone = [infer(ugm) for ugm in ugms]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(25):
            for found, wanted in zip(threads.map(infer, ugms), alone, strict=True):
                assert found.log_z == wanted.log_z
                assert all(np.array_equal(p, wanted.marginals[name]) for name, p in found.marginals.items())
