"""How is a junction tree calibrated before the kernels are compiled?

The same passes as `kernels.tree`, one NumPy call for each array operation; see there for the mathematics and for what
happens when numbers would leave the range of a double.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .factor import Floats
from .kernels.layout import (
    CLIQUE,
    COLUMNS,
    DIVIDE,
    DOWN,
    DOWN_END,
    DOWN_OP,
    MESSAGE,
    PARENT,
    ROWS,
    TABLE,
    UP,
    UP_END,
    UP_OP,
)
from .kernels.tree import CEILING, DONE, DOUBTFUL, FLOOR, IMPOSSIBLE, NEEDS_LOGS, SAFE, STOPPED

if TYPE_CHECKING:
    from .calibration import Calibration

Shape = tuple[int, ...]


@lru_cache(maxsize=1 << 14)
def shapes(mask: int, first: int, second: int, cards: Shape) -> tuple[Shape, Shape, Shape]:
    """Fuse neighbouring axes that lie in the same operands; return shapes of the whole and of both, slowest first."""
    groups: list[tuple[int, int, int]] = []
    before = None
    for i, card in enumerate(cards):
        if mask >> i & 1:
            kind = (first >> i & 1, second >> i & 1)
            size, in_a, in_b = groups.pop() if kind == before else (1, 1, 1)
            groups.append((size * card, in_a * card if kind[0] else 1, in_b * card if kind[1] else 1))
            before = kind
    whole, a, b = zip(*reversed(groups), strict=True) if groups else ((), (), ())
    return tuple(whole), tuple(a), tuple(b)


def _products(run: Calibration, c: int, cards: Shape, logs: bool) -> int:
    """Multiply a clique's inputs; return DONE, DOUBTFUL or NEEDS_LOGS as in `kernels.tree`."""
    status = DONE
    program, memory, low, high = run.program, run.memory, run.low, run.high
    n_inputs = program.n_factors + run.plan.tree.n_cliques
    clique = program.cliques[c * CLIQUE : (c + 1) * CLIQUE]
    for i in range(clique[UP], clique[UP_END]):
        out, a, b = program.ups[i * UP_OP : i * UP_OP + 3].tolist()
        views = [memory[program.offsets[x] :][: program.sizes[x]] for x in (out, a, b) if x >= 0]
        masks = [int(program.masks[x]) if x >= 0 else 0 for x in (out, a, b)]
        bounds = [(low[x], high[x]) if x >= 0 else (0.0, 0.0) for x in (a, b)]
        if not logs:
            for x in (a, b):
                if program.n_factors <= x < n_inputs and run.mode[2 * (x - program.n_factors) + 1]:
                    return NEEDS_LOGS
            if status == DONE and not _within(bounds):
                operands = [view if x >= n_inputs else None for x, view in zip((out, a, b), views, strict=False)][1:]
                bounds[: len(operands)] = [
                    bound if view is None else _log_range(view) for view, bound in zip(operands, bounds, strict=False)
                ]
                if bounds[0][0] + bounds[1][0] < FLOOR:
                    status = DOUBTFUL
            if bounds[0][1] + bounds[1][1] > CEILING:
                return NEEDS_LOGS
        low[out], high[out] = bounds[0][0] + bounds[1][0], bounds[0][1] + bounds[1][1]
        whole, shape_a, shape_b = shapes(masks[0], masks[1], masks[2], cards)
        target = views[0].reshape(whole)
        if a < 0:
            target[...] = 0.0 if logs else 1.0
        elif b < 0:
            target[...] = views[1].reshape(shape_a)
        else:
            (np.add if logs else np.multiply)(views[1].reshape(shape_a), views[2].reshape(shape_b), out=target)
    return status


def _within(bounds: list[tuple[float, float]]) -> bool:
    return bounds[0][0] + bounds[1][0] >= FLOOR and bounds[0][1] + bounds[1][1] <= CEILING


def _log_range(values: Floats) -> tuple[float, float]:
    positive = values[values > 0.0]
    return (float(np.log(positive.min())), float(np.log(positive.max()))) if positive.size else (np.inf, -np.inf)


def _to_logs(run: Calibration, c: int) -> None:
    """Put the logs of a clique's factors and incoming messages in their places."""
    program, memory = run.program, run.memory
    n_factors = program.n_factors
    clique = program.cliques[c * CLIQUE : (c + 1) * CLIQUE]
    for x in program.ups[clique[UP] * UP_OP : clique[UP_END] * UP_OP].reshape(-1, UP_OP)[:, 1:3].reshape(-1).tolist():
        if x < 0 or x >= n_factors + run.plan.tree.n_cliques:
            continue
        place = slice(program.offsets[x], program.offsets[x] + program.sizes[x])
        if x < n_factors:
            memory[place] = run.logs[place]
        elif not run.mode[2 * (x - n_factors) + 1]:
            run.mode[2 * (x - n_factors) + 1] = 1
            with np.errstate(divide="ignore"):
                memory[place] = np.log(memory[place])


