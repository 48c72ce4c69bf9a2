"""Do elimination orders, cliques and costs follow the definition of elimination, done here with plain sets?"""

from __future__ import annotations

import itertools
import math

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ModelError
from models.elimination import (
    eliminate,
    eliminate_with_parents,
    fill_edges,
    induced_width,
    log_table_sizes,
    log_total_entries,
    min_degree,
    min_fill,
    weighted_min_fill,
)
from models.graph import masks_of, members

from .test_graph import graphs


def missing_pairs(graph, v):
    return [pair for pair in itertools.combinations(graph[v], 2) if not graph.has_edge(*pair)]


def played_out(graph, order):
    """Eliminate with networkx: the clique of each step, the fill, and the graph before each step."""
    graph = graph.copy()
    cliques, fill, before = [], [], []
    for v in order:
        before.append(graph.copy())
        cliques.append({v, *graph[v]})
        new = missing_pairs(graph, v)
        fill += [frozenset(pair) for pair in new]
        graph.add_edges_from(new)
        graph.remove_node(v)
    return cliques, fill, before


@given(graphs(), st.randoms(use_true_random=False))
def test_cliques_width_and_fill_of_any_order(graph, random):
    order = list(graph)
    random.shuffle(order)
    _, masks = masks_of(graph)
    cliques, fill, _ = played_out(graph, order)
    assert [set(members(clique)) for clique in eliminate(masks, order)] == cliques
    assert induced_width(masks, order) == max(map(len, cliques), default=0) - 1
    steps = {v: k for k, v in enumerate(order)}
    later = [[steps[u] for u in clique if steps[u] > k] for k, clique in enumerate(cliques)]
    assert eliminate_with_parents(masks, order)[1] == [min(each, default=-1) for each in later]
    found = fill_edges(masks, order)
    assert all(a < b for a, b in found)
    assert len(found) == len(fill)
    assert {frozenset(pair) for pair in found} == set(fill)


sizes_lists = st.lists(st.integers(1, 6), min_size=9, max_size=9)


@given(graphs(), sizes_lists)
def test_each_greedy_step_is_the_cheapest(graph, sizes):
    _, masks = masks_of(graph)
    logs = [math.log(size) for size in sizes[: len(graph)]]

    def fill(g, v):
        return len(missing_pairs(g, v))

    def weighted(g, v):
        return sum(sizes[a] * sizes[b] for a, b in missing_pairs(g, v))

    def table(g, v):
        return math.prod(sizes[u] for u in [v, *g[v]])

    for order, price in [
        (min_fill(masks), lambda g, v: (fill(g, v), g.degree(v))),
        (min_fill(masks, logs), lambda g, v: (fill(g, v), table(g, v))),
        (weighted_min_fill(masks, logs), lambda g, v: (weighted(g, v), table(g, v))),
        (min_degree(masks), lambda g, v: g.degree(v)),
    ]:
        assert sorted(order) == list(graph)
        for v, before in zip(order, played_out(graph, order)[2], strict=True):
            assert price(before, v) == min(price(before, u) for u in before)


@given(graphs(), st.permutations(range(9)))
def test_ties_decide_last(graph, ranks):
    _, masks = masks_of(graph)
    ranks = ranks[: len(graph)]
    order = min_fill(masks, ties=ranks)
    for v, before in zip(order, played_out(graph, order)[2], strict=True):
        prices = {u: (len(missing_pairs(before, u)), before.degree(u), ranks[u]) for u in before}
        assert prices[v] == min(prices.values())


@given(graphs(), sizes_lists, st.randoms(use_true_random=False))
def test_table_sizes(graph, sizes, random):
    order = list(graph)
    random.shuffle(order)
    _, masks = masks_of(graph)
    logs = [math.log(size) for size in sizes[: len(graph)]]
    tables = [math.prod(sizes[v] for v in clique) for clique in played_out(graph, order)[0]]
    assert log_table_sizes(masks, order, logs) == pytest.approx([math.log(table) for table in tables], abs=1e-12)
    total = log_total_entries(masks, order, logs)
    assert total == (pytest.approx(math.log(sum(tables)), abs=1e-12) if tables else -math.inf)


def test_states_count_not_only_vertices():
    # Variables 0 and 2 have 100 states each: joining them costs 10,000 entries, joining 1 and 3 costs 4.
    _, masks = masks_of(nx.cycle_graph(4))
    order = weighted_min_fill(masks, [math.log(size) for size in (100, 2, 100, 2)])
    assert order[0] in (0, 2)
    assert fill_edges(masks, order) == [(1, 3)]


def test_trees_and_chordal_graphs_get_no_fill():
    for graph in (nx.random_labeled_tree(200, seed=3), nx.path_graph(1000), nx.complete_graph(30)):
        _, masks = masks_of(graph)
        assert fill_edges(masks, min_fill(masks)) == []
    _, masks = masks_of(nx.path_graph(1000))
    assert induced_width(masks, min_degree(masks)) == 1


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 2, 2], [-1, 0, 1]])
def test_what_is_no_order_is_refused(order):
    with pytest.raises(ModelError, match="names"):
        eliminate([0b110, 0b101, 0b011], order)
