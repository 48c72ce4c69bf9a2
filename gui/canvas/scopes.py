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


def square_place(members: Sequence[Point], avoid: Iterable[Point], clearance: float) -> Point:
    """Return where a factor's square goes: in the middle of its variables, or beside that where something is."""
    x = sum(p[0] for p in members) / len(members)
    y = sum(p[1] for p in members) / len(members)
    near = [p for p in avoid if hypot(p[0] - x, p[1] - y) < 4 * clearance]
    for r in (0.0, 1.0, 1.5, 2.0, 3.0):
        for k in range(8 if r else 1):
            place = (x + r * clearance * cos(k * pi / 4), y + r * clearance * sin(k * pi / 4))
            if all(hypot(p[0] - place[0], p[1] - place[1]) >= clearance for p in near):
                return place
    return x, y
