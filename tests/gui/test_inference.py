"""Does the worker answer in turn, the newest only, on the right threads, and end cleanly?"""

import threading
import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot

from gui.inference import Dispatcher
from models.errors import Cancelled, DataError
from models.jobs import Failure, Idle, Outcome, Pace, Progress, Snapshot
from tests.patience import MS, SECONDS


class Ear(QObject):
    """Notes every reply, and the thread it came on."""

    def __init__(self, dispatcher):
        super().__init__()
        self.heard, self.threads, self.busy = [], set(), []
        dispatcher.replied.connect(self.hear)
        dispatcher.busy_changed.connect(self.note)

    @Slot(str, object)
    def hear(self, channel, payload):
        self.threads.add(QThread.currentThread())
        self.heard.append((channel, payload))

    @Slot(str, bool)
    def note(self, channel, busy):
        self.busy.append((channel, busy))

    def values(self, channel, kind=Outcome):
        return [p.value for c, p in self.heard if c == channel and isinstance(p, kind)]

    def failures(self):
        return [p for _, p in self.heard if isinstance(p, Failure)]


@pytest.fixture
def dispatcher(qapp):
    """A dispatcher whose jobs are functions (cancel, pace) -> iterator."""
    made = Dispatcher(run=lambda job, cancel, pace: job(cancel, pace))
    yield made
    assert made.shutdown(MS)


@pytest.fixture
def ear(dispatcher):
    return Ear(dispatcher)


def answer(value, slices=0):
    def job(cancel, pace):
        for _ in range(slices):
            yield None
        yield Outcome(value)

    return job


def endless(closed=None):
    def job(cancel, pace):
        try:
            while True:
                yield None
        finally:
            if closed is not None:
                closed.append(True)

    return job


def test_a_job_runs_off_the_main_thread_and_is_heard_on_it(qtbot, dispatcher, ear):
    where = []

    def job(cancel, pace):
        where.append(threading.current_thread() is threading.main_thread())
        yield Outcome(42)

    dispatcher.submit("infer", job)
    qtbot.waitUntil(lambda: ear.values("infer") == [42])
    assert where == [False]
    assert ear.threads == {QCoreApplication.instance().thread()}
    qtbot.waitUntil(lambda: ear.busy == [("infer", True), ("infer", False)])
    assert not dispatcher.busy("infer")


def test_only_the_last_of_a_burst_counts(qtbot, dispatcher, ear):
    for k in range(50):
        dispatcher.submit("infer", answer(k, slices=k % 3))
    qtbot.waitUntil(lambda: not dispatcher.busy("infer"))
    assert ear.values("infer") == [49]


def test_a_late_reply_to_a_replaced_request_is_dropped(qtbot, dispatcher, ear):
    started, release = threading.Event(), threading.Event()

    def old(cancel, pace):
        started.set()
        release.wait(SECONDS)
        yield Outcome("old")

    dispatcher.submit("infer", old)
    assert started.wait(SECONDS)
    dispatcher.submit("infer", answer("new"))  # the old job is inside its slice and cannot see this
    release.set()
    qtbot.waitUntil(lambda: not dispatcher.busy("infer"))
    assert ear.values("infer") == ["new"]


def test_a_reply_already_under_way_when_replaced_is_dropped(qtbot, dispatcher, ear):
    done = threading.Event()

    def old(cancel, pace):
        yield Outcome("old")
        done.set()

    def closing(cancel, pace):
        try:
            yield from old(cancel, pace)
        finally:
            done.set()

    dispatcher.submit("infer", closing)
    assert done.wait(SECONDS)  # its reply waits in this thread's queue now
    dispatcher.submit("infer", answer("new"))
    qtbot.waitUntil(lambda: not dispatcher.busy("infer"))
    assert ear.values("infer") == ["new"]


