"""How is a file written so that the old one survives whatever goes wrong?

The new content goes into a temporary file in the same folder, is forced to the disk, and takes the old file's place in
one step. A full disk, a lost permission or a crash leaves the old file as it was. Permissions carry over, and a
symbolic link stays a link: what it points to is replaced. A file that nobody may write is not replaced, though a
rename would do it: whoever made it read-only meant it.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from models.errors import FileFormatError

from .sources import as_path

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_bytes(path: str | Path, content: bytes) -> None:
    """Replace the content of a file in one step, or make it.

    Raises
    ------
    FileFormatError
        It cannot be written; the file, if there was one, is as it was.
    """
    given = as_path(path)
    try:
        target = given.resolve()
        mode = _mode_of(given, target)
        temporary = target.parent / f".clique-{secrets.token_hex(6)}.tmp"
        try:
            _write(temporary, content, mode)
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of symbolic links, before Python 3.13
        raise FileFormatError(given, _why(error, given)) from error
    _sync_folder(target.parent)


def is_read_only(path: str | Path) -> bool:
    """Whether a file is there that must not be replaced: it, or its folder, cannot be written."""
    try:
        target = as_path(path).resolve()
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        return False
    return not mode & _WRITABLE or not os.access(target, os.W_OK) or not os.access(target.parent, os.W_OK)


def check_place(path: str | Path) -> None:
    """Raise the FileFormatError that `write_bytes` would raise for a file that must not be replaced."""
    given = as_path(path)
    try:
        _mode_of(given, given.resolve())
    except (OSError, RuntimeError) as error:
        raise FileFormatError(given, _why(error, given)) from error


def _mode_of(given: Path, target: Path) -> int | None:
    """Return the permissions of the file to be replaced, None when there is none."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a device or a pipe"
        raise FileFormatError(given, f"This is {kind}; it cannot be replaced by a file. Choose another name.")
    if not found.st_mode & _WRITABLE or not os.access(target, os.W_OK):
        raise FileFormatError(given, "This file is read-only. Nothing was changed. Choose another name or folder.")
    return stat.S_IMODE(found.st_mode)


def _write(temporary: Path, content: bytes, mode: int | None) -> None:
    with temporary.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if mode is not None:
        temporary.chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _why(error: Exception, path: Path) -> str:
    kept = "Nothing was changed."
    if isinstance(error, PermissionError):
        return f"You have no permission to write in the folder {path.parent}. {kept} Choose another folder."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"There is no folder {path.parent}. {kept} Choose another folder."
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"The file could not be written: {reason}. {kept} Choose another disk or name."
