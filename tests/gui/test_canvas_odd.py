"""Does the canvas stay right with odd names, many states, random edits and whatever arrives late?"""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas import edits
from gui.canvas.scopes import distance_to_segment, links_of, square_place
from gui.canvas.selection import Selection
from models import examples
from models.errors import ModelError
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import NONE, SHIFT, Desk, choose, texts

NAMES = ["é", "变量", "1", "a b", "x,y", 'Ω"q"', "&amp", "<b>bold</b>", "n" * 200, "🙂🙂", "שלום", "x10", "line\nbreak"]


def test_any_name_can_be_shown_selected_and_clamped(qtbot):
    variables = [Variable(name, ("&no", "<i>yes</i>")) for name in NAMES]
    positions = {name: (150.0 * (k % 5), 160.0 * (k // 5)) for k, name in enumerate(NAMES)}
    desk = Desk(qtbot, Project(ugm=UGM(variables), positions=positions))
    for name in NAMES:
        desk.hand.click_variable(name)
        assert desk.selected == (("variable", name),)
        desk.hand.click_bar(name, 1)
        assert desk.project.evidence[name] == 1
        assert name.split("\n")[0][:3] in desk.scene.mirror.variables[name].tool_tip or name == "x10"
    desk.view.grab()
    menu = desk.hand.open_menu(desk.hand.variable("&amp"))
    assert menu.actions()[4].text() == "&Ask p(&&amp = …)"
    choose(menu, "Release")
    assert "&amp" not in desk.project.evidence
    desk.check_mirror()


@pytest.mark.parametrize("n_states", [1, 2, 3, 10, 11, 12, 13, 200])
def test_any_number_of_states(qtbot, n_states):
    desk = Desk(qtbot, Project(ugm=UGM([Variable.of_size("x1", n_states)])))
    item = desk.scene.mirror.variables["x1"]
    uniform = SimpleNamespace(marginals={"x1": np.full(n_states, 1 / n_states)})
    desk.scene.show_inference(uniform, uniform)
    desk.scene.show_states({"x1": n_states - 1}, "x1")
    desk.view.grab()
    assert item.boundingRect().contains(item.bars.card)
    assert bool(item.bars.labels) == (n_states <= 10)
    for state in range(n_states):
        slot = item.bars.slot(state)
        assert item.bars.state_at(slot.center()) == state
        assert slot.contains(item.bars.bar(state).center())
    if not item.bars.is_curve:
        desk.hand.click_bar("x1", n_states - 1)
        assert dict(desk.project.evidence) == {"x1": n_states - 1}
    desk.view.grab()


def test_bars_have_the_height_of_their_probability(qtbot):
    bars = Desk(qtbot, examples.pin_project()).scene.mirror.variables["x1"].bars
    full = bars.bar(0).height()
    assert bars.bar(3, 0.25).height() == pytest.approx(full / 4)
    assert bars.bar(3, 0.25).bottom() == bars.bar(0).bottom()
    assert bars.bar(3, 7.0).height() == full
    assert bars.bar(3, -1.0).height() == 0


def test_random_edits_undone_to_the_start_leave_what_was_there(qtbot):
    """Random clicks, drags, keys and undos: what is drawn is the project, always, and undo goes all the way back."""
    desk = Desk(qtbot, examples.ising_project(2, 3))
    start = desk.project
    rng = random.Random(540)
    keys = [Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Up, "1", "0"]
    tools = ["v", "n", "e", "c", "v"]
    seen = set()

    def somewhere() -> QPoint:
        return QPoint(rng.randrange(10, 850), rng.randrange(10, 470))

    def something() -> QPoint:
        names = [n for n in desk.project.ugm.names if inside(desk.scene.point_of(n))]
        if not names or rng.random() < 0.3:
            return somewhere()
        name = rng.choice(names)
        on_bar = desk.view.mapFromScene(desk.scene.bar_point(name, 0))
        return on_bar if rng.random() < 0.3 and inside(desk.view.mapToScene(on_bar)) else desk.hand.variable(name)

    def inside(point: QPointF) -> bool:
        return desk.view.viewport().rect().contains(desk.view.mapFromScene(point))

    for _ in range(400):
        act = rng.choice(["click", "double", "drag", "half", "key", "tool", "undo", "redo", "menu", "rename"])
        if act == "click":
            desk.hand.click(something(), rng.choice([NONE, NONE, SHIFT]))
        elif act == "double":
            desk.hand.double_click(something())
        elif act == "drag":
            desk.hand.drag(something(), something(), rng.choice([NONE, Qt.KeyboardModifier.AltModifier, SHIFT]))
        elif act == "half":
            desk.hand.drag(something(), something(), release=False)
            desk.hand.press(rng.choice(keys))
            if rng.random() < 0.5:
                desk.undo()
            desk.hand.release_at(somewhere())
        elif act == "key":
            desk.hand.press(rng.choice(keys))
        elif act == "tool":
            desk.hand.press(rng.choice(tools))
        elif act == "undo":
            desk.undo()
        elif act == "redo":
            desk.redo()
        elif act == "menu":
            menu = desk.hand.open_menu(something())
            wanted = [t for t in texts(menu) if t in ("Release", "Delete", "Delete edge", "Select all")]
            if wanted and rng.random() < 0.5:
                action = next(a for a in menu.actions() if a.text().replace("&", "") == wanted[0])
                if action.isEnabled():
                    choose(menu, wanted[0])
        elif desk.project.ugm.names:
            name = rng.choice(desk.project.ugm.names)
            desk.document.edit("", desk.project.with_renamed(name, f"{name[0]}{rng.randrange(10**6)}"))
        seen.add(desk.undo_text.split(" ")[0])
        close_popups(desk.view)
        desk.check_mirror()
    assert {"Add", "Move", "Clamp", "Delete", "Join"} <= seen
    while desk.document.stack.canUndo():
        desk.undo()
        desk.check_mirror()
    assert desk.project is start


def close_popups(view: QWidget) -> None:
    from PySide6.QtWidgets import QApplication

    while (open_menu := QApplication.activePopupWidget()) is not None:
        open_menu.close()


def test_an_answer_for_variables_that_are_gone_is_harmless(qtbot):
    desk = Desk(qtbot, examples.ising_project(2, 2))
    late = SimpleNamespace(marginals={n: np.array([0.3, 0.7]) for n in desk.project.ugm.names})
    desk.document.edit("", desk.project.without(["x1"]))
    desk.scene.show_inference(late)
    desk.scene.show_components([("x1", "x2"), ("x3", "x4")])
    desk.scene.show_states({"x1": 1, "x4": 0}, "x1")
    desk.view.grab()
    desk.check_mirror()


def test_an_edit_that_is_refused_leaves_the_picture_as_it_was(qtbot):
    """Whoever listens may not make the edit; then the dragged node goes back."""
    desk = Desk(qtbot, examples.ising_project(2, 2))
    desk.scene.edited.disconnect(desk.document.edit)
    desk.hand.drag_variable("x1", 40, 0)
    desk.hand.press(Qt.Key.Key_Delete)
    desk.check_mirror()


def test_every_item_goes_when_the_document_does(qtbot):
    desk = Desk(qtbot, examples.stacked_rbm_project())
    desk.hand.click_bar("x1", 0)
    desk.scene.show_components([("x2", "x3")])
    desk.document.load(Project())
    assert desk.scene.items() == [desk.scene.overlay]


# --- the values behind it --------------------------------------------------------------------------------------------


def test_links_are_joint_factors_by_scope_in_model_order():
    ugm = UGM(
        [Variable.of_size(n, 2) for n in "abc"],
        [
            Factor((), 0.0),
            Factor(("b",), [0.0, 0.0]),
            Factor(("b", "a"), np.zeros((2, 2))),
            Factor(("c", "a", "b"), np.zeros((2, 2, 2))),
            Factor(("a", "b"), np.zeros((2, 2))),
        ],
    )
    assert links_of(ugm) == {("a", "b"): (2, 4), ("a", "b", "c"): (3,)}


def test_texts_of_edits():
    project = examples.stacked_rbm_project()
    assert edits.clamp(project, {"x3": 1}).text == "Clamp x₃ = 1"
    assert edits.clamp(project, {"x1": 1, "x2": 0}).text == "Clamp 2 variables"
    assert edits.delete(project, ["z1"], []).text == "Delete z₁ and 6 factors"
    assert edits.delete(project, ["x1", "x3"], []).text == "Delete x₁ and x₃ and 8 factors"
    assert edits.delete(project, [], [("x1", "x2"), ("x2", "x3")]).text == "Delete 2 edges"
    assert edits.delete(project, ["x1"], [("x1", "x2")]).text == "Delete x₁ and 4 factors"
    assert edits.delete(project, [], []) is None
    assert edits.delete(Project().with_new_variable((0, 0)), ["x1"], []).text == "Delete x₁"
    assert edits.release(project, ["x1"]) is None
    assert edits.join(project, "x1", "x3").text == "Join x₁ and x₃"
    with pytest.raises(ModelError):
        edits.join(project, "x1", "x2")
    assert edits.move(project, dict(project.positions), 1) is None


def test_deleting_an_edge_with_two_factors_deletes_both():
    ugm = UGM([Variable.of_size(n, 2) for n in "ab"], [Factor(("a", "b"), np.zeros((2, 2)))] * 2)
    after = edits.delete(Project(ugm=ugm), [], [("a", "b")]).after
    assert after.ugm.factors == ()


def test_distance_to_a_segment():
    assert distance_to_segment((0, 3), (-5, 0), (5, 0)) == 3
    assert distance_to_segment((9, 3), (-5, 0), (5, 0)) == 5
    assert distance_to_segment((3, 4), (0, 0), (0, 0)) == 5


def test_a_square_stands_in_the_middle_unless_something_is_there():
    corners = [(0.0, 0.0), (200.0, 0.0), (100.0, 300.0)]
    assert square_place(corners, [], 10) == (100, 100)
    blocked = (60.0, 60.0, 140.0, 140.0)
    x, y = square_place(corners, [blocked], 10)
    assert not (50 < x < 150 and 50 < y < 150)
    assert abs(x - 100) + abs(y - 100) < 150


def test_a_selection_follows_what_is_renamed_and_drops_what_is_gone():
    chosen = Selection(("a", "b"), (("a", "b"), ("b", "c")))
    kept = chosen.within({"z", "c"}, {("z", "c")}, {"b": "z"})
    assert kept == Selection(("z",), (("z", "c"),))
    assert kept.toggled(variable="c").toggled(variable="z").variables == ("c",)
