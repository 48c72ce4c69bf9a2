"""Are the graphs of each family those that networkx draws, and is what is said of them beforehand true?"""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.errors import ModelError, TooLargeError
from models.exact_treewidth import treewidth
from models.generators import GENERATORS, generator, make_project, sketch_of
from models.generators.layers import read_layers
from models.generators.random_graphs import pruefer_edges, random_graph_sketch, random_tree_sketch
from models.generators.sketch import MAX_EDGES, MAX_VARIABLES
from tests.acts import brute_treewidth
from tests.oracles import enumerate_ugm


def edge_set(graph) -> set[frozenset]:
    return {frozenset(edge) for edge in graph.edges}


def drawn(ugm) -> nx.Graph:
    """The model's graph on 0, 1, ... in model order."""
    return nx.relabel_nodes(ugm.graph(), {name: i for i, name in enumerate(ugm.names)})


@pytest.mark.parametrize(
    ("ugm", "wanted"),
    [
        (models.chain(7), nx.path_graph(7)),
        (models.chain(1), nx.path_graph(1)),
        (models.cycle(6), nx.cycle_graph(6)),
        (models.cycle(3), nx.cycle_graph(3)),
        (models.star(6), nx.star_graph(5)),
        (models.star(1), nx.empty_graph(1)),
        (models.complete(6), nx.complete_graph(6)),
        (models.bipartite(3, 4), nx.complete_bipartite_graph(3, 4)),
        (models.rbm(4, 2), nx.complete_bipartite_graph(2, 4)),
        (models.random_graph(9, p=1.0), nx.complete_graph(9)),
        (models.random_graph(9, p=0.0), nx.empty_graph(9)),
        (models.residual_chain(5, 1), nx.path_graph(5)),
    ],
    ids=lambda value: None,
)
def test_plain_shapes_are_those_of_networkx(ugm, wanted):
    assert list(drawn(ugm).nodes) == list(range(len(wanted)))
    assert edge_set(drawn(ugm)) == edge_set(wanted)


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (2, 2), (2, 5), (3, 3), (4, 5), (5, 3)])
def test_lattices_are_those_of_networkx(rows, columns, wrap):
    wanted = nx.grid_2d_graph(rows, columns, periodic=wrap)
    wanted.remove_edges_from(nx.selfloop_edges(wanted))
    for ugm in (models.lattice(rows, columns, wrap), models.ising_grid(rows, columns, wrap=wrap)):
        places = {name: divmod(i, columns) for i, name in enumerate(ugm.names)}
        assert edge_set(nx.relabel_nodes(ugm.graph(), places)) == edge_set(wanted)
        pairs = [factor.scope for factor in ugm.factors if len(factor.scope) == 2]
        assert len(pairs) == len({frozenset(pair) for pair in pairs}), "no edge twice"


def test_a_stack_of_layers_has_the_edges_it_should():
    layers, patterns = [("a", 3), ("b", 4), ("c", 1), ("d", 5)], {"a": "complete", "b": "cycle", "d": "chain"}
    ugm = models.stacked_rbm(layers=layers, patterns=patterns)
    wanted = nx.Graph()
    members = {name: [f"{name}{k}" for k in range(1, n + 1)] for name, n in layers}
    for above, below in itertools.pairwise(members.values()):
        wanted.add_edges_from(itertools.product(above, below))
    wanted.add_edges_from(itertools.combinations(members["a"], 2))
    wanted.add_edges_from(nx.cycle_graph(members["b"]).edges)
    wanted.add_edges_from(nx.path_graph(members["d"]).edges)
    assert edge_set(ugm.graph()) == edge_set(wanted)
    assert ugm.names == tuple(itertools.chain(*members.values()))
    text = "a 3 complete, b 4 cycle, c:1, d 5 CHAIN"
    assert read_layers(text) == (tuple(layers), patterns)
    project = make_project("stacked_rbm", layers=text)
    assert edge_set(project.ugm.graph()) == edge_set(wanted)
    assert [(group.name, list(group.members)) for group in project.groups] == list(members.items())


