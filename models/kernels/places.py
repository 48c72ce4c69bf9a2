"""Where does each array of a junction tree lie in memory, and which arrays meet in which clique?

Functions use only scalars and indexing, so that before they are compiled they run on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .layout import AXES, CLIQUE, COLUMNS, MESSAGE, PARENT, RESIDUALS, ROWS, SMALL, WIDTH
from .lazy import kernel


@kernel()
def small_for(entries: int) -> int:
    """Return up to how many entries an operand counts as small beside a table."""
    return max(64, min(SMALL, entries // 16))


@kernel()
def lay_out(
    n_positions: int,
    n_cliques: int,
    start: Any,
    axes: Any,
    cards: Any,
    n_residuals: Any,
    parent: Any,
    home: Any,
    scope_start: Any,
    scopes: Any,
    factor_sizes: Any,
    factor_clique: Any,
    single_offset: Any,
    cliques: Any,
    masks: Any,
    sizes: Any,
    offsets: Any,
    marks: Any,
) -> int:
    """Give every factor, marginal and message its place in memory; return the entries used.

    Parameters
    ----------
    n_positions, n_cliques : int
    start, axes, cards, n_residuals, parent, home
        The junction tree.
    scope_start, scopes, factor_sizes : int64 arrays
        Positions and entries of each factor.
    factor_clique : int64 array, written
        The clique each factor belongs to, -1 for a constant.
    single_offset : int64 array, written
        Where the marginal of each position goes.
    cliques, masks, sizes, offsets : int64 arrays, written
        See `layout`; masks and sizes of tables, sizes and offsets of factors and messages.
    marks : int64 array of length 4, written
        Where the marginals begin and end, the longest message, and the room that small operands are gathered in.
    """
    n_factors = len(scope_start) - 1
    used = 0
    for f in range(n_factors):
        factor_clique[f] = home[scopes[scope_start[f]]] if scope_start[f] < scope_start[f + 1] else -1
        sizes[f] = factor_sizes[f]
        offsets[f] = used
        used += factor_sizes[f]
    marks[0] = used
    for c in range(n_cliques):
        for i in range(start[c], start[c] + n_residuals[c]):
            single_offset[axes[i]] = cards[i]
    for p in range(n_positions):
        card = single_offset[p]
        single_offset[p] = used
        used += card
    marks[1] = used
    marks[2], marks[3] = 0, 0
    for c in range(n_cliques):
        rows, columns = 1, 1
        for i in range(start[c], start[c + 1]):
            if i < start[c] + n_residuals[c]:
                columns *= cards[i]
            else:
                rows *= cards[i]
        row = c * CLIQUE
        cliques[row + ROWS] = rows
        cliques[row + COLUMNS] = columns
        cliques[row + AXES] = start[c]
        cliques[row + WIDTH] = start[c + 1] - start[c]
        cliques[row + RESIDUALS] = n_residuals[c]
        cliques[row + PARENT] = parent[c]
        table = n_factors + n_cliques + c
        masks[table] = (1 << (start[c + 1] - start[c])) - 1
        sizes[table] = rows * columns
        marks[2] = max(marks[2], rows)
        marks[3] = max(marks[3], small_for(rows * columns))
        cliques[row + MESSAGE] = used
        offsets[n_factors + c] = used
        used += rows
    return used


@kernel()
def _after(x: int, y: int, keys: Any, masks: Any) -> bool:
    if keys[x] != keys[y]:
        return bool(keys[x] > keys[y])
    if masks[x] != masks[y]:
        return bool(masks[x] > masks[y])
    return x > y


@kernel()
def place_inputs(
    n_cliques: int,
    cliques: Any,
    axes: Any,
    cards: Any,
    scope_start: Any,
    scopes: Any,
    factor_clique: Any,
    local: Any,
    links: Any,
    masks: Any,
    sizes: Any,
    keys: Any,
    input_start: Any,
    inputs: Any,
) -> None:
    """Write mask and size of every factor and message in the bits of the clique that multiplies it in.

    Parameters
    ----------
    n_cliques : int
    cliques : int64 array of n_cliques rows
        Columns AXES, WIDTH, RESIDUALS, ROWS, COLUMNS and PARENT are read.
    axes : int64 array
        Members of all cliques, ascending in each.
    cards : int64 array
        State count of each member in `axes`.
    scope_start, scopes, factor_clique : int64 arrays
        Positions of each factor; the clique it belongs to, -1 for a constant.
    local : int64 array, one per position
    links, keys : int64 arrays of length n_cliques + n_factors + n_cliques
        Working space.
    masks, sizes : int64 arrays, written
        By node, factors then messages.
    input_start, inputs : int64 arrays, written
        Inputs of clique c are `inputs[input_start[c]:input_start[c + 1]]`: large ones by size, then small ones by their
        slowest axis.
    """
    n_factors = len(scope_start) - 1
    for c in range(n_cliques):
        links[c] = -1
    for f in range(n_factors + n_cliques):
        c = factor_clique[f] if f < n_factors else cliques[(f - n_factors) * CLIQUE + PARENT]
        masks[f] = 0
        sizes[f] = 1
        keys[f] = 0
        if c >= 0:
            links[n_cliques + f] = links[c]
            links[c] = f
    used = 0
    for c in range(n_cliques):
        base = cliques[c * CLIQUE + AXES]
        input_start[c] = used
        for i in range(cliques[c * CLIQUE + WIDTH]):
            local[axes[base + i]] = i
        entries = cliques[c * CLIQUE + ROWS] * cliques[c * CLIQUE + COLUMNS]
        small = small_for(entries)
        node = links[c]
        while node >= 0:
            mask, size, top = 0, 1, 0
            if node < n_factors:
                for i in range(scope_start[node], scope_start[node + 1]):
                    bit = local[scopes[i]]
                    mask |= 1 << bit
                    size *= cards[base + bit]
                    top = max(top, bit)
            else:
                child = node - n_factors
                first = cliques[child * CLIQUE + AXES]
                size = cliques[child * CLIQUE + ROWS]
                for i in range(cliques[child * CLIQUE + WIDTH]):
                    # The residuals of the child are not members here; its last members are.
                    if i >= cliques[child * CLIQUE + RESIDUALS]:
                        bit = local[axes[first + i]]
                        mask |= 1 << bit
                        top = max(top, bit)
            masks[node] = mask
            sizes[node] = size
            keys[node] = 64 + top
            if size > small:
                keys[node] = 0
                while size > 1:
                    size >>= 1
                    keys[node] += 1
            inputs[used] = node
            used += 1
            node = links[n_cliques + node]
        # Shell's sort: there may be hundreds of inputs, and mostly there are three.
        begin, count = input_start[c], used - input_start[c]
        gap = 1
        while gap < count // 3:
            gap = 3 * gap + 1
        while gap > 0:
            for i in range(begin + gap, used):
                x = inputs[i]
                j = i - gap
                while j >= begin and _after(inputs[j], x, keys, masks):
                    inputs[j + gap] = inputs[j]
                    j -= gap
                inputs[j + gap] = x
            gap //= 3
    input_start[n_cliques] = used
