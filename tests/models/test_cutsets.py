"""Is a cutset smallest, is its bound honest, and can its search be stopped?"""

from __future__ import annotations

import itertools
import random
import time

import networkx as nx
import numpy as np
import pytest
from networkx.algorithms.approximation import treewidth_min_degree, treewidth_min_fill_in

from models import ModelError, ising_grid, kernels, narrowness, stacked_rbm
from models.cutsets import cutset, cutset_steps
from models.errors import Cancelled, CancelToken
from models.graph import mask_of, masks_of
from models.kernels import hitting
from models.narrowness import narrow, obstruction
from models.slices import OutOfSpace
from models.steps import drain


def has_width_at_most(graph, width):
    """Whether some order eliminates every vertex with so few neighbours; by trying them all."""
    near = {v: set(graph[v]) - {v} for v in graph}
    failed = set()

    def neighbours(v, gone):
        seen, frontier, outside = {v}, [v], set()
        while frontier:
            for u in near[frontier.pop()] - seen:
                seen.add(u)
                (frontier.append if u in gone else outside.add)(u)
        return outside

    def finish(gone):
        if len(near) - len(gone) <= width + 1:
            return True
        if gone in failed:
            return False
        for v in near:
            if v not in gone and len(neighbours(v, gone)) <= width and finish(gone | {v}):
                return True
        failed.add(gone)
        return False

    return finish(frozenset())


def fewest(graph, width):
    """How many vertices must go, by trying all sets of one size after the other."""
    for k in range(len(graph) + 1):
        for gone in itertools.combinations(graph, k):
            if has_width_at_most(graph.subgraph(set(graph) - set(gone)), width):
                return k
    raise AssertionError("the empty graph is narrow")


def random_graphs():
    draw = random.Random(540)
    for k in range(300):
        n = draw.randint(10, 12) if k % 15 == 0 else draw.randint(1, 9)
        yield nx.gnp_random_graph(n, draw.choice((0.2, 0.35, 0.5, 0.8)), seed=k)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_the_set_is_smallest_on_300_random_graphs(width):
    for graph in random_graphs():
        found = cutset(graph, width)
        left = graph.subgraph(set(graph) - set(found.names))
        assert has_width_at_most(left, width), sorted(graph.edges)
        assert found.exact
        assert found.upper == fewest(graph, width), sorted(graph.edges)


def test_width_zero_is_a_vertex_cover():
    for graph in itertools.islice(random_graphs(), 60):
        found = cutset(graph, 0)
        assert all(a in found.names or b in found.names for a, b in graph.edges)
        independent = max((len(c) for c in nx.find_cliques(nx.complement(graph))), default=0)
        assert found.exact
        assert found.upper == len(graph) - independent


@pytest.mark.parametrize(
    ("graph", "width", "size", "source"),
    [
        (nx.complete_graph(40), 1, 38, "a forest holds two vertices of a clique"),
        (nx.complete_graph(40), 3, 36, "treewidth three holds four of them"),
        (nx.complete_bipartite_graph(5, 7), 1, 4, "all of the smaller side but one"),
        (nx.cycle_graph(50), 1, 1, "any vertex"),
        (nx.petersen_graph(), 1, 3, "decycling number of the Petersen graph"),
        (nx.hypercube_graph(4), 1, 6, "Beineke and Vandell 1997"),
        (nx.grid_2d_graph(5, 5), 1, 6, "ceil((25 - 10 + 2) / 3), Luccio 1998"),
        (nx.balanced_tree(3, 3), 1, 0, "it is a tree"),
        (nx.grid_2d_graph(2, 9), 2, 0, "a ladder has treewidth two"),
    ],
)
def test_known_sizes(graph, width, size, source):
    found = cutset(graph, width, time_limit=20)
    assert (found.lower, found.upper) == (size, size), source


def test_a_model_stands_for_its_graph_and_keeps_its_names():
    found = cutset(stacked_rbm(3), 1)
    assert found.exact
    assert set(found.names) <= set(stacked_rbm(3).names)
    assert nx.is_forest(stacked_rbm(3).graph().subgraph(set(stacked_rbm(3).names) - set(found.names)))


def test_components_are_solved_apart():
    parts = [nx.complete_graph(4), nx.cycle_graph(5), nx.path_graph(4)]
    found = cutset(nx.disjoint_union_all(parts), 1)
    assert (found.lower, found.upper) == (3, 3)


def test_a_large_graph_gets_an_honest_interval():
    graph = nx.grid_2d_graph(14, 14)
    found = cutset(graph, 1, time_limit=1.0)
    assert nx.is_forest(graph.subgraph(set(graph) - set(found.names)))
    assert (
        found.lower <= 61
    )  # what Luccio's construction leaves as a forest has n - ceil((196 - 28 + 2) / 3) - 4 at least
    assert found.lower < found.upper
    assert not found.exact


def test_bounds_only_close():
    shown = [value for value in cutset_steps(ising_grid(6, 6), 1) if value is not None]
    assert shown
    for a, b in itertools.pairwise(shown):
        assert a.lower <= b.lower <= b.upper <= a.upper


@pytest.mark.parametrize("graph", [nx.empty_graph(0), nx.empty_graph(5), nx.path_graph(6)])
def test_nothing_needs_to_go_from_a_forest(graph):
    assert cutset(graph, 1).names == ()
    assert cutset(graph, 1).exact


