"""Which new project follows when a person says "not this state", or how likely each state made what was seen?

As in `edits`, each function returns an `Edit` or None. In the window a variable carries one kind of evidence at a time:
soft evidence takes the place of a clamp, as a clamp takes that of soft evidence.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from gui.words import called
from models.project import Project
from models.soft_evidence import SoftEvidence, check_soft_evidence

from .edits import Edit, listed, states_labelled


def is_excluded(project: Project, name: str, state: int) -> bool:
    """Whether a state of a variable is excluded."""
    return name in project.soft and project.soft[name][state] == 0.0


def _free(project: Project, names: Iterable[str]) -> Project:
    """Take the clamps away from some variables."""
    clamped = [name for name in names if name in project.evidence]
    return project.with_evidence(project.evidence.release(*clamped)) if clamped else project


def exclude(project: Project, states: Mapping[str, Sequence[int]]) -> Edit | None:
    """Exclude states of variables; EvidenceError where none would be left."""
    soft = project.soft
    new = {name: [s for s in wanted if not is_excluded(project, name, s)] for name, wanted in states.items()}
    new = {name: wanted for name, wanted in new.items() if wanted}
    if not new:
        return None
    for name, wanted in new.items():
        soft = check_soft_evidence(project.ugm, soft.exclude(name, *wanted))
    text = f"Exclude states of {listed(list(new))}"
    if len(new) == 1:
        ((name, wanted),) = new.items()
        labels = [project.ugm.variable(name).labels[s] for s in wanted]
        text = f"{called(name)} not {labels[0]}" if len(labels) == 1 else f"Exclude {len(labels)} of {called(name)}"
    return Edit(text, _free(project, new).with_soft(soft))


def allow(project: Project, states: Mapping[str, Sequence[int]]) -> Edit | None:
    """Allow states that are excluded; their likelihood is 1 again."""
    soft = project.soft
    changed: dict[str, list[int]] = {}
    for name, wanted in states.items():
        back = [s for s in wanted if is_excluded(project, name, s)]
        if back:
            changed[name] = back
            values = project.soft[name].copy()
            values[back] = 1.0
            soft = _with(soft, name, values.tolist())
    if not changed:
        return None
    text = f"Allow states of {listed(list(changed))}"
    if len(changed) == 1:
        ((name, back),) = changed.items()
        labels = [project.ugm.variable(name).labels[s] for s in back]
        text = f"Allow {called(name)} = {labels[0]}" if len(labels) == 1 else f"Allow {len(labels)} of {called(name)}"
    return Edit(text, project.with_soft(soft))


def toggle_exclusion(project: Project, name: str, state: int) -> Edit | None:
    """Exclude a state, or allow it if it is excluded."""
    if is_excluded(project, name, state) and name not in project.evidence:
        return allow(project, {name: [state]})
    return exclude(project, {name: [state]})


def toggle_labelled(project: Project, names: Sequence[str], label: str) -> Edit | None:
    """Exclude the states with this label (or this number); allow them if all of them are excluded."""
    states = {name: [state] for name, state in states_labelled(project, names, label).items()}
    if all(is_excluded(project, name, *wanted) for name, wanted in states.items()):
        return allow(project, states)
    return exclude(project, states)


def weigh(project: Project, name: str, likelihood: Sequence[float], merge_key: Hashable | None = None) -> Edit | None:
    """Give a variable a likelihood in the place of what was known of it; EvidenceError for one that cannot be."""
    old = project.soft.get(name)
    if name not in project.evidence and likelihood == ([1.0] * len(likelihood) if old is None else old.tolist()):
        return None
    soft = _with(project.soft, name, likelihood)
    return Edit(f"Soft evidence on {called(name)}", _free(project, [name]).with_soft(soft), merge_key)


def reset(project: Project, names: Iterable[str]) -> Edit | None:
    """Forget what is softly known of some variables; clamps stay."""
    known = [name for name in names if name in project.soft]
    if not known:
        return None
    return Edit(f"Forget soft evidence on {listed(known)}", project.with_soft(project.soft.release(*known)))


def _with(soft: SoftEvidence, name: str, likelihood: Sequence[float]) -> SoftEvidence:
    """Put a likelihood in the place of what is known of a variable; one that is 1 everywhere says nothing and goes."""
    if list(soft) and name in soft:
        # The others keep their order, so that the conflict named first stays the same.
        kept = {other: (likelihood if other == name else soft[other]) for other in soft}
    else:
        kept = {**soft, name: likelihood}
    if all(value == 1.0 for value in likelihood):
        return soft.release(name)
    return SoftEvidence(kept)