def test_two_channels_take_turns(qtbot, dispatcher, ear):
    turns = []
    gate = threading.Event()

    def counting(name):
        def job(cancel, pace):
            gate.wait(SECONDS)
            for _ in range(40):
                turns.append(name)
                yield None
            yield Outcome(name)

        return job

    dispatcher.submit("sample", counting("sample"))
    dispatcher.submit("infer", counting("infer"))
    gate.set()
    qtbot.waitUntil(lambda: ear.values("sample") == ["sample"] and ear.values("infer") == ["infer"])
    first = turns.index("infer")
    both = turns[first : first + 60]
    assert abs(both.count("sample") - both.count("infer")) <= 2


def test_a_question_is_answered_while_a_sampler_runs(qtbot, dispatcher, ear):
    closed = []
    dispatcher.submit("sample", endless(closed))
    dispatcher.submit("infer", answer("quick", slices=5))
    qtbot.waitUntil(lambda: ear.values("infer") == ["quick"])
    assert dispatcher.busy("sample")
    dispatcher.cancel("sample")
    qtbot.waitUntil(lambda: closed == [True])
    assert not dispatcher.busy("sample")
    assert not ear.failures()


def test_cancelling_is_silent_and_prompt_even_while_idle(qtbot, dispatcher, ear):
    asked, closed = [], []

    def sleeper(cancel, pace):
        try:
            while True:
                asked.append(True)
                yield Idle(100 * SECONDS)  # only the cancelling ends this wait
        finally:
            closed.append(True)

    dispatcher.submit("sample", sleeper)
    qtbot.waitUntil(lambda: asked == [True])
    dispatcher.cancel("sample")
    qtbot.waitUntil(lambda: closed == [True])
    assert asked == [True]
    assert ear.heard == []


def test_a_cancelled_error_is_silent(qtbot, dispatcher, ear):
    def job(cancel, pace):
        yield None
        raise Cancelled

    dispatcher.submit("infer", job)
    qtbot.waitUntil(lambda: not dispatcher.busy("infer"))
    assert ear.heard == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_defect_is_reported_with_its_traceback_and_the_worker_goes_on(qtbot, dispatcher, ear, at_once):
    def broken(cancel, pace):
        if not at_once:
            yield None
        raise ValueError("a defect")
        yield

    dispatcher.submit("infer", broken)
    qtbot.waitUntil(lambda: len(ear.failures()) == 1)
    failure = ear.failures()[0]
    assert isinstance(failure.error, ValueError)
    assert "a defect" in failure.traceback_text
    assert "broken" in failure.traceback_text
    dispatcher.submit("infer", answer("still here"))
    qtbot.waitUntil(lambda: ear.values("infer") == ["still here"])


def test_a_failure_payload_passes_through(qtbot, dispatcher, ear):
    dispatcher.submit("file", lambda cancel, pace: iter([Failure(DataError("no rows"))]))
    qtbot.waitUntil(lambda: len(ear.failures()) == 1)
    assert str(ear.failures()[0].error) == "no rows"


