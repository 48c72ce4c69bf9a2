"""How did the course's own optimiser get where it stopped?

Gradient descent with step lengths of Barzilai and Borwein (1988) and backtracking by quadratic interpolation, from zero
weights, first step one. It ends when the largest gradient entry is below 0.01 or the largest change of a weight below
0.0001, which on the PIN data is well before the optimum: the figures it gives describe the stopping rule as much as the
model.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import isfinite

import numpy as np

from models.factor import Floats
from models.steps import Steps

from .inner import inner
from .lbfgs import Minimum
from .objectives import Point

GRADIENT = 1e-2
CHANGE = 1e-4
ENOUGH_FALL = 1e-4
MAX_ITERATIONS = 100


def descend_steps(
    evaluate: Callable[[Floats], Steps[Point]],
    start: Floats,
    tolerance: float = GRADIENT,
    max_iterations: int = MAX_ITERATIONS,
) -> Generator[Point | None, None, Minimum]:
    """Minimise as the course did, in slices; see `lbfgs.minimise_steps` for what is yielded and returned."""
    point = yield from evaluate(start)
    yield point
    if point.gradient_max < tolerance:
        return Minimum(point, 0, "gradient")
    length = 1.0
    for k in range(1, max_iterations + 1):
        square = inner(point.gradient, point.gradient)
        new = yield from evaluate(point.weights - length * point.gradient)
        while new.value > point.value - ENOUGH_FALL * length * square:
            # the parabola through the value and slope here and the value there has its minimum at this length
            length = length * length * square / (2.0 * (new.value - point.value + length * square))
            new = yield from evaluate(point.weights - length * point.gradient)
            if length * float(np.abs(point.gradient).max()) < 1e-300:
                return Minimum(point, k - 1, "rounding")
        change = new.gradient - point.gradient
        moved = float(np.abs(new.weights - point.weights).max())
        with np.errstate(divide="ignore", invalid="ignore"):
            length *= -inner(change, point.gradient) / inner(change, change)
        if not isfinite(length) or not 1e-10 <= length <= 1e10:
            length = 1.0
        point = new
        yield point
        if point.gradient_max < tolerance:
            return Minimum(point, k, "gradient")
        if moved < CHANGE:
            return Minimum(point, k, "step")
    return Minimum(point, max_iterations, "limit")
