"""Which cliques does an elimination order make, and which arrays meet in which clique?

Positions are places in the elimination order. The clique of a position is the position and its later neighbours; its
parent is the clique of the first of those. Functions use only scalars and indexing, so that before they are compiled
they run on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .layout import AXES, CLIQUE, COLUMNS, MESSAGE, PARENT, RESIDUALS, ROWS, SMALL, TABLE, WIDTH
from .lazy import kernel

I = "int64[::1]"  # noqa: E741 - the type of nearly every argument below
F = "float64[::1]"


@kernel(f"int64(int64, {I}, {I}, int64, {I}, {I}, {I}, {I}, {I}, {I})")
def eliminate(
    n: int,
    scope_start: Any,
    scopes: Any,
    capacity: int,
    start: Any,
    axes: Any,
    parent: Any,
    stamp: Any,
    heads: Any,
    links: Any,
) -> int:
    """Eliminate positions 0 .. n-1 in turn and write the clique of each; return the axes written, -1 for too many.

    Parameters
    ----------
    n : int
    scope_start, scopes : int64 arrays
        Positions of factor f are `scopes[scope_start[f]:scope_start[f + 1]]`.
    capacity : int
        Length of `axes`.
    start, axes : int64 arrays, written
        Clique k is `axes[start[k]:start[k + 1]]`, ascending, k first.
    parent : int64 array, written
        The second member of the clique, -1 where there is none.
    stamp : int64 array of length n
    heads : int64 array of length 2 n
    links : int64 array of length n_factors + n
        Working space.
    """
    n_factors = len(scope_start) - 1
    for k in range(n):
        stamp[k] = -1
    for k in range(2 * n):
        heads[k] = -1
    for f in range(n_factors - 1, -1, -1):
        if scope_start[f] < scope_start[f + 1]:
            first = scopes[scope_start[f]]
            for i in range(scope_start[f] + 1, scope_start[f + 1]):
                first = min(first, scopes[i])
            links[f] = heads[first]
            heads[first] = f
    total = 0
    start[0] = 0
    for k in range(n):
        begin = total
        if total >= capacity:
            return -1
        stamp[k] = k
        axes[total] = k
        total += 1
        f = heads[k]
        while f >= 0:
            for i in range(scope_start[f], scope_start[f + 1]):
                p = scopes[i]
                if stamp[p] != k:
                    stamp[p] = k
                    if total >= capacity:
                        return -1
                    axes[total] = p
                    total += 1
            f = links[f]
        c = heads[n + k]
        while c >= 0:
            for i in range(start[c] + 1, start[c + 1]):
                p = axes[i]
                if stamp[p] != k:
                    stamp[p] = k
                    if total >= capacity:
                        return -1
                    axes[total] = p
                    total += 1
            c = links[n_factors + c]
        size = total - begin
        if size * size > 4 * (n - k):
            at = begin + 1
            for p in range(k + 1, n):
                if stamp[p] == k:
                    axes[at] = p
                    at += 1
        else:
            for i in range(begin + 2, total):
                p = axes[i]
                j = i - 1
                while j > begin and axes[j] > p:
                    axes[j + 1] = axes[j]
                    j -= 1
                axes[j + 1] = p
        start[k + 1] = total
        parent[k] = -1
        if size > 1:
            p = axes[begin + 1]
            parent[k] = p
            links[n_factors + k] = heads[n + p]
            heads[n + p] = k
    return total


@kernel(f"int64(int64, {I}, {I}, {I}, {I}, {I}, {I}, {I})")
def merge(
    n: int, start: Any, parent: Any, clique_of: Any, host: Any, chain: Any, clique_parent: Any, n_residuals: Any
) -> int:
    """Absorb every clique that lies inside the clique of one of its children; return how many are left.

    Parameters
    ----------
    n : int
    start, parent : int64 arrays
        As written by `eliminate`.
    clique_of : int64 array of length n, written
        The final clique that eliminates each position.
    host : int64 array of length n, written
        For each final clique the position whose list in `axes` is the clique's.
    chain : int64 array of length n
        Working space.
    clique_parent, n_residuals : int64 arrays of length n, written
        By final clique; children have smaller numbers than their parents.
    """
    for k in range(n):
        clique_of[k] = -1  # first the host of each position
    for k in range(n):
        if clique_of[k] < 0:
            clique_of[k] = k
        chain[clique_of[k]] = k
        p = parent[k]
        if p >= 0 and clique_of[p] < 0 and start[k + 1] - start[k] == start[p + 1] - start[p] + 1:
            clique_of[p] = clique_of[k]
    count = 0
    for k in range(n):
        # A clique is numbered by the last position it eliminates: that comes after all its children.
        h = clique_of[k]
        if chain[h] == k:
            host[count] = h
            count += 1
    for c in range(count):
        h = host[c]
        n_residuals[c] = 0
        clique_parent[c] = parent[chain[h]]
        chain[h] = c
    for k in range(n):
        clique_of[k] = chain[clique_of[k]]
        n_residuals[clique_of[k]] += 1
    for c in range(count):
        if clique_parent[c] >= 0:
            clique_parent[c] = clique_of[clique_parent[c]]
    return count


@kernel(f"void(int64, {', '.join([I] * 5 + [F] + [I] * 3 + [F] * 3)})")
def gather_cliques(
    n_cliques: int,
    host: Any,
    start: Any,
    axes: Any,
    n_residuals: Any,
    cards: Any,
    log2_cards: Any,
    new_start: Any,
    members: Any,
    member_cards: Any,
    log2_rows: Any,
    log2_columns: Any,
    totals: Any,
) -> None:
    """Lay the final cliques end to end and measure them.

    Parameters
    ----------
    n_cliques, host, start, axes, n_residuals
        As written by `merge` and `eliminate`.
    cards : int64 array
    log2_cards : float64 array
        State counts and their base-2 logs, by position.
    new_start, members, member_cards : int64 arrays, written
    log2_rows, log2_columns : float64 arrays, written
        Base-2 logs of separator states and residual states of each clique.
    totals : float64 array of length 4, written
        Entries of all tables and of all separators (each size stops at 2^1000), the largest clique's number, and the
        most members.
    """
    at = 0
    new_start[0] = 0
    tables, separators, largest, width = 0.0, 0.0, -1.0, 0
    where = 0
    for c in range(n_cliques):
        first, size = start[host[c]], start[host[c] + 1] - start[host[c]]
        rows, columns = 0.0, 0.0
        for i in range(size):
            p = axes[first + i]
            members[at] = p
            member_cards[at] = cards[p]
            at += 1
            if i < n_residuals[c]:
                columns += log2_cards[p]
            else:
                rows += log2_cards[p]
        new_start[c + 1] = at
        log2_rows[c] = rows
        log2_columns[c] = columns
        tables += 2.0 ** min(rows + columns, 1000.0)
        separators += 2.0 ** min(rows, 1000.0)
        width = max(width, size)
        if rows + columns > largest:
            largest = rows + columns
            where = c
    totals[0] = tables
    totals[1] = separators
    totals[2] = float(where)
    totals[3] = float(width)


@kernel(f"int64(int64, int64, {', '.join([I] * 16)})")
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
    """Give every factor, marginal, table and message its place in memory; return the entries used.

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
        See `layout`; masks of tables, sizes and offsets of factors, messages and tables.
    marks : int64 array of length 3, written
        Where the marginals begin and end, and the longest message.
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
    marks[2] = 0
    for c in range(n_cliques):
        rows, columns = 1, 1
        for i in range(start[c], start[c + 1]):
            if i < start[c] + n_residuals[c]:
                columns *= cards[i]
            else:
                rows *= cards[i]
        row = c * CLIQUE
        cliques[row + TABLE] = used
        cliques[row + ROWS] = rows
        cliques[row + COLUMNS] = columns
        cliques[row + AXES] = start[c]
        cliques[row + WIDTH] = start[c + 1] - start[c]
        cliques[row + RESIDUALS] = n_residuals[c]
        cliques[row + PARENT] = parent[c]
        table = n_factors + n_cliques + c
        masks[table] = (1 << (start[c + 1] - start[c])) - 1
        sizes[table] = rows * columns
        offsets[table] = used
        used += rows * columns
        marks[2] = max(marks[2], rows)
    for c in range(n_cliques):
        cliques[c * CLIQUE + MESSAGE] = used
        offsets[n_factors + c] = used
        used += cliques[c * CLIQUE + ROWS]
    return used


@kernel()
def _after(x: int, y: int, keys: Any, masks: Any) -> bool:
    if keys[x] != keys[y]:
        return bool(keys[x] > keys[y])
    if masks[x] != masks[y]:
        return bool(masks[x] > masks[y])
    return x > y


@kernel(f"void(int64, {', '.join([I] * 13)})")
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
        small = max(64, min(SMALL, entries // 16))
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


KERNELS = (eliminate, merge, gather_cliques, lay_out, place_inputs)
