"""Can a person rename, give states and type potentials, and do the marginals change to what enumeration says?"""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QTableView

from gui.hand import choose
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable
from tests.acts import Person


@pytest.fixture
def person(window):
    return Person(window)


@pytest.fixture
def triangle(person):
    """Three variables drawn in a triangle."""
    for place in ((0, -140), (-180, 120), (180, 120)):
        person.hand.double_click_empty(*place)
    for pair in (("x1", "x2"), ("x2", "x3"), ("x1", "x3")):
        person.hand.drag_edge(*pair)
    person.settle()
    return person


def table_of(person, name):
    return person.named(QTableView, name)


def test_a_variable_is_renamed_and_its_states_are_typed(triangle):
    person = triangle
    choose(person.hand.open_menu(person.hand.variable("x2")), "Rename…")
    field = person.named(QLineEdit, "Name of the variable")
    assert field.hasFocus(), "Rename lets the name be typed at once"
    QTest.keyClicks(field, "Regen")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert person.project.ugm.names == ("x1", "Regen", "x3")
    states = table_of(person, "States and their probabilities")
    person.type_cell(states, 0, 0, "nein")
    person.type_cell(states, 1, 0, "ja")
    person.press_button("Add state")
    person.type_cell(states, 2, 0, "vielleicht")
    assert person.project.ugm.variable("Regen").labels == ("nein", "ja", "vielleicht")
    assert all(f.log_table.shape[f.scope.index("Regen")] == 3 for f in person.project.ugm.factors if "Regen" in f.scope)
    person.check_answers()
    person.hand.click_bar("Regen", 2)
    assert "Regen=vielleicht" in person.window.headline.sentence.wording
    person.check_answers()
    undone = []
    while person.window.document.stack.undoText() != "Join x₁ and x₃" and person.window.document.stack.canUndo():
        undone.append(person.window.document.stack.undoText())
        person.keys("Ctrl+Z")
    assert undone == [
        "Clamp Regen = vielleicht",
        "Rename a state of Regen",
        "Add state 2 to Regen",
        "Rename a state of Regen",
        "Rename a state of Regen",
        "Rename x₂ to Regen",
    ]
    assert person.project.ugm.names == ("x1", "x2", "x3")
    person.check_answers()


def test_an_entry_typed_into_the_heat_map_changes_the_marginals(triangle):
    person = triangle
    before = person.bars("x1")
    person.hand.double_click(person.hand.link("x1", "x2"))
    table = table_of(person, "Table of the factor")
    assert [table.model().index(r, c).data() for r in range(2) for c in range(2)] == ["2", "1", "1", "2"]
    cold = table.model().index(0, 1).data(Qt.ItemDataRole.BackgroundRole)
    person.type_cell(table, 0, 1, "7,5")
    (factor,) = [f for f in person.project.ugm.factors if set(f.scope) == {"x1", "x2"}]
    np.testing.assert_allclose(np.exp(factor.log_table), [[2, 7.5], [1, 2]], rtol=1e-12)
    assert table.model().index(0, 1).data() == "7.5"
    assert table.model().index(0, 1).data(Qt.ItemDataRole.BackgroundRole) != cold, "the heat map follows"
    person.check_answers()
    assert abs(person.bars("x1")[0] - before[0]) > 0.1
    person.type_cell(table, 1, 1, "0")  # forbidden
    assert "1 forbidden" in visible_text(person)
    person.check_answers()
    person.pick(person.named(QComboBox, "Show potentials or their logs"), "Log potentials")
    assert table.model().index(1, 1).data() == "−∞"
    person.type_cell(table, 1, 1, "-2.5")
    (factor,) = [f for f in person.project.ugm.factors if set(f.scope) == {"x1", "x2"}]
    assert factor.log_table[1, 1] == -2.5
    person.check_answers()
    person.keys("Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    person.check_answers()
    assert person.bars("x1") == pytest.approx(before, abs=1e-12)


def test_typing_starts_at_once_in_a_chosen_cell_and_escape_takes_it_back(triangle):
    person = triangle
    person.hand.double_click(person.hand.link("x2", "x3"))
    table = table_of(person, "Table of the factor")
    before = person.project
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 0)).center()
    )
    QTest.keyClicks(table, "9")
    editor = person.window.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert person.project is before
    QTest.keyClicks(table, "9")
    QTest.keyClick(person.window.focusWidget(), Qt.Key.Key_Return)
    person.settle()
    assert table.model().index(0, 0).data() == "9"
    person.check_answers()


