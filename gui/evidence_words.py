"""How are log Z and the probability of the evidence written for people?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from models.project import Project

from .words import log_number, number

if TYPE_CHECKING:
    from models.jobs import InferenceReport

_TINY = 1e-3  # below, the power of ten is written too
_LEAST_LOG10 = -300.0  # below, only the power of ten can be written
REFUSED = "unknown: exact inference refused"


def log_words(log_z: float) -> str:
    """Return log Z in nats: "12.4813", "-∞" where everything is forbidden."""
    return "−∞" if log_z == -math.inf else log_number(log_z).replace("-", "−")


def p_words(log_p: float, short: bool = False) -> str:
    """Return a probability given by its natural log: "0.0313", "3.1e-07 (log₁₀ −6.51)"; short without the log.

    What is too small for a double is a power of ten.
    """
    if log_p == -math.inf:
        return "0"
    log10 = log_p / math.log(10)
    if log10 < _LEAST_LOG10:
        return f"10^{log10:.1f}"
    value = math.exp(min(log_p, 700.0))
    text = number(value) if log10 < 6 else f"{value:.3e}"
    if short or value >= _TINY:
        return text
    return f"{text} (log₁₀ −{abs(log10):.2f})"


def evidence_name(project: Project) -> str:
    """Return what the probability of the evidence is called.

    A likelihood is not a probability, so what soft evidence alone amounts to depends on how it was scaled.
    """
    return "E[likelihood]" if project.soft and not project.evidence else "p(evidence)"


def evidence_lines(project: Project, report: InferenceReport | None, problem: str = "") -> list[str]:
    """Return what the evidence in hand amounts to, a line each: its probability, and log Z with and without it.

    Parameters
    ----------
    project : Project
    report : InferenceReport or None
    problem : {"", "refused", "impossible"}
        Why there is no report.
    """
    if not project.ugm.variables:
        return []
    given = bool(project.evidence or project.soft)
    what = evidence_name(project)
    if report is None:
        if problem == "impossible":
            return [f"{what} = 0: impossible" if given else "log Z = −∞: every joint state is forbidden"]
        if problem != "refused":
            return ["…"]
        return [f"{what} {REFUSED}", f"log Z {REFUSED}"] if given else [f"log Z {REFUSED}"]
    log_z = report.inference.log_z
    if not given:
        return [f"log Z = {log_words(log_z)}", "No evidence: its probability is 1."]
    log_p = report.log_p_evidence
    if log_p is None or report.prior is None:
        return [f"{what} {REFUSED} without it", f"log Z = {log_words(log_z)}"]
    lines = [f"{what} = {p_words(log_p)}", f"log Z = {log_words(log_z)}, without it {log_words(report.prior.log_z)}"]
    if project.soft:
        lines.append("Likelihoods count as they were given.")
    return lines
