"""Compiled code, the same code interpreted, and NumPy must give the same numbers."""

import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import inference_order, kernels
from models.calibration import Calibration
from models.conditioning import check_evidence
from models.errors import ZeroMassError
from models.exact import infer
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.inference_order import choose_order
from models.kernels.arrays import SPARE, WORK, product, sum_onto
from models.kernels.lazy import Lazy, kernel
from models.kernels.order import greedy
from models.kernels.rows import log_range
from models.plan import forget_plans, plan_for
from models.steps import drain
from models.ugm import UGM, Variable
from tests.strategies import ugms_with_evidence

INTS, FLOATS = "int64[::1]", "float64[::1]"


@pytest.fixture(scope="module")
def compiled():
    """Compile the kernels of exact inference, or load them from the cache on disk."""
    for one in kernels.kernels_of("exact"):
        one.compile()
    assert kernels.ready("exact")


def run(ugm, evidence, compiled, maximise=False, full=True):
    checked = check_evidence(ugm, evidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "wanted", lambda part, entries: compiled)
        try:
            one = Calibration(plan_for(ugm, checked), ugm, checked, maximise=maximise, full=full)
            drain(one.collect_steps())
        except ZeroMassError:
            return None
        if not maximise:
            drain(one.distribute_steps())
    return one


def same(first, second, n_factors):
    assert (first is None) == (second is None)
    if first is None:
        return
    assert first.compiled != second.compiled
    assert first.log_z == pytest.approx(second.log_z, rel=1e-13, abs=1e-12)
    assert np.array_equal(first.mode[::2], second.mode[::2])
    if first.maximise:
        return
    for one, two in zip(first.singles(), second.singles(), strict=True):
        assert np.allclose(one, two, rtol=0, atol=1e-12)
    for k in range(n_factors):
        one, two = first.factor_belief(k), second.factor_belief(k)
        assert one[0] == two[0]
        if one[0]:
            assert np.allclose(one[1], two[1], rtol=0, atol=1e-12)


@settings(max_examples=200)
@given(ugms_with_evidence(max_variables=8), st.booleans())
def test_compiled_and_numpy_passes_agree(compiled, case, maximise):
    ugm, evidence = case
    same(run(ugm, evidence, True, maximise), run(ugm, evidence, False, maximise), len(ugm.factors))


@settings(max_examples=200)
@given(ugms_with_evidence(wide=True), st.booleans())
def test_they_agree_on_tables_of_any_range(compiled, case, maximise):
    ugm, evidence = case
    same(run(ugm, evidence, True, maximise), run(ugm, evidence, False, maximise), len(ugm.factors))


@pytest.mark.parametrize(
    "make",
    [lambda: ising_grid(9, 9), lambda: complete(4, 10), lambda: complete(11, 2), lambda: chain(200, 7)],
    ids=["grid", "four of ten", "eleven of two", "chain"],
)
@pytest.mark.parametrize("maximise", [False, True])
def test_they_agree_on_larger_models(compiled, make, maximise):
    ugm = make()
    same(run(ugm, {}, True, maximise), run(ugm, {}, False, maximise), len(ugm.factors))


def test_graphs_of_many_vertices_take_memory_and_time_in_proportion(compiled):
    n = 20_000
    rng = np.random.default_rng(0)
    names = [f"x{i}" for i in range(n)]
    variables = [Variable.of_size(name, 2) for name in names]
    tables = rng.normal(size=(n - 1, 2, 2))
    star = UGM(variables, [Factor((names[0], name), table) for name, table in zip(names[1:], tables, strict=True)])
    by_hub = np.logaddexp.reduce(tables, axis=2).sum(axis=0)
    inference = infer(star)
    assert inference.log_z == pytest.approx(np.logaddexp.reduce(by_hub), rel=1e-13)
    assert inference.marginals["x0"] == pytest.approx(np.exp(by_hub - inference.log_z), abs=1e-9)
    path = UGM(variables, [Factor(pair, table) for pair, table in zip(pairwise(names), tables, strict=True)])
    message = np.zeros(2)
    for table in tables:
        message = np.logaddexp.reduce(message[:, None] + table, axis=0)
    assert infer(path).log_z == pytest.approx(np.logaddexp.reduce(message), rel=1e-12)


