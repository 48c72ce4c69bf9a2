"""What does the clipboard hold of a model: its text for Clique, and a picture for everybody else?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from models.copying import part_text
from models.project import Project

from .canvas import GraphScene
from .mime import fresh_mime

MIME = "application/x-clique"
MOST_PICTURED = 200  # variables; a picture of more would keep the window waiting for 50 ms
_DENSITY = 2.0  # pixels for each scene unit
_LARGEST = 1600  # pixels of the longer side; larger pictures are exported
_MARGIN = 16.0


def packed(part: Project, marginals: Mapping[str, Sequence[float]]) -> QMimeData:
    """Return a part of a document as what the clipboard holds.

    Raises
    ------
    FileFormatError
        A name or label holds half of a character and cannot be written.
    """
    text = part_text(part)
    mime = fresh_mime()
    mime.setData(MIME, text.encode("utf-8"))
    mime.setText(text)
    if len(part.ugm.variables) <= MOST_PICTURED:
        mime.setImageData(picture_of(part, marginals))
    return mime


def packed_text(mime: QMimeData | None) -> str:
    """Return the text on the clipboard, Clique's own first; "" where there is none."""
    if mime is None:
        return ""
    if mime.hasFormat(MIME):
        return bytes(mime.data(MIME).data()).decode("utf-8", errors="replace")
    return mime.text() if mime.hasText() else ""


def picture_of(part: Project, marginals: Mapping[str, Sequence[float]]) -> QImage:
    """Draw a part of a document by itself, on the colour of the canvas."""
    scene = GraphScene()
    scene.show_project(None, part)
    scene.show_inference(SimpleNamespace(marginals=marginals))
    area = scene.extent().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
    density = min(_DENSITY, _LARGEST / max(area.width(), area.height()))
    image = QImage(
        max(round(area.width() * density), 1), max(round(area.height() * density), 1), QImage.Format.Format_RGB32
    )
    image.fill(scene.backgroundBrush().color())
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene.render(painter, QRectF(image.rect()), area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
    scene.settle()
    scene.deleteLater()
    return image
