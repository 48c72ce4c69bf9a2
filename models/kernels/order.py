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
def _insert(v: int, u: int, begin: Any, room: Any, length: Any, pool: Any, used: int) -> int:
    """Add u to the list of v, moving a full list to the end of the pool; return the pool in use, -1 when too short."""
    if length[v] == room[v]:
        new_room = 2 * room[v] + 2
        if used + new_room > len(pool):
            return -1
        for i in range(length[v]):
            pool[used + i] = pool[begin[v] + i]
        begin[v] = used
        room[v] = new_room
        used += new_room
    pool[begin[v] + length[v]] = u
    length[v] += 1
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


@kernel(f"int64(int64, int64, float64, {', '.join([F] * 3 + [I] * 4 + [F] * 5 + [I] * 8)})")
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
    length: Any,
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
    price, weight, key, key_weight, near_size, stamp, touched, near, changed, heap, place,
    length
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
        length[v] = degree[v]
        stamp[v] = -1
    for v in range(n):
        total, squares, logs = 0.0, 0.0, log_size[v]
        forward = begin[v]
        for i in range(begin[v], begin[v] + degree[v]):
            u = pool[i]
            total += size[u]
            squares += size[u] * size[u]
            logs += log_size[u]
            if degree[u] > degree[v] or (degree[u] == degree[v] and u > v):
                pool[i] = pool[forward]
                pool[forward] = u
                forward += 1
        touched[v] = forward  # where the neighbours of higher degree end
        near_size[v] = total
        weight[v] = logs
        price[v] = (total * total - squares) / 2.0 if rule == FILL else float(degree[v])
    if rule == FILL:
        # Each triangle is found once, from its vertex of least degree, and is a joined pair for all three.
        for u in range(n):
            for i in range(begin[u], touched[u]):
                stamp[pool[i]] = u
            for i in range(begin[u], touched[u]):
                v = pool[i]
                for j in range(begin[v], touched[v]):
                    w = pool[j]
                    if stamp[w] == u:
                        price[u] -= size[v] * size[w]
                        price[v] -= size[u] * size[w]
                        price[w] -= size[u] * size[v]
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
        near_total = near_size[v]
        degree[v] = -1
        count = 0
        for i in range(begin[v], begin[v] + length[v]):
            if degree[pool[i]] >= 0:
                near[count] = pool[i]
                count += 1
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
            degree[a] -= 1
            if count < 2:
                break
            # Mark the neighbours of a, and drop those that are gone from its list while at it.
            clock += 1
            kept = begin[a]
            for j in range(begin[a], begin[a] + length[a]):
                u = pool[j]
                if degree[u] >= 0:
                    stamp[u] = clock
                    pool[kept] = u
                    kept += 1
            length[a] = kept - begin[a]
            for k in range(i + 1, count):
                b = near[k]
                if stamp[b] == clock:
                    continue
                common = 0.0
                pair = size[a] * size[b]
                for j in range(begin[b], begin[b] + length[b]):
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
                used = _insert(a, b, begin, room, length, pool, used)
                if used >= 0:
                    used = _insert(b, a, begin, room, length, pool, used)
                if used < 0:
                    return -1
                degree[a] += 1
                degree[b] += 1
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
