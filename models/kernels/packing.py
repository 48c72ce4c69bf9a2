"""How do factor tables get into elimination order?"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from .lazy import kernel

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel()
def _extreme(values: Any, start: int, n: int, sign: float) -> float:
    """Return the largest of sign times the finite entries, minus infinity without any.

    Four running maxima, so that one comparison need not wait for the one before.
    """
    a, b, c, d = -inf, -inf, -inf, -inf
    whole = start + n // 4 * 4
    for i in range(start, whole, 4):
        w, x, y, z = values[uint64(i)], values[uint64(i + 1)], values[uint64(i + 2)], values[uint64(i + 3)]
        w, x = sign * w if w > -inf else -inf, sign * x if x > -inf else -inf
        y, z = sign * y if y > -inf else -inf, sign * z if z > -inf else -inf
        a = w if w > a else a
        b = x if x > b else b
        c = y if y > c else c
        d = z if z > d else d
    for i in range(whole, start + n):
        w = values[uint64(i)]
        w = sign * w if w > -inf else -inf
        a = w if w > a else a
    return max(max(a, b), max(c, d))


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
        card = axis_card[first] if n > 0 else 1
        stride = axis_stride[first] if n > 0 else 1
        for at in range(target, target + total, card):
            for i in range(card):
                logs_of[uint64(at + i)] = raw[uint64(source + i * stride)]
            g = 1
            while g < n:
                source += axis_stride[first + g]
                work[g] += 1
                if work[g] < axis_card[first + g]:
                    break
                source -= axis_stride[first + g] * axis_card[first + g]
                work[g] = 0
                g += 1
        top = _extreme(logs_of, target, total, 1.0)
        if top == -inf:
            return -1
        for i in range(target, target + total):
            logs_of[uint64(i)] -= top
        least = -_extreme(logs_of, target, total, -1.0)
        shift[f] = top
        low[f], high[f] = least, 0.0
    return 0


KERNELS = (pack,)
