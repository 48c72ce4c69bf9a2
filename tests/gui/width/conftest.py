"""Someone before the stacked RBM in the Treewidth workspace."""

from __future__ import annotations

import pytest

from gui.hand import wait_until
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
