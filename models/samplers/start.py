"""In which joint state does a chain begin?

In one of positive potential, for a chain can leave a forbidden state only by luck. Where exact inference is cheap it is
an exact draw, so the chain is stationary from its first sweep. Elsewhere each component is searched: values in random
order, the most constrained variable first, and after each choice every factor strikes out the states that it no longer
allows anywhere (generalised arc consistency; Mackworth, 1977). With nothing forbidden the search takes its first try.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import prod
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from models.conditioning import Conditioned
from models.errors import CliqueError, ZeroMassError
from models.factor import Factor
from models.steps import Steps
from models.ugm import UGM

from .reach import strict_factors

EXACT_BYTES = 2.0**25  # most memory for an exact draw of the start, about
TRIES = 20_000  # choices in the search of one component
SLICE = 0.01  # seconds

Bools = NDArray[np.bool_]


def start_steps(conditioned: Conditioned, seed: np.random.SeedSequence) -> Steps[tuple[list[int], bool]]:
    """Find a joint state of the free variables with positive potential, in slices of about 10 ms.

    Parameters
    ----------
    conditioned : Conditioned
    seed : numpy.random.SeedSequence
        Decides the draw.

    Returns
    -------
    tuple of list of int and bool
        A state per free variable, in model order; and whether it is an exact draw, which it is when exact
        inference takes at most about 32 MB.

    Raises
    ------
    ZeroMassError
        No joint state agrees with the evidence.
    CliqueError
        The search gave up before it found one.
    """
    if conditioned.log_constant == -np.inf:
        raise ZeroMassError(impossible(conditioned))
    ugm = conditioned.ugm
    if not ugm.variables:
        return [], True
    if 8 * table_entries(ugm, EXACT_BYTES / 8) <= EXACT_BYTES:
        from models.exact import draw_steps

        # The exact sampler's seed is an integer; the pool's words are as good a one as any.
        drawn = yield from draw_steps(ugm, 1, seed=int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1)))
        return [int(s) for s in drawn[0]], True
    rng = np.random.default_rng(seed)
    found: dict[str, int] = {}
    for component, factors in zip(conditioned.components, strict_factors(conditioned), strict=True):
        found |= yield from _search(conditioned, component, factors, rng)
    return [found[name] for name in ugm.names], False


def table_entries(ugm: UGM, limit: float) -> float:
    """Return the entries of all clique tables when the smallest is always eliminated first, or more than `limit`.

    Stops as soon as the limit is passed, so that a model far too large is recognised without being worked through.
    """
    place = {name: i for i, name in enumerate(ugm.names)}
    near: list[set[int]] = [{i} for i in range(len(ugm.names))]  # each with itself
    for factor in ugm.factors:
        scope = {place[name] for name in factor.scope}
        for i in scope:
            near[i] |= scope
    sizes = ugm.n_states
    heap = [(prod(sizes[j] for j in around), i) for i, around in enumerate(near)]
    heapify(heap)
    gone, total = [False] * len(sizes), 0.0
    while heap:
        entries, i = heappop(heap)
        if gone[i] or entries != prod(sizes[j] for j in near[i]):
            continue  # out of date; the true size is in the heap too
        total += entries
        if total > limit:
            break
        gone[i] = True
        around = near[i] - {i}
        for j in around:
            near[j] |= around
            near[j].discard(i)
            heappush(heap, (prod(sizes[k] for k in near[j]), j))
    return total


def impossible(conditioned: Conditioned) -> str:
    """Return the sentence for evidence that no joint state agrees with."""
    if not conditioned.evidence:
        return "Every joint state of this model is forbidden, so there is nothing to draw. Allow some entry of a table."
    clamps = ", ".join(f"{name} = {state}" for name, state in list(conditioned.evidence.items())[:4])
    more = ", ..." if len(conditioned.evidence) > 4 else ""
    return (
        f"The clamped states ({clamps}{more}, counted from 0) are impossible together: their probability is zero, so "
        "there is nothing to draw. Release one of them."
    )


def _search(
    conditioned: Conditioned, component: Sequence[str], factors: Sequence[Factor], rng: np.random.Generator
) -> Steps[dict[str, int]]:
    """Find an allowed joint state of one component, given its factors that forbid something."""
    ugm = conditioned.ugm
    tables = _Tables(component, factors)
    found = {n: int(rng.integers(ugm.variable(n).n_states)) for n in component if not tables.of[n]}
    tied = [name for name in component if tables.of[name]]
    domains = {name: np.ones(ugm.variable(name).n_states, dtype=bool) for name in tied}
    sizes = {name: ugm.variable(name).n_states for name in tied}  # of the domains, kept beside them
    if not tables.strike(domains, sizes, range(len(tables.tables))):
        raise ZeroMassError(impossible(conditioned))
    # Each frame: the domains before the choice, their sizes, the variable, and the states still to try.
    frames: list[tuple[dict[str, Bools], dict[str, int], str, list[int]]] = []
    tries, clock = 0, monotonic()
    while True:
        open_names = [name for name in tied if sizes[name] > 1]
        if not open_names:
            return found | {name: int(np.argmax(domains[name])) for name in tied}
        name = min(open_names, key=sizes.__getitem__)
        frames.append((domains, sizes, name, rng.permutation(np.flatnonzero(domains[name])).tolist()))
        while True:
            while frames and not frames[-1][3]:
                frames.pop()
            if not frames:
                raise ZeroMassError(impossible(conditioned))
            if monotonic() - clock > SLICE:
                yield None
                clock = monotonic()
            tries += 1
            if tries > TRIES:
                raise CliqueError(
                    f"No allowed joint state was found in {TRIES:,} tries: almost every one is forbidden, or all are. "
                    "Clamp some variables to states that are known to go together."
                )
            before, sizes_before, name, states = frames[-1]
            domains, sizes = dict(before), dict(sizes_before)
            domains[name] = np.arange(domains[name].size) == states.pop()
            sizes[name] = 1
            if tables.strike(domains, sizes, tables.of[name]):
                break


class _Tables:
    """Factors as tables of allowed entries, and which of them mention a variable."""

    def __init__(self, component: Sequence[str], factors: Sequence[Factor]) -> None:
        self.tables: list[tuple[tuple[str, ...], Bools]] = [(f.scope, f.log_table > -np.inf) for f in factors]
        self.of: dict[str, list[int]] = {name: [] for name in component}
        for t, (scope, _) in enumerate(self.tables):
            for name in scope:
                self.of[name].append(t)

    def strike(self, domains: dict[str, Bools], sizes: dict[str, int], first: Sequence[int]) -> bool:
        """Strike states without support until nothing changes; False when a variable has none left."""
        waiting = list(dict.fromkeys(first))
        while waiting:
            t = waiting.pop()
            scope, allowed = self.tables[t]
            alive = allowed
            for axis, name in enumerate(scope):
                alive = alive & domains[name].reshape([-1 if a == axis else 1 for a in range(alive.ndim)])
            for axis, name in enumerate(scope):
                kept = np.asarray(alive.any(axis=tuple(a for a in range(alive.ndim) if a != axis)))
                n_kept = int(kept.sum())
                if n_kept == 0:
                    return False
                if n_kept < sizes[name]:
                    domains[name], sizes[name] = kept, n_kept
                    waiting += [other for other in self.of[name] if other != t and other not in waiting]
        return True
