"""Does every part of the window say what it is when it is asked?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollBar, QWhatsThis, QWidget

from gui.features.explaining import explanation
from gui.main_window import MainWindow
from tests.acts import Person


def ask(widget: QWidget, at: QPoint | None = None) -> bool:
    """Ask a widget as Qt does in the mode of What's This; return whether anyone had an answer."""
    place = at or widget.rect().center()
    event = QHelpEvent(QEvent.Type.QueryWhatsThis, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def unexplained(window: MainWindow) -> list[str]:
    """Return what takes the focus or the mouse, is in sight, and has nothing to say."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or isinstance(widget, QScrollBar | QLabel):
            continue  # a label is its own explanation
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        centre = widget.mapTo(window, widget.rect().center())
        if window.rect().contains(centre) and window.childAt(centre) in (widget, *widget.findChildren(QWidget)):
            text, _ = explanation(window, centre)
            if not text and not ask(widget):
                found.append(f"{type(widget).__name__} {widget.accessibleName()!r}")
    return found


@pytest.fixture
def person(window: Any) -> Person:
    someone = Person(window)
    window.filing.open_example("example.pins")
    window.workspaces.build()
    someone.settle()
    return someone


@pytest.mark.parametrize("workspace", ["graph", "fit", "sample"])
def test_everything_that_can_be_used_says_what_it_is(person, qtbot, workspace):
    window = person.window
    window.set_workspace(workspace)
    if workspace == "graph":
        window.scene.select_variable("x1")
    qtbot.wait(30)
    assert unexplained(window) == []


def test_canvas_headline_and_status_bar_answer(person):
    window = person.window
    for part in (window.view.viewport(), window.headline, window.statusBar()):
        assert ask(part), type(part).__name__
    assert "Double-click adds" in explanation(window, window.view.mapTo(window, QPoint(300, 200)))[0]


def test_a_tool_tip_answers_where_there_is_nothing_else(person):
    window = person.window
    label = window.headline.sentence
    label.setWhatsThis("")
    window.headline.setWhatsThis("")
    text, part = explanation(window, label.mapTo(window, label.rect().center()))
    assert part is label
    assert label.toolTip() in text
    assert "<b>" not in text  # its name is its tool tip, said once
    assert ask(window, label.mapTo(window, label.rect().center()))


def test_shift_f1_and_a_click_tell(person):
    window = person.window
    person.keys("Shift+F1")
    assert QWhatsThis.inWhatsThisMode()
    button = next(b for b in window.tools.buttons if b.accessibleName() == "Clamp")
    assert ask(button)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not QWhatsThis.inWhatsThisMode()
