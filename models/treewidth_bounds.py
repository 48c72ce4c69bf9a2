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

from .elimination import eliminate, induced_width, min_degree_steps, min_fill_steps
from .graph import members
from .steps import Steps, drain

_TRIES, _WORK = 2, 4e4  # with random ties; pairs of vertices that share a clique, of all tries, in a few ms
_SEED = 19740203


def contraction_bound(masks: Sequence[int], ties: Sequence[float] | None = None) -> int:
    """Return a lower bound on the treewidth; see `contraction_bound_steps`."""
    return drain(contraction_bound_steps(masks, ties))


def contraction_bound_steps(masks: Sequence[int], ties: Sequence[float] | None = None) -> Steps[int]:
    """Return a lower bound on the treewidth by contracting vertices of least degree; yield None after each.

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
        yield
    return bound


def greedy_bound_steps(
    masks: Sequence[int], ties: Sequence[float] | None = None, with_degree: bool = True, with_fill: bool = True
) -> Steps[tuple[int, list[int]]]:
    """Return the smaller induced width of a min-degree and a min-fill order, and that order; yield None often.

    Parameters
    ----------
    masks : sequence of int
    ties : sequence of float, optional
        As in `min_fill`.
    with_degree, with_fill : bool
        Which of the two to try.
    """
    orders = []
    if with_degree:
        order = yield from min_degree_steps(masks, ties)
        orders.append((induced_width(masks, order), order))
    if with_fill:
        order = yield from min_fill_steps(masks, ties=ties)
        orders.append((induced_width(masks, order), order))
    return min(orders, key=lambda pair: pair[0])


def varied_bound_steps(masks: Sequence[int], lower: int, with_fill: bool = True) -> Steps[tuple[int, list[int]]]:
    """Return the best of `greedy_bound_steps` with the first ties and, on small graphs, a few random ones.

    Ties matter: on a Hanoi graph of 64 vertices min-fill and min-degree both find 15 or 16, depending on them alone.

    Parameters
    ----------
    masks : sequence of int
    lower : int
        A lower bound on the treewidth, at which there is no need to go on.
    with_fill : bool
        As in `greedy_bound_steps`.
    """
    width, order = yield from greedy_bound_steps(masks, with_fill=with_fill)
    cost = sum(clique.bit_count() ** 2 for clique in eliminate(masks, order))
    rng = np.random.default_rng(_SEED)
    for _ in range(min(_TRIES, int(_WORK / max(1, cost)))):
        if width <= lower:
            break
        ties = rng.random(len(masks)).tolist()
        found = yield from greedy_bound_steps(masks, ties, with_fill=with_fill)
        width, order = min((width, order), found, key=lambda pair: pair[0])
    return width, order
