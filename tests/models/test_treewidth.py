"""Is the treewidth right, proved from both sides, and interruptible?

The oracle is dynamic programming over the sets of vertices eliminated first (Bodlaender, Fomin, Koster, Kratsch and
Thilikos 2012): the width of the best order that eliminates the set S first is the minimum over its last vertex v of the
larger of the best width for S without v and the number of vertices outside S that v reaches through S.
"""

from __future__ import annotations

import gc
import itertools
import math
import random
import time
from types import SimpleNamespace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import (
    Cancelled,
    ModelError,
    condition,
    ising_grid,
    kernels,
    stacked_rbm,
    treewidth,
    validate_decomposition,
)
from models.decompositions import order_of
from models.elimination import induced_width
from models.errors import CancelToken
from models.exact_treewidth import treewidth_steps
from models.graph import masks_of
from models.slices import Pacer
from models.steps import drain
from models.treewidth_bounds import contraction_bound, greedy_bound_steps, varied_bound_steps
from models.treewidth_decision import Decision
from models.treewidth_reduction import Part, clique_atoms_steps, shrink_steps

from .test_graph import bits, graphs


def best_width(graph):
    """Return the treewidth by dynamic programming over vertex sets; shares no code with what it checks."""
    place = {v: i for i, v in enumerate(graph)}
    near = [{place[u] for u in graph[v]} for v in graph]
    best = {frozenset(): -1}
    for _ in graph:
        larger = {}
        for done, width in best.items():
            for v in set(range(len(near))) - done:
                seen, frontier, outside = {v}, [v], set()
                while frontier:
                    for u in near[frontier.pop()] - seen:
                        seen.add(u)
                        if u in done:
                            frontier.append(u)
                        else:
                            outside.add(u)
                after = done | {v}
                larger[after] = min(larger.get(after, len(near)), max(width, len(outside)))
        best = larger
    return min(best.values())


def check(graph, result):
    assert result.lower <= result.upper
    assert result.exact == (result.lower == result.upper)
    assert validate_decomposition(graph, result.bags, result.tree, result.upper) is None
    names, masks = masks_of(graph)
    assert sorted(map(str, result.order)) == sorted(map(str, names))
    assert induced_width(masks, [names.index(v) for v in result.order]) == result.upper


def random_graph(rng, n):
    """Return a connected graph with shuffled vertex numbers: sparse, dense, regular, bipartite or nearly a tree."""
    seed = rng.randrange(10**9)
    kind = rng.randrange(5)
    if kind == 0:
        graph = nx.gnp_random_graph(n, rng.uniform(0.2, 0.8), seed=seed)
    elif kind == 1:
        graph = nx.random_regular_graph(4, n, seed=seed)
    elif kind == 2:
        half = rng.randint(2, n - 2)
        graph = nx.Graph(nx.bipartite.random_graph(half, n - half, rng.uniform(0.4, 1.0), seed=seed))
    elif kind == 3:
        graph = nx.random_labeled_tree(n, seed=seed)
        graph.add_edges_from(rng.sample(range(n), 2) for _ in range(rng.randint(1, n)))
    else:
        graph = nx.compose(nx.cycle_graph(n), nx.gnp_random_graph(n, rng.uniform(0.0, 0.4), seed=seed))
    numbers = rng.sample(range(n), n)
    return nx.relabel_nodes(nx.Graph(graph.edges), dict(enumerate(numbers))) if nx.is_connected(graph) else None


@settings(max_examples=300)
@given(graphs(most=8))
def test_any_graph_against_the_oracle(graph):
    result = treewidth(graph)
    check(graph, result)
    assert result.lower == result.upper == best_width(graph)


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_against_the_oracle(seed):
    """Twenty times ten connected graphs of six to nine vertices: the whole way, and the decision alone for each k."""
    rng = random.Random(seed)
    seen = 0
    while seen < 10:
        graph = random_graph(rng, rng.randint(6, 9))
        if graph is None:
            continue
        seen += 1
        expected = best_width(graph)
        result = treewidth(graph)
        check(graph, result)
        assert result.lower == result.upper == expected, graph.edges
        _, masks = masks_of(graph)
        for k in range(1, min(expected + 2, len(graph) - 1)):
            bags = drain(Decision(masks, k).steps(Pacer()))
            assert (bags is not None) == (expected <= k), (k, graph.edges)
            if bags is not None:
                assert max(bag.bit_count() for bag in bags) <= k + 1
                assert induced_width(masks, order_of(len(masks), bags)) <= k


@pytest.mark.parametrize("seed", range(6))
def test_twelve_vertices_against_the_oracle(seed):
    graph = None
    rng = random.Random(seed)
    while graph is None:
        graph = random_graph(rng, 12)
    result = treewidth(graph)
    check(graph, result)
    assert result.lower == result.upper == best_width(graph)


