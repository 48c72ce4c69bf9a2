"""Which new project follows from a gesture, and what does the Undo menu call it?

Each function takes the project as it is and returns an `Edit`, or None when nothing would change. They know nothing of
the mouse, so menus, keys and gestures share them. What cannot be done raises a `CliqueError` before anything changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gui.words import called
from models import joining
from models.project import Position, Project

from .scopes import Link, links_of


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """A text for the Undo menu, the project afterwards, and the key of edits that become one with it."""

    text: str
    after: Project
    merge_key: Hashable | None = None


def counted(n: int, noun: str) -> str:
    """Return "1 factor", "3 factors"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def listed(names: Sequence[str], noun: str = "variable") -> str:
    """Name up to two things, count more."""
    if len(names) > 2:
        return counted(len(names), noun)
    return " and ".join(called(name) for name in names)


def add_variable(project: Project, position: Position) -> Edit:
    """Add a variable with two states."""
    name = project.fresh_name()
    x, y = position
    return Edit(f"Add {called(name)}", project.with_new_variable((float(round(x)), float(round(y)))))


def join(project: Project, first: str, second: str) -> Edit:
    """Join two variables by an edge; ModelError for a second edge or one from a variable to itself."""
    return Edit(f"Join {called(first)} and {called(second)}", project.with_edge(first, second))


def join_all(project: Project, names: Sequence[str]) -> Edit:
    """Join every two of the variables that are not joined yet; ModelError where there are none or too many."""
    after, n_new = joining.joined(project, names)
    text = f"Join {listed(names)}"
    return Edit(text if n_new == 1 else f"{text} by {counted(n_new, 'edge')}", after)


def arrange(project: Project, moved: Mapping[str, Position], what: str) -> Edit | None:
    """Put variables where an arrangement wants them; `what` is its verb."""
    edit = move(project, moved, None)
    return None if edit is None else Edit(f"{what} {listed(list(moved))}", edit.after)


def move(project: Project, moved: Mapping[str, Position], merge_key: Hashable | None) -> Edit | None:
    """Put variables somewhere else."""
    changed = {name: place for name, place in moved.items() if project.positions[name] != place}
    if not changed:
        return None
    return Edit(f"Move {listed(list(moved))}", project.with_positions(changed), merge_key)


def delete(
    project: Project,
    names: Sequence[str],
    links: Iterable[Link],
    places: Mapping[Link, tuple[int, ...]] | None = None,
) -> Edit | None:
    """Delete variables with their factors, and links; `places` are the factors of each link that is drawn."""
    gone = set(names)
    factors = project.ugm.factors
    drawn = links_of(project.ugm) if places is None else places
    falling = {k for k, factor in enumerate(factors) if len(factor.scope) > 1 and not gone.isdisjoint(factor.scope)}
    chosen = {k for link in links for k in drawn.get(link, ()) if gone.isdisjoint(factors[k].scope)}
    if not gone and not chosen:
        return None
    after = project.without(names, chosen)
    scopes = list(dict.fromkeys(tuple(sorted(factors[k].scope, key=project.ugm.index)) for k in sorted(chosen)))
    if gone:
        text = f"Delete {listed(names)}"
        if falling or chosen:
            text += f" and {counted(len(falling | chosen), 'factor')}"
    elif len(scopes) > 1:
        text = f"Delete {counted(len(scopes), 'edge' if all(len(scope) == 2 for scope in scopes) else 'factor')}"
    elif len(scopes[0]) == 2:
        text = f"Delete edge {called(scopes[0][0])} – {called(scopes[0][1])}"
    else:
        text = f"Delete factor ({', '.join(map(called, scopes[0]))})"
    return Edit(text, after)


def clamp(project: Project, states: Mapping[str, int]) -> Edit | None:
    """Clamp variables to states; what was softly known of them goes."""
    changed = {name: state for name, state in states.items() if project.evidence.get(name) != state}
    if not changed:
        return None
    if len(states) == 1:
        ((name, state),) = changed.items()
        text = f"Clamp {called(name)} = {project.ugm.variable(name).labels[state]}"
    else:
        text = f"Clamp {counted(len(states), 'variable')}"
    after = project.with_clamps(changed)
    if any(name in project.soft for name in changed):
        after = after.with_soft(project.soft.release(*changed))
    return Edit(text, after)


def release(project: Project, names: Iterable[str]) -> Edit | None:
    """Release those of the variables that are clamped or softly observed."""
    clamped = [name for name in names if name in project.evidence or name in project.soft]
    return Edit(f"Release {listed(clamped)}", project.released(clamped)) if clamped else None


def toggle_clamp(project: Project, name: str, state: int) -> Edit | None:
    """Clamp a variable to a state; release it if it is clamped to that state already."""
    if project.evidence.get(name) == state:
        return release(project, [name])
    return clamp(project, {name: state})


def states_labelled(project: Project, names: Iterable[str], label: str) -> dict[str, int]:
    """Return the state with this label of each variable that has one.

    A digit also counts as a state's number, from 0, for a variable none of whose labels is a number.
    """
    found = {}
    for name in names:
        variable = project.ugm.variable(name)
        if label in variable.labels:
            found[name] = variable.labels.index(label)
            continue
        wordy = not any(each.lstrip("+-").isdecimal() for each in variable.labels)
        if wordy and label.isdecimal() and int(label) < variable.n_states:
            found[name] = int(label)
    return found


def common_labels(project: Project, names: Sequence[str]) -> list[str]:
    """Return the state labels that all the variables have, in the order of the first."""
    variables = [project.ugm.variable(name) for name in names]
    return [label for label in variables[0].labels if all(label in v.labels for v in variables)] if variables else []
