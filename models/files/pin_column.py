"""Which column holds PINs, and what are their digits?

A PIN is text: 0012 is four digits, two of them zeros, and never the number 12.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from models.errors import DataError, FileFormatError

from .raw_table import Column, RawTable

SHORTEST, LONGEST = 3, 12
LONGEST_ASKED = 64
_PIN_NAME = re.compile(r"pins?|(pin|pass)[ _-]?codes?", re.IGNORECASE)


def find_pins(table: RawTable, asked: str | None, is_id: Callable[[Column], bool]) -> Column | None:
    """Return the column of PINs, None when there is none.

    Parameters
    ----------
    table : RawTable
    asked : str or None
        The column the caller named.
    is_id : callable
        Whether a column is no variable, so that it may stand beside the PINs.
    """
    for column in table.columns:
        if asked is not None:
            if column.name == asked:
                return column
        elif column.named and _PIN_NAME.fullmatch(column.name):
            if _share(column, length=None) >= 0.5 and _length(column) > 1:
                return column
        elif SHORTEST <= (length := _length(column)) <= LONGEST and _share(column, length) >= 0.5:
            others = [other for other in table.columns if other is not column]
            if all(map(is_id, others)):
                return column
    return None


def split_pins(
    table: RawTable, column: Column, taken: Collection[str]
) -> tuple[list[tuple[str, NDArray[np.int64]]], str]:
    """Return a name and one digit per row for each place of the PINs, and the note to leave.

    Parameters
    ----------
    table : RawTable
    column : Column
    taken : collection of str
        Names of the other columns; the digits are x1, x2, ... unless one of these is taken.

    Raises
    ------
    FileFormatError
        A row is not a PIN of the length that most rows have.
    """
    length = _length(column)
    if not 1 <= length <= LONGEST_ASKED:
        raise DataError(
            f"Column {column.name} of {table.path.name} holds no PINs: no row is a string of 1 to {LONGEST_ASKED} "
            "digits. Choose another column."
        )
    bad = np.array([not _is_digits(value) or len(value) != length for value in column.values])
    if bad.any():
        row = int(np.argmax(bad[column.codes]))
        raise _fault(table, row, column.values[column.codes[row]], length)
    digits = np.frombuffer("".join(column.values).encode("ascii"), dtype=np.uint8).reshape(-1, length) - ord("0")
    by_row = digits.astype(np.int64)[column.codes]
    prefix = next(p for p in ("x", column.name, "digit", "pin digit ") if _free(p, length, taken))
    names = [f"{prefix}{k + 1}" for k in range(length)]
    note = f"Read as PINs: {length} digits a row, variables {names[0]} to {names[-1]}."
    return [(name, by_row[:, k]) for k, name in enumerate(names)], note


def _free(prefix: str, length: int, taken: Collection[str]) -> bool:
    return prefix == "pin digit " or not any(f"{prefix}{k + 1}" in taken for k in range(length))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _length(column: Column) -> int:
    """Return the commonest length of the digit strings, 0 when there is none."""
    tally: Counter[int] = Counter()
    for value, count in zip(column.values, column.counts().tolist(), strict=True):
        if _is_digits(value):
            tally[len(value)] += count
    return max(tally, key=lambda length: (tally[length], length), default=0)


def _share(column: Column, length: int | None) -> float:
    """Return the share of rows that are digit strings (of one length)."""
    counts: list[int] = column.counts().tolist()
    fits = (_is_digits(value) and length in (None, len(value)) for value in column.values)
    return sum(count for count, fit in zip(counts, fits, strict=True) if fit) / len(column.codes)


def _fault(table: RawTable, row: int, value: str, length: int) -> FileFormatError:
    each = f"each PIN is {length} digits"
    if not value:
        return table.fault(row, f"There is no PIN; {each}. Fill it in or remove the row.")
    if not _is_digits(value):
        wrong = next(c for c in value if not _is_digits(c))
        return table.fault(row, f'"{value}" is not a PIN because of "{wrong}"; {each}. Correct it or remove the row.')
    if len(value) < length:
        hint = f"If leading zeros were lost, write {value.zfill(length)} and store the column as text."
        return table.fault(row, f"{value} is too short; {each}. {hint}")
    return table.fault(row, f"{value[:40]} is too long; {each}. Correct it or remove the row.")
