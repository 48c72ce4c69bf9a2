"""Does the canvas stay equal to the document through random edits, undone and redone in the real window?"""

from __future__ import annotations

import pytest

from models.files.project_json import project_bytes
from tests.acts import Person
from tests.test_undo import Draw, make, start


@pytest.mark.parametrize("seed", range(8))
def test_the_window_follows_random_edits_back_and_forth(window, seed):
    person, draw = Person(window), Draw(9000 + seed)
    window.document.load(start(draw))
    first = project_bytes(person.project, "x")
    for k in range(18):
        made = make(draw, person.project)
        if made is not None:
            window.edit(*made)
        if k % 4 == 3:
            person.keys("Ctrl+Z", "Ctrl+Z", "Ctrl+Shift+Z")
    last = project_bytes(person.project, "x")
    steps = window.document.stack.index()
    for _ in range(steps):
        person.keys("Ctrl+Z")
    assert project_bytes(person.project, "x") == first
    assert set(window.scene.mirror.variables) == set(person.project.ugm.names)
    for _ in range(steps):
        person.keys("Ctrl+Shift+Z")
    assert project_bytes(person.project, "x") == last
    for name, item in window.scene.mirror.variables.items():
        assert (item.x(), item.y()) == person.project.positions[name]
        assert item.clamped == person.project.evidence.get(name)
    person.settle()
