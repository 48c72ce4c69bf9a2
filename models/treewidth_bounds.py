"""Between which numbers does the treewidth lie, before any search?

From below: contracting an edge never raises the treewidth, and a graph whose vertices all have degree d or more has
treewidth at least d. So contract a vertex of least degree again and again and keep the largest least degree seen; the
neighbour with the fewest common neighbours loses the fewest edges ("least-c": Bodlaender, Koster and Wolle 2006). It is
never below the degeneracy. From above: the induced width of greedy orders with ties broken at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from .elimination import induced_width, min_degree, min_fill
from .graph import members


def contraction_bound(masks: Sequence[int], ties: Sequence[float] | None = None) -> int:
    """Return a lower bound on the treewidth by contracting vertices of least degree.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks; -1 is returned for the graph without vertices.
    ties : sequence of float, optional
        Which of several vertices of least degree goes first; by number when not given.
    """
    adjacent = list(masks)
    rank: Sequence[float] = range(len(adjacent)) if ties is None else ties
    heap = [(mask.bit_count(), rank[v], v) for v, mask in enumerate(adjacent)]
    heapify(heap)
    gone = [False] * len(adjacent)
    left, bound = len(adjacent), -1
    while left > bound + 1:
        degree, _, v = heappop(heap)
        near = adjacent[v]
        if gone[v] or near.bit_count() != degree:
            continue
        gone[v] = True
        left -= 1
        bound = max(bound, degree)
        if not near:
            continue
        into = min(members(near), key=lambda u: ((adjacent[u] & near).bit_count(), rank[u]))
        gained = near & ~adjacent[into] & ~(1 << into)
        for u in members(near):
            adjacent[u] &= ~(1 << v)
            if gained >> u & 1:
                adjacent[u] |= 1 << into
            elif u != into:
                heappush(heap, (adjacent[u].bit_count(), rank[u], u))
        adjacent[into] |= gained
        heappush(heap, (adjacent[into].bit_count(), rank[into], into))
    return bound


def contraction_bounds(masks: Sequence[int], restarts: int, seed: int) -> int:
    """Return the best of several contraction bounds, the first without and the others with random ties."""
    rng = np.random.default_rng(seed)
    best = contraction_bound(masks)
    for _ in range(restarts):
        best = max(best, contraction_bound(masks, rng.random(len(masks)).tolist()))
    return best


def greedy_bound(masks: Sequence[int], ties: Sequence[float] | None = None) -> tuple[int, list[int]]:
    """Return the smaller induced width of a min-fill and a min-degree order, and that order."""
    orders = (min_fill(masks, ties=ties), min_degree(masks, ties=ties))
    widths = [induced_width(masks, order) for order in orders]
    return min(widths), orders[widths.index(min(widths))]