def test_a_variables_own_potentials_are_typed(triangle):
    person = triangle
    person.hand.click_variable("x3")
    states = table_of(person, "States and their probabilities")
    person.type_cell(states, 0, 1, "0.25")
    np.testing.assert_allclose(person.project.unary_log_table("x3"), [math.log(0.25), 0.0], atol=1e-12)
    person.check_answers()
    shown = [states.model().index(row, 2).data() for row in (0, 1)]
    assert [float(text) for text in shown] == pytest.approx(person.bars("x3"), abs=6e-5)


def test_a_slice_of_a_factor_over_three_variables_is_typed(person):
    rng = np.random.default_rng(3)
    variables = [Variable("a", ("lo", "hi")), Variable.of_size("b", 3), Variable.of_size("c", 2)]
    factor = Factor.from_table(("a", "b", "c"), rng.uniform(0.5, 2.0, (2, 3, 2)))
    places = {"a": (-200.0, 0.0), "b": (200.0, -120.0), "c": (200.0, 160.0)}
    person.window.document.load(Project(ugm=UGM(variables, [factor]), positions=places))
    person.check_answers()
    person.hand.double_click(person.hand.link("a", "b", "c"))
    person.pick(person.named(QComboBox, "Slice at a state of a"), "hi")
    table = table_of(person, "Table of the factor")
    assert (table.model().rowCount(), table.model().columnCount()) == (3, 2)
    person.type_cell(table, 2, 1, "40")
    changed = np.exp(person.project.ugm.factors[0].log_table)
    right = np.exp(factor.log_table)
    right[1, 2, 1] = 40
    np.testing.assert_allclose(changed, right, rtol=1e-12)
    person.check_answers()


def test_a_question_is_asked_and_answered_in_the_headline(triangle):
    person = triangle
    choose(person.hand.open_menu(person.hand.variable("x1")), "Ask p(x₁ = …)", "p(x₁ = 1)")
    person.settle()
    tile = person.window.headline.answer_tile
    assert tile.caption.wording == "p(x₁=1)"
    assert float(tile.values.new) == pytest.approx(person.bars("x1")[1], abs=6e-5)
    person.hand.click_bar("x2", 1)
    person.settle()
    assert tile.caption.wording == "p(x₁=1 | x₂=1)"
    assert float(tile.values.new) == pytest.approx(person.bars("x1")[1], abs=6e-5)
    assert tile.values.old == "0.5000"


def test_a_random_walk_of_edits_always_shows_the_right_answers(person):
    """Every kind of edit in random order; the answers in sight are compared with enumeration on the way."""
    rng = np.random.default_rng(540)
    hand = person.hand
    places = iter([(x, y) for y in (-160, 40, 200) for x in (-260, 0, 260)])
    for _ in range(4):
        hand.double_click_empty(*next(places))
    for step in range(24):
        names = person.project.ugm.names
        kind = rng.integers(0, 5)
        a, b = rng.choice(names, 2, replace=False)
        if kind == 0 and len(names) < 7:
            hand.double_click_empty(*next(places))
        elif kind == 1 and not set(person.project.ugm.factors_of(a)) & set(person.project.ugm.factors_of(b)):
            hand.drag_edge(a, b)
        elif kind == 2:
            hand.click_bar(a, int(rng.integers(0, 2)))
        elif kind == 3:
            hand.click_variable(a)
            states = table_of(person, "States and their probabilities")
            person.type_cell(states, int(rng.integers(0, 2)), 1, f"{rng.uniform(0.1, 3):.3f}")
        elif person.project.ugm.edges:
            edge = person.project.ugm.edges[rng.integers(len(person.project.ugm.edges))]
            hand.double_click(hand.link(*edge))
            person.type_cell(
                table_of(person, "Table of the factor"), *rng.integers(0, 2, 2).tolist(), f"{rng.uniform(0, 5):.3f}"
            )
        if step % 4 == 3:
            person.check_answers()
    assert person.notice == ""


def visible_text(person):
    return " ".join(label.text() for label in person.window.findChildren(QLabel) if label.isVisible())
