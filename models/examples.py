"""Which models come ready to open, and how are they made?

The models are those of `models.generators`; each `..._project` adds positions and groups and is what the window opens.
Weights are drawn once from a seeded generator, so that clamping shows an effect and every run shows the same one.
"""

from __future__ import annotations

import numpy as np

from .factor import Factor
from .generators import chain, complete, ising_grid, stacked_rbm
from .generators.sketch import named
from .project import DataReference, Group, Position, Project
from .ugm import UGM, Variable

PIN_DIGITS = tuple("0123456789")


def stacked_rbm_project(n: int = 3, with_chains: bool = True) -> Project:
    """Return the coursework's stacked RBM (question 1.1) laid out in four rows, with its layers as groups."""
    layers = "xzhy"
    ugm = stacked_rbm(n, layers, ("x", "y") if with_chains else ())
    groups = tuple(Group(layer, named(layer, n)) for layer in layers)
    across, down = 230.0, 125.0  # fills a wide canvas
    positions: dict[str, Position] = {
        name: (across * (k - (n - 1) / 2), down * row)
        for row, group in enumerate(groups)
        for k, name in enumerate(group.members)
    }
    return Project(ugm=ugm, positions=positions, groups=groups, title="Stacked RBM")


def pin_project() -> Project:
    """Return the four digits of a PIN as variables without edges, with the bundled data chosen, ready to fit."""
    names = named("x", 4)
    variables = [Variable(name, PIN_DIGITS) for name in names]
    ugm = UGM(variables, [Factor((name,), np.zeros(10)) for name in names])
    positions: dict[str, Position] = {"x1": (0, 0), "x2": (230, 150), "x3": (460, 0), "x4": (690, 150)}
    return Project(
        ugm=ugm,
        positions=positions,
        query={"x4": 4},
        data=DataReference("bundled:pins"),
        title="Four-digit PINs",
    )


def ising_project(rows: int = 5, columns: int = 6) -> Project:
    """Return an Ising lattice laid out as one."""
    ugm = ising_grid(rows, columns)
    positions: dict[str, Position] = {
        name: (140.0 * (k % columns), 140.0 * (k // columns)) for k, name in enumerate(ugm.names)
    }
    return Project(ugm=ugm, positions=positions, title=f"Ising model, {rows} by {columns}")


__all__ = [
    "PIN_DIGITS",
    "chain",
    "complete",
    "ising_grid",
    "ising_project",
    "pin_project",
    "stacked_rbm",
    "stacked_rbm_project",
]
