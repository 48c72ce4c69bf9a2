"""Which functions are added up before a variable is eliminated, where all of them would make too large a table?

The scopes of `minibuckets`. A function is a factor, by its number, or the maxima of a mini-bucket, by n_factors and its
number. Variables are positions of the elimination order.
"""

from __future__ import annotations

from typing import Any

from .lazy import kernel

FULL, TOO_LARGE = -1, -2  # returned instead of a number of mini-buckets
FUNCTIONS, MEMBERS, ENTRIES, MAXIMA, MOST_FUNCTIONS, MOST_AXES, N_MARKS = range(7)

I = "int64[::1]"  # noqa: E741


@kernel()
def _length(f: int, axis_start: Any, scope_start: Any) -> int:
    """Return how many variables a function has."""
    m = f - (len(axis_start) - 1)
    if m < 0:
        return int(axis_start[f + 1] - axis_start[f])
    return int(scope_start[m + 1] - scope_start[m] - 1)


@kernel(f"int64(int64, float64, float64, {', '.join([I] * 15)})")
def part(
    n: int,
    most: float,
    most_in_all: float,
    cards: Any,
    axis_start: Any,
    vertex: Any,
    heads: Any,
    links: Any,
    ids: Any,
    stamp: Any,
    first_of: Any,
    member_start: Any,
    members: Any,
    scope_start: Any,
    scopes: Any,
    table: Any,
    maxima: Any,
    marks: Any,
) -> int:
    """Part the functions of every variable into mini-buckets.

    Parameters
    ----------
    n : int
    most, most_in_all : float
        Entries of one table, unless a single function has more, and of all.
    cards : int64 array
        State count by position.
    axis_start, vertex : int64 arrays
        Scopes of the factors, ascending; those of fewer than two variables are left out.
    heads, stamp : int64 arrays, one per position
    links, ids : int64 arrays, one per function
        Working space.
    first_of : int64 array, one per position and one more, written
        Mini-buckets of v are those from `first_of[v]` to `first_of[v + 1]`.
    member_start, members : int64 arrays, written
        Functions of each mini-bucket.
    scope_start, scopes : int64 arrays, written
        Its scope, ascending.
    table, maxima : int64 arrays, written
        Where its table begins among all tables, and its maxima among all maxima.
    marks : int64 array of length N_MARKS, written
        Functions and members of scopes in all, entries of tables and of maxima, most functions in a mini-bucket, and
        the longest scope.

    Returns
    -------
    int
        The number of mini-buckets, FULL when an array is too short, TOO_LARGE when there are too many entries.
    """
    n_factors = len(axis_start) - 1
    for v in range(n):
        heads[v] = -1
        stamp[v] = -1
    for f in range(n_factors - 1, -1, -1):
        if axis_start[f + 1] - axis_start[f] > 1:
            v = vertex[axis_start[f]]
            links[f] = heads[v]
            heads[v] = f
    count, n_members, n_axes = 0, 0, 0
    entries, rows = 0.0, 0.0
    for i in range(N_MARKS):
        marks[i] = 0
    member_start[0] = 0
    scope_start[0] = 0
    for v in range(n):
        first_of[v] = count
        n_left = 0
        f = heads[v]
        while f >= 0:
            # The longest first: insertion keeps the order of those that are equally long.
            length = _length(f, axis_start, scope_start)
            i = n_left - 1
            while i >= 0 and _length(ids[i], axis_start, scope_start) < length:
                ids[i + 1] = ids[i]
                i -= 1
            ids[i + 1] = f
            n_left += 1
            f = links[f]
        alone = True
        while n_left > 0 or alone:
            alone = False
            if count + 2 > len(table) or n_axes >= len(scopes) or n_factors + count >= len(links):
                return FULL
            begin = n_axes
            scopes[n_axes] = v
            n_axes += 1
            stamp[v] = count
            size = float(cards[v])
            left = 0
            for i in range(n_left):
                f = ids[i]
                if f < n_factors:
                    source, first, end = vertex, axis_start[f], axis_start[f + 1]
                else:
                    source, first, end = scopes, scope_start[f - n_factors] + 1, scope_start[f - n_factors + 1]
                larger = size
                for j in range(first, end):
                    if stamp[source[j]] != count:
                        larger *= cards[source[j]]
                if larger > most and n_members > member_start[count]:
                    ids[left] = f
                    left += 1
                    continue
                size = larger
                if n_members >= len(members) or n_axes + end - first > len(scopes):
                    return FULL
                members[n_members] = f
                n_members += 1
                for j in range(first, end):
                    u = source[j]
                    if stamp[u] != count:
                        stamp[u] = count
                        at = n_axes
                        while at > begin and scopes[at - 1] > u:
                            scopes[at] = scopes[at - 1]
                            at -= 1
                        scopes[at] = u
                        n_axes += 1
            n_left = left
            if entries + size > most_in_all:
                return TOO_LARGE
            table[count] = int(entries)
            maxima[count] = int(rows)
            entries += size
            rows += size / cards[v]
            marks[MOST_FUNCTIONS] = max(marks[MOST_FUNCTIONS], n_members - member_start[count])
            marks[MOST_AXES] = max(marks[MOST_AXES], n_axes - begin)
            count += 1
            member_start[count] = n_members
            scope_start[count] = n_axes
            if n_axes - begin > 1:
                u = scopes[begin + 1]
                links[n_factors + count - 1] = heads[u]
                heads[u] = n_factors + count - 1
    first_of[n] = count
    marks[FUNCTIONS] = n_members
    marks[MEMBERS] = n_axes
    marks[ENTRIES] = int(entries)
    marks[MAXIMA] = int(rows)
    return count


KERNELS = (part,)
