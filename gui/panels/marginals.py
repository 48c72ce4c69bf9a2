"""How do the marginals of all free variables change when some are clamped?

The plots of the Graph workspace: a line that explains the bars, the legend of compared evidence sets, and the bars.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from models.project import Project

from .legend import MarkLegend
from .marginal_bars import MarginalBars
from .parts import PANEL_TEXT

if TYPE_CHECKING:
    from models.jobs import InferenceReport

_HOLD_MS = 60  # so long a change waits to be painted together with its answers


class MarginalsPanel(QFrame):
    """A line that explains the bars, and the bars, which scroll sideways."""

    selection_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel()
        self._bars = MarginalBars()
        self._bars.variable_chosen.connect(self._choose)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._bars)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("Marginals")
        self._project = Project()
        self._report: InferenceReport | None = None
        self._held = QTimer(self, singleShot=True, interval=_HOLD_MS)
        self._held.timeout.connect(self._paint_now)
        self._legend = MarkLegend()
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(self._caption)
        top.addWidget(self._legend, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 2)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self._scroll, 1)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Lay out the free variables of a project."""
        self._project = after
        same = before is not None and before.evidence == after.evidence and before.soft == after.soft
        if before is None or before.ugm is not after.ugm or not same:
            if before is not None and self.isVisible():
                self._bars.setUpdatesEnabled(False)
                self._held.start()
            self._bars.show_project(after)
            self._explain(None)

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Draw the marginals, dimmed while out of date."""
        self._report = report
        now, prior = {}, {}
        if report is not None:
            now = {name: [float(p) for p in m] for name, m in report.inference.marginals.items()}
            if report.prior is not None:
                prior = {name: [float(p) for p in m] for name, m in report.prior.marginals.items()}
        self._bars.show_marginals(now, prior, stale)
        self._explain(report)
        self._paint_now()

    @Slot()
    def _paint_now(self) -> None:
        """Paint what was held."""
        self._held.stop()
        self._bars.setUpdatesEnabled(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._paint_now()
        super().hideEvent(event)

    def show_overlays(self, marks: Mapping[str, int], overlays: Mapping[int, Mapping[str, object]]) -> None:
        """Draw the marks of compared evidence sets, and say which is which."""
        self._legend.show_marks(marks)
        self._explain(self._report)
        drawn = {
            k: {name: [float(p) for p in m] for name, m in found.items()}  # type: ignore[attr-defined]
            for k, found in overlays.items()
        }
        self._bars.show_overlays(drawn, {mark: name for name, mark in marks.items()})

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._caption.setFont(theme.font(PANEL_TEXT))
        self._bars.show_project(self._project)

    def _explain(self, report: InferenceReport | None) -> None:
        if not self._project.ugm.variables:
            text = "Marginals appear here once there are variables."
        elif all(name in self._project.evidence for name in self._project.ugm.names):
            text = "Every variable is clamped: nothing is left to infer."
        elif self._legend.words:
            text = "Solid: in hand"
        elif self._report is None:
            text = "No exact marginals."
        elif not self._project.evidence and not self._project.soft:
            text = "Exact marginals. Clamp a variable to see them change."
        elif self._report.prior is None:
            text = "Exact marginals given the evidence; without it the model is too large."
        else:
            text = "Exact marginals: solid given the evidence, hollow without."
        self._caption.setText(text)

    @Slot(str)
    def _choose(self, name: str) -> None:
        self.selection_asked.emit((("variable", name),))
