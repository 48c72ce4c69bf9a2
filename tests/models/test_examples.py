"""Are the generated models the ones their names promise?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models import ModelError, chain, complete, ising_grid, stacked_rbm


@pytest.mark.parametrize("n", [1, 2, 3, 6])
@pytest.mark.parametrize("chains", [(), ("x", "y")])
def test_stacked_rbm_edges(n, chains):
    expected = set()
    for above, below in ("xz", "zh", "hy"):
        expected |= {(f"{above}{i}", f"{below}{j}") for i in range(1, n + 1) for j in range(1, n + 1)}
    for layer in chains:
        expected |= {(f"{layer}{i}", f"{layer}{i + 1}") for i in range(1, n)}
    assert set(stacked_rbm(n, chains=chains).edges) == expected


def test_ising_weights_are_coupling_times_spins():
    ugm = ising_grid(2, 3, coupling=0.7, field=-0.2)
    spins = dict(zip(ugm.names, (1, -1, 1, 1, 1, -1), strict=True))
    pairs = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]
    values = list(spins.values())
    expected = 0.7 * sum(values[i] * values[j] for i, j in pairs) - 0.2 * sum(values)
    assert ugm.log_score({name: (s + 1) // 2 for name, s in spins.items()}) == pytest.approx(expected, abs=1e-12)


def test_lattice_is_a_lattice():
    ugm = ising_grid(4, 5)
    place = {name: divmod(k, 5) for k, name in enumerate(ugm.names)}
    for a, b in itertools.combinations(ugm.names, 2):
        near = abs(place[a][0] - place[b][0]) + abs(place[a][1] - place[b][1]) == 1
        assert ((a, b) in ugm.edges) == near


def test_chain_and_complete():
    assert chain(4, 3).edges == (("x1", "x2"), ("x2", "x3"), ("x3", "x4"))
    assert len(complete(5, 2).edges) == 10
    assert chain(4, 3).n_states == (3, 3, 3, 3)


def test_the_same_seed_gives_the_same_tables():
    assert stacked_rbm(3).same_as(stacked_rbm(3))
    assert not stacked_rbm(3).same_as(stacked_rbm(3, seed=1))
    assert all(np.isfinite(f.log_table).all() for f in stacked_rbm(6).factors)


def test_impossible_requests_say_why():
    with pytest.raises(ModelError, match="at least 1, not 0"):
        stacked_rbm(0)
    with pytest.raises(ModelError, match="repeat a letter"):
        stacked_rbm(2, layers="xx")
    with pytest.raises(ModelError, match="no layer q"):
        stacked_rbm(2, chains=("q",))
