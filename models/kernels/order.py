"""In which order do small tables come out, found greedily and fast enough to try many times?

The same rules as `elimination`, on neighbour lists in one pool instead of big integers, so that they can be compiled
and graphs of any size need memory in proportion to their edges. Before they are compiled they run on Python lists
(`Lazy.scalar`), and give the same order.
"""

from __future__ import annotations

from math import exp
from typing import Any

from .lazy import kernel

FILL, DEGREE = 0, 1
UNIT = 2.0**-20
"""Logs of state counts are given in these units, as whole numbers: their sums are exact, and ties are ties."""
I = "int64[::1]"  # noqa: E741
F = "float64[::1]"


@kernel()
def _insert(v: int, u: int, begin: Any, room: Any, degree: Any, pool: Any, used: int) -> int:
    """Add u to the neighbours of v, moving the list to the end of the pool when it is full; return the pool in use."""
    if degree[v] == room[v]:
        new_room = 2 * room[v] + 2
        if used + new_room > len(pool):
            return -1
        for i in range(degree[v]):
            pool[used + i] = pool[begin[v] + i]
        begin[v] = used
        room[v] = new_room
        used += new_room
    pool[begin[v] + degree[v]] = u
    degree[v] += 1
    return used


@kernel()
def _before(u: int, v: int, price: Any, weight: Any, rank: Any) -> bool:
    if price[u] != price[v]:
        return bool(price[u] < price[v])
    if weight[u] != weight[v]:
        return bool(weight[u] < weight[v])
    return bool(rank[u] < rank[v])


