"""Where do variables go that come without places, from data or from a fit?

Up to four stand in two rows, where every edge between them is free of the bars below the nodes; a handful stand on a
circle, where no three lie on a line; many on a grid.
"""

from __future__ import annotations

from dataclasses import replace

from models.layouts import circular, grid
from models.project import Project

_APART = 230.0  # room for the bars of ten states
_LOWER = 150.0
_MOST_IN_ROWS = 4
_MOST_ON_CIRCLE = 16


def placed(project: Project) -> Project:
    """Place all variables anew."""
    names = project.ugm.names
    if len(names) <= _MOST_IN_ROWS:
        layout = {name: (_APART * k, _LOWER * (k % 2)) for k, name in enumerate(names)}
    elif len(names) <= _MOST_ON_CIRCLE:
        layout = circular(names, _APART)
    else:
        layout = grid(names, spacing=_APART)
    return replace(project, positions=layout)
