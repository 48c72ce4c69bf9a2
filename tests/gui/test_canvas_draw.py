"""Can a person draw, move, select and delete with mouse and keys, and take all of it back?"""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from models import examples
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import ALT, NONE, SHIFT, Desk, choose, texts

# Opening a menu offscreen asks that platform for things it cannot do; it goes on without them.

PLACES = [(-300, -120), (-100, -150), (100, -120), (-300, 80), (-100, 100), (100, 80)]
EDGES = [("x1", "x2"), ("x2", "x3"), ("x4", "x5"), ("x5", "x6"), ("x1", "x4"), ("x2", "x5"), ("x3", "x6")]


@pytest.fixture
def desk(qtbot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def drawn(qtbot) -> Desk:
    """Six variables and seven edges, drawn in the model."""
    project = Project()
    for place in PLACES:
        project = project.with_new_variable(place)
    for edge in EDGES:
        project = project.with_edge(*edge)
    desk = Desk(qtbot, project)
    desk.view.zoom_reset()
    return desk


def test_six_variables_and_seven_edges_are_drawn_without_a_mode(desk):
    for place in PLACES:
        desk.hand.double_click_empty(*place)
    assert desk.project.ugm.names == ("x1", "x2", "x3", "x4", "x5", "x6")
    assert [desk.project.positions[n] for n in desk.project.ugm.names] == PLACES
    assert desk.selected == (("variable", "x6"),)
    for first, second in EDGES:
        desk.hand.drag_edge(first, second)
    assert desk.edges == {frozenset(edge) for edge in EDGES}
    assert desk.undo_text == "Join x₃ and x₆"
    desk.check_mirror()
    drawn = desk.project
    for _ in range(13):
        desk.undo()
        desk.check_mirror()
    assert desk.project.ugm.names == ()
    assert not desk.document.stack.canUndo()
    for _ in range(13):
        desk.redo()
        desk.check_mirror()
    assert desk.project.same_as(drawn)


def test_the_tools_draw_too(desk):
    desk.hand.press("n")
    for place in PLACES[:3]:
        desk.hand.click(desk.hand.empty(*place))
    assert desk.project.ugm.names == ("x1", "x2", "x3")
    desk.hand.press("e")
    desk.hand.drag_edge("x1", "x2", NONE)
    desk.hand.click_variable("x2")  # click, click
    desk.hand.move_to(desk.hand.variable("x3"))
    assert not desk.scene.overlay.is_empty
    desk.hand.click_variable("x3")
    assert desk.edges == {frozenset(("x1", "x2")), frozenset(("x2", "x3"))}
    assert desk.scene.overlay.is_empty
    desk.hand.press(Qt.Key.Key_Escape)
    assert desk.scene.tool.name == "select"
    assert [value for signal, value in desk.heard if signal == "tool_changed"] == ["node", "edge", "select"]
    desk.check_mirror()


def test_a_double_click_in_the_node_tool_adds_one_variable(desk):
    desk.hand.press("n")
    desk.hand.double_click_empty(0, 0)
    assert desk.project.ugm.names == ("x1",)
    assert desk.heard == [("tool_changed", "node")]


def test_a_node_being_placed_goes_where_the_mouse_is_let_go_or_nowhere(desk):
    desk.hand.press("n")
    desk.hand.drag(desk.hand.empty(0, 0), desk.hand.empty(60, 40), release=False)
    assert not desk.scene.overlay.is_empty
    desk.hand.press(Qt.Key.Key_Escape)
    assert desk.scene.overlay.is_empty
    desk.hand.release_at(desk.hand.empty(60, 40))
    assert desk.project.ugm.names == ()
    desk.hand.drag(desk.hand.empty(0, 0), desk.hand.empty(60, 40))
    assert desk.project.positions == {"x1": (60, 40)}


@pytest.mark.parametrize("modifiers", [ALT, NONE])
def test_an_edge_that_cannot_be_is_explained_and_changes_nothing(drawn, modifiers):
    before = drawn.project
    if modifiers is NONE:
        drawn.hand.press("e")
    drawn.hand.drag_edge("x1", "x2", modifiers)
    assert drawn.notices == ["x1 and x2 are joined already. Edit their factor instead."]
    start = drawn.hand.variable("x1")
    drawn.hand.press_at(start, modifiers)
    drawn.hand.move_to(start + QPoint(80, -40))
    drawn.hand.move_to(start)
    drawn.hand.release_at(start, modifiers)
    assert len(drawn.notices) == 2
    assert "x1 cannot be joined to itself" in drawn.notices[1]
    assert drawn.project is before
    assert drawn.scene.overlay.is_empty


def test_an_edge_drawn_into_the_void_is_forgotten(drawn):
    before = drawn.project
    drawn.hand.drag(drawn.hand.variable("x1"), drawn.hand.empty(-200, 0), ALT)
    assert drawn.project is before
    assert drawn.notices == []


def test_the_target_of_an_edge_lights_up(drawn):
    ring = drawn.scene.mirror.variables["x6"]
    drawn.hand.drag(drawn.hand.variable("x1"), drawn.hand.variable("x6"), ALT, release=False)
    assert ring.ring.name == "TARGET"
    drawn.hand.press(Qt.Key.Key_Escape)
    assert ring.ring.name == "NONE"
    drawn.hand.release_at(drawn.hand.variable("x6"), ALT)
    assert frozenset(("x1", "x6")) not in drawn.edges


def test_dragging_moves_in_one_step_and_the_edges_follow(drawn):
    other = drawn.scene.mirror.place("x2")
    drawn.hand.drag_variable("x1", -40, 30)
    assert drawn.project.positions["x1"] == (-340, -90)
    assert drawn.undo_text == "Move x₁"
    assert drawn.scene.mirror.place("x2") == other
    assert drawn.scene.link_point("x1", "x2") == QPointF(-220, -120)
    drawn.check_mirror()
    drawn.hand.drag_variable("x1", 10, 10)
    assert drawn.document.stack.count() == 2  # each drag is a step of its own
    drawn.undo()
    drawn.undo()
    assert drawn.project.positions["x1"] == (-300, -120)
    drawn.check_mirror()


def test_nothing_jumps_while_a_node_is_dragged_far_out(drawn):
    """The view must not recentre when a node leaves what the scene covered."""
    drawn.hand.click_variable("x2")
    steady = drawn.hand.variable("x2")
    rect = drawn.scene.sceneRect()
    drawn.hand.drag(drawn.hand.variable("x1"), QPoint(2, 2), release=False)
    drawn.hand.move_to(QPoint(-50_000, -40_000))
    assert not rect.contains(drawn.scene.point_of("x1"))
    assert drawn.hand.variable("x2") == steady
    assert drawn.scene.sceneRect() == rect
    drawn.hand.release_at(QPoint(-50_000, -40_000))
    assert drawn.hand.variable("x2") == steady
    assert drawn.scene.sceneRect().contains(drawn.scene.point_of("x1"))
    drawn.check_mirror()


def test_escape_in_the_middle_of_a_drag_restores(drawn):
    drawn.hand.drag_variable("x5", 60, -20, release=False)
    assert drawn.scene.mirror.place("x5") != drawn.project.positions["x5"]
    drawn.hand.press(Qt.Key.Key_Escape)
    drawn.check_mirror()
    drawn.hand.release_at(drawn.hand.variable("x5"))
    assert not drawn.document.stack.canUndo()
    assert drawn.scene.selection.variables == ("x5",)


def test_deleting_in_the_middle_of_a_drag_deletes_what_was_there(drawn):
    drawn.hand.drag_variable("x5", 60, -20, release=False)
    drawn.hand.press(Qt.Key.Key_Delete)
    drawn.hand.move_to(QPoint(200, 200))
    drawn.hand.release_at(QPoint(200, 200))
    assert "x5" not in drawn.project.ugm
    drawn.check_mirror()
    drawn.undo()
    assert drawn.project.positions["x5"] == (-100, 100)
    drawn.check_mirror()


@pytest.mark.parametrize("what", ["undo", "delete elsewhere", "load"])
def test_a_change_from_elsewhere_ends_a_drag(drawn, what):
    drawn.hand.drag_variable("x1", -20, 0)
    drawn.hand.drag_variable("x5", 60, -20, release=False)
    if what == "undo":
        drawn.undo()
    elif what == "delete elsewhere":
        drawn.document.edit("Delete x5", drawn.project.without(["x5"]))
    else:
        drawn.document.load(examples.stacked_rbm_project())
    n = drawn.document.stack.index()
    assert drawn.scene.gesture is None
    drawn.check_mirror()
    drawn.hand.move_to(QPoint(300, 200))
    drawn.hand.release_at(QPoint(300, 200))
    assert drawn.document.stack.index() == n
    drawn.check_mirror()


def test_rubber_band_selects_and_shift_extends(drawn):
    drawn.hand.rubber_band(-380, -220, -20, -40)
    assert set(drawn.scene.selection.variables) == {"x1", "x2"}
    drawn.hand.rubber_band(30, 20, 160, 200, SHIFT)
    assert set(drawn.scene.selection.variables) == {"x1", "x2", "x6"}
    drawn.hand.drag(drawn.hand.empty(30, 20), drawn.hand.pixel(QPointF(160, -200)), release=False)
    assert set(drawn.scene.selection.variables) == {"x3"}
    drawn.hand.press(Qt.Key.Key_Escape)
    assert set(drawn.scene.selection.variables) == {"x1", "x2", "x6"}
    assert drawn.scene.overlay.is_empty
    drawn.hand.release_at(QPoint(5, 5))
    drawn.hand.click(drawn.hand.empty(-200, 0))
    assert drawn.selected == ()


def test_a_selection_moves_and_goes_as_one(drawn):
    drawn.hand.click_variable("x1")
    drawn.hand.click_variable("x2", SHIFT)
    drawn.hand.click_variable("x3", SHIFT)
    drawn.hand.click_variable("x3", SHIFT)
    drawn.hand.click_variable("x4", SHIFT)
    assert drawn.selected == (("variable", "x1"), ("variable", "x2"), ("variable", "x4"))
    drawn.hand.drag_variable("x2", 0, -20)
    assert drawn.undo_text == "Move 3 variables"
    assert drawn.project.positions["x4"] == (-300, 60)
    assert drawn.project.positions["x3"] == (100, -120)
    drawn.hand.press(Qt.Key.Key_Backspace)
    assert drawn.project.ugm.names == ("x3", "x5", "x6")
    assert drawn.undo_text == "Delete 3 variables and 5 factors"
    assert drawn.selected == ()
    drawn.check_mirror()
    drawn.undo()
    drawn.undo()
    assert len(drawn.edges) == 7
    drawn.check_mirror()


def test_a_click_on_one_of_several_selects_it_alone(drawn):
    drawn.scene.select_all()
    drawn.hand.click_variable("x3")
    assert drawn.scene.selection.variables == ("x3",)


def test_an_edge_is_selected_and_deleted(drawn):
    drawn.hand.click_link("x2", "x3")
    ((kind, place),) = drawn.selected
    assert kind == "factor"
    assert set(drawn.project.ugm.factors[place].scope) == {"x2", "x3"}
    drawn.hand.press(Qt.Key.Key_Delete)
    assert drawn.undo_text == "Delete edge x₂ – x₃"
    assert frozenset(("x2", "x3")) not in drawn.edges
    assert len(drawn.edges) == 6
    drawn.check_mirror()


def test_a_selected_edge_is_told_its_new_place(drawn):
    drawn.hand.click_link("x3", "x6")
    before = drawn.selected
    drawn.document.edit("", drawn.project.without((), [drawn.project.ugm.factors_of("x1", "x2")[0]]))
    ((_, place),) = drawn.selected
    assert place == before[0][1] - 1
    assert set(drawn.project.ugm.factors[place].scope) == {"x3", "x6"}


def test_double_clicks_ask_for_names_and_tables(drawn):
    drawn.hand.double_click(drawn.hand.variable("x4"))
    drawn.hand.double_click(drawn.hand.link("x4", "x5"))
    place = drawn.project.ugm.factors_of("x4", "x5")[0]
    assert drawn.heard == [("rename_asked", "x4"), ("factor_asked", place)]
    assert not drawn.document.stack.canUndo()


def test_arrows_move_by_the_grid_and_merge(drawn):
    drawn.hand.click_variable("x1")
    drawn.hand.press(Qt.Key.Key_Right)
    drawn.hand.press(Qt.Key.Key_Right)
    drawn.hand.press(Qt.Key.Key_Down, SHIFT)
    assert drawn.project.positions["x1"] == (-260, -118)
    assert drawn.document.stack.count() == 1
    drawn.hand.click_variable("x2")
    drawn.hand.press(Qt.Key.Key_Left)
    assert drawn.document.stack.count() == 2
    drawn.undo()
    drawn.undo()
    assert drawn.project.positions["x1"] == (-300, -120)


def test_tab_goes_round_the_variables(drawn):
    drawn.hand.press(Qt.Key.Key_Tab)
    assert drawn.selected == (("variable", "x1"),)
    drawn.hand.press(Qt.Key.Key_Tab)
    assert drawn.selected == (("variable", "x2"),)
    drawn.hand.press(Qt.Key.Key_Backtab, SHIFT)
    drawn.hand.press(Qt.Key.Key_Backtab, SHIFT)
    assert drawn.selected == (("variable", "x6"),)
    assert "x₆" in drawn.view.accessibleDescription()
    drawn.hand.press(Qt.Key.Key_Return)
    assert drawn.heard[-1] == ("rename_asked", "x6")


def test_select_all_and_fit_and_add_by_menu(drawn):
    menu = drawn.hand.open_menu(drawn.hand.empty(-200, 0))
    assert texts(menu) == ["Add variable here", "Select all", "Fit"]
    choose(menu, "Add variable here")
    assert drawn.project.positions["x7"] == (-200, 0)
    choose(drawn.hand.open_menu(drawn.hand.empty(0, 0)), "Select all")
    assert len(drawn.scene.selection.variables) == 7
    drawn.hand.press(Qt.Key.Key_Escape)
    drawn.hand.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(drawn.scene.selection.variables) == 7


def test_delete_by_menu(drawn):
    choose(drawn.hand.open_menu(drawn.hand.link("x1", "x4")), "Delete edge")
    assert frozenset(("x1", "x4")) not in drawn.edges
    choose(drawn.hand.open_menu(drawn.hand.variable("x1")), "Delete")
    assert "x1" not in drawn.project.ugm
    drawn.check_mirror()


def test_a_rename_keeps_the_item_and_the_selection(drawn):
    item = drawn.scene.mirror.variables["x2"]
    drawn.hand.click_variable("x2")
    drawn.document.edit("Rename x2", drawn.project.with_renamed("x2", "rain"))
    assert drawn.scene.mirror.variables["rain"] is item
    assert drawn.selected == (("variable", "rain"),)
    drawn.check_mirror()
    drawn.undo()
    assert drawn.selected == (("variable", "x2"),)
    drawn.check_mirror()


def test_only_what_changed_is_touched(drawn):
    items = dict(drawn.scene.mirror.variables)
    drawn.hand.drag_variable("x1", 20, 20)
    drawn.hand.press("e")
    drawn.hand.drag_edge("x1", "x5", NONE)
    drawn.document.edit("", drawn.project.without(["x6"]))
    assert all(drawn.scene.mirror.variables[name] is items[name] for name in ("x1", "x2", "x3", "x4", "x5"))
    assert items["x6"].scene() is None


def test_a_factor_over_three_variables_is_a_square(qtbot):
    variables = [Variable.of_size(name, 2) for name in ("a", "b", "c")]
    ugm = UGM(
        variables, [Factor(("c", "a", "b"), [[[0.0, 1.0], [0.0, 0.0]]] * 2), Factor(("a", "b"), [[0.0, 1.0]] * 2)]
    )
    desk = Desk(qtbot, Project(ugm=ugm, positions={"a": (0, 0), "b": (300, 0), "c": (150, 240)}))
    desk.check_mirror()
    desk.hand.click_link("a", "b", "c")
    assert desk.selected == (("factor", 0),)
    desk.hand.drag_variable("c", 60, 0)
    assert desk.scene.link_point("a", "b", "c") == QPointF(170, 80)
    desk.hand.click_link("a", "b", "c")
    desk.hand.press(Qt.Key.Key_Delete)
    assert desk.undo_text == "Delete factor (a, b, c)"
    assert [f.scope for f in desk.project.ugm.factors] == [("a", "b")]
    desk.check_mirror()


def test_undo_of_a_deletion_brings_everything_back(qtbot, case, shared):
    """Edges, tables with their axis order, clamps and positions, as in the case of that name."""
    found = case("rw18")
    model = json.loads((shared / "cases" / found["files"][0]).read_text(encoding="utf-8"))
    desk = Desk(qtbot, _project_of(model))
    start = desk.project
    after: dict[str, Project] = {}
    for step in found["checks"][0]["steps"]:
        action, expect = step["action"], step["expect"]
        if action.startswith("delete node"):
            desk.hand.click_variable(action.split()[2])
            desk.hand.press(Qt.Key.Key_Delete)
            after[action] = desk.project
        elif action == "undo":
            desk.undo()
            assert desk.project is start
        elif action == "redo":
            desk.redo()
            assert desk.project is after["delete node C"]
        desk.check_mirror()
        if "nodes" in expect:
            assert list(desk.project.ugm.names) == expect["nodes"]
            assert desk.edges == {frozenset(edge) for edge in expect["edges"]}
            assert len(desk.project.ugm.factors) == expect["n_factors"]
            clamps = {n: desk.project.ugm.variable(n).labels[s] for n, s in desk.project.evidence.items()}
            assert clamps == expect["clamps"]


def _project_of(model: dict) -> Project:
    variables = [Variable(v["name"], tuple(v["states"])) for v in model["variables"]]
    sizes = {v.name: v.n_states for v in variables}
    factors = [
        Factor.from_table(f["scope"], np.reshape(f["table"], [sizes[name] for name in f["scope"]]))
        for f in model["factors"]
    ]
    labels = {v.name: v.labels for v in variables}
    evidence = {name: labels[name].index(label) for name, label in model["clamps"].items()}
    positions = {v["name"]: tuple(v["pos"]) for v in model["variables"]}
    return Project(ugm=UGM(variables, factors), evidence=evidence, positions=positions)
