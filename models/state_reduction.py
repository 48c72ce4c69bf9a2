"""Which states can be struck out before the tables of decoding are made, because no best joint state has them?

A state goes when the best that any joint state with it could score, by a bound, is less than what some joint state
does score. States that tie for the best stay. Where that leaves one state of most variables, the junction tree of
the rest is small however large the whole one is; where it leaves many, little time is lost, for the work is limited to
a share of what the tables would take. The mathematics is told in `kernels.reduction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import Cancelled, CancelToken
from .factor import Factor, Floats
from .junction_tree import Ints
from .kernels import reduction
from .plan import Plan, raw_tables
from .steps import Steps
from .ugm import UGM, Variable

WORTH = float(1 << 19)
"""Table entries above which decoding first looks for states to strike out."""
_SHARE, _MOST = 0.25, float(1 << 28)  # of the work on the tables, and at most, in table entries: about a second
_SWEEPS = 8  # from one bound to the next
_SLICE = 1 << 21  # table entries in one slice
_CLIMBS = 30
_STALLED = 1e-4  # a bound that closes less of the gap than this in a round will not close it


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A smaller model with the same best joint states.

    Attributes
    ----------
    ugm : UGM
        Variables with more than one state left, with these states alone, and the factors that tell between them.
    states : dict of str to tuple of int
        States left of every variable that is not clamped, by their numbers in the whole model.
    """

    ugm: UGM
    states: dict[str, tuple[int, ...]]

    def whole(self, assignment: Mapping[str, int]) -> dict[str, int]:
        """Translate a joint state of the smaller model into one of all variables that are not clamped."""
        return {name: left[assignment.get(name, 0)] for name, left in self.states.items()}


def reduce_steps(
    ugm: UGM, evidence: Mapping[str, int], plan: Plan, cancel: CancelToken | None = None
) -> Steps[Reduced | None]:
    """Strike out states that no best joint state has, in slices; yields None.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int
        Checked.
    plan : Plan
        For these variables clamped; it need not fit in memory.
    cancel : CancelToken, optional

    Returns
    -------
    Reduced or None
        None when no state could be struck out, or when nothing is possible. Joint states whose log score is within
        1e-9, relative to its size, of the best are kept.
    """
    search = _Search(ugm, evidence, plan, (cancel or CancelToken()).flag)
    budget = min(_MOST, _SHARE * plan.tree.table_entries)
    while True:
        going = search.round()
        if search.flag[0]:
            raise Cancelled
        budget -= search.work
        if not going or budget < 0:
            break
        yield None
    return search.result(ugm)


