"""Does the game count right: cliques, fill edges, widths and tables, for any order and after undo?"""

from __future__ import annotations

import itertools
import math
import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import UGM, Factor, ModelError, Variable, condition, ising_grid, stacked_rbm, treewidth
from models.certificate import certificate
from models.conditioning import Evidence
from models.elimination import fill_edges, induced_width
from models.elimination_game import HEURISTICS, Game
from models.graph import masks_of
from models.jobs import answer
from models.width_jobs import CompareRules, Prove, ScoreOrder

from .test_graph import graphs


def game_on(graph, sizes=None):
    names, masks = masks_of(graph)
    return Game(names, masks, [math.log(2 if sizes is None else sizes[name]) for name in names])


@given(graphs(), st.randoms(use_true_random=False))
def test_every_step_is_what_networkx_says(graph, draw):
    order = list(graph)
    draw.shuffle(order)
    sizes = {v: draw.randint(1, 4) for v in graph}
    game, left = game_on(graph, sizes), nx.Graph(graph)
    left.remove_edges_from(list(nx.selfloop_edges(left)))
    for v in order:
        near = set(left[v])
        preview = game.preview(v)
        game = game.eliminated(v)
        step = game.steps[-1]
        assert step == preview
        assert set(step.clique) == near | {v}
        assert set(step.new_scope) == near
        missing = {frozenset(p) for p in itertools.combinations(near, 2) if not left.has_edge(*p)}
        assert {frozenset(edge) for edge in step.fill} == missing
        assert step.n_entries == pytest.approx(math.prod(sizes[u] for u in near | {v}))
        left.add_edges_from(map(tuple, missing))
        left.remove_node(v)
        assert set(game.remaining) == set(left)
        for u in left:
            assert set(game.neighbours(u)) == set(left[u])
    assert game.finished


@given(graphs(), st.randoms(use_true_random=False))
def test_the_score_is_that_of_the_order(graph, draw):
    order = list(graph)
    draw.shuffle(order)
    game = game_on(graph).eliminated(*order)
    names, masks = masks_of(graph)
    places = [names.index(v) for v in order]
    assert game.score.width == induced_width(masks, places)
    assert {frozenset(e) for e in game.fill} == {frozenset((names[a], names[b])) for a, b in fill_edges(masks, places)}
    if order:
        total = sum(2.0 ** len(step.clique) for step in game.steps)
        assert game.score.log_total == pytest.approx(math.log(total))


def test_the_best_of_all_orders_is_the_treewidth():
    draw = random.Random(1)
    for k in range(25):
        graph = nx.gnp_random_graph(draw.randint(1, 6), 0.5, seed=k)
        game = game_on(graph)
        best = min(game.score_of(order).width for order in itertools.permutations(graph))
        assert best == treewidth(graph).upper


def test_undo_goes_back_and_restart_to_the_start():
    game = Game.of(ising_grid(3, 3))
    played = game.eliminated("x5", "x1", "x2")
    assert played.undone().order == ("x5", "x1")
    assert played.undone().steps == game.eliminated("x5", "x1").steps
    assert played.undone(9).order == ()
    assert played.restarted().remaining == game.names
    assert not game.order, "a game is a value"


def test_clamped_variables_play_no_part():
    ugm = stacked_rbm(3)
    evidence = {f"x{k}": 0 for k in (1, 2, 3)}
    game = Game.of(ugm, evidence)
    assert game.names == condition(ugm, evidence).ugm.names
    assert not any(name.startswith("x") for step in game.eliminated(*game.names).steps for name in step.clique)


@pytest.mark.parametrize("heuristic", HEURISTICS)
def test_heuristics_finish_and_are_compared(heuristic):
    game = Game.of(ising_grid(4, 4))
    order = game.heuristic_order(heuristic)
    assert sorted(order) == sorted(game.names)
    assert game.score_of(order).width >= 4
    with pytest.raises(ModelError, match="min-fill"):
        game.heuristic_order("luck")


def test_a_rule_goes_on_from_where_the_game_stands():
    """From the middle of a path, what is left is a graph without the variables that are gone."""
    game = game_on(nx.cycle_graph(8)).eliminated(3, 5)
    for heuristic in HEURISTICS:
        rest = game.rest_order(heuristic)
        assert sorted(rest) == [0, 1, 2, 4, 6, 7]
        assert game.eliminated(*rest).score.width == 2


def test_hints_lead_a_tree_to_width_one():
    game = game_on(nx.random_labeled_tree(12, seed=4))
    while not game.finished:
        game = game.eliminated(game.hint())
    assert (game.score.width, game.score.n_fill) == (1, 0)
    assert game.hint() is None


def test_hints_prefer_small_tables_where_no_edge_is_added():
    variables = [Variable.of_size("a", 2), Variable.of_size("b", 9), Variable.of_size("c", 5)]
    pairs = [Factor(("a", "b"), [[0.0] * 9] * 2), Factor(("b", "c"), [[0.0] * 5] * 9)]
    assert Game.of(UGM(variables, pairs)).hint() == "a"


