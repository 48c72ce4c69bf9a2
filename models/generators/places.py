"""Where does each variable of a known family stand?

Rows, snakes, rings and lattices in canvas units, x to the right and y down, in the shape in which textbooks draw the
family. Long chains and cycles are folded and large stars have several rings, so that a picture stays about as high as
it is wide; nothing stands on anything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from models.layering import bow, sag_of
from models.layouts import SPACING, circular
from models.project import Position

ACROSS = 140.0  # between neighbours in a lattice
DOWN = 150.0  # between rows: a node, its bars, and air
_LONGEST_ROW = 10  # of a chain
_LONGEST_LINE = 60  # of a layer, or three times the root of all variables
_LARGEST_RING = 14
_MOST_ON_CIRCLE = 24


def row(names: Sequence[str], y: float = 0.0, spacing: float = ACROSS, sag: float = 0.0) -> dict[str, Position]:
    """Place variables side by side about x = 0; with a sag the middle lies higher than the ends, on a parabola."""
    n = len(names)
    return {name: (spacing * (k - (n - 1) / 2), y - bow(k, n, sag)) for k, name in enumerate(names)}


def rows(layers: Sequence[Sequence[str]], bent: Sequence[bool] = (), down: float = DOWN) -> dict[str, Position]:
    """Place each layer in a row, the first at the top, few variables further apart than many.

    A layer that is too wide for any screen is folded into several lines.

    Parameters
    ----------
    layers : sequence of sequences of str
    bent : sequence of bool, optional
        Whether a layer has edges that would run through its own variables, so that its row bends.
    down : float
        Between rows.
    """
    most = max(_LONGEST_LINE, math.ceil(3 * math.sqrt(sum(map(len, layers)))))
    widest = min(max(map(len, layers), default=1), most)
    positions: dict[str, Position] = {}
    y = 0.0
    for k, layer in enumerate(layers):
        sag = sag_of(len(layer)) if bent and bent[k] and 2 < len(layer) <= most else 0.0
        spacing = min(max(ACROSS * widest / max(len(layer), 1), ACROSS), 1.65 * ACROSS)
        y += sag
        for start in range(0, len(layer), most):
            positions.update(row(layer[start : start + most], y + ACROSS * (start // most), spacing, sag))
        y += down + ACROSS * ((len(layer) - 1) // most)
    return positions


def snake(names: Sequence[str]) -> dict[str, Position]:
    """Place a chain in one row, or to and fro in several."""
    n = len(names)
    length = n if n <= _LONGEST_ROW else math.ceil(math.sqrt(1.8 * n))
    return {
        name: (ACROSS * (c if r % 2 == 0 else length - 1 - c), DOWN * r)
        for name, (r, c) in zip(names, (divmod(k, length) for k in range(n)), strict=True)
    }


def loop(names: Sequence[str]) -> dict[str, Position]:
    """Place a cycle on a circle, or folded to and fro with a way back at the left."""
    n = len(names)
    if n <= _MOST_ON_CIRCLE:
        return circular(names, SPACING)
    n_rows = 2 * max(1, round(math.sqrt(n / 1.8) / 2))
    n_columns = math.ceil(n / n_rows)
    return dict(zip(names, _round_trip(n, n_rows, n_columns), strict=True))


def _round_trip(n: int, n_rows: int, n_columns: int) -> Iterator[Position]:
    """Yield n places around a grid: along the first row, then to and fro without the first column, which leads back.

    Cells that are too many are left out of the way back, where edges then are longer.
    """
    for r in range(n_rows):
        columns = range(0 if r == 0 else 1, n_columns)
        for c in columns if r % 2 == 0 else reversed(columns):
            yield ACROSS * c, DOWN * r
    left = n - n_columns - (n_rows - 1) * (n_columns - 1)
    for k in range(left):  # from the bottom up
        yield 0.0, DOWN * (n_rows - 1 - k)


def star(names: Sequence[str]) -> dict[str, Position]:
    """Place the first variable in the middle and the others on rings around it."""
    if not names:
        return {}
    positions: dict[str, Position] = {names[0]: (0.0, 0.0)}
    leaves = list(names[1:])
    if len(leaves) <= _LARGEST_RING:
        radius = max(1.3 * SPACING, SPACING / (2 * math.sin(math.pi / max(len(leaves), 2))))
        return positions | _ring(leaves, radius, 0.0)
    k = 2
    while leaves:
        radius = 1.25 * SPACING * k
        most = int(2 * math.pi * radius / SPACING)
        positions |= _ring(leaves[:most], radius, 0.5 * (k % 2))
        leaves, k = leaves[most:], k + 1
    return positions


def _ring(names: Sequence[str], radius: float, turned: float) -> dict[str, Position]:
    n = max(len(names), 1)
    turns = (2 * math.pi * (k + turned) / n - math.pi / 2 for k in range(n))
    return {name: (radius * math.cos(t), radius * math.sin(t)) for name, t in zip(names, turns, strict=False)}


def lattice(names: Sequence[str], columns: int) -> dict[str, Position]:
    """Place variables row by row."""
    return {name: (ACROSS * (k % columns), ACROSS * (k // columns)) for k, name in enumerate(names)}


def disc(names: Sequence[str]) -> dict[str, Position]:
    """Place the variables of a complete graph on a circle."""
    return circular(names, SPACING)
