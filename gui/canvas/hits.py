"""What is under the mouse: a bar, a variable, an edge, a factor, or nothing?

What lies on top wins: bars and circles (the selected ones, then the youngest first), then squares, then lines. Lines
can be hit from a few pixels away at every zoom.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF

from .items import VariableItem
from .mirror import Mirror
from .scopes import Link, distance_to_segment
from .style import BARS, style

_SLOP = 7.0  # pixels on the screen from which a line can be hit
_NARROWEST = 5.0  # pixels: narrower bars are too small to be meant


@dataclass(frozen=True, slots=True)
class Hit:
    """What a point means. At most one of `variable` and `link` is given; `state` is set on a bar."""

    variable: str | None = None
    state: int | None = None
    on_card: bool = False
    link: Link | None = None

    def __bool__(self) -> bool:
        return self.variable is not None or self.link is not None


def hit_variable(mirror: Mirror, point: QPointF, scale: float) -> Hit:
    """Return the variable, and perhaps the bar, at a point."""
    x, y = point.x(), point.y()
    radius = style().radius
    found = Hit()
    found_z = -1.0
    hidden = mirror.hidden
    for name, item in mirror.variables.items():
        dx, dy = x - item.x(), y - item.y()
        z = item.zValue()
        if z < found_z or name in hidden:
            continue
        if dx * dx + dy * dy <= radius * radius:
            found, found_z = Hit(name), z
        elif dy > 0 and scale >= BARS and item.bars.card.contains(dx, dy):
            found, found_z = Hit(name, _state(item, dx, dy, scale), on_card=True), z
    return found


def _state(item: VariableItem, dx: float, dy: float, scale: float) -> int | None:
    if item.bars.is_curve or item.bars.pitch * scale < _NARROWEST:
        return None
    return item.bars.state_at(QPointF(dx, dy))


def hit_link(mirror: Mirror, point: QPointF, scale: float) -> Hit:
    """Return the edge or factor at a point."""
    at = (point.x(), point.y())
    square = 1.4 * style().square
    for link, place in mirror.links.square_at.items():
        if hypot(place[0] - at[0], place[1] - at[1]) <= square:
            return Hit(link=link)
    best, nearest = Hit(), _SLOP / scale
    for link in mirror.links.places:
        for a, b in mirror.links.segments(link):
            if min(a[0], b[0]) - nearest > at[0] or max(a[0], b[0]) + nearest < at[0]:
                continue
            if min(a[1], b[1]) - nearest > at[1] or max(a[1], b[1]) + nearest < at[1]:
                continue
            distance = distance_to_segment(at, a, b)
            if distance <= nearest:
                best, nearest = Hit(link=link), distance
    return best
