"""What is a data set, and which summaries of it does learning need?

A data set is a table of joint states: one row per observation (or per distinct observation, with a weight), one column
per variable, entries are state numbers from 0. It is a value: arrays are copied on the way in and locked, and whoever
made it says in `notes` what had to be decided on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import DataError, TooLargeError
from .ugm import Variable

MAX_TABLE_ENTRIES = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Observed joint states with weights.

    Parameters
    ----------
    variables : sequence of Variable
        Columns, in order; names differ.
    rows : array_like of int, shape (n, d)
        State numbers from 0; copied, int64, read-only. At least one row and one column.
    weights : array_like of float, shape (n,), optional
        How often each row counts: finite, zero or more, not all zero; ones when left out. Copied, read-only.
    name : str
        What to call the data, usually the file name.
    notes : sequence of str
        What the reader decided, each a sentence for a person.

    Raises
    ------
    DataError
        Shapes disagree, a state is out of range, a weight is negative or not finite, or there is nothing.
    """

    variables: tuple[Variable, ...]
    rows: NDArray[np.int64]
    weights: NDArray[np.float64]
    name: str = ""
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        variables: Sequence[Variable],
        rows: ArrayLike,
        weights: ArrayLike | None = None,
        name: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        put = object.__setattr__
        put(self, "variables", tuple(variables))
        put(self, "rows", _checked_rows(self.variables, rows))
        put(self, "weights", _checked_weights(len(self.rows), weights))
        put(self, "name", name)
        put(self, "notes", tuple(notes))

    # --- reading -----------------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(variable.name for variable in self.variables)

    @property
    def n_states(self) -> tuple[int, ...]:
        """State counts in column order."""
        return tuple(variable.n_states for variable in self.variables)

    @property
    def n_rows(self) -> int:
        """Number of rows, each counted once whatever its weight."""
        return len(self.rows)

    @property
    def total_weight(self) -> float:
        """Sum of the weights: the number of observations when weights are counts."""
        return float(self.weights.sum())

    def index(self, name: str) -> int:
        """Return the column of a variable; DataError when there is none."""
        try:
            return self.names.index(name)
        except ValueError:
            raise DataError(f"The data have no column called {name}. There are {', '.join(self.names[:20])}.") from None

    def variable(self, name: str) -> Variable:
        """Return a variable by name; DataError when there is none."""
        return self.variables[self.index(name)]

    # --- summaries ---------------------------------------------------------------------------------------------

    def counts(self, names: str | Sequence[str]) -> NDArray[np.float64]:
        """Return the weighted table of counts of some variables.

        Parameters
        ----------
        names : str or sequence of str
            Columns, each once; they become the axes, in this order. None of them gives the total weight.

        Returns
        -------
        ndarray of float64, shape (n_states of names[0], ...)
            Sums to `total_weight`.

        Raises
        ------
        DataError
            An unknown or repeated name.
        TooLargeError
            The table would have more than `MAX_TABLE_ENTRIES` entries.
        """
        wanted = (names,) if isinstance(names, str) else tuple(names)
        columns = [self.index(name) for name in wanted]
        if len(set(columns)) != len(columns):
            raise DataError(f"Counts of ({', '.join(wanted)}) name a column twice. Give each once.")
        shape = tuple(self.variables[c].n_states for c in columns)
        size = prod(shape)
        if size > MAX_TABLE_ENTRIES:
            raise TooLargeError(
                f"A table of counts over ({', '.join(wanted)}) would have {size:,} entries; at most "
                f"{MAX_TABLE_ENTRIES:,} are made. Choose fewer variables.",
                needed=8.0 * size,
                allowed=8.0 * MAX_TABLE_ENTRIES,
            )
        code = np.zeros(self.n_rows, dtype=np.int64)
        for column, n_states in zip(columns, shape, strict=True):
            code = code * n_states + self.rows[:, column]
        table = np.bincount(code, weights=self.weights, minlength=size).astype(np.float64, copy=False)
        return table.reshape(shape)

    def distinct(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the different rows in ascending order, and the weight of each; rows of weight 0 are left out.

        Returns
        -------
        rows : ndarray of int64, shape (k, d)
        weights : ndarray of float64, shape (k,)
            Positive; they sum to `total_weight`.
        """
        used = self.weights > 0
        rows, weights = (self.rows, self.weights) if used.all() else (self.rows[used], self.weights[used])
        if prod(self.n_states) < 2**62:
            code = np.zeros(len(rows), dtype=np.int64)
            for column, n_states in enumerate(self.n_states):
                code = code * n_states + rows[:, column]
            _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
            different = rows[first]
        else:
            different, inverse = np.unique(rows, axis=0, return_inverse=True)
        return different, np.bincount(inverse.reshape(-1), weights=weights).astype(np.float64, copy=False)

    def commonest_row(self) -> tuple[int, ...]:
        """Return the joint state of largest weight; among equals the first in ascending order."""
        rows, weights = self.distinct()
        return tuple(int(s) for s in rows[int(np.argmax(weights))])

    def nll_saturated(self) -> float:
        """Return the entropy of the empirical distribution, in nats per unit of weight.

        It is the mean negative log-likelihood of the saturated model, p(x) = share of x: no model has a lower one on
        these data (Cover and Thomas 2006, theorem 2.6.3).
        """
        shares = self.distinct()[1] / self.total_weight
        return max(0.0, float(-(shares * np.log(shares)).sum()))  # not minus zero, for one distinct row

    def share(self, states: Mapping[str, int]) -> float:
        """Return the share of the weight in rows that have all the given states (from 0, by column name)."""
        hit = np.ones(self.n_rows, dtype=bool)
        for name, state in states.items():
            hit &= self.rows[:, self.index(name)] == state
        return float(self.weights[hit].sum() / self.total_weight)

    def show_row(self, states: Sequence[int]) -> str:
        """Write a joint state by its labels: "1234" when each label is one character, else "low, 2"."""
        labels = [v.labels[s] for v, s in zip(self.variables, states, strict=True)]
        return ("" if all(len(label) == 1 for label in labels) else ", ").join(labels)

    def same_as(self, other: Dataset) -> bool:
        """Whether variables, rows and weights are equal; name and notes do not count."""
        return (
            self.variables == other.variables
            and np.array_equal(self.rows, other.rows)
            and np.array_equal(self.weights, other.weights)
        )


def _checked_rows(variables: tuple[Variable, ...], rows: ArrayLike) -> NDArray[np.int64]:
    names = [variable.name for variable in variables]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"Two columns are called {twice}. Give each column its own name.")
    try:
        given: NDArray[Any] = np.asarray(rows)
    except ValueError as error:
        raise DataError("The rows do not all have the same length. Give one state per variable.") from error
    if given.ndim != 2 or given.shape[1] != len(variables):
        raise DataError(
            f"The rows are an array of shape {given.shape} for {len(variables)} variables. "
            "Give a table with one row per observation and one column per variable."
        )
    if given.size == 0:
        raise DataError("The data have no rows. Give at least one." if len(variables) else "The data have no columns.")
    if given.dtype.kind not in "iu":
        raise DataError(f"The rows are of type {given.dtype}, not integers. Give state numbers, counted from 0.")
    table = np.array(given, dtype=np.int64, order="C")
    low, high = table.min(axis=0), table.max(axis=0)
    for column, variable in enumerate(variables):
        if low[column] < 0 or high[column] >= variable.n_states:
            bad = (table[:, column] < 0) | (table[:, column] >= variable.n_states)
            row = int(np.argmax(bad))
            raise DataError(
                f"Row {row + 1} has state {table[row, column]} in column {variable.name}, which has states 0 to "
                f"{variable.n_states - 1}. Correct the row or add a state."
            )
    table.setflags(write=False)
    return table


def _checked_weights(n_rows: int, weights: ArrayLike | None) -> NDArray[np.float64]:
    try:
        given = np.ones(n_rows) if weights is None else np.array(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("The weights are not a list of numbers. Give one number per row.") from error
    if given.shape != (n_rows,):
        raise DataError(f"There are {n_rows} rows but the weights have shape {given.shape}. Give one weight per row.")
    bad = ~(np.isfinite(given) & (given >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(f"Row {row + 1} has weight {given[row]:g}. Give a finite number that is zero or more.")
    with np.errstate(over="ignore"):
        total = given.sum()
    if not total > 0:
        raise DataError("All weights are zero, so the data say nothing. Give at least one row a positive weight.")
    if not np.isfinite(total):
        raise DataError("The weights add up to more than a number can hold. Divide them all by a common factor.")
    given.setflags(write=False)
    return given
