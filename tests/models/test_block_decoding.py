"""Does block ICM end where no block can be improved, and is that the optimum where one block is all?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import CliqueError, Factor, ModelError, ZeroMassError, decode, ising_grid, stacked_rbm
from models.blocks import design_blocks
from models.errors import Cancelled, CancelToken
from models.examples import chain
from models.samplers.block_icm import block_decode_steps
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


@given(
    case=ugms_with_evidence(max_variables=6, max_joint=300),
    method=st.sampled_from(["icm", "block-icm"]),
    seed=st.integers(0, 99),
)
def test_it_ends_where_no_block_can_be_improved(case, method, seed):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, evidence)
    if answer.marginals is None:
        with pytest.raises(ZeroMassError):
            decode(ugm, evidence, method, seed=seed)
        return
    found = decode(ugm, evidence, method, seed=seed)
    assert not found.exact
    assert found.log_score == pytest.approx(ugm.log_score(found.assignment))
    assert found.log_score <= answer.best_score + 1e-9
    assert all(found.assignment[name] == state for name, state in evidence.items())
    free = [name for name in ugm.names if name not in evidence]
    blocks = [[name] for name in free] if method == "icm" else [b.names for b in design_blocks(ugm, evidence).blocks]
    for block in blocks:
        for states in itertools.product(*(range(ugm.variable(name).n_states) for name in block)):
            other = {**found.assignment, **dict(zip(block, states, strict=True))}
            assert ugm.log_score(other) <= found.log_score + 1e-9 * max(1.0, abs(found.log_score))


def test_a_tree_is_one_block_and_solved():
    for seed in range(10):
        ugm = chain(7, 3, seed=seed)
        found = decode(ugm, method="block-icm")
        assert found.log_score == pytest.approx(decode(ugm).log_score)


def test_blocks_do_better_than_single_variables_on_a_strong_lattice():
    rng = np.random.default_rng(3)
    ugm = ising_grid(8, 8, coupling=0.8)
    for name in ugm.names:
        ugm = ugm.with_factor(Factor((name,), rng.normal(size=2)))
    best = decode(ugm).log_score
    single = [decode(ugm, method="icm", seed=seed).log_score for seed in range(8)]
    block = [decode(ugm, method="block-icm", seed=seed).log_score for seed in range(8)]
    assert max(block) <= best + 1e-9
    assert np.mean(block) > np.mean(single)


def test_restarts_only_help():
    rng = np.random.default_rng(5)
    ugm = ising_grid(6, 6, coupling=0.0)
    for a, b in ugm.edges:
        ugm = ugm.with_factor(Factor((a, b), rng.normal(size=(2, 2))))
    one = decode(ugm, method="icm", seed=1).log_score
    many = decode(ugm, method="icm", seed=1, restarts=20).log_score
    assert one <= many <= decode(ugm).log_score + 1e-9


def test_soft_evidence_counts():
    ugm = stacked_rbm(2)
    soft = {"x1": [1.0, 0.0], "y2": [0.0, 1.0]}
    found = decode(ugm, method="block-icm", soft=soft)
    assert (found.assignment["x1"], found.assignment["y2"]) == (0, 1)


def test_options_and_methods_that_do_not_exist():
    with pytest.raises(CliqueError, match="no way to decode"):
        decode(chain(2), method="magic")
    with pytest.raises(CliqueError, match="number of restarts cannot be 0"):
        decode(chain(2), method="icm", restarts=0)
    with pytest.raises(ModelError, match="has a cycle"):
        decode(ising_grid(2, 2), method="block-icm", blocks=[["x1", "x2", "x3", "x4"]])


def test_it_can_be_cancelled():
    cancel = CancelToken()
    steps = block_decode_steps(ising_grid(6, 6), method="icm", cancel=cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        for _ in steps:
            pass


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": -1}, "seed cannot be -1"),
        ({"seed": 1.5}, "seed cannot be 1.5"),
        ({"restarts": 1.5}, "number of restarts cannot be 1.5"),
        ({"restarts": "two"}, "number of restarts cannot be 'two'"),
        ({"restarts": None}, "number of restarts cannot be None"),
    ],
)
def test_starts_and_seeds_that_are_no_whole_numbers_are_refused(options, words):
    with pytest.raises(CliqueError, match=words):
        decode(chain(2), method="icm", **options)
