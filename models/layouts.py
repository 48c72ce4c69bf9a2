"""Where does each variable go on the canvas when nobody has said so?

Positions are canvas units (pixels at 100 %), x to the right and y down. A node is a disc of radius 30 with bars of
height 36 below it, so neighbours stand about 130 apart. Small complete graphs and cycles become circles; any other
component is laid out so that distances on the canvas follow distances in the graph (`layout_points`). Components stand
side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.errors import CancelToken
from models.layout_points import (
    MAX_STRESS_NODES,
    ROOMIER,
    SEED,
    breadth_first,
    pivot_steps,
    stress_steps,
    uncrowded,
    upright,
)
from models.steps import Progress, Steps, drain

Position = tuple[float, float]
SPACING = 130.0
MAX_CIRCLE_COMPLETE, MAX_CIRCLE_CYCLE = 60, 16


def circular(names: Sequence[str], spacing: float = SPACING) -> dict[str, Position]:
    """Place variables on a circle about the origin, the first at the top, clockwise, neighbours `spacing` apart."""
    n = len(names)
    radius = spacing / (2 * math.sin(math.pi / n)) if n > 1 else 0.0
    turns = [2 * math.pi * k / n - math.pi / 2 for k in range(n)]
    return {name: (radius * math.cos(t), radius * math.sin(t)) for name, t in zip(names, turns, strict=True)}


def grid(names: Sequence[str], n_columns: int | None = None, spacing: float = SPACING) -> dict[str, Position]:
    """Place variables row by row from the origin; about as wide as high unless the number of columns is given."""
    n_columns = n_columns or max(1, math.ceil(math.sqrt(len(names))))
    return {name: (spacing * (k % n_columns), spacing * (k // n_columns)) for k, name in enumerate(names)}


def layered(layers: Iterable[Sequence[str]], spacing: float = SPACING) -> dict[str, Position]:
    """Place each layer in a row of its own, first at the top, rows centred on x = 0."""
    return {
        name: (spacing * (k - (len(layer) - 1) / 2), spacing * row)
        for row, layer in enumerate(layers)
        for k, name in enumerate(layer)
    }


def spring(names: Sequence[str], edges: Iterable[tuple[str, str]]) -> dict[str, Position]:
    """Return what `spring_steps` ends with."""
    return drain(spring_steps(names, edges))


def spring_steps(
    names: Sequence[str],
    edges: Iterable[tuple[str, str]],
    cancel: CancelToken | None = None,
    seed: int = SEED,
    partial: bool = False,
) -> Steps[dict[str, Position]]:
    """Lay out any graph; the same graph and seed always give the same picture.

    Parameters
    ----------
    names : sequence of str
    edges : iterable of (str, str)
        Self-loops and repeats do not matter.
    cancel : CancelToken, optional
    seed : int
        Parts vertices that would stand in one place.
    partial : bool
        Also yield places on the way, as dicts: those of one component about (0, 0) at a time.

    Yields
    ------
    Progress, or dict of str to (float, float)

    Returns
    -------
    dict of str to (float, float)
        In the order of `names`; the upper left corner of all is (0, 0).
    """
    near = neighbours(names, edges)
    placed = []
    done = 0
    for members in components(near):
        steps = _component_steps(members, near, seed)
        part: dict[int, Position] | None = None
        while part is None:
            if cancel is not None:
                cancel.check()
            try:
                points = next(steps)
            except StopIteration as stop:
                part = stop.value
            else:
                yield Progress(done, len(names), f"Placing {len(names):,} variables")
                if partial and points is not None:
                    yield {names[i]: point for i, point in zip(members, _middle(points), strict=True)}
        placed.append(part)
        done += len(members)
    packed = side_by_side(placed)
    return {name: packed[k] for k, name in enumerate(names)}


def _middle(points: NDArray[np.float64]) -> list[Position]:
    """Return places about (0, 0) for points in units of one edge, as far apart as they are going to be."""
    scale = SPACING * (ROOMIER if len(points) > MAX_STRESS_NODES else 1.0)
    centred = (points - (points.min(axis=0) + points.max(axis=0)) / 2) * scale
    return [(x, y) for x, y in centred.tolist()]


def neighbours(names: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[list[int]]:
    """Return the neighbours of each vertex, by place in `names`, sorted and each once."""
    place = {name: k for k, name in enumerate(names)}
    near: list[set[int]] = [set() for _ in names]
    for a, b in edges:
        if a != b:
            near[place[a]].add(place[b])
            near[place[b]].add(place[a])
    return [sorted(others) for others in near]


def components(near: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return components in the order of their first variable, each in breadth-first order from a far end of it."""
    seen: set[int] = set()
    found = []
    for start in range(len(near)):
        if start not in seen:
            far = list(breadth_first(start, near))[-1]
            members = list(breadth_first(far, near))
            seen.update(members)
            found.append(members)
    return found


def _component_steps(members: list[int], near: list[list[int]], seed: int) -> Steps[dict[int, Position]]:
    """Lay out one component; yields points in units of one edge on the way, or None."""
    n = len(members)
    degrees = {len(near[i]) for i in members}
    complete, cycle = degrees == {n - 1}, degrees == {2}
    if n != 2 and (complete or cycle) and n <= (MAX_CIRCLE_COMPLETE if complete else MAX_CIRCLE_CYCLE):
        circle = circular([str(i) for i in (sorted(members) if complete else round_trip(min(members), near))])
        return {int(i): position for i, position in circle.items()}
    steps = stress_steps if n <= MAX_STRESS_NODES else pivot_steps
    place = {i: k for k, i in enumerate(members)}
    edges = np.array([(place[i], place[j]) for i in members for j in near[i]])
    points = yield from steps(members, near, edges, seed)
    points = uncrowded(upright(points, edges) * SPACING)
    return {i: (float(x), float(y)) for i, (x, y) in zip(members, points, strict=True)}


def round_trip(start: int, near: Sequence[Sequence[int]]) -> list[int]:
    """Return the vertices of a cycle in order."""
    order, last = [start], near[start][0]
    while last != start:
        order.append(last)
        last = next((j for j in near[last] if j != order[-2]), start)
    return order


def side_by_side(parts: Sequence[Mapping[int, Position]]) -> dict[int, Position]:
    """Put components into rows that are together about as wide as a screen is high, four to three."""
    boxes = []
    for part in parts:
        xs, ys = [x for x, _ in part.values()], [y for _, y in part.values()]
        boxes.append((min(xs), min(ys), max(xs) - min(xs) + SPACING, max(ys) - min(ys) + SPACING))
    area = sum(width * height for *_, width, height in boxes)
    limit = max(max((width for *_, width, _ in boxes), default=0.0), math.sqrt(area * 4 / 3))
    packed: dict[int, Position] = {}
    left = top = tallest = 0.0
    for part, (x0, y0, width, height) in zip(parts, boxes, strict=True):
        if left > 0 and left + width > limit + 1e-6:
            left, top, tallest = 0.0, top + tallest, 0.0
        for i, (x, y) in part.items():
            packed[i] = (x - x0 + left, y - y0 + top)
        left += width
        tallest = max(tallest, height)
    return packed
