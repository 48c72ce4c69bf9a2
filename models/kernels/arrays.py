"""How are arrays over a few variables multiplied and summed in compiled code?

All arrays lie in one flat buffer, and an array is a place in it and a bit mask of its axes; see `layout`. Neighbouring
axes that lie in the same operands are fused, so that loops run over long stretches.
"""

from __future__ import annotations

from typing import Any

from numpy import uint64

from .lazy import kernel
from .rows import row_sums, rows_times, scale_rows

# Places in the working space: group sizes, strides in two operands, digits, and two index tables.
GROUPS = 64
SIZE, FIRST, SECOND, DIGIT = 0, GROUPS, 2 * GROUPS, 3 * GROUPS
TILE = 1024  # entries of a block at most; two tiles and a spare cell lie at the end of the memory
TABLE_A, TABLE_B = 4 * GROUPS, 4 * GROUPS + TILE
OUTER = TABLE_B + TILE  # digits of the axes outside a block; see `streams`
WORK = OUTER + GROUPS
SPARE = 2 * TILE + 1
SHORT, BLOCK = 16, 64  # stretches shorter than this make a block; a block is at least so long, if it can be
LITTLE = 512  # entries up to which arrays of one or two groups are done by plain loops
CONSTANT, CONTIGUOUS, MIXED = 0, 1, 2


@kernel()
def groups(mask_out: int, mask_a: int, mask_b: int, cards: Any, base: int, work: Any) -> int:
    """Fuse neighbouring axes of `mask_out` that lie in the same operands; write sizes and strides, return how many."""
    n = 0
    before = -1
    stride_a, stride_b = 1, 1
    i = 0
    while mask_out >> i:
        if mask_out >> i & 1:
            card = cards[base + i]
            in_a, in_b = mask_a >> i & 1, mask_b >> i & 1
            kind = in_a + 2 * in_b
            if kind == before:
                work[SIZE + n - 1] *= card
            else:
                work[SIZE + n] = card
                work[FIRST + n] = stride_a if in_a else 0
                work[SECOND + n] = stride_b if in_b else 0
                before = kind
                n += 1
            if in_a:
                stride_a *= card
            if in_b:
                stride_b *= card
        i += 1
    return n


@kernel()
def index_tables(n: int, work: Any) -> tuple[int, int]:
    """Write operand positions for the fastest groups until a block is long enough; return groups used and length.

    A group that would make the block too long is cut in two: a part of it joins the block, the rest stays outside.
    """
    length = 1
    work[TABLE_A] = 0
    work[TABLE_B] = 0
    used = 0
    while used < n and length < BLOCK:
        whole, step_a, step_b = work[SIZE + used], work[FIRST + used], work[SECOND + used]
        size = whole
        if length * size > TILE:
            size = TILE // length
            while whole % size:
                size -= 1
        for s in range(1, size):
            for i in range(length):
                work[TABLE_A + s * length + i] = work[TABLE_A + i] + s * step_a
                work[TABLE_B + s * length + i] = work[TABLE_B + i] + s * step_b
        length *= size
        if size < whole:
            work[SIZE + used] = whole // size
            work[FIRST + used] *= size
            work[SECOND + used] *= size
            break
        used += 1
    return used, length


@kernel()
def _pattern(table: int, length: int, work: Any) -> int:
    """Tell how an operand lies within a block: CONSTANT, CONTIGUOUS or MIXED. Tables are monotone in every digit."""
    last = work[table + length - 1]
    if last == 0:
        return CONSTANT
    return CONTIGUOUS if last == length - 1 else MIXED


@kernel()
def _small_product(mem: Any, out: int, a: int, b: int, n: int, logs: bool, work: Any) -> None:
    """Multiply arrays of at most two groups by two plain loops: chains and trees have little else."""
    inner = work[SIZE] if n > 0 else 1
    outer = work[SIZE + 1] if n > 1 else 1
    step_a, step_b = work[FIRST], work[SECOND]
    for _ in range(outer):
        if b < 0:
            for i in range(inner):
                mem[uint64(out + i)] = mem[uint64(a + i * step_a)]
        elif logs:
            for i in range(inner):
                mem[uint64(out + i)] = mem[uint64(a + i * step_a)] + mem[uint64(b + i * step_b)]
        elif step_a and step_b:
            for i in range(inner):
                mem[uint64(out + i)] = mem[uint64(a + i)] * mem[uint64(b + i)]
        else:
            for i in range(inner):
                mem[uint64(out + i)] = mem[uint64(a + i * step_a)] * mem[uint64(b + i * step_b)]
        out += inner
        if n > 1:
            a += work[FIRST + 1]
            b += work[SECOND + 1]


