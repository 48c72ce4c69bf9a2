"""What about exact inference depends on the structure alone, and can be kept when only numbers change?

A `Plan` belongs to state counts, factor scopes and the set of clamped variables: elimination order, junction tree,
array operations, and where each table entry goes. New tables or other states of the same clamped variables use it
again; the newest few plans are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, Any

import numpy as np

from .factor import Floats
from .inference_order import choose_order_steps
from .junction_tree import LARGE, Ints, JunctionTree, Program, build_tree, write_program
from .kernels import scopes as scope_kernels
from .steps import Steps
from .ugm import UGM, Variable

if TYPE_CHECKING:
    from .lean import Lean

_KEPT = 32
_plans: OrderedDict[Any, Plan] = OrderedDict()
_variables: OrderedDict[int, tuple[tuple[Variable, ...], tuple[str, ...], tuple[int, ...]]] = OrderedDict()
_lock = threading.Lock()


@dataclass(slots=True, eq=False)
class Plan:
    """How to do exact inference on every model of one structure with one set of clamped variables.

    Attributes
    ----------
    names : tuple of str
        All variables, in model order.
    n_states : tuple of int
        Their state counts.
    free : int64 array
        Model places of the vertices of the junction tree: variables that are not clamped and have two states or more.
    tree : JunctionTree
    factor_sizes : int64 array
        Entries of each factor once the clamped variables are gone.
    axis_start, axis_card, axis_stride : int64 arrays
        Free axes of each factor, fastest in elimination order first, with their strides in the given tables.
    raw_start : int64 array
        Where each factor's table begins when all are laid end to end.
    fixed_factor, fixed_place, fixed_stride : int64 arrays
        Factor, model place of the variable, and stride of every axis that is not free.
    n_bytes : float
        Memory of a run with all tables, to a few per cent: tables, separators, factors as potentials and as logs.
    common_card : int
        State count of all free variables, 0 when they differ or there are none.
    lean : Lean or None
        What the short cuts of `models.lean` need, once they have been asked for.
    """

    names: tuple[str, ...]
    n_states: tuple[int, ...]
    free: Ints
    tree: JunctionTree
    factor_sizes: Ints
    axis_start: Ints
    axis_card: Ints
    axis_stride: Ints
    raw_start: Ints
    fixed_factor: Ints
    fixed_place: Ints
    fixed_stride: Ints
    n_bytes: float = field(init=False)
    common_card: int = field(init=False)
    _programs: dict[tuple[bool, bool], Program] = field(default_factory=dict)
    _gather: Ints | None = None
    lean: Lean | None = None

    def __post_init__(self) -> None:
        tree = self.tree
        cards = set(tree.cards.tolist())
        self.common_card = cards.pop() if len(cards) == 1 else 0
        separators, factors = tree.separator_entries, float(sum(self.factor_sizes.tolist()))
        largest = 2.0 ** min(tree.log2_largest, 1000.0)
        self.n_bytes = 8.0 * (tree.table_entries + separators + min(separators, largest / 2) + 2.0 * factors)

    def program(self, full: bool = False, tables: bool = True) -> Program:
        """Return the array operations, written when first asked for; see `write_program`."""
        tables = tables or full or self.tree.log2_largest < log2(LARGE)
        if (full, tables) not in self._programs:
            self._programs[full, tables] = write_program(self.tree, self.factor_sizes, full, tables)
        return self._programs[full, tables]

    def starts(self, evidence: Mapping[str, int]) -> Ints:
        """Return where in the tables laid end to end the entry for state 0 of the free variables lies."""
        if not len(self.fixed_factor):
            return self.raw_start
        states = np.zeros(len(self.names), dtype=np.int64)
        for place, name in enumerate(self.names):
            if name in evidence:
                states[place] = evidence[name]
        shift = states[self.fixed_place] * self.fixed_stride
        return self.raw_start + np.bincount(self.fixed_factor, shift, len(self.raw_start)).astype(np.int64)

    def gather(self) -> Ints:
        """Return the offset of every packed entry from its factor's start."""
        if self._gather is None:
            parts = [np.zeros(0, dtype=np.int64)]
            for f in range(len(self.factor_sizes)):
                offsets = np.zeros(1, dtype=np.int64)
                for axis in range(self.axis_start[f], self.axis_start[f + 1]):
                    steps = np.arange(self.axis_card[axis]) * self.axis_stride[axis]
                    offsets = (steps[:, None] + offsets).reshape(-1)
                parts.append(offsets)
            self._gather = np.concatenate(parts)
        return self._gather

    def clique_names(self, clique: int) -> tuple[str, ...]:
        """Return the variables of a clique in model order."""
        tree = self.tree
        members = tree.order[tree.axes[tree.start[clique] : tree.start[clique + 1]]]
        return tuple(self.names[place] for place in sorted(self.free[members].tolist()))


