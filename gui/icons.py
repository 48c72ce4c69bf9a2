"""Where do the icons come from?

They are our own drawings in resources/icons, in one colour; they are drawn in the palette's text colour (the muted one
where disabled), so one set serves every theme.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap
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


def choice_icon(name: str) -> QIcon:
    """Return the icon of something that can be on or off: in a box, which is filled when it is on.

    A style's own marks for this are hard to see, in a dark menu not to be seen at all.
    """
    p = theme.current()
    made = QIcon()
    for size in _SIZES:
        for mode, ink in ((QIcon.Mode.Normal, p.text), (QIcon.Mode.Disabled, p.muted)):
            made.addPixmap(_boxed(name, ink, p.muted, None, size), mode, QIcon.State.Off)
        made.addPixmap(_boxed(name, p.accent_text, p.accent, p.accent, size), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(_boxed(name, p.raised, p.muted, p.muted, size), QIcon.Mode.Disabled, QIcon.State.On)
    return made


def _boxed(name: str, ink: QColor, line: QColor, fill: QColor | None, size: int) -> QPixmap:
    return QPixmap.fromImage(_drawn_boxed(name, ink.name(), line.name(), fill and fill.name(), size))


@lru_cache(maxsize=1024)
def _drawn_boxed(name: str, ink: str, line: str, fill: str | None, size: int) -> QImage:
    made = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = size / 20
    painter.setPen(QPen(QColor(line), width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
    painter.drawRoundedRect(QRectF(0, 0, size, size).adjusted(width, width, -width, -width), 4 * width, 4 * width)
    inner = round(0.72 * size)
    painter.drawImage((size - inner) // 2, (size - inner) // 2, _drawn(name, ink, inner))
    painter.end()
    return made
