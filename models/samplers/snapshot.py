"""What does a running chain show of itself?

A `SampleSnapshot` is a read-only copy, so that the thread that draws it and the thread that goes on never meet. Its
mappings look names up in one flat array; making one costs a copy of that array, whatever the number of variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.conditioning import Evidence
from models.ugm import UGM, Variable

from .plan import Floats, Ints
from .sampler import Sampler
from .state import StepInfo


class Counts(Mapping[str, Ints]):
    """Draws per state by name: read-only views of one flat array."""

    __slots__ = ("_flat", "_places")

    def __init__(self, places: Mapping[str, slice], flat: Ints) -> None:
        flat.setflags(write=False)
        self._places, self._flat = places, flat

    def __getitem__(self, name: str) -> Ints:
        return self._flat[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Assignment(Mapping[str, int]):
    """State by name, over one array in model order."""

    __slots__ = ("_places", "_states")

    def __init__(self, places: Mapping[str, int], states: NDArray[np.int64]) -> None:
        self._places, self._states = places, states

    def __getitem__(self, name: str) -> int:
        return int(self._states[self._places[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """How the chain came here, at numbers of draws evenly spaced in their logarithm and at the present one.

    Attributes
    ----------
    draws : ndarray of float64, shape (n_points,)
        Rising.
    tv_mean, tv_max : ndarray of float64, shape (n_points,)
        Total variation distance to the exact marginals; nan without them.
    share : ndarray of float64, shape (n_points,)
        Share of draws in which the event happened; nan without an event.
    """

    draws: Floats
    tv_mean: Floats
    tv_max: Floats
    share: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SampleSnapshot:
    """The state of a running chain.

    Attributes
    ----------
    variables : tuple of Variable
        Of the whole model.
    evidence : Evidence
        What is clamped.
    method, seed
        As asked for.
    watch : tuple of str
        Variables to show.
    n_updates, n_draws : int
        Visits of single variables; draws recorded, one after each sweep.
    assignment : mapping of str to int
        The present joint state, clamped variables included.
    counts : mapping of str to ndarray of int64, shape (n_states,)
        Draws per state, for every variable.
    exact : mapping of str to ndarray, or None
        Exact marginals, where they could be computed.
    event : mapping of str to int
        The joint event that is counted; may be empty.
    event_count : int
        Draws in which it happened.
    p_event, p_event_error : float
        Estimate of its probability and the estimate's standard error; nan while they cannot be told.
    p_event_exact : float or None
    tv_mean, tv_max : float
        Total variation distance to the exact marginals over the free variables; nan without them.
    trace : Trace
    acceptance_rate : float
        1 for Gibbs; nan before the first proposal.
    last_site : str or None
    last_proposed : int or None
    last_accepted : bool
    step : StepInfo or None
        The last update in full, at speeds at which one can be followed.
    updates_per_second : float
        Measured over the last second; 0 while paused.
    paused : bool
    compiled : bool
        Whether the compiled loop runs yet.
    warning : str or None
        Why the histogram may never reach the exact values.
    """

    variables: tuple[Variable, ...]
    evidence: Evidence
    method: str
    seed: int
    watch: tuple[str, ...]
    n_updates: int
    n_draws: int
    assignment: Mapping[str, int]
    counts: Mapping[str, Ints]
    exact: Mapping[str, Floats] | None
    event: Mapping[str, int]
    event_count: int
    p_event: float
    p_event_error: float
    p_event_exact: float | None
    tv_mean: float
    tv_max: float
    trace: Trace
    acceptance_rate: float
    last_site: str | None
    last_proposed: int | None
    last_accepted: bool
    step: StepInfo | None
    updates_per_second: float
    paused: bool
    compiled: bool
    warning: str | None

    def shares(self, name: str) -> Floats:
        """Return the share of draws in each state of a variable; zeros before the first draw."""
        return self.counts[name] / max(self.n_draws, 1)


@dataclass(slots=True, eq=False)
class Places:
    """Where each variable is found in flat arrays; made once per run."""

    index: dict[str, int]
    counts: dict[str, slice]
    offsets: Ints

    @classmethod
    def of(cls, ugm: UGM) -> Places:
        """Lay out the variables of a model."""
        ends = np.cumsum(np.array(ugm.n_states, dtype=np.int64))
        starts = ends - np.array(ugm.n_states, dtype=np.int64)
        pairs = zip(ugm.names, starts.tolist(), ends.tolist(), strict=True)
        return cls({name: i for i, name in enumerate(ugm.names)}, {n: slice(a, b) for n, a, b in pairs}, starts)


@dataclass(slots=True, eq=False)
class Recorder:
    """Collects the trace of a run: distance to the exact marginals and share of the event, at log-spaced draws.

    Parameters
    ----------
    sampler : Sampler
    places : Places
    exact : mapping of str to ndarray, or None
    """

    sampler: Sampler
    places: Places
    exact: Mapping[str, Floats] | None
    next_draw: int = field(init=False)
    _rows: list[tuple[float, float, float, float]] = field(init=False, default_factory=list)
    _flat: Floats | None = field(init=False, default=None)
    _free: Ints = field(init=False)
    _rung: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._free = np.array([self.places.index[name] for name in self.sampler.names], dtype=np.int64)
        if self.exact is not None and self.places.index:
            self._flat = np.concatenate([self.exact[name] for name in self.places.index])
        self.next_draw = 1
        self._skip(self.sampler.n_draws)

    def _skip(self, n_draws: int) -> None:
        while self.next_draw <= n_draws:
            self._rung += 1
            self.next_draw = max(self.next_draw, int(10 ** (self._rung / POINTS_PER_DECADE)))

    def row(self) -> tuple[float, float, float, float]:
        """Return draws, mean and largest distance, and share of the event, as they are now."""
        s, nan = self.sampler, float("nan")
        mean = largest = nan
        if self._flat is not None and s.n_draws:
            apart = np.abs(s.flat_counts / s.n_draws - self._flat)
            distances = np.add.reduceat(apart, self.places.offsets)[self._free] / 2
            mean, largest = (float(distances.mean()), float(distances.max())) if distances.size else (0.0, 0.0)
        return float(s.n_draws), mean, largest, s.p_event

    def note(self) -> None:
        """Record a point when the next number of draws is reached."""
        if self.sampler.n_draws >= self.next_draw:
            self._rows.append(self.row())
            self._skip(self.sampler.n_draws)

    def trace(self) -> Trace:
        """Return the points so far and the present one."""
        rows = list(self._rows)
        if self.sampler.n_draws and (not rows or rows[-1][0] < self.sampler.n_draws):
            rows.append(self.row())
        table = np.array(rows, dtype=np.float64).reshape(-1, 4)
        table.setflags(write=False)
        return Trace(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


POINTS_PER_DECADE = 20
