"""Does a block update draw the block from its conditional, the same compiled and plain, wherever a run is cut?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import UGM, Factor, ModelError, Variable, infer, ising_grid, kernels, sample, stacked_rbm
from models.blocks import design_blocks
from models.examples import chain, complete
from models.samplers.chain import make_sampler, sample_chain, sampler_steps
from models.samplers.tree_gibbs import log_above
from models.steps import drain
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


def joint_of(ugm, evidence=None):
    """Return p(joint state) by enumeration, keyed by states in model order."""
    scores = enumerate_ugm(ugm, evidence).scores
    top = max(scores.values())
    total = math.fsum(math.exp(score - top) for score in scores.values())
    return {states: math.exp(score - top) / total for states, score in scores.items()}


def forests_of(ugm, evidence):
    return [block.names for block in design_blocks(ugm, evidence).blocks]


@given(case=ugms_with_evidence(max_variables=5, max_states=3, max_joint=120, wide=False), data=st.data())
def test_a_block_is_drawn_from_its_conditional(case, data):
    """The product of what each site is drawn from is p(block | rest), for every state of the block."""
    ugm, evidence = case
    if enumerate_ugm(ugm, evidence).marginals is None or len(evidence) == len(ugm.names):
        return
    joint = joint_of(ugm, evidence)
    sampler = make_sampler(ugm, evidence, "tree-gibbs", blocks=forests_of(ugm, evidence))
    plan = sampler.plan
    present = data.draw(st.sampled_from(sorted(joint)))
    block = data.draw(st.sampled_from(plan.blocks))
    places = [ugm.index(name) for name in block]
    rest = {
        states: p
        for states, p in joint.items()
        if all(states[i] == present[i] for i in range(len(states)) if i not in places)
    }
    first = plan.names.index(block[0])
    for drawn in itertools.product(*(range(ugm.variables[i].n_states) for i in places)):
        states = list(present)
        for i, s in zip(places, drawn, strict=True):
            states[i] = s
        sites = [states[ugm.index(name)] for name in plan.names]
        p = 1.0
        for j in range(len(block)):
            if p:  # else a site's parent is in a state that it is never drawn in
                p *= float(plan.conditional(first + j, sites)[drawn[j]])
        assert p == pytest.approx(rest.get(tuple(states), 0.0) / sum(rest.values()), abs=1e-9)


@given(case=ugms_with_evidence(max_variables=6, max_states=4, max_joint=600, wide=True), seed=st.integers(0, 2**31))
def test_the_compiled_loop_is_the_plain_one_bit_for_bit(case, seed):
    kernels.wanted("tree_gibbs", math.inf)
    ugm, evidence = case
    if enumerate_ugm(ugm, evidence).marginals is None:
        return
    runs = [make_sampler(ugm, evidence, "tree-gibbs", seed) for _ in range(3)]
    n = 25 * max(len(runs[0].names), 1) + 3
    runs[0].advance(n)
    runs[1].advance(n, interpreted=True)
    for piece in (1, 2, 5, n - 8):  # cut in the middle of blocks
        runs[2].advance(piece)
    states = [run.state() for run in runs]
    assert states[0].states == states[1].states == states[2].states
    assert states[0].words == states[1].words == states[2].words
    assert np.array_equal(states[0].counts, states[1].counts)
    assert np.array_equal(states[0].counts, states[2].counts)


def test_no_forbidden_state_is_ever_drawn():
    ugm = chain(4, 3).with_factor(Factor(("x1", "x3"), np.where(np.eye(3), 0.0, -np.inf)))
    rows = sample(ugm, 400, method="tree-gibbs", seed=3, burn_in=0)
    assert (rows[:, 0] == rows[:, 2]).all()


def test_a_tree_is_drawn_independently():
    """One block: successive draws are exact and independent, so their counts are multinomial."""
    ugm = chain(6, 3, seed=4)
    sampler = make_sampler(ugm, None, "tree-gibbs", seed=11)
    assert len(sampler.blocks) == 1
    n = 20_000
    rows = sampler.draw(n)
    exact = infer(ugm)
    for name, marginal in exact.marginals.items():
        share = np.bincount(rows[:, ugm.index(name)], minlength=3) / n
        assert np.abs(share - marginal).max() < 5 * math.sqrt(0.25 / n)  # 18 shares at five sigma: one in 10^5
    same = np.mean(rows[1:, 0] == rows[:-1, 0])
    assert same == pytest.approx(float((exact.marginals["x1"] ** 2).sum()), abs=5 * math.sqrt(0.25 / n))


@pytest.mark.parametrize(
    ("ugm", "evidence"),
    [
        (ising_grid(3, 4, coupling=0.6), {}),
        (stacked_rbm(2), {"z1": 1}),
        (complete(4, 3), {}),
        (
            UGM(
                [Variable.of_size(name, 2) for name in "abcd"],
                [Factor(("a", "b", "c"), np.arange(8.0).reshape(2, 2, 2) / 3), Factor(("c", "d"), [[1.0, 0], [0, 1]])],
            ),
            {},
        ),
    ],
    ids=["lattice", "stack", "complete", "triple"],
)
def test_marginals_come_out_right(ugm, evidence):
    rows = sample_chain(ugm, 30_000, evidence, "tree-gibbs", seed=5, burn_in=200)
    exact = infer(ugm, evidence)
    for name, marginal in exact.marginals.items():
        share = np.bincount(rows[:, ugm.index(name)], minlength=len(marginal)) / len(rows)
        assert np.abs(share - marginal).max() < 0.03  # correlated draws: five standard errors at 30 draws' memory


def test_a_block_mixes_faster_than_single_sites():
    """On a strongly coupled chain single sites stick together; a block of all draws afresh."""
    ugm = ising_grid(1, 12, coupling=1.5, field=0.0)
    flips = {}
    for method in ("gibbs", "tree-gibbs"):
        rows = sample_chain(ugm, 2000, None, method, seed=1, burn_in=0)
        flips[method] = np.mean(rows[1:, 5] != rows[:-1, 5])
    assert flips["tree-gibbs"] > 0.4
    assert flips["gibbs"] < 0.1


def test_a_saved_chain_goes_on_as_if_it_had_never_stopped():
    ugm = ising_grid(4, 4)
    whole = make_sampler(ugm, {"x1": 0}, "tree-gibbs", seed=2)
    part = make_sampler(ugm, {"x1": 0}, "tree-gibbs", seed=2)
    part.advance(101)
    resumed = make_sampler(ugm, {"x1": 0}, "tree-gibbs", state=part.state())
    assert resumed.blocks == part.blocks
    whole.advance(1000)
    resumed.advance(899)
    assert whole.state().states == resumed.state().states
    assert np.array_equal(whole.flat_counts, resumed.flat_counts)
    with pytest.raises(ModelError, match="saved chain"):
        make_sampler(ugm, {"x1": 0}, "tree-gibbs", state=part.state(), blocks=[["x2"]])


def test_blocks_can_be_chosen():
    ugm = stacked_rbm(2)
    sampler = make_sampler(ugm, {"x1": 1}, "tree-gibbs", blocks=[["x1", "x2", "h1", "h2"], ["z1", "z2"]])
    assert [set(block) for block in sampler.blocks] == [{"x2", "h1", "h2"}, {"z1", "z2"}, {"y1"}, {"y2"}]
    step = sampler.step()
    assert step.name == sampler.names[0]
    assert step.accepted


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([["x1", "x2", "x3"]], "has a cycle"),
        ([["x1"], ["x1", "x4"]], "x1 is in two blocks"),
        ([["q"]], "names q"),
    ],
)
def test_blocks_that_cannot_be_say_why(blocks, message):
    with pytest.raises(ModelError, match=message):
        make_sampler(complete(4), None, "tree-gibbs", blocks=blocks)


def test_with_everything_clamped_there_is_nothing_to_draw():
    ugm = chain(2)
    sampler = make_sampler(ugm, {"x1": 0, "x2": 1}, "tree-gibbs")
    sampler.advance(5)
    assert sampler.n_draws == 5
    assert sampler.names == ()


@given(st.floats(1.0, 1e6))
def test_the_portable_logarithm_is_one(x):
    assert log_above(x) == pytest.approx(math.log(x), rel=1e-15, abs=1e-16)


def test_an_unknown_method_names_those_there_are():
    with pytest.raises(ModelError, match="tree-gibbs"):
        make_sampler(chain(2), None, "magic")


def test_making_it_is_sliced():
    steps = sampler_steps(ising_grid(6, 6), None, "tree-gibbs")
    assert next(steps) is None
    assert len(drain(steps).names) == 36
