"""Which kinds of file are there, by extension?

`FORMATS` is the one table: each row says which extensions it stands for and what such a file gives. ".gz" may follow
any extension that holds text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.errors import FileFormatError

from .sources import extension_of


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes
    ----------
    name : str
        What to call it in a list of file types.
    extensions : tuple of str
        In lower case, with the dot.
    gives : {"project", "model", "graph", "data", "evidence", "answer"}
    writable : bool
        Whether `write_model` writes it.
    """

    name: str
    extensions: tuple[str, ...]
    gives: Literal["project", "model", "graph", "data", "evidence", "answer"]
    writable: bool = False


FORMATS = (
    Format("Clique project", (".clique",), "project", writable=True),
    Format("UAI model", (".uai",), "model", writable=True),
    Format("Bayesian network in BIF", (".bif",), "model"),
    Format("UAI evidence", (".evid",), "evidence"),
    Format("UAI answers", (".pr", ".mar", ".mpe"), "answer"),
    Format("PACE graph", (".gr",), "graph"),
    Format("Text table", (".csv", ".tsv", ".txt", ".dat"), "data"),
    Format("Julia or HDF5 table", (".jld", ".h5", ".hdf5"), "data"),
    Format("NumPy table", (".npy",), "data"),
)


def format_of(path: str | Path) -> Format | None:
    """Return the format that the extension stands for, None when it is not known; ".gz" does not count."""
    extension = extension_of(path)
    return next((known for known in FORMATS if extension in known.extensions), None)


def unknown_extension(path: Path, task: str, known: Iterable[Format]) -> FileFormatError:
    """Return the error for an extension that does not fit a task; it lists those that do."""
    listed = "; ".join(f"{', '.join(entry.extensions)} ({entry.name})" for entry in known)
    given = f'The extension "{extension_of(path)}"' if extension_of(path) else "A name without extension"
    return FileFormatError(
        path, f"{given} does not say what the file is. Clique can {task}: {listed}. Rename the file."
    )
