"""How does the cost of exact inference grow if the pattern of the model grows?

A chain, a cycle, a complete graph, a lattice and a stack of layers are recognised by their edges alone. The next two
sizes of the same pattern are built, with the same layers clamped, and their treewidths computed, so that the sentence
says what was found and not what is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

from .errors import CancelToken
from .exact_treewidth import TreewidthResult, treewidth_steps
from .steps import Steps, drain
from .verdict import width_words

if TYPE_CHECKING:
    from .project import Group
    from .ugm import UGM

Pairs = frozenset[tuple[int, int]]

LAYER_STEP = "one more variable in each layer"
_SECONDS = 0.5  # for each treewidth


@dataclass(frozen=True, slots=True)
class Growth:
    """What the next sizes of a pattern cost.

    Attributes
    ----------
    pattern : str
        "a stack of 4 layers of 3".
    step : str
        "one more variable in each layer".
    results : tuple of TreewidthResult
        At the present size, one step larger, two steps larger; of what is left where layers are clamped.
    sentence : str
    """

    pattern: str
    step: str
    results: tuple[TreewidthResult, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A family of graphs with the member at hand."""

    words: str
    step: str
    sizes: tuple[tuple[int, Pairs], ...]  # numbers of vertices and edges: now, next, after next


def growth(ugm: UGM, evidence: Mapping[str, int] | None = None, groups: Sequence[Group] = ()) -> Growth | None:
    """Return how the treewidth grows with the pattern, or None where no pattern is recognised.

    Parameters
    ----------
    ugm : UGM
        Patterns are looked for in its edges, the variables taken in model order.
    evidence : mapping of str to int, optional
        Where something is clamped, only a stack of layers each clamped whole or not at all is a pattern that can grow.
    groups : sequence of Group
        The layers.
    """
    return drain(growth_steps(ugm, evidence, groups))


def growth_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    groups: Sequence[Group] = (),
    cancel: CancelToken | None = None,
) -> Steps[Growth | None]:
    """Compute `growth` in slices; yields None."""
    found = _recognise(ugm, frozenset(evidence or ()), groups)
    if found is None:
        return None
    results = []
    for n, edges in found.sizes:
        results.append((yield from _quiet(treewidth_steps((n, tuple(sorted(edges))), _SECONDS, cancel))))
    return Growth(found.words, found.step, tuple(results), _sentence(found, results, ugm))


