"""Which part of a model is drawn, and as what, in each of the three views of the canvas?

Full shows every variable and every factor over two or more. Conditional shows the conditional model alone: clamped
variables are left out, a factor is drawn over those of its variables that are free, and what is left of it over a
single one is a hollow square beside that variable. Factor graph shows every factor as a square. A view is a way of
looking and no part of the document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gui.words import called, listed
from models.moral import Arc
from models.project import Project
from models.tables import left_over

from .scopes import Link

_MOST_NAMED = 6
_MOST_STATES = 12


class View(Enum):
    """What the canvas shows."""

    FULL = "full"
    CONDITIONAL = "conditional"
    FACTORS = "factors"


@dataclass(frozen=True, slots=True)
class Shown:
    """The links of a view.

    Attributes
    ----------
    places : dict of Link to tuple of int
        Each link by the variables that it joins on the canvas, with the places of its factors in the model; a
        variable's own factors come before those that clamps have reduced to it.
    reduced : frozenset of Link
        Links with a factor that has clamped variables left out.
    """

    places: dict[Link, tuple[int, ...]]
    reduced: frozenset[Link] = frozenset()


def hidden_in(view: View, project: Project) -> frozenset[str]:
    """Return the variables that a view leaves out."""
    return frozenset(project.evidence) if view is View.CONDITIONAL else frozenset()


def shown_in(view: View, project: Project, own: Collection[str] = ()) -> Shown:
    """Return the links that a view shows; `own` are the variables whose own factors it shows in any case."""
    ugm, hidden = project.ugm, hidden_in(view, project)
    found: dict[Link, list[int]] = {}
    reduced: dict[Link, list[int]] = {}
    for place, factor in enumerate(ugm.factors):
        scope = factor.scope
        left = scope if not hidden else tuple(name for name in scope if name not in hidden)
        if len(left) > 1:
            link = left if ugm.index(left[0]) < ugm.index(left[1]) else left[::-1]
            if len(link) > 2:
                link = tuple(sorted(link, key=ugm.index))
        else:
            link = left
        if len(left) < len(scope):
            reduced.setdefault(link, []).append(place)
        elif len(left) > 1 or (left and (view is View.FACTORS or left[0] in own)):
            found.setdefault(link, []).append(place)
    reduced.pop((), None)
    if view is View.CONDITIONAL:
        # Beside what clamps leave of other factors, a variable's own ones belong to the same square.
        for place, factor in enumerate(ugm.factors):
            if len(factor.scope) == 1 and factor.scope in reduced and factor.scope[0] not in own:
                found.setdefault(factor.scope, []).append(place)
    for link, places in reduced.items():
        found.setdefault(link, []).extend(places)
    return Shown({link: tuple(places) for link, places in found.items()}, frozenset(reduced))


def tied_in(project: Project, places: Mapping[Link, Sequence[int]]) -> dict[Link, int]:
    """Return the links of tied factors, with the number of the tie where there are several, else 0."""
    number = {scope: k for k, tie in enumerate(project.ties, 1) for scope in tie}
    if not number:
        return {}
    factors, marks = project.ugm.factors, {}
    for link, found in places.items():
        tie = next((number[factors[place].scope] for place in found if factors[place].scope in number), None)
        if tie is not None:
            marks[link] = tie if len(project.ties) > 1 else 0
    return marks


def dotted_in(view: View, project: Project, drawn: Collection[Link]) -> dict[Arc, tuple[str, ...]]:
    """Return the edges that only moralisation added, as far as a view shows them, with the common children."""
    if view is View.FACTORS:
        return {}
    edges = project.moral_edges()
    if view is View.FULL:
        return edges
    hidden = hidden_in(view, project)
    return {
        pair: children
        for pair, children in edges.items()
        if hidden.isdisjoint(pair) and pair not in drawn and pair[::-1] not in drawn
    }


def link_words(project: Project, link: Link, places: Sequence[int], square: bool, reduced: bool = False) -> str:
    """Return what a link stands for, as its tool tip says it; "" for an edge that says it all by itself."""
    lines = _square_words(project, link, places, reduced) if square else []
    scopes = {project.ugm.factors[place].scope for place in places}
    tie = next((tie for tie in project.ties if not scopes.isdisjoint(tie)), ())
    if tie:
        n = len(tie) - 1
        lines.append(f"Shares its table with {n} other {'factor' if n == 1 else 'factors'}")
    return "\n".join(lines)


def _square_words(project: Project, link: Link, places: Sequence[int], reduced: bool) -> list[str]:
    factors = [project.ugm.factors[place] for place in places]
    many = "" if len(factors) == 1 else f"{len(factors)} factors"
    if not reduced:
        names = listed(map(called, link[:_MOST_NAMED])) + (", …" if len(link) > _MOST_NAMED else "")
        return [f"{many or 'Factor'} over {names}" + (" alone" if len(link) == 1 else "")]
    gone = dict.fromkeys(name for factor in factors for name in factor.scope if name in project.evidence)
    states = [f"{called(n)} = {project.ugm.variable(n).labels[project.evidence[n]]}" for n in [*gone][:_MOST_NAMED]]
    words = f"What is left of {many or 'a factor'}, given {', '.join(states)}{', …' if len(gone) > _MOST_NAMED else ''}"
    if len(link) > 1:
        return [words]
    potentials = left_over(factors, project.evidence).table
    labels = project.ugm.variable(link[0]).labels
    rows = [f"ψ({called(link[0])} = {labels[k]}) = {potentials[k]:.5g}" for k in range(min(len(labels), _MOST_STATES))]
    if len(labels) > _MOST_STATES:
        rows.append(f"and {len(labels) - _MOST_STATES} more")
    return [words, *rows]
