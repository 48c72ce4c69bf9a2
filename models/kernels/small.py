"""How is a small junction tree calibrated in a single call?

Packing, both passes and reading marginals off, one after the other: for small tables the calls from Python would take
longer than the work.
"""

from __future__ import annotations

from math import exp
from typing import Any

from numpy import uint64

from .lazy import kernel
from .packing import pack
from .tree import down, up

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(f"boolean(boolean, {F}, {', '.join([I] * 10 + [F] * 6)}, {I}, {I}, uint8[::1], {', '.join([I] * 3)}, {F})")
def calibrate(
    packed: bool,
    raw: Any,
    starts: Any,
    axis_start: Any,
    axis_card: Any,
    axis_stride: Any,
    offsets: Any,
    cliques: Any,
    cards: Any,
    sizes: Any,
    ups: Any,
    downs: Any,
    mem: Any,
    logs: Any,
    shift: Any,
    low: Any,
    high: Any,
    log_scale: Any,
    mode: Any,
    work: Any,
    flag: Any,
    single_offset: Any,
    order: Any,
    targets: Any,
    out: Any,
) -> bool:
    """Run a program on numbers; return whether some joint state is possible.

    Parameters
    ----------
    packed : bool
        Whether the factors are in `mem` and `logs` already.
    raw, starts, axis_start, axis_card, axis_stride, offsets, logs, shift, low, high
        As in `packing.pack`.
    cliques, cards, sizes, ups, downs, mem, log_scale, mode, work, flag
        As in `tree.up` and `tree.down`.
    single_offset, order : int64 arrays, by position
        Where each marginal is made, and its vertex.
    targets : int64 array, one per vertex and one more
        Where each marginal goes; they lie end to end.
    out : float64 array, written
        Marginals, each summing to one.
    """
    n_factors, n_cliques = len(shift), len(log_scale)
    if not packed:
        if pack(raw, starts, axis_start, axis_card, axis_stride, offsets, n_factors, logs, shift, low, high, work) < 0:
            return False
        for i in range(len(logs)):
            mem[uint64(i)] = exp(logs[uint64(i)])
    everything = 1e300
    if (
        up(
            0,
            everything,
            False,
            cliques,
            cards,
            n_factors,
            sizes,
            ups,
            mem,
            logs,
            low,
            high,
            mode,
            log_scale,
            work,
            flag,
        )
        < 0
    ):
        return False
    down(n_cliques - 1, everything, cliques, cards, ups, downs, mem, mode, log_scale, work, flag)
    for p in range(len(order)):
        source, target = single_offset[p], targets[order[p]]
        n = targets[order[p] + 1] - target
        total = 0.0
        for i in range(n):
            total += mem[uint64(source + i)]
        total = 1.0 / total
        for i in range(n):
            out[uint64(target + i)] = mem[uint64(source + i)] * total
    return True


KERNELS = (calibrate,)
