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

from .errors import Cancelled, CancelToken
from .factor import Factor, Floats
from .junction_tree import Ints
from .kernels import reduction
from .plan import Plan, raw_tables
from .steps import Steps
from .ugm import UGM, Variable

WORTH = float(1 << 19)
"""Table entries above which decoding first looks for states to strike out."""
_SHARE, _LONGER, _MOST = 0.5, 2.0, float(1 << 29)  # of the table entries, in units of about a ns
_PER_AXIS = 16.0  # units, beside one for each entry of a factor's table
_PER_FACTOR = 3000.0  # table entries that are done while a factor is cut down
_WORTH_CUTTING = 0.7  # of the table entries, at most, may be left
_SWEEPS = 8  # from one bound to the next
_SLICE = float(1 << 22)  # units in one slice
_CLIMBS = 30
_STALLED, _FAST = 1e-3, 0.08  # shares of the gap: what closes less in a round will not close it; what closes more may
_PATIENCE = 4  # rounds without any joint state of positive potential, or any state struck out


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
        None when too few states could be struck out, or when nothing is possible. Joint states whose log score is
        within 1e-9, relative to its size, of the best are kept.
    """
    messages = Messages(ugm, evidence, plan, cancel)
    yield from messages.improve_steps()
    return messages.reduced(ugm, evidence)


class Messages:
    """Messages, bounds and what is left; variables are positions of the elimination order.

    Parameters
    ----------
    ugm, evidence, plan, cancel
        As in `reduce_steps`.

    Attributes
    ----------
    plan : Plan
    values, offsets, vertex, vertex_start, place, messages, totals
        As in `kernels.reduction.sweep`.
    known : float
        The log score of the best joint state seen; minus infinity when there was none of positive potential.
    gap : float
        An upper bound on the log score, less `known`.
    possible : bool
        False when there is certainly no joint state of positive potential.
    constant : float
        Sum of the factors without variables.
    flag : uint8 array
        Of the token.
    """

    def __init__(self, ugm: UGM, evidence: Mapping[str, int], plan: Plan, cancel: CancelToken | None = None) -> None:
        tree = plan.tree
        self.plan, self.flag = plan, (cancel or CancelToken()).flag
        sizes, card = plan.factor_sizes, plan.axis_card
        n, n_axes = len(tree.order), np.diff(plan.axis_start)
        cards = np.array(plan.n_states, dtype=np.int64)[plan.free[tree.order]]
        self.vertex: Ints = np.ascontiguousarray(tree.scopes)
        self.vertex_start = _starts(cards)
        self.place = _starts(card)[:-1].copy()
        self.offsets = _starts(sizes)[:-1].copy()
        self.factor_of: Ints = np.repeat(np.arange(len(sizes)), n_axes)
        self.stride: Ints = np.ones(len(card), dtype=np.int64)
        for _ in range(1, int(n_axes.max(initial=0))):  # each time one axis further into each factor
            inner = np.flatnonzero(self.factor_of[1:] == self.factor_of[:-1]) + 1
            self.stride[inner] = self.stride[inner - 1] * card[inner - 1]
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
        alone = np.flatnonzero(n_axes == 1)
        begins = _starts(sizes[alone])
        within = np.arange(begins[-1]) - np.repeat(begins[:-1], sizes[alone])
        to = self.vertex_start[self.vertex[plan.axis_start[alone]]]
        np.add.at(
            self.unary,
            np.repeat(to, sizes[alone]) + within,
            self.values[np.repeat(self.offsets[alone], sizes[alone]) + within],
        )
        self.totals, self.losses = self.unary.copy(), np.zeros(len(self.unary))
        self.score: Floats = np.zeros(int(cards.max(initial=1)))
        self.variable_of: Ints = np.repeat(np.arange(n), cards)

        units = float(sizes[n_axes > 1].sum() + _PER_AXIS * len(card))
        self.n_sweeps = max(1, min(_SWEEPS, int(_SLICE / max(1.0, units))))
        self.work = (self.n_sweeps + 2) * units
        finite = self.values[np.isfinite(self.values)]
        # What rounding may do to a sum of one entry from each factor.
        self.rounding = 1e-14 * len(sizes) * float(np.abs(finite).max(initial=0.0))
        self.known = -np.inf  # the log score of the best joint state seen
        self.gap = np.inf
        self.possible = True
        self.constant = float(self.values[self.offsets[n_axes == 0]].sum())
        self.idle, self.fast = 0, False

    def improve_steps(self) -> Steps[None]:
        """Do rounds for a share of what the tables of the plan would take; yields None between them."""
        entries, spent = self.plan.tree.table_entries, 0.0
        while self.round():
            spent += self.work
            share = _LONGER if self.fast else _SHARE
            if spent > min(_MOST, share * entries):
                break
            yield None
        if self.flag[0]:
            raise Cancelled

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
        n_axes = np.diff(plan.axis_start)
        states = np.concatenate([np.zeros(len(self.vertex_start) - 1, dtype=np.int64), self.offsets, n_axes])
        reached = reduction.climb(
            _CLIMBS,
            plan.axis_start,
            self.vertex,
            self.vertex_start,
            self.factor_of,
            self.stride,
            self.axes_start,
            self.axes_of,
            self.place,
            states,
            self.values,
            self.messages,
            self.totals,
            self.score,
        )
        self.known = max(self.known, reached)
        margin = 1e-9 * max(1.0, abs(bound), abs(self.known)) if self.known > -np.inf else 0.0
        margin += self.rounding + 1e-13 * float(np.abs(self.messages).sum())
        left = np.count_nonzero(self.totals > -np.inf)
        self.totals[(bound - self.losses < self.known - margin) | np.isinf(self.losses)] = -np.inf
        gap = bound - self.known
        struck = np.count_nonzero(self.totals > -np.inf) < left
        closing = gap < (1 - _STALLED) * self.gap
        self.fast = bool(struck or gap < (1 - _FAST) * self.gap)
        self.gap = gap
        self.idle = 0 if struck or closing else self.idle + 1
        patience = _PATIENCE if self.known == -np.inf else 1
        return bool(gap > margin and self.idle < patience)

    def reduced(self, ugm: UGM, evidence: Mapping[str, int]) -> Reduced | None:
        """Make the smaller model of what is left, if it is worth it."""
        plan = self.plan
        tree = plan.tree
        alive = self.totals > -np.inf
        counts = np.bincount(self.variable_of[alive], minlength=len(tree.order))
        if not self.possible or alive.all() or not counts.all():
            return None
        touched = np.unique(self.factor_of[counts[self.vertex] > 1]).tolist()
        # The cliques of the whole, with the states that are left, tell what the smaller model takes at most.
        entries = float(np.exp2(np.add.reduceat(np.log2(counts[tree.axes]), tree.start[:-1])).sum())
        if entries + _PER_FACTOR * len(touched) > _WORTH_CUTTING * tree.table_entries:
            return None
        places = plan.free[tree.order]
        left = np.flatnonzero(alive) - self.vertex_start[self.variable_of[alive]]
        ends = np.cumsum(counts).tolist()
        states = {
            plan.names[place]: tuple(left[end - n : end].tolist())
            for place, end, n in zip(places.tolist(), ends, counts.tolist(), strict=True)
        }
        states |= {v.name: (0,) for v in ugm.variables if v.n_states == 1 and v.name not in evidence}
        kept = {**states, **{name: (state,) for name, state in evidence.items()}}
        variables = [
            Variable(v.name, tuple(v.labels[s] for s in kept[v.name])) for v in ugm.variables if len(kept[v.name]) > 1
        ]
        return Reduced(UGM(variables, [_cut(ugm.factors[f], kept) for f in touched]), states)


def _cut(factor: Factor, kept: Mapping[str, tuple[int, ...]]) -> Factor:
    """Return a factor over the states that are kept; variables with one leave its scope."""
    table = factor.log_table
    for axis, name in enumerate(factor.scope):
        states = kept[name]
        if len(states) == 1:
            table = table[(slice(None),) * axis + (slice(states[0], states[0] + 1),)]
        elif len(states) < table.shape[axis]:
            table = table.take(states, axis)
    if table is factor.log_table:
        return factor
    scope = [name for name in factor.scope if len(kept[name]) > 1]
    return Factor(scope, table.reshape([len(kept[name]) for name in scope]))


def _starts(sizes: Ints) -> Ints:
    """Return where each of some stretches begins, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
