"""What does the grid look like that variables snap to?"""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gui import theme

from .style import mix

STEP = 20.0  # scene units between its points; what an arrow key moves by
_HEAVY = 5  # every so many lines one is stronger
_CLOSEST = 7.0  # pixels between two lines on the screen


def paint_grid(painter: QPainter, rect: QRectF, scale: float) -> None:
    """Draw faint lines behind everything; from afar only the stronger ones."""
    palette = theme.current()
    for step, share in ((STEP, 0.3), (_HEAVY * STEP, 0.75)):
        if step * scale >= _CLOSEST:
            painter.setPen(_hairline(mix(palette.line, palette.canvas, share)))
            painter.drawLines(_lines(rect, step))


def _hairline(colour: QColor) -> QPen:
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    return pen


def _lines(rect: QRectF, step: float) -> list[QLineF]:
    across = range(math.ceil(rect.left() / step), math.floor(rect.right() / step) + 1)
    down = range(math.ceil(rect.top() / step), math.floor(rect.bottom() / step) + 1)
    return [
        *(QLineF(k * step, rect.top(), k * step, rect.bottom()) for k in across),
        *(QLineF(rect.left(), k * step, rect.right(), k * step) for k in down),
    ]
