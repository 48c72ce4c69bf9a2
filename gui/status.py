"""What is the window doing, and what does a click do now?

The status bar: a hint for the tool in hand, how large the model is, log Z and how it was computed, and the job that has
been running for a while, with its progress and a button that stops it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from models.jobs import InferenceReport, Progress, StructureReport
from models.project import Project

from . import theme
from .canvas.coming import MOST_DETAILED
from .tiles import FittingLabel
from .words import count, log_number

_PATIENCE_MS = 300
_TEXT_WIDTH = 300  # pixels at normal size
_TASKS = {
    "file": "Reading",
    "fit": "Fitting",
    "infer": "Computing marginals",
    "structure": "Searching for the treewidth",
    "compare": "Comparing evidence sets",
    "independence": "Comparing numbers",
    "layout": "Laying out",
    "generate": "Making the graph",
    "export": "Exporting",
    "warm": "Preparing fast kernels",
}


class TaskWidget(QWidget):
    """The job that has been running for a while; hidden when there is none."""

    stop_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._busy: dict[str, str] = {}  # channel -> what it says of itself
        self._totals: dict[str, tuple[float, float | None]] = {}
        self._ripe: set[str] = set()
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(110)
        self._bar.setMaximumHeight(14)
        self._stop = QPushButton("Stop")
        self._stop.setToolTip("Stop this job; what is there so far stays")
        self._stop.setAccessibleName("Stop the job")
        self._stop.clicked.connect(self._ask_stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._text, self._bar, self._stop):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MS)
        self._timer.timeout.connect(self._ripen)
        self.hide()

    @property
    def channel(self) -> str:
        """The channel shown; "" for none."""
        return next((channel for channel in _TASKS if channel in self._busy and channel in self._ripe), "")

    @Slot(str, bool)
    def show_busy(self, channel: str, busy: bool) -> None:
        """Take note that a channel works, or not."""
        if channel not in _TASKS:
            return
        if busy:
            self._busy[channel] = _TASKS[channel]
            self._totals[channel] = (0.0, None)
            self._timer.start()
        else:
            self._busy.pop(channel, None)
            self._ripe.discard(channel)
            if not self._busy:
                self._timer.stop()
        self._show()

    @Slot(str, object)
    def show_progress(self, channel: str, progress: Progress) -> None:
        """Show how far a channel is."""
        if channel in self._busy:
            self._busy[channel] = progress.text or _TASKS[channel]
            self._totals[channel] = (progress.done, progress.total)
            self._show()

    def restyle(self) -> None:
        """Take the sizes in force."""
        height = self.fontMetrics().height() + 4
        self._stop.setFixedHeight(height)
        self.setFixedHeight(height)

    def close_down(self) -> None:
        """Stop the timer."""
        self._timer.stop()

    @Slot()
    def _ripen(self) -> None:
        self._ripe |= set(self._busy)
        self._show()

    def _show(self) -> None:
        channel = self.channel
        self.setVisible(bool(channel))
        if not channel:
            return
        done, total = self._totals[channel]
        text = self._busy[channel]
        self._text.setToolTip(text)
        room = round(_TEXT_WIDTH * theme.font_scale())
        self._text.setText(self._text.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        if total:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * min(done / total, 1.0)))
        else:
            self._bar.setRange(0, 0)
        self._stop.setVisible(channel != "warm")

    @Slot()
    def _ask_stop(self) -> None:
        if self.channel:
            self.stop_asked.emit(self.channel)


class HintLabel(FittingLabel):
    """A hint in clauses; where there is no room for all of them, the first ones, or none rather than part of one."""

    def show_wordings(self, wordings: Sequence[str], tip: str = "") -> None:
        clauses = wordings[-1].rstrip(".").split(", ")
        shorter = [f"{', '.join(clauses[:k])}." for k in range(len(clauses) - 1, 0, -1)]
        super().show_wordings([*wordings, *shorter, ""], tip or wordings[0])


class StatusStrip:
    """Fills a window's status bar."""

    def __init__(self, bar: QStatusBar) -> None:
        self._bar = bar
        bar.setSizeGripEnabled(False)
        self.hint = HintLabel(0.8, role="muted")
        self._counts = QLabel()
        self._log_z = QLabel()
        self.task = TaskWidget()
        bar.addWidget(self.hint, 1)
        for widget in (self.task, self._counts, self._log_z):
            bar.addPermanentWidget(widget)
        bar.setContentsMargins(8, 0, 10, 0)
        self._log_z.setContentsMargins(14, 0, 0, 0)  # away from the counts
        # Qt hides the hint while it shows a message, but shows it again, over the message, when the bar changes height.
        bar.messageChanged.connect(self._make_room)
        self._components = 0
        self._project = Project()
        self.restyle()

    def show_project(self, before: Project | None, after: Project) -> None:
        """Count variables and edges."""
        self._project = after
        if before is None:
            self._log_z.setText("")
        self._show_counts()

    def show_structure(self, report: StructureReport) -> None:
        """Count components."""
        self._components = len(report.components)
        self._show_counts()

    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show log Z and its method, dimmed while out of date."""
        self._log_z.setEnabled(not stale)
        if report is None:
            self._log_z.setText("")
        elif not stale:
            inference = report.inference
            if not self._project.ugm.variables:
                self._log_z.setText("")
                return
            self._log_z.setText(f"log Z = {log_number(inference.log_z)} ({inference.method})")

    def restyle(self) -> None:
        """Take the sizes in force."""
        self.hint.restyle()
        for widget in (self._bar, self._counts, self._log_z, self.task):
            widget.setFont(theme.font(0.8))
        self.task.restyle()
        # As high with a job in it as without, or all of the window would jump.
        self._bar.setMinimumHeight(self.task.minimumHeight() + 4)

    def _make_room(self, message: str) -> None:
        self.hint.setVisible(not message)

    def _show_counts(self) -> None:
        ugm = self._project.ugm
        n, m = len(ugm.variables), len(ugm.edges)
        parts = [count(n, "variable"), count(m, "edge")]
        if n and self._components:
            parts.append(count(self._components, "component"))
        if n > MOST_DETAILED:
            parts.append("simplified drawing")
        self._counts.setText(", ".join(parts) if n else "")
