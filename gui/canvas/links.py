"""What do edges and factors look like, and how do they follow their variables?

Each edge is a line item below the nodes, each factor over three or more variables a square with thin lines. Links of
clamped variables are pale and dashed, so that the conditional model is what is left in bold. A large model keeps all
its edges in one item, which is drawn much faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsScene,
    QStyleOptionGraphicsItem,
    QWidget,
)

from .scopes import Box, Link, Point, square_place
from .style import Style, style

_MOST_TIDY_SQUARES = 100


class Look(Enum):
    """How a link is drawn."""

    PLAIN = 0
    PALE = 1  # a variable of it is clamped
    SELECTED = 2


def edge_pen(s: Style, look: Look, far: bool) -> QPen:
    """Return the pen of an edge."""
    pen = {Look.PLAIN: s.edge_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[look]
    return s.far(pen) if far else pen


class EdgeItem(QGraphicsLineItem):
    """One edge, from centre to centre; the nodes are drawn over its ends."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-1.0)


class SquareItem(QGraphicsItem):
    """A factor over three or more variables."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-0.5)
        self.look = Look.PLAIN
        self._spokes: list[QLineF] = []
        self._bounds = QRectF()

    def join(self, place: Point, members: Iterable[Point]) -> None:
        """Stand at a place with lines to the members."""
        self.prepareGeometryChange()
        self.setPos(*place)
        self._spokes = [QLineF(0, 0, x - place[0], y - place[1]) for x, y in members]
        s = style()
        reach = s.square + 8 * s.scale
        box = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        for spoke in self._spokes:
            box = box.united(QRectF(spoke.p1(), spoke.p2()).normalized().adjusted(-3, -3, 3, 3))
        self._bounds = box
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        pen = {Look.PLAIN: s.thin_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[self.look]
        painter.setPen(pen)
        painter.drawLines(self._spokes)
        painter.setPen(s.card_pen if self.look is Look.PALE else s.node_pen)
        fill = {Look.PLAIN: s.edge_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[self.look].color()
        painter.setBrush(fill)
        painter.drawRect(QRectF(-s.square, -s.square, 2 * s.square, 2 * s.square))


class EdgeLayer(QGraphicsItem):
    """All edges of a large model."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-1.0)
        self.lines: dict[Link, QLineF] = {}
        self.looks: dict[Link, Look] = {}
        self._sorted: dict[Look, list[QLineF]] | None = None
        self._bounds = QRectF()

    def touch(self, moved: Iterable[QLineF] = ()) -> None:
        """Draw anew: looks have changed, or lines have come, gone or moved. The bounds only ever grow."""
        self._sorted = None
        ends = [(x, y) for line in moved for x, y in ((line.x1(), line.y1()), (line.x2(), line.y2()))]
        if ends:
            xs, ys = [x for x, _ in ends], [y for _, y in ends]
            box = QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))).adjusted(-9, -9, 9, 9)
            if not self._bounds.contains(box):
                self.prepareGeometryChange()
                self._bounds = self._bounds.united(box)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._sorted is None:
            self._sorted = {look: [] for look in (Look.PALE, Look.PLAIN, Look.SELECTED)}
            for link, line in self.lines.items():
                self._sorted[self.looks[link]].append(line)
        s = style()
        for look, lines in self._sorted.items():
            if lines:
                pen = s.far(edge_pen(s, look, False))
                pen.setStyle(Qt.PenStyle.SolidLine)  # dashing thousands of lines is what takes long
                painter.setPen(pen)
                painter.drawLines(lines)


@dataclass(frozen=True, slots=True)
class Around:
    """What links need to know of the nodes: where they stand, and which are clamped or selected."""

    place: Callable[[str], Point]
    boxes: Callable[[], Iterable[QRectF]]


