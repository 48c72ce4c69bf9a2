"""Is the treewidth of a connected graph at most k? The search of `treewidth_decision`, run by compiled kernels."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from time import perf_counter

import numpy as np

from .graph import component_masks
from .kernels import decision as kernels
from .slices import OutOfSpace, Pacer

_SLICE_SECONDS = 0.005
_FIRST_BUDGET = 200_000
_MAX_BYTES = 1 << 31


class CompiledDecision:
    """One question "is the treewidth at most k?" in progress; same use as `treewidth_decision.Decision`.

    Parameters
    ----------
    masks : sequence of int
        Neighbour masks of a connected graph.
    k : int
        At least 1.
    """

    def __init__(self, masks: Sequence[int], k: int) -> None:
        n, words = len(masks), max(1, -(-len(masks) // 64))
        self._masks = masks
        self._words = words
        space = 4 * (k + 3) * n
        self._sets: list[np.ndarray] = [np.zeros(1, dtype=np.uint64)] * kernels.N_SETS
        self._numbers: list[np.ndarray] = [np.zeros(1, dtype=np.int64)] * kernels.N_NUMBERS
        self._sets[kernels.ADJACENT] = np.array([word for mask in masks for word in _split(mask, words)], np.uint64)
        work = np.zeros((kernels.LISTED + 2 * n) * words, dtype=np.uint64)
        work[kernels.ALL * words : (kernels.ALL + 1) * words] = _split((1 << n) - 1, words)
        self._sets[kernels.WORK] = work
        meters = np.zeros(kernels.N_METERS, dtype=np.int64)
        meters[[kernels.N, kernels.WORDS, kernels.K]] = n, words, k
        meters[kernels.N_UNIONS] = 1  # the empty one
        meters[kernels.ROOT], meters[kernels.WAKE_PART], meters[kernels.DEPTH] = -1, -2, -1
        self._numbers[kernels.METERS] = meters
        for stack in (kernels.STACK_NODE, kernels.STACK_NEXT):
            self._numbers[stack] = np.zeros(n + 1, dtype=np.int64)
        self._grow(space, 4 * (k + 3), space, 256)
        self._budget = _FIRST_BUDGET

    def steps(self, pacer: Pacer) -> Generator[None, None, list[int] | None]:
        """Search; yield when a pause is due; return the bags of a decomposition of width k at most, or None.

        Raises
        ------
        OutOfSpace
            The search would need more than 2 GiB.
        """
        while True:
            started = perf_counter()
            answer = kernels.advance(tuple(self._sets), tuple(self._numbers), self._budget)
            if answer == kernels.NO_SPACE:
                self._make_space()
            elif answer == kernels.SPENT_BUDGET:
                share = _SLICE_SECONDS / max(perf_counter() - started, 1e-6)
                self._budget = int(self._budget * min(max(share, 0.5), 2.0))
            else:
                return self._decomposition() if answer == kernels.YES else None
            if pacer.due:
                yield
                pacer.resume()

    def _make_space(self) -> None:
        """Double the arrays that are more than half full."""
        meters = self._numbers[kernels.METERS]
        lengths = (
            len(self._numbers[kernels.PROOF]),
            len(self._numbers[kernels.PART_START]),
            len(self._numbers[kernels.PART_COMPONENT]),
            len(self._sets[kernels.UNIONS]) // self._words,
        )
        used = meters[[kernels.N_COMPONENTS, kernels.N_BAGS, kernels.N_PARTS, kernels.N_UNIONS]].tolist()
        self._grow(*(2 * length if 2 * n >= length else length for n, length in zip(used, lengths, strict=True)))

    def _grow(self, n_components: int, n_bags: int, n_parts: int, n_unions: int) -> None:
        """Give every array the length for that many entries, keeping what it holds."""
        words = self._words
        tables = {kernels.COMPONENT_HASH: n_components, kernels.BAG_HASH: n_bags}
        tables = {table: 1 << (2 * length).bit_length() for table, length in tables.items()}
        n_bytes = 8 * words * (4 * n_components + 2 * n_unions + n_bags)
        n_bytes += 8 * (4 * n_components + n_bags + 3 * n_parts)
        if n_bytes + 8 * sum(tables.values()) + 16 * (2 << (2 * n_unions).bit_length()) > _MAX_BYTES:
            raise OutOfSpace
        for kind, length in (
            (kernels.COMPONENTS, n_components),
            (kernels.BORDERS, n_components),
            (kernels.FEASIBLE, n_components),
            (kernels.FEASIBLE_BORDERS, n_components),
            (kernels.BAGS, n_bags),
            (kernels.UNIONS, n_unions),
            (kernels.UNION_BORDERS, n_unions),
        ):
            self._sets[kind] = _longer(self._sets[kind], words * length)
        for kind, length in (
            (kernels.PROOF, n_components),
            (kernels.WAITING, n_components),
            (kernels.QUEUE, n_components),
            (kernels.SELECTED, n_components),
            (kernels.PART_START, n_bags),
            (kernels.PART_COMPONENT, n_parts),
            (kernels.PART_NEXT, n_parts),
            (kernels.PART_BAG, n_parts),
        ):
            self._numbers[kind] = _longer(self._numbers[kind], length)
        meters = self._numbers[kernels.METERS]
        slots = 1 << (2 * n_unions).bit_length()
        if len(self._numbers[kernels.CHILD_KEY]) != slots:
            keys, nodes = self._numbers[kernels.CHILD_KEY], self._numbers[kernels.CHILD_NODE]
            self._numbers[kernels.CHILD_KEY] = np.full(slots, -1, dtype=np.int64)
            self._numbers[kernels.CHILD_NODE] = np.zeros(slots, dtype=np.int64)
            if len(keys) > 1:
                kernels.rehash_children(
                    keys, nodes, self._numbers[kernels.CHILD_KEY], self._numbers[kernels.CHILD_NODE]
                )
        for table, stored, count in (
            (kernels.COMPONENT_HASH, kernels.COMPONENTS, kernels.N_COMPONENTS),
            (kernels.BAG_HASH, kernels.BAGS, kernels.N_BAGS),
        ):
            if len(self._numbers[table]) != tables[table]:
                self._numbers[table] = np.empty(tables[table], dtype=np.int64)
                kernels.rehash(words, self._sets[stored], int(meters[count]), self._numbers[table])

    def _decomposition(self) -> list[int]:
        parts, proof = self._numbers[kernels.PART_COMPONENT], self._numbers[kernels.PROOF]
        start = self._numbers[kernels.PART_START]
        root = int(self._numbers[kernels.METERS][kernels.ROOT])
        proofs = {self._mask(kernels.COMPONENTS, c): int(proof[c]) for c in self._queue()}
        bags = [self._mask(kernels.BAGS, root)]
        open_sets = [self._mask(kernels.COMPONENTS, int(c)) for c in parts[start[root] : start[root + 1]]]
        while open_sets:
            component = open_sets.pop()
            bag = self._mask(kernels.BAGS, proofs[component])
            bags.append(bag)
            open_sets += component_masks(self._masks, component & ~bag)
        return bags

    def _queue(self) -> list[int]:
        found: list[int] = self._numbers[kernels.QUEUE][: self._numbers[kernels.METERS][kernels.N_FEASIBLE]].tolist()
        return found

    def _mask(self, kind: int, k: int) -> int:
        row = self._sets[kind][k * self._words : (k + 1) * self._words]
        return int.from_bytes(row.astype("<u8").tobytes(), "little")


def _split(mask: int, words: int) -> list[int]:
    return [mask >> 64 * w & (1 << 64) - 1 for w in range(words)]


def _longer(array: np.ndarray, length: int) -> np.ndarray:
    if len(array) >= length:
        return array
    grown = np.zeros(length, dtype=array.dtype)
    grown[: len(array)] = array
    return grown
