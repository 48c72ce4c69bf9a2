"""How are the marginals of the free variables drawn beside each other?

Small bars for every free variable, solid with the evidence and hollow without, always in the same order, on the same
scale from 0 to 1 and in the same colours as on the canvas. Compared evidence sets put their marks on the bars.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from html import escape

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.marks import mark_colour, paint_mark
from gui.theme import subscript
from gui.words import probability
from models.project import Project
from models.ugm import Variable

from .parts import PANEL_TEXT

_LEAST, _MOST = 9.0, 26.0  # width of a bar's place
_LABEL = 0.64  # of body text
_MOST_LABELS = 12
_GAP = 11.0  # at least, between variables
_LEAST_MARK, _MOST_MARK = 6.0, 11.0
_MOST_STATES = 24  # more are drawn without gaps

_Cells = tuple[list[float], list[float]]  # left ends and widths


class MarginalBars(QWidget):
    """The bars, as wide as they need."""

    variable_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Marginals of the free variables")
        self.setMouseTracking(True)
        self._variables: tuple[Variable, ...] = ()
        self._widths: list[float] = []
        self._wide = round(_GAP)
        self._cells: _Cells | None = None  # made when asked for
        self._now: dict[str, list[float]] = {}
        self._prior: dict[str, list[float]] = {}
        self._clamping = False
        self._excluded: dict[str, tuple[int, ...]] = {}
        self._overlays: dict[int, dict[str, list[float]]] = {}
        self._set_names: dict[int, str] = {}
        self._stale = False
        self._take_fonts()

    def _take_fonts(self) -> None:
        """Measure once what every cell is laid out and painted with."""
        self._name_font, self._small = theme.font(PANEL_TEXT, bold=True), theme.font(_LABEL)
        self._head, self._foot = QFontMetricsF(self._name_font).height(), QFontMetricsF(self._small).height()
        self._widest: dict[tuple[str, ...], float] = {}  # label, by all labels of a variable

    def show_project(self, project: Project) -> None:
        """Lay out the free variables."""
        self._variables = tuple(v for v in project.ugm.variables if v.name not in project.evidence)
        self._take_fonts()
        small, bold = QFontMetricsF(self._small), QFontMetricsF(self._name_font)
        self._widest = {}
        needed: dict[tuple[str, ...], float] = {}
        for labels in {v.labels for v in self._variables}:  # thousands of variables often have the same few
            advances = list(map(small.horizontalAdvance, labels))
            self._widest[labels] = max(advances)
            label = max(advances[:_MOST_LABELS]) + 3.0
            per_state = min(max(label, _LEAST), _MOST) if len(labels) <= _MOST_LABELS else _LEAST
            needed[labels] = min(len(labels), _MOST_STATES) * per_state
        advance = bold.horizontalAdvance
        self._widths = [max(needed[v.labels], advance(subscript(v.name))) for v in self._variables]
        self._wide = round(sum(self._widths) + _GAP * (len(self._widths) + 1))
        self._cells = None
        self._clamping = bool(project.evidence or project.soft)
        self._excluded = {
            name: tuple(state for state, value in enumerate(likelihood) if not value)
            for name, likelihood in project.soft.items()
        }
        self.updateGeometry()
        self.setMinimumWidth(self.sizeHint().width())
        self.update()

    def show_marginals(self, now: dict[str, list[float]], prior: dict[str, list[float]], stale: bool) -> None:
        """Draw these probabilities."""
        self._now, self._prior, self._stale = now, prior, stale
        self.update()

    def show_overlays(self, overlays: dict[int, dict[str, list[float]]], names: dict[int, str]) -> None:
        """Draw the marks of compared evidence sets, by the number of the mark; the sets' names are for tool tips."""
        self._overlays, self._set_names = overlays, names
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._wide, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._cells = None
        super().resizeEvent(event)

    def _laid_out(self) -> _Cells:
        """Return where each variable goes, spread over the width there is."""
        if self._cells is None:
            widths, total = self._widths, sum(self._widths)
            spare = self.width() - total - _GAP * (len(widths) + 1)
            gap = _GAP + min(max(0.0, spare) / (4 * len(widths) + 1), 2 * _GAP)
            spare -= (gap - _GAP) * (len(widths) + 1)
            stretch = 1.0 + max(0.0, spare) / max(total, 1.0)
            lefts, grown, x = [], [], gap
            for variable, width in zip(self._variables, widths, strict=True):
                most = _MOST * 1.6 * min(len(variable.labels), _MOST_STATES)
                lefts.append(x)
                grown.append(max(min(width * stretch, most), width))
                x += grown[-1] + gap
            self._cells = lefts, grown
        return self._cells

    def _cells_within(self, left: float, right: float) -> Iterator[tuple[Variable, QRectF]]:
        """Yield the variables that have something between two places, and where."""
        lefts, widths = self._laid_out()
        for k in range(max(bisect_right(lefts, left) - 1, 0), bisect_right(lefts, right)):
            yield self._variables[k], QRectF(lefts[k], 4.0, widths[k], self.height() - 8.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().canvas)
        exposed = QRectF(event.rect())
        for variable, cell in self._cells_within(exposed.left(), exposed.right()):
            if cell.intersects(exposed):
                self._paint_cell(painter, variable, cell)
        painter.end()

    def _paint_cell(self, painter: QPainter, variable: Variable, cell: QRectF) -> None:
        p = theme.current()
        n = variable.n_states
        head, foot = self._head, self._foot
        pitch = cell.width() / n
        area = cell.adjusted(0, head, 0, -foot)
        painter.setFont(self._name_font)
        painter.setPen(p.text)
        painter.drawText(
            QRectF(cell.left(), cell.top(), cell.width(), head), Qt.AlignmentFlag.AlignHCenter, subscript(variable.name)
        )
        gap = min(3.0, 0.2 * pitch)
        now, prior = self._now.get(variable.name), self._prior.get(variable.name)
        solid = QColor(p.exact)
        solid.setAlphaF(0.35 if self._stale else 1.0)
        hollow = QPen(p.muted if self._stale else p.text, 1.4 * p.line_scale)
        for state in range(n):
            left = area.left() + state * pitch + gap / 2
            if now is not None and len(now) == n:
                tall = area.height() * now[state]
                painter.fillRect(QRectF(left, area.bottom() - tall, pitch - gap, tall), solid)
            if self._clamping and prior is not None and len(prior) == n:
                tall = area.height() * prior[state]
                painter.setPen(hollow)
                painter.drawRect(QRectF(left, area.bottom() - tall, pitch - gap, tall))
        self._paint_excluded(painter, variable, area, pitch)
        painter.setPen(QPen(p.muted, 1.2))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._paint_marks(painter, variable, area, pitch)
        if self._widest[variable.labels] <= pitch:
            painter.setFont(self._small)
            painter.setPen(p.muted)
            for state, label in enumerate(variable.labels):
                place = QRectF(area.left() + state * pitch, area.bottom(), pitch, foot)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_excluded(self, painter: QPainter, variable: Variable, area: QRectF, pitch: float) -> None:
        """Cross out excluded states; many narrow ones are hatched."""
        p = theme.current()
        for state in self._excluded.get(variable.name, ()):
            place = QRectF(area.left() + state * pitch, area.top(), pitch, area.height())
            if variable.n_states > _MOST_STATES:
                painter.fillRect(place, QBrush(p.muted, Qt.BrushStyle.BDiagPattern))
                continue
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(p.muted, 1.6 * p.line_scale))
            inside = place.adjusted(0.16 * pitch, 0, -0.16 * pitch, 0)
            painter.drawLine(QLineF(inside.topLeft(), inside.bottomRight()))
            painter.drawLine(QLineF(inside.bottomLeft(), inside.topRight()))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_marks(self, painter: QPainter, variable: Variable, area: QRectF, pitch: float) -> None:
        shown = [(k, marginals.get(variable.name)) for k, marginals in self._overlays.items()]
        known = [(k, values) for k, values in shown if values is not None and len(values) == variable.n_states]
        if not known:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold = min(theme.current().line_scale, 1.25)
        size = min(max(pitch / (len(known) + 0.5), _LEAST_MARK * bold), _MOST_MARK * bold)
        step = min(max(pitch - size, 0.0) / max(len(known) - 1, 1), 1.3 * size)
        if variable.n_states > _MOST_STATES:  # lines instead of hundreds of marks, with the mark at the peak
            for k, values in known:
                points = [
                    QPointF(area.left() + (i + 0.5) * pitch, area.bottom() - share * area.height())
                    for i, share in enumerate(values)
                ]
                painter.setPen(QPen(mark_colour(k), 1.6 * theme.current().line_scale))
                painter.drawPolyline(QPolygonF(points))
                best = points[max(range(len(values)), key=values.__getitem__)]
                paint_mark(painter, k, best.x(), best.y(), _MOST_MARK)
            known = []
        for place, (k, values) in enumerate(known):
            for state, share in enumerate(values):
                x = area.left() + (state + 0.5) * pitch + (place - (len(known) - 1) / 2) * step
                paint_mark(painter, k, x, area.bottom() - share * area.height(), size)
        painter.restore()

    def _at(self, point: QPointF) -> tuple[Variable, int] | None:
        for variable, cell in self._cells_within(point.x(), point.x()):
            if cell.contains(point):
                state = int((point.x() - cell.left()) / cell.width() * variable.n_states)
                return variable, min(state, variable.n_states - 1)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._at(event.position())
        if hit is not None:
            self.variable_chosen.emit(hit[0].name)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._at(QPointF(event.pos()))
            if hit is None:
                QToolTip.hideText()
            else:
                lines = "<br>".join(map(escape, self._tip(*hit).splitlines()))  # a name may look like markup
                QToolTip.showText(event.globalPos(), f"<p style='white-space: pre'>{lines}</p>", self)
            return True
        return super().event(event)

    def _tip(self, variable: Variable, state: int) -> str:
        now, prior = self._now.get(variable.name), self._prior.get(variable.name)
        if now is None or len(now) != variable.n_states:
            return subscript(variable.name)
        text = f"p({subscript(variable.name)} = {variable.labels[state]}) = {probability(now[state])}"
        if self._clamping and prior is not None and len(prior) == variable.n_states:
            text += f", without evidence {probability(prior[state])}"
        for k, marginals in self._overlays.items():
            values = marginals.get(variable.name, ())
            if len(values) == variable.n_states:
                text += f"\n{self._set_names.get(k, '')}: {probability(values[state])}"
        return text
