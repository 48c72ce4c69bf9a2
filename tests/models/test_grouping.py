"""Are layers made, changed and forgotten as asked, and is a layer rightly called a forest?"""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

from models.errors import ModelError
from models.examples import stacked_rbm_project
from models.grouping import (
    fresh_group_name,
    group_named,
    is_forest_given_rest,
    with_group,
    with_group_block,
    with_group_colour,
    with_group_renamed,
    with_members,
    without_group,
    without_members,
)
from models.project import Project
from tests.strategies import ugms_with_evidence


@pytest.fixture
def rbm() -> Project:
    return stacked_rbm_project(3)


def test_a_group_keeps_its_members_in_model_order(rbm):
    after = with_group(rbm, "  corner ", ["y2", "x1", "z3"], 4)
    made = group_named(after, "corner")
    assert made.members == ("x1", "z3", "y2")
    assert (made.colour, made.block) == (4, False)
    assert after.groups[:4] == rbm.groups
    assert without_group(after, "corner").groups == rbm.groups


def test_every_part_of_a_group_can_be_changed_alone(rbm):
    after = with_group_block(with_group_colour(with_group_renamed(rbm, "z", "hidden"), "hidden", 1), "hidden", True)
    after = without_members(with_members(after, "hidden", ["x1"]), "hidden", ["z2"])
    made = group_named(after, "hidden")
    assert (made.members, made.colour, made.block) == (("x1", "z1", "z3"), 1, True)
    assert [group.name for group in after.groups] == ["x", "hidden", "h", "y"]
    assert after.ugm is rbm.ugm


def test_a_group_left_empty_goes(rbm):
    assert [g.name for g in without_members(rbm, "z", ["z1", "z2", "z3"]).groups] == ["x", "h", "y"]


def test_fresh_names_skip_those_in_use(rbm):
    assert fresh_group_name(rbm) == "layer 1"
    assert fresh_group_name(with_group(rbm, "layer 1", ["x1"])) == "layer 2"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: with_group(p, " ", ["x1"]), "needs a name"),
        (lambda p: with_group(p, "x", ["x1"]), "already a layer"),
        (lambda p: with_group(p, "new", []), "needs a variable"),
        (lambda p: with_group(p, "new", ["x1", "q"]), "q is no variable"),
        (lambda p: with_group_renamed(p, "x", "y"), "already a layer"),
        (lambda p: with_group_renamed(p, "q", "r"), "no layer called q"),
    ],
)
def test_what_cannot_be_says_why(rbm, change, message):
    with pytest.raises(ModelError, match=message):
        change(rbm)


def test_layers_of_the_stacked_rbm_are_forests(rbm):
    assert all(is_forest_given_rest(rbm, name) for name in "xzhy")
    both = with_group(rbm, "two", [*(f"x{k}" for k in (1, 2, 3)), "z1", "z2"])
    assert not is_forest_given_rest(both, "two")
    assert is_forest_given_rest(both.with_clamps({"z1": 0, "z2": 0}), "two")


@given(ugms_with_evidence(max_variables=6))
def test_a_forest_is_what_networkx_calls_one(case):
    ugm, evidence = case
    names = [name for name in ugm.names if len(name) % 2 == 0][:4] or list(ugm.names)
    if not names:
        return
    project = with_group(Project(ugm=ugm, evidence=evidence), "g", names)
    free = [name for name in names if name not in evidence]
    graph = ugm.graph().subgraph(free)
    assert is_forest_given_rest(project, "g") == (not free or nx.is_forest(graph))
