"""Does a watched chain follow its pace, and do pauses, steps and speeds leave the draws alone?

Time is a counter that the test turns, so nothing here waits or depends on the machine.
"""

from dataclasses import FrozenInstanceError
from itertools import islice, pairwise

import numpy as np
import pytest

from models import Cancelled, ZeroMassError, complete
from models.errors import CancelToken
from models.kernels import wanted
from models.payloads import Pace
from models.samplers import live, make_sampler
from models.samplers.live import EVERY, NAP, SLICE, sample_run_steps
from models.samplers.snapshot import SampleSnapshot
from tests.models.sampler_models import equal_bits, flat_bits
from tests.oracles import enumerate_ugm


@pytest.fixture(autouse=True, scope="module")
def _compiled():
    wanted("gibbs", float("inf"))


@pytest.fixture(autouse=True)
def _few_updates_at_once(monkeypatch):
    """The clock stands still while the loop runs, so the run would ask for ever more at once."""
    monkeypatch.setattr(live, "MOST_AT_ONCE", 500)


class Clock:
    """Seconds that pass only when told, and a little at every look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now, self.tick = 100.0, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def snapshots(values):
    return [v for v in values if isinstance(v, SampleSnapshot)]


def run_for(steps, clock, seconds):
    """Advance a run as the worker would, jumping over the naps, and return its snapshots with their times."""
    end, seen = clock.now + seconds, []
    while clock.now < end:
        value = next(steps)
        if isinstance(value, SampleSnapshot):
            seen.append((clock.now, value))
        elif isinstance(value, float):
            assert value > 0
            clock.now += value
    return seen


def start(ugm, pace, clock, evidence=None, **options):
    steps = sample_run_steps(ugm, evidence, "gibbs", 3, pace, clock=clock, **options)
    for value in steps:
        if value is not None:
            return steps, value
    raise AssertionError("the run ended")


def test_the_first_snapshot_is_the_start():
    ugm = complete(4, 3)
    _, first = start(ugm, Pace(), Clock(0.001), evidence={"x2": 1}, event={"x1": 0})
    assert (first.n_updates, first.n_draws) == (0, 0)
    assert dict(first.assignment) == make_sampler(ugm, {"x2": 1}, seed=3).assignment
    assert first.watch == ("x1", "x3", "x4")
    assert first.evidence == {"x2": 1}
    assert np.isnan([first.tv_mean, first.tv_max, first.p_event, first.p_event_error]).all()
    assert first.trace.draws.size == 0
    assert first.last_site is None


def test_full_speed_shows_thirty_times_a_second_and_draws_what_the_seed_says():
    ugm, clock = complete(4, 3), Clock(0.001)
    exact = dict(zip(ugm.names, enumerate_ugm(ugm).marginals, strict=True))
    steps, _ = start(ugm, Pace(), clock, event={"x1": 0, "x2": 1}, exact=exact, p_event=0.25, watch=("x3",))
    seen = run_for(steps, clock, 3.0)
    assert 85 <= len(seen) <= 91
    assert all(b[0] - a[0] > EVERY / 2 for a, b in pairwise(seen))
    last = seen[-1][1]
    plain = make_sampler(ugm, seed=3)
    plain.set_event({"x1": 0, "x2": 1})
    plain.advance(last.n_updates)
    assert dict(last.assignment) == plain.assignment
    assert {n: c.tolist() for n, c in last.counts.items()} == {n: c.tolist() for n, c in plain.counts.items()}
    assert (last.event_count, last.p_event) == (plain.event_count, plain.p_event)
    assert last.p_event_error == plain.p_event_error
    distances = {n: np.abs(plain.counts[n] / plain.n_draws - exact[n]).sum() / 2 for n in ugm.names}
    assert last.tv_max == pytest.approx(max(distances.values()), abs=1e-15)
    assert last.tv_mean == pytest.approx(np.mean(list(distances.values())), abs=1e-15)
    assert (last.watch, last.p_event_exact, last.exact) == (("x3",), 0.25, exact)
    assert last.updates_per_second > 0
    assert last.step is None


def test_the_trace_depends_on_the_draws_alone():
    traces = []
    for tick, seconds in ((0.0004, 2.0), (0.003, 2.0)):
        ugm, clock = complete(3, 3), Clock(tick)
        exact = dict(zip(ugm.names, enumerate_ugm(ugm).marginals, strict=True))
        steps, _ = start(ugm, Pace(), clock, exact=exact, event={"x1": 2})
        trace = run_for(steps, clock, seconds)[-1][1].trace
        traces.append(np.stack([trace.draws, trace.tv_mean, trace.tv_max, trace.share])[:, :-1])
    shared = min(t.shape[1] for t in traces)
    assert shared > 30
    np.testing.assert_array_equal(traces[0][:, :shared], traces[1][:, :shared])
    draws = traces[0][0]
    assert draws[:4].tolist() == [1, 2, 3, 4]
    assert (np.diff(draws) > 0).all()
    assert draws.size < 20 * np.log10(draws[-1]) + 21


@pytest.mark.parametrize("rate", [1.0, 7.0, 25.0, 200.0, 5000.0])
def test_slow_motion_makes_the_updates_that_are_due(rate):
    clock = Clock(1e-6)
    steps, _ = start(complete(3, 3), Pace(updates_per_second=rate), clock)
    began = clock.now
    seen = run_for(steps, clock, 4.0)
    due = (clock.now - began) * rate
    assert abs(seen[-1][1].n_updates - due) <= 1 + rate * 2 * EVERY
    assert len(seen) <= 4.0 / EVERY + 2
    if rate < 30:
        # One snapshot per update, each with its story.
        assert [s.n_updates for _, s in seen] == list(range(1, len(seen) + 1))
        assert all(s.step is not None and s.step.name == s.last_site for _, s in seen)
        assert seen[-1][1].updates_per_second == pytest.approx(rate, rel=0.3)


def test_changes_of_speed_leave_the_draws_alone():
    ugm, clock, pace = complete(4, 3), Clock(1e-3), Pace()
    steps, _ = start(ugm, pace, clock)
    for rate in (None, 10.0, 500.0, None, 2.0):
        pace.updates_per_second = rate
        last = run_for(steps, clock, 0.7)[-1][1]
    plain = make_sampler(ugm, seed=3)
    plain.advance(last.n_updates)
    assert dict(last.assignment) == plain.assignment


def test_pausing_and_single_steps():
    ugm, clock, pace = flat_bits(3), Clock(1e-3), Pace(paused=True)
    steps, first = start(ugm, pace, clock)
    assert first.paused
    assert isinstance(next(steps), SampleSnapshot)
    assert [next(steps) for _ in range(3)] == [NAP] * 3
    pace.pending = 1
    one = next(steps)
    assert (one.n_updates, one.step.name, pace.pending) == (1, "b0", 0)
    pace.pending = 2
    three = next(steps)
    assert (three.n_updates, three.n_draws, three.step.name) == (3, 1, "b2")
    assert three.updates_per_second == 0
    assert next(steps) == NAP
    pace.paused = False
    assert run_for(steps, clock, 0.2)[-1][1].n_updates > 3
    pace.paused = True
    still = next(steps)
    assert still.paused
    assert next(steps) == NAP


def test_a_machine_that_sleeps_owes_nothing():
    clock, pace = Clock(1e-6), Pace(updates_per_second=10.0)
    steps, _ = start(flat_bits(2), pace, clock)
    before = run_for(steps, clock, 1.0)[-1][1].n_updates
    clock.now += 3600
    after = run_for(steps, clock, 1.0)[-1][1].n_updates
    assert after - before < 16


def test_a_speed_beyond_the_machine_still_yields():
    clock = Clock(0.001)
    steps, _ = start(flat_bits(2), Pace(updates_per_second=1e12), clock)
    list(islice(steps, 4))
    for _ in range(50):
        before = clock.now
        assert not isinstance(next(steps), float)
        assert clock.now - before < 3 * SLICE


def test_snapshots_cannot_be_changed():
    steps, first = start(flat_bits(2), Pace(), Clock(0.001))
    with pytest.raises(FrozenInstanceError):
        first.n_draws = 3
    later = snapshots(islice(steps, 200))[-1]
    with pytest.raises(ValueError, match="read-only"):
        later.counts["b0"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        later.trace.draws[0] = 1
    kept = later.counts["b0"].tolist()
    snapshots(islice(steps, 50))
    assert later.counts["b0"].tolist() == kept
    assert first.counts["b0"].tolist() == [0, 0]


def test_everything_clamped_runs_on():
    clock = Clock(0.001)
    steps, _ = start(flat_bits(2), Pace(), clock, evidence={"b0": 1, "b1": 0}, event={"b0": 1})
    last = run_for(steps, clock, 0.3)[-1][1]
    assert last.n_draws > 0
    assert last.counts["b0"].tolist() == [0, last.n_draws]
    assert last.p_event == 1.0
    steps, _ = start(flat_bits(1), Pace(updates_per_second=5.0), clock, evidence={"b0": 1})
    assert run_for(steps, clock, 2.0)[-1][1].step is None


def test_the_warning_comes_along():
    _, first = start(equal_bits(), Pace(), Clock(0.001))
    assert "cannot reach" in first.warning


def test_a_chain_goes_on_from_a_saved_state():
    ugm = complete(3, 3)
    state = make_sampler(ugm, seed=3)
    state.set_event({"x1": 0})
    state.advance(1000)
    _, first = start(ugm, Pace(), Clock(0.001), state=state.state(), event={"x1": 0})
    assert (first.n_updates, first.event_count) == (1000, state.event_count)


def test_cancelling_and_impossible_evidence():
    token = CancelToken()
    steps = sample_run_steps(flat_bits(2), None, "gibbs", 0, cancel=token)
    next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        next(steps)
    with pytest.raises(ZeroMassError):
        next(sample_run_steps(equal_bits(), {"a": 0, "b": 1}, "gibbs", 0))
