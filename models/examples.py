"""Which models come ready to open, and how are they made?

Each generator returns a `UGM` whose variables are named by layer or kind and number (x1, x2, ..., z1, ...); each
`..._project` adds positions and groups and is what the window opens. Weights are drawn once from a seeded generator, so
that clamping shows an effect and every run shows the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, product

import numpy as np

from .errors import ModelError
from .factor import Factor
from .project import DataReference, Group, Position, Project
from .ugm import UGM, Variable

PIN_DIGITS = tuple("0123456789")


def _named(prefix: str, n: int) -> list[str]:
    return [f"{prefix}{k}" for k in range(1, n + 1)]


def _binary_model(names: Sequence[str], edges: Iterable[tuple[str, str]], seed: int, strength: float) -> UGM:
    """Make binary variables with log psi_i = b_i s, log psi_ij = w_ij s_i s_j, s = -1 or +1, normal b and w."""
    rng = np.random.default_rng(seed)
    spin = np.array([-1.0, 1.0])
    variables = [Variable(name, ("0", "1")) for name in names]
    factors = [Factor((name,), 0.3 * rng.standard_normal() * spin) for name in names]
    factors += [Factor(edge, strength * rng.standard_normal() * np.outer(spin, spin)) for edge in edges]
    return UGM(variables, factors)


def _check_count(what: str, n: int, least: int = 1) -> None:
    if n < least:
        raise ModelError(f"{what} needs at least {least}, not {n}.")


def stacked_rbm(n: int = 3, layers: str = "xzhy", chains: Sequence[str] = ("x", "y"), seed: int = 540) -> UGM:
    """Return a stack of restricted Boltzmann machines.

    Parameters
    ----------
    n : int
        Variables in each layer, all binary.
    layers : str
        One letter per layer; neighbouring layers are fully joined.
    chains : sequence of str
        Layers whose variables are also joined one after the other.
    seed : int
        Draws the weights.

    Returns
    -------
    UGM
        Variables x1..xn, z1..zn, ... in layer order.

    Raises
    ------
    ModelError
        n < 1, a letter repeats, or a chain is asked for in a layer that is not there.
    """
    _check_count("A layer", n)
    if len(set(layers)) != len(layers):
        raise ModelError(f'The layers "{layers}" repeat a letter. Give each layer its own.')
    for layer in chains:
        if layer not in layers:
            raise ModelError(f"There is no layer {layer} to put a chain in; the layers are {', '.join(layers)}.")
    names = {layer: _named(layer, n) for layer in layers}
    edges: list[tuple[str, str]] = []
    for above, below in pairwise(layers):
        edges += product(names[above], names[below])
    for layer in chains:
        edges += pairwise(names[layer])
    return _binary_model([name for layer in layers for name in names[layer]], edges, seed, 0.8)


def chain(n: int, n_states: int = 2, seed: int = 540) -> UGM:
    """Return a chain x1 - x2 - ... - xn whose weights (log potentials) are seeded standard normal draws."""
    _check_count("A chain", n)
    names = _named("x", n)
    return _free_model(names, list(pairwise(names)), n_states, seed)


def complete(n: int, n_states: int = 2, seed: int = 540) -> UGM:
    """Return the complete graph on x1..xn whose weights (log potentials) are seeded standard normal draws."""
    _check_count("A complete graph", n)
    names = _named("x", n)
    return _free_model(names, list(combinations(names, 2)), n_states, seed)


def _free_model(names: Sequence[str], edges: Sequence[tuple[str, str]], n_states: int, seed: int) -> UGM:
    rng = np.random.default_rng(seed)
    variables = [Variable.of_size(name, n_states) for name in names]
    factors = [Factor((name,), rng.standard_normal(n_states)) for name in names]
    factors += [Factor(edge, rng.standard_normal((n_states, n_states))) for edge in edges]
    return UGM(variables, factors)


def ising_grid(rows: int, columns: int, coupling: float = 0.4, field: float = 0.05) -> UGM:
    """Return an Ising model on a lattice: log psi_ij = coupling * s_i s_j, log psi_i = field * s_i, s = -1 or +1.

    Variables x1, x2, ... run along the rows; state 0 is labelled "-1" and state 1 "+1".
    """
    _check_count("A lattice", min(rows, columns))
    spin = np.array([-1.0, 1.0])
    names = _named("x", rows * columns)
    pair = coupling * np.outer(spin, spin)
    factors = [Factor((name,), field * spin) for name in names]
    for r, c in product(range(rows), range(columns)):
        here = r * columns + c
        if c + 1 < columns:
            factors.append(Factor((names[here], names[here + 1]), pair))
        if r + 1 < rows:
            factors.append(Factor((names[here], names[here + columns]), pair))
    return UGM([Variable(name, ("-1", "+1")) for name in names], factors)


def stacked_rbm_project(n: int = 3, with_chains: bool = True) -> Project:
    """Return the coursework's stacked RBM (question 1.1) laid out in four rows, with its layers as groups."""
    layers = "xzhy"
    ugm = stacked_rbm(n, layers, ("x", "y") if with_chains else ())
    groups = tuple(Group(layer, tuple(_named(layer, n))) for layer in layers)
    across, down = 230.0, 125.0  # fills a wide canvas
    positions: dict[str, Position] = {
        name: (across * (k - (n - 1) / 2), down * row)
        for row, group in enumerate(groups)
        for k, name in enumerate(group.members)
    }
    return Project(ugm=ugm, positions=positions, groups=groups, title="Stacked RBM")


def pin_project() -> Project:
    """Return the four digits of a PIN as variables without edges, with the bundled data chosen, ready to fit."""
    names = _named("x", 4)
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
