"""How do the vertices of one connected graph get places that follow their distances in the graph?

Up to `MAX_STRESS_NODES` vertices by stress majorization (Gansner, Koren and North 2004): minimise
sum_{i<j} w_ij (|x_i - x_j| - d_ij)^2 with d_ij the graph distance and w_ij = d_ij^-2, each step solving one Laplace
system for x and y whose matrix never changes. Beyond that by the distances to a few far apart vertices alone (Brandes
and Pich 2007), then relaxed by the stress of these distances and the edges (Ortmann, Klimenta and Brandes 2016), with a
cell of its own for every vertex.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.steps import Steps

CELL = 100.0
ROOMIER = 1.5  # how much further apart large graphs are drawn, so that cells move nothing far
MAX_STRESS_NODES = 300
_N_PIVOTS = 50
SEED = 540
_ROUNDS = 120
_TOLERANCE = 1e-4
_SPARSE_ROUNDS = 40
_MOST_SCALED, _PUSHES = 3.0, 200
_DAMPING = 0.6  # of a round in which all vertices move at once


def breadth_first(start: int, near: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return the distance from `start` of everything it reaches, nearest first."""
    distance = {start: 0}
    queue = deque([start])
    while queue:
        i = queue.popleft()
        for j in near[i]:
            if j not in distance:
                distance[j] = distance[i] + 1
                queue.append(j)
    return distance


def stress_steps(
    members: list[int], near: list[list[int]], edges: NDArray[np.int64], seed: int = SEED
) -> Steps[NDArray[np.float64]]:
    """Majorize the stress of one component; yields and returns points in units of one edge, upright like the result."""
    reached = (breadth_first(i, near) for i in members)
    distance = np.array([[steps[j] for j in members] for steps in reached], dtype=np.float64)
    n = len(distance)
    weight = np.zeros((n, n))
    off = ~np.eye(n, dtype=bool)
    weight[off] = distance[off] ** -2
    # On vectors that sum to zero, the inverse of L + 11'/n is the pseudo-inverse of the Laplacian L.
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1.0 / n)
    points = _scaled(distance, seed)
    before = np.inf
    for _ in range(_ROUNDS):
        step = points[:, None, :] - points[None, :, :]
        length = np.sqrt((step**2).sum(axis=2))
        stress = float((weight * (length - distance) ** 2).sum())
        if before - stress <= _TOLERANCE * stress:
            break
        before = stress
        pull = np.zeros((n, n))
        apart = length > 1e-9
        pull[apart] = weight[apart] * distance[apart] / length[apart]
        points = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ points)
        yield upright(points, edges) if n > 2 else points
    return points