class Links:
    """The marks of all links of the model shown."""

    def __init__(self, scene: QGraphicsScene, around: Around) -> None:
        self._scene = scene
        self._around = around
        self._items: dict[Link, EdgeItem | SquareItem] = {}
        self._layer: EdgeLayer | None = None
        self._far = False
        self.places: dict[Link, tuple[int, ...]] = {}
        self.of: dict[str, set[Link]] = {}
        self.looks: dict[Link, Look] = {}
        self.square_at: dict[Link, Point] = {}

    def show(self, places: Mapping[Link, tuple[int, ...]], layered: bool) -> set[Link]:
        """Add and remove marks until they are those of `places`; return the new ones."""
        if layered != (self._layer is not None):
            self._remove(list(self.places))
            if self._layer is not None:
                self._scene.removeItem(self._layer)
            self._layer = None
            if layered:
                self._layer = EdgeLayer()
                self._scene.addItem(self._layer)
        self._remove([link for link in self.places if link not in places])
        added = {link for link in places if link not in self.places}
        self.places = dict(places)
        for link in added:
            self._add(link)
        self.follow(added)
        return added

    def _add(self, link: Link) -> None:
        self.looks[link] = Look.PLAIN
        for name in link:
            self.of.setdefault(name, set()).add(link)
        if len(link) > 2:
            self._items[link] = SquareItem()
            self._scene.addItem(self._items[link])
        elif self._layer is not None:
            self._layer.looks[link] = Look.PLAIN
        else:
            item = EdgeItem()
            item.setPen(edge_pen(style(), Look.PLAIN, self._far))
            self._items[link] = item
            self._scene.addItem(item)

    def _remove(self, links: list[Link]) -> None:
        for link in links:
            item = self._items.pop(link, None)
            if item is not None:
                self._scene.removeItem(item)
            elif self._layer is not None:
                self._layer.lines.pop(link, None)
                self._layer.looks.pop(link, None)
            for name in link:
                self.of[name].discard(link)
            del self.looks[link], self.places[link]
            self.square_at.pop(link, None)
        if links and self._layer is not None:
            self._layer.touch()

    def follow(self, links: Iterable[Link]) -> None:
        """Put marks where their variables are now."""
        place = self._around.place
        moved: list[QLineF] = []
        for link in links:
            item = self._items.get(link)
            if isinstance(item, EdgeItem):
                item.setLine(*place(link[0]), *place(link[1]))
            elif isinstance(item, SquareItem):
                members = [place(name) for name in link]
                s = style()
                at = square_place(members, self._obstacles(link), 1.6 * s.square)
                self.square_at[link] = at
                item.join(at, members)
            elif self._layer is not None:
                line = self._layer.lines[link] = QLineF(*place(link[0]), *place(link[1]))
                moved.append(line)
        if moved and self._layer is not None:
            self._layer.touch(moved)

    def _obstacles(self, link: Link) -> list[Box]:
        """Return what a square should not cover; in a large model that is too much to ask."""
        if self._layer is not None or len(self.square_at) > _MOST_TIDY_SQUARES:
            return []
        half = style().square
        squares = [(x - half, y - half, x + half, y + half) for k, (x, y) in self.square_at.items() if k != link]
        return [*squares, *((b.left(), b.top(), b.right(), b.bottom()) for b in self._around.boxes())]

    def look(self, looks: Mapping[Link, Look]) -> None:
        """Draw links in another way; those that look so already are left alone."""
        s = style()
        in_layer = False
        for link, look in looks.items():
            if self.looks[link] is look:
                continue
            self.looks[link] = look
            item = self._items.get(link)
            if isinstance(item, EdgeItem):
                item.setPen(edge_pen(s, look, self._far))
                item.setZValue(-0.9 if look is Look.SELECTED else -1.0)
            elif isinstance(item, SquareItem):
                item.look = look
                item.update()
            elif self._layer is not None:
                self._layer.looks[link] = look
                in_layer = True
        if in_layer and self._layer is not None:
            self._layer.touch()

    def restyle(self, far: bool) -> None:
        """Take the pens of another style, or of another distance."""
        self._far = far
        s = style()
        for link, item in self._items.items():
            if isinstance(item, EdgeItem):
                item.setPen(edge_pen(s, self.looks[link], far))
            else:
                item.update()
        if self._layer is not None:
            self._layer.update()

    def segments(self, link: Link) -> list[tuple[Point, Point]]:
        """Return the lines of a link, for hit testing."""
        place = self._around.place
        if len(link) == 2:
            return [(place(link[0]), place(link[1]))]
        centre = self.square_at[link]
        return [(centre, place(name)) for name in link]
