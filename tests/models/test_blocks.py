"""Is every designed block narrow given the rest, is the number of blocks right, and are faults of others' named?"""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest
from networkx.algorithms.approximation import treewidth_min_degree, treewidth_min_fill_in

from models import UGM, Factor, ModelError, Variable, ising_grid, narrowness, stacked_rbm
from models.blocks import check_blocks, design_blocks, design_blocks_steps, layer_blocks
from models.errors import Cancelled, CancelToken
from models.examples import complete, ising_project
from models.slices import OutOfSpace
from models.steps import drain
from tests.models.test_cutsets import has_width_at_most


def model_on(graph):
    variables = [Variable.of_size(f"v{v}", 2) for v in graph]
    return UGM(variables, [Factor((f"v{a}", f"v{b}"), [[0.0, 1.0], [1.0, 0.0]]) for a, b in graph.edges])


def arboricity(graph):
    """The least number of forests, by trying every assignment."""
    nodes = list(graph)
    for k in range(len(nodes) + 1):
        for where in itertools.product(range(k), repeat=len(nodes)):
            parts = [[v for v, at in zip(nodes, where, strict=True) if at == j] for j in range(k)]
            if all(not part or nx.is_forest(graph.subgraph(part)) for part in parts):
                return k
    return 0


def check(ugm, found, width):
    graph = ugm.graph()
    names = [name for block in found.blocks for name in block.names]
    assert sorted(names) == sorted(ugm.names)
    assert found.valid
    assert found.lower <= len(found.blocks)
    for block in found.blocks:
        inside = graph.subgraph(block.names)
        assert has_width_at_most(inside, width)
        assert block.n_edges == inside.number_of_edges()
        assert block.n_trees == nx.number_connected_components(inside)


@pytest.mark.parametrize("width", [0, 1, 2])
def test_designed_blocks_are_narrow_on_random_graphs(width):
    draw = random.Random(11)
    for k in range(60):
        ugm = model_on(nx.gnp_random_graph(draw.randint(1, 9), draw.choice((0.2, 0.5, 0.9)), seed=k))
        check(ugm, design_blocks(ugm, width=width), width)


def test_the_number_of_forests_is_least_on_small_graphs():
    draw = random.Random(12)
    for k in range(40):
        graph = nx.gnp_random_graph(draw.randint(1, 7), draw.choice((0.4, 0.7, 1.0)), seed=k)
        found = design_blocks(model_on(graph))
        assert found.exact
        assert len(found.blocks) == arboricity(graph)


def test_colourings_are_least_on_small_graphs():
    """Width 0 colours the graph: cycles of odd length need three colours, of even length two."""
    assert [len(design_blocks(model_on(nx.cycle_graph(n)), width=0).blocks) for n in (4, 5, 6, 7)] == [2, 3, 2, 3]


def test_the_pin_graph_makes_two_edges():
    found = design_blocks(complete(4, 10))
    assert found.exact
    assert [(len(block.names), block.n_trees) for block in found.blocks] == [(2, 1), (2, 1)]


@pytest.mark.parametrize("n", [3, 5])
def test_the_stacked_rbm_needs_two_blocks(n):
    found = design_blocks(stacked_rbm(n))
    assert found.exact
    assert len(found.blocks) == 2
    layers = [[f"{layer}{k + 1}" for k in range(n)] for layer in "xzhy"]
    whole = layer_blocks(stacked_rbm(n), layers)
    assert whole.exact
    assert [{name[0] for name in block.names} for block in whole.blocks] == [{"x", "h"}, {"z", "y"}]


def test_a_lattice_falls_into_two_combs():
    project = ising_project(10, 10)
    found = design_blocks(project.ugm, positions=project.positions)
    check(project.ugm, found, 1)
    assert found.exact
    assert [(len(block.names), block.n_trees) for block in found.blocks] == [(50, 1), (50, 1)]


def test_without_positions_a_lattice_still_needs_two_forests_only():
    found = design_blocks(ising_grid(10, 10), time_limit=0.5)
    check(ising_grid(10, 10), found, 1)
    assert found.exact


