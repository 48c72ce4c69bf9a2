"""How are the rows of a table summed, scaled and ranged in compiled code?

A clique's table is a matrix of separator states by residual states; rows are short as a rule, and there are many.
"""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

from numpy import uint64

from .lazy import kernel

MAGNITUDE = 0x7FFFFFFFFFFFFFFF  # all bits of a double but its sign


@kernel()
def row_sums(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Sum each row of a matrix."""
    if columns == 2:
        for r in range(rows):
            mem[uint64(out + r)] = mem[uint64(table + 2 * r)] + mem[uint64(table + 2 * r + 1)]
    elif columns == 3:
        for r in range(rows):
            mem[uint64(out + r)] = (
                mem[uint64(table + 3 * r)] + mem[uint64(table + 3 * r + 1)] + mem[uint64(table + 3 * r + 2)]
            )
    elif columns == 4:
        for r in range(rows):
            at = table + 4 * r
            mem[uint64(out + r)] = (mem[uint64(at)] + mem[uint64(at + 1)]) + (mem[uint64(at + 2)] + mem[uint64(at + 3)])
    else:
        # Four sums at a time: rows are mostly too short for the compiler to find that out.
        whole = columns // 4 * 4
        for r in range(rows):
            v, w, x, y = 0.0, 0.0, 0.0, 0.0
            at = table + r * columns
            for i in range(at, at + whole, 4):
                v += mem[uint64(i)]
                w += mem[uint64(i + 1)]
                x += mem[uint64(i + 2)]
                y += mem[uint64(i + 3)]
            for i in range(at + whole, at + columns):
                v += mem[uint64(i)]
            mem[uint64(out + r)] = (v + w) + (x + y)


@kernel()
def rows_times(mem: Any, table: int, rows: int, columns: int, ratio: int, out: int) -> None:
    """Multiply each row of a matrix by a number of its own, and write it elsewhere."""
    if columns == 2:
        for r in range(rows):
            mem[uint64(out + 2 * r)] = mem[uint64(table + 2 * r)] * mem[uint64(ratio + r)]
            mem[uint64(out + 2 * r + 1)] = mem[uint64(table + 2 * r + 1)] * mem[uint64(ratio + r)]
    else:
        for r in range(rows):
            value = mem[uint64(ratio + r)]
            at, to = table + r * columns, out + r * columns
            for i in range(columns):
                mem[uint64(to + i)] = mem[uint64(at + i)] * value


@kernel()
def scale_rows(mem: Any, table: int, rows: int, columns: int, ratio: int) -> None:
    """Multiply each row of a matrix by a number of its own."""
    if columns == 2:
        for r in range(rows):
            mem[uint64(table + 2 * r)] *= mem[uint64(ratio + r)]
            mem[uint64(table + 2 * r + 1)] *= mem[uint64(ratio + r)]
    elif columns == 3:
        for r in range(rows):
            mem[uint64(table + 3 * r)] *= mem[uint64(ratio + r)]
            mem[uint64(table + 3 * r + 1)] *= mem[uint64(ratio + r)]
            mem[uint64(table + 3 * r + 2)] *= mem[uint64(ratio + r)]
    else:
        for r in range(rows):
            value = mem[uint64(ratio + r)]
            at = table + r * columns
            for i in range(columns):
                mem[uint64(at + i)] *= value


@kernel()
def log_range(mem: Any, bits: Any, start: int, n: int) -> tuple[float, float]:
    """Return logs of the smallest positive and of the largest entry of a nonnegative array; (inf, -inf) for zeros.

    Nonnegative doubles are ordered like their bit patterns, and integers can be compared many at a time.
    """
    least, most = MAGNITUDE, 0
    for i in range(start, start + n):
        word = bits[uint64(i)]
        most = max(most, word)
        least = min(least, (word - 1) & MAGNITUDE)
    if most == 0:
        return inf, -inf
    spare = len(mem) - 1
    bits[spare] = least + 1
    low = log(mem[uint64(spare)])
    bits[spare] = most
    return low, log(mem[uint64(spare)])


@kernel()
def log_rows(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Turn a table of logs into rows that sum to one, and write the logs of the row sums."""
    for r in range(rows):
        at = table + r * columns
        top = mem[uint64(at)]
        for i in range(1, columns):
            top = max(top, mem[uint64(at + i)])
        if top == -inf:
            for i in range(columns):
                mem[uint64(at + i)] = 0.0
            mem[uint64(out + r)] = -inf
            continue
        total = 0.0
        for i in range(columns):
            value = exp(mem[uint64(at + i)] - top)
            mem[uint64(at + i)] = value
            total += value
        for i in range(columns):
            mem[uint64(at + i)] /= total
        mem[uint64(out + r)] = top + log(total)


@kernel()
def row_maxima(mem: Any, table: int, rows: int, columns: int, out: int) -> None:
    """Take the largest entry of each row of a matrix."""
    for r in range(rows):
        at = table + r * columns
        top = mem[uint64(at)]
        for i in range(1, columns):
            top = max(top, mem[uint64(at + i)])
        mem[uint64(out + r)] = top