@settings(max_examples=300)
@given(graphs(), st.permutations(range(9)))
def test_bounds_and_reductions_are_safe(graph, ranks):
    expected = best_width(graph)
    _, masks = masks_of(graph)
    ties = ranks[: len(graph)]
    lower = contraction_bound(masks, ties)
    upper, order = drain(greedy_bound_steps(masks, ties))
    assert lower <= expected <= upper == induced_width(masks, order)
    varied, order = drain(varied_bound_steps(masks, lower))
    assert expected <= varied == induced_width(masks, order)
    assert varied <= drain(greedy_bound_steps(masks))[0]
    if len(graph) == 0:
        return
    for low in range(lower, expected + 1):
        rest, new_low, bags = drain(shrink_steps(Part(tuple(range(len(masks))), tuple(masks)), low))
        widths = [best_width(nx.Graph(graph_of(part.masks))) for part in rest]
        assert max([new_low, *widths]) == expected
        filled = bags + [part.lift((1 << len(part.masks)) - 1) for part in rest]
        assert set().union(*map(bits, filled)) == set(graph), "every vertex is in a bag or in the rest"


def graph_of(masks):
    graph = nx.empty_graph(len(masks))
    graph.add_edges_from((v, u) for v, near in enumerate(masks) for u in bits(near))
    return graph


@given(graphs())
def test_atoms_have_no_clique_separator(graph):
    if len(graph) == 0 or not nx.is_connected(graph):
        return
    _, masks = masks_of(graph)
    atoms = [graph.subgraph(bits(atom)) for atom in drain(clique_atoms_steps(masks))]
    assert {v for atom in atoms for v in atom} == set(graph)
    assert {frozenset(edge) for atom in atoms for edge in atom.edges} == {frozenset(edge) for edge in graph.edges}
    for atom in atoms:
        for clique in nx.enumerate_all_cliques(nx.Graph(atom)):
            left = nx.Graph(atom)
            left.remove_nodes_from(clique)
            assert len(left) == 0 or nx.is_connected(left), (clique, atom.edges)


@given(graphs(), st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(graph, shuffler):
    names = [f"v{k}" for k in range(len(graph))]
    shuffler.shuffle(names)
    renamed = nx.relabel_nodes(graph, dict(zip(graph, names, strict=True)))
    again = nx.Graph()
    again.add_nodes_from(sorted(renamed))
    again.add_edges_from(renamed.edges)
    first, second = treewidth(graph), treewidth(again)
    check(again, second)
    assert (first.lower, first.upper) == (second.lower, second.upper)


def test_relabelling_a_harder_graph():
    for seed in range(3):
        names = random.Random(seed).sample(range(25), 25)
        graph = nx.relabel_nodes(nx.convert_node_labels_to_integers(nx.grid_2d_graph(5, 5, periodic=True)), names.index)
        graph = nx.Graph((a, b) for a, b in sorted(graph.edges))
        assert treewidth(graph).lower == treewidth(graph).upper == 9


# --- known answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (nx.empty_graph(0), -1),
        (nx.empty_graph(1), 0),
        (nx.empty_graph(7), 0),
        (nx.path_graph(1000), 1),
        (nx.random_labeled_tree(300, seed=1), 1),
        (nx.cycle_graph(500), 2),
        (nx.complete_graph(40), 39),
        (nx.complete_bipartite_graph(7, 9), 7),
        (nx.petersen_graph(), 4),
        (nx.hypercube_graph(4), 6),
        (nx.grid_2d_graph(6, 6), 6),
        (nx.disjoint_union_all([nx.cycle_graph(5), nx.complete_graph(5), nx.empty_graph(3), nx.petersen_graph()]), 4),
    ],
)
def test_textbook_graphs(graph, expected):
    result = treewidth(graph)
    check(graph, result)
    assert (result.lower, result.upper, result.exact) == (expected, expected, True)


@pytest.mark.parametrize("compiled", [False, True])
def test_eight_by_eight_grid_is_eight(compiled, monkeypatch):
    if not compiled:
        monkeypatch.setattr(kernels, "ready", lambda part=None: False)
        monkeypatch.setattr(kernels, "wanted", lambda part, n_entries: False)
    result = treewidth(ising_grid(8, 8))
    check(ising_grid(8, 8), result)
    assert (result.lower, result.upper) == (8, 8)