def test_clamped_variables_are_in_no_block():
    found = design_blocks(stacked_rbm(3), {"x1": 0, "z2": 1})
    assert not {"x1", "z2"} & {name for block in found.blocks for name in block.names}
    assert found.valid
    everything = design_blocks(stacked_rbm(1), dict.fromkeys(stacked_rbm(1).names, 0))
    assert everything.blocks == ()
    assert everything.exact


def test_a_forest_is_one_block():
    assert len(design_blocks(model_on(nx.random_labeled_tree(15, seed=2))).blocks) == 1
    assert len(design_blocks(model_on(nx.empty_graph(4))).blocks) == 1


def test_what_is_wrong_with_blocks_is_named():
    ugm = stacked_rbm(2)
    judged = check_blocks(ugm, [["x1", "x2", "z1"], ["z1", "z2", "h1"], ["y1"]])
    assert [block.narrow for block in judged.blocks] == [False, True, True]
    assert judged.left_out == ("h2", "y2")
    assert judged.repeated == ("z1",)
    assert not judged.valid
    with pytest.raises(ModelError, match="names q"):
        check_blocks(ugm, [["q"]])


def test_a_layer_with_a_cycle_is_called_wide():
    judged = layer_blocks(complete(4), [["x1", "x2", "x3"], ["x4"]])
    assert [block.narrow for block in judged.blocks] == [False, True]
    assert not judged.valid
    assert layer_blocks(complete(4), [["x1", "x2", "x3"], ["x4"]], width=2).valid


@pytest.mark.parametrize("width", [-1, 1.5])
def test_checking_asks_for_a_width_that_makes_sense_too(width):
    ugm = ising_grid(3, 3)
    with pytest.raises(ModelError, match="whole number"):
        check_blocks(ugm, [ugm.names[:4]], width=width)
    with pytest.raises(ModelError, match="whole number"):
        layer_blocks(ugm, [ugm.names[:4]], width=width)
    with pytest.raises(ModelError, match="whole number"):
        design_blocks(ugm, width=width)


def test_a_negative_width_is_refused():
    with pytest.raises(ModelError, match="whole number"):
        design_blocks(complete(3), width=-1)


def test_positions_of_some_variables_only_are_not_used():
    project = ising_project(3, 3)
    some = {name: place for name, place in project.positions.items() if name != project.ugm.names[4]}
    check(project.ugm, design_blocks(project.ugm, positions=some), 1)
    assert design_blocks(project.ugm, positions=some) == design_blocks(project.ugm)


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (0.0, float("inf")), (1.0,), None, "ab"])
def test_a_position_that_is_none_names_the_variable(place):
    project = ising_project(3, 3)
    name = project.ugm.names[4]
    with pytest.raises(ModelError, match=f"position of {name} is"):
        design_blocks(project.ugm, positions={**project.positions, name: place})


@pytest.mark.parametrize("fault", ["endless", "no room"])
def test_a_question_of_width_that_no_search_answers_leaves_a_valid_partition(monkeypatch, fault):
    def decide(masks, k, pacer):
        if fault == "no room":
            raise OutOfSpace
        assert pacer.seconds_left < float("inf"), "the limit is not passed on"
        while True:
            yield
            pacer.resume()

    monkeypatch.setattr(narrowness, "decide_steps", decide)
    ugm = ising_grid(9, 9)
    found = design_blocks(ugm, width=7, time_limit=0.05)
    assert found.valid
    assert found.lower <= 2
    graph = ugm.graph()
    for block in found.blocks:
        inside = graph.subgraph(block.names)
        assert min(treewidth_min_degree(inside)[0], treewidth_min_fill_in(inside)[0]) <= 7


def test_cancelling_acts_while_it_is_searched_whether_a_block_is_narrow(monkeypatch):
    def decide(masks, k, pacer):
        for _ in range(1000):
            yield
            pacer.resume()
        raise AssertionError("cancelling was not noticed")

    monkeypatch.setattr(narrowness, "decide_steps", decide)
    cancel = CancelToken()
    steps = design_blocks_steps(ising_grid(9, 9), width=7, time_limit=None, cancel=cancel)
    for _ in range(300):
        next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)


def test_large_graphs_at_width_three_are_parted_without_time():
    ugm = model_on(nx.gnp_random_graph(120, 0.1, seed=540))
    check(ugm, design_blocks(ugm, width=3, time_limit=0), 1)  # forests at least
