"""When should a long computation pause, give up or stop?

A search holds one `Pacer` and asks it in its loops. It pauses about every 8 ms so that whoever advances the generator
can look after other things, stops with `Cancelled` when the token says so and with `OutOfTime` when its time is up.
"""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import TypeVar

from .errors import CancelToken
from .steps import Steps

T = TypeVar("T")

_SLICE_SECONDS = 0.008


class OutOfTime(Exception):  # noqa: N818 - control flow, not an error
    """The time limit was reached; what is known by now is the answer."""


class OutOfSpace(Exception):  # noqa: N818 - control flow, not an error
    """The memory that a search may take is used up; what is known by now is the answer."""


class Pacer:
    """The clock of one sliced computation.

    Parameters
    ----------
    time_limit : float or None
        Seconds from now after which `resume` raises `OutOfTime`.
    cancel : CancelToken or None
        Checked at each pause.
    """

    __slots__ = ("_cancel", "_deadline", "_pause_at", "started")

    def __init__(self, time_limit: float | None = None, cancel: CancelToken | None = None) -> None:
        self.started = perf_counter()
        self._cancel = cancel
        self._deadline = float("inf") if time_limit is None else self.started + time_limit
        self._pause_at = min(self.started + _SLICE_SECONDS, self._deadline)

    @property
    def due(self) -> bool:
        """Whether it is time to yield and then to call `resume`."""
        return perf_counter() >= self._pause_at

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds to the time limit, infinite without one."""
        return self._deadline - perf_counter()

    def resume(self) -> None:
        """Start the next slice, unless cancelled or out of time."""
        if self._cancel is not None:
            self._cancel.check()
        now = perf_counter()
        if now >= self._deadline:
            raise OutOfTime
        self._pause_at = min(now + _SLICE_SECONDS, self._deadline)


def paced(steps: Steps[T], pacer: Pacer) -> Generator[None, None, T]:
    """Run a computation that yields very often, pass on a yield only when a pause is due, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if pacer.due:
            yield
            pacer.resume()
