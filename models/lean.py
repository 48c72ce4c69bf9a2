"""How are log Z and all marginals of small models and of forests found with next to no overhead?

Two short cuts past `calibration`, for known plans and compiled kernels. A forest is calibrated on its factor tables
where they lie. A small junction tree is run in a single call, in memory that is kept with the plan. Where a short cut
does not apply, `lean_answer` says so, and the general way, which needs no such care, is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import fsum, isnan
from typing import TYPE_CHECKING

import numpy as np

from . import kernels
from .calibration import borrow, give_back
from .errors import CancelToken
from .factor import Floats
from .kernels import arrays, packing
from .kernels.forest import AT, EDGE, MESSAGE, MILDEST, NODE, OUT, OWN_STRIDE, PARENT, PARENT_STRIDE, STATES, UNARIES
from .kernels.forest import forest as forest_kernel
from .kernels.small import calibrate as small_kernel
from .plan import raw_tables

if TYPE_CHECKING:
    from .conditioning import Evidence
    from .junction_tree import Ints
    from .plan import Plan
    from .ugm import UGM

LARGEST = float(1 << 18)
"""Table entries up to which everything is done in one call: a millisecond."""
_KEPT = 1 << 15  # numbers, at most, that stay with a plan
_FEW_LOGS = 256  # numbers up to which the kernel's own exponentials are faster than a call of NumPy's

Answer = tuple[float, dict[str, Floats]]
"""Log Z, and the marginals of the plan's free variables, in model order."""


def lean_answer(ugm: UGM, evidence: Evidence, plan: Plan) -> Answer | None:
    """Return log Z and all marginals by a short cut, or None where there is none."""
    tree = plan.tree
    if not 0 < tree.table_entries <= LARGEST or not kernels.ready("exact"):
        return None
    if plan.lean is None:
        plan.lean = Lean(plan)
    lean: Lean = plan.lean
    raw = raw_tables(ugm)
    starts = plan.starts(evidence)
    if lean.forest is not None:
        return _in_forest(plan, lean, lean.forest, raw, starts)
    return _in_small_tree(plan, lean, raw, starts)


