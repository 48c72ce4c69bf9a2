"""How are the evidence sets of a document named, renamed and brought in from elsewhere?

Functions of a `Project` that return the next one, as its own methods do. Names are unique: a set is called by its name
wherever it is compared or applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .conditioning import Evidence
from .errors import EvidenceError
from .project import EvidenceSet, Project
from .soft_evidence import SoftEvidence

MOST_COMPARED = 5
"""Evidence sets whose marginals are drawn over each other: more cannot be told apart."""


def fresh_set_name(project: Project, stem: str = "case") -> str:
    """Return "case 1", "case 2", ...: the first such name that no evidence set has."""
    taken = {each.name for each in project.evidence_sets}
    k = 1
    while f"{stem} {k}" in taken:
        k += 1
    return f"{stem} {k}"


def set_named(project: Project, name: str) -> EvidenceSet:
    """Return an evidence set.

    Raises
    ------
    EvidenceError
        There is none of this name.
    """
    for each in project.evidence_sets:
        if each.name == name:
            return each
    raise EvidenceError(f'There is no evidence set called "{name}". Save the evidence under this name first.')


def with_set_renamed(project: Project, old: str, new: str) -> Project:
    """Give an evidence set another name; it keeps its place.

    Raises
    ------
    EvidenceError
        There is no such set, the new name is blank, or another set has it.
    """
    renamed = replace(set_named(project, old), name=new.strip())
    if renamed.name == old:
        return project
    if any(each.name == renamed.name for each in project.evidence_sets):
        raise EvidenceError(f'There is already an evidence set called "{renamed.name}". Choose another name.')
    sets = tuple(renamed if each.name == old else each for each in project.evidence_sets)
    return replace(project, evidence_sets=sets)


def with_set_added(
    project: Project, name: str, evidence: Mapping[str, int], soft: SoftEvidence | None = None
) -> tuple[Project, str]:
    """Keep some evidence, not that in hand, under a name; return the project and the name, changed if it was taken.

    Raises
    ------
    EvidenceError
        The name is blank.
    """
    wanted = name.strip()
    taken = {each.name for each in project.evidence_sets}
    free, k = wanted, 2
    while free in taken:
        free, k = f"{wanted} {k}", k + 1
    made = EvidenceSet(free, Evidence(evidence), soft or SoftEvidence())
    return replace(project, evidence_sets=(*project.evidence_sets, made)), free


def is_set_in_hand(project: Project, each: EvidenceSet) -> bool:
    """Whether the evidence in hand is that of a set."""
    return dict(project.evidence) == dict(each.evidence) and project.soft == each.soft
