"""How are the components of the conditional model told apart?

Each component has a soft band of its own colour around its nodes and along its edges; more than three components are
numbered too, so that colour is never alone. A band follows the edges, so two components never seem to be one. Where
there are so many that painting the band would take long, it follows only as many as hold the component together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from .style import BARS, Style, style
from .text import lay_out

NUMBERED_FROM = 4  # so many components get numbers
_LONGEST = 25_000.0  # scene units of band: more takes a good part of a frame


class HullItem(QGraphicsItem):
    """The band around one component."""

    def __init__(self, place: int, members: tuple[str, ...], numbered: bool) -> None:
        super().__init__()
        self.setZValue(-3.0)
        self.place = place
        self.members = members
        self.numbered = numbered
        self._nodes: list[QRectF] = []
        self._lines: list[QLineF] = []
        self._bounds = QRectF()

    def follow(self, circles: Iterable[QRectF], lines: Iterable[QLineF]) -> None:
        """Lie around these circles and lines (scene coordinates)."""
        self.prepareGeometryChange()
        self._nodes, self._lines = list(circles), list(lines)
        if sum(line.length() for line in self._lines) > _LONGEST:
            self._lines = shortest_tree(self._lines)
        box = QRectF()
        for rect in self._nodes:
            box = box.united(rect)
        for line in self._lines:
            box = box.united(QRectF(line.p1(), line.p2()).normalized())
        reach = 2.5 * style().hull + 4
        self._bounds = box.adjusted(-reach, -reach, reach, reach)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        scale = painter.worldTransform().m11()
        fill, outline = s.hull_colours(self.place)
        rim = 2.0 * s.palette.line_scale
        # Everything once in the colour of the outline, then a little smaller in that of the inside: their union.
        for colour, reach in ((outline, s.hull + rim), (fill, s.hull)):
            pen = QPen(colour, 2 * reach)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLines(self._lines)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for node in self._nodes:
                painter.drawEllipse(node.adjusted(-reach, -reach, reach, reach))
        if self.numbered and scale >= BARS:
            self._paint_number(painter, s)

    def _paint_number(self, painter: QPainter, s: Style) -> None:
        first = min(self._nodes, key=lambda node: (node.top(), node.left()), default=None)
        if first is None:
            return
        r = max(0.85 * s.badge_radius, 0.64 * s.label_px)
        x, y = first.center().x() - 0.82 * s.radius - r / 2, first.center().y() - 0.82 * s.radius - r / 2
        fill, outline = s.hull_colours(self.place)
        painter.setPen(QPen(outline, 2.0 * s.palette.line_scale))
        painter.setBrush(fill)
        painter.drawEllipse(QRectF(x - r, y - r, 2 * r, 2 * r))
        painter.setPen(s.text_pen)
        number = lay_out(str(self.place + 1), s.family, s.label_px, bold=True, room=1.8 * r)
        number.draw(painter, x, y)


def shortest_tree(lines: Iterable[QLineF]) -> list[QLineF]:
    """Return the lines that join all their ends with the least length (Kruskal 1956)."""
    above: dict[tuple[float, float], tuple[float, float]] = {}

    def root(end: tuple[float, float]) -> tuple[float, float]:
        while (up := above.setdefault(end, end)) != end:
            above[end] = above[up]
            end = above[end]
        return end

    kept = []
    for line in sorted(lines, key=QLineF.length):
        first, second = root((line.x1(), line.y1())), root((line.x2(), line.y2()))
        if first != second:
            above[first] = second
            kept.append(line)
    return kept


def worth_showing(components: Sequence[Sequence[str]], conditioned: bool) -> bool:
    """Whether bands tell anything: something is clamped, or the graph falls apart into more than single variables."""
    return bool(components) and (conditioned or sum(len(members) > 1 for members in components) > 1)


def make_hulls(components: Sequence[tuple[str, ...]]) -> list[HullItem]:
    """Return an item for each component."""
    numbered = len(components) >= NUMBERED_FROM
    return [HullItem(place, members, numbered) for place, members in enumerate(components)]


@dataclass(frozen=True, slots=True)
class Inside:
    """What bands need to know of their members: the circles, and the lines between them."""

    circle: Callable[[str], QRectF]
    lines: Callable[[Collection[str]], list[QLineF]]


class Hulls:
    """The bands of one scene."""

    def __init__(self, scene: QGraphicsScene, inside: Inside) -> None:
        self._scene = scene
        self._inside = inside
        self.items: list[HullItem] = []

    def show(self, components: list[tuple[str, ...]]) -> None:
        """Show bands around these components, where their members are now."""
        if [item.members for item in self.items] != components:
            for item in self.items:
                self._scene.removeItem(item)
            self.items = make_hulls(components)
            for item in self.items:
                self._scene.addItem(item)
        self.follow()

    def follow(self, moved: Iterable[str] | None = None) -> None:
        """Lie around where the members are now; only those that moved matter, or all."""
        names = None if moved is None else set(moved)
        for item in self.items:
            if names is None or not names.isdisjoint(item.members):
                item.follow(map(self._inside.circle, item.members), self._inside.lines(frozenset(item.members)))
