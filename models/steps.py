"""How long computations are cut into slices.

A long algorithm is a generator: it yields about every 10 ms (a `Progress`, a partial result, or None) and returns its
result. The worker of the window advances such generators in turn; a script drains them.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Generator[Any, None, T]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a computation is.

    Attributes
    ----------
    done : float
        Work done, in the unit of `total`.
    total : float or None
        All work, None when unknown.
    text : str
        One line for a person.
    """

    done: float
    total: float | None
    text: str


def drain(steps: Steps[T]) -> T:
    """Run a sliced computation to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result
