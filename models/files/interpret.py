"""What do the columns of a raw table mean: PINs, digits, counts, running numbers, or plain variables?

The rules, in order; each decision is written into the notes of the data set.

1. Counts. A column called count, counts, n, freq, frequency, weight or weights that holds numbers is taken as weights.
2. PINs. A column called pin (or named by the caller) is a PIN; so is a column in which at least half of the rows are
   digit strings of one length from 3 to 12, when nothing but a running number stands beside it. Every row must then be
   a PIN of that length. Digit k becomes variable xk with the labels "0" to "9"; leading zeros count.
3. Running numbers beside a PIN, and an index column without a name, are left out. When the caller names the PIN
   column, every column whose values are all different is left out.
4. Digits in separate columns. Three to eight columns of 0..9 in which 0 and 9 occur (or that are called d1, digit1,
   pin1, ...) share the labels "0" to "9". When they hold 1..10 and 10 occurs, 10 is the digit 0; if the file names its
   columns, this needs names that end in a number (d1, x2).
5. Anything else is one variable per column: numbers sort as numbers, other labels keep the order of their first row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset
from models.errors import DataError, ModelError
from models.ugm import Variable

from .pin_column import find_pins, split_pins
from .raw_table import Column, RawTable

MAX_STATES = 1000
DIGITS = tuple("0123456789")
Labels = Sequence[str] | Mapping[str, Sequence[str]]
Piece = tuple[Variable, NDArray[np.int64]]

_COUNT_NAMES = frozenset({"count", "counts", "n", "freq", "freqs", "frequency", "frequencies", "weight", "weights"})
_NUMBER = re.compile(r"[+-]?((0|[1-9]\d{0,29})(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?")
_DIGIT_NAME = re.compile(r"(d|digits?|pins?)[ _]?\d+", re.IGNORECASE)
_PLACE_NAME = re.compile(r"[^\d]{0,12}\d+")


def interpret(
    table: RawTable,
    *,
    pin_column: str | int | None = None,
    weight_column: str | int | None = None,
    labels: Labels | None = None,
) -> Dataset:
    """Turn columns of text into a data set by the rules of this module.

    Parameters
    ----------
    table : RawTable
    pin_column : str or int, optional
        Name, or place from 0, of the column of PINs.
    weight_column : str, int or False, optional
        Name, or place from 0, of the column of weights; False takes none.
    labels : sequence of str, or mapping of column name to sequence of str, optional
        The state labels, in order, of every column or of some; each value must be one of them.

    Raises
    ------
    FileFormatError
        A bad value; the message names its line.
    DataError
        Options that do not fit the columns, or a column with more than `MAX_STATES` different values.
    """
    try:
        return _interpret(table, pin_column, weight_column, labels)
    except ModelError as error:
        raise DataError(f"{table.path.name}: {error}") from error


def _interpret(
    table: RawTable, pin_column: str | int | None, weight_column: str | int | None, labels: Labels | None
) -> Dataset:
    if table.columns[0].name == "column 1" and len(table.columns) > 1 and is_running_number(table.columns[0]):
        table = table.without(["column 1"], "The first column has no name and counts the rows; it is left out.")
    pin_name = None if pin_column is None else table.column(pin_column, "PINs").name
    table, weights = _take_weights(table, weight_column, pin_name)
    pin = find_pins(table, pin_name, is_running_number)
    if pin is not None:
        table = _without_ids(table, pin, asked=pin_name is not None)
    wanted = _wanted_labels(table, labels)
    base = None if pin is not None or wanted else _digit_base(table)
    if base is not None:
        table = replace(table, notes=(*table.notes, _digit_note(base)))
    pieces: list[Piece] = []
    notes = list(table.notes)
    for column in table.columns:
        if column is pin:
            taken = {c.name for c in table.columns if c is not pin}
            digits, note = split_pins(table, column, taken)
            pieces += [_relabel(table, name, codes, wanted) for name, codes in digits]
            notes.append(note)
        elif column.name in wanted:
            pieces.append(_labelled(table, column, wanted[column.name]))
        elif base is not None:
            pieces.append(_digits(table, column, base))
        else:
            pieces.append(_variable(table, column, notes))
    unknown = set(wanted) - {variable.name for variable, _ in pieces}
    if isinstance(labels, Mapping) and unknown:
        raise DataError(f"Labels are given for {sorted(unknown)[0]}, which is not a column of {table.path.name}.")
    rows = np.stack([codes for _, codes in pieces], axis=1)
    return Dataset([variable for variable, _ in pieces], rows, weights, table.path.name, notes)


# --- weights -----------------------------------------------------------------------------------------------------


def _take_weights(
    table: RawTable, wanted: str | int | None, pin_name: str | None
) -> tuple[RawTable, NDArray[np.float64] | None]:
    if wanted is False or wanted == "":
        return table, None
    if wanted is not None:
        column = table.column(wanted, "weights")
    else:
        named = [c for c in table.columns if c.named and c.name.lower() in _COUNT_NAMES and c.name != pin_name]
        if len(named) != 1 or not all(_number(value) is not None for value in named[0].values):
            return table, None
        column = named[0]
    if len(table.columns) == 1:
        if wanted is None:
            return table, None
        raise DataError(f"{table.path.name} has no column beside the weights. Give a table with values and weights.")
    numbers = [_number(value) for value in column.values]
    by_value = np.array([np.nan if number is None else float(number) for number in numbers])
    bad = ~(np.isfinite(by_value) & (by_value >= 0))
    if bad.any():
        row = int(np.argmax(bad[column.codes]))
        raise table.fault(
            row,
            f'The weight in column {column.name} is "{column.values[column.codes[row]]}". '
            "Give a number that is zero or more, without thousands separators.",
        )
    weights = by_value[column.codes]
    note = f"Column {column.name} taken as weights (total {weights.sum():,.15g})."
    return table.without([column.name], note), weights


def _number(text: str) -> Decimal | None:
    """Return the value of a plainly written number; None for anything else, also for 007."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


