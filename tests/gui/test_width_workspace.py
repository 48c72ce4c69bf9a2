"""Can a person see why the treewidth is what it is, play the elimination game, take advice, and design blocks?"""

from __future__ import annotations

import math

import networkx as nx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gui.hand import find_button, rest, wait_until
from models import Factor, SoftEvidence, treewidth
from models.examples import complete, ising_project, stacked_rbm_project
from models.files.pace import read_decomposition
from models.project import Project
from tests.acts import Person


@pytest.fixture
def person(window):
    sat = Person(window)
    window.filing.open_example("example.rbm")
    sat.settle()
    sat.keys("Ctrl+4")
    sat.settle()
    wait_until(lambda: len(window.workspaces.width.side.guide._cards) == 3, "the answers to question 1.1")
    return sat


@pytest.fixture
def width(person):
    return person.window.workspaces.width


def marks(width):
    return width._marks.marks


def load(person, project):
    person.window.document.load(project)
    person.settle()


# --- the proof ---------------------------------------------------------------------------------------------------


def test_the_proof_is_there_at_once_and_follows_clamps(person, width):
    proof = width.side.proof
    assert (proof.bar.low, proof.bar.high) == (5, 5)
    wait_until(lambda: "At most 5" in proof.above.text(), "the proof")
    assert "At least 5" in proof.below.text()
    wait_until(lambda: "5 to 7, then 9" in proof.growth.text(), "the growth")
    person.press_button("Clamp Given x and h", width.side)
    person.settle()
    assert (proof.bar.low, proof.bar.high) == (1, 1)
    wait_until(lambda: "stays 1" in proof.growth.text(), "the growth given x and h")
    wait_until(lambda: "At most 1" in proof.above.text(), "the proof given x and h")
    person.press_button("Order and bags", width.side)
    assert "Order:" in proof.details.text()


def test_an_empty_canvas_has_words_for_it(person, width):
    person.window.document.load(Project())
    person.settle()
    assert "Nothing is left to eliminate" in width.side.game.said.text()
    assert width.below.bags == ()


# --- the game ----------------------------------------------------------------------------------------------------


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
    load(person, Project(ugm=complete(60)))
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    assert width.side.game.game.score.width == 59
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (59, 59)
    project = Project()
    for k in range(4):
        project = project.with_new_variable((120.0 * k, 0.0))
    load(person, project)
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (0, 0)
    assert len(width.below.bags) == 4


def test_the_rules_are_compared_and_another_graph_is_not_given_their_numbers(person, width):
    def table():
        return [row.split("</td>") for row in width.side.game.scores.text().split("<tr>")[2:]]

    def known():
        return [all("–" not in cell for cell in row[:4]) for row in table()]

    wait_until(lambda: known() == [False, True, True, True, True], "the scores of the rules and of the best order")
    load(person, Project(ugm=complete(7)))
    wait_until(lambda: known() == [False, True, True, True, True], "the scores for the complete graph")
    assert all("<b>6</b>" in row[1] for row in table()[1:])
    assert all(row[3].endswith(";0") for row in table()[1:]), "nothing is added to a complete graph"
    person.window.edit("Clamp", person.project.with_clamps({person.project.ugm.names[0]: 0}))
    assert known()[1:4] == [False, False, False], "these were about the graph before"
    wait_until(lambda: known() == [False, True, True, True, True], "the scores after clamping")
    assert all("<b>5</b>" in row[1] for row in table()[1:])


# --- the junction tree -------------------------------------------------------------------------------------------


def test_bags_point_out_variables_and_variables_light_bags(person, width):
    tree = width.below.view
    assert len(tree.bags) == len(treewidth(stacked_rbm_project(3).ugm).bags)
    bag = tree.bags[1]
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.mapFromScene(bag.pos()))
    assert marks(width).ringed == bag.names
    person.hand.click_variable("z2")
    lit = [b.place for b in tree.bags if b.lit]
    assert lit == [b.place for b in tree.bags if "z2" in b.names]
    assert all(link.lit == ("z2" in link.names) for link in tree.links.values())