@pytest.mark.parametrize("text", ["", "x", "x 3,, y 2", "3 x", "x 3 ring", "x -1", "x 0", "x 2, x 3", "x 12, x1 2"])
def test_layers_that_cannot_be_read_say_why(text):
    with pytest.raises(ModelError) as caught:
        make_project("stacked_rbm", layers=text)
    assert len(str(caught.value)) > 20


# --- chance --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", range(2, 8))
def test_every_pruefer_code_is_another_tree(n):
    """Cayley: n^(n-2) labelled trees; a bijection needs them all to be trees and to differ."""
    trees = set()
    for code in itertools.product(range(n), repeat=n - 2) if n < 7 else [tuple(range(5)), (0,) * 5, (6, 6, 0, 0, 1)]:
        edges = pruefer_edges(code, n)
        graph = nx.Graph(edges)
        assert nx.is_tree(graph)
        assert len(graph) == n
        assert list(code) == nx.to_prufer_sequence(graph)
        trees.add(frozenset(map(frozenset, edges)))
    assert len(trees) == (n ** (n - 2) if n < 7 else 3)


def test_random_trees_are_uniform():
    """Chi-square over the 16 trees on four vertices, 3,200 draws: 44.3 is exceeded with probability 1e-4."""
    counts = dict.fromkeys(
        (frozenset(map(frozenset, pruefer_edges(code, 4))) for code in itertools.product(range(4), repeat=2)), 0
    )
    for seed in range(3200):
        sketch = random_tree_sketch(4, seed)
        counts[frozenset(frozenset(int(name[1:]) - 1 for name in edge) for edge in sketch.edges)] += 1
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < 44.3


def test_random_graphs_have_each_edge_equally_often():
    """Chi-square over the 10 edges on five vertices, with p and with m; 33.7 is exceeded with probability 1e-4."""
    for options, expected in (({"p": 0.3}, 600.0), ({"m": 4}, 800.0)):
        counts: dict[frozenset, int] = {}
        for seed in range(2000):
            sketch = random_graph_sketch(5, **options, seed=seed)
            for edge in sketch.edges:
                counts[frozenset(edge)] = counts.get(frozenset(edge), 0) + 1
        assert len(counts) == 10
        assert sum((c - expected) ** 2 / expected for c in counts.values()) < 33.7


def test_the_number_of_edges_of_a_random_graph():
    assert all(len(random_graph_sketch(12, m=m).edges) == m for m in (0, 1, 30, 66))
    sizes = [len(random_graph_sketch(12, p=0.5, seed=seed).edges) for seed in range(400)]
    assert abs(np.mean(sizes) - 33) < 5 * math.sqrt(66 / 4 / 400)
    assert 0.7 < np.var(sizes) / (66 / 4) < 1.4
    for bad in ({}, {"p": 0.5, "m": 3}, {"p": 1.5}, {"p": math.nan}, {"m": -1}, {"m": 67}):
        with pytest.raises(ModelError):
            random_graph_sketch(12, **bad)


def test_another_seed_is_another_graph_and_the_same_seed_the_same():
    for family in (models.random_tree, lambda n, seed: models.random_graph(n, m=30, seed=seed)):
        assert family(20, seed=1).same_as(family(20, seed=1))
        assert family(20, seed=1).edges != family(20, seed=2).edges


# --- sequences -----------------------------------------------------------------------------------------------------


def test_a_dilated_convolution_sees_as_far_as_its_formula():
    """The receptive field of the last unit is 1 + (kernel - 1)(2^layers - 1) steps."""
    for layers, kernel in ((1, 2), (2, 2), (3, 2), (2, 3), (2, 4)):
        field = 1 + (kernel - 1) * (2**layers - 1)
        length = field + 3
        project = make_project("convolution", length=length, depth=layers, kernel=kernel)
        graph = nx.DiGraph(project.arcs)
        top = project.ugm.names[-1]
        assert {a for a in nx.ancestors(graph, top) if a.startswith("x")} == {
            f"x{t}" for t in range(length - field + 1, length + 1)
        }


