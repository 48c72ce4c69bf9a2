"""Do open paths, blocking clamps and smallest separators agree with networkx and with trying everything?"""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.connectivity import minimum_node_cut

from models import UGM, Factor, ModelError, Variable, chain, ising_grid
from models.errors import Cancelled, CancelToken
from models.graph import separated
from models.separation import separation, separation_steps
from models.steps import drain
from tests.oracles import enumerate_ugm


def model_of(graph):
    pairs = [Factor((f"v{a}", f"v{b}"), np.zeros((2, 2))) for a, b in graph.edges]
    return UGM([Variable.of_size(f"v{i}", 2) for i in graph.nodes], pairs)


def named(places):
    return [f"v{i}" for i in places]


@st.composite
def questions(draw):
    n = draw(st.integers(2, 8))
    pairs = list(itertools.combinations(range(n), 2))
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)))
    sides = draw(st.lists(st.sampled_from("ab__"), min_size=n, max_size=n))
    a = [i for i in range(n) if sides[i] == "a"] or [0]
    b = [i for i in range(n) if sides[i] == "b" and i not in a]
    if not b:
        b = [max(i for i in range(n) if i not in a)] if len(a) < n else [a.pop()]
    given_ = [i for i in range(n) if draw(st.integers(0, 3)) == 0]
    return graph, a, b, given_


def joined(graph, a, b):
    return any(nx.has_path(graph, i, j) for i in a for j in b)


def smallest_cut(graph, a, b, candidates):
    """Return the size of a smallest subset of candidates without which a and b are not joined; None if none is."""
    for size in range(len(candidates) + 1):
        for cut in itertools.combinations(candidates, size):
            if not joined(graph.subgraph(set(graph) - set(cut)), a, b):
                return size
    return None


@given(questions())
def test_everything_against_trying_all(question):
    graph, a, b, given_ = question
    ugm = model_of(graph)
    found = separation(ugm, named(a), named(b), named(given_))
    a, b = [i for i in a if i not in given_], [i for i in b if i not in given_]
    left = graph.subgraph([i for i in graph if i not in given_])
    assert found.separated == (not joined(left, a, b))
    assert found.separated == separated(ugm, found.a, found.b, found.given)
    if found.separated:
        assert found.path == ()
        assert found.separator is None
        assert set(found.blockers) <= set(found.given)
        cut = [int(name[1:]) for name in found.blockers]
        assert not joined(graph.subgraph(set(graph) - set(cut)), a, b)
        assert len(cut) == smallest_cut(graph, a, b, given_)
        return
    path = [int(name[1:]) for name in found.path]
    assert path[0] in a
    assert path[-1] in b
    assert all(left.has_edge(i, j) for i, j in itertools.pairwise(path))
    shortest = min(nx.shortest_path_length(left, i, j) for i in a for j in b if nx.has_path(left, i, j))
    assert len(path) == shortest + 1
    free = [i for i in left if i not in a and i not in b]
    expected = smallest_cut(left, a, b, free)
    if expected is None:
        assert found.separator is None
        return
    cut = [int(name[1:]) for name in found.separator]
    assert len(cut) == expected
    assert set(cut) <= set(free)
    assert not joined(left.subgraph(set(left) - set(cut)), a, b)


@pytest.mark.parametrize("seed", range(12))
def test_smallest_separators_against_networkx(seed):
    graph = nx.gnm_random_graph(40, 90, seed=seed)
    found = separation(model_of(graph), "v0", "v39")
    if found.separated or graph.has_edge(0, 39):
        assert found.separator is None
        return
    assert len(found.separator) == len(minimum_node_cut(graph, 0, 39))
    cut = {int(name[1:]) for name in found.separator}
    assert not nx.has_path(graph.subgraph(set(graph) - cut), 0, 39)


@given(questions())
def test_separated_means_independent_whatever_the_numbers_are(question):
    graph, a, b, given_ = question
    graph = graph.subgraph(list(graph)[:6])
    if any(i not in graph for i in (*a, *b)):
        return
    given_ = [i for i in given_ if i in graph]
    rng = np.random.default_rng(len(graph.edges))
    ugm = model_of(graph)
    numbers = UGM(ugm.variables, [Factor(f.scope, rng.normal(size=(2, 2))) for f in ugm.factors])
    found = separation(numbers, named(a), named(b), named(given_))
    evidence = {f"v{i}": 1 for i in given_}
    places = [[numbers.index(name) for name in side] for side in (found.a, found.b)]
    joint = {}
    for state, score in enumerate_ugm(numbers, evidence).scores.items():
        key = tuple(tuple(state[i] for i in side) for side in places)
        joint[key] = joint.get(key, 0.0) + math.exp(score)
    total = sum(joint.values())
    first, second = {}, {}
    for (x, y), p in joint.items():
        first[x], second[y] = first.get(x, 0.0) + p / total, second.get(y, 0.0) + p / total
    independent = all(
        abs(joint.get((x, y), 0.0) / total - p * q) < 1e-12 for x, p in first.items() for y, q in second.items()
    )
    # Random numbers make an open path felt: the graph and the numbers agree both ways.
    assert found.separated == independent


def test_the_words_of_a_chain():
    ugm = chain(5)
    found = separation(ugm, "x1", "x5")
    assert found.path == ("x1", "x2", "x3", "x4", "x5")
    assert found.separator in (("x2",), ("x3",), ("x4",))
    found = separation(ugm, "x1", "x5", ["x2", "x4"])
    assert found.separated
    assert len(found.blockers) == 1  # one of the two would do
    assert separation(ugm, "x1", "x2").separator is None
    assert separation(ugm, "x1", "x2").path == ("x1", "x2")


def test_sides_that_are_clamped_as_a_whole_and_parts_that_are_not_joined():
    ugm = chain(4)
    found = separation(ugm, "x1", "x4", ["x1"])
    assert found.separated
    assert found.blockers == ()
    partly = separation(ugm, ["x1", "x3"], "x4", ["x3"])
    assert partly.separated
    assert partly.blockers == ("x3",)
    apart = UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)])
    assert separation(apart, "a", "b").separated
    assert separation(apart, "a", "b").blockers == ()


def test_what_cannot_be_asked():
    ugm = chain(3)
    with pytest.raises(ModelError, match="no variable called y"):
        separation(ugm, "y", "x1")
    with pytest.raises(ModelError, match="x2 is in both sets"):
        separation(ugm, ["x1", "x2"], ["x2", "x3"])
    with pytest.raises(ModelError, match="second set of variables is empty"):
        separation(ugm, "x1", [])


def test_a_large_lattice_takes_slices_and_can_be_stopped():
    ugm = ising_grid(30, 30, 0.1, 0.1)
    rows = [f"x{k}" for k in range(1, 31)], [f"x{k}" for k in range(871, 901)]
    assert len(separation(ugm, *rows).separator) == 30
    assert sum(1 for _ in separation_steps(ugm, *rows)) > 100
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        drain(separation_steps(ugm, *rows, cancel=token))
