"""Can everything about a variable, a factor and a layer be changed in the right column, and undone?"""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTableView

from models.errors import ModelError
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable

LEFT = Qt.MouseButton.LeftButton


def button(parent, name):
    QApplication.processEvents()  # buttons that were made just now are shown by the layout
    found = [b for b in parent.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]
    assert len(found) == 1, f"{len(found)} buttons are called {name}"
    return found[0]


def press(parent, name):
    QTest.mouseClick(button(parent, name), LEFT)


def type_cell(table, row, column, text):
    """Type into a cell as a person does: go there, type, press Enter."""
    table.setCurrentIndex(table.model().index(row, column))
    table.setFocus()
    table.edit(table.currentIndex())
    (editor,) = [line for line in table.findChildren(QLineEdit) if line.isVisible()]
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # a table takes what was typed after the key has done its work


@pytest.fixture
def inspector(window):
    project = Project(
        ugm=UGM(
            [Variable("a", ("no", "yes")), Variable("b", ("low", "mid", "high")), Variable("c", ("0", "1"))],
            [
                Factor.from_table(("a",), [1.0, 3.0]),
                Factor.from_table(("a", "b"), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
                Factor.from_table(("a", "b", "c"), np.arange(1.0, 13.0).reshape(2, 3, 2)),
            ],
        ),
        positions={"a": (0, 0), "b": (300, 0), "c": (150, 260)},
    )
    window.document.load(project)
    return window.inspector


def project(window):
    return window.document.project


# --- a variable --------------------------------------------------------------------------------------------------


def test_the_page_follows_the_selection(window, inspector):
    assert inspector.summary.isVisible()
    window.scene.select_variable("b")
    assert inspector.variable.isVisible()
    assert inspector.variable.name == "b"
    window.scene.select_factor(1)
    assert inspector.factor.isVisible()
    assert not inspector.variable.isVisible()
    window.scene.select_nothing()
    assert inspector.summary.isVisible()


def test_a_variable_is_renamed_by_typing(window, inspector):
    window.scene.select_variable("a")
    name = inspector.variable._name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Äpfel 2")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert project(window).ugm.names == ("Äpfel 2", "b", "c")
    assert inspector.variable.name == "Äpfel 2"
    window.actions_by_key["edit.undo"].trigger()
    assert project(window).ugm.names == ("a", "b", "c")
    assert inspector.variable._name.text() == "a"


@pytest.mark.parametrize("name", ["b", "  "])
def test_an_impossible_name_is_refused_with_a_reason(window, inspector, name):
    window.scene.select_variable("a")
    field = inspector.variable._name
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert project(window).ugm.names == ("a", "b", "c")
    assert field.text() == "a"
    assert window.notices.notice is not None


def test_a_button_clamps_and_the_same_button_releases(window, inspector):
    window.scene.select_variable("b")
    press(inspector.variable, "Clamp to mid")
    assert dict(project(window).evidence) == {"b": 1}
    assert button(inspector.variable, "Clamp to mid").isChecked()
    press(inspector.variable, "Clamp to high")
    assert dict(project(window).evidence) == {"b": 2}
    press(inspector.variable, "Clamp to high")
    assert not project(window).evidence
    press(inspector.variable, "Clamp to low")
    press(inspector.variable, "Release this variable")
    assert not project(window).evidence
    assert not button(inspector.variable, "Release this variable").isEnabled()


def test_states_are_added_renamed_and_taken_away(window, inspector):
    window.scene.select_variable("b")
    panel = inspector.variable
    press(panel, "Add state")
    assert project(window).ugm.variable("b").labels == ("low", "mid", "high", "3")
    type_cell(panel._table, 3, 0, "top")
    assert project(window).ugm.variable("b").labels[3] == "top"
    panel._table.setCurrentIndex(panel._table.model().index(1, 0))
    press(panel, "Remove state")
    after = project(window).ugm
    assert after.variable("b").labels == ("low", "high", "top")
    assert np.allclose(after.factors[1].table[:, :2], [[1, 3], [4, 6]])
    for _ in range(3):
        window.actions_by_key["edit.undo"].trigger()
    assert project(window).ugm.variable("b").labels == ("low", "mid", "high")
    assert np.allclose(project(window).ugm.factors[1].table, [[1, 2, 3], [4, 5, 6]])


def test_the_variables_own_potential_is_typed_beside_its_states(window, inspector):
    window.scene.select_variable("a")
    table = inspector.variable._table
    assert [table.model().index(s, 1).data() for s in range(2)] == ["1", "3"]
    type_cell(table, 1, 1, "0,25")
    assert project(window).ugm.factors[0].table.tolist() == pytest.approx([1.0, 0.25])
    before = project(window)
    type_cell(table, 1, 1, "-3")
    assert project(window) is before
    assert "not a potential" in window.notices.notice.text
    window.scene.select_variable("c")  # has no factor of its own yet
    type_cell(table, 0, 1, "7")
    assert project(window).ugm.factors[3].scope == ("c",)
    assert project(window).ugm.factors[3].table.tolist() == pytest.approx([7.0, 1.0])


def test_several_factors_of_one_variable_are_shown_as_their_product():
    ugm = UGM([Variable("a", ("0", "1"))], [Factor.from_table("a", [2.0, 0.0]), Factor.from_table("a", [3.0, 4.0])])
    start = Project(ugm=ugm)
    assert np.exp(start.unary_log_table("a")).tolist() == pytest.approx([6.0, 0.0])
    after = start.with_potential("a", 0, 12.0)
    assert np.exp(after.unary_log_table("a")).tolist() == pytest.approx([12.0, 0.0])
    assert after.ugm.factors[1] is ugm.factors[1]
    assert np.exp(start.with_potential("a", 1, 5.0).unary_log_table("a")).tolist() == pytest.approx([6.0, 5.0])
    forbidden = Project(ugm=UGM(ugm.variables, ugm.factors[::-1]))
    with pytest.raises(ModelError, match="Another factor"):
        forbidden.with_potential("a", 1, 5.0)
    assert forbidden.with_potential("a", 1, 0.0).unary_log_table("a")[1] == -math.inf


def test_a_repeated_label_is_refused(window, inspector):
    window.scene.select_variable("b")
    type_cell(inspector.variable._table, 0, 0, "mid")
    assert project(window).ugm.variable("b").labels == ("low", "mid", "high")
    assert "mid" in window.notices.notice.text


def test_the_last_state_cannot_be_taken_away(window, inspector):
    window.document.load(Project().with_new_variable((0, 0), Variable("x", ("only",))))
    window.scene.select_variable("x")
    assert not button(inspector.variable, "Remove state").isEnabled()


def test_removing_a_state_moves_clamps_and_questions_with_it():
    start = Project().with_new_variable((0, 0), Variable("x", ("a", "b", "c"))).with_clamps({"x": 2})
    assert dict(start.with_query({"x": 1}).without_state("x", 0).evidence) == {"x": 1}
    assert dict(start.with_query({"x": 1}).without_state("x", 0).query) == {"x": 0}
    assert dict(start.without_state("x", 2).evidence) == {}
    with pytest.raises(ModelError):
        start.without_state("x", 3)


def test_a_question_is_asked_for_the_chosen_state(window, inspector):
    window.scene.select_variable("b")
    inspector.variable._table.selectRow(2)
    press(inspector.variable, "Ask")
    assert dict(project(window).query) == {"b": 2}
    press(inspector.variable, "Ask")
    assert dict(project(window).query) == {}


def test_many_states_get_a_list_instead_of_buttons(window, inspector):
    window.document.load(Project().with_new_variable((0, 0), Variable.of_size("x", 200)))
    window.scene.select_variable("x")
    combo = inspector.variable._combo
    assert combo.isVisible()
    assert combo.count() == 200
    combo.setCurrentIndex(150)
    combo.activated.emit(150)
    assert dict(project(window).evidence) == {"x": 150}


# --- a factor ----------------------------------------------------------------------------------------------------


def table_of(inspector) -> QTableView:
    return inspector.factor._table


def test_an_entry_is_typed_as_a_potential(window, inspector):
    before = project(window).ugm.factors[1].log_table
    window.scene.select_factor(1)
    type_cell(table_of(inspector), 1, 2, "0.5")
    after = project(window).ugm.factors[1]
    assert after.table[1, 2] == pytest.approx(0.5)
    rest = np.ones((2, 3), dtype=bool)
    rest[1, 2] = False
    assert np.array_equal(after.log_table[rest], before[rest])
    window.actions_by_key["edit.undo"].trigger()
    assert np.array_equal(project(window).ugm.factors[1].log_table, before)


def test_an_entry_is_typed_as_a_log(window, inspector):
    window.scene.select_factor(1)
    inspector.factor._unit.setCurrentIndex(1)
    type_cell(table_of(inspector), 0, 0, "-2.25")
    assert project(window).ugm.factors[1].log_table[0, 0] == -2.25
    type_cell(table_of(inspector), 0, 0, "-inf")
    assert project(window).ugm.factors[1].log_table[0, 0] == -math.inf


def test_zero_forbids(window, inspector):
    window.scene.select_factor(1)
    type_cell(table_of(inspector), 0, 0, "0")
    assert project(window).ugm.factors[1].log_table[0, 0] == -math.inf
    assert "1 forbidden" in inspector.factor._facts.text()


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "many", ""])
def test_what_is_no_potential_is_refused(window, inspector, text):
    before = project(window)
    window.scene.select_factor(1)
    type_cell(table_of(inspector), 0, 0, text)
    assert project(window) is before
    assert "not a potential" in window.notices.notice.text


