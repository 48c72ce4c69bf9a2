"""How is a table used that is never stored?

The table of a large clique is a product of much smaller arrays, and it is read only twice: for the message up, and for
what goes down. To make it again, block by block in fast memory, takes less time than to fetch it from slow memory, and
needs none. A block spans the fastest axes of the table, so a table is so many blocks, one after the other.
"""

from __future__ import annotations

from typing import Any

from numpy import uint64

from .arrays import OUTER, product, sum_onto
from .layout import (
    AXES,
    BLOCK_AXES,
    CLIQUE,
    COLUMNS,
    DOWN,
    DOWN_END,
    DOWN_OP,
    KIND,
    MESSAGE,
    ROWS,
    STREAM,
    SUM_BLOCKS,
    TABLE,
    TARGET,
    TARGET_MASK,
    UP,
    UP_END,
    UP_OP,
    WIDTH,
)
from .lazy import kernel
from .rows import row_sums, scale_rows


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
def stream(
    c: int,
    cliques: Any,
    cards: Any,
    table: int,
    first_node: int,
    end: int,
    longest: int,
    masks: Any,
    sizes: Any,
    offsets: Any,
    ups: Any,
) -> int:
    """Arrange products of a clique, from UP to `end`, so that its table need not be stored; return the room it takes.

    Products over all variables come last; they are carried out together on each block. What they are made of, the
    running product before them and small operands gathered in between, stays: it gets places in the room of the table.
    Where nothing would be gained, nothing is changed.
    """
    row = c * CLIQUE
    base, first, whole = cliques[row + AXES], cliques[row + UP], masks[table]
    start = end
    for i in range(end - 1, first - 1, -1):
        if masks[ups[i * UP_OP]] == whole:
            start = i
    block_axes, block = 0, 1
    while block_axes < cliques[row + WIDTH] and block * cards[base + block_axes] <= longest:
        block *= cards[base + block_axes]
        block_axes += 1
    before = ups[start * UP_OP + 1]
    if block_axes == 0 or before < 0 or masks[before] == whole or ups[start * UP_OP + 2] < 0:
        return int(sizes[table])
    room = 0
    if before >= first_node:
        # Earlier running products end where this one does, at the end of the table: move them all.
        shift = sizes[table] - sizes[before]
        room = sizes[before]
        for i in range(first, start):
            if offsets[ups[i * UP_OP]] >= offsets[table]:
                offsets[ups[i * UP_OP]] -= shift
    for i in range(start, end):
        x = ups[i * UP_OP + 2]
        if masks[ups[i * UP_OP]] == whole and x >= first_node:
            # Operation k of this clique makes node first_node + k.
            room += sizes[x]
            while x >= first_node:
                offsets[x] = offsets[table] + room - sizes[x]
                x = ups[(first + x - first_node) * UP_OP + 1]
    for i in range(start, end):
        if masks[ups[i * UP_OP]] != whole:
            for operand in range(3):
                x = ups[i * UP_OP + operand]
                for j in range(i, start, -1):
                    ups[j * UP_OP + operand] = ups[(j - 1) * UP_OP + operand]
                ups[start * UP_OP + operand] = x
            start += 1
    cliques[row + STREAM] = start
    cliques[row + BLOCK_AXES] = block_axes
    return int(room)


@kernel()
def _shift(mask: int, block_axes: int, width: int, cards: Any, base: int, work: Any) -> int:
    """Return how far into an array the outer digits lead."""
    at, stride = 0, 1
    for i in range(width):
        if mask >> i & 1:
            if i >= block_axes:
                at += work[OUTER + i] * stride
            stride *= cards[base + i]
    return at


@kernel()
def _next(block_axes: int, width: int, cards: Any, base: int, work: Any) -> None:
    """Go on to the digits of the next block."""
    for i in range(block_axes, width):
        work[OUTER + i] += 1
        if work[OUTER + i] < cards[base + i]:
            return
        work[OUTER + i] = 0


