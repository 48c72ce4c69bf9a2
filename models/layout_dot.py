"""How is a graph written for Graphviz, and how are the places read that it found?

Graphviz's programs read a graph in the DOT language and write, with `-Tplain`, one line per node: its name, place and
size in inches from the lower left corner. Variables are called n0, n1, ... there, so that no name has to be quoted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .errors import FileFormatError
from .layouts import SPACING, Position

ENGINES = ("dot", "neato", "fdp", "sfdp")
"""Layered, springs by distances, springs by forces, and springs for thousands of variables."""

_INCH = 72.0  # canvas units
_NODE = (100.0, 96.0)  # what a node and its bars take up, in canvas units at the usual spacing


def dot_text(n: int, edges: Sequence[tuple[int, int]], engine: str, spacing: float = SPACING, seed: int = 1) -> str:
    """Return a graph on 0, ..., n - 1 in the DOT language.

    Parameters
    ----------
    n : int
    edges : sequence of (int, int)
        For "dot", which draws in layers, an edge points from the upper layer to the lower one.
    engine : {"dot", "neato", "fdp", "sfdp"}
    spacing : float
        Between neighbours, in canvas units.
    seed : int
        Of the random start, where the engine has one.
    """
    k = spacing / SPACING
    width, height = (k * side / _INCH for side in _NODE)
    layered = engine == "dot"
    lines = [
        "digraph g {" if layered else "graph g {",
        f"graph [overlap=false, splines=false, start={seed}, K={spacing / _INCH:.3f}, sep=0.1,"
        f" nodesep={0.3 * k:.3f}, ranksep={0.5 * k:.3f}];",
        f'node [shape=box, fixedsize=true, label="", width={width:.3f}, height={height:.3f}];',
        f"edge [len={spacing / _INCH:.3f}];",
    ]
    lines += [f"n{i};" for i in range(n)]
    mark = "->" if layered else "--"
    lines += [f"n{i} {mark} n{j};" for i, j in edges]
    return "\n".join([*lines, "}", ""])


def read_plain(text: str, n: int) -> dict[int, Position]:
    """Return the place of each vertex from what Graphviz wrote with `-Tplain`, y down, in canvas units.

    Raises
    ------
    FileFormatError
        A line cannot be read, or a vertex is missing.
    """
    places: dict[int, Position] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0] != "node":
            continue
        try:
            i, x, y = int(words[1].removeprefix("n")), float(words[2]), float(words[3])
        except (IndexError, ValueError):
            raise FileFormatError("Graphviz", f'"{line[:60]}" is no node with a place.', number) from None
        if not (0 <= i < n and math.isfinite(x) and math.isfinite(y)):
            raise FileFormatError("Graphviz", f'"{line[:60]}" has no place for a variable of this model.', number)
        places[i] = (x * _INCH, -y * _INCH)
    if len(places) < n:
        raise FileFormatError(
            "Graphviz", f"It placed {len(places)} of {n} variables. Try another of its layouts, or Springs."
        )
    return places
