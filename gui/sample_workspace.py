"""How do the Sample pages reach the worker, and how do its snapshots reach the pages and the canvas?"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from models.jobs import Pace
from models.project import Project

if TYPE_CHECKING:
    from models.samplers.snapshot import SampleSnapshot

    from .main_window import MainWindow
    from .panels.sampling import SampleInspector, SamplePlots, SampleRequest

_FOLLOWED = 30.0  # updates a second up to which the variable being updated is ringed
_CROWD = 400  # variables and factors from which on drawing all of them takes a good part of a frame
_CROWD_EVERY = 0.25  # seconds between pictures of so many


class SampleWorkspace(QObject):
    """Connects the pages of one window."""

    def __init__(self, window: MainWindow, side: SampleInspector, below: SamplePlots) -> None:
        super().__init__(window)
        self._window = window
        self.side, self.below = side, below
        self.snapshot: SampleSnapshot | None = None
        self._pace = Pace()
        self._on_canvas = False
        self._written = 0.0  # when states were last written into the nodes
        side.start_requested.connect(self._start)
        side.pause_requested.connect(self._pause)
        side.step_requested.connect(self._step)
        side.reset_requested.connect(self._reset)
        side.speed_changed.connect(self._set_speed)
        side.event_changed.connect(self._count)
        side.watch_changed.connect(self._watch)
        side.fit_changed.connect(below.set_fit)
        controller = window.controller
        controller.sampled.connect(self._show)
        controller.sampling_changed.connect(self._show_running)
        controller.inference_reported.connect(self._show_exact)
        self.show_project(None, window.document.project)
        self._show_exact(controller.report, False)

    def show_project(self, before: Project | None, after: Project) -> None:
        """Pass a change on; a run of another document is forgotten."""
        if before is None and self.snapshot is not None:
            self.side.reset()
        self.side.show_project(before, after)
        self.below.show_project(before, after)

    def show_on_canvas(self, visible: bool) -> None:
        """Write the states into the nodes, or take them out again."""
        self._on_canvas = visible
        self._show_states()

    @property
    def running(self) -> bool:
        """Whether a sampler is there, paused or not."""
        return self._window.controller.sampling

    # --- what people ask for -------------------------------------------------------------------------------------

    @Slot(object)
    def _start(self, request: SampleRequest) -> None:
        self._pace = Pace(request.updates_per_second, request.paused, request.pending)
        self._window.notices.settle("sample")
        self.below.show_note("")
        self.below.set_watch(request.watch)
        self._window.controller.start_sampling(
            request.method, request.seed, dict(request.event), request.watch, self._pace
        )

    @Slot(bool)
    def _pause(self, paused: bool) -> None:
        self._pace.paused = paused
        self._window.controller.wake_sampler()

    @Slot()
    def _step(self) -> None:
        self._pace.pending += 1
        self._window.controller.wake_sampler()

    @Slot(object)
    def _set_speed(self, updates_per_second: float | None) -> None:
        self._pace.updates_per_second = updates_per_second
        self._window.controller.wake_sampler()

    @Slot()
    def _reset(self) -> None:
        self._window.controller.stop_sampling()
        self.snapshot = None
        self.below.show_note("")
        self.below.show_snapshot(None)
        self._show_states()

    @Slot(object)
    def _count(self, event: dict[str, int]) -> None:
        self._window.controller.change_sampling(event=event)

    @Slot(object)
    def _watch(self, names: tuple[str, ...]) -> None:
        self.below.set_watch(names)
        self._window.controller.change_sampling(watch=names)

    # --- what comes back -----------------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, snapshot: SampleSnapshot) -> None:
        self.snapshot = snapshot
        self.side.show_snapshot(snapshot)
        self.below.show_snapshot(snapshot)
        self._show_states()

    @Slot(bool, str)
    def _show_running(self, running: bool, note: str) -> None:
        self.side.show_running(running)
        self.below.show_running(running)
        if note:
            self.below.show_note(note)

    @Slot(object, bool)
    def _show_exact(self, report: Any, stale: bool) -> None:
        if not stale:
            inference = None if report is None else report.inference
            self.side.show_exact(inference)
            self.below.show_exact(inference)

    def _show_states(self) -> None:
        snapshot, scene = self.snapshot, self._window.scene
        if snapshot is None or not self._on_canvas:
            scene.show_states(None, None)
            return
        if any(name not in snapshot.counts for name in self._window.document.project.ugm.names):
            return  # of the model before; the sampler is being started on the new one
        speed = self._pace.updates_per_second
        followed = snapshot.paused or (speed is not None and speed <= _FOLLOWED)
        ugm, now = self._window.document.project.ugm, monotonic()
        if not followed and len(ugm.variables) + len(ugm.factors) > _CROWD and now - self._written < _CROWD_EVERY:
            return
        self._written = now
        scene.show_states(snapshot.assignment, snapshot.last_site if followed else None)
