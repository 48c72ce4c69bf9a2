"""How does a person have variables laid out, see them move, and stop or take back the move?

A layout is found by the worker (or by Graphviz, in a process of its own) while the window lives on. The items on the
canvas glide ahead of the document; the end is one edit. Stop keeps what is on the screen, Esc and any edit of the graph
put everything back, and a press of the mouse on the canvas stops before it does anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from gui import theme
from gui.canvas.crowding import largest_scale, spot
from gui.canvas.items import set_hurried
from gui.graphviz import Graphviz
from models.payloads import Failure, Outcome, Snapshot

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from models.laying_out import LayOut, Method
    from models.project import Position, Project

CHANNEL = "layout"
MOST_ANIMATED = 1500  # variables; beyond that a frame would take too long
_UNHURRIED = 150  # variables; more are drawn without their bars while they move
_FRAME_MS = 33
_CHASE = 0.35  # of the way to a snapshot, each frame
_LANDING = 0.3  # seconds to the final places
_MOST_SPREAD, _FURTHEST, _AIR = 500, 2.2, 1.05
_WORDS: dict[Method, str] = {
    "layered": "Lay out in layers", "circular": "Lay out in a circle", "grid": "Lay out on a grid",
    "spring": "Lay out by springs",
}  # fmt: skip

Places = dict[str, "Position"]


@dataclass(slots=True)
class _Run:
    """A layout under way."""

    text: str
    job: LayOut
    centre: Position
    target: Places = field(default_factory=dict)
    start: Places = field(default_factory=dict)  # where the landing began
    landing: float | None = None  # when it began


class Layouts(Feature):
    """The Layout menu of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._run: _Run | None = None
        self._committing = False
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._advance)
        self._graphviz = Graphviz(self)
        self._graphviz.placed.connect(self._land)
        self._graphviz.failed.connect(self._fail)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        ours = {f"layout.{method}": partial(self.start, method) for method in _WORDS}
        theirs = {f"layout.{engine}": partial(self.start_graphviz, engine) for engine in self._graphviz.ENGINES}
        return {**ours, **theirs, "layout.stop": self.stop}

    def connect_up(self) -> None:
        window = self.window
        window.dispatcher.replied.connect(self._hear)
        window.status.task.stop_asked.connect(self._stop_asked)
        window.escape_pressed.connect(self.cancel)
        window.view.viewport().installEventFilter(self)
        self._show_running()
        self._look_for_graphviz()

    def show_project(self, before: Project | None, after: Project) -> None:
        if before is None:
            self._look_for_graphviz()
        graph = before is not None and before.ugm is after.ugm and before.positions is after.positions
        if self._run is not None and not self._committing and not graph:
            self.cancel()

    def close(self) -> None:
        self.cancel()

    @property
    def running(self) -> bool:
        """Whether a layout is under way."""
        return self._run is not None

    # --- starting ----------------------------------------------------------------------------------------------

    def start(self, method: Method, seed: int | None = None) -> None:
        """Lay out the selected variables, or all, in one of our own ways."""
        run = self._begin(_WORDS[method], method, seed)
        if run is not None:
            self.window.dispatcher.submit(CHANNEL, run.job)

    def start_graphviz(self, engine: str) -> None:
        """Let Graphviz lay out the selected variables, or all."""
        run = self._begin(f"Lay out by Graphviz {engine}", "layered" if engine == "dot" else "spring", None)
        if run is not None:
            self.window.status.task.show_busy(CHANNEL, True)
            self._graphviz.start(engine, run.job)

    def _begin(self, text: str, method: Method, seed: int | None) -> _Run | None:
        from models.laying_out import job_of, middle
        from models.layout_points import SEED

        self.cancel()
        window = self.window
        project = window.document.project
        chosen = window.scene.selection.variables
        if not project.ugm.variables:
            window.show_notice("There is nothing to lay out yet. Add some variables first.", "edit")
            return None
        window.scene.cancel_gesture()
        names = chosen if len(chosen) > 1 else project.ugm.names
        root = chosen[0] if len(chosen) == 1 else None
        job = job_of(
            project,
            method,
            names,
            root=root,
            seed=SEED if seed is None else seed,
            spacing=self._spacing(project, names),
        )
        run = self._run = _Run(text, job, middle([project.positions[name] for name in names]))
        self._show_running()
        return run

    def _spacing(self, project: Project, names: tuple[str, ...]) -> float:
        """Return how far neighbours must be apart for their cards of bars."""
        from models.layouts import SPACING

        widest = 0.0
        for labels in {project.ugm.variable(name).labels for name in names}:
            widest = max(widest, *(part.width() for part in spot((0, 0), labels).parts))
        return max(SPACING, widest + 60.0)

    # --- what comes back ---------------------------------------------------------------------------------------

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL or self._run is None:
            return
        if isinstance(payload, Snapshot):
            if self._animates:
                self._run.target.update(payload.value)
                set_hurried(len(self._run.job.names) > _UNHURRIED)
                if not self._frames.isActive():
                    self._frames.start()
        elif isinstance(payload, Outcome):
            self._land(payload.value)
        elif isinstance(payload, Failure):
            self._fail(payload)

    @Slot(object)
    def _fail(self, problem: Any) -> None:
        self.cancel()
        self.window.show_notice(problem, "edit")

    @property
    def _animates(self) -> bool:
        run = self._run
        return (
            run is not None
            and theme.animated()
            and len(run.job.names) <= MOST_ANIMATED
            and self.window.view.isVisible()
        )

    @Slot(object)
    def _land(self, places: Mapping[str, Position]) -> None:
        """Glide to the final places, and make the edit when there."""
        run = self._run
        if run is None:
            return
        self.window.status.task.show_busy(CHANNEL, False)
        final = self._spread(run, dict(places))
        if not self._animates:
            self._commit(final)
            return
        run.target, run.landing = final, perf_counter()
        set_hurried(len(final) > _UNHURRIED)
        run.start = {name: self.window.scene.mirror.place(name) for name in final}
        self._frames.start()

    def _spread(self, run: _Run, places: Places) -> Places:
        """Move places apart until circles and bars lie free of each other, and free of what stays."""
        from models.laying_out import put_free

        project = self.window.document.project
        if not 1 < len(places) <= _MOST_SPREAD:
            return places
        spots = [spot(place, project.ugm.variable(name).labels) for name, place in places.items()]
        room = largest_scale(spots, 1.0)
        if room >= 1.0:
            return places
        factor = min(_AIR / max(room, 1.0 / _FURTHEST), _FURTHEST)
        wider = {name: (factor * x, factor * y) for name, (x, y) in places.items()}
        others = {name: place for name, place in project.positions.items() if name not in places}
        return put_free(wider, others, run.centre, factor * run.job.spacing)

    # --- moving ------------------------------------------------------------------------------------------------

    @Slot()
    def _advance(self) -> None:
        run = self._run
        if run is None:
            self._frames.stop()
            return
        mirror = self.window.scene.mirror
        if run.landing is None:
            moved = {}
            for name, (x, y) in run.target.items():
                a, b = mirror.place(name)
                moved[name] = (a + _CHASE * (x - a), b + _CHASE * (y - b))
            mirror.move(moved)
        else:
            share = min((perf_counter() - run.landing) / _LANDING, 1.0)
            if share >= 1.0:
                self._commit(run.target)
                return
            eased = share * share * (3 - 2 * share)
            mirror.move(
                {
                    name: (a + eased * (run.target[name][0] - a), b + eased * (run.target[name][1] - b))
                    for name, (a, b) in run.start.items()
                }
            )
        self.window.view.follow_graph()

    def _commit(self, places: Mapping[str, Position]) -> None:
        """Make the edit."""
        run, window = self._run, self.window
        if run is None:
            return
        self._end()
        window.scene.mirror.settle(run.job.names)
        project = window.document.project
        moved = {name: place for name, place in places.items() if project.positions[name] != place}
        if not moved:
            window.view.follow_graph()
            window.statusBar().showMessage("Nothing moved: the variables stand like this already", 3000)
            return
        self._committing = True
        try:
            window.edit(run.text, project.with_positions(moved))
        finally:
            self._committing = False

    def _end(self) -> None:
        self._run = None
        set_hurried(False)
        self.window.view.viewport().update()  # with bars again
        self._frames.stop()
        self._graphviz.stop()
        self.window.dispatcher.cancel(CHANNEL)
        self.window.status.task.show_busy(CHANNEL, False)
        self._show_running()

    def _show_running(self) -> None:
        self.window.actions_by_key["layout.stop"].setEnabled(self._run is not None)

    # --- stopping ----------------------------------------------------------------------------------------------

    @Slot()
    def stop(self) -> None:
        """Keep the places reached."""
        run = self._run
        if run is None:
            return
        mirror = self.window.scene.mirror
        reached = {name: mirror.place(name) for name in run.job.names}
        self._commit({name: (float(round(x)), float(round(y))) for name, (x, y) in reached.items()})

    @Slot()
    def cancel(self) -> None:
        """Put everything back."""
        run = self._run
        if run is None:
            return
        self._end()
        self.window.scene.mirror.settle(run.job.names)
        self.window.view.follow_graph()

    @Slot(str)
    def _stop_asked(self, channel: str) -> None:
        if channel == CHANNEL:
            self.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self._run is not None:
            self.stop()
        return super().eventFilter(watched, event)

    # --- Graphviz ----------------------------------------------------------------------------------------------

    def _look_for_graphviz(self) -> None:
        self._graphviz.dress_actions(self.window.actions_by_key)


__all__ = ["CHANNEL", "Layouts"]
