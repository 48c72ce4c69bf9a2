"""How does the window have anything computed without waiting for it?

One background thread runs one `InferenceWorker`, which advances the iterators of `models.jobs.run` in turn, so that a
small question is answered while a sampler runs at full speed. The `Dispatcher` lives with the window: it stamps every
request with a generation and lets only the newest generation's replies through.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from models.errors import Cancelled, CancelToken
from models.jobs import Failure, Idle, Outcome, Pace, Progress, Snapshot
from models.jobs import run as run_job

# pyqtgraph loads this on the main thread and numba in the worker. Both at the same time would fail: its modules import
# each other in a circle. So it is there before the worker is.
with suppress(ImportError):
    import colorama  # noqa: F401

CHANNELS = (
    "structure",
    "infer",
    "file",
    "fit",
    "sample",
    "compare",
    "export",
    "keep",
    "preview",
    "independence",
    "layout",
    "generate",
    "warm",
    "advise",
    "blocks",
    "growth",
    "stack",
    "messages",
    "proof",
    "rules",
    "score",
)
_BACKGROUND = "warm"  # compiling kernels is cut coarsely, so it waits for young jobs
_YOUNG = 1.0  # seconds
_PUBLISH_EVERY = 1 / 30  # seconds between snapshots of one channel

Runner = Callable[[Any, CancelToken, Pace | None], Iterator[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A question on its way to the worker."""

    channel: str
    generation: int
    job: Any
    cancel: CancelToken
    pace: Pace | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A payload on its way back."""

    channel: str
    generation: int
    payload: Any


@dataclass(frozen=True, slots=True)
class Ended:
    """The last reply to every request that was not cancelled."""


@dataclass(slots=True, eq=False)
class _Live:
    """A job that the worker is advancing."""

    request: Request
    steps: Generator[Any, None, None]
    started: float
    due: float = 0.0
    published: float = float("-inf")
    waiting: dict[type, Any] = field(default_factory=dict)  # newest Progress and Snapshot not yet sent


class InferenceWorker(QObject):
    """Lives on the background thread and only advances iterators; what they compute is none of its business."""

    replied = Signal(object)

    def __init__(self, run: Runner = run_job) -> None:
        super().__init__()
        self._run = run
        self._live: dict[str, _Live] = {}
        self._timer: QTimer | None = None

    @Slot()
    def start(self) -> None:
        """Make the timer, on the thread it ticks on."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.advance)
        self._schedule()  # a request may have come first

    @Slot(object)
    def take(self, request: Request) -> None:
        """Start a job in place of the channel's older one."""
        self._close(request.channel)
        if request.cancel.cancelled:
            return
        now = time.monotonic()
        self._live[request.channel] = _Live(request, self._steps(request), now)
        self._schedule()

    @Slot(str)
    def wake(self, channel: str) -> None:
        """Look at a channel at once: its pace changed or it was cancelled."""
        live = self._live.get(channel)
        if live is not None:
            live.due = 0.0
            self._schedule()

    @Slot()
    def advance(self) -> None:
        """Give every job that is due one slice."""
        for live in list(self._live.values()):
            if live.request.cancel.cancelled:
                self._close(live.request.channel)
            elif live.due <= time.monotonic() and not self._must_wait(live):
                self._slice(live)
            if live.waiting and self._is_live(live):
                self._publish(live)
        # Slices of pure Python shorter than the interpreter's switch interval would starve the window's thread.
        time.sleep(0)
        self._schedule()

    @Slot()
    def shutdown(self) -> None:
        """Close every iterator and end the thread's event loop."""
        for channel in list(self._live):
            self._close(channel)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        QThread.currentThread().quit()

    # --- one job ------------------------------------------------------------------------------------------------

    def _steps(self, request: Request) -> Generator[Any, None, None]:
        yield from self._run(request.job, request.cancel, request.pace)

    def _slice(self, live: _Live) -> None:
        try:
            payload = next(live.steps)
        except (StopIteration, Cancelled):
            self._end(live)
            return
        except Exception as error:  # noqa: BLE001 - a defect in a job must not end the worker
            self._end(live, Failure(error, "".join(traceback.format_exception(error))))
            return
        if isinstance(payload, Idle):
            live.due = time.monotonic() + payload.seconds
        elif isinstance(payload, Progress | Snapshot):
            live.waiting[type(payload)] = payload
        elif isinstance(payload, Outcome | Failure):
            self._end(live, payload)

    def _end(self, live: _Live, last: Outcome | Failure | None = None) -> None:
        for payload in (*live.waiting.values(), *([] if last is None else [last]), Ended()):
            self._reply(live, payload)
        self._close(live.request.channel)

    def _publish(self, live: _Live) -> None:
        now = time.monotonic()
        if now - live.published < _PUBLISH_EVERY:
            return
        # By the clock rather than from the last one, so that slices of uneven length lose none: 30 a second on average.
        live.published = max(live.published + _PUBLISH_EVERY, now - _PUBLISH_EVERY)
        for payload in live.waiting.values():
            self._reply(live, payload)
        live.waiting.clear()

    def _reply(self, live: _Live, payload: Any) -> None:
        if not live.request.cancel.cancelled:
            self.replied.emit(Reply(live.request.channel, live.request.generation, payload))

    def _close(self, channel: str) -> None:
        live = self._live.pop(channel, None)
        if live is not None:
            try:
                live.steps.close()
            except Exception:  # noqa: BLE001 - a generator that fails while closing has nobody left to tell
                traceback.print_exc()

    def _is_live(self, live: _Live) -> bool:
        return self._live.get(live.request.channel) is live

    # --- when ---------------------------------------------------------------------------------------------------

    def _must_wait(self, live: _Live) -> bool:
        if live.request.channel != _BACKGROUND:
            return False
        now = time.monotonic()
        return any(
            other is not live and other.due <= now and now - other.started < _YOUNG for other in self._live.values()
        )

    def _schedule(self) -> None:
        if self._timer is None or not self._live:
            return
        now = time.monotonic()
        moments = [live.due for live in self._live.values()]
        moments += [live.published + _PUBLISH_EVERY for live in self._live.values() if live.waiting]
        self._timer.start(max(0, round(1000 * (min(moments) - now))))


