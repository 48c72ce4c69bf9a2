"""Which joint state is the best one when there are so few that all can be looked at?

One table of all joint states, summed up factor by factor: quicker than to make a plan for a junction tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, prod

import numpy as np

from .ugm import UGM

FEW = 1 << 11
"""Joint states, at most, that are looked at."""
_FACTORS = 40  # at most; each takes a few microseconds


def best_of_few(
    ugm: UGM, evidence: Mapping[str, int], max_bytes: float | None, tie: float
) -> tuple[dict[str, int], int] | None:
    """Look at all joint states that agree with the evidence, if there are few.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int
        Checked.
    max_bytes : float, optional
        That the table may take.
    tie : float
        How much less still counts as equal, relative to how far the best joint state stays behind the best entry of
        each factor if that is beyond one.

    Returns
    -------
    (dict, int) or None
        The first of the best joint states, clamped variables included, and how many there are, zero when none has
        positive potential. None when the model is too large.
    """
    if len(ugm.factors) > _FACTORS:
        return None
    free = [v for v in ugm.variables if v.n_states > 1 and v.name not in evidence]
    shape = [v.n_states for v in free]
    n_joint = prod(shape)
    if n_joint > FEW or (max_bytes is not None and 8 * n_joint > max_bytes):
        return None
    axis_of = {v.name: axis for axis, v in enumerate(free)}
    scores, top = np.zeros(shape), 0.0
    for factor in ugm.factors:
        axes = [axis_of.get(name, -1) for name in factor.scope]
        table = factor.log_table
        if -1 in axes:
            table = table[tuple([slice(None) if n in axis_of else evidence.get(n, 0) for n in factor.scope])]
            axes = [axis for axis in axes if axis >= 0]
        if axes != sorted(axes):
            table = table.transpose(sorted(range(len(axes)), key=axes.__getitem__))
        ones = [1] * len(shape)
        for axis in axes:
            ones[axis] = shape[axis]
        scores += table.reshape(ones)
        top += float(table.max())
    flat = scores.reshape(-1)
    place = int(flat.argmax())
    best = float(flat[place])
    names = dict.fromkeys(ugm.names, 0) | dict(evidence)
    for variable in reversed(free):
        place, names[variable.name] = divmod(place, variable.n_states)
    if best == -inf:
        return names, 0
    return names, int(np.count_nonzero(flat >= best - tie * max(1.0, top - best)))
