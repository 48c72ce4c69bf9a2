"""Can a person take advice on what to clamp, and part the variables into blocks?"""

from __future__ import annotations

import math

import networkx as nx

from gui.hand import rest, wait_until
from models import Factor, SoftEvidence
from models.examples import complete, ising_project, stacked_rbm_project
from models.project import Project


def marks(width):
    return width._marks.marks


def test_advice_is_found_shown_and_taken(person, width):
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None and advice.advice.exact, "the fewest variables")
    names = advice.advice.names
    assert marks(width).ringed == names
    left = stacked_rbm_project(3).ugm.graph()
    left.remove_nodes_from(names)
    assert nx.is_forest(left)
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert set(person.project.evidence) == set(names)
    assert person.window.document.stack.undoText() == f"Clamp the cutset of {len(names)} variables"
    person.settle()
    assert width.side.proof.bar.high <= 1
    assert advice.advice is None


def test_taking_advice_clamps_to_states_that_can_happen(person, width):
    ugm = complete(3)
    for name in ugm.names:
        ugm = ugm.with_factor(Factor((name,), [-math.inf, 0.0]))
    person.load(Project(ugm))
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None and advice.advice.exact, "the fewest variables")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert list(person.project.evidence.values()) == [1]


def test_taking_advice_respects_excluded_states(person, width):
    ugm = complete(3)
    soft = SoftEvidence()
    for name in ugm.names:
        soft = soft.exclude(name, 0)
    person.load(Project(ugm, soft=soft))
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert list(person.project.evidence.values()) == [1]


def test_taking_advice_undoes_nothing_done_since(person, width):
    """Advice stays when variables are moved; the clamp must not put them back."""
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    before = person.project.positions["x1"]
    person.hand.drag_variable("x1", -40, -30)
    moved = person.project.positions["x1"]
    assert moved != before
    person.press_button("Clamp these", width.side)
    assert person.project.evidence
    assert person.project.positions["x1"] == moved


def test_advice_is_forgotten_when_a_state_is_excluded(person, width):
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    project = person.project
    person.window.document.edit("Exclude", project.with_soft(project.soft.exclude(advice.advice.names[0], 0)))
    assert advice.advice is None


def test_a_long_search_can_be_stopped_and_keeps_its_best(person, width):
    person.window.document.load(ising_project(12, 12))  # whose treewidth takes half a minute, which is not waited for
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None, "a first set")
    person.press_button("Stop looking for what to clamp", width.side)
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to stop")
    assert advice.advice is not None
    assert "to" in advice.names.text()
    assert advice._clamp.isVisible()


def test_blocks_are_proposed_checked_and_undone(person, width):
    person.load(ising_project(6, 6))
    person.press_button("Blocks: Propose", width.side)
    wait_until(lambda: len(person.project.groups) == 2, "the blocks")
    assert all(group.block for group in person.project.groups)
    assert "2 blocks, fewest possible" in width.side.blocks.list.text()
    assert width.side.blocks.list.text().count("one tree") == 2
    assert len(person.window.scene.mirror.outlines.items) == 2
    person.keys("Ctrl+Z")
    assert person.project.groups == ()


def test_whole_layers_and_a_selection_as_blocks(person, width):
    person.press_button("Blocks: Whole layers", width.side)
    made = [group for group in person.project.groups if group.block]
    assert [{name[0] for name in group.members} for group in made] == [{"x", "h"}, {"z", "y"}]
    assert width.side.guide.asks, "the layers are still there"
    person.window.scene.select_variables(["x1", "x2", "z1"])
    person.press_button("Blocks: Selection", width.side)
    assert "has a cycle" in width.side.blocks.list.text()
    assert "✗" in width.side.blocks.list.text()
    person.press_button("Blocks: No blocks", width.side)
    assert not any(group.block for group in person.project.groups)


def test_advice_about_a_graph_that_changed_never_comes(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    person.window.edit("Clamp", person.project.with_clamps({"x1": 0}))
    assert width.side.advice.advice is None
    rest(0.5)
    assert width.side.advice.advice is None
    assert not person.window.dispatcher.busy("advise")
    assert marks(width).ringed == ()


def test_blocks_by_the_rubber_band(person, width):
    first, last = person.project.positions["x1"], person.project.positions["x3"]
    person.hand.rubber_band(first[0] - 60, first[1] - 60, last[0] + 60, last[1] + 40)
    person.press_button("Blocks: Selection", width.side)
    (block,) = [group for group in person.project.groups if group.block]
    assert block.members == ("x1", "x2", "x3")
    assert "one tree" in width.side.blocks.list.text()
    assert "In no block" in width.side.blocks.list.text()


def test_advice_about_another_document_never_comes(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Find what to clamp", width.side)
    person.window.document.load(stacked_rbm_project(3))
    assert not person.window.dispatcher.busy("advise")
    rest(0.5)
    assert width.side.advice.advice is None
    assert width._marks.marks.ringed == ()


def test_blocks_proposed_for_another_document_never_come(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Blocks: Propose", width.side)
    person.window.document.load(Project())
    rest(0.5)
    assert person.project.groups == ()
    assert not person.window.document.stack.canUndo()
