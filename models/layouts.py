"""Where do variables go that nobody has placed?

Models read from files of other programs, and data that bring their variables, have no positions. A handful go on a
circle, where no three lie on a line and so every edge can be seen; many go on a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil, cos, pi, sin, sqrt

from .project import Position, Project

SPACING = 170.0  # between neighbours, in canvas units
_MOST_ON_CIRCLE = 24


def circle(names: Sequence[str], spacing: float = SPACING) -> dict[str, Position]:
    """Return positions on a circle around (0, 0), clockwise from the top left, neighbours `spacing` apart."""
    n = len(names)
    if n < 3:
        return {name: (spacing * 1.4 * (k - (n - 1) / 2), 0.0) for k, name in enumerate(names)}
    radius = spacing / (2 * sin(pi / n))
    angles = [2 * pi * (k - 0.5) / n - pi / 2 for k in range(n)]
    return {
        name: (round(radius * cos(angle), 1), round(radius * sin(angle), 1))
        for name, angle in zip(names, angles, strict=True)
    }


def grid(names: Sequence[str], spacing: float = SPACING) -> dict[str, Position]:
    """Return positions on a grid that is about as wide as high, row by row, around (0, 0)."""
    columns = max(ceil(sqrt(1.5 * len(names))), 1)
    rows = ceil(len(names) / columns)
    return {
        name: (spacing * (k % columns - (columns - 1) / 2), spacing * (k // columns - (rows - 1) / 2))
        for k, name in enumerate(names)
    }


def unplaced(project: Project) -> bool:
    """Whether all variables, at least two, lie on one spot."""
    return len(project.positions) > 1 and len(set(project.positions.values())) == 1


def laid_out(project: Project, names: Iterable[str] | None = None) -> Project:
    """Place variables on a circle, or many on a grid.

    Parameters
    ----------
    project : Project
    names : iterable of str, optional
        Those to place; the others stay. All by default.
    """
    chosen = project.ugm.names if names is None else tuple(names)
    places = circle(chosen) if len(chosen) <= _MOST_ON_CIRCLE else grid(chosen)
    return replace(project, positions={**project.positions, **places})
