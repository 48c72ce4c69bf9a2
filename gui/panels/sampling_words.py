"""How is a running chain put into words?

Events as people write them ("p(1234)"), speeds, and one sentence for each update in slow motion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gui.theme import subscript
from gui.words import number
from models.project import Project
from models.samplers import StepInfo
from models.ugm import Variable

SPEEDS: tuple[float | None, ...] = (
    1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6, None,
)  # fmt: skip
"""Updates a second at each place of the slider; None for as fast as it can."""

METHODS = {"gibbs": "Gibbs", "metropolis": "Metropolis-Hastings", "tree-gibbs": "Block Gibbs"}
_MOST_NAMED = 4


def speed_words(speed: float | None) -> str:
    """Return "1 update a second", "full speed"."""
    if speed is None:
        return "full speed"
    return "1 update a second" if speed == 1 else f"{speed:,.0f} updates a second"


def rate_words(rate: float) -> str:
    """Return a measured rate in three figures: "3.02 M", "12.3 k", "850"."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if rate >= size:
            return f"{rate / size:.3g} {unit}"
    return f"{rate:.3g}" if rate < 10 else f"{rate:.0f}"


def event_words(variables: Sequence[Variable], event: Mapping[str, int], clamped: bool = False) -> str:
    """Return "p(1234)" for a joint state of all variables, "p(x₁=1, x₂=0)" for part of one; "" for none."""
    if not event:
        return ""
    chosen = [(v, v.labels[event[v.name]]) for v in variables if v.name in event]
    given = " | ·" if clamped else ""
    if len(chosen) == len(variables) > 1 and all(len(label) == 1 for _, label in chosen) and len(chosen) <= 12:
        return f"p({''.join(label for _, label in chosen)}{given})"
    words = [f"{subscript(v.name)}={label}" for v, label in chosen[:_MOST_NAMED]]
    more = len(chosen) - _MOST_NAMED
    return f"p({', '.join(words)}{f', … {more} more' if more > 0 else ''}{given})"


def step_words(step: StepInfo, variable: Variable, method: str) -> str:
    """Return what one update did: "x₃: 2 → 7 (p = 0.31)", "x₃: 2 → 7 rejected (accepted with probability 0.31)"."""
    name, labels = subscript(variable.name), variable.labels
    before = labels[step.before]
    if step.proposed is None:
        why = "it has one state" if variable.n_states == 1 else "one visit in eight rests"
        return f"{name} stays {before}: nothing was proposed ({why})"
    p = f"{step.probability:.2g}" if step.probability < 0.995 else "1"
    if method != "metropolis":
        change = f"{name}: {before} → {labels[step.after]}" if step.after != step.before else f"{name} stays {before}"
        return f"{change} (p = {p})"
    verdict = "accepted" if step.accepted else "rejected"
    return f"{name}: {before} → {labels[step.proposed]} {verdict} (chance {p})"


def _digits(error: float) -> int:
    """Return the decimals at which an error shows two figures, at least four."""
    digits = 4
    while error > 0 and digits < 9 and round(error, digits) < 10 ** (1 - digits):
        digits += 1
    return digits


def estimate_words(value: float, error: float) -> str:
    """Return "0.0312 ± 0.0004", the error with two figures and the value to the same place."""
    if value != value:
        return "—"
    if error != error or error <= 0:
        return number(value)
    return f"{value:.{_digits(error)}f} ± {error:.{_digits(error)}f}"


def distance_words(value: float) -> str:
    """Return a distance to two figures or more, in plain decimals as long as they can be read: "0.0123", "0.00048"."""
    if value != value:
        return "—"
    return f"{value:.4f}" if value >= 5e-4 or value == 0 else f"{value:.5f}" if value >= 5e-5 else f"{value:.1e}"


def exact_words(value: float, error: float) -> str:
    """Return an exact value to the place of an estimate with this standard error."""
    return number(value) if error != error or value < 5e-4 else f"{value:.{_digits(error)}f}"


def restart_words(before: Project, after: Project) -> str:
    """Say why a running chain was started again: "Restarted: x₂ clamped to 3"."""
    if before.ugm is not after.ugm:
        return "Restarted on the changed model"
    parts = []
    changed = [n for n, s in after.evidence.items() if before.evidence.get(n) != s]
    released = [n for n in before.evidence if n not in after.evidence]
    if changed:
        labels = [f"{subscript(n)} clamped to {after.ugm.variable(n).labels[after.evidence[n]]}" for n in changed[:3]]
        parts.append(", ".join(labels) if len(changed) <= 3 else f"{len(changed)} variables clamped")
    if released:
        names = ", ".join(map(subscript, released[:3]))
        parts.append(f"{names} released" if len(released) <= 3 else f"{len(released)} variables released")
    return f"Restarted: {', '.join(parts)}" if parts else ""
