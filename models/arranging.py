"""Where do variables stand once they are aligned, spread evenly or put on a grid, and which is next in a direction?

Functions of positions alone, as mappings from name to (x, y): x to the right and y down. Nodes are all of one size, so
aligning centres aligns edges too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from .errors import ModelError
from .project import Position

Side = Literal["left", "right", "top", "bottom", "column", "row"]
Axis = Literal["across", "down"]
Positions = Mapping[str, Position]

_WIDE = 160.0  # between variables side by side: circles and cards of bars keep apart
_TALL = 180.0  # and one below the other
_RINGS = 60


# --- lines -------------------------------------------------------------------------------------------------------


def aligned(positions: Positions, side: Side) -> dict[str, Position]:
    """Return positions in line.

    Parameters
    ----------
    positions : mapping of str to (float, float)
        Of the variables to align, at least two.
    side : str
        "left", "right" (all as far left or right as the outermost), "top", "bottom"; "column" puts all below each
        other, half-way between the outermost, "row" all beside each other.

    Raises
    ------
    ModelError
        Fewer than two variables.
    """
    if len(positions) < 2:
        raise ModelError("To align takes two variables at least. Select another one as well.")
    axis = 0 if side in ("left", "right", "column") else 1
    values = [position[axis] for position in positions.values()]
    low, high = min(values), max(values)
    place = {"left": low, "top": low, "right": high, "bottom": high}.get(side, float(round((low + high) / 2)))
    return {name: (place, y) if axis == 0 else (x, place) for name, (x, y) in positions.items()}


def distributed(positions: Positions, axis: Axis) -> dict[str, Position]:
    """Return positions evenly spaced between the outermost two, in the order in which they are.

    Parameters
    ----------
    positions : mapping of str to (float, float)
        Of three variables at least.
    axis : str
        "across" spaces x, "down" spaces y; the other coordinate stays.

    Raises
    ------
    ModelError
        Fewer than three variables.
    """
    if len(positions) < 3:
        raise ModelError("To distribute takes three variables at least: the outer ones stay. Select another one.")
    place = 0 if axis == "across" else 1
    order = sorted(positions, key=lambda name: positions[name][place])
    low, high = positions[order[0]][place], positions[order[-1]][place]
    spaced = np.linspace(low, high, len(order)).tolist()
    new = dict(zip(order, spaced, strict=True))
    return {name: (new[name], y) if place == 0 else (x, new[name]) for name, (x, y) in positions.items()}


def snapped(positions: Positions, step: float) -> dict[str, Position]:
    """Return positions on the nearest points of a grid."""
    return {name: (snap(x, step), snap(y, step)) for name, (x, y) in positions.items()}


def snap(value: float, step: float) -> float:
    """Return the nearest multiple of a step; half-way goes up, so that equal moves stay equal."""
    return float(np.floor(value / step + 0.5) * step)


def next_line(value: float, step: float, sign: int) -> float:
    """Return the nearest line of a grid that lies strictly beyond a value, above it for a positive sign."""
    lines = value / step
    nudge = 1e-9 * max(1.0, abs(lines))  # what lies on a line but for rounding lies on it
    return float((np.floor(lines + nudge) + 1.0 if sign > 0 else np.ceil(lines - nudge) - 1.0) * step)


# --- directions --------------------------------------------------------------------------------------------------


def towards(positions: Positions, start: Position, direction: tuple[int, int], skip: Iterable[str] = ()) -> str | None:
    """Return the variable that one reaches from a point in a direction, or None.

    The nearest within 45 degrees of the direction, where a way sideways counts twice; where there is none, the nearest
    of those further on at all.

    Parameters
    ----------
    positions : mapping of str to (float, float)
    start : (float, float)
    direction : (int, int)
        (1, 0), (-1, 0), (0, 1) or (0, -1).
    skip : iterable of str
        Variables that do not count.
    """
    passed = set(skip)
    best: tuple[bool, float] | None = None
    found = None
    for name, (x, y) in positions.items():
        dx, dy = x - start[0], y - start[1]
        along = dx * direction[0] + dy * direction[1]
        aside = abs(dx * direction[1]) + abs(dy * direction[0])
        if name in passed or along <= 0.0:
            continue
        rank = (aside > along, along + 2.0 * aside)
        if best is None or rank < best:
            best, found = rank, name
    return found


def free_place(positions: Positions, near: Position | None) -> Position:
    """Return a place for a new variable: at a point, or as near to it as leaves the others room.

    Parameters
    ----------
    positions : mapping of str to (float, float)
        Of all variables.
    near : (float, float) or None
        None is the origin.
    """
    x0, y0 = near or (0.0, 0.0)
    places = np.array(list(positions.values()), dtype=float).reshape(-1, 2)
    for ring in range(_RINGS):
        steps = [(i, j) for i in range(-ring, ring + 1) for j in range(-ring, ring + 1) if max(abs(i), abs(j)) == ring]
        # Rightwards first, then down: where one writes on. Nearest first within a ring.
        for i, j in sorted(steps, key=lambda s: (abs(s[0]) + abs(s[1]), -s[0], -s[1])):
            x, y = x0 + i * _WIDE, y0 + j * _TALL
            far = np.maximum(np.abs(places[:, 0] - x) / _WIDE, np.abs(places[:, 1] - y) / _TALL)
            if not len(far) or far.min() >= 0.7:
                return float(round(x)), float(round(y))
    return float(places[:, 0].max() + _WIDE), y0
