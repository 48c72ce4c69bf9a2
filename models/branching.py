"""What is the best joint state, where few states can be struck out and the tables of its cliques would be large?

Bounds from tables of limited size guide a depth-first search (`kernels.minibuckets`, `kernels.descent`). Small tables
are quick to make and large ones guide better, so they grow until a search with as much work as they took comes to its
end, or until the junction tree is cheaper. The work depends on the model alone, never on the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from .errors import Cancelled
from .factor import Floats
from .junction_tree import Ints
from .kernels import buckets, descent, minibuckets
from .plan import Plan
from .state_reduction import Messages
from .steps import Steps

FIRST = float(1 << 12)
"""Entries of one table, at most, at first."""
_GROWTH = 4.0
_LARGEST, _MOST = float(1 << 20), float(1 << 24)  # entries of one table and of all, at most
_WORTH = 4.0  # times as many entries must a junction tree have
_NODES_PER_ENTRY, _NODES_PER_OTHER, _NODES_LEAST = 3.0, 1.0 / 16.0, 1 << 12  # joint states looked at; of all tables
_SLICE, _NODES = float(1 << 23), 1 << 17  # units of work on tables, and joint states, in one slice of about 10 ms
_ROUNDING = 2e-15  # of the sum of all numbers, at most, is lost by adding them up in any order


class Best(NamedTuple):
    """What a search found."""

    states: Ints  # by position of the elimination order
    ties: bool  # whether another joint state is as good, up to the tolerance


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Mini-buckets and where their tables lie; see `kernels.buckets.part`."""

    cards: Ints
    first_of: Ints
    member_start: Ints
    members: Ints
    scope_start: Ints
    scopes: Ints
    table: Ints
    maxima: Ints
    marks: list[int]

    @property
    def entries(self) -> int:
        """Entries of all tables."""
        return self.marks[buckets.ENTRIES]


def search_steps(
    known: Messages,
    entries: float,
    tie: float,
    first: float = FIRST,
    stages: int = 100,
    max_bytes: float | None = None,
) -> Steps[Best | None]:
    """Search for the best joint state, in slices; yields None.

    Parameters
    ----------
    known : Messages
        After a few rounds. What search finds out about the score is noted there, even if it is not over.
    entries : float
        Table entries of the junction tree, which is used if it is cheaper; infinite if it does not fit into memory.
    tie : float
        How much less still counts as equal, relative to how far the best joint state stays behind the best entry of
        each factor if that is beyond one.
    first : float
        Entries of one table, at most, to begin with.
    stages : int
        How often tables may be made.
    max_bytes : float, optional
        That tables may take; they never take more than 128 MiB.

    Returns
    -------
    Best or None
        None when the junction tree is cheaper, when tables get too large, when numbers are so large that rounding would
        blur what counts as equal, or when there is no joint state of positive potential.
    """
    if len(known.vertex_start) < 2 or not len(known.offsets):
        return None
    known.possible = known.possible and known.constant > -np.inf
    if not known.possible:
        return None
    top, magnitude = _sizes(known)
    noise = _ROUNDING * magnitude + 1e-300  # more than nothing: once there is a tie, no other one is of interest
    room = min(_MOST, entries / _WORTH, inf if max_bytes is None else max_bytes / 8)
    most = first
    for _ in range(stages):
        if most > max(first, _LARGEST):
            return None
        layout = _lay_out(known.plan, most, room)
        if layout is None:
            return None
        margin = tie * max(1.0, top - known.known) if known.known > -np.inf else tie
        if noise > margin:
            return None
        search = _Descent(known, layout, margin, noise)
        yield from search.fill_steps()
        if search.bound[0] == -np.inf:
            known.possible = False
            return None
        nodes = min(_NODES_PER_ENTRY * layout.entries, _NODES_PER_OTHER * entries)
        done = yield from search.descend_steps(int(nodes) + _NODES_LEAST)
        if done and search.score == -np.inf and known.known == -np.inf:
            known.possible = False
        if done:
            return search.best()
        known.known = max(known.known, search.score)
        most *= _GROWTH
    return None


def _sizes(known: Messages) -> tuple[float, float]:
    """Return the sum of the largest entries of all factors, and a bound on any sum of factors and messages."""
    finite = np.where(np.isneginf(known.values), 0.0, known.values)
    largest = np.maximum.reduceat(np.abs(finite), known.offsets).sum() + np.abs(known.messages).sum()
    return float(np.maximum.reduceat(known.values, known.offsets).sum()), float(largest)


