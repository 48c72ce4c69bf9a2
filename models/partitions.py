"""How are vertices put into few blocks that stay narrow, in which order, and is there a partition into fewer?

All of it on neighbour masks, in slices; `models.blocks` says what the blocks are for.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from random import Random

from .graph import component_masks, members, reach
from .narrowness import narrow_steps
from .slices import Pacer
from .steps import Steps


def small_last(masks: Sequence[int], draw: Random | None) -> list[int]:
    """Return an order in which every vertex has few neighbours before it (Matula and Beck 1983)."""
    left, order = (1 << len(masks)) - 1, []
    rank = list(range(len(masks)))
    if draw is not None:
        draw.shuffle(rank)
    while left:
        v = min(members(left), key=lambda v: ((masks[v] & left).bit_count(), rank[v]))
        order.append(v)
        left &= ~(1 << v)
    return order[::-1]


def breadth_first(masks: Sequence[int], draw: Random) -> list[int]:
    """Return an order that grows from a random vertex, so that blocks grow along the graph."""
    left, order = (1 << len(masks)) - 1, []
    while left:
        ring = 1 << draw.choice(list(members(left)))
        while ring:
            order += list(members(ring))
            left &= ~ring
            seen = 0
            for v in members(ring):
                seen |= masks[v]
            ring = seen & left
    return order


def filled(masks: Sequence[int], width: int, order: Iterable[int], pacer: Pacer) -> Steps[list[int]]:
    """Put each vertex into the block that stays narrow and in which it joins the most components; then improve."""
    blocks: list[int] = []
    for v in order:
        fitting = []
        for k, block in enumerate(blocks):
            if (yield from _takes(masks, block, v, width, pacer)):
                fitting.append(k)
        if fitting:
            k = max(fitting, key=lambda k: (_n_joined(masks, blocks[k], v), blocks[k].bit_count()))
            blocks[k] |= 1 << v
        else:
            blocks.append(1 << v)
    return (yield from _merged(masks, width, blocks, pacer))


def _takes(masks: Sequence[int], block: int, v: int, width: int, pacer: Pacer) -> Steps[bool]:
    """Whether a narrow block stays so with one more vertex."""
    if pacer.due:
        yield
        pacer.resume()
    near = masks[v] & block
    if width == 0 or not near:
        return not near
    if _n_joined(masks, block, v) == near.bit_count():  # no cycle more
        return True
    if width == 1:
        return False
    return (yield from narrow_steps(masks, reach(masks, 1 << v, block | 1 << v), width, pacer))


def _n_joined(masks: Sequence[int], block: int, v: int) -> int:
    """Return how many components of a block a vertex is joined to."""
    near, n = masks[v] & block, 0
    while near:
        near &= ~reach(masks, near & -near, block)
        n += 1
    return n


def _merged(masks: Sequence[int], width: int, blocks: list[int], pacer: Pacer) -> Steps[list[int]]:
    """Move vertices to another block while that makes fewer components; empty blocks go."""
    improved = True
    while improved:
        improved = False
        for v in range(len(masks)):
            home = next(k for k, block in enumerate(blocks) if block >> v & 1)
            alone = blocks[home] & ~(1 << v)
            freed = len(component_masks(masks, blocks[home])) - len(component_masks(masks, alone))
            for k, block in enumerate(blocks):
                # The other block gains 1 - joined components; this one loses `freed`.
                if k == home or 1 - _n_joined(masks, block, v) - freed >= 0:
                    continue
                if (yield from _takes(masks, block, v, width, pacer)):
                    blocks[home], blocks[k] = alone, block | 1 << v
                    improved = True
                    break
    return [block for block in blocks if block]


def searched(masks: Sequence[int], width: int, n_blocks: int, pacer: Pacer) -> Generator[None, None, list[int] | None]:
    """Return a partition into that many blocks, or None when there is none; tries them all."""
    order = small_last(masks, None)
    stack: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while stack:
        depth, blocks = stack.pop()
        if depth == len(order):
            return list(blocks)
        v = order[depth]
        for k, block in enumerate(blocks):
            if (yield from _takes(masks, block, v, width, pacer)):
                stack.append((depth + 1, (*blocks[:k], block | 1 << v, *blocks[k + 1 :])))
        if len(blocks) < n_blocks:
            stack.append((depth + 1, (*blocks, 1 << v)))
        if pacer.due:
            yield
            pacer.resume()
    return None
