"""Is the treewidth of a connected graph at most k? The search of `treewidth_decision`, run by compiled kernels."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from time import perf_counter

import numpy as np

from .graph import component_masks
from .kernels import decision, decision_steps, word_sets
from .slices import OutOfSpace, Pacer, paced
from .steps import drain

_SLICE_SECONDS = 0.005
_FIRST_BUDGET = 200_000
_MAX_BYTES = 1 << 30
_STRETCH = 1 << 18


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
        place = decision_steps
        self._meters = np.zeros(place.STACKS + 2 * (n + 1), dtype=np.int64)
        self._meters[[place.N, place.WORDS, place.K]] = n, words, k
        self._meters[[place.ROOT, place.WAKE_PART, place.AT_HAND, place.DEPTH]] = -1, -2, -1, -1
        self._meters[place.N_UNIONS] = 1  # the empty one
        self._work = np.zeros((place.ADJACENT + 3 * n) * words, dtype=np.uint64)
        self._work[place.ALL * words :][:words] = _split((1 << n) - 1, words)
        near = [word for mask in masks for word in _split(mask, words)]
        self._work[place.ADJACENT * words :][: n * words] = near
        self._lengths = [0, 0, 0, 0]  # space for components, bags, parts, unions
        self._components = self._feasible = self._unions = self._bags = np.zeros(0, dtype=np.uint64)
        self._info = self._parts = self._starts = np.zeros(0, dtype=np.int64)
        self._component_table = self._bag_table = self._children = np.zeros(0, dtype=np.int64)
        drain(self._grow([4 * (k + 3) * n, 4 * (k + 3), 4 * (k + 3) * n, 256]))

    def steps(self, pacer: Pacer) -> Generator[None, None, list[int] | None]:
        """Search; yield when a pause is due; return the bags of a decomposition of width k at most, or None.

        Raises
        ------
        OutOfSpace
            The search would need more than 1 GiB.
        """
        budget = _FIRST_BUDGET
        while True:
            started = perf_counter()
            answer = self.advance(budget)
            if answer == decision.NO_SPACE:
                yield from paced(self.make_space(), pacer)
            elif answer == decision.SPENT_BUDGET:
                share = _SLICE_SECONDS / max(perf_counter() - started, 1e-6)
                budget = int(budget * min(max(share, 0.5), 2.0))
            else:
                return self._decomposition() if answer == decision.YES else None
            if pacer.due:
                yield
                pacer.resume()

    @property
    def counts(self) -> tuple[int, int, int]:
        """Feasible sets, unions and bags stored so far."""
        place = decision_steps
        feasible, unions, bags = self._meters[[place.N_FEASIBLE, place.N_UNIONS, place.N_BAGS]].tolist()
        return feasible, unions, bags

    @property
    def n_bytes(self) -> int:
        """Memory reserved."""
        return sum(array.nbytes for array in vars(self).values() if isinstance(array, np.ndarray))

    def advance(self, budget: int) -> int:
        """Search on for about `budget` nanoseconds; return one of the answers of `kernels.decision.advance`."""
        answer: int = decision.advance(
            self._meters,
            self._work,
            self._components,
            self._feasible,
            self._unions,
            self._bags,
            self._info,
            self._parts,
            self._starts,
            self._component_table,
            self._bag_table,
            self._children,
            budget,
        )
        return answer

    def make_space(self) -> Generator[None, None, None]:
        """Double the space for what fills more than half of it; yields between moves."""
        place = decision_steps
        used = self._meters[[place.N_COMPONENTS, place.N_BAGS, place.N_PARTS, place.N_UNIONS]].tolist()
        lengths = [2 * length if 2 * n >= length else length for n, length in zip(used, self._lengths, strict=True)]
        yield from self._grow(lengths)

    def _grow(self, lengths: list[int]) -> Generator[None, None, None]:
        """Give every array the length for so many components, bags, parts and unions, keeping what it holds."""
        words, place = self._words, decision_steps
        n_components, n_bags, n_parts, n_unions = lengths
        slots = [1 << (2 * length - 1).bit_length() for length in (n_components, n_bags, n_unions)]
        rows = 4 * n_components + 2 * n_unions + n_bags
        numbers = place.INFO_COLUMNS * n_components + place.PART_COLUMNS * n_parts + n_bags
        if 8 * (words * rows + numbers + slots[0] + slots[1] + 2 * slots[2]) > _MAX_BYTES:
            raise OutOfSpace
        self._components = yield from _longer(self._components, 2 * words * n_components)
        self._feasible = yield from _longer(self._feasible, 2 * words * n_components)
        self._unions = yield from _longer(self._unions, 2 * words * n_unions)
        self._bags = yield from _longer(self._bags, words * n_bags)
        self._info = yield from _longer(self._info, place.INFO_COLUMNS * n_components)
        self._parts = yield from _longer(self._parts, place.PART_COLUMNS * n_parts)
        self._starts = yield from _longer(self._starts, n_bags)
        n_stored, n_tried = int(self._meters[place.N_COMPONENTS]), int(self._meters[place.N_BAGS])
        if len(self._component_table) < slots[0]:
            self._component_table = yield from _free(slots[0])
            for begin, end in _stretches(n_stored):
                word_sets.enter(words, self._components, 2 * words, begin, end, self._component_table)
                yield
        if len(self._bag_table) < slots[1]:
            self._bag_table = yield from _free(slots[1])
            for begin, end in _stretches(n_tried):
                word_sets.enter(words, self._bags, words, begin, end, self._bag_table)
                yield
        if len(self._children) < 2 * slots[2]:
            old = self._children
            self._children = yield from _free(2 * slots[2])
            for begin, end in _stretches(len(old) // 2):
                word_sets.enter_pairs(old, begin, end, self._children)
                yield
        self._lengths = lengths

    def _decomposition(self) -> list[int]:
        place = decision_steps
        info = self._info.reshape(-1, place.INFO_COLUMNS)
        found = info[: self._meters[place.N_FEASIBLE], place.FOUND_SETS].tolist()
        proofs = {self._mask(self._components, 2 * c): int(info[c, place.PROOF]) for c in found}
        root = int(self._meters[place.ROOT])
        bags = [self._mask(self._bags, root)]
        open_sets = component_masks(self._masks, ((1 << len(self._masks)) - 1) & ~bags[0])
        while open_sets:
            component = open_sets.pop()
            bag = self._mask(self._bags, proofs[component])
            bags.append(bag)
            open_sets += component_masks(self._masks, component & ~bag)
        return bags

    def _mask(self, sets: np.ndarray, row: int) -> int:
        words = sets[row * self._words : (row + 1) * self._words]
        return int.from_bytes(words.astype("<u8").tobytes(), "little")


def _split(mask: int, words: int) -> list[int]:
    return [mask >> 64 * w & (1 << 64) - 1 for w in range(words)]


def _stretches(n: int) -> Iterator[tuple[int, int]]:
    """Cut 0 .. n into pieces of a few milliseconds."""
    for begin in range(0, n, _STRETCH):
        yield begin, min(begin + _STRETCH, n)


def _free(length: int) -> Generator[None, None, np.ndarray]:
    """Return an empty hash table; the system takes a second to hand out half a gigabyte, so it is filled in pieces."""
    table = np.empty(length, dtype=np.int64)
    for begin, end in _stretches(length):
        table[begin:end] = -1
        yield
    return table


def _longer(array: np.ndarray, length: int) -> Generator[None, None, np.ndarray]:
    if len(array) == length:
        return array
    grown = np.zeros(length, dtype=array.dtype)
    for begin, end in _stretches(len(array)):
        grown[begin:end] = array[begin:end]
        yield
    return grown
