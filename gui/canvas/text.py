"""How is a short text laid out once and drawn many times?

Laying out text costs far more than drawing it, so names and labels are kept as `QStaticText`, made to fit the room they
have: first smaller, then cut short with an ellipsis.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QStaticText, QTransform

_SMALLEST = 0.55  # of the wanted size, before text is cut short
_as_shapes = [False]


@contextmanager
def shapes() -> Iterator[None]:
    """Draw the outlines of letters instead of text, for pictures that have to look the same without the font."""
    _as_shapes[0] = True
    try:
        yield
    finally:
        _as_shapes[0] = False


@dataclass(frozen=True, slots=True)
class Text:
    """A laid-out line of text; sizes in scene units."""

    static: QStaticText
    font: QFont
    width: float
    height: float
    whole: bool  # nothing was cut off

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw with the painter's pen, centred on a point."""
        if _as_shapes[0]:
            path = QPainterPath()
            ascent = QFontMetricsF(self.font).ascent()
            path.addText(x - self.width / 2, y - self.height / 2 + ascent, self.font, self.static.text())
            painter.fillPath(path, painter.pen().color())
            return
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(x - self.width / 2, y - self.height / 2), self.static)


@lru_cache(maxsize=8192)
def lay_out(
    words: str, family: str, pixels: float, *, bold: bool = False, italic: bool = False, room: float = 0.0
) -> Text:
    """Lay out a line of text that fits `room` (0: any width); line breaks in it become blanks."""
    words = " ".join(words.splitlines())
    font = QFont(family)
    font.setBold(bold)
    font.setItalic(italic)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    size = max(round(pixels), 1)
    font.setPixelSize(size)
    metrics = QFontMetricsF(font)
    whole = True
    if room:
        while metrics.horizontalAdvance(words) > room and font.pixelSize() > max(_SMALLEST * pixels, 6):
            font.setPixelSize(font.pixelSize() - 1)
            metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(words) > room:
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            whole = False
    static = QStaticText(words)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.prepare(QTransform(), font)
    return Text(static, font, metrics.horizontalAdvance(words), metrics.height(), whole)


def is_symbol(name: str) -> bool:
    """Whether a name is one letter and perhaps digits, as a variable of mathematics, which is set in italics."""
    return len(name) > 0 and name[0].isalpha() and (len(name) == 1 or name[1:].isdigit())
