"""What does clamping pairs of layers do to a stacked RBM of any size? Question 1.1 of the coursework, answered.

For each pair of layers the conditional UGM, its components and treewidth are computed, how that grows with the layers,
and which layers can be updated as one block given the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .block_edits import layers_of
from .conditioning import condition
from .errors import CancelToken
from .exact_treewidth import TreewidthResult, treewidth_steps
from .graph import mask_of, masks_of
from .growth import growth_steps
from .narrowness import narrow
from .steps import Steps, drain
from .verdict import parts_words, width_words

if TYPE_CHECKING:
    from .project import Project

QUESTIONS = (("x", "h"), ("z", "y"), ("x", "z"))
_SECONDS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class StackAnswer:
    """The answer for one pair of layers.

    Attributes
    ----------
    given : tuple of str
        Names of the layers clamped.
    free : tuple of str
        Names of the other layers.
    edges : tuple of (str, str)
        Edges of the conditional UGM.
    width : TreewidthResult
        Of the conditional UGM.
    parts : str
        Its components in words.
    cost : str
        What exact inference costs, and how that grows.
    block : str
        Which block update it suggests.
    """

    given: tuple[str, ...]
    free: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    width: TreewidthResult
    parts: str
    cost: str
    block: str


def stack_questions(project: Project, questions: Sequence[tuple[str, ...]] = QUESTIONS) -> tuple[StackAnswer, ...]:
    """Answer the questions for a project whose groups are the layers.

    Parameters
    ----------
    project : Project
    questions : sequence of tuple of str
        Names of the layers to clamp; one that names a layer which is not there is left out.
    """
    return drain(stack_questions_steps(project, questions))


def stack_questions_steps(
    project: Project, questions: Sequence[tuple[str, ...]] = QUESTIONS, cancel: CancelToken | None = None
) -> Steps[tuple[StackAnswer, ...]]:
    """Compute `stack_questions` in slices; yields None."""
    layers = {group.name: group.members for group in layers_of(project)}
    answers = []
    for given in questions:
        if not set(given) <= set(layers):
            continue
        evidence = {name: 0 for layer in given for name in layers[layer]}
        left = condition(project.ugm, evidence)
        steps = treewidth_steps(left.ugm, _SECONDS, cancel)
        width = None
        while width is None:
            try:
                next(steps)
            except StopIteration as stop:
                width = stop.value
            yield None
        growth = yield from growth_steps(project.ugm, evidence, layers_of(project), cancel)
        free = tuple(name for name in layers if name not in given)
        answers.append(
            StackAnswer(
                tuple(given),
                free,
                left.ugm.edges,
                width,
                parts_words(left.ugm, left.components) if left.components else "nothing",
                _cost(width, growth.sentence if growth is not None else ""),
                _block(project, layers, given, free, evidence),
            )
        )
    return tuple(answers)


def _cost(width: TreewidthResult, grown: str) -> str:
    if width.upper <= 0:
        start = "The variables left are independent: each marginal is read off its own table."
    elif width.exact and width.upper == 1:
        start = "No cycle is left, so exact marginals cost time linear in the number of variables."
    else:
        start = f"Cycles are left: the treewidth is {width_words(width)}, and exact inference pays for its tables."
    return f"{start} {grown.partition('. ')[2]}".strip()


def _block(
    project: Project,
    layers: dict[str, tuple[str, ...]],
    given: Sequence[str],
    free: Sequence[str],
    evidence: dict[str, int],
) -> str:
    names, masks = masks_of(condition(project.ugm, evidence).ugm)
    place = {name: v for v, name in enumerate(names)}
    inside = {layer: mask_of(place[name] for name in layers[layer]) for layer in free}
    everything = mask_of(range(len(names)))
    if narrow(masks, everything, 1):
        return f"Given {_and(given)}, layers {_and(free)} can be drawn together as one block, exactly."
    alone = [layer for layer in free if narrow(masks, inside[layer], 1)]
    if len(alone) == len(free):
        return f"Layers {_and(free)} are no cheap block together; each is one given the other: update them in turn."
    return f"Layers {_and(free)} are no forests even alone; smaller blocks are needed."


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
