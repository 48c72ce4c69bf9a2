"""What is a lattice of spins with one coupling and one field, and how are the two changed in a document?

Ising: log psi_ij = J s_i s_j and log psi_i = h s_i, s = -1 or +1. Potts with q states: log psi_ij = J where the states
agree and 0 elsewhere, log psi_i = h in state 0. A document that holds such a lattice is recognised by its numbers, so
that J and h can be changed by a slider whatever file it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.errors import ModelError
from models.factor import Factor, Floats
from models.project import Project
from models.steps import drain
from models.ugm import UGM, Variable

from .shapes import lattice_edges, lattice_size, lattice_sketch
from .sketch import check_size, equal_tables, model_steps

Kind = Literal["ising", "potts"]

SPINS = ("-1", "+1")
LARGEST = 100.0  # of a coupling or a field: beyond it every probability is 0 or 1 anyway
_SPIN = np.array([-1.0, 1.0])


def spin_tables_of(kind: Kind, n_states: int, coupling: float, field: float) -> tuple[Floats, Floats]:
    """Return the log tables of every variable, shape (n_states,), and of every edge, (n_states, n_states).

    Raises
    ------
    ModelError
        A coupling or field that is not finite or is beyond `LARGEST`.
    """
    for what, value in (("coupling", coupling), ("field", field)):
        if not abs(value) <= LARGEST:
            raise ModelError(f"A {what} of {value:g} is out of range. Give a number from {-LARGEST:g} to {LARGEST:g}.")
    if kind == "ising":
        return field * _SPIN, coupling * np.outer(_SPIN, _SPIN)
    return field * (np.arange(n_states) == 0), coupling * np.eye(n_states)


def ising_grid(rows: int, columns: int, coupling: float = 0.4, field: float = 0.05, wrap: bool = False) -> UGM:
    """Return an Ising model on a lattice: log psi_ij = coupling * s_i s_j, log psi_i = field * s_i, s = -1 or +1.

    Parameters
    ----------
    rows, columns : int
        Variables x1, x2, ... run along the rows; state 0 is labelled "-1" and state 1 "+1".
    coupling, field : float
        Positive couplings let neighbours agree; positive fields favour "+1". For equal sides and no field the critical
        coupling of the infinite lattice is log(1 + sqrt 2) / 2 = 0.4407 (Onsager 1944).
    wrap : bool
        Join the ends of each row and each column.
    """
    return _grid("ising", rows, columns, wrap, SPINS, coupling, field)


def potts_grid(
    rows: int, columns: int, n_states: int = 3, coupling: float = 0.8, field: float = 0.0, wrap: bool = False
) -> UGM:
    """Return a Potts model on a lattice: log psi_ij = coupling where the states agree, log psi_i = field in state 0.

    Parameters
    ----------
    rows, columns : int
        Variables x1, x2, ... run along the rows.
    n_states : int
        Of each variable, labelled "0", "1", ...
    coupling, field : float
        The critical coupling of the infinite lattice is log(1 + sqrt n_states) (Potts 1952).
    wrap : bool
        Join the ends of each row and each column.
    """
    labels = Variable.of_size("x", n_states).labels
    return _grid("potts", rows, columns, wrap, labels, coupling, field)


def _grid(
    kind: Kind, rows: int, columns: int, wrap: bool, labels: tuple[str, ...], coupling: float, field: float
) -> UGM:
    check_size(lattice_size(max(rows, 0), max(columns, 0), wrap, len(labels)))
    sketch = lattice_sketch(rows, columns, wrap)
    unary, pair = spin_tables_of(kind, len(labels), coupling, field)
    variables = [Variable(name, labels) for name in sketch.names]
    return drain(model_steps(variables, equal_tables(sketch, unary, pair)))


@dataclass(frozen=True, slots=True)
class SpinGrid:
    """What a lattice of spins is made of.

    Attributes
    ----------
    kind : "ising" or "potts"
    rows, columns : int
    wrap : bool
    n_states : int
    coupling, field : float
    """

    kind: Kind
    rows: int
    columns: int
    wrap: bool
    n_states: int
    coupling: float
    field: float


def spin_grid_of(ugm: UGM, kind: Kind | None = None) -> SpinGrid | None:
    """Return what a model is made of if it is an Ising or Potts lattice with one coupling and one field, else None.

    Parameters
    ----------
    ugm : UGM
        Variables row by row; one factor over each variable and each edge, and nothing else.
    kind : "ising" or "potts", optional
        Which of the two it was before: with a coupling and a field of 0 it may be either.

    Notes
    -----
    Looks at the numbers first: most models differ in their second factor, so that this costs nothing.
    """
    n = len(ugm.variables)
    if n < 4 or len(ugm.factors) <= n:
        return None
    tables = _equal_tables_of(ugm)
    if tables is None:
        return None
    shape = _lattice_of(ugm)
    if shape is None:
        return None
    rows, columns, wrap = shape
    unary, pair = tables
    n_states = len(unary)
    fits: list[SpinGrid] = []
    if n_states == 2:
        fits.append(SpinGrid("ising", rows, columns, wrap, 2, float(pair[1, 1]), float(unary[1])))
    if n_states > 1:
        fits.append(SpinGrid("potts", rows, columns, wrap, n_states, float(pair[0, 0]), float(unary[0])))
    fits = [fit for fit in fits if _made_of(fit, unary, pair)]
    return next((fit for fit in fits if fit.kind == kind), fits[0] if fits else None)


def _made_of(grid: SpinGrid, unary: Floats, pair: Floats) -> bool:
    if not (abs(grid.coupling) <= LARGEST and abs(grid.field) <= LARGEST):
        return False
    wanted = spin_tables_of(grid.kind, grid.n_states, grid.coupling, grid.field)
    return np.array_equal(wanted[0], unary) and np.array_equal(wanted[1], pair)


def _equal_tables_of(ugm: UGM) -> tuple[Floats, Floats] | None:
    """Return the one table of all variables and the one of all edges, or None where they differ."""
    first: dict[int, Floats] = {}
    bits: dict[int, bytes] = {}
    labels = ugm.variables[0].labels
    if any(variable.labels != labels for variable in ugm.variables):
        return None
    for factor in ugm.factors:
        table = factor.log_table
        known = bits.get(table.ndim)
        if known is None:
            if table.ndim not in (1, 2):
                return None
            first[table.ndim], bits[table.ndim] = table, table.tobytes()
        elif table is not first[table.ndim] and table.tobytes() != known:
            return None
    return (first[1], first[2]) if len(first) == 2 else None


def _lattice_of(ugm: UGM) -> tuple[int, int, bool] | None:
    """Return rows, columns and whether they wrap, where the edges are those of a lattice in model order."""
    names = ugm.names
    scopes = [factor.scope for factor in ugm.factors]
    edges = {frozenset(scope) for scope in scopes if len(scope) == 2}
    alone = {scope[0] for scope in scopes if len(scope) == 1}
    if len(alone) != len(names) or len(edges) + len(alone) != len(scopes):
        return None  # a variable without a field, or two factors over one scope
    n = len(names)
    for columns in range(2, n // 2 + 1):
        if n % columns or frozenset((names[0], names[columns])) not in edges:
            continue
        rows = n // columns
        for wrap in (False, True):
            if len(edges) == lattice_size(rows, columns, wrap).n_edges and all(
                frozenset(edge) in edges for edge in lattice_edges(names, rows, columns, wrap)
            ):
                return rows, columns, wrap
    return None


def with_spins(project: Project, coupling: float, field: float, kind: Kind | None = None) -> Project:
    """Return a document whose lattice has another coupling and another field.

    Raises
    ------
    ModelError
        The document holds no Ising or Potts lattice with one coupling and one field, or a number is out of range.
    """
    grid = spin_grid_of(project.ugm, kind)
    if grid is None:
        raise ModelError("This model is no lattice with one coupling and one field. Make one with New graph.")
    unary, pair = spin_tables_of(grid.kind, grid.n_states, coupling, field)
    tables = {1: Factor(("x",), unary), 2: Factor(("x", "y"), pair)}
    factors = [tables[factor.log_table.ndim].over(factor.scope) for factor in project.ugm.factors]
    return replace(project, ugm=UGM(project.ugm.variables, factors))


__all__ = ["SpinGrid", "ising_grid", "potts_grid", "spin_grid_of", "spin_tables_of", "with_spins"]
