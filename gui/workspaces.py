"""Which inspector and which plots belong to which workspace?

Graph is there at once. Fit and Sample bring pyqtgraph with them, so they are made a moment after the window is shown,
or when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from models.jobs import Fit
from models.project import DataReference, FitRecord, Project

from .placing import placed
from .sample_workspace import SampleWorkspace
from .width_workspace import WidthWorkspace

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .panels.fitting import FitInspector, FitRequest, FitResults


class FitWorkspace(QObject):
    """Connects the Fit pages with the document and the worker."""

    def __init__(self, window: MainWindow, side: FitInspector, below: FitResults) -> None:
        super().__init__(window)
        self._window = window
        self.side, self.below = side, below
        side.fit_requested.connect(self._fit)
        side.stop_requested.connect(window.controller.stop_fit)
        side.data_requested.connect(self._open_data)
        below.record_chosen.connect(self._load_record)
        controller = window.controller
        controller.fit_progressed.connect(side.show_progress)
        controller.fit_progressed.connect(below.show_progress)
        controller.fit_ended.connect(self._ended)
        controller.fitted.connect(self._accept)
        window.dispatcher.busy_changed.connect(self._show_busy)
        self.show_data(controller.dataset)
        self.show_project(None, window.document.project)

    def show_project(self, before: Project | None, after: Project) -> None:
        """Pass a change on."""
        self.side.show_project(before, after)
        self.below.show_project(before, after)

    def show_data(self, dataset: Any) -> None:
        """Pass the data on."""
        self.side.show_dataset(dataset)
        self.below.show_dataset(dataset)

    @Slot(object)
    def _fit(self, request: FitRequest) -> None:
        window = self._window
        window.notices.settle("fit")
        job = Fit(window.controller.dataset, request.factors, request.label, request.optimizer, request.l2)
        window.controller.start_fit(job)

    @Slot(str)
    def _open_data(self, source: str) -> None:
        if source == "open":
            self._window.filing.open_data_dialog()
        else:
            self._window.controller.open_data(DataReference(source))

    @Slot(str, bool)
    def _show_busy(self, channel: str, busy: bool) -> None:
        if channel == "fit":
            self.side.show_running(busy)
            self.below.show_running(busy)

    @Slot(str)
    def _ended(self, why: str) -> None:
        if why:
            self.side.show_failure(why)

    @Slot(object)
    def _accept(self, record: FitRecord) -> None:
        project = self._window.document.project
        after = put_model(project, record)
        name = self._window.controller.dataset.name
        self._window.edit(f"Fit {record.label} to {name}", replace(after, fits=(*project.fits, record)))

    @Slot(object)
    def _load_record(self, record: FitRecord) -> None:
        project = self._window.document.project
        if record.ugm is not None and record.ugm is not project.ugm:
            self._window.edit(f"Load fit {record.label}", put_model(project, record))


def put_model(project: Project, record: FitRecord) -> Project:
    """Put a fitted model on the canvas; variables that are not there yet are given places."""
    if record.ugm is None:
        return project
    after = project.with_model(record.ugm)
    return after if all(name in project.ugm for name in record.ugm.names) else placed(after)


class Workspaces(QObject):
    """Switches the pages of one window.

    Signals
    -------
    built : ()
        The pages of Fit and Sample are there.
    shown : (str)
        A workspace's pages were put in sight.
    """

    built = Signal()
    shown = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.name = "graph"
        self.fit: FitWorkspace | None = None
        self.sample: SampleWorkspace | None = None
        self.width: WidthWorkspace | None = None
        self._pages: dict[str, tuple[QWidget, QWidget]] = {}
        self._add("graph", window.inspector, window.marginals)
        window.controller.data_loaded.connect(self._show_data)

    def build(self) -> None:
        """Make the pages that are not there yet."""
        if self.fit is not None:
            return
        from .panels.fitting import FitInspector, FitResults
        from .panels.sampling import SampleInspector, SamplePlots
        from .panels.width import WidthInspector
        from .tree import TreePanel

        self.fit = FitWorkspace(self._window, FitInspector(), FitResults())
        self._add("fit", self.fit.side, self.fit.below)
        self.sample = SampleWorkspace(self._window, SampleInspector(), SamplePlots())
        self._add("sample", self.sample.side, self.sample.below)
        self.width = WidthWorkspace(self._window, WidthInspector(), TreePanel())
        self._add("width", self.width.side, self.width.below)
        self.built.emit()

    def warm(self) -> None:
        """Make the pages and load what their plots are drawn with, so that the first switch does not wait for it."""
        self.build()
        import pyqtgraph  # noqa: F401 - a third of a second

    def _add(self, name: str, side: QWidget, below: QWidget) -> None:
        self._window.side.addWidget(side)
        self._window.below.addWidget(below)
        self._pages[name] = (side, below)

    def show(self, name: str) -> None:
        """Show a workspace's pages."""
        if name != "graph":
            self.build()
        self.name = name
        side, below = self._pages[name]
        self._window.side.setCurrentWidget(side)
        self._window.below.setCurrentWidget(below)
        self._window.show_place(name, wide=name in ("fit", "sample"))
        if self.sample is not None:
            self.sample.show_on_canvas(name == "sample")
        if self.width is not None:
            self.width.show_on_canvas(name == "width")
        self.shown.emit(name)

    def act(self, key: str) -> None:
        """Do a menu's command of the Fit or Sample workspace."""
        self._window.set_workspace(key.split(".")[0])
        if self.fit is None or self.sample is None:
            return
        acts: dict[str, Callable[[], None]] = {
            "fit.start": self.fit.side.ask_fit,
            "fit.stop": self.fit.side.ask_stop,
            "sample.start": self.sample.side.toggle,
            "sample.step": self.sample.side.step,
            "sample.reset": self.sample.side.reset,
        }
        acts[key]()

    def show_project(self, before: Project | None, after: Project) -> None:
        """Pass a change on."""
        for workspace in (self.fit, self.sample, self.width):
            if workspace is not None:
                workspace.show_project(before, after)

    @Slot(object, object, bool)
    def _show_data(self, dataset: Any, record: FitRecord | None, adopting: bool) -> None:
        """Take data that were read: into the document if a person asked for them, else only its row of the table."""
        document = self._window.document
        if self.fit is not None:
            self.fit.show_data(dataset)
        if record is None:
            return
        project = document.project
        reference = self._window.controller.reference
        if adopting and reference is not None:
            after = project.with_data(reference, dataset.variables, record)
            if after.ugm.names != project.ugm.names:
                after = placed(after)
            if not project.title:
                after = replace(after, title=dataset.name)
            self._window.edit(f"Load {dataset.name}", after)
            self._window.set_workspace("fit")
        elif all(row.ugm is not None for row in project.fits):
            document.amend(replace(project, fits=(record, *project.fits)))
