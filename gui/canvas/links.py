"""What do edges and factors look like, and how do they follow their variables?

Each edge is a line item below the nodes, each factor over three or more variables a square with thin lines; in a factor
graph every factor is one. Links of clamped variables are pale and dashed, so that the conditional model is what is left
in bold. A large model keeps all its edges in one item and all its squares in another, which are drawn much faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsScene,
    QStyleOptionGraphicsItem,
    QWidget,
)

from models.steps import Steps, drain

from .scopes import Box, Link, Point, square_place
from .squares import SquareItem, SquareLayer, TieBadge, beside
from .style import Look, Style, style
from .viewing import Shown

_MOST_TIDY_SQUARES = 250
_MOST_SMOOTH = 3000  # lines


def edge_pen(s: Style, look: Look, far: bool) -> QPen:
    """Return the pen of an edge."""
    pen = {Look.PLAIN: s.edge_pen, Look.PALE: s.pale_pen, Look.SELECTED: s.chosen_pen}[look]
    return s.far(pen) if far else pen


class EdgeItem(QGraphicsLineItem):
    """One edge, from centre to centre; the nodes are drawn over its ends."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-1.0)


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
        smooth = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth and len(self.lines) <= _MOST_SMOOTH)
        for look, lines in self._sorted.items():
            if lines:
                pen = s.far(edge_pen(s, look, False))
                pen.setStyle(Qt.PenStyle.SolidLine)  # dashing thousands of lines is what takes long
                painter.setPen(pen)
                painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)


@dataclass(frozen=True, slots=True)
class Around:
    """What links need to know of the nodes: where they stand, and which are clamped or selected."""

    place: Callable[[str], Point]
    boxes: Callable[[], Iterable[QRectF]]


