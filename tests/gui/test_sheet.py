"""Does the sheet of keys list everything there is, and can it be searched, copied and printed?

Also whether every action is complete: text, tip, status tip, What's This, icon, and a key or a reason for having none.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from shiboken6 import isValid

from gui.actions import MENUS, SPECS
from gui.actions.spec import KEYLESS
from gui.canvas.tools import TOOLS
from gui.sheet import CANVAS, SheetDialog, as_text, only, sheet_of
from tests.acts import Person


@pytest.fixture
def sheet(window: Any) -> Any:
    Person(window).keys("?")
    shown = window.findChild(SheetDialog)
    assert shown.isVisible()
    yield shown
    if isValid(shown):
        shown.close()


# --- every action ------------------------------------------------------------------------------------------------


def test_every_action_is_complete(window):
    lacking = []
    for key, spec in SPECS.items():
        action, kind = window.actions_by_key[key], key.split(".")[0]
        native = [QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText) for text in spec.keys]
        wanted = {
            "a mnemonic": "&" in spec.text,
            "a capital": spec.text.replace("&", "")[:1].isupper() and spec.tip[:1].isupper(),
            "no full stop at the end of the tip": not spec.tip.endswith("."),
            "an icon": not action.icon().isNull(),
            "its tip as status tip": action.statusTip() == spec.tip or not action.isEnabled(),
            "its tip as tool tip": action.toolTip().startswith(action.statusTip()),
            "its tip in What's This": spec.tip in action.whatsThis() or not action.isEnabled(),
            "a key, or a stated reason for none": bool(spec.keys) != (kind in KEYLESS),
            "keys that Qt knows": all(native),
            "its key in the tool tip": not native or not action.isEnabled() or f"({native[0]})" in action.toolTip(),
        }
        lacking += [f"{key} has not {what}" for what, has in wanted.items() if not has]
    assert lacking == []


def test_mnemonics_are_different_in_each_menu():
    clashes = []
    for title, entries in MENUS:
        texts = [SPECS[e].text for e in entries if isinstance(e, str) and e in SPECS]
        texts += [e[0] for e in entries if isinstance(e, tuple)]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        doubled = sorted({letter for letter in letters if letters.count(letter) > 1})
        clashes += [f"{title}: {doubled} of {texts}"] if doubled else []
    assert clashes == []


def test_keys_of_the_canvas_are_those_of_the_tools():
    for name, tool in TOOLS.items():
        assert QKeySequence(tool.key) in [QKeySequence(text) for text in SPECS[f"tool.{name}"].keys]


# --- the sheet ---------------------------------------------------------------------------------------------------


def test_every_action_is_on_the_sheet_by_its_menu(window):
    listed = sheet_of(window.actions_by_key)
    lines = {line.does: (head, line) for head, group in listed.items() for line in group}
    for title, entries in MENUS:
        for entry in entries:
            for key in (entry,) if isinstance(entry, str) else entry[1:]:
                if key not in SPECS:
                    continue
                head, line = lines[SPECS[key].tip]
                assert head == f"{title.replace('&', '')} menu"
                assert SPECS[key].text.replace("&", "").removesuffix("…") in line.name
                shown = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in map(QKeySequence, SPECS[key].keys)]
                assert line.keys == ", ".join(shown)
    assert [line.name for line in listed["On the canvas"]] == [name for _, name, _ in CANVAS]
    assert any(line.keys == "Space" for line in listed["In the Sample workspace"])


def test_it_shows_keys_as_they_are_set_and_names_as_they_stay(window):
    window.filing.open_example("example.rbm")
    window.edit("Clamp", window.document.project.with_clamps({"x1": 0}))
    window.settings.put_keys("view.fit", ("Alt+W",))
    text = as_text(sheet_of(window.actions_by_key))
    assert "Alt+W" in text
    assert "Undo Clamp" not in text


def test_typing_searches_and_marks(sheet):
    QTest.keyClicks(sheet.search, "clamp release")
    assert sheet.shown
    for group in sheet.shown.values():
        for line in group:
            whole = f"{line.keys} {line.name} {line.does}".lower()
            assert "release" in whole
    assert "background-color" in sheet.text.toHtml()
    assert "Zoom" not in sheet.text.toPlainText()
    sheet.search.clear()
    QTest.keyClicks(sheet.search, "ctrl+z")
    assert next(line.name for group in sheet.shown.values() for line in group) == "Undo"
    sheet.search.clear()
    QTest.keyClicks(sheet.search, "qqqq")
    assert sheet.shown == {}
    assert "Nothing" in sheet.text.toPlainText()
    assert only({"a": []}, ()) == {}


def test_it_can_be_copied_as_text(sheet):
    QTest.keyClicks(sheet.search, "zoom")
    QTest.mouseClick(next(b for b in sheet.findChildren(QPushButton) if b.text() == "Copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == as_text(sheet.shown)
    assert "View menu\n---------\n" in copied
    assert "Quit" not in copied


def test_it_can_be_saved_to_print(sheet, tmp_path, monkeypatch):
    path = tmp_path / "keys.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(path), ""))
    button = next(b for b in sheet.findChildren(QPushButton) if b.text().startswith("Save"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert len(data) > 5000
    assert sheet._note.text() == "Saved keys.pdf."


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be opened as files in another way there")
def test_a_place_that_cannot_be_written_is_named(sheet, tmp_path):
    assert not sheet.save_pdf(tmp_path / "nowhere" / "keys.pdf")
    assert sheet._note.text().startswith("keys.pdf was not saved: ")
    assert sheet._note.isVisible()


def test_the_window_can_be_used_meanwhile(window, sheet):
    assert QApplication.activeModalWidget() is None
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert window.findChild(SheetDialog) is None or not sheet.isVisible()