@pytest.mark.parametrize("n", range(2, 7))
def test_stacked_rbm_before_and_after_clamping(n):
    """Layers x - z - h - y. With all free the treewidth is 2n - 1; the chains inside x and y matter only when h and y,
    or x and z, are what is left: then the chain plus its partner layer, or the fully joined pair, decides."""
    for chains, given_xh, given_zy in [(("x", "y"), 1, 1), ((), 0, 0)]:
        ugm = stacked_rbm(n, chains=chains)
        for layers, expected in [("xh", given_xh), ("zy", given_zy), ("xz", n)]:
            clamped = {name: 0 for name in ugm.names if name[0] in layers}
            left = condition(ugm, clamped).ugm
            result = treewidth(left)
            check(left, result)
            assert (result.lower, result.upper) == (expected, expected), (chains, layers)
        result = treewidth(ugm)
        check(ugm, result)
        assert (result.lower, result.upper) == (2 * n - 1, 2 * n - 1)


@pytest.mark.parametrize("seed", range(3))
def test_forty_sparse_variables_are_solved_or_bounded(seed):
    graph = nx.gnm_random_graph(40, 80, seed=seed)
    result = treewidth(graph, time_limit=5)
    check(graph, result)


# --- the way there -----------------------------------------------------------------------------------------------


def hard_graph():
    """The product of two cycles of 12; its treewidth is 22 (Kiyomi, Okamoto and Otachi 2016)."""
    return nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 12, periodic=True))


@pytest.mark.parametrize(
    "graph", [nx.grid_2d_graph(6, 7), nx.gnm_random_graph(30, 75, seed=5), nx.grid_2d_graph(5, 5, periodic=True)]
)
def test_bounds_only_ever_close(graph):
    expected = treewidth(graph).upper
    shown, steps = [], treewidth_steps(graph)
    while True:
        try:
            value = next(steps)
        except StopIteration as stop:
            shown.append(stop.value)
            break
        if value is not None:
            shown.append(value)
    for result in shown:
        check(graph, result)
        assert result.lower <= expected <= result.upper
    for a, b in itertools.pairwise(shown):
        assert a.lower <= b.lower
        assert a.upper >= b.upper
        assert a.seconds <= b.seconds
    assert shown[-1].exact


def test_the_first_bounds_come_first():
    value = next(v for v in treewidth_steps(nx.grid_2d_graph(7, 7)) if v is not None)  # None is a pause
    check(nx.grid_2d_graph(7, 7), value)
    assert not value.exact


def test_cancelling_stops_a_hard_search():
    cancel = CancelToken()
    steps = treewidth_steps(hard_graph(), cancel=cancel)
    started = time.perf_counter()
    while time.perf_counter() - started < 0.5:
        next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(steps)
    with pytest.raises(StopIteration):
        next(steps)


@pytest.mark.parametrize("compiled", [False, True])
def test_slices_are_short_on_the_processor(compiled, monkeypatch):
    """This thread's processor time: neither a loaded machine nor a compilation beside it matters.

    The window's worker never collects garbage, so that a collection, long in a process that ran many tests, does not
    count either.
    """
    if compiled:
        if not kernels.wanted("decision", math.inf):
            pytest.skip(f"nothing can be compiled here: {kernels.problem()}")
    else:
        monkeypatch.setattr(kernels, "ready", lambda part=None: False)
        monkeypatch.setattr(kernels, "wanted", lambda part, n_entries: False)
    steps = treewidth_steps(hard_graph(), time_limit=1.5)
    gc.disable()
    try:
        longest, last = 0.0, time.thread_time()
        for _ in steps:
            now = time.thread_time()
            longest, last = max(longest, now - last), now
    finally:
        gc.enable()
    assert longest < 0.1


def test_a_time_limit_gives_an_honest_interval():
    graph = hard_graph()
    started = time.thread_time()
    result = treewidth(graph, time_limit=0.3)
    assert time.thread_time() - started < 1.0
    check(graph, result)
    assert not result.exact
    assert result.lower <= 22 <= result.upper


def test_no_time_at_all_still_gives_bounds():
    for graph in (nx.grid_2d_graph(7, 7), nx.gnm_random_graph(400, 800, seed=1)):
        result = treewidth(graph, time_limit=0)
        check(graph, result)
        assert not result.exact


def test_a_thousand_sparse_variables_are_bounded():
    graph = nx.gnm_random_graph(1000, 1200, seed=4)
    check(graph, treewidth(graph, time_limit=0.5))


def test_what_cannot_be_asked():
    with pytest.raises(ModelError, match="time limit is -1"):
        treewidth(nx.path_graph(3), time_limit=-1)
    with pytest.raises(ModelError, match="time limit is nan"):
        treewidth(nx.path_graph(3), time_limit=float("nan"))
    with pytest.raises(ModelError, match="graph was expected"):
        treewidth("grid")
    with pytest.raises(ModelError, match="graph was expected"):
        treewidth(SimpleNamespace(nodes=3))
