"""What can be taken off a graph without changing the answer to "what is its treewidth"?

Safe rules (Bodlaender, Koster and van den Eijkhof 2005; Bodlaender and Koster 2006), `low` being a proved lower
bound: a vertex whose neighbours are pairwise joined can go, and its degree is a lower bound; so can one whose
neighbours but one are pairwise joined, if its degree is at most `low`, once all its neighbours are joined; so can
several vertices with the same neighbourhood S, if contracting all but one into vertices of S joins all of S; and a
graph can be cut at a clique that separates it. What goes leaves its closed neighbourhood as a bag. These bags and those
of any decomposition of the rest, all filled, make a graph that needs no further fill: its largest bag is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .graph import component_masks, mask_of, members, neighbourhood, reach
from .steps import Steps


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a larger graph, renumbered from 0.

    Attributes
    ----------
    vertices : tuple of int
        Number in the whole graph of each local vertex.
    masks : tuple of int
        Neighbour masks in local numbers.
    """

    vertices: tuple[int, ...]
    masks: tuple[int, ...]

    def lift(self, local: int) -> int:
        """Return a set of local vertices as a mask over the whole graph."""
        return mask_of(self.vertices[v] for v in members(local))

    def part(self, inside: int, masks: Sequence[int] | None = None) -> Part:
        """Return the piece induced by some local vertices, with the given edges instead of the own ones."""
        source = self.masks if masks is None else masks
        kept = list(members(inside))
        new = {v: i for i, v in enumerate(kept)}
        renumbered = tuple(mask_of(new[u] for u in members(source[v] & inside)) for v in kept)
        return Part(tuple(self.vertices[v] for v in kept), renumbered)


def shrink_steps(part: Part, low: int) -> Steps[tuple[list[Part], int, list[int]]]:
    """Apply the safe rules until none applies; yield None often.

    Parameters
    ----------
    part : Part
    low : int
        A proved lower bound on the treewidth of the whole graph.

    Returns
    -------
    rest : list of Part
        What is left: connected, without clique separators; the treewidth of the whole is the largest of theirs and the
        new `low`.
    low : int
        The lower bound, raised by what was removed.
    bags : list of int
        Bags of what was removed, over the whole graph.
    """
    open_parts, rest, bags = [part], [], []
    while open_parts:
        current = open_parts.pop()
        left, masks, low, removed = yield from _eliminate_safe(current, low)
        bags += [current.lift(bag) for bag in removed]
        pieces = component_masks(masks, left)
        for piece in pieces:
            smaller = current.part(piece, masks)
            atoms = yield from clique_atoms_steps(smaller.masks)
            if len(atoms) > 1:
                open_parts += [smaller.part(atom) for atom in atoms]
            else:
                rest.append(smaller)
    return rest, low, bags


def _eliminate_safe(part: Part, low: int) -> Steps[tuple[int, list[int], int, list[int]]]:
    """Remove vertices by the vertex rules; return what is left, its masks, the bound and the bags."""
    masks = list(part.masks)
    left = (1 << len(masks)) - 1
    bags: list[int] = []
    todo, low_then = left, low
    while todo:
        while todo:
            v = (todo & -todo).bit_length() - 1
            todo ^= 1 << v
            near = masks[v]
            degree = near.bit_count()
            hub = _hub(masks, near)
            yield
            if hub is None or (hub >= 0 and degree > low):
                continue
            low = max(low, degree)
            bags.append(near | 1 << v)
            left ^= 1 << v
            touched = _remove(masks, v, near, filled=hub >= 0)
            todo = (todo | touched) & left
        twins, low = _twins(masks, left, low)
        for v in twins:
            near = masks[v]
            bags.append(near | 1 << v)
            left ^= 1 << v
            todo |= _remove(masks, v, near, filled=True)
        todo &= left
        if low > low_then:
            todo, low_then = left, low
    return left, masks, low, bags


def _hub(masks: Sequence[int], near: int) -> int | None:
    """Return -1 if a set is a clique, else a vertex without which it is one, else None."""
    pair = 0
    for u in members(near):
        missing = near & ~masks[u] & ~(1 << u)
        if not missing:
            continue
        others = missing.bit_count()
        if others > 1:
            pair = pair & 1 << u if pair else 1 << u
        else:
            pair = pair & (missing | 1 << u) if pair else missing | 1 << u
        if not pair:
            return None
    return (pair & -pair).bit_length() - 1 if pair else -1


