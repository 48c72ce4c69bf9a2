"""How are layers that have a colour shown on the canvas?

An outline around the members and along the shortest tree that joins them, with the layer's name at its top left; it
lies below everything else. A layer that is updated as one block has a double line, and follows its own edges, so that
its trees can be seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from models.project import Group, Position, Project
from models.ugm import UGM

from .style import BARS, mix, style
from .text import lay_out

Pair = tuple[str, str]

_REACH = 1.9  # of a component's band
_BLOCK_BAND = 0.4  # of a node's radius: half the band along an edge of a block
_MOST_JOINED = 150  # members; beyond that they are joined in model order


class OutlineItem(QGraphicsItem):
    """The outline of one layer."""

    def __init__(self, layer: Group, edges: tuple[Pair, ...]) -> None:
        super().__init__()
        self.setZValue(-5.0)
        self.layer = layer
        self.edges = edges  # inside a block
        self._places: list[Position] = []
        self._lines: list[QLineF] = []
        self._bounds = QRectF()

    def follow(self, place: Callable[[str], Position]) -> None:
        """Lie around where the members are."""
        self.prepareGeometryChange()
        self._places = [place(name) for name in self.layer.members]
        if self.layer.block:
            self._lines = [QLineF(*place(a), *place(b)) for a, b in self.edges]
        else:
            self._lines = [QLineF(*a, *b) for a, b in shortest_links(self._places)]
        self._bounds = self._around(style().radius + 3 * _REACH * style().hull + 2 * style().label_px)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def covered(self) -> QRectF:
        """Return what the outline itself covers, without its name."""
        reach, rim = _reach_and_rim()
        return self._around(reach + 3 * rim)

    def _around(self, reach: float) -> QRectF:
        xs, ys = [x for x, _ in self._places], [y for _, y in self._places]
        return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))).adjusted(-reach, -reach, reach, reach)

    def colours(self) -> tuple[QColor, QColor]:
        """Return the colour of the line and of the inside."""
        p = style().palette
        colour = p.states[(self.layer.colour or 0) % len(p.states)]
        return mix(colour, p.text, 0.85), mix(colour, p.canvas, 0.16 if p.dark else 0.09)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        line, inside = self.colours()
        reach, rim = _reach_and_rim()
        layers = [(line, reach + rim), (inside, reach)]
        if self.layer.block:
            layers = [(line, reach + 3 * rim), (s.palette.canvas, reach + 2 * rim), *layers]
        for colour, half in layers:
            pen = QPen(colour, 2 * (half if not self.layer.block else half - reach + _BLOCK_BAND * s.radius))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLines(self._lines)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for x, y in self._places:
                painter.drawEllipse(QPointF(x, y), half, half)
        if painter.worldTransform().m11() >= BARS:
            self._paint_name(painter, line, reach + rim)

    def _paint_name(self, painter: QPainter, line: QColor, reach: float) -> None:
        s = style()
        x, y = min(self._places, key=lambda place: (place[0] + place[1], place))
        text = lay_out(self.layer.name, s.family, s.label_px * 1.2, bold=True, room=6 * s.radius)
        width, height = text.width + 1.1 * s.label_px, 1.7 * s.label_px
        centre = QPointF(x - 0.71 * reach, y - 0.71 * reach)
        box = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
        painter.setPen(QPen(line, 1.4 * s.palette.line_scale))
        painter.setBrush(s.palette.canvas)
        painter.drawRoundedRect(box, height / 3, height / 3)
        painter.setPen(s.text_pen)
        text.draw(painter, centre.x(), centre.y())


def _reach_and_rim() -> tuple[float, float]:
    """Return how far from a member's centre the inside goes, and how wide a line around it is."""
    s = style()
    return s.radius + _REACH * s.hull, 2.2 * s.palette.line_scale * s.scale


class Outlines:
    """The outlines of one scene.

    Parameters
    ----------
    scene : QGraphicsScene
    place : function
        Where a variable is on the canvas now.
    """

    def __init__(self, scene: QGraphicsScene, place: Callable[[str], Position]) -> None:
        self._scene = scene
        self._place = place
        self.items: list[OutlineItem] = []

    def show(self, project: Project, hidden: Container[str] = ()) -> None:
        """Show the outlines of a project's layers, around those members that are not hidden."""
        coloured = [group for group in project.groups if group.colour is not None]
        members = [tuple(name for name in group.members if name not in hidden) for group in coloured]
        groups = [replace(group, members=seen) for group, seen in zip(coloured, members, strict=True) if seen]
        shown = [(group, edges_inside(project.ugm, group) if group.block else ()) for group in groups]
        if [(item.layer, item.edges) for item in self.items] != shown:
            for item in self.items:
                self._scene.removeItem(item)
            self.items = [OutlineItem(group, edges) for group, edges in shown]
            for item in self.items:
                self._scene.addItem(item)
        self.follow()

    def follow(self, moved: Iterable[str] | Mapping[str, Position] | None = None) -> None:
        """Lie around where the members are now; only those that moved matter, or all."""
        names = None if moved is None else set(moved)
        for item in self.items:
            if names is None or not names.isdisjoint(item.layer.members):
                item.follow(self._place)


def edges_inside(ugm: UGM, group: Group) -> tuple[Pair, ...]:
    """Return the edges between members of a group."""
    members = set(group.members)
    return tuple((a, b) for a, b in ugm.edges if a in members and b in members)


def shortest_links(places: Sequence[Position]) -> list[tuple[Position, Position]]:
    """Return the pairs of places of the tree of least length over them (Prim 1957); many are joined one by one."""
    if len(places) > _MOST_JOINED:
        return list(pairwise(places))
    open_ = dict.fromkeys(range(1, len(places)), (math.inf, 0))
    last, links = 0, []
    while open_:
        for k, (best, _) in open_.items():
            away = math.dist(places[last], places[k])
            if away < best:
                open_[k] = (away, last)
        last = min(open_, key=lambda k: open_[k][0])
        links.append((places[open_.pop(last)[1]], places[last]))
    return links
