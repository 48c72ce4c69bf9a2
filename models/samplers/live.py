"""How does a chain run beside a person who watches it, slows it down, pauses and steps it?

At full speed the compiled loop runs in pieces of about ten milliseconds; below that, updates are made as the clock says
they are due. A snapshot is given at most thirty times a second. What is drawn depends on the seed alone, never on the
pace.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from time import monotonic
from types import MappingProxyType
from typing import Any

from models.errors import CancelToken
from models.payloads import Pace
from models.ugm import UGM

from .chain import sampler_steps
from .plan import Floats
from .sampler import Sampler
from .snapshot import Assignment, Counts, Places, Recorder, SampleSnapshot
from .state import ChainState, StepInfo

SLICE = 0.010  # seconds of work between two yields
EVERY = 1 / 30  # seconds between snapshots
FOLLOWED = 30.0  # updates a second up to which each is shown
NAP = 0.05  # seconds between looks at the pace while paused
N_WATCHED = 4
MOST_AT_ONCE = 2**18  # updates in one call of the loop: a few milliseconds when compiled


def sample_run_steps(
    ugm: UGM,
    evidence: Mapping[str, int] | None,
    method: str,
    seed: int,
    pace: Pace | None = None,
    event: Mapping[str, int] | None = None,
    watch: tuple[str, ...] = (),
    exact: Any = None,
    p_event: float | None = None,
    state: ChainState | None = None,
    cancel: CancelToken | None = None,
    clock: Callable[[], float] = monotonic,
    blocks: tuple[tuple[str, ...], ...] | None = None,
) -> Generator[SampleSnapshot | float | None, None, None]:
    """Run a chain until cancelled.

    Parameters
    ----------
    ugm, evidence, method, seed, state, blocks
        As in `make_sampler`.
    pace : Pace, optional
        Read before each slice; `pending` is counted down as single steps are made. Full speed without it.
    event : mapping of str to int, optional
        Joint event to count.
    watch : tuple of str
        Variables to show; the first four free ones when empty.
    exact : Inference or mapping of str to ndarray, optional
        Exact marginals given the evidence, to measure the distance to.
    p_event : float, optional
        Exact probability of the event, passed through.
    cancel : CancelToken, optional
    clock : callable
        Returns seconds.

    Yields
    ------
    SampleSnapshot, float or None
        A snapshot, the first at once; a number of seconds during which nothing is due; None after a slice of work.

    Raises
    ------
    ZeroMassError, EvidenceError, ModelError
        As in `make_sampler`.
    Cancelled
    """
    token = cancel or CancelToken()
    pace = pace or Pace()
    for part in _making(ugm, evidence, method, seed, state, blocks):
        token.check()
        if part is not None:
            sampler = part
        yield None
    if event != sampler.event:
        sampler.set_event(event)
    marginals = getattr(exact, "marginals", exact)
    run = _Run(sampler, seed, watch or sampler.names[:N_WATCHED], marginals, p_event, pace, clock)
    run.warning = sampler.warning
    token.check()
    yield run.snapshot()
    while True:
        token.check()
        yield run.paused_slice() if pace.paused else run.slice()


def _making(*arguments: Any) -> Generator[Sampler | None, None, None]:
    """Yield None while a sampler is made, then the sampler."""
    yield (yield from sampler_steps(*arguments))


class _Run:
    """One chain and the clock it runs by."""

    def __init__(
        self,
        sampler: Sampler,
        seed: int,
        watch: tuple[str, ...],
        exact: Mapping[str, Floats] | None,
        p_event: float | None,
        pace: Pace,
        clock: Callable[[], float],
    ) -> None:
        self._sampler, self._seed, self._watch, self._exact = sampler, seed, watch, exact
        self._p_event, self._pace, self._clock = p_event, pace, clock
        self._places = Places.of(sampler.ugm)
        self._recorder = Recorder(sampler, self._places, exact)
        self._per_draw = max(len(sampler.names), 1)
        self._piece = 256  # updates per call, adapted to the speed seen
        self._due = float("-inf")  # when the next snapshot is
        self._dirty = False  # whether something has happened since
        self._was_paused = False
        self._rate: float | None = None  # the pace that `_origin` and `_done` belong to
        self._origin = 0.0
        self._done = 0
        self._speeds: deque[tuple[float, int]] = deque()
        self._step: StepInfo | None = None
        self.warning: str | None = None

    # --- one slice -----------------------------------------------------------------------------------------------

    def paused_slice(self) -> SampleSnapshot | float | None:
        """Make the single steps asked for; otherwise rest."""
        asked = self._pace.pending
        if asked > 0:
            self._pace.pending -= asked
            for _ in range(min(asked, 1000)):
                self._one()
        if asked > 0 or not self._was_paused or self._dirty:
            self._was_paused = True
            self._rate = None
            self._speeds.clear()
            return self.snapshot()
        return NAP

    def slice(self) -> SampleSnapshot | float | None:
        """Work for a moment at the pace asked for."""
        self._was_paused = False
        self._pace.pending = 0  # steps asked for while running have no meaning
        rate, now = self._pace.updates_per_second, self._clock()
        if rate is None:
            self._rate = None
            self._step = None
            self._advance(None)
        else:
            wait = self._keep_up(rate, now)
            if wait > 0 and not self._dirty:
                return wait
            if wait > 0 and now < self._due:
                return min(wait, self._due - now)
        if self._dirty and self._clock() >= self._due:
            return self.snapshot()
        return None

    def _keep_up(self, rate: float, now: float) -> float:
        """Make the updates that are due at a rate; return the seconds until the next, 0 when some were made."""
        if rate != self._rate:
            self._rate, self._origin, self._done = rate, now, -1  # the first is due at once
        due = int((now - self._origin) * rate) - self._done
        if due > max(rate / 4, 1):  # the machine cannot keep up, or slept: let the debt go
            due = int(max(rate / 4, 1))
            self._origin, self._done = now, -due
        if due <= 0:
            return max((self._done + 1) / rate - (now - self._origin), 1e-4)
        if rate <= FOLLOWED:
            for _ in range(due):
                self._one()
            self._done += due
            return 0.0
        self._step = None
        made = self._advance(due)
        self._done += made
        # Above the rate that can be followed, updates gather for one sixtieth of a second.
        return max(1 / rate, 1 / 60) if made == due else 0.0

    def _one(self) -> None:
        self._step = self._sampler.step()
        self._dirty = True
        self._recorder.note()

    def _advance(self, n_updates: int | None) -> int:
        """Make updates for one slice of time, at most the number given; return how many."""
        sampler, recorder, clock = self._sampler, self._recorder, self._clock
        begun = now = clock()
        made = 0
        while now - begun < SLICE and (n_updates is None or made < n_updates):
            left = (recorder.next_draw - sampler.n_draws) * self._per_draw - sampler.position
            n = min(self._piece, left) if n_updates is None else min(self._piece, left, n_updates - made)
            sampler.advance(n)
            made += n
            recorder.note()
            before, now = now, clock()
            if n == self._piece:
                # Aim at a third of a slice; grow and shrink by steps, for the compiled loop may take over at any time.
                wanted = n * (SLICE / 3) / max(now - before, 1e-6)
                self._piece = int(min(max(wanted, n / 4, 64), n * 8, MOST_AT_ONCE))
        self._dirty = self._dirty or made > 0
        return made

    # --- showing -------------------------------------------------------------------------------------------------

    def _speed(self, now: float) -> float:
        """Return updates per second over about the last second."""
        if self._pace.paused:
            return 0.0
        self._speeds.append((now, self._sampler.n_updates))
        while len(self._speeds) > 2 and now - self._speeds[1][0] > 1.0:
            self._speeds.popleft()
        (then, n), seconds = self._speeds[0], now - self._speeds[0][0]
        return (self._sampler.n_updates - n) / seconds if seconds > 0 and then < now else 0.0

    def snapshot(self) -> SampleSnapshot:
        """Return a copy of everything that is shown."""
        s, now = self._sampler, self._clock()
        self._due, self._dirty = max(self._due + EVERY, now), False  # thirty a second on average, a late one included
        _, tv_mean, tv_max, p_event = self._recorder.row()
        return SampleSnapshot(
            variables=s.ugm.variables,
            evidence=s.conditioned.evidence,
            method=s.method,
            seed=self._seed,
            watch=self._watch,
            n_updates=s.n_updates,
            n_draws=s.n_draws,
            assignment=Assignment(self._places.index, s.states),
            counts=Counts(self._places.counts, s.flat_counts),
            exact=self._exact,
            event=MappingProxyType(dict(s.event or {})),
            event_count=s.event_count,
            p_event=p_event,
            p_event_error=s.p_event_error,
            p_event_exact=self._p_event,
            tv_mean=tv_mean,
            tv_max=tv_max,
            trace=self._recorder.trace(),
            acceptance_rate=s.acceptance_rate,
            last_site=s.last_site,
            last_proposed=s.last_proposed,
            last_accepted=s.last_accepted,
            step=self._step,
            updates_per_second=self._speed(now),
            paused=self._pace.paused,
            compiled=s.compiled,
            warning=self.warning,
        )
