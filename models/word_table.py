"""Which stored pairs of vertex sets fit a new pair? A table of bit sets in 64-bit words, scanned whole by NumPy."""

from __future__ import annotations

import numpy as np

_WORD = (1 << 64) - 1
_counts = getattr(np, "bitwise_count", None)


def popcount(words: np.ndarray) -> np.ndarray:
    """Return the number of set bits of each uint64; NumPy before 2.0 has no function for it."""
    if _counts is not None:
        found: np.ndarray = _counts(words)
        return found
    m1, m2, m4 = (np.uint64(x) for x in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F))
    words = words - ((words >> np.uint64(1)) & m1)
    words = (words & m2) + ((words >> np.uint64(2)) & m2)
    words = (words + (words >> np.uint64(4))) & m4
    return (words * np.uint64(0x0101010101010101)) >> np.uint64(56)


class WordTable:
    """Pairs (A, N(A)) of vertex sets, in order of arrival.

    Parameters
    ----------
    n_vertices : int
        Sets are masks over 0 .. n_vertices - 1.
    """

    def __init__(self, n_vertices: int) -> None:
        self._n_words = max(1, -(-n_vertices // 64))
        self._sets = np.zeros((self._n_words, 256), dtype=np.uint64)
        self._borders = np.zeros((self._n_words, 256), dtype=np.uint64)
        self._pairs: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._pairs)

    def append(self, inside: int, border: int) -> None:
        """Store a pair."""
        k = len(self._pairs)
        if k == self._sets.shape[1]:
            self._sets = np.concatenate([self._sets, np.zeros_like(self._sets)], axis=1)
            self._borders = np.concatenate([self._borders, np.zeros_like(self._borders)], axis=1)
        self._sets[:, k] = self._split(inside)
        self._borders[:, k] = self._split(border)
        self._pairs.append((inside, border))

    def _split(self, mask: int) -> list[int]:
        return [mask >> 64 * w & _WORD for w in range(self._n_words)]

    def matching(self, component: int, border: int, most: int) -> list[tuple[int, int]]:
        """Return the stored pairs that a connected set C with border N(C) can join.

        Those are the (A, N(A)) with A apart from C and N(C), N(A) apart from C, and at most `most` vertices in both
        borders together.
        """
        n = len(self._pairs)
        clash = np.zeros(n, dtype=np.uint64)
        blocked, inside, edge = (self._split(mask) for mask in (component | border, component, border))
        for w in range(self._n_words):
            clash |= self._sets[w, :n] & np.uint64(blocked[w])
            clash |= self._borders[w, :n] & np.uint64(inside[w])
        fitting = np.flatnonzero(clash == 0)
        sizes = np.zeros(len(fitting), dtype=np.int64)
        for w in range(self._n_words):
            sizes += popcount(self._borders[w, fitting] | np.uint64(edge[w])).astype(np.int64)
        return [self._pairs[i] for i in fitting[sizes <= most].tolist()]