class Links:
    """The marks of all links shown."""

    def __init__(self, scene: QGraphicsScene, around: Around) -> None:
        self._scene = scene
        self._around = around
        self._items: dict[Link, EdgeItem | SquareItem] = {}
        self._layer: EdgeLayer | None = None
        self._squares: SquareLayer | None = None
        self._badges: dict[Link, TieBadge] = {}
        self._all_squares = False
        self._far = False
        self.places: dict[Link, tuple[int, ...]] = {}
        self.reduced: frozenset[Link] = frozenset()
        self.of: dict[str, set[Link]] = {}
        self.looks: dict[Link, Look] = {}
        self.square_at: dict[Link, Point] = {}

    def show_steps(self, shown: Shown, layered: bool, squares: bool = False) -> Steps[set[Link]]:
        """Add and remove marks until they are those of a view; return the new ones.

        At every pause `places` holds just the links that have marks, so that the rest may be left undone.

        Parameters
        ----------
        shown : Shown
        layered : bool
            Keep them in few items: the model is large.
        squares : bool
            Draw edges as squares too.
        """
        if layered != (self._layer is not None) or squares != self._all_squares:
            yield from self._remove(list(self.places))
            for layer in (self._layer, self._squares):
                if layer is not None:
                    self._scene.removeItem(layer)
            self._layer = EdgeLayer() if layered else None
            self._squares = SquareLayer() if layered else None
            for layer in (self._layer, self._squares):
                if layer is not None:
                    self._scene.addItem(layer)
            self._all_squares = squares
        places = shown.places
        yield from self._remove([link for link in self.places if link not in places])
        added = {link for link in places if link not in self.places}
        for link in added:
            self.places[link] = places[link]
            self._add(link)
            yield
        self.places, self.reduced = dict(places), shown.reduced
        if self._squares is not None and self._squares.hollow != shown.reduced:
            self._squares.hollow = shown.reduced
            self._squares.touch()
        for link, item in self._items.items():
            if isinstance(item, SquareItem):
                item.set_factors(len(places[link]), link in shown.reduced)
        yield from self.follow_steps(added)
        return added

    def show_ties(self, tied: Mapping[Link, int]) -> None:
        """Put a badge on these links, with a number where it is not 0; a large drawing has none."""
        wanted = {} if self._layer is not None else tied
        for link in [link for link in self._badges if link not in wanted]:
            self._scene.removeItem(self._badges.pop(link))
        for link, number in wanted.items():
            if link not in self._badges:
                self._badges[link] = TieBadge()
                self._scene.addItem(self._badges[link])
                self._pin(link)
            self._badges[link].set_number(number)

    @property
    def tied(self) -> dict[Link, int]:
        """The links with a badge, and the number on it."""
        return {link: badge.number for link, badge in self._badges.items()}

    def is_square(self, link: Link) -> bool:
        """Whether a link is drawn as a square."""
        return self._all_squares or len(link) != 2

    def _add(self, link: Link) -> None:
        self.looks[link] = Look.PLAIN
        for name in link:
            self.of.setdefault(name, set()).add(link)
        if self.is_square(link):
            if self._squares is None:
                self._items[link] = SquareItem()
                self._scene.addItem(self._items[link])
        elif self._layer is not None:
            self._layer.looks[link] = Look.PLAIN
        else:
            item = EdgeItem()
            item.setPen(edge_pen(style(), Look.PLAIN, self._far))
            self._items[link] = item
            self._scene.addItem(item)

    def _remove(self, links: list[Link]) -> Steps[None]:
        for link in links:
            yield
            item = self._items.pop(link, None)
            if item is not None:
                self._scene.removeItem(item)
            elif self._squares is not None and self.is_square(link):
                self._squares.drop(link)
            elif self._layer is not None:
                self._layer.lines.pop(link, None)
                self._layer.looks.pop(link, None)
            for name in link:
                self.of[name].discard(link)
            del self.looks[link], self.places[link]
            self.square_at.pop(link, None)
            if link in self._badges:
                self._scene.removeItem(self._badges.pop(link))
        if links and self._layer is not None:
            self._layer.touch()
        if links and self._squares is not None:
            self._squares.touch()

    def follow(self, links: Iterable[Link]) -> None:
        """Put marks where their variables are now."""
        drain(self.follow_steps(links))

    def follow_steps(self, links: Iterable[Link]) -> Steps[None]:
        """Put marks where their variables are now, with pauses."""
        place = self._around.place
        moved: list[QLineF] = []
        placed = False
        s = style()
        covered: list[Box] | None = None  # by variables; asked for once, where a square needs it
        # Those with a single variable come last: they go where the others leave room.
        for link in links if self._layer is not None else sorted(links, key=lambda link: (len(link) == 1, link)):
            item = self._items.get(link)
            if isinstance(item, EdgeItem):
                item.setLine(*place(link[0]), *place(link[1]))
            elif self.is_square(link):
                members = [place(name) for name in link]
                if covered is None:
                    covered = self._covered()
                at = self.square_at[link] = self._place_square(link, members, covered, s)
                if isinstance(item, SquareItem):
                    item.join(at, members)
                elif self._squares is not None:
                    self._squares.put(link, at, members)
                    placed = True
            elif self._layer is not None:
                line = self._layer.lines[link] = QLineF(*place(link[0]), *place(link[1]))
                moved.append(line)
            if link in self._badges:
                self._pin(link)
            yield
        if moved and self._layer is not None:
            self._layer.touch(moved)
        if placed and self._squares is not None:
            self._squares.touch()

    def _pin(self, link: Link) -> None:
        """Put a link's badge where the link is."""
        if link in self.square_at:
            x, y = self.square_at[link]
            off = 1.6 * style().square
            self._badges[link].setPos(x + off, y - off)
        else:
            (ax, ay), (bx, by) = (self._around.place(name) for name in link)
            self._badges[link].setPos((ax + bx) / 2, (ay + by) / 2)

    def _place_square(self, link: Link, members: list[Point], covered: list[Box], s: Style) -> Point:
        taken = [*self._other_squares(link, s.square), *covered] if covered else ()
        if len(link) == 1:
            if self._layer is not None:
                off = 0.7 * (s.radius + 3.2 * s.square)
                return members[0][0] - off, members[0][1] - off
            joined = self.of[link[0]]
            near = {other for each in joined if len(each) > 1 for other in each if other != link[0]}
            others = [self._around.place(name) for name in near]
            return beside(members[0], others, s.radius + 3.2 * s.square, taken, 1.2 * s.square)
        return square_place(members, taken, 1.6 * s.square)

    def _covered(self) -> list[Box]:
        """Return what squares should not cover of the variables; in a large model that is too much to ask."""
        if self._layer is not None or sum(map(self.is_square, self.places)) > _MOST_TIDY_SQUARES:
            return []
        return [(b.left(), b.top(), b.right(), b.bottom()) for b in self._around.boxes()]

    def _other_squares(self, link: Link, half: float) -> list[Box]:
        return [(x - half, y - half, x + half, y + half) for k, (x, y) in self.square_at.items() if k != link]

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
            elif self._squares is not None and self.is_square(link):
                self._squares.looks[link] = look
                in_layer = True
            elif self._layer is not None:
                self._layer.looks[link] = look
                in_layer = True
        if in_layer and self._layer is not None and self._squares is not None:
            self._layer.touch()
            self._squares.touch()

    def restyle(self, far: bool) -> None:
        """Take the pens of another style, or of another distance."""
        self._far = far
        s = style()
        for link, item in self._items.items():
            if isinstance(item, EdgeItem):
                item.setPen(edge_pen(s, self.looks[link], far))
            else:
                item.update()
        for layer in (self._layer, self._squares):
            if layer is not None:
                layer.update()
        for badge in self._badges.values():
            badge.prepareGeometryChange()
            badge.update()

    def segments(self, link: Link) -> list[tuple[Point, Point]]:
        """Return the lines of a link, for hit testing."""
        place = self._around.place
        if not self.is_square(link):
            return [(place(link[0]), place(link[1]))]
        centre = self.square_at[link]
        return [(centre, place(name)) for name in link]
