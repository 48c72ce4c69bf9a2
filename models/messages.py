"""Which messages pass through a tree decomposition, one by one, and what do they say?

Every factor is put into one bag that holds its scope. A bag sends to a neighbour once it has heard from all its other
ones: the product of its factors and of what it heard, summed over what the neighbour does not have (Shafer and Shenoy
1990; Koller and Friedman 2009, section 10.2). First all messages go towards a root, then all away from it; after that
the product of a bag's factors and all it heard is its belief. `models.calibration` is the fast way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from .conditioning import condition
from .decompositions import validate_decomposition
from .errors import ModelError, TooLargeError
from .factor import Factor, Floats

if TYPE_CHECKING:
    from .ugm import UGM

MAX_ENTRIES = 1 << 16  # of a bag's table


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What one bag tells a neighbour.

    Attributes
    ----------
    source, target : int
        Places in `MessageRun.bags`.
    factor : Factor
        Over the separator, in model order; logs in nats, as computed.
    upward : bool
        Towards the root.
    """

    source: int
    target: int
    factor: Factor
    upward: bool

    @property
    def shares(self) -> Floats:
        """The message scaled to sum to one, for reading: only ratios of its entries matter; zero where all is zero."""
        return shares(self.factor.log_table)


@dataclass(frozen=True, slots=True, eq=False)
class MessageRun:
    """All messages of one calibration.

    Attributes
    ----------
    bags : tuple of tuple of str
        Variables in model order.
    root : int
    parents : tuple of int
        For each bag the neighbour nearer to the root; -1 for the root.
    assigned : tuple of tuple of int
        For each bag the places in the conditioned model's factors of those put into it.
    potentials : tuple of Factor
        The product of each bag's factors, over the bag.
    messages : tuple of Message
        In an order in which they can be sent: towards the root, then away from it.
    beliefs : tuple of Factor
        Over the bags; each sums to exp(log_z).
    log_z : float
        Log partition function of the conditioned model; minus infinity where everything is forbidden.
    """

    bags: tuple[tuple[str, ...], ...]
    root: int
    parents: tuple[int, ...]
    assigned: tuple[tuple[int, ...], ...]
    potentials: tuple[Factor, ...]
    messages: tuple[Message, ...]
    beliefs: tuple[Factor, ...]
    log_z: float

    def marginal(self, name: str) -> Floats:
        """Return p(name), shape (n_states,), from the smallest bag that holds it."""
        holders = [k for k, bag in enumerate(self.bags) if name in bag]
        if not holders:
            raise ModelError(f"{name} is in no bag: it is clamped, or not a variable of the model.")
        belief = self.beliefs[min(holders, key=lambda k: self.beliefs[k].n_entries)]
        return shares(belief.marginalise([other for other in belief.scope if other != name]).log_table)

    def subtree(self, name: str) -> tuple[int, ...]:
        """Return the bags that hold a variable; by running intersection they are connected."""
        return tuple(k for k, bag in enumerate(self.bags) if name in bag)

    def separator(self, bag: int) -> tuple[str, ...]:
        """Return what a bag shares with its parent; empty for the root."""
        parent = self.parents[bag]
        return () if parent < 0 else tuple(name for name in self.bags[bag] if name in self.bags[parent])


def shares(log_table: Floats) -> Floats:
    """Return a table scaled to sum to one; zeros where everything is forbidden."""
    top = float(log_table.max(initial=-np.inf))
    if top == -np.inf:
        return np.zeros(log_table.shape)
    table: Floats = np.exp(log_table - top)
    table /= table.sum()
    return table


