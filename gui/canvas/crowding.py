"""How large can nodes and their cards of bars be drawn before they run into each other?

Everything a variable shows grows about its place, so for two variables there is one scale at which they touch. The
smallest of these over all pairs is how much room a drawing leaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from .bars import bar_layout
from .style import style


@dataclass(frozen=True, slots=True)
class Spot:
    """A variable on the canvas.

    Attributes
    ----------
    x, y : float
    parts : sequence of QRectF
        The boxes of its circle and its card at scale 1, about (0, 0).
    """

    x: float
    y: float
    parts: Sequence[QRectF]


def spot(place: tuple[float, float], labels: tuple[str, ...], in_corner: bool = False) -> Spot:
    """Return what a variable with these state labels takes up at a place."""
    s = style()
    boxes = (s.circle, bar_layout(labels, in_corner).card)
    return Spot(*place, [QRectF(box.topLeft() / s.scale, box.size() / s.scale) for box in boxes])


def largest_scale(spots: Sequence[Spot], enough: float) -> float:
    """Return the scale at which the first two variables touch, or `enough` where they do not up to there."""
    spots = sorted(spots, key=lambda spot: spot.x)
    widest = max((max(-part.left(), part.right()) for spot in spots for part in spot.parts), default=0.0)
    tallest = max((max(-part.top(), part.bottom()) for spot in spots for part in spot.parts), default=0.0)
    scale = enough
    for k, spot in enumerate(spots):
        for other in spots[k + 1 :]:
            if other.x - spot.x >= 2 * widest * scale:
                break  # from here on they are further apart
            if abs(other.y - spot.y) >= 2 * tallest * scale:
                continue
            scale = min(scale, _touching(spot, other))
    return scale


def _touching(a: Spot, b: Spot) -> float:
    dx, dy = b.x - a.x, b.y - a.y
    return min(
        max(_along(dx, p.left(), p.right(), q.left(), q.right()), _along(dy, p.top(), p.bottom(), q.top(), q.bottom()))
        for p in a.parts
        for q in b.parts
    )


def _along(distance: float, low: float, high: float, other_low: float, other_high: float) -> float:
    """Return the scale at which two intervals touch whose centres are so far apart; infinity for never."""
    reach = high - other_low if distance > 0 else other_high - low
    return abs(distance) / reach if reach > 0 else math.inf
