"""How did the likelihood get better, iteration by iteration?

The running fit or the chosen one in orange, the others thin and grey, and dashed in blue what no model can go below:
the entropy of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.words import count, fixed

from .parts import PANEL_TEXT

Trace = tuple[float, ...]


class NllPlot(QWidget):
    """NLL by iteration."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._main: Trace = ()
        self._label = ""
        self._others: list[Trace] = []
        self._floor: float | None = None
        self.show_traces((), "", [], None)

    def show_traces(self, main: Trace, label: str, others: Sequence[Trace], lowest: float | None) -> None:
        """Show one trace among others, and the entropy of the data."""
        self._main, self._label, self._others, self._floor = main, label, [t for t in others if t], lowest
        spoken = "no fit yet"
        if main:
            spoken = f"{label}, {count(len(main) - 1, 'iteration')}, from {fixed(main[0], 3)} to {fixed(main[-1], 3)}"
        self.setAccessibleName(f"NLL by iteration: {spoken}")
        self.setToolTip("Mean negative log-likelihood per row, in nats, after each iteration")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 110)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), p.canvas)
        small = theme.font(PANEL_TEXT * 0.9)
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        title = QRectF(8, 4, self.width() - 16, metrics.height())
        painter.setPen(p.text)
        headings = [f"NLL by iteration: {self._label}", f"NLL: {self._label}"] if self._main else ["NLL by iteration"]
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, _fitting(metrics, headings, title.width()))
        traces = [t for t in (self._main, *self._others) if t]
        if not traces:
            painter.setPen(p.muted)
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, "Press Fit to begin")
            painter.end()
            return
        low = min(min(t) for t in traces)
        low = low if self._floor is None else min(low, self._floor)
        high = max(max(t) for t in traces)
        spread = max(high - low, 1e-3)
        low, high = low - 0.06 * spread, high + 0.04 * spread
        last = max(len(self._main or max(traces, key=len)) - 1, 1)
        ticks = nice_ticks(low, high)
        left = 12 + max(metrics.horizontalAdvance(text) for _, text in ticks)
        area = QRectF(left, title.bottom() + 4, self.width() - left - 14, 0)
        area.setBottom(self.height() - metrics.height() - 8)

        def at(k: float, nll: float) -> QPointF:
            return QPointF(
                area.left() + area.width() * k / last, area.bottom() - area.height() * (nll - low) / (high - low)
            )

        for value, text in ticks:
            y = at(0, value).y()
            painter.setPen(QPen(p.line, 1.0))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(p.muted)
            place = QRectF(0, y - metrics.height() / 2, left - 6, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(p.muted)
        foot = QRectF(area.left(), area.bottom() + 4, area.width(), metrics.height())
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, "iteration")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{last:,}")
        for trace in self._others:
            painter.setPen(QPen(p.edge_pale, 1.4 * p.line_scale))
            painter.drawPolyline(_line([at(k, v) for k, v in enumerate(trace[: last + 1])]))
        if self._floor is not None:
            y = at(0, self._floor).y()
            painter.setPen(QPen(p.data, 1.8 * p.line_scale, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            above = QRectF(area.left(), y - metrics.height() - 1, area.width(), metrics.height())
            painter.setPen(p.data)
            words = [f"{name} {fixed(self._floor, 3)}" for name in ("entropy of the data", "data's entropy", "entropy")]
            text = _fitting(metrics, words, area.width())
            painter.drawText(above, Qt.AlignmentFlag.AlignRight, text)
        if self._main:
            points = [at(k, v) for k, v in enumerate(self._main)]
            painter.setPen(QPen(p.model, 2.6 * p.line_scale))
            painter.drawPolyline(_line(points))
            painter.setBrush(QColor(p.model))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(points[-1], 4.5, 4.5)
            self._name_end(painter, points[-1], area, metrics)
        painter.end()

    def _name_end(self, painter: QPainter, end: QPointF, area: QRectF, metrics: QFontMetricsF) -> None:
        text = fixed(self._main[-1], 4)
        width = metrics.horizontalAdvance(text)
        x = min(max(end.x() - width / 2, area.left()), area.right() - width)
        painter.setPen(theme.current().text)
        painter.drawText(QRectF(x, end.y() - metrics.height() - 6, width + 1, metrics.height()), 0, text)


def _line(points: list[QPointF]) -> QPolygonF:
    return QPolygonF(points)


def _fitting(metrics: QFontMetricsF, wordings: Sequence[str], width: float) -> str:
    """Return the first wording that fits, or what fits of the last."""
    fitting = (text for text in wordings if metrics.horizontalAdvance(text) < width)
    return next(fitting, metrics.elidedText(wordings[-1], Qt.TextElideMode.ElideRight, width))


def nice_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return two to five round values between two numbers, with their texts."""
    least = (high - low) / 5
    power = floor(log10(least))
    mantissa = next(m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * 10.0**power >= least * (1 - 1e-9))
    step = mantissa * 10.0**power
    digits = max(0, -power + (mantissa == 2.5) - (mantissa == 10.0))
    first = floor(low / step) + 1
    ticks = [k * step for k in range(first, first + 10) if k * step < high]
    return [(value, f"{value:.{digits}f}") for value in ticks]
