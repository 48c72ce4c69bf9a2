"""How are the edges shown that a Bayesian network did not have, and that moralisation added?

Dotted lines between two parents of a common child, below everything else: they say why the two are not independent
once the child's table is a factor. They cannot be selected - what can be edited is that factor, drawn as a square. A
tool tip says whose parents they are. Large models are drawn without them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme

from .scopes import Point, distance_to_segment
from .style import FAR, style

Pair = tuple[str, str]
_REACH = 7.0  # pixels on the screen from which a line can be pointed at
_MOST_CHILDREN = 5  # of a tool tip


class MoralItem(QGraphicsItem):
    """All dotted lines of the model shown."""

    def __init__(self, place: Callable[[str], Point]) -> None:
        super().__init__()
        self.setZValue(-1.1)
        self._place = place
        self.children: dict[Pair, tuple[str, ...]] = {}
        self.lines: dict[Pair, QLineF] = {}
        self.pale: set[Pair] = set()
        self._bounds = QRectF()

    def show_pairs(self, children: Mapping[Pair, tuple[str, ...]], clamped: Container[str]) -> None:
        """Show these pairs, each with the children in common; lines of clamped variables are pale."""
        self.children = dict(children)
        self.show_clamped(clamped)
        self.follow()

    def show_clamped(self, clamped: Container[str]) -> None:
        """Make the lines of clamped variables pale, and no others."""
        self.pale = {pair for pair in self.children if pair[0] in clamped or pair[1] in clamped}
        self.update()

    def follow(self) -> None:
        """Put the lines where their variables are now."""
        self.lines = {pair: QLineF(*self._place(pair[0]), *self._place(pair[1])) for pair in self.children}
        self.prepareGeometryChange()
        box = QRectF()
        for line in self.lines.values():
            box = box.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-9, -9, 9, 9))
        self._bounds = box
        self.update()

    def tool_tip(self, point: QPointF, scale: float) -> str:
        """Return what the line at a point means, empty where there is none."""
        best, nearest = None, _REACH / scale
        for pair, line in self.lines.items():
            distance = distance_to_segment((point.x(), point.y()), line.p1().toTuple(), line.p2().toTuple())
            if distance <= nearest:
                best, nearest = pair, distance
        if best is None:
            return ""
        a, b = map(theme.subscript, best)
        children = [theme.subscript(name) for name in self.children[best]]
        if len(children) > _MOST_CHILDREN:
            children[_MOST_CHILDREN:] = [f"{len(children) - _MOST_CHILDREN} more"]
        listed = " and ".join([", ".join(children[:-1]), children[-1]] if children[1:] else children)
        return f"{a} and {b} are joined because both are parents of {listed}"

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        far = painter.worldTransform().m11() < FAR
        for pen, lines in (
            (s.moral_pale_pen, [line for pair, line in self.lines.items() if pair in self.pale]),
            (s.moral_pen, [line for pair, line in self.lines.items() if pair not in self.pale]),
        ):
            painter.setPen(s.far(pen) if far else pen)
            painter.drawLines(lines)
