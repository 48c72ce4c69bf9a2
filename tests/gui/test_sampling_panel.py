"""Can a person start, pause, step and read a sampler, and does each picture show what the run says?

The panels are fed with snapshots of real runs; clicks and keys are real events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QSlider,
    QSpinBox,
    QTableView,
)
from pytestqt.qtbot import QtBot

from gui import theme
from gui.panels.sampling import SampleInspector, SampleRequest
from gui.panels.sampling_words import (
    SPEEDS,
    distance_words,
    estimate_words,
    event_words,
    exact_words,
    rate_words,
    restart_words,
    speed_words,
    step_words,
)
from models import Variable, complete, stacked_rbm
from models.payloads import Pace
from models.project import Project
from models.samplers import StepInfo
from tests.gui.sampling_kit import LEFT, button, child, click, pins_project, run, settle


@pytest.fixture(autouse=True)
def _plain_theme(qapp: Any) -> Iterator[None]:
    theme.apply(qapp)
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)
    yield
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)


@pytest.fixture
def side(qtbot: QtBot) -> SampleInspector:
    panel = SampleInspector()
    qtbot.addWidget(panel)
    panel.resize(360, 620)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_project(None, pins_project())
    return panel


class Heard:
    """What the signals of a panel said, in order."""

    def __init__(self, panel: SampleInspector) -> None:
        self.said: list[tuple[str, Any]] = []
        for name in ("start_requested", "pause_requested", "speed_changed", "event_changed", "watch_changed"):
            getattr(panel, name).connect(lambda value, name=name: self.said.append((name, value)))
        panel.step_requested.connect(lambda: self.said.append(("step_requested", None)))
        panel.reset_requested.connect(lambda: self.said.append(("reset_requested", None)))

    def pop(self) -> list[tuple[str, Any]]:
        said, self.said = self.said, []
        return said


# --- running it ------------------------------------------------------------------------------------------------------

START = SampleRequest("gibbs", 0, {"x1": 1, "x2": 2, "x3": 3, "x4": 4}, ("x1", "x2", "x3", "x4"), None)


def test_start_pause_and_go_on_by_mouse(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    click(qtbot, side, "Start")
    assert heard.pop() == [("start_requested", START)]
    click(qtbot, side, "Pause")
    click(qtbot, side, "Go on")
    assert heard.pop() == [("pause_requested", True), ("pause_requested", False)]
    assert button(side, "Pause")


def test_space_and_right_arrow(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    side.activateWindow()
    button(side, "Start").setFocus()
    qtbot.keyClick(button(side, "Start"), Qt.Key.Key_Space)
    assert [name for name, _ in heard.pop()] == ["start_requested"]
    qtbot.keyClick(button(side, "Pause"), Qt.Key.Key_Right)
    assert heard.pop() == [("pause_requested", True), ("step_requested", None)]
    qtbot.keyClick(button(side, "Go on"), Qt.Key.Key_Right)
    assert heard.pop() == [("step_requested", None)]
    qtbot.keyClick(button(side, "Go on"), Qt.Key.Key_Space)
    assert heard.pop() == [("pause_requested", False)]
    # Keys that reach the panel itself do the same.
    qtbot.keyClick(side, Qt.Key.Key_Space)
    qtbot.keyClick(side, Qt.Key.Key_Right)
    assert heard.pop() == [("pause_requested", True), ("step_requested", None)]


def test_space_stays_with_start_after_a_click_on_step(qtbot: QtBot, side: SampleInspector) -> None:
    side.activateWindow()
    button(side, "Start").setFocus()
    click(qtbot, side, "Step")
    assert not button(side, "Step").hasFocus()


def test_a_step_from_rest_begins_paused_with_one_update(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    click(qtbot, side, "Step")
    assert heard.pop() == [("start_requested", replace(START, paused=True, pending=1))]
    assert button(side, "Go on")


def test_reset_forgets_the_run(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    assert not button(side, "Reset").isEnabled()
    click(qtbot, side, "Start")
    side.show_running(True)
    side.show_snapshot(run(pins_project()))
    settle(qtbot)
    assert side.number("draws") != "—"
    heard.pop()
    click(qtbot, side, "Reset")
    assert heard.pop() == [("reset_requested", None)]
    assert side.number("draws") == "—"
    assert button(side, "Start")
    assert not button(side, "Reset").isEnabled()


def test_a_run_that_ends_by_itself_can_be_started_again(qtbot: QtBot, side: SampleInspector) -> None:
    click(qtbot, side, "Start")
    side.show_running(True)
    assert button(side, "Pause")
    side.show_running(False)
    assert button(side, "Start")


def test_speed_from_one_a_second_to_full(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    slider = child(side, QSlider)
    labels = [label.text() for label in side.findChildren(QLabel)]
    assert "full speed" in labels
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert heard.pop() == [("speed_changed", 1.0), ("speed_changed", 2.0), ("speed_changed", None)]
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert "1 update a second" in [label.text() for label in side.findChildren(QLabel)]
    assert "1 update a second" in slider.accessibleName()
    assert side.request.updates_per_second == 1.0


def test_method_and_seed_start_a_running_chain_anew(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    method, seed = child(side, QComboBox, "Method"), child(side, QSpinBox, "Seed")
    qtbot.keyClick(method, Qt.Key.Key_Down)
    assert heard.pop() == []
    click(qtbot, side, "Start")
    assert heard.pop() == [("start_requested", replace(START, method="metropolis"))]
    seed.selectAll()
    qtbot.keyClicks(seed, "12")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    assert heard.pop() == [("start_requested", replace(START, method="metropolis", seed=12))]
    click(qtbot, side, "Pause")
    heard.pop()
    qtbot.keyClick(method, Qt.Key.Key_Up)
    assert heard.pop() == [("start_requested", replace(START, seed=12, paused=True))]


# --- what is watched and counted -------------------------------------------------------------------------------------


def cell(table: QTableView, row: int, column: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


def check_mark(table: QTableView, row: int) -> QPoint:
    rect = table.visualRect(table.model().index(row, 0))
    return QPoint(rect.left() + 10, rect.center().y())


def test_check_marks_choose_at_most_four(qtbot: QtBot, side: SampleInspector) -> None:
    side.show_project(None, Project(ugm=stacked_rbm(2)))
    heard = Heard(side)
    table = child(side, QTableView)
    qtbot.mouseClick(table.viewport(), LEFT, pos=check_mark(table, 1))
    assert heard.pop() == [("watch_changed", ("x1", "z1", "z2"))]
    table.scrollToBottom()
    qtbot.mouseClick(table.viewport(), LEFT, pos=check_mark(table, 7))
    assert heard.pop() == [("watch_changed", ("x1", "z1", "z2", "y2"))]
    qtbot.mouseClick(table.viewport(), LEFT, pos=check_mark(table, 6))
    assert heard.pop() == []  # four is the most
    assert side.request.watch == ("x1", "z1", "z2", "y2")


def test_a_state_of_the_event_is_chosen_in_its_list(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    table = child(side, QTableView)
    qtbot.mouseClick(table.viewport(), LEFT, pos=cell(table, 1, 1))
    combo = child(table, QComboBox, "State in the event")
    assert [combo.itemText(i) for i in range(3)] == ["any", "0", "1"]
    assert combo.currentText() == "2"
    qtbot.keyClick(combo, Qt.Key.Key_9)
    qtbot.keyClick(combo, Qt.Key.Key_Return)
    QApplication.processEvents()  # the list closes after the key has done its work
    side.setFocus()
    qtbot.waitUntil(lambda: bool(heard.said))
    assert heard.pop()[-1] == ("event_changed", {"x1": 1, "x2": 9, "x3": 3, "x4": 4})
    assert side.request.event["x2"] == 9


def test_events_by_button(qtbot: QtBot, side: SampleInspector) -> None:
    heard = Heard(side)
    click(qtbot, side, "None")
    assert heard.pop() == [("event_changed", {})]
    assert not button(side, "Present").isEnabled()
    snapshot = run(pins_project())
    side.show_snapshot(snapshot)
    settle(qtbot)
    click(qtbot, side, "Present")
    assert heard.pop() == [("event_changed", dict(snapshot.assignment))]
    click(qtbot, side, "Commonest")
    assert heard.pop() == [("event_changed", {"x1": 1, "x2": 2, "x3": 3, "x4": 4})]


def test_a_chosen_event_survives_edits_but_not_another_document(side: SampleInspector) -> None:
    before = pins_project()
    side.show_project(None, before)
    side._model.set_event({"x1": 5})
    after = before.with_clamps({"x2": 3})
    side.show_project(before, after)
    assert side.request.event == {"x1": 5}
    side.show_project(None, Project(ugm=stacked_rbm(2), query={"y1": 1}))
    assert side.request.event == {"y1": 1}
    assert side.request.watch == ("x1", "x2", "z1", "z2")


def test_an_edit_that_takes_a_variable_takes_it_from_watch_and_event(side: SampleInspector) -> None:
    before = pins_project()
    side.show_project(None, before)
    after = before.without(["x2"])
    side.show_project(before, after)
    assert side.request.watch == ("x1", "x3", "x4")
    assert "x2" not in side.request.event


def test_the_first_free_variables_are_watched(side: SampleInspector) -> None:
    side.show_project(None, Project(ugm=stacked_rbm(2), evidence={"x1": 0, "z1": 1}))
    assert side.request.watch == ("x2", "z2", "h1", "h2")


# --- numbers and sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["gibbs", "metropolis"])
def test_numbers_are_those_of_the_snapshot(qtbot: QtBot, side: SampleInspector, method: str) -> None:
    event = {"x1": 0, "x4": 7}  # both are likely in this model
    s = run(pins_project(), method=method, event=event)
    side.show_snapshot(s)
    settle(qtbot)
    assert side.number("draws") == f"{s.n_draws:,}"
    assert side.number("updates") == f"{s.n_updates:,}"
    value, error = side.number("event").split(" ± ")
    assert float(value) == pytest.approx(s.p_event, abs=6e-5)
    assert float(error) == pytest.approx(s.p_event_error, rel=0.1, abs=5e-5)
    assert s.p_event_exact is not None
    assert float(side.number("exact")) == pytest.approx(s.p_event_exact, abs=1e-4)
    assert float(side.number("distance")) == pytest.approx(s.tv_max, rel=0.06, abs=5e-5)
    names = [label.text() for label in side.findChildren(QLabel) if label.isVisible()]
    assert "p(x₁=0, x₄=7)" in names
    assert ("Accepted" in names) == (method == "metropolis")
    if method == "metropolis":
        assert side.number("accepted") == f"{s.acceptance_rate:.1%}"


def test_without_exact_answers_the_numbers_say_so(qtbot: QtBot, side: SampleInspector) -> None:
    event = {"x1": 0, "x2": 0, "x3": 0, "x4": 0}
    s = replace(run(pins_project(), event=event), exact=None, p_event_exact=None, tv_max=float("nan"))
    side.show_snapshot(replace(s, event_count=0, p_event=0.0, p_event_error=float("nan")))
    settle(qtbot)
    assert (side.number("exact"), side.number("distance"), side.number("event")) == ("—", "—", "none yet")


def test_slow_motion_tells_each_update(qtbot: QtBot, side: SampleInspector) -> None:
    pace = Pace(paused=True, pending=1)
    s = run(pins_project(), 2, pace)
    assert s.step is not None
    side.show_running(True)
    side.show_snapshot(s)
    settle(qtbot)
    assert side.story.startswith("x₁")
    assert f"{s.step.probability:.2g}" in side.story
    side.show_snapshot(run(pins_project()))  # full speed: too fast to tell
    settle(qtbot)
    assert side.story == ""


X3 = Variable("x3", [str(k) for k in range(1, 11)])


@pytest.mark.parametrize(
    ("step", "method", "words"),
    [
        (StepInfo("x3", 1, 6, 6, True, 0.3124), "gibbs", "x₃: 2 → 7 (p = 0.31)"),
        (StepInfo("x3", 1, 1, 1, True, 0.05), "gibbs", "x₃ stays 2 (p = 0.05)"),
        (StepInfo("x3", 1, 6, 6, True, 1.0), "metropolis", "x₃: 2 → 7 accepted (chance 1)"),
        (StepInfo("x3", 1, 1, 6, False, 0.31), "metropolis", "x₃: 2 → 7 rejected (chance 0.31)"),
        (
            StepInfo("x3", 1, 1, None, False, float("nan")),
            "metropolis",
            "x₃ stays 2: nothing was proposed (one visit in eight rests)",
        ),
    ],
)
def test_step_sentences(step: StepInfo, method: str, words: str) -> None:
    assert step_words(step, X3, method) == words


def test_words() -> None:
    variables = complete(4, 10).variables
    everything = {"x1": 1, "x2": 2, "x3": 3, "x4": 4}
    assert event_words(variables, everything) == "p(1234)"
    assert event_words(variables, everything, clamped=True) == "p(1234 | ·)"
    assert event_words(variables, {"x1": 1, "x3": 0}) == "p(x₁=1, x₃=0)"
    assert event_words(variables, {}) == ""
    many = [Variable.of_size(f"x{k}", 12) for k in range(1, 8)]
    assert event_words(many, {v.name: 10 for v in many}) == "p(x₁=10, x₂=10, x₃=10, x₄=10, … 3 more)"
    assert [speed_words(s) for s in (1.0, 2000.0, None)] == [
        "1 update a second",
        "2,000 updates a second",
        "full speed",
    ]
    assert [rate_words(r) for r in (2.5, 850.2, 12_345, 3.02e6)] == ["2.5", "850", "12.3 k", "3.02 M"]
    assert estimate_words(0.0312345, 0.00043) == "0.03123 ± 0.00043"
    assert estimate_words(0.0312345, 0.043) == "0.0312 ± 0.0430"
    assert estimate_words(0.25, float("nan")) == "0.2500"
    assert exact_words(0.0319876, 0.00043) == "0.03199"
    assert exact_words(1e-7, 0.00043) == "1.0e-07"
    assert SPEEDS[0] == 1.0
    assert SPEEDS[-1] is None


def test_restarts_in_words() -> None:
    before = pins_project(evidence={"x1": 1})
    assert restart_words(before, before.with_clamps({"x2": 3})) == "Restarted: x₂ clamped to 3"
    assert restart_words(before, before.released(["x1"])) == "Restarted: x₁ released"
    both = before.with_evidence({"x3": 0})
    assert restart_words(before, both) == "Restarted: x₃ clamped to 0, x₁ released"
    many = before.with_clamps({"x1": 2, "x2": 0, "x3": 0, "x4": 0})
    assert restart_words(before, many) == "Restarted: 4 variables clamped"
    assert restart_words(before, before.with_model(before.ugm.without_edge("x1", "x2"))).endswith("changed model")


def test_clamped_variables_are_not_watched_unless_they_are_chosen(qtbot: QtBot, side: SampleInspector) -> None:
    before = pins_project()
    side.show_project(None, before)
    clamped = before.with_clamps({"x1": 1})
    side.show_project(before, clamped)
    assert side.request.watch == ("x2", "x3", "x4")
    side.show_project(clamped, before)
    assert side.request.watch == ("x1", "x2", "x3", "x4")
    side.show_project(before, clamped)
    table = child(side, QTableView)
    qtbot.mouseClick(table.viewport(), LEFT, pos=check_mark(table, 0))
    assert side.request.watch == ("x1", "x2", "x3", "x4")
    more = clamped.with_clamps({"x2": 2})
    side.show_project(clamped, more)
    assert side.request.watch == ("x1", "x2", "x3", "x4"), "what a person chose stays"
    everything = before.with_clamps(dict.fromkeys(before.ugm.names, 0))
    side.show_project(None, everything)
    assert side.request.watch == ("x1", "x2", "x3", "x4"), "where nothing is free, full bars are all there is"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.25, "0.2500"), (0.00048, "0.00048"), (7e-6, "7.0e-06"), (0.0, "0.0000"), (float("nan"), "—")],
)
def test_distances_in_words(value: float, words: str) -> None:
    assert distance_words(value) == words
