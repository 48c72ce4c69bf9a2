"""What is the treewidth of a graph, and what proves it?

The answer is an interval with a witness: an elimination order and a decomposition whose width is `upper`, and a
`lower` that was proved by a bound or by a completed search. When they meet, that is the treewidth; while they do not,
neither is called so.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .decompositions import decomposition_of, validate_decomposition
from .errors import CancelToken, ModelError
from .graph import masks_of, members
from .slices import OutOfTime, Pacer, paced
from .steps import drain
from .treewidth_search import TreewidthSearch

if TYPE_CHECKING:
    import networkx as nx

    from .ugm import UGM

__all__ = ["TreewidthResult", "treewidth", "treewidth_steps", "validate_decomposition"]


@dataclass(frozen=True, slots=True)
class TreewidthResult:
    """What is known about a treewidth, with its witness.

    Attributes
    ----------
    lower, upper : int
        The treewidth is at least `lower` and at most `upper`: 0 for vertices without edges, -1 without vertices.
    order : tuple
        An elimination order of induced width `upper`; vertices as the graph names them.
    bags : tuple of frozenset
        The maximal cliques of that order: a tree decomposition of width `upper`.
    tree : tuple of (int, int)
        Pairs of places in `bags`, from 0: one connected tree over all bags, for disconnected graphs too.
    seconds : float
        Wall time from the start of the computation to this result.
    lower_by : str
        What proved `lower`: "contraction" (a minor of the graph in which every vertex has so many neighbours),
        "reduction" (parts taken off by safe rules), or "search" (every decomposition of smaller width was refuted).
    """

    lower: int
    upper: int
    order: tuple[Any, ...]
    bags: tuple[frozenset[Any], ...]
    tree: tuple[tuple[int, int], ...]
    seconds: float
    lower_by: str = "contraction"

    @property
    def exact(self) -> bool:
        """Whether the bounds meet, so that `upper` is the treewidth."""
        return self.lower == self.upper


def treewidth(
    graph: UGM | nx.Graph | tuple[int, Iterable[tuple[int, int]]], time_limit: float | None = None
) -> TreewidthResult:
    """Return the treewidth of a graph, or the interval known when time is up.

    Parameters
    ----------
    graph : UGM, networkx.Graph or (n, edges)
        A model stands for its interaction graph; in a pair the vertices are 0 .. n-1. Self-loops and repeated edges
        do not count.
    time_limit : float, optional
        Seconds. Without a limit the search runs to its end, which hard graphs of 50 vertices can put off for hours.

    Returns
    -------
    TreewidthResult
        Exact if the search ended in time, and in 1 GiB of memory.

    Raises
    ------
    ModelError
        The graph is something else, or the time limit is negative.
    """
    return drain(treewidth_steps(graph, time_limit))


def treewidth_steps(
    graph: UGM | nx.Graph | tuple[int, Iterable[tuple[int, int]]],
    time_limit: float | None = None,
    cancel: CancelToken | None = None,
) -> Generator[TreewidthResult | None, None, TreewidthResult]:
    """Compute `treewidth` in slices of about 10 ms.

    Yields a `TreewidthResult` whenever a bound improves, the first after the greedy bounds, and None when a slice is
    over; returns the last result.

    Raises
    ------
    Cancelled
        `cancel` was cancelled; checked at every slice.
    """
    if time_limit is not None and not time_limit >= 0:
        raise ModelError(f"The time limit is {time_limit} seconds. Give a number from 0 up, or None for no limit.")
    names, masks = masks_of(graph)
    search = TreewidthSearch(masks)
    pacer = Pacer(time_limit, cancel)
    # A first interval is owed whatever the time limit says; for classroom graphs it takes about a millisecond.
    yield from paced(search.first_bounds(), Pacer(None, cancel))
    steps = search.steps(pacer)
    result = _result(search, names, pacer.seconds, None)
    yield result
    while True:
        if cancel is not None:  # the search looks at its pauses only, and a new bound is passed on in between
            cancel.check()
        try:
            next(steps)
        except (StopIteration, OutOfTime):
            return _result(search, names, pacer.seconds, result)
        if (search.lower, search.upper) == (result.lower, result.upper):
            yield None
        else:
            result = _result(search, names, pacer.seconds, result)
            yield result


def _result(
    search: TreewidthSearch, names: tuple[Any, ...], seconds: float, before: TreewidthResult | None
) -> TreewidthResult:
    if before is not None and before.upper == search.upper:
        return replace(before, lower=search.lower, seconds=seconds, lower_by=search.lower_by)  # the same witness
    bags, tree = decomposition_of(search.masks, search.order)
    named = tuple(frozenset(names[v] for v in members(bag)) for bag in bags)
    order = tuple(names[v] for v in search.order)
    return TreewidthResult(search.lower, search.upper, order, named, tuple(tree), seconds, search.lower_by)
