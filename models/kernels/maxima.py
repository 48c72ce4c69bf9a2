"""How are largest log scores, or the states that attain them, sent from the roots of a junction tree to the leaves?

The max-product counterpart of `tree.down`, in logs: it follows the same program, with maxima for sums and differences
for quotients. Every number is the gap to the best joint state of its component, zero or less, so nothing large cancels.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from .arrays import DIGIT, FIRST, SECOND, SHORT, SIZE, TABLE_A, TABLE_B, groups, index_tables
from .layout import (
    AXES,
    CHILD,
    CLIQUE,
    COLUMNS,
    DIVIDE,
    DOWN,
    DOWN_END,
    DOWN_OP,
    KIND,
    MESSAGE,
    PARENT,
    ROWS,
    SOURCE,
    SOURCE_MASK,
    TABLE,
    TARGET,
    TARGET_MASK,
)
from .lazy import kernel

STOPPED = -2  # returned instead of a clique

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel()
def max_onto(mem: Any, source: int, mask: int, target: int, keep: int, cards: Any, base: int, work: Any) -> None:
    """Take maxima of an array over the axes that are not kept; the target may be the start of the source.

    An entry of the target is first written where all digits of the axes that go are zero, and that entry of the source
    does not lie before it: so nothing is overwritten before it has been read.
    """
    n = groups(mask, keep, 0, cards, base, work)
    total = 1
    for g in range(n):
        total *= work[SIZE + g]
        work[DIGIT + g] = 0
    folded = 0  # outer axes that go and whose digits are not zero: only then is there something to compare with
    used, length = 1, work[SIZE] if n > 0 else 1
    by_table = length < SHORT
    if by_table:
        for g in range(n):
            # The second table says whether any digit within the block of an axis that goes is not zero.
            work[SECOND + g] = 0 if work[FIRST + g] else 1
        used, length = index_tables(n, work)
    end = source + total
    while True:
        if by_table:
            for i in range(length):
                value = mem[uint64(source + i)]
                at = target + work[uint64(TABLE_A + i)]
                if folded or work[uint64(TABLE_B + i)]:
                    value = max(value, mem[uint64(at)])
                mem[uint64(at)] = value
        elif work[FIRST]:
            if folded:
                for i in range(length):
                    mem[uint64(target + i)] = max(mem[uint64(target + i)], mem[uint64(source + i)])
            else:
                for i in range(length):
                    mem[uint64(target + i)] = mem[uint64(source + i)]
        else:
            value = mem[uint64(source)]
            for i in range(1, length):
                value = max(value, mem[uint64(source + i)])
            mem[uint64(target)] = max(value, mem[uint64(target)]) if folded else value
        source += length
        if source >= end:
            return
        g = used
        while True:
            step = work[FIRST + g]
            target += step
            work[DIGIT + g] += 1
            if step == 0 and work[DIGIT + g] == 1 and work[SIZE + g] > 1:
                folded += 1
            if work[DIGIT + g] < work[SIZE + g]:
                break
            target -= step * work[SIZE + g]
            if step == 0 and work[SIZE + g] > 1:
                folded -= 1
            work[DIGIT + g] = 0
            g += 1


@kernel(f"int64(int64, float64, {I}, {I}, {I}, {F}, {F}, {I}, uint8[::1])")
def max_down(
    last: int,
    budget: float,
    cliques: Any,
    cards: Any,
    downs: Any,
    mem: Any,
    log_scale: Any,
    work: Any,
    flag: Any,
) -> int:
    """Distribute after `tree.up` with `maximise`, parents before children, and read max-marginals off.

    Parameters
    ----------
    last : int
        Clique to begin with; the last one at first.
    budget : float
        Table entries after which to return.
    cliques, cards, downs
        The program.
    mem : float64 array
        All arrays, in logs; marginals become gaps to the best joint state of the component.
    log_scale : float64 array
        What `up` took out of each message.
    work : int64 array of length WORK
    flag : uint8 array
        Of a `CancelToken`.

    Returns
    -------
    int
        The clique to go on with, -1 when done, or STOPPED.
    """
    c = last
    done = 0.0
    while c >= 0 and done < budget:
        if flag[0]:
            return STOPPED
        row = c * CLIQUE
        base = cliques[row + AXES]
        rows, columns = cliques[row + ROWS], cliques[row + COLUMNS]
        table, message = cliques[row + TABLE], cliques[row + MESSAGE]
        if cliques[row + PARENT] < 0:
            # A root's one row holds everything, and its maximum was taken out.
            mem[uint64(message)] = -log_scale[c]
        for r in range(rows):
            value = mem[uint64(message + r)]
            for i in range(table + r * columns, table + (r + 1) * columns):
                mem[uint64(i)] += value
        for i in range(cliques[row + DOWN], cliques[row + DOWN_END]):
            if flag[0]:
                return STOPPED
            op = i * DOWN_OP
            source, target = downs[op + SOURCE], downs[op + TARGET]
            if downs[op + KIND] == DIVIDE:
                child = downs[op + CHILD]
                shift = log_scale[child]
                for j in range(cliques[child * CLIQUE + ROWS]):
                    best = mem[uint64(source + j)]
                    up = mem[uint64(target + j)] + shift
                    mem[uint64(target + j)] = best - up if best > -inf else -inf
            else:
                max_onto(mem, source, downs[op + SOURCE_MASK], target, downs[op + TARGET_MASK], cards, base, work)
        done += rows * columns
        c -= 1
    return c


@kernel(f"int64(int64, float64, float64, {', '.join([I] * 6)}, {F}, {I}, uint8[::1])")
def trace_back(
    last: int,
    budget: float,
    tie: float,
    cliques: Any,
    start: Any,
    n_residuals: Any,
    axes: Any,
    cards: Any,
    states: Any,
    mem: Any,
    ties: Any,
    flag: Any,
) -> int:
    """Choose states from the roots to the leaves after `tree.up` with `maximise`.

    Parameters
    ----------
    last, budget, flag
        As in `max_down`, and so is what is returned.
    tie : float
        How much less, relative to the largest entry of a row if that is beyond one, still counts as equal to it.
    cliques : int64 array
        The program.
    start, n_residuals, axes, cards : int64 arrays
        Of the junction tree.
    states : int64 array, by position, written
    mem : float64 array
    ties : int64 array of length 1
        Set to one when a row's largest entry is not alone.
    """
    c = last
    done = 0.0
    while c >= 0 and done < budget:
        if flag[0]:
            return STOPPED
        begin, end = start[c], start[c + 1]
        split = begin + n_residuals[c]
        row = 0
        for i in range(end - 1, split - 1, -1):
            row = row * cards[i] + states[axes[i]]
        columns = cliques[c * CLIQUE + COLUMNS]
        first = cliques[c * CLIQUE + TABLE] + row * columns
        best, top = 0, mem[uint64(first)]
        for i in range(1, columns):
            if mem[uint64(first + i)] > top:
                best, top = i, mem[uint64(first + i)]
        if ties[0] == 0:
            enough = top - tie * max(1.0, abs(top))
            count = 0
            for i in range(first, first + columns):
                if mem[uint64(i)] >= enough:
                    count += 1
            if count > 1:
                ties[0] = 1
        for i in range(begin, split):
            states[axes[i]] = best % cards[i]
            best //= cards[i]
        done += columns
        c -= 1
    return c


KERNELS = (max_down, trace_back)
