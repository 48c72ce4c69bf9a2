"""How is an open path lit, or what blocks every path?

A thick line below the nodes along the path, a ring around each of its variables, and the letters A and B at the two
sets; what blocks all paths has two thin rings instead. Form says the same as colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from .mirror import Mirror
from .style import Style, style
from .text import lay_out


class _Part(QGraphicsItem):
    """One layer of what is lit: the line lies below the nodes, rings and letters above them."""

    def __init__(self, lit: LitPath, z: float) -> None:
        super().__init__()
        self._lit = lit
        self._below = z < 0
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        return self._lit.bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._below:
            self._lit.paint_line(painter, style())
        else:
            self._lit.paint_marks(painter, style())


class LitPath:
    """What is lit on one canvas."""

    def __init__(self, scene: QGraphicsScene, mirror: Mirror) -> None:
        self._mirror = mirror
        self.path: tuple[str, ...] = ()
        self.blockers: tuple[str, ...] = ()
        self.sides: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.bounds = QRectF()
        self._line = QPolygonF()
        self._parts = (_Part(self, -0.6), _Part(self, 3.0))
        for part in self._parts:
            scene.addItem(part)
        mirror.followers.append(self.follow)

    def show(
        self,
        a: Sequence[str] = (),
        b: Sequence[str] = (),
        path: Sequence[str] = (),
        blockers: Sequence[str] = (),
    ) -> None:
        """Light a path or what blocks, and letter the two sets; nothing at all takes the light away."""
        self.sides = (tuple(a), tuple(b))
        self.path, self.blockers = tuple(path), tuple(blockers)
        self.follow()

    def follow(self) -> None:
        """Lie where the variables are now."""
        names = [name for name in {*self.path, *self.blockers, *self.sides[0], *self.sides[1]} if self._seen(name)]
        self._line = QPolygonF(self._points())
        s = style()
        reach = 2.2 * s.radius
        box = QRectF()
        for point in [*(self._mirror.variables[name].pos() for name in names), *self._line.toList()]:
            box = box.united(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach))
        for part in self._parts:
            part.prepareGeometryChange()
        self.bounds = box
        for part in self._parts:
            part.update()

    def _seen(self, name: str) -> bool:
        return name in self._mirror.variables and name not in self._mirror.hidden

    def _points(self) -> list[QPointF]:
        """Return the corners of the line: variables, and the squares between them where there are any."""
        if not self.path or not all(map(self._seen, self.path)):
            return []
        mirror = self._mirror
        points = [mirror.variables[self.path[0]].pos()]
        for a, b in pairwise(self.path):
            joining = [link for link in mirror.links.of.get(a, ()) if b in link]
            if joining:
                square = mirror.links.square_at.get(min(joining, key=len))
                if square is not None:
                    points.append(QPointF(*square))
            points.append(mirror.variables[b].pos())
        return points

    # --- drawing -----------------------------------------------------------------------------------------------

    def paint_line(self, painter: QPainter, s: Style) -> None:
        """Draw the path."""
        if self._line.size() < 2:
            return
        scale = painter.worldTransform().m11()
        pen = QPen(s.palette.alarm, max(11.0 * s.scale * s.palette.line_scale, 4.0 / max(scale, 1e-6)))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(self._line)

    def paint_marks(self, painter: QPainter, s: Style) -> None:
        """Draw rings and letters."""
        width = s.ring_pen.widthF()
        gap = s.ring_gap + 1.6 * width  # outside the ring of what is selected
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not self._line.isEmpty():
            painter.setPen(QPen(s.palette.alarm, width))
            for name in self.path:
                painter.drawEllipse(self._circle(name, s, gap))
        painter.setPen(QPen(s.palette.exact, 0.55 * width))
        for name in filter(self._seen, self.blockers):
            for more in (0.0, 1.3 * width):
                painter.drawEllipse(self._circle(name, s, gap + more))
        for letter, names in zip("AB", self.sides, strict=True):
            for name in filter(self._seen, names):
                self._paint_letter(painter, s, name, letter)

    def _circle(self, name: str, s: Style, gap: float) -> QRectF:
        return s.circle.adjusted(-gap, -gap, gap, gap).translated(self._mirror.variables[name].pos())

    def _paint_letter(self, painter: QPainter, s: Style, name: str, letter: str) -> None:
        r = 1.3 * s.badge_radius
        centre = self._mirror.variables[name].pos() + QPointF(-0.86 * s.radius, -0.86 * s.radius)
        painter.setPen(s.badge_pen)
        painter.setBrush(s.palette.alarm if self.path else s.palette.exact)
        painter.drawEllipse(centre, r, r)
        painter.setPen(s.palette.on(painter.brush().color()))
        lay_out(letter, s.family, 1.5 * r, bold=True).draw(painter, centre.x(), centre.y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
