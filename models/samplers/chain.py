"""How is a chain made, resumed, and drawn from in one call?

A `ChainState` holds everything, the random number generator included, so that a resumed chain draws what an unbroken
one would, whatever the sizes of the pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from models.conditioning import Conditioned, condition
from models.errors import CliqueError, ModelError
from models.kernels import gibbs as k
from models.steps import Steps, drain
from models.ugm import UGM

from .buffers import Buffers
from .generator import first_words
from .plan import METHODS, Ints, Plan, plan_steps
from .sampler import WORTH_COMPILING, Sampler, count_offsets
from .start import start_steps
from .state import ChainState, StepInfo
from .tree_plan import METHOD as TREE
from .tree_plan import TreePlan, tree_plan_steps

__all__ = ["ChainState", "Sampler", "StepInfo", "make_sampler", "sample_chain", "sampler_steps"]


def sampler_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    method: str = "gibbs",
    seed: int = 0,
    state: ChainState | None = None,
    blocks: Iterable[Iterable[str]] | None = None,
) -> Steps[Sampler]:
    """Make a sampler in slices of about 10 ms; see `make_sampler`."""
    conditioned = condition(ugm, evidence)
    offsets = count_offsets(ugm)
    free = np.array([ugm.index(name) for name in conditioned.ugm.names], dtype=np.int64)
    count_starts = offsets[free] if free.size else free
    if method == TREE:
        plan: Plan = yield from tree_plan_steps(conditioned, count_starts, _blocks(state, blocks))
    elif method in METHODS:
        plan = yield from plan_steps(conditioned, method, count_starts)
    else:
        raise ModelError(f'There is no sampler called "{method}". Choose one of {", ".join((*METHODS, TREE))}.')
    for_start, for_chain = np.random.SeedSequence(seed).spawn(2)
    if state is None:
        found, exact = yield from start_steps(conditioned, for_start)
        states = [found[conditioned.ugm.index(name)] for name in plan.names]
    else:
        states, exact = list(_checked(state, plan, conditioned)), False
    buffers = Buffers(
        plan,
        np.array(states, dtype=np.int64),
        np.array(first_words(for_chain), dtype=np.uint64),
        np.zeros(k.N_METERS, dtype=np.int64),
        np.zeros(sum(ugm.n_states), dtype=np.int64),
        np.zeros(k.FIRST_BATCH + k.MOST_BATCHES, dtype=np.int64),
        np.zeros(0, dtype=np.int64),
        np.zeros((0, plan.n_sites), dtype=np.int64),
    )
    buffers.meters[[k.LAST_SITE, k.LAST_PROPOSED]] = -1
    sampler = Sampler(ugm, conditioned, plan, buffers, exact)
    sampler.set_event(None)
    if state is not None:
        sampler._resume(state)
    return sampler


def make_sampler(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    method: str = "gibbs",
    seed: int = 0,
    state: ChainState | None = None,
    blocks: Iterable[Iterable[str]] | None = None,
) -> Sampler:
    """Make a chain that samples p(free variables | evidence), one variable or one block at a time.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    method : str
        "gibbs": each variable is redrawn from its conditional. "metropolis": another state is proposed, all alike, and
        taken with probability min(1, ratio). "tree-gibbs": each block, a forest given the rest, is drawn at once.
    seed : int
        Decides start and draws; not used with `state`.
    state : ChainState, optional
        Go on from here: the same draws as a run that never stopped.
    blocks : iterable of iterables of str, optional
        For "tree-gibbs": forests given the rest, designed when None; a variable in none is a block by itself.

    Returns
    -------
    Sampler
        The start is an exact draw where that is cheap, else an allowed joint state found by search.

    Raises
    ------
    EvidenceError, ZeroMassError
        The evidence does not fit the model, or is impossible.
    ModelError
        An unknown method, a block with a cycle, or a state from another model.
    """
    return drain(sampler_steps(ugm, evidence, method, seed, state, blocks))


def _blocks(state: ChainState | None, blocks: Iterable[Iterable[str]] | None) -> Iterable[Iterable[str]] | None:
    """Return the blocks asked for; those of the chain that goes on where none are."""
    if blocks is not None or state is None:
        return blocks
    ends = np.cumsum(state.block_sizes).tolist()
    return [state.names[end - size : end] for size, end in zip(state.block_sizes, ends, strict=True)]


def _checked(state: ChainState, plan: Plan, conditioned: Conditioned) -> tuple[int, ...]:
    fits = (
        state.method == plan.method
        and state.names == plan.names
        and state.block_sizes == (tuple(map(len, plan.blocks)) if isinstance(plan, TreePlan) else ())
        and all(0 <= s < n for s, n in zip(state.states, plan.n_states, strict=True))
    )
    if not fits:
        raise ModelError(
            f"The saved chain is a {state.method} run over {', '.join(state.names) or 'no variables'}; it cannot go on "
            f"as {plan.method} over {', '.join(plan.names) or 'no variables'}. Start a new chain."
        )
    if conditioned.ugm.log_score(dict(zip(state.names, state.states, strict=True))) == -np.inf:
        raise ModelError("The saved chain is in a joint state that this model forbids. Start a new chain.")
    return state.states


def sample_chain(
    ugm: UGM,
    n: int,
    evidence: Mapping[str, int] | None = None,
    method: str = "gibbs",
    seed: int = 0,
    burn_in: int = 1000,
    thin: int = 1,
    blocks: Iterable[Iterable[str]] | None = None,
) -> Ints:
    """Return n successive draws of one chain.

    Parameters
    ----------
    ugm, evidence, method, seed, blocks
        As in `make_sampler`.
    n : int
        Number of draws; successive draws are correlated.
    burn_in : int
        Sweeps left out first.
    thin : int
        Sweeps from one draw to the next.

    Returns
    -------
    ndarray of int64, shape (n, n_variables)
        State indices in `ugm.variables` order.
    """
    if n < 0 or burn_in < 0 or thin < 1:
        raise CliqueError(
            f"n = {n}, burn_in = {burn_in}, thin = {thin} is not a plan for a chain. "
            "Give n and burn_in that are zero or more and thin of one or more."
        )
    sampler = make_sampler(ugm, evidence, method, seed, blocks=blocks)
    total = (burn_in + n * thin) * len(sampler.names)
    if total >= WORTH_COMPILING:
        sampler.compile()
    sampler.advance(burn_in * len(sampler.names))
    return sampler.draw(n, thin)
