"""Can a person play the elimination game, by mouse and keys, and keep it while other things happen?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.hand import find_button, rest, wait_until
from models import treewidth
from models.examples import complete, stacked_rbm_project
from models.project import Project


def marks(width):
    return width._marks.marks


def test_clicks_eliminate_and_the_canvas_shows_what_that_does(person, width):
    person.hand.click_variable("x1")
    game = width.side.game.game
    assert game.order == ("x1",)
    assert marks(width).gone == {"x1": 1}
    assert set(marks(width).bag) == {"x1", "x2", "z1", "z2", "z3"}
    assert {frozenset(edge) for edge in marks(width).fresh} == {
        frozenset(pair) for pair in (("z1", "z2"), ("z1", "z3"), ("z2", "z3"))
    }
    assert "3 edges added" in width.side.game.said.text()
    person.hand.click_variable("x1")
    assert width.side.game.game.order == ("x1",), "what is gone cannot go again"
    person.hand.click_variable("h2")
    assert width.side.game.game.order == ("x1", "h2")


def test_variables_are_eliminated_by_keys_too(person, width):
    """Tab chooses on the canvas, a button takes what is chosen; the button is reached by Tab as well."""
    person.window.view.setFocus()
    QTest.keyClick(person.window.view, Qt.Key.Key_Tab)
    button = find_button(width.side, "Selected: Eliminate the variables selected on the canvas")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert width.side.game.game.order == ("x1",)


def test_a_drag_is_no_move_of_the_game(person, width):
    person.hand.drag_variable("x1", 40, 0)
    assert width.side.game.game.order == ()


def test_undo_redo_hint_and_restart(person, width):
    person.hand.click_variable("x1")
    person.hand.click_variable("x2")
    person.press_button("Undo: Take back the last elimination", width.side)
    assert width.side.game.game.order == ("x1",)
    person.press_button("Variable: Eliminate the next variable of the order", width.side)
    assert width.side.game.game.order == ("x1", "x2")
    person.press_button("Hint: Eliminate what adds the fewest edges", width.side)
    assert len(width.side.game.game.order) == 3
    person.press_button("Restart: Begin again with the whole graph", width.side)
    assert width.side.game.game.order == ()
    assert marks(width).gone == {}


@pytest.mark.parametrize("rule", ["min-fill", "min-degree", "weighted min-fill", "best known order"])
def test_a_rule_can_be_followed_to_the_end(person, width, rule):
    person.pick(width.side.game._rule, rule)
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    game = width.side.game.game
    assert game.finished
    assert game.score.width == treewidth(stacked_rbm_project(3).ugm).upper
    assert "No order does better." in width.side.game.said.text()


def test_the_slider_scrubs_through_the_order(person, width):
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    slider = width.side.game._slider
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert len(width.side.game.game.order) == 7
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert width.side.game.game.order == ()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert width.side.game.game.finished


def test_a_bag_is_a_coarser_step(person, width):
    n_bags = 0
    while not width.side.game.game.finished:
        person.press_button("Bag: Go on to the next bag of the order", width.side)
        n_bags += 1
    assert 1 < n_bags < 12


def test_play_stops_at_the_end(person, width):
    width.side.game._timer.setInterval(1)
    person.press_button("Play", width.side.game)
    wait_until(lambda: width.side.game.game.finished, "the end of the game")
    assert not width.side.game._play.isChecked()


def test_editing_the_graph_starts_anew_but_moving_does_not(person, width):
    person.hand.click_variable("x1")
    person.hand.drag_variable("x2", 30, 0)
    assert width.side.game.game.order == ("x1",)
    person.window.scene.select_variables(["y3"])
    person.keys("Del")
    assert width.side.game.game.order == ()
    assert marks(width).gone == {}


def test_the_marks_go_with_the_workspace_and_come_back(person, width):
    person.hand.click_variable("x1")
    person.keys("Ctrl+1")
    assert marks(width).gone == {}
    person.hand.click_variable("x2")
    person.keys("Ctrl+4")
    assert width.side.game.game.order in ((), ("x1",)), "a click elsewhere is no move"


def test_sixty_joined_to_all_and_no_edges_at_all(person, width):
    person.load(Project(ugm=complete(60)))
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    assert width.side.game.game.score.width == 59
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (59, 59)
    project = Project()
    for k in range(4):
        project = project.with_new_variable((120.0 * k, 0.0))
    person.load(project)
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (0, 0)
    assert len(width.below.bags) == 4


def test_the_rules_are_compared_and_another_graph_is_not_given_their_numbers(person, width):
    def table():
        return [row.split("</td>") for row in width.side.game.scores.text().split("<tr>")[2:]]

    def known():
        return [all("–" not in cell for cell in row[:4]) for row in table()]

    wait_until(lambda: known() == [False, True, True, True, True], "the scores of the rules and of the best order")
    person.load(Project(ugm=complete(7)))
    wait_until(lambda: known() == [False, True, True, True, True], "the scores for the complete graph")
    assert all("<b>6</b>" in row[1] for row in table()[1:])
    assert all(row[3].endswith(";0") for row in table()[1:]), "nothing is added to a complete graph"
    person.window.edit("Clamp", person.project.with_clamps({person.project.ugm.names[0]: 0}))
    assert known()[1:4] == [False, False, False], "these were about the graph before"
    wait_until(lambda: known() == [False, True, True, True, True], "the scores after clamping")
    assert all("<b>5</b>" in row[1] for row in table()[1:])


def test_the_game_goes_on_after_another_workspace(person, width):
    person.hand.click_variable("x1")
    person.keys("Ctrl+1")
    rest(0.05)
    person.keys("Ctrl+4")
    assert width.side.game.game.order == ("x1",)
    assert width._marks.marks.gone == {"x1": 1}


def test_the_game_does_not_outlive_an_edit_made_elsewhere_nor_its_document(person, width):
    person.hand.click_variable("x1")
    person.keys("Ctrl+1")
    person.window.scene.select_variables(["y3"])
    person.keys("Del", "Ctrl+4")
    assert width.side.game.game.order == ()
    assert set(width.side.game.game.names) == set(person.project.ugm.names)
    person.hand.click_variable("x2")
    person.keys("Ctrl+1")
    person.load(person.project)
    person.keys("Ctrl+4")
    assert width.side.game.game.order == ()


def test_renaming_is_no_other_graph(person, width):
    person.hand.click_variable("x1")
    person.hand.click_variable("h2")
    person.window.edit("Rename", person.project.with_renamed("x1", "rain"))
    assert width.side.game.game.order == ("rain", "h2")
    assert width._marks.marks.gone == {"rain": 1, "h2": 2}
    person.keys("Ctrl+Z")
    assert width.side.game.game.order == ("x1", "h2")


def test_buttons_that_would_do_nothing_are_grey(person, width):
    def on(name):
        return find_button(width.side.game, name).isEnabled()

    undo, selected = "Undo: Take back the last elimination", "Selected: Eliminate the variables selected on the canvas"
    restart, hint = "Restart: Begin again with the whole graph", "Hint: Eliminate what adds the fewest edges"
    assert not on(undo)
    assert not on(restart)
    assert on(hint)
    assert not on(selected)
    person.window.scene.select_variables(["x2"])
    assert on(selected)
    person.press_button(selected, width.side)
    assert width.side.game.game.order == ("x2",)
    assert not on(selected), "it is gone"
    assert on(undo)
    assert on(restart)
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    assert not on(hint)
    assert on(undo)
