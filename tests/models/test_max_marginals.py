"""Max-marginals are the best scores with one variable held; ties are what they say they are."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import kernels
from models.errors import Cancelled, CancelToken, TooLargeError, ZeroMassError
from models.exact import decode, max_marginals, max_marginals_steps
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.kernels import maxima
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


@pytest.fixture(params=["numpy", "compiled", "plain"])
def way(request, monkeypatch):
    """Run the downward pass with NumPy, as a compiled kernel, and as that kernel's plain function."""
    if request.param != "numpy":
        for one in kernels.kernels_of("maxima"):
            one.compile()
        if request.param == "plain":
            monkeypatch.setattr(maxima.max_down, "_machine", None)
    wanted = {"maxima": request.param != "numpy", "exact": kernels.ready("exact")}
    monkeypatch.setattr(kernels, "wanted", lambda part, n_entries: wanted[part])
    return request.param


def best_scores(ugm, answer):
    arrays = {v.name: np.full(v.n_states, -math.inf) for v in ugm.variables}
    for states, score in answer.scores.items():
        for name, state in zip(ugm.names, states, strict=True):
            arrays[name][state] = max(arrays[name][state], score)
    return arrays


def agree(ugm, evidence):
    answer = enumerate_ugm(ugm, dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            max_marginals(ugm, evidence)
        return
    found = max_marginals(ugm, evidence)
    assert list(found) == list(ugm.names)
    for name, expected in best_scores(ugm, answer).items():
        assert np.array_equal(np.isneginf(found[name]), np.isneginf(expected))
        assert found[name] == pytest.approx(expected, rel=1e-13, abs=1e-11)
        assert found[name].max() == pytest.approx(decode(ugm, evidence).log_score, rel=1e-13, abs=1e-12)
        assert not found[name].flags.writeable


@settings(max_examples=300)
@given(ugms_with_evidence(max_variables=7))
def test_small_models_agree_with_enumeration(case):
    agree(*case)


@pytest.mark.usefixtures("way")
@settings(max_examples=100, suppress_health_check=["function_scoped_fixture"])
@given(ugms_with_evidence(max_variables=7, wide=True))
def test_both_ways_agree_with_enumeration(case):
    agree(*case)


@settings(max_examples=300)
@given(ugms_with_evidence(max_variables=6, max_states=3), st.sampled_from([1.0, 1e3]))
def test_ties_are_exact(case, scale):
    # Whole numbers, whose sums are exact: another maximiser either has the same score or is worse by a whole unit.
    ugm, evidence = case
    ugm = UGM(ugm.variables, [Factor(f.scope, np.round(f.log_table) * scale) for f in ugm.factors])
    answer = enumerate_ugm(ugm, dict(evidence))
    if answer.scores:
        n_best = sum(score == answer.best_score for score in answer.scores.values())
        assert decode(ugm, evidence).ties == (n_best > 1)
        # A second maximiser differs in some variable, which then has two best states.
        n_open = sum(int((array == array.max()).sum()) > 1 for array in max_marginals(ugm, evidence).values())
        assert (n_open > 0) == (n_best > 1)


def test_ties_beyond_rounding_and_within():
    def pair(gap):
        return UGM([Variable.of_size("a", 2)], [Factor("a", [math.log(0.3), math.log(0.3) + gap])])

    assert decode(pair(0.0)).ties
    assert not decode(pair(1e-8)).ties
    assert decode(pair(-1e-8)).assignment == {"a": 0}
    # log(0.2) + log(0.3) and log(0.6) + log(0.1) are the same but for rounding.
    tables = [Factor("a", np.log([0.2, 0.6])), Factor("a", np.log([0.3, 0.1]))]
    assert decode(UGM([Variable.of_size("a", 2)], tables)).ties
    # A variable that no factor mentions is open, whatever the others do; one with a single state is not.
    assert decode(UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)], [Factor("a", [0.0, 1.0])])).ties
    assert not decode(UGM([Variable.of_size("a", 2), Variable.of_size("b", 1)], [Factor("a", [0.0, 1.0])])).ties
    assert not decode(UGM([Variable.of_size("a", 2)]), {"a": 1}).ties
    assert not decode(UGM([])).ties


def best_by_clamping(ugm, evidence):
    try:
        return decode(ugm, evidence).log_score
    except ZeroMassError:
        return -math.inf


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "make",
    [lambda: ising_grid(6, 6), lambda: chain(60, 4), lambda: complete(6, 3), lambda: chain(5, 70)],
    ids=["grid", "chain", "complete", "many states"],
)
def test_larger_models_agree_with_decoding_under_clamps(make):
    rng = np.random.default_rng(4)
    base = make()
    factors = []
    for factor in base.factors:
        table = rng.normal(0, 3, factor.log_table.shape)
        table[rng.random(table.shape) < 0.1] = -np.inf
        factors.append(Factor(factor.scope, table))
    ugm = UGM(base.variables, factors)
    found = max_marginals(ugm, {"x2": 1})
    assert found["x2"].tolist()[0] == -math.inf
    for name in [name for name in ugm.names if name != "x2"][:: max(1, len(ugm.names) // 8)]:
        expected = [best_by_clamping(ugm, {"x2": 1, name: state}) for state in range(min(6, len(found[name])))]
        assert found[name][:6] == pytest.approx(expected, rel=1e-12)


def test_work_is_refused_sliced_and_cancelled():
    with pytest.raises(TooLargeError, match="largest clique"):
        max_marginals(complete(4, 10), max_bytes=1000)
    cancel = CancelToken()
    steps = max_marginals_steps(ising_grid(15, 15), cancel=cancel)
    assert next(steps) is None
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)
