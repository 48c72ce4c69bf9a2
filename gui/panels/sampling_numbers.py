"""Which numbers does a running sampler show?

Updates, draws, speed, acceptance, the probability of the event beside its exact value, and the distance to the exact
marginals: the figures that are read from the last row stand in larger type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from models.ugm import Variable

from .parts import PANEL_TEXT
from .sampling_words import distance_words, estimate_words, event_words, exact_words

if TYPE_CHECKING:
    from models.samplers.snapshot import SampleSnapshot

_NONE = "—"
_GAP = 8


class ElidedLabel(QLabel):
    """A name that is cut where there is no room for it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()


class NumbersCard(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._names: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        for key, text, tip in (
            ("draws", "Draws", "One after each sweep, when every free variable has had its turn"),
            ("updates", "Updates", "Visits of single variables"),
            ("accepted", "Accepted", "Share of proposals taken"),
            ("event", "", "Share of draws in which the event happened, with its standard error by batch means"),
            ("exact", "exactly", "The event's exact probability given the clamps"),
            (
                "distance",
                "Distance",
                "Total variation distance between draws and exact marginals: the largest of all variables",
            ),
        ):
            name, value = ElidedLabel(text), QLabel(_NONE)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for label in (name, value):
                label.setToolTip(tip)
                label.setWhatsThis(tip)
            row = QHBoxLayout()  # rather than a grid: a long figure shortens no other name than its own
            row.setSpacing(_GAP)
            row.addWidget(name, 1)
            row.addWidget(value)
            column.addLayout(row)
            self._names[key], self._values[key] = name, value

    def value(self, key: str) -> str:
        """Return what stands beside a name: "draws", "updates", "accepted", "event", "exact" or "distance"."""
        return self._values[key].text()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        for key, value in self._values.items():
            large = key in ("event", "exact", "distance", "draws")
            value.setFont(theme.font(1.0 if large else PANEL_TEXT, bold=large))
            self._names[key].setFont(theme.font(PANEL_TEXT))
        self._fit_event()
        shown = self.palette()
        shown.setColor(self._values["exact"].foregroundRole(), p.good_text)
        self._values["exact"].setPalette(shown)

    def show_run(
        self,
        snapshot: SampleSnapshot | None,
        variables: Sequence[Variable],
        event: Mapping[str, int],
        clamped: bool,
    ) -> None:
        """Show a run; without one, show what would be counted."""
        if snapshot is not None:
            variables, event, clamped = snapshot.variables, snapshot.event, bool(snapshot.evidence)
        self._put("event", None, event_words(variables, event, clamped) or "No event")
        self._show_row("exact", bool(event))
        self._show_row("accepted", snapshot is not None and snapshot.method == "metropolis")
        if snapshot is None:
            for key in self._values:
                self._put(key, _NONE)
            return
        s = snapshot
        self._put("draws", f"{s.n_draws:,}")
        self._put("updates", f"{s.n_updates:,}")
        rate = s.acceptance_rate
        self._put("accepted", _NONE if rate != rate else f"{rate:.1%}")
        unseen = "none yet" if s.n_draws and not s.event_count else None
        self._put("event", (unseen or estimate_words(s.p_event, s.p_event_error)) if event else _NONE)
        self._fit_event()
        self._put("exact", _NONE if s.p_event_exact is None else exact_words(s.p_event_exact, s.p_event_error))
        self._put("distance", distance_words(s.tv_max))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_event()

    def _fit_event(self) -> None:
        """Write the estimate smaller where its name would not be read beside it."""
        name, value = self._names["event"], self._values["event"]
        large = theme.font(1.0, bold=True)
        wide = name.fontMetrics().horizontalAdvance(name.text()) + _GAP
        wide += QFontMetrics(large).horizontalAdvance(value.text())
        value.setFont(large if wide <= self.width() else theme.font(PANEL_TEXT, bold=True))

    def _show_row(self, key: str, shown: bool) -> None:
        self._names[key].setVisible(shown)
        self._values[key].setVisible(shown)

    def _put(self, key: str, value: str | None, name: str | None = None) -> None:
        if value is not None:
            self._values[key].setText(value)
        if name is not None:
            self._names[key].setText(name)
            self._names[key].update()
        self._values[key].setAccessibleName(f"{self._names[key].text()}: {self._values[key].text()}")
