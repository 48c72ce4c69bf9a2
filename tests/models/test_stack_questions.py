"""Are the answers to question 1.1 those of the coursework, for any size, with chains and without?"""

from __future__ import annotations

import pytest

from models.examples import stacked_rbm_project
from models.stack_questions import stack_questions


@pytest.mark.parametrize("n", [2, 3, 5])
def test_widths_and_blocks_for_any_size(n):
    answers = {answer.given: answer for answer in stack_questions(stacked_rbm_project(n))}
    assert [answer.width.upper for answer in answers.values()] == [1, 1, n]
    assert all(answer.width.exact for answer in answers.values())
    assert answers["x", "h"].free == ("z", "y")
    assert "can be drawn together as one block" in answers["x", "h"].block
    assert "can be drawn together as one block" in answers["z", "y"].block
    assert "update them in turn" in answers["x", "z"].block


def test_the_words_for_three():
    by = {answer.given: answer for answer in stack_questions(stacked_rbm_project(3))}
    assert by["x", "h"].parts == "a chain of 3 and 3 single variables"
    assert by["x", "h"].cost == (
        "No cycle is left, so exact marginals cost time linear in the number of variables. With one more variable in "
        "each layer the treewidth stays 1: the cost grows only with the number of variables."
    )
    assert "goes from 3 to 4, then 5" in by["x", "z"].cost
    assert by["x", "h"].edges == (("y1", "y2"), ("y2", "y3"))
    assert len(by["x", "z"].edges) == 11


def test_without_chains_independent_variables_are_left():
    by = {answer.given: answer for answer in stack_questions(stacked_rbm_project(4, with_chains=False))}
    assert [answer.width.upper for answer in by.values()] == [0, 0, 4]
    assert "independent" in by["x", "h"].cost
    assert by["x", "h"].edges == ()


def test_layers_that_are_not_there_are_not_asked_about():
    answers = stack_questions(stacked_rbm_project(2).without(["x1", "x2"]))
    assert [answer.given for answer in answers] == [("z", "y")]
