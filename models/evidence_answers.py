"""How are questions about several pieces of evidence answered in slices?

What evidence sets say beside each other, and whether clamps separate two sets of variables. Registered on
`answer_steps` as in `answers`; importing this module is enough.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from math import inf, log2
from typing import Any

import numpy as np

from .answers import _PRIORS, _Cache, _forward, answer_steps
from .errors import CancelToken, TooLargeError, ZeroMassError
from .factor import Floats
from .jobs import CheckIndependence, CompareSets, IndependenceReport, SetAnswer, SetsReport
from .payloads import Outcome, Pace, Payload, Snapshot
from .project_parts import EvidenceSet
from .separation import separation_steps
from .soft_evidence import SoftEvidence, with_soft_evidence
from .ugm import UGM

_ANSWERS = _Cache(128)  # by model, set, and whether marginals were asked for
_LOG_Z = _Cache(4)  # by model: log Z without evidence
_JOINT_BITS = 17.0  # entries of a joint table for a mutual information, as a power of two
_JOINT_BYTES = float(1 << 28)  # that the cliques for it may take


def _nothing(_: Any) -> Payload:
    return None


def _prior_log_z(ugm: UGM, cancel: CancelToken) -> Generator[Payload, None, float | None]:
    """Find log Z without evidence; None where that is too large, minus infinity where everything is forbidden."""
    from .exact import log_z_steps

    known = _PRIORS.get(id(ugm))
    if known is not None:
        return float(known.log_z)
    found = _LOG_Z.get(id(ugm))
    if found is None:
        try:
            log_z = yield from _forward(log_z_steps(ugm, cancel=cancel, explain=False), cancel, _nothing)
            found = (log_z,)
        except TooLargeError:
            found = (None,)
        except ZeroMassError:
            found = (-inf,)
        _LOG_Z.put(id(ugm), ugm, found)
    value: float | None = found[0]
    return value


def _set_answer(
    ugm: UGM, each: EvidenceSet, wanted: bool, prior: float | None, cancel: CancelToken
) -> Generator[Payload, None, SetAnswer]:
    """Answer one set."""
    from .exact import infer_steps, log_z_steps

    def log_p(log_z: float) -> float | None:
        return None if prior is None or prior == -inf else log_z - prior

    try:
        if wanted:
            steps = infer_steps(ugm, each.evidence, cancel=cancel, pairwise=False, soft=each.soft)
            inference = yield from _forward(steps, cancel, _nothing)
            log_z = inference.log_z
            return SetAnswer(each.name, log_z, log_p(log_z), inference.marginals)
        alone = log_z_steps(ugm, each.evidence, cancel=cancel, explain=False, soft=each.soft)
        log_z = yield from _forward(alone, cancel, _nothing)
        return SetAnswer(each.name, log_z, log_p(log_z))
    except ZeroMassError as error:
        return SetAnswer(each.name, -inf, log_p(-inf), problem=str(error) if wanted else "")
    except TooLargeError as error:
        return SetAnswer(each.name, None, None, problem=str(error) if wanted else "")


@answer_steps.register
def _compare(job: CompareSets, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    prior = yield from _prior_log_z(job.ugm, cancel)
    answers: dict[str, SetAnswer] = {}
    for each in sorted(job.sets, key=lambda one: one.name not in job.shown):
        wanted = each.name in job.shown
        key = (id(job.ugm), id(each))
        known = _ANSWERS.get((*key, True)) or (None if wanted else _ANSWERS.get((*key, False)))
        if known is None:
            known = yield from _set_answer(job.ugm, each, wanted, prior, cancel)
            _ANSWERS.put((*key, wanted), (job.ugm, each), known)
        answers[each.name] = known
        yield Snapshot(SetsReport(dict(answers)))
    yield Outcome(SetsReport(answers))


@answer_steps.register
def _independence(job: CheckIndependence, cancel: CancelToken, pace: Pace) -> Iterator[Payload]:
    from .costs import prepare

    constant = [*job.evidence, *decided(job.ugm, job.soft)]
    found = yield from _forward(separation_steps(job.ugm, job.a, job.b, constant, cancel), cancel, _nothing)
    yield Snapshot(IndependenceReport(found))
    offer: dict[str, int] = {}
    information, problem = None, ""
    try:
        # Plans that are known already say so at once; others are not even sought where these are too large.
        prepare(with_soft_evidence(job.ugm, job.soft), job.evidence, _JOINT_BYTES)
        if found.separator:
            offer = yield from _likely_states(job, found.separator, cancel)
            yield Snapshot(IndependenceReport(found, offer))
        information = yield from _information(job, cancel)
    except (TooLargeError, ZeroMassError) as error:
        problem = str(error)
    yield Outcome(IndependenceReport(found, offer, information, problem, final=True))


def decided(ugm: UGM, soft: SoftEvidence) -> tuple[str, ...]:
    """Return the variables that have one possible state without being clamped; they too are constants."""
    return tuple(
        v.name
        for v in ugm.variables
        if v.n_states == 1 or (v.name in soft and np.count_nonzero(soft[v.name]) == 1 < len(soft[v.name]))
    )


def _likely_states(
    job: CheckIndependence, names: tuple[str, ...], cancel: CancelToken
) -> Generator[Payload, None, dict[str, int]]:
    """Find the states of some variables in a most probable joint state: together they are possible."""
    from .exact import decode_steps

    steps = decode_steps(job.ugm, job.evidence, cancel=cancel, soft=job.soft)
    decoding = yield from _forward(steps, cancel, _nothing)
    return {name: int(decoding.assignment[name]) for name in names}


def _information(job: CheckIndependence, cancel: CancelToken) -> Generator[Payload, None, float]:
    """Find the mutual information of the two sets from their exact joint distribution."""
    from .exact import joint_steps

    bits = sum(log2(job.ugm.variable(name).n_states) for name in (*job.a, *job.b) if name not in job.evidence)
    if bits > _JOINT_BITS:
        raise TooLargeError(
            f"The joint distribution of the two sets has about 10^{bits / log2(10):.0f} entries, too many to compare "
            "numbers. Ask about fewer variables.",
            8 * 2.0 ** min(bits, 1000.0),
            8 * 2.0**_JOINT_BITS,
        )
    names = (*job.a, *job.b)
    steps = joint_steps(job.ugm, names, job.evidence, _JOINT_BYTES, cancel, soft=job.soft)
    table = yield from _forward(steps, cancel, _nothing)
    rows = int(np.prod(table.shape[: len(job.a)]))
    return mutual_information(table.reshape(rows, -1))


def mutual_information(joint: Floats) -> float:
    """Return sum_ab p(a, b) log p(a, b) / (p(a) p(b)) of a joint table, in nats; zero or more.

    Parameters
    ----------
    joint : ndarray, shape (n_a, n_b)
        Probabilities that sum to one.
    """
    product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0.0
    p, q = joint[there], product[there]
    # Since both sum to one, so many p less so many q change nothing, and make every term zero or more.
    return max(0.0, float(np.sum(p * np.log(p / q) - p + q) + product[~there].sum()))
