"""How does the worker keep an unsaved document, and read one that was left behind?

Both are jobs, so that the window never waits: a large document takes longer to write than a frame lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .answers import answer_steps
from .errors import CancelToken
from .payloads import Outcome, Pace, Payload
from .project import Project

if TYPE_CHECKING:
    from .files.recovery import About, Keeper


@dataclass(frozen=True, slots=True, eq=False)
class KeepProject:
    """Write a document to where it survives a crash -> Path. When it is cancelled nothing of it stays."""

    keeper: Keeper
    count: int
    project: Project
    about: About


@dataclass(frozen=True, slots=True)
class ReadKept:
    """Read a document that was left behind -> `Project`."""

    path: Path


@answer_steps.register
def _keep(job: KeepProject, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .files.recovery import keep

    cancel.check()
    path = keep(job.keeper, job.count, job.project, job.about)
    if cancel.cancelled:  # while it was written, the document was saved or closed
        with suppress(OSError):
            path.unlink()
    yield Outcome(path)


@answer_steps.register
def _read(job: ReadKept, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .files.recovery import read_kept

    yield Outcome(read_kept(job.path))
