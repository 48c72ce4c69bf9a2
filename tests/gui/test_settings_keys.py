"""Can a person give every action another key, and is a key that is in use named before it is taken?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from gui import theme
from gui.actions import SPECS
from gui.hand import LEFT, NONE
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.settings_keys import reserved
from tests.acts import Person


@pytest.fixture
def person(window: Any) -> Person:
    return Person(window)


@pytest.fixture
def dialog(person: Person, qtbot: Any) -> Any:
    person.keys("Ctrl+,")
    shown = person.window.features["Preferences"].dialog
    qtbot.waitUntil(shown.isVisible)
    return shown


def choose_action(dialog: Any, text: str) -> None:
    dialog.tabs.setCurrentIndex(1)
    table = dialog.keys.table
    row = next(r for r in range(table.rowCount()) if table.item(r, 0).text() == text)
    table.scrollToItem(table.item(row, 0))
    QTest.mouseClick(table.viewport(), LEFT, NONE, table.visualItemRect(table.item(row, 0)).center())


def press_new(dialog: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    dialog.keys.edit.setFocus()
    QTest.keyClick(dialog.keys.edit, key, modifiers)


def shown_keys(dialog: Any, text: str) -> str:
    table = dialog.keys.table
    return next(table.item(r, 2).text() for r in range(table.rowCount()) if table.item(r, 0).text() == text)


def test_a_new_key_works_at_once_and_lasts(person, dialog, qtbot):
    window = person.window
    choose_action(dialog, "Fit to window")
    press_new(dialog, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert dialog.keys.note == ""
    QTest.mouseClick(dialog.keys.set_button, LEFT)
    assert shown_keys(dialog, "Fit to window") == "Alt+W"
    assert "Alt+W" in window.actions_by_key["view.fit"].toolTip()
    assert Settings().keys == {"view.fit": ("Alt+W",)}
    dialog.close()
    window.filing.open_example("example.rbm")
    window.view.zoom_in()
    scale = window.view.transform().m11()
    person.keys("Alt+W")
    qtbot.waitUntil(lambda: window.view.transform().m11() != scale)


def test_a_key_in_use_is_named_and_taken_only_when_asked(person, dialog):
    actions = person.window.actions_by_key
    choose_action(dialog, "Fit to window")
    press_new(dialog, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert dialog.keys.note == "Ctrl+K is the key of Clamp selection (Model menu)."
    assert actions["view.fit"].shortcut() == QKeySequence("F")
    assert dialog.keys.set_button.text() == "Take it"
    QTest.mouseClick(dialog.keys.set_button, LEFT)
    assert actions["view.fit"].shortcuts() == [QKeySequence("Ctrl+K")]
    assert actions["model.clamp_selection"].shortcuts() == []
    choose_action(dialog, "Clamp selection")
    QTest.mouseClick(dialog.keys.default_button, LEFT)
    assert actions["model.clamp_selection"].shortcuts() == [QKeySequence("Ctrl+K")]
    assert actions["view.fit"].shortcuts() == []
    keys = [key.toString() for action in actions.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("key", [Qt.Key.Key_3, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Backspace])
def test_keys_of_the_canvas_are_refused_with_the_reason(dialog, key):
    choose_action(dialog, "Fit to window")
    dialog.keys.edit.setKeySequence(QKeySequence(key))
    assert reserved(QKeySequence(key)) in dialog.keys.note
    assert dialog.keys.note
    assert not dialog.keys.set_button.isEnabled()
    assert reserved(QKeySequence(Qt.KeyboardModifier.ControlModifier | key)) == ""


def test_an_action_can_be_without_a_key(person, dialog):
    choose_action(dialog, "Delete")
    QTest.mouseClick(dialog.keys.none_button, LEFT)
    assert person.window.actions_by_key["edit.delete"].shortcuts() == []
    assert Settings().keys == {"edit.delete": ()}
    assert not dialog.keys.none_button.isEnabled()
    QTest.mouseClick(dialog.keys.default_button, LEFT)
    assert Settings().keys == {}


def test_a_key_taken_from_an_action_is_dead_on_the_canvas_too(person):
    window = person.window
    window.filing.open_example("example.students")
    person.settle()
    for key, action in ((Qt.Key.Key_Delete, "edit.delete"), (Qt.Key.Key_N, "tool.node")):
        window.settings.put_keys(action, ())
        window.scene.select_variable("A")
        person.hand.press(key)
        assert "A" in person.project.ugm
        assert window.scene.tool.name == "select"
        window.settings.put_keys(action, None)
    person.hand.press(Qt.Key.Key_N)
    assert window.scene.tool.name == "node"
    person.hand.press(Qt.Key.Key_V)
    window.scene.select_variable("A")
    person.hand.press(Qt.Key.Key_Delete)
    assert "A" not in person.project.ugm


def test_keys_chosen_for_actions_of_another_version_do_no_harm(qapp, qtbot):
    settings = Settings()
    settings.put_keys("view.gone", ("Ctrl+F9",))
    settings.put_keys("view.plots", ("Ctrl+F8",))
    theme.apply(qapp)
    window = MainWindow()
    try:
        assert window.actions_by_key["view.plots"].shortcut() == QKeySequence("Ctrl+F8")
        assert "view.gone" not in SPECS
    finally:
        window.close()
        window.deleteLater()