def test_networks_are_moralised_as_networkx_does():
    for key, values in (
        ("convolution", {"length": 6, "depth": 2, "kernel": 3}),
        ("residual", {"length": 9, "skip": 3}),
    ):
        project = make_project(key, **values)
        assert edge_set(project.ugm.graph()) == edge_set(nx.moral_graph(nx.DiGraph(project.arcs)))
        assert nx.is_directed_acyclic_graph(nx.DiGraph(project.arcs))
        bare = make_project(key, **values, moral=False)
        assert edge_set(bare.ugm.graph()) == {frozenset(arc) for arc in bare.arcs}
        assert bare.arcs == project.arcs


def test_a_moralised_network_is_normalised():
    """A product of p(unit | parents) sums to one, so log Z is 0, and ancestral marginals are those of the network."""
    for ugm in (models.dilated_causal_convolution(3, 2), models.residual_chain(7, 3)):
        assert enumerate_ugm(ugm).log_z == pytest.approx(0.0, abs=1e-12)
        assert models.infer(ugm).log_z == pytest.approx(0.0, abs=1e-10)


def test_other_dilations_and_wrong_ones():
    ugm = models.dilated_causal_convolution(5, 2, dilations=[3, 1], moral=False)
    assert ("x1", "a4") in ugm.edges
    assert ("a4", "b5") in ugm.edges
    for bad in ([1], [1, 0], [1, 2, 4]):
        with pytest.raises(ModelError, match="dilations"):
            models.dilated_causal_convolution(5, 2, dilations=bad)
    with pytest.raises(ModelError, match="table"):
        models.dilated_causal_convolution(20, 1, kernel=8, n_states=4)


# --- what is said beforehand ------------------------------------------------------------------------------------------


