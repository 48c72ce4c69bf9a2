"""Can a person clamp, release and ask, by bar, key and menu, in every tool?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from models import examples
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import ALT, NONE, SHIFT, Desk, choose, popup, texts


@pytest.fixture
def pins(qtbot) -> Desk:
    return Desk(qtbot, examples.pin_project())


@pytest.fixture
def words(qtbot) -> Desk:
    """Variables whose states are words."""
    ugm = UGM(
        [Variable("sky", ("clear", "cloudy", "rain")), Variable("pump", ("off", "on")), Variable("a", ("0", "1"))]
    )
    return Desk(qtbot, Project(ugm=ugm, positions={"sky": (0, 0), "pump": (200, 0), "a": (400, 0)}))


def test_a_clamp_to_a_state_that_an_edit_takes_away(pins):
    pins.hand.click_bar("x1", 9)
    pins.hand.click_bar("x2", 1)
    fewer = pins.project.with_clamps({}).with_states("x1", ["0", "1"]).with_states("x2", ["a", "b", "c"])
    pins.document.edit("", fewer.with_clamps({"x2": 2}))
    pins.check_mirror()
    assert [pins.scene.mirror.variables[name].clamped for name in ("x1", "x2")] == [None, 2]
    pins.undo()
    pins.check_mirror()
    assert [pins.scene.mirror.variables[name].clamped for name in ("x1", "x2")] == [9, 1]


@pytest.mark.parametrize("tool", ["select", "node", "edge", "clamp", "pan"])
def test_a_click_on_a_bar_clamps_in_every_tool_and_a_second_one_releases(pins, tool):
    pins.scene.set_tool(tool)
    pins.hand.click_bar("x3", 7)
    assert dict(pins.project.evidence) == {"x3": 7}
    assert pins.undo_text == "Clamp x₃ = 7"
    pins.hand.click_bar("x3", 2)
    assert dict(pins.project.evidence) == {"x3": 2}
    pins.check_mirror()
    pins.hand.click_bar("x3", 2)
    assert dict(pins.project.evidence) == {}
    assert pins.undo_text == "Release x₃"
    pins.check_mirror()
    assert pins.scene.gesture is None


def test_every_bar_means_its_own_state(pins):
    for state in range(10):
        pins.hand.click_bar("x1", state)
        assert pins.project.evidence["x1"] == state


def test_a_double_click_on_a_bar_is_one_click(pins):
    pins.hand.double_click(pins.hand.bar("x1", 4))
    assert dict(pins.project.evidence) == {"x1": 4}
    assert pins.heard == []


def test_a_drag_that_starts_on_a_bar_moves_the_node_and_clamps_nothing(pins):
    start = pins.hand.bar("x1", 4)
    pins.hand.drag(start, start + QPoint(30, 0))
    assert dict(pins.project.evidence) == {}
    assert pins.undo_text == "Move x₁"


def test_a_drag_from_a_bar_in_the_edge_tool_draws_an_edge(pins):
    pins.scene.set_tool("edge")
    pins.hand.drag(pins.hand.bar("x1", 4), pins.hand.variable("x2"))
    assert pins.edges == {frozenset(("x1", "x2"))}
    assert dict(pins.project.evidence) == {}


def test_digits_clamp_what_is_selected(pins):
    pins.hand.click_variable("x2")
    pins.hand.press("0")
    assert dict(pins.project.evidence) == {"x2": 0}
    pins.hand.click_variable("x3", SHIFT)
    pins.hand.click_variable("x4", SHIFT)
    pins.hand.press("5")
    assert dict(pins.project.evidence) == {"x2": 5, "x3": 5, "x4": 5}
    assert pins.undo_text == "Clamp 3 variables"
    assert pins.document.stack.count() == 2
    pins.undo()
    assert dict(pins.project.evidence) == {"x2": 0}
    pins.check_mirror()


def test_backspace_releases_in_the_clamp_tool_and_deletes_elsewhere(pins):
    pins.hand.press("c")
    pins.hand.click_bar("x2", 3)
    pins.scene.select_variable("x2")
    pins.hand.press(Qt.Key.Key_Backspace)
    assert dict(pins.project.evidence) == {}
    assert "x2" in pins.project.ugm
    pins.hand.press("v")
    pins.hand.press(Qt.Key.Key_Backspace)
    assert "x2" not in pins.project.ugm


def test_a_digit_is_a_label_first_and_a_number_only_where_no_label_is_one(words):
    words.hand.click_variable("sky")
    words.hand.press("2")
    assert dict(words.project.evidence) == {"sky": 2}
    words.hand.click_variable("a")
    words.hand.press("7")
    assert "a" not in words.project.evidence
    assert words.notices == ["a cannot be 7. States: 0, 1."]
    words.scene.select_nothing()
    words.hand.press("1")
    assert "Select a variable first" in words.notices[-1]
    digits = UGM([Variable("d", ("1", "2"))])
    words.document.load(Project(ugm=digits))
    words.hand.click_variable("d")
    words.hand.press("0")  # there is no state called 0, and the first state is called 1
    assert dict(words.project.evidence) == {}
    words.hand.press("1")
    assert dict(words.project.evidence) == {"d": 0}


def test_clamping_to_what_it_is_changes_nothing(pins):
    pins.hand.click_variable("x2")
    pins.hand.press("3")
    pins.hand.press("3")
    assert pins.document.stack.count() == 1


def test_the_context_menu_of_a_variable(pins):
    pins.hand.click_bar("x2", 3)
    menu = pins.hand.open_menu(pins.hand.variable("x2"))
    assert texts(menu) == [
        "Clamp to",
        "Not this state",
        "Soft evidence…",
        "Release",
        "Ask p(x₂ = …)",
        "Rename…",
        "Delete",
    ]
    states = next(a.menu() for a in menu.actions() if a.text() == "&Clamp to")
    assert texts(states) == [f"x₂ = {digit}" for digit in range(10)]
    assert [a.text() for a in states.actions() if a.isChecked()] == ["x₂ = 3"]
    choose(menu, "Clamp to", "x₂ = 8")
    assert dict(pins.project.evidence) == {"x2": 8}
    choose(pins.hand.open_menu(pins.hand.variable("x2")), "Release")
    assert dict(pins.project.evidence) == {}
    choose(pins.hand.open_menu(pins.hand.variable("x4")), "Ask p(x₄ = …)", "p(x₄ = 9)")
    choose(pins.hand.open_menu(pins.hand.variable("x4")), "Rename…")
    assert pins.heard == [("query_asked", {"x4": 9}), ("rename_asked", "x4")]


def test_the_context_menu_acts_on_the_whole_selection(pins):
    pins.scene.select_variables(["x1", "x2", "x3"])
    menu = pins.hand.open_menu(pins.hand.variable("x2"))
    assert texts(menu) == ["Clamp 3 variables to", "Not this state", "Release 3 variables", "Delete"]
    choose(menu, "Clamp 3 variables to", "6")
    assert dict(pins.project.evidence) == {"x1": 6, "x2": 6, "x3": 6}
    choose(pins.hand.open_menu(pins.hand.variable("x2")), "Release 3 variables")
    assert dict(pins.project.evidence) == {}
    assert pins.undo_text == "Release 3 variables"
    pins.hand.open_menu(pins.hand.variable("x4")).close()
    assert pins.scene.selection.variables == ("x4",)


def test_a_click_in_the_clamp_tool_lists_the_states(words):
    words.hand.press("c")
    words.hand.click_variable("sky")
    assert texts(popup()) == ["sky = clear", "sky = cloudy", "sky = rain", "Release"]
    choose(popup(), "sky = cloudy")
    assert dict(words.project.evidence) == {"sky": 1}
    words.hand.click_variable("sky")
    assert [a.isChecked() for a in popup().actions()][:3] == [False, True, False]
    choose(popup(), "Release")
    assert dict(words.project.evidence) == {}


def test_alt_click_is_not_a_clamp(pins):
    pins.hand.click(pins.hand.bar("x1", 3), ALT)
    pins.hand.press(Qt.Key.Key_Escape)
    assert dict(pins.project.evidence) == {}
    assert pins.scene.gesture is None


def test_too_many_states_for_bars_are_chosen_from_a_list(qtbot):
    desk = Desk(qtbot, Project(ugm=UGM([Variable.of_size("age", 200)])))
    item = desk.scene.mirror.variables["age"]
    assert item.bars.is_curve
    desk.hand.click_bar("age", 120)
    assert dict(desk.project.evidence) == {}
    choose(popup(), "age = 3")
    assert dict(desk.project.evidence) == {"age": 3}
    desk.check_mirror()


def test_clamped_nodes_and_their_edges_look_so(qtbot):
    desk = Desk(qtbot, examples.stacked_rbm_project())
    looks = desk.scene.mirror.links.looks
    assert {look.name for look in looks.values()} == {"PLAIN"}
    desk.hand.click_bar("z2", 1)
    pale = {link for link, look in looks.items() if look.name == "PALE"}
    assert pale == {link for link in desk.scene.mirror.links.places if "z2" in link}
    assert len(pale) == 6
    desk.undo()
    assert {look.name for look in looks.values()} == {"PLAIN"}


def test_states_of_a_sampler_are_written_into_the_nodes_and_go_again(pins):
    pins.document.edit("", pins.project.with_edge("x1", "x2"))
    items = pins.scene.mirror.variables
    pins.scene.show_states({"x1": 3, "x2": 4, "x3": 5, "x4": 6}, "x2")
    assert [items[n].current for n in ("x1", "x2", "x3", "x4")] == [3, 4, 5, 6]
    assert [items[n].ring.name for n in ("x1", "x2", "x3", "x4")] == ["BLANKET", "SITE", "NONE", "NONE"]
    pins.document.edit("", pins.project.without(["x2"]))
    pins.scene.show_states({"x1": 1, "x2": 4, "x3": 99}, "x2")  # it has not heard of the deletion yet
    assert items["x1"].current == 1
    assert items["x3"].current is None
    pins.scene.show_states(None, None)
    assert {item.current for item in items.values()} == {None}
    assert {item.ring.name for item in items.values()} == {"NONE"}


def test_numbers_are_dimmed_when_the_answer_is_late_and_never_cleared(pins, qtbot):
    items = pins.scene.mirror.variables
    answer = SimpleNamespace(marginals={name: [0.1] * 10 for name in items})
    pins.scene.show_inference(answer)
    pins.hand.click_bar("x1", 2)
    assert not items["x2"].stale  # a quick answer would come before it is dimmed
    qtbot.waitUntil(lambda: items["x2"].stale)
    assert items["x2"].marginal == [0.1] * 10
    sharp = SimpleNamespace(marginals={name: [0.55] + [0.05] * 9 for name in items})
    pins.scene.show_inference(sharp, answer)
    assert not items["x2"].stale
    assert items["x2"].prior == [0.1] * 10
    assert "0.5500" in items["x2"].tool_tip
    assert "before clamping 0.1000" in items["x2"].tool_tip
    pins.scene.show_inference(sharp, None, stale=True)
    qtbot.waitUntil(lambda: items["x2"].stale)
    pins.document.edit("", pins.project.with_states("x2", ["0", "1"]))
    assert items["x2"].marginal is None
    pins.scene.show_inference(None)
    assert items["x3"].marginal is None


def test_numbers_that_cannot_be_drawn_are_not(pins):
    bad = SimpleNamespace(marginals={"x1": [float("nan")] * 10, "x2": [1.0], "x3": [0.1] * 10})
    pins.scene.show_inference(bad)
    items = pins.scene.mirror.variables
    assert [items[n].marginal for n in ("x1", "x2", "x4")] == [None, None, None]
    assert items["x3"].marginal == [0.1] * 10
    pins.view.grab()


def test_components_have_bands_once_something_is_clamped(qtbot):
    desk = Desk(qtbot, examples.stacked_rbm_project())
    everything = [desk.project.ugm.names]
    desk.scene.show_components(everything)
    assert desk.scene.mirror.hulls == []
    for name in ("x1", "x2", "x3", "h1", "h2", "h3"):
        desk.hand.click_bar(name, 0)
    desk.scene.show_components([("z1",), ("z2",), ("z3",), ("y1", "y2", "y3")])
    hulls = desk.scene.mirror.hulls
    assert [hull.members for hull in hulls] == [("z1",), ("z2",), ("z3",), ("y1", "y2", "y3")]
    assert all(hull.numbered for hull in hulls)
    desk.hand.click_bar("z2", 0)  # the band goes at once; the new components come from the worker
    assert [hull.members for hull in desk.scene.mirror.hulls] == [("z1",), ("z3",), ("y1", "y2", "y3")]
    desk.scene.show_components(None)
    assert desk.scene.mirror.hulls == []
    assert not [item for item in desk.scene.items() if type(item).__name__ == "HullItem"]


def test_hovering_a_bar_lights_it_and_shows_a_hand(pins):
    pins.hand.move_to(pins.hand.bar("x2", 6))
    assert pins.scene.mirror.variables["x2"].hovered == 6
    assert pins.view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    pins.hand.move_to(pins.hand.bar("x3", 1))
    assert pins.scene.mirror.variables["x2"].hovered is None
    pins.hand.move_to(pins.hand.empty(230, -60))
    assert pins.scene.mirror.variables["x3"].hovered is None
    assert pins.view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_view_says_what_is_selected(pins):
    assert pins.view.accessibleName() == "Graph canvas"
    assert "Nothing selected of 4 variables" in pins.view.accessibleDescription()
    pins.hand.click_variable("x2")
    assert "x₂, free, 10 states" in pins.view.accessibleDescription()
    pins.hand.press("3")
    assert "x₂, clamped to 3" in pins.view.accessibleDescription()
    pins.hand.click_variable("x3", SHIFT)
    assert "Selected: x₂, x₃." in pins.view.accessibleDescription()
    pins.hand.press(Qt.Key.Key_Escape, NONE)
    assert "Nothing selected" in pins.view.accessibleDescription()


def test_a_menu_about_what_was_there_closes_when_something_else_comes(pins):
    """An answer that changes the project, or a file that is read, can come while a menu is open."""
    pins.document.load(examples.ising_project(3, 3))
    menu = pins.hand.open_menu(pins.hand.link("x8", "x9"))
    assert "Edit factor" in texts(menu)
    pins.scene.show_inference(SimpleNamespace(marginals={"x1": [0.5, 0.5]}))
    assert QApplication.activePopupWidget() is menu, "numbers come and go meanwhile"
    pins.document.load(examples.ising_project(2, 2))
    assert QApplication.activePopupWidget() is None
    pins.hand.press(Qt.Key.Key_E)
    pins.check_mirror()
