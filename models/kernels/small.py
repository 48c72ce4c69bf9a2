"""How is a small junction tree calibrated in a single call?

Packing, both passes and reading marginals off, one after the other: for small tables the calls from Python would take
longer than the work.
"""

from __future__ import annotations

from math import exp
from typing import Any

from numpy import uint64

from .arrays import WORK
from .layout import CLIQUE
from .lazy import kernel
from .packing import pack
from .tree import down, up

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


PARTS = 12
"""Arrays of a plan and its program that lie end to end in one, as each array costs a call some time: axis starts,
cards and strides; offsets, cliques, cards of their members, sizes, products, sums; places, vertices and targets of
marginals. Before them come their lengths, and the lengths of the memory for arrays and for logs."""


@kernel(f"boolean(boolean, {F}, {I}, {I}, {F}, {I}, uint8[::1], {F})")
def calibrate(packed: bool, raw: Any, starts: Any, plan: Any, numbers: Any, work: Any, flag: Any, out: Any) -> bool:
    """Run a program on numbers; return whether some joint state is possible.

    Parameters
    ----------
    packed : bool
        Whether the factors are in memory already.
    raw, starts : float64 and int64 arrays
        As in `packing.pack`.
    plan : int64 array
        See PARTS.
    numbers : float64 array, written
        Memory for the arrays, logs of the factors, then what `packing.pack` and `tree.up` call shift, low, high and
        log_scale, end to end.
    work : int64 array, written
        The working space of `arrays`, and the modes of `tree.up`.
    flag : uint8 array
        Of a `CancelToken`.
    out : float64 array, written
        Marginals, each summing to one, end to end.
    """
    at = PARTS + 2
    axis_start = plan[at : at + plan[0]]
    at += plan[0]
    axis_card = plan[at : at + plan[1]]
    at += plan[1]
    axis_stride = plan[at : at + plan[2]]
    at += plan[2]
    offsets = plan[at : at + plan[3]]
    at += plan[3]
    cliques = plan[at : at + plan[4]]
    at += plan[4]
    cards = plan[at : at + plan[5]]
    at += plan[5]
    sizes = plan[at : at + plan[6]]
    at += plan[6]
    ups = plan[at : at + plan[7]]
    at += plan[7]
    downs = plan[at : at + plan[8]]
    at += plan[8]
    places = plan[at : at + plan[9]]
    at += plan[9]
    order = plan[at : at + plan[10]]
    at += plan[10]
    targets = plan[at : at + plan[11]]
    n_factors, n_nodes, n_cliques = len(starts), len(sizes), len(cliques) // CLIQUE
    mem = numbers[: plan[PARTS]]
    at = plan[PARTS] + plan[PARTS + 1]
    logs, shift = numbers[plan[PARTS] : at], numbers[at : at + n_factors]
    at += n_factors
    low, high = numbers[at : at + n_nodes], numbers[at + n_nodes : at + 2 * n_nodes]
    log_scale, mode = numbers[at + 2 * n_nodes : at + 2 * n_nodes + n_cliques], work[WORK:]
    if not packed:
        if pack(raw, starts, axis_start, axis_card, axis_stride, offsets, n_factors, logs, shift, low, high, work) < 0:
            return False
        for i in range(len(logs)):
            mem[uint64(i)] = exp(logs[uint64(i)])
    everything = 1e300
    c = up(
        0, everything, False, cliques, cards, n_factors, sizes, ups, mem, logs, low, high, mode, log_scale, work, flag
    )
    if c < n_cliques:
        return False
    down(n_cliques - 1, everything, cliques, cards, ups, downs, mem, mode, log_scale, work, flag)
    for p in range(len(order)):
        source, target = places[p], targets[order[p]]
        n = targets[order[p] + 1] - target
        total = 0.0
        for i in range(n):
            total += mem[uint64(source + i)]
        total = 1.0 / total
        for i in range(n):
            out[uint64(target + i)] = mem[uint64(source + i)] * total
    return True


KERNELS = (calibrate,)
