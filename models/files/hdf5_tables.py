"""How is a table read from HDF5, and when does it have to be turned?

HDF5 stores rows first. Julia stores columns first and writes its dimensions reversed, so an array saved by Julia's JLD
arrives turned; the header that Julia puts before the HDF5 part says so, and only that header decides: a square table
gives no hint, and a guess from a long one would be a guess.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.errors import CancelToken, DataError, FileFormatError
from models.steps import Progress, Steps

from .arrays import check_shape, columns_of_steps
from .raw_table import RawTable
from .sources import check_file, first_bytes

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_JULIA_HEADERS = (b"Julia data file", b"HDF5-based Julia Data Format")
_INTERNAL = ("_creator", "_refs", "_types", "_require")


def read_hdf5_table_steps(
    path: Path,
    wanted: str | None,
    transposed: bool | None,
    max_bytes: float,
    max_rows: int,
    cancel: CancelToken | None,
) -> Steps[RawTable]:
    """Read one table of an HDF5 or JLD file.

    Parameters
    ----------
    path : Path
    wanted : str or None
        Which table; None takes X, or the only one.
    transposed : bool or None
        Whether rows and columns are to be exchanged; None does so for files with Julia's header.
    max_bytes, max_rows
        Limits on the table.
    cancel : CancelToken, optional

    Raises
    ------
    FileFormatError
        Not HDF5, damaged or cut short, no table or several, data kept in other files, a shape or type that is refused.
    """
    path, _ = check_file(path, max_bytes)
    head = first_bytes(path, 64)
    julia = head.startswith(_JULIA_HEADERS)
    if not julia and not head.startswith(_SIGNATURE) and not _has_user_block(path):
        raise FileFormatError(path, "This is not an HDF5 or JLD file. Save it as HDF5, or export the table as CSV.")
    yield Progress(0, None, f"Reading {path.name}")
    import h5py

    # Damage shows up as whatever the HDF5 library happens to trip over, in any call.
    try:
        with h5py.File(path, "r", locking=False) as file:
            name, dataset = _choose(path, file, wanted)
            turn = julia if transposed is None else transposed
            check_shape(
                path, dataset.shape[::-1] if turn else dataset.shape, dataset.dtype.itemsize, max_bytes, max_rows
            )
            if dataset.is_virtual or dataset.external:
                raise FileFormatError(path, f"The entries of {name} are kept in other files. Save them in one file.")
            array = dataset.asstr()[()].astype(str) if h5py.check_string_dtype(dataset.dtype) else dataset[()]
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, UnicodeError, MemoryError) as error:
        raise FileFormatError(
            path, f"The HDF5 file is damaged or cut short ({_short(error)}). Download or save it again."
        ) from error
    notes = [f"Table {name} of the file."]
    if turn and array.ndim == 2:
        array = array.T
        notes.append("Saved by Julia, columns first." if transposed is None else "Rows and columns exchanged as asked.")
    return (yield from columns_of_steps(path, array, tuple(notes), cancel))


def _has_user_block(path: Path) -> bool:
    """Whether the HDF5 part begins at 512, 1024, ... bytes, where the standard allows it to."""
    head = first_bytes(path, 8200)
    return any(head[start : start + 8] == _SIGNATURE for start in (512, 1024, 2048, 4096, 8192))


def _choose(path: Path, file: Any, wanted: str | None) -> tuple[str, Any]:
    import h5py

    found: dict[str, Any] = {}

    def visit(name: str, thing: Any) -> None:
        inside = name.split("/")[0] in _INTERNAL
        if isinstance(thing, h5py.Dataset) and thing.shape and not inside:
            found[name] = thing

    file.visititems(visit)
    if wanted is not None:
        if wanted not in found:
            raise DataError(f"{path.name} has no table called {wanted}. Its tables are: {', '.join(found) or 'none'}.")
        return wanted, found[wanted]
    tables = {name: thing for name, thing in found.items() if len(thing.shape) == 2} or found
    if "X" in tables:
        return "X", tables["X"]
    if len(tables) != 1:
        have = f"several tables ({', '.join(list(tables)[:10])})" if tables else "no table"
        raise FileFormatError(
            path, f"The file holds {have}. Keep one, call it X, or name it with the option table in a script."
        )
    return next(iter(tables.items()))


def _short(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
