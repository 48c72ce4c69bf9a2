"""What is a factor, and what can be done with one alone?

A factor psi_S maps each joint state of its scope S to a nonnegative potential. It is stored as a table of natural logs;
minus infinity forbids a joint state. Axis a of the table belongs to `scope[a]`. Operations follow Koller and Friedman
(2009), section 9.3 (product, marginalisation) and section 9.3.1 (reduction).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ModelError

Floats = NDArray[np.float64]


def frozen_array(values: ArrayLike) -> Floats:
    """Return a read-only float64 copy in row-major order; an array that is all of that already is shared."""
    if type(values) is np.ndarray and values.dtype == np.float64:
        flags = values.flags
        if flags.owndata and flags.c_contiguous and not flags.writeable:
            return values
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


def show_entry(index: tuple[int, ...]) -> str:
    """Write a table index the way a person counts: "entry (row, column)", from 1."""
    places = ", ".join(str(i + 1) for i in index) or "1"
    return f"entry ({places})" if len(index) > 1 else f"entry {places}"


def _not_a_potential(scope: Sequence[str], index: tuple[int, ...], value: float) -> ModelError:
    return ModelError(
        f"Factor ({', '.join(scope)}), {show_entry(index)}: {value:g} is not a potential. "
        "Give a number that is zero or more; zero forbids the joint state."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A table of log potentials over a few variables.

    Parameters
    ----------
    scope : sequence of str
        Variable names, each once, in the order of the table's axes; empty for a constant.
    log_table : array_like, shape (n_states of scope[0], ...)
        Natural logs of the potentials; minus infinity forbids. Copied and made read-only.

    Raises
    ------
    ModelError
        A name repeats, the number of axes is not the number of names, or an entry is NaN or plus infinity.
    """

    scope: tuple[str, ...]
    log_table: Floats

    def __init__(self, scope: Sequence[str], log_table: ArrayLike) -> None:
        if isinstance(scope, str):
            scope = (scope,)
        names = tuple(scope)
        shown = "(" + ", ".join(names) + ")"
        if len(set(names)) != len(names):
            raise ModelError(f"Factor {shown} names a variable twice. Give each variable of the scope once.")
        try:
            table = frozen_array(log_table)
        except (TypeError, ValueError) as error:
            raise ModelError(f"The table of factor {shown} is not a rectangular array of numbers.") from error
        if table.ndim != len(names):
            raise ModelError(
                f"Factor {shown} has {len(names)} variables but its table has {table.ndim} axes. "
                "Give one axis per variable, in the order of the scope."
            )
        if table.size == 0:
            raise ModelError(f"The table of factor {shown} is empty. Every variable needs at least one state.")
        bad = np.isnan(table) | (table == np.inf)
        if bad.any():
            index = tuple(int(i) for i in np.argwhere(bad)[0])
            raise ModelError(
                f"Factor {shown}, {show_entry(index)}: {table[index]} is not a log potential. "
                "Give a finite number, or minus infinity to forbid the joint state."
            )
        object.__setattr__(self, "scope", names)
        object.__setattr__(self, "log_table", table)

    @classmethod
    def from_table(cls, scope: Sequence[str], table: ArrayLike) -> Factor:
        """Make a factor from potentials (not logs); each must be finite and not negative.

        Raises
        ------
        ModelError
            An entry is negative, NaN or infinite; the message gives its place.
        """
        names = (scope,) if isinstance(scope, str) else tuple(scope)
        try:
            values = np.array(table, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"The table of factor ({', '.join(names)}) is not a rectangular array of numbers."
            ) from error
        bad = ~(np.isfinite(values) & (values >= 0))
        if bad.any():
            index = tuple(int(i) for i in np.argwhere(bad)[0])
            raise _not_a_potential(names, index, values[index])
        with np.errstate(divide="ignore"):
            return cls(names, np.log(values))

    @property
    def table(self) -> Floats:
        """The potentials themselves, shape as `log_table`; may overflow to infinity for very large logs."""
        with np.errstate(over="ignore"):
            return np.exp(self.log_table)

    @property
    def n_entries(self) -> int:
        """Number of entries of the table."""
        return int(self.log_table.size)

    def with_entry(self, index: Sequence[int], value: float, *, log: bool = False) -> Factor:
        """Return the factor with one entry replaced, given as a potential or as its log; the others stay bit for bit.

        Raises
        ------
        ModelError
            Not a finite number of zero or more; for a log, NaN or plus infinity.
        """
        place = tuple(index)
        if log:
            entry = value
        else:
            if not (np.isfinite(value) and value >= 0):
                raise _not_a_potential(self.scope, place, value)
            entry = float(np.log(value)) if value > 0 else -np.inf
        table = self.log_table.copy()
        table[place] = entry
        return Factor(self.scope, table)

    def reduce(self, evidence: Mapping[str, int]) -> Factor:
        """Keep only the entries that agree with the evidence and drop its variables from the scope."""
        if not any(name in evidence for name in self.scope):
            return self
        index = tuple(evidence.get(name, slice(None)) for name in self.scope)
        return Factor([name for name in self.scope if name not in evidence], self.log_table[index])

    def transposed(self, scope: Sequence[str]) -> Factor:
        """Return the same factor with its axes in another order."""
        return Factor(scope, self.log_table.transpose([self._axis(name) for name in scope]))

    def multiply(self, other: Factor) -> Factor:
        """Return the product; its scope is this scope followed by what is new in `other`."""
        scope = self.scope + tuple(name for name in other.scope if name not in self.scope)
        left = self.log_table.reshape(self.log_table.shape + (1,) * (len(scope) - len(self.scope)))
        ordered = other.transposed([name for name in scope if name in other.scope]).log_table
        sizes = iter(ordered.shape)
        right = ordered.reshape([next(sizes) if name in other.scope else 1 for name in scope])
        return Factor(scope, left + right)

    def marginalise(self, names: Sequence[str]) -> Factor:
        """Sum the potentials over the given variables (in logs, without overflow)."""
        return self._fold(names, np.logaddexp.reduce)

    def maximise(self, names: Sequence[str]) -> Factor:
        """Take the largest potential over the given variables."""
        return self._fold(names, np.max)

    def _fold(self, names: Sequence[str], fold: Callable[..., ArrayLike]) -> Factor:
        axes = tuple(self._axis(name) for name in names)
        table = fold(self.log_table, axis=axes) if axes else self.log_table
        return Factor([name for name in self.scope if name not in names], table)

    def _axis(self, name: str) -> int:
        try:
            return self.scope.index(name)
        except ValueError:
            raise ModelError(f"There is no variable called {name} in factor ({', '.join(self.scope)}).") from None

    def over(self, scope: Sequence[str]) -> Factor:
        """Return a factor with this very table, not a copy of it, over other variables.

        Raises
        ------
        ModelError
            A name repeats, or their number is not that of the table's axes.
        """
        names = tuple(scope)
        if len(set(names)) != len(names) or len(names) != self.log_table.ndim:
            return Factor(names, self.log_table)  # which says what is wrong
        made = object.__new__(Factor)
        object.__setattr__(made, "scope", names)
        object.__setattr__(made, "log_table", self.log_table)
        return made

    def renamed(self, names: Mapping[str, str]) -> Factor:
        """Return the same table with variables renamed; names that are not keys stay."""
        return Factor([names.get(name, name) for name in self.scope], self.log_table)

    def same_as(self, other: Factor) -> bool:
        """Whether scope and table are equal, bit for bit."""
        return self.scope == other.scope and np.array_equal(self.log_table, other.log_table)
