"""Does the window say what is true of the cost, in words, and call no bound the treewidth?"""

from __future__ import annotations

import pytest

from models import UGM, Evidence, Factor, Variable, condition, forecast, ising_grid, treewidth
from models.exact_treewidth import TreewidthResult
from models.examples import stacked_rbm_project
from models.project import Group
from models.verdict import clamp_words, parts_words, size_words, verdict, width_words

LIMIT = 2.0**31


def judge(ugm, evidence=None, groups=(), result=None, limit=LIMIT):
    left = condition(ugm, evidence)
    found = result or treewidth(left.ugm)
    return verdict(left.ugm, left.components, found, forecast(left.ugm), limit, left.evidence, groups)


def given(layers, n=3):
    project = stacked_rbm_project(n)
    members = {g.name: g.members for g in project.groups}
    evidence = Evidence({name: 1 for layer in layers for name in members[layer]})
    return judge(project.ugm, evidence, project.groups)


def test_given_x_and_h_a_chain_and_single_variables_are_left():
    said = given("xh")
    assert said.level == "easy"
    assert said.width == "1"
    assert said.sentence.startswith("Given x and h, what is left is a chain of 3 and 3 single variables.")
    assert "linear in the number of variables" in said.sentence


def test_given_x_and_z_a_cyclic_part_as_wide_as_a_layer_is_left():
    said = given("xz", 4)
    # h and y fully joined (16 edges) and a chain of 4 in y: 19 edges on 8 variables, 12 independent cycles
    assert "a connected graph of 8 variables (19 edges, 12 independent cycles)" in said.sentence
    assert "Treewidth 4" in said.sentence


def test_a_group_as_large_as_the_treewidth_is_a_coincidence():
    """A lattice of three columns has treewidth 3 however many rows it has: a longer column costs no more."""
    ugm = ising_grid(4, 3)
    column = Group("left", ugm.names[:3])
    assert treewidth(ugm).upper == 3
    said = judge(ugm, groups=(column,)).sentence
    assert "layer size" not in said
    assert "multipl" not in said


def test_numbers_of_one_part_are_not_read_as_other_parts():
    names = [f"v{k}" for k in range(10)]
    diamond = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]
    edges = diamond + [(a + 4, b + 4) for a, b in diamond]
    ugm = UGM(
        [Variable.of_size(name, 2) for name in names],
        [Factor((names[a], names[b]), [[0, 1], [1, 0]]) for a, b in edges],
    )
    assert parts_words(ugm, condition(ugm).components) == (
        "2 connected graphs of 4 variables (each 5 edges, 2 independent cycles) and 2 single variables"
    )


def test_bounds_are_called_bounds():
    ugm = ising_grid(4, 4)
    unsure = TreewidthResult(3, 5, ugm.names, (), (), 0.0)
    said = judge(ugm, result=unsure)
    assert said.width == "between 3 and 5"
    assert "The treewidth is between 3 and 5" in said.sentence
    assert "Treewidth 5" not in said.sentence


def test_nothing_left_and_nothing_there_yet():
    one = UGM([Variable.of_size("a", 2)], [Factor(("a",), [0, 0])])
    assert "conditional UGM is empty" in judge(one, {"a": 1}).sentence
    assert "add the first one" in judge(UGM(())).sentence
    assert judge(one).sentence.startswith("The graph is a single variable. Treewidth 0")


def test_levels_follow_the_tables():
    ugm = ising_grid(4, 4)
    assert judge(ugm).level == "easy"
    assert judge(ugm, limit=100.0).level == "hopeless"
    assert "Clamp more variables" in judge(ugm, limit=100.0).sentence


@pytest.mark.parametrize(
    ("entries", "words"),
    [(1, "1 entry"), (16, "16 entries"), (999_999, "999,999 entries"), (2.5e6, "2.5 million entries"),
     (3e9, "3.0 billion entries"), (1e17, "about 10^17 entries"), (2.0**40, "about 10^12 entries"),
     (999.96e6, "1.0 billion entries"), (999.97e9, "about 10^12 entries"), (9.9e12, "about 10^13 entries"),
     (2.0**1000, "more than 10^300 entries"), (float("inf"), "more than 10^300 entries"), (0.0, "0 entries")],
)  # fmt: skip
def test_sizes_in_words(entries, words):
    assert size_words(entries) == words


def test_clamps_in_words_name_whole_layers():
    project = stacked_rbm_project(2)
    names = {"x1": 0, "x2": 1, "z1": 0}
    assert clamp_words(names, project.groups) == "x and z1"
    assert clamp_words({}, project.groups) == ""
    assert clamp_words({f"v{k}": 0 for k in range(9)}, ()) == "9 variables"


def test_parts_are_counted_by_kind():
    def model(n, edges):
        names = [f"v{k}" for k in range(n)]
        return UGM(
            [Variable.of_size(name, 2) for name in names],
            [Factor((names[a], names[b]), [[0, 1], [1, 0]]) for a, b in edges],
        )

    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    star = [(4, 5), (4, 6), (4, 7)]
    triangle = [(8, 9), (9, 10), (8, 10)]
    ugm = model(13, ring + star + triangle)
    words = parts_words(ugm, condition(ugm).components)
    assert words == "a cycle of 4, a tree of 4, a complete graph of 3 and 2 single variables"


def test_width_words_of_an_empty_graph():
    assert width_words(treewidth(UGM(()))) == "none"