def _scaled(distance: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the start: classical scaling of the distances (Torgerson 1952), with noise to part equal points."""
    inner = _centred(distance)
    values, vectors = np.linalg.eigh(inner)
    noise = np.random.default_rng(seed).standard_normal((len(distance), 2))
    return np.asarray(vectors[:, -1:-3:-1] * np.sqrt(np.maximum(values[-1:-3:-1], 0.0)) + 0.05 * noise)


def _centred(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    square = distance**2
    return np.asarray(-0.5 * (square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()))


def pivot_steps(
    members: list[int], near: list[list[int]], edges: NDArray[np.int64], seed: int = SEED
) -> Steps[NDArray[np.float64]]:
    """Place a large component by its distances to a few vertices far from each other (Brandes and Pich 2007).

    Yields None while it measures distances and points, in units of one edge, while it relaxes them.
    """
    distance = np.empty((len(members), _N_PIVOTS))
    nearest = np.full(len(members), np.inf)
    pivots = []
    pivot = 0
    for k in range(_N_PIVOTS):
        reached = breadth_first(members[pivot], near)
        distance[:, k] = [reached[i] for i in members]
        pivots.append(pivot)
        nearest = np.minimum(nearest, distance[:, k])
        pivot = int(np.argmax(nearest))
        yield None
    inner = _centred(distance)
    _, vectors = np.linalg.eigh(inner.T @ inner)
    points = inner @ vectors[:, -1:-3:-1]
    noise = np.random.default_rng(seed).standard_normal(points.shape)
    spans = points[edges[:, 0]] - points[edges[:, 1]]
    points = np.asarray(points / np.sqrt((spans**2).sum(axis=1).mean()) + 0.1 * noise)
    yield upright(points, edges)
    return (yield from _relaxed_steps(points, distance, np.array(pivots), edges))


def _relaxed_steps(
    points: NDArray[np.float64], distance: NDArray[np.float64], pivots: NDArray[np.int64], edges: NDArray[np.int64]
) -> Steps[NDArray[np.float64]]:
    """Lower the stress of edges and of distances to the pivots, all vertices at once and damped.

    A pivot stands for the vertices that are nearer to it than to any other pivot: the term of vertex i and pivot p has
    weight s / d^2 with s the number of those at most d / 2 from p, d the distance from i to p (Ortmann et al., eq. 5).
    Each round puts a vertex where its terms want it on average, a step of local majorization (Gansner et al., sec. 4).
    """
    n, n_pivots = distance.shape
    home = distance.argmin(axis=1)
    weight = np.zeros_like(distance)
    for p in range(n_pivots):
        region = np.sort(distance[home == p, p])
        weight[:, p] = np.searchsorted(region, distance[:, p] / 2, side="right")
    apart = distance > 1  # a pivot is not pulled to itself, and an edge has its own term
    weight[apart] /= distance[apart] ** 2
    weight[~apart] = 0.0
    a, b = edges[:, 0], edges[:, 1]
    total = weight.sum(axis=1) + np.bincount(a, minlength=n)
    for _ in range(_SPARSE_ROUNDS):
        away = points[:, None, :] - points[pivots][None, :, :]
        length = np.maximum(np.sqrt((away**2).sum(axis=2)), 1e-9)
        share = weight * distance / length
        wanted = (share[:, :, None] * away).sum(axis=1) + weight @ points[pivots]
        span = points[a] - points[b]
        unit = span / np.maximum(np.sqrt((span**2).sum(axis=1)), 1e-9)[:, None] + points[b]
        for axis in (0, 1):
            wanted[:, axis] += np.bincount(a, weights=unit[:, axis], minlength=n)
        points = points + _DAMPING * (wanted / np.maximum(total, 1e-9)[:, None] - points)
        yield upright(points, edges)
    return points


def upright(points: NDArray[np.float64], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Turn a picture so that its edges run across and down as far as they can, and so that it is wider than high."""
    spans = points[edges[:, 0]] - points[edges[:, 1]]
    along = spans[:, 0] + 1j * spans[:, 1]
    angle = float(np.angle((along**4).sum())) / 4  # the same for all four ways in which a lattice is upright
    turned = points @ np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if np.ptp(turned[:, 1]) > np.ptp(turned[:, 0]):
        turned = turned[:, ::-1]
    return np.asarray(turned * np.where(turned[0] > 1e-9, -1.0, 1.0))


def uncrowded(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale a picture up, by at most three, when nodes would cover each other; in a large one each gets a cell.

    Nodes that still are too near push each other aside.
    """
    if len(points) > MAX_STRESS_NODES:
        return _in_cells(points * ROOMIER)
    gaps = np.abs(points[:, None, :] - points[None, :, :]).max(axis=2)
    np.fill_diagonal(gaps, np.inf)
    scale = max(1.0, CELL / max(float(gaps.min()), 1e-9))
    return points * scale if scale <= _MOST_SCALED else _pushed(points * _MOST_SCALED)


def _pushed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move overlapping points apart along the axis on which they overlap less; where that never ends, take cells."""
    points = points.copy()
    later = np.tri(len(points), k=-1, dtype=bool)
    for _ in range(_PUSHES):
        away = points[:, None, :] - points[None, :, :]
        overlap = CELL + 0.5 - np.abs(away)
        overlap[np.diag_indices(len(points))] = 0.0
        touching = overlap.min(axis=2) > 0.5
        if not touching.any():
            return points
        axis = overlap.argmin(axis=2)
        push = np.where(touching, overlap.min(axis=2), 0.0)
        sign = np.where((away > 0) | ((away == 0) & later[:, :, None]), 1.0, -1.0)
        for k in (0, 1):
            points[:, k] += 0.5 * np.where(axis == k, push * sign[:, :, k], 0.0).sum(axis=1)
    return _in_cells(points)


def _in_cells(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move every point to the nearest cell of a lattice that no earlier point has taken."""
    taken: set[tuple[int, int]] = set()
    order: list[tuple[int, int]] = []
    first_free: dict[tuple[int, int], int] = {}  # rings round a cell that are known to be full
    for x, y in np.rint(points / CELL).astype(int).tolist():
        ring = first_free.get((x, y), 0)
        while (cell := next((c for c in _ring(x, y, ring) if c not in taken), None)) is None:
            ring += 1
        first_free[x, y] = ring
        taken.add(cell)
        order.append(cell)
    return np.array(order, dtype=np.float64) * CELL


def _ring(x: int, y: int, r: int) -> list[tuple[int, int]]:
    """Return the cells at distance r in the larger of both directions."""
    if r == 0:
        return [(x, y)]
    across = range(-r, r + 1)
    return [(x + d, y + e) for d in across for e in (-r, r)] + [(x + e, y + d) for d in across[1:-1] for e in (-r, r)]
