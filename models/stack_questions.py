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
from .growth import LAYER_STEP, growth_steps
from .narrowness import narrow
from .steps import Steps, drain
from .verdict import parts_words, width_words

if TYPE_CHECKING:
    from .growth import Growth
    from .project import Project
    from .ugm import UGM

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
                _cost(width, len(left.ugm.variables), growth),
                _block(left.ugm, layers, given, free),
            )
        )
    return tuple(answers)


def _cost(width: TreewidthResult, n_free: int, grown: Growth | None) -> str:
    if not n_free:
        start = "Every variable is clamped: there is nothing to infer."
    elif n_free == 1:
        start = "One variable is left: its marginal is read off its own table."
    elif width.upper <= 0:
        start = "The variables left are independent: each marginal is read off its own table."
    elif width.exact and width.upper == 1:
        start = "No cycle is left, so exact marginals cost time linear in the number of variables."
    else:
        start = f"Cycles are left: the treewidth is {width_words(width)}, and exact inference pays for its tables."
    if grown is None or grown.step != LAYER_STEP:  # that of a chain is not about layers
        return start
    # What comes after the pattern, which is named elsewhere and may itself have full stops in it.
    return f"{start} {grown.sentence[len(grown.pattern) + 1 :].strip()}"


def _block(left: UGM, layers: dict[str, tuple[str, ...]], given: Sequence[str], free: Sequence[str]) -> str:
    names, masks = masks_of(left)
    if not names:
        return "No block is left to update."
    place = {name: v for v, name in enumerate(names)}
    inside = {layer: mask_of({place[name] for name in layers[layer] if name in place}) for layer in free}
    everything = loose = mask_of(range(len(names)))
    for mask in inside.values():
        loose &= ~mask
    inside[""] = loose  # of no layer
    inside = {layer: mask for layer, mask in inside.items() if mask}
    n_loose = loose.bit_count()
    start = f"Given {_and(given)}, " if given else ""
    if narrow(masks, everything, 1):
        together = "together " if len(inside) > 1 else ""
        return _capital(f"{start}{_parts(list(inside), n_loose)} can be drawn {together}as one block, exactly.")
    wide = [layer for layer, mask in inside.items() if not narrow(masks, mask, 1)]
    trees = [layer for layer in inside if layer not in wide]
    if not wide:
        others = "other" if len(trees) == 2 else "others"
        return _capital(
            f"{start}{_parts(trees, n_loose)} together are no forest; each is one given the {others}: "
            "update them in turn."
        )
    text = start
    if trees:
        text += f"{_parts(trees, n_loose)} {'are each' if len(trees) > 1 else 'is'} a forest given the rest; "
    are = "is no forest" if len(wide) == 1 else "are no forests"
    even = " even given the rest" if len(inside) > 1 else ""
    where = " there" if trees else ""
    return _capital(f"{text}{_parts(wide, n_loose)} {are}{even}: smaller blocks are needed{where}.")


def _parts(layers: Sequence[str], n_loose: int) -> str:
    """Name layers, and by an empty name what is in none."""
    named = [layer for layer in layers if layer]
    words = [f"{'layer' if len(named) == 1 else 'layers'} {_and(named)}"] if named else []
    if len(named) < len(layers):
        words.append("the variable in no layer" if n_loose == 1 else f"the {n_loose:,} variables in no layer")
    return " and ".join(words)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
