"""What will exact inference cost, known before anything is allocated, and when is that too much?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log2
from pathlib import Path

from . import kernels
from .conditioning import Evidence, check_evidence
from .errors import ModelError, TooLargeError
from .plan import Plan, plan_for, plan_steps
from .steps import Steps, drain
from .ugm import UGM

DEFAULT_MAX_BYTES = float(1 << 32)
"""Memory that exact inference may take unless told otherwise; half of what is free, if that is less."""
_limit = [DEFAULT_MAX_BYTES]

# Measured on one core: seconds for every run, clique, factor and table entry, and for an entry beyond the caches.
_COMPILED = (3e-5, 7e-7, 2.5e-7, 3e-9, 1.5e-9)
_FOREST = (3e-5, 1.5e-7, 2.5e-7, 3e-9, 0.0)
_NUMPY = (1e-4, 5e-5, 0.0, 1e-8, 5e-9)
_CACHED = 4e6  # entries


@dataclass(frozen=True, slots=True)
class Forecast:
    """What exact inference would take.

    Attributes
    ----------
    width : int
        Induced width of the elimination order in use, an upper bound on the treewidth of what is left; -1 when nothing
        is left.
    largest_clique : tuple of str
        Variables of the clique with the largest table, in model order.
    largest_entries : float
        Entries of that table; sizes stop at 2^1000.
    total_entries : float
        Entries of all clique tables together.
    n_bytes : float
        Memory, for all arrays, when all tables are kept, as pairwise marginals, decoding and drawing do. Log Z and the
        marginals of single variables take less where tables are large; see `kernels.streams`.
    seconds : float
        Time for log Z and all marginals on a machine like ours; within a factor of two or so.
    """

    width: int
    largest_clique: tuple[str, ...]
    largest_entries: float
    total_entries: float
    n_bytes: float
    seconds: float


def forecast(ugm: UGM, evidence: Mapping[str, int] | None = None) -> Forecast:
    """Return the cost of exact inference without allocating any table.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional

    Raises
    ------
    EvidenceError
        The evidence does not fit the model.
    """
    return drain(forecast_steps(ugm, evidence))


def forecast_steps(ugm: UGM, evidence: Mapping[str, int] | None = None) -> Steps[Forecast]:
    """Compute `forecast` in slices, which orders of a thousand variables need; yields None."""
    checked = check_evidence(ugm, evidence)
    plan = yield from plan_steps(ugm, checked)
    return forecast_of(plan, n_free=len(ugm.variables) - len(checked))


def forecast_of(plan: Plan, n_free: int) -> Forecast:
    """Return the cost of running a plan; `n_free` variables are not clamped."""
    tree = plan.tree
    if not tree.n_cliques:
        entries = float(min(n_free, 1))  # variables of one state: a table of one entry, which nobody needs to make
        return Forecast(min(n_free, 1) - 1, (), entries, entries, plan.n_bytes, 0.0)
    largest = 2.0 ** min(tree.log2_largest, 1000.0)
    entries = tree.table_entries
    compiled = kernels.ready("exact") or entries > kernels.ON_DEMAND
    run, clique, factor, entry, far = (_FOREST if tree.width <= 1 else _COMPILED) if compiled else _NUMPY
    seconds = run + clique * tree.n_cliques + factor * len(plan.factor_sizes)
    seconds += entry * entries + far * max(0.0, entries - _CACHED)
    return Forecast(tree.width, plan.clique_names(tree.largest), largest, entries, plan.n_bytes, seconds)


def memory_limit() -> float:
    """Return how many bytes the tables of exact inference may take where a call does not say."""
    return _limit[0]


def set_memory_limit(n_bytes: float) -> None:
    """Set how many bytes the tables of exact inference may take where a call does not say.

    Parameters
    ----------
    n_bytes : float
        At first `DEFAULT_MAX_BYTES`. Half of the free memory is never passed either.

    Raises
    ------
    ModelError
        `n_bytes` is not positive.
    """
    if not n_bytes > 0:
        raise ModelError(f"A memory limit of {n_bytes:g} bytes leaves room for nothing. Give a positive number.")
    _limit[0] = float(n_bytes)


def prepare(
    ugm: UGM, evidence: Mapping[str, int] | None, max_bytes: float | None = None, search: bool = True
) -> tuple[Evidence, Plan]:
    """Check the evidence and the size of exact inference, and return evidence and plan (`search` as in `plan_for`).

    Raises
    ------
    EvidenceError
        The evidence does not fit the model.
    TooLargeError
        The tables would take more than `max_bytes` (None: `memory_limit()`, or half the free memory if less).
    """
    checked = check_evidence(ugm, evidence)
    plan = plan_for(ugm, checked, search)
    needed = plan.n_bytes
    allowed = memory_limit() if max_bytes is None else max_bytes
    if max_bytes is None and needed > 1 << 26:
        allowed = min(allowed, free_memory() / 2)
    if needed > allowed:
        raise TooLargeError(_refusal(plan, needed, allowed), needed, allowed)
    return checked, plan


def _refusal(plan: Plan, needed: float, allowed: float) -> str:
    tree = plan.tree
    names = plan.clique_names(tree.largest)
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    bits = tree.log2_largest
    return (
        f"Exact inference would take {bytes_words(needed)}; {bytes_words(allowed)} are allowed. The largest clique, "
        f"{len(names)} variables ({shown}), needs a table of {entries_words(bits)}, {bytes_words(8 * _power(bits))}. "
        "Clamp some of these variables, remove edges between them, or use Gibbs sampling."
    )


def _power(bits: float) -> float:
    return 2.0**bits if bits < 1020 else inf


def entries_words(bits: float) -> str:
    """Write a number of entries given by its base-2 logarithm: "512 entries", "2^40 entries", "about 10^18 entries"."""
    if bits < 20:
        return f"{round(2.0**bits):,} entries"
    if abs(bits - round(bits)) < 1e-9:
        return f"2^{round(bits)} entries"
    return f"about 10^{round(bits / log2(10))} entries"


def bytes_words(n_bytes: float) -> str:
    """Write a size for people: "1 byte", "3 MiB", "8 TiB"; sizes beyond 1000 EiB as a power of ten."""
    if n_bytes == 1:
        return "1 byte"
    if n_bytes > 2.0**70:
        return (
            "more memory than any computer has"
            if n_bytes == inf
            else f"about 10^{round(log2(n_bytes) / log2(10))} bytes"
        )
    size = n_bytes
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or size == int(size) else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.0f} EiB"


def free_memory() -> float:
    """Return the bytes that could be allocated without pushing other programs out; infinite where nobody says."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return inf
