"""The inner loops of single-site sampling: Gibbs and Metropolis-Hastings over the flat arrays of `samplers.plan`.

Both loops scan the sites in order, count a draw after each full scan (sweep), and keep everything that changes in the
arrays they are given, so that a run can be cut anywhere. `samplers.gibbs` and `samplers.metropolis` are the same loops in
Python; the two agree bit for bit, which is why neither calls a library's exponential.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Places in the array of meters.
POSITION, UPDATES, DRAWS, EVENTS, EVENT_DRAWS, ACCEPTED, PROPOSED = range(7)
LAST_SITE, LAST_BEFORE, LAST_PROPOSED, LAST_ACCEPTED, OUT_ROWS, THIN = range(7, 13)
N_METERS = 13

# The array of batches: draws per batch, draws and events in the batch being filled, full batches, events of each.
BATCH_SIZE, BATCH_DRAWS, BATCH_EVENTS, N_FULL, FIRST_BATCH = range(5)
MOST_BATCHES = 64  # when full, neighbours are joined and the size doubles: 32 to 64 batches at any length of run

_UNIT = 2.0**-53
_LOW_53 = np.uint64(2**53 - 1)
_R11, _R17, _R19, _R23 = np.uint64(11), np.uint64(17), np.uint64(19), np.uint64(23)
_R41, _R45, _R61 = np.uint64(41), np.uint64(45), np.uint64(61)
_LOG2_E, _LN2_HIGH, _LN2_LOW, _EXP_LEAST = 1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10, -708.0


def gibbs(
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
    """Advance a Gibbs chain; arrays as in `samplers.chain`, `scratch` at least as long as the most states."""
    n_sites = states.shape[0]
    a, b, c, d = words[0], words[1], words[2], words[3]
    site = meters[POSITION]
    before = meters[LAST_BEFORE]
    for _ in range(n_updates):
        total = a + d
        bits = ((total << _R23) | (total >> _R41)) + a
        t = b << _R17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = (d << _R45) | (d >> _R19)
        u = np.int64(bits >> _R11) * _UNIT

        p = starts[site]
        k = plan[p]
        form = plan[p + 2]
        before = states[site]
        new = 0
        if form >= 0:
            row = plan[p + 3]
            for q in range(p + 4, p + 4 + 2 * form, 2):
                row += plan[q + 1] * states[plan[q]]
            for s in range(row, row + k - 1):
                new += values[s] <= u
        else:
            for s in range(k):
                scratch[s] = 0.0
            q = p + 3
            for _ in range(-1 - form):
                base, own, n_others = plan[q], plan[q + 1], plan[q + 2]
                q += 3
                for _ in range(n_others):
                    base += plan[q + 1] * states[plan[q]]
                    q += 2
                for s in range(k):
                    scratch[s] += values[base + own * s]
            top = scratch[0]
            for s in range(1, k):
                top = max(top, scratch[s])
            mass = 0.0
            for s in range(k):
                x = scratch[s] - top
                if x >= _EXP_LEAST:
                    n = np.floor(x * _LOG2_E + 0.5)
                    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
                    y = 1.6059043836821613e-10
                    y = y * r + 2.08767569878681e-09
                    y = y * r + 2.505210838544172e-08
                    y = y * r + 2.755731922398589e-07
                    y = y * r + 2.7557319223985893e-06
                    y = y * r + 2.48015873015873e-05
                    y = y * r + 0.0001984126984126984
                    y = y * r + 0.001388888888888889
                    y = y * r + 0.008333333333333333
                    y = y * r + 0.041666666666666664
                    y = y * r + 0.16666666666666666
                    y = y * r + 0.5
                    y = y * r + 1.0
                    y = y * r + 1.0
                    mass += y * 2.0**n
                scratch[s] = mass
            u *= mass
            for s in range(k - 1):
                new += scratch[s] <= u
        states[site] = new

        meters[LAST_SITE] = site
        site += 1
        if site == n_sites:
            site = 0
            _draw(states, meters, counts, batches, event, out, starts, plan)
    words[0], words[1], words[2], words[3] = a, b, c, d
    meters[POSITION] = site
    meters[UPDATES] += n_updates
    meters[PROPOSED] += n_updates
    meters[ACCEPTED] += n_updates
    if n_updates > 0:
        meters[LAST_BEFORE] = before
        meters[LAST_PROPOSED] = states[meters[LAST_SITE]]
        meters[LAST_ACCEPTED] = 1
