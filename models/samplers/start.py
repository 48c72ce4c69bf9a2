"""In which joint state does a chain begin?

In one of positive potential, for a chain can leave a forbidden state only by luck. Where exact inference is cheap it is
an exact draw, so the chain is stationary from its first sweep. Elsewhere each component is searched: values in random
order, the most constrained variable first, and after each choice every factor strikes out the states that it no longer
allows anywhere (generalised arc consistency; Mackworth, 1977). With nothing forbidden the search takes its first try.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.conditioning import Conditioned
from models.errors import CliqueError, ZeroMassError
from models.factor import Factor

from .reach import strict_factors

EXACT_BYTES = 2**25  # most memory for an exact draw of the start
TRIES = 20_000  # choices in the search of one component

Bools = NDArray[np.bool_]


def start_state(conditioned: Conditioned, seed: np.random.SeedSequence, exact: bool = True) -> tuple[list[int], bool]:
    """Return a joint state of the free variables with positive potential.

    Parameters
    ----------
    conditioned : Conditioned
    seed : numpy.random.SeedSequence
        Decides the draw.
    exact : bool
        Whether to draw from the model itself when its junction tree takes at most 32 MB.

    Returns
    -------
    tuple of list of int and bool
        A state per free variable, in model order; and whether it is an exact draw.

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
    if exact:
        from models.exact import forecast, sample

        if forecast(ugm).n_bytes <= EXACT_BYTES:
            # The exact sampler's seed is an integer; the pool's words are as good a one as any.
            drawn = sample(ugm, 1, method="exact", seed=int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1)))
            return [int(s) for s in drawn[0]], True
    rng = np.random.default_rng(seed)
    found: dict[str, int] = {}
    for component, factors in zip(conditioned.components, strict_factors(conditioned), strict=True):
        found |= _search(conditioned, component, factors, rng)
    return [found[name] for name in ugm.names], False


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
) -> dict[str, int]:
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
    tries = 0
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
