"""Is the treewidth of a connected graph at most k? A complete search, with a decomposition when the answer is yes.

Positive-instance driven, after Tamaki, "Positive-instance driven dynamic programming for treewidth" (2017). A connected
set C is *feasible* when C and its neighbourhood N(C), with N(C) inside one bag, have a decomposition of width k. The
graph has one when some bag X of at most k + 1 vertices leaves only feasible components. The search builds feasible sets
from small to large and never looks at a set that does not come from feasible ones:

- every closed neighbourhood of at most k + 1 vertices is tried as a bag;
- a new feasible C is joined to every union A of feasible sets that neither meets nor touches it, while the joint
  neighbourhood N has at most k + 1 vertices. If no component outside sees all of N, then N is tried as a bag. Otherwise
  the union is kept, and N with the outside neighbours of u is tried for every u in N. A bag of a minimal triangulation
  that has the union below it is one of these: a vertex v of the bag that is not in the bag's border to the rest of the
  tree sees every other vertex of the bag directly or through a component of the union, so the bag is N with the outside
  neighbours of v, or the closed neighbourhood of v if v sees no component of the union;
- a bag X with infeasible components waits for them; but every component D that sees all that the infeasible ones see
  makes the rest feasible: C, the component of the graph without N(D) that holds the rest of X.

A feasible C is kept only if another component that sees all of N(C) has a smaller least vertex. Nothing is lost. Take
the bags of a minimal triangulation of width k. From a bag X, go into that component D with the least vertex among those
that would not be kept, to the bag inside D and N(D) that holds N(D). What is left behind would be kept; the other
components around N(D) were components of X and lost to D, so they would be kept or lie outside; hence the next D is
inside this one, the walk ends, and all components of the last bag would be kept: it is the bag X of the definition. Each
kept C is found, by induction on its size, by the same walk among the bags inside C and N(C) that hold N(C): a component
D of such a bag that would not be kept has N(D) larger than N(C), for otherwise it would see past C to a smaller vertex;
so what is left behind is inside C and smaller, and the walk stays inside C until the last bag has only kept components
inside C. The component that made C worth keeping sees all that the other components outside C see, so the bag makes C
feasible by the third rule.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from .graph import members
from .slices import Pacer
from .word_table import WordTable


class Decision:
    """One question "is the treewidth at most k?" in progress.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks of a connected graph.
    k : int
        At least 1.
    """

    def __init__(self, masks: Sequence[int], k: int) -> None:
        self.masks = masks
        self.k = k
        self._all = (1 << len(masks)) - 1
        self._feasible: dict[int, int] = {}  # feasible set -> the bag that proves it
        self._queue: list[tuple[int, int]] = []  # feasible sets and their neighbourhoods, in order of discovery
        self._bags: set[int] = set()
        self._waiting: dict[int, list[int]] = {}  # infeasible component -> bags that have it
        self._known: dict[int, tuple[list[tuple[int, int]], int]] = {}  # bag -> components, number still infeasible
        self._unions: set[int] = {0}
        self._table = WordTable(len(masks))
        self._table.append(0, 0)
        self._root = -1

    def steps(self, pacer: Pacer) -> Generator[None, None, list[int] | None]:
        """Search; yield when a pause is due; return the bags of a decomposition of width k at most, or None."""
        for v, near in enumerate(self.masks):
            if self._root >= 0:
                break
            if near.bit_count() <= self.k:
                self._try_bag(near | 1 << v)
            if pacer.due:
                yield
                pacer.resume()
        done = 0
        while done < len(self._queue) and self._root < 0:
            component, border = self._queue[done]
            done += 1
            for union, union_border in self._table.matching(component, border, self.k + 1):
                self._join(component | union, border | union_border)
                if self._root >= 0:
                    break
                if pacer.due:
                    yield
                    pacer.resume()
            if pacer.due:
                yield
                pacer.resume()
        return self._decomposition() if self._root >= 0 else None

    def _flood(self, start: int, within: int) -> tuple[int, int]:
        """Return the component of `within` that holds `start`, and its neighbourhood in the whole graph."""
        masks = self.masks
        found = front = start
        seen = 0
        while front:
            while front:
                low = front & -front
                seen |= masks[low.bit_length() - 1]
                front ^= low
            front = seen & within & ~found
            found |= front
        return found, seen & ~found

    def _join(self, union: int, border: int) -> None:
        """Consider a union of feasible sets with its neighbourhood."""
        if union in self._unions:
            return
        self._unions.add(union)
        outside = self._all & ~(union | border)
        rest = outside
        while rest:
            component, seen = self._flood(rest & -rest, rest)
            if seen == border:
                break
            rest &= ~component
        else:
            self._try_bag(border)
            return
        if border.bit_count() > self.k:
            return
        self._table.append(union, border)
        for u in members(border):
            bag = border | (self.masks[u] & outside)
            if bag.bit_count() <= self.k + 1:
                self._try_bag(bag)

    def _try_bag(self, bag: int) -> None:
        """Look at a bag for the first time."""
        if bag in self._bags:
            return
        self._bags.add(bag)
        parts = []
        rest = self._all & ~bag
        while rest:
            part = self._flood(rest & -rest, rest)
            if part[1] == bag:
                return  # a component that sees the whole bag: no bag of a minimal triangulation
            parts.append(part)
            rest &= ~part[0]
        missing = [component for component, _ in parts if component not in self._feasible]
        self._known[bag] = (parts, len(missing))
        for component in missing:
            self._waiting.setdefault(component, []).append(bag)
        self._conclude(bag)

    def _conclude(self, bag: int) -> None:
        """Mark what a bag proves, given the components known to be feasible."""
        parts, n_missing = self._known[bag]
        if n_missing == 0:
            self._root = bag
            return
        needed = 0
        for component, seen in parts:
            if component not in self._feasible:
                needed |= seen
        tried = set()
        for _, border in parts:
            if needed & ~border or border in tried:
                continue
            tried.add(border)
            inside = bag & ~border
            component, seen = self._flood(inside & -inside, self._all & ~border)
            if seen != border or inside & ~component or component in self._feasible:
                continue
            first = component & -component
            if any(other & -other < first for other, other_seen in parts if other_seen == border):
                self._add_feasible(component, border, bag)

    def _add_feasible(self, component: int, border: int, bag: int) -> None:
        self._feasible[component] = bag
        self._queue.append((component, border))
        for waiting in self._waiting.pop(component, ()):
            parts, n_missing = self._known[waiting]
            self._known[waiting] = (parts, n_missing - 1)
            self._conclude(waiting)

    def _decomposition(self) -> list[int]:
        bags = [self._root]
        open_sets = [component for component, _ in self._known[self._root][0]]
        while open_sets:
            component = open_sets.pop()
            bag = self._feasible[component]
            bags.append(bag)
            rest = component & ~bag
            while rest:
                part, _ = self._flood(rest & -rest, rest)
                open_sets.append(part)
                rest &= ~part
        return bags
