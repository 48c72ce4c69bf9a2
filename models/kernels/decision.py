"""The treewidth decision as a kernel that works until its budget is spent and can be called again.

All it knows is in arrays that `models.treewidth_compiled` makes, and it asks for longer ones before one could overflow.
The unions that a new feasible set can join are found without looking at all: each of their components can be joined
with it alone. So those components are selected first, by a scan over the feasible sets, and then the stored unions of
selected components are walked as a tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .decision_steps import (
    ADJACENT,
    AT_HAND,
    BAG,
    DEPTH,
    FOUND_SETS,
    INFO_COLUMNS,
    N_BAGS,
    N_COMPONENTS,
    N_FEASIBLE,
    N_JOINED,
    N_PARTS,
    N_PENDING,
    N_SCANNED,
    N_SEEDED,
    N_SELECTED,
    N_UNIONS,
    N_WOKEN,
    PART_BAG,
    PART_COLUMNS,
    PART_NEXT,
    PENDING,
    ROOT,
    SELECTED,
    SPENT,
    STACKS,
    WAITING,
    WAKE_PART,
    WORDS,
    K,
    N,
    conclude,
    join,
    try_bag,
)
from .lazy import kernel
from .word_sets import ONE, ZERO, count, enter, enter_pairs, find_pair

NO, YES, SPENT_BUDGET, NO_SPACE = range(4)  # answers of `advance`

_W, _I = "uint64[::1]", "int64[::1]"


@kernel()
def _scan(words: int, feasible: Any, component: int, begin: int, end: int, most: int) -> Any:
    """Return the first feasible set from `begin` on that could be joined with a later one, or `end`."""
    at = 2 * component * words
    if words == 1:
        inner, border = feasible[at], feasible[at + 1]
        blocked = inner | border
        for q in range(begin, end):
            other = feasible[2 * q + 1]
            if (feasible[2 * q] & blocked) | (other & inner) == ZERO and count(other | border) <= most:
                return q
        return end
    for q in range(begin, end):
        row = 2 * q * words
        size = 0
        for i in range(words):
            inner, border = feasible[at + i], feasible[at + words + i]
            other = feasible[row + words + i]
            if (feasible[row + i] & (inner | border)) | (other & inner) != ZERO:
                size = most + 1
                break
            size += count(other | border)
        if size <= most:
            return q
    return end


@kernel()
def _next_union(words: int, meters: Any, feasible: Any, unions: Any, info: Any, children: Any, budget: int) -> Any:
    """Walk to the next stored union that the feasible set at hand can join; -1 for none yet, -2 for none any more.

    Selected sets are tried in the order in which they were joined, that is in which unions were made.
    """
    depth, n_selected, most = meters[DEPTH], meters[N_SELECTED], meters[K] + 1
    nodes, nexts = STACKS, STACKS + meters[N] + 1
    at = 2 * meters[AT_HAND] * words + words
    while depth >= 0:
        t = meters[nexts + depth]
        if t == n_selected:
            depth -= 1
            continue
        if meters[SPENT] >= budget:
            meters[DEPTH] = depth
            return -1
        meters[nexts + depth] = t + 1
        meters[SPENT] += 3 * words
        union, other = meters[nodes + depth], info[INFO_COLUMNS * t + SELECTED]
        row, base = 2 * union * words, 2 * other * words
        size = 0
        for i in range(words):
            inner, border = feasible[base + i], feasible[base + words + i]
            outer = unions[row + words + i]
            if (unions[row + i] & (inner | border)) | (outer & inner) != ZERO:
                size = most + 1
                break
            size += count(outer | border | feasible[at + i])
        if size > most:
            continue
        meters[SPENT] += 20
        slot = find_pair(union, other, children)
        if slot >= 0:
            depth += 1
            meters[nodes + depth] = children[2 * slot + 1]
            meters[nexts + depth] = t + 1
            meters[DEPTH] = depth
            return children[2 * slot + 1]
    meters[DEPTH] = -1
    return -2


@kernel(f"int64({_I}, {_W}, {_W}, {_W}, {_W}, {_W}, {_I}, {_I}, {_I}, {_I}, {_I}, {_I}, int64)")
def advance(
    meters: Any,
    work: Any,
    components: Any,
    feasible: Any,
    unions: Any,
    bags: Any,
    info: Any,
    parts: Any,
    starts: Any,
    component_table: Any,
    bag_table: Any,
    children: Any,
    budget: int,
) -> int:
    """Continue a decision until it is made, the budget is spent, or longer arrays are needed.

    Parameters
    ----------
    meters, ..., children : arrays
        See `decision_steps`.
    budget : int
        Work to do, in units of about a nanosecond.

    Returns
    -------
    int
        NO, YES (the bag is in `meters[ROOT]`), SPENT_BUDGET or NO_SPACE.
    """
    words, n, most = meters[WORDS], meters[N], meters[K] + 1
    tries = most + 2  # a join looks at no more bags
    meters[SPENT] = 0
    while meters[ROOT] < 0:
        if meters[SPENT] >= budget:
            return SPENT_BUDGET
        if (
            INFO_COLUMNS * (meters[N_COMPONENTS] + 2 * tries * n) > len(info)
            or meters[N_BAGS] + tries >= len(starts)
            or PART_COLUMNS * (meters[N_PARTS] + tries * n) > len(parts)
            or 2 * (meters[N_UNIONS] + 1) * words > len(unions)
        ):
            return NO_SPACE
        component = meters[AT_HAND]
        if meters[N_SEEDED] < n:
            v = meters[N_SEEDED]
            meters[N_SEEDED] = v + 1
            size = 1
            for i in range(words):
                near = work[(ADJACENT + v) * words + i]
                size += count(near)
                work[BAG * words + i] = near
            if size <= most:
                work[BAG * words + (v >> 6)] |= ONE << np.uint64(v & 63)
                try_bag(words, meters, work, components, bags, info, parts, starts, component_table, bag_table)
        elif meters[N_WOKEN] < meters[N_FEASIBLE]:
            # Wake one of the bags that wait for the next feasible set.
            found = info[INFO_COLUMNS * meters[N_WOKEN] + FOUND_SETS]
            if meters[WAKE_PART] == -2:
                meters[WAKE_PART] = info[INFO_COLUMNS * found + WAITING]
            if meters[WAKE_PART] == -1:
                meters[WAKE_PART] = -2
                meters[N_WOKEN] += 1
                info[INFO_COLUMNS * meters[N_PENDING] + PENDING] = found
                meters[N_PENDING] += 1
            else:
                part = PART_COLUMNS * meters[WAKE_PART]
                meters[WAKE_PART] = parts[part + PART_NEXT]
                meters[SPENT] += 100
                conclude(
                    words,
                    parts[part + PART_BAG],
                    meters,
                    work,
                    components,
                    bags,
                    info,
                    parts,
                    starts,
                    component_table,
                )
        elif component < 0:
            if meters[N_PENDING] == 0:
                return NO
            meters[N_PENDING] -= 1
            newest = 2 * info[INFO_COLUMNS * meters[N_PENDING] + PENDING] * words
            for i in range(2 * words):
                feasible[2 * meters[N_JOINED] * words + i] = components[newest + i]
            meters[AT_HAND] = meters[N_JOINED]
            meters[N_JOINED] += 1
        elif meters[N_SCANNED] < component:
            # Select the earlier feasible sets that this one can be joined with.
            at = meters[N_SCANNED]
            q = _scan(words, feasible, component, at, min(component, at + budget - meters[SPENT]), most)
            meters[SPENT] += (q - at) * words + 1
            if q < component and meters[SPENT] < budget:
                info[INFO_COLUMNS * meters[N_SELECTED] + SELECTED] = q
                meters[N_SELECTED] += 1
                q += 1
            meters[N_SCANNED] = q
        else:
            union = 0
            if meters[DEPTH] < 0:
                meters[DEPTH] = 0
                meters[STACKS] = 0
                meters[STACKS + n + 1] = 0
            else:
                union = _next_union(words, meters, feasible, unions, info, children, budget)
            if union >= 0:
                join(
                    words,
                    union,
                    meters,
                    work,
                    components,
                    feasible,
                    unions,
                    bags,
                    info,
                    parts,
                    starts,
                    component_table,
                    bag_table,
                    children,
                )
            elif union == -2:
                meters[AT_HAND] = -1
                meters[N_SCANNED] = 0
                meters[N_SELECTED] = 0
    return YES


KERNELS = (enter, enter_pairs, conclude, try_bag, join, advance)
