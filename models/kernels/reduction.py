"""How are states found that no best joint state has?

Each factor f sends each of its variables v a message m_fv(s), and whatever these are, the largest log score is at most

    D = sum_v max_s t_v(s) + sum_f max_x r_f(x),   t_v = sum of f's on v alone + sum_f m_fv,   r_f = f - sum_v m_fv,

because the messages cancel. Holding v in state s changes only the terms that v is in, so the best score with v in s is
at most D less what these terms lose. Messages are improved factor by factor: for b_v = t_v - m_fv and the largest
g_v(s) of f + sum_u b_u over joint states of f with v in s, the new m_fv is g_v / k - b_v for k variables, and D cannot
grow (MPLP; Globerson and Jaakkola, Fixing max-product, 2007). A joint state found meanwhile bounds the score from
below, and states whose bound is less are struck out.

Scopes are positions of the elimination order, tables are laid out as in `layout`, fastest axis first.
"""

from __future__ import annotations

from math import inf
from typing import Any

from numpy import uint64

from . import buckets, descent, minibuckets
from .lazy import kernel

I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel(f"void({F}, {', '.join([I] * 5)}, {F}, {I})")
def gather(
    raw: Any, start: Any, axis_start: Any, axis_card: Any, axis_stride: Any, offsets: Any, values: Any, digit: Any
) -> None:
    """Lay factor tables out in elimination order; arguments as of `packing.pack`."""
    for f in range(len(offsets)):
        first, n = axis_start[f], axis_start[f + 1] - axis_start[f]
        total = 1
        for g in range(n):
            total *= axis_card[first + g]
            digit[g] = 0
        source = start[f]
        for at in range(offsets[f], offsets[f] + total):
            values[uint64(at)] = raw[uint64(source)]
            g = 0
            while g < n:
                source += axis_stride[first + g]
                digit[g] += 1
                if digit[g] < axis_card[first + g]:
                    break
                source -= axis_stride[first + g] * axis_card[first + g]
                digit[g] = 0
                g += 1


@kernel()
def _maxima(
    f: int,
    axis_start: Any,
    axis_card: Any,
    place: Any,
    offsets: Any,
    values: Any,
    given: Any,
    best: Any,
    digit: Any,
) -> float:
    """Add numbers to the states of a factor's variables and take the maxima for each state of each, and over all."""
    first, end = axis_start[f], axis_start[f + 1]
    size = 1
    for a in range(first, end):
        digit[a - first] = 0
        size *= axis_card[a]
        for i in range(place[a], place[a] + axis_card[a]):
            best[uint64(i)] = -inf
    card, fast = axis_card[first], place[first]
    at = offsets[f]
    stop = at + size
    over_all = -inf
    while True:
        base = 0.0
        for a in range(first + 1, end):
            base += given[uint64(place[a] + digit[a - first])]
        if base > -inf:
            top = -inf
            for i in range(card):
                value = values[uint64(at + i)] + given[uint64(fast + i)] + base
                top = max(top, value)
                best[uint64(fast + i)] = max(best[uint64(fast + i)], value)
            for a in range(first + 1, end):
                i = place[a] + digit[a - first]
                best[uint64(i)] = max(best[uint64(i)], top)
            over_all = max(over_all, top)
        at += card
        if at >= stop:
            return over_all
        g = 1
        while True:
            digit[g] += 1
            if digit[g] < axis_card[first + g]:
                break
            digit[g] = 0
            g += 1


@kernel(f"void(int64, {', '.join([I] * 6)}, {', '.join([F] * 5)}, {I}, uint8[::1])")
def sweep(
    n_sweeps: int,
    axis_start: Any,
    axis_card: Any,
    place: Any,
    vertex: Any,
    vertex_start: Any,
    offsets: Any,
    values: Any,
    messages: Any,
    totals: Any,
    given: Any,
    best: Any,
    digit: Any,
    flag: Any,
) -> None:
    """Improve all messages, factor by factor, there and back in turn.

    Parameters
    ----------
    n_sweeps : int
    axis_start, axis_card : int64 arrays
        Free axes of each factor, fastest first.
    place, vertex : int64 arrays, one per axis
        Where the numbers for its states lie, and the position of its variable.
    vertex_start : int64 array, one per position and one more
        Where the numbers for the states of a variable lie.
    offsets, values
        Tables.
    messages : float64 array, by `place`, updated
    totals : float64 array, by `vertex_start`, updated
        t_v; minus infinity for a state that has been struck out.
    given, best : float64 arrays like `messages`
        Working space.
    digit : int64 array
        Working space, as long as the longest scope.
    flag : uint8 array
        Of a `CancelToken`.
    """
    n_factors = len(offsets)
    for turn in range(n_sweeps):
        for count in range(n_factors):
            f = count if turn % 2 == 0 else n_factors - 1 - count
            first, end = axis_start[f], axis_start[f + 1]
            if end - first < 2:
                continue
            if flag[0]:
                return
            for a in range(first, end):
                at = vertex_start[vertex[a]]
                for i in range(axis_card[a]):
                    given[uint64(place[a] + i)] = totals[uint64(at + i)] - messages[uint64(place[a] + i)]
            _maxima(f, axis_start, axis_card, place, offsets, values, given, best, digit)
            share = 1.0 / (end - first)
            for a in range(first, end):
                at = vertex_start[vertex[a]]
                for i in range(axis_card[a]):
                    top = best[uint64(place[a] + i)]
                    if top > -inf:
                        messages[uint64(place[a] + i)] = share * top - given[uint64(place[a] + i)]
                        totals[uint64(at + i)] = share * top
                    else:
                        messages[uint64(place[a] + i)] = 0.0
                        totals[uint64(at + i)] = -inf


