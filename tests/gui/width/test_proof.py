"""Can a person see why the treewidth is what it is, whatever comes in between?"""

from __future__ import annotations

from gui.hand import rest, wait_until
from models import treewidth
from models.examples import ising_project, stacked_rbm_project
from models.project import Project


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
    person.load(ising_project(3, 3))
    assert not width.side.guide._cards
    person.press_button("Open the stacked RBM", width.side)
    person.settle()
    wait_until(lambda: len(width.side.guide._cards) == 3, "the answers")


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
