"""Do masks, components, separation and shapes say what networkx and the definitions say?"""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import UGM, Factor, ModelError, Variable, stacked_rbm
from models.graph import component_masks, mask_of, masks_of, members, neighbourhood, separated, shape_of


@st.composite
def graphs(draw, most=9):
    n = draw(st.integers(0, most))
    pairs = list(itertools.combinations(range(n), 2))
    graph = nx.empty_graph(n)
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else [])
    return graph


def bits(mask):
    return {i for i in range(mask.bit_length()) if mask >> i & 1}


def model_of(graph):
    names = [f"v{v}" for v in graph]
    factors = [Factor((f"v{a}", f"v{b}"), np.zeros((2, 2))) for a, b in graph.edges]
    return UGM([Variable.of_size(name, 2) for name in names], factors)


@given(graphs())
def test_masks_are_the_adjacency(graph):
    names, masks = masks_of(graph)
    assert names == tuple(graph.nodes)
    for v in graph:
        assert set(members(masks[v])) == set(graph[v])
        assert neighbourhood(masks, 1 << v) == mask_of(graph[v])
    assert masks_of(model_of(graph))[1] == masks
    assert masks_of((len(graph), list(graph.edges)))[1] == masks


def test_a_factor_over_three_variables_joins_them_all():
    ugm = UGM(
        [Variable.of_size(name, 2) for name in "abcd"],
        [Factor(("d", "a", "b"), np.zeros((2, 2, 2))), Factor((), np.float64(1.0)), Factor(("c",), np.zeros(2))],
    )
    assert masks_of(ugm) == (("a", "b", "c", "d"), [0b1010, 0b1001, 0, 0b0011])


def test_loops_repeats_and_directions_do_not_matter():
    plain = masks_of(nx.path_graph(3))[1]
    assert masks_of((3, [(0, 0), (1, 0), (0, 1), (1, 2)]))[1] == plain
    assert masks_of(nx.MultiDiGraph([(0, 1), (1, 0), (0, 1), (2, 1), (2, 2)]))[1] == plain


def test_what_is_no_graph_is_refused():
    with pytest.raises(ModelError, match="a networkx"):
        masks_of([1, 2, 3])
    with pytest.raises(ModelError, match=r"\(0, 3\)"):
        masks_of((3, [(0, 3)]))


@given(graphs(), st.sets(st.integers(0, 8)))
def test_components(graph, kept):
    within = [v for v in graph if v in kept]
    found = component_masks(masks_of(graph)[1], mask_of(within))
    assert sorted(map(sorted, nx.connected_components(graph.subgraph(within)))) == [list(members(c)) for c in found]


@given(graphs(), st.lists(st.sampled_from("abc-"), min_size=9, max_size=9))
def test_separation_is_the_absence_of_a_path(graph, sides):
    a, b, cut = ([v for v in graph if sides[v] == side] for side in "abc")
    left = graph.subgraph(v for v in graph if v not in cut)
    expected = not any(nx.has_path(left, x, y) for x in a for y in b)
    assert separated(graph, a, b, cut) == expected
    named = [[f"v{v}" for v in side] for side in (a, b, cut)]
    assert separated(model_of(graph), *named) == expected


def test_separation_in_the_stacked_rbm():
    ugm = stacked_rbm(3)
    z = ["z1", "z2", "z3"]
    assert separated(ugm, "x1", "h2", z)
    assert not separated(ugm, "x1", "h2", z[:2])
    assert separated(ugm, "x1", "y1", z)
    assert not separated(ugm, "x1", "x3", z), "the chain inside x stays"
    assert separated(ugm, "x1", "x3", [*z, "x2"])
    assert separated(ugm, "x1", "x3", ["x1", *z]), "what is given plays no part"
    with pytest.raises(ModelError, match="q9"):
        separated(ugm, "x1", "q9", z)


@pytest.mark.parametrize(
    ("graph", "shape"),
    [
        (nx.empty_graph(1), "single"),
        (nx.path_graph(2), "chain"),
        (nx.path_graph(7), "chain"),
        (nx.star_graph(3), "tree"),
        (nx.balanced_tree(2, 3), "tree"),
        (nx.cycle_graph(3), "cycle"),
        (nx.cycle_graph(4), "cycle"),
        (nx.cycle_graph(9), "cycle"),
        (nx.complete_graph(4), "complete"),
        (nx.complete_graph(9), "complete"),
        (nx.complete_bipartite_graph(3, 3), "bipartite"),
        (nx.grid_2d_graph(3, 4), "bipartite"),
        (nx.wheel_graph(6), "general"),
        (nx.petersen_graph(), "general"),
    ],
)
def test_shapes(graph, shape):
    assert shape_of(list(graph.nodes), list(graph.edges)) == shape
    backwards = [(b, a) for a, b in reversed(list(graph.edges))]
    assert shape_of(list(graph.nodes)[::-1], backwards + backwards) == shape


@given(graphs())
def test_bipartite_means_two_colours(graph):
    if len(graph) == 0 or not nx.is_connected(graph):
        with pytest.raises(ModelError):
            shape_of(list(graph.nodes), list(graph.edges))
        return
    shape = shape_of(list(graph.nodes), list(graph.edges))
    if shape in ("bipartite", "general"):
        assert (shape == "bipartite") == nx.is_bipartite(graph)


def test_a_shape_needs_edges_inside_the_component():
    with pytest.raises(ModelError, match="leaves the component"):
        shape_of(["a", "b"], [("a", "c")])
