"""What came of the fits?

Below the canvas: the table of fits, and beside it the likelihood by iteration of the fit that is running or whose model
is on the canvas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QToolButton, QWidget

from gui import icons, theme
from models.project import FitRecord, Project

from .fit_plot import NllPlot
from .fit_rows import Naming
from .fit_table import FitTable

if TYPE_CHECKING:
    from models.dataset import Dataset
    from models.learning import FitProgress

_LEAST_PLOT, _PLOT = 140, 200


def fit_on_canvas(project: Project) -> FitRecord | None:
    """Return the fit whose model is the one on the canvas."""
    ugm = project.ugm
    for record in reversed(project.fits):
        if record.ugm is not None and (record.ugm is ugm or record.ugm.same_as(ugm)):
            return record
    return None


class FitResults(QWidget):
    """The table of fits, and beside it the likelihood by iteration."""

    record_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._naming = Naming()
        self._live: FitProgress | None = None
        self.table = FitTable()
        self.table.record_chosen.connect(self.record_chosen)
        self.plot = NllPlot()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.table)
        self._split.addWidget(self.plot)
        self._split.setStretchFactor(0, 7)
        self._split.setStretchFactor(1, 2)
        self._curve = QToolButton()
        self._curve.setCheckable(True)
        self._curve.setAutoRaise(True)
        self._curve.setAccessibleName("Show the curve of the NLL")
        self._curve.setToolTip("Show or hide the NLL by iteration")
        self._curve.clicked.connect(self._want_plot)
        self._wanted: bool | None = None  # None: as the width allows
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._split, 1)
        row.addWidget(self._curve, 0, Qt.AlignmentFlag.AlignTop)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show the fits of a project."""
        self._project = after
        if before is None or before.fits is not after.fits:
            self._live = None
        if before is None or before.fits is not after.fits or before.ugm is not after.ugm:
            self._show()

    @Slot(object)
    def show_dataset(self, dataset: Dataset | None) -> None:
        """Take the names of variables and states from the data."""
        self._naming = Naming() if dataset is None else Naming.of(dataset.variables)
        self._show()

    @Slot(object)
    def show_progress(self, progress: FitProgress) -> None:
        """Draw the running fit's curve."""
        self._live = progress
        self._show_plot()

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Forget the curve of a fit that ended without a row."""
        if not running and self._live is not None:
            self._live = None
            self._show_plot()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        size = round(theme.points(1.4))
        self._curve.setIcon(icons.icon("fit"))
        self._curve.setIconSize(QSize(size, size))
        self.table.restyle()
        self.plot.update()
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give the table what its columns need and the plot the rest.

        A plot too narrow to read is left out, unless it is asked for; then the table scrolls.
        """
        whole = self.width() - self._curve.sizeHint().width() - self._split.handleWidth()
        spare = whole - self.table.needed_width()
        shown = spare >= _LEAST_PLOT if self._wanted is None else self._wanted
        self.plot.setVisible(shown)
        self._curve.setChecked(shown)
        plot = min(spare if spare >= _LEAST_PLOT else _PLOT, round(0.4 * whole))
        self._split.setSizes([whole - plot, plot])

    @Slot(bool)
    def _want_plot(self, shown: bool) -> None:
        self._wanted = shown
        self._share_width()

    def _show(self) -> None:
        records = self._project.fits
        naming = self._naming
        fitted = next((record.ugm for record in records if record.ugm is not None), None)
        if not naming.names and fitted is not None:
            naming = Naming.of(fitted.variables)
        self.table.show_records(records, naming, fit_on_canvas(self._project))
        self._share_width()
        self._show_plot()

    def _show_plot(self) -> None:
        fits = [record for record in self._project.fits if record.ugm is not None]
        lowest = next((record.nll for record in self._project.fits if record.ugm is None), None)
        if self._live is not None:
            self.plot.show_traces(self._live.trace, "running", [record.trace for record in fits], lowest)
            return
        shown = fit_on_canvas(self._project) or (fits[-1] if fits else None)
        if shown is None:
            self.plot.show_traces((), "", [], lowest)
            return
        others = [record.trace for record in fits if record is not shown]
        self.plot.show_traces(shown.trace, shown.label, others, lowest)
