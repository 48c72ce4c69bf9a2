"""Are models fitted whose joint distribution no array could hold, and hopeless ones refused before memory is spent?"""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.errors import TooLargeError
from models.learning import expectations, fit
from models.learning.expectations import TreeMoments, fits_in_one_array
from models.learning.parameters import parameters_steps
from models.learning.scopes import scopes_of
from models.learning.tensor import TensorMoments
from models.steps import drain
from models.ugm import Variable


def markov_data(n_columns: int, n_states: int, n_rows: int = 800) -> Dataset:
    rng = np.random.default_rng(11)
    rows = rng.integers(0, n_states, (n_rows, n_columns))
    for j in range(1, n_columns):
        copied = rng.random(n_rows) < 0.6
        rows[copied, j] = (rows[copied, j - 1] + 1) % n_states
    return Dataset([Variable.of_size(f"x{j + 1}", n_states) for j in range(n_columns)], rows)


def entropy(dataset: Dataset, *names: str) -> float:
    p = dataset.counts(names).reshape(-1) / dataset.total_weight
    return -float((p[p > 0] * np.log(p[p > 0])).sum())


@given(st.data())
def test_a_junction_tree_gives_the_same_statistics_as_the_joint_array(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    dataset = Dataset([Variable.of_size(f"v{i}", k) for i, k in enumerate(sizes)], [[0] * len(sizes)])
    extra = data.draw(st.lists(st.sets(st.sampled_from(dataset.names), min_size=1, max_size=4).map(tuple), max_size=5))
    parameters = drain(parameters_steps(dataset, scopes_of(dataset, extra)))
    weights = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1))).standard_normal(parameters.statistics.size)
    log_z, expected = drain(TensorMoments(sizes, parameters.axes).steps(weights))
    tree_log_z, tree_expected = drain(TreeMoments(parameters).steps(weights))
    assert tree_log_z == pytest.approx(log_z, abs=1e-10)
    assert tree_expected == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("optimizer", ["l-bfgs", "ipf"])
def test_a_long_chain_reaches_its_closed_form(optimizer: str) -> None:
    dataset = markov_data(40, 3)  # 3^40 joint states
    result = fit(dataset, "chain", optimizer=optimizer)
    want = sum(entropy(dataset, *edge) for edge in pairwise(dataset.names))
    want -= sum(entropy(dataset, name) for name in dataset.names[1:-1])
    assert result.converged
    assert result.nll == pytest.approx(want, abs=1e-8)


def test_a_loopy_graph_with_triples_matches_the_data_s_statistics() -> None:
    from models.exact import joint

    dataset = markov_data(22, 2)  # 2^22 joint states, beyond one array
    scopes = [(j, j + 1, j + 2) for j in range(20)] + [(0, 21)]
    result = fit(dataset, scopes)
    assert result.converged
    for scope in (("x1", "x22"), ("x3", "x4", "x5"), ("x20", "x21", "x22")):
        wanted = dataset.counts(scope) / dataset.total_weight
        assert joint(result.ugm, scope) == pytest.approx(wanted, abs=5e-6)


def test_both_ways_find_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = markov_data(6, 3)
    found = fit(dataset, "complete", l2=0.01)
    monkeypatch.setattr(expectations, "SMALL_STATES", 0)
    monkeypatch.setattr(expectations, "DENSE_STATES", 0)
    by_tree = fit(dataset, "complete", l2=0.01)
    assert by_tree.value == pytest.approx(found.value, abs=1e-9)
    by_tree = fit(dataset, "complete", optimizer="ipf")
    monkeypatch.undo()
    assert by_tree.nll == pytest.approx(fit(dataset, "complete", optimizer="ipf").nll, abs=1e-10)


def test_the_cheaper_way_is_taken() -> None:
    def one_array(dataset: Dataset, choice: object) -> bool:
        return fits_in_one_array(drain(parameters_steps(dataset, scopes_of(dataset, choice))))

    assert one_array(markov_data(4, 10), "complete")
    assert one_array(markov_data(18, 2), "complete")
    assert not one_array(markov_data(18, 2), "chain")
    assert not one_array(markov_data(25, 2), "chain")


@pytest.mark.parametrize(
    ("n_columns", "n_states", "choice", "says"),
    [
        (40, 4, "complete", "largest clique"),
        (12, 10, "saturated", "1,000,000,0"),
        (400, 4, "saturated", r"7e\+240 entries"),
        (600, 10, "saturated", r"more than 1e\+300 entries"),
        (500, 2, "triples", "sets of 3"),
        (900, 2, "complete", "sets of 2"),
    ],
)
def test_what_is_too_large_is_refused_at_once(n_columns: int, n_states: int, choice: str, says: str) -> None:
    dataset = markov_data(n_columns, n_states, 20)
    begin = time.thread_time()
    with pytest.raises(TooLargeError, match=says) as caught:
        fit(dataset, choice)
    assert caught.value.needed > caught.value.allowed
    assert time.thread_time() - begin < 20.0  # a guard against hanging, not a measurement


def test_a_grid_of_variables_too_wide_for_exact_work_is_refused() -> None:
    dataset = markov_data(30, 10, 20)
    with pytest.raises(TooLargeError, match="largest clique"):
        fit(dataset, list(combinations(range(30), 2)), optimizer="ipf")
