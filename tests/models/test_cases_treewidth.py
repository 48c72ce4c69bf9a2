"""Does the treewidth agree with published and independently solved answers?"""

from __future__ import annotations

import json

import networkx as nx
import pytest

from models import treewidth, validate_decomposition
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


@pytest.mark.timeout(240)
def test_every_graph_of_the_first_class_is_solved(shared, answers):
    for name, answer in answers.items():
        if answer["class"] == "1s":
            graph = read_graph(shared / "data" / "treewidth" / name)
            result = treewidth(graph)
            check_witness(graph, result)
            assert (result.lower, result.upper) == (answer["treewidth"], answer["treewidth"]), name


@pytest.mark.timeout(240)
def test_harder_graphs_are_solved_or_bounded(shared, answers):
    for name, answer in answers.items():
        if answer["class"] != "1s":
            graph = read_graph(shared / "data" / "treewidth" / name)
            result = treewidth(graph, time_limit=2)
            check_witness(graph, result)
            low, high = answer["treewidth"] if isinstance(answer["treewidth"], list) else [answer["treewidth"]] * 2
            assert result.lower <= high, name
            assert result.upper >= low, name
            assert result.upper <= min(answer.get("min_fill", 10**9), answer.get("min_fill_or_degree", 10**9)), name


def test_the_long_lattice_is_six(shared):
    result = treewidth(read_graph(shared / "data" / "treewidth" / "grid_6x40.gr"))
    assert (result.lower, result.upper) == (6, 6)


def test_file_names_do_not_promise_the_textbook_graph(shared):
    folder = shared / "data" / "treewidth"
    assert treewidth(read_graph(folder / "queen_5x5.gr")).upper == 18
    assert treewidth(read_graph(folder / "pace2016_dimacs_queen5_5.gr")).upper == 11