class Lean:
    """What the short cuts of one plan need, whatever the numbers.

    Attributes
    ----------
    names : tuple of str
        Free variables with two states or more, in model order.
    ends : list of int
        Where their marginals end when laid end to end, 0 first.
    targets : int64 array
        The same numbers.
    forest : Forest or None
        None where a factor joins more than two free variables, two factors join the same two, or there is a cycle.
    spare : list of Scratch
        Memory of runs that are over.
    """

    def __init__(self, plan: Plan) -> None:
        places = plan.free.tolist()
        n_states = [plan.n_states[place] for place in places]
        self.names = tuple([plan.names[place] for place in places])
        self.ends = list(accumulate(n_states, initial=0))
        self.targets: Ints = np.array(self.ends, dtype=np.int64)
        self.forest = forest_of(plan, np.array(n_states, dtype=np.int64)) if plan.tree.width <= 1 else None
        self.spare: list[Scratch] = []


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A forest for `kernels.forest`, and the factors without free variables."""

    nodes: Ints
    unaries: Ints
    constants: Ints
    n_own: int
    n_messages: int
    longest: int


def forest_of(plan: Plan, n_states: Ints) -> Forest | None:
    """Describe a plan of width at most one, given the state counts of the free variables."""
    tree = plan.tree
    cards, targets = n_states[tree.order], (np.cumsum(n_states) - n_states)[tree.order]
    begins, lengths = tree.scope_start[:-1], np.diff(tree.scope_start)
    edges, ones = np.flatnonzero(lengths == 2), np.flatnonzero(lengths == 1)
    at = begins[edges]
    child, parent = tree.scopes[at], tree.scopes[at + 1]
    if len(np.unique(child)) < len(child):
        return None
    nodes = np.zeros((len(cards), NODE), dtype=np.int64)
    nodes[:, STATES], nodes[:, OUT], nodes[:, AT] = cards, targets, np.cumsum(cards) - cards
    nodes[:, PARENT] = -1
    nodes[child, PARENT], nodes[child, EDGE] = parent, edges
    nodes[child, OWN_STRIDE], nodes[child, PARENT_STRIDE] = plan.axis_stride[at], plan.axis_stride[at + 1]
    lengths = np.zeros(len(cards), dtype=np.int64)
    lengths[child] = cards[parent]
    nodes[:, MESSAGE] = np.cumsum(lengths) - lengths
    at = begins[ones]
    turn = np.argsort(tree.scopes[at], kind="stable")
    nodes[:, UNARIES] = np.cumsum(np.bincount(tree.scopes[at], minlength=len(cards)))
    unaries = np.stack([ones[turn], plan.axis_stride[at[turn]]], axis=1)
    return Forest(
        nodes=nodes.reshape(-1),
        unaries=np.ascontiguousarray(unaries).reshape(-1),
        constants=np.flatnonzero(np.diff(tree.scope_start) == 0),
        n_own=int(cards.sum()),
        n_messages=int(lengths.sum()),
        longest=int(cards.max()),
    )


def _in_forest(plan: Plan, lean: Lean, forest: Forest, raw: Floats, starts: Ints) -> Answer | None:
    """Calibrate a forest; None where numbers would leave the range of a double."""
    if len(raw):
        if raw.max() > MILDEST or (raw.min() < -MILDEST and bool(((raw < -MILDEST) & (raw > -np.inf)).any())):
            return None
        constant = fsum(raw[starts[forest.constants]].tolist()) if len(forest.constants) else 0.0
        np.exp(raw, out=raw)
    else:
        constant = 0.0
    n = len(lean.names)
    space = np.empty(forest.n_own + forest.n_messages + n + forest.longest)
    own, messages, lows, ratio = np.split(space, np.cumsum([forest.n_own, forest.n_messages, n]))
    out = np.empty(forest.n_own)
    log_z = forest_kernel(forest.nodes, forest.unaries, starts, raw, own, messages, lows, ratio, out) + constant
    return None if isnan(log_z) or log_z == -np.inf else (log_z, _parts(plan, lean, out))


class Scratch:
    """Memory for a run of a small program."""

    def __init__(self, plan: Plan) -> None:
        program = plan.program(False)
        n_nodes, n_cliques, n_factors = len(program.sizes), plan.tree.n_cliques, program.n_factors
        n_logs = int(plan.factor_sizes.sum())
        self.buffer = borrow(program.n_memory + n_logs)
        self.memory = self.buffer[: program.n_memory]
        self.logs = self.buffer[program.n_memory : program.n_memory + n_logs]
        # All of it is written before it is read.
        self.shift, self.low, self.high = np.empty(n_factors), np.empty(n_nodes), np.empty(n_nodes)
        self.log_scale = np.empty(n_cliques)
        self.mode, self.work = np.empty(2 * n_cliques, dtype=np.int64), np.empty(arrays.WORK, dtype=np.int64)


_FLAG = CancelToken().flag  # of nobody: these runs end before anybody could stop them


def _in_small_tree(plan: Plan, lean: Lean, raw: Floats, starts: Ints) -> Answer | None:
    """Calibrate a small junction tree; None where every joint state is forbidden."""
    program, tree = plan.program(False), plan.tree
    try:
        scratch = lean.spare.pop()
    except IndexError:
        scratch = Scratch(plan)
    logs, memory = scratch.logs, scratch.memory
    packed, possible = len(logs) > _FEW_LOGS, True
    if packed:
        status = packing.pack(
            raw,
            starts,
            plan.axis_start,
            plan.axis_card,
            plan.axis_stride,
            program.offsets,
            program.n_factors,
            logs,
            scratch.shift,
            scratch.low,
            scratch.high,
            scratch.work,
        )
        possible = status == 0
        if possible:
            with np.errstate(under="ignore"):
                np.exp(logs, out=memory[: len(logs)])
    out = np.empty(lean.ends[-1])
    possible = possible and small_kernel(
        packed,
        raw,
        starts,
        plan.axis_start,
        plan.axis_card,
        plan.axis_stride,
        program.offsets,
        program.cliques,
        tree.cards,
        program.sizes,
        program.ups,
        program.downs,
        memory,
        logs,
        scratch.shift,
        scratch.low,
        scratch.high,
        scratch.log_scale,
        scratch.mode,
        scratch.work,
        _FLAG,
        program.single_offset,
        tree.order,
        lean.targets,
        out,
    )
    log_z = fsum(scratch.shift.tolist()) + fsum(scratch.log_scale.tolist())
    if len(scratch.buffer) > _KEPT:
        give_back(scratch.buffer)
    elif not lean.spare:
        lean.spare.append(scratch)
    return (log_z, _parts(plan, lean, out)) if possible else None


def _parts(plan: Plan, lean: Lean, values: Floats) -> dict[str, Floats]:
    """Cut the marginals apart, read-only."""
    values.setflags(write=False)
    if plan.common_card:
        # Rows of a matrix are made faster than slices.
        return dict(zip(lean.names, values.reshape(-1, plan.common_card), strict=True))
    return {name: values[a:b] for name, (a, b) in zip(lean.names, pairwise(lean.ends), strict=True)}
