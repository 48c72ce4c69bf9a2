"""Does each of the three views draw what it should, and say what it leaves out?"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui.actions.factoring import KEYS as FACTORING
from gui.canvas import edits
from gui.canvas.selection import Selection
from gui.canvas.squares import SquareItem, SquareLayer, beside
from gui.canvas.viewing import View, hidden_in, link_words, shown_in
from gui.hand import LEFT, NONE, choose, popup
from models.conditioning import condition
from models.examples import ising_project, stacked_rbm_project
from models.factor import Factor
from models.factor_edits import pairs_within, tied, with_joint_factor
from models.project import Project
from models.ugm import UGM, Variable
from tests.acts import Person
from tests.drive import Desk
from tests.strategies import ugms_with_evidence

SHIFT = Qt.KeyboardModifier.ShiftModifier


def rbm() -> Project:
    """The stacked RBM given x and h, with one factor over four variables."""
    project = with_joint_factor(stacked_rbm_project(), ["z1", "y1", "y2", "x1"])
    return project.with_clamps({"x1": 0, "x2": 1, "x3": 1, "h1": 1, "h2": 0, "h3": 1})


# --- what belongs to a view --------------------------------------------------------------------------------------


@given(ugms_with_evidence())
def test_the_conditional_view_shows_the_conditional_model(drawn):
    ugm, evidence = drawn
    project = Project(ugm=ugm, evidence=evidence)
    left = condition(ugm, evidence).ugm
    shown = shown_in(View.CONDITIONAL, project)
    assert {frozenset(link) for link in shown.places if len(link) > 1} == {
        frozenset(f.scope) for f in left.factors if len(f.scope) > 1
    }
    assert not set(evidence) & {name for link in shown.places for name in link}
    for link, places in shown.places.items():
        for place in places:
            assert set(ugm.factors[place].scope) - set(evidence) == set(link)
        assert list(link) == sorted(link, key=ugm.index)
        assert (link in shown.reduced) == any(set(ugm.factors[k].scope) & set(evidence) for k in places)
    assert hidden_in(View.CONDITIONAL, project) == set(evidence)


@given(ugms_with_evidence())
def test_the_factor_graph_shows_every_factor_once(drawn):
    ugm, evidence = drawn
    project = Project(ugm=ugm, evidence=evidence)
    shown = shown_in(View.FACTORS, project)
    places = sorted(place for found in shown.places.values() for place in found)
    assert places == [k for k, f in enumerate(ugm.factors) if f.scope]
    assert not shown.reduced
    full = shown_in(View.FULL, project)
    assert full.places == {link: found for link, found in shown.places.items() if len(link) > 1}
    assert not hidden_in(View.FACTORS, project)


def test_a_tool_tip_says_what_is_left():
    ab = Factor.from_table(("a", "b"), [[1.0, 2.0], [3.0, 4.0]])
    ugm = UGM([Variable("a", ("n", "y")), Variable("b", ("n", "y"))], [ab, Factor.from_table(("b",), [1.0, 10.0])])
    project = Project(ugm=ugm).with_clamps({"a": 1})
    shown = shown_in(View.CONDITIONAL, project)
    words = link_words(project, ("b",), shown.places["b",], True, True)
    assert words == "What is left of 2 factors, given a = y\nψ(b = n) = 3\nψ(b = y) = 40"
    assert link_words(project, ("a", "b"), (0,), True) == "Factor over a and b"
    assert link_words(project, ("b",), (1,), True) == "Factor over b alone"
    assert link_words(project, ("a", "b"), (0,), False) == "", "a line says by itself what it joins"


def test_a_tool_tip_says_with_how_many_a_factor_is_tied():
    project = ising_project(2, 3)
    edges = pairs_within(project, project.ugm.names)
    both = tied(project, edges)
    assert link_words(both, ("x1", "x2"), (edges[0],), False) == "Shares its table with 6 other factors"
    assert link_words(both, ("x1",), (0,), True) == "Factor over x₁ alone"


def test_a_square_beside_a_variable_keeps_out_of_the_way():
    assert beside((0, 0), [], 10) == pytest.approx((-7.07, -7.07), abs=0.01)
    x, y = beside((0, 0), [(-100, -100)], 10)
    assert (x, y) != pytest.approx((-7.07, -7.07), abs=0.01)
    blocked = (-20, -20, 0, 0)
    x, y = beside((0, 0), [], 10, [blocked], 2)
    assert not (-22 < x < 2 and -22 < y < 2)


# --- on the canvas -----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot, rbm())


def drawn_squares(desk) -> set[tuple[str, ...]]:
    items = [item for item in desk.scene.items() if isinstance(item, SquareItem)]
    links = desk.scene.mirror.links
    assert len(items) == len(links.square_at)
    return set(links.square_at)


def test_clamped_variables_vanish_and_come_back(desk):
    scene = desk.scene
    scene.set_view(View.CONDITIONAL)
    seen = {name for name, item in scene.mirror.variables.items() if item.isVisible()}
    assert seen == {"z1", "z2", "z3", "y1", "y2", "y3"}
    assert {link for link in scene.mirror.links.places if len(link) > 1} == {
        ("y1", "y2"), ("y2", "y3"), ("z1", "y1", "y2"),
    }  # fmt: skip
    assert drawn_squares(desk) == {(n,) for n in seen} | {("z1", "y1", "y2")}
    assert desk.project.same_as(rbm()), "nothing of the document changes"
    scene.set_view(View.FULL)
    assert all(item.isVisible() for item in scene.mirror.variables.values())
    desk.check_mirror()


def test_clamping_in_the_conditional_view_makes_a_variable_go_and_undo_brings_it_back(desk):
    desk.scene.set_view(View.CONDITIONAL)
    desk.hand.click_bar("y2", 1)
    assert desk.project.evidence["y2"] == 1
    assert not desk.scene.mirror.variables["y2"].isVisible()
    assert ("y1", "y2") not in desk.scene.mirror.links.places
    assert ("y1", "y2") not in desk.scene.mirror.links.square_at
    desk.undo()
    assert desk.scene.mirror.variables["y2"].isVisible()
    assert ("y1", "y2") in desk.scene.mirror.links.places


def test_what_is_not_drawn_cannot_be_hit_or_caught(desk):
    scene, hand = desk.scene, desk.hand
    scene.set_view(View.CONDITIONAL)
    assert scene.hit(scene.point_of("x1")).variable is None
    scene.select_all()
    assert set(scene.selection.variables) == {"z1", "z2", "z3", "y1", "y2", "y3"}
    scene.select_nothing()
    corner = desk.view.viewport().rect()
    hand.drag(corner.topLeft() + QPoint(2, 2), corner.bottomRight())
    assert set(scene.selection.variables) == {"z1", "z2", "z3", "y1", "y2", "y3"}
    hand.press(Qt.Key.Key_Escape)
    names = []
    for _ in range(6):
        hand.press(Qt.Key.Key_Tab)
        names.extend(scene.selection.variables)
    assert names == ["z1", "z2", "z3", "y1", "y2", "y3"]


def test_an_edge_left_of_a_larger_factor_is_the_factor(desk):
    desk.document.edit("Clamp", desk.project.with_clamps({"z1": 1}))
    desk.scene.set_view(View.CONDITIONAL)
    places = desk.scene.mirror.links.places["y1", "y2"]
    assert {desk.project.ugm.factors[k].scope for k in places} == {("y1", "y2"), ("z1", "y1", "y2", "x1")}
    desk.hand.click_link("y1", "y2")
    assert desk.selected == tuple(("factor", k) for k in places)
    desk.hand.press(Qt.Key.Key_Delete)
    assert desk.undo_text == "Delete 2 factors"
    assert not any({"y1", "y2"} <= set(f.scope) for f in desk.project.ugm.factors)


def test_a_factor_graph_is_bipartite(desk):
    scene = desk.scene
    scene.set_view(View.FACTORS)
    every = {tuple(sorted(f.scope, key=desk.project.ugm.index)) for f in desk.project.ugm.factors}
    assert drawn_squares(desk) == every
    for link in every:
        ends = [b for _, b in scene.mirror.links.segments(link)]
        assert ends == [scene.mirror.place(name) for name in link]
    desk.hand.click(desk.hand.link("y2"))
    assert desk.selected == (("factor", desk.project.first_factor(("y2",))),)
    desk.hand.press(Qt.Key.Key_Delete)
    assert ("y2",) not in scene.mirror.links.square_at
    desk.undo()
    assert ("y2",) in scene.mirror.links.square_at


def test_squares_follow_a_drag(desk):
    desk.scene.set_view(View.FACTORS)
    desk.hand.drag_variable("y3", 40, 20)
    assert desk.project.positions["y3"] != rbm().positions["y3"]
    assert desk.scene.mirror.links.segments(("y3",))[0][1] == desk.project.positions["y3"]


def test_a_large_factor_graph_is_one_item(qtbot):
    desk = Desk(qtbot, ising_project(23, 23))
    desk.scene.set_view(View.FACTORS)
    items = desk.scene.items()
    assert not any(isinstance(item, SquareItem) for item in items)
    assert sum(isinstance(item, SquareLayer) for item in items) == 1
    assert len(desk.scene.mirror.links.square_at) == len(desk.project.ugm.factors)
    desk.view.zoom_reset()
    desk.view.centerOn(desk.scene.point_of("x1"))
    desk.hand.click(desk.hand.link("x1", "x2"))
    assert desk.scene.selection.links == (("x1", "x2"),)
    desk.scene.set_view(View.FULL)
    desk.check_mirror()


def test_views_survive_any_edit(desk):
    """Renaming, deleting, undoing and loading in each view leave what the view shows of the project."""
    for view in (View.CONDITIONAL, View.FACTORS, View.FULL):
        desk.document.load(rbm())
        desk.scene.set_view(view)
        desk.document.edit("Rename", desk.project.with_renamed("y1", "first"))
        desk.document.edit("Delete", desk.project.without(["z2", "x1"]))
        desk.document.edit("Release", desk.project.released(["h1"]))
        desk.document.edit("New", desk.project.with_new_variable((0, 0)))
        for step in (desk.undo, desk.undo, desk.undo, desk.undo, desk.redo, desk.redo, desk.redo, desk.redo):
            step()
            shown = shown_in(view, desk.project)
            links = desk.scene.mirror.links
            assert links.places == shown.places
            assert set(links.square_at) == {link for link in shown.places if len(link) != 2 or view is View.FACTORS}
            hidden = hidden_in(view, desk.project)
            for name, item in desk.scene.mirror.variables.items():
                assert item.isVisible() == (name not in hidden)


# --- in the window -----------------------------------------------------------------------------------------------


@pytest.fixture
def person(window, settled):
    window.document.load(rbm())
    settled()
    return Person(window)


def switch(person):
    return person.window.features["Views"].switch


def test_the_views_are_switched_by_button_key_and_menu(person):
    scene = person.window.scene
    person.press_button("Conditional model")
    assert scene.mirror.view is View.CONDITIONAL
    person.keys("Alt+3")
    assert scene.mirror.view is View.FACTORS
    assert person.window.actions_by_key["view.factors"].isChecked()
    person.menu("View", "Drawn as", "Full graph")
    assert scene.mirror.view is View.FULL
    menu = person.hand.open_menu(QPoint(3, 3))
    choose(menu, "Factor graph")
    assert scene.mirror.view is View.FACTORS
    assert not person.window.document.stack.canUndo()


def test_the_strip_says_what_is_not_drawn_and_releases_it(person):
    person.keys("Alt+2")
    assert "6 clamped" in switch(person).words
    assert "not drawn" in switch(person).words
    person.press_button("Release x₂")
    assert "x2" not in person.project.evidence
    assert person.window.scene.mirror.variables["x2"].isVisible()
    assert "5 clamped" in switch(person).words
    assert person.window.document.stack.undoText() == "Release x₂"
    person.keys("Ctrl+Shift+C")
    assert "nothing is clamped" in switch(person).words.lower()
    person.keys("Alt+3")
    assert "squares are factors" in switch(person).words.lower()
    person.keys("Alt+1")
    assert switch(person).words == ""


def test_many_clamped_variables_are_listed_in_a_menu(person):
    project = ising_project(6, 6)
    person.window.document.load(project.with_clamps({f"x{k}": k % 2 for k in range(1, 31)}))
    person.settle()
    person.keys("Alt+2")
    (more,) = [b for b in switch(person).findChildren(QPushButton) if b.text().startswith("+ ") and b.isVisible()]
    chips = [b for b in switch(person).findChildren(QPushButton) if b.isVisible() and "×" in b.text()]
    assert len(chips) + int(more.text()[2:]) == 30
    assert all(switch(person).rect().contains(b.geometry().translated(switch(person)._chips.pos())) for b in chips)
    more.menu().popup(more.mapToGlobal(more.rect().bottomLeft()))
    choose(popup(), "Release x₃₀ = -1")
    assert len(person.project.evidence) == 29


def test_the_canvas_begins_below_the_strip(person):
    view = person.window.view
    assert view.viewport().geometry().top() >= switch(person).geometry().bottom()
    person.keys("Alt+2")
    assert view.viewport().geometry().top() >= switch(person).geometry().bottom()


def test_answers_are_right_in_every_view(person):
    for view in View:
        person.window.scene.set_view(view)
        person.window.edit("Release", person.project.released(["h2"]))
        person.settle()
        expected = np.array(person.window.controller.report.inference.marginals["y1"])
        np.testing.assert_allclose(person.bars("y1"), expected, atol=1e-12)
        person.window.document.stack.undo()
        person.settle()


def test_the_mouse_resting_on_a_hollow_square_tells_its_potential(person, monkeypatch):
    said = []
    monkeypatch.setattr("gui.canvas.scene.QToolTip.showText", lambda at, text: said.append(text))
    person.keys("Alt+2")
    at = person.hand.link("z2")
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, person.hand.viewport.mapToGlobal(at))
    QApplication.sendEvent(person.hand.viewport, event)
    assert "What is left of 7 factors" in said[-1]
    assert "ψ(z₂ = 1)" in said[-1]


def test_a_click_with_shift_selects_several_squares(person):
    person.keys("Alt+3")
    person.hand.click(person.hand.link("z1"), NONE)
    person.hand.click(person.hand.link("z3"), SHIFT)
    assert person.window.scene.selection.links == (("z1",), ("z3",))
    person.keys("Ctrl+T")
    assert person.project.ties == ((("z1",), ("z3",)),)
    assert person.window.scene.hit(QPointF(-5000, 0)).link is None


def test_an_outline_leaves_out_what_is_not_drawn(desk):
    groups = tuple(replace(group, colour=k) for k, group in enumerate(desk.project.groups))
    desk.document.edit("Colour", replace(desk.project.released(["x3"]), groups=groups))
    desk.scene.set_view(View.CONDITIONAL)
    outlined = {item.layer.name: item.layer.members for item in desk.scene.mirror.outlines.items}
    assert outlined == {"x": ("x3",), "z": ("z1", "z2", "z3"), "y": ("y1", "y2", "y3")}
    desk.document.edit("Clamp", desk.project.with_clamps({"x3": 0}))
    assert "x" not in {item.layer.name for item in desk.scene.mirror.outlines.items}
    desk.scene.set_view(View.FULL)
    assert {item.layer.name for item in desk.scene.mirror.outlines.items} == {"x", "z", "h", "y"}


def test_dotted_edges_are_drawn_only_where_they_say_something(qtbot):
    variables = [Variable.of_size(name, 2) for name in ("p", "q", "c")]
    tables = [Factor(("p",), np.zeros(2)), Factor(("q",), np.zeros(2)), Factor(("p", "q", "c"), np.zeros((2, 2, 2)))]
    places = {"p": (-200.0, -100.0), "q": (200.0, -100.0), "c": (0.0, 100.0)}
    project = Project(ugm=UGM(variables, tables), positions=places, arcs=(("p", "c"), ("q", "c")))
    desk = Desk(qtbot, project)
    assert set(desk.scene.mirror.moral.lines) == {("p", "q")}
    desk.scene.set_view(View.FACTORS)
    assert desk.scene.mirror.moral is None
    desk.scene.set_view(View.CONDITIONAL)
    assert set(desk.scene.mirror.moral.lines) == {("p", "q")}
    desk.document.edit("Clamp", project.with_clamps({"c": 1}))
    assert ("p", "q") in desk.scene.mirror.links.places, "what is left of the factor is an edge now"
    assert desk.scene.mirror.moral is None
    desk.document.edit("Clamp", project.with_clamps({"p": 1}))
    assert desk.scene.mirror.moral is None
    desk.scene.set_view(View.FULL)
    assert set(desk.scene.mirror.moral.lines) == {("p", "q")}


@pytest.mark.parametrize("seed", range(3))
def test_a_random_walk_through_views_and_edits_ends_where_it_began(window, settled, seed):
    rng = random.Random(seed)
    start = ising_project(3, 3)
    window.document.load(start)
    settled()
    scene, actions, page = window.scene, window.actions_by_key, window.inspector.factor
    keys = [key for key in FACTORING if key != "view.logs"] + ["edit.delete", "edit.undo", "edit.redo"]

    def select() -> None:
        links = list(scene.mirror.links.places)
        names = [name for name in scene.project.ugm.names if name not in scene.mirror.hidden]
        some = rng.sample(links, min(len(links), rng.randint(0, 3)))
        scene.select(Selection(tuple(rng.sample(names, min(len(names), rng.randint(0, 3)))), tuple(some)))

    def type_number() -> None:
        if page.isVisible():
            page._table.selectAll()
            page._table.pasted.emit(rng.choice(["2", "0", "x", "1\t2\n3\t4", "5\n6"]), (0, 0))

    def clamp() -> None:
        names = window.document.project.ugm.names
        if names:
            name = rng.choice(names)
            scene.apply(lambda project: edits.toggle_clamp(project, name, 1))

    for _ in range(120):
        do = rng.choice([select, select, type_number, clamp, lambda: actions[rng.choice(keys)].trigger()])
        do()
        project, mirror = window.document.project, scene.mirror
        shown = shown_in(mirror.view, project, mirror._own)
        assert mirror.links.places == shown.places
        assert mirror.links.reduced == shown.reduced
        tied = {scope for tie in project.ties for scope in tie}
        with_badge = {
            link for link, found in shown.places.items() if any(project.ugm.factors[k].scope in tied for k in found)
        }
        assert set(mirror.links.tied) == with_badge
        for name, item in mirror.variables.items():
            assert item.isVisible() == (name not in hidden_in(mirror.view, project))
    window.document.stack.setIndex(0)
    assert window.document.project is start
    scene.set_view(View.FULL)
    assert mirror.links.places == shown_in(View.FULL, start, mirror._own).places


def test_a_click_on_the_strip_is_none_on_the_canvas(person):
    before = person.project
    strip = switch(person)
    at = strip.rect().topRight() + QPoint(-3, 3)
    QTest.mouseClick(strip, LEFT, NONE, at)
    QTest.mouseDClick(strip, LEFT, NONE, at)
    assert person.project is before
