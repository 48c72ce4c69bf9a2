"""Which joint state is the most probable one, and is it the only one?

Max-product on the junction tree, in logs: maxima go up, and from the roots down each clique's row picks the residual
states. See Koller and Friedman (2009), section 13.3. Before large tables are made, states that no best joint state has
are struck out (`state_reduction`), and a search with bounds is tried (`branching`). All of them are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import inf
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .branching import FIRST, search_steps
from .calibration import NUMPY_SLICE, SLICE, Calibration
from .conditioning import Evidence, check_evidence
from .conflict import impossible, smallest_conflict_steps
from .costs import prepare
from .errors import Cancelled, CancelToken, CliqueError, TooLargeError, ZeroMassError
from .factor import Floats
from .junction_tree import Ints
from .kernels import maxima as max_kernels
from .kernels.layout import CLIQUE, COLUMNS, TABLE
from .listing import best_of_few
from .plan import Plan, plan_for, plan_steps
from .soft_evidence import SoftLike, switches_of, with_soft_evidence
from .state_reduction import WORTH, Messages
from .steps import Steps, drain
from .ugm import UGM

_LARGE = float(1 << 22)  # table entries that are dearer than another round of search

TIE = 1e-10
"""Log scores that differ by less than this are equal, for rounding explains it.

They are compared within a clique, relative to the largest entries of its factors and to what is best below it; when
they are larger than one, so is the difference that rounding explains.
"""


METHODS = dict.fromkeys(("icm", "block-icm"), "models.samplers.block_icm")
"""Where the function for each method that is not exact lives; imported when asked for."""


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
    **options: Any,
) -> Decoding:
    """Return a joint state of largest potential among those that agree with the evidence.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    method : {"exact", "icm", "block-icm"}
        The last two climb from a start, a variable or a block at a time; see `samplers.block_icm`.
    max_bytes : float, optional
        Memory limit; see `prepare`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; their logs count towards the score. See `SoftEvidence`.
    **options
        For the last two methods: `blocks`, `restarts`, `seed`.

    Raises
    ------
    ZeroMassError
        Every joint state that agrees with the evidence is forbidden.
    TooLargeError
        The tables would not fit, even without the states that no best joint state can have, and search did not end.
    EvidenceError
    """
    if method in METHODS:
        climb: Callable[..., Steps[Decoding]] = import_module(METHODS[method]).block_decode_steps
        return drain(climb(ugm, evidence, method, soft=soft, **options))
    if method != "exact":
        known = ", ".join(f'"{name}"' for name in ("exact", *METHODS))
        raise CliqueError(f'There is no way to decode called "{method}". Use one of {known}.')
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
    return (yield from _decode_steps(ugm, checked, max_bytes, cancel))


def _decode_steps(ugm: UGM, evidence: Evidence, max_bytes: float | None, cancel: CancelToken | None) -> Steps[Decoding]:
    if cancel is not None:
        cancel.check()
    listed = best_of_few(ugm, evidence, max_bytes, TIE)
    if listed is not None:
        states, n_best = listed
        if n_best < 1:
            yield from _refuse_steps(ugm, evidence, cancel)
        return _decoding(ugm, states, n_best > 1)
    # Maxima go one way only: it takes larger tables than for marginals until looking for a better order pays.
    plan = plan_for(ugm, evidence, search=False)
    entries = plan.tree.table_entries
    if entries < WORTH:
        return (yield from _tables_steps(ugm, evidence, max_bytes, cancel, search=False))
    if kernels.wanted("reduction", entries):
        known = Messages(ugm, evidence, plan, cancel)
        yield from known.improve_steps()
        reduced = known.reduced(ugm, evidence)
        if reduced is not None:
            try:
                rest = yield from _decode_steps(reduced.ugm, Evidence(), max_bytes, cancel)
            except ZeroMassError:
                yield from _refuse_steps(ugm, evidence, cancel)  # the whole model knows who is to blame
            else:
                return _decoding(ugm, {**reduced.whole(rest.assignment), **evidence}, rest.ties)
        found = yield from _search_steps(ugm, evidence, known, max_bytes, cancel)
        if found is not None:
            return found
    return (yield from _tables_steps(ugm, evidence, max_bytes, cancel, search=True))


def _search_steps(
    ugm: UGM, evidence: Evidence, known: Messages, max_bytes: float | None, cancel: CancelToken | None
) -> Steps[Decoding | None]:
    """Search with bounds, unless the junction tree is cheaper: with the first order, then with a better one."""
    found = None
    if known.possible:
        found = yield from search_steps(known, known.plan.tree.table_entries, TIE, stages=1, max_bytes=max_bytes)
    if found is None and known.possible:
        plan = yield from plan_steps(ugm, evidence)
        try:
            prepare(ugm, evidence, max_bytes)
            entries = plan.tree.table_entries
        except TooLargeError:
            entries = inf
        if entries < _LARGE:
            return None
        score, known = known.known, Messages(ugm, evidence, plan, cancel)
        yield from known.improve_steps()
        known.known = max(known.known, score)
        found = yield from search_steps(known, entries, TIE, first=4 * FIRST, max_bytes=max_bytes)
    if not known.possible:
        yield from _refuse_steps(ugm, evidence, cancel)
    if found is None:
        return None
    return _decoding(ugm, _named(known.plan, ugm, found.states) | dict(evidence), found.ties)


def _refuse_steps(ugm: UGM, evidence: Evidence, cancel: CancelToken | None) -> Steps[NoReturn]:
    """Raise the error for evidence that is impossible, after finding out why."""
    conflict = None
    if evidence or switches_of(ugm):
        conflict = yield from smallest_conflict_steps(ugm, evidence, cancel=cancel)
    raise impossible(ugm, evidence, conflict)


def _decoding(ugm: UGM, states: Mapping[str, int], ties: bool | None) -> Decoding:
    assignment = {name: states[name] for name in ugm.names}
    return Decoding(assignment, ugm.log_score(assignment), exact=True, ties=ties)


def _named(plan: Plan, ugm: UGM, by_position: Ints) -> dict[str, int]:
    """Return states by name, 0 where a variable is not free."""
    states: Ints = np.zeros(len(plan.names), dtype=np.int64)
    states[plan.free[plan.tree.order]] = by_position
    return dict(zip(ugm.names, states.tolist(), strict=True))


def _tables_steps(
    ugm: UGM, evidence: Evidence, max_bytes: float | None, cancel: CancelToken | None, search: bool
) -> Steps[Decoding]:
    """Decode by max-product on the junction tree."""
    if search:
        yield from plan_steps(ugm, evidence)
    checked, plan = prepare(ugm, evidence, max_bytes, search)
    run = Calibration(plan, ugm, checked, maximise=True, cancel=cancel)
    yield from run.collect_steps()
    by_position, ties = yield from _trace_steps(run, cancel or CancelToken())
    run.release()
    return _decoding(ugm, _named(plan, ugm, by_position) | dict(checked), ties)


def _trace_steps(run: Calibration, token: CancelToken) -> Steps[tuple[Ints, bool]]:
    """Walk from the roots to the leaves; return states by position and whether there are ties.

    Two maximisers differ first in some clique, where they share the separator's state: then both attain the maximum of
    that row. So it is enough to look for a second maximum in each row on the way.
    """
    tree = run.plan.tree
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
    return by_position, bool(ties[0])


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