def _remove(masks: list[int], v: int, near: int, filled: bool) -> int:
    """Remove a vertex, joining its neighbours if wanted; return the vertices that the rules should look at again."""
    touched = near
    for u in members(near):
        if filled:
            new = near & ~masks[u] & ~(1 << u)
            for x in members(new):
                touched |= masks[u] & masks[x]
            masks[u] |= new
        masks[u] &= ~(1 << v)
    return touched


def _twins(masks: Sequence[int], left: int, low: int) -> tuple[list[int], int]:
    """Find vertices with one common neighbourhood S such that the others can be contracted to make S a clique.

    Each contraction into a vertex s of S joins s to all of S, so the number needed is at most a vertex cover of the
    missing edges. One twin stays for the clique; a component of the rest that sees all of S counts as one more.
    """
    groups: dict[int, list[int]] = {}
    for v in members(left):
        groups.setdefault(masks[v], []).append(v)
    for near, twins in groups.items():
        if len(twins) < 2:
            continue
        outside = left & ~near & ~mask_of(twins)
        full = any(neighbourhood(masks, c) == near for c in component_masks(masks, outside))
        if _cover_at_most(masks, near, len(twins) - 1 + full):
            return twins, max(low, near.bit_count())
    return [], low


def _cover_at_most(masks: Sequence[int], inside: int, allowed: int) -> bool:
    """Whether greedily chosen vertices, at most `allowed`, touch every missing edge inside a set."""
    left = inside
    while True:
        worst = max(members(left), key=lambda u: (left & ~masks[u]).bit_count(), default=-1)
        if worst < 0 or (left & ~masks[worst]).bit_count() <= 1:
            return True
        if not allowed:
            return False
        allowed -= 1
        left ^= 1 << worst


def clique_atoms_steps(masks: Sequence[int]) -> Steps[list[int]]:
    """Cut a connected graph at its clique minimal separators; yield None often.

    Returns
    -------
    list of int
        The atoms as masks, overlapping in the separators; one when there is no clique separator. After Tarjan (1985)
        and Berry, Pogorelcnik and Simonet (2010), over the minimal triangulation found by `mcs_m_steps`.
    """
    order, later = yield from mcs_m_steps(masks)
    rest = (1 << len(masks)) - 1
    atoms = []
    for v in order:
        separator = later[v]
        if not rest >> v & 1 or any(separator & ~masks[u] & ~(1 << u) for u in members(separator)):
            continue
        inner = reach(masks, 1 << v, rest & ~separator)
        if inner | separator != rest:
            atoms.append(inner | separator)
            rest &= ~inner
    atoms.append(rest)
    return atoms


def mcs_m_steps(masks: Sequence[int]) -> Steps[tuple[list[int], list[int]]]:
    """Return a minimal elimination order and each vertex's later neighbours in its minimal triangulation.

    Maximum cardinality search for minimal triangulation: Berry, Blair, Heggernes and Peyton (2004).
    """
    n = len(masks)
    weight = [0] * n
    later = [0] * n
    left = (1 << n) - 1
    order = []
    while left:
        v = max(members(left), key=weight.__getitem__)
        left ^= 1 << v
        order.append(v)
        # A vertex gains weight when some path from v reaches it through vertices that all weigh less than it.
        seen = 0
        levels: dict[int, int] = {-1: 1 << v}
        gains = 0
        level = -1
        while levels:
            level = min(levels)
            front = levels.pop(level)
            while front:
                y = (front & -front).bit_length() - 1
                front ^= 1 << y
                new = masks[y] & left & ~seen
                seen |= new
                for z in members(new):
                    if weight[z] > level:
                        gains |= 1 << z
                        levels[weight[z]] = levels.get(weight[z], 0) | 1 << z
                    else:
                        front |= 1 << z
        for u in members(gains):
            weight[u] += 1
            later[u] |= 1 << v
        yield
    return order[::-1], later
