"""Which sizes, fonts, pens and brushes does the canvas draw with?

All of them follow from the palette in force and the font scale, and from the room that the drawing leaves; `style()`
makes them anew when one of these changes. Lengths are in scene units, one pixel at 100 %.
"""

from __future__ import annotations

import math
from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QApplication

from gui import theme

# Levels of detail, by the scale of the view. Below FAR a line keeps its width on the screen.
DOT, BARS, FAR, LABELS = 0.2, 0.3, 0.45, 0.5
_LARGEST_SCALE = 1.5  # of the font scale: positions do not grow with it, so larger nodes would run into each other


class Look(Enum):
    """How a link is drawn."""

    PLAIN = 0
    PALE = 1  # a variable of it is clamped
    SELECTED = 2


def mix(ink: QColor, paper: QColor, share: float) -> QColor:
    """Return `share` of one colour on another, opaque."""
    return QColor.fromRgbF(
        ink.redF() * share + paper.redF() * (1 - share),
        ink.greenF() * share + paper.greenF() * (1 - share),
        ink.blueF() * share + paper.blueF() * (1 - share),
    )


def wanted_scale(palette: theme.Palette, font_scale: float) -> float:
    """Return how large nodes would be drawn if there were room for it."""
    return palette.node_scale * min(max(font_scale, 1.0), _LARGEST_SCALE)


class Style:
    """Everything the items need to draw, made once per palette and font scale."""

    def __init__(self, palette: theme.Palette, font_scale: float, family: str, room: float = math.inf) -> None:
        k = min(wanted_scale(palette, font_scale), max(room, 1.0))
        self.palette = palette
        self.scale = k
        self.radius = 34.0 * k
        self.ring_gap = 5.0 * k
        self.badge_radius = 11.0 * k
        self.name_px = 27.0 * k
        self.second_px = 21.0 * k
        self.label_px = max(14.0 * k, palette.least_label)
        self.bar_height = 38.0 * k
        self.tall_bar_height = 54.0 * k
        self.square = 11.0 * k  # half a side
        self.hull = 11.0 * k  # how far a hull reaches beyond a node
        self.family = family
        self.circle = QRectF(-self.radius, -self.radius, 2 * self.radius, 2 * self.radius)
        self._make_pens(palette, palette.line_scale)

    def _make_pens(self, p: theme.Palette, w: float) -> None:
        k = self.scale
        self.node_pen = QPen(p.node_border, 2.6 * w * k)
        self.dot_pen = QPen(p.node_border, 1.0)
        self.dot_pen.setCosmetic(True)
        self.badge_pen = QPen(p.canvas, 1.6 * w * k)
        self.badge_brush = QBrush(p.node_border)
        self.shackle_pen = QPen(p.node_fill, 2.0 * k)
        self.node_brush = QBrush(p.node_fill)
        self.clamped_brush = QBrush(p.clamped_fill)
        self.edge_pen = _round(QPen(p.edge, 2.6 * w * k))
        self.pale_pen = QPen(p.edge_pale, 2.0 * w * k, Qt.PenStyle.CustomDashLine)
        self.pale_pen.setDashPattern([4.0, 3.0])
        self.moral_pen = _dotted(QPen(p.edge, 2.6 * w * k))
        self.moral_pale_pen = _dotted(QPen(p.edge_pale, 2.6 * w * k))
        self.chosen_pen = _round(QPen(p.selection, 6.0 * w * k))
        self.thin_pen = QPen(p.edge, 1.5 * w * k)
        self.tie_pen = QPen(p.edge, 1.5 * w * k)
        self.chain_pen = QPen(p.text, 1.7 * k)
        self.ring_pen = QPen(p.selection, 5.0 * w * k)
        self.site_pen = QPen(p.model, 5.0 * w * k)
        self.blanket_pen = QPen(mix(p.model, p.canvas, 0.55), 3.0 * w * k)
        self.target_pen = QPen(mix(p.selection, p.canvas, 0.6), 4.0 * w * k)
        self.rubber_pen = _round(QPen(p.selection, 3.0 * w * k, Qt.PenStyle.DashLine))
        self.band_pen = QPen(p.selection, 1.5)
        self.band_pen.setCosmetic(True)
        band = QColor(p.selection)
        band.setAlphaF(0.12)
        self.band_brush = QBrush(band)
        self.card_pen = QPen(p.line, 1.2 * w * k)
        card = mix(p.canvas, p.node_fill, 0.5)
        card.setAlphaF(0.68)  # an edge behind the bars stays visible, faintly
        self.card_brush = QBrush(card)
        self.base_pen = QPen(p.muted, 1.4 * w * k)
        self.prior_pen = QPen(p.text, 1.5 * w * k)
        self.prior_pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.bar_brush = QBrush(p.exact)
        self.full_brush = QBrush(mix(p.node_border, p.clamped_fill, 0.7))
        self.hover_brush = QBrush(mix(p.selection, p.canvas, 0.22))
        self.state_pen = QPen(p.model, 2.4 * w * k)
        self.text_pen = QPen(p.text)
        self.clamped_text_pen = QPen(p.on(p.clamped_fill))
        self.muted_pen = QPen(p.muted)

    def far(self, pen: QPen) -> QPen:
        """Return a pen as it is used from afar: at least a pixel wide at every zoom."""
        cosmetic = QPen(pen)
        cosmetic.setCosmetic(True)
        cosmetic.setWidthF(max(1.1, 0.45 * pen.widthF()))
        return cosmetic

    def hull_colours(self, k: int) -> tuple[QColor, QColor]:
        """Return fill and outline of the k-th component's hull."""
        tint, paper = self.palette.component(k), self.palette.canvas
        return (
            (mix(tint, paper, 0.34), mix(tint, paper, 0.8))
            if self.palette.dark
            else (
                mix(tint, paper, 0.2),
                mix(tint, paper, 0.75),
            )
        )


def _round(pen: QPen) -> QPen:
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _dotted(pen: QPen) -> QPen:
    pen.setDashPattern([0.01, 2.6])  # the round caps make dots of it
    return _round(pen)


_made: list[tuple[Style, float, str, float]] = []
_room: list[float] = [math.inf]


def room() -> float:
    """Return the largest scale to draw at."""
    return _room[0]


def set_room(scale: float) -> None:
    """Draw at no larger a scale than this, but never smaller than usual."""
    _room[0] = scale


def style() -> Style:
    """Return the style for the palette, the font scale and the room in force."""
    palette, scale, family = theme.current(), theme.font_scale(), QApplication.font().family()
    if not _made or _made[0][0].palette is not palette or _made[0][1:] != (scale, family, _room[0]):
        _made[:] = [(Style(palette, scale, family, _room[0]), scale, family, _room[0])]
    return _made[0][0]
