"""In which order do variables stand on a circle, and in how many columns on a grid, so that edges stay short?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .layouts import SPACING, Position, components, round_trip, side_by_side

Near = list[list[int]]

_MOST_ON_CIRCLE = 150  # beyond that, rings within rings
_RING = 1.15  # between rings, in units of the spacing
_ASPECT = 1.6  # a canvas is wider than high
_MOST_TRIED = 400  # numbers of columns


def circles(near: Near, spacing: float = SPACING) -> dict[int, Position]:
    """Place each component on a circle of its own, side by side; single variables share one.

    The order is that of the model, or round a cycle, or from neighbour to neighbour, whichever has the shortest edges.
    """
    parts = components(near)
    single = [part[0] for part in parts if len(part) == 1]
    groups = [_shortest(sorted(part), near) for part in parts if len(part) > 1]
    if single:
        groups.append(single)
    placed = [dict(zip(group, _rings(len(group), spacing), strict=True)) for group in groups]
    return side_by_side(placed)


def _shortest(members: list[int], near: Near) -> list[int]:
    orders = [members]
    if all(len(near[i]) == 2 for i in members) and len(members) > 2:
        orders.append(round_trip(members[0], near))
    orders.append(_walk(members, near))
    return min(orders, key=lambda order: _length_round(order, near))


def _walk(members: list[int], near: Near) -> list[int]:
    """Return a depth-first walk from the end of a longest way, to neighbours with few neighbours first."""
    start = min(members, key=lambda i: (len(near[i]), i))
    seen, order, todo = {start}, [], [start]
    while todo:
        i = todo.pop()
        order.append(i)
        new = [j for j in near[i] if j not in seen]
        seen.update(new)
        todo += sorted(new, key=lambda j: (-len(near[j]), -j))
    return order


def _length_round(order: list[int], near: Near) -> int:
    """Return how many places all edges together bridge on the circle."""
    place = {i: k for k, i in enumerate(order)}
    n = len(order)
    total = 0
    for i in order:
        for j in near[i]:
            apart = abs(place[i] - place[j])
            total += min(apart, n - apart)
    return total


def _rings(n: int, spacing: float) -> list[Position]:
    """Return places on a circle, from the top clockwise; many go on rings within each other, the outermost first."""
    n_rings = max(1, round(math.sqrt(n / _MOST_ON_CIRCLE)))
    share = math.ceil(n / n_rings)
    inner = spacing / (2 * math.sin(math.pi / max(share - (n_rings - 1) * _RING * math.pi, 2))) if n > 1 else 0.0
    places: list[Position] = []
    for ring in reversed(range(n_rings)):
        radius = inner + ring * _RING * spacing
        here = min(n - len(places), _capacity(radius, spacing)) if ring else n - len(places)
        if n > 1 and not ring and here > 1:
            radius = max(radius, spacing / (2 * math.sin(math.pi / here)))
        turns = (2 * math.pi * k / max(here, 1) - math.pi / 2 for k in range(here))
        places += [(radius * math.cos(t), radius * math.sin(t)) for t in turns]
    return places


def _capacity(radius: float, spacing: float) -> int:
    return max(1, int(math.pi / math.asin(min(spacing / (2 * radius), 1.0)))) if radius > 0 else 1


def grid_places(near: Near, spacing: float = SPACING) -> dict[int, Position]:
    """Place all variables row by row in model order, in so many columns that edges are short: a lattice is one."""
    n = len(near)
    columns = _best_columns(n, np.array([(i, j) for i in range(n) for j in near[i] if i < j]).reshape(-1, 2))
    return {k: (spacing * (k % columns), spacing * (k // columns)) for k in range(n)}


def _best_columns(n: int, edges: NDArray[np.int64]) -> int:
    usual = max(1, round(math.sqrt(_ASPECT * n)))
    low, high = max(1, math.floor(math.sqrt(n) / 4)), min(n, math.ceil(4 * math.sqrt(n)))
    if not len(edges) or n < 3:
        return min(usual, max(n, 1))
    tried: Sequence[int] = range(low, high + 1)[:_MOST_TRIED]

    def badness(columns: int) -> tuple[float, float]:
        rows, across = np.divmod(edges, columns)
        length = np.hypot(rows[:, 0] - rows[:, 1], across[:, 0] - across[:, 1])
        shape = abs(math.log(columns / usual))
        return round(float(length.mean()) * (1 + 0.1 * shape), 9), shape

    return min(tried, key=badness)
