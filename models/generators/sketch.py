"""What is a graph before it has any numbers, and how do its factors get theirs?

A `Sketch` is names, edges and places: cheap, so a family of graphs can be shown and counted before its tables are made.
`model_steps` makes the tables in slices, since a model of 20,000 variables takes a while.

Three kinds of numbers (Koller and Friedman 2009, sections 4.4.1.2 and 4.4.1.3): `free` tables of normal draws,
log psi ~ N(0, strength^2) entry by entry; `spins`, log psi_i = b s_i and log psi_ij = w s_i s_j with normal b and w and
s = -1 or +1; and one coupling for all edges (`spins.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from models.errors import ModelError, TooLargeError
from models.factor import Factor, Floats
from models.moral import Arc
from models.project import Group, Position, Project
from models.steps import Steps
from models.ugm import UGM, Variable

Edge = tuple[str, str]

MAX_VARIABLES = 20_000
MAX_EDGES = 100_000
MAX_ENTRIES = 4_000_000  # of all tables together: 32 MB
_SLICE = 200  # factors made between two looks at the clock of whoever waits
_SPIN = np.array([-1.0, 1.0])
_FIELD = 0.3  # of the spread of couplings, as wide as fields of spins


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A graph with names and places.

    Attributes
    ----------
    names : tuple of str
    edges : tuple of (str, str)
        Each once, in the order of the factors to come.
    positions : mapping of str to (float, float)
        Canvas units, about one pixel at 100 %; may be empty where a layout has to find them.
    groups : tuple of Group
    arcs : tuple of (parent, child)
        Where the graph is that of a Bayesian network.
    """

    names: tuple[str, ...]
    edges: tuple[Edge, ...]
    positions: Mapping[str, Position] = field(default_factory=lambda: MappingProxyType({}))
    groups: tuple[Group, ...] = ()
    arcs: tuple[Arc, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How large a model is going to be.

    Attributes
    ----------
    n_variables, n_edges : int
    n_entries : int
        Of all tables together.
    """

    n_variables: int
    n_edges: int
    n_entries: int


def named(prefix: str, n: int) -> tuple[str, ...]:
    """Return x1, x2, ..., xn for the prefix x."""
    return tuple(f"{prefix}{k}" for k in range(1, n + 1))


def pairwise_size(n_variables: int, n_edges: int, n_states: int = 2) -> Size:
    """Return the size of a model with a factor for each variable and each edge."""
    return Size(n_variables, n_edges, n_variables * n_states + n_edges * n_states**2)


def check_count(what: str, n: int, least: int = 1) -> None:
    """Raise ModelError unless there are enough of something."""
    if n < least:
        raise ModelError(f"{what} needs at least {least}, not {n}.")


def check_size(size: Size) -> None:
    """Refuse what is too large to draw.

    Raises
    ------
    TooLargeError
        Says what was asked for and what is allowed.
    """
    for n, allowed, what in (
        (size.n_variables, MAX_VARIABLES, "variables"),
        (size.n_edges, MAX_EDGES, "edges"),
        (size.n_entries, MAX_ENTRIES, "table entries"),
    ):
        if n > allowed:
            raise TooLargeError(
                f"This graph would have {n:,} {what}; at most {allowed:,} can be made. Choose smaller numbers.",
                8.0 * size.n_entries,
                8.0 * MAX_ENTRIES,
            )


def free_tables(sketch: Sketch, n_states: int, seed: int, strength: float) -> Iterator[Factor]:
    """Yield a factor per variable and then per edge whose log potentials are normal draws times `strength`."""
    check_count("A variable", n_states)
    rng = np.random.default_rng(seed)
    unary = strength * rng.standard_normal((len(sketch.names), n_states))
    pairs = strength * rng.standard_normal((len(sketch.edges), n_states, n_states))
    yield from (Factor((name,), table) for name, table in zip(sketch.names, unary, strict=True))
    yield from (Factor(edge, table) for edge, table in zip(sketch.edges, pairs, strict=True))


def spin_tables(sketch: Sketch, seed: int, strength: float) -> Iterator[Factor]:
    """Yield log psi_i = b_i s and log psi_ij = w_ij s_i s_j with b ~ N(0, 0.3^2) and w ~ N(0, strength^2)."""
    rng = np.random.default_rng(seed)
    unary = _FIELD * rng.standard_normal(len(sketch.names))
    pairs = strength * rng.standard_normal(len(sketch.edges))
    both = np.outer(_SPIN, _SPIN)
    yield from (Factor((name,), b * _SPIN) for name, b in zip(sketch.names, unary.tolist(), strict=True))
    yield from (Factor(edge, w * both) for edge, w in zip(sketch.edges, pairs.tolist(), strict=True))


def equal_tables(sketch: Sketch, unary: Floats, pair: Floats) -> Iterator[Factor]:
    """Yield one table for all variables and one for all edges."""
    one, two = Factor(("x",), unary), Factor(("x", "y"), pair)
    yield from (one.over((name,)) for name in sketch.names)
    yield from (two.over(edge) for edge in sketch.edges)


def model_steps(variables: Sequence[Variable], factors: Iterator[Factor]) -> Steps[UGM]:
    """Make the factors in slices and return the model."""
    made: list[Factor] = []
    for factor in factors:
        made.append(factor)
        if len(made) % _SLICE == 0:
            yield None
    return UGM(variables, made)


def project_steps(sketch: Sketch, ugm: UGM, title: str) -> Steps[Project]:
    """Return a document of a model drawn as sketched; a sketch without places is laid out."""
    positions: Mapping[str, Position] = sketch.positions
    if not positions:
        from models.layouts import spring_steps

        positions = yield from spring_steps(ugm.names, ugm.edges)
    return Project(ugm=ugm, positions=positions, groups=sketch.groups, arcs=sketch.arcs, title=title)


Tables = Callable[[Sketch], Iterator[Factor]]