def test_messages_go_up_and_down_and_can_be_read(person, width):
    panel = width.below
    person.press_button("Send the next message", panel)
    wait_until(lambda: panel.run is not None and panel.sent == 1.0, "the first message")
    assert "towards the root" in panel.text.text()
    for _ in range(20):
        person.press_button("Send the next message", panel)
    assert panel.sent == len(panel.run.messages)
    panel.view.choose(0)
    assert "its marginal" in panel.text.text()
    person.press_button("Take all messages back", panel)
    assert panel.sent == 0.0
    panel._timer.setInterval(1)
    person.press_button("Play messages", panel)
    wait_until(lambda: panel.sent == len(panel.run.messages), "all messages")
    assert not panel._play.isChecked()


def test_messages_of_another_graph_are_never_shown(person, width):
    person.press_button("Send the next message", width.below)
    person.window.scene.select_variables(["x1", "x2"])
    person.keys("Ctrl+K")
    person.settle()
    assert width.below.run is None
    assert all("x1" not in bag for bag in width.below.bags)


def test_a_decomposition_is_written_read_and_checked(person, width, tmp_path, monkeypatch):
    path = tmp_path / "stack.td"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    person.press_button("Save .td…", width.below)
    found = read_decomposition(path)
    assert (found.n_vertices, found.width) == (12, 5)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    person.press_button("Open .td…", width.below)
    assert "stack.td: 5 bags, width 5" in width.below.title.text()
    assert not person.notice
    text = path.read_text().splitlines()
    broken = [line for line in text if not line.startswith("b 1 ")] + ["b 1"]
    path.write_text("\n".join(broken) + "\n")
    person.press_button("Open .td…", width.below)
    assert "no tree decomposition of this graph" in person.notice or "stack.td, line" in person.notice


def test_a_decomposition_of_another_graph_is_refused(person, width, tmp_path):
    path = tmp_path / "small.td"
    path.write_text("s td 1 2 2\nb 1 1 2\n")
    width.show_file(path)
    assert "about 2 vertices; the graph here has 12" in person.notice
    assert len(width.below.bags) == 5, "what was shown stays"


# --- advice ------------------------------------------------------------------------------------------------------


def test_advice_is_found_shown_and_taken(person, width):
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None and advice.advice.exact, "the fewest variables")
    names = advice.advice.names
    assert marks(width).ringed == names
    left = stacked_rbm_project(3).ugm.graph()
    left.remove_nodes_from(names)
    assert nx.is_forest(left)
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert set(person.project.evidence) == set(names)
    assert person.window.document.stack.undoText() == f"Clamp the cutset of {len(names)} variables"
    person.settle()
    assert width.side.proof.bar.high <= 1
    assert advice.advice is None


def test_taking_advice_clamps_to_states_that_can_happen(person, width):
    ugm = complete(3)
    for name in ugm.names:
        ugm = ugm.with_factor(Factor((name,), [-math.inf, 0.0]))
    load(person, Project(ugm))
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None and advice.advice.exact, "the fewest variables")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert list(person.project.evidence.values()) == [1]


def test_taking_advice_respects_excluded_states(person, width):
    ugm = complete(3)
    soft = SoftEvidence()
    for name in ugm.names:
        soft = soft.exclude(name, 0)
    load(person, Project(ugm, soft=soft))
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    person.press_button("Clamp these", width.side)
    assert list(person.project.evidence.values()) == [1]


def test_taking_advice_undoes_nothing_done_since(person, width):
    """Advice stays when variables are moved; the clamp must not put them back."""
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    before = person.project.positions["x1"]
    person.hand.drag_variable("x1", -40, -30)
    moved = person.project.positions["x1"]
    assert moved != before
    person.press_button("Clamp these", width.side)
    assert person.project.evidence
    assert person.project.positions["x1"] == moved


def test_advice_is_forgotten_when_a_state_is_excluded(person, width):
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None, "a first set")
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to end")
    project = person.project
    person.window.document.edit("Exclude", project.with_soft(project.soft.exclude(advice.advice.names[0], 0)))
    assert advice.advice is None


def test_a_long_search_can_be_stopped_and_keeps_its_best(person, width):
    person.window.document.load(ising_project(12, 12))  # whose treewidth takes half a minute, which is not waited for
    person.press_button("Find what to clamp", width.side)
    advice = width.side.advice
    wait_until(lambda: advice.advice is not None, "a first set")
    person.press_button("Stop looking for what to clamp", width.side)
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the search to stop")
    assert advice.advice is not None
    assert "to" in advice.names.text()
    assert advice._clamp.isVisible()


# --- blocks ------------------------------------------------------------------------------------------------------