def test_cancelling_acts_at_the_next_slice():
    cancel = CancelToken()
    steps = cutset_steps(nx.grid_2d_graph(9, 9), 1, cancel=cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(steps)


def test_the_first_set_comes_whatever_the_time():
    found = cutset(nx.grid_2d_graph(9, 9), 1, time_limit=0.0)
    assert nx.is_forest(nx.grid_2d_graph(9, 9).subgraph(set(nx.grid_2d_graph(9, 9)) - set(found.names)))


@pytest.mark.parametrize("width", [-1, 1.5])
def test_a_width_must_be_a_whole_number(width):
    with pytest.raises(ModelError, match="whole number"):
        cutset(nx.path_graph(3), width)


@pytest.mark.parametrize("width", [0, 1, 2, 3, 4])
def test_narrowness_and_obstructions_against_all_orders(width):
    draw = random.Random(7)
    for k in range(60):
        graph = nx.gnp_random_graph(draw.randint(1, 9), draw.choice((0.3, 0.5, 0.8)), seed=1000 + k)
        _, masks = masks_of(graph)
        inside = mask_of(v for v in graph if draw.random() < 0.9)
        chosen = [v for v in graph if inside >> v & 1]
        whole = graph.subgraph(chosen)
        assert narrow(masks, inside, width) == has_width_at_most(whole, width)
        if not narrow(masks, inside, width):
            found = drain(obstruction(masks, inside, width))
            blamed = [v for v in chosen if found >> v & 1]
            assert not has_width_at_most(graph.subgraph(blamed), width)
            for v in blamed:
                assert has_width_at_most(graph.subgraph(set(blamed) - {v}), width)


def test_the_compiled_search_is_right_however_often_it_is_interrupted():
    if not kernels.wanted("hitting", float("inf")):
        pytest.skip(f"nothing can be compiled here: {kernels.problem()}")
    draw = random.Random(3)
    for _ in range(60):
        sets = [draw.sample(range(9), draw.randint(1, 4)) for _ in range(draw.randint(1, 12))]
        best = next(
            k for k in range(10) if any(all(set(c) & set(s) for s in sets) for c in itertools.combinations(range(9), k))
        )
        words = np.array([mask_of(s) for s in sets], dtype=np.uint64)
        for budget in (1, 1000):
            assert answer(words, best, budget) is not None
            assert all(answer(words, best, budget) & int(word) for word in words)
            assert best == 0 or answer(words, best - 1, budget) is None


def answer(words, k, budget):
    meters = np.array([0, 1], dtype=np.int64)
    stack = [np.zeros(k + 1, dtype=np.uint64) for _ in range(3)]
    while True:
        found = hitting.hit(words, len(words), k, meters, *stack, np.zeros(64, dtype=np.int64), budget)
        if found != hitting.SPENT_BUDGET:
            return int(stack[0][meters[hitting.DEPTH]]) if found == hitting.YES else None


def test_without_a_compiler_the_answer_is_the_same(monkeypatch):
    monkeypatch.setattr(kernels, "wanted", lambda part, n_entries: False)
    for graph in itertools.islice(random_graphs(), 80):
        found = cutset(graph, 1)
        assert found.exact
        assert found.upper == fewest(graph, 1)


def test_exact_on_forty_vertices_of_the_gallery_in_a_moment():
    kernels.warm()
    started = time.thread_time()
    for graph in (ising_grid(5, 8), stacked_rbm(6), nx.complete_graph(40)):
        assert cutset(graph, 1, time_limit=20).exact
    assert time.thread_time() - started < 20


@pytest.mark.parametrize("fault", ["endless", "no room"])
def test_a_question_of_width_that_no_search_answers_ends_with_honest_bounds(monkeypatch, fault):
    """Whether what is left is narrow can itself take hours, or more memory than there is."""

    def decide(masks, k, pacer):
        if fault == "no room":
            raise OutOfSpace
        assert pacer.seconds_left < float("inf"), "the limit is not passed on"
        while True:
            yield
            pacer.resume()

    monkeypatch.setattr(narrowness, "decide_steps", decide)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(8, 8))
    found = cutset(graph, 6, time_limit=0.05)
    # The treewidth of this lattice is 8, so two must go at least; what is left is narrow, as an order shows.
    assert found.lower <= 2 <= found.upper
    left = graph.subgraph(set(graph) - set(found.names))
    assert min(treewidth_min_degree(left)[0], treewidth_min_fill_in(left)[0]) <= 6


def test_cancelling_acts_while_it_is_searched_whether_what_is_left_is_narrow(monkeypatch):
    def decide(masks, k, pacer):
        for _ in range(1000):
            yield
            pacer.resume()
        raise AssertionError("cancelling was not noticed")

    monkeypatch.setattr(narrowness, "decide_steps", decide)
    cancel = CancelToken()
    steps = cutset_steps(nx.convert_node_labels_to_integers(nx.grid_2d_graph(8, 8)), 6, None, cancel)
    for _ in range(300):
        next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)


def test_a_lower_bound_needs_no_time():
    found = cutset(nx.complete_graph(60), 5, time_limit=0)
    assert (found.lower, found.upper) == (54, 54)  # any six of the vertices may stay
