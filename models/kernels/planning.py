"""How do the steps from scopes to cliques, and from cliques to a program, become one call each?

For a small model the calls would take longer than the work. Until they are compiled, these functions run on Python
lists (`Lazy.scalar`): what they allocate is then a list too.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from .cliques import eliminate, gather_cliques, merge
from .layout import CLIQUE, DOWN_OP, UP_OP
from .lazy import Lazy, kernel
from .order import FILL, greedy
from .places import lay_out, place_inputs
from .program import build_up
from .scopes import neighbours, sort_axes
from .sums import build_down

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


class Fresh(Lazy):
    """Makes an array of zeros in a compiled kernel, and a list of them in one that is not."""

    def __call__(self, *arguments: Any) -> Any:
        """Return a list."""
        zero = self.__wrapped__(0).dtype.type(0).item()
        return [zero] * arguments[0]


def _ints(n: int) -> Any:
    return np.zeros(n, np.int64)


def _floats(n: int) -> Any:
    return np.zeros(n, np.float64)


ints, floats = Fresh(_ints), Fresh(_floats)


@kernel()
def _first_order(cards: Any, log_size: Any, axis_start: Any, axis_vertex: Any, order: Any) -> float:
    """Find the order that `inference_order.first_order` finds; return entries in all."""
    n = len(cards)
    begin, degree = ints(n), ints(n)
    capacity, total = 4 * len(axis_vertex) + 64, -1
    near = ints(0)
    while total < 0:
        capacity *= 4
        near = ints(capacity)
        total = neighbours(
            n, axis_start, axis_vertex, ints(n), ints(2 * len(axis_vertex)), ints(n), begin, degree, near
        )
    size, ranks, weight = floats(n), floats(n), floats(n)
    for v in range(n):
        size[v], ranks[v] = cards[v], v
    capacity, status = 4 * total + 16 * n, -1
    while status < 0:
        pool = ints(capacity)
        for i in range(total):
            pool[i] = near[i]
        status = greedy(
            n, FILL, inf, log_size, size, ranks, begin.copy(), degree.copy(), degree.copy(), pool, floats(n), weight,
            floats(n), floats(n), floats(n), ints(n), ints(n), ints(n), ints(n), ints(n), ints(n), ints(n), order,
        )  # fmt: skip
        capacity *= 2
    return float(weight[0])


@kernel(f"Tuple(({', '.join([I] * 7 + [F] * 3)}))({I}, {F}, {F}, {', '.join([I] * 5)}, boolean)")
def tree_of(
    cards: Any,
    log_size: Any,
    log2_cards: Any,
    axis_start: Any,
    axis_vertex: Any,
    axis_card: Any,
    axis_stride: Any,
    order: Any,
    find: bool,
) -> Any:
    """Find the cliques of an elimination order, and with `find` the order too.

    Parameters
    ----------
    cards : int64 array
        State count of each vertex.
    log_size, log2_cards : float64 arrays
        Logs of state counts in units of `order.UNIT`, and to base 2.
    axis_start, axis_vertex, axis_card, axis_stride : int64 arrays
        Vertices of each factor; the last three are sorted.
    order : int64 array
        Vertices; written with `find`, by compiled code only.
    find : bool

    Returns
    -------
    scopes, start, axes, n_residuals, parent, home, cards : int64 arrays
    log2_rows, log2_columns, totals : float64 arrays
        See `JunctionTree`; totals are those of `cliques.gather_cliques`, and entries of the order found.
    """
    n = len(cards)
    totals = floats(5)
    if find:
        totals[4] = _first_order(cards, log_size, axis_start, axis_vertex, order)
    position, by_position, logs = ints(n), ints(n), floats(n)
    for p in range(n):
        position[order[p]] = p
        by_position[p] = cards[order[p]]
        logs[p] = log2_cards[order[p]]
    scopes = ints(len(axis_vertex))
    sort_axes(position, axis_start, axis_vertex, axis_card, axis_stride, scopes)
    start, parent, n_factors = ints(n + 1), ints(n), len(axis_start) - 1
    capacity, total = 16 * n + 64, -1
    axes = ints(0)
    while total < 0:
        capacity *= 4
        axes = ints(capacity)
        total = eliminate(
            n, axis_start, scopes, capacity, start, axes, parent, ints(n), ints(2 * n), ints(n_factors + n)
        )
    host, home, clique_parent, n_residuals = ints(n), ints(n), ints(n), ints(n)
    count = merge(n, start, parent, home, host, ints(n), clique_parent, n_residuals)
    new_start, members, member_cards = ints(count + 1), ints(total), ints(total)
    rows, columns = floats(count), floats(count)
    gather_cliques(
        count,
        host,
        start,
        axes,
        n_residuals,
        by_position,
        logs,
        new_start,
        members,
        member_cards,
        rows,
        columns,
        totals,
    )
    used = new_start[count]
    return (
        scopes,
        new_start,
        members[:used],
        n_residuals[:count],
        clique_parent[:count],
        home,
        member_cards[:used],
        rows,
        columns,
        totals,
    )


@kernel(f"Tuple(({', '.join([I] * 8)}))({', '.join([I] * 9)}, int64, int64, boolean)")
def program_of(
    start: Any,
    axes: Any,
    cards: Any,
    n_residuals: Any,
    parent: Any,
    home: Any,
    scope_start: Any,
    scopes: Any,
    factor_sizes: Any,
    large: int,
    block: int,
    full: bool,
) -> Any:
    """Write the program of a junction tree.

    Parameters
    ----------
    start, axes, cards, n_residuals, parent, home, scope_start, scopes : int64 arrays
        See `JunctionTree`.
    factor_sizes : int64 array
        Entries of each factor's table.
    large, block : int
        See `program.build_up`.
    full : bool
        Also ask for the belief of every factor's scope.

    Returns
    -------
    cliques, masks, sizes, offsets, ups, downs, single_offset, marks : int64 arrays
        See `Program`; marks are where the marginals begin and end, and the length of the memory.
    """
    n, n_factors, n_cliques = len(home), len(factor_sizes), len(parent)
    n_inputs = n_factors + n_cliques
    n_nodes = n_inputs + n_cliques + n_inputs
    cliques, masks, sizes, offsets = ints(CLIQUE * n_cliques), ints(n_nodes), ints(n_nodes), ints(n_nodes)
    factor_clique, single_offset, marks = ints(n_factors), ints(n), ints(4)
    # Memory: factors, marginals, messages, one separator's beliefs, the gathering region, tables, sums for marginals.
    message_space = lay_out(
        n, n_cliques, start, axes, cards, n_residuals, parent, home, scope_start, scopes, factor_sizes, factor_clique,
        single_offset, cliques, masks, sizes, offsets, marks,
    )  # fmt: skip
    gather = message_space + marks[2]
    input_start, inputs = ints(n_cliques + 1), ints(n_inputs)
    links, keys = ints(n_inputs + n_cliques), ints(n_inputs + n_cliques)
    place_inputs(
        n_cliques, cliques, axes, cards, scope_start, scopes, factor_clique, ints(n), links, masks, sizes, keys,
        input_start, inputs,
    )  # fmt: skip
    ups, regions = ints(UP_OP * (n_inputs + n_cliques)), ints(4)
    regions[0], regions[1] = gather + marks[3], n_inputs + n_cliques
    build_up(
        n_cliques, n_factors, large, block, cliques, cards, input_start, inputs, masks, sizes, offsets, ups, regions
    )
    end = regions[0]
    regions[0], regions[1], regions[2], regions[3] = gather, message_space, end, 0
    downs = ints(DOWN_OP * (2 * n_factors + 3 * n_cliques + 3 * n + 16))
    build_down(
        n_cliques, n_factors, 1 if full else 0, cliques, cards, axes, masks, sizes, offsets, ups, single_offset,
        ints(n_nodes), ints(64), downs, regions,
    )  # fmt: skip
    marks[2] = end + regions[3]
    return cliques, masks, sizes, offsets, ups, downs, single_offset, marks


KERNELS = (tree_of, program_of)
