"""Where do variables go that come without places, from data or from a fit?

Up to four stand in two rows, where every edge between them is free of the bars below the nodes; a handful stand on a
circle, where no three lie on a line; many on a grid. Places that were found by a layout are moved apart as far as the
bars need.
"""

from __future__ import annotations

from dataclasses import replace

from models.layouts import circular, grid
from models.project import Project

from .canvas.crowding import largest_scale, spot

_APART = 230.0  # room for the bars of ten states
_LOWER = 150.0
_MOST_IN_ROWS = 4
_MOST_ON_CIRCLE = 16
_MOST_SPREAD, _FURTHEST = 500, 2.2  # variables; factor
_AIR = 1.05  # between what would just touch


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


def spread(project: Project) -> Project:
    """Move all variables apart, by one factor, until circles and bars lie free of each other (or far enough)."""
    if not 1 < len(project.ugm.names) <= _MOST_SPREAD:
        return project
    spots = [spot(project.positions[v.name], v.labels) for v in project.ugm.variables]
    room = largest_scale(spots, 1.0)
    if room >= 1.0:
        return project
    factor = min(_AIR / max(room, 1.0 / _FURTHEST), _FURTHEST)
    return project.with_positions({name: (factor * x, factor * y) for name, (x, y) in project.positions.items()})