# --- columns that are no variables -------------------------------------------------------------------------------


def is_running_number(column: Column) -> bool:
    """Whether a column counts its rows: k, k + 1, k + 2, ..."""
    n = len(column.codes)
    if len(column.values) != n or n < 2:
        return False
    try:
        numbers = np.array([int(value) for value in column.values], dtype=np.int64)[column.codes]
    except (ValueError, OverflowError):
        return False
    return bool((np.diff(numbers) == 1).all())


def _without_ids(table: RawTable, pin: Column, asked: bool) -> RawTable:
    def is_id(column: Column) -> bool:
        all_different = len(column.values) == len(column.codes) > 1
        return column is not pin and (is_running_number(column) or (asked and all_different))

    for column in [c for c in table.columns if is_id(c)]:
        why = "it counts the rows" if is_running_number(column) else "its values are all different"
        table = table.without([column.name], f"Column {column.name} left out: {why}.")
    return table


# --- digits in separate columns ----------------------------------------------------------------------------------


def _digit_base(table: RawTable) -> int | None:
    """Return 0 for columns of digits 0..9, 1 for 1..10 with 10 as the digit 0, None for anything else."""
    if not 3 <= len(table.columns) <= 8:
        return None
    seen: set[int] = set()
    for column in table.columns:
        numbers = [_digit(value) for value in column.values]
        counts = column.counts()
        if sum(c for c, n in zip(counts, numbers, strict=True) if n is not None) < 0.9 * table.n_rows:
            return None
        seen |= {n for n in numbers if n is not None}
    named = [c.name for c in table.columns if c.named]
    if 10 not in seen:
        return 0 if seen >= {0, 9} or (named and all(map(_DIGIT_NAME.fullmatch, named))) else None
    return 1 if 0 not in seen and all(map(_PLACE_NAME.fullmatch, named)) else None


