"""Why is the treewidth what it is said to be? The proof from above and from below, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from .conditioning import condition
from .verdict import count_words, size_words, width_words

if TYPE_CHECKING:
    from .exact_treewidth import TreewidthResult
    from .ugm import UGM


@dataclass(frozen=True, slots=True)
class Certificate:
    """Both halves of a proof.

    Attributes
    ----------
    title : str
        "Treewidth 5", or "The treewidth is between 5 and 7".
    above : str
        Why it is no larger: an order and its largest clique.
    below : str
        Why it is no smaller.
    order : tuple of str
        The elimination order.
    bags : tuple of tuple of str
        Of the tree decomposition, each in model order.
    """

    title: str
    above: str
    below: str
    order: tuple[str, ...]
    bags: tuple[tuple[str, ...], ...]


def certificate(ugm: UGM, result: TreewidthResult, evidence: Mapping[str, int] | None = None) -> Certificate:
    """Return the proof that a result stands for.

    Parameters
    ----------
    ugm : UGM
    result : TreewidthResult
        Of what clamping leaves of the model.
    evidence : mapping of str to int, optional
    """
    left = condition(ugm, evidence).ugm
    bags = tuple(tuple(sorted(bag, key=left.index)) for bag in result.bags)
    if not bags:
        return Certificate(
            "No treewidth", "There is no variable left.", "By convention the treewidth is -1 then.", (), ()
        )
    largest = max(bags, key=len)
    entries = prod(left.variable(name).n_states for name in largest)
    named = ", ".join(largest) if len(largest) <= 8 else f"{', '.join(largest[:7])} and {len(largest) - 7} more"
    above = (
        f"At most {result.upper}: eliminating in the order below, no clique has more than "
        f"{count_words(len(largest), 'variable')} ({named}; a table of {size_words(entries)}). The cliques make a tree "
        f"of {count_words(len(bags), 'bag')}."
    )
    title = f"Treewidth {result.upper}" if result.exact else f"The treewidth is {width_words(result)}"
    return Certificate(title, above, _below(result), tuple(result.order), bags)


def sweep_additions(ugm: UGM, evidence: Mapping[str, int] | None = None) -> int:
    """Return how many log potentials one Gibbs sweep adds up: for each free variable, its states times its factors."""
    left = condition(ugm, evidence).ugm
    size = {variable.name: variable.n_states for variable in left.variables}
    return sum(size[name] for factor in left.factors for name in factor.scope)


def _below(result: TreewidthResult) -> str:
    low = result.lower
    if low <= 0:
        return "At least 0: there is a variable."
    if low == 1:
        return "At least 1: there is an edge, and both its ends share a bag."
    if result.lower_by == "search":
        return f"At least {low}: a complete search has refuted every tree decomposition of width {low - 1}."
    if result.lower_by == "reduction":
        return (
            f"At least {low}: taking off parts by rules that keep the treewidth leaves a clique, or a part, that needs "
            "so much."
        )
    return (
        f"At least {low}: contracting edges and leaving out vertices, which never raises the treewidth, leads to a "
        f"graph in which every vertex has {low} neighbours or more."
    )
