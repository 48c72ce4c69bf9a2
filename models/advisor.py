"""Which variables should be clamped so that the rest becomes easy, and is that worth it?

The smallest set that leaves treewidth w comes from `models.cutsets`; beside it stands what it would cost to sum over
its joint states (cutset conditioning) and what the junction tree of the whole costs.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from .conditioning import Evidence, check_evidence, condition
from .costs import Forecast, forecast
from .cutsets import Cutset, cutset_steps
from .errors import CancelToken
from .soft_evidence import SoftLike, check_soft_evidence, with_soft_evidence
from .steps import drain
from .support import OutOfWork, Support
from .verdict import count_words, number_words, size_words

if TYPE_CHECKING:
    from .ugm import UGM

_WORK = 20_000.0  # for states that can happen, in units of about a microsecond


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """What to clamp.

    Attributes
    ----------
    names : tuple of str
        Variables to clamp beside those that are, in model order.
    width : int
        Treewidth, at most, of what is left then.
    lower : int
        No set of fewer variables leaves that; equal to `len(names)` once that is certain.
    n_terms : float
        Joint states of the set: terms of a sum over all of them.
    before, after : Forecast
        Of exact inference now, and with the set clamped too, for one of its joint states.
    sentence : str
    states : mapping of str to int
        States to clamp them to: their first ones, or others where those, with what is clamped, have potential zero or
        are excluded by soft evidence.
    """

    names: tuple[str, ...]
    width: int
    lower: int
    n_terms: float
    before: Forecast
    after: Forecast
    sentence: str
    states: Mapping[str, int]

    @property
    def exact(self) -> bool:
        """Whether no smaller set exists."""
        return self.lower == len(self.names)

    @property
    def summed_entries(self) -> float:
        """Table entries that cutset conditioning goes through in all."""
        return self.n_terms * self.after.total_entries


def advise(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    width: int = 1,
    time_limit: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> Advice:
    """Return the fewest variables to clamp so that what is left has treewidth `width` at most.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
        What is clamped already; the advice is about the rest.
    width : int
        1 for a forest.
    time_limit : float, optional
        Seconds, after which the best set known is the answer.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; states that they exclude are not offered.

    Raises
    ------
    EvidenceError, ModelError
        The evidence, hard or soft, does not fit; the width is negative.
    """
    return drain(advise_steps(ugm, evidence, width, time_limit, soft=soft))


def advise_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    width: int = 1,
    time_limit: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Generator[Advice | None, None, Advice]:
    """Compute `advise` in slices: yields an `Advice` whenever a bound improves, and None in between."""
    checked = check_evidence(ugm, evidence or {})
    first = dict.fromkeys(ugm.names, 0)
    for name, likelihood in check_soft_evidence(ugm, soft).items():
        first[name] = int(likelihood.argmax()) if likelihood[0] == 0.0 else 0
    before, support = forecast(ugm, checked), Support(with_soft_evidence(ugm, soft), first, cancel)
    steps = cutset_steps(condition(ugm, checked).ugm, width, time_limit, cancel)
    while True:
        try:
            found = next(steps)
        except StopIteration as stop:
            return _advice(ugm, checked, before, stop.value, support, first)
        yield None if found is None else _advice(ugm, checked, before, found, support, first)


def _advice(
    ugm: UGM, evidence: Evidence, before: Forecast, found: Cutset, support: Support, first: Mapping[str, int]
) -> Advice:
    bits = sum(math.log2(ugm.variable(name).n_states) for name in found.names)
    n_terms = math.inf if bits > 1000 else float(math.prod(ugm.variable(name).n_states for name in found.names))
    after = forecast(ugm, {**evidence, **dict.fromkeys(found.names, 0)}) if found.names else before
    n_free = len(ugm.variables) - len(evidence)
    return Advice(
        found.names,
        found.width,
        found.lower,
        n_terms,
        before,
        after,
        _sentence(found, n_terms, before, after) if found.names else _no_need(found.width, n_free, bool(evidence)),
        _possible_states(ugm, evidence, found.names, support, first),
    )


def _possible_states(
    ugm: UGM, evidence: Evidence, names: tuple[str, ...], support: Support, first: Mapping[str, int]
) -> MappingProxyType[str, int]:
    """Return the states of `first`, or others where those cannot happen together."""
    support.work = _WORK
    try:
        found = support.find({ugm.index(name): state for name, state in evidence.items()}) or {}
    except OutOfWork:
        found = {}
    return MappingProxyType({name: found.get(ugm.index(name), first[name]) for name in names})


def _no_need(width: int, n_free: int, clamped: bool) -> str:
    if not n_free:
        return "Every variable is clamped already." if clamped else "There is no variable to clamp."
    left = "no edge is left" if width == 0 else "what is left is a forest already"
    return (
        f"Nothing needs to be clamped: {left if width < 2 else f'what is left has treewidth {width} at most already'}."
    )


def _sentence(found: Cutset, n_terms: float, before: Forecast, after: Forecast) -> str:
    left = "no edge" if found.width == 0 else "a forest" if found.width == 1 else f"treewidth {found.width} at most"
    text = f"Clamping {count_words(len(found.names), 'variable')} leaves {left}"
    if found.exact:
        text += ", and no fewer will do. "
    elif found.lower:
        text += f"; at least {found.lower:,} {'is' if found.lower == 1 else 'are'} needed. "
    else:
        text += "; whether any is needed is not known. "
    summed = n_terms * max(after.total_entries, 1.0)  # with nothing left, a number for each state all the same
    text += (
        f"Summing over {number_words(n_terms)} joint {'state' if n_terms == 1 else 'states'} costs "
        f"{size_words(summed)} in all and holds {size_words(after.total_entries)} at a time; the junction tree of the "
        f"whole costs {size_words(before.total_entries)} at once."
    )
    if min(summed, before.total_entries) >= 1e300:
        return text + " Neither is within reach."
    same = math.isclose(summed, before.total_entries, rel_tol=1e-6)
    if summed < before.total_entries and not same:
        return text + " Cutset conditioning is cheaper."
    if after.total_entries < before.total_entries:
        longer = "takes as long" if same else "takes longer"
        return f"{text} Cutset conditioning {longer}, in less memory."
    return text + (" Both cost the same." if same else " The junction tree is cheaper.")
