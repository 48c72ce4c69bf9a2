"""Where do variables go that come without places, from data or from a fit?"""

from __future__ import annotations

from dataclasses import replace

from models.layouts import circular, grid
from models.project import Project

_APART = 210.0  # room for the bars of ten states
_MOST_ON_CIRCLE = 16


def placed(project: Project) -> Project:
    """Place all variables anew: a handful on a circle, many on a grid."""
    names = project.ugm.names
    layout = circular(names, _APART) if len(names) <= _MOST_ON_CIRCLE else grid(names, spacing=_APART)
    return replace(project, positions=layout)
