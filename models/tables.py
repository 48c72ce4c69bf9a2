"""Which tables have a form with one weight, and how is a weight read off a table?

Pairwise tables are often one of two forms (Koller and Friedman 2009, sections 4.4.1.2 and 4.4.1.3), here in logs:

- Ising, two states each: ``log psi = w`` where the states agree and ``-w`` where they differ, which is
  ``w * s_i * s_j`` for spins -1 and +1;
- Potts, any equal numbers of states: ``log psi = w`` where the states agree and 0 where they differ.

A constant added to a log table multiplies every joint state alike: it moves log Z and no probability. So a table is
recognised up to a constant, which is reported beside the weight.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError
from .factor import Factor, Floats

TOLERANCE = 1e-12  # how far an entry may be from the form, relative to the largest entry where that is above 1
MOST_ENTRIES = 1_000_000  # of a table that is made by a click


class TableKind(Enum):
    """The form of a pairwise log table."""

    ISING = "Ising"
    POTTS = "Potts"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class TableForm:
    """A table as a form with one weight.

    Attributes
    ----------
    kind : TableKind
        Never FREE.
    weight : float
        w, in nats.
    constant : float
        What every entry has on top of the form, in nats.
    """

    kind: TableKind
    weight: float
    constant: float


def ising_log_table(weight: float, constant: float = 0.0) -> Floats:
    """Return the Ising table: `weight` where two states agree, minus it where they differ; shape (2, 2), nats."""
    return constant + _finite(weight) * (2.0 * np.eye(2) - 1.0)


def potts_log_table(n_states: int, weight: float, constant: float = 0.0) -> Floats:
    """Return the Potts table: `weight` where two states agree, 0 elsewhere; shape (n_states, n_states), nats."""
    return constant + _finite(weight) * np.eye(n_states)


def table_of(form: TableForm, n_states: int) -> Floats:
    """Return the log table of a form, shape (n_states, n_states).

    Raises
    ------
    ModelError
        The weight is not finite, the form is FREE, or an Ising table is asked for with other than two states.
    """
    if form.kind is TableKind.POTTS:
        return potts_log_table(n_states, form.weight, form.constant)
    if form.kind is TableKind.FREE or n_states != 2:
        raise ModelError(
            f"There is no {form.kind.value} table over {n_states} by {n_states} states with one weight. "
            "Ising takes two states each, Potts any equal numbers of states."
        )
    return ising_log_table(form.weight, form.constant)


def _finite(weight: float) -> float:
    if not math.isfinite(weight):
        raise ModelError(f"{weight} is not a weight. Give a finite number; 0 leaves the two variables independent.")
    return float(weight)


def possible_kinds(shape: Sequence[int]) -> tuple[TableKind, ...]:
    """Return the kinds that a table of this shape can have; FREE is always among them."""
    kinds = [TableKind.FREE]
    if len(shape) == 2 and shape[0] == shape[1]:
        kinds.append(TableKind.POTTS)
        if shape[0] == 2:
            kinds.append(TableKind.ISING)
    return tuple(kinds)


def forms_of(log_table: Floats, tolerance: float = TOLERANCE) -> tuple[TableForm, ...]:
    """Return the forms that a table has, the one that fits without a constant first.

    Parameters
    ----------
    log_table : ndarray
        Log potentials, any shape.
    tolerance : float
        How far an entry may be off, in nats, or relative to the largest entry where that is above 1.

    Returns
    -------
    tuple of TableForm
        Empty for a free table, and where a joint state is forbidden. A table over two states each that agrees with
        one form agrees with the other too, with half the weight for Ising; the one with the smaller constant comes
        first, Ising where they are alike.
    """
    kinds = possible_kinds(log_table.shape)
    if TableKind.POTTS not in kinds or not np.isfinite(log_table).all():
        return ()
    size = len(log_table)
    same = np.eye(size, dtype=bool)
    slack = tolerance * max(1.0, float(np.abs(log_table).max()))
    if np.ptp(log_table[same]) > slack or (size > 1 and np.ptp(log_table[~same]) > slack):
        return ()
    on = float(log_table[0, 0])
    off = float(log_table[0, 1]) if size > 1 else 0.0
    forms = [TableForm(TableKind.POTTS, on - off, off)]
    if TableKind.ISING in kinds:
        forms.append(TableForm(TableKind.ISING, (on - off) / 2, (on + off) / 2))
    # A rest of rounding is no constant.
    forms = [TableForm(f.kind, f.weight, 0.0 if abs(f.constant) <= slack else f.constant) for f in forms]
    return tuple(sorted(forms, key=lambda form: (abs(form.constant), form.kind is not TableKind.ISING)))


def nearest_form(log_table: Floats, kind: TableKind) -> TableForm:
    """Return the form of a kind with the weight nearest to a table, without a constant.

    The weight is that of the least-squares fit of weight and constant to the entries that are not forbidden; where all
    entries on the diagonal, or all off it, are forbidden, it is 0.

    Raises
    ------
    ModelError
        A table of this shape cannot be of this kind.
    """
    if kind is TableKind.FREE or kind not in possible_kinds(log_table.shape):
        shape = " by ".join(map(str, log_table.shape)) or "1"
        raise ModelError(
            f"A table of {shape} cannot be {kind.value}. Ising takes two states each, Potts equal numbers of states."
        )
    same = np.eye(len(log_table), dtype=bool)
    means = []
    for part in (log_table[same], log_table[~same]):
        finite = part[np.isfinite(part)]
        means.append(float(finite.mean()) if finite.size else math.nan)
    gap = means[0] - means[1]
    gap = gap if math.isfinite(gap) else 0.0
    return TableForm(kind, gap / 2 if kind is TableKind.ISING else gap, 0.0)


def agreement_log_table(shape: Sequence[int]) -> Floats:
    """Return a log table that favours joint states with all state numbers equal two to one: log 2 there, 0 elsewhere.

    Raises
    ------
    ModelError
        It would have more than a million entries.
    """
    n_entries = math.prod(shape)
    if n_entries > MOST_ENTRIES:
        raise ModelError(
            f"A factor over these {len(shape)} variables would have {n_entries:,} entries; "
            f"at most {MOST_ENTRIES:,} can be made. Choose fewer variables, or join them two by two."
        )
    table = np.zeros(tuple(shape))
    for state in range(min(shape, default=0)):
        table[(state,) * len(shape)] = math.log(2.0)
    return table


def is_symmetric(log_table: Floats) -> bool:
    """Whether it does not matter which variable of a pairwise table runs along its rows."""
    square = log_table.ndim == 2 and log_table.shape[0] == log_table.shape[1]
    return square and bool(np.array_equal(log_table, log_table.T))


def finite_range(log_table: Floats) -> tuple[float, float]:
    """Return the smallest and the largest log potential that is not minus infinity; (0, 0) where there is none."""
    finite = log_table[np.isfinite(log_table)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def with_entries(log_table: Floats, places: Iterable[tuple[int, ...]], value: float) -> Floats:
    """Return a log table with the entries at some places replaced by one value."""
    table = log_table.copy()
    table[_index(places, table.ndim)] = value
    return table


def _index(places: Iterable[tuple[int, ...]], n_axes: int) -> tuple[NDArray[np.intp], ...]:
    """Return places as NumPy indexes with them: one array for each axis."""
    return tuple(np.array(list(places), dtype=np.intp).reshape(-1, n_axes).T) if n_axes else ()


def shifted(log_table: Floats, places: Iterable[tuple[int, ...]], by: float, digits: int | None, logs: bool) -> Floats:
    """Return a log table with some entries moved by so many nats; forbidden entries stay forbidden.

    Parameters
    ----------
    log_table : ndarray
    places : iterable of tuple of int
    by : float
        Added to the logs, so potentials are multiplied by its exponential.
    digits : int or None
        Where given, the result is rounded as a person would write it: logs to so many decimals, potentials to so many
        significant digits.
    logs : bool
        Whether the person reads logs.
    """
    table = log_table.copy()
    index = _index(places, table.ndim)
    moved = np.atleast_1d(table[index] + by)
    if digits is not None and logs:
        moved = np.round(moved, digits) + 0.0  # never minus zero
    elif digits is not None:
        # Beyond what a potential can say, the log is kept as it is.
        sayable = (moved > -700.0) & (moved < 700.0)
        written = [f"{value:.{max(digits, 1)}g}" for value in np.exp(moved[sayable])]
        moved[sayable] = np.log(np.array(written, dtype=np.float64))
    table[index] = moved if index else moved[0]
    return table


def left_over(factors: Iterable[Factor], evidence: Mapping[str, int]) -> Factor:
    """Return the product of what evidence leaves of some factors (Koller and Friedman 2009, section 9.3.1).

    Parameters
    ----------
    factors : iterable of Factor
    evidence : mapping of str to int
        State of each clamped variable.

    Returns
    -------
    Factor
        Over the free variables of the factors, in the order in which they first occur.
    """
    product = Factor((), 0.0)
    for factor in factors:
        product = product.multiply(factor.reduce(evidence))
    return product
