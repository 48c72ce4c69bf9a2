"""How does a chain of block updates move? The loop in Python.

A block is drawn from its conditional given all else, by messages from leaves to roots and draws from roots to leaves;
see `tree_plan`. The joint distribution is stationary because each such draw leaves it as it is. An update draws one
variable; the messages of its block are computed before its first one, from states outside the block, so they can be
computed anew wherever a run is taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, inf

from models.kernels import gibbs as k

from .buffers import Buffers, Views
from .generator import Xoshiro, exp_below
from .tree_plan import HEAD

_LN2 = 0.6931471805599453
_SQRT_HALF = 0.7071067811865476
LOG_TERMS = tuple(2.0 / (2 * n + 1) for n in range(11, -1, -1))  # of log((1 + z) / (1 - z)) / z in z squared


def log_above(x: float) -> float:
    """Return log x for x >= 1, made of the same few operations as in the compiled kernel."""
    m, e = frexp(x)
    if m < _SQRT_HALF:
        m *= 2.0
        e -= 1
    z = (m - 1.0) / (m + 1.0)
    square = z * z
    total = LOG_TERMS[0]
    for term in LOG_TERMS[1:]:
        total = total * square + term
    return e * _LN2 + z * total


def _based(q: int, n_others: int, base: int, states: Sequence[int], plan: Sequence[int]) -> int:
    for _ in range(n_others):
        base += plan[q + 1] * states[plan[q]]
        q += 2
    return base


def own_logs(p: int, states: Sequence[int], plan: Sequence[int], values: Sequence[float]) -> tuple[list[float], int]:
    """Return the log potentials of a site's own factors, and where the shared ones start in `plan`."""
    n_states = plan[p]
    logs = [0.0] * n_states
    q = p + HEAD
    for _ in range(plan[p + 6]):
        own, n_others = plan[q + 1], plan[q + 2]
        base = _based(q + 3, n_others, plan[q], states, plan)
        q += 3 + 2 * n_others
        for s in range(n_states):
            logs[s] += values[base + own * s]
    return logs, q


def link_logs(
    p: int, states: Sequence[int], plan: Sequence[int], values: Sequence[float], n_parent: int
) -> list[list[float]]:
    """Return the log potentials shared with the parent, rows by the own state."""
    n_states = plan[p]
    _, q = own_logs(p, states, plan, values)
    logs = [[0.0] * n_parent for _ in range(n_states)]
    for _ in range(plan[p + 7]):
        own, up, n_others = plan[q + 1], plan[q + 2], plan[q + 3]
        base = _based(q + 4, n_others, plan[q], states, plan)
        q += 4 + 2 * n_others
        for s in range(n_states):
            for t in range(n_parent):
                logs[s][t] += values[base + own * s + up * t]
    return logs


def filtered(
    first: int, end: int, states: Sequence[int], starts: Sequence[int], plan: Sequence[int], values: Sequence[float]
) -> list[list[float]]:
    """Return a_i of every site of a block: its own factors and the messages of its children."""
    sums = [[0.0] * plan[starts[site]] for site in range(first, end)]
    for site in range(end - 1, first - 1, -1):
        p = starts[site]
        logs, _ = own_logs(p, states, plan, values)
        mine = sums[site - first]
        for s, log in enumerate(logs):
            mine[s] += log
        parent = plan[p + 2]
        if parent >= 0:
            links = link_logs(p, states, plan, values, plan[starts[parent]])
            theirs = sums[parent - first]
            for t in range(len(theirs)):
                top = -inf
                for s in range(len(mine)):
                    top = max(top, mine[s] + links[s][t])
                if top == -inf:
                    theirs[t] = -inf
                    continue
                mass = 0.0
                for s in range(len(mine)):
                    mass += exp_below(mine[s] + links[s][t] - top)
                theirs[t] += top + log_above(mass)
    return sums


def run_tree(n_updates: int, buffers: Buffers) -> None:
    """Do what `models.kernels.tree_gibbs.tree_updates` does, bit for bit."""
    v = Views(buffers)
    states, plan, values, meters, starts = v.states, v.plan, v.values, v.meters, v.starts
    rng = Xoshiro(v.words)
    site = meters[k.POSITION]
    sums: list[list[float]] | None = None
    for _ in range(n_updates):
        p = starts[site]
        first, end = plan[p + 4], plan[p + 5]
        if sums is None or site == first:
            sums = filtered(first, end, states, starts, plan, values)
        logs = sums[site - first]
        parent = plan[p + 2]
        if parent >= 0:
            links = link_logs(p, states, plan, values, plan[starts[parent]])
            logs = [log + links[s][states[parent]] for s, log in enumerate(logs)]
        u = rng.uniform()
        before, new = states[site], 0
        top, mass, heaps = max(logs), 0.0, []
        for log in logs:
            mass += exp_below(log - top)
            heaps.append(mass)
        while new < len(logs) - 1 and heaps[new] <= u * mass:
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
