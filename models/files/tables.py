"""How is a data set read, whatever kind of table file it is in?

The extension chooses the reader: text tables (.csv, .tsv, .txt and anything else that is text), HDF5 (.h5, .hdf5, and
.jld as Julia writes it) and NumPy arrays (.npy). All of them give a raw table, whose columns `interpret` reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.dataset import Dataset
from models.errors import CancelToken
from models.steps import Steps, drain

from .csv_tables import read_text_table_steps
from .interpret import Labels, interpret
from .raw_table import RawTable
from .sources import as_path, extension_of

MAX_BYTES = 200e6
MAX_ROWS = 1_000_000
HDF5_EXTENSIONS = (".jld", ".h5", ".hdf5")
ARRAY_EXTENSIONS = (".npy",)


def read_dataset(path: str | Path, **options: Any) -> Dataset:
    """Read a table of discrete data.

    Parameters
    ----------
    path : str or Path
        .csv, .tsv, .txt or any other text table (also gzipped); .jld, .h5, .hdf5; .npy.
    **options
        `header` (bool), `delimiter` (one character, a blank for runs of blanks), `pin_column` and `weight_column`
        (name, or place from 0; `weight_column=False` takes no weights), `labels` (the state labels in order, for all
        columns or by column name), `table` (which table of an HDF5 file), `transposed` (bool: the rows of an HDF5 or
        NumPy array are variables), `max_bytes` and `max_rows`. Whatever is left out is found out by the rules of
        `models.files.interpret`, and said in the notes of the data set.

    Returns
    -------
    Dataset
        PINs have the variables x1, x2, ... with the labels "0" to "9"; columns without names are x1, x2, ... too.

    Raises
    ------
    FileFormatError
        The file cannot be read; the message names the line, what would be accepted and what to do.
    DataError
        The options do not fit the file, or a column is no discrete variable.
    """
    return drain(read_dataset_steps(path, **options))


def read_dataset_steps(
    path: str | Path,
    *,
    header: bool | None = None,
    delimiter: str | None = None,
    pin_column: str | int | None = None,
    weight_column: str | int | None = None,
    labels: Labels | None = None,
    table: str | None = None,
    transposed: bool | None = None,
    max_bytes: float = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    cancel: CancelToken | None = None,
) -> Steps[Dataset]:
    """Read a table of discrete data in slices; parameters, result and errors as `read_dataset`.

    Yields
    ------
    Progress
    """
    path = as_path(path)
    extension = extension_of(path)
    raw: RawTable
    if extension in HDF5_EXTENSIONS:
        from .hdf5_tables import read_hdf5_table_steps

        raw = yield from read_hdf5_table_steps(path, table, transposed, max_bytes, max_rows, cancel)
    elif extension in ARRAY_EXTENSIONS:
        from .arrays import read_npy_table_steps

        raw = yield from read_npy_table_steps(path, transposed, max_bytes, max_rows, cancel)
    else:
        raw = yield from read_text_table_steps(
            path, header=header, delimiter=delimiter, max_bytes=max_bytes, max_rows=max_rows, cancel=cancel
        )
    if cancel is not None:
        cancel.check()
    return interpret(raw, pin_column=pin_column, weight_column=weight_column, labels=labels)
