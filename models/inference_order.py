"""Which elimination order makes exact inference cheap?

Weighted min-fill, and where its tables are large also other greedy rules and random ties: as many as cost a small share
of the inference itself. The answer depends on the graph alone, never on the clock: compiled (`kernels.order`) and plain
(`elimination`) searches find the same order, so that draws with the same seed are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import exp, inf

import numpy as np
from numpy.typing import NDArray

from .elimination import log_total_entries, min_degree, min_fill, weighted_min_fill
from .kernels.order import DEGREE, FILL, UNIT, greedy
from .kernels.scopes import neighbours
from .steps import Steps, drain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Search = Callable[[int, bool, Floats, float], tuple[list[int] | None, float]]

WORTH_A_SEARCH = 2.0**16
"""Table entries, of all cliques before any are merged, up to which the first order is good enough."""
_SECONDS_PER_ENTRY, _SECONDS_PER_VERTEX = 4e-9, 1.5e-6  # of inference; of one greedy order
_SHARE, _MAX_TRIES = 0.2, 60
_MASKS_UP_TO = 2000  # vertices; beyond, big-integer masks take more memory than neighbour lists take time
_BETTER = 1.0 - 1e-9  # by more than rounding


def choose_order(cards: Ints, axis_start: Ints, axis_vertex: Ints) -> Ints:
    """Return an elimination order with small tables in all.

    Parameters
    ----------
    cards : int64 array
        State count of each vertex.
    axis_start, axis_vertex : int64 arrays
        Vertices that factor f joins: `axis_vertex[axis_start[f]:axis_start[f + 1]]`.
    """
    return drain(choose_order_steps(cards, axis_start, axis_vertex))


def choose_order_steps(cards: Ints, axis_start: Ints, axis_vertex: Ints) -> Steps[Ints]:
    """Return the order of `choose_order`, yielding None after each that is tried."""
    n = len(cards)
    search = _search_on(cards, axis_start, axis_vertex)
    plain = np.arange(n, dtype=np.float64)
    best, entries = _first(search, n)
    if entries < WORTH_A_SEARCH:
        return np.array(best, dtype=np.int64)
    tries = int(min(_MAX_TRIES, _SHARE * entries * _SECONDS_PER_ENTRY / (n * _SECONDS_PER_VERTEX)))
    rng = np.random.default_rng(0)
    for turn in range(-2, tries):
        yield None
        rule, weighted = (DEGREE, False) if turn == -1 else (FILL, turn % 2 == 1)
        ranks = plain if turn < 0 else rng.random(n)
        order, found = search(rule, weighted, ranks, entries * _BETTER)
        if order is not None and found < entries * _BETTER:
            best, entries = order, found
    return np.array(best, dtype=np.int64)


def first_order(cards: Ints, axis_start: Ints, axis_vertex: Ints) -> Ints:
    """Return the first order that `choose_order` tries; arguments as there."""
    return np.array(_first(_search_on(cards, axis_start, axis_vertex), len(cards))[0], dtype=np.int64)


def _first(search: Search, n: int) -> tuple[list[int], float]:
    order, entries = search(FILL, True, np.arange(n, dtype=np.float64), inf)
    assert order is not None  # there is no bound to meet
    return order, entries


def _search_on(cards: Ints, axis_start: Ints, axis_vertex: Ints) -> Search:
    n = len(cards)
    if n < 2:
        return lambda *_: (list(range(n)), 0.0)
    # Logs as whole numbers of a small unit: their sums are exact, so ties do not depend on the order of addition.
    log_size = np.round(np.log(cards) / UNIT)
    begin, degree, near = neighbour_lists(n, axis_start, axis_vertex)
    if greedy.compiled or n > _MASKS_UP_TO:
        return _on_lists(cards, log_size, begin, degree, near)
    return _on_masks(log_size * UNIT, begin, degree, near)


def neighbour_lists(n: int, axis_start: Ints, axis_vertex: Ints) -> tuple[Ints, Ints, Ints]:
    """Return where each vertex's neighbours begin, how many there are, and all of them."""
    heads, stamp, begin, degree = np.zeros((4, n), dtype=np.int64)
    links = np.zeros(2 * len(axis_vertex), dtype=np.int64)
    capacity, total = 4 * len(axis_vertex) + 64, -1
    while total < 0:
        capacity *= 4
        near = np.zeros(capacity, dtype=np.int64)
        total = neighbours.scalar(n, axis_start, axis_vertex, heads, links, stamp, begin, degree, near)
    return begin, degree, near[:total]


def _on_lists(cards: Ints, log_size: Floats, begin: Ints, degree: Ints, near: Ints) -> Search:
    n = len(cards)
    ones, sizes = np.ones(n), cards.astype(np.float64)
    capacity = 4 * len(near) + 16 * n

    def search(rule: int, weighted: bool, ranks: Floats, bound: float) -> tuple[list[int] | None, float]:
        nonlocal capacity
        size = sizes if weighted else ones
        while True:
            pool = np.zeros(capacity, dtype=np.int64)
            pool[: len(near)] = near
            numbers = np.zeros((5, n))
            whole = np.zeros((8, n), dtype=np.int64)
            status = greedy.scalar(
                n,
                rule,
                bound,
                log_size,
                size,
                ranks,
                begin.copy(),
                degree.copy(),
                degree.copy(),
                pool,
                *numbers,
                *whole,
            )
            if status == 0:
                return whole[-1].tolist(), float(numbers[1][0])
            if status == 1:
                return None, bound
            capacity *= 2

    return search


def _on_masks(log_size: Floats, begin: Ints, degree: Ints, near: Ints) -> Search:
    logs = log_size.tolist()
    bounds, flat = [*begin.tolist(), len(near)], near.tolist()
    masks = [sum(1 << u for u in flat[a:b]) for a, b in pairwise(bounds)]

    def search(rule: int, weighted: bool, ranks: Floats, bound: float) -> tuple[list[int] | None, float]:
        if rule == DEGREE:
            order = min_degree(masks, ranks.tolist())
        else:
            order = (weighted_min_fill if weighted else min_fill)(masks, logs, ranks.tolist())
        return order, exp(min(700.0, log_total_entries(masks, order, logs)))

    return search
