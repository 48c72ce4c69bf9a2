"""Which fewest vertices must go so that what is left has treewidth w at most?

Such a set is a w-cutset (Bidyuk and Dechter 2007); for w = 0 a vertex cover, for w = 1 a feedback vertex set, whose
removal leaves a forest. A set of vertices is an obstruction when the graph on them has treewidth above w and loses that
with any one of them; every cutset meets every obstruction. So the search keeps a list of obstructions and asks for the
fewest vertices that meet all of them, an implicit hitting set problem (Moreno-Centeno and Karp 2013): while what such a
set leaves is too wide, it holds obstructions that are not in the list yet; once it is not, the set is optimal. The
size of every optimal hitting set is a lower bound, and each completed by greedy choice an upper bound. Two more lower
bounds cost little: taking a vertex away lowers the treewidth by one at most, and a graph of n vertices and treewidth w
has at most w n - w (w + 1) / 2 edges, while k vertices take no more edges along than the k largest degrees.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import kernels
from .errors import CancelToken, ModelError
from .exact_treewidth import treewidth_steps
from .graph import component_masks, masks_of, members
from .kernels import hitting
from .narrowness import narrow_steps, obstruction, quickly_narrow
from .slices import OutOfSpace, OutOfTime, Pacer
from .steps import drain
from .treewidth_bounds import contraction_bound

if TYPE_CHECKING:
    import networkx as nx

    from .ugm import UGM

_WORD = 64
_BUDGET = 400_000  # sets looked at between two looks at the clock
_TRIES_WORTH_COMPILING = 1e6
_WIDTH_SECONDS = 0.5  # for the treewidth of a component, as a bound
_DISJOINT = 12  # obstructions looked for in what one hitting set leaves


@dataclass(frozen=True, slots=True)
class Cutset:
    """Vertices that leave treewidth w at most, and how few could do.

    Attributes
    ----------
    names : tuple
        The vertices, in the graph's order.
    width : int
        The w that was asked for.
    lower : int
        No set of fewer vertices does.
    seconds : float
    """

    names: tuple[Any, ...]
    width: int
    lower: int
    seconds: float

    @property
    def upper(self) -> int:
        """How many vertices the set has."""
        return len(self.names)

    @property
    def exact(self) -> bool:
        """Whether no smaller set exists."""
        return self.lower == len(self.names)


def cutset(
    graph: UGM | nx.Graph | tuple[int, Sequence[tuple[int, int]]], width: int = 1, time_limit: float | None = None
) -> Cutset:
    """Return a smallest set of vertices whose removal leaves treewidth `width` at most, or the best known in time.

    Parameters
    ----------
    graph : UGM, networkx.Graph or (n, edges)
        A model stands for its interaction graph.
    width : int
        0 leaves no edge, 1 a forest.
    time_limit : float, optional
        Seconds; without one the search runs to its end, which graphs of a hundred vertices can put off for hours.

    Raises
    ------
    ModelError
        The graph is something else, or the width is negative.
    """
    return drain(cutset_steps(graph, width, time_limit))


def cutset_steps(
    graph: UGM | nx.Graph | tuple[int, Sequence[tuple[int, int]]],
    width: int = 1,
    time_limit: float | None = None,
    cancel: CancelToken | None = None,
) -> Generator[Cutset | None, None, Cutset]:
    """Compute `cutset` in slices of about 10 ms: yields a `Cutset` whenever a bound improves, and None in between."""
    if width < 0 or width != int(width):
        raise ModelError(f"The width is {width}. Give a whole number from 0 up; 1 leaves a forest.")
    names, masks = masks_of(graph)
    search = _Search(masks, int(width), Pacer(time_limit, cancel))
    shown: tuple[int, int] | None = None

    def result() -> Cutset:
        chosen = tuple(names[v] for v in members(search.upper_set))
        return Cutset(chosen, int(width), search.lower, search.pacer.seconds)

    steps = search.steps()
    while True:
        if cancel is not None:
            cancel.check()
        try:
            next(steps)
        except (StopIteration, OutOfTime, OutOfSpace, MemoryError):
            return result()
        now = (search.lower, search.upper_set.bit_count())
        yield result() if now != shown and search.known else None
        shown = now if search.known else shown


class _Search:
    """The bounds for one graph, over its components."""

    def __init__(self, masks: Sequence[int], width: int, pacer: Pacer) -> None:
        self._masks = masks
        self._width = width
        self.pacer = pacer
        self._parts: list[_Part] = []
        self.known = False  # whether upper_set leaves a narrow graph already

    @property
    def lower(self) -> int:
        return sum(part.lower for part in self._parts)

    @property
    def upper_set(self) -> int:
        chosen = 0
        for part in self._parts:
            chosen |= part.upper_set
        return chosen

    def steps(self) -> Generator[None, None, None]:
        """Give every component a first set, whatever the time; then close the bounds, small components first."""
        for inside in component_masks(self._masks):
            if not quickly_narrow(self._masks, inside, self._width):
                self._parts.append(_Part(self._masks, inside, self._width, self.pacer))
        for part in self._parts:
            yield from part.first_steps()
        self.known = True
        yield
        ordered = sorted(self._parts, key=lambda p: p.inside.bit_count())
        for part in ordered:
            yield from part.second_steps()
        for part in ordered:
            yield from part.steps()


class _Part:
    """One component that is too wide, or may be."""

    def __init__(self, masks: Sequence[int], inside: int, width: int, pacer: Pacer) -> None:
        self._masks = masks
        self.inside = inside
        self._width = width
        self._pacer = pacer
        self._found: list[int] = []  # obstructions
        self.lower = max(0, self._edge_bound(), contraction_bound(self._local()) - width)
        if quickly_narrow(masks, inside, width) is False:
            self.lower = max(1, self.lower)
        self.upper_set = inside

    def _narrow(self, inside: int, searching: bool = True) -> Generator[None, None, bool]:
        """Whether what is left is narrow; without searching, whether that is plain to see."""
        if not searching:
            return quickly_narrow(self._masks, inside, self._width) is True
        return (yield from narrow_steps(self._masks, inside, self._width, self._pacer))

    # --- upper bounds ------------------------------------------------------------------------------------------

    def _completed(self, chosen: int, searching: bool = True) -> Generator[None, None, int]:
        """Add vertices of high degree until what is left is narrow, then leave out what is not needed."""
        left = self.inside & ~chosen
        while not (yield from self._narrow(left, searching)):
            core = self._core(left)
            v = max(members(core), key=lambda v: (self._masks[v] & core).bit_count())
            chosen |= 1 << v
            left &= ~(1 << v)
            yield
        for v in sorted(members(chosen), key=lambda v: (self._masks[v] & self.inside).bit_count()):
            if (yield from self._narrow(self.inside & ~(chosen & ~(1 << v)), searching)):
                chosen &= ~(1 << v)
            yield
        return chosen

    def _core(self, left: int) -> int:
        """Leave out vertices that lie on no cycle's edge: no obstruction holds them (edges, for width 0, all count)."""
        least = 1 if self._width == 0 else 2
        while True:
            core = sum(1 << v for v in members(left) if (self._masks[v] & left).bit_count() >= least)
            if core == left:
                return core
            left = core

    def first_steps(self) -> Generator[None, None, None]:
        """Find one cutset, in a time that grows little with the width."""
        self.upper_set = yield from self._completed(0, searching=False)

    def second_steps(self) -> Generator[None, None, None]:
        """Find a better cutset where that takes a search, and a bound from disjoint obstructions."""
        if self.lower == self.upper_set.bit_count():
            return
        if not self.lower:
            if (yield from self._narrow(self.inside)):
                self.upper_set = 0
                yield
                return
            self.lower = 1
            yield
        if self._width > 2:
            self.upper_set = yield from self._completed(self.upper_set)
            yield
        yield from self._collect(0)
        self.lower = max(self.lower, len(self._found))  # those found are disjoint

    def _local(self) -> list[int]:
        """Return the neighbour masks of this component alone, in numbers of its own."""
        place = {v: k for k, v in enumerate(members(self.inside))}
        return [sum(1 << place[u] for u in members(self._masks[v])) for v in place]

    def _edge_bound(self) -> int:
        """Return how many vertices must go at least for few enough edges to be left."""
        degrees = sorted(((self._masks[v] & self.inside).bit_count() for v in members(self.inside)), reverse=True)
        n, edges, w = len(degrees), sum(degrees) // 2, self._width
        for k, degree in enumerate(degrees):
            if n - k <= w or edges <= w * (n - k) - w * (w + 1) // 2:
                return k
            edges -= degree
        return n

    def _width_bound(self) -> Generator[None, None, None]:
        """Raise the bound to the treewidth less w, as far as that is known in a moment."""
        near = self._local()
        edges = [(v, u) for v, mask in enumerate(near) for u in members(mask) if u > v]
        steps = treewidth_steps((len(near), edges), _WIDTH_SECONDS)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                self.lower = max(self.lower, stop.value.lower - self._width)
                return
            yield
            self._pacer.resume()

    # --- lower bounds ------------------------------------------------------------------------------------------

    def _collect(self, chosen: int) -> Generator[None, None, int]:
        """List disjoint obstructions that a set does not meet; return how many."""
        left, n = self.inside & ~chosen, 0
        while (n < _DISJOINT or not chosen) and not (yield from self._narrow(left)):
            found = yield from obstruction(self._masks, self._core(left), self._width, self._pacer)
            self._found.append(found)
            left &= ~found
            n += 1
            yield
            if self._pacer.due:
                yield
                self._pacer.resume()
        return n

    def steps(self) -> Generator[None, None, None]:
        """Close the bounds."""
        if self.lower < self.upper_set.bit_count():
            yield from self._width_bound()
        place = {v: k for k, v in enumerate(members(self._core(self.inside)))}
        if len(place) > _WORD:
            return  # greedy with a bound: the exact search keeps a set of vertices in one word
        while self.lower < self.upper_set.bit_count():
            chosen = yield from self._hit(place)
            if chosen is None:
                self.lower += 1
                yield
                continue
            if (yield from self._narrow(self.inside & ~chosen)):
                self.upper_set = chosen
                self.lower = chosen.bit_count()
                return
            yield from self._collect(chosen)
            better = yield from self._completed(chosen)
            if better.bit_count() < self.upper_set.bit_count():
                self.upper_set = better
                yield

    def _hit(self, place: dict[int, int]) -> Generator[None, None, int | None]:
        """Return at most `lower` vertices that meet all obstructions listed, or None."""
        words = sorted(
            (sum(1 << place[v] for v in members(found)) for found in self._found), key=lambda word: word.bit_count()
        )
        if not kernels.wanted("hitting", _TRIES_WORTH_COMPILING):
            word = yield from self._hit_plainly(words)
        else:
            word = yield from self._hit_compiled(words)
        back = list(place)
        return None if word is None else sum(1 << back[k] for k in members(word))

    def _hit_compiled(self, words: list[int]) -> Generator[None, None, int | None]:
        sets = np.array(words, dtype=np.uint64)
        k = self.lower
        meters = np.array([0, 1], dtype=np.int64)
        stack = [np.zeros(k + 1, dtype=np.uint64) for _ in range(3)]
        frequency = np.zeros(_WORD, dtype=np.int64)
        while True:
            answer = hitting.hit(sets, len(sets), k, meters, *stack, frequency, 1 + _BUDGET // len(sets))
            if answer == hitting.NO:
                return None
            if answer == hitting.YES:
                return int(stack[0][meters[hitting.DEPTH]])
            if self._pacer.due:
                yield
                self._pacer.resume()

    def _hit_plainly(self, words: list[int]) -> Generator[None, None, int | None]:
        """Do what the kernel does, without a compiler."""
        stack = [(0, 0, self.lower)]
        while stack:
            chosen, left_out, room = stack.pop()
            unmet = [word & ~left_out for word in words if not word & chosen]
            if not unmet:
                return chosen
            used = packed = 0
            for word in unmet:
                if not word & used:
                    used |= word
                    packed += 1
            if packed <= room and all(unmet):
                for v in members(min(unmet, key=int.bit_count)):
                    stack.append((chosen | 1 << v, left_out, room - 1))
                    left_out |= 1 << v
            if self._pacer.due:
                yield
                self._pacer.resume()
        return None
