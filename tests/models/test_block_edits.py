"""Do blocks enter the document as groups, and do layers that people named survive that?"""

from __future__ import annotations

import pytest

from models.block_edits import (
    block_groups,
    judge_blocks,
    with_blocks,
    with_layers_as_blocks,
    with_new_block,
    without_blocks,
)
from models.blocks import design_blocks
from models.errors import ModelError
from models.examples import ising_project, stacked_rbm_project
from models.files import read_project, write_project
from models.grouping import with_group_block


def names_of(project):
    return [(group.name, group.members) for group in block_groups(project)]


def test_proposed_blocks_are_judged_valid_and_saved(tmp_path):
    project = ising_project(4, 4)
    blocks = [block.names for block in design_blocks(project.ugm, positions=project.positions).blocks]
    after = with_blocks(project, blocks)
    assert names_of(after) == [("block 1", blocks[0]), ("block 2", blocks[1])]
    assert [group.colour for group in after.groups] == [0, 1]
    assert judge_blocks(after).exact
    write_project(after, tmp_path / "b.clique")
    assert read_project(tmp_path / "b.clique").groups == after.groups


def test_new_blocks_take_the_place_of_old_ones_and_layers_stay():
    project = stacked_rbm_project(2)
    first = with_blocks(project, [["x1", "x2"]])
    second = with_blocks(first, [["y1"], ["y2"]])
    assert [group.name for group in second.groups] == ["x", "z", "h", "y", "block 1", "block 2"]
    assert without_blocks(second).groups == project.groups
    assert without_blocks(project) is project


def test_a_layer_marked_as_a_block_keeps_its_name_when_others_are_proposed():
    marked = with_group_block(stacked_rbm_project(2), "z", True)
    assert names_of(marked) == [("z", ("z1", "z2"))]
    after = with_blocks(marked, [["x1"]])
    assert [(group.name, group.block) for group in after.groups][1] == ("z", False)
    assert names_of(after) == [("block 1", ("x1",))]


def test_whole_layers_join_where_that_stays_a_forest():
    after = with_layers_as_blocks(stacked_rbm_project(3))
    assert [{name[0] for name in members} for _, members in names_of(after)] == [{"x", "h"}, {"z", "y"}]
    assert judge_blocks(after).exact
    with pytest.raises(ModelError, match="no layers"):
        with_layers_as_blocks(ising_project(2, 2))


def test_a_block_by_hand_takes_its_variables_from_others():
    project = with_blocks(stacked_rbm_project(2), [["x1", "x2"], ["z1"]])
    after = with_new_block(project, ["z1", "x2"])
    assert names_of(after) == [("block 1", ("x1",)), ("block 2", ("x2", "z1"))]
    assert after.groups[0].members == ("x1", "x2"), "layers keep theirs"
    with pytest.raises(ModelError, match="needs a variable"):
        with_new_block(project, [])


def test_a_block_whose_variables_are_clamped_is_empty_but_listed():
    project = with_blocks(stacked_rbm_project(2), [["x1", "x2"], ["z1", "z2"]])
    judged = judge_blocks(project.with_clamps({"x1": 0, "x2": 0}))
    assert [block.names for block in judged.blocks] == [(), ("z1", "z2")]
    assert judged.left_out == ("h1", "h2", "y1", "y2")
