"""What does the canvas look like as a picture of its own?

A `Picture` is what is drawn, the whole graph or the selection, in a box that just holds it, in the colours of the
window or in others. What belongs to working on it (selection, rubber band, grid, what is under the mouse) is left out.
It paints on anything; `image`, `svg` and `pdf` make files of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBitmap, QImage, QPageSize, QPainter, QPdfWriter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem

from gui import theme
from gui.canvas import GraphScene
from gui.canvas.mirror import Mirror
from gui.canvas.overlay import Overlay
from gui.canvas.selection import Selection
from gui.canvas.style import FAR
from gui.canvas.text import shapes
from models.errors import ModelError, TooLargeError

MARGIN = 12.0  # scene units around what is drawn
DPI = 96  # a scene unit is a pixel at 100 %, and so many make an inch
MOST_PIXELS = 100_000_000
_LONGEST_SIDE = 30_000  # pixels; QPainter knows no longer one
_LONGEST_PAGE = 14_400.0  # points; readers of PDF know no longer one
_MEASURED = 3000  # pixels, of the picture that is made to find out what is drawn
_POINTS = 72 / DPI


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is to be made.

    Attributes
    ----------
    palette : str
        Name of the palette whose colours it has; empty for those of the window.
    transparent : bool
        Without a background.
    selection : bool
        Only what is selected.
    text_as_shapes : bool
        In SVG: outlines of letters, which look the same without the font.
    """

    palette: str = ""
    transparent: bool = False
    selection: bool = False
    text_as_shapes: bool = False


class Picture:
    """What is drawn on a canvas now.

    Raises
    ------
    ModelError
        There is nothing to draw.
    """

    def __init__(self, scene: GraphScene, look: Look = Look()) -> None:
        self.look = look
        self._scene = scene
        self._own: QGraphicsScene | None = None
        self._mirror = scene.mirror
        self.title = " ".join(scene.project.title.split()) or "Graph"
        chosen = scene.selection.variables
        if look.selection and chosen:
            with self._coloured():
                self._own, self._mirror = _selected(scene, chosen)
        if not self._mirror.seen():
            raise ModelError("There is nothing to draw yet. Add a variable first.")
        with self._ready() as items:
            self.box = _measure(items, self._mirror.extent()).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    @property
    def size(self) -> QSize:
        """Width and height in scene units, rounded up."""
        return QSize(math.ceil(self.box.width()), math.ceil(self.box.height()))

    def paint(self, painter: QPainter) -> None:
        """Draw with the upper left corner of the box at the painter's origin."""
        with self._ready() as items:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            if not self.look.transparent:
                painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), theme.current().canvas)
            painter.translate(-self.box.topLeft())
            _paint(painter, items)

    # --- as files ------------------------------------------------------------------------------------------------

    def image(self, scale: float = 1.0) -> QImage:
        """Return the picture with so many pixels for a scene unit.

        Raises
        ------
        TooLargeError
            That would be more than `MOST_PIXELS`.
        """
        width, height = round(self.size.width() * scale), round(self.size.height() * scale)
        if max(width, height) > _LONGEST_SIDE or width * height > MOST_PIXELS:
            raise TooLargeError(
                f"The picture would have {width:,} by {height:,} pixels. Choose a smaller scale, or SVG or PDF, which "
                "have no pixels.",
                4.0 * width * height,
                4.0 * MOST_PIXELS,
            )
        made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        made.fill(Qt.GlobalColor.transparent)
        made.setDotsPerMeterX(round(DPI * scale / 0.0254))
        made.setDotsPerMeterY(round(DPI * scale / 0.0254))
        painter = QPainter(made)
        painter.scale(scale, scale)
        self.paint(painter)
        painter.end()
        return made

    def svg(self) -> bytes:
        """Return the content of an SVG file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        made = QSvgGenerator()
        made.setOutputDevice(buffer)
        made.setResolution(DPI)
        made.setSize(self.size)
        made.setViewBox(QRectF(0, 0, self.size.width(), self.size.height()))
        made.setTitle(self.title)
        made.setDescription("Drawn by Clique")
        painter = QPainter(made)
        if self.look.text_as_shapes:
            with shapes():
                self.paint(painter)
        else:
            self.paint(painter)
        painter.end()
        content = bytes(buffer.data().data())
        # Qt writes millimetres, which readers turn back into pixels each in its own way.
        in_pixels = f'<svg width="{self.size.width()}" height="{self.size.height()}"'.encode()
        content = re.sub(rb'<svg width="[\d.]+mm" height="[\d.]+mm"', in_pixels, content, count=1)
        # Verdana is nearly as wide as DejaVu Sans, and most computers have one of the two.
        family = b'font-family="' + theme.FONT.encode()
        return content.replace(family + b'"', family + b', Verdana, sans-serif"')

    def pdf(self) -> bytes:
        """Return the content of a PDF file with one page, as large as the picture, whose text is text."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        made = QPdfWriter(buffer)
        made.setTitle(self.title)
        made.setCreator("Clique")
        scale = min(1.0, _LONGEST_PAGE / (max(self.size.width(), self.size.height()) * _POINTS))
        page = QSizeF(self.size.width(), self.size.height()) * _POINTS * scale
        made.setPageSize(QPageSize(page, QPageSize.Unit.Point, "picture", QPageSize.SizeMatchPolicy.ExactMatch))
        made.setPageMargins(QMarginsF(0, 0, 0, 0))
        made.setResolution(
            DPI
        )  # a scene unit is one of the device's, so lines that keep their width are as wide as here
        painter = QPainter(made)
        painter.scale(scale, scale)
        self.paint(painter)
        painter.end()
        return bytes(buffer.data().data())

    # --- how -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _coloured(self) -> Iterator[None]:
        """Have the colours asked for in force; sizes stay those of the window, as positions do."""
        mine = theme.current()
        chosen = theme.PALETTES.get(self.look.palette, mine)
        if chosen is not mine:
            sizes = [field.name for field in fields(mine) if field.name.endswith("_scale")]
            chosen = replace(chosen, **{name: getattr(mine, name) for name in sizes})
        with theme.borrowed(chosen):
            yield

    @contextmanager
    def _ready(self) -> Iterator[list[QGraphicsItem]]:
        """Have the items ready to be painted: in the right colours, and nothing selected."""
        with self._coloured():
            mirror, scene = self._mirror, self._own or self._scene
            kept = self._scene.selection
            if self._own is None:
                mirror.show_selection(Selection())
            hovered = [item for item in mirror.variables.values() if item.hovered is not None]
            states = [item.hovered for item in hovered]
            for item in hovered:
                item.set_hovered(None)
            if self._own is None:
                mirror.links.restyle(False)  # sizes stay, and all others ask for their colours when they paint
            shown = [item for item in scene.items() if item.isVisible() and not isinstance(item, Overlay)]
            try:
                yield sorted(shown, key=QGraphicsItem.zValue)
            finally:
                if self._own is None:
                    mirror.show_selection(kept)
                for item, state in zip(hovered, states, strict=True):
                    item.set_hovered(state)
        if self._own is None:
            mirror.links.restyle(any(view.transform().m11() < FAR for view in self._scene.views()))


