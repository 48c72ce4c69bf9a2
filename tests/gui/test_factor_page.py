"""Is a factor's table edited as in a spreadsheet: by typing, dragging, the wheel and the clipboard, each one step?"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from gui.hand import LEFT, NONE, bring_to_front
from gui.panels.heat_table import Burst, HeatTable
from models.factor import Factor
from models.project import Project
from models.tables import ising_log_table, potts_log_table
from models.ugm import UGM, Variable
from tests.acts import Person, bring_into_sight, type_text
from tests.oracles import enumerate_ugm

SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


class Page:
    """The page of one factor, used with the hand."""

    def __init__(self, window) -> None:
        self.window = window
        self.panel = window.inspector.factor
        self.table: HeatTable = self.panel._table
        bring_to_front(window)

    @property
    def project(self) -> Project:
        return self.window.document.project

    @property
    def logs(self) -> np.ndarray:
        return self.project.ugm.factors[self.panel.place].log_table

    @property
    def potentials(self) -> np.ndarray:
        return np.exp(self.logs)

    @property
    def steps(self) -> int:
        return self.window.document.stack.index()

    @property
    def notice(self) -> str:
        strip = self.window.notices
        return strip.notice.text if strip.notice is not None else ""

    def centre(self, row: int, column: int) -> QPoint:
        index = self.table.model().index(row, column)
        bring_into_sight(self.table)
        self.table.scrollTo(index)
        return self.table.visualRect(index).center()

    def click(self, row: int, column: int, modifiers=NONE) -> None:
        QTest.mouseClick(self.table.viewport(), LEFT, modifiers, self.centre(row, column))

    def drag(self, row: int, column: int, dx: int, dy: int, release: bool = True) -> None:
        start = self.centre(row, column)
        QTest.mousePress(self.table.viewport(), LEFT, NONE, start)
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(self.table.viewport(), start + QPoint(round(dx * share), round(dy * share)))
            QTest.qWait(30)
        if release:
            QTest.mouseRelease(self.table.viewport(), LEFT, NONE, start + QPoint(dx, dy))

    def wheel(self, row: int, column: int, notches: int, modifiers=NONE) -> None:
        at = self.centre(row, column)
        event = QWheelEvent(
            QPointF(at), QPointF(self.table.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.table.viewport(), event)

    def key(self, key, modifiers=NONE) -> None:
        QTest.keyClick(self.table, key, modifiers)

    def type(self, text: str) -> None:
        """Type over the chosen cells: the first letter opens the editor."""
        type_text(self.table, text[:1])
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        type_text(editor, text[1:])
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.table.setFocus()
        self.key(Qt.Key.Key_V, CONTROL)

    def copy(self) -> str:
        QGuiApplication.clipboard().clear()
        self.table.setFocus()
        self.key(Qt.Key.Key_C, CONTROL)
        return QGuiApplication.clipboard().text()


@pytest.fixture
def page(window):
    project = Project(
        ugm=UGM(
            [Variable("a", ("no", "yes")), Variable("b", ("low", "mid", "high")), Variable("c", ("0", "1"))],
            [
                Factor.from_table(("a",), [1.0, 3.0]),
                Factor.from_table(("a", "b"), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
                Factor.from_table(("a", "b", "c"), np.arange(1.0, 13.0).reshape(2, 3, 2)),
                Factor(("a", "c"), ising_log_table(0.5)),
            ],
        ),
        positions={"a": (0, 0), "b": (300, 0), "c": (150, 260)},
    )
    window.document.load(project)
    window.scene.select_factor(1)
    return Page(window)


# --- typing ------------------------------------------------------------------------------------------------------


def test_what_is_typed_goes_into_all_chosen_cells(page):
    page.click(0, 1)
    page.click(1, 2, SHIFT)
    page.type("7.5")
    np.testing.assert_allclose(page.potentials, [[1, 7.5, 7.5], [4, 7.5, 7.5]])
    assert page.steps == 1
    assert page.window.document.stack.undoText() == "Change 4 entries of (a, b)"
    assert len(page.table.chosen()) == 4, "they stay chosen, to be typed over again"
    page.type("0")
    assert (page.logs[:, 1:] == -math.inf).all()


def test_arrow_keys_with_shift_choose_a_rectangle(page):
    page.click(0, 0)
    page.key(Qt.Key.Key_Right, SHIFT)
    page.key(Qt.Key.Key_Down, SHIFT)
    assert page.table.chosen() == [(0, 0), (0, 1), (1, 0), (1, 1)]
    page.key(Qt.Key.Key_A, CONTROL)
    assert len(page.table.chosen()) == 6
    assert page.window.scene.selection.variables == (), "Ctrl+A was for the table"


def test_enter_opens_a_cell(page):
    page.click(1, 1)
    page.key(Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "5"
    editor.selectAll()
    QTest.keyClicks(editor, "0,125")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert page.potentials[1, 1] == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("text", "logs"), [("many", False), ("-2", False), ("inf", False), ("nan", True), ("inf", True)]
)
def test_nonsense_changes_nothing_and_is_explained(page, text, logs):
    page.panel.show_logs(logs)
    before = page.project
    page.click(0, 0)
    page.type(text)
    assert page.project is before
    assert "potential" in page.notice
    assert page.steps == 0


@pytest.mark.parametrize("text", ["-inf", "−∞"])
def test_minus_infinity_forbids(page, text):
    page.panel.show_logs(True)
    page.click(0, 0)
    page.key(Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    editor.selectAll()
    type_text(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert page.logs[0, 0] == -math.inf
    assert page.table.model().index(0, 0).data() == "−∞"
    page.panel.show_logs(False)
    assert page.table.model().index(0, 0).data() == "0"


def test_the_unit_is_kept_while_browsing(page):
    page.window.actions_by_key["view.logs"].trigger()
    assert page.panel._unit.currentText() == "Log potentials"
    page.window.scene.select_factor(3)
    assert page.table.model().index(0, 0).data() == "0.500"
    assert page.window.actions_by_key["view.logs"].isChecked()
    page.window.scene.select_nothing()
    page.window.scene.select_factor(1)
    assert page.table.model().index(0, 0).data() == "0"
    page.panel._unit.setCurrentIndex(0)
    assert not page.window.actions_by_key["view.logs"].isChecked()


# --- dragging ----------------------------------------------------------------------------------------------------


def test_a_drag_up_multiplies_and_is_one_step_of_undo(page):
    before = page.logs.copy()
    page.drag(1, 1, 0, -50)
    assert page.potentials[1, 1] == pytest.approx(5 * math.exp(0.5), rel=5e-3)
    assert float(f"{page.potentials[1, 1]:.3g}") == pytest.approx(page.potentials[1, 1], rel=1e-9)
    rest = np.ones((2, 3), dtype=bool)
    rest[1, 1] = False
    assert np.array_equal(page.logs[rest], before[rest])
    assert page.steps == 1
    page.window.document.stack.undo()
    assert np.array_equal(page.logs, before)


def test_the_answers_follow_the_drag(page, settled, qtbot):
    page.drag(0, 0, 0, -60, release=False)
    qtbot.waitUntil(lambda: page.potentials[0, 0] > 1.8)
    settled()
    now = enumerate_ugm(page.project.ugm).marginals
    np.testing.assert_allclose(page.window.scene.mirror.variables["b"].marginal, now[1], atol=1e-10)
    QTest.mouseRelease(page.table.viewport(), LEFT, NONE, page.centre(0, 0))


def test_a_drag_of_several_chosen_cells_moves_them_together(page):
    page.click(0, 0)
    page.click(0, 2, SHIFT)
    page.drag(0, 1, 0, 40)
    np.testing.assert_allclose(page.potentials[0], np.array([1, 2, 3]) * math.exp(-0.4), rtol=5e-3)
    np.testing.assert_allclose(page.potentials[1], [4, 5, 6])
    assert page.table.chosen() == [(0, 0), (0, 1), (0, 2)]


def test_a_drag_of_logs_adds(page):
    page.panel.show_logs(True)
    page.drag(0, 0, 0, -30)
    assert page.logs[0, 0] == 0.3


def test_esc_during_a_drag_leaves_no_trace(page):
    before = page.project.ugm
    page.drag(1, 0, 0, -40, release=False)
    assert page.potentials[1, 0] > 4.5
    page.key(Qt.Key.Key_Escape)
    assert page.project.ugm.same_as(before)
    assert page.steps == 0
    QTest.mouseMove(page.table.viewport(), page.centre(1, 0) + QPoint(0, -90))
    QTest.qWait(40)
    assert page.project.ugm.same_as(before)
    QTest.mouseRelease(page.table.viewport(), LEFT, NONE, page.centre(1, 0))


def test_a_drag_back_to_where_it_began_is_no_edit(page):
    before = page.project.ugm
    start = page.centre(0, 1)
    QTest.mousePress(page.table.viewport(), LEFT, NONE, start)
    for dy in (-30, -10, 0):
        QTest.mouseMove(page.table.viewport(), start + QPoint(0, dy))
        QTest.qWait(30)
    QTest.mouseRelease(page.table.viewport(), LEFT, NONE, start)
    assert page.project.ugm.same_as(before)
    assert page.steps == 0


def test_a_drag_sideways_chooses_cells_and_changes_none(page):
    before = page.project
    start, end = page.centre(0, 0), page.centre(1, 2)
    QTest.mousePress(page.table.viewport(), LEFT, NONE, start)
    QTest.mouseMove(page.table.viewport(), start + QPoint(12, 2))
    QTest.mouseMove(page.table.viewport(), end)
    QTest.mouseRelease(page.table.viewport(), LEFT, NONE, end)
    assert len(page.table.chosen()) == 6
    assert page.project is before


def test_a_forbidden_entry_is_not_dragged(page):
    page.click(0, 0)
    page.type("0")
    page.drag(0, 0, 0, -40)
    assert page.logs[0, 0] == -math.inf
    assert "Type a number" in page.notice


def test_deleting_the_factor_during_a_drag_ends_the_drag(page):
    page.drag(0, 0, 0, -40, release=False)
    page.window.edit("Delete", page.project.without(factors=[1]))
    QTest.mouseMove(page.table.viewport(), QPoint(10, 10))
    QTest.qWait(40)
    QTest.mouseRelease(page.table.viewport(), LEFT, NONE, QPoint(10, 10))
    assert [f.scope for f in page.project.ugm.factors] == [("a",), ("a", "b", "c"), ("a", "c")]
    np.testing.assert_allclose(page.project.ugm.factors[1].table, np.arange(1.0, 13.0).reshape(2, 3, 2))


# --- wheel and keys ----------------------------------------------------------------------------------------------


def test_the_wheel_changes_the_chosen_cell_and_no_other(page):
    page.click(0, 1)
    page.wheel(0, 1, 2)
    page.wheel(0, 1, 1)
    assert page.potentials[0, 1] == pytest.approx(2 * math.exp(0.3), rel=5e-3)
    assert page.steps == 1, "turns that follow each other are one step"
    page.wheel(1, 1, 3)
    assert page.potentials[1, 1] == pytest.approx(5)
    page.wheel(0, 1, -1, CONTROL)
    assert page.potentials[0, 1] == pytest.approx(2 * math.exp(0.29), rel=5e-3)


def test_alt_with_an_arrow_changes_the_chosen_cells(page):
    page.panel.show_logs(True)
    page.click(0, 0)
    for _ in range(3):
        page.key(Qt.Key.Key_Up, ALT)
    page.key(Qt.Key.Key_Down, ALT)
    assert page.logs[0, 0] == pytest.approx(0.2)
    assert page.table.currentIndex().row() == 0
    assert page.steps == 1


def test_a_pause_or_another_cell_begins_another_step():
    now = [0.0]
    burst = Burst(lambda: now[0])
    first = burst.number("a")
    now[0] = 0.5
    assert burst.number("a") == first
    now[0] = 2.0
    second = burst.number("a")
    assert second != first
    assert burst.number("b") != second


# --- the clipboard -----------------------------------------------------------------------------------------------


def test_a_rectangle_is_copied_with_tabs(page):
    page.click(0, 1)
    page.click(1, 2, SHIFT)
    assert page.copy() == "2\t3\n5\t6"
    page.key(Qt.Key.Key_A, CONTROL)
    assert page.copy() == "1\t2\t3\n4\t5\t6"
    page.table.clearSelection()
    page.window.setFocus()
    page.panel._copy.click()
    assert QGuiApplication.clipboard().text() == "1\t2\t3\n4\t5\t6"


@pytest.mark.parametrize("text", ["10\t20\t30\n40\t50\t60", "10;20;30\r\n40;50;60\r\n", "10 20 30\n40 50 60"])
def test_a_table_from_a_spreadsheet_is_pasted_in_one_step(page, text):
    page.click(1, 1)
    page.paste(text)
    np.testing.assert_allclose(page.potentials, [[10, 20, 30], [40, 50, 60]])
    assert page.steps == 1
    assert page.window.document.stack.undoText() == "Paste into (a, b)"
    page.window.document.stack.undo()
    np.testing.assert_allclose(page.potentials, [[1, 2, 3], [4, 5, 6]])


def test_one_number_fills_what_is_chosen(page):
    page.click(0, 0)
    page.click(1, 1, SHIFT)
    page.paste("0,5\n")
    np.testing.assert_allclose(page.potentials, [[0.5, 0.5, 3], [0.5, 0.5, 6]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\t2\t3\t4", "room for 2 and 3"), ("1\t2\n3\tx", "Row 2, column 2"), ("1\t2\n3", "Row 2"), ("", "no numbers"),
        ("-1", "Row 1, column 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_pasted_is_refused_by_row_and_column(page, text, words):
    before = page.project
    page.click(0, 0)
    page.paste(text)
    assert page.project is before
    assert words in page.notice


def test_two_hundred_random_pastes_leave_a_table_or_a_notice(page):
    rng = random.Random(4)
    alphabet = "0123456789.,;\t\n -e+∞−inf[]\"'x\0\u202eé😀"
    page.click(0, 0)
    for _ in range(200):
        before = page.project
        page.paste("".join(rng.choice(alphabet) for _ in range(rng.randrange(25))))
        assert page.logs.shape == (2, 3)
        assert not np.isnan(page.logs).any()
        assert page.project is before or page.window.document.stack.undoText().startswith(("Paste", "Change"))


# --- kinds -------------------------------------------------------------------------------------------------------


def kind(page) -> str:
    return page.panel._kinds._kind.currentText()


def test_the_page_tells_the_kind_of_a_table(page):
    assert page.panel._kinds.isHidden(), "2 by 3 can only be free"
    page.window.scene.select_factor(3)
    assert kind(page) == "Ising"
    assert page.panel._kinds._weight.value() == 0.5
    assert "−w where they differ" in page.panel._kinds._words.text()
    page.click(0, 1)
    page.type("9")
    assert kind(page) == "Free"
    assert not page.panel._kinds._form.isVisible()


def test_choosing_another_kind_is_an_edit(page):
    person = Person(page.window)
    page.window.scene.select_factor(3)
    person.pick(person.named(QComboBox, "Kind of table"), "Potts")
    np.testing.assert_allclose(page.logs, potts_log_table(2, 1.0))
    assert page.steps == 1
    assert kind(page) == "Potts", "though the table is an Ising table too, up to a constant"
    person.pick(person.named(QComboBox, "Kind of table"), "Free")
    assert page.steps == 1, "the table stays"
    assert kind(page) == "Free"
    assert "also a Potts table, w = 1" in page.panel._kinds._words.text()
    page.window.document.stack.undo()
    page.window.scene.select_factor(1)
    page.window.scene.select_factor(3)
    assert kind(page) == "Ising"


def test_the_weight_is_typed_and_slid_and_keeps_the_constant(page):
    page.window.scene.select_factor(3)
    page.window.edit("Lift", page.project.with_factor_at(3, Factor(("a", "c"), ising_log_table(0.5, 2.0))))
    kinds = page.panel._kinds
    person = Person(page.window)
    person.pick(person.named(QComboBox, "Kind of table"), "Ising") if kind(page) != "Ising" else None
    steps = page.steps
    spin = kinds._weight
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "-1.25")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    constant = page.logs.mean()
    np.testing.assert_allclose(page.logs, ising_log_table(-1.25, constant))
    assert page.steps == steps + 1
    for value in (-1.0, 0.0, 0.5):
        kinds._slider.setSliderDown(True)
        kinds._slider.setValue(round(100 * value))
    kinds._slider.setSliderDown(False)
    np.testing.assert_allclose(page.logs, ising_log_table(0.5, constant), atol=1e-12)
    assert page.steps == steps + 2, "a slide is one step of undo"
    assert spin.value() == 0.5
    assert kind(page) == "Ising", "also where the weight passed through 0"


# --- slices, large tables ----------------------------------------------------------------------------------------


def test_a_slice_of_three_axes_is_pasted_and_dragged(page):
    page.window.scene.select_factor(2)
    page.panel._slices.boxes[0].setCurrentIndex(1)
    page.click(0, 0)
    page.paste("1\t1\n1\t1\n1\t1")
    expected = np.arange(1.0, 13.0).reshape(2, 3, 2)
    expected[1] = 1
    np.testing.assert_allclose(page.potentials, expected)
    page.drag(2, 1, 0, -20)
    assert page.potentials[1, 2, 1] == pytest.approx(math.exp(0.2), rel=5e-3)
    assert page.panel._slices.boxes[0].currentIndex() == 1


def test_a_clamped_axis_opens_at_its_state_and_is_named(page):
    page.window.edit("Clamp", page.project.with_clamps({"a": 1}))
    page.window.scene.select_factor(2)
    assert page.panel._slices.boxes[0].currentText() == "yes"
    assert "Clamped: a = yes" in page.panel._facts.text()


def test_two_hundred_states_make_one_table_and_few_widgets(page, settled):
    rng = np.random.default_rng(0)
    ugm = UGM([Variable.of_size(n, 200) for n in "uv"], [Factor(("u", "v"), rng.normal(size=(200, 200)))])
    page.window.document.load(Project(ugm=ugm, positions={"u": (0, 0), "v": (200, 0)}))
    page.window.scene.select_factor(0)
    settled()
    assert len(page.table.findChildren(QLineEdit)) == 0
    assert page.table.model().columnCount() == 200
    page.click(199, 199)
    page.type("3")
    assert page.potentials[199, 199] == pytest.approx(3)
    page.key(Qt.Key.Key_A, CONTROL)
    text = page.copy()
    assert (text.count("\n"), text.count("\t")) == (199, 200 * 199)
    page.click(100, 100)
    page.paste(text.replace("\t", ";"))
    assert page.potentials[199, 199] == pytest.approx(3)


def test_turning_round_shows_the_same_factor_the_other_way(page):
    before = enumerate_ugm(page.project.ugm)
    page.panel._turn.click()
    factor = page.project.ugm.factors[1]
    assert factor.scope == ("b", "a")
    np.testing.assert_allclose(factor.table, [[1, 4], [2, 5], [3, 6]])
    assert enumerate_ugm(page.project.ugm).log_z == pytest.approx(before.log_z)
    assert page.panel.isVisible()
    assert (page.table.model().rowCount(), page.table.model().columnCount()) == (3, 2)


def test_any_two_axes_of_three_are_looked_at_and_edited(page):
    page.window.scene.select_factor(2)
    person = Person(page.window)
    before = page.project
    person.pick(person.named(QComboBox, "Variable along the rows"), "a")
    model = page.table.model()
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert [model.headerData(k, Qt.Orientation.Vertical) for k in range(2)] == ["no", "yes"]
    assert page.project is before, "a way of looking is no edit"
    QApplication.processEvents()  # the new list is laid out
    person.pick(person.named(QComboBox, "Slice at a state of b"), "high")
    assert [[float(model.index(r, c).data()) for c in range(2)] for r in range(2)] == [[5, 6], [11, 12]]
    page.click(1, 0)
    page.type("99")
    expected = np.arange(1.0, 13.0).reshape(2, 3, 2)
    expected[1, 2, 0] = 99
    np.testing.assert_allclose(page.potentials, expected)
    assert page.project.ugm.factors[2].scope == ("a", "b", "c"), "the factor's own axes stay"
    page.paste("1\t2\n3\t4")
    expected[:, 2] = [[1, 2], [3, 4]]
    np.testing.assert_allclose(page.potentials, expected)
    page.drag(0, 0, 0, -50)
    assert page.potentials[0, 2, 0] == pytest.approx(math.exp(0.5), rel=5e-3)
    assert person.named(QComboBox, "Slice at a state of b").currentText() == "high"


def test_a_variable_chosen_for_both_axes_exchanges_them(page):
    page.window.scene.select_factor(2)
    person = Person(page.window)
    person.pick(person.named(QComboBox, "Variable along the rows"), "c")
    model = page.table.model()
    assert [model.headerData(k, Qt.Orientation.Vertical) for k in range(2)] == ["0", "1"]
    assert [model.headerData(k, Qt.Orientation.Horizontal) for k in range(3)] == ["low", "mid", "high"]
    assert float(model.index(1, 2).data()) == 6
