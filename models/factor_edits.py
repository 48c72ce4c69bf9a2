"""Which document follows when factors are made, turned round or tied?

Functions from a `Project` to the next one. A factor is meant by its place in `project.ugm.factors`; a tie speaks of
scopes (see `Project.ties`), and the factor of a scope is the first over it.

Tied factors share one table, axis by axis: entry (i, j) of a table tied over (x1, x2) and (x2, x3) is about x1 = i,
x2 = j in the one and x2 = i, x3 = j in the other. Which variable runs along the rows is therefore part of what a tie
means wherever the table is not symmetric, and a factor can be turned round within its tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from .errors import ModelError
from .factor import Factor, Floats
from .project import Project
from .tables import agreement_log_table
from .ugm import UGM


def with_joint_factor(project: Project, names: Sequence[str]) -> Project:
    """Add one factor over two or more variables; it favours joint states with equal state numbers two to one.

    Raises
    ------
    ModelError
        Fewer than two variables, ones that a factor joins already (and no others), or a table that is too large.
    """
    scope = tuple(dict.fromkeys(names))
    if len(scope) < 2:
        raise ModelError("A factor that joins variables needs two of them at least. Select more variables.")
    shape = [project.ugm.variable(name).n_states for name in scope]
    if any(set(factor.scope) == set(scope) for factor in project.ugm.factors):
        raise ModelError(f"There is a factor over {', '.join(scope)} already. Edit its table instead.")
    return replace(project, ugm=project.ugm.with_factor(Factor(scope, agreement_log_table(shape))))


def own_factor(project: Project, name: str) -> int | None:
    """Return the place of the first factor over one variable alone, or None."""
    return next((k for k, factor in enumerate(project.ugm.factors) if factor.scope == (name,)), None)


def with_own_factor(project: Project, name: str) -> Project:
    """Add a factor over one variable alone, all potentials one; ModelError where there is one already."""
    if own_factor(project, name) is not None:
        raise ModelError(f"{name} has a factor of its own already. Edit its table instead.")
    n_states = project.ugm.variable(name).n_states
    return replace(project, ugm=project.ugm.with_factor(Factor((name,), np.zeros(n_states))))


def with_table(project: Project, place: int, log_table: Floats) -> Project:
    """Give a factor, and those tied to it, another log table of the same shape."""
    return project.with_factor_at(place, Factor(project.ugm.factors[place].scope, log_table))


def first_places(ugm: UGM) -> dict[tuple[str, ...], int]:
    """Return, for each scope of the model, the place of the first factor over it."""
    found: dict[tuple[str, ...], int] = {}
    for place, factor in enumerate(ugm.factors):
        found.setdefault(factor.scope, place)
    return found


def tied_places(project: Project, place: int) -> tuple[int, ...]:
    """Return the places of the factors that share the table of the one at `place`, without it; () when it is free."""
    scope = project.ugm.factors[place].scope
    others = project.tied_to(scope)
    if not others or project.first_factor(scope) != place:
        return ()
    found = first_places(project.ugm)
    return tuple(sorted(found[other] for other in others))


def turned(project: Project, place: int) -> Project:
    """Exchange rows and columns of a pairwise factor.

    A factor that is not tied keeps its meaning: its table is turned with its scope. A tied one keeps the table it
    shares, so that its variables change roles.

    Raises
    ------
    ModelError
        The factor is not pairwise; another one has the turned scope already; or it is tied and its table is not
        square.
    """
    factor = project.ugm.factors[place]
    if len(factor.scope) != 2:
        raise ModelError(f"The factor over ({', '.join(factor.scope)}) has no rows and columns to exchange.")
    first, second = factor.scope
    scope = (second, first)
    if any(other.scope == scope for other in project.ugm.factors):
        raise ModelError(f"There is a factor over ({second}, {first}) already. Delete one of the two first.")
    if not tied_places(project, place):
        return replace(project, ugm=project.ugm.with_factor_at(place, factor.transposed(scope)))
    rows, columns = factor.log_table.shape
    if rows != columns:
        raise ModelError(
            f"The shared table is {rows} by {columns}, so its rows can only be {first}. Untie the factor to turn it."
        )
    ties = tuple(tuple(scope if each == factor.scope else each for each in tie) for tie in project.ties)
    ugm = project.ugm.with_factor_at(place, Factor(scope, factor.log_table))
    return replace(project, ugm=ugm, ties=ties)


def tied(project: Project, places: Iterable[int]) -> Project:
    """Let factors share the table of the first of them.

    Each keeps the order of its own axes, unless its table fits that of the first only when it is turned.

    Raises
    ------
    ModelError
        Fewer than two factors, or tables of different shapes.
    """
    firsts = first_places(project.ugm)
    chosen = [k for k in dict.fromkeys(places) if firsts[project.ugm.factors[k].scope] == k]
    if len(chosen) < 2:
        raise ModelError("A tie needs two factors at least. Select the edges or factors that shall share one table.")
    model = project.ugm.factors[chosen[0]]
    shape = model.log_table.shape
    factors = list(project.ugm.factors)
    for place in chosen[1:]:
        factor = factors[place]
        if factor.log_table.shape != shape and factor.log_table.shape == shape[::-1]:
            factors[place] = factor.transposed(factor.scope[::-1])
        elif factor.log_table.shape != shape:
            one, other = (" by ".join(map(str, each.log_table.shape)) for each in (model, factor))
            raise ModelError(
                f"({', '.join(factor.scope)}) has a table of {other}, ({', '.join(model.scope)}) one of {one}. "
                "Only tables of one shape can be tied. Select factors over equal numbers of states."
            )
    turned_some = any(a is not b for a, b in zip(factors, project.ugm.factors, strict=True))
    start = replace(project, ugm=UGM(project.ugm.variables, factors)) if turned_some else project
    return start.with_tie(factors[place].scope for place in chosen)


def untied(project: Project, places: Iterable[int]) -> Project:
    """Untie factors, each by itself; the others of their ties stay tied, and all tables stay as they are."""
    firsts = first_places(project.ugm)
    shared = {scope for tie in project.ties for scope in tie}
    asked = [(project.ugm.factors[place].scope, place) for place in places]
    scopes = {scope for scope, place in asked if scope in shared and firsts[scope] == place}
    if not scopes:
        return project
    return replace(project, ties=tuple(tuple(s for s in tie if s not in scopes) for tie in project.ties))


def all_untied(project: Project, place: int) -> Project:
    """Untie a factor and all that share its table; the tables stay as they are."""
    if not tied_places(project, place):
        return project
    scope = project.ugm.factors[place].scope
    return replace(project, ties=tuple(tie for tie in project.ties if scope not in tie))


def pairs_within(project: Project, names: Iterable[str]) -> tuple[int, ...]:
    """Return the places of the pairwise factors that join two of these variables."""
    inside = set(names)
    return tuple(k for k, f in enumerate(project.ugm.factors) if len(f.scope) == 2 and inside.issuperset(f.scope))
