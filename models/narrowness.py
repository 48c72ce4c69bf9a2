"""Has what is left of a graph treewidth w at most, and if not, which few vertices are to blame?

For w up to 2 the answer is quick: no edge, no cycle, or a graph that eliminating vertices of degree two at most uses up
(Wald and Colbourn 1983). Beyond, vertices are eliminated by rules that are safe for the question (simplicial and almost
simplicial vertices of degree w at most; Bodlaender, Koster and van den Eijkhof 2005), and the rest is searched.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import inf

from .elimination import induced_width, min_degree
from .graph import component_masks, members, reach
from .slices import Pacer
from .steps import drain
from .treewidth_bounds import contraction_bound
from .treewidth_search import decide_steps


def narrow(masks: Sequence[int], inside: int, width: int) -> bool:
    """Whether the graph on the vertices `inside` has treewidth `width` at most.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks of the whole graph.
    inside : int
        Mask of the vertices left.
    width : int
        From 0.
    """
    return drain(narrow_steps(masks, inside, width, Pacer(None)))


def narrow_steps(masks: Sequence[int], inside: int, width: int, pacer: Pacer) -> Generator[None, None, bool]:
    """Answer `narrow` in slices; from width 3 on that can take as long as finding a treewidth does.

    Raises
    ------
    OutOfTime, OutOfSpace, MemoryError
        The answer is not known.
    """
    known, parts = _looked_at(masks, inside, width)
    if known is not None:
        return known
    for local in parts:
        bags = yield from decide_steps(local, width, pacer)
        if bags is None:
            return False
    return True


def quickly_narrow(masks: Sequence[int], inside: int, width: int) -> bool | None:
    """Answer `narrow` at once up to width 2; beyond, None where only a search can tell."""
    return _looked_at(masks, inside, width)[0]


def _looked_at(masks: Sequence[int], inside: int, width: int) -> tuple[bool | None, list[list[int]]]:
    """Return the answer if it is quick, else None and the parts, in numbers of their own, that a search must decide."""
    if width == 0:
        return all(not masks[v] & inside for v in members(inside)), []
    if width == 1:
        return not _stripped(masks, inside), []
    near, left = _eliminated(masks, inside, width)
    if not left:
        return True, []
    if width == 2:
        return False, []
    open_parts = []
    for part in component_masks(near, left):
        place = {v: k for k, v in enumerate(members(part))}
        if len(place) <= width + 1:
            continue
        local = [sum(1 << place[u] for u in members(near[v] & part)) for v in place]
        if contraction_bound(local) > width:
            return False, []
        if induced_width(local, min_degree(local)) > width:
            open_parts.append(local)
    return (None, open_parts) if open_parts else (True, [])


def _stripped(masks: Sequence[int], left: int) -> int:
    """Take off vertices of degree one at most, again and again."""
    waiting = [v for v in members(left) if (masks[v] & left).bit_count() < 2]
    while waiting:
        v = waiting.pop()
        if not left >> v & 1:
            continue
        left &= ~(1 << v)
        near = masks[v] & left
        if near and (masks[near.bit_length() - 1] & left).bit_count() < 2:
            waiting.append(near.bit_length() - 1)
    return left


def _eliminated(masks: Sequence[int], left: int, width: int) -> tuple[list[int], int]:
    """Eliminate what is safe for the question "width at most?" with width 2 or more; return the graph that is left."""
    near = [mask & left if left >> v & 1 else 0 for v, mask in enumerate(masks)]
    waiting = set(members(left))
    while waiting:
        v = waiting.pop()
        around = near[v]
        degree = around.bit_count()
        if not left >> v & 1 or degree > width or not (degree <= 2 or _almost_clique(near, around)):
            continue
        left &= ~(1 << v)
        for u in members(around):
            near[u] = (near[u] | around) & ~(1 << u) & ~(1 << v)
            waiting.add(u)
        near[v] = 0
        for u in members(around):
            waiting.update(members(near[u]))
    return near, left


def _almost_clique(near: Sequence[int], around: int) -> bool:
    """Whether all vertices of a set, but one at most, are joined to each other."""
    for spared in (0, *(1 << u for u in members(around))):
        rest = around & ~spared
        if all(not rest & ~near[u] & ~(1 << u) for u in members(rest)):
            return True
    return False


def obstruction(
    masks: Sequence[int], inside: int, width: int, pacer: Pacer | None = None
) -> Generator[None, None, int]:
    """Return vertices on which the graph is too wide, but would not be without any one of them.

    Parameters
    ----------
    masks : sequence of int
    inside : int
        Vertices on which the graph has treewidth above `width`.
    width : int
    pacer : Pacer, optional
        Of the search that asks.

    Yields
    ------
    None
        Very often.

    Raises
    ------
    OutOfTime, OutOfSpace, MemoryError
        As in `narrow_steps`.
    """
    pacer = pacer or Pacer(None)
    if width == 0:
        v = next(v for v in members(inside) if masks[v] & inside)
        near = masks[v] & inside
        return 1 << v | near & -near
    if width == 1:
        return _short_cycle(masks, inside)
    # Vertices of few neighbours first: what is left tends to be small and dense.
    for v in sorted(members(inside), key=lambda v: (masks[v] & inside).bit_count()):
        if inside >> v & 1:
            without = inside & ~(1 << v)
            for part in sorted(component_masks(masks, without), key=int.bit_count):
                if not (yield from narrow_steps(masks, part, width, pacer)):
                    inside = part  # the smallest that is too wide
                    break
        yield
    return inside


def _short_cycle(masks: Sequence[int], inside: int) -> int:
    """Return the vertices of a shortest cycle; the graph has one."""
    best, size = 0, inf
    for root in members(inside):
        found = _cycle_through(masks, inside, root, size)
        if found:
            best, size = found, found.bit_count()
            if size == 3:
                break
    return best


def _cycle_through(masks: Sequence[int], inside: int, root: int, below: float) -> int:
    """Return the vertices of a shortest cycle through a vertex if it is shorter than `below`, else 0."""
    best = 0
    for first in members(masks[root] & inside):
        # A shortest way back that does not use the edge (root, first).
        target = masks[root] & inside & ~(1 << first)
        within = inside & ~(1 << root)
        if not reach(masks, 1 << first, within) & target:
            continue
        rings, seen = [1 << first], 1 << first
        while not rings[-1] & target:
            ring = 0
            for v in members(rings[-1]):
                ring |= masks[v]
            ring &= within & ~seen
            if not ring or len(rings) + 1 >= below:
                break
            seen |= ring
            rings.append(ring)
        else:
            v = (rings[-1] & target & -(rings[-1] & target)).bit_length() - 1
            cycle = 1 << root | 1 << v
            for ring in reversed(rings[:-1]):
                step = masks[v] & ring
                v = (step & -step).bit_length() - 1
                cycle |= 1 << v
            if cycle.bit_count() < below:
                best, below = cycle, cycle.bit_count()
    return best
