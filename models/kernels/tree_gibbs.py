"""The inner loop of block Gibbs sampling over the flat arrays of `samplers.tree_plan`.

`samplers.tree_gibbs` is the same loop in Python; the two agree bit for bit, which is why this one is strict.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .gibbs import (
    _ARRAYS,
    _R11,
    _R17,
    _R19,
    _R23,
    _R41,
    _R45,
    _UNIT,
    ACCEPTED,
    LAST_ACCEPTED,
    LAST_BEFORE,
    LAST_PROPOSED,
    LAST_SITE,
    POSITION,
    PROPOSED,
    UPDATES,
    _exp_below,
    _record,
)
from .lazy import kernel

_HEAD = 8
_LN2 = 0.6931471805599453
_SQRT_HALF = 0.7071067811865476


@kernel(strict=True)
def _log_above(x: Any) -> Any:
    """Return log x for x >= 1; the operations of `samplers.tree_gibbs.log_above`."""
    m, e = math.frexp(x)
    if m < _SQRT_HALF:
        m *= 2.0
        e -= 1
    z = (m - 1.0) / (m + 1.0)
    square = z * z
    total = 2.0 / 23.0
    for n in range(10, -1, -1):
        total = total * square + 2.0 / (2 * n + 1)
    return e * _LN2 + z * total


@kernel(strict=True)
def _add_own(p: Any, states: Any, plan: Any, values: Any, sums: Any, at: Any) -> Any:
    """Add a site's own factors to its sums; return where the shared ones start."""
    n_states = plan[p]
    for s in range(n_states):
        sums[at + s] = 0.0
    q = p + _HEAD
    for _ in range(plan[p + 6]):
        base, own, n_others = plan[q], plan[q + 1], plan[q + 2]
        q += 3
        for _ in range(n_others):
            base += plan[q + 1] * states[plan[q]]
            q += 2
        for s in range(n_states):
            sums[at + s] += values[base + own * s]
    return q


@kernel(strict=True)
def _add_shared(p: Any, n_parent: Any, states: Any, plan: Any, values: Any, logs: Any, at: Any) -> None:
    """Write what a site shares with its parent, rows by the own state."""
    n_states = plan[p]
    for j in range(n_states * n_parent):
        logs[at + j] = 0.0
    q = p + _HEAD
    for _ in range(plan[p + 6]):
        q += 3 + 2 * plan[q + 2]
    for _ in range(plan[p + 7]):
        base, own, up, n_others = plan[q], plan[q + 1], plan[q + 2], plan[q + 3]
        q += 4
        for _ in range(n_others):
            base += plan[q + 1] * states[plan[q]]
            q += 2
        for s in range(n_states):
            for t in range(n_parent):
                logs[at + s * n_parent + t] += values[base + own * s + up * t]


@kernel(strict=True)
def _filter(first: Any, end: Any, states: Any, starts: Any, plan: Any, values: Any, scratch: Any, work: Any) -> None:
    """Compute a_i of every site of a block; `work` is where the table of a link may stand, the row before it too."""
    for site in range(first, end):
        p = starts[site]
        for s in range(plan[p]):
            scratch[plan[p + 3] + s] = 0.0
    for site in range(end - 1, first - 1, -1):
        p = starts[site]
        k, at, parent = plan[p], plan[p + 3], plan[p + 2]
        _add_own(p, states, plan, values, scratch, work)
        for s in range(k):
            scratch[at + s] += scratch[work + s]
        if parent >= 0:
            up = starts[parent]
            n_parent, to = plan[up], plan[up + 3]
            _add_shared(p, n_parent, states, plan, values, scratch, work)
            for t in range(n_parent):
                top = -math.inf
                for s in range(k):
                    top = max(top, scratch[at + s] + scratch[work + s * n_parent + t])
                if top == -math.inf:
                    scratch[to + t] = -math.inf
                    continue
                mass = 0.0
                for s in range(k):
                    mass += _exp_below(scratch[at + s] + scratch[work + s * n_parent + t] - top)
                scratch[to + t] += top + _log_above(mass)


@kernel(f"void(int64, {_ARRAYS})", strict=True)
def tree_updates(
    n_updates: Any,
    states: Any,
    words: Any,
    meters: Any,
    counts: Any,
    batches: Any,
    event: Any,
    out: Any,
    scratch: Any,
    starts: Any,
    plan: Any,
    values: Any,
) -> None:
    """Draw one variable after the other of block after block; the arrays are those of `samplers.buffers.Buffers`."""
    n_sites = states.shape[0]
    last = starts[n_sites - 1]
    work = plan[last + 3] + plan[last]  # behind the sums of all sites
    a, b, c, d = words[0], words[1], words[2], words[3]
    site = meters[POSITION]
    fresh = True
    for _ in range(n_updates):
        p = starts[site]
        k, at, parent = plan[p], plan[p + 3], plan[p + 2]
        if fresh or site == plan[p + 4]:
            _filter(plan[p + 4], plan[p + 5], states, starts, plan, values, scratch, work)
            fresh = False
        if parent >= 0:
            n_parent = plan[starts[parent]]
            _add_shared(p, n_parent, states, plan, values, scratch, work)
            drawn = states[parent]
            for s in range(k):
                scratch[work + s] = scratch[at + s] + scratch[work + s * n_parent + drawn]
        else:
            for s in range(k):
                scratch[work + s] = scratch[at + s]

        total = a + d
        bits = ((total << _R23) | (total >> _R41)) + a
        shifted = b << _R17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << _R45) | (d >> _R19)
        u = np.int64(bits >> _R11) * _UNIT

        before = states[site]
        top = scratch[work]
        for s in range(1, k):
            top = max(top, scratch[work + s])
        mass = 0.0
        for s in range(k):
            mass += _exp_below(scratch[work + s] - top)
            scratch[work + s] = mass
        u *= mass
        new = 0
        for s in range(k - 1):
            new += scratch[work + s] <= u
        states[site] = new

        meters[LAST_SITE] = site
        meters[LAST_BEFORE] = before
        meters[LAST_PROPOSED] = new
        site += 1
        if site == n_sites:
            site = 0
            _record(states, meters, counts, batches, event, out, starts, plan)
    words[0], words[1], words[2], words[3] = a, b, c, d
    meters[POSITION] = site
    meters[UPDATES] += n_updates
    meters[PROPOSED] += n_updates
    meters[ACCEPTED] += n_updates
    meters[LAST_ACCEPTED] = 1


KERNELS = (tree_updates,)
