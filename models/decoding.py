"""Which joint state is the most probable one, and is it the only one?

Max-product on the junction tree, in logs: maxima go up, and from the roots down each clique's row picks the residual
states. See Koller and Friedman (2009), section 13.3. Before large tables are made, states that no best joint state has
are struck out; see `state_reduction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .calibration import NUMPY_SLICE, SLICE, Calibration
from .conditioning import Evidence, check_evidence
from .costs import prepare
from .errors import Cancelled, CancelToken, CliqueError, ZeroMassError
from .factor import Floats
from .junction_tree import Ints
from .kernels import maxima as max_kernels
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
    plan = plan_for(ugm, evidence, search=False)
    entries = plan.tree.table_entries
    if entries < WORTH or not kernels.wanted("reduction", entries):
        return None
    return (yield from reduce_steps(ugm, evidence, plan, cancel))


def _decode_steps(ugm: UGM, evidence: Evidence, max_bytes: float | None, cancel: CancelToken | None) -> Steps[Decoding]:
    # Maxima go one way only: it takes larger tables than for marginals until looking for a better order pays.
    quick = plan_for(ugm, evidence, search=False).tree.table_entries < WORTH
    checked, plan = prepare(ugm, evidence, max_bytes, search=not quick)
    run = Calibration(plan, ugm, checked, maximise=True, cancel=cancel)
    yield from run.collect_steps()
    states, ties = yield from _trace_steps(run, cancel or CancelToken())
    run.release()
    assignment = {**dict(zip(ugm.names, states, strict=True)), **checked}
    return Decoding(assignment, ugm.log_score(assignment), exact=True, ties=ties)


def _trace_steps(run: Calibration, token: CancelToken) -> Steps[tuple[list[int], bool]]:
    """Walk from the roots to the leaves; return states in model order (0 where not free) and whether there are ties.

    Two maximisers differ first in some clique, where they share the separator's state: then both attain the maximum of
    that row. So it is enough to look for a second maximum in each row on the way.
    """
    plan, tree = run.plan, run.plan.tree
    by_position: Ints = np.zeros(len(tree.order), dtype=np.int64)
    ties: Ints = np.zeros(1, dtype=np.int64)
    compiled = kernels.wanted("maxima", tree.table_entries)
    trace = max_kernels.trace_back if compiled else _trace_back
    c = tree.n_cliques - 1
    while c >= 0:
        c = trace(
            c,
            SLICE if compiled else NUMPY_SLICE,
            TIE,
            run.program.cliques,
            tree.start,
            tree.n_residuals,
            tree.axes,
            tree.cards,
            by_position,
            run.memory,
            ties,
            token.flag,
        )
        if c == max_kernels.STOPPED:
            raise Cancelled
        if c >= 0:
            yield None
    states: Ints = np.zeros(len(plan.names), dtype=np.int64)
    states[plan.free[tree.order]] = by_position
    return states.tolist(), bool(ties[0])


def _trace_back(
    last: int,
    budget: float,
    tie: float,
    cliques: Ints,
    start: Ints,
    n_residuals: Ints,
    axes: Ints,
    cards: Ints,
    states: Ints,
    memory: Floats,
    ties: Ints,
    flag: NDArray[np.uint8],
) -> int:
    """Choose states with NumPy; see `kernels.maxima.trace_back`."""
    done, c = 0.0, last
    while c >= 0 and done < budget:
        if flag[0]:
            return max_kernels.STOPPED
        begin, end = start[c : c + 2].tolist()
        split = begin + int(n_residuals[c])
        members, sizes = axes[begin:end].tolist(), cards[begin:end].tolist()
        row = 0
        for i in range(end - begin - 1, split - begin - 1, -1):
            row = row * sizes[i] + int(states[members[i]])
        columns = int(cliques[c * CLIQUE + COLUMNS])
        first = int(cliques[c * CLIQUE + TABLE]) + row * columns
        values = memory[first : first + columns]
        best = int(values.argmax())
        if not ties[0]:
            margin = tie * max(1.0, abs(float(values[best])))
            ties[0] = int(np.count_nonzero(values >= values[best] - margin)) > 1
        for i in range(split - begin):
            best, states[members[i]] = divmod(best, sizes[i])
        done += columns
        c -= 1
    return c
