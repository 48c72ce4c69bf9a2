"""The three steps of `models.treewidth_decision` on rows of 64-bit words: try a bag, conclude from one, join sets.

What is looked for, and why that is enough, is written there. A stored set is a row of `words` uint64, a set with its
neighbourhood a row of twice as many. Every distinct component is stored once, with the bag that proves it feasible (-1
while none does) and the first part that waits for it, a part being one component of one bag. `feasible` holds those
that step 2 has seen, in that order, and unions form a tree: the parent of a union lacks the component seen last.
"""

from __future__ import annotations

from typing import Any

from .lazy import kernel
from .word_sets import ONE, ZERO, count, find, find_pair, first, flood, lowest, same

# Places in `meters`. Two stacks follow, each longer than the number of vertices: unions, and what to try next on them.
N, WORDS, K, N_COMPONENTS, N_BAGS, N_PARTS, N_UNIONS, N_FEASIBLE = range(8)
N_SEEDED, N_WOKEN, WAKE_PART, N_PENDING, N_JOINED, AT_HAND, N_SCANNED, N_SELECTED, DEPTH, ROOT, SPENT = range(8, 19)
STACKS = 19
# Rows of `work`; the neighbourhoods of the vertices follow, then two rows per component of the bag at hand.
ALL, FRONT, FOUND, SEEN, WITHIN, REST, BAG, INSIDE, UNION, BORDER, OUTSIDE, FULL, ADJACENT = range(13)
# Columns of `info`, one row per component. The last three are lists, and use the row numbers as mere places: feasible
# components in the order of discovery, those that step 2 has to see, and places in `feasible` of what can be joined.
PROOF, WAITING, FOUND_SETS, PENDING, SELECTED = range(5)
INFO_COLUMNS = 5
# Columns of `parts`.
PART_COMPONENT, PART_NEXT, PART_BAG = range(3)
PART_COLUMNS = 3
_W, _I = "uint64[::1]", "int64[::1]"
_TRY_COST, _JOIN_COST = 150, 100  # in units of about a nanosecond, like the budget


@kernel()
def _flood(words: int, work: Any, start: int, within: int) -> None:
    """Write the component of `start` in row `within` to row FOUND and its neighbourhood to row SEEN."""
    flood(words, work, ADJACENT * words, start, within * words, FOUND * words, SEEN * words, FRONT * words)


@kernel()
def _component(
    words: int, work: Any, at: int, border: int, meters: Any, components: Any, info: Any, component_table: Any
) -> Any:
    """Return the number of the component at offset `at` of `work`, storing it if it is new."""
    slot = find(words, work, at, components, 2 * words, component_table)
    if slot >= 0:
        return component_table[slot]
    new = meters[N_COMPONENTS]
    meters[N_COMPONENTS] = new + 1
    component_table[-slot - 1] = new
    info[INFO_COLUMNS * new + PROOF] = -1
    info[INFO_COLUMNS * new + WAITING] = -1
    for i in range(words):
        components[2 * new * words + i] = work[at + i]
        components[(2 * new + 1) * words + i] = work[border + i]
    return new


@kernel(f"void(int64, int64, {_I}, {_W}, {_W}, {_W}, {_I}, {_I}, {_I}, {_I})")
def conclude(
    words: int,
    bag: int,
    meters: Any,
    work: Any,
    components: Any,
    bags: Any,
    info: Any,
    parts: Any,
    starts: Any,
    component_table: Any,
) -> None:
    """Mark what a bag proves, given the components known to be feasible (step 3)."""
    begin, end = starts[bag], starts[bag + 1]
    rest = REST * words
    for i in range(words):
        work[rest + i] = ZERO
    missing = False
    for p in range(begin, end):
        c = parts[PART_COLUMNS * p + PART_COMPONENT]
        if info[INFO_COLUMNS * c + PROOF] < 0:
            missing = True
            for i in range(words):
                work[rest + i] |= components[(2 * c + 1) * words + i]
    if not missing:
        meters[ROOT] = bag
        return
    for p in range(begin, end):
        border = (2 * parts[PART_COLUMNS * p + PART_COMPONENT] + 1) * words
        covers = True
        for i in range(words):
            if work[rest + i] & ~components[border + i] != ZERO:
                covers = False
        for q in range(begin, p):
            if covers and same(words, components, border, (2 * parts[PART_COLUMNS * q + PART_COMPONENT] + 1) * words):
                covers = False  # tried already
        if not covers:
            continue
        for i in range(words):
            work[INSIDE * words + i] = bags[bag * words + i] & ~components[border + i]
            work[WITHIN * words + i] = work[ALL * words + i] & ~components[border + i]
        _flood(words, work, first(words, work, INSIDE * words), WITHIN)
        good = True
        for i in range(words):
            if work[SEEN * words + i] != components[border + i]:
                good = False
            if work[INSIDE * words + i] & ~work[FOUND * words + i] != ZERO:
                good = False
        if not good:
            continue
        least = first(words, work, FOUND * words)
        inbound = False
        for q in range(begin, end):
            d = 2 * parts[PART_COLUMNS * q + PART_COMPONENT] * words
            if same(words, components, border, d + words) and first(words, components, d) < least:
                inbound = True
        if not inbound:
            continue
        new = _component(words, work, FOUND * words, SEEN * words, meters, components, info, component_table)
        if info[INFO_COLUMNS * new + PROOF] < 0:
            info[INFO_COLUMNS * new + PROOF] = bag
            info[INFO_COLUMNS * meters[N_FEASIBLE] + FOUND_SETS] = new
            meters[N_FEASIBLE] += 1


