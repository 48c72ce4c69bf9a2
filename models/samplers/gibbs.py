"""How does a Gibbs chain move? The loop in Python.

Each site in turn is redrawn from its conditional given all others (Geman and Geman, 1984): with u uniform on [0, 1),
the new state is the number of cumulative probabilities that are at most u. The joint distribution is stationary because
each such redraw leaves it as it is.
"""

from __future__ import annotations

from models.kernels import gibbs as k

from .buffers import Buffers, Views
from .generator import Xoshiro, exp_below


def run_gibbs(n_updates: int, buffers: Buffers) -> None:
    """Do what `models.kernels.gibbs.gibbs_updates` does, bit for bit, about a hundred times slower."""
    v = Views(buffers)
    states, plan, values, meters = v.states, v.plan, v.values, v.meters
    rng = Xoshiro(v.words)
    site = meters[k.POSITION]
    for _ in range(n_updates):
        u = rng.uniform()
        p = v.starts[site]
        n_states, form = plan[p], plan[p + 2]
        before, new = states[site], 0
        if form >= 0:
            row = plan[p + 3]
            for q in range(p + 4, p + 4 + 2 * form, 2):
                row += plan[q + 1] * states[plan[q]]
            end = row + n_states - 1
            while row < end and values[row] <= u:
                row += 1
                new += 1
        else:
            logs = sum_logs(v, p)
            top, mass, sums = max(logs), 0.0, []
            for log in logs:
                mass += exp_below(log - top)
                sums.append(mass)
            while new < n_states - 1 and sums[new] <= u * mass:
                new += 1
        states[site] = new
        meters[k.LAST_SITE], meters[k.LAST_BEFORE], meters[k.LAST_PROPOSED] = site, before, new
        meters[k.LAST_ACCEPTED] = 1
        site += 1
        if site == len(states):
            site = 0
            v.record()
    rng.save()
    meters[k.POSITION] = site
    meters[k.UPDATES] += n_updates
    meters[k.PROPOSED] += n_updates
    meters[k.ACCEPTED] += n_updates


def sum_logs(v: Views, p: int) -> list[float]:
    """Return the log potentials of a site's states given its neighbours, from the record of a product site at p."""
    plan, states, values = v.plan, v.states, v.values
    n_states = plan[p]
    logs = [0.0] * n_states
    q = p + 3
    for _ in range(-1 - plan[p + 2]):
        base, own, n_others = plan[q], plan[q + 1], plan[q + 2]
        q += 3
        for _ in range(n_others):
            base += plan[q + 1] * states[plan[q]]
            q += 2
        for s in range(n_states):
            logs[s] += values[base + own * s]
    return logs
