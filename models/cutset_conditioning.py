"""How are exact answers had by clamping a cutset to each of its joint states in turn?

For a set C of variables, p(x) = sum over c of p(c) p(x | c). With C clamped what is left is narrow, so each term is
cheap; there are as many terms as C has joint states (Pearl, Probabilistic Reasoning in Intelligent Systems, 1988,
section 4.3; Bidyuk and Dechter 2007 for cutsets that leave treewidth w). It takes the memory of what is left where the
junction tree of the whole needs far more, and often more time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .conditioning import Evidence, check_evidence, condition
from .conflict import impossible, smallest_conflict_steps
from .errors import CancelToken, EvidenceError, TooLargeError, ZeroMassError
from .steps import Progress, Steps, drain

if TYPE_CHECKING:
    from .exact import Inference, Pair
    from .factor import Floats
    from .soft_evidence import SoftLike
    from .ugm import UGM

MAX_TERMS = 10_000_000
_SECONDS = 1.0  # to look for a smallest cutset


def cutset_infer_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    cutset: Iterable[str] | None = None,
    width: int = 1,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    pairwise: bool = True,
    soft: SoftLike | None = None,
) -> Steps[Inference]:
    """Return log Z and all marginals by cutset conditioning, in slices; yields `Progress` and None.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    cutset : iterable of str, optional
        Variables to sum over; those that are clamped play no part. By default a smallest set, or the best known after a
        second, that leaves treewidth `width`.
    width : int
    max_bytes : float, optional
        Limit for what is left, as in `infer`.
    cancel : CancelToken, optional
    pairwise : bool
        Add up pairwise marginals now; otherwise they are computed when first looked at.
    soft : SoftEvidence or mapping of str to array_like, optional

    Raises
    ------
    EvidenceError
        The cutset names no variable, or the evidence does not fit.
    TooLargeError
        The cutset has more than ten million joint states, or what is left is too large.
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    """
    from .exact import Inference, Pairwise, infer_steps, log_z_steps
    from .soft_evidence import check_soft_evidence, with_soft_evidence

    checked, seen = check_evidence(ugm, evidence or {}), check_soft_evidence(ugm, soft)
    chosen = yield from _cutset_steps(ugm, checked, cutset, width, cancel)
    n_terms = math.prod(ugm.variable(name).n_states for name in chosen)
    if n_terms > MAX_TERMS:
        raise TooLargeError(
            f"The cutset of {len(chosen)} variables has {n_terms:,} joint states; at most {MAX_TERMS:,} are summed "
            "over. Allow a larger width, or use the junction tree.",
            float(n_terms),
            float(MAX_TERMS),
        )
    model, sums = with_soft_evidence(ugm, seen), _Sums()
    for k, states in enumerate(_joint_states(ugm, chosen)):
        try:
            term = yield from infer_steps(
                model, Evidence({**checked, **states}), max_bytes, cancel, pairwise, explain=False
            )
        except ZeroMassError:
            term = None  # this state of the cutset cannot be: it has no share
        if term is not None:
            sums.add(term, ugm.edges if pairwise else ())
        if k % 64 == 63:
            yield Progress(k + 1, n_terms, f"Summing over {n_terms:,} states of the cutset")
    if not sums.weight:
        conflict: tuple[str, ...] | None = ()
        if checked or seen:
            conflict = yield from smallest_conflict_steps(model, checked, cancel=cancel)
        raise impossible(model, checked, conflict)
    log_z = sums.log_z
    arrays: dict[Pair, Floats] | Callable[[], dict[Pair, Floats]] = sums.pairs()
    if not pairwise:
        arrays = lambda: dict(  # noqa: E731
            drain(cutset_infer_steps(ugm, checked, chosen, width, max_bytes, soft=seen)).pairwise
        )
    return Inference(
        log_z=log_z,
        marginals=sums.marginals(),
        pairwise=Pairwise(lambda: ugm.edges, arrays),
        method="cutset",
        bounds=(log_z, log_z),
        evidence=checked,
        soft=seen,
        _prior_log_z=lambda: drain(log_z_steps(ugm, None, max_bytes)),
    )


def _cutset_steps(
    ugm: UGM, evidence: Evidence, cutset: Iterable[str] | None, width: int, cancel: CancelToken | None
) -> Steps[tuple[str, ...]]:
    if cutset is None:
        from .cutsets import cutset_steps

        steps = cutset_steps(condition(ugm, evidence).ugm, width, _SECONDS, cancel)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return tuple(stop.value.names)
            yield None
    given = set(cutset)
    unknown = sorted(given - set(ugm.names))
    if unknown:
        raise EvidenceError(f"The cutset names {unknown[0]}, which is not a variable of the model. Leave it out.")
    return tuple(name for name in ugm.names if name in given and name not in evidence)


def _joint_states(ugm: UGM, names: tuple[str, ...]) -> Iterator[dict[str, int]]:
    for states in product(*(range(ugm.variable(name).n_states) for name in names)):
        yield dict(zip(names, states, strict=True))


class _Sums:
    """Sums of the terms' answers, each weighted with its share, relative to the largest log Z so far."""

    def __init__(self) -> None:
        self.weight = 0.0
        self._top = -math.inf
        self._single: dict[str, Floats] = {}
        self._pair: dict[Pair, Floats] = {}

    @property
    def log_z(self) -> float:
        return self._top + math.log(self.weight)

    def add(self, term: Inference, edges: Iterable[Pair]) -> None:
        """Add a term."""
        if term.log_z > self._top:
            shrink = math.exp(self._top - term.log_z)
            self._top = term.log_z
            self.weight *= shrink
            for table in (*self._single.values(), *self._pair.values()):
                table *= shrink
        share = math.exp(term.log_z - self._top)
        self.weight += share
        for name, marginal in term.marginals.items():
            _add(self._single, name, marginal, share)
        for edge in edges:
            _add(self._pair, edge, term.pairwise[edge], share)

    def marginals(self) -> Mapping[str, Floats]:
        """Return the marginals of single variables."""
        return MappingProxyType({name: _normal(table, self.weight) for name, table in self._single.items()})

    def pairs(self) -> dict[Pair, Floats]:
        """Return the marginals of pairs."""
        return {edge: _normal(table, self.weight) for edge, table in self._pair.items()}


def _add(sums: dict[Any, Floats], key: Any, table: Floats, share: float) -> None:
    if key in sums:
        sums[key] += share * table
    else:
        sums[key] = share * np.asarray(table)


def _normal(table: Floats, weight: float) -> Floats:
    share = table / weight
    share.setflags(write=False)
    return share
