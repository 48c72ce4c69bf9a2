"""Which vertices of an undirected graph hang together, and what shape do they make?

A graph is held as one big integer per vertex: bit j of `masks[i]` says that i and j are neighbours. Unions, differences
and counts of whole neighbourhoods are then single operations, and elimination and the treewidth search live on those.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from .errors import ModelError
from .ugm import UGM

if TYPE_CHECKING:
    import networkx as nx

Shape = Literal["single", "chain", "tree", "cycle", "complete", "bipartite", "general"]


def masks_of(
    graph: UGM | nx.Graph | tuple[int, Iterable[tuple[int, int]]],
) -> tuple[tuple[Any, ...], list[int]]:
    """Return vertex names and big-integer neighbour masks of a graph.

    Parameters
    ----------
    graph : UGM, networkx.Graph or (n, edges)
        A model stands for its interaction graph; in a pair the vertices are 0 .. n-1. Self-loops and repeated edges are
        dropped; directions are ignored.

    Returns
    -------
    names : tuple
        The vertices in the graph's own order: variable names, networkx nodes, or 0 .. n-1.
    masks : list of int
        Bit j of `masks[i]` is set when vertices i and j are neighbours; symmetric, no bit i in `masks[i]`.

    Raises
    ------
    ModelError
        Something else was given, or an edge names a vertex outside 0 .. n-1.
    """
    if isinstance(graph, UGM):
        names: tuple[Any, ...] = graph.names
        masks = [0] * len(names)
        for factor in graph.factors:
            places = [graph.index(name) for name in factor.scope]
            scope = sum(1 << i for i in places)
            for i in places:
                masks[i] |= scope
        return names, [mask & ~(1 << i) for i, mask in enumerate(masks)]
    if isinstance(graph, tuple) and len(graph) == 2 and isinstance(graph[0], int):
        n, edges = graph
        names = tuple(range(n))
        index: dict[Hashable, int] = {i: i for i in names}
    elif hasattr(graph, "nodes") and hasattr(graph, "edges"):
        names, edges = tuple(graph.nodes), graph.edges()
        index = {name: i for i, name in enumerate(names)}
    else:
        raise ModelError(
            f"A graph was expected, not {type(graph).__name__}. Give a UGM, a networkx.Graph, or (n, edges)."
        )
    masks = [0] * len(names)
    for a, b in edges:
        if a not in index or b not in index:
            raise ModelError(f"Edge ({a}, {b}) leaves the {len(names)} vertices. Number them from 0 to n - 1.")
        i, j = index[a], index[b]
        if i != j:
            masks[i] |= 1 << j
            masks[j] |= 1 << i
    return names, masks


def members(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(vertices: Iterable[int]) -> int:
    """Return the mask with the given bits set."""
    mask = 0
    for vertex in vertices:
        mask |= 1 << vertex
    return mask


def neighbourhood(masks: Sequence[int], inside: int) -> int:
    """Return the vertices outside a set that have a neighbour in it."""
    seen = 0
    for vertex in members(inside):
        seen |= masks[vertex]
    return seen & ~inside


def reach(masks: Sequence[int], start: int, within: int) -> int:
    """Return the vertices that paths from `start` through `within` meet, `start` included."""
    found = frontier = start
    while frontier:
        seen = 0
        while frontier:
            low = frontier & -frontier
            seen |= masks[low.bit_length() - 1]
            frontier ^= low
        frontier = seen & within & ~found
        found |= frontier
    return found


def component_masks(masks: Sequence[int], within: int | None = None) -> list[int]:
    """Return the connected components of the graph induced by `within` (all vertices by default), by least vertex."""
    left = (1 << len(masks)) - 1 if within is None else within
    found = []
    while left:
        component = reach(masks, left & -left, left)
        found.append(component)
        left &= ~component
    return found


def separated(
    graph: UGM | nx.Graph, a: str | Iterable[str], b: str | Iterable[str], given: str | Iterable[str] = ()
) -> bool:
    """Whether every path between two sets of vertices passes through a third.

    In a UGM this implies that `a` and `b` are conditionally independent given the third set, whatever the tables are:
    the global Markov property, Koller and Friedman (2009), theorem 4.1.

    Parameters
    ----------
    graph : UGM or networkx.Graph
    a, b : str or iterable of str
        Vertices; those that are also in `given` play no part.
    given : str or iterable of str
        What is clamped.

    Raises
    ------
    ModelError
        A name is not a vertex of the graph.
    """
    names, masks = masks_of(graph)
    index = {name: i for i, name in enumerate(names)}

    def as_mask(wanted: str | Iterable[str]) -> int:
        listed = [wanted] if isinstance(wanted, str) or not isinstance(wanted, Iterable) else list(wanted)
        for name in listed:
            if name not in index:
                raise ModelError(f"There is no variable called {name} in this model.")
        return mask_of(index[name] for name in listed)

    free = ((1 << len(masks)) - 1) & ~as_mask(given)
    return not reach(masks, as_mask(a) & free, free) & as_mask(b)


def shape_of(names: Sequence[Any], edges: Iterable[tuple[Any, Any]]) -> Shape:
    """Return the plainest word for the shape of a connected graph.

    The first that holds of: single vertex, chain (a path), tree, cycle (a triangle too), complete (four vertices or
    more), bipartite (two sides without inner edges), general.

    Raises
    ------
    ModelError
        There are no vertices, an edge leaves them, or the graph is not connected.
    """
    index = {name: i for i, name in enumerate(names)}
    pairs = list(edges)
    for a, b in pairs:
        if a not in index or b not in index:
            raise ModelError(f"Edge ({a}, {b}) leaves the component. Give only edges between its vertices.")
    _, masks = masks_of((len(names), [(index[a], index[b]) for a, b in pairs]))
    if len(component_masks(masks)) != 1:
        raise ModelError("A shape belongs to one component. Give the vertices and edges of a single component.")
    degrees = [mask.bit_count() for mask in masks]
    n, n_edges = len(masks), sum(degrees) // 2
    if n == 1:
        return "single"
    if n_edges == n - 1:
        return "chain" if max(degrees) <= 2 else "tree"
    if n_edges == n and max(degrees) == 2:
        return "cycle"
    if n_edges == n * (n - 1) // 2:
        return "complete"
    return "bipartite" if _two_sides(masks) else "general"


def _two_sides(masks: Sequence[int]) -> bool:
    """Whether a connected graph has no odd cycle."""
    sides, side, frontier = [1, 0], 0, 1
    while frontier:
        if any(masks[v] & sides[side] for v in members(frontier)):
            return False
        side = 1 - side
        frontier = neighbourhood(masks, frontier) & ~sides[side]
        sides[side] |= frontier
    return True
