"""How are joint states drawn from the rows of calibrated cliques, compiled?

The counterpart of `drawing._draw_clique`: it adds the same numbers in the same order, so that the same uniform numbers
give the same states.
"""

from __future__ import annotations

from typing import Any

from numpy import uint64

from .layout import CLIQUE, COLUMNS, ROWS, TABLE
from .lazy import kernel

STOPPED = -2  # returned instead of a clique

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(strict=True)
def _first_beyond(mem: Any, first: int, columns: int, target: float) -> int:
    """Return the first place of a row of cumulative sums that is larger than the target, by bisection."""
    low, high = 0, columns
    while low < high:
        middle = (low + high) // 2
        if mem[uint64(first + middle)] > target:
            high = middle
        else:
            low = middle + 1
    if low == columns:
        # Rounding took the target up to the total: the last column of positive weight is where that is reached.
        total = mem[uint64(first + columns - 1)]
        low = columns - 1
        while low > 0 and mem[uint64(first + low - 1)] >= total:
            low -= 1
    return low


@kernel(strict=True)
def _add_up(mem: Any, first: int, columns: int, uniform: float) -> int:
    """Return the column of a row of weights in which the uniform number falls."""
    total = 0.0
    for i in range(first, first + columns):
        total += mem[uint64(i)]
    target = uniform * total
    total_so_far, last = 0.0, 0
    for i in range(columns):
        before = total_so_far
        total_so_far += mem[uint64(first + i)]
        if total_so_far > target:
            return i
        if total_so_far > before:
            last = i
    return last


@kernel(f"int64(int64, float64, {', '.join([I] * 5)}, {F}, int64[:, ::1], float64[:, ::1], uint8[::1])", strict=True)
def draw_down(
    last: int,
    budget: float,
    cliques: Any,
    start: Any,
    n_residuals: Any,
    axes: Any,
    cards: Any,
    mem: Any,
    states: Any,
    uniform: Any,
    flag: Any,
) -> int:
    """Draw the residual variables of cliques, parents before children, for all samples.

    Parameters
    ----------
    last : int
        Clique to begin with; the last one at first.
    budget : float
        Table entries and samples after which to return.
    cliques : int64 array
        The program.
    start, n_residuals, axes, cards : int64 arrays
        Of the junction tree.
    mem : float64 array
        All arrays after `tree.up`. Tables become cumulative sums where there are no more rows than samples.
    states : int64 array, one row per position, one column per sample, written
    uniform : float64 array, one column per sample
        Numbers between 0 and 1, a row for each clique, at most as many cliques as there are rows.
    flag : uint8 array
        Of a `CancelToken`.

    Returns
    -------
    int
        The clique to go on with, -1 when all are done, or STOPPED.
    """
    n = states.shape[1]
    c = last
    done = 0.0
    while c >= 0 and done < budget and last - c < uniform.shape[0]:
        if flag[0]:
            return STOPPED
        begin, end = start[c], start[c + 1]
        split = begin + n_residuals[c]
        rows, columns = cliques[c * CLIQUE + ROWS], cliques[c * CLIQUE + COLUMNS]
        table = cliques[c * CLIQUE + TABLE]
        summed = rows <= n
        if summed:
            for first in range(table, table + rows * columns, columns):
                for i in range(first + 1, first + columns):
                    mem[uint64(i)] += mem[uint64(i - 1)]
        for k in range(n):
            row = 0
            for i in range(end - 1, split - 1, -1):
                row = row * cards[i] + states[axes[i], k]
            first = table + row * columns
            if summed:
                target = uniform[last - c, k] * mem[uint64(first + columns - 1)]
                choice = _first_beyond(mem, first, columns, target)
            else:
                choice = _add_up(mem, first, columns, uniform[last - c, k])
            for i in range(begin, split):
                states[axes[i], k] = choice % cards[i]
                choice //= cards[i]
        done += min(rows, n) * columns + 4 * n * (end - begin)
        c -= 1
    return c


KERNELS = (draw_down,)
