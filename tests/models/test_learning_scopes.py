"""Does every way of choosing factors give the right scopes, and a wrong choice a helpful refusal?"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.errors import DataError, ModelError
from models.factor import Factor
from models.learning import EDGE_SETS, n_edges, n_free_parameters, scopes_of
from models.ugm import UGM, Variable


def table(*names: str, n_states: int = 2) -> Dataset:
    return Dataset([Variable.of_size(name, n_states) for name in names], [[0] * len(names)])


ABCD = table("a", "b", "c", "d")
SINGLES = (("a",), ("b",), ("c",), ("d",))


@pytest.mark.parametrize(
    ("choice", "beyond"),
    [
        ("independent", ()),
        ("one edge", (("a", "b"),)),
        ("one_edge", (("a", "b"),)),
        ("chain", (("a", "b"), ("b", "c"), ("c", "d"))),
        ("Complete", tuple(combinations("abcd", 2))),
        ("triples", (*combinations("abcd", 2), *combinations("abcd", 3))),
        ("saturated", (("a", "b", "c", "d"),)),
        ([("c", "a")], (("a", "c"),)),
        ([(2, 0)], (("a", "c"),)),
        ([["a", "b"], ("b", "a"), (0, 1)], (("a", "b"),)),
        ([("a", "b", "c"), ("a", "b")], (("a", "b", "c"), ("a", "b"))),
        (["b", 2, ("d",)], ()),
        (np.array([[0, 1], [3, 2]]), (("a", "b"), ("c", "d"))),
        ((pair for pair in [("a", "d")]), (("a", "d"),)),
        ([], ()),
    ],
)
def test_a_choice_of_factors(choice: object, beyond: tuple[tuple[str, ...], ...]) -> None:
    assert scopes_of(ABCD, choice) == SINGLES + beyond


def test_single_variables_come_once_in_column_order() -> None:
    assert scopes_of(table("z"), "saturated") == (("z",),)
    assert scopes_of(table("z"), "chain") == (("z",),)
    assert scopes_of(table("z", "y"), [("y",), ("y", "z")]) == (("z",), ("y",), ("z", "y"))


def test_a_model_gives_its_scopes_without_constants() -> None:
    d, b = Variable.of_size("d", 5), Variable.of_size("b", 2)
    ugm = UGM([d, b], [Factor((), 1.0), Factor(("d", "b"), np.zeros((5, 2))), Factor(("b", "d"), np.zeros((2, 5)))])
    assert scopes_of(ABCD, ugm) == (*SINGLES, ("b", "d"))


@pytest.mark.parametrize(
    ("choice", "error", "says"),
    [
        ("ring", ModelError, '"chain"'),
        ([("a", "e")], DataError, "columns are a, b, c, d"),
        ([(0, 4)], DataError, "numbered 0 to 3"),
        ([(-1, 0)], DataError, "numbered 0 to 3"),
        ([("a", "a")], ModelError, "twice"),
        ([()], ModelError, "empty"),
        (7, ModelError, "list of edges"),
        (None, ModelError, "list of edges"),
        ([1.5], ModelError, "list of edges"),
        (UGM([Variable.of_size("q", 2)]), DataError, "The graph has q"),
    ],
)
def test_a_wrong_choice_says_what_there_is(choice: object, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        scopes_of(ABCD, choice)


def test_too_few_columns() -> None:
    with pytest.raises(DataError, match="at least two"):
        scopes_of(table("a"), "one edge")
    with pytest.raises(DataError, match="at least three"):
        scopes_of(table("a", "b"), "triples")


def test_edges_are_pairs_that_share_a_scope() -> None:
    assert [n_edges(scopes_of(ABCD, choice)) for choice in EDGE_SETS] == [0, 1, 3, 6, 6, 6]


def test_free_parameters_of_the_published_pin_models() -> None:
    pins = table("x1", "x2", "x3", "x4", n_states=10)
    counts = [n_free_parameters(dict.fromkeys(pins.names, 10), scopes_of(pins, choice)) for choice in EDGE_SETS]
    # 9 per variable, 81 per edge, 729 per triple; the saturated model has one per joint state but one
    assert counts == [36, 36 + 81, 36 + 3 * 81, 36 + 6 * 81, 36 + 6 * 81 + 4 * 729, 9999]


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
def test_free_parameters_are_the_rank_of_the_design(sizes: list[int], data: st.DataObject) -> None:
    names = [f"v{i}" for i in range(len(sizes))]
    dataset = Dataset([Variable.of_size(n, k) for n, k in zip(names, sizes, strict=True)], [[0] * len(sizes)])
    extra = data.draw(st.lists(st.sets(st.sampled_from(names), min_size=1).map(tuple), max_size=3))
    scopes = scopes_of(dataset, extra)
    rows = []
    for state in product(*(range(k) for k in sizes)):
        at = dict(zip(names, state, strict=True))
        cells = [
            float(cell == tuple(at[n] for n in scope))
            for scope in scopes
            for cell in product(*(range(sizes[names.index(n)]) for n in scope))
        ]
        rows.append([1.0, *cells])
    rank = np.linalg.matrix_rank(np.array(rows))
    assert n_free_parameters(dict(zip(names, sizes, strict=True)), scopes) == rank - 1  # a constant changes nothing
