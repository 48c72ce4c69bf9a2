"""Which variables should be clamped so that the rest becomes easy, and is that worth it?

The smallest set that leaves treewidth w comes from `models.cutsets`; beside it stands what it would cost to sum over
its joint states (cutset conditioning) and what the junction tree of the whole costs.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .conditioning import Evidence, check_evidence, condition
from .costs import Forecast, forecast
from .cutsets import Cutset, cutset_steps
from .errors import CancelToken
from .steps import drain
from .verdict import count_words, size_words

if TYPE_CHECKING:
    from .ugm import UGM


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
    """

    names: tuple[str, ...]
    width: int
    lower: int
    n_terms: float
    before: Forecast
    after: Forecast
    sentence: str

    @property
    def exact(self) -> bool:
        """Whether no smaller set exists."""
        return self.lower == len(self.names)

    @property
    def summed_entries(self) -> float:
        """Table entries that cutset conditioning goes through in all."""
        return self.n_terms * self.after.total_entries


def advise(
    ugm: UGM, evidence: Mapping[str, int] | None = None, width: int = 1, time_limit: float | None = None
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

    Raises
    ------
    EvidenceError, ModelError
        The evidence does not fit; the width is negative.
    """
    return drain(advise_steps(ugm, evidence, width, time_limit))


def advise_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    width: int = 1,
    time_limit: float | None = None,
    cancel: CancelToken | None = None,
) -> Generator[Advice | None, None, Advice]:
    """Compute `advise` in slices: yields an `Advice` whenever a bound improves, and None in between."""
    checked = check_evidence(ugm, evidence or {})
    before = forecast(ugm, checked)
    steps = cutset_steps(condition(ugm, checked).ugm, width, time_limit, cancel)
    while True:
        try:
            found = next(steps)
        except StopIteration as stop:
            return _advice(ugm, checked, before, stop.value)
        yield None if found is None else _advice(ugm, checked, before, found)


def _advice(ugm: UGM, evidence: Evidence, before: Forecast, found: Cutset) -> Advice:
    bits = sum(math.log2(ugm.variable(name).n_states) for name in found.names)
    n_terms = math.inf if bits > 1000 else float(math.prod(ugm.variable(name).n_states for name in found.names))
    after = forecast(ugm, {**evidence, **dict.fromkeys(found.names, 0)}) if found.names else before
    return Advice(
        found.names, found.width, found.lower, n_terms, before, after, _sentence(found, n_terms, before, after)
    )


def _sentence(found: Cutset, n_terms: float, before: Forecast, after: Forecast) -> str:
    left = "no edge" if found.width == 0 else "a forest" if found.width == 1 else f"treewidth {found.width} at most"
    if not found.names:
        return f"Nothing needs to be clamped: what is left is {'' if found.width < 2 else 'of '}{left} already."
    n = len(found.names)
    text = f"Clamping {count_words(n, 'variable')} leaves {left}"
    if found.exact:
        text += ", and no fewer will do. "
    else:
        text += f"; at least {found.lower} are needed. "
    summed = n_terms * after.total_entries
    terms = size_words(n_terms).rpartition(" ")[0]
    text += (
        f"Summing over {terms} joint states costs {size_words(summed)} in all and holds "
        f"{size_words(after.total_entries)} at a time; the junction tree of the whole costs "
        f"{size_words(before.total_entries)} at once."
    )
    same = math.isclose(summed, before.total_entries, rel_tol=1e-6)
    if summed < before.total_entries and not same:
        return text + " Cutset conditioning is cheaper."
    if after.total_entries < before.total_entries:
        longer = "takes as long" if same else "takes longer"
        return f"{text} Cutset conditioning {longer}, in less memory."
    return text + " The junction tree is cheaper."
