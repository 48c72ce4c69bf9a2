"""Is a document undone to its start the same byte for byte, whatever was done to it, and redone the same as before?

Sequences of edits of every kind are drawn from a seed: 2,000 on a document alone, and some through the real window.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from gui.canvas import edits
from gui.document import Document
from models import arranging, block_edits, grouping
from models.copying import copied, pasted
from models.errors import CliqueError
from models.factor import Factor
from models.files.project_json import project_bytes
from models.generators import make_project
from models.project import Project
from models.ugm import Variable

N_SEQUENCES, LENGTH = 2000, 30


class NothingError(Exception):
    """A kind of edit has nothing to work on."""


class Draw(random.Random):
    """A generator that says when there is nothing to choose from, in a way that no defect of an edit does."""

    def choice(self, seq):
        if not len(seq):
            raise NothingError
        return super().choice(seq)

    def sample(self, population, k):
        if len(population) < k:
            raise NothingError
        return super().sample(population, k)


def start(draw: random.Random) -> Project:
    project = Project(title="Start")
    for k in range(draw.randint(0, 5)):
        project = project.with_new_variable(
            (100.0 * k, draw.choice((0.0, 33.5))), Variable.of_size(f"x{k + 1}", draw.randint(1, 3))
        )
    return project


def some(draw, things, most=3):
    things = list(things)
    return draw.sample(things, min(len(things), draw.randint(1, most))) if things else []


def add(draw, project):
    return project.with_new_variable((draw.uniform(-500, 500), draw.uniform(-500, 500)))


def delete(draw, project):
    return project.without(some(draw, project.ugm.names))


def join(draw, project):
    return project.with_edge(*draw.sample(project.ugm.names, 2))


def cut_edge(draw, project):
    places = [k for k, factor in enumerate(project.ugm.factors) if len(factor.scope) > 1]
    return project.without((), [draw.choice(places)])


def triple(draw, project):
    scope = draw.sample(project.ugm.names, 3)
    shape = [project.ugm.variable(name).n_states for name in scope]
    return replace(project, ugm=project.ugm.with_factor(Factor(scope, np.zeros(shape))))


def rename(draw, project):
    return project.with_renamed(draw.choice(project.ugm.names), draw.choice(("a", "b₂", "x2", "名前", "y" * 200)))


def states(draw, project):
    return project.with_states(draw.choice(project.ugm.names), [f"s{k}" for k in range(draw.randint(1, 4))])


def drop_state(draw, project):
    name = draw.choice(project.ugm.names)
    return project.without_state(name, draw.randrange(project.ugm.variable(name).n_states))


def table(draw, project):
    place = draw.choice(range(len(project.ugm.factors)))
    factor = project.ugm.factors[place]
    values = [draw.choice((-np.inf, draw.gauss(0, 3), 1 / 3)) for _ in range(factor.log_table.size)]
    return project.with_factor_at(place, Factor(factor.scope, np.reshape(values, factor.log_table.shape)))


def potential(draw, project):
    return project.with_potential(draw.choice(project.ugm.names), 0, draw.choice((0.0, 0.1, 7.0)))


def clamp(draw, project):
    return project.with_clamps(
        {n: draw.randrange(project.ugm.variable(n).n_states) for n in some(draw, project.ugm.names)}
    )


def release(draw, project):
    return project.released(draw.choice((None, some(draw, project.ugm.names))))


def weigh(draw, project):
    name = draw.choice(project.ugm.names)
    likelihood = [draw.choice((0.0, 0.25, 1.0, 3.0)) for _ in range(project.ugm.variable(name).n_states)]
    return project.with_soft(project.soft.release(name).weigh(name, likelihood))


def exclude(draw, project):
    return project.with_soft(project.soft.exclude(draw.choice(project.ugm.names), 0))


def keep_set(draw, project):
    return project.with_evidence_set(draw.choice(("one", "two", "three")))


def apply_set(draw, project):
    return project.with_set_applied(draw.choice(project.evidence_sets).name)


def forget_set(draw, project):
    return project.without_evidence_set(draw.choice(project.evidence_sets).name)


def tie(draw, project):
    return project.with_tie(draw.sample([f.scope for f in project.ugm.factors], 2))


def untie(draw, project):
    return project.without_tie(draw.choice(draw.choice(project.ties)))


def group(draw, project):
    return grouping.with_group(project, draw.choice("pqr"), some(draw, project.ugm.names), draw.choice((None, 3)))


def regroup(draw, project):
    name = draw.choice(project.groups).name
    change = draw.choice(
        (
            lambda: grouping.with_group_block(project, name, True),
            lambda: grouping.with_group_colour(project, name, 1),
            lambda: grouping.with_group_renamed(project, name, "renamed"),
            lambda: grouping.without_members(project, name, some(draw, project.ugm.names)),
            lambda: grouping.without_group(project, name),
        )
    )
    return change()


def block(draw, project):
    return block_edits.with_new_block(project, some(draw, project.ugm.names))


def move(draw, project):
    return project.with_positions(
        {n: (draw.uniform(-9, 9), draw.uniform(-9, 9)) for n in some(draw, project.ugm.names)}
    )


def arranged(project, moved, what):
    made = edits.arrange(project, moved, what)
    return project if made is None else made.after


def places(draw, project):
    return {name: project.positions[name] for name in some(draw, project.ugm.names, 5)}


def align(draw, project):
    side = draw.choice(("left", "right", "top", "bottom", "row", "column"))
    return arranged(project, arranging.aligned(places(draw, project), side), "Align")


def distribute(draw, project):
    axis = draw.choice(("across", "down"))
    return arranged(project, arranging.distributed(places(draw, project), axis), "Distribute")


def to_grid(draw, project):
    return arranged(project, arranging.snapped(places(draw, project), 20.0), "Move to the grid")


def insert(draw, project):
    """Put what a generator makes beside what is there."""
    return pasted(project, draw.choice(PARTS), (300.0, 0.0)).project


def paste(draw, project):
    return pasted(project, copied(project, some(draw, project.ugm.names)), (40.0, 40.0)).project


def ask(draw, project):
    return project.with_query(dict.fromkeys(some(draw, project.ugm.names), 0))


PARTS = (make_project("chain", n=3), make_project("cycle", n=3))
KINDS = (
    add, add, delete, join, join, cut_edge, triple, rename, states, drop_state, table, potential, clamp, release, weigh,
    exclude, keep_set, apply_set, forget_set, tie, untie, group, regroup, block, move, align, distribute,
    to_grid, insert, paste, ask,
)  # fmt: skip


def make(draw: random.Random, project: Project) -> tuple[str, Project] | None:
    """Make one edit of a random kind; None where that kind has nothing to work on, or is refused."""
    kind = draw.choice(KINDS)
    try:
        return kind.__name__, kind(draw, project)
    except (CliqueError, NothingError):
        return None  # refusals leave everything as it was


@pytest.mark.parametrize("part", range(4))
def test_undone_to_the_start_and_redone_to_the_end(qapp, part):
    done = set()
    for seed in range(part, N_SEQUENCES, 4):
        draw = Draw(seed)
        document = Document()
        document.load(start(draw))
        first = project_bytes(document.project, "x")
        between = {}
        for _ in range(LENGTH):
            made = make(draw, document.project)
            if made is not None:
                done.add(made[0])
                document.edit(*made, draw.choice((None, None, "merge")))
                if seed % 10 == 0:
                    between[document.stack.index()] = project_bytes(document.project, "x")
        last = project_bytes(document.project, "x")
        while document.stack.canUndo():
            document.stack.undo()
        assert project_bytes(document.project, "x") == first, f"seed {seed}"
        while document.stack.canRedo():
            document.stack.redo()
        assert project_bytes(document.project, "x") == last, f"seed {seed}"
        for index in reversed(range(document.stack.count())):
            if index in between and index > 0:
                document.go_to(index)
                assert project_bytes(document.project, "x") == between[index], f"seed {seed}, step {index}"
        document.go_to(0)
        assert project_bytes(document.project, "x") == first, f"seed {seed}"
        document.stack.clear()  # its edits know the document: what is left to the collector outlives the application
    assert done == {kind.__name__ for kind in KINDS}, "some kind of edit was never tried"