@settings(max_examples=50)
@given(ugms_with_evidence(max_variables=7))
def test_a_program_is_the_same_written_by_compiled_and_plain_code(compiled, case):
    ugm, evidence = case
    forget_plans()
    first = plan_for(ugm, evidence)
    programs = [first.program(full) for full in (False, True)]
    forget_plans()
    with pytest.MonkeyPatch.context() as patch:
        for one in kernels.kernels_of("exact"):
            patch.setattr(one, "_machine", None)
        second = plan_for(ugm, evidence)
        plain = [second.program(full) for full in (False, True)]
    forget_plans()
    assert np.array_equal(first.tree.axes, second.tree.axes)
    assert np.array_equal(first.tree.parent, second.tree.parent)
    for one, two in zip(programs, plain, strict=True):
        assert one.n_memory == two.n_memory
        for name in ("cliques", "masks", "sizes", "offsets", "ups", "downs"):
            assert np.array_equal(getattr(one, name), getattr(two, name)), name


@settings(max_examples=60)
@given(ugms_with_evidence(max_joint=60, max_factors=4, wide=True))
def test_the_plain_functions_of_the_kernels_agree_too(compiled, case):
    ugm, evidence = case
    first = run(ugm, evidence, True)
    with pytest.MonkeyPatch.context() as patch:
        for one in kernels.kernels_of("exact"):
            patch.setattr(one, "_machine", None)
        second = run(ugm, evidence, True)
    assert (first is None) == (second is None)
    if first is not None:
        assert second.log_z == pytest.approx(first.log_z, rel=1e-13, abs=1e-12)
        for one, two in zip(first.singles(), second.singles(), strict=True):
            assert np.allclose(one, two, rtol=0, atol=1e-12)


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 25))
    cards = draw(st.lists(st.integers(2, 4), min_size=n, max_size=n))
    scopes = draw(st.lists(st.lists(st.integers(0, n - 1), unique=True, max_size=3), max_size=60))
    start = np.cumsum([0, *map(len, scopes)]).astype(np.int64)
    return np.array(cards), start, np.array([v for scope in scopes for v in scope], dtype=np.int64)


@settings(max_examples=150)
@given(graphs())
def test_the_order_is_the_same_found_by_compiled_and_plain_search(compiled, graph):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference_order, "WORTH_A_SEARCH", 0.0)
        patch.setattr(inference_order, "_SECONDS_PER_VERTEX", 1e-12)
        patch.setattr(inference_order, "_MAX_TRIES", 5)
        first = choose_order(*graph)
        patch.setattr(greedy, "_machine", None)
        on_masks = choose_order(*graph)
        patch.setattr(inference_order, "_MASKS_UP_TO", 0)
        on_lists = choose_order(*graph)
    assert sorted(first) == list(range(len(graph[0])))
    assert first.tolist() == on_masks.tolist() == on_lists.tolist()


# The two array operations below do all the work, so they are tried alone too, on every pattern of axes: compiled on
# arrays of up to a hundred thousand entries, as plain code on small ones.
def fit(cards, largest):
    while math.prod(cards) > largest:
        cards.remove(max(cards))
    return cards


def cards_and_masks(largest):
    cards = st.lists(st.sampled_from([2, 2, 2, 3, 4, 5, 17, 40]), min_size=1, max_size=9)
    return cards.map(lambda chosen: fit(chosen, largest)).flatmap(
        lambda chosen: st.tuples(
            st.just(chosen), st.integers(0, (1 << len(chosen)) - 1), st.integers(0, (1 << len(chosen)) - 1)
        )
    )


@pytest.fixture(scope="module")
def compiled_product():
    one = Lazy(product.__wrapped__, f"void({FLOATS},{'int64,' * 6}{INTS},int64,boolean,{INTS})")
    one.compile()
    return one


@pytest.fixture(scope="module")
def compiled_sum():
    one = Lazy(sum_onto.__wrapped__, f"void({FLOATS},{'int64,' * 4}{INTS},int64,{INTS})")
    one.compile()
    return one


def lay_out(cards, mask):
    """Return the shape of an array over `mask` beside all axes, slowest first, and its size."""
    shape = [card if mask >> i & 1 else 1 for i, card in enumerate(cards)][::-1]
    return shape, math.prod(shape)


def check_product(multiply, case, logs, at_the_end):
    cards, mask_a, mask_b = case
    union = mask_a | mask_b
    (shape_a, size_a), (shape_b, size_b), (shape, size) = (lay_out(cards, m) for m in (mask_a, mask_b, union))
    rng = np.random.default_rng(size)
    a, b = rng.random(size_a), rng.random(size_b)
    # The first operand may lie at the end of the result's own region.
    memory = np.zeros(size + size_a + size_b + SPARE)
    at_a, at_b = (size - size_a, size) if at_the_end else (size + size_b, size)
    memory[at_b : at_b + size_b] = b
    memory[at_a : at_a + size_a] = a
    work = np.zeros(WORK, dtype=np.int64)
    multiply(memory, 0, union, at_a, mask_a, at_b, mask_b, np.array(cards), 0, logs, work)
    operation = np.add if logs else np.multiply
    assert np.array_equal(memory[:size].reshape(shape), operation(a.reshape(shape_a), b.reshape(shape_b)))


