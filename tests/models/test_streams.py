"""Tables that are never stored give the numbers that stored ones give, and memory stays small."""

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import calibration, junction_tree, kernels
from models.calibration import Calibration
from models.conditioning import check_evidence
from models.errors import Cancelled, CancelToken, ZeroMassError
from models.exact import infer, infer_steps
from models.examples import complete, ising_grid
from models.factor import Factor
from models.kernels.layout import CLIQUE, STREAM, UP_END
from models.plan import forget_plans, plan_for
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile the kernels of exact inference, or load them from the cache on disk."""
    for one in kernels.kernels_of("exact"):
        one.compile()
    assert kernels.ready("exact")


def run(ugm, evidence, large, block, cancel=None):
    """Calibrate without storing tables of `large` entries and more."""
    checked = check_evidence(ugm, evidence)
    forget_plans()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(junction_tree, "LARGE", large)
        patch.setattr(junction_tree, "BLOCK", block)
        patch.setattr("models.plan.LARGE", large)
        one = Calibration(plan_for(ugm, checked), ugm, checked, tables=False, cancel=cancel)
        drain(one.collect_steps())
        drain(one.distribute_steps())
    forget_plans()
    return one


def n_streamed(run):
    cliques = run.program.cliques.reshape(-1, CLIQUE)
    return int((cliques[:, STREAM] < cliques[:, UP_END]).sum())


def marginals(run):
    plan = run.plan
    return dict(zip((plan.names[i] for i in plan.free[plan.tree.order]), run.singles(), strict=True))


def random_model(make, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    ugm = make()
    return UGM(ugm.variables, [Factor(f.scope, rng.normal(0, scale, f.log_table.shape)) for f in ugm.factors])


@settings(max_examples=300)
@given(ugms_with_evidence(max_variables=7, max_factors=12), st.sampled_from([1, 2, 4, 9, 64]))
def test_tables_of_any_size_agree_with_enumeration(case, block):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, dict(evidence))
    if answer.marginals is None:
        with pytest.raises(ZeroMassError):
            run(ugm, evidence, 1, block)
        return
    found = run(ugm, evidence, 1, block)
    assert found.log_z == pytest.approx(answer.log_z, rel=1e-13, abs=1e-11)
    expected = dict(zip(ugm.names, answer.marginals, strict=True))
    for name, p in marginals(found).items():
        assert np.allclose(p, expected[name], rtol=0, atol=1e-11)


@settings(max_examples=150)
@given(ugms_with_evidence(wide=True, max_factors=12))
def test_tables_of_any_range_agree_with_enumeration(case):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, dict(evidence))
    if answer.marginals is not None:
        found = run(ugm, evidence, 1, 4)
        assert found.log_z == pytest.approx(answer.log_z, rel=1e-13, abs=1e-11)
        expected = dict(zip(ugm.names, answer.marginals, strict=True))
        assert all(np.allclose(p, expected[name], rtol=0, atol=1e-11) for name, p in marginals(found).items())


def bipartite(n_left=9, n_right=14):
    left, right = [f"a{i}" for i in range(n_left)], [f"b{i}" for i in range(n_right)]
    factors = [Factor((a, b), np.zeros((2, 2))) for a in left for b in right]
    return UGM([Variable.of_size(name, 2) for name in (*left, *right)], factors)


@pytest.mark.parametrize("block", [16, 100, 1024])
@pytest.mark.parametrize("make", [lambda: ising_grid(9, 9), lambda: complete(5, 7), bipartite])
def test_large_tables_agree_with_stored_ones(make, block):
    ugm = random_model(make, 3)
    evidence = {ugm.names[2]: 1}
    found, stored = run(ugm, evidence, 256, block), run(ugm, evidence, 1 << 60, block)
    assert n_streamed(found) > 0 == n_streamed(stored)
    assert found.log_z == pytest.approx(stored.log_z, rel=1e-14)
    expected = marginals(stored)
    assert all(np.allclose(p, expected[name], rtol=1e-12, atol=1e-15) for name, p in marginals(found).items())


def test_numbers_out_of_range_bring_the_tables_back():
    ugm = random_model(lambda: ising_grid(6, 6), 5, scale=300.0)
    found = run(ugm, {}, 16, 8)
    assert n_streamed(found) == 0
    stored = run(ugm, {}, 1 << 60, 8)
    assert found.log_z == stored.log_z
    assert all(np.array_equal(a, b) for a, b in zip(found.singles(), stored.singles(), strict=True))


def test_a_run_stops_within_a_table():
    ugm = random_model(lambda: ising_grid(8, 8), 1)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        run(ugm, {}, 16, 8, cancel=token)


def peak(work):
    """Return the most bytes in use at a time, beyond those before."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LARGE_MODELS = [lambda: ising_grid(14, 14), lambda: complete(5, 13), lambda: bipartite(14, 20)]


@pytest.mark.parametrize("make", LARGE_MODELS)
@pytest.mark.parametrize("pairwise", [False, True])
def test_memory_stays_within_one_and_a_half_times_tables_and_separators(make, pairwise):
    ugm = random_model(make, 2)
    tree = plan_for(ugm, check_evidence(ugm, {})).tree
    n_bytes = 8 * (tree.table_entries + tree.separator_entries)
    assert n_bytes > 2e6  # so large that nothing else counts
    calibration._pool.clear()
    used = peak(lambda: drain(infer_steps(ugm, pairwise=pairwise)))
    assert used <= 1.5 * n_bytes


def test_tables_that_are_not_stored_take_no_memory():
    ugm = random_model(lambda: ising_grid(14, 14), 2)
    tree = plan_for(ugm, check_evidence(ugm, {})).tree
    calibration._pool.clear()
    assert peak(lambda: infer(ugm)) < 0.5 * 8 * (tree.table_entries + tree.separator_entries)
