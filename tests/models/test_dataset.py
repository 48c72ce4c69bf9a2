"""Does a data set hold what it says, refuse what it cannot hold, and count right?"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.dataset import Dataset
from models.errors import DataError, TooLargeError
from models.ugm import Variable

TWO = (Variable.of_size("a", 3), Variable("b", ("no", "yes")))


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    n = draw(st.integers(1, 20))
    rows = np.array([[draw(st.integers(0, k - 1)) for k in sizes] for _ in range(n)])
    weights = draw(hnp.arrays(np.float64, n, elements=st.integers(0, 5).map(float)))
    weights[draw(st.integers(0, n - 1))] = 1.0
    return Dataset([Variable.of_size(f"v{i}", k) for i, k in enumerate(sizes)], rows, weights)


def test_arrays_are_copied_and_locked() -> None:
    rows = np.array([[0, 1], [2, 0]], dtype=np.int32)
    data = Dataset(TWO, rows)
    rows[0, 0] = 2
    assert data.rows.tolist() == [[0, 1], [2, 0]]
    assert data.rows.dtype == np.int64
    assert data.weights.tolist() == [1.0, 1.0]
    for array in (data.rows, data.weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        data.name = "other"  # type: ignore[misc]


@given(datasets())
def test_summaries_agree_with_counting_by_hand(data: Dataset) -> None:
    tally: Counter[tuple[int, ...]] = Counter()
    for row, weight in zip(data.rows.tolist(), data.weights.tolist(), strict=True):
        tally[tuple(row)] += weight
    tally += Counter()  # drops zeros
    total = sum(tally.values())
    assert data.total_weight == total
    assert data.nll_saturated() == pytest.approx(-sum(w / total * math.log(w / total) for w in tally.values()))
    assert data.commonest_row() == min(row for row, w in tally.items() if w == max(tally.values()))
    rows, weights = data.distinct()
    assert {tuple(r): w for r, w in zip(rows.tolist(), weights.tolist(), strict=True)} == dict(tally)
    full = data.counts(data.names)
    assert full.shape == data.n_states
    assert all(full[row] == w for row, w in tally.items())
    assert full.sum() == total
    first, last = data.names[0], data.names[-1]
    if first != last:
        pair = data.counts([last, first])
        others = tuple(range(1, len(data.names) - 1))
        np.testing.assert_array_equal(pair, full.sum(axis=others).T)
    assert data.share({first: 0}) == pytest.approx(sum(w for row, w in tally.items() if row[0] == 0) / total)
    assert float(data.counts(())) == total


def test_distinct_rows_of_a_table_too_wide_for_one_integer() -> None:
    variables = [Variable.of_size(f"v{i}", 10) for i in range(25)]
    rows = np.zeros((4, 25), dtype=int)
    rows[1, 24] = rows[3, 24] = 9
    data = Dataset(variables, rows, [1, 2, 3, 4])
    different, weights = data.distinct()
    assert different[:, 24].tolist() == [0, 9]
    assert weights.tolist() == [4.0, 6.0]
    with pytest.raises(TooLargeError, match="10,000,000,000,000,000,000,000,000 entries"):
        data.counts(data.names)


def test_a_joint_state_is_shown_by_its_labels() -> None:
    data = Dataset(TWO, [[0, 1]])
    assert data.show_row((2, 0)) == "2, no"
    pins = Dataset([Variable.of_size(f"x{i}", 10) for i in range(4)], [[0, 0, 1, 2]])
    assert pins.show_row(pins.commonest_row()) == "0012"


@pytest.mark.parametrize(
    ("variables", "rows", "weights", "message"),
    [
        (TWO, [[0, 2]], None, r"Row 1 has state 2 in column b, which has states 0 to 1"),
        (TWO, [[0, 0], [-1, 0]], None, r"Row 2 has state -1 in column a"),
        (TWO, [[0, 1, 1]], None, r"shape \(1, 3\) for 2 variables"),
        (TWO, [0, 1], None, r"shape \(2,\)"),
        (TWO, [[0], [0, 1]], None, "same length"),
        (TWO, np.zeros((0, 2), dtype=int), None, "no rows"),
        ((), np.zeros((3, 0), dtype=int), None, "no columns"),
        (TWO, [[0.5, 1.0]], None, "not integers"),
        (TWO, [[0, 1]], [-1.0], "Row 1 has weight -1"),
        (TWO, [[0, 1]], [math.nan], "Row 1 has weight nan"),
        (TWO, [[0, 1]], [math.inf], "weight inf"),
        (TWO, [[0, 1]], [0.0], "All weights are zero"),
        (TWO, [[0, 1], [0, 1]], [1e308, 1e308], "add up to more"),
        (TWO, [[0, 1]], [1.0, 2.0], r"1 rows but the weights have shape \(2,\)"),
        (TWO, [[0, 1]], ["many"], "not a list of numbers"),
        ((TWO[0], TWO[0]), [[0, 1]], None, "Two columns are called a"),
    ],
)
def test_what_cannot_be_data_is_refused(variables, rows, weights, message) -> None:
    with pytest.raises(DataError, match=message):
        Dataset(variables, rows, weights)


def test_unknown_and_repeated_columns() -> None:
    data = Dataset(TWO, [[0, 1]])
    with pytest.raises(DataError, match="no column called z"):
        data.counts("z")
    with pytest.raises(DataError, match="twice"):
        data.counts(["a", "a"])
    assert data.variable("b").labels == ("no", "yes")
    assert data.same_as(Dataset(TWO, [[0, 1]], name="again"))
    assert not data.same_as(Dataset(TWO, [[1, 1]]))
