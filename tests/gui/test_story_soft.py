"""Can a person weigh states by sliders, wheel, keys and typing, with the marginals following the hand?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.hand import LEFT, NONE
from gui.panels.likelihood import LIKELIHOOD_COLUMN
from models import Factor, SoftEvidence, Variable
from models.project import Project
from models.ugm import UGM
from tests.acts import Person, bring_into_sight
from tests.gui.evidence_kit import check_bars, now_words, weather

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def person(window, settled):
    window.document.load(weather())
    settled()
    return Person(window)


def slider(person, row):
    """Return the table and the rectangle of a slider, in sight."""
    table = person.window.inspector.variable._table
    bring_into_sight(table)
    index = table.model().index(row, LIKELIHOOD_COLUMN)
    table.scrollTo(index)
    return table, table.visualRect(index)


def test_a_slider_is_dragged_with_the_marginals_following_and_undone_as_one(person, window, qtbot):
    person.hand.click_variable("sky")
    table, rect = slider(person, 1)
    steps = window.document.stack.count()
    at = QPoint(rect.left() + rect.width() // 2, rect.center().y())
    QTest.mousePress(table.viewport(), LEFT, NONE, at)
    assert person.project.soft == SoftEvidence()  # a click alone changes nothing
    QTest.mouseMove(table.viewport(), at + QPoint(6, 0))
    QTest.mouseMove(table.viewport(), at)
    half = person.project.soft["sky"].tolist()
    assert half[0] == half[2] == 1.0
    assert half[1] == pytest.approx(0.5, abs=0.06)
    check_bars(person)
    seen = set()
    for x in (0.4, 0.3, 0.2, 0.1):
        QTest.mouseMove(table.viewport(), QPoint(rect.left() + round(x * rect.width()), at.y()))
        check_bars(person)  # while the button is held
        seen.add(person.project.soft["sky"][1])
    assert len(seen) == 4
    QTest.mouseMove(table.viewport(), QPoint(rect.left() - 20, at.y()))
    assert person.project.soft["sky"].tolist() == [1, 0, 1]
    check_bars(person)
    assert table.model().index(1, LIKELIHOOD_COLUMN).data() == "✕"
    QTest.mouseMove(table.viewport(), QPoint(rect.right() + rect.width(), at.y()))
    assert person.project.soft["sky"][1] > 1.5  # past the end, beyond one
    check_bars(person)
    QTest.mouseRelease(table.viewport(), LEFT, NONE, at)
    assert window.document.stack.count() == steps + 1
    assert window.document.stack.undoText() == "Soft evidence on sky"
    window.document.stack.undo()
    assert person.project.soft == SoftEvidence()
    check_bars(person)


def turn(table, at, notches, modifiers=NONE):
    wheel = QWheelEvent(
        QPointF(at), QPointF(table.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(table.viewport(), wheel)


def test_wheel_keys_and_typing_weigh_and_reset_forgets(person, window):
    person.hand.click_variable("sky")
    table, rect = slider(person, 2)
    turn(table, rect.center(), -2)
    assert person.project.soft == SoftEvidence()  # the wheel over a row that is not in hand scrolls
    table.setCurrentIndex(table.model().index(2, LIKELIHOOD_COLUMN))
    steps = window.document.stack.count()
    turn(table, rect.center(), -2)
    turn(table, rect.center(), -1)
    assert person.project.soft["sky"].tolist() == pytest.approx([1, 1, 0.85])
    assert window.document.stack.count() == steps + 1
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Plus)
    assert person.project.soft["sky"][2] == pytest.approx(0.9)
    person.type_cell(table, 0, LIKELIHOOD_COLUMN, "2,5")
    assert person.project.soft["sky"].tolist() == pytest.approx([2.5, 1, 0.9])
    log_z, prior = check_bars(person)
    assert f"E[likelihood] = {math.exp(log_z - prior):.4f}" in now_words(person)
    assert "as they were given" in now_words(person)
    person.type_cell(table, 0, LIKELIHOOD_COLUMN, "nonsense")
    assert "finite number" in person.notice
    assert person.project.soft["sky"][0] == 2.5
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert person.project.soft["sky"][0] == 0.0
    person.press_button("Reset soft evidence")
    assert person.project.soft == SoftEvidence()
    check_bars(person)


def test_alt_click_on_bar_and_slider_and_the_last_state(person):
    person.hand.click(person.hand.bar("pump", 0), ALT)
    check_bars(person)
    assert "given pump≠off" in person.window.headline.sentence.wording
    person.hand.click_variable("pump")
    table, rect = slider(person, 1)
    QTest.mouseClick(table.viewport(), LEFT, ALT, rect.center())
    assert "Leave at least one state possible" in person.notice
    assert person.project.soft["pump"].tolist() == [0, 1]
    # A drag to zero stops short of it.
    QTest.mousePress(table.viewport(), LEFT, NONE, rect.center())
    QTest.mouseMove(table.viewport(), QPoint(rect.left() - 30, rect.center().y()))
    QTest.mouseRelease(table.viewport(), LEFT, NONE, rect.center())
    assert person.project.soft["pump"].tolist() == [0, 0.01]
    table, rect = slider(person, 0)
    QTest.mouseClick(table.viewport(), LEFT, ALT, rect.center())
    assert person.project.soft["pump"].tolist() == [1, 0.01]


def test_the_key_and_the_menu_lead_to_the_sliders(person, window):
    person.hand.click_variable("a")
    person.keys("S")
    table = window.inspector.variable._table
    assert table.hasFocus()
    assert table.currentIndex().column() == LIKELIHOOD_COLUMN
    QTest.keyClick(table, Qt.Key.Key_Minus)
    assert person.project.soft["a"].tolist() == [0.95, 1, 1, 1]
    person.hand.click_variable("a")
    person.keys("X")
    person.hand.press("2")
    assert person.project.soft["a"].tolist() == [0.95, 1, 0, 1]
    check_bars(person)
    person.keys("Ctrl+Shift+C")
    assert person.project.soft == SoftEvidence()


def test_two_hundred_states_can_be_weighed(window, settled):
    rng = np.random.default_rng(0)
    ugm = UGM(
        [Variable.of_size("big", 200), Variable.of_size("y", 2)], [Factor(("big", "y"), rng.normal(size=(200, 2)))]
    )
    window.document.load(Project(ugm=ugm, positions={"big": (0, 0), "y": (220, 0)}))
    settled()
    person = Person(window)
    person.hand.click_variable("big")
    table, rect = slider(person, 150)
    QTest.mouseClick(table.viewport(), LEFT, ALT, rect.center())
    table, rect = slider(person, 199)
    QTest.mousePress(table.viewport(), LEFT, NONE, rect.center())
    QTest.mouseMove(table.viewport(), QPoint(rect.left() + rect.width() // 4, rect.center().y()))
    QTest.mouseRelease(table.viewport(), LEFT, NONE, rect.center())
    assert person.project.soft["big"][150] == 0.0
    assert person.project.soft["big"][199] == pytest.approx(0.25, abs=0.08)
    check_bars(person)
    assert window.scene.mirror.variables["big"].excluded == (150,)
    window.grab()
