"""What changes while a chain runs, and how is a draw recorded?

Everything that changes lives in a few arrays that the compiled kernels update in place. The Python loops work on the
same memory through memoryviews, whose items are plain ints and floats, so that a run can pass from one to the other at
any update. The places in `meters` and `batches` are named in `models.kernels.gibbs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.kernels import gibbs as k

from .plan import Floats, Ints, Plan


@dataclass(slots=True, eq=False)
class Buffers:
    """The arrays of one chain.

    Attributes
    ----------
    plan : Plan
    states : ndarray of int64, shape (n_sites,)
    words : ndarray of uint64, shape (4,)
        State of the random number generator.
    meters : ndarray of int64, shape (N_METERS,)
    counts : ndarray of int64, shape (sum of n_states of all variables,)
        Draws of each state of each free variable; the entries of clamped variables stay 0.
    batches : ndarray of int64, shape (FIRST_BATCH + MOST_BATCHES,)
        Events per batch of draws, for the standard error.
    event : ndarray of int64
        Pairs (site, state) that make up the joint event; a state of -1 never happens.
    out : ndarray of int64, shape (n_rows, n_sites)
        Where draws are stored when they are asked for.
    scratch : ndarray of float64
    """

    plan: Plan
    states: Ints
    words: NDArray[np.uint64]
    meters: Ints
    counts: Ints
    batches: Ints
    event: Ints
    out: Ints
    scratch: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.scratch = np.zeros(self.plan.scratch_size)

    def arguments(self) -> tuple[Any, ...]:
        """Return the arrays in the order in which the kernels take them, after the number of updates."""
        return (
            self.states,
            self.words,
            self.meters,
            self.counts,
            self.batches,
            self.event,
            self.out,
            self.scratch,
            self.plan.starts,
            self.plan.plan,
            self.plan.values,
        )


def _ints(array: NDArray[Any]) -> memoryview[int]:
    view: memoryview[int] = memoryview(array)  # type: ignore[arg-type]  # NumPy's stubs hide the buffer before 3.12
    return view


def _floats(array: Floats) -> memoryview[float]:
    view: memoryview[float] = memoryview(array)  # type: ignore[arg-type]
    return view


class Views:
    """Memoryviews over the arrays of a chain, for the Python loops."""

    __slots__ = ("_out", "batches", "counts", "event", "meters", "plan", "starts", "states", "values", "words")

    def __init__(self, buffers: Buffers) -> None:
        plan = buffers.plan
        self.states, self.words, self.meters = _ints(buffers.states), _ints(buffers.words), _ints(buffers.meters)
        self.counts, self.batches, self.event = _ints(buffers.counts), _ints(buffers.batches), _ints(buffers.event)
        self.starts, self.plan, self.values = _ints(plan.starts), _ints(plan.plan), _floats(plan.values)
        self._out = buffers.out

    def record(self) -> None:
        """Count the present joint state as a draw."""
        states, meters, batches = self.states, self.meters, self.batches
        meters[k.DRAWS] += 1
        for i, start in enumerate(self.starts):
            self.counts[self.plan[start + 1] + states[i]] += 1
        event = self.event
        hit = all(states[event[e]] == event[e + 1] for e in range(0, len(event), 2))
        meters[k.EVENT_DRAWS] += 1
        meters[k.EVENTS] += hit
        batches[k.BATCH_DRAWS] += 1
        batches[k.BATCH_EVENTS] += hit
        if batches[k.BATCH_DRAWS] == batches[k.BATCH_SIZE]:
            self._close_batch()
        if meters[k.OUT_ROWS] < len(self._out):
            meters[k.WAIT] -= 1
            if meters[k.WAIT] == 0:
                self._out[meters[k.OUT_ROWS]] = states
                meters[k.OUT_ROWS] += 1
                meters[k.WAIT] = meters[k.THIN]

    def _close_batch(self) -> None:
        batches, first = self.batches, k.FIRST_BATCH
        batches[first + batches[k.N_FULL]] = batches[k.BATCH_EVENTS]
        batches[k.BATCH_DRAWS] = batches[k.BATCH_EVENTS] = 0
        batches[k.N_FULL] += 1
        if batches[k.N_FULL] == k.MOST_BATCHES:
            for j in range(k.MOST_BATCHES // 2):
                batches[first + j] = batches[first + 2 * j] + batches[first + 2 * j + 1]
            batches[k.N_FULL] = k.MOST_BATCHES // 2
            batches[k.BATCH_SIZE] *= 2
