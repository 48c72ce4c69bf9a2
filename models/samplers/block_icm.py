"""How far does one get by improving a block at a time? Iterated conditional modes over blocks.

Starting from an allowed joint state, each block in turn takes a state of largest potential given all the others, found
exactly by max-product messages along its trees, until a whole pass changes nothing (Besag 1986 for single variables;
for trees, block ICM as in Schmidt's UGM). The score never falls, so it ends; where it ends depends on the start, so
there are restarts, and the answer is a bound from below, not a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

import numpy as np

from models.conditioning import check_evidence, condition
from models.decoding import Decoding
from models.errors import CancelToken, CliqueError, check_whole
from models.soft_evidence import SoftLike, with_soft_evidence
from models.steps import Steps
from models.ugm import UGM

from .start import start_steps
from .tree_gibbs import link_logs, own_logs
from .tree_plan import TreePlan, tree_plan_steps

METHODS = ("icm", "block-icm")
_GAIN = 1e-12  # smaller improvements are rounding


def block_decode_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    method: str = "block-icm",
    blocks: Iterable[Iterable[str]] | None = None,
    restarts: int = 1,
    seed: int = 0,
    cancel: CancelToken | None = None,
    soft: SoftLike | None = None,
) -> Steps[Decoding]:
    """Return the best joint state found, in slices; yields None.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    method : {"icm", "block-icm"}
        A variable at a time, or a block.
    blocks : iterable of iterables of str, optional
        For "block-icm": forests given the rest, designed when None; a variable in none is a block by itself.
    restarts : int
        How many starts in all.
    seed : int
        Decides the starts.
    cancel : CancelToken, optional
    soft : SoftEvidence or mapping of str to array_like, optional

    Raises
    ------
    CliqueError
        There is no such method, fewer than one start is asked for, or the seed is negative or no whole number.
    ZeroMassError, EvidenceError, ModelError
        The evidence is impossible or does not fit; a block has a cycle.
    """
    if method not in METHODS:
        raise CliqueError(f'There is no way to decode called "{method}". Use one of {", ".join(METHODS)}.')
    restarts = check_whole("number of restarts", restarts, 1)
    seed = check_whole("seed", seed, 0)
    weighed = with_soft_evidence(ugm, soft)
    checked = check_evidence(weighed, evidence)
    conditioned = condition(weighed, checked)
    names = conditioned.ugm.names
    chosen = [[name] for name in names] if method == "icm" else blocks
    plan = yield from tree_plan_steps(conditioned, np.zeros(len(names), dtype=np.int64), chosen)
    search = _Search(plan)
    best: dict[str, int] = {}
    top = -inf
    for source in np.random.SeedSequence(seed).spawn(restarts):
        found, _ = yield from start_steps(conditioned, source)
        states = [int(found[conditioned.ugm.index(name)]) for name in plan.names]
        changed = True
        while changed:
            changed = False
            for first, end in search.spans:
                if cancel is not None:
                    cancel.check()
                changed |= search.improve(first, end, states)
                yield None
        assignment = {**checked, **dict(zip(plan.names, states, strict=True))}
        score = weighed.log_score(assignment)
        if score > top:
            best, top = assignment, score
    return Decoding({name: int(best[name]) for name in weighed.names}, top, exact=False, ties=None)


class _Search:
    """The plan as plain lists, and the improvement of one block."""

    def __init__(self, plan: TreePlan) -> None:
        self._plan: list[int] = plan.plan.tolist()
        self._values: list[float] = plan.values.tolist()
        self._starts: list[int] = plan.starts.tolist()
        ends = np.cumsum([len(block) for block in plan.blocks]).tolist()
        self.spans = [(end - len(block), end) for end, block in zip(ends, plan.blocks, strict=True)]

    def improve(self, first: int, end: int, states: list[int]) -> bool:
        """Put a block into a best state given the rest; return whether that raises the score."""
        sums, links = self._messages(first, end, states)
        found = list(states)
        before = after = 0.0
        for site in range(first, end):
            parent = self._plan[self._starts[site] + 2]
            mine = sums[site - first]
            if parent >= 0:
                mine = [log + row[found[parent]] for log, row in zip(mine, links[site], strict=True)]
            found[site] = max(range(len(mine)), key=mine.__getitem__)
        before, after = self._score(first, end, states, links), self._score(first, end, found, links)
        if after <= before + _GAIN * max(1.0, abs(before)):
            return False
        states[first:end] = found[first:end]
        return True

    def _messages(
        self, first: int, end: int, states: Sequence[int]
    ) -> tuple[list[list[float]], dict[int, list[list[float]]]]:
        """Return, for each site, its own logs with the largest that its children can add; and the links."""
        plan, values, starts = self._plan, self._values, self._starts
        sums = [own_logs(starts[site], states, plan, values)[0] for site in range(first, end)]
        links: dict[int, list[list[float]]] = {}
        for site in range(end - 1, first - 1, -1):
            parent = plan[starts[site] + 2]
            if parent < 0:
                continue
            table = links[site] = link_logs(starts[site], states, plan, values, plan[starts[parent]])
            mine, theirs = sums[site - first], sums[parent - first]
            for t in range(len(theirs)):
                theirs[t] += max(log + row[t] for log, row in zip(mine, table, strict=True))
        return sums, links

    def _score(self, first: int, end: int, states: Sequence[int], links: Mapping[int, list[list[float]]]) -> float:
        """Return the log potential of all factors that touch a block."""
        plan, values, starts = self._plan, self._values, self._starts
        total = 0.0
        for site in range(first, end):
            total += own_logs(starts[site], states, plan, values)[0][states[site]]
            if site in links:
                total += links[site][states[site]][states[plan[starts[site] + 2]]]
        return total
