"""How are random trees and random graphs drawn, each with its stated distribution?

`random_tree` is uniform over the n^(n-2) labelled trees, by Pruefer's bijection (Pruefer 1918). `random_graph` is
Erdos and Renyi's: each edge by itself with probability p, or m edges uniformly among all sets of m (Batagelj and
Brandes 2005 for drawing them in time linear in their number).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from models.errors import ModelError
from models.ugm import UGM

from .shapes import free_model
from .sketch import Edge, Size, Sketch, check_count, check_size, named

_WEIGHTS = 0x5EED  # parts the stream that draws weights from the one that draws the graph


def pruefer_edges(code: Sequence[int], n: int) -> list[tuple[int, int]]:
    """Return the edges of the tree on 0..n-1 whose Pruefer code is given, each smaller end first.

    Parameters
    ----------
    code : sequence of int, length n - 2
    n : int
        At least 2.
    """
    degree = [1] * n
    for v in code:
        degree[v] += 1
    leaves = [v for v in range(n) if degree[v] == 1]
    heapify(leaves)
    edges = []
    for v in code:
        leaf = heappop(leaves)
        edges.append((min(leaf, v), max(leaf, v)))
        degree[v] -= 1
        if degree[v] == 1:
            heappush(leaves, v)
    last = heappop(leaves), heappop(leaves)
    edges.append((min(last), max(last)))
    return edges


def random_tree_sketch(n: int, seed: int = 540) -> Sketch:
    """Return a labelled tree drawn uniformly."""
    check_count("A tree", n)
    check_size(Size(n, n - 1, 0))
    names = named("x", n)
    if n < 2:
        return Sketch(names, ())
    code = np.random.default_rng(seed).integers(n, size=n - 2).tolist()
    return Sketch(names, _called(names, sorted(pruefer_edges(code, n))))


def random_tree(n: int, seed: int = 540, n_states: int = 2, strength: float = 1.0) -> UGM:
    """Return a tree on x1..xn drawn uniformly among all labelled trees; its treewidth is 1.

    Parameters
    ----------
    n : int
        Variables.
    seed : int
        Draws the tree and the weights.
    n_states : int
        Of each variable.
    strength : float
        Standard deviation of the weights (log potentials).
    """
    return free_model(random_tree_sketch(n, seed), n_states, seed ^ _WEIGHTS, strength)


def random_graph_sketch(n: int, p: float | None = None, m: int | None = None, seed: int = 540) -> Sketch:
    """Return a random graph with edges drawn by probability or by number."""
    check_count("A graph", n)
    n_pairs = n * (n - 1) // 2
    if (p is None) == (m is None):
        raise ModelError("Give either the probability p of an edge or the number m of edges, not both.")
    rng = np.random.default_rng(seed)
    if m is not None:
        if not 0 <= m <= n_pairs:
            raise ModelError(
                f"{n} variables have {n_pairs:,} pairs, so there cannot be {m:,} edges. Give 0 to {n_pairs:,}."
            )
        check_size(Size(n, m, 0))
        ranks = rng.choice(n_pairs, size=m, replace=False, shuffle=False) if m else np.zeros(0, dtype=np.int64)
    else:
        if p is None or not 0 <= p <= 1:
            raise ModelError(f"{p} is not a probability. Give a number from 0 to 1.")
        n_edges = int(rng.binomial(n_pairs, p)) if n_pairs else 0  # given their number, all sets of edges are alike
        check_size(Size(n, n_edges, 0))
        ranks = rng.choice(n_pairs, size=n_edges, replace=False, shuffle=False) if n_edges else np.zeros(0, np.int64)
    names = named("x", n)
    return Sketch(names, _called(names, sorted(_pair(int(rank)) for rank in ranks)))


def _pair(rank: int) -> tuple[int, int]:
    """Return the pair (i, j), i < j, of this rank when pairs are sorted by j and then by i."""
    j = (1 + math.isqrt(8 * rank + 1)) // 2
    return rank - j * (j - 1) // 2, j


def _called(names: Sequence[str], pairs: Sequence[tuple[int, int]]) -> tuple[Edge, ...]:
    return tuple((names[i], names[j]) for i, j in pairs)


def random_graph(
    n: int, p: float | None = None, m: int | None = None, seed: int = 540, n_states: int = 2, strength: float = 1.0
) -> UGM:
    """Return an Erdos-Renyi random graph on x1..xn.

    Parameters
    ----------
    n : int
        Variables.
    p : float, optional
        Probability of each edge, by itself.
    m : int, optional
        Number of edges instead; all graphs with so many are equally likely.
    seed, n_states, strength
        As for `random_tree`.

    Raises
    ------
    ModelError
        Neither or both of p and m, or one out of range.
    TooLargeError
        More variables, edges or table entries than can be drawn.
    """
    return free_model(random_graph_sketch(n, p, m, seed), n_states, seed ^ _WEIGHTS, strength)
