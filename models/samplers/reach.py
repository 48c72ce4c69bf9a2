"""Can a sampler that changes one variable at a time get from every allowed joint state to every other?

Two joint states of positive potential are joined when one move leads from one to the other; a chain can visit only the
class of states joined to its start. Where factors forbid nothing there is one class. Otherwise the classes are counted
exactly on each connected component with few joint states: moving single variables, the classes of the whole are all
combinations of the classes of its components.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from models.conditioning import Conditioned, condition
from models.factor import Factor
from models.ugm import UGM

STATE_LIMIT = 2**14  # joint states of one component that are enumerated


def closed_classes(
    ugm: UGM,
    evidence: Mapping[str, int] | None = None,
    blocks: Sequence[Sequence[str]] = (),
    limit: int = STATE_LIMIT,
) -> int | None:
    """Count the closed classes of a Gibbs sampler among joint states of positive potential.

    Parameters
    ----------
    ugm : UGM
    evidence : mapping of str to int, optional
    blocks : sequence of sequences of str
        Sets of free variables that are also redrawn together. Without any, each variable is redrawn alone.
    limit : int
        Largest number of joint states of one component (blocks join components) to enumerate.

    Returns
    -------
    int or None
        0 when the evidence is impossible; None when a component that forbids something is larger than `limit`.
    """
    conditioned = condition(ugm, evidence)
    if conditioned.log_constant == -np.inf:
        return 0
    total = 1
    for group, factors in _groups(conditioned, blocks):
        moves = [tuple(block) for block in blocks if set(block) & set(group)]
        n = _count(conditioned.ugm, group, factors, moves, limit)
        if n is None:
            return None
        total *= n
    return total


def reach_warning(conditioned: Conditioned, limit: int = STATE_LIMIT) -> str | None:
    """Return a sentence when single-site moves may not connect all allowed joint states, else None."""
    unsure, split = [], []
    for group, factors in zip(conditioned.components, strict_factors(conditioned), strict=True):
        n = _count(conditioned.ugm, group, factors, [], limit)
        if n is None:
            unsure.append(group)
        elif n > 1:
            split.append((n, group))
    if split:
        n, group = split[0]
        return (
            f"One variable at a time cannot reach every allowed joint state: those of {_list(group)} fall into {n} "
            "separate sets, and the chain stays in the set it started in. Its histogram need not approach the exact "
            "values. Clamp one of these variables, or allow some joint states in between."
        )
    if unsure:
        return (
            f"Some joint states of {_list(unsure[0])} are forbidden and there are too many to check: changing one "
            "variable at a time may not reach all that are allowed. Compare chains with different seeds."
        )
    return None


def _list(names: Sequence[str], most: int = 4) -> str:
    if len(names) <= most:
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


def strict_factors(conditioned: Conditioned) -> list[list[Factor]]:
    """Return, for each connected component, the factors that forbid something."""
    home = {name: c for c, component in enumerate(conditioned.components) for name in component}
    found: list[list[Factor]] = [[] for _ in conditioned.components]
    for factor in conditioned.ugm.factors:
        if (factor.log_table == -np.inf).any():
            found[home[factor.scope[0]]].append(factor)
    return found


def _groups(conditioned: Conditioned, blocks: Sequence[Sequence[str]]) -> list[tuple[list[str], list[Factor]]]:
    """Return components, those that a block touches made one, with their strict factors."""
    groups = [(list(c), f) for c, f in zip(conditioned.components, strict_factors(conditioned), strict=True)]
    for block in blocks:
        touched = [group for group in groups if set(group[0]) & set(block)]
        groups = [group for group in groups if not set(group[0]) & set(block)]
        groups.append(([name for g in touched for name in g[0]], [factor for g in touched for factor in g[1]]))
    return groups


def _count(
    ugm: UGM, group: Sequence[str], strict: Sequence[Factor], blocks: Sequence[Sequence[str]], limit: int
) -> int | None:
    """Count classes among the allowed joint states of some variables, given the factors that forbid something."""
    if not strict:
        return 1
    moving = [name for name in group if ugm.variable(name).n_states > 1]
    sizes = [ugm.variable(name).n_states for name in moving]
    if prod(sizes) > limit:
        return None
    allowed = np.ones(sizes, dtype=bool)
    for factor in strict:
        kept = [name for name in factor.scope if name in moving]
        table = (factor.log_table > -np.inf).reshape([ugm.variable(name).n_states for name in kept])
        axes = [moving.index(name) for name in kept]
        shape = [n if a in axes else 1 for a, n in enumerate(sizes)]
        allowed &= table.transpose(np.argsort(axes)).reshape(shape)
    moves = [tuple(moving.index(name) for name in block if name in moving) for block in blocks]
    return _classes(allowed, [*((axis,) for axis in range(len(sizes))), *(move for move in moves if move)])


def _classes(allowed: NDArray[np.bool_], moves: Sequence[tuple[int, ...]]) -> int:
    """Spread the smallest label along every move until nothing changes, and count the labels."""
    size = allowed.size
    labels = np.where(allowed, np.arange(size).reshape(allowed.shape), size)
    while True:
        spread = labels
        for axes in moves:
            spread = np.where(allowed, spread.min(axis=axes, keepdims=True), size)
        # A label is itself a state of the class; jumping to that state's label shortens long corridors.
        jumped = np.append(spread.reshape(-1), size)[spread]
        if np.array_equal(jumped, labels):
            return int(np.unique(labels[allowed]).size)
        labels = jumped
