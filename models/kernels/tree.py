"""How are the products and sums of a junction tree carried out on one flat array?

`up` multiplies each clique's inputs into its table and sends the row sums to the parent; `down` hands each separator's
probabilities back. The integer program they follow is described in `layout` and written by `program`; `calibration` has
the same passes in NumPy.

Numbers are potentials scaled to at most about one. Nothing may underflow unnoticed: every array carries bounds on the
logs of its positive entries, and a clique whose bounds would leave the range of a double is done in logs instead, row
by row, so that only entries negligible beside others of the same separator state are lost.
"""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import numpy as np
from numpy import uint64

from .arrays import product, sum_onto
from .layout import (
    AXES,
    CHILD,
    CLIQUE,
    COLUMNS,
    DIVIDE,
    DOWN,
    DOWN_END,
    DOWN_OP,
    KIND,
    MESSAGE,
    PARENT,
    ROWS,
    SMALL,
    SOURCE,
    SOURCE_MASK,
    STREAM,
    SUM,
    TABLE,
    TARGET,
    TARGET_MASK,
    UP,
    UP_END,
    UP_OP,
)
from .lazy import kernel
from .rows import log_range, log_rows, row_maxima, row_sums, scale_rows
from .streams import stream_down, stream_up

FLOOR, CEILING = -650.0, 650.0  # a double holds e^-708 to e^709 at full precision
KEEP = 7.0  # a large message is not rescaled while its largest log lies within this
SAFE = -600.0  # beside a row sum above e^-600, entries below e^-708 are nothing
IMPOSSIBLE, STOPPED, NEEDS_TABLES = -1, -2, -3  # returned instead of a clique
NEEDS_LOGS, DONE, DOUBTFUL = 0, 1, 2

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel()
def _products(
    c: int,
    cliques: Any,
    cards: Any,
    n_factors: int,
    nodes: int,
    sizes: Any,
    ups: Any,
    mem: Any,
    bits: Any,
    low: Any,
    high: Any,
    mode: Any,
    logs: bool,
    work: Any,
    flag: Any,
) -> int:
    """Multiply a clique's inputs, but for what goes into a table that is not stored.

    Returns DONE; DOUBTFUL when entries may have become zero that are not; NEEDS_LOGS; or STOPPED.
    """
    status = DONE
    row = c * CLIQUE
    base, streamed = cliques[row + AXES], cliques[row + STREAM]
    for i in range(cliques[row + UP], cliques[row + UP_END]):
        if flag[0]:
            return STOPPED
        op = i * UP_OP
        out, a, b = ups[op], ups[op + 1], ups[op + 2]
        at_a, mask_a, at_b, mask_b = ups[op + 5], ups[op + 6], ups[op + 7], ups[op + 8]
        if not logs:
            low_a, high_a = (low[a], high[a]) if a >= 0 else (0.0, 0.0)
            low_b, high_b = (low[b], high[b]) if b >= 0 else (0.0, 0.0)
            for x in (a, b):
                if n_factors <= x < nodes and mode[2 * (x - n_factors) + 1]:
                    return NEEDS_LOGS
            if status == DONE and (low_a + low_b < FLOOR or high_a + high_b > CEILING):
                # The bounds are sums over all factors so far: look at what the products really hold.
                if a >= nodes and i <= streamed:
                    low_a, high_a = log_range(mem, bits, at_a, sizes[a])
                if b >= nodes:
                    low_b, high_b = log_range(mem, bits, at_b, sizes[b])
                if low_a + low_b < FLOOR:
                    status = DOUBTFUL
            if high_a + high_b > CEILING:
                return NEEDS_LOGS
            low[out], high[out] = low_a + low_b, high_a + high_b
        if i >= streamed:
            continue
        product(mem, ups[op + 3], ups[op + 4], at_a, mask_a, at_b, mask_b, cards, base, logs, work)
    return status


