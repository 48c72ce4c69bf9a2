"""The inner loops of single-site sampling: Gibbs and Metropolis-Hastings over the flat arrays of `samplers.plan`.

Both loops scan the sites in order, count a draw after each full scan (sweep), and keep everything that changes in the
arrays they are given, so that a run can be cut anywhere. `samplers.gibbs` and `samplers.metropolis` are the same loops
in Python; the two agree bit for bit, which is why these kernels are strict and call no library's exponential. The
generator is xoshiro256++, see `samplers.generator`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .lazy import kernel

# Places in the array of meters.
POSITION, UPDATES, DRAWS, EVENTS, EVENT_DRAWS, ACCEPTED, PROPOSED = range(7)
LAST_SITE, LAST_BEFORE, LAST_PROPOSED, LAST_ACCEPTED, OUT_ROWS, THIN, WAIT = range(7, 14)
N_METERS = 14

# The array of batches: draws per batch; draws and events in the batch being filled; full batches; events of each.
BATCH_SIZE, BATCH_DRAWS, BATCH_EVENTS, N_FULL, FIRST_BATCH = range(5)
MOST_BATCHES = 64  # when full, neighbours are joined and the size doubles: 32 to 63 batches at any length of run

_UNIT = 2.0**-53
_LOW_53 = np.uint64(2**53 - 1)
_R11, _R17, _R19, _R23 = np.uint64(11), np.uint64(17), np.uint64(19), np.uint64(23)
_R41, _R45, _R61 = np.uint64(41), np.uint64(45), np.uint64(61)

_IN = 'Array(int64, 1, "C", True)'  # read-only arrays have a type of their own
_ARRAYS = (
    "int64[::1], uint64[::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[:, ::1], float64[::1], "
    f'{_IN}, {_IN}, Array(float64, 1, "C", True)'
)


@kernel(strict=True, inline=True)
def _exp_below(x: Any) -> Any:
    """Return e^x for x <= 0; the operations of `samplers.generator.exp_below`."""
    if x < -708.0:
        return 0.0
    n = math.floor(x * 1.4426950408889634 + 0.5)
    r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10
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
    return math.ldexp(y, int(n))


@kernel(strict=True)
def _sum_logs(p: Any, states: Any, plan: Any, values: Any, logs: Any) -> None:
    """Add up the log potentials of a product site's states given its neighbours."""
    k = plan[p]
    for s in range(k):
        logs[s] = 0.0
    q = p + 3
    for _ in range(-1 - plan[p + 2]):
        base, own, n_others = plan[q], plan[q + 1], plan[q + 2]
        q += 3
        for _ in range(n_others):
            base += plan[q + 1] * states[plan[q]]
            q += 2
        for s in range(k):
            logs[s] += values[base + own * s]


@kernel(strict=True)
def _record(states: Any, meters: Any, counts: Any, batches: Any, event: Any, out: Any, starts: Any, plan: Any) -> None:
    """Count the present joint state as a draw."""
    n_sites = states.shape[0]
    meters[DRAWS] += 1
    for i in range(n_sites):
        counts[plan[starts[i] + 1] + states[i]] += 1
    hit = 1
    for e in range(0, event.shape[0], 2):
        if states[event[e]] != event[e + 1]:
            hit = 0
            break
    meters[EVENT_DRAWS] += 1
    meters[EVENTS] += hit
    batches[BATCH_DRAWS] += 1
    batches[BATCH_EVENTS] += hit
    if batches[BATCH_DRAWS] == batches[BATCH_SIZE]:
        n_full = batches[N_FULL]
        batches[FIRST_BATCH + n_full] = batches[BATCH_EVENTS]
        batches[BATCH_DRAWS] = 0
        batches[BATCH_EVENTS] = 0
        n_full += 1
        if n_full == MOST_BATCHES:
            n_full = MOST_BATCHES // 2
            for j in range(n_full):
                batches[FIRST_BATCH + j] = batches[FIRST_BATCH + 2 * j] + batches[FIRST_BATCH + 2 * j + 1]
            batches[BATCH_SIZE] *= 2
        batches[N_FULL] = n_full
    row = meters[OUT_ROWS]
    if row < out.shape[0]:
        meters[WAIT] -= 1
        if meters[WAIT] == 0:
            for i in range(n_sites):
                out[row, i] = states[i]
            meters[OUT_ROWS] = row + 1
            meters[WAIT] = meters[THIN]


@kernel(f"void(int64, {_ARRAYS})", strict=True)
def gibbs_updates(
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
    """Make Gibbs updates; the arrays are those of `samplers.buffers.Buffers`."""
    n_sites = states.shape[0]
    a, b, c, d = words[0], words[1], words[2], words[3]
    site = meters[POSITION]
    for _ in range(n_updates):
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

        p = starts[site]
        k, form = plan[p], plan[p + 2]
        before = states[site]
        new = 0
        if form >= 0:
            row = plan[p + 3]
            for q in range(p + 4, p + 4 + 2 * form, 2):
                row += plan[q + 1] * states[plan[q]]
            for j in range(row, row + k - 1):
                new += values[j] <= u
        else:
            _sum_logs(p, states, plan, values, scratch)
            top = scratch[0]
            for s in range(1, k):
                top = max(top, scratch[s])
            mass = 0.0
            for s in range(k):
                mass += _exp_below(scratch[s] - top)
                scratch[s] = mass
            u *= mass
            for s in range(k - 1):
                new += scratch[s] <= u
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


@kernel(f"void(int64, {_ARRAYS})", strict=True)
def metropolis_updates(
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
    """Make Metropolis-Hastings updates with a uniform proposal over the other states; see `samplers.metropolis`."""
    n_sites = states.shape[0]
    a, b, c, d = words[0], words[1], words[2], words[3]
    site = meters[POSITION]
    for _ in range(n_updates):
        p = starts[site]
        k, form = plan[p], plan[p + 2]
        old = states[site]
        proposed = np.int64(-1)
        accepted = False
        if k > 1:
            total = a + d
            bits = ((total << _R23) | (total >> _R41)) + a
            shifted = b << _R17
            c ^= a
            d ^= b
            b ^= c
            a ^= d
            c ^= shifted
            d = (d << _R45) | (d >> _R19)
            if bits >> _R61 != np.uint64(0):
                proposed = np.int64(np.int64(bits & _LOW_53) * _UNIT * (k - 1))
                proposed += proposed >= old
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
                if form >= 0:
                    row = plan[p + 3]
                    for q in range(p + 4, p + 4 + 2 * form, 2):
                        row += plan[q + 1] * states[plan[q]]
                    accepted = u * values[row + old] < values[row + proposed]
                else:
                    _sum_logs(p, states, plan, values, scratch)
                    gain = scratch[proposed] - scratch[old]
                    accepted = gain >= 0.0 or u < _exp_below(gain)
                meters[PROPOSED] += 1
                if accepted:
                    meters[ACCEPTED] += 1
                    states[site] = proposed

        meters[LAST_SITE] = site
        meters[LAST_BEFORE] = old
        meters[LAST_PROPOSED] = proposed
        meters[LAST_ACCEPTED] = accepted
        site += 1
        if site == n_sites:
            site = 0
            _record(states, meters, counts, batches, event, out, starts, plan)
    words[0], words[1], words[2], words[3] = a, b, c, d
    meters[POSITION] = site
    meters[UPDATES] += n_updates


KERNELS = (gibbs_updates, metropolis_updates)
