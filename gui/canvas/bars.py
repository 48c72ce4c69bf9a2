"""Where do the marginal bars of a variable stand, what do they look like, and which state is under the mouse?

Bars hang in a small card by the circle, one per state, on a fixed scale from 0 to 1. A variable with more than
twelve states (unless set otherwise) shows a curve instead. Coordinates are relative to the centre of the circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from .evidence_look import Overlay, paint_excluded, paint_overlays
from .style import Style, style
from .text import Text, lay_out

DEFAULT_MOST_BARS = 12
_MOST_LABELS = 10
_GAP = 4.0  # between neighbouring bars
_PITCH = {1: 34.0, 2: 30.0, 3: 26.0, 4: 22.0, 5: 19.0, 6: 17.0, 7: 16.0, 8: 15.0, 9: 14.0, 10: 14.0}
_WIDEST = 150.0
_FEW = 3  # states; with more, probabilities are smaller and bars are taller
_STALE = 0.35  # opacity of numbers that are out of date
_most_bars = [DEFAULT_MOST_BARS]


def set_most_bars(n_states: int) -> None:
    """Draw bars for variables with up to so many states, a curve for those with more; items made before keep theirs."""
    if n_states != _most_bars[0]:
        _most_bars[0] = n_states
        _bar_layout.cache_clear()


class BarLayout:
    """Places of the bars of one variable; shared between variables with the same labels."""

    def __init__(self, labels: tuple[str, ...], in_corner: bool, s: Style) -> None:
        k = s.scale
        self.n_states = len(labels)
        self.is_curve = self.n_states > _most_bars[0]
        self.labels = self._lay_out_labels(labels, s)
        if self.is_curve:
            width, self.pitch = _WIDEST * k, _WIDEST * k / self.n_states
        else:
            widest = max((label.width for label in self.labels), default=0.0)
            room = _WIDEST * k / self.n_states
            self.pitch = max(_PITCH.get(self.n_states, 12.0) * k, min(widest + 5 * k, room))
            width = self.pitch * self.n_states
        in_corner = in_corner and self.n_states <= _FEW
        self.left = 0.68 * s.radius + 6 * k if in_corner else -width / 2
        self.top = 0.62 * s.radius + 6 * k if in_corner else s.radius + 7 * k
        self._height = s.bar_height if self.n_states <= _FEW else s.tall_bar_height
        self.base = self.top + self._height
        self.label_y = self.base + 0.5 * s.label_px + 3 * k
        bottom = self.base + (s.label_px + 5 * k if self.labels else 4 * k)
        self.card = QRectF(self.left - 5 * k, self.top - 4 * k, width + 10 * k, bottom - self.top + 4 * k)
        self.corner = 5 * k
        gap = min(_GAP * k, 0.3 * self.pitch)
        self._bars = [(self.left + i * self.pitch + gap / 2, self.pitch - gap) for i in range(self.n_states)]

    @staticmethod
    def _lay_out_labels(labels: tuple[str, ...], s: Style) -> list[Text]:
        if len(labels) > _MOST_LABELS:
            return []
        room = max(_WIDEST * s.scale / len(labels) - 2 * s.scale, _PITCH[len(labels)] * s.scale - 1)
        return [lay_out(label, s.family, s.label_px, room=room) for label in labels]

    def bar(self, state: int, height: float = 1.0) -> QRectF:
        """Return the bar of a state for a probability."""
        x, width = self._bars[state]
        tall = self._height * min(max(height, 0.0), 1.0)
        return QRectF(x, self.base - tall, width, tall)

    def slot(self, state: int) -> QRectF:
        """Return where a click means this state: the bar at full height with its label."""
        left = self.left + state * self.pitch
        return QRectF(left, self.card.top(), self.pitch, self.card.height())

    def state_at(self, point: QPointF) -> int | None:
        """Return the state whose slot holds a point."""
        if not self.card.contains(point):
            return None
        return min(max(int((point.x() - self.left) // self.pitch), 0), self.n_states - 1)


@lru_cache(maxsize=512)
def _bar_layout(labels: tuple[str, ...], in_corner: bool, s: Style) -> BarLayout:
    return BarLayout(labels, in_corner, s)


def bar_layout(labels: tuple[str, ...], in_corner: bool = False) -> BarLayout:
    """Return the layout for a variable with these state labels in the present style.

    Few bars can hang at the lower right instead of below, out of the way of edges that go straight down.
    """
    return _bar_layout(labels, in_corner, style())


def paint_bars(
    painter: QPainter,
    layout: BarLayout,
    s: Style,
    *,
    marginal: Sequence[float] | None,
    prior: Sequence[float] | None,
    clamped: int | None,
    current: int | None,
    hovered: int | None,
    stale: bool,
    with_labels: bool,
    excluded: Sequence[int] = (),
    overlays: Sequence[Overlay] = (),
) -> None:
    """Draw the card: solid bars for the marginal, hollow ones for the prior, one full bar when clamped.

    States that are excluded are crossed out, and compared evidence sets put their marks on top.
    """
    painter.setPen(s.card_pen)
    painter.setBrush(s.card_brush)
    painter.drawRoundedRect(layout.card, layout.corner, layout.corner)
    if hovered is not None and not layout.is_curve:
        painter.fillRect(layout.slot(hovered), s.hover_brush)
    if stale:
        painter.setOpacity(_STALE)
    if clamped is not None:
        painter.fillRect(layout.bar(clamped), s.full_brush)
    elif layout.is_curve:
        _paint_curves(painter, layout, s, marginal, prior, _peak(marginal, prior, overlays))
    else:
        if marginal is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(s.bar_brush)
            painter.drawRects([layout.bar(i, p) for i, p in enumerate(marginal)])
        if prior is not None:
            painter.setPen(s.prior_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects([layout.bar(i, p) for i, p in enumerate(prior)])
    if stale:
        painter.setOpacity(1.0)
    if excluded and clamped is None:
        paint_excluded(painter, layout, s, excluded)
    painter.setPen(s.base_pen)
    painter.drawLine(QPointF(layout.card.left(), layout.base), QPointF(layout.card.right(), layout.base))
    if overlays:
        paint_overlays(painter, layout, s, overlays, 1.0 if clamped is not None else _peak(marginal, prior, overlays))
    if current is not None:
        painter.setPen(s.state_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(layout.slot(current))
    if with_labels:
        for state, label in enumerate(layout.labels):
            shown = clamped in (None, state) and (clamped is not None or state not in excluded)
            painter.setPen(s.text_pen if shown else s.muted_pen)
            label.draw(painter, layout.left + (state + 0.5) * layout.pitch, layout.label_y)


def _peak(marginal: Sequence[float] | None, prior: Sequence[float] | None, overlays: Sequence[Overlay]) -> float:
    """Return the largest probability drawn, to which curves are scaled."""
    shown = [*(values for values in (marginal, prior) if values is not None), *(values for _, values in overlays)]
    return max((max(values) for values in shown), default=0.0) or 1.0


def _paint_curves(
    painter: QPainter,
    layout: BarLayout,
    s: Style,
    marginal: Sequence[float] | None,
    prior: Sequence[float] | None,
    peak: float,
) -> None:
    """Draw the marginal as a filled curve and the prior as a line, both scaled to the largest peak."""

    def points(values: Sequence[float]) -> list[QPointF]:
        return [
            QPointF(layout.left + (i + 0.5) * layout.pitch, layout.bar(i, p / peak).top()) for i, p in enumerate(values)
        ]

    if marginal is not None:
        ends = (layout.left + 0.5 * layout.pitch, layout.left + (layout.n_states - 0.5) * layout.pitch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(s.bar_brush)
        painter.drawPolygon(
            QPolygonF([QPointF(ends[0], layout.base), *points(marginal), QPointF(ends[1], layout.base)])
        )
    if prior is not None:
        painter.setPen(s.prior_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points(prior)))
