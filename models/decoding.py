"""Which joint state is the most probable one, and is it the only one?

Max-product on the junction tree, in logs: maxima go up, and from the roots down each clique's row picks the residual
states. See Koller and Friedman (2009), section 13.3. Before large tables are made, states that no best joint state has
are struck out; see `state_reduction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from . import kernels
from .calibration import Calibration
from .conditioning import Evidence, check_evidence
from .costs import prepare
from .errors import CancelToken, CliqueError, ZeroMassError
from .kernels.layout import CLIQUE, COLUMNS, TABLE
from .plan import plan_for
from .soft_evidence import SoftLike, with_soft_evidence
from .state_reduction import WORTH, Reduced, reduce_steps
from .steps import Steps, drain
from .ugm import UGM

TIE = 1e-10
"""Log scores that differ by less than this are equal, for rounding explains it.

They are compared within a clique, relative to the largest entries of its factors and to what is best below it; when
they are larger than one, so is the difference that rounding explains.
"""


@dataclass(frozen=True, slots=True)
class Decoding:
    """A most probable joint state.

    Attributes
    ----------
    assignment : dict of str to int
        State of every variable, clamped ones included.
    log_score : float
        Its log potential in nats, not normalised: log p is this minus log Z of the unclamped model. Logs of soft
        evidence's likelihoods are part of it.
    exact : bool
        Whether no joint state that agrees with the evidence has a larger one, certainly.
    ties : bool or None
        Whether another joint state that agrees with the evidence attains the same log score, up to rounding (`TIE`);
        None when that is not known. `max_marginals` shows which variables a tie leaves open.
    """

    assignment: dict[str, int]
    log_score: float
    exact: bool = True
    ties: bool | None = None


def decode(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    method: str = "exact",
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> Decoding:
    """Return a joint state of largest potential among those that agree with the evidence.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    method : {"exact"}
    max_bytes : float, optional
        Memory limit; see `prepare`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; their logs count towards the score. See `SoftEvidence`.

    Raises
    ------
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    TooLargeError
        The tables would not fit, even without the states that no best joint state can have.
    EvidenceError
    """
    if method != "exact":
        raise CliqueError(f'There is no way to decode called "{method}". Use "exact".')
    return drain(decode_steps(ugm, evidence, max_bytes, soft=soft))


def decode_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[Decoding]:
    """Compute `decode` in slices; yields None."""
    ugm = with_soft_evidence(ugm, soft)
    checked = check_evidence(ugm, evidence)
    reduced = yield from _reduce_steps(ugm, checked, cancel)
    if reduced is not None:
        try:
            rest = yield from _decode_steps(reduced.ugm, Evidence(), max_bytes, cancel)
        except ZeroMassError:
            pass  # the whole model knows better who is to blame
        else:
            states = {**reduced.whole(rest.assignment), **checked}
            assignment = {name: states[name] for name in ugm.names}
            return Decoding(assignment, ugm.log_score(assignment), exact=True, ties=rest.ties)
    return (yield from _decode_steps(ugm, checked, max_bytes, cancel))


def _reduce_steps(ugm: UGM, evidence: Evidence, cancel: CancelToken | None) -> Steps[Reduced | None]:
    plan = plan_for(ugm, evidence)
    entries = plan.tree.table_entries
    if entries < WORTH or not kernels.wanted("reduction", entries):
        return None
    return (yield from reduce_steps(ugm, evidence, plan, cancel))


def _decode_steps(ugm: UGM, evidence: Evidence, max_bytes: float | None, cancel: CancelToken | None) -> Steps[Decoding]:
    checked, plan = prepare(ugm, evidence, max_bytes)
    run = Calibration(plan, ugm, checked, maximise=True, cancel=cancel)
    yield from run.collect_steps()
    states, ties = _trace_back(run)
    run.release()
    assignment = {name: checked.get(name, state) for name, state in zip(ugm.names, states, strict=True)}
    return Decoding(assignment, ugm.log_score(assignment), exact=True, ties=ties)


def _trace_back(run: Calibration) -> tuple[list[int], bool]:
    """Walk from the roots to the leaves; return states in model order (0 where not free) and whether there are ties.

    Two maximisers differ first in some clique, where they share the separator's state: then both attain the maximum of
    that row. So it is enough to look for a second maximum in each row on the way.
    """
    plan, program, memory = run.plan, run.program, run.memory
    tree = plan.tree
    states = np.zeros(len(plan.names), dtype=np.int64)
    by_position = [0] * len(tree.order)
    ties = False
    axes, cards, start = tree.axes.tolist(), tree.cards.tolist(), tree.start.tolist()
    for c in range(tree.n_cliques - 1, -1, -1):
        begin, split, end = start[c], start[c] + int(tree.n_residuals[c]), start[c + 1]
        row = 0
        for i in range(end - 1, split - 1, -1):
            row = row * cards[i] + by_position[axes[i]]
        clique = c * CLIQUE
        columns = int(program.cliques[clique + COLUMNS])
        first = int(program.cliques[clique + TABLE]) + row * columns
        values = memory[first : first + columns]
        best = int(values.argmax())
        if not ties:
            margin = TIE * max(1.0, abs(float(values[best])))
            ties = int(np.count_nonzero(values >= values[best] - margin)) > 1
        for i in range(begin, split):
            best, by_position[axes[i]] = divmod(best, cards[i])
    states[plan.free[tree.order]] = by_position
    return states.tolist(), ties
