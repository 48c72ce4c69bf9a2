"""How are variables gathered under a name, and what is such a layer given all the others?

Layers are groups of a document; a variable may be in several. Each function takes a project and returns the next one.
A layer marked as a block is meant for samplers and decoders that update many variables at once, which is exact and
cheap when the layer, given the rest, is a forest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .errors import ModelError
from .project import Group, Project


def group_named(project: Project, name: str) -> Group:
    """Return the group with this name.

    Raises
    ------
    ModelError
        There is none.
    """
    for group in project.groups:
        if group.name == name:
            return group
    have = ", ".join(group.name for group in project.groups) or "none yet"
    raise ModelError(f"There is no layer called {name}; there are: {have}.")


def fresh_group_name(project: Project) -> str:
    """Return layer 1, layer 2, ...: the first such name not in use."""
    used = {group.name for group in project.groups}
    k = 1
    while f"layer {k}" in used:
        k += 1
    return f"layer {k}"


def with_group(project: Project, name: str, members: Iterable[str], colour: int | None = None) -> Project:
    """Gather variables under a name.

    Parameters
    ----------
    project : Project
    name : str
        Surrounding blanks are dropped.
    members : iterable of str
        Kept in model order.
    colour : int, optional
        Of its outline; None for none.

    Raises
    ------
    ModelError
        The name is empty or taken, there is no member, or a member is no variable.
    """
    chosen = set(members)
    unknown = sorted(chosen - set(project.ugm.names))
    if unknown:
        raise ModelError(f"{unknown[0]} is no variable of the model. Choose variables that are there.")
    if not chosen:
        raise ModelError("A layer needs a variable at least. Select some first.")
    made = Group(_free_name(project, name), tuple(n for n in project.ugm.names if n in chosen), colour)
    return replace(project, groups=(*project.groups, made))


def with_group_renamed(project: Project, old: str, new: str) -> Project:
    """Give a group another name; ModelError when that is empty or taken."""
    group = group_named(project, old)
    return project if new.strip() == old else _put(project, group, replace(group, name=_free_name(project, new)))


def with_group_colour(project: Project, name: str, colour: int | None) -> Project:
    """Give a group's outline a colour, by its number in the palette, or no outline."""
    group = group_named(project, name)
    return _put(project, group, replace(group, colour=colour))


def with_group_block(project: Project, name: str, block: bool) -> Project:
    """Mark a group as a block to update at once, or not."""
    group = group_named(project, name)
    return _put(project, group, replace(group, block=block))


def with_members(project: Project, name: str, names: Iterable[str]) -> Project:
    """Put more variables into a group."""
    group = group_named(project, name)
    wanted = {*group.members, *names}
    return _put(project, group, replace(group, members=tuple(n for n in project.ugm.names if n in wanted)))


def without_members(project: Project, name: str, names: Iterable[str]) -> Project:
    """Take variables out of a group; one left empty goes."""
    group = group_named(project, name)
    gone = set(names)
    return _put(project, group, replace(group, members=tuple(n for n in group.members if n not in gone)))


def without_group(project: Project, name: str) -> Project:
    """Forget a group; its variables stay."""
    group = group_named(project, name)
    return replace(project, groups=tuple(each for each in project.groups if each is not group))


def is_forest_given_rest(project: Project, name: str) -> bool:
    """Whether a group's free variables form a forest once all others are clamped, so that one block can be drawn.

    Two members count as joined when a factor holds both.
    """
    members = {n for n in group_named(project, name).members if n not in project.evidence}
    above = {n: n for n in members}

    def root(n: str) -> str:
        while above[n] != n:
            above[n] = above[above[n]]
            n = above[n]
        return n

    for a, b in project.ugm.edges:
        if a in members and b in members:
            first, second = root(a), root(b)
            if first == second:
                return False
            above[first] = second
    return True


def _free_name(project: Project, name: str) -> str:
    name = name.strip()
    if not name:
        raise ModelError("A layer needs a name. Type one.")
    if any(group.name == name for group in project.groups):
        raise ModelError(f"There is already a layer called {name}. Choose another name.")
    return name


def _put(project: Project, old: Group, new: Group) -> Project:
    return replace(project, groups=tuple(new if group is old else group for group in project.groups))
