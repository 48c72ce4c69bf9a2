"""Do Space and the right arrow run the sampler wherever the focus is, and still do what they do elsewhere?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox, QToolButton

from gui.hand import rest
from gui.panels.parts import Section
from tests.acts import Person


@pytest.fixture
def person(window: Any) -> Person:
    """Someone in the Sample workspace with the stacked RBM."""
    someone = Person(window)
    window.filing.open_example("example.rbm")
    window.set_workspace("sample")
    someone.settle()
    return someone


def controls(person: Person) -> Any:
    return person.window.workspaces.sample.side._controls


def focus(widget: Any) -> Any:
    widget.window().activateWindow()
    widget.setFocus()
    QApplication.processEvents()
    assert QApplication.focusWidget() is widget
    return widget


def updates(person: Person) -> int:
    snapshot = person.window.workspaces.sample.snapshot
    return 0 if snapshot is None else snapshot.n_updates


def head(person: Person) -> QToolButton:
    return person.window.workspaces.sample.side.findChildren(Section)[1].findChildren(QToolButton)[0]


# --- on the canvas -----------------------------------------------------------------------------------------------


def test_a_tap_of_space_starts_pauses_and_goes_on(person, qtbot):
    view = focus(person.window.view)
    for running, paused in ((True, False), (True, True), (True, False)):
        QTest.keyClick(view, Qt.Key.Key_Space)
        assert (controls(person).running, controls(person).paused) == (running, paused)
    qtbot.waitUntil(lambda: updates(person) > 0)
    person.keys("F8")


def test_holding_space_pans_and_starts_nothing(person):
    view = focus(person.window.view)
    before = view.mapToScene(QPoint(0, 0))
    QTest.keyPress(view, Qt.Key.Key_Space)
    middle = view.viewport().rect().center()
    person.hand.drag(middle, middle + QPoint(60, 0))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.mapToScene(QPoint(0, 0)).x() < before.x() - 20
    assert not controls(person).running
    QTest.keyPress(view, Qt.Key.Key_Space)
    rest(0.4)
    QTest.keyRelease(view, Qt.Key.Key_Space)  # held, and thought better of
    assert not controls(person).running


def test_the_right_arrow_steps_and_moves_what_is_selected(person, qtbot):
    view = focus(person.window.view)
    QTest.keyClick(view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: updates(person) == 1)
    QTest.keyClick(view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: updates(person) == 2)
    assert controls(person).paused
    person.window.scene.select_variable("z1")
    x = person.project.positions["z1"][0]
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert person.project.positions["z1"][0] > x
    qtbot.wait(50)
    assert updates(person) == 2
    person.keys("F8")


def test_in_other_workspaces_space_only_pans(person):
    person.window.set_workspace("graph")
    view = focus(person.window.view)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert not controls(person).running
    assert "Space" not in person.window.status.hint.wording
    person.window.set_workspace("sample")
    assert person.window.status.hint.wording.startswith("Space starts and pauses")


# --- in the inspector --------------------------------------------------------------------------------------------


def test_space_on_a_heading_in_focus_starts_and_enter_folds(person):
    heading = focus(head(person))
    QTest.keyClick(heading, Qt.Key.Key_Space)
    assert controls(person).running
    assert heading.isChecked()  # not folded
    QTest.keyClick(heading, Qt.Key.Key_Space)
    assert controls(person).paused
    QTest.keyClick(heading, Qt.Key.Key_Return)
    assert not heading.isChecked()
    QTest.keyClick(heading, Qt.Key.Key_Return)
    assert heading.isChecked()
    person.keys("F8")


def test_a_heading_that_was_clicked_does_not_swallow_space(person):
    heading = head(person)
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert heading.isChecked()
    QTest.keyClick(QApplication.focusWidget() or person.window, Qt.Key.Key_Space)
    assert heading.isChecked()
    assert controls(person).running
    person.keys("F8")


@pytest.mark.parametrize("name", ["_start", "_step", "_reset"])
def test_space_presses_the_button_in_focus(person, qtbot, name):
    side = controls(person)
    side._start.click()
    assert side.running
    button = focus(getattr(side, name))
    QTest.keyClick(button, Qt.Key.Key_Space)
    expected = {"_start": (True, True), "_step": (True, True), "_reset": (False, False)}
    assert (side.running, side.paused) == expected[name]
    person.keys("F8")


def test_fields_keep_their_arrows(person):
    side = controls(person)
    slider = focus(next(s for s in side.findChildren(QSlider)))
    slider.setValue(3)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 4
    assert not side.running
    spin = focus(side.findChild(QSpinBox))
    QTest.keyClick(spin, Qt.Key.Key_Space)
    assert not side.running
    QTest.keyClick(slider, Qt.Key.Key_Space)  # no use for it itself
    assert side.running
    person.keys("F8")


def test_keys_that_nobody_wants_reach_the_sampler(person):
    window = person.window
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert controls(person).running
    QTest.keyClick(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert not controls(person).paused
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert controls(person).paused
    person.keys("F8")
