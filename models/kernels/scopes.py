"""Which axes does each factor keep, where do they lie in its table, and who is joined to whom?

Functions use only scalars and indexing, so that before they are compiled they run on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .lazy import kernel

I = "int64[::1]"  # noqa: E741


@kernel(f"int64({', '.join([I] * 13)})")
def split_scopes(
    lengths: Any,
    flat: Any,
    cards: Any,
    vertex: Any,
    raw_start: Any,
    sizes: Any,
    axis_start: Any,
    axis_vertex: Any,
    axis_card: Any,
    axis_stride: Any,
    fixed_factor: Any,
    fixed_place: Any,
    fixed_stride: Any,
) -> int:
    """Part the axes of every factor into free and fixed ones, with their row-major strides.

    Parameters
    ----------
    lengths, flat : int64 arrays
        Length of each scope, and the variables of all of them by place.
    cards, vertex : int64 arrays
        State count of each variable, and its number among the free ones, -1 when it is fixed.
    raw_start, sizes : int64 arrays, written
        Where each table begins when all are laid end to end; entries over its free axes.
    axis_start, axis_vertex, axis_card, axis_stride : int64 arrays, written
        Free axes of factor f are those from `axis_start[f]` to `axis_start[f + 1]`.
    fixed_factor, fixed_place, fixed_stride : int64 arrays, written

    Returns
    -------
    int
        How many axes are fixed.
    """
    n_free, n_fixed, begin, raw = 0, 0, 0, 0
    axis_start[0] = 0
    for f in range(len(lengths)):
        raw_start[f] = raw
        size, stride = 1, 1
        for i in range(begin + lengths[f] - 1, begin - 1, -1):
            place = flat[i]
            if vertex[place] >= 0:
                axis_vertex[n_free] = vertex[place]
                axis_card[n_free] = cards[place]
                axis_stride[n_free] = stride
                size *= cards[place]
                n_free += 1
            else:
                fixed_factor[n_fixed] = f
                fixed_place[n_fixed] = place
                fixed_stride[n_fixed] = stride
                n_fixed += 1
            stride *= cards[place]
        sizes[f] = size
        raw += stride
        begin += lengths[f]
        axis_start[f + 1] = n_free
    return n_fixed


@kernel()
def sort_axes(position: Any, axis_start: Any, axis_vertex: Any, axis_card: Any, axis_stride: Any, scopes: Any) -> None:
    """Put the free axes of every factor in the order of elimination, and write their positions to `scopes`."""
    for f in range(len(axis_start) - 1):
        for i in range(axis_start[f], axis_start[f + 1]):
            v, card, stride = axis_vertex[i], axis_card[i], axis_stride[i]
            p = position[v]
            j = i - 1
            while j >= axis_start[f] and scopes[j] > p:
                scopes[j + 1] = scopes[j]
                axis_vertex[j + 1] = axis_vertex[j]
                axis_card[j + 1] = axis_card[j]
                axis_stride[j + 1] = axis_stride[j]
                j -= 1
            scopes[j + 1] = p
            axis_vertex[j + 1] = v
            axis_card[j + 1] = card
            axis_stride[j + 1] = stride


@kernel(f"int64(int64, {', '.join([I] * 8)})")
def neighbours(
    n: int,
    axis_start: Any,
    axis_vertex: Any,
    heads: Any,
    links: Any,
    stamp: Any,
    begin: Any,
    degree: Any,
    near: Any,
) -> int:
    """List the vertices that share a factor with each vertex; return how many in all, -1 when `near` is too short.

    Parameters
    ----------
    n : int
    axis_start, axis_vertex : int64 arrays
        Vertices of each factor.
    heads, stamp : int64 arrays, one per vertex
    links : int64 array, two per entry of `axis_vertex`
        Working space.
    begin, degree, near : int64 arrays, written
        Neighbours of v are `near[begin[v]:begin[v] + degree[v]]`.
    """
    for v in range(n):
        heads[v] = -1
        stamp[v] = -1
    for f in range(len(axis_start) - 1):
        for i in range(axis_start[f], axis_start[f + 1]):
            links[2 * i] = heads[axis_vertex[i]]
            links[2 * i + 1] = f
            heads[axis_vertex[i]] = i
    total = 0
    for v in range(n):
        begin[v] = total
        stamp[v] = v
        i = heads[v]
        while i >= 0:
            f = links[2 * i + 1]
            for j in range(axis_start[f], axis_start[f + 1]):
                u = axis_vertex[j]
                if stamp[u] != v:
                    stamp[u] = v
                    if total >= len(near):
                        return -1
                    near[total] = u
                    total += 1
            i = links[2 * i]
        degree[v] = total - begin[v]
    return total


KERNELS = (split_scopes, neighbours)
