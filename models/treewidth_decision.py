"""Is the treewidth of a connected graph at most k? A complete search, with a decomposition when the answer is yes.

Positive-instance driven, after Tamaki, "Positive-instance driven dynamic programming for treewidth" (2017). A connected
set C is *feasible* when C and its neighbourhood N(C), with N(C) inside one bag, have a decomposition of width k. The
graph has one when some bag X of at most k + 1 vertices leaves only feasible components. The search builds feasible
sets from small to large and never looks at a set that does not come from feasible ones.

1. Every closed neighbourhood of at most k + 1 vertices is tried as a bag.
2. A new feasible C is joined to every union A of feasible sets that neither meets nor touches it, while the joint
   neighbourhood N has at most k + 1 vertices. If no component outside sees all of N, then N is tried as a bag.
   Otherwise the union is kept, and N with the outside neighbours of u is tried for every u in N.
3. A bag X with infeasible components waits for them. But every component D of the graph without X that sees all that
   the infeasible ones see makes the rest feasible: C, the component of the graph without N(D) that holds X less N(D).

Why these bags are enough. Let X be a bag of a minimal triangulation, D the side of the root, A the union of the other
components of the graph without X that lie on this side, and v a vertex of X outside N(D). As X is a potential maximal
clique, v sees every other vertex of X, directly or through a component of A. If v sees none of A, X is the closed
neighbourhood of v; else X is N(A) with the outside neighbours of v. A part of A whose neighbourhood is not yet all of X
leaves the rest of X in one component that sees all of that neighbourhood, so step 2 keeps it.

The newest feasible set goes first. When the answer is no, all orders come to the same; when it is yes, this one dives
and sees a small part of what there is.

A feasible C is stored only if another component that sees all of N(C) has a smaller least vertex; say then that C is
inbound. Nothing is lost. Take the bags of a minimal triangulation of width k. Of the components of the graph without a
bag X that are not inbound let D have the least vertex; go on to the bag inside D and N(D) that holds N(D). What is left
behind N(D) is inbound, thanks to D. The other components around N(D) are components of X too, with later vertices than
D unless inbound; and one of them that is not inbound would see less than N(D), so that the component that holds D would
have made it inbound. Hence the next D lies inside this one, and the walk ends at a bag all of whose components are
inbound. Every inbound C is found, by induction on its size, at the end of the same walk among the bags that hold N(C)
and lie inside C and N(C): a component D of such a bag, inside C and not inbound, has N(D) larger than N(C), else what
makes C inbound would do the same for D; so what is left behind is inside C, smaller, inbound and thus found, and the
walk stays inside C. Step 3 then stores C: the set that makes it inbound sees all that the other components outside C
see.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from .graph import members
from .slices import OutOfSpace, Pacer
from .word_table import WordTable

_MAX_STORED = 1_000_000  # bags and unions, about a kilobyte each


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
        self._pending: list[tuple[int, int]] = []  # feasible sets, with their neighbourhoods, that step 2 has to see
        self._waiting: dict[int, tuple[int, ...]] = {}  # infeasible component -> bags that have it
        # Tuples of numbers only: the garbage collector learns to skip them, or its pauses would reach 0.2 s.
        self._parts: dict[int, tuple[tuple[int, int], ...]] = {}  # bag -> its components and their neighbourhoods
        self._table = WordTable(len(masks))
        self._table.append(0, 0)
        self._root = -1

    def steps(self, pacer: Pacer) -> Generator[None, None, list[int] | None]:
        """Search; yield when a pause is due; return the bags of a decomposition of width k at most, or None.

        Raises
        ------
        OutOfSpace
            The search would need more than about 1 GiB.
        """
        for v, near in enumerate(self.masks):
            if self._root >= 0:
                break
            if near.bit_count() <= self.k:
                self._try_bag(near | 1 << v)
            if pacer.due:
                yield
                pacer.resume()
        while self._pending and self._root < 0:
            component, border = self._pending.pop()
            for union, union_border in self._table.matching(component, border, self.k + 1):
                self._join(component | union, border | union_border)
                if self._root >= 0:
                    break
                if pacer.due:
                    yield
                    pacer.resume()
            if len(self._parts) + len(self._table) > _MAX_STORED:
                raise OutOfSpace
            if pacer.due:
                yield
                pacer.resume()
        return self._decomposition() if self._root >= 0 else None

    @property
    def counts(self) -> tuple[int, int, int]:
        """Feasible sets, unions and bags stored so far."""
        return len(self._feasible), len(self._table), len(self._parts)

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
        outside = self._all & ~(union | border)
        rest, full, n_full = outside, 0, 0
        while rest:
            component, seen = self._flood(rest & -rest, rest)
            rest &= ~component
            if seen == border:
                full, n_full = component, n_full + 1
        if n_full == 0:
            self._try_bag(border)
        elif border.bit_count() <= self.k:
            self._table.append(union, border)
            if n_full > 1:
                return  # every u has outside neighbours in two components, and no bag reaches into both
            for u in members(border):
                new = self.masks[u] & outside
                if not new & ~full and (border | new).bit_count() <= self.k + 1:
                    self._try_bag(border | new)

    def _try_bag(self, bag: int) -> None:
        """Look at a bag; keep it if it can be one of a minimal triangulation: a potential maximal clique."""
        if bag in self._parts:
            return
        parts = []
        rest = self._all & ~bag
        while rest:
            part = self._flood(rest & -rest, rest)
            if part[1] == bag:
                return  # a component sees all of the bag
            parts.append(part)
            rest &= ~part[0]
        for v in members(bag):
            sees = self.masks[v] | 1 << v
            for _, border in parts:
                if border >> v & 1:
                    sees |= border
            if bag & ~sees:
                return  # two of its vertices share neither an edge nor a component
        self._parts[bag] = tuple(parts)
        for component, _ in parts:
            if component not in self._feasible:
                self._waiting[component] = (*self._waiting.get(component, ()), bag)
        self._conclude(bag)

    def _conclude(self, bag: int) -> None:
        """Mark what a bag proves, given the components known to be feasible."""
        parts = self._parts[bag]
        needed = 0
        for component, seen in parts:
            if component not in self._feasible:
                needed |= seen
        if not needed:
            self._root = bag
            return
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
        self._pending.append((component, border))
        for waiting in self._waiting.pop(component, ()):
            self._conclude(waiting)

    def _decomposition(self) -> list[int]:
        bags = [self._root]
        open_sets = [component for component, _ in self._parts[self._root]]
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