def send_messages(
    ugm: UGM,
    bags: Sequence[Collection[str]],
    tree: Iterable[tuple[int, int]],
    root: int = 0,
    evidence: Mapping[str, int] | None = None,
) -> MessageRun:
    """Calibrate a tree decomposition and keep every message.

    Parameters
    ----------
    ugm : UGM
    bags : sequence of collections of str
        A decomposition of what clamping leaves.
    tree : iterable of (int, int)
        Pairs of places in `bags`.
    root : int
        Place of the bag that collects first.
    evidence : mapping of str to int, optional

    Raises
    ------
    ModelError
        This is no tree decomposition of that graph (the message names the broken rule), or there is no such root.
    TooLargeError
        A bag's table has more than 65,536 entries.
    """
    links = [(int(a), int(b)) for a, b in tree]
    conditioned = condition(ugm, evidence)
    left = conditioned.ugm
    broken = validate_decomposition(left, bags, links)
    if broken is not None:
        raise ModelError(f"This is no tree decomposition of the graph: {broken}")
    if bags and not 0 <= root < len(bags):
        raise ModelError(f"There is no bag {root}; choose one from 0 to {len(bags) - 1} as the root.")
    scopes = tuple(tuple(name for name in left.names if name in set(bag)) for bag in bags)
    for scope in scopes:
        n_entries = prod(left.variable(name).n_states for name in scope)
        if n_entries > MAX_ENTRIES:
            named = ", ".join(scope[:7]) + (f" and {len(scope) - 7} more" if len(scope) > 7 else "")
            raise TooLargeError(
                f"The table over {len(scope)} variables ({named}) has {n_entries:,} entries; at most "
                f"{MAX_ENTRIES:,} are kept to be looked at. Clamp a variable first.",
                8.0 * n_entries,
                8.0 * MAX_ENTRIES,
            )
    parents, order = _rooted(len(scopes), links, root)
    assigned = _assigned(left, scopes)
    constant = sum(float(f.log_table) for f in left.factors if not f.scope)
    potentials = []
    for k, scope in enumerate(scopes):
        blank = Factor(scope, np.zeros([left.variable(name).n_states for name in scope]))
        held = [left.factors[place] for place in assigned[k]]
        potentials.append(reduce(Factor.multiply, held, blank).transposed(scope))
    messages, heard = _passed(scopes, parents, order, potentials)
    beliefs = tuple(
        reduce(Factor.multiply, heard[k].values(), potential).transposed(scopes[k])
        for k, potential in enumerate(potentials)
    )
    log_z = (
        conditioned.log_constant
        + constant
        + (float(np.logaddexp.reduce(beliefs[root].log_table, axis=None)) if beliefs else 0.0)
    )
    return MessageRun(scopes, root, parents, assigned, tuple(potentials), messages, beliefs, log_z)


def _rooted(n: int, links: Sequence[tuple[int, int]], root: int) -> tuple[tuple[int, ...], list[int]]:
    """Return every bag's parent, and the bags from the root outwards."""
    near: list[list[int]] = [[] for _ in range(n)]
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    parents = [-1] * n
    order = [root] if n else []
    for bag in order:
        for other in near[bag]:
            if other != parents[bag]:
                parents[other] = bag
                order.append(other)
    return tuple(parents), order


def _assigned(left: UGM, scopes: Sequence[tuple[str, ...]]) -> tuple[tuple[int, ...], ...]:
    """Put every factor into the smallest bag that holds its scope."""
    held: list[list[int]] = [[] for _ in scopes]
    by_size = sorted(range(len(scopes)), key=lambda k: len(scopes[k]))
    inside = [set(scope) for scope in scopes]
    for place, factor in enumerate(left.factors):
        if factor.scope:
            held[next(k for k in by_size if inside[k].issuperset(factor.scope))].append(place)
    return tuple(map(tuple, held))


def _passed(
    scopes: Sequence[tuple[str, ...]], parents: Sequence[int], order: Sequence[int], potentials: Sequence[Factor]
) -> tuple[tuple[Message, ...], list[dict[int, Factor]]]:
    """Send all messages; return them, and for each bag what it heard, by sender."""
    heard: list[dict[int, Factor]] = [{} for _ in scopes]
    messages = []

    def send(source: int, target: int, upward: bool) -> None:
        separator = [name for name in scopes[source] if name in scopes[target]]
        others = [factor for sender, factor in heard[source].items() if sender != target]
        both = reduce(Factor.multiply, others, potentials[source])
        factor = both.marginalise([name for name in both.scope if name not in separator]).transposed(separator)
        heard[target][source] = factor
        messages.append(Message(source, target, factor, upward))

    for bag in reversed(order):
        if parents[bag] >= 0:
            send(bag, parents[bag], True)
    for bag in order:
        if parents[bag] >= 0:
            send(parents[bag], bag, False)
    return tuple(messages), heard
