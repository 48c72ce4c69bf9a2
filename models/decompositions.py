"""What is a tree decomposition, how does it follow from an elimination order, and is a given one valid?

A tree decomposition of a graph is a tree of vertex sets, called bags in the treewidth literature and in PACE files, in
which (1) every vertex is in a bag, (2) both ends of every edge are in a common bag, (3) the bags of each vertex are
connected in the tree. Its width is the largest bag less one. Orders and decompositions are two faces of one thing:
the maximal cliques of an elimination make a decomposition of the same width, and filling every bag makes a graph that
has an order without further fill. See Koller and Friedman (2009), section 10.4, and Bodlaender (1998).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .elimination import eliminate_with_parents
from .graph import component_masks, mask_of, masks_of, members

if TYPE_CHECKING:
    import networkx as nx

    from .ugm import UGM


def decomposition_of(masks: Sequence[int], order: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the tree decomposition that an elimination order stands for.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks, as from `masks_of`.
    order : sequence of int
        Every vertex once.

    Returns
    -------
    bags : list of int
        The maximal cliques of the elimination, as masks.
    tree : list of (int, int)
        Pairs of places in `bags`: one connected tree over all of them, the parts of a disconnected graph joined where
        their bags share nothing. Empty when there is at most one bag.
    """
    cliques, parents = eliminate_with_parents(masks, order)
    bags: list[int] = []
    tree: list[tuple[int, int]] = []
    home = [-1] * len(cliques)  # the bag that holds the clique of step k
    root = -1
    for k in range(len(cliques) - 1, -1, -1):  # parents first
        later, parent = cliques[k] & ~(1 << order[k]), parents[k]
        if parent >= 0 and bags[home[parent]] == later:
            # The parent's bag lies inside this clique: grow it rather than add a neighbour that holds all of it.
            home[k] = home[parent]
            bags[home[k]] = cliques[k]
            continue
        home[k] = len(bags)
        bags.append(cliques[k])
        if parent >= 0:
            tree.append((home[parent], home[k]))
        elif root >= 0:
            tree.append((root, home[k]))
        root = home[k] if root < 0 else root
    return bags, tree


def order_of(n_vertices: int, bags: Iterable[int]) -> list[int]:
    """Return an elimination order whose cliques lie inside the bags of a tree decomposition.

    Filling every bag gives a chordal graph; maximum cardinality search, read backwards, is a perfect order of it
    (Tarjan and Yannakakis 1984). The tree itself is not needed.

    Parameters
    ----------
    n_vertices : int
    bags : iterable of int
        Masks that together cover the vertices 0 .. n_vertices - 1.
    """
    filled = [0] * n_vertices
    for bag in bags:
        for v in members(bag):
            filled[v] |= bag
    by_count = [(1 << n_vertices) - 1]  # by_count[c]: vertices with c visited neighbours
    count = [0] * n_vertices
    left = by_count[0]
    visited = []
    top = 0
    while left:
        while not by_count[top]:
            top -= 1
        v = (by_count[top] & -by_count[top]).bit_length() - 1
        by_count[top] ^= 1 << v
        left ^= 1 << v
        visited.append(v)
        for u in members(filled[v] & left):
            by_count[count[u]] ^= 1 << u
            count[u] += 1
            if count[u] == len(by_count):
                by_count.append(0)
            by_count[count[u]] |= 1 << u
        top = min(top + 1, len(by_count) - 1)
    return visited[::-1]


def validate_decomposition(
    graph: UGM | nx.Graph | tuple[int, Iterable[tuple[int, int]]],
    bags: Sequence[Collection[Hashable]],
    tree: Iterable[tuple[int, int]],
    width: int | None = None,
    first: int = 0,
) -> str | None:
    """Return None for a valid tree decomposition, else one sentence that names the broken rule.

    Parameters
    ----------
    graph : UGM, networkx.Graph or (n, edges)
        What is decomposed; see `masks_of`.
    bags : sequence of collections
        Vertices by name, as the graph names them.
    tree : iterable of (int, int)
        Pairs of places in `bags`, from 0.
    width : int, optional
        The width that the decomposition is said to have; checked too when given. Without bags it is -1.
    first : int
        What the first bag is called: 1 for the bags of a file.
    """
    names, masks = masks_of(graph)
    index = {name: i for i, name in enumerate(names)}
    held = []
    for k, bag in enumerate(bags):
        for name in bag:
            if name not in index:
                return f"Bag {k + first} holds {name}, which is not a vertex of the graph."
        held.append(mask_of(index[name] for name in set(bag)))
    links = [0] * len(held)
    n_links = 0
    for a, b in tree:
        if not (0 <= a < len(held) and 0 <= b < len(held)) or a == b:
            return (
                f"Tree edge ({a + first}, {b + first}) does not join two of the {len(held)} bags, counted from {first}."
            )
        if links[a] >> b & 1:
            return f"Tree edge ({a + first}, {b + first}) is given a second time."
        n_links += 1
        links[a] |= 1 << b
        links[b] |= 1 << a
    if held and (len(component_masks(links)) != 1 or n_links != len(held) - 1):
        need = len(held) - 1
        made, do = ("edge", "does") if n_links == 1 else ("edges", "do")
        return f"The {n_links} tree {made} over {len(held)} bags {do} not make one tree: {need} must connect them."
    return _broken_rule(names, masks, held, links) or _wrong_width(held, width)


def _broken_rule(names: Sequence[Any], masks: Sequence[int], held: Sequence[int], links: Sequence[int]) -> str | None:
    homes = [0] * len(masks)  # homes[v]: the bags that hold v
    together = [0] * len(masks)  # together[v]: the vertices that share a bag with v
    for k, bag in enumerate(held):
        for v in members(bag):
            homes[v] |= 1 << k
            together[v] |= bag
    for v, name in enumerate(names):
        if not homes[v]:
            return f"Vertex {name} is in no bag; every vertex must be in one."
    for v, name in enumerate(names):
        apart = masks[v] & ~together[v]
        if apart:
            other = names[next(members(apart))]
            return f"Edge ({name}, {other}) is inside no bag; both ends of every edge must share one."
    for v, name in enumerate(names):
        if len(component_masks(links, homes[v])) != 1:
            return f"The bags of vertex {name} are not connected in the tree; they must form a subtree."
    return None


def _wrong_width(held: Sequence[int], width: int | None) -> str | None:
    largest = max((bag.bit_count() for bag in held), default=0)
    if width is None or largest - 1 == width:
        return None
    return f"The largest bag has {largest} vertices, so the width is {largest - 1}, not {width}."
