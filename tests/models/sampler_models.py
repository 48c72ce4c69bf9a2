"""Which small models do the tests of samplers share?"""

from __future__ import annotations

import itertools

import numpy as np

from models import UGM, Factor, Variable


def random_ugm(seed: int, forbidden: float = 0.0, most_states: int = 3, n: int = 3) -> UGM:
    """Return a model with unary, pairwise and triple factors, an isolated variable and perhaps a one-state variable.

    A share `forbidden` of the table entries is minus infinity, but never those of one joint state.
    """
    rng = np.random.default_rng(seed)
    names = [f"v{i}" for i in range(n + 1)]
    variables = [Variable.of_size(name, int(rng.integers(1, most_states + 1))) for name in names]
    sizes = {v.name: v.n_states for v in variables}
    alive = {v.name: int(rng.integers(v.n_states)) for v in variables}
    scopes = [(name,) for name in names[:n]] + list(itertools.combinations(names[:n], 2)) + [tuple(names[:3])]
    factors = []
    for scope in scopes:
        if len(scope) > 1 and rng.random() < 0.3:
            continue
        scope = tuple(rng.permutation(scope))
        table = rng.normal(size=[sizes[name] for name in scope])
        table[rng.random(table.shape) < forbidden] = -np.inf
        spared = tuple(alive[name] for name in scope)
        if table[spared] == -np.inf:
            table[spared] = 0.0
        factors.append(Factor(scope, table))
    return UGM(variables, factors)


def flat_bits(n: int) -> UGM:
    """Return n binary variables without any factor."""
    return UGM([Variable.of_size(f"b{i}", 2) for i in range(n)])


def equal_bits() -> UGM:
    """Return two bits that must agree, weights 1 and 3."""
    bits = [Variable.of_size("a", 2), Variable.of_size("b", 2)]
    return UGM(bits, [Factor.from_table(("a", "b"), [[1, 0], [0, 3]])])