@settings(max_examples=300)
@given(cards_and_masks(100_000), st.booleans(), st.booleans())
def test_products_of_arrays_on_any_axes(compiled_product, case, logs, at_the_end):
    check_product(compiled_product, case, logs, at_the_end)


@settings(max_examples=60)
@given(cards_and_masks(300), st.booleans(), st.booleans())
def test_products_by_plain_code(case, logs, at_the_end):
    check_product(product, case, logs, at_the_end)


def check_sum(add_up, case, in_place):
    cards, mask, keep = case
    keep &= mask
    (shape, size), (kept_shape, kept_size) = lay_out(cards, mask), lay_out(cards, keep)
    values = np.random.default_rng(size).random(size)
    memory = np.concatenate([values, np.full(kept_size + SPARE, np.nan)])
    target = 0 if in_place else size
    add_up(memory, 0, mask, target, keep, np.array(cards), 0, np.zeros(WORK, dtype=np.int64))
    axes = tuple(axis for axis in range(len(cards)) if not keep >> (len(cards) - 1 - axis) & 1)
    expected = values.reshape(shape).sum(axis=axes, keepdims=True)
    assert np.allclose(memory[target : target + kept_size].reshape(kept_shape), expected, rtol=1e-12, atol=0)


@settings(max_examples=300)
@given(cards_and_masks(100_000), st.booleans())
def test_sums_of_arrays_over_any_axes(compiled_sum, case, in_place):
    check_sum(compiled_sum, case, in_place)


@settings(max_examples=60)
@given(cards_and_masks(300), st.booleans())
def test_sums_by_plain_code(case, in_place):
    check_sum(sum_onto, case, in_place)


@given(st.lists(st.one_of(st.just(0.0), st.floats(5e-324, 1.7e308)), min_size=1, max_size=40))
def test_the_range_of_an_array(values):
    memory = np.array([*values, 0.0])
    low, high = log_range(memory, memory.view(np.int64), 0, len(values))
    positive = [value for value in values if value > 0]
    if positive:
        assert low == math.log(min(positive))
        assert high == math.log(max(positive))
    else:
        assert (low, high) == (math.inf, -math.inf)


@kernel()
def _twice(x):
    return 2.0 * x


@kernel("float64(float64[::1])")
def _sum_twice(values):
    total = 0.0
    for i in range(len(values)):
        total += _twice(values[i])
    return total


def test_a_kernel_runs_plain_until_it_is_compiled():
    assert isinstance(_sum_twice, Lazy)
    values = np.arange(5.0)
    assert not _sum_twice.compiled
    assert _sum_twice(values) == _sum_twice.scalar(values) == 20.0
    _sum_twice.compile()
    assert _sum_twice.compiled
    assert "compiled" in repr(_sum_twice)
    assert _sum_twice(values) == _sum_twice.scalar(values) == 20.0
    values.setflags(write=False)
    with pytest.raises(TypeError, match="No matching definition"):
        _sum_twice(values)


def test_nothing_is_compiled_for_small_work_or_while_others_do_it():
    code = """
import models.kernels as kernels
assert not kernels.ready("exact")
assert not kernels.wanted("exact", 100.0)
steps = kernels.warm_steps()
text = next(steps).text
assert "compiler" in text, text
assert not kernels.wanted("exact", 1e9)
steps.close()
import sys
assert "numba" not in sys.modules
"""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, env=os.environ.copy(), check=True, timeout=280)


def test_without_numba_everything_stays_with_numpy(tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('broken on purpose')\n", encoding="utf-8")
    code = """
import models.kernels as kernels
from models.examples import ising_grid
from models.exact import infer
kernels.warm()
assert kernels.problem() == "broken on purpose", kernels.problem()
assert not kernels.wanted("exact", 1e9)
assert abs(sum(infer(ising_grid(3, 3)).marginals["x1"]) - 1) < 1e-12
"""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])}
    subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, check=True, timeout=280)


def test_a_cache_that_cannot_be_written_or_read_is_done_without(tmp_path, monkeypatch):
    import numba

    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(blocked / "below"))
    one = Lazy(_sum_twice.__wrapped__, "float64(float64[::1])")
    one.compile()
    assert one(np.ones(3)) == 6.0

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    Lazy(_sum_twice.__wrapped__, "float64(float64[::1])").compile()
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[:10])
    again = Lazy(_sum_twice.__wrapped__, "float64(float64[::1])")
    again.compile()
    assert again(np.ones(3)) == 6.0
    # The damage is repaired, not met again at every start.
    assert all(path.stat().st_size > 10 for path in files)
