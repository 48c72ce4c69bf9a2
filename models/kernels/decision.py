"""The treewidth decision of `models.treewidth_decision` on rows of 64-bit words, with the interpreter lock released.

What is stored, and the derivation, are the same; read them there. Sets are rows of `words` uint64 in flat arrays. Every
distinct component is stored once, with the bag that proves it feasible (-1 while none does) and the first of the bags
that wait for it. Unions form a tree: the parent of a union lacks the component found last. `advance` works until its budget is spent and can be called again: everything it knows is in the
arrays, and it asks for longer ones before it runs out of space.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .lazy import kernel

# Arrays of words.
ADJACENT, WORK, COMPONENTS, BORDERS, BAGS, UNIONS, UNION_BORDERS, FEASIBLE, FEASIBLE_BORDERS = range(9)
N_SETS = 9
# Arrays of numbers. A part is one component of one bag.
METERS, PROOF, WAITING, COMPONENT_HASH, PART_START, BAG_HASH, PART_COMPONENT, PART_NEXT, PART_BAG = range(9)
QUEUE, SELECTED, CHILD_KEY, CHILD_NODE, STACK_NODE, STACK_NEXT = range(9, 15)
N_NUMBERS = 15
# Places in METERS.
N, WORDS, K, N_COMPONENTS, N_BAGS, N_PARTS, N_UNIONS, N_FEASIBLE = range(8)
N_SEEDED, N_WOKEN, WAKE_PART, N_JOINED, N_SCANNED, N_SELECTED, DEPTH, ROOT, SPENT = range(8, 17)
N_METERS = 17
# Rows of WORK; two rows per vertex follow for the components of the bag at hand.
ALL, FRONT, FOUND, SEEN, WITHIN, REST, BAG, INSIDE, UNION, BORDER, OUTSIDE, FULL, LISTED = range(13)
# Answers of `advance`.
NO, YES, SPENT_BUDGET, NO_SPACE = range(4)

SETS = f"UniTuple(uint64[::1], {N_SETS})"
NUMBERS = f"UniTuple(int64[::1], {N_NUMBERS})"

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S32, _S56, _S58 = (np.uint64(shift) for shift in (1, 2, 4, 32, 56, 58))
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_LOWEST = np.zeros(64, dtype=np.int64)
for _shift in range(64):
    _LOWEST[(0x03F79D71B4CB0A89 << _shift & (2**64 - 1)) >> 58] = _shift


@kernel(inline=True)
def _count(x: Any) -> Any:
    """Return the number of set bits."""
    x = x - ((x >> _S1) & _M1)
    x = (x & _M2) + ((x >> _S2) & _M2)
    x = (x + (x >> _S4)) & _M4
    return np.int64((x * _H01) >> _S56)


@kernel(inline=True)
def _lowest(x: Any) -> Any:
    """Return the place of the lowest set bit of a word that has one."""
    return _LOWEST[np.int64(((x & (~x + _ONE)) * _DE_BRUIJN) >> _S58)]


@kernel()
def _first(words: int, rows: Any, at: int) -> int:
    """Return the least vertex of a set, -1 for the empty one."""
    for i in range(words):
        if rows[at + i] != _ZERO:
            return 64 * i + _lowest(rows[at + i])
    return -1


@kernel()
def _flood(words: int, adjacent: Any, work: Any, start: int, within: int) -> None:
    """Find the component that holds `start` in row `within` of WORK: rows FOUND and, for its border, SEEN."""
    front, found, seen, inside = FRONT * words, FOUND * words, SEEN * words, within * words
    for i in range(words):
        work[front + i] = _ZERO
        work[found + i] = _ZERO
        work[seen + i] = _ZERO
    bit = _ONE << np.uint64(start & 63)
    work[front + (start >> 6)] = bit
    work[found + (start >> 6)] = bit
    active = True
    while active:
        active = False
        for i in range(words):
            while work[front + i] != _ZERO:
                active = True
                x = work[front + i]
                v = 64 * i + _lowest(x)
                work[front + i] = x & (x - _ONE)
                for j in range(words):
                    near = adjacent[v * words + j]
                    new = near & work[inside + j] & ~work[found + j]
                    work[seen + j] |= near
                    work[found + j] |= new
                    work[front + j] |= new
    for i in range(words):
        work[seen + i] &= ~work[found + i]


@kernel()
def _find(words: int, rows: Any, at: int, stored: Any, table: Any) -> int:
    """Return the place in a hash table of a set, or, negative and less one, the free place where it belongs."""
    h = _ZERO
    for i in range(words):
        h = (h ^ rows[at + i]) * _MIX
        h ^= h >> _S32
    mask = len(table) - 1
    place = np.int64(h & np.uint64(mask))
    while table[place] >= 0:
        base = table[place] * words
        same = True
        for i in range(words):
            if stored[base + i] != rows[at + i]:
                same = False
                break
        if same:
            return place
        place = (place + 1) & mask
    return -place - 1


@kernel()
def _component(words: int, sets: Any, numbers: Any, at: int, border: int) -> int:
    """Return the number of the component at place `at` of WORK, storing it if it is new."""
    work, stored, borders = sets[WORK], sets[COMPONENTS], sets[BORDERS]
    place = _find(words, work, at, stored, numbers[COMPONENT_HASH])
    if place >= 0:
        return numbers[COMPONENT_HASH][place]
    new = numbers[METERS][N_COMPONENTS]
    numbers[METERS][N_COMPONENTS] = new + 1
    numbers[COMPONENT_HASH][-place - 1] = new
    numbers[PROOF][new] = -1
    numbers[WAITING][new] = -1
    for i in range(words):
        stored[new * words + i] = work[at + i]
        borders[new * words + i] = work[border + i]
    return new


@kernel()
def _conclude(words: int, sets: Any, numbers: Any, bag: int) -> None:
    """Mark what a bag proves."""
    work, adjacent = sets[WORK], sets[ADJACENT]
    bags, borders, components = sets[BAGS], sets[BORDERS], sets[COMPONENTS]
    meters, proof, part_component = numbers[METERS], numbers[PROOF], numbers[PART_COMPONENT]
    begin, end = numbers[PART_START][bag], numbers[PART_START][bag + 1]
    rest = REST * words
    for i in range(words):
        work[rest + i] = _ZERO
    missing = False
    for p in range(begin, end):
        c = part_component[p]
        if proof[c] < 0:
            missing = True
            for i in range(words):
                work[rest + i] |= borders[c * words + i]
    if not missing:
        meters[ROOT] = bag
        return
    for p in range(begin, end):
        c = part_component[p]
        covers = True
        for i in range(words):
            if work[rest + i] & ~borders[c * words + i] != _ZERO:
                covers = False
        for q in range(begin, p):
            if covers:
                d = part_component[q]
                same = True
                for i in range(words):
                    if borders[c * words + i] != borders[d * words + i]:
                        same = False
                covers = not same
        if not covers:
            continue
        for i in range(words):
            work[INSIDE * words + i] = bags[bag * words + i] & ~borders[c * words + i]
            work[WITHIN * words + i] = work[ALL * words + i] & ~borders[c * words + i]
        _flood(words, adjacent, work, _first(words, work, INSIDE * words), WITHIN)
        good = True
        for i in range(words):
            if work[SEEN * words + i] != borders[c * words + i]:
                good = False
            if work[INSIDE * words + i] & ~work[FOUND * words + i] != _ZERO:
                good = False
        if not good:
            continue
        least = _first(words, work, FOUND * words)
        inbound = False
        for q in range(begin, end):
            d = part_component[q]
            same = True
            for i in range(words):
                if borders[c * words + i] != borders[d * words + i]:
                    same = False
            if same and _first(words, components, d * words) < least:
                inbound = True
        if inbound:
            new = _component(words, sets, numbers, FOUND * words, SEEN * words)
            if proof[new] < 0:
                place = meters[N_FEASIBLE]
                meters[N_FEASIBLE] = place + 1
                proof[new] = bag
                numbers[QUEUE][place] = new
                for i in range(words):
                    sets[FEASIBLE][place * words + i] = work[FOUND * words + i]
                    sets[FEASIBLE_BORDERS][place * words + i] = work[SEEN * words + i]


@kernel()
def _try_bag(words: int, sets: Any, numbers: Any) -> None:
    """Look at the set in row BAG of WORK; store it and conclude if it is a potential maximal clique."""
    work, adjacent, bags = sets[WORK], sets[ADJACENT], sets[BAGS]
    meters, proof = numbers[METERS], numbers[PROOF]
    bag = BAG * words
    place = _find(words, work, bag, bags, numbers[BAG_HASH])
    if place >= 0:
        return
    meters[SPENT] += 150
    rest = REST * words
    for i in range(words):
        work[rest + i] = work[ALL * words + i] & ~work[bag + i]
    n_parts = 0
    start = _first(words, work, rest)
    while start >= 0:
        _flood(words, adjacent, work, start, REST)
        full = True
        inner = (LISTED + 2 * n_parts) * words
        for i in range(words):
            if work[SEEN * words + i] != work[bag + i]:
                full = False
            work[inner + i] = work[FOUND * words + i]
            work[inner + words + i] = work[SEEN * words + i]
            work[rest + i] &= ~work[FOUND * words + i]
        if full:
            return
        n_parts += 1
        start = _first(words, work, rest)
    for i in range(words):
        left = work[bag + i]
        while left != _ZERO:
            v = 64 * i + _lowest(left)
            bit = left & (~left + _ONE)
            left ^= bit
            for j in range(words):
                work[INSIDE * words + j] = work[bag + j] & ~adjacent[v * words + j]
            work[INSIDE * words + i] &= ~bit
            for p in range(n_parts):
                border = (LISTED + 2 * p + 1) * words
                if work[border + i] & bit != _ZERO:
                    for j in range(words):
                        work[INSIDE * words + j] &= ~work[border + j]
            for j in range(words):
                if work[INSIDE * words + j] != _ZERO:
                    return
    new = meters[N_BAGS]
    meters[N_BAGS] = new + 1
    numbers[BAG_HASH][-place - 1] = new
    for i in range(words):
        bags[new * words + i] = work[bag + i]
    for p in range(n_parts):
        c = _component(words, sets, numbers, (LISTED + 2 * p) * words, (LISTED + 2 * p + 1) * words)
        part = meters[N_PARTS]
        meters[N_PARTS] = part + 1
        numbers[PART_COMPONENT][part] = c
        numbers[PART_BAG][part] = new
        if proof[c] < 0:
            numbers[PART_NEXT][part] = numbers[WAITING][c]
            numbers[WAITING][c] = part
    numbers[PART_START][new + 1] = meters[N_PARTS]
    _conclude(words, sets, numbers, new)


@kernel()
def _child(union: int, component: int, keys: Any) -> int:
    """Return the place in a hash table of the union with one more set, or, less one and negative, a free place."""
    key = union << 32 | component
    mask = len(keys) - 1
    h = np.uint64(key) * _MIX
    place = np.int64(h >> _S32) & mask
    while keys[place] != -1:
        if keys[place] == key:
            return place
        place = (place + 1) & mask
    return -place - 1


@kernel()
def _join(words: int, sets: Any, numbers: Any, union: int, component: int) -> None:
    """Consider the union of a stored one with a feasible component, and make it a child of the stored one."""
    work, adjacent = sets[WORK], sets[ADJACENT]
    meters = numbers[METERS]
    size = 0
    for i in range(words):
        inner = sets[UNIONS][union * words + i] | sets[FEASIBLE][component * words + i]
        border = sets[UNION_BORDERS][union * words + i] | sets[FEASIBLE_BORDERS][component * words + i]
        work[UNION * words + i] = inner
        work[BORDER * words + i] = border
        work[OUTSIDE * words + i] = work[ALL * words + i] & ~(inner | border)
        work[REST * words + i] = work[OUTSIDE * words + i]
        size += _count(border)
    n_full = 0
    start = _first(words, work, REST * words)
    while start >= 0:
        _flood(words, adjacent, work, start, REST)
        full = True
        for i in range(words):
            if work[SEEN * words + i] != work[BORDER * words + i]:
                full = False
            work[REST * words + i] &= ~work[FOUND * words + i]
        if full:
            n_full += 1
            for i in range(words):
                work[FULL * words + i] = work[FOUND * words + i]
        start = _first(words, work, REST * words)
    meters[SPENT] += 100
    if n_full == 0:
        for i in range(words):
            work[BAG * words + i] = work[BORDER * words + i]
        _try_bag(words, sets, numbers)
        return
    if size > meters[K]:
        return
    new = meters[N_UNIONS]
    meters[N_UNIONS] = new + 1
    for i in range(words):
        sets[UNIONS][new * words + i] = work[UNION * words + i]
        sets[UNION_BORDERS][new * words + i] = work[BORDER * words + i]
    place = _child(union, component, numbers[CHILD_KEY])
    numbers[CHILD_KEY][-place - 1] = union << 32 | component
    numbers[CHILD_NODE][-place - 1] = new
    if n_full > 1:
        return
    for i in range(words):
        left = work[BORDER * words + i]
        while left != _ZERO:
            u = 64 * i + _lowest(left)
            left &= left - _ONE
            total = size
            beyond = False
            for j in range(words):
                outer = adjacent[u * words + j] & work[OUTSIDE * words + j]
                total += _count(outer)
                if outer & ~work[FULL * words + j] != _ZERO:
                    beyond = True
                work[BAG * words + j] = work[BORDER * words + j] | outer
            if not beyond and total <= meters[K] + 1:
                _try_bag(words, sets, numbers)
                if meters[ROOT] >= 0:
                    return


@kernel()
def _scan(words: int, sets: Any, component: int, begin: int, end: int, most: int) -> int:
    """Return the first feasible set from `begin` on that could be joined with a later one, or `end`."""
    inside, borders = sets[FEASIBLE], sets[FEASIBLE_BORDERS]
    c = component * words
    if words == 1:
        inner, border = inside[c], borders[c]
        blocked = inner | border
        for q in range(begin, end):
            if (inside[q] & blocked) | (borders[q] & inner) == _ZERO and _count(borders[q] | border) <= most:
                return q
        return end
    for q in range(begin, end):
        size = 0
        for i in range(words):
            inner, border = inside[c + i], borders[c + i]
            if (inside[q * words + i] & (inner | border)) | (borders[q * words + i] & inner) != _ZERO:
                size = most + 1
                break
            size += _count(borders[q * words + i] | border)
        if size <= most:
            return q
    return end


@kernel()
def _next_union(words: int, sets: Any, numbers: Any, budget: int) -> int:
    """Walk to the next stored union that the feasible set at hand can join; -1 for none yet, -2 for none any more.

    All components of such a union can be joined with the set one by one, so they are among the selected ones; they are
    tried in the order of discovery, in which the unions were made.
    """
    meters, selected, keys, nodes = numbers[METERS], numbers[SELECTED], numbers[CHILD_KEY], numbers[CHILD_NODE]
    stack_node, stack_next = numbers[STACK_NODE], numbers[STACK_NEXT]
    unions, union_borders, inside, borders = sets[UNIONS], sets[UNION_BORDERS], sets[FEASIBLE], sets[FEASIBLE_BORDERS]
    c, most, depth, n_selected = meters[N_JOINED] * words, meters[K] + 1, meters[DEPTH], meters[N_SELECTED]
    spent = meters[SPENT]
    found = -2
    while depth >= 0:
        t = stack_next[depth]
        if t == n_selected:
            depth -= 1
            continue
        if spent >= budget:
            found = -1
            break
        stack_next[depth] = t + 1
        node, q = stack_node[depth] * words, selected[t] * words
        spent += 3 * words
        size = 0
        for i in range(words):
            outer = union_borders[node + i]
            if (unions[node + i] & (inside[q + i] | borders[q + i])) | (outer & inside[q + i]) != _ZERO:
                size = most + 1
                break
            size += _count(outer | borders[q + i] | borders[c + i])
        if size > most:
            continue
        spent += 20
        place = _child(stack_node[depth], selected[t], keys)
        if place >= 0:
            found = nodes[place]
            depth += 1
            stack_node[depth] = found
            stack_next[depth] = t + 1
            break
    meters[SPENT] = spent
    meters[DEPTH] = depth
    return found


@kernel()
def _short_of_space(sets: Any, numbers: Any) -> bool:
    """Whether one more join could overflow an array."""
    meters = numbers[METERS]
    words = meters[WORDS]
    tries = meters[K] + 3
    return (
        meters[N_COMPONENTS] + 2 * tries * meters[N] > len(numbers[PROOF])
        or meters[N_BAGS] + tries >= len(numbers[PART_START])
        or meters[N_PARTS] + tries * meters[N] > len(numbers[PART_COMPONENT])
        or (meters[N_UNIONS] + 1) * words > len(sets[UNIONS])
    )


@kernel(f"int64({SETS}, {NUMBERS}, int64)")
def advance(sets: Any, numbers: Any, budget: int) -> int:
    """Continue a decision until it is made, the budget is spent, or longer arrays are needed.

    Parameters
    ----------
    sets, numbers : tuple of arrays
        In the order named at the top; made by `models.treewidth_compiled`.
    budget : int
        Work to do, in units of about a nanosecond.

    Returns
    -------
    int
        NO, YES (the bag is in ROOT), SPENT_BUDGET or NO_SPACE.
    """
    meters = numbers[METERS]
    words = meters[WORDS]
    work, adjacent = sets[WORK], sets[ADJACENT]
    meters[SPENT] = 0
    while True:
        if meters[ROOT] >= 0:
            return YES
        if meters[SPENT] >= budget:
            return SPENT_BUDGET
        if _short_of_space(sets, numbers):
            return NO_SPACE
        if meters[N_SEEDED] < meters[N]:
            v = meters[N_SEEDED]
            meters[N_SEEDED] = v + 1
            size = 1
            for i in range(words):
                size += _count(adjacent[v * words + i])
                work[BAG * words + i] = adjacent[v * words + i]
            if size <= meters[K] + 1:
                work[BAG * words + (v >> 6)] |= _ONE << np.uint64(v & 63)
                _try_bag(words, sets, numbers)
            continue
        if meters[N_WOKEN] < meters[N_FEASIBLE]:
            # Wake one bag that waits for the next feasible set.
            if meters[WAKE_PART] == -2:
                meters[WAKE_PART] = numbers[WAITING][numbers[QUEUE][meters[N_WOKEN]]]
            if meters[WAKE_PART] == -1:
                meters[WAKE_PART] = -2
                meters[N_WOKEN] += 1
            else:
                bag = numbers[PART_BAG][meters[WAKE_PART]]
                meters[WAKE_PART] = numbers[PART_NEXT][meters[WAKE_PART]]
                meters[SPENT] += 100
                _conclude(words, sets, numbers, bag)
            continue
        if meters[N_JOINED] >= meters[N_FEASIBLE]:
            return NO
        component = meters[N_JOINED]
        if meters[N_SCANNED] < component:
            # Select the earlier feasible sets that this one can be joined with.
            at = meters[N_SCANNED]
            q = _scan(words, sets, component, at, min(component, at + budget - meters[SPENT]), meters[K] + 1)
            meters[SPENT] += (q - at) * words + 1
            if q < component and meters[SPENT] < budget:
                numbers[SELECTED][meters[N_SELECTED]] = q
                meters[N_SELECTED] += 1
                q += 1
            meters[N_SCANNED] = q
        elif meters[DEPTH] < 0:
            meters[DEPTH] = 0
            numbers[STACK_NODE][0] = 0
            numbers[STACK_NEXT][0] = 0
            _join(words, sets, numbers, 0, component)
        else:
            union = _next_union(words, sets, numbers, budget)
            if union >= 0:
                _join(words, sets, numbers, union, component)
            elif union == -2:
                meters[N_JOINED] += 1
                meters[N_SCANNED] = 0
                meters[N_SELECTED] = 0


@kernel("void(int64, uint64[::1], int64, int64[::1])")
def rehash(words: int, stored: Any, count: int, table: Any) -> None:
    """Fill an empty hash table, as long as a power of two, with the first `count` sets."""
    for k in range(len(table)):
        table[k] = -1
    for k in range(count):
        table[-_find(words, stored, k * words, stored, table) - 1] = k


@kernel("void(int64[::1], int64[::1], int64[::1], int64[::1])")
def rehash_children(old_keys: Any, old_nodes: Any, keys: Any, nodes: Any) -> None:
    """Move the table of unions by parent and component into a larger empty one."""
    for old in range(len(old_keys)):
        if old_keys[old] >= 0:
            place = _child(old_keys[old] >> 32, old_keys[old] & 0xFFFFFFFF, keys)
            keys[-place - 1] = old_keys[old]
            nodes[-place - 1] = old_nodes[old]


KERNELS = (rehash, rehash_children, advance)
