"""Which cliques does exact inference work on, how are they joined, and what will that cost?

An elimination order turns a graph into cliques: a vertex and its later neighbours at the moment it goes. Each clique
hangs from the clique of its first later neighbour; a clique that lies inside a child's is absorbed by that child. What
is left has the running intersection property, and a clique's table is a matrix of separator states (shared with the
parent) by residual states (eliminated here). See Koller and Friedman (2009), sections 9.4 and 10.4; a forest gets one
tree for each component.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .inference_order import choose_order
from .kernels import cliques as clique_kernels
from .kernels import program as program_kernels
from .kernels.arrays import SPARE
from .kernels.layout import (
    AXES,
    CLIQUE,
    COLUMNS,
    DOWN_OP,
    MESSAGE,
    PARENT,
    RESIDUALS,
    ROWS,
    TABLE,
    UP_OP,
    WIDTH,
)

Ints = NDArray[np.int64]

_MAX_ENTRIES = 2.0**60  # beyond this no program is written: it could not be run


def _ints(n: int) -> Ints:
    return np.zeros(n, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class JunctionTree:
    """Cliques of an elimination order, children before parents.

    Attributes
    ----------
    order : int64 array
        Vertices in the order of elimination; a vertex's place in it is its position.
    start, axes : int64 arrays
        Members of clique c as positions, ascending: `axes[start[c]:start[c + 1]]`, residuals first.
    n_residuals, parent : int64 arrays, one per clique
        Members eliminated there; the parent's number, -1 for a root.
    home : int64 array, one per position
        The clique that eliminates it.
    cards : int64 array
        State counts, one per entry of `axes`.
    log2_entries : float64 array, one per clique
        Base-2 logs of the table sizes.
    scope_start, scopes : int64 arrays
        Factor scopes as positions, fastest (first eliminated) first.
    """

    order: Ints
    start: Ints
    axes: Ints
    n_residuals: Ints
    parent: Ints
    home: Ints
    cards: Ints
    log2_entries: NDArray[np.float64]
    scope_start: Ints
    scopes: Ints

    @property
    def n_cliques(self) -> int:
        """Number of cliques."""
        return len(self.parent)

    @property
    def width(self) -> int:
        """Members of the largest clique, less one; -1 without vertices."""
        return int(np.diff(self.start).max(initial=0)) - 1

    @property
    def largest(self) -> int:
        """The clique with the largest table."""
        return int(np.argmax(self.log2_entries))

    @property
    def table_entries(self) -> float:
        """Entries of all clique tables together; infinite when a double cannot hold them."""
        with np.errstate(over="ignore"):
            return float(np.exp2(self.log2_entries).sum())

    @property
    def separator_entries(self) -> float:
        """Entries of all separators together."""
        residual = np.log2(self.cards) * self._is_residual()
        with np.errstate(over="ignore"):
            return float(np.exp2(self.log2_entries - self._fold(np.add, residual)).sum())

    def _is_residual(self) -> NDArray[np.bool_]:
        width = np.diff(self.start)
        place = np.arange(len(self.axes)) - np.repeat(self.start[:-1], width)
        return np.asarray(place < np.repeat(self.n_residuals, width))

    def _fold(self, fold: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(fold.reduceat(values, self.start[:-1])) if self.n_cliques else values[:0]

    def matrix_shapes(self) -> tuple[Ints, Ints]:
        """Return separator states and residual states of each clique."""
        residual = self._is_residual()
        rows = self._fold(np.multiply, np.where(residual, 1, self.cards))
        columns = self._fold(np.multiply, np.where(residual, self.cards, 1))
        return rows.astype(np.int64), columns.astype(np.int64)


def build_tree(cards: Sequence[int], scope_start: Ints, scope_vertices: Ints) -> JunctionTree:
    """Choose an order and find its cliques.

    Parameters
    ----------
    cards : sequence of int
        State count of each vertex, at least 2.
    scope_start, scope_vertices : int64 arrays
        Vertices that factor f joins: `scope_vertices[scope_start[f]:scope_start[f + 1]]`.
    """
    n = len(cards)
    order = choose_order(cards, scope_start, scope_vertices)
    position = _ints(n)
    position[order] = np.arange(n)
    scopes = position[scope_vertices]
    scopes = scopes[np.lexsort((scopes, np.repeat(np.arange(len(scope_start) - 1), np.diff(scope_start))))]

    start, parent, host, clique_parent, n_residuals = _ints(n + 1), _ints(n), _ints(n), _ints(n), _ints(n)
    home = _ints(n)
    capacity, total = 16 * n + 64, -1
    while total < 0:
        capacity *= 4
        axes = _ints(capacity)
        space = _ints(n), _ints(2 * n), _ints(len(scope_start) - 1 + n)
        total = clique_kernels.eliminate.scalar(n, scope_start, scopes, capacity, start, axes, parent, *space)
    count = clique_kernels.merge.scalar(n, start, parent, home, host, _ints(n), clique_parent, n_residuals)

    host = host[:count]
    width = start[host + 1] - start[host]
    new_start = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
    pick = np.arange(int(new_start[-1])) - np.repeat(new_start[:-1] - start[host], width)
    members = axes[pick]
    member_cards = np.asarray(cards, dtype=np.int64)[order][members]
    logs = np.add.reduceat(np.log2(member_cards), new_start[:-1]) if count else np.zeros(0)
    return JunctionTree(
        order=order,
        start=new_start,
        axes=members,
        n_residuals=n_residuals[:count],
        parent=clique_parent[:count],
        home=home,
        cards=member_cards,
        log2_entries=logs,
        scope_start=scope_start,
        scopes=scopes,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Array operations that calibrate a junction tree, for any numbers; `kernels.layout` explains the columns.

    Attributes
    ----------
    tree : JunctionTree
    cliques : int64 array
        CLIQUE numbers for each clique.
    masks, sizes, offsets : int64 arrays, by node
        Scope within its clique, entries, and place in memory of every array.
    ups, downs : int64 arrays
        UP_OP and DOWN_OP numbers for each operation.
    full : bool
        Whether `downs` also sums beliefs onto every factor's scope.
    n_memory : int
        Length of the one array that holds everything.
    single_offset : int64 array, one per position
        Where each marginal goes.
    single_slice : slice
        All marginals.
    """

    tree: JunctionTree
    cliques: Ints
    masks: Ints
    sizes: Ints
    offsets: Ints
    ups: Ints
    downs: Ints
    full: bool
    n_memory: int
    single_offset: Ints
    single_slice: slice

    @property
    def n_factors(self) -> int:
        """Number of factors."""
        return len(self.tree.scope_start) - 1

    def cards_of(self, clique: int) -> list[int]:
        """Return the state counts of a clique's members, fastest first."""
        cards: list[int] = self.tree.cards[self.tree.start[clique] : self.tree.start[clique + 1]].tolist()
        return cards


