"""In which order should vertices be eliminated, and what does an order cost?

Eliminating a vertex joins its neighbours pairwise and removes it; vertex and neighbours are its clique. The largest
clique, less one, is the induced width of the order, an upper bound on the treewidth; the tables over the cliques are
what exact inference costs. The greedy orders here keep the price of every vertex up to date: a new edge (a, b) takes
one missing pair from each common neighbour of a and b, and brings new ones only to a and b themselves. See Koller and
Friedman (2009), section 9.4.3, and Bodlaender and Koster, Treewidth computations I: upper bounds (2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import exp, inf, log

from .errors import ModelError
from .graph import members
from .steps import Steps, drain


def min_fill(
    masks: Sequence[int], weights: Sequence[float] | None = None, ties: Sequence[float] | None = None
) -> list[int]:
    """Return an order that always eliminates a vertex whose neighbours lack the fewest edges.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks, as from `masks_of`.
    weights : sequence of float, optional
        Logs of the state counts. Ties go to the smallest sum over the closed neighbourhood, that is the smallest table;
        without weights, to the smallest degree.
    ties : sequence of float, optional
        What decides after that, smallest first; the vertex number by default. A random permutation varies the order.
    """
    return drain(min_fill_steps(masks, weights, ties))


def min_fill_steps(
    masks: Sequence[int], weights: Sequence[float] | None = None, ties: Sequence[float] | None = None
) -> Steps[list[int]]:
    """Return the order of `min_fill`, yielding None very often."""
    return _greedy_fill(masks, _Ones([1] * len(masks)), weights, ties)


def weighted_min_fill(
    masks: Sequence[int], log_sizes: Sequence[float], ties: Sequence[float] | None = None
) -> list[int]:
    """Return an order like `min_fill` in which a missing edge counts as the product of its ends' state counts.

    Parameters
    ----------
    masks : sequence of int
    log_sizes : sequence of float
        Natural logs of the state counts.
    ties : sequence of float, optional
        As in `min_fill`.
    """
    return drain(weighted_min_fill_steps(masks, log_sizes, ties))


def weighted_min_fill_steps(
    masks: Sequence[int], log_sizes: Sequence[float], ties: Sequence[float] | None = None
) -> Steps[list[int]]:
    """Return the order of `weighted_min_fill`, yielding None very often."""
    sizes = [max(1, round(exp(min(size, 40.0)))) for size in log_sizes]
    same = len(set(sizes)) <= 1
    return _greedy_fill(masks, _Ones([1] * len(masks)) if same else _Sizes(sizes), log_sizes, ties)


def min_degree(masks: Sequence[int], ties: Sequence[float] | None = None) -> list[int]:
    """Return an order that always eliminates a vertex of least degree; `ties` as in `min_fill`."""
    return drain(min_degree_steps(masks, ties))


def min_degree_steps(masks: Sequence[int], ties: Sequence[float] | None = None) -> Steps[list[int]]:
    """Return the order of `min_degree`, yielding None very often."""
    adjacent = list(masks)
    rank: Sequence[float] = range(len(adjacent)) if ties is None else ties
    heap = [(mask.bit_count(), rank[v], v) for v, mask in enumerate(adjacent)]
    heapify(heap)
    order, left = [], (1 << len(adjacent)) - 1
    while heap:
        degree, _, v = heappop(heap)
        near = adjacent[v]
        if not left >> v & 1 or near.bit_count() != degree:
            continue
        order.append(v)
        left ^= 1 << v
        clique = near | 1 << v
        for u in members(near):
            adjacent[u] = joined = (adjacent[u] | clique) & ~(1 << u | 1 << v)
            heappush(heap, (joined.bit_count(), rank[u], u))
        yield
    return order


def _greedy_fill(
    masks: Sequence[int], sizes: _Sizes, weights: Sequence[float] | None, ties: Sequence[float] | None
) -> Steps[list[int]]:
    """Min-fill with integer vertex sizes: the price of v is the sum of s_a s_b over missing pairs in N(v)."""
    n = len(masks)
    adjacent = list(masks)
    rank: Sequence[float] = range(n) if ties is None else ties
    price = [0] * n
    for v, near in enumerate(adjacent):
        for u in members(near):
            missing = near & ~adjacent[u] & ~(1 << u)
            if missing:
                price[v] += sizes[u] * sizes.total(missing)
        price[v] //= 2
    weight: list[float] = [float(near.bit_count()) for near in adjacent]
    share: Sequence[float] = [1.0] * n
    if weights is not None:
        share = weights
        weight = [weights[v] + sum(weights[u] for u in members(near)) for v, near in enumerate(adjacent)]

    heap = [(price[v], weight[v], rank[v], v) for v in range(n)]
    heapify(heap)
    order, left = [], (1 << n) - 1
    while heap:
        cost, closed, _, v = heappop(heap)
        if not left >> v & 1 or cost != price[v] or closed != weight[v]:
            continue
        order.append(v)
        left ^= 1 << v
        near = adjacent[v]
        changed = near
        if cost:
            for a in members(near):
                for b in members((near & ~adjacent[a]) >> (a + 1) << (a + 1)):
                    changed |= _join(adjacent, price, sizes, a, b)
                    weight[a] += share[b]
                    weight[b] += share[a]
                yield
        for u in members(near):
            adjacent[u] &= ~(1 << v)
            weight[u] -= share[v]
            unseen = adjacent[u] & ~near
            if unseen:
                price[u] -= sizes[v] * sizes.total(unseen)
        for u in members(changed & left):
            heappush(heap, (price[u], weight[u], rank[u], u))
        yield
    return order


def _join(adjacent: list[int], price: list[int], sizes: _Sizes, a: int, b: int) -> int:
    """Add the edge (a, b), keep all prices right, and return the vertices whose price changed."""
    common = adjacent[a] & adjacent[b]
    pair = sizes[a] * sizes[b]
    for c in members(common):
        price[c] -= pair
    price[a] += sizes[b] * sizes.total(adjacent[a] & ~common)
    price[b] += sizes[a] * sizes.total(adjacent[b] & ~common)
    adjacent[a] |= 1 << b
    adjacent[b] |= 1 << a
    return common


class _Sizes(tuple[int, ...]):
    """Integer vertex sizes that add up quickly when all are one."""

    def total(self, mask: int) -> int:
        """Return the sum over a set of vertices."""
        return sum(self[v] for v in members(mask))


class _Ones(_Sizes):
    """Sizes that are all one: a sum is a count."""

    def total(self, mask: int) -> int:
        """Return the number of vertices in a set."""
        return mask.bit_count()


def eliminate(masks: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return the clique of each elimination step: the vertex and its neighbours at that moment, as masks.

    Parameters
    ----------
    masks : sequence of int
    order : sequence of int
        Every vertex once.

    Raises
    ------
    ModelError
        The order leaves out a vertex or names one twice.
    """
    return eliminate_with_parents(masks, order)[0]