def _quiet(steps: Steps[TreewidthResult]) -> Steps[TreewidthResult]:
    """Pass on that a slice is over, but not what is known by then."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: TreewidthResult = stop.value
            return result
        yield None


def _sentence(found: _Pattern, results: Sequence[TreewidthResult], ugm: UGM) -> str:
    words = [width_words(result) for result in results]
    start = f"{found.words[0].upper()}{found.words[1:]}. With {found.step} the treewidth goes from {words[0]}"
    if not all(result.exact for result in results):
        now, then, last = words  # bounds do not say whether the treewidth goes anywhere
        said = f"{found.words[0].upper()}{found.words[1:]}. The treewidth is {now}; with {found.step} it is {then}"
        return f"{said}, then {last}."
    if words[0] == words[1] == words[2]:
        stays = f"{found.words[0].upper()}{found.words[1:]}. With {found.step} the treewidth stays {words[0]}"
        return f"{stays}: the cost grows only with the number of variables."
    text = f"{start} to {words[1]}, then {words[2]}"
    rise = {b.upper - a.upper for a, b in pairwise(results)}
    sizes = set(ugm.n_states)
    if len(rise) == len(sizes) == 1 and sizes != {1}:
        factor = sizes.pop() ** rise.pop()
        text += f": the largest table has {factor} times as many entries each time, so the cost grows exponentially"
    return text + "."


# --- patterns ----------------------------------------------------------------------------------------------------


def _recognise(ugm: UGM, clamped: frozenset[str], groups: Sequence[Group]) -> _Pattern | None:
    place = {name: k for k, name in enumerate(ugm.names)}
    edges = frozenset(_sorted(place[a], place[b]) for a, b in ugm.edges)
    if not edges or any(len(factor.scope) > 2 for factor in ugm.factors):
        return None
    found = _stack([[place[n] for n in group.members if n in place] for group in groups], groups, edges, clamped, ugm)
    if found is not None or clamped:
        return found
    n = len(place)
    for words, step, make in (
        (f"a chain of {n}", "one more variable", _chain),
        (f"a cycle of {n}", "one more variable", _cycle),
        (f"a complete graph of {n}", "one more variable", _complete),
    ):
        if edges == make(n):
            return _Pattern(words, step, tuple((n + k, make(n + k)) for k in range(3)))
    for rows in range(2, n // 2 + 1):
        if n % rows == 0 and edges == _lattice(rows, n // rows):
            return _grown_lattice(rows, n // rows)
    return None


def _sorted(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _chain(n: int) -> Pairs:
    return frozenset(pairwise(range(n)))


def _cycle(n: int) -> Pairs:
    return frozenset({*pairwise(range(n)), (0, n - 1)}) if n > 2 else frozenset()


def _complete(n: int) -> Pairs:
    return frozenset(combinations(range(n), 2))


def _lattice(rows: int, columns: int) -> Pairs:
    across = {(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)}
    return frozenset(across | {(k, k + columns) for k in range((rows - 1) * columns)})


def _grown_lattice(rows: int, columns: int) -> _Pattern:
    """Grow the shorter side: it is the one that the treewidth follows."""
    if rows <= columns:
        sizes = [(rows + k, columns + k if rows == columns else columns) for k in range(3)]
        step = "one more row" if rows < columns else "one more row and column"
    else:
        sizes, step = [(rows, columns + k) for k in range(3)], "one more column"
    made = tuple((r * c, _lattice(r, c)) for r, c in sizes)
    return _Pattern(f"a lattice of {rows} by {columns}", step, made)


def _stack(
    layers: list[list[int]], groups: Sequence[Group], edges: Pairs, clamped: frozenset[str], ugm: UGM
) -> _Pattern | None:
    """Recognise layers of one size, neighbours fully joined, each with a chain inside or nothing.

    Layers of one variable do not show whether larger ones would have chains, so they are no pattern.
    """
    sizes = {len(layer) for layer in layers}
    if (
        len(layers) < 2
        or len(sizes) != 1
        or sizes == {1}
        or sorted(v for layer in layers for v in layer) != list(range(len(ugm.names)))
    ):
        return None
    whole = [set(group.members) <= clamped for group in groups]
    if any(not all_of and set(group.members) & clamped for all_of, group in zip(whole, groups, strict=True)):
        return None
    chains = [all(_sorted(*pair) in edges for pair in pairwise(layer)) and len(layer) > 1 for layer in layers]
    if edges != frozenset(_stack_edges(layers, chains)):
        return None
    (n,) = sizes
    free = [k for k, all_of in enumerate(whole) if not all_of]
    words = f"a stack of {len(layers)} layers of {n}"
    given = [group.name for group, all_of in zip(groups, whole, strict=True) if all_of]
    if given:
        words += f", given {', '.join(given)}"
    if not free:
        return None
    return _Pattern(words, LAYER_STEP, tuple(_left(len(layers), n + k, chains, free) for k in range(3)))


def _stack_edges(layers: Sequence[Sequence[int]], chains: Sequence[bool]) -> Iterator[tuple[int, int]]:
    for above, below in pairwise(layers):
        yield from (_sorted(a, b) for a, b in product(above, below))
    for layer, chained in zip(layers, chains, strict=True):
        if chained:
            yield from (_sorted(a, b) for a, b in pairwise(layer))


def _left(n_layers: int, n: int, chains: Sequence[bool], free: Sequence[int]) -> tuple[int, Pairs]:
    """Return what clamping leaves of a stack of this size."""
    layers = [list(range(k * n, (k + 1) * n)) for k in range(n_layers)]
    kept = {v: i for i, v in enumerate(v for k in free for v in layers[k])}
    edges = frozenset((kept[a], kept[b]) for a, b in _stack_edges(layers, chains) if a in kept and b in kept)
    return len(kept), edges