class _Search:
    """Messages, bounds and what is left; variables are positions of the elimination order."""

    def __init__(self, ugm: UGM, evidence: Mapping[str, int], plan: Plan, flag: NDArray[np.uint8]) -> None:
        tree = plan.tree
        self.plan, self.flag = plan, flag
        sizes, card = plan.factor_sizes, plan.axis_card
        n, n_axes = len(tree.order), np.diff(plan.axis_start)
        cards = np.array(plan.n_states, dtype=np.int64)[plan.free[tree.order]]
        self.vertex: Ints = np.ascontiguousarray(tree.scopes)
        self.vertex_start = _starts(cards)
        self.place = _starts(card)[:-1].copy()
        self.offsets = _starts(sizes)[:-1].copy()
        self.factor_of: Ints = np.repeat(np.arange(len(sizes)), n_axes)
        self.stride: Ints = np.ones(len(card), dtype=np.int64)
        inner = np.flatnonzero(self.factor_of[1:] == self.factor_of[:-1]) + 1
        for a in inner.tolist():
            self.stride[a] = self.stride[a - 1] * card[a - 1]
        self.axes_of: Ints = np.argsort(self.vertex, kind="stable").astype(np.int64)
        self.axes_start = _starts(np.bincount(self.vertex, minlength=n))

        self.digit: Ints = np.zeros(max(1, int(n_axes.max(initial=0))), dtype=np.int64)
        self.values: Floats = np.empty(int(sizes.sum()))
        reduction.gather(
            raw_tables(ugm),
            plan.starts(evidence),
            plan.axis_start,
            card,
            plan.axis_stride,
            self.offsets,
            self.values,
            self.digit,
        )
        self.messages, self.given, self.best = np.zeros((3, int(card.sum())))
        self.unary: Floats = np.zeros(int(self.vertex_start[-1]))
        for f in np.flatnonzero(n_axes == 1).tolist():
            v = self.vertex[plan.axis_start[f]]
            own = slice(self.vertex_start[v], self.vertex_start[v + 1])
            self.unary[own] += self.values[self.offsets[f] : self.offsets[f] + sizes[f]]
        self.totals, self.losses = self.unary.copy(), np.zeros(len(self.unary))
        self.score: Floats = np.zeros(int(cards.max(initial=1)))
        self.variable_of: Ints = np.repeat(np.arange(n), cards)

        entries = float(sizes[n_axes > 1].sum() + 2 * len(card))
        self.n_sweeps = max(1, min(_SWEEPS, int(_SLICE / max(1.0, entries))))
        self.work = (self.n_sweeps + 2) * entries
        finite = self.values[np.isfinite(self.values)]
        # What rounding may do to a sum of one entry from each factor.
        self.rounding = 1e-14 * len(sizes) * float(np.abs(finite).max(initial=0.0))
        self.known = -np.inf  # the log score of the best joint state seen
        self.gap = np.inf
        self.possible = True

    def round(self) -> bool:
        """Improve messages, bound, and strike out; return whether another round may do more."""
        plan = self.plan
        shape = plan.axis_start, plan.axis_card, self.place, self.vertex, self.vertex_start, self.offsets
        reduction.sweep(
            self.n_sweeps,
            *shape,
            self.values,
            self.messages,
            self.totals,
            self.given,
            self.best,
            self.digit,
            self.flag,
        )
        bound = reduction.bound(
            *shape,
            self.values,
            self.messages,
            self.unary,
            self.totals,
            self.given,
            self.best,
            self.losses,
            self.digit,
        )
        self.possible = bound > -np.inf
        if self.flag[0] or not self.possible:
            return False
        states = np.concatenate([np.zeros(len(self.vertex_start) - 1, dtype=np.int64), self.offsets])
        reached = reduction.climb(
            _CLIMBS,
            plan.axis_start,
            self.vertex,
            self.vertex_start,
            self.factor_of,
            self.stride,
            self.axes_start,
            self.axes_of,
            states,
            self.losses,
            self.values,
            self.score,
        )
        self.known = max(self.known, reached)
        margin = 1e-9 * max(1.0, abs(bound), abs(self.known)) if self.known > -np.inf else 0.0
        margin += self.rounding + 1e-13 * float(np.abs(self.messages).sum())
        left = np.count_nonzero(self.totals > -np.inf)
        self.totals[(bound - self.losses < self.known - margin) | np.isinf(self.losses)] = -np.inf
        gap = bound - self.known
        struck = np.count_nonzero(self.totals > -np.inf) < left
        closing = not np.isfinite(gap) or gap < (1 - _STALLED) * self.gap
        self.gap = gap
        return bool(gap > margin and (struck or closing))

    def result(self, ugm: UGM) -> Reduced | None:
        """Make the smaller model of what is left."""
        plan = self.plan
        alive = self.totals > -np.inf
        counts = np.bincount(self.variable_of[alive], minlength=len(self.vertex_start) - 1)
        if not self.possible or alive.all() or not counts.all():
            return None
        places = plan.free[plan.tree.order]
        names = [plan.names[place] for place in places.tolist()]
        left = np.flatnonzero(alive) - self.vertex_start[self.variable_of[alive]]
        begins = np.cumsum(counts) - counts
        states = {name: tuple(left[b : b + c].tolist()) for name, b, c in zip(names, begins, counts, strict=True)}
        states |= {v.name: (0,) for v in ugm.variables if v.n_states == 1}
        variables = [
            Variable(v.name, tuple(v.labels[s] for s in states[v.name]))
            for v in ugm.variables
            if len(states.get(v.name, ())) > 1
        ]
        open_axes = counts[self.vertex] > 1
        touched = np.unique(self.factor_of[open_axes]).tolist()
        return Reduced(UGM(variables, [self._table(f, names, counts, alive) for f in touched]), states)

    def _table(self, f: int, names: list[str], counts: Ints, alive: NDArray[np.bool_]) -> Factor:
        """Cut a factor down to the states that are left."""
        plan = self.plan
        axes = range(int(plan.axis_start[f + 1]) - 1, int(plan.axis_start[f]) - 1, -1)  # slowest first
        size = int(plan.factor_sizes[f])
        table = self.values[self.offsets[f] : self.offsets[f] + size].reshape([plan.axis_card[a] for a in axes])
        scope = []
        index: list[NDArray[np.bool_]] = []
        for a in axes:
            v = int(self.vertex[a])
            index.append(alive[self.vertex_start[v] : self.vertex_start[v + 1]])
            if counts[v] > 1:
                scope.append(names[v])
        shape = [int(keep.sum()) for keep in index]
        return Factor(scope, table[np.ix_(*index)].reshape([n for n in shape if n > 1]))


def _starts(sizes: Ints) -> Ints:
    """Return where each of some stretches begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
