"""Can a person select with a loop drawn by hand, where a rectangle would take too much, and make a block of it?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.hand import wait_until
from models import examples
from tests.acts import Person
from tests.drive import ALT, NONE, SHIFT, Desk

# Around x1, x2 and x4 of a lattice of three by three, 140 apart, but not around x5 between them.
CORNER = ((-60, -60), (210, -60), (200, 45), (60, 60), (50, 200), (-60, 200))
# Around x6 and x9.
SIDE = ((215, 100), (350, 100), (350, 350), (215, 350))


@pytest.fixture
def lattice(qtbot) -> Desk:
    desk = Desk(qtbot, examples.ising_project(3, 3))
    desk.view.zoom_out()
    desk.view.zoom_out()
    return desk


def chosen(desk: Desk) -> set[str]:
    return set(desk.scene.selection.variables)


@pytest.mark.parametrize("way", ["tool", "key"])
def test_a_loop_selects_what_it_goes_round_and_nothing_else(lattice, way):
    if way == "tool":
        lattice.scene.set_tool("lasso")
    lattice.hand.lasso(*CORNER, modifiers=NONE if way == "tool" else ALT)
    assert chosen(lattice) == {"x1", "x2", "x4"}
    assert lattice.scene.overlay.is_empty
    assert lattice.scene.gesture is None
    assert not lattice.document.stack.canUndo()


def test_shift_adds_and_the_next_loop_starts_anew(lattice):
    lattice.scene.set_tool("lasso")
    lattice.hand.lasso(*CORNER)
    lattice.hand.lasso(*SIDE, modifiers=SHIFT)
    assert chosen(lattice) == {"x1", "x2", "x4", "x6", "x9"}
    lattice.hand.lasso(*SIDE)
    assert chosen(lattice) == {"x6", "x9"}


def test_it_follows_the_hand_and_esc_brings_back_what_was_selected(lattice):
    lattice.scene.set_tool("lasso")
    lattice.hand.lasso(*SIDE)
    lattice.hand.lasso(*CORNER, release=False)
    assert chosen(lattice) == {"x1", "x2", "x4"}, "before the button is let go"
    assert not lattice.scene.overlay.is_empty
    lattice.hand.press(Qt.Key.Key_Escape)
    assert chosen(lattice) == {"x6", "x9"}
    assert lattice.scene.overlay.is_empty
    lattice.hand.release_at(lattice.hand.empty(0, -60))
    assert chosen(lattice) == {"x6", "x9"}


def test_a_loop_may_cross_itself_and_start_on_a_variable(lattice):
    lattice.scene.set_tool("lasso")
    start = lattice.project.positions["x1"]
    twice = (*CORNER, *CORNER)
    lattice.hand.lasso(*twice)
    assert chosen(lattice) == {"x1", "x2", "x4"}
    lattice.hand.lasso(start, (350, 0), (350, 210), (210, 210), (210, 80), (-60, 80), (-60, -60), (60, -60))
    assert "x6" in chosen(lattice)
    assert "x5" not in chosen(lattice)
    assert lattice.project.positions["x1"] == start, "nothing was dragged"


def test_without_a_drag_it_is_a_click(lattice):
    lattice.scene.set_tool("lasso")
    lattice.hand.click_variable("x5")
    assert chosen(lattice) == {"x5"}
    lattice.hand.click_variable("x6", SHIFT)
    assert chosen(lattice) == {"x5", "x6"}
    lattice.hand.click_bar("x9", 1)
    assert dict(lattice.project.evidence) == {"x9": 1}
    assert chosen(lattice) == {"x5", "x6"}
    lattice.hand.click_link("x1", "x2")
    assert lattice.scene.selection.links == (("x1", "x2"),)
    lattice.hand.click(lattice.hand.empty(-60, 70))
    assert not lattice.scene.selection


def test_a_comb_becomes_a_block_and_the_panel_says_what_it_is_meanwhile(window):
    person = Person(window)
    window.document.load(examples.ising_project(4, 4))
    person.settle()
    person.keys("Ctrl+4")
    person.hand.press("q")
    assert window.scene.tool.name == "lasso"
    panel = window.workspaces.width.side.blocks
    person.hand.lasso((-60, -60), (220, -60), (220, 210), (-60, 210))
    assert "4 variables, has a cycle" in panel.chosen.text()
    # The top row with the first and the third column below it.
    comb = ((-60, -60), (500, -60), (500, 50), (330, 50), (330, 500), (230, 500), (230, 50), (50, 50), (50, 500))
    person.hand.lasso(*comb, (-60, 500))
    assert window.scene.selection.variables == ("x1", "x2", "x3", "x4", "x5", "x7", "x9", "x11", "x13", "x15")
    assert panel.chosen.isVisible()
    assert "10 variables, one tree" in panel.chosen.text()
    person.press_button("Blocks: Selection", window.workspaces.width.side)
    wait_until(lambda: any(group.block for group in person.project.groups), "the block")
    (block,) = [group for group in person.project.groups if group.block]
    assert set(block.members) == set(window.scene.selection.variables)
    person.hand.press(Qt.Key.Key_Escape)
    assert window.scene.tool.name == "select"
