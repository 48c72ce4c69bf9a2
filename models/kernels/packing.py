"""How do factor tables get into elimination order?"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from .lazy import kernel

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(f"int64({F}, {I}, {I}, {I}, {I}, {I}, int64, {F}, {F}, {F}, {F}, {I})")
def pack(
    raw: Any,
    start: Any,
    axis_start: Any,
    axis_card: Any,
    axis_stride: Any,
    offsets: Any,
    n_factors: int,
    logs_of: Any,
    shift: Any,
    low: Any,
    high: Any,
    work: Any,
) -> int:
    """Lay factor tables out in elimination order, divided by their largest entries.

    Parameters
    ----------
    raw : float64 array
        All log tables in row-major order, one after the other.
    start : int64 array, one per factor
        Where in `raw` the entry of state 0 of the free variables lies, given the states of the clamped ones.
    axis_start, axis_card, axis_stride : int64 arrays
        Free axes of each factor, fastest in elimination order first, with their strides in `raw`.
    offsets : int64 array, one per factor
        Where each table goes.
    logs_of : float64 array, written
        Logs, at most 0.
    shift : float64 array, written
        The largest log of each factor.
    low, high : float64 arrays, one per node, written
        Bounds for the factors.
    work : int64 array

    Returns
    -------
    int
        0, or -1 when a factor forbids everything.
    """
    for f in range(n_factors):
        first, n = axis_start[f], axis_start[f + 1] - axis_start[f]
        total = 1
        for g in range(n):
            total *= axis_card[first + g]
            work[g] = 0
        source, target = start[f], offsets[f]
        top = -inf
        card = axis_card[first] if n > 0 else 1
        stride = axis_stride[first] if n > 0 else 1
        for at in range(target, target + total, card):
            for i in range(card):
                value = raw[uint64(source + i * stride)]
                logs_of[uint64(at + i)] = value
                top = max(top, value)
            g = 1
            while g < n:
                source += axis_stride[first + g]
                work[g] += 1
                if work[g] < axis_card[first + g]:
                    break
                source -= axis_stride[first + g] * axis_card[first + g]
                work[g] = 0
                g += 1
        if top == -inf:
            return -1
        least = 0.0
        for i in range(target, target + total):
            logs_of[uint64(i)] -= top
            if logs_of[uint64(i)] > -inf:
                least = min(least, logs_of[uint64(i)])
        shift[f] = top
        low[f], high[f] = least, 0.0
    return 0


KERNELS = (pack,)