def test_typing_the_same_number_is_no_edit(window, inspector):
    before = project(window)
    window.scene.select_factor(1)
    type_cell(table_of(inspector), 0, 1, "2")
    assert project(window) is before


def test_a_table_of_three_axes_is_shown_slice_by_slice(window, inspector):
    window.scene.select_factor(2)
    table = table_of(inspector).model()
    assert (table.rowCount(), table.columnCount()) == (3, 2)
    assert [table.index(r, 0).data() for r in range(3)] == ["1", "3", "5"]
    inspector.factor._slices.boxes[0].setCurrentIndex(1)
    assert [table.index(r, 0).data() for r in range(3)] == ["7", "9", "11"]
    type_cell(table_of(inspector), 2, 1, "99")
    assert project(window).ugm.factors[2].table[1, 2, 1] == pytest.approx(99)
    assert inspector.factor._slices.boxes[0].currentIndex() == 1


def test_the_heat_map_runs_from_the_smallest_to_the_largest(window, inspector):
    window.scene.select_factor(1)
    model = table_of(inspector).model()

    def light(row, column):
        return model.index(row, column).data(Qt.ItemDataRole.BackgroundRole).lightnessF()

    assert light(0, 0) < light(0, 2) < light(1, 2)


def test_headers_name_the_states(window, inspector):
    window.scene.select_factor(1)
    model = table_of(inspector).model()
    across = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(3)]
    down = [model.headerData(k, Qt.Orientation.Vertical) for k in range(2)]
    assert (across, down) == (["low", "mid", "high"], ["no", "yes"])
    window.edit("Rename", project(window).with_states("b", ["L", "M", "H"]))
    assert [model.headerData(k, Qt.Orientation.Horizontal) for k in range(3)] == ["L", "M", "H"]


