"""How does fitting one table at a time reach the maximum likelihood?

Iterative proportional fitting (Deming and Stephan 1940; Koller and Friedman 2009, section 20.3.2): multiply the
distribution by q_S(x_S) / m_S(x_S), scope by scope, so that each time one set of expected statistics m becomes equal to
the data's q. The likelihood rises at every step; on a chain or tree two sweeps are exact. A cell that never occurs gets
probability zero at once: its weight is minus infinity, a forbidden joint state.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import log, prod
from typing import Protocol

import numpy as np

from models.factor import Floats
from models.steps import Steps

from .inner import inner
from .parameters import Parameters

TOLERANCE = 1e-9
MAX_SWEEPS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """The model after one sweep over the scopes.

    Attributes
    ----------
    weights : ndarray
        Log tables laid end to end; minus infinity where a cell never occurs.
    nll : float
    gradient_max : float
        Largest absolute difference between expected and sufficient statistics met during the sweep.
    """

    weights: Floats
    nll: float
    gradient_max: float


class Distribution(Protocol):
    """A distribution that can be summed onto a scope and multiplied by a table over it."""

    def marginal(self, place: int) -> Steps[Floats]:
        """Return the probabilities of the cells of a scope."""

    def multiply(self, place: int, log_ratio: Floats) -> None:
        """Multiply by a table that leaves the total at one."""


class TensorDistribution:
    """One array over all joint states."""

    def __init__(self, parameters: Parameters) -> None:
        n = [variable.n_states for variable in parameters.variables]
        self._joint = np.full(n, 1.0 / prod(n))
        self._others = [tuple(a for a in range(len(n)) if a not in axes) for axes in parameters.axes]
        self._shapes = [tuple(k if a in axes else 1 for a, k in enumerate(n)) for axes in parameters.axes]

    def marginal(self, place: int) -> Steps[Floats]:
        """Return the probabilities of the cells of a scope."""
        if self._joint.size > 1 << 17:
            yield None
        marginal: Floats = self._joint.sum(axis=self._others[place])
        return marginal

    def multiply(self, place: int, log_ratio: Floats) -> None:
        """Multiply by a table that leaves the total at one."""
        self._joint *= np.exp(log_ratio).reshape(self._shapes[place])


def sweep_steps(
    distribution: Distribution,
    parameters: Parameters,
    tolerance: float = TOLERANCE,
    max_sweeps: int = MAX_SWEEPS,
) -> Generator[Sweep | None, None, tuple[Sweep, int, bool]]:
    """Sweep until the statistics agree.

    Parameters
    ----------
    distribution : Distribution
        Uniform at the start; changed in place.
    parameters : Parameters
    tolerance : float
        Largest difference of statistics over a whole sweep at the end.
    max_sweeps : int

    Yields
    ------
    Sweep after the start and after each sweep; None in between.

    Returns
    -------
    tuple of (Sweep, int, bool)
        The last sweep, how many there were, and whether the tolerance was met.
    """
    # A scope inside another one is fitted with that one and keeps weights zero. Each step leaves the total at one, so
    # log Z stays what it was at the start: the log of the number of joint states.
    scopes, statistics = parameters.scopes, parameters.statistics
    needed = [k for k, scope in enumerate(scopes) if not any(set(scope) < set(other) for other in scopes)]
    log_z = sum(log(variable.n_states) for variable in parameters.variables)
    weights, seen = np.zeros_like(statistics), ~parameters.empty
    state = Sweep(weights.copy(), log_z, float("inf"))
    yield state
    for n_sweeps in range(1, max_sweeps + 1):
        worst = 0.0
        for place in needed:
            part = parameters.parts[place]
            wanted = statistics[part].reshape(parameters.shapes[place])
            found = yield from distribution.marginal(place)
            worst = max(worst, float(np.abs(found - wanted).max()))
            log_ratio = np.full(wanted.shape, -np.inf)
            np.log(np.divide(wanted, found, where=wanted > 0.0, out=log_ratio), where=wanted > 0.0, out=log_ratio)
            distribution.multiply(place, log_ratio)
            weights[part] += log_ratio.reshape(-1)
        nll = log_z - inner(weights[seen], statistics[seen])
        state = Sweep(weights.copy(), nll, worst)
        yield state
        if worst <= tolerance:
            return state, n_sweeps, True
    return state, max_sweeps, False
