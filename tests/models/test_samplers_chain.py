"""Do chains respect clamps, count right, stop and resume, and refuse what cannot be sampled?

Statistical tests compare with enumeration or published values at fixed seeds; each says how rarely it fails by chance.
"""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from models import (
    UGM,
    Factor,
    ModelError,
    Variable,
    chain,
    complete,
)
from models.samplers import make_sampler, sample_chain, total_variation
from tests.models.sampler_models import equal_bits, flat_bits, random_ugm
from tests.oracles import enumerate_ugm

METHODS = ["gibbs", "metropolis"]


# --- draws -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_clamped_shares_are_the_conditional_ones(method, case, shared):
    from models import read_model, sample

    check = case("rw15")["checks"][0]
    ugm = read_model(shared / "cases" / check["model"])
    evidence = {ugm.names[int(i)]: s for i, s in check["evidence"].items()}
    for draws in (
        sample_chain(ugm, check["n_samples"], evidence, method, seed=5),
        sample(ugm, check["n_samples"], evidence, method=method, seed=6),
    ):
        for i, expected in check["expect"]["marginals"].items():
            shares = np.bincount(draws[:, int(i)], minlength=len(expected)) / len(draws)
            np.testing.assert_allclose(shares, expected, atol=check["tol"]["share"])