class Dispatcher(QObject):
    """Sends jobs to the worker and hands back what still counts.

    Signals
    -------
    replied : (str, object)
        Channel and payload: `Progress`, `Snapshot`, `Outcome` or `Failure` of the channel's newest job.
    busy_changed : (str, bool)
        A channel started or stopped working.
    """

    replied = Signal(str, object)
    busy_changed = Signal(str, bool)
    _sent = Signal(object)
    _woken = Signal(str)
    _closing = Signal()

    def __init__(self, parent: QObject | None = None, run: Runner = run_job) -> None:
        super().__init__(parent)
        self._generations = dict.fromkeys(CHANNELS, 0)
        self._tokens: dict[str, CancelToken] = {}
        self._closed = False
        self._worker = InferenceWorker(run)
        self._thread = QThread()
        self._thread.setObjectName("inference")
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.started.connect(self._worker.start, queued)
        self._sent.connect(self._worker.take, queued)
        self._woken.connect(self._worker.wake, queued)
        self._closing.connect(self._worker.shutdown, queued)
        self._worker.replied.connect(self._receive, queued)
        self._thread.start()

    def submit(self, channel: str, job: Any, pace: Pace | None = None) -> int:
        """Ask for a job in place of whatever the channel was doing; return its generation."""
        was_busy = self._retire(channel)
        generation = self._generations[channel]
        if self._closed:
            return generation
        token = self._tokens[channel] = CancelToken()
        self._sent.emit(Request(channel, generation, job, token, pace))
        if not was_busy:
            self.busy_changed.emit(channel, True)
        return generation

    def cancel(self, channel: str) -> None:
        """Stop a channel; nothing more comes from it."""
        if self._retire(channel):
            self._woken.emit(channel)
            self.busy_changed.emit(channel, False)

    def wake(self, channel: str) -> None:
        """Tell a channel that its pace changed, so that it need not be found out later."""
        self._woken.emit(channel)

    def busy(self, channel: str) -> bool:
        """Whether a job of the channel is on its way."""
        return channel in self._tokens

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """Cancel everything and end the thread; return whether it ended in time. May be called again."""
        for channel in list(self._tokens):
            self._retire(channel)
        self._closed = True
        if not self._thread.isRunning():
            return True
        self._closing.emit()
        return self._thread.wait(timeout_ms)

    def _retire(self, channel: str) -> bool:
        token = self._tokens.pop(channel, None)
        if token is not None:
            token.cancel()
        self._generations[channel] += 1
        return token is not None

    @Slot(object)
    def _receive(self, reply: Reply) -> None:
        channel = reply.channel
        if reply.generation != self._generations[channel]:
            return  # a fast job can finish just as it is replaced
        if isinstance(reply.payload, Ended):
            if self._tokens.pop(channel, None) is not None:
                self.busy_changed.emit(channel, False)
        else:
            self.replied.emit(channel, reply.payload)
