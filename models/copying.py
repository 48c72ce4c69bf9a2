"""What part of a document do some variables make, and how does a part enter another document?

A part is a `Project` itself: chosen variables with the factors among them, their states, places, clamps, soft evidence,
layers, ties and arcs. As text it is the content of a project file, so that whatever can be copied can be saved and
typed, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .conditioning import Evidence
from .errors import FileFormatError
from .project import Group, Position, Project
from .soft_evidence import SoftEvidence
from .ugm import UGM, Variable

_NUMBERED = re.compile(r"(.*[^0-9])[0-9]+", re.DOTALL)
_SHOWN = 24  # letters of a text that is no part of a model


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """A document after a part has entered it.

    Attributes
    ----------
    project : Project
    names : tuple of str
        What the part's variables are called there, in the order of the part.
    """

    project: Project
    names: tuple[str, ...]


# --- out ---------------------------------------------------------------------------------------------------------


def copied(project: Project, names: Iterable[str]) -> Project:
    """Return the part of a document that some variables make.

    Parameters
    ----------
    project : Project
    names : iterable of str
        In any order; the part keeps the order of the model.

    Returns
    -------
    Project
        The variables with every factor whose scope lies among them (a constant does not), with their positions, clamps
        and soft evidence, and what of layers, ties and arcs lies among them.

    Raises
    ------
    ModelError
        A name is no variable's.
    """
    chosen = set(names)
    for name in chosen:
        project.ugm.index(name)
    ugm = UGM(
        [variable for variable in project.ugm.variables if variable.name in chosen],
        [factor for factor in project.ugm.factors if factor.scope and chosen.issuperset(factor.scope)],
    )
    return Project(
        ugm=ugm,
        evidence=Evidence({name: state for name, state in project.evidence.items() if name in chosen}),
        positions={name: project.positions[name] for name in ugm.names},
        groups=project.groups,
        arcs=project.arcs,
        soft=SoftEvidence({name: values for name, values in project.soft.items() if name in chosen}),
        ties=project.ties,
    )


def part_text(part: Project) -> str:
    """Return a part as the text of a project file."""
    from .files.project_json import project_bytes

    return project_bytes(part, Path("clipboard")).decode("utf-8")


# --- in ----------------------------------------------------------------------------------------------------------


def read_part(text: str) -> Project:
    """Return the part that a text holds: one that was copied, or the content of any project file.

    Raises
    ------
    FileFormatError
        The text holds no model, or one that contradicts itself; the message says what it looks like.
    """
    from .files.project_json import MAX_BYTES, parse_project

    where = Path("clipboard")
    stripped = text.strip().removeprefix("\ufeff").lstrip()
    if not stripped.startswith("{"):
        start = " ".join(stripped[: 2 * _SHOWN].split())
        shown = f"{start[:_SHOWN].rstrip()}…" if len(stripped) > _SHOWN else start
        what = f'"{shown}" is no part of a model' if shown else "There is only blank text"
        raise FileFormatError(where, f"{what}. Copy variables in Clique, or the whole text of a .clique project.")
    content = stripped.encode("utf-8", errors="surrogatepass")
    if len(content) > MAX_BYTES:
        raise FileFormatError(where, f"{len(content):,} bytes are too many to paste. Save them as a file and open it.")
    part = parse_project(content, where)
    if not part.ugm.variables:
        raise FileFormatError(where, "This project has no variables, so there is nothing to paste. Copy another one.")
    return part


def pasted(project: Project, part: Project, offset: Position = (0.0, 0.0)) -> Pasted:
    """Add a part to a document.

    Parameters
    ----------
    project, part : Project
        Data, fits, question, title and kept evidence sets of the part are left behind.
    offset : (float, float)
        Added to every position of the part.

    Returns
    -------
    Pasted
        A variable whose name is taken has the first free one with the same stem (x1 becomes x4), and all that refers to
        it follows. Variables of a layer join the layer of that name, or bring it along.
    """
    change = fresh_names(project.ugm.names, part.ugm.names)
    new = [Variable(change.get(v.name, v.name), v.labels) if v.name in change else v for v in part.ugm.variables]
    factors = [f.renamed(change) if any(n in change for n in f.scope) else f for f in part.ugm.factors]

    def called(name: str) -> str:
        return change.get(name, name)

    after = replace(
        project,
        ugm=UGM((*project.ugm.variables, *new), (*project.ugm.factors, *factors)),
        evidence=Evidence({**project.evidence, **{called(name): state for name, state in part.evidence.items()}}),
        positions={
            **project.positions,
            **{called(name): (x + offset[0], y + offset[1]) for name, (x, y) in part.positions.items()},
        },
        groups=_joined_groups(project.groups, [_renamed_group(group, change) for group in part.groups]),
        arcs=(*project.arcs, *((called(parent), called(child)) for parent, child in part.arcs)),
        soft=SoftEvidence({**project.soft, **part.soft.renamed(change)}),
        ties=(*project.ties, *(tuple(tuple(map(called, scope)) for scope in tie) for tie in part.ties)),
    )
    return Pasted(after, tuple(variable.name for variable in new))


def fresh_names(taken: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Return another name for each of the wanted ones that is taken.

    The new one has the same stem and the first free number, from 1: x1 becomes x3 where x2 is there. A name without a
    number gets one, from 2; a name that is all number, such as 2020, gets one after a low line.
    """
    names = tuple(wanted)
    used = set(taken)
    clashing = [name for name in names if name in used]
    used.update(names)
    numbers: dict[str, Iterator[int]] = {}
    change = {}
    for name in clashing:
        numbered = _NUMBERED.fullmatch(name)
        stem = numbered[1] if numbered else f"{name}_" if name[-1:].isdecimal() else name
        counter = numbers.setdefault(stem, _from(1 if numbered else 2))
        change[name] = next(made for k in counter if (made := f"{stem}{k}") not in used)
        used.add(change[name])
    return change


def _from(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1


def _renamed_group(group: Group, change: Mapping[str, str]) -> Group:
    return replace(group, members=tuple(change.get(name, name) for name in group.members))


def _joined_groups(groups: tuple[Group, ...], new: Iterable[Group]) -> tuple[Group, ...]:
    """Return the groups with the members of new ones of the same name; other new ones follow."""
    joined = {group.name: group for group in groups}
    if len(joined) < len(groups):  # a file may hold two of one name; they stay apart
        return (*groups, *new)
    for group in new:
        old = joined.get(group.name)
        joined[group.name] = group if old is None else replace(old, members=(*old.members, *group.members))
    return tuple(joined.values())
