"""Can everything on the canvas be done without a mouse?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu

from gui.features.layers import COLOUR_WORDS
from gui.hand import bring_to_front, wait_until
from tests.acts import Person

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def person(window):
    sat = Person(window)
    window.activateWindow()
    sat.settle()
    return sat


def key(code, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key on whatever has the focus, as a keyboard does."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    QTest.keyClick(target, code, modifiers)
    QApplication.processEvents()


def typed(text):
    QTest.keyClicks(QApplication.focusWidget(), text)
    QApplication.processEvents()


def menu_key(person):
    """Press the Menu key: the platform turns it into this event for whatever has the focus."""
    focused = QApplication.focusWidget()
    middle = focused.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(focused, QContextMenuEvent(reason, middle, focused.mapToGlobal(middle)))
    QApplication.processEvents()
    assert isinstance(QApplication.activePopupWidget(), QMenu)


def in_menu(person, *path):
    """Go down the open menu to an entry, by the arrow keys, and on into its submenu; Enter chooses the last."""
    for depth, wanted in enumerate(path):
        menu = QApplication.activePopupWidget()
        for _ in range(len(menu.actions())):
            if menu.activeAction() is not None and menu.activeAction().text().replace("&", "") == wanted:
                break
            QTest.keyClick(menu, Qt.Key.Key_Down)
        assert menu.activeAction().text().replace("&", "") == wanted
        QTest.keyClick(menu, Qt.Key.Key_Right if depth + 1 < len(path) else Qt.Key.Key_Return)
        QApplication.processEvents()
    while QApplication.activePopupWidget() is not None:  # offscreen nobody closes the menus above
        QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    bring_to_front(person.window)


def chosen(person):
    return person.window.scene.selection.variables


def test_a_model_is_drawn_clamped_arranged_and_taken_apart_by_keys_alone(person):
    window, stack = person.window, person.window.document.stack
    # Four variables, one of them renamed.
    for _ in range(4):
        key(Qt.Key.Key_Insert)
    assert person.project.ugm.names == ("x1", "x2", "x3", "x4")
    assert len(set(person.project.positions.values())) == 4
    key(Qt.Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    typed("rain")
    key(Qt.Key.Key_Return)
    assert person.project.ugm.names == ("x1", "x2", "x3", "rain")
    key(Qt.Key.Key_Escape)
    assert window.view.hasFocus(), "Esc gives the keys back to the canvas"
    # Two edges: choose the other end with Tab, and by joining a selection.
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_Tab)
    assert chosen(person) == ("x1",)
    key(Qt.Key.Key_J)
    key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Return)
    assert person.project.ugm.edges == (("x1", "x2"),)
    person.keys("Ctrl+A")
    key(Qt.Key.Key_J, CTRL)
    assert len(person.project.ugm.edges) == 6
    person.keys("Ctrl+Z")
    assert len(person.project.ugm.edges) == 1
    # An edge is chosen by full stop, and its table opens with Enter.
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_Escape)
    assert chosen(person) == ()
    key(Qt.Key.Key_Period)
    assert window.scene.selection.links == (("x1", "x2"),)
    key(Qt.Key.Key_Return)
    typed("5")
    key(Qt.Key.Key_Return)
    table = person.project.ugm.factors[person.project.first_factor(("x1", "x2"))].table
    assert table[0, 0] == pytest.approx(5.0)
    # Move, clamp, release.
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_Escape)
    assert chosen(person) == ()
    key(Qt.Key.Key_Tab)
    before = person.project.positions["x1"]
    key(Qt.Key.Key_Right)
    key(Qt.Key.Key_Down)
    x, y = person.project.positions["x1"]
    assert (x - before[0], y - before[1]) == (20.0, 20.0)
    key(Qt.Key.Key_1)
    assert dict(person.project.evidence) == {"x1": 1}
    person.keys("Ctrl+Shift+K")
    assert not person.project.evidence
    menu_key(person)
    in_menu(person, "Clamp to", "x₁ = 1")
    assert dict(person.project.evidence) == {"x1": 1}
    person.keys("Ctrl+Shift+K")
    key(Qt.Key.Key_X)
    key(Qt.Key.Key_0)
    assert person.project.soft["x1"].tolist() == [0.0, 1.0]
    # Extend the selection towards a neighbour, copy, paste, duplicate, cut.
    key(Qt.Key.Key_Right, ALT | SHIFT)
    assert len(chosen(person)) == 2
    person.keys("Ctrl+C", "Ctrl+V")
    assert len(person.project.ugm.variables) == 6
    person.keys("Ctrl+D")
    assert len(person.project.ugm.variables) == 8
    person.keys("Ctrl+X")
    assert len(person.project.ugm.variables) == 6
    # In line, on the grid, in a layer.
    person.keys("Ctrl+A", "Ctrl+Shift+R")
    assert len({position[1] for position in person.project.positions.values()}) == 1
    person.keys("Ctrl+Shift+H", "Shift+G", "Ctrl+G")
    wait_until(lambda: window.findChild(QInputDialog) is not None, "the name of the layer")
    line = window.findChild(QInputDialog).findChild(QLineEdit)
    QTest.keyClick(line, Qt.Key.Key_Return)
    wait_until(lambda: bool(person.project.groups), "the layer")
    assert len(person.project.groups[0].members) == 6
    # The layer as one: coloured, marked as a block, clamped and released.
    layer = person.project.groups[0]
    colour = next(k for k in range(len(COLOUR_WORDS)) if k != layer.colour)
    bring_to_front(window)  # offscreen the dialog keeps the keys
    wait_until(window.view.hasFocus, "the keys to be with the canvas again")
    menu_key(person)
    in_menu(person, f"Layer {layer.name}", "Colour", COLOUR_WORDS[colour])
    assert person.project.groups[0].colour == colour
    menu_key(person)
    in_menu(person, f"Layer {layer.name}", "Update as one block")
    assert person.project.groups[0].block
    menu_key(person)
    in_menu(person, f"Layer {layer.name}", "Clamp to 0")
    assert set(person.project.evidence) == set(layer.members)
    menu_key(person)
    in_menu(person, f"Layer {layer.name}", "Release")
    assert not person.project.evidence
    # Find, delete what was found.
    person.keys("Ctrl+F")
    typed("rain")
    assert chosen(person) == ("rain",)
    key(Qt.Key.Key_Escape)
    person.keys("Del")
    assert "rain" not in person.project.ugm
    # The history, by its keys.
    person.keys("Ctrl+H")
    end = stack.index()
    key(Qt.Key.Key_Home)
    assert not person.project.ugm.variables
    key(Qt.Key.Key_End)
    assert stack.index() == end
    person.keys("Ctrl+H")
    for _ in range(end):
        person.keys("Ctrl+Z")
    assert window.document.is_clean
    for _ in range(end):
        person.keys("Ctrl+Shift+Z")
    assert "rain" not in person.project.ugm


def test_escape_gives_up_an_edge_that_is_being_made(person):
    for _ in range(2):
        key(Qt.Key.Key_Insert)
    key(Qt.Key.Key_J)
    assert "New edge" in person.window.status.hint.text()
    key(Qt.Key.Key_Escape)
    assert person.project.ugm.edges == ()
    assert person.window.scene.gesture is None


def test_the_tools_have_keys(person):
    for code, name in (
        (Qt.Key.Key_N, "node"), (Qt.Key.Key_E, "edge"), (Qt.Key.Key_C, "clamp"), (Qt.Key.Key_H, "pan"),
        (Qt.Key.Key_V, "select"),
    ):  # fmt: skip
        key(code)
        assert person.window.scene.tool.name == name


def test_the_table_is_walked_and_edited_by_keys_alone(person):
    for _ in range(3):
        key(Qt.Key.Key_Insert)
    key(Qt.Key.Key_F4)
    grid = QApplication.focusWidget()
    assert grid.accessibleName() == "Table of variables"
    assert chosen(person) == ("x3",)
    key(Qt.Key.Key_PageUp)
    assert chosen(person) == ("x1",), "the canvas follows the rows"
    key(Qt.Key.Key_F2)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    typed("rain")
    key(Qt.Key.Key_Return)
    assert person.project.ugm.names == ("rain", "x2", "x3")
    key(Qt.Key.Key_Right)
    key(Qt.Key.Key_Right)
    typed("1")
    key(Qt.Key.Key_Return)
    assert dict(person.project.evidence) == {"rain": 1}
    key(Qt.Key.Key_Down, SHIFT)
    assert chosen(person) == ("rain", "x2")
    key(Qt.Key.Key_J, CTRL)
    assert person.project.ugm.edges == (("rain", "x2"),)
    key(Qt.Key.Key_Insert)
    assert person.project.ugm.names == ("rain", "x2", "x3", "x1")
    assert grid.hasFocus()
    assert grid.currentIndex().row() == 3, "the new row is the present one"
    key(Qt.Key.Key_Delete)
    assert person.project.ugm.names == ("rain", "x2", "x3")
    key(Qt.Key.Key_Escape)
    assert person.window.view.hasFocus()
    key(Qt.Key.Key_F4)
    assert not grid.isVisible()


def test_escape_takes_back_a_half_typed_name(person):
    key(Qt.Key.Key_Insert)
    key(Qt.Key.Key_Return)
    typed("half a na")
    key(Qt.Key.Key_Escape)
    assert person.window.view.hasFocus()
    assert person.project.ugm.names == ("x1",)
    assert person.window.inspector.variable._name.text() == "x1"
    assert person.window.document.stack.count() == 1


def test_edges_of_a_variable_are_gone_through(person):
    for _ in range(3):
        key(Qt.Key.Key_Insert)
    person.keys("Ctrl+A", "J")
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Tab)
    seen = []
    for code in (Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Comma):
        key(code)
        seen.append(person.window.scene.selection.links)
    assert seen == [(("x1", "x2"),), (("x2", "x3"),), (("x1", "x2"),), (("x2", "x3"),)], "those of x2 only"
    key(Qt.Key.Key_Delete)
    assert person.project.ugm.edges == (("x1", "x2"), ("x1", "x3"))
