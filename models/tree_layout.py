"""Where do the bags of a tree stand, root at the left, so that no two touch and parents are centred on their children?

A tidy layered drawing: depth goes along x, each column as wide as its widest bag; leaves are stacked along y, and every
parent stands in the middle of its children (Wetherell and Shannon 1979, without the packing of subtrees).
"""

from __future__ import annotations

from collections.abc import Sequence

from .project import Position

Size = tuple[float, float]


def rooted(n: int, links: Sequence[tuple[int, int]], root: int = 0) -> tuple[int, ...]:
    """Return each bag's parent in a forest given by its links; -1 for the root, and for the first bag of other parts.

    Parameters
    ----------
    n : int
        Number of bags.
    links : sequence of (int, int)
    root : int
    """
    near: list[list[int]] = [[] for _ in range(n)]
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    parents, seen = [-1] * n, [False] * n
    for start in (root, *range(n)) if n else ():
        if seen[start]:
            continue
        seen[start] = True
        order = [start]
        for bag in order:
            for other in near[bag]:
                if not seen[other]:
                    seen[other] = True
                    parents[other] = bag
                    order.append(other)
    return tuple(parents)


def tree_places(
    parents: Sequence[int], sizes: Sequence[Size], along: float = 60.0, apart: float = 14.0
) -> tuple[Position, ...]:
    """Return the centres of the bags.

    Parameters
    ----------
    parents : sequence of int
        For each bag its parent, -1 for a root; several roots make several trees, one below the other.
    sizes : sequence of (float, float)
        Width and height of each bag.
    along, apart : float
        Gaps between columns and between bags of one column.
    """
    n = len(parents)
    children: list[list[int]] = [[] for _ in range(n)]
    for bag, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(bag)
    roots = [bag for bag in range(n) if parents[bag] < 0]
    order, depth = list(roots), [0] * n
    for bag in order:
        for child in children[bag]:
            depth[child] = depth[bag] + 1
            order.append(child)
    widths = [0.0] * (max(depth, default=0) + 1)
    for bag in range(n):
        widths[depth[bag]] = max(widths[depth[bag]], sizes[bag][0])
    columns, x = [], 0.0
    for width in widths:
        columns.append(x + width / 2)
        x += width + along
    spans = [0.0] * n  # height that a bag and all below it need
    for bag in reversed(order):
        below = sum(spans[child] for child in children[bag]) + apart * max(len(children[bag]) - 1, 0)
        spans[bag] = max(sizes[bag][1], below)
    tops = [0.0] * n
    y = 0.0
    for root in roots:
        tops[root] = y
        y += spans[root] + 2 * apart
    for bag in order:
        below = sum(spans[child] for child in children[bag]) + apart * max(len(children[bag]) - 1, 0)
        top = tops[bag] + (spans[bag] - below) / 2
        for child in children[bag]:
            tops[child] = top
            top += spans[child] + apart
    return tuple((columns[depth[bag]], tops[bag] + spans[bag] / 2) for bag in range(n))
