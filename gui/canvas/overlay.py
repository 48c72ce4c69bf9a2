"""What is drawn only while a gesture lasts: rubber band, lasso, the line to a new edge, the ghost of a variable?"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from .style import style


class Overlay(QGraphicsItem):
    """One item above all others, empty most of the time."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(10.0)
        self._band: QRectF | None = None
        self._loop: QPolygonF | None = None
        self._line: QLineF | None = None
        self._ghost: QPointF | None = None
        self._bounds = QRectF()

    def clear(self) -> None:
        """Show nothing."""
        self._put()

    def show_band(self, rect: QRectF) -> None:
        """Show the rubber band of a selection."""
        self._put(band=rect)

    def show_loop(self, loop: QPolygonF) -> None:
        """Show the lasso drawn so far, closed by a straight line."""
        self._put(loop=loop)

    def show_line(self, start: QPointF, end: QPointF) -> None:
        """Show the line from a variable to the mouse."""
        self._put(line=QLineF(start, end))

    def show_ghost(self, centre: QPointF) -> None:
        """Show where a new variable would stand."""
        self._put(ghost=centre)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return self._band is None and self._loop is None and self._line is None and self._ghost is None

    def _put(
        self,
        band: QRectF | None = None,
        loop: QPolygonF | None = None,
        line: QLineF | None = None,
        ghost: QPointF | None = None,
    ) -> None:
        self.prepareGeometryChange()
        self._band, self._loop, self._line, self._ghost = band, loop, line, ghost
        box = band if band is not None else QRectF()
        if loop is not None:
            box = loop.boundingRect()
        if line is not None:
            box = QRectF(line.p1(), line.p2()).normalized()
        if ghost is not None:
            box = style().circle.translated(ghost)
        reach = 12 * style().scale * style().palette.line_scale
        self._bounds = QRectF() if self.is_empty else box.adjusted(-reach, -reach, reach, reach)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        if self._band is not None:
            painter.setPen(s.band_pen)
            painter.setBrush(s.band_brush)
            painter.drawRect(self._band)
        if self._loop is not None:
            painter.setPen(s.band_pen)
            painter.setBrush(s.band_brush)
            painter.drawPolygon(self._loop, Qt.FillRule.WindingFill)
        if self._line is not None:
            painter.setPen(s.rubber_pen)
            painter.drawLine(self._line)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(s.rubber_pen.color())
            painter.drawEllipse(self._line.p2(), 5 * s.scale, 5 * s.scale)
        if self._ghost is not None:
            painter.setPen(s.rubber_pen)
            painter.setBrush(s.band_brush)
            painter.drawEllipse(s.circle.translated(self._ghost))