def test_every_state_has_its_own_bar(case, shared):
    check = case("rw15")["checks"][1]
    data = json.loads((shared / "cases" / check["data"]).read_text(encoding="utf-8"))
    variable = Variable("x", [str(s) for s in data["states"]])
    counts = np.zeros(variable.n_states, dtype=int)
    for sample in data["samples"]:  # the chain's own counting, of a variable that stands at each sample in turn
        sampler = make_sampler(UGM([variable]), {"x": variable.labels.index(str(sample))})
        sampler.advance(1)
        counts += sampler.counts["x"]
    assert counts.tolist() == check["expect"]["heights"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_long_runs_reach_the_enumerated_joint(method, seed):
    ugm = random_ugm(seed, 0.0)
    scores = enumerate_ugm(ugm).scores
    weights = np.array([np.exp(s) for s in scores.values()])
    n = 40_000
    drawn = Counter(map(tuple, sample_chain(ugm, n, method=method, seed=seed).tolist()))
    shares = np.array([drawn[state] / n for state in scores])
    # About 50 joint states: the expected distance of independent draws is below 0.015; correlation at most doubles it.
    # It concentrates sharply (bounded differences), so 0.05 is not exceeded once in a million seeds.
    assert drawn.keys() <= scores.keys()
    assert np.abs(shares - weights / weights.sum()).sum() / 2 < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_flat_bits_visit_all_four_corners(method):
    # Independent fair bits; a chain that accepts every flip would miss half of the corners.
    draws = sample_chain(flat_bits(2), 4000, method=method)
    counts = Counter(map(tuple, draws.tolist()))
    # Standard deviation at most sqrt(4000 * 3 / 16) = 27 (negatively correlated draws have less): 6 of them.
    assert all(abs(counts[a, b] - 1000) < 164 for a in (0, 1) for b in (0, 1))


@pytest.mark.parametrize("method", METHODS)
def test_the_running_probability_is_within_its_error(method):
    ugm = complete(4, 3)
    event = {"x1": 0, "x2": 1, "x3": 2, "x4": 0}
    answer = enumerate_ugm(ugm)
    p = np.exp(answer.scores[0, 1, 2, 0] - answer.log_z)
    inside = 0
    for seed in range(40):
        sampler = make_sampler(ugm, method=method, seed=seed)
        sampler.compile()
        sampler.set_event(event)
        sampler.advance(4 * 20_000)
        assert sampler.p_event == sampler.event_count / sampler.n_draws
        assert 0 < sampler.p_event_error < 0.05
        inside += abs(sampler.p_event - p) < 2 * sampler.p_event_error
    # Each is inside with probability 0.95 (32 to 63 batches: 0.945); 30 or fewer of 40 happen once in 40,000 times.
    assert inside > 30


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_counts_are_those_of_the_draws(method):
    ugm = random_ugm(4, most_states=4)
    evidence = {ugm.names[1]: 0}
    event = {ugm.names[0]: 0, ugm.names[1]: 0}
    counted, drawn = (make_sampler(ugm, evidence, method, seed=9) for _ in range(2))
    counted.set_event(event)
    counted.advance(500 * len(counted.names))
    draws = drawn.draw(500)
    assert counted.n_draws == drawn.n_draws == 500
    assert counted.n_updates == 500 * 3
    for i, (name, n_states) in enumerate(zip(ugm.names, ugm.n_states, strict=True)):
        np.testing.assert_array_equal(counted.counts[name], np.bincount(draws[:, i], minlength=n_states))
    assert counted.event_count == int((draws[:, 0] == 0).sum())


def test_batches_hold_the_events_of_their_draws():
    ugm = flat_bits(2)
    sampler, drawn = make_sampler(ugm, seed=2), make_sampler(ugm, seed=2)
    sampler.set_event({"b0": 1})
    sampler.advance(2 * 1000)
    hits = drawn.draw(1000)[:, 0]
    # 1,000 draws: 62 full batches of 16.
    means = hits[: 62 * 16].reshape(62, 16).mean(axis=1)
    assert sampler.p_event_error == pytest.approx(means.std(ddof=1) / np.sqrt(62), rel=1e-12)


def test_thinning_keeps_every_nth_draw():
    ugm = complete(3, 3)
    np.testing.assert_array_equal(
        sample_chain(ugm, 20, seed=1, burn_in=5, thin=3), sample_chain(ugm, 70, seed=1, burn_in=0)[7::3][:20]
    )


def test_drawing_in_the_middle_of_a_sweep_goes_on_with_the_scan():
    ugm = complete(3, 3)
    whole, broken = make_sampler(ugm, seed=1), make_sampler(ugm, seed=1)
    broken.advance(2)
    np.testing.assert_array_equal(whole.draw(10), broken.draw(10))
    assert broken.position == 0
    assert whole.state().words == broken.state().words


def test_an_event_counts_from_when_it_was_set():
    sampler = make_sampler(flat_bits(1), seed=0)
    assert np.isnan(sampler.p_event)
    sampler.advance(100)
    sampler.set_event({"b0": 1})
    assert sampler.event_count == 0
    assert np.isnan(sampler.p_event)
    sampler.advance(50)
    assert sampler.p_event == sampler.event_count / 50
    sampler.set_event(None)
    assert sampler.event is None
    sampler.advance(5)
    assert sampler.event_count == 0


@pytest.mark.parametrize(("state", "share"), [(1, 1.0), (0, 0.0)])
def test_an_event_on_clamped_variables_always_or_never_happens(state, share):
    sampler = make_sampler(flat_bits(2), {"b0": 1})
    sampler.set_event({"b0": state})
    sampler.advance(100)
    assert sampler.p_event == share
    assert np.isnan(sampler.p_event_error)


@pytest.mark.parametrize("method", METHODS)
def test_all_clamped_repeats_the_evidence(method):
    ugm = chain(3)
    evidence = {"x1": 1, "x2": 0, "x3": 1}
    sampler = make_sampler(ugm, evidence, method)
    sampler.set_event(evidence)
    sampler.advance(7)
    assert sampler.n_draws == sampler.event_count == 7
    assert sampler.assignment == evidence
    assert sampler.step() is None
    assert sampler.counts["x1"].tolist() == [0, 8]
    np.testing.assert_array_equal(sample_chain(ugm, 4, evidence, method), [[1, 0, 1]] * 4)
    assert sampler.warning is None


def test_no_variables_at_all():
    sampler = make_sampler(UGM(()))
    sampler.advance(3)
    assert sampler.n_draws == 3
    assert sampler.counts == {}
    assert sample_chain(UGM(()), 2).shape == (2, 0)


@pytest.mark.parametrize("method", METHODS)
def test_a_one_state_variable_stays_and_is_never_proposed(method):
    ugm = UGM([Variable.of_size("one", 1), Variable.of_size("b", 2)], [Factor(("one", "b"), [[0.0, 1.0]])])
    sampler = make_sampler(ugm, method=method, seed=3)
    for _ in range(200):
        info = sampler.step()
        if info.name == "one":
            assert info.before == info.after == 0
            assert info.proposed == (0 if method == "gibbs" else None)
    assert sampler.counts["one"].tolist() == [100]
    assert 0 < sampler.acceptance_rate <= 1


def test_acceptance_rate():
    sampler = make_sampler(flat_bits(2), method="metropolis", seed=0)
    assert np.isnan(sampler.acceptance_rate)
    sampler.advance(400)
    assert sampler.acceptance_rate == 1.0
    gibbs = make_sampler(flat_bits(2))
    gibbs.advance(3)
    assert gibbs.acceptance_rate == 1.0
    # Two states, weights 1 and 3: a proposal down is taken once in three times; half of all proposals overall.
    biased = make_sampler(UGM([Variable.of_size("b", 2)], [Factor.from_table(("b",), [1, 3])]), method="metropolis")
    biased.advance(100_000)
    # A share of 87,500 proposals; standard deviation below 0.003.
    assert abs(biased.acceptance_rate - 0.5) < 0.015


def test_a_step_tells_what_it_did():
    ugm = complete(3, 4)
    for method in METHODS:
        sampler = make_sampler(ugm, method=method, seed=4)
        assert sampler.last_site is None
        for turn in range(60):
            before = sampler.assignment
            info = sampler.step()
            assert info.name == sampler.last_site == ugm.names[turn % 3]
            assert info.before == before[info.name]
            assert info.after == sampler.assignment[info.name]
            assert info.accepted == sampler.last_accepted
            assert info.proposed == sampler.last_proposed
            if info.proposed is None:
                assert np.isnan(info.probability)
                assert info.after == info.before
                continue
            scores = [ugm.log_score({**before, info.name: s}) for s in range(4)]
            weights = np.exp(np.array(scores) - max(scores))
            if method == "gibbs":
                expected = weights[info.after] / weights.sum()
            else:
                assert info.proposed != info.before
                assert info.after == (info.proposed if info.accepted else info.before)
                expected = min(1.0, weights[info.proposed] / weights[info.before])
            assert info.probability == pytest.approx(expected, rel=1e-9)


# --- resuming --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pieces", [(1,) * 97, (3, 50, 44), (96, 1)])
def test_pieces_and_resuming_draw_what_an_unbroken_run_draws(method, pieces):
    ugm, evidence, event = random_ugm(5, 0.1, most_states=4), {}, {"v0": 0}
    whole = make_sampler(ugm, evidence, method, seed=7)
    whole.set_event(event)
    whole.advance(sum(pieces))
    part = make_sampler(ugm, evidence, method, seed=7)
    part.set_event(event)
    for n in pieces:
        part.advance(n)
        part = make_sampler(ugm, evidence, method, seed=999, state=part.state())
    a, b = whole.state(), part.state()
    for field in ("method", "names", "states", "words", "meters", "batches", "event"):
        assert getattr(a, field) == getattr(b, field)
    np.testing.assert_array_equal(a.counts, b.counts)
    assert (a.n_updates, a.n_draws, a.position) == (97, 97 // 4, 97 % 4)


def test_a_chain_state_is_read_only():
    state = make_sampler(flat_bits(2)).state()
    with pytest.raises(ValueError, match="read-only"):
        state.counts[0] = 1


def test_a_state_from_another_model_is_refused():
    state = make_sampler(flat_bits(2)).state()
    with pytest.raises(ModelError, match="Start a new chain"):
        make_sampler(flat_bits(3), state=state)
    with pytest.raises(ModelError, match="Start a new chain"):
        make_sampler(flat_bits(2), method="metropolis", state=state)
    bits = equal_bits()
    with pytest.raises(ModelError, match="forbids"):
        make_sampler(bits, state=replace(make_sampler(bits).state(), states=(0, 1)))


def test_distance_to_the_exact_marginals_falls():
    ugm = complete(4, 3)
    exact = dict(zip(ugm.names, enumerate_ugm(ugm).marginals, strict=True))
    sampler = make_sampler(ugm, seed=3)
    distances = []
    for n in (100, 10_000, 1_000_000):
        sampler.advance(4 * (n - sampler.n_draws))
        distances.append(total_variation(sampler.counts, exact).maximum)
    # About 0.5 / sqrt(n) times a factor for correlation; each step of 100 in n leaves room for a factor of 3.
    assert distances[0] > 3 * distances[1] > 9 * distances[2]
    assert distances[2] < 0.005
