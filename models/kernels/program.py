"""Which arrays must be multiplied, in which order, to make the tables of a junction tree?

Everything here is integers: a program of array operations that `kernels.tree` and `calibration` carry out for any
numbers; see `layout` for its form. Functions use only scalars and indexing, so that before they are compiled they run
on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .layout import (
    AXES,
    BLOCK_AXES,
    CLIQUE,
    STREAM,
    TABLE,
    UP,
    UP_END,
    UP_OP,
    WIDTH,
)
from .lazy import kernel
from .places import small_for
from .streams import size_of, stream


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
    gather_end: int,
    n_ops: int,
    n_nodes: int,
) -> tuple[int, int, float]:
    """Write the products of one clique, taking its inputs in turn from place `first` on and round to it.

    Returns operations and nodes in use, and the entries that the products write.
    """
    base = cliques[c * CLIQUE + AXES]
    entries = sizes[table]
    small = small_for(entries)
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
                offsets[n_nodes] = gather_end - joint
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
    return n_ops, n_nodes, cost


@kernel()
def build_up(
    n_cliques: int,
    n_factors: int,
    large: int,
    longest: int,
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
        In: where the gathering region ends and the tables begin, and the first free node. Out: where the tables and the
        blocks end, and nodes in use.
    """
    gather_end, n_nodes = regions[0], regions[1]
    used, n_ops = gather_end, 0
    for c in range(n_cliques):
        row = c * CLIQUE
        table = n_factors + n_cliques + c
        small = small_for(sizes[table])
        n_large = 0
        for at in range(input_start[c], input_start[c + 1]):
            if sizes[inputs[at]] > small:
                n_large += 1
        cliques[row + UP] = n_ops
        offsets[table] = used
        least = 0.0
        end_ops, end_nodes = n_ops, n_nodes
        for turn in range(3):
            # Large first, small first, and once more large first if that was better.
            if turn > 0 and (n_large == 0 or n_large == input_start[c + 1] - input_start[c]):
                break
            start = n_large if turn == 1 else 0
            end_ops, end_nodes, cost = _write_products(
                c,
                start,
                cliques,
                cards,
                table,
                input_start,
                inputs,
                masks,
                sizes,
                offsets,
                ups,
                gather_end,
                n_ops,
                n_nodes,
            )
            if turn == 1 and cost < least:
                break
            if turn == 0:
                least = cost
        room = sizes[table]
        cliques[row + STREAM], cliques[row + BLOCK_AXES] = end_ops, cliques[row + WIDTH]
        if 0 < large <= room:
            room = stream(c, cliques, cards, table, n_nodes, end_ops, longest, masks, sizes, offsets, ups)
        n_ops, n_nodes = end_ops, end_nodes
        used += room
        cliques[row + TABLE] = offsets[table]
        cliques[row + UP_END] = n_ops
    if large > 0:
        # One block, and one for sums, serve all tables that are not stored.
        for c in range(n_cliques):
            if cliques[c * CLIQUE + STREAM] < cliques[c * CLIQUE + UP_END]:
                cliques[c * CLIQUE + TABLE] = used
                offsets[n_factors + n_cliques + c] = used
        used += 2 * longest
    for i in range(n_ops):
        for operand in range(3):
            x = ups[i * UP_OP + operand]
            ups[i * UP_OP + 3 + 2 * operand] = offsets[x] if x >= 0 else -1
            ups[i * UP_OP + 4 + 2 * operand] = masks[x] if x >= 0 else 0
    regions[0] = used
    regions[1] = n_nodes
