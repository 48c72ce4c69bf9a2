"""How do soft evidence, excluded states and compared evidence sets look on a variable?

A softly observed variable is half grey, between a free and a clamped one, with a badge and a word: "~" and "soft" for a
likelihood, "≠" and the state for "not this state". Excluded states are crossed out where their bars stand. Compared
sets put their marks at the heights of their marginals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from gui.marks import mark_colour, paint_mark
from models.ugm import Variable

from .style import Style
from .text import lay_out

if TYPE_CHECKING:
    from .bars import BarLayout

Overlay = tuple[int, Sequence[float]]
"""Number of the mark, and the marginal of a compared set."""

_SMALLEST_MARK, _LARGEST_MARK = 6.0, 10.0
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
           Qt.PenStyle.DashDotDotLine)  # fmt: skip


def soft_mark(variable: Variable, likelihood: Sequence[float]) -> str:
    """Say in a few letters what is softly known of a variable: "≠ b", "8 of 10" for states left, "soft"."""
    excluded = [label for label, value in zip(variable.labels, likelihood, strict=True) if value == 0.0]
    if not excluded or len({value for value in likelihood if value}) > 1:
        return "soft"
    n = variable.n_states
    return f"≠ {excluded[0]}" if len(excluded) == 1 else f"{n - len(excluded)} of {n}"


def paint_half(painter: QPainter, s: Style) -> None:
    """Fill the lower half of the circle with the grey of clamped variables."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(s.clamped_brush)
    painter.drawChord(s.circle, 180 * 16, 180 * 16)


def paint_badge(painter: QPainter, s: Style, glyph: str) -> None:
    """Draw the badge at the upper right of the circle: a disc with a sign."""
    r = s.badge_radius
    centre = QPointF(0.76 * s.radius, -0.76 * s.radius)
    painter.setPen(s.badge_pen)
    painter.setBrush(s.badge_brush)
    painter.drawEllipse(centre, r, r)
    painter.setPen(s.shackle_pen)
    lay_out(glyph, s.family, 1.7 * r, bold=True).draw(painter, centre.x(), centre.y())


def paint_excluded(painter: QPainter, layout: BarLayout, s: Style, states: Sequence[int]) -> None:
    """Cross out the bars of excluded states; under a curve, shade where they are."""
    top = layout.bar(0, 1.0).top()
    if layout.is_curve:
        shade = QBrush(s.muted_pen.color(), Qt.BrushStyle.BDiagPattern)
        for first, last in _runs(states):
            left, right = layout.slot(first).left(), layout.slot(last).right()
            painter.fillRect(QRectF(left, top, right - left, layout.base - top), shade)
        return
    pen = QPen(s.base_pen)
    pen.setWidthF(1.3 * s.base_pen.widthF())
    painter.setPen(pen)
    for state in states:
        slot = layout.slot(state)
        inset = 0.16 * slot.width()
        left, right = slot.left() + inset, slot.right() - inset
        painter.drawLines([QLineF(left, top, right, layout.base), QLineF(left, layout.base, right, top)])


def _runs(states: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of neighbouring states, each by its first and last one."""
    ends = [k for k, (a, b) in enumerate(pairwise(states), 1) if b != a + 1]
    return [(states[a], states[b - 1]) for a, b in zip([0, *ends], [*ends, len(states)], strict=True) if states]


def paint_overlays(painter: QPainter, layout: BarLayout, s: Style, overlays: Sequence[Overlay], peak: float) -> None:
    """Draw the marginals of compared sets: marks beside each other on the bars, lines of their own over a curve."""
    n = len(overlays)
    if layout.is_curve:
        for k, marginal in overlays:
            points = [
                QPointF(layout.left + (i + 0.5) * layout.pitch, layout.bar(i, p / peak).top())
                for i, p in enumerate(marginal)
            ]
            pen = QPen(mark_colour(k), s.prior_pen.widthF() * 1.2, _DASHES[k % len(_DASHES)])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            best = max(range(len(marginal)), key=marginal.__getitem__)
            paint_mark(painter, k, points[best].x(), points[best].y(), _SMALLEST_MARK * s.scale)
        return
    room = layout.slot(0).width()
    bold = s.scale * min(s.palette.line_scale, 1.25)
    size = min(max(room / (n + 0.5), _SMALLEST_MARK * bold), _LARGEST_MARK * bold)
    step = min((room - size) / max(n - 1, 1), 1.3 * size)
    for place, (k, marginal) in enumerate(overlays):
        for state, p in enumerate(marginal):
            x = layout.slot(state).center().x() + (place - (n - 1) / 2) * step
            paint_mark(painter, k, x, layout.bar(state, p).top(), size)