def test_one_bag_follows_an_order_through_one_clique():
    game = game_on(nx.complete_graph(5))
    assert game.one_bag(range(5)).finished
    path = game_on(nx.path_graph(5))
    first = path.one_bag(range(5))
    assert first.order == (0,)
    last = path
    for _ in range(4):
        last = last.one_bag(range(5))
    assert last.finished
    assert last.one_bag(range(5)) is last


def test_huge_tables_are_infinite_not_wrong():
    game = game_on(nx.star_graph(320), dict.fromkeys(range(321), 10)).eliminated(0)
    assert game.steps[0].n_entries == math.inf
    assert game.steps[0].log_entries == pytest.approx(321 * math.log(10))
    assert game.score.log_total == pytest.approx(321 * math.log(10))


def test_moves_that_cannot_be_say_why():
    game = Game.of(ising_grid(2, 2)).eliminated("x1")
    with pytest.raises(ModelError, match="already"):
        game.eliminated("x1")
    with pytest.raises(ModelError, match="not a variable"):
        game.eliminated("q")
    with pytest.raises(ModelError, match="not left"):
        game.preview("x1")


def test_nothing_to_eliminate_is_won_at_once():
    game = game_on(nx.empty_graph(0))
    assert game.finished
    assert (game.score.width, game.score.n_fill, game.score.log_total) == (-1, 0, -math.inf)


@given(graphs(), st.data())
def test_by_whatever_moves_an_order_is_reached_the_game_is_the_same(graph, data):
    names = list(graph)
    game = game_on(graph)
    for _ in range(data.draw(st.integers(0, 6))):
        game.score  # noqa: B018 - what is remembered of one order must not stay with the next
        move = data.draw(st.sampled_from(("eliminate", "undo", "restart", "jump")))
        if move == "eliminate" and game.remaining:
            left = data.draw(st.permutations(game.remaining))
            game = game.eliminated(*left[: data.draw(st.integers(1, len(left)))])
        elif move == "undo":
            game = game.undone(data.draw(st.integers(0, len(names) + 1)))
        elif move == "restart":
            game = game.restarted()
        elif move == "jump" and names:
            game = game.with_order(data.draw(st.permutations(names))[: data.draw(st.integers(0, len(names)))])
        fresh = game_on(graph).with_order(game.order)
        _, masks = masks_of(graph)
        anew = Game(game.names, masks, [math.log(2)] * len(names), game.order)
        for other in (fresh, anew):
            assert (game.steps, game.remaining, game.score) == (other.steps, other.remaining, other.score)
            assert all(game.preview(name) == other.preview(name) for name in game.remaining)


def test_a_move_that_cannot_be_made_changes_nothing():
    game = game_on(nx.path_graph(4)).eliminated(0, 1)
    for move in (lambda: game.eliminated(1), lambda: game.with_order((0, 7))):
        with pytest.raises(ModelError):
            move()
    assert game.order == (0, 1)
    assert game.remaining == (2, 3)
    assert game.eliminated(2).order == (0, 1, 2)


def cost_by_networkx(graph, order, size):
    """Return width, entries of all tables and added edges of an order, eliminating on a networkx graph."""
    left, width, entries, added = nx.Graph(graph), -1, 0, 0
    for v in order:
        near = list(left[v])
        width = max(width, len(near))
        entries += math.prod(size[u] for u in (v, *near))
        new = [pair for pair in itertools.combinations(near, 2) if not left.has_edge(*pair)]
        added += len(new)
        left.add_edges_from(new)
        left.remove_node(v)
    return width, entries, added


def test_the_jobs_cost_orders_as_networkx_does():
    graph = nx.gnm_random_graph(30, 60, seed=4)
    size = {f"v{k}": 2 + k % 3 for k in graph}
    graph = nx.relabel_nodes(graph, {k: f"v{k}" for k in graph})
    ugm = UGM(
        [Variable.of_size(name, n) for name, n in size.items()],
        [Factor((a, b), [[0.0] * size[b]] * size[a]) for a, b in graph.edges],
    )
    clamped = {"v3": 0, "v8": 1}
    free = graph.subgraph([v for v in graph if v not in clamped])
    rules = answer(CompareRules(ugm, Evidence(clamped)))
    assert set(rules) == set(HEURISTICS)
    reverse = tuple(name for name in reversed(ugm.names) if name not in clamped)
    for ruled in (*rules.values(), answer(ScoreOrder(ugm, reverse, Evidence(clamped)))):
        assert set(ruled.order) == set(free)
        width, entries, added = cost_by_networkx(free, ruled.order, size)
        assert (ruled.score.width, ruled.score.n_fill) == (width, added)
        assert ruled.score.log_total == pytest.approx(math.log(entries))
    assert answer(ScoreOrder(UGM(()), ())).score.width == -1


def test_the_proof_is_that_of_the_certificate_and_counts_what_a_sweep_adds():
    ugm = stacked_rbm(2)
    result = treewidth(ugm)
    proof = answer(Prove(ugm, result))
    assert proof.certificate == certificate(ugm, result)
    assert [set(bag) for bag in proof.certificate.bags] == [set(bag) for bag in result.bags]
    assert all(list(bag) == sorted(bag, key=ugm.names.index) for bag in proof.certificate.bags)
    assert proof.sweep_additions == sum(ugm.variable(n).n_states for factor in ugm.factors for n in factor.scope)
