"""What is a table before anybody has decided what its columns mean?

Each column is kept as its different values (text, in the order they first appear) and one code per row, so that every
later decision looks at a handful of values instead of a million rows, and can still name the line of the first bad one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import DataError, FileFormatError

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"})


class Codes(dict[str, int]):
    """Numbers text values in the order they first appear; outer blanks do not count.

    Attributes
    ----------
    order : list of str
        The different values, stripped.
    """

    def __init__(self) -> None:
        self.order: list[str] = []

    def __missing__(self, value: str) -> int:
        stripped = value.strip()
        if stripped != value:
            code = self[stripped]
        else:
            code = len(self.order)
            self.order.append(value)
        self[value] = code
        return code


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    values : tuple of str
        Different values, stripped, in the order they first appear.
    codes : ndarray of int32, shape (n_rows,)
        Place in `values` of each row's value.
    named : bool
        Whether the name was written in the file.
    """

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.int32]
    named: bool = False

    @property
    def missing(self) -> list[int]:
        """Codes of values that stand for "no value"."""
        return [code for code, value in enumerate(self.values) if value in MISSING]

    def first_row(self, code: int) -> int:
        """Return the first row that has a value."""
        return int(np.argmax(self.codes == code))

    def counts(self) -> NDArray[np.int64]:
        """Return how many rows have each value."""
        return np.bincount(self.codes, minlength=len(self.values))


@dataclass(frozen=True, slots=True)
class RawTable:
    """Columns of text.

    Attributes
    ----------
    path : Path
    columns : tuple of Column
    lines : ndarray of int64, shape (n_rows,), or None
        Line of each row in the file; None for arrays, whose rows are numbered from 1.
    notes : tuple of str
    """

    path: Path
    columns: tuple[Column, ...]
    lines: NDArray[np.int64] | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].codes)

    def without(self, names: Iterable[str], *notes: str) -> RawTable:
        """Leave columns out and say so."""
        gone = set(names)
        return replace(
            self,
            columns=tuple(c for c in self.columns if c.name not in gone),
            notes=self.notes + notes,
        )

    def column(self, wanted: str | int, role: str) -> Column:
        """Return a column by name, or by place from 0; DataError that lists the columns when there is none."""
        if isinstance(wanted, int) and 0 <= wanted < len(self.columns):
            return self.columns[wanted]
        for column in self.columns:
            if column.name == wanted:
                return column
        names = ", ".join(column.name for column in self.columns[:20])
        raise DataError(f"{self.path.name} has no column {wanted!r} to use as {role}. Its columns are {names}.")

    def fault(self, row: int, message: str) -> FileFormatError:
        """Return the error for a row, naming its line (or, for an array, its number)."""
        if self.lines is None:
            return FileFormatError(self.path, f"Row {row + 1}: {message}")
        return FileFormatError(self.path, message, int(self.lines[row]))
