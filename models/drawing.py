"""How are independent samples drawn from a model exactly?

After messages have gone up, each clique's row holds the conditional distribution of its residual variables given its
separator, so that p(x) is the product of these rows over the cliques. Draws go from the roots down, all of them at
once, clique by clique. See Koller and Friedman (2009), section 12.1 (forward sampling) on the junction tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from operator import index as as_index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .calibration import SLICE, Calibration
from .conditioning import check_evidence
from .conflict import impossible, smallest_conflict
from .costs import prepare
from .errors import Cancelled, CancelToken, CliqueError, ZeroMassError
from .factor import Floats
from .junction_tree import Ints
from .kernels import draws as draw_kernels
from .kernels.layout import CLIQUE, COLUMNS, TABLE
from .soft_evidence import SoftLike, with_soft_evidence
from .steps import Steps, drain
from .ugm import UGM

_CHUNK = 1 << 20  # entries looked at in one go
METHODS = dict.fromkeys(("gibbs", "metropolis", "tree-gibbs"), "models.samplers.chain")
"""Where the function `sample_chain` for each method that is not exact lives; imported when asked for."""


def sample(
    ugm: UGM,
    n: int,
    evidence: Mapping[str, int] | None = None,
    method: str = "exact",
    seed: int = 0,
    *,
    soft: SoftLike | None = None,
    **options: Any,
) -> NDArray[np.int64]:
    """Draw samples given the evidence.

    Parameters
    ----------
    ugm : UGM
    n : int
        How many.
    evidence : mapping of str to int, optional
    method : {"exact", "gibbs", "tree-gibbs", "metropolis"}
        Exact draws are independent. The others run a Markov chain and take `burn_in` and `thin`, in sweeps.
    seed : int
        The same seed gives the same samples.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; see `SoftEvidence`.
    **options
        Of the method; `max_bytes` for "exact".

    Returns
    -------
    ndarray of int64, shape (n, n_variables)
        State indices; columns in the order of `ugm.variables`, clamped variables included.

    Raises
    ------
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    TooLargeError, EvidenceError
    CliqueError
        There is no such method.
    """
    if method == "exact":
        return draw(ugm, n, evidence, seed, soft=soft, **options)
    if method not in METHODS:
        known = ", ".join(f'"{name}"' for name in ("exact", *METHODS))
        raise CliqueError(f'There is no way to sample called "{method}". Use one of {known}.')
    sample_chain: Callable[..., NDArray[np.int64]] = import_module(METHODS[method]).sample_chain
    weighed = with_soft_evidence(ugm, soft)
    try:
        return sample_chain(weighed, n, evidence, method, seed, **options)
    except ZeroMassError:
        # The chain sees only what clamping left of the model, and cannot say which clamps are at fault.
        checked = check_evidence(weighed, evidence)
        raise impossible(weighed, checked, smallest_conflict(weighed, checked)) from None


def draw(
    ugm: UGM,
    n: int,
    evidence: Mapping[str, int] | None = None,
    seed: int = 0,
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> NDArray[np.int64]:
    """Draw n independent samples exactly; see `sample`."""
    return drain(draw_steps(ugm, n, evidence, seed, max_bytes, soft=soft))


def draw_steps(
    ugm: UGM,
    n: int,
    evidence: Mapping[str, int] | None = None,
    seed: int = 0,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[NDArray[np.int64]]:
    """Compute `draw` in slices; yields None."""
    if as_index(n) < 0:
        raise CliqueError(f"{n} samples cannot be drawn. Give a number that is zero or more.")
    ugm = with_soft_evidence(ugm, soft)
    checked, plan = prepare(ugm, evidence, max_bytes)
    run = Calibration(plan, ugm, checked, cancel=cancel)
    yield from run.collect_steps()
    states = yield from _draw_down_steps(run, n, np.random.default_rng(seed), cancel or CancelToken())
    run.release()
    tree = plan.tree
    drawn = np.zeros((n, len(ugm.variables)), dtype=np.int64)
    drawn[:, plan.free[tree.order]] = states.T
    for name, state in checked.items():
        drawn[:, ugm.index(name)] = state
    return drawn


def _draw_down_steps(run: Calibration, n: int, rng: np.random.Generator, token: CancelToken) -> Steps[Ints]:
    """Draw from the roots to the leaves; return states by position and sample, so that whole rows are read."""
    tree = run.plan.tree
    states: Ints = np.zeros((len(tree.order), n), dtype=np.int64)
    compiled = kernels.wanted("draws", n * len(tree.axes))
    at_once = max(1, _CHUNK // max(1, n))  # cliques; the numbers do not depend on how many
    c = tree.n_cliques - 1
    while c >= 0:
        uniform: Floats = rng.random((min(at_once, c + 1), n))
        end = c - len(uniform)
        top = c
        while c > end:
            if token.cancelled:
                raise Cancelled
            if not compiled:
                _draw_clique(run, c, states, uniform[top - c])
                c -= 1
                if n * int(tree.start[c + 2] - tree.start[c + 1]) > _CHUNK // 16:
                    yield None
                continue
            c = draw_kernels.draw_down(
                c,
                SLICE,
                run.program.cliques,
                tree.start,
                tree.n_residuals,
                tree.axes,
                tree.cards,
                run.memory,
                states,
                uniform[top - c :],
                token.flag,
            )
            if c == draw_kernels.STOPPED:
                raise Cancelled
            if c >= 0:
                yield None
    return states


def _draw_clique(run: Calibration, c: int, states: Ints, uniform: Floats) -> None:
    """Draw the residual variables of one clique for all samples, given their separators."""
    tree, program = run.plan.tree, run.program
    begin, split, end = int(tree.start[c]), int(tree.start[c] + tree.n_residuals[c]), int(tree.start[c + 1])
    cards = tree.cards.tolist()
    n = states.shape[1]
    row = np.zeros(n, dtype=np.int64)
    for i in range(end - 1, split - 1, -1):
        row = row * cards[i] + states[tree.axes[i]]
    table, columns = int(program.cliques[c * CLIQUE + TABLE]), int(program.cliques[c * CLIQUE + COLUMNS])
    rows: Ints
    which: Ints
    rows, which = np.unique(row, return_inverse=True)
    choice = np.empty(n, dtype=np.int64)
    per_chunk = max(1, _CHUNK // columns)
    by_row = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[by_row], np.arange(len(rows) + 1))
    for first in range(0, len(rows), per_chunk):
        some = rows[first : first + per_chunk]
        last = first + len(some)
        weights = run.memory[table + some[:, None] * columns + np.arange(columns)]
        mine = by_row[bounds[first] : bounds[last]]
        choice[mine] = _choose(weights, which[mine] - first, uniform[mine])
    for i in range(begin, split):
        choice, states[tree.axes[i]] = np.divmod(choice, cards[i])


def _choose(weights: Floats, which: Ints, uniform: Floats) -> Ints:
    """Pick a column with probability in proportion to its weight, in row `which[i]` for number `uniform[i]`."""
    n_columns = weights.shape[1]
    cumulative: Floats = np.cumsum(weights, axis=1)
    total = cumulative[:, -1:]
    target = uniform * total[which, 0]
    if len(weights) == 1:
        picked = np.searchsorted(cumulative[0], target, side="right")
    elif n_columns <= 64:
        picked = np.zeros(len(which), dtype=np.int64)
        for column in range(n_columns - 1):
            picked += cumulative[which, column] <= target
    else:
        # A binary search in every row at once.
        low, high = np.zeros(len(which), dtype=np.int64), np.full(len(which), n_columns)
        while (low < high).any():
            middle = (low + high) // 2
            beyond = cumulative[which, np.minimum(middle, n_columns - 1)] <= target
            open_ = low < high
            low = np.where(open_ & beyond, middle + 1, low)
            high = np.where(open_ & ~beyond, middle, high)
        picked = low
    # Rounding can take the target up to the total: the last column of positive weight is where that is reached.
    last = (cumulative >= total).argmax(axis=1)
    return np.asarray(np.minimum(picked, last[which]), dtype=np.int64)
