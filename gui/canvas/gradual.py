"""How is long work on the canvas done without the window waiting for it?

The work is a generator that may pause wherever it yields. It is advanced a little in each turn of the event loop; who
needs its outcome at once finishes it, and who needs it no more drops it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Generic, TypeVar

from models.steps import Steps

T = TypeVar("T")


class Gradual(Generic[T]):
    """At most one piece of work that is done in several goes."""

    def __init__(self) -> None:
        self._steps: Steps[T] | None = None
        self._done: Callable[[T], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether there is work left."""
        return self._steps is not None

    def start(self, steps: Steps[T], done: Callable[[T], None]) -> None:
        """Take on work; `done` is told its outcome, once nothing is left."""
        self.drop()
        self._steps, self._done = steps, done

    def advance(self, seconds: float) -> None:
        """Work for about so long."""
        end = perf_counter() + seconds
        while self._steps is not None and self._step() and perf_counter() < end:
            pass

    def finish(self) -> None:
        """Do what is left."""
        while self._steps is not None:
            self._step()

    def drop(self) -> None:
        """Leave undone what is left; nobody is told."""
        steps, self._steps, self._done = self._steps, None, None
        if steps is not None:
            steps.close()

    def _step(self) -> bool:
        """Go on to the next pause; return whether there is more after it."""
        assert self._steps is not None
        try:
            next(self._steps)
        except StopIteration as end:
            done, self._steps, self._done = self._done, None, None
            if done is not None:
                done(end.value)
            return False
        except BaseException:
            self._steps = self._done = None  # what failed once is not tried again
            raise
        return True