def _normalise_rows(table: Floats) -> Floats:
    """Turn rows of logs into rows that sum to one, in place; return the logs of the row sums."""
    top = table.max(axis=1)
    with np.errstate(under="ignore", divide="ignore"):
        table -= np.where(np.isneginf(top), 0.0, top)[:, None]
        np.exp(table, out=table)
        total = table.sum(axis=1)
        table /= np.where(total > 0.0, total, 1.0)[:, None]
        return np.asarray(top + np.log(total))


def up(run: Calibration, first: int, budget: float) -> int:
    """Collect from clique `first` on; see `kernels.tree.up`."""
    program, memory, tree = run.program, run.memory, run.plan.tree
    n_cliques = tree.n_cliques
    done, c = 0.0, first
    while c < n_cliques and done < budget:
        if run.cancelled:
            return STOPPED
        clique = program.cliques[c * CLIQUE : (c + 1) * CLIQUE].tolist()
        rows, columns = clique[ROWS], clique[COLUMNS]
        table = memory[clique[TABLE] : clique[TABLE] + rows * columns].reshape(rows, columns)
        message = memory[clique[MESSAGE] : clique[MESSAGE] + rows]
        cards = tuple(program.cards_of(c))
        node = program.n_factors + c
        run.mode[2 * c : 2 * c + 2] = 0
        with np.errstate(under="ignore"):
            status = NEEDS_LOGS if run.maximise else _products(run, c, cards, logs=False)
        if status != NEEDS_LOGS:
            np.sum(table, axis=1, out=message)
            limit = np.exp(min(0.0, SAFE + max(0.0, run.high[program.n_factors + n_cliques + c])))
            if status == DOUBTFUL and message.min() < limit:
                status = NEEDS_LOGS
        if status == NEEDS_LOGS:
            if run.maximise:
                _products(run, c, cards, logs=True)
                message[:] = table.max(axis=1)
            else:
                run.mode[2 * c] = 1
                _to_logs(run, c)
                _products(run, c, cards, logs=True)
                message[:] = _normalise_rows(table)
            top = float(message.max())
            if top == -np.inf:
                return IMPOSSIBLE
            message -= top
            run.low[node], run.high[node] = message[message > -np.inf].min(), 0.0
            run.mode[2 * c + 1] = 1
            if not run.maximise and run.low[node] > FLOOR:
                run.mode[2 * c + 1] = 0
                np.exp(message, out=message)
        else:
            least, top = _log_range(message)
            if top == -np.inf:
                return IMPOSSIBLE
            message *= np.exp(-top)
            run.low[node], run.high[node] = least - top, 0.0
        run.log_scale[c] = top
        done += rows * columns
        c += 1
    return c


def _sum_onto(memory: Floats, source: int, mask: int, target: int, keep: int, cards: Shape) -> None:
    whole, kept, _ = shapes(mask, keep, 0, cards)
    size = int(np.prod(whole))
    values = memory[source : source + size].reshape(whole)
    # Within `mask`, a fused axis is either kept or summed.
    summed = tuple(i for i, card in enumerate(kept) if card == 1 and whole[i] > 1)
    result = values.sum(axis=summed) if summed else values.copy()
    memory[target : target + result.size] = result.reshape(-1)


def down(run: Calibration, last: int, budget: float) -> int:
    """Distribute from clique `last` on; see `kernels.tree.down`."""
    program, memory = run.program, run.memory
    done, c = 0.0, last
    while c >= 0 and done < budget:
        if run.cancelled:
            return STOPPED
        clique = program.cliques[c * CLIQUE : (c + 1) * CLIQUE].tolist()
        rows, columns = clique[ROWS], clique[COLUMNS]
        table = memory[clique[TABLE] : clique[TABLE] + rows * columns].reshape(rows, columns)
        message = memory[clique[MESSAGE] : clique[MESSAGE] + rows]
        cards = tuple(program.cards_of(c))
        if clique[PARENT] < 0:
            message[0] = 1.0 if run.mode[2 * c] else 1.0 / (message[0] * np.exp(run.log_scale[c]))
        with np.errstate(under="ignore"):
            table *= message[:, None]
            for op in program.downs[clique[DOWN] * DOWN_OP : clique[DOWN_END] * DOWN_OP].reshape(-1, DOWN_OP).tolist():
                kind, source, source_mask, target, target_mask, child = op
                if kind == DIVIDE:
                    _divide(run, memory, source, target, child)
                else:
                    _sum_onto(memory, source, source_mask, target, target_mask, cards)
        done += rows * columns
        c -= 1
    return c


def _divide(run: Calibration, memory: Floats, source: int, target: int, child: int) -> None:
    """Turn a separator's probabilities into what the child's rows must be multiplied by."""
    n = int(run.program.cliques[child * CLIQUE + ROWS])
    p, message = memory[source : source + n], memory[target : target + n]
    if run.mode[2 * child]:
        message[:] = p
        return
    total = (
        np.exp(message + run.log_scale[child]) if run.mode[2 * child + 1] else message * np.exp(run.log_scale[child])
    )
    np.divide(p, total, out=message, where=total > 0.0)
    message[total <= 0.0] = 0.0
