"""How far is a chain from the exact answer, and how far may it be where there is none to compare with?

Distance: total variation, half the sum of |share of draws - exact probability|, per variable. Precision of one
probability: the standard error by batch means, which allows for correlated draws. Of chains of numbers: effective
sample size and R-hat, both without and with ranks (Vehtari, Gelman, Simpson, Carpenter and Bürkner, 2021). A chain that
never moved says nothing about its target: its effective sample size is nan, never large, and its R-hat is nan or
infinite.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_BATCHES = 8


class TotalVariation(NamedTuple):
    """Distance between shares of draws and exact marginals, each from 0 to 1.

    Attributes
    ----------
    mean, maximum : float
        Over the variables compared; nan before the first draw, 0 when there is nothing to compare.
    by_variable : dict of str to float
    """

    mean: float
    maximum: float
    by_variable: dict[str, float]


def total_variation(counts: Mapping[str, ArrayLike], exact: Mapping[str, ArrayLike]) -> TotalVariation:
    """Compare counts of draws with exact marginals.

    Parameters
    ----------
    counts : mapping of str to array_like, shape (n_states,)
        Draws per state.
    exact : mapping of str to array_like, shape (n_states,)
        Probabilities; variables of `counts` without an entry here are left out.

    Returns
    -------
    TotalVariation
        sum over states of |share - probability| / 2. With n independent draws of k states its expectation is about
        sum_s sqrt(p_s (1 - p_s) / (2 pi n)), so it falls with the square root of n.
    """
    distances = {}
    for name, count in counts.items():
        if name in exact:
            drawn = np.asarray(count, dtype=np.float64)
            total = drawn.sum()
            p = np.asarray(exact[name], dtype=np.float64)
            distances[name] = float(np.abs(drawn / total - p).sum() / 2) if total > 0 else float("nan")
    if not distances:
        return TotalVariation(0.0, 0.0, {})
    values = list(distances.values())
    return TotalVariation(float(np.mean(values)), float(np.max(values)), distances)


def batch_means_error(means: ArrayLike) -> float:
    """Return the standard error of the mean of equally long batches.

    Parameters
    ----------
    means : array_like, shape (n_batches,)
        Mean of each batch of successive draws.

    Returns
    -------
    float
        sqrt(variance of the batch means / number of batches) (Flegal, Haran and Jones, 2008); nan with fewer than eight
        batches, and when all are equal: draws that never differ do not tell how much they could.
    """
    values = np.asarray(means, dtype=np.float64)
    if values.size < LEAST_BATCHES or np.ptp(values) == 0:
        return float("nan")
    return float(np.sqrt(values.var(ddof=1) / values.size))


def split_chains(chains: ArrayLike) -> Floats:
    """Return each chain as two halves, shape (2 n_chains, n_draws // 2); the middle draw of an odd number goes.

    Parameters
    ----------
    chains : array_like, shape (n_draws,) or (n_chains, n_draws)
    """
    values = np.atleast_2d(np.asarray(chains, dtype=np.float64))
    half = values.shape[1] // 2
    return np.concatenate((values[:, :half], values[:, values.shape[1] - half :]))


def r_hat(chains: ArrayLike, method: str = "rank") -> float:
    """Return the potential scale reduction of chains split in halves; near 1 when halves and chains agree.

    Parameters
    ----------
    chains : array_like, shape (n_draws,) or (n_chains, n_draws)
    method : str
        "split": sqrt(((n - 1) / n W + B / n) / W) with W the mean variance within halves and B / n the variance of
        their means (Gelman and others, 2013, section 11.4). "rank": the larger of that for normal scores of the ranks
        and of the ranks of distances from the median (Vehtari and others, 2021).

    Returns
    -------
    float
        nan when all draws are equal, when there are fewer than four per chain, or when one is not finite; infinity when
        every half stands still but not in the same place.
    """
    halves = split_chains(chains)
    if halves.shape[1] < 2 or not np.isfinite(halves).all():
        return float("nan")
    if method == "split":
        return _split_r_hat(halves)
    if method != "rank":
        raise ValueError(f'There is no R-hat called "{method}"; "rank" and "split" are known.')
    folded = np.abs(halves - np.median(halves))
    values = [_split_r_hat(_normal_scores(halves)), _split_r_hat(_normal_scores(folded))]
    # Two states, equally often: every draw is as far from the median, and the folded chains say nothing.
    known = [value for value in values if not np.isnan(value)]
    return max(known) if known else float("nan")


def _split_r_hat(halves: Floats) -> float:
    n = halves.shape[1]
    within = float(halves.var(axis=1, ddof=1).mean())
    between = float(halves.mean(axis=1).var(ddof=1))
    if _still(halves):
        return float("nan") if np.ptp(halves) == 0 else float("inf")
    return float(np.sqrt(((n - 1) / n * within + between) / within))


def _still(halves: Floats) -> bool:
    """Whether every half-chain is constant; rounding in a variance must not hide it."""
    return bool((np.ptp(halves, axis=1) == 0).all())


def _normal_scores(values: Floats) -> Floats:
    """Replace values by the normal quantiles of their ranks, ties by their mean rank (Blom's plotting positions)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    quantile = NormalDist().inv_cdf
    scores = np.array([quantile((float(rank) - 0.375) / (values.size + 0.25)) for rank in ranks])
    return scores[inverse.reshape(values.shape)]


def ess(chains: ArrayLike, rank_normalised: bool = False) -> float:
    """Return the effective sample size: how many independent draws would pin the mean down as well.

    Parameters
    ----------
    chains : array_like, shape (n_draws,) or (n_chains, n_draws)
        Split in halves first, so that a drift counts against it.
    rank_normalised : bool
        Use normal scores of the ranks ("bulk" effective sample size).

    Returns
    -------
    float
        N / (1 + 2 sum of autocorrelations), the sum cut by Geyer's (1992) initial monotone sequence, at most N log10 N
        for N draws in all. nan when any half stands still, with fewer than four draws per half, or when one is not
        finite: a chain that does not move has shown nothing.
    """
    halves = split_chains(chains)
    n_chains, n = halves.shape
    if n < 4 or not np.isfinite(halves).all() or (np.ptp(halves, axis=1) == 0).any():
        return float("nan")
    if rank_normalised:
        halves = _normal_scores(halves)
    covariance = _autocovariance(halves)
    within = float(covariance[:, 0].mean()) * n / (n - 1)
    pooled = within * (n - 1) / n + float(halves.mean(axis=1).var(ddof=1))
    rho = 1.0 - (within - covariance.mean(axis=0)) / pooled
    rho[0] = 1.0
    # Sums of neighbouring pairs are positive and falling for a reversible chain; noise sets in where they are not.
    pairs = rho[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    pairs = np.minimum.accumulate(pairs[: negative[0]] if negative.size else pairs)
    total = n_chains * n
    tau = max(-1.0 + 2.0 * float(pairs.sum()), 1.0 / np.log10(total))
    return float(total / tau)


def _autocovariance(chains: Floats) -> Floats:
    """Return autocovariances (divided by n) by lag for each chain, by fast Fourier transform."""
    n = chains.shape[1]
    centred = chains - chains.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(centred, size, axis=1)
    return np.asarray(np.fft.irfft(spectrum * spectrum.conj(), size, axis=1)[:, :n] / n, dtype=np.float64)
