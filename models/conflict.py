"""Which clamped states cannot happen together when the evidence has probability zero?

A set of clamps conflicts when no joint state of positive potential has these states, whatever the others are. Every
allowed joint state shows that the clamps it agrees with do not conflict; so a conflict has to hit, for each joint
state known, one of the clamps that it violates. The smallest set that does is tested: either it conflicts, and nothing
smaller can, or a new joint state is known. See Ignatiev, Previti, Liffiton and Marques-Silva, Smallest MUS extraction
with minimal hitting set dualization (2015). Where that takes too long, clamps are dropped one by one while the rest
still conflicts, which gives a conflict that has no smaller one inside, though perhaps elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .conditioning import Evidence, check_evidence
from .errors import CancelToken, ZeroMassError
from .factor import Floats
from .graph import members
from .soft_evidence import Likelihood, likelihood_words, switches_of, with_switches
from .steps import Steps, drain
from .support import OutOfWork, Support
from .ugm import UGM

MAX_WORK = 500_000.0
"""Work spent on a question by default, in units of about a microsecond."""
_SHARE = 0.6  # of it, for the smallest; the rest is kept for some conflict that is minimal
_MOST_BRANCHES = 20_000
_MOST_NAMED = 6


def smallest_conflict(ugm: UGM, evidence: Mapping[str, int], max_work: float = MAX_WORK) -> tuple[str, ...] | None:
    """Return a smallest set of clamped variables whose states cannot happen together.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int
        State, from 0, of each clamped variable.
    max_work : float
        What may be spent, in units of about a microsecond. The same question always gets the same answer.

    Returns
    -------
    tuple of str or None
        Names in the order of the evidence, then, where `ugm` is a model with soft evidence, those that `switches_of`
        gives to likelihoods that exclude a state, which can be at fault as clamps can. Empty when the model forbids
        every joint state, whatever is clamped. None when the evidence is possible, or when finding out takes too much
        work. Where only the proof that none is smaller takes too much, a conflict without a smaller one inside it.

    Raises
    ------
    EvidenceError
        An unknown variable or a state out of range.
    """
    return drain(smallest_conflict_steps(ugm, evidence, max_work))


def smallest_conflict_steps(
    ugm: UGM, evidence: Mapping[str, int], max_work: float = MAX_WORK, cancel: CancelToken | None = None
) -> Steps[tuple[str, ...] | None]:
    """Find the `smallest_conflict` in slices; yields None."""
    search = _Search(*with_switches(ugm, check_evidence(ugm, evidence)), cancel)
    try:
        search.support.work = _SHARE * max_work
        conflict = yield from search.smallest_steps()
    except OutOfWork:
        try:
            search.support.work += (1 - _SHARE) * max_work
            conflict = yield from search.minimal_steps()
        except OutOfWork:
            return None
    return None if conflict is None else search.names(conflict)


class _Search:
    """Sets of clamps are bit masks over `clamps`, those that any table has a say in."""

    def __init__(self, ugm: UGM, evidence: Evidence, cancel: CancelToken | None) -> None:
        self.support = Support(ugm, evidence, cancel)
        places = ((name, ugm.index(name), state) for name, state in evidence.items())
        self.clamps = [clamp for clamp in places if self.support.constrains(clamp[1])]
        self.all = (1 << len(self.clamps)) - 1
        self.possible: list[int] = []  # no set of these holds another

    def names(self, clamps: int) -> tuple[str, ...]:
        return tuple(self.clamps[k][0] for k in members(clamps))

    def conflicts(self, clamps: int) -> bool:
        """Whether these clamps cannot happen together; if they can, remember all that can with them."""
        if any(not clamps & ~known for known in self.possible):
            return False
        found = self.support.find({self.clamps[k][1]: self.clamps[k][2] for k in members(clamps)})
        if found is None:
            return True
        agreed = sum(1 << k for k, (_, v, state) in enumerate(self.clamps) if found[v] == state)
        self.possible = [known for known in self.possible if known & ~agreed] + [agreed]
        return False

    def smallest_steps(self) -> Steps[int | None]:
        size = 0
        while True:
            tried = smallest_hitting_set([self.all & ~known for known in self.possible], size)
            if self.conflicts(tried):
                return tried
            if self.all in self.possible:
                return None
            size = tried.bit_count()
            yield None

    def minimal_steps(self) -> Steps[int | None]:
        kept = self.all
        if not self.conflicts(kept):
            return None
        # The earliest clamps go first: what was clamped last is what a person would take back.
        for k in range(len(self.clamps)):
            yield None
            if self.conflicts(kept & ~(1 << k)):
                kept &= ~(1 << k)
        return kept


def smallest_hitting_set(sets: list[int], at_least: int = 0) -> int:
    """Return a smallest bit mask that shares a bit with each of the given masks, none of which is 0.

    Parameters
    ----------
    sets : list of int
    at_least : int
        A number of bits that is known to be needed.

    Raises
    ------
    OutOfWork
        After many thousand branches.
    """
    ordered = sorted(sets, key=int.bit_count)
    smallest: list[int] = []
    for mask in ordered:  # what hits a set hits all sets that hold it
        if all(kept & ~mask for kept in smallest):
            smallest.append(mask)
    left = _MOST_BRANCHES
    size = at_least

    def search(chosen: int, barred: int, room: int) -> int | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OutOfWork
        unmet = [mask & ~barred for mask in smallest if not mask & chosen]
        if not unmet:
            return chosen
        if room == 0:
            return None
        tightest = min(unmet, key=int.bit_count)
        for k in members(tightest):
            found = search(chosen | 1 << k, barred, room - 1)
            if found is not None:
                return found
            barred |= 1 << k  # every hitting set with it has been looked for
        return None

    while (found := search(0, 0, size)) is None:
        size += 1
    return found


def impossible(ugm: UGM, evidence: Mapping[str, int], conflict: tuple[str, ...] | None) -> ZeroMassError:
    """Return the error for evidence that no joint state agrees with.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int
    conflict : tuple of str or None
        As from `smallest_conflict`; None when it is not known.
    """
    switches = switches_of(ugm)
    if conflict == () or not (evidence or switches):
        text = "Every joint state of this model has potential zero, so no probability is defined, whatever is clamped. "
        return ZeroMassError(text + "Give some joint state a potential above zero in every table.", conflict=())
    if conflict is None:
        given = "evidence" if switches else "clamped states"
        text = f"Every joint state that agrees with the {given} has potential zero, so no probability is defined."
        return ZeroMassError(f"{text} Release some of them.")
    seen = _soft_words(ugm) if switches else {}
    clamps = [
        seen[switches[name]] if name in switches else f"{name} = {ugm.variable(name).labels[evidence[name]]}"
        for name in conflict
    ]
    if conflict[0] in switches and clamps[0].startswith("the "):
        clamps[0] = f"T{clamps[0][1:]}"
    conflict = tuple(dict.fromkeys(switches.get(name, name) for name in conflict))
    if len(clamps) == 1:
        text = f"{clamps[0]} cannot happen: every joint state with it has potential zero. Release it."
        return ZeroMassError(text, conflict=conflict)
    if len(clamps) > _MOST_NAMED:
        more = "more" if switches else "more clamped states"
        clamps[_MOST_NAMED - 1 :] = [f"{len(clamps) - _MOST_NAMED + 1} {more}"]
    text = f"{', '.join(clamps[:-1])} and {clamps[-1]} cannot happen together. Release one of them."
    return ZeroMassError(text, conflict=conflict)


def _soft_words(ugm: UGM) -> dict[str, str]:
    """Return what soft evidence says, by variable; a model can hold several likelihoods of one."""
    logs: dict[str, Floats] = {}
    for factor in ugm.factors:
        if isinstance(factor, Likelihood):
            name = factor.scope[0]
            logs[name] = factor.log_table if name not in logs else logs[name] + factor.log_table
    words = {}
    for name, table in logs.items():
        possible = np.isfinite(table)
        peak = float(table[possible].max()) if possible.any() else 0.0
        likelihood = np.where(possible, np.exp(np.maximum(table - peak, -700.0)), 0.0)
        words[name] = likelihood_words(ugm.variable(name), likelihood)
    return words