def test_blocks_are_proposed_checked_and_undone(person, width):
    load(person, ising_project(6, 6))
    person.press_button("Blocks: Propose", width.side)
    wait_until(lambda: len(person.project.groups) == 2, "the blocks")
    assert all(group.block for group in person.project.groups)
    assert "2 blocks, fewest possible" in width.side.blocks.list.text()
    assert width.side.blocks.list.text().count("one tree") == 2
    assert len(person.window.scene.mirror.outlines.items) == 2
    person.keys("Ctrl+Z")
    assert person.project.groups == ()


def test_whole_layers_and_a_selection_as_blocks(person, width):
    person.press_button("Blocks: Whole layers", width.side)
    made = [group for group in person.project.groups if group.block]
    assert [{name[0] for name in group.members} for group in made] == [{"x", "h"}, {"z", "y"}]
    assert width.side.guide.asks, "the layers are still there"
    person.window.scene.select_variables(["x1", "x2", "z1"])
    person.press_button("Blocks: Selection", width.side)
    assert "has a cycle" in width.side.blocks.list.text()
    assert "✗" in width.side.blocks.list.text()
    person.press_button("Blocks: No blocks", width.side)
    assert not any(group.block for group in person.project.groups)


# --- question 1.1 ------------------------------------------------------------------------------------------------


def test_the_three_cards_of_question_one(person, width):
    guide = width.side.guide
    wait_until(lambda: len(guide._cards) == 3, "the answers")
    assert [card.head.text() for card in guide._cards] == [
        "Given x and h: treewidth 1",
        "Given z and y: treewidth 1",
        "Given x and z: treewidth 3",
    ]
    assert "update them in turn" in guide._cards[2].words.text()
    person.press_button("Clamp Given x and z", width.side)
    assert {name[0] for name in person.project.evidence} == {"x", "z"}


def test_any_other_graph_offers_to_open_the_stack(person, width):
    load(person, ising_project(3, 3))
    assert not width.side.guide._cards
    person.press_button("Open the stacked RBM", width.side)
    person.settle()
    wait_until(lambda: len(width.side.guide._cards) == 3, "the answers")


# --- haste -------------------------------------------------------------------------------------------------------


def test_a_burst_of_edits_ends_with_the_right_answer(person, width):
    wrong = []

    def look(report):
        free = {name for name in person.project.ugm.names if name not in person.project.evidence}
        if set(report.after.order) != free:
            wrong.append(report)

    person.window.controller.structure_reported.connect(look)
    for k in range(50):
        person.window.edit("Clamp", person.project.with_clamps({f"h{1 + k % 3}": k % 2}))
        if k % 7 == 0:
            rest(0.01)  # some answers come in between
    person.settle()
    person.window.controller.structure_reported.disconnect(look)
    assert not wrong, "an answer about another graph was shown"
    result = treewidth(stacked_rbm_project(3).ugm.without_variables(["h1", "h2", "h3"]))
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (result.lower, result.upper)
    assert {frozenset(bag) for bag in width.below.bags} == set(result.bags)
    assert not set(width.side.game.game.names) & {"h1", "h2", "h3"}


def test_what_is_known_of_one_document_is_not_shown_of_the_next(person, width):
    person.keys("Ctrl+1")
    person.window.document.load(ising_project(2, 2))  # is answered a moment later
    person.keys("Ctrl+4")
    assert width.below.bags == ()
    person.settle()
    assert {name for bag in width.below.bags for name in bag} == {"x1", "x2", "x3", "x4"}
    assert (width.side.proof.bar.low, width.side.proof.bar.high) == (2, 2)


def test_advice_about_a_graph_that_changed_never_comes(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: width.side.advice.advice is not None, "a first set")
    person.window.edit("Clamp", person.project.with_clamps({"x1": 0}))
    assert width.side.advice.advice is None
    rest(0.5)
    assert width.side.advice.advice is None
    assert not person.window.dispatcher.busy("advise")
    assert marks(width).ringed == ()


def test_blocks_by_the_rubber_band(person, width):
    first, last = person.project.positions["x1"], person.project.positions["x3"]
    person.hand.rubber_band(first[0] - 60, first[1] - 60, last[0] + 60, last[1] + 40)
    person.press_button("Blocks: Selection", width.side)
    (block,) = [group for group in person.project.groups if group.block]
    assert block.members == ("x1", "x2", "x3")
    assert "one tree" in width.side.blocks.list.text()
    assert "In no block" in width.side.blocks.list.text()
