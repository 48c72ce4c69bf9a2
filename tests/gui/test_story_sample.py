"""Can a person start, pause, step, slow, reset and restart the sampler, clamp while it runs, and see it converge?"""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSlider, QSpinBox, QTableView

from gui.canvas.items import Ring
from gui.hand import rest, wait_until
from tests.acts import Person, bring_into_sight
from tests.oracles import enumerate_ugm


@pytest.fixture
def person(window):
    """Someone who drew a square of four variables and went to the Sample workspace."""
    someone = Person(window)
    for place in ((-150, -110), (150, -110), (-150, 110), (150, 110)):
        someone.hand.double_click_empty(*place)
    for pair in (("x1", "x2"), ("x2", "x4"), ("x1", "x3"), ("x3", "x4")):
        someone.hand.drag_edge(*pair)
    someone.hand.click_variable("x1")
    someone.type_cell(someone.named(QTableView, "States and their probabilities"), 1, 1, "3")
    someone.keys("Ctrl+3")
    someone.settle()
    return someone


def side(person):
    return person.window.workspaces.sample.side


def plots(person):
    return person.window.workspaces.sample.below


def shot(person):
    return person.window.workspaces.sample.snapshot


def draws(person):
    return 0 if shot(person) is None else shot(person).n_draws


def updates(person):
    return 0 if shot(person) is None else shot(person).n_updates


def press_start(person, name):
    """Press Start, which is called Pause and Go on in turn."""
    person.press_button(name, side(person))


def set_speed(person, steps_from_left):
    (slider,) = [s for s in side(person).findChildren(QSlider) if s.accessibleName().startswith("Speed")]
    bring_into_sight(slider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    for _ in range(steps_from_left):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    return slider.accessibleName()


def type_seed(person, seed):
    spin = person.named(QSpinBox, "Seed")
    bring_into_sight(spin)
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, str(seed))
    QTest.keyClick(spin, Qt.Key.Key_Return)


def test_the_histogram_grows_towards_the_bars_of_enumeration(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 50_000, "50,000 draws")
    press_start(person, "Pause")
    wait_until(lambda: shot(person).paused, "the pause")
    rest(0.1)
    right = enumerate_ugm(person.project.ugm)
    histograms = plots(person).histograms
    assert list(histograms) == ["x1", "x2", "x3", "x4"]
    for (name, bars), exact in zip(histograms.items(), right.marginals, strict=True):
        np.testing.assert_allclose(bars.outlines, exact, atol=1e-9, err_msg=name)
        # 50,000 sweeps of four coupled bits: the standard error is below 0.005, and the seed is fixed.
        np.testing.assert_allclose(bars.heights, exact, atol=0.025, err_msg=name)
        assert sum(bars.heights) == pytest.approx(1.0)
    assert shot(person).tv_max < 0.025
    assert plots(person).distance.isVisible()


def test_pause_holds_and_go_on_goes_on(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 100, "some draws")
    QTest.keyClick(person.window.focusWidget(), Qt.Key.Key_Space)  # the focus is still on the button just pressed
    wait_until(lambda: shot(person).paused, "the pause")
    held = updates(person)
    rest(0.2)
    assert updates(person) == held
    press_start(person, "Go on")
    wait_until(lambda: updates(person) > held, "more updates")
    assert not shot(person).paused


def test_each_step_is_one_update_and_reset_begins_again(person):
    type_seed(person, 7)
    story = []
    for count in range(1, 10):
        person.press_button("Step", side(person))
        wait_until(lambda count=count: updates(person) == count, f"update {count}")
        rest(0.05)
        story.append(side(person).story)
        assert shot(person).paused
    # Nine updates in a model of four variables: two sweeps and one.
    assert draws(person) == 2
    assert all(f"x{'₁₂₃₄'[k % 4]}" in words for k, words in enumerate(story)), story
    states = dict(shot(person).assignment)
    person.press_button("Reset", side(person))
    rest(0.1)
    assert shot(person) is None
    assert all(sum(bars.heights) == 0 for bars in plots(person).histograms.values())
    assert person.window.scene.mirror.variables["x1"].current is None
    again = []
    for count in range(1, 10):
        person.keys("F7")
        wait_until(lambda count=count: updates(person) == count, f"update {count}")
        rest(0.05)
        again.append(side(person).story)
    assert again == story, "the same seed tells the same story"
    assert dict(shot(person).assignment) == states
    type_seed(person, 8)  # another seed begins anew, paused as it was
    wait_until(lambda: shot(person).seed == 8, "the run with the new seed")
    assert updates(person) == 0


