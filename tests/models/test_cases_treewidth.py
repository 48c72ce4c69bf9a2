"""Does the treewidth agree with published and independently solved answers?"""

from __future__ import annotations

import json
import math

import networkx as nx
import pytest
from networkx.algorithms.approximation import treewidth_min_degree, treewidth_min_fill_in

from models import kernels, treewidth, validate_decomposition
from models.exact_treewidth import treewidth_steps
from models.files.pace import read_graph


def check_witness(graph, result):
    assert result.lower <= result.upper
    assert validate_decomposition(graph, result.bags, result.tree, result.upper) is None
    assert sorted(result.order) == sorted(graph.nodes)


@pytest.mark.parametrize("identifier", ["rw04", "rw05", "rw06"])
def test_cases(shared, case, identifier):
    checks = [check for check in case(identifier)["checks"] if check["task"] == "treewidth"]
    assert checks
    for check in checks:
        graph = read_graph(shared / "cases" / check["graph"])
        expect = check["expect"]
        result = treewidth(graph)
        check_witness(graph, result)
        assert (result.lower, result.upper) == (expect["treewidth"], expect["treewidth"]), check["id"]
        assert nx.number_connected_components(graph) == expect["components"]
        assert graph.number_of_edges() == expect.get("simple_edges", graph.number_of_edges())


@pytest.fixture(scope="module")
def answers(shared):
    return json.loads((shared / "data" / "treewidth" / "answers.json").read_text(encoding="utf-8"))


def test_first_bounds_are_no_worse_than_those_of_a_library(shared, answers):
    for name in answers:
        graph = read_graph(shared / "data" / "treewidth" / name)
        first = next(result for result in treewidth_steps(graph) if result is not None)
        check_witness(graph, first)
        assert first.upper <= min(treewidth_min_degree(graph)[0], treewidth_min_fill_in(graph)[0]), name


@pytest.mark.timeout(600)
def test_every_solved_graph_is_solved(shared, answers):
    for name, answer in answers.items():
        if answer["class"] != "hard":
            graph = read_graph(shared / "data" / "treewidth" / name)
            result = treewidth(graph)
            check_witness(graph, result)
            assert (result.lower, result.upper) == (answer["treewidth"], answer["treewidth"]), name


@pytest.mark.timeout(600)
def test_hard_graphs_are_bounded(shared, answers):
    for name, answer in answers.items():
        if answer["class"] == "hard":
            graph = read_graph(shared / "data" / "treewidth" / name)
            result = treewidth(graph, time_limit=0.25)  # bounds hold at any moment
            check_witness(graph, result)
            low, high = answer["treewidth"]
            assert result.lower <= high, name
            assert low <= result.upper <= answer["min_fill_or_degree"], name
            assert result.lower >= answer["mmw_lower"], name


def test_a_hard_graph_with_a_published_answer(shared, answers):
    if not kernels.wanted("decision", math.inf):
        pytest.skip(f"nothing can be compiled here: {kernels.problem()}")
    name = "pace2016_8x6_torusGrid.gr"
    graph = read_graph(shared / "data" / "treewidth" / name)
    result = treewidth(graph)
    check_witness(graph, result)
    assert result.lower == result.upper == answers[name]["published"] == 12


def test_lattices(shared):
    assert treewidth(read_graph(shared / "data" / "treewidth" / "grid_6x40.gr")).lower == 6
    result = treewidth(nx.grid_2d_graph(10, 10))
    assert validate_decomposition(nx.grid_2d_graph(10, 10), result.bags, result.tree, 10) is None
    assert result.exact


def test_file_names_do_not_promise_the_textbook_graph(shared):
    folder = shared / "data" / "treewidth"
    assert treewidth(read_graph(folder / "queen_5x5.gr")).upper == 18
    assert treewidth(read_graph(folder / "pace2016_dimacs_queen5_5.gr")).upper == 11
