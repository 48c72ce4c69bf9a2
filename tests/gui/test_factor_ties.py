"""Can factors be made, tied and untied by mouse and keys, and does the canvas show which are tied?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gui.hand import NONE, choose, shortcut
from models.examples import ising_project
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable
from tests.acts import Person
from tests.oracles import enumerate_ugm

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def person(window, settled):
    """Someone before a grid of three by three spins, whose first edge has another weight."""
    project = ising_project(3, 3)
    window.document.load(project.with_factor_at(9, Factor(("x1", "x2"), 2 * project.ugm.factors[9].log_table)))
    settled()
    return Person(window)


def click_links(person: Person, *links: tuple[str, str]) -> None:
    for k, link in enumerate(links):
        person.hand.click(person.hand.link(*link), SHIFT if k else NONE)


def tied_on_canvas(person: Person) -> set[tuple[str, ...]]:
    return set(person.window.scene.mirror.links.tied)


def table(person: Person, *scope: str) -> np.ndarray:
    ugm = person.project.ugm
    return next(f.log_table for f in ugm.factors if f.scope == scope)


# --- tying -------------------------------------------------------------------------------------------------------


def test_edges_chosen_with_shift_take_the_table_of_the_first(person):
    click_links(person, ("x1", "x2"), ("x2", "x5"), ("x8", "x9"))
    page = person.window.inspector.factor
    assert "3 factors selected. Tie lets all of them share the table of (x₁, x₂)." in page._ties.words
    person.press_button("Tie 3 factors")
    assert table(person, "x2", "x5")[0, 0] == table(person, "x8", "x9")[0, 0] == pytest.approx(0.8)
    assert table(person, "x2", "x3")[0, 0] == pytest.approx(0.4)
    assert tied_on_canvas(person) == {("x1", "x2"), ("x2", "x5"), ("x8", "x9")}
    assert person.window.document.stack.undoText() == "Tie 3 factors to the table of (x₁, x₂)"
    assert "3 factors now share the table" in person.window.statusBar().currentMessage()
    person.hand.click_link("x2", "x5")
    assert page._ties.words.startswith("Tied with 2 others: an edit of one is an edit of all.")
    person.type_cell(page._table, 0, 1, "5")
    for scope in (("x1", "x2"), ("x2", "x5"), ("x8", "x9")):
        assert table(person, *scope)[0, 1] == pytest.approx(math.log(5))
    person.settle()
    np.testing.assert_allclose(person.bars("x5"), enumerate_ugm(person.project.ugm).marginals[4], atol=1e-10)
    for _ in range(2):
        person.keys("Ctrl+Z")
    assert not person.project.ties
    assert tied_on_canvas(person) == set()
    assert table(person, "x2", "x5")[0, 0] == pytest.approx(0.4)


def test_select_all_and_tie_ties_the_whole_grid(person):
    person.hand.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    person.menu("Model", "Ties", "Tie factors")
    assert [len(tie) for tie in person.project.ties] == [12]
    assert len(tied_on_canvas(person)) == 12
    person.hand.press(Qt.Key.Key_Escape)
    person.hand.click_link("x5", "x6")
    spin = person.window.inspector.factor._kinds._weight
    person.type_line(spin.lineEdit(), "1.5")
    assert all(f.log_table[0, 0] == 1.5 for f in person.project.ugm.factors if len(f.scope) == 2)


@pytest.mark.parametrize("by", ["key", "button"])
def test_a_rubber_band_ties_what_lies_inside(person, by):
    places = [person.window.scene.point_of(name) for name in ("x1", "x5")]
    start = person.hand.pixel(places[0]) - QPoint(45, 45)
    end = person.hand.pixel(places[1]) + QPoint(20, 20)
    person.hand.drag(start, end)
    assert set(person.window.scene.selection.variables) == {"x1", "x2", "x4", "x5"}
    joint = person.window.inspector.joint
    assert joint.words == "4 variables with 4 edges among them."
    if by == "key":
        person.keys("Ctrl+T")
    else:
        person.press_button("Tie their edges")
    assert joint.words == "4 variables with 4 edges among them, 4 of them tied."
    assert {frozenset(scope) for scope in person.project.ties[0]} == {
        frozenset(pair) for pair in (("x1", "x2"), ("x1", "x4"), ("x2", "x5"), ("x4", "x5"))
    }


def test_untie_one_untie_all_and_select_all_tied(person):
    person.keys("Ctrl+A", "Ctrl+T")
    person.hand.press(Qt.Key.Key_Escape)
    person.hand.click_link("x1", "x2")
    person.press_button("Untie")
    assert ("x1", "x2") not in tied_on_canvas(person)
    assert len(tied_on_canvas(person)) == 11
    person.hand.click_link("x5", "x6")
    person.press_button("Select all tied")
    assert set(person.window.scene.selection.links) == tied_on_canvas(person)
    assert person.window.inspector.factor.place == person.project.first_factor(("x5", "x6"))
    person.press_button("Untie all")
    assert person.project.ties == ()
    assert tied_on_canvas(person) == set()
    assert table(person, "x5", "x6")[0, 0] == pytest.approx(0.8), "the tables stay"
    person.keys("Ctrl+Z", "Ctrl+Z")
    assert len(person.project.ties[0]) == 12


def test_the_menu_of_an_edge_ties_and_unties(person):
    click_links(person, ("x1", "x2"), ("x2", "x3"))
    menu = person.hand.open_menu(person.hand.link("x1", "x2"))
    choose(menu, "Tie factors")
    assert len(person.project.ties) == 1
    menu = person.hand.open_menu(person.hand.link("x2", "x3"))
    choose(menu, "Untie all")
    assert not person.project.ties


def test_two_ties_are_told_apart_by_numbers(person):
    click_links(person, ("x1", "x2"), ("x2", "x3"))
    person.keys("Ctrl+T")
    assert set(person.window.scene.mirror.links.tied.values()) == {0}
    click_links(person, ("x4", "x5"), ("x5", "x6"))
    person.keys("Ctrl+T")
    assert person.window.scene.mirror.links.tied == {
        ("x1", "x2"): 1, ("x2", "x3"): 1, ("x4", "x5"): 2, ("x5", "x6"): 2,
    }  # fmt: skip


def test_badges_follow_their_edges(person):
    click_links(person, ("x1", "x2"), ("x2", "x3"))
    person.keys("Ctrl+T")
    person.hand.drag_variable("x2", 30, -40)
    badge = person.window.scene.mirror.links._badges["x1", "x2"]
    middle = (person.window.scene.point_of("x1") + person.window.scene.point_of("x2")) / 2
    assert (badge.x(), badge.y()) == (middle.x(), middle.y())


def test_tables_of_different_shapes_are_not_tied(window, settled):
    project = Project(
        ugm=UGM(
            [Variable.of_size("a", 2), Variable.of_size("b", 3), Variable.of_size("c", 3)],
            [Factor(("a", "b"), np.zeros((2, 3))), Factor(("b", "c"), np.zeros((3, 3))),
             Factor(("c", "a"), np.ones((3, 2)))],
        ),
        positions={"a": (0, 0), "b": (250, 0), "c": (250, 200)},
    )  # fmt: skip
    window.document.load(project)
    settled()
    person = Person(window)
    click_links(person, ("a", "b"), ("b", "c"))
    person.keys("Ctrl+T")
    assert "has a table of 3 by 3" in person.notice
    assert person.project is project
    click_links(person, ("a", "b"), ("a", "c"))
    person.keys("Ctrl+T")
    assert person.project.ties == ((("a", "b"), ("a", "c")),), "turned where only that fits"


def test_an_asymmetric_tie_says_which_way_its_rows_run(person):
    click_links(person, ("x1", "x2"), ("x2", "x3"))
    person.keys("Ctrl+T")
    page = person.window.inspector.factor
    assert "Turn round" not in page._ties.words
    person.type_cell(page._table, 0, 1, "5")
    assert "Rows are the first variable of each: (x₁, x₂), (x₂, x₃)." in page._ties.words
    person.press_button("Turn round")
    assert table(person, "x2", "x1")[0, 1] == pytest.approx(math.log(5))
    assert len(person.project.ties[0]) == 2
    assert "(x₂, x₁)" in page._ties.words


# --- making ------------------------------------------------------------------------------------------------------


def test_three_variables_are_joined_into_one_square_that_can_be_edited_and_deleted(person):
    for k, name in enumerate(("x1", "x5", "x9")):
        person.hand.click_variable(name, SHIFT if k else NONE)
    menu = person.hand.open_menu(person.hand.variable("x5"))
    choose(menu, "Join into one factor")
    assert person.project.ugm.factors[-1].scope == ("x1", "x5", "x9")
    assert person.window.scene.selection.links == (("x1", "x5", "x9"),)
    page = person.window.inspector.factor
    assert page.isVisible()
    assert page.place == len(person.project.ugm.factors) - 1
    person.type_cell(page._table, 0, 0, "8")
    assert person.project.ugm.factors[-1].log_table[0, 0, 0] == pytest.approx(math.log(8))
    person.hand.press(Qt.Key.Key_Escape)
    person.hand.click(person.hand.link("x1", "x5", "x9"))
    assert person.window.scene.selection.links == (("x1", "x5", "x9"),)
    person.hand.press(Qt.Key.Key_Delete)
    assert person.window.document.stack.undoText() == "Delete factor (x₁, x₅, x₉)"
    assert all(len(f.scope) < 3 for f in person.project.ugm.factors)


def test_the_inspector_joins_selected_variables(person):
    person.window.scene.select_variables(["x1", "x5", "x9"])
    assert person.window.inspector.joint.isVisible()
    person.press_button("Join into one")
    assert person.project.ugm.factors[-1].scope == ("x1", "x5", "x9")
    assert not person.window.inspector.joint.isVisible()
    person.window.scene.select_variable("x1")
    assert not person.window.inspector.joint.isVisible()


def test_joining_what_is_joined_says_so(person):
    for k, name in enumerate(("x1", "x5", "x9")):
        person.hand.click_variable(name, SHIFT if k else NONE)
    person.keys("Shift+J")
    person.window.scene.select_variables(["x9", "x5", "x1"])
    before = person.project
    person.keys("Shift+J")
    assert person.project is before
    assert "already" in person.notice


def test_a_variables_own_factor_is_shown_deleted_and_added(person):
    scene, page = person.window.scene, person.window.inspector.factor
    person.hand.click_variable("x5")
    person.hand.press("u")
    assert scene.selection.links == (("x5",),)
    assert ("x5",) in scene.mirror.links.square_at, "it has a square while it is selected"
    assert person.hand.link("x5"), "in sight"
    assert page.isVisible()
    person.type_cell(page._table, 1, 0, "4")
    assert table(person, "x5")[1] == pytest.approx(math.log(4))
    assert scene.selection.links == (("x5",),)
    person.press_button("Delete factor")
    assert not any(f.scope == ("x5",) for f in person.project.ugm.factors)
    assert ("x5",) not in scene.mirror.links.square_at
    person.hand.click_variable("x5")
    shortcut(person.window, "U")
    assert person.project.ugm.factors[-1].scope == ("x5",)
    assert person.window.document.stack.undoText() == "Add a factor of x₅ alone"
    person.hand.press(Qt.Key.Key_Escape)
    assert ("x5",) not in scene.mirror.links.square_at


def test_the_own_factor_of_a_variable_that_the_view_leaves_out(person):
    person.hand.click_variable("x5")
    person.window.edit("Clamp", person.project.with_clamps({"x5": 1}))
    shortcut(person.window, "Alt+2")
    assert "x5" in person.window.scene.mirror.hidden
    assert person.window.scene.selection.variables == ("x5",)
    before = person.project
    person.hand.press("u")
    assert "x₅ is clamped" in person.window.statusBar().currentMessage()
    assert person.project is before
    shortcut(person.window, "Alt+1")
    person.hand.press("u")
    assert person.window.scene.selection.links == (("x5",),)


def test_what_makes_no_sense_is_greyed_out(person):
    actions = person.window.actions_by_key
    keys = ("model.join_factor", "model.own_factor", "model.tie", "model.untie", "model.untie_all", "model.select_tied")

    def enabled() -> set[str]:
        return {key for key in keys if actions[key].isEnabled()}

    assert enabled() == set()
    person.hand.click_variable("x1")
    assert enabled() == {"model.own_factor"}
    person.hand.click_variable("x2", SHIFT)
    assert enabled() == {"model.join_factor", "model.tie"}
    click_links(person, ("x1", "x2"))
    assert enabled() == set()
    click_links(person, ("x1", "x2"), ("x2", "x3"))
    assert enabled() == {"model.tie"}
    person.keys("Ctrl+T")
    assert enabled() == {"model.tie", "model.untie", "model.untie_all", "model.select_tied"}