def write_program(tree: JunctionTree, factor_sizes: Ints, full: bool = False) -> Program:
    """Write the operations for a junction tree.

    Parameters
    ----------
    tree : JunctionTree
        Its tables must fit in memory.
    factor_sizes : int64 array
        Entries of each factor's table.
    full : bool
        Also ask for the belief of every factor's scope.
    """
    if tree.table_entries > _MAX_ENTRIES:
        raise ValueError("no program can be written for tables of this size")
    n_factors, n_cliques = len(factor_sizes), tree.n_cliques
    n_inputs = n_factors + n_cliques
    cliques = np.zeros((n_cliques, CLIQUE), dtype=np.int64)
    rows, columns = tree.matrix_shapes()
    n = len(tree.order)
    cards_by_position = _ints(n)
    cards_by_position[tree.axes] = tree.cards
    # Memory: factors, marginals, tables, messages, one separator's beliefs, the gathering region, sums for marginals.
    ends = np.cumsum(np.concatenate([factor_sizes, cards_by_position, rows * columns, rows]))
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64) if len(ends) else _ints(0)
    single_offset = begins[n_factors : n_factors + n].copy()
    table_offset = begins[n_factors + n : n_factors + n + n_cliques]
    message_offset = begins[n_factors + n + n_cliques :]
    message_space = int(ends[-1]) if len(ends) else 0
    gather = message_space + int(rows.max(initial=0))
    for column, values in (
        (TABLE, table_offset),
        (ROWS, rows),
        (COLUMNS, columns),
        (MESSAGE, message_offset),
        (AXES, tree.start[:-1]),
        (WIDTH, np.diff(tree.start)),
        (RESIDUALS, tree.n_residuals),
        (PARENT, tree.parent),
    ):
        cliques[:, column] = values
    flat = cliques.reshape(-1)

    n_nodes = n_inputs + n_cliques + n_inputs
    masks, sizes, offsets = _ints(n_nodes), _ints(n_nodes), _ints(n_nodes)
    scoped = np.diff(tree.scope_start) > 0
    factor_clique = np.full(n_factors, -1, dtype=np.int64)
    factor_clique[scoped] = tree.home[tree.scopes[tree.scope_start[:-1][scoped]]]
    keys = _ints(n_inputs)
    clique_kernels.place_inputs.scalar(
        n_cliques,
        flat,
        tree.axes,
        tree.cards,
        tree.scope_start,
        tree.scopes,
        factor_clique,
        _ints(n),
        _ints(2 * n_cliques + n_factors),
        masks,
        sizes,
        keys,
    )
    where = np.concatenate([factor_clique, tree.parent])
    inputs = np.lexsort((masks[:n_inputs], keys, where)).astype(np.int64)
    input_start = np.searchsorted(where[inputs], np.arange(n_cliques + 1)).astype(np.int64)
    masks[n_inputs : n_inputs + n_cliques] = (1 << np.diff(tree.start)) - 1
    sizes[:n_factors] = factor_sizes
    sizes[n_inputs : n_inputs + n_cliques] = rows * columns
    offsets[:n_factors] = begins[:n_factors]
    offsets[n_factors:n_inputs] = message_offset
    offsets[n_inputs : n_inputs + n_cliques] = table_offset
    ups = _ints(UP_OP * (n_inputs + n_cliques))
    regions = np.array([gather, n_inputs + n_cliques, 0, 0], dtype=np.int64)
    program_kernels.build_up.scalar(
        n_cliques, n_factors, flat, tree.cards, input_start, inputs, masks, sizes, offsets, ups, regions
    )
    spare = gather + int(regions[0])
    regions[:] = [gather, message_space, spare, 0]
    downs = _ints(DOWN_OP * (2 * n_factors + 3 * n_cliques + 3 * n + 16))
    program_kernels.build_down.scalar(
        n_cliques,
        n_factors,
        int(full),
        flat,
        tree.cards,
        tree.axes,
        masks,
        sizes,
        offsets,
        ups,
        single_offset,
        _ints(n_nodes),
        _ints(64),
        downs,
        regions,
    )
    first_single = int(factor_sizes.sum())
    return Program(
        tree=tree,
        cliques=flat,
        masks=masks,
        sizes=sizes,
        offsets=offsets,
        ups=ups,
        downs=downs,
        full=full,
        n_memory=spare + int(regions[3]) + SPARE,
        single_offset=single_offset,
        single_slice=slice(first_single, first_single + int(cards_by_position.sum())),
    )
