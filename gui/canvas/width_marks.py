"""What is drawn over the graph while somebody looks at its treewidth?

Fill edges dotted, the present clique in a band, variables that are eliminated veiled with their number in the order,
and rings around those that a bag or a piece of advice names. None of it is part of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from models.project import Position

from .style import BARS, Style, mix, style
from .text import lay_out


@dataclass(frozen=True, slots=True)
class Marks:
    """What to draw.

    Attributes
    ----------
    fill : tuple of (str, str)
        Edges added before the last step.
    fresh : tuple of (str, str)
        Edges that the last step added.
    bag : tuple of str
        The clique in hand.
    gone : mapping of str to int
        Variables eliminated, and their number in the order from 1.
    ringed : tuple of str
        Variables pointed out.
    """

    fill: tuple[tuple[str, str], ...] = ()
    fresh: tuple[tuple[str, str], ...] = ()
    bag: tuple[str, ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    ringed: tuple[str, ...] = ()


class _Layer(QGraphicsItem):
    """One of the two items: below the nodes or above them."""

    def __init__(self, marks: WidthMarks, depth: float, paint: Callable[[QPainter, Style], None]) -> None:
        super().__init__()
        self.setZValue(depth)
        self._marks = marks
        self._paint = paint

    def moved(self) -> None:
        """Lie where the nodes are now."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._marks.bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._paint(painter, style())


class WidthMarks:
    """The marks of one scene.

    Parameters
    ----------
    scene : QGraphicsScene
    place : function
        Where a variable is on the canvas now; KeyError when it is not there any more.
    """

    def __init__(self, scene: QGraphicsScene, place: Callable[[str], Position]) -> None:
        self._place = place
        self.marks = Marks()
        self.bounds = QRectF()
        self._below = _Layer(self, -2.5, self._paint_below)
        self._above = _Layer(self, 6.0, self._paint_above)
        scene.addItem(self._below)
        scene.addItem(self._above)

    def show(self, marks: Marks) -> None:
        """Draw these marks."""
        self.marks = marks
        self.follow()

    def follow(self) -> None:
        """Draw them where the variables are now."""
        m = self.marks
        names = {*m.bag, *m.gone, *m.ringed, *(name for edge in (*m.fill, *m.fresh) for name in edge)}
        points = [point for name in names if (point := self._point(name)) is not None]
        box = QRectF()
        for point in points:
            box = box.united(QRectF(point.x() - 1, point.y() - 1, 2, 2))
        reach = 2.2 * style().radius
        self.bounds = box.adjusted(-reach, -reach, reach, reach) if points else QRectF()
        self._below.moved()
        self._above.moved()

    def _point(self, name: str) -> QPointF | None:
        try:
            return QPointF(*self._place(name))
        except KeyError:
            return None  # deleted just now; other marks are on their way

    def _lines(self, edges: tuple[tuple[str, str], ...]) -> list[QLineF]:
        ends = [(self._point(a), self._point(b)) for a, b in edges]
        return [QLineF(a, b) for a, b in ends if a is not None and b is not None]

    def _paint_below(self, painter: QPainter, s: Style) -> None:
        p = s.palette
        points = [point for name in self.marks.bag if (point := self._point(name)) is not None]
        if points:
            self._paint_band(painter, s, points, mix(p.model, p.canvas, 0.3 if p.dark else 0.2))
        for edges, width in ((self.marks.fill, 2.4), (self.marks.fresh, 4.2)):
            pen = QPen(mix(p.alarm, p.text, 0.85), width * p.line_scale * s.scale)
            pen.setDashPattern([0.01, 2.0])
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLines(self._lines(edges))

    def _paint_band(self, painter: QPainter, s: Style, points: list[QPointF], colour: QColor) -> None:
        """Paint a disc around every member, and strokes that join them: the clique is one thing."""
        centre = sum(points, QPointF()) / len(points)
        pen = QPen(colour, 1.1 * s.radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines([QLineF(centre, point) for point in points])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        reach = s.radius + 1.5 * s.hull
        for point in points:
            painter.drawEllipse(point, reach, reach)

    def _paint_above(self, painter: QPainter, s: Style) -> None:
        p = s.palette
        veil = QColor(p.canvas)
        veil.setAlphaF(0.78)
        detailed = painter.worldTransform().m11() >= BARS
        for name in self.marks.gone:
            point = self._point(name)
            if point is None:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawEllipse(point, 1.08 * s.radius, 1.08 * s.radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(p.model, 5.0 * p.line_scale * s.scale))
        for name in self.marks.ringed:
            point = self._point(name)
            if point is not None:
                painter.drawEllipse(point, s.radius + s.ring_gap, s.radius + s.ring_gap)
        painter.setPen(Qt.PenStyle.NoPen)
        for name, number in self.marks.gone.items() if detailed else ():  # above the rings, or they hide digits
            point = self._point(name)
            if point is not None:
                self._paint_number(painter, s, point, number)

    def _paint_number(self, painter: QPainter, s: Style, point: QPointF, number: int) -> None:
        p, r = s.palette, 1.1 * s.badge_radius
        x, y = point.x() + 0.72 * s.radius, point.y() - 0.72 * s.radius
        painter.setBrush(p.text)
        painter.drawEllipse(QPointF(x, y), r, r)
        painter.setPen(p.canvas)
        lay_out(str(number), s.family, s.label_px, bold=True, room=1.7 * r).draw(painter, x, y)
        painter.setPen(Qt.PenStyle.NoPen)
