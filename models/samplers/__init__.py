"""Samplers that change one variable at a time, and what can be said about the chains they make."""

from .chain import ChainState, Sampler, StepInfo, make_sampler, sample_chain, sampler_steps
from .diagnostics import TotalVariation, batch_means_error, ess, r_hat, total_variation
from .reach import closed_classes

__all__ = [
    "ChainState",
    "Sampler",
    "StepInfo",
    "TotalVariation",
    "batch_means_error",
    "closed_classes",
    "ess",
    "make_sampler",
    "r_hat",
    "sample_chain",
    "sampler_steps",
    "total_variation",
]
