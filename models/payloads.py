"""What does a running job say to the one who waits for it?

A job's iterator yields payloads: None or `Progress` while it works, a `Snapshot` when a partial result is worth
showing, then one `Outcome` or `Failure`. `Idle` asks not to be advanced for a while, and a `Pace` is how the window
slows, pauses and steps a running sampler.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .steps import Progress


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A partial result; a newer one replaces it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result; the last payload of a job that succeeds."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result; the last payload of a job that fails.

    Attributes
    ----------
    error : Exception
        A `CliqueError` is for the user; anything else is a defect.
    traceback_text : str
        For the details view of a defect.
    """

    error: Exception
    traceback_text: str = ""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing to do for a while: do not advance me before `seconds` have passed."""

    seconds: float


Payload = Progress | Snapshot | Outcome | Failure | Idle | None


@dataclass(slots=True)
class Pace:
    """How fast a running sampler goes: shared by the window, which writes, and the run, which reads.

    Single attributes are read and written whole, so no lock is needed.

    Attributes
    ----------
    updates_per_second : float or None
        None for as fast as it can.
    paused : bool
    pending : int
        Single steps asked for while paused; the run counts them down.
    """

    updates_per_second: float | None = None
    paused: bool = False
    pending: int = 0
