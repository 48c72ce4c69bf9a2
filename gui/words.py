"""How are models, clamps and questions written for people?

Short texts in display names (x₁) and state labels, shared by the headline, the menus and the panels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from models.project import Project
from models.ugm import UGM

from .theme import subscript

_MANY_CLAMPS = 6
_MANY_FREE = 4
_MANY_SOFT = 3
_MOST_LETTERS = 12
_LONGEST_NAME, _NARROW_NAME = 32, 18
_NAME = re.compile(r"[^\W\d_]+\d+")


def count(n: int, one: str, many: str = "") -> str:
    """Return "no edges", "1 edge", "1,200 edges"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}" if n else f"no {many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def called(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a variable's name as sentences and menus have it: a very long one without its middle."""
    shown = " ".join(subscript(name).split())
    end = min(10, most // 3)
    return shown if len(shown) <= most else f"{shown[: most - end - 1]}…{shown[-end:]}"


def brief(name: str) -> str:
    """Return a variable's name for a narrow place."""
    return called(name, _NARROW_NAME)


def state_words(ugm: UGM, name: str, state: int) -> str:
    """Return "x₁=1": a variable and the label of its state."""
    return f"{subscript(name)}={ugm.variable(name).labels[state]}"


def states_words(ugm: UGM, states: Mapping[str, int]) -> str:
    """Return "x₁=1, x₂=2"."""
    return ", ".join(state_words(ugm, name, state) for name, state in states.items())


def joint_word(ugm: UGM, states: Mapping[str, int]) -> str:
    """Return "1234" for states of all variables, where one letter each says them; else ""."""
    if not 1 < len(ugm.names) <= _MOST_LETTERS or any(name not in states for name in ugm.names):
        return ""
    labels = [ugm.variable(name).labels[states[name]] for name in ugm.names]
    return "".join(labels) if all(len(label) == 1 for label in labels) else ""


def soft_words(project: Project, short: bool = False) -> str:
    """Name what is softly observed: "x₁≠b, soft x₂", many (or short) by number: "3 soft"; "" for nothing."""
    if short or len(project.soft) > _MANY_SOFT:
        return f"{len(project.soft)} soft" if project.soft else ""
    words = []
    for name, likelihood in project.soft.items():
        excluded = [
            label for label, value in zip(project.ugm.variable(name).labels, likelihood, strict=True) if not value
        ]
        pure = len({float(value) for value in likelihood if value}) == 1
        words.append(f"{called(name)}≠{excluded[0]}" if pure and len(excluded) == 1 else f"soft {called(name)}")
    return ", ".join(words)


def given_words(project: Project, short: bool = False) -> str:
    """Name the evidence: whole groups by name, few variables with their states, many (or short) by number."""
    left = dict(project.evidence)
    layers = []
    for group in project.groups:
        if all(name in left for name in group.members):
            layers.append(group.name)
            for name in group.members:
                del left[name]
    words = []
    if layers:
        kind = "layer " if len(layers) == 1 else "layers "
        words.append(("" if short else kind) + listed(layers))
    if left:
        few = len(left) <= _MANY_CLAMPS and not short
        words.append(states_words(project.ugm, left) if few else count(len(left), "variable"))
    if project.soft:
        words.append(soft_words(project, short))
    return " and ".join(words) if layers else ", ".join(words)


def model_sentences(project: Project) -> list[str]:
    """Return what the window is about, the fullest wording first: "x₄ given x₁=1, x₂=2, x₃=3"."""
    ugm = project.ugm
    n = len(ugm.variables)
    if n == 0:
        return ["No variables yet"]
    whole = f"{count(n, 'variable')}, {count(len(ugm.edges), 'edge')}"
    if not project.evidence and not project.soft:
        return [whole, count(n, "variable")]
    free = [name for name in ugm.names if name not in project.evidence]
    if not free:
        return [f"All {count(n, 'variable')} clamped" if n > 1 else f"{states_words(ugm, project.evidence)}, clamped"]
    few = len(free) <= _MANY_FREE
    subject = ", ".join(map(subscript, free)) if few else count(len(free), "variable")
    return [
        f"{subject} given {given_words(project)}",
        f"{subject} given {given_words(project, short=True)}",
        f"{len(free)} of {n} given {given_words(project, short=True)}",
        f"{len(free)} of {count(n, 'variable')} free",
        f"{len(free)} of {n} free",
    ]


def question_words(project: Project) -> str:
    """Return "p(x₄=4 | x₁=1, x₂=2, x₃=3)"; "" when nothing is asked."""
    if not project.query:
        return ""
    asked = joint_word(project.ugm, project.query) or states_words(project.ugm, project.query)
    return f"p({asked} | {given_words(project)})" if project.evidence or project.soft else f"p({asked})"


def short_question(project: Project) -> str:
    """Return the question with a dot for what is clamped: "p(x₄=4 | ·)"."""
    if not project.query:
        return ""
    few = len(project.query) <= 2
    asked = joint_word(project.ugm, project.query) or (states_words(project.ugm, project.query) if few else "…")
    return f"p({asked} | ·)" if project.evidence or project.soft else f"p({asked})"


_POWER = re.compile(r"(?<=\d)\^(\d+)")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def display(sentence: str, ugm: UGM) -> str:
    """Write the names of variables, and powers, in a sentence as everywhere else; long names are cut short."""
    for name in ugm.names:
        if len(name) > _NARROW_NAME and name in sentence:
            sentence = sentence.replace(name, brief(name))
    return powers(_NAME.sub(lambda match: subscript(match[0]) if match[0] in ugm else match[0], sentence))


def powers(text: str) -> str:
    """Return a text with its powers raised: "10^12 entries" as "10¹² entries"."""
    return _POWER.sub(lambda match: match[1].translate(_SUPERSCRIPTS), text)


_ROUNDING = 1e-10  # so much and more is left of a log of 0 by sums over thousands of factors

_digits, _per_cent = [4], [False]


def write_numbers(digits: int, per_cent: bool) -> None:
    """Write numbers with so many digits after the point, and probabilities in per cent or not."""
    _digits[0], _per_cent[0] = digits, per_cent


def number(value: float) -> str:
    """Return a number with enough digits to compare: "0.7843", "3.1e-07"."""
    digits = _digits[0]
    if value != value:
        return "undefined"
    if value and abs(value) < 5 * 10**-digits:
        return f"{value:.1e}"
    if abs(value) < 1000:
        return fixed(value, digits if abs(value) < 10 else digits - 1)
    return f"{value:,.1f}"


def log_number(value: float) -> str:
    """Return a log, without what rounding leaves of zero."""
    return number(0.0 if abs(value) < _ROUNDING else value)


def fixed(value: float, digits: int) -> str:
    """Return a number with so many digits after the point; zero has no sign."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def figures(value: float, n: int) -> str:
    """Return a log or a weight in at most so many figures, without what rounding leaves of zero: "0.5", "-1.25"."""
    return f"{0.0 if abs(value) < _ROUNDING else value:.{n}g}"


def probability(value: float) -> str:
    """Return a probability as a person wants it written: "0.7843" or "78.43 %"."""
    if not _per_cent[0] or value != value or 0 < value < 5 * 10 ** -_digits[0]:
        return number(value)
    return f"{fixed(100 * value, max(_digits[0] - 2, 0))} %"
