"""How is the joint state found that loses least?

A joint state that is known in part has lost at least what its known variables lose; see `minibuckets`. Depth-first
search, from the last variable to the first, follows the smallest loss and turns back where no less is lost than by the
best joint state seen (Kask and Dechter, 2001). A variable whose functions all fit into one mini-bucket has a state
without loss: there, search goes straight on.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from .lazy import kernel

STOPPED = -2
DEPTH, FRESH, NODES, TIES, FOUND, N_STATE = range(6)
BEST, MARGIN, NOISE, LIMIT, N_MARKS = range(5)

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(f"int64(int64, {', '.join([I] * 5)}, {F}, {', '.join([I] * 3)}, {', '.join([F] * 3)}, uint8[::1])")
def descend(
    budget: int,
    cards: Any,
    first_of: Any,
    scope_start: Any,
    scopes: Any,
    table: Any,
    mem: Any,
    states: Any,
    best: Any,
    at: Any,
    lost: Any,
    losses: Any,
    marks: Any,
    flag: Any,
) -> int:
    """Search for the joint state that loses least, depth first.

    Parameters
    ----------
    budget : int
        Joint states, known in part, after which to return.
    cards, first_of, scope_start, scopes, table, mem
        As after `fill`.
    states, best : int64 arrays, one per variable
        Where search is; written when a better joint state is found.
    at : int64 array of length N_STATE
        The variable that is decided, whether it is new, how many joint states were looked at in all, and whether some
        other one is as good as the best, and whether there is one. At first the last variable, 1, 0, 0, 0.
    lost : float64 array, one per variable and one more
        What the variables from v on have lost; the last stays 0.
    losses : float64 array
        By variable, as many numbers as the most states each: what is lost with each state that was not tried yet.
    marks : float64 array of length N_MARKS
        What the best loses, how much more still counts as equal, what rounding explains, and more than what is not
        looked at.
    flag : uint8 array
        Of a `CancelToken`.

    Returns
    -------
    int
        1 when done, 0 when not, or STOPPED.
    """
    n = len(cards)
    width = len(losses) // n
    v, fresh = at[DEPTH], at[FRESH] == 1
    end = at[NODES] + budget
    nodes = at[NODES]
    limit = marks[LIMIT]
    if flag[0]:
        return STOPPED
    while v < n:
        own = v * width
        card = cards[v]
        if fresh:
            if nodes >= end:
                break
            nodes += 1
            for s in range(card):
                losses[uint64(own + s)] = lost[v + 1]
            for m in range(first_of[v], first_of[v + 1]):
                row = 0
                for i in range(scope_start[m + 1] - 1, scope_start[m], -1):
                    u = scopes[uint64(i)]
                    row = row * cards[uint64(u)] + states[uint64(u)]
                row = table[m] + row * card
                for s in range(card):
                    losses[uint64(own + s)] += mem[uint64(row + s)]
            fresh = False
        state, least = -1, limit
        for s in range(card):
            value = losses[uint64(own + s)]
            if value < inf and (value < least or (state < 0 and value == least)):
                state, least = s, value
        if state < 0:
            v += 1
            continue
        losses[uint64(own + state)] = inf
        states[v] = state
        lost[v] = least
        if v > 0:
            v -= 1
            fresh = True
            continue
        if at[FOUND] == 0 or least < marks[BEST] - marks[MARGIN]:
            at[TIES] = 0
        else:
            at[TIES] = 1
        if at[FOUND] == 0 or least < marks[BEST]:
            at[FOUND] = 1
            marks[BEST] = least
            for u in range(n):
                best[u] = states[u]
        # One tie is enough to know.
        limit = marks[BEST] - marks[NOISE] if at[TIES] else marks[BEST] + marks[MARGIN]
        marks[LIMIT] = limit
    at[DEPTH] = v
    at[FRESH] = 1 if fresh else 0
    at[NODES] = nodes
    return 1 if v == n else 0


KERNELS = (descend,)
