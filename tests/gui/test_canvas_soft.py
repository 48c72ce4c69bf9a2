"""Can a person say "not this state" by mouse, key and menu, and see what is softly known?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from gui.canvas import soft_edits
from gui.canvas.evidence_look import soft_mark
from models import EvidenceError, SoftEvidence, examples
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import ALT, SHIFT, Desk, choose, texts

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def pins(qtbot) -> Desk:
    return Desk(qtbot, examples.pin_project())


@pytest.fixture
def words(qtbot) -> Desk:
    ugm = UGM([Variable("sky", ("clear", "cloudy", "rain")), Variable("pump", ("off", "on")), Variable.of_size("a", 1)])
    return Desk(qtbot, Project(ugm=ugm, positions={"sky": (0, 0), "pump": (200, 0), "a": (400, 0)}))


def known(desk):
    return {name: values.tolist() for name, values in desk.project.soft.items()}


@pytest.mark.parametrize("tool", ["select", "node", "edge", "clamp", "pan"])
@pytest.mark.parametrize("modifier", [ALT, CTRL])
def test_alt_click_on_a_bar_excludes_in_every_tool_and_a_second_one_allows(words, tool, modifier):
    words.scene.set_tool(tool)
    at = words.hand.bar("sky", 1)
    words.hand.click(at, modifier)
    assert known(words) == {"sky": [1, 0, 1]}
    assert words.undo_text == "sky not cloudy"
    assert words.scene.gesture is None
    item = words.scene.mirror.variables["sky"]
    assert item.excluded == (1,)
    assert "0 excluded" not in item.spoken
    assert "1 excluded" in item.spoken
    words.hand.click(at + QPoint(0, 3), modifier)
    assert known(words) == {}
    assert words.undo_text == "Allow sky = cloudy"
    assert item.excluded == ()
    words.undo()
    assert known(words) == {"sky": [1, 0, 1]}
    assert item.excluded == (1,)


def test_an_alt_drag_from_a_bar_still_draws_an_edge(pins):
    pins.hand.drag(pins.hand.bar("x1", 4), pins.hand.variable("x2"), ALT)
    assert pins.edges == {frozenset(("x1", "x2"))}
    assert known(pins) == {}


def test_x_and_a_digit_exclude_what_is_selected(pins):
    pins.hand.click_variable("x2")
    pins.hand.press("x3")
    assert known(pins)["x2"][3] == 0
    assert "type its number" in pins.notices[-1]
    pins.hand.click_variable("x3", SHIFT)
    pins.hand.press("x3")  # x2 excludes it already, x3 does not: both do now
    assert [known(pins)[name][3] for name in ("x2", "x3")] == [0, 0]
    pins.hand.press("x3")
    assert known(pins) == {}
    pins.scene.select_nothing()
    pins.hand.press("x")
    assert "Select a variable first" in pins.notices[-1]


def test_only_the_next_digit_excludes(words):
    words.hand.click_variable("pump")
    words.hand.press("x")
    words.hand.press(Qt.Key.Key_Shift)  # some keyboards need it for digits
    words.hand.press("1")
    assert known(words) == {"pump": [1, 0]}
    words.hand.press("1")
    assert dict(words.project.evidence) == {"pump": 1}
    words.hand.press("x")
    words.hand.press(Qt.Key.Key_Escape)
    words.hand.click_variable("pump")
    words.hand.press("0")
    assert dict(words.project.evidence) == {"pump": 0}
    words.hand.press("x7")
    assert "cannot be 7" in words.notices[-1]


def test_a_clamp_and_soft_evidence_take_each_others_place(words):
    words.hand.click(words.hand.bar("sky", 1), ALT)
    words.hand.click_bar("sky", 1)
    assert dict(words.project.evidence) == {"sky": 1}
    assert known(words) == {}
    words.hand.click(words.hand.bar("sky", 0), ALT)
    assert dict(words.project.evidence) == {}
    assert known(words) == {"sky": [0, 1, 1]}
    assert words.scene.mirror.variables["sky"].clamped is None


def test_the_last_state_cannot_be_excluded(words):
    words.hand.click(words.hand.bar("pump", 0), ALT)
    words.hand.click(words.hand.bar("pump", 1), ALT)
    assert known(words) == {"pump": [0, 1]}
    assert "Leave at least one state possible" in words.notices[-1]
    words.hand.click(words.hand.bar("a", 0), ALT)
    assert "a" not in known(words)
    assert "Leave at least one state possible" in words.notices[-1]


def test_the_menu_excludes_allows_and_releases(words):
    menu = words.hand.open_menu(words.hand.variable("sky"))
    part = next(a.menu() for a in menu.actions() if a.text() == "No&t this state")
    assert texts(part) == ["sky ≠ clear", "sky ≠ cloudy", "sky ≠ rain"]
    choose(menu, "Not this state", "sky ≠ rain")
    assert known(words) == {"sky": [1, 1, 0]}
    menu = words.hand.open_menu(words.hand.variable("sky"))
    part = next(a.menu() for a in menu.actions() if a.text() == "No&t this state")
    assert [a.text() for a in part.actions() if a.isChecked()] == ["sky ≠ rain"]
    choose(menu, "Release")
    assert known(words) == {}
    asked = []
    words.scene.soft_asked.connect(asked.append)
    choose(words.hand.open_menu(words.hand.variable("sky")), "Soft evidence…")
    assert asked == ["sky"]
    pairs = []
    words.scene.independence_asked.connect(pairs.append)
    words.scene.select_variables(["sky", "pump"])
    choose(words.hand.open_menu(words.hand.variable("sky")), "Are they independent?")
    assert pairs == [("sky", "pump")]


def test_what_is_softly_known_is_written_in_the_node_and_said(words):
    item = words.scene.mirror.variables["sky"]
    free = item.spoken
    words.document.edit("soft", words.project.with_soft(SoftEvidence({"sky": [0.5, 1.0, 2.0]})))
    assert item.soft == (0.5, 1.0, 2.0)
    assert item._glyph == "~"
    assert "softly observed" in item.spoken
    item.set_numbers([0.2, 0.3, 0.5], [0.3, 0.3, 0.4])
    assert item.tool_tip.splitlines()[0].endswith("likelihood 0.5")
    words.document.edit("not", words.project.with_soft(SoftEvidence({"sky": [0.0, 1.0, 1.0]})))
    assert item._glyph == "≠"
    assert item.tool_tip.splitlines()[0].endswith("not allowed")
    words.document.edit("none", words.project.released())
    assert item.soft is None
    assert item.spoken.startswith(free[:10])


def test_new_states_and_names_keep_what_is_known(words):
    words.hand.click(words.hand.bar("sky", 1), ALT)
    words.document.edit("rename", words.project.with_renamed("sky", "air"))
    assert words.scene.mirror.variables["air"].excluded == (1,)
    words.document.edit("remove", words.project.without_state("air", 0))
    assert words.scene.mirror.variables["air"].excluded == (0,)
    words.document.edit("delete", words.project.without(["air"]))
    assert known(words) == {}
    words.undo()
    assert words.scene.mirror.variables["air"].excluded == (0,)


@pytest.mark.parametrize(
    ("likelihood", "mark"),
    [([1, 0, 1], "≠ b"), ([0, 0, 1], "1 of 3"), ([0.5, 1, 1], "soft"), ([0.5, 0, 1], "soft"), ([2, 0, 2], "≠ b")],
)
def test_the_mark_in_the_node(likelihood, mark):
    assert soft_mark(Variable("x", ("a", "b", "c")), likelihood) == mark


def test_edits_of_likelihoods():
    project = Project(ugm=UGM([Variable.of_size("x", 3), Variable.of_size("y", 2)])).with_clamps({"x": 1})
    edit = soft_edits.weigh(project, "x", [0.5, 1.0, 0.0], "key")
    assert dict(edit.after.evidence) == {}
    assert edit.after.soft["x"].tolist() == [0.5, 1.0, 0.0]
    assert edit.merge_key == "key"
    assert soft_edits.weigh(edit.after, "x", [0.5, 1.0, 0.0]) is None
    assert soft_edits.weigh(project, "x", [1.0, 1.0, 1.0]).after.evidence == {}
    assert soft_edits.weigh(edit.after, "x", [1.0, 1.0, 1.0]).after.soft == SoftEvidence()
    assert soft_edits.weigh(project, "y", [1.0, 1.0]) is None
    assert soft_edits.reset(edit.after, ["x", "y"]).after.soft == SoftEvidence()
    assert soft_edits.reset(project, ["x"]) is None
    with pytest.raises(EvidenceError, match="zero in every state"):
        soft_edits.weigh(project, "x", [0.0, 0.0, 0.0])
    with pytest.raises(EvidenceError, match="finite number"):
        soft_edits.weigh(project, "x", [0.0, -1.0, 0.0])
    many = soft_edits.exclude(project, {"x": [0, 2], "y": [1]})
    assert many.text == "Exclude states of x and y"
    assert soft_edits.allow(many.after, {"x": [0, 2], "y": [1]}).after.soft == SoftEvidence()
    # The variable observed first stays first: conflicts are named in this order.
    two = soft_edits.weigh(soft_edits.weigh(project, "y", [0.5, 1.0]).after, "x", [0.1, 1.0, 1.0]).after
    assert list(soft_edits.weigh(two, "y", [0.2, 1.0]).after.soft) == ["y", "x"]
