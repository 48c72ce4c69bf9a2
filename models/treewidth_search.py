"""How is the interval around a treewidth closed, from cheap to dear?

Greedy orders and contraction bounds come first. Safe reductions then cut the graph into parts, and the treewidth is the
largest of theirs and of the proved lower bound. For each part, small ones first, the question is "is it at most k?",
for k from the lower bound upwards; each refuted k raises the lower bound of the whole graph, which may reduce the part
further. In between, a share of the time goes to widths just below the upper bound, where a yes often comes quickly.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from . import kernels
from .decompositions import order_of
from .elimination import eliminate, induced_width
from .slices import OutOfSpace, Pacer, paced
from .steps import Steps
from .treewidth_bounds import contraction_bound_steps, greedy_bound_steps, varied_bound_steps
from .treewidth_compiled import CompiledDecision
from .treewidth_decision import Decision
from .treewidth_reduction import Part, shrink_steps

_RESTARTS = 2  # tries of both bounds with random ties before a part is searched
_DIVE_LEAST, _DIVE_SHARE = 0.02, 0.25  # seconds for a try below the upper bound, and share of the time searched
_SEED = 20170904
_PATIENCE = 0.7  # seconds of uncompiled search before the compiler is worth its time
_LOADING, _COMPILING = 3.0, 40.0  # seconds that must be left to load compiled code, and to make it
_FEW_EDGES = 1000  # up to which min-fill always comes first; it takes milliseconds


@dataclass(slots=True)
class _Atom:
    """A part that is not solved yet."""

    part: Part
    upper: int
    order: list[int]  # of induced width `upper`, in local numbers
    reduced_at: int  # the lower bound with which no safe rule applied any more
    restarted: bool = False
    searched: float = 0.0  # seconds spent on refuting widths
    given_up: bool = False  # the search would need too much memory


def decide_steps(masks: Sequence[int], k: int, pacer: Pacer) -> Generator[None, None, list[int] | None]:
    """Return the bags of a decomposition of width k at most, or None; compiled as soon as that pays.

    Raises
    ------
    OutOfSpace
        The search needs too much memory.
    """
    if not kernels.ready("decision"):
        steps = Decision(masks, k).steps(pacer)
        ask_at = pacer.seconds + _PATIENCE
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                found: list[int] | None = stop.value
                return found
            yield
            if pacer.seconds > ask_at:
                if _compiled(pacer.seconds_left):
                    break  # the compiled search soon overtakes what is done
                ask_at = pacer.seconds + _PATIENCE
    return (yield from CompiledDecision(masks, k).steps(pacer))


def _compiled(seconds_left: float) -> bool:
    """Whether the kernels are ready, loading or making them if the time allows."""
    if kernels.ready("decision"):
        return True
    if seconds_left < _LOADING:
        return False
    cached = seconds_left > _COMPILING or all(one.cached for one in kernels.kernels_of("decision"))
    return cached and kernels.wanted("decision", inf)


class TreewidthSearch:
    """The bounds of one graph and the work that closes them.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks.

    Attributes
    ----------
    lower, upper : int
        Proved bounds on the treewidth at every moment.
    order : list of int
        An elimination order of induced width `upper`.
    lower_by : str
        What proved `lower`: "contraction", "reduction" or "search".
    """

    def __init__(self, masks: Sequence[int]) -> None:
        self.masks = masks
        self.lower = -1
        self.lower_by = "contraction"
        self.upper = len(masks)
        self.order = list(range(len(masks)))
        self._bags: list[int] = []  # of what was reduced or solved, over the whole graph
        self._atoms: list[_Atom] = []
        self._sparse = True
        self._rng = np.random.default_rng(_SEED)

    def first_bounds(self) -> Steps[None]:
        """Set bounds that take milliseconds; yields None very often."""
        self.lower = yield from contraction_bound_steps(self.masks)
        self._sparse = sum(mask.bit_count() for mask in self.masks) <= 2 * _FEW_EDGES
        self.upper, self.order = yield from varied_bound_steps(self.masks, self.lower, with_fill=self._sparse)

    def steps(self, pacer: Pacer) -> Generator[None, None, None]:
        """Close the interval as far as time and memory allow; yields at pauses and whenever a bound has improved."""
        if not self._sparse and self.lower < self.upper:
            width, order = yield from paced(greedy_bound_steps(self.masks, with_degree=False), pacer)
            if width < self.upper:
                self.upper, self.order = width, order
                yield
        if self.lower < self.upper:
            yield from self._reduce(Part(tuple(range(len(self.masks))), tuple(self.masks)), pacer)
        while self.lower < self.upper:
            atom = min(self._atoms, key=lambda a: (a.upper > self.lower, a.given_up, len(a.part.masks)))
            if atom.upper <= self.lower:
                self._settle(atom)
            elif atom.given_up:
                return  # all that is left needs too much memory
            elif atom.reduced_at < self.lower:
                self._atoms.remove(atom)
                yield from self._reduce(atom.part, pacer, atom)
            elif not atom.restarted:
                atom.restarted = True
                for _ in range(_RESTARTS):
                    yield from self._restart(atom, pacer)
                    if atom.upper <= self.lower:
                        break
            else:
                yield from self._decide(atom, pacer)

    def _reduce(self, part: Part, pacer: Pacer, known: _Atom | None = None) -> Generator[None, None, None]:
        """Take off what the safe rules allow and make atoms of the rest."""
        rest, low, bags = yield from paced(shrink_steps(part, self.lower), pacer)
        if known is not None and not bags and len(rest) == 1:
            known.reduced_at = low
            self._atoms.append(known)
            return
        self._bags += bags
        for piece in rest:
            width, order = yield from paced(greedy_bound_steps(piece.masks), pacer)
            self._atoms.append(_Atom(piece, width, order, low))
        yield from self._raise(low, "reduction")
        yield from self._gather()

    def _restart(self, atom: _Atom, pacer: Pacer) -> Generator[None, None, None]:
        """Try once more for better bounds of one part, with random ties."""
        masks = atom.part.masks
        ties = self._rng.random(len(masks)).tolist()
        yield from self._raise((yield from paced(contraction_bound_steps(masks, ties), pacer)), "contraction")
        if atom.upper > self.lower:
            width, order = yield from paced(greedy_bound_steps(masks, ties, with_degree=False), pacer)
            if width < atom.upper:
                atom.upper, atom.order = width, order
                yield from self._gather()

    def _decide(self, atom: _Atom, pacer: Pacer) -> Generator[None, None, None]:
        """Ask whether one part has treewidth `lower` at most, and learn from either answer."""
        yield from self._dive(atom, pacer)
        if atom.upper <= self.lower:
            return
        started = pacer.seconds
        try:
            bags = yield from decide_steps(atom.part.masks, self.lower, pacer)
        except (OutOfSpace, MemoryError):
            atom.given_up = True
            return
        if bags is None:
            atom.searched += pacer.seconds - started
            yield from self._raise(self.lower + 1, "search")
        else:
            self._improve(atom, bags)
            self._settle(atom)
            yield from self._gather()

    def _dive(self, atom: _Atom, pacer: Pacer) -> Generator[None, None, None]:
        """Try widths just below the upper bound, as long as a yes comes in a share of the time spent so far."""
        while atom.upper - 1 > self.lower:
            k = atom.upper - 1
            steps = decide_steps(atom.part.masks, k, pacer)
            until = pacer.seconds + max(_DIVE_LEAST, _DIVE_SHARE * atom.searched)
            bags: list[int] | None = []
            while pacer.seconds < until:
                try:
                    next(steps)
                except StopIteration as stop:
                    bags = stop.value
                    break
                except (OutOfSpace, MemoryError):
                    return
                yield
            steps.close()
            if bags is None:
                yield from self._raise(k + 1, "search")
            elif not bags:
                return
            else:
                self._improve(atom, bags)
                yield from self._gather()

    def _improve(self, atom: _Atom, bags: Sequence[int]) -> None:
        """Take over a better decomposition of one part."""
        atom.order = order_of(len(atom.part.masks), bags)
        atom.upper = induced_width(atom.part.masks, atom.order)

    def _settle(self, atom: _Atom) -> None:
        """Count a part among what needs no more work."""
        self._atoms.remove(atom)
        self._bags += _bags_of(atom)
        if not self._atoms:
            self._assemble()

    def _raise(self, low: int, by: str) -> Generator[None, None, None]:
        if low > self.lower:
            self.lower, self.lower_by = low, by
            yield

    def _gather(self) -> Generator[None, None, None]:
        """Put the witnesses of all parts together when that makes a better one for the whole."""
        if max((atom.upper for atom in self._atoms), default=self.lower) < self.upper and self._assemble():
            yield

    def _assemble(self) -> bool:
        bags = self._bags + [bag for atom in self._atoms for bag in _bags_of(atom)]
        order = order_of(len(self.masks), bags)
        width = induced_width(self.masks, order)
        if width >= self.upper:
            return False
        self.upper, self.order = width, order
        return True


def _bags_of(atom: _Atom) -> list[int]:
    """Return the cliques of a part's order, over the whole graph."""
    return [atom.part.lift(clique) for clique in eliminate(atom.part.masks, atom.order)]
