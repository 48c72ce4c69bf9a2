"""Do layouts keep nodes apart, edges short, lattices upright, and give the same picture every time?"""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Cancelled, CancelToken
from models.layouts import SPACING, circular, grid, layered, spring, spring_steps
from models.steps import Progress

GRAPHS = {
    "chain": nx.path_graph(8),
    "cycle": nx.cycle_graph(9),
    "complete": nx.complete_graph(6),
    "lattice": nx.grid_2d_graph(5, 6),
    "square lattice": nx.grid_2d_graph(7, 7),
    "tree": nx.balanced_tree(2, 4),
    "ladder": nx.ladder_graph(9),
    "two layers": nx.complete_bipartite_graph(4, 4),
    "parts": nx.disjoint_union_all([nx.complete_graph(2), nx.path_graph(4), nx.empty_graph(3), nx.cycle_graph(5)]),
    "large": nx.grid_2d_graph(20, 20),
}


def place(graph: nx.Graph) -> dict[str, tuple[float, float]]:
    return spring([str(v) for v in graph], [(str(a), str(b)) for a, b in graph.edges])


def gaps(positions: dict[str, tuple[float, float]]) -> list[float]:
    """Return, for each pair, the distance in the larger of both directions: below 96 nodes or their bars overlap."""
    return [max(abs(a - c), abs(b - d)) for (a, b), (c, d) in itertools.combinations(positions.values(), 2)]


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
def test_nodes_do_not_cover_each_other(graph) -> None:
    positions = place(graph)
    assert list(positions) == [str(v) for v in graph]
    assert min(gaps(positions)) >= 96
    assert min(x for x, _ in positions.values()) == pytest.approx(0, abs=1e-9)
    assert min(y for _, y in positions.values()) == pytest.approx(0, abs=1e-9)
    assert positions == place(graph)


@pytest.mark.parametrize("name", ["chain", "cycle", "lattice", "square lattice", "tree", "ladder"])
def test_edges_are_about_as_long_as_they_should_be(name) -> None:
    positions = place(GRAPHS[name])
    lengths = [math.dist(positions[str(a)], positions[str(b)]) for a, b in GRAPHS[name].edges]
    assert SPACING * 0.75 < min(lengths) <= max(lengths) < SPACING * 1.6


@pytest.mark.parametrize("name", ["chain", "lattice", "square lattice", "ladder"])
def test_lattices_stand_upright(name) -> None:
    positions = place(GRAPHS[name])
    for a, b in GRAPHS[name].edges:
        (x, y), (u, v) = positions[str(a)], positions[str(b)]
        assert min(abs(x - u), abs(y - v)) < 0.2 * max(abs(x - u), abs(y - v))
    width, height = np.ptp(list(positions.values()), axis=0)
    assert width >= height - 1e-6


def test_simple_layouts() -> None:
    names = ["a", "b", "c", "d"]
    circle = circular(names)
    assert circle["a"][0] == pytest.approx(0)
    assert circle["a"][1] < 0 < circle["b"][0]
    for one, other in itertools.pairwise([*names, "a"]):
        assert math.dist(circle[one], circle[other]) == pytest.approx(SPACING)
    assert circular(["a"]) == {"a": (0.0, 0.0)}
    assert circular([]) == grid([]) == layered([]) == spring([], []) == {}
    assert grid(names) == {"a": (0, 0), "b": (130, 0), "c": (0, 130), "d": (130, 130)}
    assert grid(names, n_columns=4, spacing=10)["d"] == (30, 0)
    assert layered([["a", "b"], ["c"]]) == {"a": (-65, 0), "b": (65, 0), "c": (0, 130)}


@given(st.integers(1, 25), st.data())
def test_any_graph_gets_finite_places(n, data) -> None:
    names = [f"v{i}" for i in range(n)]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names))
    positions = spring(names, data.draw(st.lists(pairs, max_size=60)))
    assert list(positions) == names
    assert all(map(math.isfinite, itertools.chain.from_iterable(positions.values())))
    assert len(set(positions.values())) == n


def test_placing_in_slices_can_be_cancelled() -> None:
    graph = GRAPHS["large"]
    token = CancelToken()
    steps = spring_steps([str(v) for v in graph], [(str(a), str(b)) for a, b in graph.edges], token)
    assert isinstance(next(steps), Progress)
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)
