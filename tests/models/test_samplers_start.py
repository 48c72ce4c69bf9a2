"""Does a chain begin in an allowed joint state, by draw or by search, and is the impossible refused?"""

from itertools import pairwise

import numpy as np
import pytest

from models import (
    UGM,
    CliqueError,
    EvidenceError,
    Factor,
    ModelError,
    Variable,
    ZeroMassError,
    chain,
    complete,
    ising_grid,
)
from models.samplers import make_sampler, sample_chain
from models.samplers import start as start_module
from tests.models.sampler_models import equal_bits, flat_bits, random_ugm


@pytest.fixture
def searched(monkeypatch):
    """Make chains start by search, as they do where exact inference is too dear."""
    monkeypatch.setattr(start_module, "EXACT_BYTES", -1)


def test_the_exact_start_follows_the_model():
    # P(b = 1) = 3/4 over 400 seeds: standard deviation 0.022; five are missed once in 1.7 million times.
    ugm = UGM([Variable.of_size("b", 2)], [Factor.from_table(("b",), [1, 3])])
    starts = [make_sampler(ugm, seed=seed) for seed in range(400)]
    assert all(s.starts_exact for s in starts)
    assert abs(np.mean([s.states[0] for s in starts]) - 0.75) < 0.11


def test_the_cost_of_an_exact_start_is_known_before_it_is_paid():
    # Complete graph on 4 variables of 10 states: tables of 10,000, 1,000, 100 and 10. Chain: 9 of 4 and a last of 2.
    assert start_module.table_entries(complete(4, 10), 1e9) == 11_110
    assert start_module.table_entries(chain(10), 1e9) == 9 * 4 + 2
    assert start_module.table_entries(UGM([Variable.of_size("a", 3)]), 1e9) == 3
    # A 30 by 30 lattice has treewidth 30: tables of more than a thousand million entries, seen without making them.
    assert start_module.table_entries(ising_grid(30, 30), 1e6) > 1e6
    assert not make_sampler(ising_grid(30, 30)).starts_exact


@pytest.mark.parametrize("seed", range(20))
def test_the_searched_start_has_positive_mass(seed, searched):
    ugm = random_ugm(seed, 0.75, most_states=4, n=5)
    sampler = make_sampler(ugm, seed=seed)
    assert not sampler.starts_exact
    assert ugm.log_score(sampler.assignment) > -np.inf


def colouring(n_colours, edges):
    names = sorted({name for edge in edges for name in edge})
    differ = 1.0 - np.eye(n_colours)
    return UGM(
        [Variable.of_size(name, n_colours) for name in names], [Factor.from_table(edge, differ) for edge in edges]
    )


def test_the_search_goes_back_over_its_choices(searched):
    # Petersen graph, published chromatic number 3: three colours do, after wrong turns; two do not.
    outer = [(f"o{i}", f"o{(i + 1) % 5}") for i in range(5)]
    inner = [(f"i{i}", f"i{(i + 2) % 5}") for i in range(5)]
    spokes = [(f"o{i}", f"i{i}") for i in range(5)]
    edges = outer + inner + spokes
    starts = {tuple(make_sampler(colouring(3, edges), seed=seed).states) for seed in range(10)}
    assert len(starts) > 1
    with pytest.raises(ZeroMassError):
        make_sampler(colouring(2, edges))


def test_a_search_that_gives_up_says_so(searched, monkeypatch):
    monkeypatch.setattr(start_module, "TRIES", 3)
    edges = [(f"x{i:02}", f"x{j:02}") for i in range(8) for j in range(i)]
    with pytest.raises(CliqueError, match="tries"):
        make_sampler(colouring(7, edges))


def test_many_variables_start_quickly(searched):
    n = 3000
    names = [f"x{i}" for i in range(n)]
    stay = Factor.from_table
    ugm = UGM(
        [Variable.of_size(name, 3) for name in names],
        [stay(pair, [[1, 1, 0], [1, 1, 1], [0, 1, 1]]) for pair in pairwise(names)],
    )
    assert ugm.log_score(make_sampler(ugm).assignment) == 0.0


@pytest.mark.parametrize("exact", [True, False])
def test_impossible_evidence_is_refused(exact, monkeypatch):
    if not exact:
        monkeypatch.setattr(start_module, "EXACT_BYTES", -1)
    with pytest.raises(ZeroMassError, match="a = 0, b = 1"):
        make_sampler(equal_bits(), {"a": 0, "b": 1})
    three = UGM(
        [Variable.of_size(n, 2) for n in "abc"],
        [Factor.from_table(("a", "b"), [[1, 0], [0, 1]]), Factor.from_table(("b", "c"), [[1, 0], [0, 1]])],
    )
    with pytest.raises(ZeroMassError):
        make_sampler(three, {"a": 0, "c": 1})
    with pytest.raises(ZeroMassError):
        make_sampler(UGM([Variable.of_size("a", 2)], [Factor.from_table(("a",), [0, 0])]))


def test_what_is_refused():
    ugm = flat_bits(2)
    with pytest.raises(ModelError, match="gibbs, metropolis"):
        make_sampler(ugm, method="hamiltonian")
    with pytest.raises(EvidenceError):
        make_sampler(ugm, {"nobody": 0})
    with pytest.raises(EvidenceError):
        make_sampler(ugm).set_event({"b0": 2})
    for arguments in ({"n": -1}, {"n": 1, "burn_in": -1}, {"n": 1, "thin": 0}):
        with pytest.raises(CliqueError, match="plan for a chain"):
            sample_chain(ugm, **arguments)
    assert sample_chain(ugm, 0).shape == (0, 2)
