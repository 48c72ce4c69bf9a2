"""How are all variables of a document, or the chosen ones, given other places?

`LayOut` is the job of the window's Layout menu, and `laid_out` the same for a script. The graph among the chosen
variables decides; what is found is put where they were, as near as it stands free of the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .answers import answer_steps
from .errors import CancelToken, ModelError
from .layering import Rows, arc_layers, depth_layers, rows_steps
from .layout_points import SEED
from .layout_shapes import circles, grid_places
from .layouts import SPACING, Position, components, neighbours, side_by_side, spring_steps
from .moral import Arc
from .payloads import Outcome, Pace, Payload, Snapshot
from .project import Group, Project
from .steps import Progress, Steps, drain

Method = Literal["layered", "circular", "grid", "spring"]
METHODS: tuple[Method, ...] = ("layered", "circular", "grid", "spring")
DOWN = 1.2  # between layers, in units of the spacing
_FREE = 0.75  # of the spacing: nearer than that, in both directions, nodes or their bars would overlap
_TURNS = [np.array(p) * np.array(s)[:, None] for p in permutations(np.eye(2)) for s in product((1, -1), repeat=2)]


@dataclass(frozen=True, slots=True, eq=False)
class LayOut:
    """Find places for some variables -> dict of name to position; snapshots are such dicts on the way.

    Attributes
    ----------
    method : "layered", "circular", "grid" or "spring"
        "layered" takes the groups as layers where two or more have members here, else the arcs, else the distance from
        `root`. "grid" goes row by row in model order.
    names : tuple of str
        Which are placed, in model order.
    edges : tuple of (str, str)
        Of the whole graph.
    positions : mapping of str to (float, float)
        Of all variables: where the placed ones were, and what must be kept free.
    groups : tuple of Group
    arcs : tuple of (parent, child)
    root : str or None
        Where layers by distance begin; the first variable of each component where it has no root.
    seed : int
    spacing : float
        Between neighbours, in canvas units.
    """

    method: Method
    names: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    positions: Mapping[str, Position]
    groups: tuple[Group, ...] = ()
    arcs: tuple[Arc, ...] = ()
    root: str | None = None
    seed: int = SEED
    spacing: float = SPACING


def laid_out(
    project: Project,
    method: Method,
    names: Iterable[str] | None = None,
    *,
    root: str | None = None,
    seed: int = SEED,
    spacing: float = SPACING,
) -> Project:
    """Return a document with its variables, or some of them, laid out anew.

    Parameters
    ----------
    project : Project
    method : "layered", "circular", "grid" or "spring"
    names : iterable of str, optional
        Only these are moved, to about where they were; all by default.
    root, seed, spacing
        See `LayOut`.

    Raises
    ------
    ModelError
        An unknown method or variable.
    """
    job = job_of(project, method, names, root=root, seed=seed, spacing=spacing)
    return project.with_positions(drain(lay_out_steps(job)))


def job_of(
    project: Project,
    method: Method,
    names: Iterable[str] | None = None,
    *,
    root: str | None = None,
    seed: int = SEED,
    spacing: float = SPACING,
) -> LayOut:
    """Return the job that lays out some variables of a document, or all; parameters as for `laid_out`."""
    if method not in METHODS:
        raise ModelError(f'There is no layout "{method}". Choose {", ".join(METHODS)}.')
    ugm = project.ugm
    chosen = ugm.names if names is None else tuple(sorted(set(names), key=ugm.index))
    return LayOut(
        method, chosen, ugm.edges, project.positions, project.groups, project.arcs, root, int(seed), float(spacing)
    )


def lay_out_steps(job: LayOut, cancel: CancelToken | None = None) -> Steps[dict[str, Position]]:
    """Lay out in slices: yields Progress, None, or places on the way; returns the places."""
    names, place = job.names, {name: k for k, name in enumerate(job.names)}
    edges = [(a, b) for a, b in job.edges if a in place and b in place]
    centre = middle([job.positions[name] for name in names])
    if job.method == "spring":
        steps = spring_steps(names, edges, cancel, job.seed, partial=True)
        found = yield from _followed(steps, job, centre)
    else:
        near = neighbours(names, edges)
        if job.method == "circular":
            places = circles(near, job.spacing)
        elif job.method == "grid":
            places = grid_places(near, job.spacing)
        else:
            places = yield from _layered_steps(job, near, cancel)
        found = {name: places[k] for k, name in enumerate(names)}
    return put_free(found, {n: p for n, p in job.positions.items() if n not in place}, centre, job.spacing)


def _followed(steps: Steps[dict[str, Position]], job: LayOut, centre: Position) -> Steps[dict[str, Position]]:
    """Pass on places on the way, about where the variables were, and turned so that the picture hardly turns."""
    scale = job.spacing / SPACING
    shown: dict[str, NDArray[np.float64]] = {}
    while True:
        try:
            value = next(steps)
        except StopIteration as stop:
            return {name: (scale * x, scale * y) for name, (x, y) in stop.value.items()}
        if not isinstance(value, dict):
            yield value
            continue
        points = np.array(list(value.values()))
        before = [shown.get(name) for name in value]
        if before and before[0] is not None:
            old = np.array(before)
            points = min((points @ turn for turn in _TURNS), key=lambda p: float(((p - old) ** 2).sum()))
        shown = dict(zip(value, points, strict=True))
        about = middle([job.positions[name] for name in value]) if len(value) < len(job.names) else centre
        yield {
            n: (about[0] + scale * x, about[1] + scale * y) for n, (x, y) in zip(value, points.tolist(), strict=True)
        }


# --- layers --------------------------------------------------------------------------------------------------------


def _layered_steps(job: LayOut, near: list[list[int]], cancel: CancelToken | None) -> Steps[dict[int, Position]]:
    place = {name: k for k, name in enumerate(job.names)}
    given = _group_rows(job, place)
    down = DOWN * job.spacing
    if given:
        inner = any(j in row for row in map(set, given) for i in row for j in near[i])
        return (yield from _checked(rows_steps(given, near, job.spacing, down, reorder=not inner), cancel))
    parents: dict[int, list[int]] = {}
    for parent, child in job.arcs:
        if parent in place and child in place:
            parents.setdefault(place[child], []).append(place[parent])
    root = place.get(job.root) if job.root is not None else None
    placed = []
    for part in components(near):
        members = sorted(part)
        rows: Rows = arc_layers(members, parents) if any(i in parents for i in members) else []
        rows = rows or depth_layers(members, near, root if root in part and root is not None else members[0])
        placed.append((yield from _checked(rows_steps(rows, near, job.spacing, down), cancel)))
    return side_by_side(placed)


def _group_rows(job: LayOut, place: Mapping[str, int]) -> Rows:
    """Return the named layers as rows, the variables of none below them; nothing where there are no two layers here."""
    rows: Rows = []
    seen: set[int] = set()
    for group in job.groups:
        row = [place[name] for name in group.members if name in place and place[name] not in seen]
        if row:
            rows.append(row)
            seen.update(row)
    if len(rows) < 2:
        return []
    rest = [k for k in range(len(job.names)) if k not in seen]
    return [*rows, rest] if rest else rows


def _checked(steps: Steps[dict[int, Position]], cancel: CancelToken | None) -> Steps[dict[int, Position]]:
    while True:
        if cancel is not None:
            cancel.check()
        try:
            yield next(steps)
        except StopIteration as stop:
            result: dict[int, Position] = stop.value
            return result


# --- where ---------------------------------------------------------------------------------------------------------


def middle(points: Sequence[Position]) -> Position:
    """Return the middle of the box around some places; the origin for none."""
    if not points:
        return 0.0, 0.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def put_free(
    found: Mapping[str, Position], others: Mapping[str, Position], centre: Position, spacing: float
) -> dict[str, Position]:
    """Return places moved as one to be about a centre, or as near to it as they stand free of other variables.

    Parameters
    ----------
    found, others : mapping of str to (float, float)
        What is moved, and what stays.
    centre : (float, float)
    spacing : float
        Two variables are free of each other when they are three quarters of this apart, across or down.
    """
    if not found:
        return {}
    points = np.array(list(found.values()))
    # Whole units, so that the same layout about the same centre comes out the same to the last digit.
    points = np.round(points - points.min(axis=0))
    points += np.round(np.array(centre) - points.max(axis=0) / 2)
    step, free = spacing / 2, _FREE * spacing
    rest = np.array(list(others.values())) if others else np.zeros((0, 2))
    if len(rest):
        points += next(aside for aside in _rings_of_offsets(step) if not _touch(points + aside, rest, free))
    return {name: (x, y) for name, (x, y) in zip(found, (points + 0.0).tolist(), strict=True)}


def _rings_of_offsets(step: float) -> Iterator[NDArray[np.float64]]:
    """Yield offsets from near to far; after forty rings, ever farther to the right."""
    yield np.zeros(2)
    for ring in range(1, 41):
        for k in range(8 * ring):
            turn = 2 * math.pi * k / (8 * ring)
            yield np.round(ring * step * np.array([math.cos(turn), math.sin(turn)]))
    k = 40
    while True:
        k *= 2
        yield np.array([round(k * step), 0.0])


def _touch(points: NDArray[np.float64], others: NDArray[np.float64], free: float) -> bool:
    """Whether any two stand too near, by cells as large as the distance."""
    low, high = points.min(axis=0) - free, points.max(axis=0) + free
    near = others[((others > low) & (others < high)).all(axis=1)]
    for start in range(0, len(near), 256):  # a slice of pairs at a time
        apart = np.abs(near[start : start + 256, None, :] - points[None, :, :]).max(axis=2)
        if (apart < free).any():
            return True
    return False


# --- as a job --------------------------------------------------------------------------------------------------------


@answer_steps.register
def _lay_out(job: LayOut, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    steps = lay_out_steps(job, cancel)
    while True:
        cancel.check()
        try:
            value = next(steps)
        except StopIteration as stop:
            yield Outcome(stop.value)
            return
        yield value if value is None or isinstance(value, Progress) else Snapshot(value)
