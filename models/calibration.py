"""How does a plan turn numbers into log Z and marginals?

Collect sends messages from the leaves to the roots (log Z, and all that decoding and drawing need); distribute sends
them back (marginals). Both run as compiled kernels once those are ready, and as NumPy before: `numpy_passes` follows
the same program. In potentials, arrays are scaled to a largest entry of about one, and what was taken out adds up to
log Z.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from math import fsum
from typing import NoReturn

import numpy as np

from . import kernels
from .errors import Cancelled, CancelToken
from .factor import Floats
from .junction_tree import Ints, Program
from .kernels import arrays, packing
from .kernels import tree as tree_kernels
from .numpy_passes import down as numpy_down
from .numpy_passes import up as numpy_up
from .plan import Plan, raw_tables
from .steps import Steps
from .ugm import UGM

SLICE = float(1 << 21)
"""Table entries in one slice of work: about 10 ms compiled."""
NUMPY_SLICE = float(1 << 19)

# Memory of runs that are over. New memory costs about as much as a small run: the system clears it page by page.
_POOLED = 1 << 20  # numbers, at most, in one piece that is kept
_pool: list[Floats] = []


def borrow(n: int) -> Floats:
    """Return memory for at least n numbers, of a run that is over if there is some that fits."""
    try:
        buffer = _pool.pop()
    except IndexError:
        return np.empty(n)
    return buffer if n <= len(buffer) <= 16 * n + 4096 else np.empty(n)


def give_back(buffer: Floats) -> None:
    """Let another run have the memory; nothing may be read from it after this."""
    if len(buffer) <= _POOLED and len(_pool) < 2:
        _pool.append(buffer)


class Calibration:
    """One run of a plan on the numbers of a model.

    Parameters
    ----------
    plan : Plan
    ugm : UGM
    evidence : mapping of str to int
    maximise : bool
        Maxima instead of sums, in logs, for decoding.
    full : bool
        Ask `distribute_steps` for the belief of every factor's scope too.
    tables : bool
        Keep all tables in memory. Who needs marginals or log Z alone does without: compiled kernels then make large
        tables again where they are read, which saves time as well.
    cancel : CancelToken, optional
    explain : bool
        Look for the clamps at fault when the evidence is impossible; see `models.conflict`.

    Attributes
    ----------
    memory : float64 array
        All arrays; the program says where each lies.
    log_z : float
        After collecting: log Z of the clamped model; for decoding the largest log score.
    """

    def __init__(
        self,
        plan: Plan,
        ugm: UGM,
        evidence: Mapping[str, int],
        maximise: bool = False,
        full: bool = False,
        tables: bool = True,
        cancel: CancelToken | None = None,
        explain: bool = True,
    ) -> None:
        self.plan = plan
        self.maximise = maximise
        self.compiled = kernels.wanted("exact", plan.tree.table_entries)
        self._flag = (cancel or CancelToken()).flag
        self._refuse = partial(_refuse_steps, ugm, evidence, cancel, explain)
        self._numbers = ugm, evidence
        self._start(plan.program(full, tables or maximise or not self.compiled))

    def _start(self, program: Program) -> None:
        """Get the memory that a program needs, and fill the factors in."""
        self.program: Program = program
        plan, (ugm, evidence) = self.plan, self._numbers
        n_nodes, n_cliques = len(program.sizes), plan.tree.n_cliques
        n_logs = int(plan.factor_sizes.sum())
        self._buffer: Floats = borrow(program.n_memory + n_logs)
        self.memory: Floats = self._buffer[: program.n_memory]
        self.logs: Floats = self._buffer[program.n_memory : program.n_memory + n_logs]
        self.low, self.high = np.zeros(n_nodes), np.zeros(n_nodes)
        self.mode: Ints = np.zeros(2 * n_cliques, dtype=np.int64)
        self.log_scale: Floats = np.zeros(n_cliques)
        self._work: Ints = np.zeros(arrays.WORK, dtype=np.int64)
        self._shift: Floats = np.zeros(program.n_factors)
        self._impossible = not self._pack(raw_tables(ugm), plan.starts(evidence))
        self.log_z = float("nan")

    def release(self) -> None:
        """Let the next run have the memory; nothing may be read from it after this."""
        give_back(self._buffer)
        self._buffer = self.memory = self.logs = np.empty(0)

    @property
    def cancelled(self) -> bool:
        """Whether the run was told to stop."""
        return bool(self._flag[0])

    def _pack(self, raw: Floats, starts: Ints) -> bool:
        """Put the factors into memory; return whether each of them has some entry that is not zero."""
        plan, n = self.plan, self.program.n_factors
        if self.compiled:
            status = packing.pack(
                raw,
                starts,
                plan.axis_start,
                plan.axis_card,
                plan.axis_stride,
                self.program.offsets,
                n,
                self.logs,
                self._shift,
                self.low,
                self.high,
                self._work,
            )
            if status < 0:
                return False
        elif n:
            sizes, begins = plan.factor_sizes, self.program.offsets[:n]
            values = raw[plan.gather() + np.repeat(starts, sizes)]
            self._shift[:] = np.maximum.reduceat(values, begins)
            if np.isneginf(self._shift).any():
                return False
            np.subtract(values, np.repeat(self._shift, sizes), out=self.logs)
            finite = np.where(np.isneginf(self.logs), 0.0, self.logs)
            self.low[:n] = np.minimum.reduceat(finite, begins)
        target = self.memory[: len(self.logs)]
        if self.maximise:
            target[:] = self.logs
        else:
            with np.errstate(under="ignore"):
                np.exp(self.logs, out=target)
        return True

    def collect_steps(self) -> Steps[None]:
        """Send messages to the roots; yields None between slices.

        Raises
        ------
        ZeroMassError
            Every joint state is forbidden; names a smallest set of clamps that conflict, where that is cheap.
        Cancelled
        """
        tree = self.plan.tree
        if self._impossible:
            yield from self._refuse()
        c = 0
        while c < tree.n_cliques:
            program = self.program
            if self.compiled:
                c = tree_kernels.up(
                    c,
                    SLICE,
                    self.maximise,
                    program.cliques,
                    tree.cards,
                    program.n_factors,
                    program.sizes,
                    program.ups,
                    self.memory,
                    self.logs,
                    self.low,
                    self.high,
                    self.mode,
                    self.log_scale,
                    self._work,
                    self._flag,
                )
                if c == tree_kernels.NEEDS_TABLES:
                    self.release()
                    self._start(self.plan.program())
                    c = 0
                    continue
            else:
                c = numpy_up(self, c, NUMPY_SLICE)
            if c == tree_kernels.IMPOSSIBLE:
                yield from self._refuse()
            if c == tree_kernels.STOPPED or self._flag[0]:
                raise Cancelled
            if c < tree.n_cliques:
                yield None
        self.log_z = fsum(self._shift.tolist()) + fsum(self.log_scale.tolist())

    def distribute_steps(self) -> Steps[None]:
        """Send probabilities back to the leaves; yields None between slices."""
        program = self.program
        c = self.plan.tree.n_cliques - 1
        while c >= 0:
            if self.compiled:
                c = tree_kernels.down(
                    c,
                    SLICE,
                    program.cliques,
                    self.plan.tree.cards,
                    program.ups,
                    program.downs,
                    self.memory,
                    self.mode,
                    self.log_scale,
                    self._work,
                    self._flag,
                )
            else:
                c = numpy_down(self, c, NUMPY_SLICE)
            if c == tree_kernels.STOPPED or self._flag[0]:
                raise Cancelled
            if c >= 0:
                yield None

    def singles(self) -> list[Floats]:
        """Return the marginal of every vertex of the junction tree, by position, each summing to one; read-only."""
        program = self.program
        values = self.memory[program.single_slice].copy()
        begins = program.single_offset - program.single_slice.start
        if self.plan.common_card:
            # Rows of a matrix are made faster than slices.
            table = values.reshape(-1, self.plan.common_card)
            table /= table.sum(axis=1, keepdims=True)
            table.setflags(write=False)
            return list(table)
        if len(begins):
            totals = np.add.reduceat(values, begins)
            cards = np.diff(np.append(begins, len(values)))
            values /= np.repeat(totals, cards)
        values.setflags(write=False)
        ends = [*begins.tolist(), len(values)]
        return [values[a:b] for a, b in pairwise(ends)]

    def factor_belief(self, place: int) -> tuple[tuple[int, ...], Floats]:
        """Return the joint probabilities of one factor's free variables.

        Only after `distribute_steps` with `full`.

        Returns
        -------
        places : tuple of int
            Model places of the variables, in elimination order reversed: axes as in the array.
        belief : ndarray
        """
        plan, program = self.plan, self.program
        tree = plan.tree
        positions = tree.scopes[tree.scope_start[place] : tree.scope_start[place + 1]][::-1]
        cards = plan.axis_card[plan.axis_start[place] : plan.axis_start[place + 1]][::-1]
        begin = int(program.offsets[place])
        belief = self.memory[begin : begin + int(plan.factor_sizes[place])].reshape(cards.tolist())
        return tuple(plan.free[tree.order[positions]].tolist()), belief

    def factor_beliefs(self) -> Callable[[int], tuple[list[int], Floats]]:
        """Return a function that gives what `factor_belief` does, for many factors in less time.

        Its arrays sum to one, are read-only, and stay valid after `release`.
        """
        plan, tree = self.plan, self.plan.tree
        sizes = plan.factor_sizes
        values = self.memory[: len(self.logs)].copy()
        begins = np.cumsum(sizes) - sizes
        if len(begins):
            values /= np.repeat(np.add.reduceat(values, begins), sizes)
        values.setflags(write=False)
        places = plan.free[tree.order[tree.scopes]].tolist()
        cards, starts = plan.axis_card.tolist(), plan.axis_start.tolist()
        first, last = begins.tolist(), (begins + sizes).tolist()

        def belief(place: int) -> tuple[list[int], Floats]:
            a, b = starts[place], starts[place + 1]
            return places[a:b][::-1], values[first[place] : last[place]].reshape(cards[a:b][::-1])

        return belief


def _refuse_steps(ugm: UGM, evidence: Mapping[str, int], cancel: CancelToken | None, explain: bool) -> Steps[NoReturn]:
    """Raise the error for evidence that is impossible, after finding out why."""
    from .conflict import impossible, smallest_conflict_steps
    from .soft_evidence import switches_of

    conflict = None
    if explain and (evidence or switches_of(ugm)):
        conflict = yield from smallest_conflict_steps(ugm, evidence, cancel=cancel)
    raise impossible(ugm, evidence, conflict)
