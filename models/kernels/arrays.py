"""How are arrays over a few variables multiplied, summed and ranged in compiled code?

All arrays lie in one flat buffer, and an array is a place in it and a bit mask of its axes; see `layout`. Neighbouring
axes that lie in the same operands are fused, so that loops run over long stretches.
"""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

from .lazy import kernel

MAGNITUDE = 0x7FFFFFFFFFFFFFFF

# Places in the working space: group sizes, strides in two operands, digits, and two index tables.
GROUPS = 64
SIZE, FIRST, SECOND, DIGIT = 0, GROUPS, 2 * GROUPS, 3 * GROUPS
TABLE_A, TABLE_B = 4 * GROUPS, 4 * GROUPS + 1024
WORK = 4 * GROUPS + 2048
SHORT, BLOCK = 16, 64


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
    """Write operand positions for the fastest groups until a block is long enough; return groups used and length."""
    length = 1
    work[TABLE_A] = 0
    work[TABLE_B] = 0
    used = 0
    while used < n and length < BLOCK and (length * work[SIZE + used] <= 1024):
        size, step_a, step_b = work[SIZE + used], work[FIRST + used], work[SECOND + used]
        for s in range(1, size):
            for i in range(length):
                work[TABLE_A + s * length + i] = work[TABLE_A + i] + s * step_a
                work[TABLE_B + s * length + i] = work[TABLE_B + i] + s * step_b
        length *= size
        used += 1
    return used, length


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
    """Write out = a times b over the union of their axes (a plus b in logs); an operand below 0 is the number one."""
    n = groups(mask_out, mask_a, mask_b, cards, base, work)
    total = 1
    for g in range(n):
        total *= work[SIZE + g]
        work[DIGIT + g] = 0
    if a < 0 and b < 0:
        one = 0.0 if logs else 1.0
        for i in range(total):
            mem[out + i] = one
        return
    run = work[SIZE] if n > 0 else 1
    used, length = 1, run
    by_table = run < SHORT
    if by_table:
        used, length = index_tables(n, work)
    end = out + total
    while True:
        if by_table:
            if b < 0:
                for i in range(length):
                    mem[out + i] = mem[a + work[TABLE_A + i]]
            elif logs:
                for i in range(length):
                    mem[out + i] = mem[a + work[TABLE_A + i]] + mem[b + work[TABLE_B + i]]
            else:
                for i in range(length):
                    mem[out + i] = mem[a + work[TABLE_A + i]] * mem[b + work[TABLE_B + i]]
        elif b < 0:
            if work[FIRST]:
                for i in range(length):
                    mem[out + i] = mem[a + i]
            else:
                value = mem[a]
                for i in range(length):
                    mem[out + i] = value
        elif work[FIRST] and work[SECOND]:
            if logs:
                for i in range(length):
                    mem[out + i] = mem[a + i] + mem[b + i]
            else:
                for i in range(length):
                    mem[out + i] = mem[a + i] * mem[b + i]
        else:
            many, value = a, mem[b]
            if work[SECOND]:
                many, value = b, mem[a]
            if logs:
                for i in range(length):
                    mem[out + i] = mem[many + i] + value
            else:
                for i in range(length):
                    mem[out + i] = mem[many + i] * value
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
def sum_onto(mem: Any, source: int, mask: int, target: int, keep: int, cards: Any, base: int, work: Any) -> None:
    """Sum an array over the axes that are not kept; the target may be the start of the source."""
    n = groups(mask, keep, 0, cards, base, work)
    total = 1
    summed = 0  # digits of outer summed axes that are not zero: only then is there something to add to
    for g in range(n):
        total *= work[SIZE + g]
        work[DIGIT + g] = 0
    run = work[SIZE] if n > 0 else 1
    used, length = 1, run
    by_table = run < SHORT
    if by_table:
        for g in range(n):
            # The second table says whether any summed digit within the block is not zero.
            work[SECOND + g] = 0 if work[FIRST + g] else 1
        used, length = index_tables(n, work)
    end = source + total
    while True:
        if by_table:
            if summed:
                for i in range(length):
                    mem[target + work[TABLE_A + i]] += mem[source + i]
            else:
                for i in range(length):
                    if work[TABLE_B + i]:
                        mem[target + work[TABLE_A + i]] += mem[source + i]
                    else:
                        mem[target + work[TABLE_A + i]] = mem[source + i]
        elif work[FIRST]:
            if summed:
                for i in range(length):
                    mem[target + i] += mem[source + i]
            else:
                for i in range(length):
                    mem[target + i] = mem[source + i]
        else:
            value = 0.0
            for i in range(length):
                value += mem[source + i]
            if summed:
                mem[target] += value
            else:
                mem[target] = value
        source += length
        if source >= end:
            return
        g = used
        while True:
            step = work[FIRST + g]
            target += step
            work[DIGIT + g] += 1
            if step == 0 and work[DIGIT + g] == 1:
                summed += 1
            if work[DIGIT + g] < work[SIZE + g]:
                break
            target -= step * work[SIZE + g]
            if step == 0:
                summed -= 1
            work[DIGIT + g] = 0
            g += 1


