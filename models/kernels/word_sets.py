"""Sets of vertices as rows of 64-bit words: counting, least members, components, and tables of sets.

A set over n vertices is `words` consecutive uint64 of a flat array, at an offset given in words; vertex v is bit v % 64
of word v // 64. Helpers take plain arrays: taking an array out of a tuple costs two atomic operations.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .lazy import kernel

ZERO, ONE = np.uint64(0), np.uint64(1)

_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S32, _S56, _S58 = (np.uint64(shift) for shift in (1, 2, 4, 32, 56, 58))
_MIX = np.uint64(0xFF51AFD7ED558CCD)
# A de Bruijn sequence: its 64 windows of 6 bits all differ, so a window tells how far it was shifted.
_SEQUENCE = 0x03F79D71B4CB0A89
_DE_BRUIJN = np.uint64(_SEQUENCE)
_PLACE = np.zeros(64, dtype=np.int64)
for _shift in range(64):
    _PLACE[(_SEQUENCE << _shift & (1 << 64) - 1) >> 58] = _shift


@kernel()
def count(x: Any) -> Any:
    """Return the number of set bits of a word."""
    x = x - ((x >> _S1) & _M1)
    x = (x & _M2) + ((x >> _S2) & _M2)
    x = (x + (x >> _S4)) & _M4
    return np.int64((x * _H01) >> _S56)


@kernel()
def lowest(x: Any) -> Any:
    """Return the place of the lowest set bit of a word that has one."""
    return _PLACE[np.int64(((x & (~x + ONE)) * _DE_BRUIJN) >> _S58)]


@kernel()
def first(words: int, rows: Any, at: int) -> Any:
    """Return the least member of a set, -1 for the empty one."""
    for i in range(words):
        if rows[at + i] != ZERO:
            return 64 * i + lowest(rows[at + i])
    return -1


@kernel()
def same(words: int, rows: Any, a: int, b: int) -> bool:
    """Whether two sets of one array are equal."""
    for i in range(words):  # noqa: SIM110 - the compiler knows no all()
        if rows[a + i] != rows[b + i]:
            return False
    return True


@kernel()
def flood(words: int, work: Any, adjacent: int, start: int, within: int, found: int, seen: int, front: int) -> None:
    """Find the connected component that holds `start`, and its neighbourhood.

    Parameters
    ----------
    words : int
    work : uint64 array
        Holds everything; the rest are offsets in it.
    adjacent : int
        Where the neighbourhoods of the vertices begin.
    start : int
        A vertex.
    within : int
        The set that paths stay in; `start` belongs to it.
    found, seen : int
        Written: the component, and the vertices outside it that have a neighbour in it.
    front : int
        Working space for a set.
    """
    for i in range(words):
        work[front + i] = ZERO
        work[found + i] = ZERO
        work[seen + i] = ZERO
    bit = ONE << np.uint64(start & 63)
    work[front + (start >> 6)] = bit
    work[found + (start >> 6)] = bit
    active = True
    while active:
        active = False
        for i in range(words):
            while work[front + i] != ZERO:
                active = True
                x = work[front + i]
                row = adjacent + (64 * i + lowest(x)) * words
                work[front + i] = x & (x - ONE)
                for j in range(words):
                    near = work[row + j]
                    new = near & work[within + j] & ~work[found + j]
                    work[seen + j] |= near
                    work[found + j] |= new
                    work[front + j] |= new
    for i in range(words):
        work[seen + i] &= ~work[found + i]


@kernel()
def find(words: int, rows: Any, at: int, stored: Any, stride: int, table: Any) -> Any:
    """Look a set up in a hash table of places in `stored`.

    Parameters
    ----------
    words : int
    rows, at
        The set.
    stored : uint64 array
        Entry k of the table stands for the set at `stored[stride * k]`.
    table : int64 array
        Its length is a power of two; free slots hold -1.

    Returns
    -------
    int
        The slot of the set; if it is not there, the free slot where it belongs, as minus one less the slot.
    """
    h = ZERO
    for i in range(words):
        h = (h ^ rows[at + i]) * _MIX
        h ^= h >> _S32
    mask = len(table) - 1
    slot = np.int64(h & np.uint64(mask))
    while table[slot] >= 0:
        base = table[slot] * stride
        equal = True
        for i in range(words):
            if stored[base + i] != rows[at + i]:
                equal = False
                break
        if equal:
            return slot
        slot = (slot + 1) & mask
    return -slot - 1


@kernel("void(int64, uint64[::1], int64, int64, int64, int64[::1])")
def enter(words: int, stored: Any, stride: int, begin: int, end: int, table: Any) -> None:
    """Enter the sets `begin` to `end` of `stored`, all different and new, in a hash table."""
    for k in range(begin, end):
        table[-find(words, stored, k * stride, stored, stride, table) - 1] = k


@kernel()
def find_pair(a: int, b: int, table: Any) -> Any:
    """Look up a pair of numbers below 2^31, as `find` does; slot s holds the pair at 2 s, then what it stands for."""
    key = a << 32 | b
    mask = len(table) // 2 - 1
    h = np.uint64(key) * _MIX
    slot = np.int64(h >> _S32) & mask
    while table[2 * slot] != -1:
        if table[2 * slot] == key:
            return slot
        slot = (slot + 1) & mask
    return -slot - 1


@kernel("void(int64[::1], int64, int64, int64[::1])")
def enter_pairs(old: Any, begin: int, end: int, table: Any) -> None:
    """Enter what slots `begin` to `end` of a table of pairs hold in a longer one."""
    for slot in range(begin, end):
        key = old[2 * slot]
        if key != -1:
            new = -find_pair(key >> 32, key & 0xFFFFFFFF, table) - 1
            table[2 * new] = key
            table[2 * new + 1] = old[2 * slot + 1]
