"""Is there a set of at most k vertices that meets each of many sets? A search that can be interrupted.

Branching on the smallest set that is not met yet: one of its vertices must be chosen, and one that has been tried is
left out afterwards. Disjoint sets that are not met each need a vertex of their own, and the most frequent vertices
cannot meet more sets than their frequencies allow; either bound may end a branch. Vertices are bits of one word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .lazy import kernel
from .word_sets import count, lowest

NO, YES, SPENT_BUDGET = range(3)
DEPTH, FRESH = range(2)  # places in `meters`

_ONE = np.uint64(1)
_ZERO = np.uint64(0)

_W, _I = "uint64[::1]", "int64[::1]"


@kernel()
def _branch(sets: Any, n_sets: int, chosen: Any, left_out: Any, room: int, frequency: Any) -> Any:
    """Return what to branch on: 0 when all sets are met, all ones when no choice of `room` vertices can meet them."""
    none = ~_ZERO
    smallest, size = none, 65
    used, packed, unmet = _ZERO, 0, 0
    for v in range(64):
        frequency[v] = 0
    for k in range(n_sets):
        if sets[k] & chosen:
            continue
        open_ = sets[k] & ~left_out
        if open_ == _ZERO:
            return none
        unmet += 1
        if not open_ & used:
            used |= open_
            packed += 1
            if packed > room:
                return none
        n_open = count(open_)
        if n_open < size:
            smallest, size = open_, n_open
        while open_:
            frequency[lowest(open_)] += 1
            open_ &= open_ - _ONE
    if unmet == 0:
        return _ZERO
    reachable = 0
    for _ in range(room):
        best = 0
        for v in range(64):
            if frequency[v] > frequency[best]:
                best = v
        reachable += frequency[best]
        if reachable >= unmet or frequency[best] == 0:
            break
        frequency[best] = 0
    return smallest if reachable >= unmet else none


@kernel(f"int64({_W}, int64, int64, {_I}, {_W}, {_W}, {_W}, {_I}, int64)")
def hit(
    sets: Any, n_sets: int, k: int, meters: Any, chosen: Any, left_out: Any, todo: Any, frequency: Any, budget: int
) -> int:
    """Search on for about `budget` steps.

    Parameters
    ----------
    sets : uint64 array
        One word a set; small sets first make for better bounds.
    n_sets, k : int
    meters : int64 array
        Depth, and whether the node there is still to be looked at; zero and one at first.
    chosen, left_out, todo : uint64 arrays, k + 1 long
        The search's stack; zeros at first. After YES, `chosen` at the depth in `meters` is the answer.
    frequency : int64 array, 64 long
        Work space.
    budget : int

    Returns
    -------
    int
        NO, YES or SPENT_BUDGET; after the last, call again with the same arrays.
    """
    depth = meters[DEPTH]
    for _ in range(budget):
        if meters[FRESH]:
            meters[FRESH] = 0
            candidates = _branch(sets, n_sets, chosen[depth], left_out[depth], k - depth, frequency)
            if candidates == _ZERO:
                meters[DEPTH] = depth
                return YES
            todo[depth] = _ZERO if candidates == ~_ZERO else candidates
        elif todo[depth] == _ZERO or depth == k:
            if depth == 0:
                return NO
            depth -= 1
        else:
            v = todo[depth] & (~todo[depth] + _ONE)
            todo[depth] ^= v
            chosen[depth + 1] = chosen[depth] | v
            left_out[depth + 1] = left_out[depth]
            left_out[depth] |= v
            depth += 1
            meters[FRESH] = 1
    meters[DEPTH] = depth
    return SPENT_BUDGET


KERNELS = (hit,)