def test_slow_motion_is_slow_and_can_be_followed_on_the_canvas(person):
    assert set_speed(person, 3) == "Speed: 10 updates a second"
    press_start(person, "Start")
    wait_until(lambda: updates(person) >= 3, "three updates")
    before, began = updates(person), time.monotonic()

    def quick():
        """Whether at least half of what was asked for came, at some time: the machine may be busy at others."""
        nonlocal before, began
        seconds = time.monotonic() - began
        if seconds < 0.6:
            return False
        made = updates(person) - before
        assert made <= 10 * seconds + 2, "10 a second"
        before, began = updates(person), time.monotonic()
        return made >= 5 * seconds

    wait_until(quick, "10 updates a second")
    wait_until(lambda: shot(person).last_site is not None, "an update")
    items = person.window.scene.mirror.variables
    site = next(name for name, item in items.items() if item.ring is Ring.SITE)
    blanket = {name for name, item in items.items() if item.ring is Ring.BLANKET}
    assert blanket == {b if a == site else a for a, b in person.project.ugm.edges if site in (a, b)}
    assert {name: item.current for name, item in items.items()} == dict(shot(person).assignment)
    # To full speed while it runs: the same chain goes on.
    slow = updates(person)
    (slider,) = [s for s in side(person).findChildren(QSlider) if s.accessibleName().startswith("Speed")]
    QTest.keyClick(slider, Qt.Key.Key_End)
    wait_until(lambda: updates(person) > slow + 5_000, "full speed")
    assert all(item.ring is Ring.NONE for item in items.values())
    person.keys("Ctrl+1")
    assert all(item.current is None for item in items.values()), "states belong to the Sample workspace"


def test_an_event_is_chosen_and_counted_and_its_exact_value_stands_beside(person):
    table = person.named(QTableView, "Variables to watch and the event to count")
    bring_into_sight(table)
    for row, state in ((0, 1), (1, 0)):
        index = table.model().index(row, 1)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
        combo = person.window.focusWidget()
        assert isinstance(combo, QComboBox)
        for _ in range(state + 1):
            QTest.keyClick(combo, Qt.Key.Key_Down)
        QTest.keyClick(combo, Qt.Key.Key_Return)
        rest(0.02)  # the list closes after the key has done its work
    assert side(person).request.event == {"x1": 1, "x2": 0}
    person.keys("F6")
    wait_until(lambda: draws(person) > 30_000, "30,000 draws")
    person.keys("F6")
    wait_until(lambda: shot(person).paused, "the pause")
    rest(0.1)
    exact = enumerate_ugm(person.project.ugm).pairs[0, 1][1, 0]
    assert shot(person).p_event_exact == pytest.approx(exact, abs=1e-9)
    assert abs(shot(person).p_event - exact) < 5 * shot(person).p_event_error
    assert float(side(person).number("exact")) == pytest.approx(exact, abs=6e-5)
    assert plots(person).probability.isVisible()
    # The question "where is it now" counts the present state, from the start again.
    states = dict(shot(person).assignment)
    person.press_button("Event: the present state", side(person))
    wait_until(lambda: dict(shot(person).event) == states, "the new event")
    wait_until(lambda: "again" in plots(person).note, "a word about the new start")
    person.press_button("Event: none", side(person))
    wait_until(lambda: not shot(person).event, "no event")
    rest(0.1)
    assert not plots(person).probability.isVisible()


