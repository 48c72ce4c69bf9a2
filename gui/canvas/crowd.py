"""How are thousands of variables drawn from afar?

As one item of discs in a few shades, which takes a fraction of the time that as many items take; each variable's own
item then draws only what sets it apart: its rings. From nearer, where few are in sight, they draw themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from .style import DOT, mix, style

if TYPE_CHECKING:
    from collections.abc import Callable

    from .items import VariableItem

_FAR = 2.0e6  # canvas units: wherever variables are moved, the item is there
_SHADES = 12
_RIM = 3.0  # pixels of radius from which a disc has a rim


class Crowd(QGraphicsItem):
    """All variables of a large model as discs.

    Parameters
    ----------
    members : function
        Returns the items of the variables in sight.
    """

    def __init__(self, members: Callable[[], Iterable[VariableItem]]) -> None:
        super().__init__()
        self.setZValue(-0.25)  # above edges and squares, below the rings
        self._members = members

    def boundingRect(self) -> QRectF:
        return QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scale = painter.worldTransform().m11()
        if scale >= DOT:
            return
        s = style()
        groups: dict[tuple[str, int], list[QPointF]] = {}
        for item in self._members():
            groups.setdefault(item.shade(_SHADES), []).append(item.pos())
        p = s.palette
        colours = {"clamped": p.clamped_fill, "plain": p.node_fill}
        if s.radius * scale >= _RIM:
            rim = 2 * s.radius + 1.0 / scale
            _discs(painter, p.node_border, rim, [at for points in groups.values() for at in points])
        for (kind, share), points in groups.items():
            colour = colours.get(kind)
            if colour is None:
                colour = mix(p.exact if kind == "marginal" else p.model, p.node_fill, share / _SHADES)
            _discs(painter, colour, 2 * s.radius - 1.0 / scale, points)


def _discs(painter: QPainter, colour: QColor, diameter: float, points: list[QPointF]) -> None:
    painter.setPen(QPen(colour, diameter, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(points)


def extent_of(items: Sequence[VariableItem]) -> QRectF:
    """Return the box around all places, widened by what a variable takes up at most."""
    if not items:
        return QRectF()
    around = style().circle
    for bars in {id(item.bars): item.bars for item in items}.values():
        around = around.united(bars.card)
    xs, ys = [item.x() for item in items], [item.y() for item in items]
    box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return box.adjusted(around.left(), around.top(), around.right(), around.bottom())
