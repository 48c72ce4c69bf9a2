"""How is a graph drawn in layers: which variables share a row, in which order, and where along it?

Layers are given (named groups), or follow the arcs of a Bayesian network, or the distance from a root. Within layers
the order is chosen by barycentre sweeps, which leave few crossings (Sugiyama, Tagawa and Toda 1981); a sweep counts
only if it makes fewer, so an order that is as good as any stays. Places along a row minimise the squared distance to
the neighbours above and below with a least gap, exactly, by pooling adjacent violators.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

from .layout_points import breadth_first
from .steps import Steps

_SWEEPS = 8
_ALIGNMENTS = 12
_WIDEST = 60  # variables in a row before it is folded, or three times the root of all
SAG = 80.0  # how much a row bends for edges that would run through its own variables

Rows = list[list[int]]
Near = Sequence[Sequence[int]]


def bow(k: int, n: int, sag: float) -> float:
    """Return how far the k-th of n places of a bent row lies above its ends."""
    half = max((n - 1) / 2, 0.5)
    return sag * (1.0 - ((k - (n - 1) / 2) / half) ** 2)


def sag_of(n: int) -> float:
    """Return how much a row of n bends at least, so that no three neighbours stand on a line."""
    return SAG + 6.0 * n


# --- which layer -------------------------------------------------------------------------------------------------


def depth_layers(members: Sequence[int], near: Near, root: int) -> Rows:
    """Return the vertices of one component by their distance from a root, each layer in the order of `members`."""
    depth = breadth_first(root, near)
    rows: Rows = [[] for _ in range(max(depth.values()) + 1)]
    for i in members:
        rows[depth[i]].append(i)
    return rows


def arc_layers(members: Sequence[int], parents: Mapping[int, Sequence[int]]) -> Rows:
    """Return the vertices of one component by the longest path of arcs that leads to them; empty for a circle of arcs.

    A vertex without arcs into it then moves down to just above its highest child, where its arcs are short.
    """
    children: dict[int, list[int]] = {i: [] for i in members}
    waiting = {i: len(parents.get(i, ())) for i in members}
    for i in members:
        for parent in parents.get(i, ()):
            children[parent].append(i)
    level = dict.fromkeys(members, 0)
    ready = [i for i in members if not waiting[i]]
    done = []
    while ready:
        i = ready.pop()
        done.append(i)
        for child in children[i]:
            level[child] = max(level[child], level[i] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    if len(done) < len(members):
        return []
    for i in members:
        if not parents.get(i) and children[i]:
            level[i] = min(level[child] for child in children[i]) - 1
    least = min(level.values())
    rows: Rows = [[] for _ in range(max(level.values()) - least + 1)]
    for i in members:
        rows[level[i] - least].append(i)
    return [row for row in rows if row]


# --- in which order ----------------------------------------------------------------------------------------------


def ordered_steps(rows: Rows, near: Near) -> Steps[Rows]:
    """Reorder each row so that few edges cross; yields None between sweeps."""
    best = [list(row) for row in rows]
    cost = _cost(best, near)
    trial = best
    for sweep in range(_SWEEPS):
        if not cost:
            break
        trial = _swept(trial, near, downwards=sweep % 2 == 0)
        yield None
        now = _cost(trial, near)
        if now < cost:
            best, cost = [list(row) for row in trial], now
        yield None
    return best


def _swept(rows: Rows, near: Near, downwards: bool) -> Rows:
    """Sort every row by the mean place of its neighbours in the row before."""
    rows = [list(row) for row in rows]
    order = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
    for k in order:
        fixed = {i: place for place, i in enumerate(rows[k - 1 if downwards else k + 1])}
        stretch = len(rows[k]) / max(len(fixed), 1)
        wanted = {}
        for place, i in enumerate(rows[k]):
            ends = [fixed[j] for j in near[i] if j in fixed]
            wanted[i] = stretch * (sum(ends) / len(ends) + 0.5) if ends else place + 0.5
        rows[k].sort(key=wanted.__getitem__)  # stable: equals stay in their order
    return rows


def _cost(rows: Rows, near: Near) -> float:
    """Return the crossings between neighbouring rows, and how far apart the ends of edges inside a row are."""
    place = {i: k for row in rows for k, i in enumerate(row)}
    level = {i: r for r, row in enumerate(rows) for i in row}
    cost = 0
    for r, row in enumerate(rows):
        seen: list[int] = []
        for i in row:
            below = sorted(place[j] for j in near[i] if level.get(j) == r + 1)
            cost += sum(len(seen) - bisect_left(seen, end + 1) for end in below)
            for end in below:
                insort(seen, end)
            cost += sum(place[j] - place[i] - 1 for j in near[i] if level.get(j) == r and place[j] > place[i])
    return cost


# --- where along the row -------------------------------------------------------------------------------------------


def aligned(rows: Rows, near: Near) -> list[list[float]]:
    """Return places along each row, in units of the least gap: near what a variable is joined to above and below."""
    level = {i: r for r, row in enumerate(rows) for i in row}
    at = {i: k - (len(row) - 1) / 2 for row in rows for k, i in enumerate(row)}
    for turn in range(_ALIGNMENTS):
        for r in range(len(rows)) if turn % 2 == 0 else reversed(range(len(rows))):
            wanted, weights = [], []
            for i in rows[r]:
                ends = [at[j] for j in near[i] if level.get(j) is not None and level[j] != r]
                wanted.append(sum(ends) / len(ends) if ends else at[i])
                weights.append(float(len(ends)) or 0.1)
            at.update(zip(rows[r], spaced(wanted, weights), strict=True))
    return [[at[i] for i in row] for row in rows]


def spaced(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the places nearest to the wanted ones, in weighted squares, that are at least 1 apart and in this order.

    With y_k = x_k - k the gaps are y_k <= y_(k+1): an isotonic regression, solved by pooling adjacent violators
    (Barlow et al. 1972).
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for k, (x, weight) in enumerate(zip(wanted, weights, strict=True)):
        mean, total, n = x - k, weight, 1
        while pools and pools[-1][0] > mean:
            before, its, count = pools.pop()
            mean = (before * its + mean * total) / (its + total)
            total, n = total + its, n + count
        pools.append((mean, total, n))
    levels = [mean for mean, _, n in pools for _ in range(n)]
    return [mean + k for k, mean in enumerate(levels)]


# --- all of it -----------------------------------------------------------------------------------------------------


def rows_steps(
    rows: Rows, near: Near, spacing: float, down: float, reorder: bool = True
) -> Steps[dict[int, tuple[float, float]]]:
    """Return the place of each vertex for layers from top to bottom.

    Parameters
    ----------
    rows : list of list of int
    near : sequence of sequences of int
        Neighbours of each vertex.
    spacing, down : float
        Least gap along a row, and between rows.
    reorder : bool
        Whether the order within rows may change.
    """
    total = sum(map(len, rows))
    widest = max(_WIDEST, math.ceil(3 * math.sqrt(total)))
    if reorder:
        rows = yield from ordered_steps(rows, near)
    if any(len(row) > widest for row in rows):
        return _folded(rows, widest, spacing, down)
    along = aligned(rows, near)
    yield None
    places: dict[int, tuple[float, float]] = {}
    y = 0.0
    for row, xs in zip(rows, along, strict=True):
        rank = {i: k for k, i in enumerate(row)}
        bent = any(rank.get(j, rank[i]) > rank[i] + 1 for i in row for j in near[i])
        sag = sag_of(len(row)) if bent else 0.0
        y += sag
        for k, (i, x) in enumerate(zip(row, xs, strict=True)):
            places[i] = (spacing * x, y - bow(k, len(row), sag))
        y += down
    return places


def _folded(rows: Rows, widest: int, spacing: float, down: float) -> dict[int, tuple[float, float]]:
    """Place rows that are too wide for any screen in several lines each, every other one half a gap aside."""
    places = {}
    y = 0.0
    for row in rows:
        for line in range(0, len(row), widest):
            part = row[line : line + widest]
            aside = 0.25 if (line // widest) % 2 else -0.25
            for k, i in enumerate(part):
                places[i] = (spacing * (k - (len(part) - 1) / 2 + (aside if len(row) > widest else 0.0)), y)
            y += down
        y += 0.4 * down
    return places
