"""How do the vertices of one connected graph get places that follow their distances in the graph?

Up to `MAX_STRESS_NODES` vertices by stress majorization (Gansner, Koren and North 2004): minimise
sum_{i<j} w_ij (|x_i - x_j| - d_ij)^2 with d_ij the graph distance and w_ij = d_ij^-2, each step solving one Laplace
system for x and y whose matrix never changes. Beyond that by the distances to a few far apart vertices alone (Brandes
and Pich 2007), with a cell of its own for every vertex.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.steps import Steps

CELL = 100.0
MAX_STRESS_NODES = 300
_N_PIVOTS = 50
_SEED = 540
_ROUNDS = 120
_TOLERANCE = 1e-4


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


def stress_steps(members: list[int], near: list[list[int]]) -> Steps[NDArray[np.float64]]:
    """Majorize the stress of one component; yields None after each round, returns points in units of one edge."""
    reached = (breadth_first(i, near) for i in members)
    distance = np.array([[steps[j] for j in members] for steps in reached], dtype=np.float64)
    n = len(distance)
    weight = np.zeros((n, n))
    off = ~np.eye(n, dtype=bool)
    weight[off] = distance[off] ** -2
    # On vectors that sum to zero, the inverse of L + 11'/n is the pseudo-inverse of the Laplacian L.
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1.0 / n)
    points = _scaled(distance)
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
        yield None
    return points


def _scaled(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the start: classical scaling of the distances (Torgerson 1952), with noise to part equal points."""
    inner = _centred(distance)
    values, vectors = np.linalg.eigh(inner)
    noise = np.random.default_rng(_SEED).standard_normal((len(distance), 2))
    return np.asarray(vectors[:, -1:-3:-1] * np.sqrt(np.maximum(values[-1:-3:-1], 0.0)) + 0.05 * noise)


def _centred(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    square = distance**2
    return np.asarray(-0.5 * (square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()))


def pivot_steps(members: list[int], near: list[list[int]]) -> Steps[NDArray[np.float64]]:
    """Place a large component by its distances to a few vertices far from each other (Brandes and Pich 2007)."""
    distance = np.empty((len(members), _N_PIVOTS))
    nearest = np.full(len(members), np.inf)
    pivot = 0
    for k in range(_N_PIVOTS):
        reached = breadth_first(members[pivot], near)
        distance[:, k] = [reached[i] for i in members]
        nearest = np.minimum(nearest, distance[:, k])
        pivot = int(np.argmax(nearest))
        yield None
    inner = _centred(distance)
    _, vectors = np.linalg.eigh(inner.T @ inner)
    points = inner @ vectors[:, -1:-3:-1]
    noise = np.random.default_rng(_SEED).standard_normal(points.shape)
    place = {i: k for k, i in enumerate(members)}
    spans = [points[place[i]] - points[place[j]] for i in members for j in near[i] if i < j]
    return np.asarray(points / np.sqrt((np.array(spans) ** 2).sum(axis=1).mean()) + 0.1 * noise)


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
    """Scale a picture up, by at most three, when nodes would cover each other; in a large one each gets a cell."""
    if len(points) > MAX_STRESS_NODES:
        return _in_cells(points * 1.5)
    gaps = np.abs(points[:, None, :] - points[None, :, :]).max(axis=2)
    np.fill_diagonal(gaps, np.inf)
    return points * min(3.0, max(1.0, 100.0 / max(float(gaps.min()), 1e-9)))


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
