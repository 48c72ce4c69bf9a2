"""What are log Z, the marginals and other exact answers of a model?

Everything goes through a junction tree: `plan` keeps what depends on the structure, `calibration` runs it on numbers,
`costs` says beforehand what that takes. Clamped variables are gone before anything is multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import exp
from types import MappingProxyType
from typing import Any

import numpy as np

from .calibration import Calibration
from .conditioning import Evidence, check_evidence
from .costs import DEFAULT_MAX_BYTES, Forecast, forecast, prepare
from .decoding import Decoding, decode, decode_steps
from .drawing import draw, draw_steps, sample
from .errors import CancelToken, CliqueError, ZeroMassError
from .factor import Floats
from .lean import lean_answer
from .maxima import max_marginals, max_marginals_steps
from .plan import plan_steps
from .queries import entropy, entropy_steps, joint, joint_steps
from .soft_evidence import SoftEvidence, SoftLike, check_soft_evidence, with_soft_evidence
from .steps import Steps, drain
from .ugm import UGM

__all__ = [
    "DEFAULT_MAX_BYTES",
    "Decoding",
    "Forecast",
    "Inference",
    "Pairwise",
    "decode",
    "decode_steps",
    "draw",
    "draw_steps",
    "entropy",
    "entropy_steps",
    "forecast",
    "infer",
    "infer_steps",
    "joint",
    "joint_steps",
    "log_z_steps",
    "max_marginals",
    "max_marginals_steps",
    "probability",
    "probability_steps",
    "sample",
]

Pair = tuple[str, str]
_NO_SOFT_EVIDENCE = SoftEvidence()
_SLICED = 100  # variables from which on looking for an order takes a while


class Pairwise(Mapping[Pair, Floats]):
    """Joint probabilities of the two ends of every edge: (name, name) in model order -> array with axes in that order.

    A pair in the other order is understood too and gives the transposed array. With a function instead of arrays they
    are computed when first looked at.
    """

    __slots__ = ("_arrays", "_edges", "_later")

    def __init__(
        self, edges: Callable[[], Sequence[Pair]], arrays: dict[Pair, Floats] | Callable[[], dict[Pair, Floats]]
    ) -> None:
        self._edges = edges
        self._arrays = arrays if isinstance(arrays, dict) else None
        self._later = None if isinstance(arrays, dict) else arrays

    def _all(self) -> dict[Pair, Floats]:
        if self._arrays is None:
            assert self._later is not None
            self._arrays, self._later = self._later(), None
        return self._arrays

    def __getitem__(self, pair: Pair) -> Floats:
        arrays = self._all()
        if pair in arrays:
            return arrays[pair]
        first, second = pair
        return arrays[second, first].T

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._edges())

    def __len__(self) -> int:
        return len(self._edges())


@dataclass(frozen=True, eq=False)
class Inference:
    """Answers about a model given evidence.

    Attributes
    ----------
    log_z : float
        Log partition function of the clamped model in nats: the log of the sum, over all joint states that agree with
        the evidence, of the product of all factors, constants included.
    marginals : mapping of str to ndarray, shape (n_states,)
        p(x | evidence) of every variable, in model order; one at its state for a clamped variable. Read-only.
    pairwise : mapping of (str, str) to ndarray, shape (n_states, n_states)
        p(x, y | evidence) for every edge of the full model; see `Pairwise`.
    method : str
        "exact", or the name of an approximation.
    bounds : (float, float)
        Certain bounds on log Z; equal when exact, infinite when nothing is certain.
    evidence : Evidence
        What was clamped.
    soft : SoftEvidence
        What was only made more or less likely; its likelihoods, as given, are factors of everything above.
    """

    log_z: float
    marginals: Mapping[str, Floats]
    pairwise: Mapping[Pair, Floats]
    method: str
    bounds: tuple[float, float]
    evidence: Evidence = field(default_factory=Evidence)
    soft: SoftEvidence = field(default_factory=SoftEvidence)
    _prior_log_z: Callable[[], float] | None = field(default=None, repr=False)

    @cached_property
    def log_p_evidence(self) -> float:
        """Log probability of the evidence in nats; 0 without evidence.

        With soft evidence, the log of p(evidence) times the expected product of the likelihoods given it. Computed when
        first asked for, from log Z of the unclamped model; TooLargeError where that cannot be had.
        """
        if not self.evidence and not self.soft:
            return 0.0
        if self._prior_log_z is None:
            raise CliqueError(f'The method "{self.method}" does not give the probability of the evidence. Use "exact".')
        return self.log_z - self._prior_log_z()


def infer(ugm: UGM, evidence: Mapping[str, int] | None = None, method: str = "exact", **options: Any) -> Inference:
    """Return log Z and all marginals given the evidence.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
        State, from 0, of each clamped variable.
    method : {"exact", "cutset"}
        Junction tree, or cutset conditioning: see `models.cutset_conditioning`.
    **options
        `max_bytes`: memory limit, by default `DEFAULT_MAX_BYTES`, or half the free memory if that is less.
        `cutset`, `width`: for "cutset", what to sum over, or the treewidth that a smallest cutset has to leave.
        `soft`: likelihoods by name, a `SoftEvidence` or a mapping of str to array_like.

    Returns
    -------
    Inference
        Its pairwise marginals are computed when first looked at.

    Raises
    ------
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    TooLargeError
        The tables would not fit; the message names the largest clique. Nothing was allocated.
    EvidenceError
        An unknown variable or a state out of range.
    CliqueError
        There is no such method.
    """
    if method == "cutset":
        from .cutset_conditioning import cutset_infer_steps

        return drain(cutset_infer_steps(ugm, evidence, pairwise=False, **options))
    if method != "exact":
        raise CliqueError(f'There is no inference called "{method}". Use "exact" or "cutset".')
    return drain(infer_steps(ugm, evidence, pairwise=False, **options))


def infer_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    pairwise: bool = True,
    soft: SoftLike | None = None,
    explain: bool = True,
) -> Steps[Inference]:
    """Compute `infer` in slices; yields None.

    Parameters
    ----------
    ugm, evidence, max_bytes
        As in `infer`.
    cancel : CancelToken, optional
    pairwise : bool
        Compute pairwise marginals now, so that looking at them later costs nothing.
    soft : SoftEvidence or mapping of str to array_like, optional
    explain : bool
        Let the error for impossible evidence name the clamps at fault, which takes a while to find out.
    """
    seen, prior = check_soft_evidence(ugm, soft) if soft else _NO_SOFT_EVIDENCE, ugm
    ugm = with_soft_evidence(ugm, seen)
    if len(ugm.variables) > _SLICED:
        yield from plan_steps(ugm, check_evidence(ugm, evidence))  # `prepare` finds it made
    checked, plan = prepare(ugm, evidence, max_bytes)
    arrays: dict[Pair, Floats] | Callable[[], dict[Pair, Floats]]
    arrays = lambda: dict(drain(infer_steps(ugm, checked, max_bytes)).pairwise)  # noqa: E731
    if cancel is not None:
        cancel.check()
    short = None if pairwise else lean_answer(ugm, checked, plan)
    if short is not None:
        log_z, free = short
        marginals = _marginals(ugm, checked, free)
    else:
        run = Calibration(plan, ugm, checked, full=pairwise, tables=False, cancel=cancel, explain=explain)
        yield from run.collect_steps()
        yield from run.distribute_steps()
        log_z = run.log_z
        named = dict(zip(map(plan.names.__getitem__, plan.free[plan.tree.order].tolist()), run.singles(), strict=True))
        free = {name: named[name] for name in plan.names if name in named}
        marginals = _marginals(ugm, checked, free)
        if pairwise:
            arrays = _pairs(ugm, run, marginals)
        run.release()
    return Inference(
        log_z=log_z,
        marginals=marginals,
        pairwise=Pairwise(lambda: ugm.edges, arrays),
        method="exact",
        bounds=(log_z, log_z),
        evidence=checked,
        soft=seen,
        _prior_log_z=lambda: drain(log_z_steps(prior, None, max_bytes)),
    )


def _marginals(ugm: UGM, evidence: Evidence, free: dict[str, Floats]) -> Mapping[str, Floats]:
    """Add the marginals of clamped variables and of variables with one state; all are in model order."""
    if len(free) == len(ugm.variables):
        return MappingProxyType(free)
    found = {}
    for variable in ugm.variables:
        name = variable.name
        if name in free:
            found[name] = free[name]
        else:
            found[name] = np.zeros(variable.n_states)
            found[name][evidence.get(name, 0)] = 1.0
            found[name].setflags(write=False)
    return MappingProxyType(found)


def _pairs(ugm: UGM, run: Calibration, marginals: Mapping[str, Floats]) -> dict[Pair, Floats]:
    """Read the pairwise marginals off the beliefs of factor scopes, each off the smallest that holds the pair."""
    names, place = ugm.names, {name: i for i, name in enumerate(ugm.names)}
    free = set(run.plan.free.tolist())
    holder: dict[tuple[int, int], int] = {}
    sizes = run.plan.factor_sizes.tolist()
    for k, factor in enumerate(ugm.factors):
        if len(factor.scope) > 1:
            for pair in combinations(sorted([place[name] for name in factor.scope]), 2):
                if pair not in holder or sizes[k] < sizes[holder[pair]]:
                    holder[pair] = k
    beliefs = run.factor_beliefs()
    pairs = {}
    for i, j in sorted(holder):
        if i in free and j in free:
            places, table = beliefs(holder[i, j])
            if len(places) > 2:
                others = tuple([axis for axis, other in enumerate(places) if other not in (i, j)])
                table = np.add.reduce(table, axis=others)
                table.setflags(write=False)
            if places.index(i) > places.index(j):
                table = table.T
        else:
            # One end is known, so the two are independent.
            table = np.multiply.outer(marginals[names[i]], marginals[names[j]])
            table.setflags(write=False)
        pairs[names[i], names[j]] = table
    return pairs


def log_z_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    explain: bool = True,
    soft: SoftLike | None = None,
) -> Steps[float]:
    """Compute log Z of the clamped model alone, in slices; yields None.

    With `explain`, the error for impossible evidence names the clamps at fault, which takes a while to find out.
    """
    ugm = with_soft_evidence(ugm, soft)
    checked, plan = prepare(ugm, evidence, max_bytes)
    if cancel is not None:
        cancel.check()
    short = lean_answer(ugm, checked, plan)
    if short is not None:
        return short[0]
    run = Calibration(plan, ugm, checked, tables=False, cancel=cancel, explain=explain)
    yield from run.collect_steps()
    run.release()
    return run.log_z


def probability(
    ugm: UGM,
    query: Mapping[str, int],
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> float:
    """Return p(query | evidence) for a joint event over any variables.

    Parameters
    ----------
    ugm : UGM
    query : mapping of str to int
        States, from 0. A query that contradicts the evidence has probability 0; an empty one, 1.
    evidence : mapping of str to int, optional
    max_bytes : float, optional
        Memory limit; see `infer`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; see `SoftEvidence`.

    Raises
    ------
    ZeroMassError
        The evidence itself is impossible.
    TooLargeError, EvidenceError
    """
    return drain(probability_steps(ugm, query, evidence, max_bytes, soft=soft))


def probability_steps(
    ugm: UGM,
    query: Mapping[str, int],
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[float]:
    """Compute `probability` in slices, as the ratio of two partition functions; yields None."""
    ugm = with_soft_evidence(ugm, soft)
    given, asked = check_evidence(ugm, evidence), check_evidence(ugm, query)
    log_z = yield from log_z_steps(ugm, given, max_bytes, cancel)
    if any(given.get(name, state) != state for name, state in asked.items()):
        return 0.0
    if all(name in given for name in asked):
        return 1.0
    try:
        both = yield from log_z_steps(ugm, {**given, **asked}, max_bytes, cancel, explain=False)
    except ZeroMassError:
        return 0.0
    return min(1.0, exp(both - log_z))