def _digit(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number in range(11) else None


def _digit_note(base: int) -> str:
    return (
        'Read as digits 0 to 9, one column each; the labels are "0" to "9".'
        if base == 0
        else "Read as digits, one column each; the values are 1 to 10 and 10 is the digit 0."
    )


def _digits(table: RawTable, column: Column, base: int) -> Piece:
    numbers = [_digit(value) for value in column.values]
    bad = np.array([n is None for n in numbers])
    if bad.any():
        row = int(np.argmax(bad[column.codes]))
        raise table.fault(
            row,
            f'Column {column.name} has "{column.values[column.codes[row]]}" where a digit {base} to {9 + base} is '
            "expected, as in almost all other fields. Correct it, remove the row, or give the labels.",
        )
    by_value = np.array([0 if n is None else n % 10 for n in numbers], dtype=np.int64)
    return Variable(column.name, DIGITS), by_value[column.codes]


# --- labels ------------------------------------------------------------------------------------------------------


def _wanted_labels(table: RawTable, labels: Labels | None) -> dict[str, tuple[str, ...]]:
    """Return labels by column name; the key "" stands for every column."""
    if labels is None:
        return {}
    try:
        if isinstance(labels, Mapping):
            return {name: tuple(map(str, wanted)) for name, wanted in labels.items()}
        every = tuple(map(str, labels))
    except TypeError as error:
        raise DataError("labels is neither a list of labels nor lists of labels by column name.") from error
    return {"": every} | {column.name: every for column in table.columns}


def _relabel(table: RawTable, name: str, codes: NDArray[np.int64], wanted: Mapping[str, tuple[str, ...]]) -> Piece:
    """Apply the caller's labels, if any, to one digit of a PIN."""
    labels = wanted.get(name, wanted.get("", DIGITS))
    if labels == DIGITS:
        return Variable(name, DIGITS), codes
    digit = Column(name, DIGITS, codes.astype(np.int32))
    return _labelled(table, digit, labels)


def _labelled(table: RawTable, column: Column, labels: tuple[str, ...]) -> Piece:
    places = {label: i for i, label in enumerate(labels)}
    numbers = {number: i for i, label in enumerate(labels) if (number := _number(label)) is not None}
    by_value = np.array(
        [places.get(value, numbers.get(_number(value), -1)) for value in column.values],  # type: ignore[arg-type]
        dtype=np.int64,
    )
    codes = by_value[column.codes]
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        raise table.fault(
            row,
            f'Column {column.name} has "{column.values[column.codes[row]]}", which is none of the labels given: '
            f"{', '.join(labels[:20])}. Correct it or add the label.",
        )
    return Variable(column.name, labels), codes


def _variable(table: RawTable, column: Column, notes: list[str]) -> Piece:
    missing = np.zeros(len(column.values), dtype=bool)
    missing[column.missing] = True
    if missing.any():
        row = int(np.argmax(missing[column.codes]))
        value = column.values[column.codes[row]]
        what = f'"{value}" stands for no value' if value else "there is no value"
        raise table.fault(row, f"Column {column.name}: {what}. Every row needs one: fill it in or remove the row.")
    if len(column.values) > MAX_STATES:
        raise DataError(
            f"{table.path.name}: column {column.name} has {len(column.values):,} different values. It looks like an "
            f"id or a measurement; a variable has at most {MAX_STATES:,} states. Remove the column or sort its values "
            "into a few classes."
        )
    numbers = [_number(value) for value in column.values]
    if all(number is not None for number in numbers):
        return _numeric(column, [n for n in numbers if n is not None], notes)
    return Variable(column.name, column.values), column.codes.astype(np.int64)


def _numeric(column: Column, numbers: list[Decimal], notes: list[str]) -> Piece:
    """Sort states by value; the same number written in two ways is one state."""
    spellings: dict[Decimal, list[str]] = {}
    for number, value in zip(numbers, column.values, strict=True):
        spellings.setdefault(number, []).append(value)
    order = sorted(spellings)
    twice = next((spellings[number] for number in order if len(spellings[number]) > 1), None)
    if twice is not None:
        notes.append(f"Column {column.name}: {' and '.join(twice[:3])} are the same number, so one state.")
    place = {number: i for i, number in enumerate(order)}
    by_value = np.array([place[number] for number in numbers], dtype=np.int64)
    labels = tuple(min(spellings[number], key=lambda text: (len(text), text)) for number in order)
    return Variable(column.name, labels), by_value[column.codes]
