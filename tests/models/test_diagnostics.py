"""Are distances, errors, effective sample sizes and R-hat right, and silent where nothing can be said?"""

import json
import math

import numpy as np
import pytest

from models.samplers import batch_means_error, ess, r_hat, total_variation
from models.samplers.diagnostics import split_chains


def autoregressive(rho, shape, seed=0):
    """Return stationary Gaussian chains with autocorrelation rho^lag, whose ESS is n (1 - rho) / (1 + rho)."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=shape) * math.sqrt(1 - rho**2)
    chains = np.empty(shape)
    chains[:, 0] = rng.normal(size=shape[0])
    for t in range(1, shape[1]):
        chains[:, t] = rho * chains[:, t - 1] + noise[:, t]
    return chains


# --- distance --------------------------------------------------------------------------------------------------------


def test_total_variation_by_hand():
    counts = {"a": [3, 1], "b": [2, 2, 0], "c": [4]}
    exact = {"a": [0.5, 0.5], "b": [0.25, 0.25, 0.5], "d": [1.0]}
    result = total_variation(counts, exact)
    assert result.by_variable == {"a": 0.25, "b": 0.5}
    assert (result.mean, result.maximum) == (0.375, 0.5)


def test_total_variation_without_draws_or_variables():
    assert math.isnan(total_variation({"a": [0, 0]}, {"a": [0.5, 0.5]}).maximum)
    assert total_variation({}, {}) == (0.0, 0.0, {})


def test_expected_distance_of_independent_draws():
    # The docstring's formula, for 400 experiments of 1,000 draws of 4 states.
    p, n = np.array([0.1, 0.2, 0.3, 0.4]), 1000
    rng = np.random.default_rng(3)
    distances = [total_variation({"a": c}, {"a": p}).maximum for c in rng.multinomial(n, p, size=400)]
    expected = np.sqrt(p * (1 - p) / (2 * np.pi * n)).sum()
    # Standard deviation of the mean: below 0.0004.
    assert abs(np.mean(distances) - expected) < 0.002


# --- batch means -----------------------------------------------------------------------------------------------------


def test_batch_means_error_by_hand():
    assert batch_means_error([1, 2, 3, 4, 5, 6, 7, 8]) == pytest.approx(math.sqrt(6 / 8))


def test_batch_means_error_of_correlated_draws():
    # Error of the mean of an autoregressive chain is sqrt((1 + rho) / (1 - rho) / n); 50 chains of 64 batches.
    rho, n = 0.8, 64 * 200
    true = math.sqrt((1 + rho) / (1 - rho) / n)
    errors = [batch_means_error(chain.reshape(64, -1).mean(axis=1)) for chain in autoregressive(rho, (50, n))]
    assert np.mean(errors) == pytest.approx(true, rel=0.08)


@pytest.mark.parametrize("means", [[], [0.5] * 7, [0.0] * 20, list(range(7))])
def test_batch_means_error_stays_silent(means):
    assert math.isnan(batch_means_error(means))


# --- R-hat and effective sample size ---------------------------------------------------------------------------------


def test_published_case(case, shared):
    check = case("rw13")["checks"][2]
    chains = json.loads((shared / "cases" / check["data"]).read_text(encoding="utf-8"))
    expected = check["expect"]
    allowed = {"nan": math.isnan, "inf": math.isinf, "null": lambda v: v is None}

    def is_allowed(value, names):
        return any(value == name if isinstance(name, int) else allowed[name](value) for name in names)

    constant, ramp, alternating = chains["constant"], chains["ramp"], chains["alternating"]
    for method in ("split", "rank"):
        assert is_allowed(r_hat(constant, method), expected["constant"]["rhat_allowed"])
        assert r_hat(ramp, method) >= expected["ramp"]["any_rhat_at_least"]
        assert r_hat(alternating, method) <= expected["alternating"]["any_rhat_at_most"]
    for ranks in (False, True):
        assert is_allowed(ess(constant, ranks), expected["constant"]["ess_allowed"])
        assert ess(ramp, ranks) <= expected["ramp"]["ess_at_most"]
        assert ess(alternating, ranks) >= expected["alternating"]["ess_at_least"]
    assert r_hat(ramp, "split") == pytest.approx(
        expected["ramp"]["basic_split_rhat"], abs=check["tol"]["basic_split_rhat"]
    )


def test_split_r_hat_from_its_definition():
    chains = np.random.default_rng(0).normal(size=(3, 11)) + np.arange(3.0)[:, None]
    halves = [half for chain in chains for half in (list(chain[:5]), list(chain[6:]))]
    n, m = 5, 6
    means = [sum(h) / n for h in halves]
    grand = sum(means) / m
    between = n / (m - 1) * sum((mean - grand) ** 2 for mean in means)
    within = sum(sum((x - mean) ** 2 for x in h) / (n - 1) for h, mean in zip(halves, means, strict=True)) / m
    assert r_hat(chains, "split") == pytest.approx(math.sqrt(((n - 1) / n * within + between / n) / within))
    np.testing.assert_array_equal(split_chains(chains)[[0, 3]], [chains[0, :5], chains[0, 6:]])


@pytest.mark.parametrize("method", ["split", "rank"])
def test_good_chains_have_r_hat_near_one(method):
    assert 0.999 < r_hat(np.random.default_rng(1).normal(size=(4, 2000)), method) < 1.005


def test_rank_r_hat_sees_scales_that_differ():
    chains = np.random.default_rng(1).normal(size=(4, 1000)) * [[1], [1], [1], [10]]
    assert r_hat(chains, "split") < 1.01
    assert r_hat(chains, "rank") > 1.1


@pytest.mark.parametrize("method", ["split", "rank"])
def test_chains_frozen_in_different_places(method):
    frozen = np.repeat([[0.0], [1.0]], 50, axis=1)
    assert r_hat(frozen, method) == math.inf
    assert math.isnan(ess(frozen))


def test_one_half_that_stands_still_spoils_the_effective_size():
    chain = [*np.random.default_rng(0).normal(size=50), *np.zeros(50)]
    assert math.isnan(ess(chain))
    assert r_hat(chain, "split") < math.inf


@pytest.mark.parametrize("bad", [[0.1 * 3] * 1000, [1.0], [], [1.0, math.nan] * 20, [1.0, math.inf] * 20])
def test_nothing_is_said_of_nothing(bad):
    assert math.isnan(ess(bad))
    assert math.isnan(r_hat(bad))
    assert math.isnan(r_hat(bad, "split"))


def test_unknown_r_hat_is_refused():
    with pytest.raises(ValueError, match="split"):
        r_hat([1.0, 2.0, 3.0, 4.0], "best")


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("ranks", [False, True])
def test_effective_size_of_autoregressive_chains(rho, ranks):
    # Exact value known; the average over 20 sets of 4 chains is within 10 % of it (spread of one is about 10 %).
    shape = (4, 4000)
    sizes = [ess(autoregressive(rho, shape, seed), ranks) for seed in range(20)]
    expected = shape[0] * shape[1] * (1 - rho) / (1 + rho)
    assert np.mean(sizes) == pytest.approx(expected, rel=0.1)


def test_effective_size_of_antithetic_draws_may_exceed_their_number_but_not_wildly():
    chains = autoregressive(-0.5, (4, 4000))
    assert 16_000 < ess(chains) <= 16_000 * math.log10(16_000)