@kernel()
def _make_block(row: int, cliques: Any, cards: Any, ups: Any, mem: Any, work: Any) -> None:
    """Multiply one block of the table."""
    base, width, block_axes = cliques[row + AXES], cliques[row + WIDTH], cliques[row + BLOCK_AXES]
    block, inner = cliques[row + TABLE], (1 << block_axes) - 1
    first, end = cliques[row + STREAM], cliques[row + UP_END]
    logs = inner == 0  # never; a constant here would have the product compiled a second time
    at_a, mask_a = ups[first * UP_OP + 5], ups[first * UP_OP + 6]
    at_a += _shift(mask_a, block_axes, width, cards, base, work)
    for i in range(first, end):
        mask_b = ups[i * UP_OP + 8]
        at_b = ups[i * UP_OP + 7] + _shift(mask_b, block_axes, width, cards, base, work)
        product(mem, block, inner, at_a, mask_a & inner, at_b, mask_b & inner, cards, base, logs, work)
        at_a, mask_a = block, inner


@kernel()
def stream_up(c: int, cliques: Any, cards: Any, ups: Any, mem: Any, work: Any, flag: Any) -> bool:
    """Sum the rows of a table that is not stored; return whether the run goes on."""
    row = c * CLIQUE
    base, width, block_axes = cliques[row + AXES], cliques[row + WIDTH], cliques[row + BLOCK_AXES]
    rows, columns, block, message = (
        cliques[row + ROWS],
        cliques[row + COLUMNS],
        cliques[row + TABLE],
        cliques[row + MESSAGE],
    )
    length = size_of((1 << block_axes) - 1, cards, base)
    for i in range(block_axes, width):
        work[OUTER + i] = 0
    for start in range(0, rows * columns, length):
        if flag[0]:
            return False
        _make_block(row, cliques, cards, ups, mem, work)
        r = message + start // columns
        if columns <= length:
            row_sums(mem, block, length // columns, columns, r)
        else:
            total = 0.0
            for i in range(block, block + length):
                total += mem[uint64(i)]
            mem[uint64(r)] = total if start % columns == 0 else mem[uint64(r)] + total
        _next(block_axes, width, cards, base, work)
    return True


@kernel()
def stream_down(c: int, cliques: Any, cards: Any, ups: Any, downs: Any, mem: Any, work: Any, flag: Any) -> bool:
    """Multiply the rows of a table that is not stored by the numbers in the message's place, and sum it as asked."""
    row = c * CLIQUE
    base, width, block_axes = cliques[row + AXES], cliques[row + WIDTH], cliques[row + BLOCK_AXES]
    rows, columns, block, message = (
        cliques[row + ROWS],
        cliques[row + COLUMNS],
        cliques[row + TABLE],
        cliques[row + MESSAGE],
    )
    inner = (1 << block_axes) - 1
    length = size_of(inner, cards, base)
    for i in range(block_axes, width):
        work[OUTER + i] = 0
    for i in range(cliques[row + DOWN], cliques[row + DOWN_END]):
        op = i * DOWN_OP
        if downs[op + KIND] == SUM_BLOCKS:
            target = downs[op + TARGET]
            for j in range(target, target + size_of(downs[op + TARGET_MASK], cards, base)):
                mem[uint64(j)] = 0.0
    sums = block + length
    for start in range(0, rows * columns, length):
        if flag[0]:
            return False
        _make_block(row, cliques, cards, ups, mem, work)
        r = message + start // columns
        if columns <= length:
            scale_rows(mem, block, length // columns, columns, r)
        else:
            value = mem[uint64(r)]
            for i in range(block, block + length):
                mem[uint64(i)] *= value
        for i in range(cliques[row + DOWN], cliques[row + DOWN_END]):
            op = i * DOWN_OP
            if downs[op + KIND] != SUM_BLOCKS:
                continue
            mask = downs[op + TARGET_MASK]
            target = downs[op + TARGET] + _shift(mask, block_axes, width, cards, base, work)
            source, n = block, length
            if mask & inner != inner:
                source, n = sums, size_of(mask & inner, cards, base)
                sum_onto(mem, block, inner, sums, mask & inner, cards, base, work)
            for j in range(n):
                mem[uint64(target + j)] += mem[uint64(source + j)]
        _next(block_axes, width, cards, base, work)
    return True