@kernel()
def product(
    mem: Any,
    out: int,
    mask_out: int,
    a: int,
    mask_a: int,
    b: int,
    mask_b: int,
    cards: Any,
    base: int,
    logs: bool,
    work: Any,
) -> None:
    """Write out = a times b over the union of their axes (a plus b in logs); an operand below 0 is the number one.

    The result is written in order, block by block. An operand whose entries do not lie one after the other within a
    block is first laid out in a tile, anew only when it changes, so that all inner loops run over stretches.
    """
    n = groups(mask_out, mask_a, mask_b, cards, base, work)
    total = 1
    for g in range(n):
        total *= work[SIZE + g]
        work[DIGIT + g] = 0
    if a < 0:
        one = 0.0 if logs else 1.0
        for i in range(total):
            mem[uint64(out + i)] = one
        return
    if n <= 2 and total <= LITTLE:
        _small_product(mem, out, a, b, n, logs, work)
        return
    used, length = 1, work[SIZE]
    if length < SHORT:
        if n == 2 and b >= 0 and not logs:
            # Many short rows, and a number for each of them.
            rows, numbers, step = (b, a, work[SECOND + 1]) if work[FIRST] == 0 else (a, b, work[FIRST + 1])
            if step == length and min(work[FIRST], work[SECOND]) == 0:
                if rows == out:
                    scale_rows(mem, out, work[SIZE + 1], length, numbers)
                else:
                    rows_times(mem, rows, work[SIZE + 1], length, numbers, out)
                return
        used, length = index_tables(n, work)
        kind_a, kind_b = _pattern(TABLE_A, length, work), _pattern(TABLE_B, length, work)
    else:
        kind_a = CONTIGUOUS if work[FIRST] else CONSTANT
        kind_b = CONTIGUOUS if work[SECOND] else CONSTANT
    tile_a = len(mem) - 1 - 2 * TILE
    tile_b = tile_a + TILE
    seen_a, seen_b = -1, -1
    end = out + total
    while True:
        at_a, at_b = a, b
        if kind_a == MIXED:
            if seen_a != a:
                for i in range(length):
                    mem[uint64(tile_a + i)] = mem[uint64(a + work[uint64(TABLE_A + i)])]
                seen_a = a
            at_a = tile_a
        if b >= 0 and kind_b == MIXED:
            if seen_b != b:
                for i in range(length):
                    mem[uint64(tile_b + i)] = mem[uint64(b + work[uint64(TABLE_B + i)])]
                seen_b = b
            at_b = tile_b
        if b < 0:
            if kind_a == CONSTANT:
                value = mem[uint64(at_a)]
                for i in range(length):
                    mem[uint64(out + i)] = value
            else:
                for i in range(length):
                    mem[uint64(out + i)] = mem[uint64(at_a + i)]
        elif kind_a != CONSTANT and kind_b != CONSTANT:
            if logs:
                for i in range(length):
                    mem[uint64(out + i)] = mem[uint64(at_a + i)] + mem[uint64(at_b + i)]
            elif at_a == out:
                # Said so that the compiler sees that nothing is read after it was written.
                for i in range(length):
                    mem[uint64(out + i)] *= mem[uint64(at_b + i)]
            else:
                for i in range(length):
                    mem[uint64(out + i)] = mem[uint64(at_a + i)] * mem[uint64(at_b + i)]
        else:
            many, value = at_a, mem[uint64(at_b)]
            if kind_a == CONSTANT:
                many, value = at_b, mem[uint64(at_a)]
            if logs:
                for i in range(length):
                    mem[uint64(out + i)] = mem[uint64(many + i)] + value
            elif many == out:
                for i in range(length):
                    mem[uint64(out + i)] *= value
            else:
                for i in range(length):
                    mem[uint64(out + i)] = mem[uint64(many + i)] * value
        out += length
        if out >= end:
            return
        g = used
        while True:
            a += work[FIRST + g]
            b += work[SECOND + g]
            work[DIGIT + g] += 1
            if work[DIGIT + g] < work[SIZE + g]:
                break
            a -= work[FIRST + g] * work[SIZE + g]
            b -= work[SECOND + g] * work[SIZE + g]
            work[DIGIT + g] = 0
            g += 1


