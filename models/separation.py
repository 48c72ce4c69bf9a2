"""Do the clamped variables separate two sets of variables, and if not, what would?

In a UGM two sets are independent given a third, whatever the tables are, when every path between them meets the third
(the global Markov property; Koller and Friedman, 2009, theorem 4.1). Where a path is open, the graph promises nothing:
the numbers may still make them independent. A smallest set of variables that closes all paths is a minimum vertex cut,
found as a maximum flow (Menger, 1927): every other variable becomes an arc of capacity one from an entrance to an
exit, and neighbours are joined by arcs of any capacity, exit to entrance; each augmenting path adds one to the flow,
and the arcs that the last search reaches but cannot cross are the cut.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .errors import CancelToken, ModelError
from .graph import mask_of, masks_of, members, neighbourhood, reach
from .steps import Steps, drain
from .ugm import UGM

_OFTEN = 64  # vertices searched between two looks at the clock of others


@dataclass(frozen=True, slots=True)
class Separation:
    """Whether a set A and a set B are separated, and why.

    Attributes
    ----------
    a, b : tuple of str
        As asked, in model order, without repeats.
    given : tuple of str
        What is clamped, in model order.
    separated : bool
        No path from A to B avoids what is clamped.
    path : tuple of str
        A shortest open path, from A to B; empty when there is none.
    blockers : tuple of str
        When separated: a smallest set of clamped variables that all paths meet; empty where no path joins A and B at
        all, or where one of them is clamped as a whole.
    separator : tuple of str or None
        When not separated: a smallest set of further variables whose clamping would separate them. None where a
        variable of A is a neighbour of one of B: then nothing can.
    """

    a: tuple[str, ...]
    b: tuple[str, ...]
    given: tuple[str, ...]
    separated: bool
    path: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    separator: tuple[str, ...] | None = None


def separation(ugm: UGM, a: str | Iterable[str], b: str | Iterable[str], given: Iterable[str] = ()) -> Separation:
    """Tell whether clamping separates two sets of variables, with the open path or what blocks all paths.

    Parameters
    ----------
    ugm : UGM
    a, b : str or iterable of str
        Variables; the sets must not share one. Clamped members play no part: they are constants.
    given : iterable of str
        What is clamped.

    Returns
    -------
    Separation

    Raises
    ------
    ModelError
        An unknown variable, an empty set, or one that is in both.
    """
    return drain(separation_steps(ugm, a, b, given))


def separation_steps(
    ugm: UGM,
    a: str | Iterable[str],
    b: str | Iterable[str],
    given: Iterable[str] = (),
    cancel: CancelToken | None = None,
) -> Steps[Separation]:
    """Compute `separation` in slices; yields None."""
    names, masks = masks_of(ugm)
    first, second, clamped = (_mask(ugm, names) for names in (a, b, given))
    for side, which in ((first, "first"), (second, "second")):
        if not side:
            raise ModelError(f"The {which} set of variables is empty. Choose at least one variable for it.")
    if first & second:
        both = ", ".join(names[v] for v in members(first & second))
        raise ModelError(f"{both} is in both sets, and depends on itself. Choose two sets that share no variable.")
    found = (_named(names, first), _named(names, second), _named(names, clamped))
    everything = (1 << len(masks)) - 1
    start, end = first & ~clamped, second & ~clamped
    yield None
    free = everything & ~clamped
    path = _shortest_path(masks, start, end, free)
    if not path:
        cut = 0
        if start and end:
            # Paths run through the clamped variables again; only these may be cut.
            cut_or_none = yield from _cut_steps(masks, start, end, everything, clamped, cancel)
            cut = cut_or_none or 0
        return Separation(*found, separated=True, blockers=_named(names, cut))
    separator = None
    if not neighbourhood(masks, start) & end:
        separator = yield from _cut_steps(masks, start, end, free, free & ~start & ~end, cancel)
    return Separation(
        *found,
        separated=False,
        path=tuple(names[v] for v in path),
        separator=None if separator is None else _named(names, separator),
    )


def _mask(ugm: UGM, names: str | Iterable[str]) -> int:
    return mask_of(ugm.index(name) for name in ([names] if isinstance(names, str) else names))


def _named(names: Sequence[str], mask: int) -> tuple[str, ...]:
    return tuple(names[v] for v in members(mask))


def _shortest_path(masks: Sequence[int], start: int, end: int, within: int) -> list[int]:
    """Return a shortest path from one set to another through `within`, lowest vertices first; empty without one."""
    layers = [start & within]
    seen = layers[0]
    while layers[-1] and not layers[-1] & end:
        layers.append(neighbourhood(masks, layers[-1]) & within & ~seen)
        seen |= layers[-1]
    if not layers[-1]:
        return []
    path = [next(members(layers[-1] & end))]
    for layer in reversed(layers[:-1]):
        path.append(next(members(masks[path[-1]] & layer)))
    return path[::-1]


def _cut_steps(
    masks: Sequence[int], start: int, end: int, within: int, cuttable: int, cancel: CancelToken | None
) -> Steps[int | None]:
    """Find a smallest set of `cuttable` vertices that all paths from `start` to `end` through `within` meet.

    None when some path meets none of them. A vertex that cannot be cut lets any number of paths through.
    """
    if reach(masks, start & within, within & ~cuttable) & end:
        return None
    flow = _Flow(masks, start, end, within, cuttable)
    while True:
        found = yield from flow.augment_steps(cancel)
        if not found:
            return flow.cut()


class _Flow:
    """A flow of unit paths through vertices; `into[v]` counts the units that came from each neighbour.

    A place in the search is (vertex, side): side 0 is its entrance, side 1 its exit.
    """

    def __init__(self, masks: Sequence[int], start: int, end: int, within: int, cuttable: int) -> None:
        self.masks, self.start, self.end, self.within, self.cuttable = masks, start, end, within, cuttable & within
        self.used = 0  # cuttable vertices that a unit runs through
        self.units: dict[tuple[int, int], int] = {}  # from exit of one vertex to entrance of the next
        self.reached = (0, 0)

    def augment_steps(self, cancel: CancelToken | None) -> Steps[bool]:
        """Look for one more unit, breadth first, and let it flow."""
        came: dict[tuple[int, int], tuple[int, int] | None] = {}
        seen = [0, 0]
        queue: deque[tuple[int, int]] = deque()

        def visit(place: tuple[int, int], source: tuple[int, int] | None) -> None:
            came[place] = source
            seen[place[1]] |= 1 << place[0]
            queue.append(place)

        for v in members(self.start & self.within):
            visit((v, 1), None)
        count = 0
        back: dict[int, list[int]] = {}
        for u, w in self.units:
            back.setdefault(w, []).append(u)
        while queue:
            count += 1
            if count % _OFTEN == 0:
                if cancel is not None:
                    cancel.check()
                yield None
            v, side = queue.popleft()
            bit = 1 << v
            if side == 1:
                for w in members(self.masks[v] & self.within & ~seen[0] & ~self.start):
                    visit((w, 0), (v, 1))
                    if self.end >> w & 1:
                        self._push(came, (w, 0))
                        return True
                # Back through the vertex, if a unit runs through it.
                through = self.used & bit or not self.cuttable & bit
                if through and not seen[0] & bit and not self.start & bit:
                    visit((v, 0), (v, 1))
            else:
                open_ = not self.cuttable & bit or not self.used & bit
                if open_ and not seen[1] & bit:
                    visit((v, 1), (v, 0))
                for u in back.get(v, ()):  # a unit that came in may be sent elsewhere
                    if not seen[1] >> u & 1:
                        visit((u, 1), (v, 0))
        self.reached = (seen[0], seen[1])
        return False

    def _push(self, came: dict[tuple[int, int], tuple[int, int] | None], place: tuple[int, int]) -> None:
        while (source := came[place]) is not None:
            (u, su), (w, _) = source, place
            if u == w:
                if self.cuttable >> u & 1:
                    self.used ^= 1 << u  # forward takes the vertex, backward gives it free
            elif su == 1:
                self._add(u, w)
            else:
                self._take(w, u)
            place = source

    def _add(self, u: int, w: int) -> None:
        self.units[u, w] = self.units.get((u, w), 0) + 1

    def _take(self, u: int, w: int) -> None:
        self.units[u, w] -= 1
        if not self.units[u, w]:
            del self.units[u, w]

    def cut(self) -> int:
        """Return the vertices whose entrance the last search reached, and not their exit."""
        return self.reached[0] & ~self.reached[1] & self.cuttable
