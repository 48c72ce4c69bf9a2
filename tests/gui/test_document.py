"""Does every edit undo to exactly what was there, and does the clean mark tell the truth?"""

import weakref
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.document import Document
from models.errors import ModelError
from models.project import Project


@pytest.fixture
def document(qapp):
    made = Document()
    made.load(Project().with_new_variable((0, 0)).with_new_variable((100, 0)).with_edge("x1", "x2"))
    return made


def heard(document):
    calls = []
    document.changed.connect(lambda before, after: calls.append((before, after)))
    return calls


def test_an_edit_announces_before_and_after_by_identity(document):
    calls, before = heard(document), document.project
    after = before.with_clamps({"x1": 1})
    document.edit("Clamp x1 = 1", after)
    assert [(a is before, b is after) for a, b in calls] == [(True, True)]
    assert document.project is after
    assert document.stack.undoText() == "Clamp x1 = 1"


def test_undo_and_redo_swap_the_very_same_values(document):
    before = document.project
    after = before.without(["x1"])
    document.edit("Delete x1", after)
    document.stack.undo()
    assert document.project is before
    document.stack.redo()
    assert document.project is after


def test_a_gesture_becomes_one_command_and_another_gesture_another(document):
    before = document.project
    for x in (1.0, 2.0, 3.0):
        document.edit("Move x1", document.project.with_positions({"x1": (x, 0.0)}), ("move", 1))
    document.edit("Move x1", document.project.with_positions({"x1": (9.0, 0.0)}), ("move", 2))
    assert document.stack.count() == 2
    document.stack.undo()
    assert document.project.positions["x1"] == (3.0, 0.0)
    document.stack.undo()
    assert document.project is before


def test_a_gesture_that_ends_where_it_began_leaves_no_command(document):
    start = document.project.positions["x1"]
    for x in (5.0, 7.0, start[0]):
        document.edit("Move x1", document.project.with_positions({"x1": (x, 0.0)}), ("move", 1))
    assert document.stack.count() == 0
    assert document.is_clean
    assert document.project.positions["x1"] == start


def test_a_gesture_after_saving_does_not_swallow_the_saved_state(document):
    document.edit("Move x1", document.project.with_positions({"x1": (5.0, 0.0)}), ("move", 1))
    document.mark_saved(Path("a.clique"))
    document.edit("Move x1", document.project.with_positions({"x1": (6.0, 0.0)}), ("move", 1))
    assert not document.is_clean
    document.stack.undo()
    assert document.is_clean
    assert document.project.positions["x1"] == (5.0, 0.0)


def test_loading_starts_a_new_history_and_carries_nothing_over(document):
    calls = heard(document)
    document.edit("Clamp x1 = 1", document.project.with_clamps({"x1": 1}))
    document.load(Project(), Path("b.clique"))
    assert calls[-1][0] is None
    assert document.stack.count() == 0
    assert document.path == Path("b.clique")
    assert document.is_clean


def test_a_document_recovered_from_nowhere_is_not_clean(document):
    document.load(Project(title="recovered"), clean=False)
    assert not document.is_clean


def test_an_illegal_edit_fails_before_anything_has_changed(document):
    before, calls = document.project, heard(document)
    with pytest.raises(ModelError, match="joined already"):
        document.edit("Join x1 and x2", before.with_edge("x1", "x2"))
    assert document.project is before
    assert not calls
    assert document.stack.count() == 0


def test_editing_while_an_edit_is_announced_is_a_defect_and_is_refused(document):
    refused = []

    def edit_again(before, after):
        try:
            document.edit("again", after.with_clamps({"x2": 0}))
        except RuntimeError as error:
            refused.append(str(error))

    document.changed.connect(edit_again)
    document.edit("Clamp x1 = 1", document.project.with_clamps({"x1": 1}))
    assert len(refused) == 1
    assert dict(document.project.evidence) == {"x1": 1}


EDITS = st.lists(st.tuples(st.sampled_from(["add", "join", "clamp", "release", "move", "rename", "delete", "states"]),
                           st.integers(0, 9), st.integers(0, 9)), max_size=25)  # fmt: skip


def apply(project: Project, kind: str, a: int, b: int) -> Project:
    names = project.ugm.names
    if kind == "add" or not names:
        return project.with_new_variable((10.0 * a, 10.0 * b))
    first, second = names[a % len(names)], names[b % len(names)]
    if kind == "join":
        return project.with_edge(first, second)
    if kind == "clamp":
        return project.with_clamps({first: b % project.ugm.variable(first).n_states})
    if kind == "release":
        return project.released([first])
    if kind == "move":
        return project.with_positions({first: (float(a), float(b))})
    if kind == "rename":
        return project.with_renamed(first, f"n{b}")
    if kind == "states":
        return project.with_states(first, [f"s{k}" for k in range(1 + b % 4)])
    return project.without([first])


def test_a_document_that_nobody_holds_is_freed_with_its_history(qapp):
    """At once, not by the collector of cycles, which would free the commands before the stack that holds them."""
    document, project = Document(), Project()
    for k in range(5):
        project = project.with_new_variable((100.0 * k, 0.0))
        document.edit(f"Add {k}", project)
    document.stack.undo()
    seen = weakref.ref(document)
    del document
    assert seen() is None


@given(edits=EDITS)
def test_any_story_undone_is_the_start_and_redone_is_the_end(qapp, edits):
    document = Document()
    start = document.project
    seen = [start]
    for kind, a, b in edits:
        try:
            after = apply(document.project, kind, a, b)
        except ModelError:
            continue
        document.edit(kind, after)
        if after is not seen[-1]:
            seen.append(after)
    while document.stack.canUndo():
        assert document.project is seen[document.stack.index()]
        document.stack.undo()
    assert document.project is start
    while document.stack.canRedo():
        document.stack.redo()
    assert document.project is seen[-1]
