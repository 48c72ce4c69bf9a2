"""How is it said whether two sets of variables are independent?

Separation in the graph is a promise about every table; an open path is none, so then the numbers are asked. Each
function returns wordings, the fullest first, for a label that takes the one that fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .words import called, count, listed, number

if TYPE_CHECKING:
    from models.jobs import IndependenceReport
    from models.separation import Separation

_MOST_NAMED = 3
_MOST_STEPS = 6  # of a path that is written out
_ZERO = 1e-12  # nats: rounding


def set_words(names: Sequence[str]) -> str:
    """Return "x₁", "x₁ and x₂", "x₁, x₂ and 3 more"."""
    if len(names) <= _MOST_NAMED:
        return listed(map(called, names))
    return f"{', '.join(map(called, names[:2]))} and {len(names) - 2} more"


def side_words(names: Sequence[str]) -> str:
    """Return "x₁" or "{x₂, x₃}": one side of the question."""
    if len(names) == 1:
        return called(names[0])
    shown = list(map(called, names[:_MOST_NAMED])) + (["…"] if len(names) > _MOST_NAMED else [])
    return f"{{{', '.join(shown)}}}"


def path_words(path: Sequence[str]) -> str:
    """Return "x₁ – x₃ – x₄", or the ends of a long path and its length."""
    if len(path) <= _MOST_STEPS:
        return " – ".join(map(called, path))
    ends = [*map(called, path[:2]), "…", *map(called, path[-2:])]
    return f"{' – '.join(ends)} ({len(path) - 1} edges)"


def answer_words(found: Separation) -> list[str]:
    """Return what the graph says."""
    a, b = side_words(found.a), side_words(found.b)
    if found.separated:
        for side, names in ((found.a, a), (found.b, b)):
            if set(side) <= set(found.given):
                verb, noun = ("is", "a constant") if len(side) == 1 else ("are", "constants")
                short = f"{names} {verb} fixed"
                return [f"{short}: {noun} cannot tell or be told anything.", f"{short}: independent.", short]
        if not found.blockers:
            return [f"{a} and {b} are independent: no path joins them.", f"{a} and {b}: no path joins them"]
        given = set_words(found.blockers)
        passes = "a clamped variable" if len(found.blockers) == 1 else "one of these clamped variables"
        return [
            f"{a} and {b} are independent given {given}: every path passes {passes}.",
            f"{a} and {b} are independent given {given}.",
            f"Independent given {given}.",
        ]
    path = path_words(found.path)
    short = path_words([found.path[0], found.path[-1]]) if len(found.path) == 2 else f"{len(found.path) - 1} edges"
    return [
        f"{a} and {b} are not separated: the path {path} is open.",
        f"Not separated: the path {path} is open.",
        f"Not separated: an open path of {short}.",
    ]


def detail_words(report: IndependenceReport) -> list[str]:
    """Return what the numbers say, and what could be done."""
    found = report.separation
    information = report.mutual_information
    if information is not None:
        amount = "0" if information < _ZERO else number(information)
        numbers = f"in these numbers the mutual information is {amount} nats"
    elif report.problem:
        numbers = "the numbers are unknown: exact inference refused"
    else:
        numbers = ""
    if found.separated:
        rest = f"; {numbers}." if numbers else "."
        return [f"The graph promises it, whatever the tables are{rest}", "Whatever the tables are."]
    if information is not None and information < _ZERO:
        numbers += ", so these tables make them independent all the same"
    said = f"The graph promises nothing{'; ' + numbers if numbers else ''}."
    if found.separator is None:
        more = "They are neighbours: no clamp can separate them."
    else:
        more = f"Clamping {set_words(found.separator)} would separate them."
    shorter = f"{numbers[:1].upper()}{numbers[1:]}." if numbers else said
    shortest = [] if information is None else [f"Mutual information {amount} nats. {more}"]
    return [f"{said} {more}", f"{shorter} {more}", *shortest, more]


def offer_words(report: IndependenceReport) -> str:
    """Return what the button offers; "" for nothing."""
    found = report.separation
    if found.separated or not found.separator:
        return ""
    verb = "Clamp" if report.offer else "Select"
    many = len(found.separator) > 2
    return f"{verb} {count(len(found.separator), 'variable') if many else set_words(found.separator)}"
