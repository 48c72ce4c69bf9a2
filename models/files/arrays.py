"""How does an array of numbers or texts become columns, and how is a NumPy file read?

Rows are observations, columns are variables. An array is never turned by its shape: a file that has more columns than
data can have is refused with the option that turns it.
"""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import CancelToken, FileFormatError
from models.steps import Progress, Steps

from .csv_tables import MAX_COLUMNS
from .raw_table import Codes, Column, RawTable
from .sources import check_file, explain, first_bytes, show_size

TURN = "If its rows are variables, give transposed=True in a script, or save it with rows and columns exchanged."


def check_shape(path: Path, shape: tuple[int, ...], itemsize: int, max_bytes: float, max_rows: int) -> None:
    """Refuse an array by its shape (rows, columns), before it is read."""
    if len(shape) not in (1, 2):
        raise FileFormatError(
            path, f"The array has {len(shape)} axes. Give a table: one row per observation, one column per variable."
        )
    n_rows, n_columns = shape[0], shape[1] if len(shape) == 2 else 1
    if n_rows == 0 or n_columns == 0:
        raise FileFormatError(path, f"The array has {n_rows} rows and {n_columns} columns. Give at least one of each.")
    if n_columns > MAX_COLUMNS:
        raise FileFormatError(
            path, f"The array has {n_rows:,} rows and {n_columns:,} columns; at most {MAX_COLUMNS:,} are read. {TURN}"
        )
    if n_rows > max_rows:
        raise FileFormatError(
            path,
            f"The array has {n_rows:,} rows; at most {max_rows:,} are read. Use a part of it, count equal rows, or "
            "give a larger max_rows in a script.",
        )
    if n_rows * n_columns * itemsize > max_bytes:
        raise FileFormatError(
            path,
            f"The array takes {show_size(float(n_rows) * n_columns * itemsize)}; at most {show_size(max_bytes)} are "
            "read. Store small integers, use a part of it, or give a larger max_bytes in a script.",
        )


def columns_of_steps(
    path: Path, array: NDArray[Any], notes: tuple[str, ...], cancel: CancelToken | None
) -> Steps[RawTable]:
    """Turn an array of shape (rows, columns) or (rows,) into columns called x1, x2, ...

    Raises
    ------
    FileFormatError
        Entries that are neither numbers nor texts, or a number that is NaN or infinite; the message names the place.
    """
    if array.ndim == 1:
        array = array[:, np.newaxis]
    n_columns = array.shape[1]
    columns = []
    for place in range(n_columns):
        if cancel is not None:
            cancel.check()
        columns.append(_column(path, f"x{place + 1}", array[:, place]))
        yield Progress(place + 1, n_columns, f"Reading {path.name}: column {place + 1} of {n_columns}")
    called = "The column is called x1." if n_columns == 1 else f"Columns are called x1 to x{n_columns}."
    return RawTable(path, tuple(columns), None, (*notes, called))


def _column(path: Path, name: str, entries: NDArray[Any]) -> Column:
    kind = entries.dtype.kind
    if kind in "SU":
        number = Codes()
        texts = (entry.decode("latin-1") if isinstance(entry, bytes) else entry for entry in entries.tolist())
        by_row = np.fromiter(map(number.__getitem__, texts), dtype=np.int32, count=len(entries))
        return Column(name, tuple(number.order), by_row)
    if kind == "b":
        entries = entries.astype(np.int8)
    elif kind == "f":
        bad = ~np.isfinite(entries)
        if bad.any():
            row = int(np.argmax(bad))
            raise FileFormatError(
                path,
                f"Row {row + 1}, column {name} is {entries[row]}. Every entry must be a number: fill it in or remove "
                "the row.",
            )
    elif kind not in "iu":
        raise FileFormatError(
            path, f"The array holds entries of type {entries.dtype}. Give integers, whole floats or texts."
        )
    values, codes = np.unique(entries, return_inverse=True)
    places = codes.reshape(-1).astype(np.int32)
    return Column(name, tuple(map(_show_number, values.tolist())), places)


def _show_number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def read_npy_table_steps(
    path: Path, transposed: bool | None, max_bytes: float, max_rows: int, cancel: CancelToken | None
) -> Steps[RawTable]:
    """Read a NumPy array file; see `columns_of_steps` for what it may hold.

    Raises
    ------
    FileFormatError
        Not a .npy file, cut short, Python objects inside, or a shape that `check_shape` refuses.
    """
    path, _ = check_file(path, max_bytes)
    head = first_bytes(path, 6)
    if head.startswith(b"PK"):
        raise FileFormatError(path, "This is an archive of several arrays. Save one table with numpy.save.")
    if head != b"\x93NUMPY":
        raise FileFormatError(path, "This is not a NumPy array file. Save the table with numpy.save, or as CSV.")
    try:
        # Mapping checks the header against the size of the file, so that no announced shape can use up memory.
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise explain(path, error, "read") from error
    except (ValueError, EOFError, TypeError, SyntaxError, TokenError, OverflowError, RecursionError, KeyError) as error:
        raise FileFormatError(
            path,
            f"This is not a complete NumPy array of numbers or texts ({_first_line(error)}). "
            "Save it again with numpy.save.",
        ) from error
    table = array.T if transposed else array
    check_shape(path, table.shape, table.dtype.itemsize, max_bytes, max_rows)
    notes = ("Rows and columns exchanged as asked.",) if transposed else ()
    return (yield from columns_of_steps(path, np.array(table), notes, cancel))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100]