CASES = [
    ("chain", {"n": 1}), ("chain", {"n": 9}), ("cycle", {"n": 3}), ("cycle", {"n": 9}), ("star", {"n": 1}),
    ("star", {"n": 7}), ("tree", {"n": 1}), ("tree", {"n": 12}), ("lattice", {"rows": 1, "columns": 1}),
    ("lattice", {"rows": 1, "columns": 6}), ("lattice", {"rows": 4, "columns": 3}),
    ("lattice", {"rows": 1, "columns": 6, "wrap": True}), ("lattice", {"rows": 4, "columns": 3, "wrap": True}),
    ("lattice", {"rows": 2, "columns": 2, "wrap": True}), ("lattice", {"rows": 1, "columns": 2, "wrap": True}),
    ("complete", {"n": 1}), ("complete", {"n": 7}), ("bipartite", {"m": 3, "n": 4}), ("bipartite", {"m": 1, "n": 5}),
    ("rbm", {"visible": 5, "hidden": 3}), ("stacked_rbm", {"layers": "x 4 cycle"}),
    ("stacked_rbm", {"layers": "x 2 cycle"}), ("stacked_rbm", {"layers": "x 4"}),
    ("stacked_rbm", {"layers": "x 1 chain"}), ("stacked_rbm", {"layers": "x 4 complete"}),
    ("stacked_rbm", {"layers": "x 4, y 3"}), ("stacked_rbm", {"layers": "x 2 chain, y 2, z 3 cycle"}),
    ("ising", {"rows": 3, "columns": 4}), ("potts", {"rows": 2, "columns": 3, "wrap": True}),
    ("random", {"n": 6, "m": 0}), ("random", {"n": 6, "m": 15}), ("random", {"n": 8, "m": 12}),
    ("convolution", {"length": 4, "depth": 2}), ("convolution", {"length": 4, "depth": 2, "moral": False}),
    ("residual", {"length": 2, "skip": 2}), ("residual", {"length": 8, "skip": 2}),
    ("residual", {"length": 9, "skip": 4}),
    ("residual", {"length": 9, "skip": 4, "moral": False}), ("residual", {"length": 5, "skip": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "values"), CASES)
def test_sizes_and_treewidths_by_formula_are_those_of_the_graph(key, values):
    family = generator(key)
    all_values = family.values(values)
    project = make_project(key, **values)
    ugm = project.ugm
    size = family.size(all_values)
    assert (size.n_variables, size.n_edges) == (len(ugm.variables), len(ugm.edges))
    assert size.n_entries == ugm.n_parameters
    said = family.treewidth(all_values)
    if said is not None:
        assert said[0] == treewidth(ugm).upper == treewidth(ugm).lower
        if len(ugm.variables) <= 7:
            edges = [(ugm.index(a), ugm.index(b)) for a, b in ugm.edges]
            assert said[0] == brute_treewidth(set(range(len(ugm.variables))), edges)
    sketch = sketch_of(key, values)
    assert sketch.names == ugm.names
    assert set(project.positions) == set(ugm.names)


@pytest.mark.parametrize("family", GENERATORS, ids=lambda family: family.key)
def test_every_family_is_whole(family):
    """Defaults and the example can be made, with no two variables in one place and the title it says."""
    assert family.sentence.endswith(".")
    for values in ({}, family.example):
        project = make_project(family.key, **values)
        places = list(project.positions.values())
        apart = [max(abs(a - c), abs(b - d)) for (a, b), (c, d) in itertools.combinations(places, 2)]
        assert min(apart, default=999) > 60
        assert project.title
    again = make_project(family.key)
    assert again.same_as(make_project(family.key))
    for parameter in family.parameters:
        assert parameter.tip
        assert parameter.checked(parameter.default) == parameter.default


@pytest.mark.parametrize("key", ["chain", "cycle", "star", "residual"])
@pytest.mark.parametrize("n", [2, 5, 11, 15, 16, 17, 25, 29, 30, 47, 61, 150])
def test_folded_pictures_keep_nodes_apart(key, n):
    sketch = sketch_of(
        key, {"n" if key != "residual" else "length": max(n, 3)} | ({"skip": 4} if key == "residual" else {})
    )
    apart = [math.dist(a, b) for a, b in itertools.combinations([sketch.positions[name] for name in sketch.names], 2)]
    assert min(apart) > 68, "circles of radius 34 do not touch"


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("lattice", {"rows": 200, "columns": 200}), ("bipartite", {"m": 1000, "n": 1000}),
        ("random", {"n": 20_000, "m": 90_000, "n_states": 50}), ("stacked_rbm", {"layers": "a 999999999, b 3"}),
        ("stacked_rbm", {"layers": "a 1000 complete"}),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused_before_it_is_made(key, values):
    with pytest.raises(TooLargeError, match=r"at most .* can be made"):
        make_project(key, **values)


def test_limits_hold_for_functions_too():
    with pytest.raises(TooLargeError):
        models.complete(1000)
    with pytest.raises(TooLargeError):
        models.lattice(1000, 1000)
    with pytest.raises(TooLargeError):
        models.ising_grid(1000, 1000)
    assert MAX_VARIABLES == 20_000
    assert MAX_EDGES >= 447 * 446 // 2


def test_wrong_values_say_what_would_be_accepted():
    for values, words in (
        ({"n": 0}, "out of range"), ({"n": 2.5}, "whole"), ({"n": "many"}, "not a number"),
        ({"n": True}, "not a number"),
        ({"n": math.inf}, "not a number"), ({"rows": 3}, "takes no rows"),
    ):  # fmt: skip
        with pytest.raises(ModelError, match=words):
            make_project("chain", **values)
    with pytest.raises(ModelError, match="no generator"):
        make_project("ring")
    for call in (lambda: models.cycle(2), lambda: models.bipartite(0, 3), lambda: models.rbm(3, 0)):
        with pytest.raises(ModelError, match="at least"):
            call()


@given(st.integers(1, 60), st.integers(0, 10_000))
def test_random_trees_are_trees(n, seed):
    sketch = random_tree_sketch(n, seed)
    graph = nx.Graph()
    graph.add_nodes_from(sketch.names)
    graph.add_edges_from(sketch.edges)
    assert nx.is_tree(graph)
    assert list(sketch.names) == [f"x{k}" for k in range(1, n + 1)]
