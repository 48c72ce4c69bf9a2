"""How is a bound on the log score computed with tables of limited size, and what does each choice of a state lose?

Mini-buckets (Dechter and Rish, 2003): variables are eliminated in turn, but where the functions that have to be added
up before a variable v can go would make too large a table, they are parted into groups, its mini-buckets, and v goes
from each alone. The maxima of parts may be attained at different states of v, so what comes out in the end is an upper
bound D on the log score. Before, the parts are made to agree on how good each state of v can be: each gets the average
of the largest entries for each state instead of its own (Ihler, Flerova, Dechter and Otten, 2012).

With T the table of a mini-bucket and M its maxima over v, the log score of a joint state x is exactly

    D - sum over v and mini-buckets of v of L(x),   L = M - T >= 0.

So the best joint state is the one that loses least; `descent` searches for it.

Variables are positions of the elimination order; tables have their axes in this order, fastest axis first.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from .lazy import kernel

STOPPED = -2
_PASSES = 4
BLOCK = 32
"""Entries, at least, that inner loops run over, unless the whole table is smaller."""

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(f"void({', '.join([I] * 4)}, {', '.join([F] * 3)}, {I})")
def shift(
    axis_start: Any,
    axis_card: Any,
    place: Any,
    offsets: Any,
    values: Any,
    messages: Any,
    target: Any,
    digit: Any,
) -> None:
    """Take its messages out of every factor of two or more variables; arguments as of `reduction.sweep`."""
    for f in range(len(offsets)):
        first, n = axis_start[f], axis_start[f + 1] - axis_start[f]
        if n < 2:
            continue
        size = 1
        for g in range(n):
            size *= axis_card[first + g]
            digit[g] = 0
        at = offsets[f]
        end = at + size
        while at < end:
            out = 0.0
            for g in range(1, n):
                out += messages[uint64(place[first + g] + digit[g])]
            for i in range(axis_card[first]):
                target[uint64(at)] = values[uint64(at)] - (messages[uint64(place[first] + i)] + out)
                at += 1
            g = 1
            while g < n:
                digit[g] += 1
                if digit[g] < axis_card[first + g]:
                    break
                digit[g] = 0
                g += 1


@kernel()
def _add(
    m: int,
    cards: Any,
    axis_start: Any,
    vertex: Any,
    offsets: Any,
    member_start: Any,
    members: Any,
    scope_start: Any,
    scopes: Any,
    table: int,
    maxima: Any,
    mem: Any,
    low: Any,
    step: Any,
    high: Any,
    digit: Any,
    flag: Any,
) -> int:
    """Add the functions of a mini-bucket up in its table, unless told to stop; return the table's length.

    `low` gets the places of the entries of a block within each function, `step` its strides along the other axes.
    """
    n_factors = len(offsets)
    begin = scope_start[m]
    n_axes = scope_start[m + 1] - begin
    n_inner, block = 0, 1
    while n_inner < n_axes and block < BLOCK:
        block *= cards[scopes[begin + n_inner]]
        n_inner += 1
    total = block
    for a in range(n_inner, n_axes):
        total *= cards[scopes[begin + a]]
        digit[a] = 0
    n_functions = member_start[m + 1] - member_start[m]
    for k in range(n_functions):
        f = members[member_start[m] + k]
        if f < n_factors:
            source, j, last = vertex, axis_start[f], axis_start[f + 1]
            high[k] = offsets[f]
        else:
            source, j, last = scopes, scope_start[f - n_factors] + 1, scope_start[f - n_factors + 1]
            high[k] = maxima[f - n_factors]
        stride, length = 1, 1
        at = k * block
        low[at] = 0
        for a in range(n_axes):
            u = scopes[begin + a]
            own = 0
            if j < last and source[j] == u:
                own = stride
                stride *= cards[u]
                j += 1
            step[k * n_axes + a] = own
            if a < n_inner:
                for s in range(1, cards[u]):
                    for i in range(length):
                        low[at + s * length + i] = low[at + i] + s * own
                length *= cards[u]
    at = table
    stop = table + total
    while at < stop and not flag[0]:
        for i in range(at, at + block):
            mem[uint64(i)] = 0.0
        for k in range(n_functions):
            base = high[k]
            first = k * block
            for i in range(block):
                mem[uint64(at + i)] += mem[uint64(base + low[uint64(first + i)])]
        at += block
        a = n_inner
        while a < n_axes:
            card = cards[scopes[begin + a]]
            digit[a] += 1
            if digit[a] < card:
                for k in range(n_functions):
                    high[k] += step[k * n_axes + a]
                break
            digit[a] = 0
            for k in range(n_functions):
                high[k] -= step[k * n_axes + a] * (card - 1)
            a += 1
    return total


@kernel(f"int64(int64, float64, {', '.join([I] * 12)}, {', '.join([F] * 4)}, {', '.join([I] * 4)}, uint8[::1])")
def fill(
    begin: int,
    budget: float,
    cards: Any,
    axis_start: Any,
    vertex: Any,
    vertex_start: Any,
    offsets: Any,
    first_of: Any,
    member_start: Any,
    members: Any,
    scope_start: Any,
    scopes: Any,
    table: Any,
    maxima: Any,
    mem: Any,
    totals: Any,
    tops: Any,
    bound: Any,
    low: Any,
    step: Any,
    high: Any,
    digit: Any,
    flag: Any,
) -> int:
    """Eliminate variables, mini-bucket by mini-bucket, and write what every entry loses.

    Parameters
    ----------
    begin : int
        Variable to begin with; 0 at first.
    budget : float
        Table entries, times the functions added up and a few passes more, after which to return.
    cards, axis_start, vertex, offsets
        Factors, as in `buckets.part`, and where their tables begin in `mem`.
    vertex_start : int64 array
    totals : float64 array
        Functions of one variable: the log potentials of the states of v begin at `vertex_start[v]`.
    first_of, member_start, members, scope_start, scopes, table, maxima
        As written by `buckets.part`; the last two as places in `mem`.
    mem : float64 array
        Factors; maxima and losses are written.
    tops : float64 array
        Working space, a number for each state and mini-bucket of a variable.
    bound : float64 array of length 1
        The bound D is added to it.
    low, step, high, digit : int64 arrays
        Working space: BLOCK times the most states, and the longest scope, for each function of a mini-bucket; one
        number for each function; one for each axis.
    flag : uint8 array
        Of a `CancelToken`.

    Returns
    -------
    int
        The variable to go on with, their number when done, or STOPPED.
    """
    n = len(first_of) - 1
    v = begin
    done = 0.0
    while v < n and done < budget:
        if flag[0]:
            return STOPPED
        card = cards[v]
        first, end = first_of[v], first_of[v + 1]
        for m in range(first, end):
            at = table[m]
            stop = at + _add(
                m,
                cards,
                axis_start,
                vertex,
                offsets,
                member_start,
                members,
                scope_start,
                scopes,
                at,
                maxima,
                mem,
                low,
                step,
                high,
                digit,
                flag,
            )
            done += (stop - at) * (_PASSES + member_start[m + 1] - member_start[m])
            own = (m - first) * card
            for s in range(card):
                tops[own + s] = -inf
            if m == first:
                for row in range(at, stop, card):
                    for s in range(card):
                        mem[uint64(row + s)] += totals[uint64(vertex_start[v] + s)]
            if end - first > 1:
                for row in range(at, stop, card):
                    for s in range(card):
                        tops[own + s] = max(tops[own + s], mem[uint64(row + s)])
        for m in range(first, end):
            at = table[m]
            size = card
            for i in range(scope_start[m] + 1, scope_start[m + 1]):
                size *= cards[scopes[i]]
            if end - first > 1:
                for s in range(card):
                    # What this mini-bucket gets for state s, so that all agree on it.
                    average = 0.0
                    for k in range(end - first):
                        average += tops[k * card + s]
                    average /= end - first
                    change = average - tops[(m - first) * card + s] if average > -inf else -inf
                    for i in range(at + s, at + size, card):
                        mem[uint64(i)] += change
            to = maxima[m]
            for row in range(at, at + size, card):
                top = -inf
                for s in range(card):
                    top = max(top, mem[uint64(row + s)])
                mem[uint64(to)] = top
                to += 1
                for s in range(card):
                    value = mem[uint64(row + s)]
                    mem[uint64(row + s)] = top - value if value > -inf else inf
            if size == card:
                bound[0] += mem[uint64(maxima[m])]
        v += 1
    return v


KERNELS = (shift, fill)
