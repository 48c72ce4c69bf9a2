"""How are the bytes of a file obtained without being surprised by it?

Every reader takes its bytes from here: the path is checked before it is opened, the size before it is read, gzip is
undone on the way (with the same limit on what comes out), and whatever the operating system objects to becomes a
`FileFormatError` that says what to do.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import IO, cast

from models.errors import FileFormatError

CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"


def as_path(path: str | Path) -> Path:
    """Return the path, `~` expanded; FileFormatError when it cannot name a file at all."""
    try:
        expanded = Path(path).expanduser()
    except (RuntimeError, TypeError) as error:
        raise FileFormatError(str(path), f"This is not a usable path ({error}). Give the full path.") from error
    if "\0" in str(expanded):
        raise FileFormatError(str(path).replace("\0", "?"), "The path holds a NUL character. Give the path of a file.")
    return expanded


def explain(path: Path, error: OSError, doing: str) -> FileFormatError:
    """Turn an error of the operating system into one that says what to do."""
    if isinstance(error, FileNotFoundError):
        text = "There is no such file. Check its name and folder."
    elif isinstance(error, PermissionError):
        text = f"You have no permission to {doing} it. Change the permissions, or use a copy of your own."
    else:
        text = f"It was not possible to {doing} it: {error.strerror or error}. Try a copy on another disk."
    return FileFormatError(path, text)


def show_size(n_bytes: float) -> str:
    """Write a number of bytes for a person: 812 bytes, 3.2 MB."""
    if n_bytes < 1000:
        return f"{n_bytes:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        n_bytes /= 1000
        if n_bytes < 1000 or unit == "GB":
            return f"{n_bytes:,.3g} {unit}" if n_bytes < 1000 else f"{n_bytes:,.0f} {unit}"
    raise AssertionError("unreachable")


def check_file(path: str | Path, max_bytes: float) -> tuple[Path, int]:
    """Return the path and its size after the checks that need no reading.

    Raises
    ------
    FileFormatError
        Missing, no permission, a folder, a device or pipe (which might never end), empty, or larger than `max_bytes`.
    """
    path = as_path(path)
    try:
        found = path.stat()
    except OSError as error:
        raise explain(path, error, "open") from error
    if stat.S_ISDIR(found.st_mode):
        raise FileFormatError(path, "This is a folder. Choose a file inside it.")
    if not stat.S_ISREG(found.st_mode):
        raise FileFormatError(
            path, "This is a device or a pipe, not an ordinary file. Save its content to a file first."
        )
    if found.st_size == 0:
        raise FileFormatError(path, "The file is empty. Save or download it again.")
    if found.st_size > max_bytes:
        raise too_big(path, found.st_size, max_bytes)
    return path, found.st_size


def too_big(path: Path, size: float, max_bytes: float) -> FileFormatError:
    """Return the error for a file over the limit."""
    return FileFormatError(
        path,
        f"The file holds {show_size(size)}; at most {show_size(max_bytes)} are read. "
        "Use a part of it, or give a larger max_bytes in a script.",
    )


def chunks(path: str | Path, max_bytes: float) -> Generator[tuple[bytes, float], None, None]:
    """Read a file in pieces of at most 256 kB, gzip undone.

    Parameters
    ----------
    path : str or Path
    max_bytes : float
        Limit on the file and, for gzip, on what comes out of it.

    Yields
    ------
    data : bytes
    share : float
        Share of the file read so far, in (0, 1].
    """
    path, size = check_file(path, max_bytes)
    try:
        with path.open("rb") as raw:
            stream: IO[bytes] = raw
            if raw.read(2) == _GZIP:
                import gzip

                stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
            raw.seek(0)
            n_out = 0
            while data := stream.read(CHUNK):
                n_out += len(data)
                if n_out > max_bytes:
                    raise too_big(path, n_out, max_bytes)
                yield data, min(1.0, raw.tell() / size)
    except (EOFError, zlib.error) as error:
        raise FileFormatError(
            path, "The compressed file is cut short or damaged. Download or compress it again."
        ) from error
    except OSError as error:
        if type(error).__name__ == "BadGzipFile":
            raise FileFormatError(path, "The compressed file is damaged. Download or compress it again.") from error
        raise explain(path, error, "read") from error
    if n_out == 0:
        raise FileFormatError(path, "The compressed file holds nothing. Compress it again.")


def read_bytes(path: str | Path, max_bytes: float) -> bytes:
    """Return the whole content, gzip undone; errors as `chunks`."""
    return b"".join(data for data, _ in chunks(path, max_bytes))


def first_bytes(path: Path, n: int) -> bytes:
    """Return the first bytes as they are on disk, to tell formats apart."""
    try:
        with path.open("rb") as stream:
            return stream.read(n)
    except OSError as error:
        raise explain(path, error, "read") from error


def extension_of(path: str | Path) -> str:
    """Return the extension in lower case, ".gz" left out: "model.UAI.gz" gives ".uai"."""
    path = Path(path)
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == ".gz" else suffix