def _lay_out(plan: Plan, most: float, most_in_all: float) -> _Layout | None:
    """Part functions into mini-buckets; None when the tables would take more entries than allowed."""
    n, n_factors = len(plan.tree.order), len(plan.factor_sizes)
    cards = np.array(plan.n_states, dtype=np.int64)[plan.free[plan.tree.order]]
    capacity = 2 * (n + n_factors) + 64
    while True:
        heads, stamp, first_of = np.zeros((3, n + 1), dtype=np.int64)
        links, ids = np.zeros((2, n_factors + capacity), dtype=np.int64)
        member_start, scope_start, table, maxima = np.zeros((4, capacity), dtype=np.int64)
        members, scopes = np.zeros((2, 12 * capacity), dtype=np.int64)
        marks = np.zeros(buckets.N_MARKS, dtype=np.int64)
        count = buckets.part(
            n,
            most,
            most_in_all,
            cards,
            plan.axis_start,
            np.ascontiguousarray(plan.tree.scopes),
            heads,
            links,
            ids,
            stamp,
            first_of,
            member_start,
            members,
            scope_start,
            scopes,
            table,
            maxima,
            marks,
        )
        if count == buckets.TOO_LARGE:
            return None
        if count != buckets.FULL:
            break
        capacity *= 2
    n_values = int(plan.factor_sizes.sum())
    maxima += n_values
    table += n_values + int(marks[buckets.MAXIMA])
    return _Layout(cards, first_of, member_start, members, scope_start, scopes, table, maxima, marks.tolist())


class _Descent:
    """Tables of one size, and a search that they guide."""

    def __init__(self, known: Messages, layout: _Layout, margin: float, noise: float) -> None:
        self.known, self.layout = known, layout
        n_values, n, most = len(known.values), len(layout.cards), int(layout.cards.max())
        self.mem: Floats = np.empty(n_values + layout.marks[buckets.MAXIMA] + layout.entries)
        minibuckets.shift(
            known.plan.axis_start,
            known.plan.axis_card,
            known.place,
            known.offsets,
            known.values,
            known.messages,
            self.mem,
            known.digit,
        )
        self.states, self.found = np.zeros((2, n), dtype=np.int64)
        self.at: Ints = np.zeros(descent.N_STATE, dtype=np.int64)
        self.at[descent.DEPTH], self.at[descent.FRESH] = n - 1, 1
        self.lost, self.losses = np.zeros(n + 1), np.zeros(n * most)
        self.marks: Floats = np.zeros(descent.N_MARKS)
        self.marks[descent.MARGIN], self.marks[descent.NOISE] = margin, noise
        self.bound: Floats = np.zeros(1)

    @property
    def score(self) -> float:
        """The log score of the best joint state found; minus infinity when there is none yet."""
        return float(self.bound[0] - self.marks[descent.BEST]) if self.at[descent.FOUND] else -np.inf

    def fill_steps(self) -> Steps[None]:
        """Make the tables, in slices; yields None."""
        known, layout = self.known, self.layout
        self.bound[0] = known.constant
        n, n_functions = len(layout.cards), layout.marks[buckets.MOST_FUNCTIONS]
        most = int(layout.cards.max())
        tops = np.zeros(int(np.diff(layout.first_of).max()) * most)
        low: Ints = np.zeros(n_functions * minibuckets.BLOCK * most, dtype=np.int64)
        step: Ints = np.zeros(n_functions * layout.marks[buckets.MOST_AXES], dtype=np.int64)
        high: Ints = np.zeros(n_functions, dtype=np.int64)
        digit: Ints = np.zeros(layout.marks[buckets.MOST_AXES], dtype=np.int64)
        v = 0
        while v < n:
            v = minibuckets.fill(
                v,
                _SLICE,
                layout.cards,
                known.plan.axis_start,
                known.vertex,
                known.vertex_start,
                known.offsets,
                layout.first_of,
                layout.member_start,
                layout.members,
                layout.scope_start,
                layout.scopes,
                layout.table,
                layout.maxima,
                self.mem,
                known.totals,
                tops,
                self.bound,
                low,
                step,
                high,
                digit,
                known.flag,
            )
            if v == minibuckets.STOPPED:
                raise Cancelled
            if v < n:
                yield None

    def descend_steps(self, nodes: int) -> Steps[bool]:
        """Search, looking at so many joint states at most, and return whether that was all; yields None."""
        known, marks = self.known, self.marks
        marks[descent.LIMIT] = np.inf
        if known.known > -np.inf:
            marks[descent.LIMIT] = self.bound[0] - known.known + marks[descent.MARGIN] + marks[descent.NOISE]
        while True:
            status = descent.descend(
                min(_NODES, nodes),
                self.layout.cards,
                self.layout.first_of,
                self.layout.scope_start,
                self.layout.scopes,
                self.layout.table,
                self.mem,
                self.states,
                self.found,
                self.at,
                self.lost,
                self.losses,
                marks,
                known.flag,
            )
            if status == descent.STOPPED:
                raise Cancelled
            nodes -= _NODES
            if status or nodes <= 0:
                return bool(status)
            yield None

    def best(self) -> Best | None:
        """Return what was found."""
        return Best(self.found, bool(self.at[descent.TIES])) if self.at[descent.FOUND] else None
