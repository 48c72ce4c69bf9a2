"""How do factor tables get into elimination order?"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy import uint64

from .lazy import kernel
from .rows import MAGNITUDE

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"
INFINITE = 0x7FF0000000000000  # the bit pattern of plus infinity


@kernel()
def _largest(bits: Any, start: int, n: int) -> int:
    """Return the bit pattern of the largest of some doubles, which may have any sign.

    With the magnitude bits of negative numbers turned over, doubles are ordered like integers, and those can be
    compared many at a time.
    """
    most = -MAGNITUDE - 1
    for i in range(start, start + n):
        word = bits[uint64(i)]
        most = max(most, word ^ ((word >> 63) & MAGNITUDE))
    return most ^ ((most >> 63) & MAGNITUDE)


@kernel()
def _lowest(bits: Any, start: int, n: int) -> int:
    """Return the bit pattern of the magnitude of the lowest finite one of some doubles that are not positive."""
    most = 0
    for i in range(start, start + n):
        magnitude = bits[uint64(i)] & MAGNITUDE
        most = max(most, magnitude if magnitude < INFINITE else 0)
    return most


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
    bits, cell = logs_of.view(np.int64), work.view(np.float64)
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
        work[0] = _largest(bits, target, total)
        top = cell[0]
        if top == -inf:
            return -1
        for i in range(target, target + total):
            logs_of[uint64(i)] -= top
        work[0] = _lowest(bits, target, total)
        least = -cell[0]
        shift[f] = top
        low[f], high[f] = least, 0.0
    return 0


KERNELS = (pack,)