def test_a_factor_is_deleted_with_its_edge(window, inspector):
    window.scene.select_factor(2)
    press(inspector.factor, "Delete factor")
    assert len(project(window).ugm.factors) == 2
    assert project(window).ugm.edges == (("a", "b"),)


# --- layers and selections ---------------------------------------------------------------------------------------


def test_the_three_questions_of_the_stacked_rbm(window, inspector):
    window.filing.open_example("example.rbm")
    layers = {g.name: set(g.members) for g in project(window).groups}
    for first, second in (("x", "h"), ("z", "y"), ("x", "z")):
        press(inspector.layers, f"given {first}, {second}")
        assert set(project(window).evidence) == layers[first] | layers[second]
        checked = [b.text() for b in inspector.layers._questions.buttons if b.isChecked()]
        assert checked == [f"given {first}, {second}"]
    assert window.document.stack.count() == 3


def test_size_and_chains_make_another_rbm_and_keep_the_question(window, inspector):
    window.filing.open_example("example.rbm")
    press(inspector.layers, "given x, z")
    inspector.layers._size.setValue(4)
    assert len(project(window).ugm.variables) == 16
    assert len(project(window).evidence) == 8
    n_edges = len(project(window).ugm.edges)
    inspector.layers._chains.click()
    assert len(project(window).ugm.edges) == n_edges - 6
    window.actions_by_key["edit.undo"].trigger()
    assert len(project(window).ugm.edges) == n_edges
    assert inspector.layers._chains.isChecked()
    inspector.layers._size.setValue(5)
    inspector.layers._size.setValue(6)
    assert len(project(window).ugm.variables) == 24
    window.actions_by_key["edit.undo"].trigger()
    assert len(project(window).ugm.variables) == 12
    assert inspector.layers._size.value() == 3
    assert inspector.layers._chains.isChecked()


def test_a_layer_button_clamps_and_releases_its_layer(window, inspector):
    window.filing.open_example("example.rbm")
    inspector.layers._state.setCurrentIndex(1)
    press(inspector.layers, "Clamp layer h")
    assert dict(project(window).evidence) == {"h1": 1, "h2": 1, "h3": 1}
    press(inspector.layers, "Clamp layer h")
    assert not project(window).evidence


def test_a_selection_is_clamped_and_released_on_any_graph(window, inspector):
    window.scene.select_variables(["a", "b"])
    inspector.layers._state.setCurrentIndex(2)
    press(inspector.layers, "Clamp selected")
    assert dict(project(window).evidence) == {"a": 1, "b": 2}, "a variable with fewer states takes its last one"
    press(inspector.layers, "Release selected")
    assert not project(window).evidence


# --- the table of variables --------------------------------------------------------------------------------------


def test_choosing_a_row_selects_on_the_canvas(window, inspector):
    table = inspector.summary._table
    place = table.visualRect(table.model().index(1, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    assert window.scene.selection.variables == ("b",)


def test_the_table_says_what_is_clamped(window, inspector):
    window.edit("Clamp", project(window).with_clamps({"b": 1}))
    model = inspector.summary._table.model()
    assert [model.index(1, k).data() for k in range(3)] == ["b", "= mid", "clamped"]
    assert "clamped to mid" in model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_letters_typed_into_a_table_are_not_shortcuts(window, inspector):
    window.scene.select_variable("b")
    table = inspector.variable._table
    table.setCurrentIndex(table.model().index(0, 0))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_N)
    assert window.scene.tool.name == "select"
    (editor,) = [line for line in table.findChildren(QLineEdit) if line.isVisible()]
    assert editor.text() == "n"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    QApplication.processEvents()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert project(window).ugm.names == ("a", "b", "c")
