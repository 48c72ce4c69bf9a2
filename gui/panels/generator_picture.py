"""What does a family of graphs look like, on a card of the gallery and as large as there is room?

Edges as lines and variables as discs, drawn from the real graph; no names, no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.canvas.style import mix

_LARGEST_DISC, _SMALLEST_DISC = 13.0, 0.8
_MARGIN = 0.06
_SHARE = 0.24  # of the distance between neighbours that the radius of a disc takes
_SMOOTH = 4000  # edges; more are drawn without smoothing
_LIGHT = 400  # edges; more are drawn thin


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A graph as lines and points, in canvas units.

    Attributes
    ----------
    points : list of QPointF
    lines, dotted : list of QLineF
        Edges, and edges that only moralisation added.
    states : sequence of int
        A state for each point, shown by its colour; empty for none.
    """

    points: list[QPointF]
    lines: list[QLineF]
    dotted: list[QLineF]
    states: Sequence[int] = ()

    @classmethod
    def of(
        cls,
        positions: Mapping[str, tuple[float, float]],
        edges: Sequence[tuple[str, str]],
        moral: Sequence[tuple[str, str]] = (),
        states: Sequence[int] = (),
    ) -> Drawing:
        """Return the drawing of a graph."""
        at = {name: QPointF(*place) for name, place in positions.items()}
        apart = {frozenset(pair) for pair in moral}
        solid = [QLineF(at[a], at[b]) for a, b in edges if not apart or frozenset((a, b)) not in apart]
        return cls(list(at.values()), solid, [QLineF(at[a], at[b]) for a, b in moral], states)

    def extent(self) -> QRectF:
        """Return the box around all points."""
        xs, ys = [p.x() for p in self.points], [p.y() for p in self.points]
        return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))) if xs else QRectF()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Fill an area with the graph."""
        if not self.points:
            return
        p = theme.current()
        box = self.extent()
        gap = (box.width() * box.height() / len(self.points)) ** 0.5 if len(self.points) > 1 else 1.0
        gap = max(gap, max(box.width(), box.height()) / (2 * len(self.points)), 1.0)
        room = area.adjusted(*(side * _MARGIN * min(area.width(), area.height()) for side in (1, 1, -1, -1)))
        scale = min(room.width() / max(box.width(), gap), room.height() / max(box.height(), gap))
        radius = min(max(_SHARE * gap * scale, _SMALLEST_DISC), _LARGEST_DISC)
        room = room.adjusted(radius, radius, -radius, -radius)
        scale = min(room.width() / max(box.width(), 1.0), room.height() / max(box.height(), 1.0), 1.5)
        many = len(self.lines) > _LIGHT
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self.lines) <= _SMOOTH)
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-box.center())
        width = 1.0 if many else max(1.0, 0.22 * radius)
        for lines, style in ((self.dotted, Qt.PenStyle.DotLine), (self.lines, Qt.PenStyle.SolidLine)):
            pen = QPen(mix(p.edge, p.canvas, 0.55) if many else p.edge, width, style)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        discs = [(p.node_border, 2 * radius, self.points)]
        if not self.states:
            discs.append((p.exact if radius < 2 else p.node_fill, 1.5 * radius, self.points))
        for state in sorted(set(self.states)):
            colour = p.states[(state - 1) % len(p.states)] if state else p.node_fill
            inside = [q for q, its in zip(self.points, self.states, strict=False) if its == state]
            discs.append((colour, 1.5 * radius, inside))
        for colour, size, points in discs:
            pen = QPen(colour, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPoints(points)
        painter.restore()


def card(drawing: Drawing, size: QSize, ratio: float) -> QIcon:
    """Return a picture for the gallery."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    p = theme.current()
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(p.line, 1.0))
    painter.setBrush(p.canvas)
    area = QRectF(0, 0, size.width(), size.height()).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(area, 6, 6)
    drawing.paint(painter, area)
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):  # not tinted where it is chosen
        icon.addPixmap(picture, mode)
    return icon


class Picture(QWidget):
    """The graph, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(260, 170)
        self.setAccessibleName("Picture of the graph")
        self._drawing: Drawing | None = None
        self._stale = False

    def show_drawing(self, drawing: Drawing | None, stale: bool = False) -> None:
        """Show a graph; pale where it is not yet the one asked for."""
        self._drawing, self._stale = drawing, stale
        self.update()

    @property
    def drawing(self) -> Drawing | None:
        """The graph shown."""
        return self._drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        p = theme.current()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(p.line, 1.0))
        painter.setBrush(p.canvas)
        painter.drawRoundedRect(area, 6, 6)
        if self._drawing is not None:
            painter.setOpacity(0.35 if self._stale else 1.0)
            self._drawing.paint(painter, area)
        painter.end()
