"""How is an unsaved document kept where a crash cannot reach it, and found again afterwards?

Each document that is being edited has its own name in one folder of the user's; each time it is kept, a new file is
written in one step and the older ones go. A file is one line about the document and the program that wrote it, then a
project file. What belongs to a program that still runs is nobody else's business; what was left behind by one that does
not is offered. A file is taken over by renaming it, which only one program can do.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.errors import FileFormatError
from models.project import Project

from .processes import Owner, is_running, this_process
from .project_json import parse_project, project_bytes
from .saving import write_bytes
from .sources import first_bytes, read_bytes

FORMAT, VERSION = "clique-recovery", 1
_NAME = re.compile(r"([0-9a-f]{12})-(\d{6})\.recovery")
_HEAD_BYTES = 64_000
_MAX_BYTES = 256e6
_OLD = 24 * 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where a document is kept.

    Attributes
    ----------
    folder : Path
    token : str
        The document's own name in the folder.
    """

    folder: Path
    token: str

    @classmethod
    def fresh(cls, folder: Path) -> Keeper:
        """Return a place that nothing has been kept in."""
        return cls(folder, secrets.token_hex(6))

    def path(self, count: int) -> Path:
        """Return the file of the `count`-th time."""
        return self.folder / f"{self.token}-{count:06d}.recovery"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a kept document without reading it.

    Attributes
    ----------
    title : str
        As a person would call it.
    original : str
        The document's own file; empty when it has none.
    seen : str
        What the original looked like when it was last read or saved, as `fingerprint` gives it.
    n_edits : int
        Edits since the document was last saved.
    """

    title: str
    original: str = ""
    seen: str = ""
    n_edits: int = 0


@dataclass(frozen=True, slots=True)
class Leftover:
    """A document that a program which is no longer there did not close.

    Attributes
    ----------
    path : Path
        The file it is kept in.
    title, original, seen, n_edits
        As in `About`.
    time : float
        When it was kept, in seconds since 1970.
    """

    path: Path
    title: str
    time: float
    n_edits: int
    original: str = ""
    seen: str = ""

    def __str__(self) -> str:
        """Return it as a person would read it in a list."""
        edits = "" if not self.n_edits else f", {self.n_edits:,} edit{'s' * (self.n_edits > 1)} after it was last saved"
        return f'"{self.title}" from {self.when}{edits}'

    @property
    def when(self) -> str:
        """The time of day at which it was kept, with the date where that is not today."""
        moment = datetime.fromtimestamp(self.time).astimezone()
        return f"{moment:%H:%M}" if moment.date() == datetime.now().astimezone().date() else f"{moment:%Y-%m-%d, %H:%M}"


def fingerprint(path: Path) -> str:
    """Return a text that changes when a file is written: its size and when it changed; empty where there is no file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}"


def keep(keeper: Keeper, count: int, project: Project, about: About, owner: Owner | None = None) -> Path:
    """Write a document, and let go of what was kept of it before.

    Parameters
    ----------
    keeper : Keeper
    count : int
        Greater than the last time.
    project : Project
    about : About
    owner : Owner, optional
        By default the process that asks.

    Returns
    -------
    Path

    Raises
    ------
    FileFormatError
        It cannot be written; what was kept before is as it was.
    """
    path = keeper.path(count)
    content = project_bytes(project, path)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "owner": asdict(owner or this_process()),
        "about": asdict(about),
        "time": time.time(),
        "digest": hashlib.sha256(content).hexdigest(),
    }
    try:
        keeper.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FileFormatError(path, f"{keeper.folder} cannot be made: {error.strerror or error}.") from error
    write_bytes(path, json.dumps(head, ensure_ascii=True).encode("ascii") + b"\n" + content)
    forget(keeper, before=count)
    return path


def forget(keeper: Keeper, before: int | None = None) -> None:
    """Remove what is kept of a document: all of it, or what is older than the `before`-th time."""
    for path in _files(keeper.folder, keeper.token):
        found = _NAME.fullmatch(path.name)
        if found is not None and (before is None or int(found[2]) < before):
            with suppress(OSError):
                path.unlink()


def leftovers(folder: Path) -> tuple[tuple[Leftover, ...], tuple[Path, ...]]:
    """Return the documents that were left behind, the newest first, and the files that cannot be read.

    Older files of the same document do not count. Files of programs that still run are left out.
    """
    _sweep(folder)
    newest: dict[str, Path] = {}
    for path in _files(folder):
        found = _NAME.fullmatch(path.name)
        if found is not None and (found[1] not in newest or newest[found[1]].name < path.name):
            newest[found[1]] = path
    found_ones, broken = [], []
    for path in newest.values():
        try:
            owner, leftover = _head(path)
        except FileFormatError:
            if path.exists():  # else it was removed by its owner just now
                broken.append(path)
            continue
        # Whether it runs on another computer cannot be known. But computers change their names, so that what has not
        # been touched for a day is offered all the same; one that does run there just writes a new file.
        elsewhere = owner.host != this_process().host and leftover.time < time.time() - _OLD
        if elsewhere or not is_running(owner):
            found_ones.append(leftover)
    return tuple(sorted(found_ones, key=lambda each: -each.time)), tuple(sorted(broken))


def take_over(path: Path, keeper: Keeper) -> Path:
    """Make a leftover one's own, so that no other program can; return where it is now.

    Raises
    ------
    FileFormatError
        It is gone: another program took it, or removed it.
    """
    token = path.name.partition("-")[0]
    target = keeper.path(0)
    try:
        path.rename(target)
    except OSError as error:
        raise FileFormatError(
            path, "This document is no longer there. Another window of Clique may have recovered it."
        ) from error
    forget(Keeper(path.parent, token))
    return target


def read_kept(path: Path) -> Project:
    """Return the document that a file keeps.

    Raises
    ------
    FileFormatError
        It is damaged.
    """
    content = read_bytes(path, _MAX_BYTES)
    line, _, body = content.partition(b"\n")
    head = _parse(path, line)
    if head.get("digest") != hashlib.sha256(body).hexdigest():
        raise _damaged(path)
    return parse_project(body, path)


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that it is not offered again, and return its new name; nothing is thrown away."""
    target = path.with_suffix(".damaged")
    with suppress(OSError):
        path.replace(target)
    return target


def discard(path: Path) -> None:
    """Remove a leftover, and older files of the same document."""
    forget(Keeper(path.parent, path.name.partition("-")[0]))


def _files(folder: Path, token: str = "*") -> list[Path]:
    try:
        return sorted(folder.glob(f"{token}-*.recovery"))
    except OSError:
        return []


def _sweep(folder: Path) -> None:
    """Remove what was half written when a program ended, once it is old enough to be nobody's work."""
    with suppress(OSError):
        for path in folder.glob(".clique-*.tmp"):
            if path.stat().st_mtime < time.time() - _OLD:
                path.unlink()


def _head(path: Path) -> tuple[Owner, Leftover]:
    head = _parse(path, first_bytes(path, _HEAD_BYTES).partition(b"\n")[0])
    try:
        owner, about = Owner(**head["owner"]), About(**head["about"])
        leftover = Leftover(path, about.title, float(head["time"]), about.n_edits, about.original, about.seen)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    return owner, leftover


def _parse(path: Path, line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT or head.get("version") != VERSION:
        raise _damaged(path)
    return head


def _damaged(path: Path) -> FileFormatError:
    return FileFormatError(
        path, f"What was kept of this document is damaged, so it cannot be recovered. The file stays in {path.parent}."
    )