@kernel()
def _settle(v: int, heap: Any, place: Any, n: int, price: Any, weight: Any, rank: Any) -> None:
    """Move vertex v to where its price belongs in the binary heap of n vertices."""
    i = place[v]
    while i > 0:
        u = heap[(i - 1) // 2]
        if not _before(v, u, price, weight, rank):
            break
        heap[i] = u
        place[u] = i
        i = (i - 1) // 2
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and _before(heap[child + 1], heap[child], price, weight, rank):
            child += 1
        u = heap[child]
        if not _before(u, v, price, weight, rank):
            break
        heap[i] = u
        place[u] = i
        i = child
    heap[i] = v
    place[v] = i


@kernel(f"int64(int64, int64, float64, {', '.join([F] * 3 + [I] * 4 + [F] * 5 + [I] * 7)})")
def greedy(
    n: int,
    rule: int,
    bound: float,
    log_size: Any,
    size: Any,
    rank: Any,
    begin: Any,
    room: Any,
    degree: Any,
    pool: Any,
    price: Any,
    weight: Any,
    key: Any,
    key_weight: Any,
    near_size: Any,
    stamp: Any,
    touched: Any,
    near: Any,
    changed: Any,
    heap: Any,
    place: Any,
    order: Any,
) -> int:
    """Eliminate the vertex of least price again and again.

    With `rule` FILL the price of v is the sum of s_a s_b over its neighbours a, b that are not joined, with DEGREE the
    number of neighbours. Ties go to the smallest rank, in FILL after the smallest table over the closed neighbourhood.

    Parameters
    ----------
    n, rule : int
    bound : float
        Entries in all at which to give up.
    log_size, size, rank : float64 arrays
        By vertex: log of the state count as a whole number of UNIT, what s stands for (ones for plain min-fill), and
        what decides in the end.
    begin, room, degree, pool : int64 arrays
        Neighbours of v are `pool[begin[v]:begin[v] + degree[v]]`, of the `room[v]` places there; what lies beyond the
        last list is free.
    price, weight, key, key_weight, near_size, stamp, touched, near, changed, heap, place
        Working space, one number per vertex; `weight[0]` becomes the entries in all.
    order : int64 array, written

    Returns
    -------
    int
        0 when done, 1 when the bound was met, -1 when the pool was too short.
    """
    used = 0
    for v in range(n):
        used = max(used, begin[v] + room[v])
        stamp[v] = -1
    for v in range(n):
        total, logs = 0.0, log_size[v]
        for i in range(begin[v], begin[v] + degree[v]):
            u = pool[i]
            stamp[u] = v
            total += size[u]
            logs += log_size[u]
        near_size[v] = total
        weight[v] = logs
        price[v] = float(degree[v])
        if rule == FILL:
            # All ordered pairs of different neighbours, less the joined ones, each counted twice.
            missing = 0.0
            for i in range(begin[v], begin[v] + degree[v]):
                u = pool[i]
                joined = size[u]
                for j in range(begin[u], begin[u] + degree[u]):
                    if stamp[pool[j]] == v:
                        joined += size[pool[j]]
                missing += size[u] * (total - joined)
            price[v] = missing / 2.0
    for v in range(n):
        stamp[v] = -1
        touched[v] = -1
        heap[v] = v
        place[v] = v
        key[v] = price[v]
        key_weight[v] = weight[v] if rule == FILL else 0.0
        _settle(v, heap, place, v + 1, key, key_weight, rank)
    entries = 0.0
    clock = n
    done = 0
    while done < n:
        v = heap[0]
        order[done] = v
        done += 1
        entries += exp(min(weight[v] * UNIT, 700.0))
        if entries >= bound:
            return 1
        count = degree[v]
        near_total = near_size[v]
        for i in range(count):
            near[i] = pool[begin[v] + i]
        # Ascending, so that the outcome does not depend on the history of the lists.
        for i in range(1, count):
            u = near[i]
            j = i - 1
            while j >= 0 and near[j] > u:
                near[j + 1] = near[j]
                j -= 1
            near[j + 1] = u
        u = heap[n - done]
        if u != v:
            heap[0] = u
            place[u] = 0
            _settle(u, heap, place, n - done, key, key_weight, rank)
        n_changed = count
        for i in range(count):
            changed[i] = near[i]
            touched[near[i]] = done
        for i in range(count):
            a = near[i]
            # Take v out, and mark what is left.
            clock += 1
            for j in range(begin[a], begin[a] + degree[a]):
                if pool[j] == v:
                    pool[j] = pool[begin[a] + degree[a] - 1]
                    break
            degree[a] -= 1
            for j in range(begin[a], begin[a] + degree[a]):
                stamp[pool[j]] = clock
            for k in range(i + 1, count):
                b = near[k]
                if stamp[b] == clock:
                    continue
                common = 0.0
                pair = size[a] * size[b]
                for j in range(begin[b], begin[b] + degree[b]):
                    c = pool[j]
                    if stamp[c] == clock:
                        common += size[c]
                        if rule == FILL:
                            price[c] -= pair
                            if touched[c] != done:
                                touched[c] = done
                                changed[n_changed] = c
                                n_changed += 1
                if rule == FILL:
                    own = near_size[a] - size[v] - common
                    price[a] += size[b] * own
                    price[b] += size[a] * (near_size[b] - size[v] - common)
                used = _insert(a, b, begin, room, degree, pool, used)
                if used < 0:
                    return -1
                used = _insert(b, a, begin, room, degree, pool, used)
                if used < 0:
                    return -1
                stamp[b] = clock
                near_size[a] += size[b]
                near_size[b] += size[a]
                weight[a] += log_size[b]
                weight[b] += log_size[a]
        for i in range(count):
            a = near[i]
            near_size[a] -= size[v]
            weight[a] -= log_size[v]
            if rule == FILL:
                # Pairs (v, c) with c beyond the neighbourhood of v, which by now is a clique, are no longer missing.
                price[a] -= size[v] * (near_size[a] - (near_total - size[a]))
            else:
                price[a] = float(degree[a])
        for i in range(n_changed):
            # One key at a time: a heap with two keys out of order cannot be mended by moving either.
            u = changed[i]
            key[u] = price[u]
            if rule == FILL:
                key_weight[u] = weight[u]
            _settle(u, heap, place, n - done, key, key_weight, rank)
    weight[0] = entries
    return 0


KERNELS = (greedy,)
