"""Which edit makes, ties or turns factors, and what does the Undo menu call it?

Like `edits.py`: from the project as it is to an `Edit`, or None when nothing would change; the page of a factor, the
menus and the keys share them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from gui.words import called, figures
from models import factor_edits
from models.factor import Factor, Floats
from models.project import Project
from models.tables import TableForm, table_of

from .edits import Edit, counted, join, listed


def scope_words(scope: Sequence[str]) -> str:
    """Return "(x₁, x₂)"."""
    return f"({', '.join(map(called, scope))})"


def join_into_one(project: Project, names: Sequence[str]) -> Edit:
    """Add one factor over all the variables; over two it is an edge."""
    if len(names) == 2:
        return join(project, *names)
    return Edit(f"Join {listed(names)} into one factor", factor_edits.with_joint_factor(project, names))


def add_own(project: Project, name: str) -> Edit:
    """Add a factor over one variable alone."""
    return Edit(f"Add a factor of {called(name)} alone", factor_edits.with_own_factor(project, name))


def change_table(
    project: Project, place: int, log_table: Floats, text: str, merge_key: Hashable | None = None
) -> Edit | None:
    """Give a factor and those tied to it another table; `text` may name it by {scope}."""
    factor = project.ugm.factors[place]
    after = Factor(factor.scope, log_table)
    if after.same_as(factor):
        return None
    return Edit(text.format(scope=scope_words(factor.scope)), project.with_factor_at(place, after), merge_key)


def change_form(project: Project, place: int, form: TableForm, merge_key: Hashable | None = None) -> Edit | None:
    """Make a pairwise table an Ising or Potts table."""
    n_states = len(project.ugm.factors[place].log_table)
    text = f"Make {{scope}} {form.kind.value} with weight {figures(form.weight, 4)}"
    return change_table(project, place, table_of(form, n_states), text, merge_key)


def tie(project: Project, places: Sequence[int]) -> Edit | None:
    """Let factors share the table of the first."""
    after = factor_edits.tied(project, places)
    if after.same_as(project):
        return None
    first = scope_words(project.ugm.factors[places[0]].scope)
    return Edit(f"Tie {counted(len(set(places)), 'factor')} to the table of {first}", after)


def untie(project: Project, places: Sequence[int]) -> Edit | None:
    """Untie factors, each by itself."""
    after = factor_edits.untied(project, places)
    if after is project:
        return None
    only = scope_words(project.ugm.factors[places[0]].scope)
    return Edit(f"Untie {only if len(places) == 1 else counted(len(places), 'factor')}", after)


def untie_all(project: Project, place: int) -> Edit | None:
    """Untie a factor and all that are tied to it."""
    n_tied = len(factor_edits.tied_places(project, place)) + 1
    after = factor_edits.all_untied(project, place)
    return None if after is project else Edit(f"Untie {counted(n_tied, 'factor')}", after)


def turn(project: Project, place: int) -> Edit:
    """Exchange rows and columns."""
    scope = project.ugm.factors[place].scope
    return Edit(f"Turn {scope_words(scope)} round", factor_edits.turned(project, place))