def eliminate_with_parents(masks: Sequence[int], order: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the cliques of `eliminate`, and for each the step that eliminates its next vertex, -1 for none.

    The clique without its first vertex lies inside the clique of that step: the steps form the elimination tree.
    """
    position = _positions(masks, order)
    gathered = list(masks)
    left = (1 << len(masks)) - 1
    cliques, parents = [], []
    for v in order:
        left ^= 1 << v
        later = gathered[v] & left
        cliques.append(later | 1 << v)
        parent = -1
        if later:
            parent = min(position[u] for u in members(later))
            # The fill edges of this step matter first when its earliest later neighbour goes: hand them there.
            gathered[order[parent]] |= later
        parents.append(parent)
    return cliques, parents


def _positions(masks: Sequence[int], order: Sequence[int]) -> list[int]:
    position = [-1] * len(masks)
    for k, v in enumerate(order):
        if not 0 <= v < len(masks) or position[v] >= 0:
            raise ModelError(f"An elimination order names each of the {len(masks)} vertices once; {v} does not fit.")
        position[v] = k
    if len(order) != len(masks):
        raise ModelError(f"The elimination order names {len(order)} of {len(masks)} vertices. Name each once.")
    return position


def induced_width(masks: Sequence[int], order: Sequence[int]) -> int:
    """Return the size of the largest clique of an order, less one; -1 for the graph without vertices."""
    return max((clique.bit_count() for clique in eliminate(masks, order)), default=0) - 1


def fill_edges(masks: Sequence[int], order: Sequence[int]) -> list[tuple[int, int]]:
    """Return the edges that elimination adds, as pairs (i, j) with i < j, in the order in which they appear."""
    seen = list(masks)
    added = []
    for clique in eliminate(masks, order):
        for a in members(clique):
            for b in members((clique & ~seen[a]) >> (a + 1) << (a + 1)):
                added.append((a, b))
                seen[a] |= 1 << b
                seen[b] |= 1 << a
    return added


def log_table_sizes(masks: Sequence[int], order: Sequence[int], log_sizes: Sequence[float]) -> list[float]:
    """Return the log of the number of table entries of each step's clique, in the order of elimination.

    Parameters
    ----------
    masks, order
        As in `eliminate`.
    log_sizes : sequence of float
        Natural logs of the state counts.
    """
    return [sum(log_sizes[v] for v in members(clique)) for clique in eliminate(masks, order)]


def log_total_entries(masks: Sequence[int], order: Sequence[int], log_sizes: Sequence[float]) -> float:
    """Return the log of the entries of all tables together; minus infinity for the graph without vertices."""
    sizes = log_table_sizes(masks, order, log_sizes)
    if not sizes:
        return -inf
    largest = max(sizes)
    return largest + log(sum(exp(size - largest) for size in sizes))
