"""Are the answers to question 1.1 those of the coursework, for any size, with chains and without?"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise, product

import networkx as nx
import pytest

from models import stacked_rbm
from models.examples import stacked_rbm_project
from models.project import Group, Project
from models.stack_questions import stack_questions


@pytest.mark.parametrize("n", [2, 3, 5])
def test_widths_and_blocks_for_any_size(n):
    answers = {answer.given: answer for answer in stack_questions(stacked_rbm_project(n))}
    assert [answer.width.upper for answer in answers.values()] == [1, 1, n]
    assert all(answer.width.exact for answer in answers.values())
    assert answers["x", "h"].free == ("z", "y")
    assert "can be drawn together as one block" in answers["x", "h"].block
    assert "can be drawn together as one block" in answers["z", "y"].block
    assert "update them in turn" in answers["x", "z"].block


def test_the_words_for_three():
    by = {answer.given: answer for answer in stack_questions(stacked_rbm_project(3))}
    assert by["x", "h"].parts == "a chain of 3 and 3 single variables"
    assert by["x", "h"].cost == (
        "No cycle is left, so exact marginals cost time linear in the number of variables. With one more variable in "
        "each layer the treewidth stays 1: the cost grows only with the number of variables."
    )
    assert "goes from 3 to 4, then 5" in by["x", "z"].cost
    assert by["x", "h"].edges == (("y1", "y2"), ("y2", "y3"))
    assert len(by["x", "z"].edges) == 11


def test_without_chains_independent_variables_are_left():
    by = {answer.given: answer for answer in stack_questions(stacked_rbm_project(4, with_chains=False))}
    assert [answer.width.upper for answer in by.values()] == [0, 0, 4]
    assert "independent" in by["x", "h"].cost
    assert by["x", "h"].edges == ()


def test_layers_that_are_not_there_are_not_asked_about():
    answers = stack_questions(stacked_rbm_project(2).without(["x1", "x2"]))
    assert [answer.given for answer in answers] == [("z", "y")]


def least_width(graph):
    """Return the treewidth, found by eliminating the vertices in every order (Bodlaender and others 2006)."""
    graph = nx.convert_node_labels_to_integers(graph)

    @cache
    def best(gone):
        if not gone:
            return -1
        return min(max(best(gone - {v}), degree(gone - {v}, v)) for v in gone)

    def degree(gone, v):
        reached = nx.node_connected_component(graph.subgraph(gone | {v}), v)
        return len({u for w in reached for u in graph[w]} - reached)

    return best(frozenset(graph))


def stack_graph(n, layers, chained):
    """Return the stack by its definition."""
    graph = nx.Graph()
    graph.add_nodes_from(f"{layer}{k}" for layer in layers for k in range(1, n + 1))
    for above, below in pairwise(layers):
        graph.add_edges_from((f"{above}{i}", f"{below}{j}") for i, j in product(range(1, n + 1), repeat=2))
    for layer in chained:
        graph.add_edges_from((f"{layer}{k}", f"{layer}{k + 1}") for k in range(1, n))
    return graph


def left_of(graph, given):
    return graph.subgraph([v for v in graph if v[0] not in given])


def stack(n, layers, chained):
    groups = tuple(Group(layer, tuple(f"{layer}{k}" for k in range(1, n + 1))) for layer in layers)
    return Project(ugm=stacked_rbm(n, layers, tuple(chained)), groups=groups)


CASES = [
    *((n, "xzhy", "xy", given) for n in (1, 2, 3) for given in ("xh", "zy", "xz", "", "x", "xhy", "zh")),
    *((n, "xzhy", "xy", given) for n in (4, 5, 6) for given in ("xh", "zy")),
    *((n, "ab", "a", given) for n in (1, 2, 3) for given in ("", "a", "b")),
    *((n, "abc", "abc", given) for n in (1, 2, 3) for given in ("", "a", "b", "ab")),
    *((2, "abcde", chained, given) for chained in ("", "c") for given in ("b", "bd", "ace", "abcd")),
]


@pytest.mark.parametrize(("n", "layers", "chained", "given"), CASES)
def test_every_number_is_that_of_the_graph(n, layers, chained, given):
    (answer,) = stack_questions(stack(n, layers, chained), [tuple(given)])
    graph = left_of(stack_graph(n, layers, chained), given)
    assert set(map(frozenset, answer.edges)) == set(map(frozenset, graph.edges))
    width = least_width(graph)
    assert (answer.width.lower, answer.width.upper) == (width, width)
    n_said = [int(k) for k in re.findall(r"treewidth (?:is|goes from|stays) (\d+)", answer.cost)]
    assert set(n_said) <= {width}
    grown = re.search(r"goes from (\d+) to (\d+), then (\d+)", answer.cost)
    if "stays" in answer.cost or grown:
        said = [width] * 3 if grown is None else list(map(int, grown.groups()))
        family = [left_of(stack_graph(n + k, layers, chained), given) for k in range(3)]
        known = [least_width(member) for member in family if len(member) <= 12]
        assert said[: len(known)] == known
    # The words for the parts, against what the components are.
    parts = [graph.subgraph(part) for part in nx.connected_components(graph)]
    singles = sum(len(part) == 1 for part in parts)
    assert sum(int(k) for k in re.findall(r"(\d+) single variables", answer.parts)) == (singles if singles > 1 else 0)
    for part in parts:
        if len(part) > 1:
            assert f" of {len(part)}" in answer.parts
        if "edges" in answer.parts and part.size() > len(part):
            assert f"{part.size()} edges, {len(nx.cycle_basis(part))} independent cycle" in answer.parts


@pytest.mark.parametrize(("n", "layers", "chained", "given"), CASES)
def test_the_block_suggested_is_one(n, layers, chained, given):
    (answer,) = stack_questions(stack(n, layers, chained), [tuple(given)])
    graph = left_of(stack_graph(n, layers, chained), given)
    free = [layer for layer in layers if layer not in given]
    assert ("as one block" in answer.block) == nx.is_forest(graph)
    assert ("together" in answer.block) == (len(free) > 1)
    alone = [nx.is_forest(graph.subgraph([v for v in graph if v[0] == layer])) for layer in free]
    assert ("update them in turn" in answer.block) == (all(alone) and not nx.is_forest(graph))
    assert ("each is one given the others" in answer.block) == ("in turn" in answer.block and len(free) > 2)
    assert ("each is one given the other:" in answer.block) == ("in turn" in answer.block and len(free) == 2)


def test_one_layer_left_is_spoken_of_as_one():
    (answer,) = stack_questions(stacked_rbm_project(3), [("x", "h", "y")])
    assert answer.block == "Given x, h and y, layer z can be drawn as one block, exactly."


def with_circle(layers, circles):
    """Return a stack of layers of three in which some layers are circles."""
    patterns = {layer: "cycle" if layer in circles else "none" for layer in layers}
    groups = tuple(Group(layer, tuple(f"{layer}{k}" for k in (1, 2, 3))) for layer in layers)
    return Project(ugm=stacked_rbm(3, layers, patterns=patterns), groups=groups)


def test_layers_that_are_no_forest_are_named_and_no_others():
    def said(circles, given=()):
        (answer,) = stack_questions(with_circle("abc", circles), [tuple(given)])
        return answer.block

    assert said("b") == (
        "Layers a and c are each a forest given the rest; layer b is no forest even given the rest: "
        "smaller blocks are needed there."
    )
    assert said("ab").startswith("Layer c is a forest given the rest; layers a and b are no forests even given")
    assert said("abc") == "Layers a, b and c are no forests even given the rest: smaller blocks are needed."
    assert said("a", "bc") == "Given b and c, layer a is no forest: smaller blocks are needed."


def test_variables_in_no_layer_count_too():
    project = stacked_rbm_project(3)
    loose = Project(ugm=project.ugm, groups=project.groups[:3])  # y is in no layer
    (answer,) = stack_questions(loose, [("x", "z")])
    assert answer.block == (
        "Given x and z, layer h and the 3 variables in no layer together are no forest; "
        "each is one given the other: update them in turn."
    )
    (answer,) = stack_questions(loose, [("x", "h")])
    assert answer.block.startswith("Given x and h, layer z and the 3 variables in no layer can be drawn together")


def test_everything_clamped_leaves_nothing_to_say():
    (answer,) = stack_questions(stacked_rbm_project(2), [("x", "z", "h", "y")])
    assert (answer.parts, answer.block) == ("nothing", "No block is left to update.")
    assert answer.cost == "Every variable is clamped: there is nothing to infer."


def test_layers_of_one_do_not_tell_how_they_grow():
    """With chains, clamping x and h leaves width 0, then 1, 1; without chains 0, 0, 0: the edges do not say which."""
    (answer, *_) = stack_questions(stacked_rbm_project(1))
    assert "one more" not in answer.cost
    assert [least_width(left_of(stack_graph(n, "xzhy", "xy"), "xh")) for n in (1, 2)] == [0, 1]


def test_a_full_stop_in_a_name_cuts_no_sentence():
    project = stacked_rbm_project(3)
    groups = tuple(Group(f"no. {group.name}", group.members) for group in project.groups)
    (answer,) = stack_questions(Project(ugm=project.ugm, groups=groups), [("no. x", "no. h")])
    assert "linear in the number of variables. With one more variable in each layer" in answer.cost