def test_metropolis_is_chosen_while_gibbs_runs(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 100, "some draws")
    combo = person.named(QComboBox, "Method")
    bring_into_sight(combo)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    wait_until(lambda: shot(person).method == "metropolis" and draws(person) > 2_000, "draws by Metropolis-Hastings")
    rest(0.1)
    assert 0.2 < shot(person).acceptance_rate < 0.95
    assert side(person).number("accepted").endswith("%")


def test_a_clamp_while_it_runs_starts_it_again_with_a_word(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 1_000, "some draws")
    assert plots(person).note == ""
    person.hand.click_bar("x2", 1)
    assert person.window.workspaces.sample.running
    wait_until(lambda: dict(shot(person).evidence) == {"x2": 1} and draws(person) > 20_000, "draws given the clamp")
    assert plots(person).note == "Restarted: x₂ clamped to 1"
    assert plots(person)._note.isVisible()
    assert shot(person).counts["x2"].tolist() == [0, draws(person)], "not one draw is of the model before"
    press_start(person, "Pause")
    wait_until(lambda: shot(person).paused, "the pause")
    rest(0.1)
    exact = enumerate_ugm(person.project.ugm, {"x2": 1}).marginals
    for k, name in enumerate(("x1", "x3", "x4")):
        bars = plots(person).histograms[name]
        np.testing.assert_allclose(bars.outlines, exact[0 if k == 0 else k + 1], atol=1e-9)
        np.testing.assert_allclose(bars.heights, bars.outlines, atol=0.03)
    person.keys("Ctrl+Z")  # undo releases, and the sampler follows once more
    wait_until(lambda: not shot(person).evidence, "the model without clamp")
    rest(0.1)
    assert "x₂ released" in plots(person).note


def test_it_keeps_running_while_tables_and_graph_are_edited(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 1_000, "some draws")
    person.keys("Ctrl+1")
    person.hand.double_click(person.hand.link("x1", "x2"))
    person.type_cell(person.named(QTableView, "Table of the factor"), 0, 0, "50")
    wait_until(lambda: shot(person).n_draws > 1_000 and shot(person).exact is not None
               and abs(shot(person).exact["x1"][0] - enumerate_ugm(person.project.ugm).marginals[0][0]) < 1e-9,
               "draws of the changed table")  # fmt: skip
    person.hand.click_variable("x4")
    person.hand.press(Qt.Key.Key_Delete)
    wait_until(lambda: set(shot(person).counts) == {"x1", "x2", "x3"}, "draws without x4")
    person.keys("Ctrl+3")
    rest(0.1)
    assert list(plots(person).histograms) == ["x1", "x2", "x3"]
    assert person.window.workspaces.sample.running
    assert person.notice == ""


def test_another_document_ends_the_run(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 100, "some draws")
    person.window.filing.ask = lambda: "discard"
    person.menu("File", "Open example", "Stacked RBM")
    person.settle()
    rest(0.1)
    assert not person.window.workspaces.sample.running
    assert shot(person) is None
    assert list(plots(person).histograms) == ["x1", "x2", "x3", "z1"]
    assert side(person).number("draws") == "—"
    click_start_again(person)


def click_start_again(person):
    press_start(person, "Start")
    wait_until(lambda: draws(person) > 100, "draws of the new model")
    assert len(shot(person).counts) == 12


def test_a_variable_is_watched_by_its_check_mark(person):
    table = person.named(QTableView, "Variables to watch and the event to count")
    bring_into_sight(table)
    box = table.visualRect(table.model().index(1, 0))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + 10, box.center().y()))
    rest(0.1)
    assert list(plots(person).histograms) == ["x1", "x3", "x4"]


def test_a_start_on_an_empty_canvas_does_no_harm(window):
    someone = Person(window)
    someone.keys("Ctrl+3", "F6")
    someone.settle()
    rest(0.2)
    assert "inside Clique" not in someone.notice
    someone.hand.double_click_empty(0, 0)
    someone.keys("F8", "F6")
    wait_until(lambda: draws(someone) > 100, "draws of the first variable")
