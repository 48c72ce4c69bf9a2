"""What is the joint distribution of any few variables, and how uncertain is the model as a whole?

Both are read off calibrated cliques. Variables that share no clique are brought together by a factor of ones, which
changes nothing but the junction tree; variables of different components are independent, and are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, inf, log2, prod

import numpy as np

from .calibration import Calibration
from .conditioning import Evidence, check_evidence
from .costs import bytes_words, entries_words, free_memory, memory_limit, prepare
from .errors import CancelToken, ModelError, TooLargeError
from .factor import Factor, Floats
from .soft_evidence import SoftLike, with_soft_evidence
from .steps import Steps, drain
from .ugm import UGM

_COPIES = 6.0  # of a table made for the query alone: given, laid end to end, as logs, as potentials, in its clique


def joint(
    ugm: UGM,
    names: Sequence[str],
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> Floats:
    """Return the joint distribution of several variables given the evidence.

    Parameters
    ----------
    ugm : UGM
    names : sequence of str
        Any variables, each once: neighbours or not, clamped ones too.
    evidence : mapping of str to int, optional
    max_bytes : float, optional
        Memory limit; see `infer`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; see `SoftEvidence`.

    Returns
    -------
    ndarray, shape (n_states of names[0], ...)
        Probabilities that sum to one; axes in the order of `names`. Read-only.

    Raises
    ------
    ModelError
        A name is unknown or given twice.
    TooLargeError
        The array itself, or the cliques needed for it, would not fit; the message says how large they are.
    ZeroMassError, EvidenceError
    """
    return drain(joint_steps(ugm, names, evidence, max_bytes, soft=soft))


def joint_steps(
    ugm: UGM,
    names: Sequence[str],
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[Floats]:
    """Compute `joint` in slices; yields None."""
    ugm = with_soft_evidence(ugm, soft)
    checked = check_evidence(ugm, evidence)
    wanted = (names,) if isinstance(names, str) else tuple(names)
    if len(set(wanted)) != len(wanted):
        raise ModelError(f"A joint distribution takes each variable once, not ({', '.join(wanted)}).")
    shape = [ugm.variable(name).n_states for name in wanted]
    free = [name for name, size in zip(wanted, shape, strict=True) if size > 1 and name not in checked]
    groups = _groups(ugm, checked, free)
    places = [_holder(ugm, checked, group) for group in groups]
    apart = [group for group, place in zip(groups, places, strict=True) if place is None]
    _refuse_if_too_large(ugm, wanted, apart, max_bytes)

    factors = list(ugm.factors)
    for k, group in enumerate(groups):
        if places[k] is None:
            places[k] = len(factors)
            factors.append(Factor(group, np.zeros([ugm.variable(name).n_states for name in group])))
    larger = UGM(ugm.variables, factors) if apart else ugm
    checked, plan = prepare(larger, checked, max_bytes)
    run = Calibration(plan, larger, checked, full=True, cancel=cancel)
    yield from run.collect_steps()
    yield from run.distribute_steps()

    table, axes = np.ones(()), list[str]()
    for group, place in zip(groups, places, strict=True):
        assert place is not None
        found, belief = run.factor_belief(place)
        scope = [ugm.names[p] for p in found]
        part = belief.sum(axis=tuple(i for i, name in enumerate(scope) if name not in group))
        table = np.multiply.outer(table, part / part.sum())
        axes += [name for name in scope if name in group]
    run.release()
    # Variables that are clamped or have one state get their axes back.
    result = np.zeros(shape)
    corner = tuple(slice(None) if name in axes else checked.get(name, 0) for name in wanted)
    result[corner] = table.transpose([axes.index(name) for name in wanted if name in axes])
    result.setflags(write=False)
    return result


def _groups(ugm: UGM, evidence: Evidence, free: Sequence[str]) -> list[list[str]]:
    """Return the given variables component by component of what is left of the graph."""
    root = {name: name for name in ugm.names}

    def find(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for factor in ugm.factors if len(free) > 1 else ():
        scope = [name for name in factor.scope if name not in evidence]
        for name in scope[1:]:
            root[find(name)] = find(scope[0])
    groups: dict[str, list[str]] = {}
    for name in free:
        groups.setdefault(find(name), []).append(name)
    return list(groups.values())


def _holder(ugm: UGM, evidence: Evidence, group: Sequence[str]) -> int | None:
    """Return the place of the smallest factor, once reduced, over all the given variables; None when there is none."""

    def entries(k: int) -> int:
        return prod(ugm.variable(name).n_states for name in ugm.factors[k].scope if name not in evidence)

    return min(ugm.factors_of(*group), key=entries, default=None)


def _refuse_if_too_large(
    ugm: UGM, wanted: Sequence[str], apart: Sequence[Sequence[str]], max_bytes: float | None
) -> None:
    def bits(names: Sequence[str]) -> float:
        return sum(log2(ugm.variable(name).n_states) for name in names)

    def entries(names: Sequence[str]) -> float:
        return 2.0 ** bits(names) if bits(names) < 1020 else inf

    needed = 8.0 * (entries(wanted) + _COPIES * sum(map(entries, apart)))
    allowed = memory_limit() if max_bytes is None else max_bytes
    if max_bytes is None and needed > 1 << 26:
        allowed = min(allowed, free_memory() / 2)
    if needed > allowed:
        shown = ", ".join(wanted[:4]) + (f" and {len(wanted) - 4} more" if len(wanted) > 4 else "")
        raise TooLargeError(
            f"The joint distribution of {len(wanted)} variables ({shown}) has {entries_words(bits(wanted))}; finding "
            f"it would take {bytes_words(needed)}, and {bytes_words(allowed)} are allowed. Ask for fewer variables, or "
            "clamp some.",
            needed,
            allowed,
        )


def entropy(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    *,
    soft: SoftLike | None = None,
) -> float:
    """Return the entropy of the joint distribution given the evidence, in nats.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    max_bytes : float, optional
        Memory limit; see `infer`.
    soft : SoftEvidence or mapping of str to array_like, optional
        Likelihoods; see `SoftEvidence`.

    Returns
    -------
    float
        H = -sum_x p(x | evidence) log p(x | evidence), over all joint states; zero or more, and at most the sum of the
        logs of the state counts. Divide by log 2 for bits. Since log p(x) = sum_f log psi_f(x) - log Z, it is log Z
        less the expected log score, which needs the marginals of factor scopes alone; see Koller and Friedman (2009),
        section 8.4.

    Raises
    ------
    ZeroMassError, TooLargeError, EvidenceError
    """
    return drain(entropy_steps(ugm, evidence, max_bytes, soft=soft))


def entropy_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    max_bytes: float | None = None,
    cancel: CancelToken | None = None,
    *,
    soft: SoftLike | None = None,
) -> Steps[float]:
    """Compute `entropy` in slices; yields None."""
    ugm = with_soft_evidence(ugm, soft)
    checked, plan = prepare(ugm, evidence, max_bytes)
    run = Calibration(plan, ugm, checked, full=True, cancel=cancel)
    yield from run.collect_steps()
    yield from run.distribute_steps()
    # Logs are relative to each factor's largest entry, and log Z without what these add: little cancels.
    log_z = fsum(run.log_scale)
    sizes = plan.factor_sizes
    if not len(sizes):
        return max(0.0, log_z)
    begins = (np.cumsum(sizes) - sizes).astype(np.int64)
    beliefs, logs = run.memory[: len(run.logs)], run.logs
    terms = beliefs * np.where(beliefs > 0.0, logs, 0.0)
    expected = np.add.reduceat(terms, begins) / np.add.reduceat(beliefs, begins)
    run.release()
    return max(0.0, log_z - fsum(expected))
