"""Where do the icons come from?

They are our own drawings in resources/icons, in one colour; they are drawn in the palette's text colour (the muted one
where disabled), so one set serves every theme.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from . import theme

_SIZES = (20, 40)  # in menus and on buttons, on plain and on dense screens


@cache
def _drawing(name: str) -> str:
    return files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: QColor, size: int) -> QPixmap:
    """Return a drawing in a colour, `size` pixels square."""
    return QPixmap.fromImage(_drawn(name, colour.name(), size))


@lru_cache(maxsize=1024)
def _drawn(name: str, colour: str, size: int) -> QImage:
    text = _drawing(name).replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    drawn = QImage(
        size, size, QImage.Format.Format_ARGB32_Premultiplied
    )  # unlike a pixmap, may outlive the application
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


def icon(name: str) -> QIcon:
    """Return an icon in the palette's colours."""
    palette = theme.current()
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, palette.text, size), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(pixmap(name, palette.muted, size), QIcon.Mode.Disabled, QIcon.State.Off)
    return made