@kernel(f"void(int64, {_I}, {_W}, {_W}, {_W}, {_I}, {_I}, {_I}, {_I}, {_I})")
def try_bag(
    words: int,
    meters: Any,
    work: Any,
    components: Any,
    bags: Any,
    info: Any,
    parts: Any,
    starts: Any,
    component_table: Any,
    bag_table: Any,
) -> None:
    """Look at the set in row BAG; store it and conclude if it is a potential maximal clique."""
    bag, rest, inside = BAG * words, REST * words, INSIDE * words
    slot = find(words, work, bag, bags, words, bag_table)
    if slot >= 0:
        return
    meters[SPENT] += _TRY_COST
    for i in range(words):
        work[rest + i] = work[ALL * words + i] & ~work[bag + i]
    n_parts = 0
    listed = (ADJACENT + meters[N]) * words
    start = first(words, work, rest)
    while start >= 0:
        _flood(words, work, start, REST)
        if same(words, work, SEEN * words, bag):
            return  # a component sees all of the bag
        for i in range(words):
            work[listed + 2 * n_parts * words + i] = work[FOUND * words + i]
            work[listed + (2 * n_parts + 1) * words + i] = work[SEEN * words + i]
            work[rest + i] &= ~work[FOUND * words + i]
        n_parts += 1
        start = first(words, work, rest)
    for i in range(words):
        left = work[bag + i]
        while left != ZERO:
            row = (ADJACENT + 64 * i + lowest(left)) * words
            bit = left & (~left + ONE)
            left ^= bit
            for j in range(words):
                work[inside + j] = work[bag + j] & ~work[row + j]
            work[inside + i] &= ~bit
            for p in range(n_parts):
                border = listed + (2 * p + 1) * words
                if work[border + i] & bit != ZERO:
                    for j in range(words):
                        work[inside + j] &= ~work[border + j]
            for j in range(words):
                if work[inside + j] != ZERO:
                    return  # two of its vertices share neither an edge nor a component
    new = meters[N_BAGS]
    meters[N_BAGS] = new + 1
    bag_table[-slot - 1] = new
    for i in range(words):
        bags[new * words + i] = work[bag + i]
    for p in range(n_parts):
        at = listed + 2 * p * words
        c = _component(words, work, at, at + words, meters, components, info, component_table)
        part = meters[N_PARTS]
        meters[N_PARTS] = part + 1
        parts[PART_COLUMNS * part + PART_COMPONENT] = c
        parts[PART_COLUMNS * part + PART_BAG] = new
        if info[INFO_COLUMNS * c + PROOF] < 0:
            parts[PART_COLUMNS * part + PART_NEXT] = info[INFO_COLUMNS * c + WAITING]
            info[INFO_COLUMNS * c + WAITING] = part
    starts[new + 1] = meters[N_PARTS]
    conclude(words, new, meters, work, components, bags, info, parts, starts, component_table)


@kernel(f"void(int64, int64, {_I}, {_W}, {_W}, {_W}, {_W}, {_W}, {_I}, {_I}, {_I}, {_I}, {_I}, {_I})")
def join(
    words: int,
    union: int,
    meters: Any,
    work: Any,
    components: Any,
    feasible: Any,
    unions: Any,
    bags: Any,
    info: Any,
    parts: Any,
    starts: Any,
    component_table: Any,
    bag_table: Any,
    children: Any,
) -> None:
    """Consider a stored union together with the feasible set at hand (step 2)."""
    at, base = 2 * meters[AT_HAND] * words, 2 * union * words
    rest, outside, border = REST * words, OUTSIDE * words, BORDER * words
    size = 0
    for i in range(words):
        work[UNION * words + i] = unions[base + i] | feasible[at + i]
        work[border + i] = unions[base + words + i] | feasible[at + words + i]
        work[outside + i] = work[ALL * words + i] & ~(work[UNION * words + i] | work[border + i])
        work[rest + i] = work[outside + i]
        size += count(work[border + i])
    n_full = 0
    start = first(words, work, rest)
    while start >= 0:
        _flood(words, work, start, REST)
        full = same(words, work, SEEN * words, border)
        n_full += full
        for i in range(words):
            work[rest + i] &= ~work[FOUND * words + i]
            if full:
                work[FULL * words + i] = work[FOUND * words + i]
        start = first(words, work, rest)
    meters[SPENT] += _JOIN_COST
    if n_full == 0:
        for i in range(words):
            work[BAG * words + i] = work[border + i]
        try_bag(words, meters, work, components, bags, info, parts, starts, component_table, bag_table)
        return
    if size > meters[K]:
        return
    new = meters[N_UNIONS]
    meters[N_UNIONS] = new + 1
    for i in range(words):
        unions[2 * new * words + i] = work[UNION * words + i]
        unions[(2 * new + 1) * words + i] = work[border + i]
    slot = -find_pair(union, meters[AT_HAND], children) - 1
    children[2 * slot] = union << 32 | meters[AT_HAND]
    children[2 * slot + 1] = new
    if n_full > 1:
        return  # every u has outside neighbours in two components, and no bag reaches into both
    for i in range(words):
        left = work[border + i]
        while left != ZERO:
            row = (ADJACENT + 64 * i + lowest(left)) * words
            left &= left - ONE
            total = size
            beyond = False
            for j in range(words):
                outer = work[row + j] & work[outside + j]
                total += count(outer)
                if outer & ~work[FULL * words + j] != ZERO:
                    beyond = True
                work[BAG * words + j] = work[border + j] | outer
            if not beyond and total <= meters[K] + 1:
                try_bag(words, meters, work, components, bags, info, parts, starts, component_table, bag_table)
                if meters[ROOT] >= 0:
                    return
