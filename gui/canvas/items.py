"""What does a variable look like on the canvas?

A circle with the name, a card of marginal bars below it; grey with a lock and "= state" once clamped, half grey with a
"~" or a "≠" when softly observed. From afar the
details go one by one: labels, bars, name, and at last only a dot is left. Items draw; they decide nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from models.ugm import Variable

from .bars import BarLayout, bar_layout, paint_bars
from .evidence_look import Overlay, paint_badge, paint_half, soft_mark
from .style import BARS, DOT, LABELS, Style, mix, style
from .text import Text, is_symbol, lay_out

MOST_ROWS = 12  # of a tool tip
SMALLEST_TEXT = 7.5  # pixels on the screen
_FRAME, _NAMING = 0.05, 0.015  # seconds: of each frame of a large model, so much for laying out names


class Ring(Enum):
    """Why a variable has a ring, besides being selected."""

    NONE = 0
    SITE = 1  # the sampler has just updated it
    BLANKET = 2  # its neighbours decided that update
    TARGET = 3  # letting go of the mouse joins an edge to it


class _Patience:
    """How long names may be laid out in one frame of the screen."""

    def __init__(self) -> None:
        self._began = 0.0

    def left(self) -> bool:
        """Whether there is time for another name; asked again after a pause, it begins anew."""
        now = perf_counter()
        if now - self._began > _FRAME:
            self._began = now
        return now - self._began < _NAMING


_patience = _Patience()
_hurried = [False]


def set_hurried(hurried: bool) -> None:
    """Draw without bars, and no name for the first time, while hundreds of variables move at once."""
    _hurried[0] = hurried


class VariableItem(QGraphicsItem):
    """One variable. The setters repaint it only when something changed."""

    def __init__(self, variable: Variable) -> None:
        super().__init__()
        self.variable = variable
        self.clamped: int | None = None
        self.soft: tuple[float, ...] | None = None  # the likelihood, while softly observed
        self.excluded: tuple[int, ...] = ()
        self.overlays: tuple[Overlay, ...] = ()  # marginals of compared evidence sets
        self.marginal: list[float] | None = None
        self.prior: list[float] | None = None
        self.stale = False
        self.current: int | None = None
        self.selected = False
        self.hovered: int | None = None
        self.ring = Ring.NONE
        self._in_corner = False
        self.bars: BarLayout
        self.crowded = False  # from afar, one item draws all variables
        self._name: Text | None = None
        self._small_name: Text | None = None
        self._second: Text | None = None
        self._bounds = QRectF()
        self.restyle()

    # --- what it shows -----------------------------------------------------------------------------------------

    def set_variable(self, variable: Variable) -> None:
        """Show another name or other states; what belongs to another number of states goes."""
        if variable.n_states != self.variable.n_states:
            self.clamped = self.marginal = self.prior = self.current = None
            self.soft, self.excluded, self.overlays = None, (), ()
        self.variable = variable
        self.restyle()

    def set_clamped(self, state: int | None) -> None:
        if state != self.clamped:
            self.clamped = state
            self._lay_out_second()
            self.update()

    def set_soft(self, likelihood: Sequence[float] | None) -> None:
        """Show what is softly known; None for nothing."""
        known = None if likelihood is None else tuple(float(value) for value in likelihood)
        if known is not None and len(known) != self.variable.n_states:
            known = None
        if known != self.soft:
            self.soft = known
            self.excluded = tuple(state for state, value in enumerate(known or ()) if value == 0.0)
            self._lay_out_second()
            self.update()

    def set_overlays(self, overlays: Sequence[tuple[int, Sequence[float]]]) -> None:
        """Show marginals of compared evidence sets, each with the number of its mark."""
        drawable = [(k, self._drawable(values)) for k, values in overlays]
        kept = tuple((k, values) for k, values in drawable if values is not None)
        if kept != self.overlays:
            self.overlays = kept
            self.update()

    def set_numbers(self, marginal: Sequence[float] | None, prior: Sequence[float] | None) -> None:
        """Show a marginal and, hollow, the one before clamping."""
        kept = [self._drawable(values) for values in (marginal, prior)]
        if kept != [self.marginal, self.prior]:
            self.marginal, self.prior = kept
            self.update()

    def _drawable(self, values: Sequence[float] | None) -> list[float] | None:
        if values is None or len(values) != self.variable.n_states:
            return None
        numbers = [float(p) for p in values]
        return numbers if all(map(math.isfinite, numbers)) else None

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def set_current(self, state: int | None) -> None:
        """Show the state in which a sampler holds the variable."""
        if state is not None and not 0 <= state < self.variable.n_states:
            state = None
        if state != self.current:
            self.current = state
            self._lay_out_second()
            self.update()

    def set_selected(self, selected: bool) -> None:
        if selected != self.selected:
            self.selected = selected
            self.setZValue(1.0 if selected else 0.0)
            self.update()

    def set_hovered(self, state: int | None) -> None:
        if state != self.hovered:
            self.hovered = state
            self.update()

    def set_ring(self, ring: Ring) -> None:
        if ring is not self.ring:
            self.ring = ring
            self.update()

    @property
    def in_corner(self) -> bool:
        """Whether few bars hang at the lower right."""
        return self._in_corner

    def set_in_corner(self, in_corner: bool) -> None:
        """Hang few bars at the lower right instead of below."""
        if in_corner != self._in_corner:
            self._in_corner = in_corner
            self.restyle()

    def restyle(self) -> None:
        """Lay out everything anew: other texts, or another style."""
        self.prepareGeometryChange()
        s = style()
        self.bars = bar_layout(self.variable.labels, self._in_corner)
        self._name = self._small_name = None  # laid out when first drawn: a large model draws few names
        self._lay_out_second()
        reach = s.radius + s.ring_gap + s.ring_pen.widthF() * 2.5
        circle = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        self._bounds = circle.united(self.bars.card.adjusted(-3, -3, 3, 3))
        self.update()

    def _lay_out_second(self) -> None:
        state = self.current if self.clamped is None else self.clamped
        s = style()
        if state is None and self.soft is None:
            self._second = None
            return
        if state is None:
            words = soft_mark(self.variable, self.soft or ())
        else:
            label = self.variable.labels[state]
            words = f"= {label}" if self.clamped is not None else label
        self._second = lay_out(words, s.family, s.second_px, bold=True, room=1.55 * s.radius)

    def circle(self) -> QRectF:
        """Return the circle in scene coordinates."""
        return style().circle.translated(self.pos())

    def card(self) -> QRectF:
        """Return the card of bars in scene coordinates."""
        return self.bars.card.translated(self.pos())

    def outline(self) -> QRectF:
        """Return circle and card together."""
        return self.circle().united(self.card())

    @property
    def _glyph(self) -> str:
        """The sign for soft evidence: whether it only excludes states."""
        return "≠" if self.excluded and len(set(self.soft or ()) - {0.0}) == 1 else "~"

    @property
    def tool_tip(self) -> str:
        """The exact numbers behind the bars."""
        shown = theme.subscript(self.variable.name)
        if self.clamped is not None:
            return f"{shown} is clamped: {shown} = {self.variable.labels[self.clamped]}"
        if self.marginal is None:
            return shown
        rows = sorted(range(self.variable.n_states), key=lambda i: -(self.marginal or [])[i])[:MOST_ROWS]
        lines = []
        for i in sorted(rows):
            before = "" if self.prior is None else f"   (before clamping {self.prior[i]:.4f})"
            if self.soft is not None:
                before += "   not allowed" if i in self.excluded else f"   likelihood {self.soft[i]:.4g}"
            lines.append(f"p({shown} = {self.variable.labels[i]}) = {self.marginal[i]:.4f}{before}")
        if len(rows) < self.variable.n_states:
            lines.append(f"the {len(rows)} likeliest of {self.variable.n_states} states")
        return "\n".join(lines)

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        shown, labels = theme.subscript(self.variable.name), self.variable.labels
        if self.clamped is not None:
            return f"{shown}, clamped to {labels[self.clamped]}"
        kind = "free"
        if self.soft is not None:
            kind = f"softly observed, {len(self.excluded)} excluded" if self.excluded else "softly observed"
        words = f"{shown}, {kind}, {len(labels)} {'state' if len(labels) == 1 else 'states'}"
        if self.marginal is None:
            return words
        best = max(range(len(labels)), key=self.marginal.__getitem__)
        return f"{words}, most likely {labels[best]} with probability {self.marginal[best]:.2f}"

    # --- drawing -----------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addEllipse(style().circle)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        s = style()
        scale = painter.worldTransform().m11()
        if scale < DOT:
            self._paint_rings(painter, s, scale)
            if not self.crowded:
                self._paint_dot(painter, s)
            return
        if scale >= BARS and not _hurried[0]:
            paint_bars(
                painter,
                self.bars,
                s,
                marginal=self.marginal,
                prior=self.prior,
                clamped=self.clamped,
                current=self.current,
                hovered=self.hovered,
                stale=self.stale,
                with_labels=scale >= LABELS,
                excluded=self.excluded,
                overlays=self.overlays,
            )
        self._paint_rings(painter, s, scale)
        softly = self.soft is not None and self.clamped is None
        painter.setPen(s.node_pen)
        painter.setBrush(s.node_brush if self.clamped is None else s.clamped_brush)
        painter.drawEllipse(s.circle)
        if softly:
            paint_half(painter, s)
            painter.setPen(s.node_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(s.circle)
        if s.name_px * scale >= SMALLEST_TEXT:
            if _hurried[0] and not self._has_name:
                pass
            elif self.crowded and widget is not None and not self._has_name and not _patience.left():
                self.update()  # thousands of names at once would take long: the rest follows in the next frames
            else:
                self._paint_words(painter, s)
        if self.clamped is not None:
            _paint_lock(painter, s)
        elif softly:
            paint_badge(painter, s, self._glyph)

    def _paint_rings(self, painter: QPainter, s: Style, scale: float) -> None:
        if not self.selected and self.ring is Ring.NONE:
            return
        gap = s.ring_gap
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.selected:
            painter.setPen(s.ring_pen if scale >= DOT else s.far(s.ring_pen))
            painter.drawEllipse(s.circle.adjusted(-gap, -gap, gap, gap))
            gap += s.ring_pen.widthF()
        pen = {Ring.SITE: s.site_pen, Ring.BLANKET: s.blanket_pen, Ring.TARGET: s.target_pen}.get(self.ring)
        if pen is not None:
            painter.setPen(pen)
            painter.drawEllipse(s.circle.adjusted(-gap, -gap, gap, gap))

    def _paint_dot(self, painter: QPainter, s: Style) -> None:
        """Draw a disc, the fuller the further its state or the mean of its marginal: a lattice is a picture."""
        last = max(self.variable.n_states - 1, 1)
        if self.clamped is not None:
            brush = s.clamped_brush.color()
        elif self.current is not None:
            brush = mix(s.palette.model, s.palette.node_fill, self.current / last)
        elif self.marginal is not None:
            mean = sum(i * p for i, p in enumerate(self.marginal)) / last
            brush = mix(s.palette.exact, s.palette.node_fill, min(max(mean, 0.0), 1.0))
        else:
            brush = s.node_brush.color()
        painter.setPen(s.dot_pen)
        painter.setBrush(brush)
        painter.drawEllipse(s.circle)

    @property
    def _has_name(self) -> bool:
        return (self._name if self._second is None else self._small_name) is not None

    def shade(self, n_shades: int) -> tuple[str, int]:
        """Return how the disc is filled from afar: "clamped", "plain", or "current" or "marginal" with its shade."""
        last = max(self.variable.n_states - 1, 1)
        if self.clamped is not None:
            return "clamped", 0
        if self.current is not None:
            return "current", round(n_shades * self.current / last)
        if self.marginal is not None:
            mean = sum(i * p for i, p in enumerate(self.marginal)) / last
            return "marginal", round(n_shades * min(max(mean, 0.0), 1.0))
        return "plain", 0

    def _paint_words(self, painter: QPainter, s: Style) -> None:
        painter.setPen(s.text_pen if self.clamped is None else s.clamped_text_pen)
        shown, italic = theme.subscript(self.variable.name), is_symbol(self.variable.name)
        if self._second is None:
            if self._name is None:
                self._name = lay_out(shown, s.family, s.name_px, italic=italic, room=1.72 * s.radius)
            self._name.draw(painter, 0, 0)
        else:
            if self._small_name is None:
                self._small_name = lay_out(shown, s.family, 0.86 * s.name_px, italic=italic, room=1.5 * s.radius)
            self._small_name.draw(painter, 0, -0.3 * s.radius)
            if self.soft is not None:
                painter.setPen(s.clamped_text_pen)  # on the grey half
            self._second.draw(painter, 0, 0.38 * s.radius)


def _paint_lock(painter: QPainter, s: Style) -> None:
    """Draw the badge at the upper right of the circle: a disc with a padlock."""
    r = s.badge_radius
    centre = QPointF(0.76 * s.radius, -0.76 * s.radius)
    painter.setPen(s.badge_pen)
    painter.setBrush(s.badge_brush)
    painter.drawEllipse(centre, r, r)
    painter.setPen(s.shackle_pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shackle = QRectF(centre.x() - 0.27 * r, centre.y() - 0.62 * r, 0.54 * r, 0.7 * r)
    painter.drawArc(shackle, 0, 180 * 16)
    body = QRectF(centre.x() - 0.42 * r, centre.y() - 0.18 * r, 0.84 * r, 0.64 * r)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(s.shackle_pen.color())
    painter.drawRoundedRect(body, 0.1 * r, 0.1 * r)
