"""Which lines and squares does a model show?

A factor over two variables is an edge, one over three or more a small square joined to its variables; factors with the
same variables share one mark, called a link here and known by those variables in model order. Factors over one variable
or none have no mark of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, hypot, pi, sin

from models.ugm import UGM

Link = tuple[str, ...]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def links_of(ugm: UGM) -> dict[Link, tuple[int, ...]]:
    """Return the links of a model and the places of their factors in `ugm.factors`."""
    places: dict[Link, list[int]] = {}
    for place, factor in enumerate(ugm.factors):
        if len(factor.scope) > 1:
            places.setdefault(tuple(sorted(factor.scope, key=ugm.index)), []).append(place)
    return {link: tuple(found) for link, found in places.items()}


def distance_to_segment(point: Point, a: Point, b: Point) -> float:
    """Return how far a point is from the straight line between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    t = 0.0 if not length2 else min(max(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2, 0.0), 1.0)
    return hypot(point[0] - a[0] - t * dx, point[1] - a[1] - t * dy)


def square_place(members: Sequence[Point], boxes: Iterable[Box], half: float) -> Point:
    """Return where a factor's square goes: in the middle of its variables, or beside that where something is.

    Parameters
    ----------
    members : sequence of (x, y)
        Where its variables are.
    boxes : iterable of (left, top, right, bottom)
        What it should not cover.
    half : float
        Half a side of the square, with the room it wants around it.
    """
    x = sum(p[0] for p in members) / len(members)
    y = sum(p[1] for p in members) / len(members)
    reach = 7 * half
    near = [b for b in boxes if b[0] - reach < x < b[2] + reach and b[1] - reach < y < b[3] + reach]
    for ring in range(7):
        for k in range(8 if ring else 1):
            px, py = x + ring * half * cos(k * pi / 4), y + ring * half * sin(k * pi / 4)
            if not any(b[0] - half < px < b[2] + half and b[1] - half < py < b[3] + half for b in near):
                return px, py
    return x, y