@kernel()
def _small_sum(mem: Any, source: int, target: int, n: int, work: Any) -> None:
    """Sum an array of at most two groups by two plain loops."""
    inner = work[SIZE] if n > 0 else 1
    outer = work[SIZE + 1] if n > 1 else 1
    if n == 0 or work[FIRST]:
        for i in range(inner):
            mem[uint64(target + i)] = mem[uint64(source + i)]
        for _ in range(1, outer):
            source += inner
            for i in range(inner):
                mem[uint64(target + i)] += mem[uint64(source + i)]
        return
    for j in range(outer):
        value = 0.0
        for i in range(inner):
            value += mem[uint64(source + i)]
        mem[uint64(target + j)] = value
        source += inner


@kernel()
def sum_onto(mem: Any, source: int, mask: int, target: int, keep: int, cards: Any, base: int, work: Any) -> None:
    """Sum an array over the axes that are not kept; the target may be the start of the source.

    Blocks that fall on the same entries are first added up in a tile.
    """
    n = groups(mask, keep, 0, cards, base, work)
    total = 1
    summed = 0  # digits of outer summed axes that are not zero: only then is there something to add to
    for g in range(n):
        total *= work[SIZE + g]
        work[DIGIT + g] = 0
    if n <= 2 and total <= LITTLE:
        _small_sum(mem, source, target, n, work)
        return
    used, length = 1, work[SIZE]
    by_table = length < SHORT
    if by_table and n == 2 and work[FIRST] == 0:
        row_sums(mem, source, work[SIZE + 1], length, target)
        return
    repeats = 1
    if by_table:
        for g in range(n):
            # The second table says whether any summed digit within the block is not zero.
            work[SECOND + g] = 0 if work[FIRST + g] else 1
        used, length = index_tables(n, work)
        if used < n and work[FIRST + used] == 0:
            repeats = work[SIZE + used]
            work[SIZE + used] = 1
    tile = len(mem) - 1 - TILE
    end = source + total
    while True:
        if by_table:
            start = source
            if repeats > 1:
                start = tile
                for i in range(length):
                    mem[uint64(tile + i)] = mem[uint64(source + i)] + mem[uint64(source + length + i)]
                for _ in range(2, repeats):
                    source += length
                    for i in range(length):
                        mem[uint64(tile + i)] += mem[uint64(source + length + i)]
                source += length
            if summed:
                for i in range(length):
                    mem[uint64(target + work[uint64(TABLE_A + i)])] += mem[uint64(start + i)]
            else:
                for i in range(length):
                    if work[uint64(TABLE_B + i)]:
                        mem[uint64(target + work[uint64(TABLE_A + i)])] += mem[uint64(start + i)]
                    else:
                        mem[uint64(target + work[uint64(TABLE_A + i)])] = mem[uint64(start + i)]
        elif work[FIRST]:
            if summed:
                for i in range(length):
                    mem[uint64(target + i)] += mem[uint64(source + i)]
            else:
                for i in range(length):
                    mem[uint64(target + i)] = mem[uint64(source + i)]
        else:
            value = 0.0
            for i in range(length):
                value += mem[uint64(source + i)]
            if summed:
                mem[uint64(target)] += value
            else:
                mem[uint64(target)] = value
        source += length
        if source >= end:
            return
        g = used
        while True:
            step = work[FIRST + g]
            target += step
            work[DIGIT + g] += 1
            if step == 0 and work[DIGIT + g] == 1 and work[SIZE + g] > 1:
                summed += 1
            if work[DIGIT + g] < work[SIZE + g]:
                break
            target -= step * work[SIZE + g]
            if step == 0 and work[SIZE + g] > 1:
                summed -= 1
            work[DIGIT + g] = 0
            g += 1