@kernel(f"float64({', '.join([I] * 6)}, {', '.join([F] * 7)}, {I})")
def bound(
    axis_start: Any,
    axis_card: Any,
    place: Any,
    vertex: Any,
    vertex_start: Any,
    offsets: Any,
    values: Any,
    messages: Any,
    unary: Any,
    totals: Any,
    given: Any,
    best: Any,
    losses: Any,
    digit: Any,
) -> float:
    """Return D, from the messages alone, and write what is lost at least by each state of each variable.

    `totals` says which states are left and is computed anew; `losses`, like it, gets minus infinity where nothing is
    left.
    """
    n_factors = len(offsets)
    for i in range(len(totals)):
        losses[i] = 0.0
        if totals[i] > -inf:
            totals[i] = unary[i]
    bound = 0.0
    for f in range(n_factors):
        first, end = axis_start[f], axis_start[f + 1]
        if end == first:
            bound += values[offsets[f]]
        if end - first < 2:
            continue
        for a in range(first, end):
            at = vertex_start[vertex[a]]
            for i in range(axis_card[a]):
                alive = totals[uint64(at + i)] > -inf
                given[uint64(place[a] + i)] = -messages[uint64(place[a] + i)] if alive else -inf
                totals[uint64(at + i)] += messages[uint64(place[a] + i)]
        top = _maxima(f, axis_start, axis_card, place, offsets, values, given, best, digit)
        bound += top
        for a in range(first, end):
            at = vertex_start[vertex[a]]
            for i in range(axis_card[a]):
                if best[uint64(place[a] + i)] > -inf:
                    losses[uint64(at + i)] += top - best[uint64(place[a] + i)]
                else:
                    losses[uint64(at + i)] = inf
    for v in range(len(vertex_start) - 1):
        top = -inf
        for i in range(vertex_start[v], vertex_start[v + 1]):
            top = max(top, totals[i])
        bound += top
        for i in range(vertex_start[v], vertex_start[v + 1]):
            losses[i] = losses[i] + top - totals[i] if totals[i] > -inf else inf
    return bound


@kernel(f"float64(int64, {', '.join([I] * 9)}, {', '.join([F] * 4)})")
def climb(
    n_rounds: int,
    axis_start: Any,
    vertex: Any,
    vertex_start: Any,
    factor_of: Any,
    stride: Any,
    axes_start: Any,
    axes_of: Any,
    place: Any,
    states: Any,
    values: Any,
    messages: Any,
    totals: Any,
    score: Any,
) -> float:
    """Return the log score of a good joint state: one variable after the other, then one at a time for the better.

    The first choice for v is the best of t_v plus f - m_fv for each f whose other variables have been chosen.

    Parameters
    ----------
    n_rounds : int
        At most so many times through all variables (iterated conditional modes).
    axis_start, vertex, vertex_start : int64 arrays
        As in `sweep`.
    factor_of, stride : int64 arrays, one per axis
        Its factor, and its stride in `values`.
    axes_start, axes_of : int64 arrays
        Axes of each variable: `axes_of[axes_start[v]:axes_start[v + 1]]`.
    place : int64 array, one per axis
    states : int64 array, written
        The state of each variable, then the entry of each factor (the places of the tables at first), then how many
        of its variables have not been chosen (their numbers at first).
    values, messages, totals : float64 arrays
    score : float64 array
        Working space, as long as the most states.
    """
    n = len(vertex_start) - 1
    n_factors = len(axis_start) - 1
    for v in range(n - 1, -1, -1):
        card = vertex_start[v + 1] - vertex_start[v]
        for s in range(card):
            score[s] = totals[uint64(vertex_start[v] + s)]
        for k in range(axes_start[v], axes_start[v + 1]):
            a = axes_of[k]
            f = factor_of[a]
            if states[n + n_factors + f] == 1 and axis_start[f + 1] - axis_start[f] > 1:
                for s in range(card):
                    score[s] += values[uint64(states[n + f] + s * stride[a])] - messages[uint64(place[a] + s)]
        best = 0
        for s in range(card):
            if score[s] > score[best]:
                best = s
        states[v] = best
        for k in range(axes_start[v], axes_start[v + 1]):
            a = axes_of[k]
            states[n + factor_of[a]] += best * stride[a]
            states[n + n_factors + factor_of[a]] -= 1
    for _ in range(n_rounds):
        changed = False
        for v in range(n):
            card = vertex_start[v + 1] - vertex_start[v]
            for s in range(card):
                score[s] = 0.0
            for k in range(axes_start[v], axes_start[v + 1]):
                a = axes_of[k]
                at = states[n + factor_of[a]] - states[v] * stride[a]
                for s in range(card):
                    score[s] += values[uint64(at + s * stride[a])]
            best = states[v]
            for s in range(card):
                if score[s] > score[best]:
                    best = s
            if best != states[v]:
                changed = True
                for k in range(axes_start[v], axes_start[v + 1]):
                    a = axes_of[k]
                    states[n + factor_of[a]] += (best - states[v]) * stride[a]
                states[v] = best
        if not changed:
            break
    total = 0.0
    for f in range(n_factors):
        total += values[states[n + f]]
    return total


KERNELS = (gather, sweep, bound, climb, *buckets.KERNELS, *minibuckets.KERNELS, *descent.KERNELS)
