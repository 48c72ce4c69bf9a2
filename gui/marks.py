"""How are up to five evidence sets told apart when their marginals are drawn over the same bars?

Each has a mark: a colour, and a shape that repeats it for whoever cannot tell the colours. The mark of a set is the
same on the canvas, in the plots, in the legend and in the list of sets.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from . import theme

N_MARKS = 5
SHAPES = ("disc", "square", "triangle", "diamond", "cross")
_ICON = 20


def mark_colour(k: int) -> QColor:
    """Return the colour of the k-th mark in the palette in force."""
    p = theme.current()
    return (p.data, p.model, p.text, p.states[3], p.muted)[k % N_MARKS]


@lru_cache(maxsize=N_MARKS)
def _shape(k: int) -> QPainterPath:
    """Return a shape of about the same area around the origin, one unit wide."""
    path = QPainterPath()
    if k == 0:
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
    elif k == 1:
        path.addRect(QRectF(-0.5, -0.5, 1.0, 1.0))
    elif k == 2:
        path.addPolygon(QPolygonF([QPointF(-0.56, 0.46), QPointF(0.56, 0.46), QPointF(0, -0.56)]))
    elif k == 3:
        path.addPolygon(QPolygonF([QPointF(0, -0.74), QPointF(0.5, 0), QPointF(0, 0.74), QPointF(-0.5, 0)]))
    else:
        arm, thick = 0.58, 0.2
        path.addRect(QRectF(-arm, -thick, 2 * arm, 2 * thick))
        upright = QPainterPath()
        upright.addRect(QRectF(-thick, -arm, 2 * thick, 2 * arm))
        path = path.united(upright)
    path.closeSubpath()
    return path


def paint_mark(painter: QPainter, k: int, x: float, y: float, size: float) -> None:
    """Draw a mark, with a thin rim in the colour of the canvas so that it shows on a bar of any colour."""
    painter.save()
    painter.translate(x, y)
    painter.scale(size, size)
    painter.setPen(QPen(theme.current().canvas, 1.6 / size))
    painter.setBrush(mark_colour(k))
    painter.drawPath(_shape(k % N_MARKS))
    painter.restore()


def mark_icon(k: int) -> QIcon:
    """Return a mark as an icon."""
    pixmap = QPixmap(2 * _ICON, 2 * _ICON)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_mark(painter, k, _ICON, _ICON, 1.3 * _ICON)
    painter.end()
    return QIcon(pixmap)
