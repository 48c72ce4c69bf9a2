"""How is one chain advanced and looked at?

A `Sampler` is one chain on one conditional UGM. It scans the free variables in model order and records one draw after
each scan (sweep): counts per variable and of a joint event.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from models.conditioning import Conditioned, check_evidence
from models.kernels import gibbs as k
from models.kernels import tree_gibbs, wanted
from models.ugm import UGM

from .buffers import Buffers
from .diagnostics import batch_means_error
from .gibbs import run_gibbs
from .metropolis import run_metropolis
from .plan import Ints, Plan
from .reach import reach_warning
from .state import ChainState, StepInfo
from .tree_gibbs import run_tree
from .tree_plan import TreePlan

_LOOPS = {
    "gibbs": (k.gibbs_updates, run_gibbs),
    "metropolis": (k.metropolis_updates, run_metropolis),
    "tree-gibbs": (tree_gibbs.tree_updates, run_tree),
}
_PARTS = {"gibbs": "gibbs", "metropolis": "gibbs", "tree-gibbs": "tree_gibbs"}
WORTH_COMPILING = 1_000_000  # updates asked for at once that take longer in Python than compiling the kernel


class Sampler:
    """One chain, of a variable or of a block at a time; made by `make_sampler`.

    Attributes
    ----------
    ugm : UGM
    conditioned : Conditioned
        What is sampled.
    method : str
        "gibbs", "metropolis" or "tree-gibbs".
    starts_exact : bool
        Whether the chain began with an exact draw, so that it is stationary from the start.
    """

    def __init__(self, ugm: UGM, conditioned: Conditioned, plan: Plan, buffers: Buffers, starts_exact: bool) -> None:
        self.ugm = ugm
        self.conditioned = conditioned
        self.method = plan.method
        self.starts_exact = starts_exact
        self._plan = plan
        self._b = buffers
        self._event: Mapping[str, int] | None = None
        self._warning: tuple[str | None] | None = None
        self._offsets = count_offsets(ugm)
        self._free = np.array([ugm.index(name) for name in plan.names], dtype=np.int64)
        self._clamped = {ugm.index(name): state for name, state in conditioned.evidence.items()}
        self._kernel, self._python = _LOOPS[plan.method]

    # --- running -----------------------------------------------------------------------------------------------

    def advance(self, n_updates: int, interpreted: bool = False) -> None:
        """Visit the next `n_updates` variables of the scan.

        The compiled loop runs without the interpreter lock. While it is not loaded, a loop in Python gives the same
        draws; a million updates at once and more wait for the compiler instead. With every variable clamped an update
        records one draw, the evidence.

        Parameters
        ----------
        n_updates : int
        interpreted : bool
            Use the loop in Python in any case.
        """
        if n_updates <= 0:
            return
        if not self._plan.names:
            self._advance_clamped(n_updates)
        elif not interpreted and (self._kernel.compiled or (n_updates >= WORTH_COMPILING and self.compile())):
            self._kernel(n_updates, *self._b.arguments())
        else:
            self._python(n_updates, self._b)

    def compile(self) -> bool:
        """Load or compile the loops, unless that is under way elsewhere; return whether they run compiled now."""
        return wanted(_PARTS[self.method], float("inf"))

    @property
    def compiled(self) -> bool:
        """Whether the compiled loop is in use."""
        return self._kernel.compiled

    def _advance_clamped(self, n_draws: int) -> None:
        meters = self._b.meters
        meters[[k.UPDATES, k.DRAWS, k.EVENT_DRAWS]] += n_draws
        meters[k.EVENTS] += n_draws * (self._b.event.size == 0)

    def step(self) -> StepInfo | None:
        """Do one update and return what it did; None when nothing is free."""
        if not self._plan.names:
            self.advance(1)
            return None
        meters, states = self._b.meters, self._b.states
        site = int(meters[k.POSITION])
        before = int(states[site])
        conditional = self._plan.conditional(site, states)
        self.advance(1)
        after, proposed = int(states[site]), int(meters[k.LAST_PROPOSED])
        name, accepted = self._plan.names[site], bool(meters[k.LAST_ACCEPTED])
        if self.method != "metropolis":
            return StepInfo(name, before, after, after, True, float(conditional[after]))
        if proposed < 0:
            return StepInfo(name, before, after, None, False, float("nan"))
        old, new = float(conditional[before]), float(conditional[proposed])
        return StepInfo(name, before, after, proposed, accepted, 1.0 if new >= old else new / old)

    def draw(self, n: int, thin: int = 1) -> Ints:
        """Go on for n * thin sweeps and return every `thin`-th draw.

        Returns
        -------
        ndarray of int64, shape (n, n_variables)
            State indices in `ugm.variables` order, clamped variables included.
        """
        rows = np.empty((n, len(self.ugm.variables)), dtype=np.int64)
        for place, state in self._clamped.items():
            rows[:, place] = state
        if not self._plan.names:
            self.advance(n * thin)
            return rows
        meters, b = self._b.meters, self._b
        b.out = np.empty((n, len(self._plan.names)), dtype=np.int64)
        meters[[k.OUT_ROWS, k.THIN, k.WAIT]] = (0, thin, thin)
        self.advance(n * thin * len(self._plan.names) - int(meters[k.POSITION]))
        rows[:, self._free] = b.out
        b.out = b.out[:0]
        meters[[k.OUT_ROWS, k.THIN, k.WAIT]] = 0
        return rows

    # --- looking -----------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The flat arrays that the loops read."""
        return self._plan

    @property
    def names(self) -> tuple[str, ...]:
        """Free variables in the order of the scan: model order, or block by block."""
        return self._plan.names

    @property
    def states(self) -> Ints:
        """State of every variable in model order, clamped ones included; a copy."""
        states = np.empty(len(self.ugm.variables), dtype=np.int64)
        states[self._free] = self._b.states
        for place, state in self._clamped.items():
            states[place] = state
        return states

    @property
    def assignment(self) -> dict[str, int]:
        """State of every variable by name, clamped ones included."""
        return dict(zip(self.ugm.names, self.states.tolist(), strict=True))

    @property
    def flat_counts(self) -> Ints:
        """Draws per state, all variables one after the other in model order; a copy."""
        counts = self._b.counts.copy()
        for place, state in self._clamped.items():
            counts[self._offsets[place] + state] = self.n_draws
        return counts

    @property
    def counts(self) -> dict[str, Ints]:
        """Recorded draws per state, by name; a clamped variable has all of them in its state."""
        parts = np.split(self.flat_counts, self._offsets[1:])
        return dict(zip(self.ugm.names, parts, strict=True)) if self.ugm.names else {}

    @property
    def position(self) -> int:
        """The site of the scan that is updated next."""
        return int(self._b.meters[k.POSITION])

    @property
    def n_updates(self) -> int:
        """Visits of single variables so far."""
        return int(self._b.meters[k.UPDATES])

    @property
    def n_draws(self) -> int:
        """Draws recorded so far: one after each sweep of the free variables."""
        return int(self._b.meters[k.DRAWS])

    @property
    def acceptance_rate(self) -> float:
        """Accepted proposals per proposal; 1 for Gibbs; nan before the first proposal."""
        proposed = int(self._b.meters[k.PROPOSED])
        return int(self._b.meters[k.ACCEPTED]) / proposed if proposed else float("nan")

    @property
    def last_site(self) -> str | None:
        """The variable visited last; None before the first update."""
        site = int(self._b.meters[k.LAST_SITE])
        return self._plan.names[site] if site >= 0 else None

    @property
    def last_proposed(self) -> int | None:
        """The state proposed (or drawn) last; None when the last visit proposed nothing."""
        proposed = int(self._b.meters[k.LAST_PROPOSED])
        return proposed if proposed >= 0 else None

    @property
    def last_accepted(self) -> bool:
        """Whether the last proposal was taken; always true for Gibbs."""
        return bool(self._b.meters[k.LAST_ACCEPTED])

    @property
    def warning(self) -> str | None:
        """A sentence when single-site moves may not connect all allowed joint states; found on first use."""
        if self._warning is None:
            self._warning = (reach_warning(self.conditioned) if len(self.blocks) != 1 else None,)
        return self._warning[0]

    @property
    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """What is drawn at once, in the order of the scan; empty for a sampler of single variables."""
        return self._plan.blocks if isinstance(self._plan, TreePlan) else ()

    # --- the joint event ---------------------------------------------------------------------------------------

    def set_event(self, event: Mapping[str, int] | None) -> None:
        """Count how often these variables are in these states together, from now on; None or empty counts nothing.

        Raises
        ------
        EvidenceError
            An unknown variable or state.
        """
        checked = check_evidence(self.ugm, event)
        self._event = MappingProxyType(dict(checked)) if checked else None
        pairs = [(self._plan.names.index(n), s) for n, s in checked.items() if n not in self.conditioned.evidence]
        if not checked or any(self.conditioned.evidence.get(n, s) != s for n, s in checked.items()):
            pairs = [(0, -1)]
        self._b.event = np.array(pairs, dtype=np.int64).reshape(-1)
        self._b.meters[[k.EVENTS, k.EVENT_DRAWS]] = 0
        self._b.batches[:] = 0
        self._b.batches[k.BATCH_SIZE] = 1

    @property
    def event(self) -> Mapping[str, int] | None:
        """The joint event that is counted."""
        return self._event

    @property
    def event_count(self) -> int:
        """Draws in which the event happened, since it was set."""
        return int(self._b.meters[k.EVENTS])

    @property
    def p_event(self) -> float:
        """Share of draws in which the event happened, since it was set; nan before the first."""
        n = int(self._b.meters[k.EVENT_DRAWS])
        return self.event_count / n if n and self._event else float("nan")

    @property
    def p_event_error(self) -> float:
        """Monte Carlo standard error of `p_event` by batch means; nan while it cannot be told."""
        batches = self._b.batches
        full = batches[k.FIRST_BATCH : k.FIRST_BATCH + batches[k.N_FULL]]
        return batch_means_error(full / batches[k.BATCH_SIZE])

    # --- stopping and resuming -----------------------------------------------------------------------------------

    def state(self) -> ChainState:
        """Return everything needed to go on from here."""
        counts = self._b.counts.copy()
        counts.setflags(write=False)
        a, b, c, d = (int(w) for w in self._b.words)
        return ChainState(
            self.method,
            self._plan.names,
            tuple(self._b.states.tolist()),
            (a, b, c, d),
            tuple(self._b.meters.tolist()),
            counts,
            tuple(self._b.batches.tolist()),
            tuple(self._event.items()) if self._event else None,
            tuple(map(len, self.blocks)),
        )

    def _resume(self, state: ChainState) -> None:
        self.set_event(dict(state.event) if state.event else None)
        self._b.words[:] = np.array(state.words, dtype=np.uint64)
        self._b.meters[:] = state.meters
        self._b.counts[:] = state.counts
        self._b.batches[:] = state.batches


def count_offsets(ugm: UGM) -> Ints:
    """Return where each variable's states start in a flat array over all variables, shape (n_variables,)."""
    ends = np.cumsum(np.array(ugm.n_states, dtype=np.int64))
    return np.concatenate(([0], ends[:-1])) if ends.size else ends
