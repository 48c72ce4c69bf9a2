"""How does a text table (CSV and its relatives) become columns of text?

The lines are read in slices; fields are numbered column by column as they come, so a million rows take a few bytes per
cell. Whether the first line is a header is decided by looking at it beside the rest: names are texts that do not occur
below, over columns of numbers; codes and numbers are never names.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

import numpy as np

from models.errors import CancelToken, FileFormatError
from models.steps import Progress, Steps

from .raw_table import Codes, Column, RawTable
from .text_lines import SAMPLE_LINES, Records, TextFile

SLICE = 4096
MAX_COLUMNS = 1000


def read_text_table_steps(
    path: Path,
    *,
    header: bool | None,
    delimiter: str | None,
    max_bytes: float,
    max_rows: int,
    cancel: CancelToken | None = None,
) -> Steps[RawTable]:
    """Read a text table.

    Parameters
    ----------
    path : Path
    header : bool or None
        Whether the first line holds names; None finds out.
    delimiter : str or None
        One character; a blank stands for runs of blanks; None finds out.
    max_bytes, max_rows
        Limits; the first is checked before anything is read.
    cancel : CancelToken, optional

    Yields
    ------
    Progress
        Per slice of a few thousand rows.

    Returns
    -------
    RawTable

    Raises
    ------
    FileFormatError
        Not text, rows of different lengths, quotes that do not close, no rows, more than `max_rows` rows.
    """
    with closing(TextFile(path, max_bytes)) as source:
        return (yield from _read_steps(source, header, delimiter, max_rows, cancel))


def _read_steps(
    source: TextFile, header: bool | None, delimiter: str | None, max_rows: int, cancel: CancelToken | None
) -> Steps[RawTable]:
    path = source.path
    records = Records(source, delimiter)
    rows = _filled_rows(records)
    sample = list(islice(rows, SAMPLE_LINES))
    if not sample:
        raise FileFormatError(path, "The file holds blank lines only. Give at least one row of values.")
    width = len(sample[0][1])
    if width > MAX_COLUMNS:
        raise FileFormatError(
            path, f"The first line has {width:,} fields; at most {MAX_COLUMNS:,} columns are read. Check the separator."
        )
    _check_widths(path, sample, width)
    names, named = _names(path, [row for _, row in sample], header)
    if named:
        del sample[0]
    codes = [Codes() for _ in names]
    columns = [array("i") for _ in names]
    lines = array("q")
    for batch in _batches(chain(sample, rows)):
        if cancel is not None:
            cancel.check()
        _check_widths(path, batch, width)
        lines.extend(line for line, _ in batch)
        for number, store, values in zip(codes, columns, zip(*(row for _, row in batch), strict=True), strict=True):
            store.extend(map(number.__getitem__, values))
        if len(lines) > max_rows:
            raise FileFormatError(
                path,
                f"The file holds more than {max_rows:,} rows. Use a part of it, count equal rows and give the counts "
                "in a column of their own, or give a larger max_rows in a script.",
            )
        yield Progress(source.share, 1.0, f"Reading {path.name}: {len(lines):,} rows")
    if not lines:
        raise FileFormatError(path, "There is a header but no row below it. Give at least one row of values.")
    notes = [*records.notes, "The first line is a header." if named else f"No header: {_call(names)}."]
    return RawTable(
        path,
        tuple(
            Column(name, tuple(number.order), np.frombuffer(store, dtype=np.int32).copy(), named)
            for name, number, store in zip(names, codes, columns, strict=True)
        ),
        np.frombuffer(lines, dtype=np.int64).copy(),
        tuple(notes),
    )


def _call(names: Sequence[str]) -> str:
    return f"columns are called {names[0]} to {names[-1]}" if len(names) > 1 else f"the column is called {names[0]}"


def _filled_rows(records: Records) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, fields), leaving out lines of blanks or of separators alone; a quoted nothing is a field."""
    for row in records:
        if any(row) if len(row) > 1 else row and not row[0].isspace():
            yield records.line, row


def _batches(rows: Iterable[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    stream = iter(rows)
    while batch := list(islice(stream, SLICE)):
        yield batch


def _check_widths(path: Path, rows: Iterable[tuple[int, list[str]]], width: int) -> None:
    for line, row in rows:
        if len(row) != width:
            have = f"{len(row)} field" + ("s" if len(row) != 1 else "")
            raise FileFormatError(
                path,
                f"The line has {have} where the first has {width}. Add or remove fields, "
                "or say which separator is meant.",
                line,
            )


# --- header ------------------------------------------------------------------------------------------------------


def _names(path: Path, sample: list[list[str]], header: bool | None) -> tuple[list[str], bool]:
    """Return the column names, and whether they come from the first row."""
    first = [field.strip() for field in sample[0]]
    if header is None:
        header = _looks_like_header(first, sample[1:])
    if not header:
        return [f"x{i + 1}" for i in range(len(first))], False
    names = [name or f"column {i + 1}" for i, name in enumerate(first)]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise FileFormatError(path, f'Two columns are called "{twice}". Give each its own name.', 1)
    return names, True


def _looks_like_header(first: list[str], rest: list[list[str]]) -> bool:
    if not any(first) or any(_starts_like_a_number(name) for name in first):
        return False
    if not rest:
        return True
    below = [{row[i].strip() for row in rest} for i in range(len(first))]
    if any(name in values for name, values in zip(first, below, strict=True) if name):
        return False
    for i in range(len(first)):
        values = [row[i].strip() for row in rest]
        if 2 * sum(map(_starts_like_a_number, values)) >= len(values):
            return not any(_is_spoilt_code(n, v) for n, v in zip(first, below, strict=True))
    return len(set(first)) == len(first)  # texts over texts, none of which occurs again below


def _starts_like_a_number(text: str) -> bool:
    return text.lstrip("+-.")[:1].isdigit()


def _is_spoilt_code(name: str, values: set[str]) -> bool:
    """Whether a first line is as long as the codes below it and is mostly digits: a code with a letter in it."""
    lengths = {len(value) for value in values}
    return lengths == {len(name)} and 2 * sum(c.isdigit() for c in name) >= len(name) > 2
