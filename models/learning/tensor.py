"""How are the expected statistics of a small model computed fast?

While the joint has about a million states at most, the whole distribution fits in one array p. Its marginals on many
overlapping scopes are summed through a tree of ever smaller tables: the root is the joint, every child lies inside its
parent, and each scope's table is a node. Upwards, log tables are added to their parents; downwards, sums of p are
summed again. With the complete graph on 20 binary variables this takes 9 passes over the joint instead of 380.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from models.factor import Floats
from models.steps import Steps

from .parameters import layout

_SLOW = 1 << 17  # entries of a table that takes milliseconds to pass over
_CALL = 5_000  # a NumPy call costs about as much as passing over this many entries
_EXPONENTS = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(slots=True)
class _Node:
    axes: tuple[int, ...]
    size: int
    place: int | None = None  # of the scope, when the table is one of the model's own
    children: list[_Node] = field(default_factory=list)


def _build(
    axes: tuple[int, ...], places: list[int], scopes: Sequence[tuple[int, ...]], n: Sequence[int], e: float
) -> _Node:
    """Return a tree of tables over `axes` that holds the scopes at `places`; children have up to size**e entries."""
    node = _Node(axes, prod(n[a] for a in axes))
    left = []
    for place in places:
        if scopes[place] == axes:
            node.place = place
        else:
            left.append(place)
    left.sort(key=lambda place: (-prod(n[a] for a in scopes[place]), scopes[place]))
    limit = node.size**e
    while left:
        union = set(scopes[left[0]])
        for place in left[1:]:
            wider = union | set(scopes[place])
            size = prod(n[a] for a in wider)
            if len(wider) < len(axes) and (size <= limit or size == prod(n[a] for a in union)):
                union = wider
        inside = [place for place in left if union.issuperset(scopes[place])]
        left = [place for place in left if place not in inside]
        node.children.append(_build(tuple(sorted(union)), inside, scopes, n, e))
    node.children.sort(key=lambda child: child.axes[::-1])  # early sums then stay small until a late axis comes in
    return node


def _cost(node: _Node) -> float:
    return sum(node.size + _CALL + _cost(child) for child in node.children)


class TensorMoments:
    """Expected statistics by summing the joint distribution.

    Parameters
    ----------
    n_states : sequence of int
    scopes : sequence of tuple of int
        Different axes sets, each sorted.
    """

    def __init__(self, n_states: Sequence[int], scopes: Sequence[tuple[int, ...]]) -> None:
        n = tuple(n_states)
        self._n = n
        self._shapes = [tuple(n[a] for a in scope) for scope in scopes]
        self._parts = layout([prod(shape) for shape in self._shapes])
        everything = tuple(range(len(n)))
        trees = (_build(everything, list(range(len(scopes))), scopes, n, e) for e in _EXPONENTS)
        self._root = min(trees, key=_cost)

    def steps(self, weights: Floats) -> Steps[tuple[float, Floats]]:
        """Compute log Z and the expected statistics.

        Parameters
        ----------
        weights : ndarray, shape (n_weights,)
            Log tables, flattened in row-major order, one scope after the other; finite.

        Returns
        -------
        log_z : float
        expected : ndarray, shape (n_weights,)
            Probability of each cell, laid out like `weights`.
        """
        joint = yield from self._gather(self._root, weights)
        if joint.shape != self._n:
            joint = np.broadcast_to(joint, self._n)
        top = float(joint.max())
        joint = np.exp(joint - top)
        total = float(joint.sum())
        joint /= total
        expected = np.empty_like(weights)
        yield from self._scatter(self._root, joint, expected)
        return top + float(np.log(total)), expected

    def _gather(self, node: _Node, weights: Floats) -> Steps[Floats]:
        """Return the sum of all log tables in the node's subtree, with size-one axes where none varies."""
        table: Floats | None = None
        if node.place is not None:
            table = weights[self._parts[node.place]].reshape(self._shapes[node.place])
        for child in node.children:
            part = yield from self._gather(child, weights)
            sizes = dict(zip(child.axes, part.shape, strict=True))
            part = part.reshape([sizes.get(a, 1) for a in node.axes])
            table = part if table is None else table + part
            if node.size >= _SLOW:
                yield None
        return np.zeros((1,) * len(node.axes)) if table is None else table

    def _scatter(self, node: _Node, table: Floats, expected: Floats) -> Steps[None]:
        """Write the marginals of every scope in the node's subtree."""
        if node.place is not None:
            expected[self._parts[node.place]] = table.reshape(-1)
        for child in node.children:
            summed = tuple(k for k, a in enumerate(node.axes) if a not in child.axes)
            yield from self._scatter(child, table.sum(axis=summed), expected)
            if node.size >= _SLOW:
                yield None
