"""Which arrays must be summed, in which order, to tell every marginal once the tables of a junction tree are made?

The second half of the program that `program` begins; see there and `layout`. Functions use only scalars and indexing,
so that before they are compiled they run on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .layout import (
    AXES,
    CHILD,
    CLIQUE,
    DIVIDE,
    DOWN,
    DOWN_END,
    DOWN_OP,
    KIND,
    RESIDUALS,
    SOURCE,
    SOURCE_MASK,
    STREAM,
    SUM,
    SUM_BLOCKS,
    TARGET,
    TARGET_MASK,
    UP,
    UP_END,
    UP_OP,
)
from .lazy import kernel
from .streams import size_of


@kernel()
def _emit(
    downs: Any, n_ops: int, kind: int, source: int, source_mask: int, target: int, target_mask: int, child: int
) -> int:
    at = n_ops * DOWN_OP
    downs[at + KIND] = kind
    downs[at + SOURCE] = source
    downs[at + SOURCE_MASK] = source_mask
    downs[at + TARGET] = target
    downs[at + TARGET_MASK] = target_mask
    downs[at + CHILD] = child
    return n_ops + 1


@kernel()
def _lower_half(mask: int) -> int:
    count = 0
    rest = mask
    while rest:
        rest &= rest - 1
        count += 1
    half = 0
    rest = mask
    for _ in range(count // 2):
        half |= rest & -rest
        rest &= rest - 1
    return half


@kernel()
def _emit_singles(
    downs: Any,
    n_ops: int,
    source: int,
    have: int,
    ask: int,
    spare: int,
    base: int,
    cards: Any,
    axes: Any,
    single_offset: Any,
) -> tuple[int, int]:
    """Sum one array onto each of several variables; two passes over it however many they are."""
    stack = [(source, have, ask)]
    while len(stack) > 0:
        source, have, ask = stack.pop()
        if ask & (ask - 1) == 0:
            bit = 0
            while ask >> bit > 1:
                bit += 1
            n_ops = _emit(downs, n_ops, SUM, source, have, single_offset[axes[base + bit]], ask, -1)
            continue
        part = ask
        if ask == have:
            part = _lower_half(ask)
            stack.append((source, have, ask & ~part))
            if part & (part - 1) == 0:
                stack.append((source, have, part))
                continue
        n_ops = _emit(downs, n_ops, SUM, source, have, spare, part, -1)
        stack.append((spare, part, part))
        spare += size_of(part, cards, base)
    return n_ops, spare


@kernel()
def build_down(
    n_cliques: int,
    n_factors: int,
    full: int,
    cliques: Any,
    cards: Any,
    axes: Any,
    masks: Any,
    sizes: Any,
    offsets: Any,
    ups: Any,
    single_offset: Any,
    belief: Any,
    best: Any,
    downs: Any,
    regions: Any,
) -> None:
    """Write the sums that turn a calibrated table into what its children, factors and variables need.

    The products of `build_up` are undone in reverse: where out = a times b went up, the belief of out is summed onto
    the scopes of b and of a coming down, as far as anything below them is asked for. A running product is summed in
    place, at the start of the region that holds what it is summed from, once nobody else needs that.

    Parameters
    ----------
    n_cliques, n_factors, full : int
        With full = 1 the belief of every factor's scope is written over the factor.
    cliques : int64 array
        DOWN and DOWN_END are written.
    cards, axes, masks, sizes, offsets, ups : int64 arrays
        As before.
    single_offset : int64 array
        Where the marginal of each position goes.
    belief : int64 array, one per node
        Working space: where a node's belief lies, -1 for one that nobody asks for.
    best : int64 array of length 64
        Working space: the smallest array at hand that holds a residual variable.
    downs : int64 array, written
        DOWN_OP numbers for each operation.
    regions : int64 array of length 4
        In: start of the gathering, message and marginal regions. Out: the longest marginal region at place 3.

    Notes
    -----
    What is summed from a table that is not stored is summed in the same pass over its blocks, and so gets a place of
    its own: nothing that the table is made of may be overwritten meanwhile.
    """
    gather, message, spare = regions[0], regions[1], regions[2]
    n_inputs = n_factors + n_cliques
    n_ops = 0
    longest = 0
    for c in range(n_cliques):
        row = c * CLIQUE
        base = cliques[row + AXES]
        first, end, streamed = cliques[row + UP], cliques[row + UP_END], cliques[row + STREAM]
        table = n_inputs + c
        cliques[row + DOWN] = n_ops
        for bit in range(cliques[row + RESIDUALS]):
            best[bit] = table
        for i in range(first, end):
            active = -1
            for operand in range(1, 3):
                x = ups[i * UP_OP + operand]
                if x < 0:
                    continue
                if x < n_inputs:
                    belief[x] = 0 if (x >= n_factors or full) else -1
                if belief[x] >= 0:
                    active = 0
                    for bit in range(cliques[row + RESIDUALS]):
                        if masks[x] >> bit & 1 and sizes[x] < sizes[best[bit]]:
                            best[bit] = x
            belief[ups[i * UP_OP]] = active
        belief[table] = offsets[table]
        used = spare
        # Round i = end is for the table itself; then operation i is undone, second operand first.
        for i in range(end, first - 1, -1):
            for turn in range(2, 0, -1):
                x = table
                if i == end and turn == 1:
                    continue
                if i < end:
                    out = ups[i * UP_OP]
                    x = ups[i * UP_OP + turn]
                    if x < 0 or belief[x] < 0:
                        continue
                    at = gather
                    if i >= streamed and (turn == 2 or masks[x] != masks[out]):
                        at = used
                        used += sizes[x]
                    elif x < n_factors:
                        at = offsets[x]
                    elif x < n_inputs:
                        at = message
                    elif turn == 1:
                        at = belief[out]
                    belief[x] = at
                    if at != belief[out] or masks[x] != masks[out]:
                        n_ops = _emit(downs, n_ops, SUM, belief[out], masks[out], at, masks[x], -1)
                wanted = 0
                for bit in range(cliques[row + RESIDUALS]):
                    if best[bit] == x:
                        wanted |= 1 << bit
                if wanted:
                    n_ops, used = _emit_singles(
                        downs, n_ops, belief[x], masks[x], wanted, used, base, cards, axes, single_offset
                    )
                if n_factors <= x < n_inputs:
                    n_ops = _emit(downs, n_ops, DIVIDE, belief[x], 0, offsets[x], 0, x - n_factors)
        longest = max(longest, used - spare)
        for i in range(cliques[row + DOWN], n_ops):
            if streamed < end and downs[i * DOWN_OP + KIND] == SUM and downs[i * DOWN_OP + SOURCE] == offsets[table]:
                downs[i * DOWN_OP + KIND] = SUM_BLOCKS
        cliques[row + DOWN_END] = n_ops
    regions[3] = longest