@kernel()
def row_sums(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Sum each row of a matrix."""
    if columns == 2:
        for r in range(rows):
            mem[out + r] = mem[table + 2 * r] + mem[table + 2 * r + 1]
    elif columns == 3:
        for r in range(rows):
            mem[out + r] = mem[table + 3 * r] + mem[table + 3 * r + 1] + mem[table + 3 * r + 2]
    elif columns == 4:
        for r in range(rows):
            at = table + 4 * r
            mem[out + r] = (mem[at] + mem[at + 1]) + (mem[at + 2] + mem[at + 3])
    else:
        for r in range(rows):
            total = 0.0
            at = table + r * columns
            for i in range(columns):
                total += mem[at + i]
            mem[out + r] = total


@kernel()
def scale_rows(mem: Any, table: int, rows: int, columns: int, ratio: int) -> None:
    """Multiply each row of a matrix by a number of its own."""
    if columns == 2:
        for r in range(rows):
            mem[table + 2 * r] *= mem[ratio + r]
            mem[table + 2 * r + 1] *= mem[ratio + r]
    elif columns == 3:
        for r in range(rows):
            mem[table + 3 * r] *= mem[ratio + r]
            mem[table + 3 * r + 1] *= mem[ratio + r]
            mem[table + 3 * r + 2] *= mem[ratio + r]
    else:
        for r in range(rows):
            value = mem[ratio + r]
            at = table + r * columns
            for i in range(columns):
                mem[at + i] *= value


@kernel()
def log_range(mem: Any, bits: Any, start: int, n: int) -> tuple[float, float]:
    """Return logs of the smallest positive and of the largest entry of a nonnegative array; (inf, -inf) for zeros.

    Nonnegative doubles are ordered like their bit patterns, and integers can be compared many at a time.
    """
    least, most = MAGNITUDE, 0
    for i in range(start, start + n):
        word = bits[i]
        most = max(most, word)
        least = min(least, (word - 1) & MAGNITUDE)
    if most == 0:
        return inf, -inf
    spare = len(mem) - 1
    bits[spare] = least + 1
    low = log(mem[spare])
    bits[spare] = most
    return low, log(mem[spare])


@kernel()
def log_rows(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Turn a table of logs into rows that sum to one, and write the logs of the row sums."""
    for r in range(rows):
        at = table + r * columns
        top = mem[at]
        for i in range(1, columns):
            top = max(top, mem[at + i])
        if top == -inf:
            for i in range(columns):
                mem[at + i] = 0.0
            mem[out + r] = -inf
            continue
        total = 0.0
        for i in range(columns):
            value = exp(mem[at + i] - top)
            mem[at + i] = value
            total += value
        for i in range(columns):
            mem[at + i] /= total
        mem[out + r] = top + log(total)


@kernel()
def row_maxima(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Take the largest entry of each row of a matrix."""
    for r in range(rows):
        at = table + r * columns
        top = mem[at]
        for i in range(1, columns):
            top = max(top, mem[at + i])
        mem[out + r] = top
