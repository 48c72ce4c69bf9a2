"""Is the table a twin of the canvas, for people who use neither mouse nor picture?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gui.features.table import KNOWN, LIKELY, NAME, NEIGHBOURS, STATES
from gui.frame import LEAST_CANVAS
from gui.hand import rest
from models.examples import chain, stacked_rbm_project
from models.project import Project
from tests.acts import Person


@pytest.fixture
def person(window):
    sat = Person(window)
    window.document.load(stacked_rbm_project(2))
    sat.settle()
    sat.keys("F4")
    QApplication.processEvents()
    return sat


@pytest.fixture
def grid(person):
    return person.window.features["Table"].grid


def text(grid, row, column):
    return grid.model().index(row, column).data()


def put(grid, row, column, typed):
    """Go to a cell, press F2, type over what it holds, and press Enter."""
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(row, column))
    QTest.keyClick(grid, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def chosen(person):
    return person.window.scene.selection.variables


def test_it_says_in_words_what_the_canvas_shows(person, grid):
    assert [text(grid, row, NAME) for row in range(8)] == ["x₁", "x₂", "z₁", "z₂", "h₁", "h₂", "y₁", "y₂"]
    assert text(grid, 0, STATES) == "0, 1"
    assert text(grid, 0, NEIGHBOURS) == "x₂, z₁, z₂"
    assert text(grid, 0, KNOWN) == ""
    marginal = person.window.controller.report.inference.marginals["x1"]
    assert text(grid, 0, LIKELY).startswith("1 (" if marginal[1] > 0.5 else "0 (")
    spoken = grid.model().index(0, NEIGHBOURS).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "x₁, Neighbours: x₂, z₁, z₂"


def test_rows_and_canvas_choose_each_other(person, grid):
    grid.setCurrentIndex(grid.model().index(2, NAME))
    assert chosen(person) == ("z1",)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert chosen(person) == ("z2",)
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(person) == ("z2", "h1")
    person.window.scene.select_variables(["y1", "y2"])
    assert sorted({index.row() for index in grid.selectionModel().selectedRows()}) == [6, 7]
    person.hand.click_variable("x2")
    assert [index.row() for index in grid.selectionModel().selectedRows()] == [1]


def test_names_and_clamps_are_typed(person, grid):
    put(grid, 0, NAME, "rain")
    assert person.project.ugm.names[0] == "rain"
    assert person.window.document.stack.undoText() == "Rename x₁ to rain"
    put(grid, 0, KNOWN, "1")
    assert person.project.evidence["rain"] == 1
    assert text(grid, 0, KNOWN) == "= 1"
    put(grid, 0, KNOWN, "!0")
    assert "rain" not in person.project.evidence
    assert text(grid, 0, KNOWN) == "≠ 0"
    put(grid, 0, KNOWN, "")
    assert not person.project.soft
    for _ in range(4):
        person.keys("Ctrl+Z")
    assert person.window.document.is_clean


def test_what_cannot_be_is_refused_and_nothing_changes(person, grid):
    before = person.project
    put(grid, 0, NAME, "x2")
    assert "already a variable called x2" in person.notice
    put(grid, 1, KNOWN, "7")
    assert "States: 0, 1" in person.notice
    assert person.project is before


def test_variables_are_added_joined_and_deleted_by_keys(person, grid):
    grid.setFocus()
    person.keys("Ins")
    assert person.project.ugm.names[-1] == "x3"
    assert chosen(person) == ("x3",)
    person.window.scene.select_variables(["x3", "y1"])
    grid.setFocus()
    person.keys("Ctrl+J")
    assert ("y1", "x3") in person.project.ugm.edges or ("x3", "y1") in person.project.ugm.edges
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert chosen(person) == ("x3",)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert "x3" not in person.project.ugm
    assert grid.model().rowCount() == 8


def test_delete_in_an_empty_field_deletes_nothing_else(person, grid):
    put(grid, 0, KNOWN, "")
    assert "x1" in person.project.ugm


def test_it_goes_and_comes_and_catches_up(person, grid):
    person.keys("F4")
    assert not grid.isVisible()
    person.window.edit("Clamp", person.project.with_clamps({"z1": 0}))
    person.window.scene.select_variables(["h1"])
    person.settle()
    person.keys("F4")
    assert grid.isVisible()
    assert text(grid, 2, KNOWN) == "= 0"
    assert [index.row() for index in grid.selectionModel().selectedRows()] == [4]


def test_a_thousand_variables_are_a_table_like_any(person, grid):
    person.window.document.load(Project(ugm=chain(1000)))
    person.settle()
    assert grid.model().rowCount() == 1000
    grid.setCurrentIndex(grid.model().index(998, NAME))
    assert chosen(person) == ("x999",)
    assert text(grid, 998, NEIGHBOURS) == "x₉₉₈, x₁₀₀₀"


def test_an_answer_leaves_alone_what_is_being_typed(person, grid):
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, KNOWN))
    QTest.keyClick(grid, Qt.Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "!0")
    person.window.features["Table"].show_inference(person.window.controller.report, stale=False)
    assert QApplication.focusWidget().text() == "!0"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert person.project.soft["x1"].tolist() == [0.0, 1.0]


def columns_in_sight(grid):
    """Return how many columns are wholly in sight."""
    edges = [grid.columnViewportPosition(k) + grid.columnWidth(k) for k in range(grid.model().columnCount())]
    return sum(edge <= grid.viewport().width() + 1 for edge in edges)


@pytest.mark.parametrize("keys", [("F4",), ("Ctrl+H", "F4"), ("F4", "Ctrl+H")])
@pytest.mark.parametrize(("size", "n"), [((1280, 800), 5), ((1024, 768), 4)])
def test_the_table_opens_as_wide_as_there_is_room_for(person, keys, size, n):
    person.keys("F4")  # it is open already
    person.window.resize(*size)
    rest(0.05)
    person.keys(*keys)
    rest(0.05)
    grid = person.window.features["Table"].grid
    assert columns_in_sight(grid) >= n
    assert grid.height() >= 4 * grid.rowHeight(0)
    assert person.window.view.width() >= LEAST_CANVAS
