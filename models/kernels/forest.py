"""How is a forest calibrated without copying its tables into cliques?

Where every factor joins at most two free variables, and no cycle is left, messages go from each vertex to its parent
and back. The kernel reads the factor tables where they lie. It does without logs as long as numbers stay within a safe
range, and says so when they do not: then the general passes of `tree` are in charge.
"""

from __future__ import annotations

from math import log, nan
from typing import Any

from numpy import uint64

from .lazy import kernel

NODE = 9
"""Numbers for each vertex, children first; their places follow."""
STATES, AT, MESSAGE, PARENT, EDGE, OWN_STRIDE, PARENT_STRIDE, UNARIES, OUT = range(NODE)
UNARY = 2
"""Numbers for each factor of one free variable: the factor, and its stride."""

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"
MILDEST = 230.0
"""Logs of potentials must lie within this on either side of zero, or be minus infinity."""
LEAST = 1e-150
"""Positive entries of a vector whose entries are at most one must not be smaller. Then whatever is multiplied here, a
vector with a potential or with another vector, is a number that a double holds at full precision."""


@kernel()
def _settle(values: Any, at: int, n: int) -> tuple[float, float]:
    """Divide a vector by its largest entry; return that, and the smallest positive entry of the result.

    The largest is given as 0 where all are zero, and where the smallest would lie below LEAST.
    """
    high, low = 0.0, 1e300
    for i in range(at, at + n):
        value = values[uint64(i)]
        high = max(high, value)
        low = min(low, value if value > 0.0 else 1e300)
    if high == 0.0 or low < LEAST * high:
        return 0.0, 0.0
    scale = 1.0 / high
    for i in range(at, at + n):
        values[uint64(i)] *= scale
    return high, low * scale


@kernel()
def _note(factor: float, log_z: float, scale: float) -> tuple[float, float]:
    """Take a positive factor into log Z; most are gathered in a product first, as logs take time."""
    if not 1e-30 < factor < 1e30:
        return log_z + log(factor), scale
    scale *= factor
    if not 1e-200 < scale < 1e200:
        return log_z + log(scale), 1.0
    return log_z, scale


@kernel()
def _towards(
    pots: Any, at: int, stride: int, step: int, given: Any, source: int, n: int, out: Any, target: int, m: int
) -> None:
    """Multiply a vector of n entries by a table; `stride` goes with its index, `step` with that of the result."""
    if step == 1:
        for j in range(m):
            out[uint64(target + j)] = 0.0
        for i in range(n):
            value = given[uint64(source + i)]
            row = at + i * stride
            for j in range(m):
                out[uint64(target + j)] += value * pots[uint64(row + j)]
    elif stride == 1:
        for j in range(m):
            total = 0.0
            row = at + j * step
            for i in range(n):
                total += given[uint64(source + i)] * pots[uint64(row + i)]
            out[uint64(target + j)] = total
    else:
        for j in range(m):
            total = 0.0
            for i in range(n):
                total += given[uint64(source + i)] * pots[uint64(at + j * step + i * stride)]
            out[uint64(target + j)] = total


@kernel(f"float64({I}, {I}, {I}, {F}, {F}, {F}, {F}, {F}, {F})")
def forest(
    nodes: Any,
    unaries: Any,
    starts: Any,
    pots: Any,
    own: Any,
    messages: Any,
    lows: Any,
    ratio: Any,
    out: Any,
) -> float:
    """Calibrate a forest.

    Parameters
    ----------
    nodes : int64 array, NODE numbers for each vertex, children before parents
        State count; where its vector and its message lie in `own` and `messages`; parent, -1 for a root; the factor
        that joins the two, with its strides for the vertex and for the parent; where its entries of `unaries` end (they
        begin where those of the vertex before end); where its marginal goes in `out`.
    unaries : int64 array, UNARY numbers for each factor of one free variable, by vertex
    starts : int64 array, one per factor
        Where in `pots` the entry of state 0 of the free variables lies.
    pots : float64 array
        Potentials of all tables, end to end, within MILDEST.
    own, messages : float64 arrays, written
        A vector for each vertex, by its own states; and its message, by the parent's.
    lows : float64 array, one per vertex, written
        Lower bounds on the positive entries of `own`.
    ratio : float64 array, as long as the longest vector
        Working space.
    out : float64 array, written
        Marginals, each summing to one.

    Returns
    -------
    float
        Log Z, or NaN where the passes that work in logs must be asked.
    """
    n_vertices = len(lows)
    log_z, scale = 0.0, 1.0
    unary = 0
    for v in range(n_vertices):
        lows[v] = 1.0
        at = nodes[v * NODE + AT]
        for i in range(at, at + nodes[v * NODE + STATES]):
            own[uint64(i)] = 1.0
    for v in range(n_vertices):
        row = v * NODE
        n, at = nodes[row + STATES], nodes[row + AT]
        while unary < nodes[row + UNARIES]:
            start, stride = starts[unaries[unary * UNARY]], unaries[unary * UNARY + 1]
            for i in range(n):
                own[uint64(at + i)] *= pots[uint64(start + i * stride)]
            unary += 1
            high, lows[v] = _settle(own, at, n)
            if high == 0.0:
                return nan
            log_z, scale = _note(high, log_z, scale)
        parent = nodes[row + PARENT]
        if parent < 0:
            total = 0.0
            for i in range(at, at + n):
                total += own[uint64(i)]
            if total == 0.0:
                return nan
            log_z, scale = _note(total, log_z, scale)
            continue
        m, to, message = nodes[parent * NODE + STATES], nodes[parent * NODE + AT], nodes[row + MESSAGE]
        start, stride, step = starts[nodes[row + EDGE]], nodes[row + OWN_STRIDE], nodes[row + PARENT_STRIDE]
        _towards(pots, start, stride, step, own, at, n, messages, message, m)
        high, low = _settle(messages, message, m)
        if high == 0.0:
            return nan
        log_z, scale = _note(high, log_z, scale)
        for j in range(m):
            own[uint64(to + j)] *= messages[uint64(message + j)]
        lows[parent] *= low
        if lows[parent] < LEAST:
            high, lows[parent] = _settle(own, to, m)
            if high == 0.0:
                return nan
            log_z, scale = _note(high, log_z, scale)
    for v in range(n_vertices - 1, -1, -1):
        row = v * NODE
        n, at, target = nodes[row + STATES], nodes[row + AT], nodes[row + OUT]
        parent = nodes[row + PARENT]
        if parent < 0:
            for i in range(n):
                out[uint64(target + i)] = own[uint64(at + i)]
        else:
            m, belief, message = nodes[parent * NODE + STATES], nodes[parent * NODE + OUT], nodes[row + MESSAGE]
            for j in range(m):
                value = messages[uint64(message + j)]
                ratio[uint64(j)] = out[uint64(belief + j)] / (value if value > 0.0 else 1.0)
            start, stride, step = starts[nodes[row + EDGE]], nodes[row + OWN_STRIDE], nodes[row + PARENT_STRIDE]
            _towards(pots, start, step, stride, ratio, 0, m, out, target, n)
            for i in range(n):
                out[uint64(target + i)] *= own[uint64(at + i)]
        total = 0.0
        for i in range(target, target + n):
            total += out[uint64(i)]
        total = 1.0 / total
        for i in range(target, target + n):
            out[uint64(i)] *= total
    return log_z + log(scale)


KERNELS = (forest,)
