"""Can everything on the canvas be done without a mouse?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit

from gui.hand import wait_until
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
    window.view.setFocus()
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
    window.view.setFocus()
    # Two edges: choose the other end with Tab, and by joining a selection.
    window.scene.select_nothing()
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
    window.view.setFocus()
    window.scene.select_nothing()
    key(Qt.Key.Key_Period)
    assert window.scene.selection.links == (("x1", "x2"),)
    key(Qt.Key.Key_Return)
    typed("5")
    key(Qt.Key.Key_Return)
    table = person.project.ugm.factors[person.project.first_factor(("x1", "x2"))].table
    assert table[0, 0] == pytest.approx(5.0)
    # Move, clamp, release.
    window.view.setFocus()
    window.scene.select_nothing()
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
