"""What do a bag, a separator and a message in flight look like?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas.style import mix
from gui.words import brief, called, count

_MOST, _MOST_SHARED = 9, 5  # names written in a bag, and in a separator
_TEXT, _SMALL = 0.86, 0.7  # of body text
_LONG, _LONG_LETTERS = 4, 24  # names, and letters, from which they are written in two lines
_PAD = 9.0
_CLEAR = 14.0  # of a link, beside its separator


def words_of(names: Sequence[str], most: int = _MOST) -> str:
    """Write the names of a bag, the first ones where there are many, in two lines where one would be long."""
    shown = [brief(name) for name in names[:most]]
    if not shown:
        return "∅"
    pieces = [f"{name}," for name in shown[:-1]] + [shown[-1]]
    if len(names) > most:
        pieces.append(f"+{len(names) - most}")
    if len(pieces) < _LONG and sum(map(len, pieces)) < _LONG_LETTERS:
        return " ".join(pieces)
    half = min(
        range(1, len(pieces) + 1), key=lambda k: max(len(" ".join(pieces[:k])), len(" ".join(pieces[k:])))
    )  # the two lines as equal as can be
    return "\n".join(" ".join(part) for part in (pieces[:half], pieces[half:]) if part)


def _extent(words: str, metrics: QFontMetricsF) -> tuple[float, float]:
    """Return width and height of a text of one or two lines."""
    lines = words.split("\n")
    return max(map(metrics.horizontalAdvance, lines)), metrics.height() + metrics.lineSpacing() * (len(lines) - 1)


@dataclass(frozen=True, slots=True)
class Measures:
    """What bags and separators are laid out with: made once for a whole tree, because fonts are slow to measure."""

    bag: QFontMetricsF
    small: QFontMetricsF

    @classmethod
    def now(cls) -> Measures:
        """Return the measures for the sizes in force."""
        return cls(QFontMetricsF(theme.font(_TEXT, bold=True)), QFontMetricsF(theme.font(_SMALL)))

    def separator_size(self, names: Sequence[str]) -> tuple[float, float]:
        """Return width and height of a separator's box."""
        width, height = _extent(words_of(names, _MOST_SHARED), self.small)
        return width + _PAD, height + 2


class BagItem(QGraphicsItem):
    """One bag: its variables in a box."""

    def __init__(self, place: int, names: tuple[str, ...], measures: Measures) -> None:
        super().__init__()
        self.place = place
        self.names = names
        self.words = words_of(names)
        self.lit = False  # holds what is selected on the canvas
        self.chosen = False
        self.current = False  # the elimination is here
        width, height = _extent(self.words, measures.bag)
        self.number = str(place + 1)
        self._mark = measures.small.horizontalAdvance(self.number) + 0.5 * _PAD
        self.width = max(width, height) + 1.5 * _PAD + self._mark
        self.height = height + 0.9 * _PAD
        self._bounds = QRectF(-self.width / 2 - 4, -self.height / 2 - 4, self.width + 8, self.height + 8)
        self.setZValue(1.0)
        self.setToolTip(f"Bag {place + 1}: {', '.join(map(called, names))}. {count(len(names), 'variable')}")

    def mark(self, lit: bool, chosen: bool, current: bool) -> None:
        """Point it out."""
        if (lit, chosen, current) != (self.lit, self.chosen, self.current):
            self.lit, self.chosen, self.current = lit, chosen, current
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        p = theme.current()
        box = QRectF(-self.width / 2, -self.height / 2, self.width, self.height)
        fill = p.node_fill
        if self.current:
            fill = mix(p.model, p.canvas, 0.35)
        elif self.lit:
            fill = mix(p.selection, p.canvas, 0.25)
        painter.setBrush(fill)
        painter.setPen(
            QPen(p.selection if self.chosen else p.node_border, (4.0 if self.chosen else 1.8) * p.line_scale)
        )
        painter.drawRoundedRect(box, 9, 9)
        painter.setPen(p.text)
        painter.setFont(theme.font(_TEXT, bold=self.lit))
        painter.drawText(box.adjusted(self._mark + 0.5 * _PAD, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, self.words)
        painter.setPen(p.text if self.current or self.lit else p.muted)
        painter.setFont(theme.font(_SMALL))
        number = QRectF(box.left(), box.top(), self._mark + _PAD, box.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, self.number)


class LinkItem(QGraphicsItem):
    """The link between two bags with its separator, and the messages that have passed through it."""

    def __init__(
        self, child: int, parent: int, names: tuple[str, ...], ends: tuple[QPointF, QPointF], measures: Measures
    ) -> None:
        super().__init__()
        self.child, self.parent_bag = child, parent
        self.names = names
        self.words = words_of(names, _MOST_SHARED)
        self.start, self.end = ends
        self.lit = False
        self.chosen = False
        self.sent = {True: False, False: False}  # upward, downward
        self.flight: tuple[bool, float] | None = None  # upward, and how far
        width, height = measures.separator_size(names)
        way = self.end - self.start
        clear = 1.0 - (0.5 * width + _CLEAR) / max(way.x(), 1.0)  # so that it does not touch the bag
        # Nearer to the outer bag, where links that fan out are further apart.
        middle = self.start + way * max(min(0.62, clear), 0.5)
        self._box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        self._bounds = QRectF(self.start, self.end).normalized().united(self._box).adjusted(-14, -14, 14, 14)
        shared = ", ".join(map(called, names)) or "nothing"
        self.setToolTip(f"Separator: {shared}. Click to read its messages")

    def box(self) -> QRectF:
        """Return the separator's box."""
        return self._box

    def mark(self, lit: bool, chosen: bool) -> None:
        """Point it out."""
        if (lit, chosen) != (self.lit, self.chosen):
            self.lit, self.chosen = lit, chosen
            self.update()

    def show_sent(self, upward: bool, downward: bool, flight: tuple[bool, float] | None) -> None:
        """Show which messages have passed, and the one on its way."""
        self.sent = {True: upward, False: downward}
        self.flight = flight
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        p = theme.current()
        colour = p.selection if self.lit or self.chosen else p.edge
        painter.setPen(QPen(colour, (3.4 if self.lit or self.chosen else 1.8) * p.line_scale))
        painter.drawLine(self.start, self.end)
        for upward in (True, False):
            if self.sent[upward]:
                self._paint_arrow(painter, upward, 0.86, p.exact)
        painter.setBrush(mix(p.selection, p.canvas, 0.25) if self.lit else p.background)
        painter.setPen(QPen(colour, 1.4 * p.line_scale))
        painter.drawRect(self.box())
        painter.setPen(p.text)
        painter.setFont(theme.font(_SMALL))
        painter.drawText(self.box(), Qt.AlignmentFlag.AlignCenter, self.words)
        if self.flight is not None:
            self._paint_arrow(painter, self.flight[0], self.flight[1], p.model, 1.7)

    def _paint_arrow(self, painter: QPainter, upward: bool, share: float, colour: QColor, size: float = 1.0) -> None:
        """Paint an arrow head on the link, `share` of the way from its sender."""
        source, target = (self.end, self.start) if upward else (self.start, self.end)
        at = source + (target - source) * share
        along = target - source
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
        unit = along / length
        across = QPointF(-unit.y(), unit.x())
        reach = 8.0 * size
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        tip, left, right = at + unit * reach, at - unit * reach + across * reach, at - unit * reach - across * reach
        painter.drawPolygon([tip, left, right])
