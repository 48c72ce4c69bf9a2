"""Can a person copy, cut, paste and duplicate, put variables in line, find them, and walk the history?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from gui import theme
from gui.clipboard import MIME
from gui.frame import LEAST_CANVAS
from gui.hand import choose, wait_until
from models.factor import Factor
from models.files.project_json import project_bytes
from models.project import Project
from models.soft_evidence import SoftEvidence
from tests.acts import Person


@pytest.fixture
def person(window):
    sat = Person(window)
    project = Project()
    for k in range(4):
        project = project.with_new_variable((-210.0 + 140.0 * k, -40.0 if k % 2 else 30.0))
    for pair in (("x1", "x2"), ("x2", "x3"), ("x3", "x4")):
        project = project.with_edge(*pair)
    project = project.with_factor_at(project.first_factor(("x1", "x2")), Factor(("x1", "x2"), [[0.0, 1.0], [2.0, 3.0]]))
    project = project.with_clamps({"x1": 1}).with_soft(SoftEvidence({"x2": [0.25, 4.0]}))
    window.document.load(project)
    sat.settle()
    return sat


def select(person, *names):
    person.window.scene.select_variables(names)
    person.window.view.setFocus()


def text_of(person):
    return person.window.document.stack.undoText()


def table_of(project, *scope):
    return project.ugm.factors[project.first_factor(scope)].log_table.tolist()


# --- the clipboard -----------------------------------------------------------------------------------------------


def test_a_copy_takes_along_what_belongs_to_it(person):
    before = project_bytes(person.project, "x")
    select(person, "x1", "x2")
    person.keys("Ctrl+C")
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasFormat(MIME)
    assert mime.hasText()
    assert mime.hasImage()
    person.keys("Ctrl+V")
    made = person.window.scene.selection.variables
    assert made == ("x5", "x6")
    assert text_of(person) == "Paste x₅ and x₆"
    project = person.project
    assert table_of(project, "x5", "x6") == [[0.0, 1.0], [2.0, 3.0]]
    assert project.evidence["x5"] == 1
    assert project.soft["x6"].tolist() == [0.25, 4.0]
    assert len(set(project.positions.values())) == 6, "nothing lies on top of anything"
    assert len(project.ugm.edges) == 4
    person.keys("Ctrl+Z")
    assert project_bytes(person.project, "x") == before


def test_cut_is_copy_and_delete_in_one_step(person):
    select(person, "x3", "x4")
    person.keys("Ctrl+X")
    assert person.project.ugm.names == ("x1", "x2")
    assert text_of(person) == "Cut x₃ and x₄"
    person.keys("Ctrl+V")
    assert person.project.ugm.names == ("x1", "x2", "x3", "x4")
    assert {frozenset(e) for e in person.project.ugm.edges} == {frozenset({"x1", "x2"}), frozenset({"x3", "x4"})}
    person.keys("Ctrl+Z", "Ctrl+Z")
    assert person.window.document.is_clean


def test_duplicating_leaves_the_clipboard_alone(person):
    select(person, "x4")
    person.keys("Ctrl+C")
    select(person, "x1", "x2", "x3")
    person.keys("Ctrl+D")
    assert text_of(person) == "Duplicate 3 variables"
    assert len(person.project.ugm.variables) == 7
    person.keys("Ctrl+V")
    assert len(person.project.ugm.variables) == 8


def test_a_paste_comes_to_the_mouse(person):
    select(person, "x4")
    person.keys("Ctrl+C")
    at = person.hand.empty(0.0, 120.0)
    QTest.mouseMove(person.hand.viewport, at)
    QApplication.processEvents()
    person.keys("Ctrl+V")
    x, y = person.project.positions["x5"]
    assert abs(x) < 30
    assert abs(y - 120.0) < 30


def test_the_canvas_menu_pastes_where_it_opens(person):
    select(person, "x4")
    person.keys("Ctrl+C")
    choose(person.hand.open_menu(person.hand.empty(60.0, 130.0)), "Paste here")
    x, y = person.project.positions["x5"]
    assert abs(x - 60) < 5
    assert abs(y - 130) < 5


def test_the_text_of_a_project_from_elsewhere_is_taken(person):
    other = Project().with_new_variable((0.0, 0.0)).with_new_variable((100.0, 0.0)).with_edge("x1", "x2")
    QGuiApplication.clipboard().setText(project_bytes(other.with_renamed("x2", "weather"), "x").decode())
    person.keys("Ctrl+V")
    assert "weather" in person.project.ugm.names
    assert ("x5", "weather") in person.project.ugm.edges


@pytest.mark.parametrize("text", ["hello", "{}", '{"format": "clique-project", "version": 99}', "", "\x00\x01"])
def test_nonsense_on_the_clipboard_changes_nothing_and_says_so(person, text):
    QGuiApplication.clipboard().setText(text)
    before = person.project
    person.keys("Ctrl+V")
    assert person.project is before
    assert person.notice


def test_a_picture_alone_cannot_be_pasted(person, window):
    from gui.mime import fresh_mime

    mime: QMimeData = fresh_mime()
    mime.setImageData(window.grab().toImage())
    QGuiApplication.clipboard().setMimeData(mime)
    person.keys("Ctrl+V")
    assert "holds a picture only" in person.notice


def test_a_field_that_is_typed_in_keeps_its_own_clipboard(person):
    select(person, "x1")
    QGuiApplication.clipboard().setText("alpha")
    person.window.scene.rename_asked.emit("x1")
    field = QApplication.focusWidget()
    field.selectAll()
    person.keys("Ctrl+V")
    assert field.text() == "alpha"
    assert len(person.project.ugm.variables) == 4


# --- in line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "axis", "value"),
    [("Ctrl+Shift+Left", 0, -210.0), ("Ctrl+Shift+Right", 0, 210.0), ("Ctrl+Shift+Up", 1, -40.0),
     ("Ctrl+Shift+Down", 1, 30.0), ("Ctrl+Shift+I", 0, 0.0), ("Ctrl+Shift+R", 1, -5.0)],
)  # fmt: skip
def test_aligning(person, key, axis, value):
    person.keys("Ctrl+A", key)
    assert {position[axis] for position in person.project.positions.values()} == {value}
    assert text_of(person) == "Align 4 variables"
    person.keys("Ctrl+Z")
    assert person.window.document.is_clean


def test_distributing_needs_three(person):
    select(person, "x1", "x2")
    assert not person.window.actions_by_key["arrange.across"].isEnabled()
    person.window.scene.select_nothing()
    person.hand.drag_variable("x2", 40, 0)
    person.keys("Ctrl+A", "Ctrl+Shift+H")
    xs = sorted(x for x, _ in person.project.positions.values())
    assert [b - a for a, b in pairwise(xs)] == pytest.approx([140.0] * 3, abs=1.0)


def test_snapping_to_the_grid_while_dragging(person):
    person.keys("G")
    person.hand.drag_variable("x1", 33, 17)
    x, y = person.project.positions["x1"]
    assert (x % 20, y % 20) == (0.0, 0.0)
    person.keys("G")
    assert not person.window.actions_by_key["arrange.snap"].isChecked()
    person.keys("Ctrl+A", "Shift+G")
    assert all(x % 20 == 0 and y % 20 == 0 for x, y in person.project.positions.values())


# --- finding -----------------------------------------------------------------------------------------------------


def test_finding_selects_as_one_types(person):
    window = person.window
    window.document.load(window.document.project.with_renamed("x3", "Weather").with_renamed("x4", "whether"))
    person.keys("Ctrl+F")
    field = window.features["Find"].bar.field
    QTest.keyClicks(field, "WE")
    assert window.scene.selection.variables == ("Weather",)
    for _ in range(2):
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, "ther")
    assert set(window.scene.selection.variables) == {"Weather", "whether"}
    assert window.features["Find"].bar.found.text() == "2 found"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.scene.selection.variables == ("Weather",)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.scene.selection.variables == ("whether",)
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert window.scene.selection.variables == ("Weather",)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not window.features["Find"].bar.isVisible()


def test_what_is_not_there_is_said(person):
    person.keys("Ctrl+F")
    bar = person.window.features["Find"].bar
    QTest.keyClicks(bar.field, "zebra")
    assert bar.found.text() == 'no variable called "zebra"'
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert person.window.scene.selection.variables == ()


# --- history -----------------------------------------------------------------------------------------------------


def test_the_history_goes_to_any_point(person):
    window = person.window
    for name in ("x2", "x3", "x4"):
        person.hand.click_bar(name, 0)
    person.keys("Ctrl+H")
    listing = window.features["History"].list
    rows = [listing.model().index(k, 0).data() for k in range(listing.model().rowCount())]
    assert rows == ["Start", "Clamp x₂ = 0", "Clamp x₃ = 0", "Clamp x₄ = 0"]
    at = listing.visualRect(listing.model().index(1, 0)).center()
    QTest.mouseClick(listing.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert set(person.project.evidence) == {"x1", "x2"}
    QTest.keyClick(listing, Qt.Key.Key_End)
    assert set(person.project.evidence) == {"x1", "x2", "x3", "x4"}
    QTest.keyClick(listing, Qt.Key.Key_Home)
    assert set(person.project.evidence) == {"x1"}
    assert window.document.is_clean
    person.keys("Ctrl+H")
    assert not listing.isVisible()


def test_ten_thousand_steps_can_be_walked(person):
    window = person.window
    project = person.project
    for k in range(10_000):
        project = project.with_positions({"x1": (float(k), 0.0)})
        for each in (window.document, window.document.stack):
            each.blockSignals(k < 9_999)  # that the window follows each edit is seen elsewhere, and takes long
        window.document.edit(f"Move {k}", project)
    person.keys("Ctrl+H")
    assert window.document.stack.count() == 10_000
    window.document.go_to(1)
    assert person.project.positions["x1"] == (0.0, 0.0)
    window.document.go_to(10_000)
    assert person.project.positions["x1"] == (9999.0, 0.0)
    window.document.go_to(0)
    wait_until(lambda: person.window.scene.project is person.project, "the canvas")
    assert window.document.is_clean


def test_what_was_found_can_be_read_in_every_palette(person):
    person.keys("Ctrl+F")
    bar = person.window.features["Find"].bar
    QTest.keyClicks(bar.field, "x")
    for palette in (theme.DARK, theme.LIGHT):
        theme.set_current(palette)
        ink = bar.found.palette().color(bar.found.foregroundRole())
        assert theme.contrast(ink, palette.background) > 4.5


def test_words_too_long_for_the_search_are_cut_with_dots(person):
    person.window.resize(1024, 768)
    person.keys("F4", "Ctrl+H", "Ctrl+F")
    QApplication.processEvents()
    bar = person.window.features["Find"].bar
    QTest.keyClicks(bar.field, "a name that nothing has")
    said = bar.found
    assert said.text().endswith("…")
    assert said.fontMetrics().horizontalAdvance(said.text()) <= said.width()
    assert "nothing has" in said.toolTip()
    assert person.window.view.rect().contains(bar.geometry())


def test_lists_beside_the_canvas_leave_it_room(person):
    person.window.resize(1024, 768)
    person.keys("F4", "Ctrl+H", "Ctrl+F")
    QApplication.processEvents()
    assert person.window.view.width() >= LEAST_CANVAS
    bar = person.window.features["Find"].bar
    assert bar.isVisible()
    assert person.window.view.rect().contains(bar.geometry())
    assert bar.geometry().top() >= person.window.view.viewport().geometry().top(), "the view switch stays in reach"
    QTest.keyClicks(bar.field, "x")
    assert bar.found.text() == "4 found"
    assert bar.found.fontMetrics().horizontalAdvance(bar.found.text()) <= bar.found.width()
    assert bar.rect().contains(bar.found.geometry())
    assert not bar.found.geometry().intersects(bar.field.geometry())
    buttons = [each for each in bar.findChildren(QToolButton) if each.isVisible() and each.accessibleName()]
    assert len(buttons) >= 3
    assert all(bar.rect().contains(each.geometry()) for each in buttons if each.parent() is bar)