@kernel()
def _to_logs(
    c: int,
    cliques: Any,
    n_factors: int,
    n_inputs: int,
    sizes: Any,
    ups: Any,
    mem: Any,
    logs_of: Any,
    mode: Any,
) -> None:
    """Put the logs of a clique's factors and incoming messages in their places."""
    for i in range(cliques[c * CLIQUE + UP], cliques[c * CLIQUE + UP_END]):
        for operand in range(1, 3):
            x, at = ups[i * UP_OP + operand], ups[i * UP_OP + 3 + 2 * operand]
            if 0 <= x < n_factors:
                for j in range(at, at + sizes[x]):
                    mem[uint64(j)] = logs_of[uint64(j)]
            elif n_factors <= x < n_inputs and not mode[2 * (x - n_factors) + 1]:
                mode[2 * (x - n_factors) + 1] = 1
                for j in range(at, at + sizes[x]):
                    mem[uint64(j)] = log(mem[uint64(j)]) if mem[uint64(j)] > 0.0 else -inf


@kernel(f"int64(int64, float64, boolean, {I}, {I}, int64, {', '.join([I] * 2 + [F] * 4)}, {I}, {F}, {I}, uint8[::1])")
def up(
    first: int,
    budget: float,
    maximise: bool,
    cliques: Any,
    cards: Any,
    n_factors: int,
    sizes: Any,
    ups: Any,
    mem: Any,
    logs_of: Any,
    low: Any,
    high: Any,
    mode: Any,
    log_scale: Any,
    work: Any,
    flag: Any,
) -> int:
    """Collect: make tables and messages, children before parents.

    Parameters
    ----------
    first : int
        Clique to begin with.
    budget : float
        Table entries after which to return, so that a caller can do something else meanwhile.
    maximise : bool
        Maxima of sums of logs, for decoding, instead of sums of products.
    cliques, cards, n_factors, sizes, ups
        The program.
    mem : float64 array
        All arrays; the factors are filled in, as logs for decoding.
    logs_of : float64 array
        The factors' logs.
    low, high : float64 arrays, one per node
        Bounds on the logs of positive entries; those of the factors are filled in.
    mode : int64 array, two per clique, written
        1 where the table's rows were normalised in logs, and 1 where the message is in logs.
    log_scale : float64 array, one per clique, written
        What was taken out of each message, in nats; the sum belongs to log Z.
    work : int64 array of length WORK
    flag : uint8 array
        Of a `CancelToken`.

    Returns
    -------
    int
        The clique to go on with (their number when done), IMPOSSIBLE when every joint state is forbidden, STOPPED, or
        NEEDS_TABLES when a table that is not stored would have to be multiplied in logs.
    """
    bits = mem.view(np.int64)
    n_cliques = len(log_scale)
    n_inputs = n_factors + n_cliques
    c = first
    done = 0.0
    while c < n_cliques and done < budget:
        if flag[0]:
            return STOPPED
        row = c * CLIQUE
        rows, columns = cliques[row + ROWS], cliques[row + COLUMNS]
        table, message = cliques[row + TABLE], cliques[row + MESSAGE]
        node = n_factors + c
        mode[2 * c], mode[2 * c + 1] = 0, 0
        done += rows * columns
        streamed = cliques[row + STREAM] < cliques[row + UP_END]
        logs = maximise
        while True:
            if logs and streamed:
                return NEEDS_TABLES
            if logs and not maximise:
                _to_logs(c, cliques, n_factors, n_inputs, sizes, ups, mem, logs_of, mode)
            status = _products(
                c,
                cliques,
                cards,
                n_factors,
                n_inputs,
                sizes,
                ups,
                mem,
                bits,
                low,
                high,
                mode,
                logs,
                work,
                flag,
            )
            if status == STOPPED:
                return STOPPED
            if logs:
                break
            if status > NEEDS_LOGS:
                if not streamed:
                    row_sums(mem, table, rows, columns, message)
                elif not stream_up(c, cliques, cards, ups, mem, work, flag):
                    return STOPPED
                low[node], high[node] = log_range(mem, bits, message, rows)
                if status == DOUBTFUL:
                    least = exp(min(0.0, SAFE + max(0.0, high[n_inputs + c])))
                    for i in range(message, message + rows):
                        if mem[uint64(i)] < least:
                            status = NEEDS_LOGS
            if status > NEEDS_LOGS:
                break
            logs = True
        if logs:
            if maximise:
                row_maxima(mem, table, rows, columns, message)
            else:
                mode[2 * c] = 1
                log_rows(mem, table, rows, columns, message)
            low[node], high[node] = inf, -inf
            for i in range(message, message + rows):
                high[node] = max(high[node], mem[uint64(i)])
                if mem[uint64(i)] > -inf:
                    low[node] = min(low[node], mem[uint64(i)])
            mode[2 * c + 1] = 1
        top = high[node]
        if top == -inf:
            return IMPOSSIBLE
        if mode[2 * c + 1]:
            for i in range(message, message + rows):
                mem[uint64(i)] -= top
            if not maximise and low[node] - top > FLOOR:
                mode[2 * c + 1] = 0
                for i in range(message, message + rows):
                    mem[uint64(i)] = exp(mem[uint64(i)])
        elif rows <= SMALL or abs(top) > KEEP:
            scale = exp(-top)
            for i in range(message, message + rows):
                mem[uint64(i)] *= scale
        else:
            top = 0.0
        log_scale[c] = top
        low[node] -= top
        high[node] -= top
        c += 1
    return c


