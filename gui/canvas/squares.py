"""How are factors drawn that are not mere edges: as squares joined to their variables?

One item for each in an ordinary drawing, and all of them in one item in a large one. A square is hollow where clamps
have reduced its factor, and has a number where it stands for several factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, pi, sin

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from .scopes import Box, Link, Point
from .style import BARS, DOT, Look, Style, style
from .text import lay_out

# Where a variable's own square may stand, the best place first; below hang the bars.
_BESIDE = tuple(pi * degrees / 180 for degrees in (225, 270, 180, 315, 0, 135, 45, 90))
_WIDE = pi / 5  # so far from the nearest edge is far enough


def beside(centre: Point, others: Iterable[Point], reach: float, boxes: Sequence[Box] = (), half: float = 0.0) -> Point:
    """Return where the square of a variable's own factor stands: beside it, away from its edges.

    Parameters
    ----------
    centre : (x, y)
        The variable.
    others : iterable of (x, y)
        Its neighbours.
    reach : float
        How far the square is from the variable.
    boxes : sequence of (left, top, right, bottom)
        What it should not cover, if that can be.
    half : float
        Half a side of the square, with the room it wants around it.
    """
    x, y = centre
    taken = [atan2(b - y, a - x) for a, b in others if (a, b) != centre]
    far = reach + half
    near = [b for b in boxes if b[0] - far < x < b[2] + far and b[1] - far < y < b[3] + far]

    def room(angle: float) -> float:
        apart = (abs((angle - other + pi) % (2 * pi) - pi) for other in taken)
        return min(min(apart, default=pi), _WIDE)

    def covers(place: Point) -> bool:
        px, py = place
        return any(b[0] - half < px < b[2] + half and b[1] - half < py < b[3] + half for b in near)

    places = [(x + reach * cos(angle), y + reach * sin(angle)) for angle in _BESIDE]
    _, _, best = min(
        (covers(place), -room(angle), k) for k, (place, angle) in enumerate(zip(places, _BESIDE, strict=True))
    )
    return places[best]


class SquareItem(QGraphicsItem):
    """One square and the lines to its variables."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-0.5)
        self.look = Look.PLAIN
        self.hollow = False
        self.count = 1
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

    def set_factors(self, count: int, hollow: bool) -> None:
        """Stand for so many factors."""
        if (count, hollow) != (self.count, self.hollow):
            self.count, self.hollow = count, hollow
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        painter.setPen(spoke_pen(s, self.look))
        painter.drawLines(self._spokes)
        painter.setPen(s.card_pen if self.look is Look.PALE else s.node_pen)
        brush = square_brush(s, self.look, self.hollow)
        painter.setBrush(brush)
        painter.drawRect(QRectF(-s.square, -s.square, 2 * s.square, 2 * s.square))
        if self.count > 1 and painter.worldTransform().m11() >= BARS:
            painter.setPen(s.palette.on(brush.color()))
            lay_out(str(self.count), s.family, s.label_px, bold=True, room=2.1 * s.square).draw(painter, 0, 0)


class SquareLayer(QGraphicsItem):
    """All squares of a large model."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-0.5)
        self.looks: dict[Link, Look] = {}
        self.hollow: frozenset[Link] = frozenset()
        self._marks: dict[Link, tuple[Point, list[QLineF]]] = {}
        self._fresh: list[Point] = []  # ends of lines that were put since the last touch
        self._sorted: dict[tuple[Look, bool], tuple[list[QLineF], list[Point]]] | None = None
        self._bounds = QRectF()

    def put(self, link: Link, place: Point, members: Sequence[Point]) -> None:
        """Put the square of a link at a place; `touch` makes it seen."""
        self._marks[link] = (place, [QLineF(*place, *member) for member in members])
        self._fresh.extend((place, *members))

    def drop(self, link: Link) -> None:
        """Take a square away; `touch` makes it unseen."""
        self._marks.pop(link, None)
        self.looks.pop(link, None)

    def touch(self) -> None:
        """Draw anew. The bounds only ever grow."""
        self._sorted = None
        ends, self._fresh = self._fresh, []
        if ends:
            xs, ys = [x for x, _ in ends], [y for _, y in ends]
            reach = style().square + 9
            box = QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))).adjusted(-reach, -reach, reach, reach)
            if not self._bounds.contains(box):
                self.prepareGeometryChange()
                self._bounds = self._bounds.united(box)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._sorted is None:
            self._sorted = {}
            for link, (place, lines) in self._marks.items():
                key = (self.looks.get(link, Look.PLAIN), link in self.hollow)
                of_kind = self._sorted.setdefault(key, ([], []))
                of_kind[0].extend(lines)
                of_kind[1].append(place)
        s = style()
        half = s.square
        near = painter.worldTransform().m11() >= DOT
        for (look, hollow), (lines, places) in sorted(self._sorted.items(), key=lambda kind: kind[0][0].value):
            pen = s.far(spoke_pen(s, look))
            pen.setStyle(Qt.PenStyle.SolidLine)  # dashing thousands of lines is what takes long
            painter.setPen(pen)
            painter.drawLines(lines)
            painter.setPen(s.dot_pen if hollow else Qt.PenStyle.NoPen)
            painter.setBrush(square_brush(s, look, hollow))
            if near:
                painter.drawRects([QRectF(x - half, y - half, 2 * half, 2 * half) for x, y in places])


def spoke_pen(s: Style, look: Look) -> QPen:
    """Return the pen of the lines between a square and its variables."""
    return {Look.PLAIN: s.thin_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[look]


def square_brush(s: Style, look: Look, hollow: bool) -> QBrush:
    """Return what a square is filled with."""
    if hollow and look is not Look.SELECTED:
        return s.node_brush
    return QBrush({Look.PLAIN: s.edge_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[look].color())


class TieBadge(QGraphicsItem):
    """A chain on an edge or beside a square: this factor shares its table with others."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-0.3)
        self.number = 0  # which tie, where there are several

    def set_number(self, number: int) -> None:
        """Show the number of the tie; 0 for none, where there is a single tie."""
        if number != self.number:
            self.number = number
            self.update()

    def boundingRect(self) -> QRectF:
        reach = 1.25 * style().badge_radius + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if painter.worldTransform().m11() < BARS:
            return
        s = style()
        r = 1.1 * s.badge_radius
        painter.setPen(s.tie_pen)
        painter.setBrush(s.node_brush)
        painter.drawEllipse(QPointF(0, 0), r, r)
        if self.number:
            painter.setPen(s.text_pen)
            lay_out(str(self.number), s.family, 0.95 * s.label_px, bold=True, room=0.9 * r).draw(painter, 0, 0.46 * r)
        painter.setPen(s.chain_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(0, -0.42 * r if self.number else 0)
        if self.number:
            painter.scale(0.75, 0.75)
        painter.rotate(-35)
        width, height = 0.78 * r, 0.5 * r
        for x in (-0.33 * r, 0.33 * r):
            painter.drawRoundedRect(QRectF(x - width / 2, -height / 2, width, height), height / 2, height / 2)
