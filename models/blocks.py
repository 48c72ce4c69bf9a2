"""How can the free variables be parted into few blocks, each a forest (or of treewidth w) given all the others?

A sampler or decoder that updates a whole block at once, exactly, mixes faster than one that changes a variable at a
time (Hamze and de Freitas, From fields to trees, 2004), and a forest makes the update cheap. For forests the least
number of blocks is the graph's vertex arboricity. A block of treewidth w holds w + 1 vertices of any clique at most,
which bounds the number from below; putting vertices, in an order of small degrees, into the first block that stays
narrow bounds it from above. Among partitions into equally many blocks, fewer and larger trees are better.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from random import Random
from typing import TYPE_CHECKING

from .conditioning import condition
from .errors import CancelToken, ModelError
from .graph import component_masks, mask_of, masks_of, members
from .narrowness import narrow, narrow_steps
from .partitions import breadth_first, filled, searched, small_last
from .slices import OutOfSpace, OutOfTime, Pacer
from .steps import drain

if TYPE_CHECKING:
    from .ugm import UGM

_TRIES = 60  # restarts from other orders
_SEED = 540
_SEARCHED = 14  # vertices up to which every partition is tried


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes
    ----------
    names : tuple of str
        In model order.
    narrow : bool
        Whether its treewidth given the rest is at most what was asked for.
    n_edges : int
        Edges inside.
    n_trees : int
        Its connected components; trees when it is a forest.
    """

    names: tuple[str, ...]
    narrow: bool
    n_edges: int
    n_trees: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """A partition of the free variables.

    Attributes
    ----------
    blocks : tuple of Block
    width : int
        The treewidth that each block may have given the rest; 1 for forests.
    lower : int
        No partition has fewer blocks.
    left_out : tuple of str
        Free variables that are in no block.
    repeated : tuple of str
        Variables in several blocks.
    """

    blocks: tuple[Block, ...]
    width: int
    lower: int
    left_out: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether every free variable is in exactly one block and every block is narrow."""
        return not self.left_out and not self.repeated and all(block.narrow for block in self.blocks)

    @property
    def exact(self) -> bool:
        """Whether it is valid and no partition has fewer blocks."""
        return self.valid and len(self.blocks) == self.lower


def check_blocks(
    ugm: UGM, blocks: Iterable[Iterable[str]], evidence: Mapping[str, int] | None = None, width: int = 1
) -> Blocks:
    """Say of each block whether it is narrow given the rest, and what is in none or in several.

    Parameters
    ----------
    ugm : UGM
    blocks : iterable of iterables of str
        Clamped variables in them play no part.
    evidence : mapping of str to int, optional
    width : int

    Raises
    ------
    ModelError
        A name that is no variable; the width is negative or no whole number.
    """
    _check_width(width)
    free, masks = masks_of(condition(ugm, evidence).ugm)
    place = {name: v for v, name in enumerate(free)}
    chosen = []
    seen = repeated = 0
    for names in blocks:
        given = list(names)
        for name in given:
            if name not in ugm:
                raise ModelError(f"The block names {name}, which is not a variable of the model. Leave it out.")
        mask = mask_of({place[name] for name in given if name in place})
        repeated |= seen & mask
        seen |= mask
        chosen.append(mask)
    everything = (1 << len(free)) - 1
    return Blocks(
        tuple(_described(free, masks, mask, narrow(masks, mask, width)) for mask in chosen if mask),
        width,
        _fewest(masks, width),
        tuple(free[v] for v in members(everything & ~seen)),
        tuple(free[v] for v in members(repeated)),
    )


def layer_blocks(
    ugm: UGM, layers: Iterable[Iterable[str]], evidence: Mapping[str, int] | None = None, width: int = 1
) -> Blocks:
    """Return blocks that are unions of whole layers, few of them, as the layers of a stacked model suggest.

    Each layer, in turn, joins the first block that it leaves narrow; a layer that is not narrow by itself is a block
    all the same, and `valid` then says so. Variables in no layer are left out.

    Parameters
    ----------
    ugm : UGM
    layers : iterable of iterables of str
        A variable counts for the first layer that has it.
    evidence : mapping of str to int, optional
    width : int
    """
    _check_width(width)
    free, masks = masks_of(condition(ugm, evidence).ugm)
    place = {name: v for v, name in enumerate(free)}
    blocks: list[int] = []
    seen = 0
    for layer in layers:
        mask = mask_of({place[name] for name in layer if name in place}) & ~seen
        seen |= mask
        fitting = [k for k, block in enumerate(blocks) if narrow(masks, block | mask, width)]
        if fitting:
            blocks[fitting[0]] |= mask
        elif mask:
            blocks.append(mask)
    return check_blocks(ugm, [[free[v] for v in members(block)] for block in blocks], evidence, width)


def design_blocks(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    width: int = 1,
    time_limit: float | None = 2.0,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> Blocks:
    """Return a valid partition into few blocks with large components.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
        Clamped variables are in no block.
    width : int
        What each block may have given the rest; 0 is a colouring of the graph, 1 makes forests.
    time_limit : float, optional
        Seconds for restarts, for the search of small graphs and, from width 3 on, for whatever is wider than forests.
    positions : mapping of str to (float, float), optional
        Where the variables are drawn: in a lattice, two combs that interlock are two trees in all. Of no use unless
        every free variable has one.

    Raises
    ------
    ModelError
        The width is negative, or a position is not two finite numbers.
    """
    return drain(design_blocks_steps(ugm, evidence, width, time_limit, positions))


def design_blocks_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    width: int = 1,
    time_limit: float | None = 2.0,
    positions: Mapping[str, tuple[float, float]] | None = None,
    cancel: CancelToken | None = None,
) -> Generator[None, None, Blocks]:
    """Compute `design_blocks` in slices; yields None."""
    _check_width(width)
    free, masks = masks_of(condition(ugm, evidence).ugm)
    pacer, draw = Pacer(time_limit, cancel), Random(_SEED)
    everything, n_components = (1 << len(masks)) - 1, len(component_masks(masks))
    # Beyond width 2 narrow may take a search: then forests are the answer that needs none, whatever the time.
    quick = width if width < 3 else 1
    untimed = Pacer(None, cancel)
    best = yield from filled(masks, quick, small_last(masks, None), untimed)
    for found in _combs(_places(free, positions or {})):
        if all(narrow(masks, block, quick) for block in found) and _grade(masks, found) < _grade(masks, best):
            best = found
    lower = min(1, len(masks))
    try:
        # Half the time at most goes to whether one block will do.
        share = Pacer(None if time_limit is None else time_limit / 2, cancel)
        try:
            whole: bool | None = yield from narrow_steps(masks, everything, width, share)
        except (OutOfTime, OutOfSpace, MemoryError):
            whole = None
        if masks and whole:
            best = [everything]
        elif masks and whole is False:
            lower = _by_clique(masks, width)
        if quick != width and not whole:
            found = yield from filled(masks, width, small_last(masks, None), pacer)
            best = min(best, found, key=lambda blocks: _grade(masks, blocks))
        for k in range(_TRIES):
            if _grade(masks, best) <= (lower, max(lower, n_components)):
                break
            order = small_last(masks, draw) if k % 2 else breadth_first(masks, draw)
            found = yield from filled(masks, width, order, pacer)
            if _grade(masks, found) < _grade(masks, best):
                best = found
            yield
            pacer.resume()
        while lower < len(best) and len(masks) <= _SEARCHED:
            fewer = yield from searched(masks, width, len(best) - 1, pacer)
            if fewer is None:
                lower = len(best)
            else:
                best = fewer
    except (OutOfTime, OutOfSpace, MemoryError):
        pass
    best.sort(key=lambda mask: mask & -mask)
    return Blocks(tuple(_described(free, masks, mask, True) for mask in best), width, lower)


def _check_width(width: int) -> None:
    if width < 0 or width != int(width):
        raise ModelError(f"The width is {width}. Give a whole number from 0 up; 1 makes forests.")


def _described(free: Sequence[str], masks: Sequence[int], mask: int, is_narrow: bool) -> Block:
    edges = sum((masks[v] & mask).bit_count() for v in members(mask)) // 2
    names = tuple(free[v] for v in members(mask))
    return Block(names, is_narrow, edges, len(component_masks(masks, mask)))


def _grade(masks: Sequence[int], blocks: Sequence[int]) -> tuple[int, int]:
    """Return how many blocks and how many components there are: the fewer the better."""
    return len(blocks), sum(len(component_masks(masks, block)) for block in blocks)


def _places(free: Sequence[str], positions: Mapping[str, tuple[float, float]]) -> list[tuple[float, float]]:
    """Return where the free variables are, nothing where that is not known of all."""
    places = []
    for name in free:
        if name not in positions:
            return []
        try:
            x, y = map(float, positions[name])
        except (TypeError, ValueError):
            x = y = nan
        if not (isfinite(x) and isfinite(y)):
            raise ModelError(
                f"The position of {name} is {positions[name]!r}. Give two finite numbers, x and y, "
                "or leave positions out."
            )
        places.append((x, y))
    return places


def _combs(places: Sequence[tuple[float, float]]) -> Iterable[list[int]]:
    """Yield the two combs whose teeth are every second row, and those whose teeth are every second column."""
    for along, across in ((0, 1), (1, 0)):
        teeth = sorted({round(place[across]) for place in places})
        ends = sorted({round(place[along]) for place in places})
        if len(teeth) < 2 or len(ends) < 2:
            continue
        row = {at: k for k, at in enumerate(teeth)}
        first = mask_of(
            v
            for v, place in enumerate(places)
            if round(place[along]) == ends[0]
            or (row[round(place[across])] % 2 == 0 and round(place[along]) != ends[-1])
        )
        yield [first, (1 << len(places)) - 1 & ~first]


def _fewest(masks: Sequence[int], width: int) -> int:
    """Return how many blocks there are at least."""
    everything = (1 << len(masks)) - 1
    if not masks:
        return 0
    if narrow(masks, everything, width):
        return 1
    return _by_clique(masks, width)


def _by_clique(masks: Sequence[int], width: int) -> int:
    """Return how many blocks a clique needs, where one block is too few."""
    clique = max(_greedy_clique(masks, v).bit_count() for v in range(len(masks)))
    return max(2, -(-clique // (width + 1)))


def _greedy_clique(masks: Sequence[int], v: int) -> int:
    clique, near = 1 << v, masks[v]
    while near:
        u = max(members(near), key=lambda u: (masks[u] & near).bit_count())
        clique |= 1 << u
        near &= masks[u]
    return clique
