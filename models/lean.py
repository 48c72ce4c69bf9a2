"""How are log Z and all marginals of small models and of forests found with next to no overhead?

Two short cuts past `calibration`, for known plans and compiled kernels. A forest is calibrated on its factor tables
where they lie. A small junction tree is run in a single call, in memory that is kept with the plan. Where a short cut
does not apply, `lean_answer` says so, and the general way, which needs no such care, is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import fsum, isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from . import kernels
from .calibration import borrow, give_back
from .errors import CancelToken
from .factor import Floats
from .kernels import arrays, packing
from .kernels.forest import AT, EDGE, MESSAGE, MILDEST, NODE, OUT, OWN_STRIDE, PARENT, PARENT_STRIDE, STATES, UNARIES
from .kernels.forest import forest as forest_kernel
from .kernels.small import PARTS
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
    whole : int64 array
        The plan and its program, as `kernels.small` wants them; empty for a forest.
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
        self.forest = forest_of(plan, np.array(n_states, dtype=np.int64)) if plan.tree.width <= 1 else None
        self.whole = _whole(plan, self.ends) if self.forest is None else np.zeros(0, dtype=np.int64)
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


def _whole(plan: Plan, ends: list[int]) -> Ints:
    program, tree = plan.program(False), plan.tree
    parts: list[Any] = [plan.axis_start, plan.axis_card, plan.axis_stride, program.offsets, program.cliques, tree.cards]
    parts += [program.sizes, program.ups, program.downs, program.single_offset, tree.order, ends]
    assert len(parts) == PARTS
    return np.concatenate([[*map(len, parts), program.n_memory, sum(plan.factor_sizes.tolist())], *parts])


class Scratch:
    """Memory for a run of a small program; all of it is written before it is read."""

    def __init__(self, plan: Plan, lean: Lean) -> None:
        n_memory, n_logs = lean.whole[PARTS : PARTS + 2].tolist()
        n_nodes, n_cliques, n_factors = int(lean.whole[6]), plan.tree.n_cliques, len(plan.factor_sizes)
        self.numbers = borrow(n_memory + n_logs + n_factors + 2 * n_nodes + n_cliques)
        self.work: Ints = np.empty(arrays.WORK + 2 * n_cliques, dtype=np.int64)
        self.memory, at = self.numbers[:n_memory], n_memory + n_logs
        self.logs, self.shift = self.numbers[n_memory:at], self.numbers[at : at + n_factors]
        at += n_factors
        self.bounds = self.numbers[at : at + n_nodes], self.numbers[at + n_nodes : at + 2 * n_nodes]
        self.log_scale = self.numbers[at + 2 * n_nodes : at + 2 * n_nodes + n_cliques]


_FLAG = CancelToken().flag  # of nobody: these runs end before anybody could stop them


def _in_small_tree(plan: Plan, lean: Lean, raw: Floats, starts: Ints) -> Answer | None:
    """Calibrate a small junction tree; None where every joint state is forbidden."""
    try:
        scratch = lean.spare.pop()
    except IndexError:
        scratch = Scratch(plan, lean)
    logs = scratch.logs
    packed, possible = len(logs) > _FEW_LOGS, True
    if packed:
        axes = plan.axis_start, plan.axis_card, plan.axis_stride
        offsets = plan.program(False).offsets
        status = packing.pack(
            raw, starts, *axes, offsets, len(starts), logs, scratch.shift, *scratch.bounds, scratch.work
        )
        possible = status == 0
        if possible:
            with np.errstate(under="ignore"):
                np.exp(logs, out=scratch.memory[: len(logs)])
    out = np.empty(lean.ends[-1])
    possible = possible and small_kernel(packed, raw, starts, lean.whole, scratch.numbers, scratch.work, _FLAG, out)
    log_z = fsum(scratch.shift.tolist()) + fsum(scratch.log_scale.tolist()) if possible else -np.inf
    if len(scratch.numbers) > _KEPT:
        give_back(scratch.numbers)
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
