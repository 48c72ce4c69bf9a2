"""Which cliques does exact inference work on, how are they joined, and what will that cost?

An elimination order turns a graph into cliques: a vertex and its later neighbours at the moment it goes. Each clique
hangs from the clique of its first later neighbour; a clique that lies inside a child's is absorbed by that child. What
is left has the running intersection property, and a clique's table is a matrix of separator states (shared with the
parent) by residual states (eliminated here). See Koller and Friedman (2009), sections 9.4 and 10.4; a forest gets one
tree for each component.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .inference_order import WORTH_A_SEARCH, choose_order, first_order
from .kernels import planning
from .kernels.arrays import SPARE
from .kernels.order import UNIT

Ints = NDArray[np.int64]

LARGE = 1 << 16
"""Entries from which on a table need not be stored; see `kernels.streams`."""
BLOCK = 1 << 14
"""Entries of a block of such a table, at most: they stay in the fast memory of a core."""
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
    log2_rows, log2_columns : float64 arrays, one per clique
        Base-2 logs of the numbers of separator states and of residual states.
    scope_start, scopes : int64 arrays
        Factor scopes as positions, fastest (first eliminated) first.
    table_entries, separator_entries : float
        Entries of all tables and of all separators together; very large numbers stop at 2^1000 each.
    largest : int
        The clique with the largest table.
    width : int
        Members of the largest clique, less one; -1 without vertices.
    """

    order: Ints
    start: Ints
    axes: Ints
    n_residuals: Ints
    parent: Ints
    home: Ints
    cards: Ints
    log2_rows: NDArray[np.float64]
    log2_columns: NDArray[np.float64]
    scope_start: Ints
    scopes: Ints
    table_entries: float
    separator_entries: float
    largest: int
    width: int

    @property
    def n_cliques(self) -> int:
        """Number of cliques."""
        return len(self.parent)

    @property
    def of_first_order(self) -> bool:
        """Whether the tables are so small that no order but the first was tried, certainly."""
        # A clique that was absorbed was half as large at most as the one that absorbed it.
        return 2.0 * self.table_entries < WORTH_A_SEARCH

    @property
    def log2_largest(self) -> float:
        """Base-2 log of the entries of the largest table."""
        return float(self.log2_rows[self.largest] + self.log2_columns[self.largest]) if self.n_cliques else 0.0


def build_tree(
    cards: Ints,
    axis_start: Ints,
    axis_vertex: Ints,
    axis_card: Ints,
    axis_stride: Ints,
    search: bool = True,
    order: Ints | None = None,
) -> JunctionTree:
    """Choose an order and find its cliques.

    Parameters
    ----------
    cards : int64 array
        State count of each vertex, at least 2.
    axis_start, axis_vertex, axis_card, axis_stride : int64 arrays
        Vertices that factor f joins: `axis_vertex[axis_start[f]:axis_start[f + 1]]`. The last three are put in the
        order of elimination within each factor.
    search : bool
        Try more orders than one where tables are large.
    order : int64 array, optional
        The order, if it is known already.
    """
    n = len(cards)
    graph = axis_start, axis_vertex, axis_card, axis_stride
    logs = np.round(np.log(cards) / UNIT), np.log2(cards)
    if order is not None:
        found = planning.tree_of.scalar(cards, *logs, *graph, order, False)
    elif planning.tree_of.compiled and n > 1:
        order = _ints(n)
        found = planning.tree_of(cards, *logs, *graph, order, True)
        if search and found[-1][4] >= WORTH_A_SEARCH:
            order = choose_order(cards, axis_start, axis_vertex)
            found = planning.tree_of(cards, *logs, *graph, order, False)
    else:
        order = (choose_order if search else first_order)(cards, axis_start, axis_vertex)
        found = planning.tree_of.scalar(cards, *logs, *graph, order, False)
    scopes, start, axes, n_residuals, parent, home, by_position, log2_rows, log2_columns, totals = found
    tables, separators, largest, most, _ = totals.tolist()
    return JunctionTree(
        order=order,
        start=start,
        axes=axes,
        n_residuals=n_residuals,
        parent=parent,
        home=home,
        cards=by_position,
        log2_rows=log2_rows,
        log2_columns=log2_columns,
        scope_start=axis_start,
        scopes=scopes,
        table_entries=tables,
        separator_entries=separators,
        largest=int(largest),
        width=int(most) - 1,
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


def write_program(tree: JunctionTree, factor_sizes: Ints, full: bool = False, tables: bool = True) -> Program:
    """Write the operations for a junction tree.

    Parameters
    ----------
    tree : JunctionTree
        Its tables must fit in memory.
    factor_sizes : int64 array
        Entries of each factor's table.
    full : bool
        Also ask for the belief of every factor's scope.
    tables : bool
        Store all tables. Without, large ones are not stored; only in a program that is not full, for compiled kernels.
    """
    if tree.table_entries > _MAX_ENTRIES:
        raise ValueError("no program can be written for tables of this size")
    cliques, masks, sizes, offsets, ups, downs, single_offset, marks = planning.program_of.scalar(
        tree.start,
        tree.axes,
        tree.cards,
        tree.n_residuals,
        tree.parent,
        tree.home,
        tree.scope_start,
        tree.scopes,
        factor_sizes,
        0 if tables or full else LARGE,
        BLOCK,
        full,
    )
    first_single, end_single, used, _ = marks.tolist()
    return Program(
        tree=tree,
        cliques=cliques,
        masks=masks,
        sizes=sizes,
        offsets=offsets,
        ups=ups,
        downs=downs,
        full=full,
        n_memory=used + SPARE,
        single_offset=single_offset,
        single_slice=slice(first_single, end_single),
    )
