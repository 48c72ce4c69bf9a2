"""How does a Metropolis-Hastings chain move? The loop in Python.

Each site in turn proposes one of its other states, all alike, and takes it with probability min(1, p(new) / p(old))
given the rest (Metropolis and others, 1953; Hastings, 1970): the proposal is symmetric, so no ratio of proposals
appears. One visit in eight proposes nothing. Without such rests a chain over flat binary variables would accept every
proposal, and a scan would turn each joint state into its complement and back, for ever missing the others.
"""

from __future__ import annotations

from models.kernels import gibbs as k

from .buffers import Buffers, Views
from .generator import LOW_53, UNIT, Xoshiro, exp_below
from .gibbs import sum_logs

REST = 1 / 8  # share of visits that propose nothing: the top three of the random bits are zero


def run_metropolis(n_updates: int, buffers: Buffers) -> None:
    """Do what `models.kernels.gibbs.metropolis_updates` does, bit for bit, about a hundred times slower."""
    v = Views(buffers)
    states, plan, values, meters = v.states, v.plan, v.values, v.meters
    rng = Xoshiro(v.words)
    site = meters[k.POSITION]
    for _ in range(n_updates):
        p = v.starts[site]
        n_states, form = plan[p], plan[p + 2]
        old, proposed, accepted = states[site], -1, False
        bits = rng.next() if n_states > 1 else 0
        if bits >> 61:
            proposed = int((bits & LOW_53) * UNIT * (n_states - 1))
            proposed += proposed >= old
            u = rng.uniform()
            if form >= 0:
                row = plan[p + 3]
                for q in range(p + 4, p + 4 + 2 * form, 2):
                    row += plan[q + 1] * states[plan[q]]
                accepted = u * values[row + old] < values[row + proposed]
            else:
                logs = sum_logs(v, p)
                gain = logs[proposed] - logs[old]
                accepted = gain >= 0.0 or u < exp_below(gain)
            meters[k.PROPOSED] += 1
            if accepted:
                meters[k.ACCEPTED] += 1
                states[site] = proposed
        meters[k.LAST_SITE], meters[k.LAST_BEFORE], meters[k.LAST_PROPOSED] = site, old, proposed
        meters[k.LAST_ACCEPTED] = accepted
        site += 1
        if site == len(states):
            site = 0
            v.record()
    rng.save()
    meters[k.POSITION] = site
    meters[k.UPDATES] += n_updates
