"""How is the optimum of a smooth convex objective reached, one slice at a time?

Limited-memory BFGS (Nocedal and Wright, 2006, algorithm 7.4) as a generator, so that a person can watch each iteration
and stop between two of them. The first guess of the inverse Hessian is not a multiple of the identity but the diagonal
of the present point's curvature, times the usual factor s'y / y'H0y; cells whose shares differ by orders of magnitude
then move at the same pace. The curvature condition s'y > 0 comes from the strong Wolfe line search.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from models.factor import Floats
from models.steps import Steps

from .inner import inner
from .line_search import search
from .objectives import Point

MEMORY = 20


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where an optimiser stopped.

    Attributes
    ----------
    point : Point
    n_iterations : int
    reason : str
        "gradient": both tolerances are met; "rounding": no step lowers the objective any more; "limit": too many
        iterations; "step": the last step was tiny (coursework only).
    next_step : float
        Largest entry of the next direction (0 when not known). Tiny at a minimum; about one where the gradient fades
        only because the weights run away.
    """

    point: Point
    n_iterations: int
    reason: str
    next_step: float = 0.0


def minimise_steps(
    evaluate: Callable[[Floats], Steps[Point]],
    start: Floats,
    tolerance: float,
    excess: float,
    max_iterations: int,
) -> Generator[Point | None, None, Minimum]:
    """Minimise in slices.

    Parameters
    ----------
    evaluate : callable
        Weights to a generator that returns a `Point`.
    start : ndarray
    tolerance : float
        Largest absolute gradient entry at the end.
    excess : float
        Largest predicted distance of the objective to its minimum at the end, -g'd / 2 with d the next direction.
    max_iterations : int

    Yields
    ------
    Point after the start and after each iteration; None in between.

    Returns
    -------
    Minimum
    """
    point = yield from evaluate(start)
    yield point
    pairs: deque[tuple[Floats, Floats, float]] = deque(maxlen=MEMORY)
    for k in range(max_iterations + 1):
        direction = _direction(point, pairs)
        slope = inner(point.gradient, direction)
        if point.gradient_max <= tolerance and -0.5 * slope <= excess:
            return Minimum(point, k, "gradient", float(np.abs(direction).max()))
        if k == max_iterations:
            break
        found = None
        if slope < 0.0:
            found = yield from search(evaluate, point, direction, slope)
        if found is None:
            if not pairs:
                return Minimum(point, k, "rounding")
            pairs.clear()  # the remembered curvature misleads; try once from the diagonal alone
            direction = _direction(point, pairs)
            found = yield from search(evaluate, point, direction, inner(point.gradient, direction))
            if found is None:
                return Minimum(point, k, "rounding")
        step, change = found.weights - point.weights, found.gradient - point.gradient
        curvature = inner(step, change)
        if curvature > 1e-14 * inner(np.abs(step), np.abs(change)):
            pairs.append((step, change, 1.0 / curvature))
        point = found
        yield point
    return Minimum(point, max_iterations, "limit")


def _direction(point: Point, pairs: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Return -H g by the two-loop recursion."""
    q = -point.gradient
    shares = []
    for step, change, inverse in reversed(pairs):
        share = inverse * inner(step, q)
        shares.append(share)
        q = q - share * change
    q = q / point.curvature
    if pairs:
        step, change, inverse = pairs[-1]
        q *= 1.0 / (inverse * inner(change, change / point.curvature))
    for (step, change, inverse), share in zip(pairs, reversed(shares), strict=True):
        q = q + (share - inverse * inner(change, q)) * step
    return q
