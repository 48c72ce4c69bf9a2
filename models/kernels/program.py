"""Which arrays must be multiplied and summed, in which order, to calibrate a junction tree?

Everything here is integers: a program of array operations that `kernels.tree` and `calibration` carry out for any
numbers; see `layout` for its form. Functions use only scalars and indexing, so that before they are compiled they run
on Python lists (`Lazy.scalar`).
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
    SMALL,
    SOURCE,
    SOURCE_MASK,
    SUM,
    TARGET,
    TARGET_MASK,
    UP,
    UP_END,
    UP_OP,
)
from .lazy import kernel

I = "int64[::1]"  # noqa: E741 - the type of nearly every argument below


@kernel()
def size_of(mask: int, cards: Any, base: int) -> int:
    """Return the entries of an array over the clique's variables in `mask`."""
    size = 1
    i = base
    while mask:
        if mask & 1:
            size *= cards[i]
        mask >>= 1
        i += 1
    return size


@kernel()
def _multiply(ups: Any, n_ops: int, target: int, first: int, second: int) -> int:
    ups[n_ops * UP_OP] = target
    ups[n_ops * UP_OP + 1] = first
    ups[n_ops * UP_OP + 2] = second
    return n_ops + 1


@kernel()
def _write_products(
    c: int,
    first: int,
    cliques: Any,
    cards: Any,
    table: int,
    input_start: Any,
    inputs: Any,
    masks: Any,
    sizes: Any,
    offsets: Any,
    ups: Any,
    gather: int,
    n_ops: int,
    n_nodes: int,
) -> tuple[int, int, int, float]:
    """Write the products of one clique, taking its inputs in turn from place `first` on and round to it.

    Returns operations and nodes in use, entries of the gathering region, and the entries that the products write.
    """
    base = cliques[c * CLIQUE + AXES]
    entries = sizes[table]
    small = max(64, min(SMALL, entries // 16))
    longest = 0
    cost = 0.0
    product = -1  # the running product
    part = -1  # what is gathered beside it
    begin = input_start[c]
    count = input_start[c + 1] - begin
    for turn in range(count + 1):
        x = inputs[begin + (first + turn) % count] if turn < count else -1
        if product < 0:
            product = x
            continue
        if x >= 0 and sizes[x] <= small:
            partner = part if part >= 0 else product
            joint = size_of(masks[partner] | masks[x], cards, base)
            if part >= 0 and joint <= small:
                masks[n_nodes] = masks[part] | masks[x]
                sizes[n_nodes] = joint
                offsets[n_nodes] = gather + SMALL - joint
                longest = SMALL
                cost += joint
                n_ops = _multiply(ups, n_ops, n_nodes, part, x)
                part = n_nodes
                n_nodes += 1
                continue
            if part < 0 and joint > small:
                part = x
                continue
        # Here x starts another gathering, or is large, or there are no more inputs, or all is small still.
        waits = part >= 0 and x >= 0 and sizes[x] <= small
        for factor in (part, x):
            if factor < 0 or (factor == x and waits):
                continue
            masks[n_nodes] = masks[product] | masks[factor]
            sizes[n_nodes] = size_of(masks[n_nodes], cards, base)
            offsets[n_nodes] = offsets[table] + entries - sizes[n_nodes]
            cost += sizes[n_nodes]
            n_ops = _multiply(ups, n_ops, n_nodes, product, factor)
            product = n_nodes
            n_nodes += 1
        part = x if waits else -1
    if product < table:
        # A single input is copied; without any the table is one everywhere.
        cost += entries
        n_ops = _multiply(ups, n_ops, table, product, -1)
    else:
        # The last product covers the whole clique: it is the table.
        ups[(n_ops - 1) * UP_OP] = table
    return n_ops, n_nodes, longest, cost


@kernel(f"void(int64, int64, {', '.join([I] * 9)})")
def build_up(
    n_cliques: int,
    n_factors: int,
    cliques: Any,
    cards: Any,
    input_start: Any,
    inputs: Any,
    masks: Any,
    sizes: Any,
    offsets: Any,
    ups: Any,
    regions: Any,
) -> None:
    """Write the products that make each clique's table, and say where every array lies.

    Small inputs come sorted by slowest axis, so that a running product grows from the fast axes to the slow ones and
    early products are short. Large inputs come before them or after them, whichever writes less. When the running
    product is not small, small inputs are gathered into one before they meet it, so that a large table is not walked
    once for each of hundreds of small factors.

    A running product lies at the end of the final table's region. It can be read from there while the larger product
    is written over it in order: counted from the start of its own array, an entry of the smaller one moves forward no
    more than the gap between the two starts, so no entry is overwritten before its last use.

    Parameters
    ----------
    n_cliques, n_factors : int
    cliques : int64 array of n_cliques rows
        UP and UP_END are written.
    cards : int64 array
        State counts of all members of all cliques.
    input_start, inputs : int64 arrays
        Input nodes of clique c are `inputs[input_start[c]:input_start[c + 1]]`, large ones first.
    masks, sizes, offsets : int64 arrays, by node
        Inputs and tables are given; intermediate nodes are appended.
    ups : int64 array, written
        UP_OP numbers for each operation.
    regions : int64 array of length 4
        In: where the gathering region starts, and the first free node. Out: the length of that region, nodes in use.
    """
    gather, n_nodes = regions[0], regions[1]
    longest = 0
    n_ops = 0
    for c in range(n_cliques):
        row = c * CLIQUE
        table = n_factors + n_cliques + c
        small = max(64, min(SMALL, sizes[table] // 16))
        n_large = 0
        for at in range(input_start[c], input_start[c + 1]):
            if sizes[inputs[at]] > small:
                n_large += 1
        cliques[row + UP] = n_ops
        least = 0.0
        end_ops, end_nodes, length = n_ops, n_nodes, 0
        for turn in range(3):
            # Large first, small first, and once more large first if that was better.
            if turn > 0 and (n_large == 0 or n_large == input_start[c + 1] - input_start[c]):
                break
            start = n_large if turn == 1 else 0
            end_ops, end_nodes, length, cost = _write_products(
                c, start, cliques, cards, table, input_start, inputs, masks, sizes, offsets, ups, gather, n_ops, n_nodes
            )
            if turn == 1 and cost < least:
                break
            if turn == 0:
                least = cost
        n_ops, n_nodes = end_ops, end_nodes
        longest = max(longest, length)
        cliques[row + UP_END] = n_ops
    for i in range(n_ops):
        for operand in range(3):
            x = ups[i * UP_OP + operand]
            ups[i * UP_OP + 3 + 2 * operand] = offsets[x] if x >= 0 else -1
            ups[i * UP_OP + 4 + 2 * operand] = masks[x] if x >= 0 else 0
    regions[0] = longest
    regions[1] = n_nodes


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


@kernel(f"void(int64, int64, int64, {', '.join([I] * 12)})")
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
    """
    gather, message, spare = regions[0], regions[1], regions[2]
    n_inputs = n_factors + n_cliques
    n_ops = 0
    longest = 0
    for c in range(n_cliques):
        row = c * CLIQUE
        base = cliques[row + AXES]
        first, end = cliques[row + UP], cliques[row + UP_END]
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
                    if x < n_factors:
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
                    n_ops = _emit(downs, n_ops, DIVIDE, message, 0, offsets[x], 0, x - n_factors)
        longest = max(longest, used - spare)
        cliques[row + DOWN_END] = n_ops
    regions[3] = longest


KERNELS = (build_up, build_down)
