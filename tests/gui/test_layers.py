"""Can a person gather variables into a layer, colour it, make it a block, and use it, with mouse and keys?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QInputDialog, QLineEdit

from gui import theme
from gui.canvas.outlines import shortest_links
from gui.hand import choose, find_button, popup, wait_until
from models.project import Group
from tests.acts import Person, bring_into_sight


@pytest.fixture
def person(window):
    sat = Person(window)
    window.filing.open_example("example.rbm")
    sat.settle()
    return sat


def answer_dialog(person, text, key=Qt.Key.Key_Return):
    """Type into the small dialog that asks for a name, and press a key."""
    wait_until(lambda: person.window.findChild(QInputDialog) is not None, "the dialog")
    dialog = person.window.findChild(QInputDialog)
    line = dialog.findChild(QLineEdit)
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, key)
    wait_until(lambda: person.window.findChild(QInputDialog) is None, "the dialog to close")


def gather(person, name, *variables):
    person.window.scene.select_variables(variables)
    person.keys("Ctrl+G")
    answer_dialog(person, name)


def layer_button(person, name) -> QAbstractButton:
    QApplication.processEvents()
    return find_button(person.window.inspector, f"Clamp layer {name}")


def open_layer_menu(person, name):
    button = layer_button(person, name)
    bring_into_sight(button)
    QTest.mouseClick(button, Qt.MouseButton.RightButton, pos=button.rect().center())
    button.customContextMenuRequested.emit(button.rect().center())  # a click offscreen sends no menu event
    return popup()


def test_the_selection_becomes_a_layer_that_can_be_clamped(person):
    gather(person, "corner", "x1", "z2")
    assert person.project.groups[-1] == Group("corner", ("x1", "z2"), 0)
    assert person.window.document.stack.undoText() == "Group x₁ and z₂ as corner"
    person.press_button("Clamp layer corner")
    assert dict(person.project.evidence) == {"x1": 0, "z2": 0}
    assert person.window.document.stack.undoText() == "Clamp layer corner"
    person.keys("Ctrl+Z", "Ctrl+Z")
    assert [group.name for group in person.project.groups] == ["x", "z", "h", "y"]


def test_a_second_layer_gets_another_colour_and_both_are_outlined(person):
    gather(person, "one", "x1", "x2")
    gather(person, "two", "y1", "y2")
    outlines = person.window.scene.mirror.outlines.items
    assert [(item.layer.name, item.layer.colour) for item in outlines] == [("one", 0), ("two", 1)]
    picture = person.picture()
    inside = outlines[0].colours()[1]
    between = (person.hand.variable("x1") + person.hand.variable("x2")) / 2
    beside = between + QPoint(0, -12)  # above the edge
    assert picture.pixelColor(beside).name() == inside.name()


def test_escape_gathers_nothing(person):
    person.window.scene.select_variables(["x1"])
    person.keys("Ctrl+G")
    answer_dialog(person, "nothing", Qt.Key.Key_Escape)
    assert len(person.project.groups) == 4
    assert person.window.document.is_clean


def test_a_name_that_is_taken_says_so_and_nothing_is_lost(person):
    gather(person, "x", "x1", "z1")
    assert "already a layer called x" in person.notice
    assert len(person.project.groups) == 4


def test_with_nothing_selected_the_action_is_off(person):
    person.window.scene.select_nothing()
    assert not person.window.actions_by_key["model.group"].isEnabled()
    person.window.features["Layers"].ask_group()
    assert "Select the variables" in person.notice


def test_the_layer_menu_changes_every_part(person):
    choose(open_layer_menu(person, "z"), "Colour", "Green")
    assert person.project.groups[1] == Group("z", ("z1", "z2", "z3"), 2)
    choose(open_layer_menu(person, "z"), "Update as one block")
    assert person.project.groups[1].block
    assert "▣" in layer_button(person, "z").text()
    person.window.scene.select_variables(["x1"])
    choose(open_layer_menu(person, "z"), "Add selected")
    assert person.project.groups[1].members == ("x1", "z1", "z2", "z3")
    choose(open_layer_menu(person, "z"), "Take out selected")
    choose(open_layer_menu(person, "z"), "Rename…")
    answer_dialog(person, "hidden")
    assert [group.name for group in person.project.groups] == ["x", "hidden", "h", "y"]
    choose(open_layer_menu(person, "hidden"), "Select")
    assert person.window.scene.selection.variables == ("z1", "z2", "z3")
    choose(open_layer_menu(person, "hidden"), "Ungroup")
    assert [group.name for group in person.project.groups] == ["x", "h", "y"]
    for _ in range(6):
        person.keys("Ctrl+Z")
    assert person.window.document.is_clean


def test_the_menu_says_whether_the_block_is_a_forest(person):
    gather(person, "cycle", "x1", "x2", "z1", "z2")
    tips = {}
    for name in ("z", "cycle"):
        menu = open_layer_menu(person, name)
        tips[name] = next(a.toolTip() for a in menu.actions() if "block" in a.text())
        menu.close()
    assert "is a forest" in tips["z"]
    assert "still has a cycle" in tips["cycle"]


def test_the_canvas_menu_has_the_layers_of_a_variable(person):
    menu = person.hand.open_menu(person.hand.variable("h2"))
    assert "Layer h" in [action.text().replace("&", "") for action in menu.actions()]
    choose(menu, "Layer h", "Clamp to 0")
    assert dict(person.project.evidence) == {"h1": 0, "h2": 0, "h3": 0}


def test_ungroup_forgets_the_layers_selected(person):
    person.keys("Ctrl+A", "Ctrl+Shift+G")
    assert person.project.groups == ()
    assert person.window.document.stack.undoText() == "Ungroup 4 layers"


def test_an_outline_follows_a_drag_and_survives_undo(person):
    gather(person, "pair", "x1", "x2")
    item = person.window.scene.mirror.outlines.items[0]
    before = item.boundingRect()
    person.hand.drag_variable("x1", -60, -60, release=False)
    assert item.boundingRect().left() < before.left() - 30
    person.hand.press(Qt.Key.Key_Escape)
    assert item.boundingRect() == before


def test_a_member_that_is_deleted_leaves_the_outline(person):
    gather(person, "pair", "x1", "x2")
    person.window.scene.select_variables(["x1"])
    person.keys("Del")
    (item,) = person.window.scene.mirror.outlines.items
    assert item.layer.members == ("x2",)
    person.keys("Ctrl+Z")
    (item,) = person.window.scene.mirror.outlines.items
    assert item.layer.members == ("x1", "x2")


@pytest.mark.parametrize("palette", list(theme.PALETTES.values()), ids=list(theme.PALETTES))
def test_the_name_on_an_outline_can_be_read_in_every_palette(palette):
    assert theme.contrast(palette.text, palette.canvas) >= 7.0


def test_members_are_joined_by_the_least_length():
    places = [(0.0, 0.0), (10.0, 0.0), (2.0, 0.0), (2.0, 3.0)]
    links = {frozenset(link) for link in shortest_links(places)}
    assert links == {
        frozenset({places[0], places[2]}),
        frozenset({places[2], places[3]}),
        frozenset({places[1], places[2]}),
    }
    assert shortest_links([(1.0, 1.0)]) == []
    many = [(float(k), 0.0) for k in range(400)]
    assert len(shortest_links(many)) == 399
