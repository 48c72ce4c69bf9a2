"""Which cliques does an elimination order make, and how large are they?

Positions are places in the elimination order. The clique of a position is the position and its later neighbours; its
parent is the clique of the first of those. Functions use only scalars and indexing, so that before they are compiled
they run on Python lists (`Lazy.scalar`).
"""

from __future__ import annotations

from typing import Any

from .lazy import kernel


@kernel()
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


@kernel()
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


@kernel()
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