@kernel(f"int64(int64, float64, {I}, {I}, {I}, {I}, {F}, {I}, {F}, {I}, uint8[::1])")
def down(
    last: int,
    budget: float,
    cliques: Any,
    cards: Any,
    ups: Any,
    downs: Any,
    mem: Any,
    mode: Any,
    log_scale: Any,
    work: Any,
    flag: Any,
) -> int:
    """Distribute: turn tables into joint probabilities, parents before children, and read marginals off.

    Parameters
    ----------
    last : int
        Clique to begin with; the last one at first.
    budget, cliques, cards, ups, downs, mem, mode, log_scale, work, flag
        As in `up`.

    Returns
    -------
    int
        The clique to go on with, -1 when done, or STOPPED.
    """
    c = last
    done = 0.0
    while c >= 0 and done < budget:
        if flag[0]:
            return STOPPED
        row = c * CLIQUE
        base = cliques[row + AXES]
        rows, columns, message = cliques[row + ROWS], cliques[row + COLUMNS], cliques[row + MESSAGE]
        if cliques[row + PARENT] < 0:
            # A root's one row holds everything; its message is the total, scaled like any other.
            mem[uint64(message)] = 1.0 if mode[2 * c] else 1.0 / (mem[uint64(message)] * exp(log_scale[c]))
        if cliques[row + STREAM] == cliques[row + UP_END]:
            scale_rows(mem, cliques[row + TABLE], rows, columns, message)
        elif not stream_down(c, cliques, cards, ups, downs, mem, work, flag):
            return STOPPED
        for i in range(cliques[row + DOWN], cliques[row + DOWN_END]):
            if flag[0]:
                return STOPPED
            op = i * DOWN_OP
            source, target = downs[op + SOURCE], downs[op + TARGET]
            if downs[op + KIND] == DIVIDE:
                child = downs[op + CHILD]
                n = cliques[child * CLIQUE + ROWS]
                if mode[2 * child]:
                    for j in range(n):
                        mem[uint64(target + j)] = mem[uint64(source + j)]
                elif mode[2 * child + 1]:
                    shift = log_scale[child]
                    for j in range(n):
                        p = mem[uint64(source + j)]
                        mem[uint64(target + j)] = p / exp(mem[uint64(target + j)] + shift) if p > 0.0 else 0.0
                else:
                    scale = exp(log_scale[child])
                    for j in range(n):
                        total = mem[uint64(target + j)] * scale
                        mem[uint64(target + j)] = mem[uint64(source + j)] / total if total > 0.0 else 0.0
            elif downs[op + KIND] == SUM:
                sum_onto(mem, source, downs[op + SOURCE_MASK], target, downs[op + TARGET_MASK], cards, base, work)
        done += rows * columns
        c -= 1
    return c


KERNELS = (up, down)
