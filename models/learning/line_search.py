"""How far along a direction does the objective want to go?

A step is taken when it meets the strong Wolfe conditions (Nocedal and Wright, 2006, algorithms 3.5 and 3.6): the
objective falls by at least 1e-4 of what the slope promised, and the slope there is at most 0.9 of the first one. Close
to the optimum the fall drowns in rounding; there a rise by a few units in the last place is forgiven.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from models.factor import Floats
from models.steps import Steps

from .inner import inner
from .objectives import Point

ENOUGH_FALL = 1e-4
ENOUGH_FLAT = 0.9
MAX_TRIALS = 30


def search(
    evaluate: Callable[[Floats], Steps[Point]], origin: Point, direction: Floats, slope: float
) -> Steps[Point | None]:
    """Return a point that meets the strong Wolfe conditions, or None when none is found.

    Parameters
    ----------
    evaluate : callable
        Weights to a generator that returns a `Point`.
    origin : Point
    direction : ndarray
        Descent direction; a step of one is tried first.
    slope : float
        Directional derivative at the origin, negative.
    """
    noise = 1e-15 * max(1.0, abs(origin.value))
    low = _Trial(0.0, origin.value, slope, origin)
    high: _Trial | None = None
    length = 1.0
    for _ in range(MAX_TRIALS):
        point = yield from evaluate(origin.weights + length * direction)
        trial = _Trial(length, point.value, inner(point.gradient, direction), point)
        fell = trial.value <= origin.value + ENOUGH_FALL * length * slope + noise
        if fell and abs(trial.slope) <= -ENOUGH_FLAT * slope:
            return point
        # `low` is the best so far; the interval towards `high` always holds an acceptable step.
        if not fell or trial.value > low.value + noise:
            high = trial
        elif trial.slope * ((high.length if high else length + 1.0) - low.length) < 0.0:
            low = trial
        else:
            low, high = trial, low
        length = 2.0 * low.length if high is None else _inside(low, high)
        if high is not None and abs(high.length - low.length) <= 1e-14 * max(low.length, high.length):
            break
    return low.point if low.value < origin.value else None


class _Trial:
    __slots__ = ("length", "point", "slope", "value")

    def __init__(self, length: float, value: float, slope: float, point: Point) -> None:
        self.length = length
        self.value = value
        self.slope = slope
        self.point = point


def _inside(a: _Trial, b: _Trial) -> float:
    """Return the minimum of the cubic through two values and slopes, kept away from the ends of the interval."""
    width = b.length - a.length
    d = a.slope + b.slope - 3.0 * (b.value - a.value) / width
    square = d * d - a.slope * b.slope
    share = 0.5
    if square >= 0.0:
        root = sqrt(square) if width > 0.0 else -sqrt(square)
        bottom = b.slope - a.slope + 2.0 * root
        if bottom != 0.0:
            share = 1.0 - (b.slope + root - d) / bottom
    return a.length + min(max(share, 0.1), 0.9) * width
