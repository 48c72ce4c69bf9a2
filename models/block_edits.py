"""How do blocks get into a document? They are groups that are marked as such, one for each block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import ModelError
from .project import Group, Project

if TYPE_CHECKING:
    from .blocks import Blocks

_COLOURS = 8  # outlines there are
_OWN_NAME = re.compile(r"block \d+")


def block_groups(project: Project) -> tuple[Group, ...]:
    """Return the groups that are blocks."""
    return tuple(group for group in project.groups if group.block)


def layers_of(project: Project) -> tuple[Group, ...]:
    """Return the groups that are no blocks made here: layers, those marked as blocks among them."""
    return tuple(group for group in project.groups if not (group.block and _OWN_NAME.fullmatch(group.name)))


def judge_blocks(project: Project, width: int = 1) -> Blocks:
    """Check the document's blocks; see `check_blocks`. There is a `Block` for each group, clamped ones empty."""
    from .blocks import Block, check_blocks  # not needed to open a window

    groups = block_groups(project)
    judged = check_blocks(project.ugm, [group.members for group in groups], project.evidence, width)
    blocks = iter(judged.blocks)
    every = [
        next(blocks) if any(name not in project.evidence for name in group.members) else Block((), True, 0, 0)
        for group in groups
    ]
    return replace(judged, blocks=tuple(every))


def with_blocks(project: Project, blocks: Iterable[Sequence[str]]) -> Project:
    """Put these blocks in the place of those there are: "block 1", "block 2", ..., each in its own colour.

    Other groups stay; one that was marked as a block is not any more.
    """
    kept = list(without_blocks(project).groups)
    used = {group.name for group in kept}
    made: list[Group] = []
    for members in blocks:
        name = _fresh(used)
        used.add(name)
        made.append(Group(name, tuple(members), len(made) % _COLOURS, True))
    return replace(project, groups=(*kept, *made))


def with_layers_as_blocks(project: Project) -> Project:
    """Make blocks of whole layers, as many in one as stay a forest together.

    Raises
    ------
    ModelError
        There are no layers.
    """
    from .blocks import layer_blocks

    layers = without_blocks(project).groups
    if not layers:
        raise ModelError("There are no layers to make blocks of. Gather some variables with Ctrl+G first.")
    found = layer_blocks(project.ugm, [group.members for group in layers], project.evidence)
    return with_blocks(project, [block.names for block in found.blocks])


def with_new_block(project: Project, names: Iterable[str]) -> Project:
    """Make a block of some variables, which leave the blocks they are in; a block left empty goes.

    Raises
    ------
    ModelError
        No variable is given.
    """
    chosen = {name for name in names if name in project.ugm}
    if not chosen:
        raise ModelError("A block needs a variable at least. Select some first.")
    groups: list[Group] = []
    for group in project.groups:
        members = tuple(name for name in group.members if not (group.block and name in chosen))
        if members:
            groups.append(group if members == group.members else replace(group, members=members))
    taken = {group.colour for group in groups if group.block}
    colour = next((k for k in range(_COLOURS) if k not in taken), 0)
    members = tuple(name for name in project.ugm.names if name in chosen)
    made = Group(_fresh({group.name for group in groups}), members, colour, True)
    return replace(project, groups=(*groups, made))


def without_blocks(project: Project) -> Project:
    """Forget the blocks; layers with a name of their own stay as layers. The project itself where there are none."""
    kept = tuple(replace(group, block=False) if group.block else group for group in layers_of(project))
    return project if not block_groups(project) else replace(project, groups=kept)


def _fresh(used: set[str]) -> str:
    k = 1
    while f"block {k}" in used:
        k += 1
    return f"block {k}"