class Clock:
    """Stands still between the steps that a job makes; what the worker sleeps does not count."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        pass


def test_snapshots_are_thinned_but_the_newest_and_the_outcome_arrive(qtbot, dispatcher, ear, monkeypatch):
    """A thousand in half a second: thirty a second are sent, by a clock that the job itself moves on."""
    clock = Clock()
    monkeypatch.setattr("gui.inference.time", clock)

    def job(cancel, pace):
        for k in range(1, 1001):
            clock.now += 0.0005
            yield Snapshot(k)
        yield Outcome(1000)

    dispatcher.submit("sample", job)
    qtbot.waitUntil(lambda: ear.values("sample") == [1000])
    snapshots = ear.values("sample", Snapshot)
    assert 14 <= len(snapshots) <= 18
    assert snapshots == sorted(snapshots)
    assert snapshots[-1] == 1000


def test_a_snapshot_before_a_pause_is_not_held_back(qtbot, dispatcher, ear):
    def job(cancel, pace):
        yield Snapshot(1)
        yield Snapshot(2)
        while True:
            yield Idle(100 * SECONDS)

    dispatcher.submit("sample", job)
    qtbot.waitUntil(lambda: ear.values("sample", Snapshot)[-1:] == [2])


def test_idle_jobs_wait_and_a_wake_ends_the_wait(qtbot, dispatcher, ear):
    pace = Pace(paused=True)
    asked = []

    def job(cancel, pace):
        while True:
            asked.append(True)
            if pace.pending:
                pace.pending -= 1
                yield Snapshot("stepped")
            else:
                yield Idle(100 * SECONDS)

    dispatcher.submit("sample", job, pace)
    qtbot.waitUntil(lambda: asked == [True])
    qtbot.wait(100)
    assert asked == [True]
    pace.pending += 1
    dispatcher.wake("sample")
    qtbot.waitUntil(lambda: ear.values("sample", Snapshot) == ["stepped"])


def test_an_idle_wait_is_respected_while_others_work(qtbot, dispatcher, ear):
    asked = []

    def slow(cancel, pace):
        while True:
            asked.append(time.monotonic())
            yield Idle(0.1)

    dispatcher.submit("sample", slow)
    dispatcher.submit("infer", endless())
    qtbot.waitUntil(lambda: len(asked) >= 4)
    gaps = [b - a for a, b in pairwise(asked)]
    assert min(gaps) >= 0.099


def test_progress_is_passed_on(qtbot, dispatcher, ear):
    dispatcher.submit("fit", lambda cancel, pace: iter([Progress(1, 2, "half"), Outcome(None)]))
    qtbot.waitUntil(lambda: len(ear.heard) == 2)
    assert ear.heard[0] == ("fit", Progress(1, 2, "half"))


def test_compiling_waits_for_young_questions(qtbot, dispatcher, ear, monkeypatch):
    order, clock = [], Clock()
    monkeypatch.setattr("gui.inference.time", clock)  # the question stays young, however slow the machine is

    def warm(cancel, pace):
        for _ in range(3):
            order.append("warm")
            yield None
        yield Outcome(None)

    def question(cancel, pace):
        for _ in range(30):
            order.append("infer")
            yield None
        yield Outcome(None)

    dispatcher.submit("infer", question)
    dispatcher.submit("warm", warm)
    qtbot.waitUntil(lambda: not dispatcher.busy("warm"))
    assert order == ["infer"] * 30 + ["warm"] * 3


def test_compiling_does_not_wait_for_ever(qtbot, dispatcher, ear, monkeypatch):
    order, clock, gate = [], Clock(), threading.Event()
    monkeypatch.setattr("gui.inference.time", clock)

    def warm(cancel, pace):
        order.append(clock.now)
        yield Outcome(None)

    def question(cancel, pace):
        gate.wait(SECONDS)  # no time passes before both are asked for
        while True:
            clock.now += 0.1
            yield None

    dispatcher.submit("infer", question)
    dispatcher.submit("warm", warm)
    gate.set()
    qtbot.waitUntil(lambda: not dispatcher.busy("warm"))
    assert 1001.0 <= order[0] < 1002.0


@pytest.mark.parametrize("delay_ms", [0, 5, 40])
def test_closing_while_everything_runs_ends_the_thread(qapp, qtbot, delay_ms):
    begun, closed = set(), []

    def noting(channel):
        def job(cancel, pace):
            begun.add(channel)
            yield from endless(closed)(cancel, pace)

        return job

    dispatcher = Dispatcher(run=lambda job, cancel, pace: job(cancel, pace))
    for channel in ("structure", "infer", "fit", "sample"):
        dispatcher.submit(channel, noting(channel))
    if delay_ms:
        qtbot.wait(delay_ms)
        qtbot.waitUntil(lambda: len(begun) == 4)
    assert dispatcher.shutdown(MS)
    assert dispatcher.shutdown(0)
    assert len(closed) == len(begun)
    dispatcher.submit("infer", answer(1))
    assert not dispatcher.busy("infer")


def test_a_job_that_will_not_stop_is_given_up_after_the_bound(qapp):
    release = threading.Event()
    started = threading.Event()

    def stubborn(cancel, pace):
        started.set()
        release.wait(SECONDS)
        yield None

    dispatcher = Dispatcher(run=lambda job, cancel, pace: job(cancel, pace))
    dispatcher.submit("infer", stubborn)
    assert started.wait(SECONDS)
    assert not dispatcher.shutdown(50)
    release.set()
    assert dispatcher.shutdown(MS)
