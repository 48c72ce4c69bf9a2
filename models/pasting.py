"""Which numbers stand in a piece of text, and how do they get into a factor's table?

Spreadsheets copy a rectangle as lines of cells with tabs between them; files and people use commas, semicolons or
spaces. What does not fit is refused as a whole, with the row and the column of the first thing that is wrong, so a
table is never half pasted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import ModelError
from .factor import Factor, Floats

Cells = tuple[tuple[str, ...], ...]
_PLAIN = frozenset("0123456789.eE+-")
_SHOWN = 20  # letters of a cell that a message repeats


def read_number(text: str) -> float:
    """Return the number that a person typed, with a comma, a real minus sign or ∞ too; NaN for anything else."""
    plain = text.strip().replace("−", "-").replace(",", ".").replace("∞", "inf")
    if "_" in plain:
        return math.nan  # Python's own way to write 1000
    try:
        return float(plain)
    except ValueError:
        return math.nan


def typed_log(factor: Factor, place: tuple[int, ...], text: str, logs: bool) -> float:
    """Return the log potential that was typed for an entry of a factor.

    Parameters
    ----------
    factor : Factor
    place : tuple of int
        Named where the number is one that a table cannot hold.
    text : str
    logs : bool
        Whether a log was typed; a potential otherwise, where 0 gives minus infinity.

    Raises
    ------
    ModelError
        No number, or one that is no potential.
    """
    number = read_number(text)
    if math.isnan(number):
        what = f'"{text[:_SHOWN]}"' if text else "Nothing"
        kind, take = ("log potential", ", or -inf to forbid") if logs else ("potential", " of 0 or more; 0 forbids")
        raise ModelError(
            f"Factor ({', '.join(factor.scope)}): {what} is not a {kind}. Type a finite number{take} the joint state."
        )
    return float(factor.with_entry(place, number, log=logs).log_table[place])


def read_cells(text: str) -> tuple[Cells, ...]:
    """Return the rectangles of cells that a text may mean, the likeliest first; none for blank text.

    Tabs part cells; without tabs semicolons do, then commas, then spaces. Where spaces stand between numbers with one
    comma each, and in a single column of such numbers, the comma may be a decimal one: then there are two readings.
    Brackets and quotes are left out, so that arrays written by Python can be pasted too.
    """
    plain = text.replace("],", "]\n").translate(str.maketrans("", "", "[]()\"'\r"))
    lines = plain.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return ()
    joined = "\n".join(lines)
    for mark in ("\t", ";"):
        if mark in joined:
            return (_parted(lines, mark),)
    spaced = tuple(tuple(line.split()) for line in lines)
    if "," not in joined:
        return (spaced,)
    by_commas = _parted([line.strip().removesuffix(",") for line in lines], ",")
    decimal = all(cell.count(",") <= 1 and not cell.startswith(",") for row in spaced for cell in row)
    decimal = decimal and not any(cell.endswith(",") for row in spaced for cell in row)
    if not decimal:
        return (by_commas,)
    many = any(len(row) > 1 for row in spaced)
    return (spaced, by_commas) if many else (by_commas, spaced)


def _parted(lines: Sequence[str], mark: str) -> Cells:
    return tuple(tuple(cell.strip() for cell in line.split(mark)) for line in lines)


def log_block(cells: Cells, logs: bool) -> Floats:
    """Return the log potentials that cells stand for, shape (rows, columns).

    Parameters
    ----------
    cells : tuple of tuple of str
    logs : bool
        Whether the numbers are logs; potentials otherwise, where 0 forbids.

    Raises
    ------
    ModelError
        Rows of different lengths, or a cell that is no potential; the message names row and column, from 1.
    """
    width = len(cells[0])
    for row, line in enumerate(cells):
        if len(line) != width:
            raise ModelError(
                f"Row {row + 1} of what was pasted has {len(line)} cells, but the first row has {width}. "
                "Nothing was changed. Copy a rectangle of numbers."
            )
    plain = _plain_block(cells, logs)
    if plain is not None:
        return plain
    block = np.empty((len(cells), width))
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            block[row, column] = _log_of(cell, row, column, logs)
    return block


def _plain_block(cells: Cells, logs: bool) -> Floats | None:
    """Return the block where every cell is a plain number that is allowed, which is quick; else None."""
    if not all(_PLAIN.issuperset(cell) for row in cells for cell in row):
        return None
    try:
        block = np.array(cells, dtype=np.float64)
    except ValueError:
        return None
    if not np.isfinite(block).all() or (not logs and (block < 0).any()):
        return None
    if logs:
        return block
    with np.errstate(divide="ignore"):
        return np.log(block)


def _log_of(cell: str, row: int, column: int, logs: bool) -> float:
    value = read_number(cell)
    where = f"Row {row + 1}, column {column + 1} of what was pasted"
    shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    if logs:
        if math.isnan(value) or value == math.inf:
            what = f'has "{shown}", which is no log potential' if cell else "is empty"
            raise ModelError(f"{where} {what}. Nothing was changed. Give finite numbers, or -inf to forbid.")
        return value
    if not (math.isfinite(value) and value >= 0):
        what = f'has "{shown}", which is no potential' if cell else "is empty"
        raise ModelError(f"{where} {what}. Nothing was changed. Give numbers of 0 or more; 0 forbids.")
    return math.log(value) if value > 0 else -math.inf


def slice_shape(factor: Factor) -> tuple[int, int]:
    """Return rows and columns of the slices in which a factor is shown: its last two axes; one axis runs down."""
    shape = factor.log_table.shape
    return (shape[-2], shape[-1]) if len(shape) > 1 else (shape[0] if shape else 1, 1)


def pasted(
    factor: Factor, text: str, rest: Sequence[int] = (), at: tuple[int, int] = (0, 0), logs: bool = False
) -> Factor:
    """Return a factor with a rectangle of numbers, written as text, put into one of its slices.

    Parameters
    ----------
    factor : Factor
    text : str
        As it comes from a spreadsheet; see `read_cells`.
    rest : sequence of int
        The states of the axes before the last two.
    at : (row, column)
        Where the first number goes. A rectangle as large as the slice always fills the slice.
    logs : bool
        Whether the numbers are logs.

    Raises
    ------
    ModelError
        No numbers, too many of them, or one that is no potential; nothing of the text is used then.
    """
    readings = read_cells(text)
    if not readings:
        raise ModelError("There are no numbers to paste. Copy a rectangle of numbers first.")
    problem: ModelError | None = None
    for cells in readings:
        try:
            return _with_block(factor, log_block(cells, logs), rest, at)
        except ModelError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _with_block(factor: Factor, block: Floats, rest: Sequence[int], at: tuple[int, int]) -> Factor:
    n_rows, n_columns = slice_shape(factor)
    height, width = block.shape
    row, column = (0, 0) if block.shape == (n_rows, n_columns) else at
    if row + height > n_rows or column + width > n_columns:
        at_words = f"row {row + 1}, column {column + 1}"
        raise ModelError(
            f"What was pasted has {_many(height, 'row')} and {_many(width, 'column')}; from {at_words} of this table "
            f"on there is room for {n_rows - row} and {n_columns - column}. Nothing was changed. "
            "Choose a cell further up and to the left, or copy a smaller rectangle."
        )
    table = factor.log_table.copy()
    shown = _slice(table, rest, (n_rows, n_columns))  # a view: what is written here is written there
    shown[row : row + height, column : column + width] = block
    return Factor(factor.scope, table)


def _slice(table: Floats, rest: Sequence[int], shape: tuple[int, int]) -> Floats:
    index: tuple[Any, ...] = (*rest, ...)
    part: Floats = table[index].reshape(shape)
    return part


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def copied(
    factor: Factor,
    rest: Sequence[int] = (),
    rows: tuple[int, int] | None = None,
    columns: tuple[int, int] | None = None,
    logs: bool = False,
) -> str:
    """Return a rectangle of one of a factor's slices as lines of numbers with tabs between them.

    Parameters
    ----------
    factor : Factor
    rest : sequence of int
        The states of the axes before the last two.
    rows, columns : (first, last), optional
        The rectangle, both ends included; the whole slice by default.
    logs : bool
        Write logs, minus infinity as "-inf"; potentials otherwise. Both can be read back without loss.
    """
    n_rows, n_columns = slice_shape(factor)
    shown = _slice(factor.log_table, rest, (n_rows, n_columns))
    top, bottom = rows or (0, n_rows - 1)
    left, right = columns or (0, n_columns - 1)
    part = shown[top : bottom + 1, left : right + 1]
    return "\n".join("\t".join(written(float(log), logs) for log in line) for line in part)


def written(log: float, logs: bool) -> str:
    """Return a log potential, or the potential itself, with as many digits as it takes to read it back."""
    if logs:
        return repr(log)
    if log >= 709.7:
        return "inf"  # too large for a number; its log is not
    value = math.exp(log)
    short = f"{value:.12g}"
    return short if abs(float(short) - value) <= 1e-15 * value else repr(value)