def plan_for(ugm: UGM, evidence: Mapping[str, int], search: bool = True) -> Plan:
    """Return the plan for a model and the variables that the evidence clamps, from the newest few or made now.

    Without `search` it is the one of the first elimination order, even if a better one is known, so that the answer to
    a question does not depend on what was asked before.
    """
    scopes = tuple([factor.scope for factor in ugm.factors])
    names, n_states = _names_and_states(ugm)
    key = (names, n_states, scopes, frozenset(evidence))
    quick = (*key, "first order")
    with _lock:
        for one in (key,) if search else (quick, key):
            plan = _plans.get(one)
            if plan is not None and (search or one is quick or plan.tree.of_first_order):
                _plans.move_to_end(one)
                return plan
    plan = _make(names, n_states, scopes, evidence, search)
    with _lock:
        _plans[key if search or plan.tree.of_first_order else quick] = plan
        if len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return plan


def plan_steps(ugm: UGM, evidence: Mapping[str, int]) -> Steps[Plan]:
    """Return the plan of `plan_for`, trying orders in slices; yields None."""
    quick = plan_for(ugm, evidence, search=False)
    if quick.tree.of_first_order:
        return quick
    names, n_states = _names_and_states(ugm)
    scopes = tuple([factor.scope for factor in ugm.factors])
    key = (names, n_states, scopes, frozenset(evidence))
    with _lock:
        known = _plans.get(key)
    if known is not None:
        return known
    cards = np.array(n_states, dtype=np.int64)[quick.free]
    vertices = quick.tree.order[quick.tree.scopes]
    order = yield from choose_order_steps(cards, quick.axis_start, vertices)
    plan = _make(names, n_states, scopes, evidence, True, order)
    with _lock:
        _plans[key] = plan
        if len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return plan


def _names_and_states(ugm: UGM) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return names and state counts; remembered by the tuple of variables, which edits of factors share."""
    known = _variables.get(id(ugm.variables))
    if known is None:
        known = (ugm.variables, ugm.names, ugm.n_states)
        with _lock:
            _variables[id(ugm.variables)] = known
            if len(_variables) > _KEPT:
                _variables.popitem(last=False)
    return known[1], known[2]


def forget_plans() -> None:
    """Drop all kept plans, so that the next question is answered as for a structure never seen."""
    with _lock:
        _plans.clear()


def _make(
    names: tuple[str, ...],
    n_states: tuple[int, ...],
    scopes: Sequence[tuple[str, ...]],
    evidence: Mapping[str, int],
    search: bool,
    order: Ints | None = None,
) -> Plan:
    place = {name: i for i, name in enumerate(names)}
    cards = np.array(n_states, dtype=np.int64)
    free_mask = cards > 1
    for name in evidence:
        free_mask[place[name]] = False
    free = np.flatnonzero(free_mask)
    vertex = np.full(len(names), -1, dtype=np.int64)
    vertex[free] = np.arange(len(free))
    lengths = np.array([len(scope) for scope in scopes], dtype=np.int64)
    flat = np.array([place[name] for scope in scopes for name in scope], dtype=np.int64)

    raw_start, sizes = np.zeros((2, len(scopes)), dtype=np.int64)
    axis_start = np.zeros(len(scopes) + 1, dtype=np.int64)
    axis_vertex, axis_card, axis_stride, *fixed = np.zeros((6, len(flat)), dtype=np.int64)
    n_fixed = scope_kernels.split_scopes.scalar(
        lengths, flat, cards, vertex, raw_start, sizes, axis_start, axis_vertex, axis_card, axis_stride, *fixed
    )
    n_axes = len(flat) - n_fixed
    axis_vertex, axis_card, axis_stride = axis_vertex[:n_axes], axis_card[:n_axes], axis_stride[:n_axes]
    tree = build_tree(cards[free], axis_start, axis_vertex, axis_card, axis_stride, search, order)
    return Plan(
        names=names,
        n_states=n_states,
        free=free,
        tree=tree,
        factor_sizes=sizes,
        axis_start=axis_start,
        axis_card=axis_card,
        axis_stride=axis_stride,
        raw_start=raw_start,
        fixed_factor=fixed[0][:n_fixed],
        fixed_place=fixed[1][:n_fixed],
        fixed_stride=fixed[2][:n_fixed],
    )


def raw_tables(ugm: UGM) -> Floats:
    """Return all log tables in row-major order, laid end to end."""
    if not ugm.factors:
        return np.zeros(0)
    # Joining buffers is three times as fast as concatenating arrays, and there may be thousands.
    tables: list[Any] = [factor.log_table for factor in ugm.factors]
    return np.frombuffer(bytearray().join(tables))