def _selected(scene: GraphScene, names: Sequence[str]) -> tuple[QGraphicsScene, Mirror]:
    """Draw some variables, and what joins them, by themselves, with the numbers that they show now."""
    live = scene.mirror
    chosen = set(names)
    own = QGraphicsScene()
    mirror = Mirror(own)
    mirror.show(scene.project.without([name for name in scene.project.ugm.names if name not in chosen]))
    if live.view is not mirror.view:
        mirror.set_view(live.view)
    for name, item in mirror.variables.items():
        shown = live.variables[name]
        item.set_in_corner(shown.in_corner)
        item.set_numbers(shown.marginal, shown.prior)
        item.set_overlays(shown.overlays)
        item.set_stale(shown.stale)
        item.set_current(shown.current)
        item.set_ring(shown.ring)
    return own, mirror


def _measure(items: Sequence[QGraphicsItem], nodes: QRectF) -> QRectF:
    """Return the box of what is drawn; items know only a box that is large enough for anything they might draw."""
    rough = QRectF(nodes)
    for item in items:
        rough = rough.united(item.mapRectToScene(item.boundingRect()))
    rough = rough.toAlignedRect().toRectF()
    if max(rough.width(), rough.height()) > _MEASURED:  # smaller than it is, it would be drawn with less detail
        return nodes
    drawn = QImage(rough.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-rough.topLeft())
    _paint(painter, items)
    painter.end()
    mask = QRegion(QBitmap.fromImage(drawn.createAlphaMask(Qt.ImageConversionFlag.ThresholdDither)))
    return QRectF(mask.boundingRect()).translated(rough.topLeft()).united(nodes)


def _paint(painter: QPainter, items: Sequence[QGraphicsItem]) -> None:
    option = QStyleOptionGraphicsItem()
    for item in items:
        painter.save()
        painter.setTransform(item.sceneTransform(), True)
        painter.setOpacity(item.effectiveOpacity())
        option.exposedRect = item.boundingRect()
        item.paint(painter, option, None)
        painter.restore()
