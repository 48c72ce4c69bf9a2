"""What is minimised when a model is fitted, and what does it cost to evaluate?

Weights are the log tables of all factors, one per table entry, laid end to end: p(x) = exp(sum_S w_S(x_S)) / Z. With q
the share of rows in each cell (the sufficient statistics) and m(w) the model's probability of it (the expected ones),

    mean negative log-likelihood    NLL(w) = log Z(w) - <w, q>,
    objective                       F(w) = NLL(w) + l2/2 <w, w>,
    gradient                        m(w) - q + l2 w,

see Koller and Friedman (2009), section 20.3. F is convex. A cell that never occurs (q = 0, l2 = 0) would send its
weight to minus infinity: F falls for ever, by less and less. Such weights are held at `-FLOOR`, where the cell has
a probability below 1e-12 and the other weights can be fitted to the optimum as usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.factor import Floats
from models.steps import Steps

from .inner import inner
from .parameters import Parameters

FLOOR = 30.0


class Moments(Protocol):
    """Where log Z and the expected statistics come from."""

    def steps(self, weights: Floats) -> Steps[tuple[float, Floats]]:
        """Compute log Z and the expected statistics, laid out like `weights`."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The objective at one setting of the weights.

    Attributes
    ----------
    weights : ndarray, shape (n_weights,)
    value : float
        The objective.
    nll : float
        Its first part, without the penalty.
    gradient : ndarray, shape (n_weights,)
        Zero where a weight is held.
    curvature : ndarray, shape (n_weights,)
        Larger of m and q, plus l2: it bounds the Hessian's diagonal m (1 - m) + l2 and keeps gradient / curvature
        within one when l2 is 0.
    """

    weights: Floats
    value: float
    nll: float
    gradient: Floats
    curvature: Floats

    @property
    def gradient_max(self) -> float:
        """Largest absolute entry of the gradient."""
        return float(np.abs(self.gradient).max(initial=0.0))


class Likelihood:
    """Mean negative log-likelihood with an optional ridge penalty.

    Parameters
    ----------
    parameters : Parameters
    l2 : float
        Not negative.
    moments : Moments
    hold_empty : bool
        Hold the weights of cells that never occur at `-FLOOR`, if l2 is 0.
    """

    def __init__(self, parameters: Parameters, l2: float, moments: Moments, hold_empty: bool = True) -> None:
        self.parameters = parameters
        self.l2 = l2
        self.held = parameters.empty if hold_empty and l2 == 0.0 and parameters.n_empty else None
        self._moments = moments

    def start(self) -> Floats:
        """Return the weights to start from: zero, but for those held."""
        weights = np.zeros_like(self.parameters.statistics)
        if self.held is not None:
            weights[self.held] = -FLOOR
        return weights

    def evaluate(self, weights: Floats) -> Steps[Point]:
        """Evaluate the objective and its gradient, in slices."""
        statistics = self.parameters.statistics
        log_z, expected = yield from self._moments.steps(weights)
        nll = log_z - inner(weights, statistics)
        value, gradient = nll, expected - statistics
        curvature = np.maximum(expected, statistics)
        if self.l2 > 0.0:
            value += 0.5 * self.l2 * inner(weights, weights)
            gradient += self.l2 * weights
            curvature += self.l2
        if self.held is not None:
            gradient[self.held] = 0.0
            curvature[self.held] = 1.0
        return Point(weights, value, nll, gradient, np.maximum(curvature, 1e-300))

    def free(self, weights: Floats) -> Floats:
        """Return the weights that are not held."""
        return weights if self.held is None else weights[~self.held]
