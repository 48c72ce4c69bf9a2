"""Where do log Z and the expected statistics come from?

From one array over all joint states while that is small, from the junction tree beyond; the choice goes by the entries
that each would touch. A model too large for both is refused with the size of its largest clique.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from models.factor import Factor, Floats
from models.steps import Steps
from models.ugm import UGM

from .ipf import Distribution, TensorDistribution
from .objectives import Moments
from .parameters import Parameters
from .tensor import TensorMoments

SMALL_STATES = 1 << 14
DENSE_STATES = 1 << 20
"""Up to this many joint states one array over all of them is used, if the junction tree is not far smaller."""
_TREE_ENTRY = 16  # an entry of a junction tree costs about as much as this many of the joint array


def _beliefs(ugm: UGM) -> Steps[tuple[float, Callable[[int], Floats]]]:
    """Calibrate a junction tree; return log Z and a look-up of each factor's probabilities, in its own axes, flat."""
    from models.calibration import Calibration
    from models.costs import prepare

    evidence, plan = prepare(ugm, None, None)
    run = Calibration(plan, ugm, evidence, full=True)
    yield from run.collect_steps()
    yield from run.distribute_steps()

    def belief_of(place: int) -> Floats:
        columns, belief = run.factor_belief(place)
        # Axes come in elimination order, ours in column order; variables with one state are not among them.
        table: Floats = belief.transpose(np.argsort(columns)).flatten()
        table /= table.sum()
        return table

    return run.log_z, belief_of


class TreeMoments:
    """Expected statistics by exact inference on a junction tree."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def steps(self, weights: Floats) -> Steps[tuple[float, Floats]]:
        """Compute log Z and the expected statistics; see `TensorMoments.steps`."""
        log_z, belief_of = yield from _beliefs(self._parameters.ugm(weights))
        expected = np.empty_like(weights)
        for place, part in enumerate(self._parameters.parts):
            expected[part] = belief_of(place)
        return log_z, expected


class TreeDistribution:
    """A distribution kept as log tables, summed by exact inference; see `ipf.Distribution`."""

    def __init__(self, parameters: Parameters) -> None:
        self._ugm = parameters.ugm(np.zeros_like(parameters.statistics))

    def marginal(self, place: int) -> Steps[Floats]:
        """Return the probabilities of the cells of a scope."""
        yield None
        _, belief_of = yield from _beliefs(self._ugm)
        return belief_of(place).reshape(self._ugm.factors[place].log_table.shape)

    def multiply(self, place: int, log_ratio: Floats) -> None:
        """Multiply by a table that leaves the total at one."""
        old = self._ugm.factors[place]
        self._ugm = self._ugm.with_factor_at(place, Factor(old.scope, old.log_table + log_ratio))


def fits_in_one_array(parameters: Parameters) -> bool:
    """Whether summing one array over all joint states is possible and not far dearer than a junction tree.

    Raises
    ------
    TooLargeError
        Neither way is possible.
    """
    n_joint = prod(variable.n_states for variable in parameters.variables)
    if n_joint <= SMALL_STATES:
        return True
    from models.costs import forecast, prepare

    shape = parameters.ugm(np.zeros_like(parameters.statistics))
    if n_joint <= DENSE_STATES:
        return forecast(shape).total_entries * _TREE_ENTRY > n_joint
    prepare(shape, None, None)  # refuses what is too large
    return False


def moments_for(parameters: Parameters) -> Moments:
    """Return the cheaper way to compute expected statistics; TooLargeError when there is none."""
    if fits_in_one_array(parameters):
        return TensorMoments([variable.n_states for variable in parameters.variables], parameters.axes)
    return TreeMoments(parameters)


def distribution_for(parameters: Parameters) -> Distribution:
    """Return the uniform distribution in the cheaper form; TooLargeError when there is none."""
    return (TensorDistribution if fits_in_one_array(parameters) else TreeDistribution)(parameters)
