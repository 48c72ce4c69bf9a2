"""How is a number for each state dragged, turned and typed, to say how likely that state made what was seen?

The last column of the table of states holds a slider per state: a drag sets it, past the right end it goes beyond one,
at the left end the state is excluded, and a cross says so. A click alone only chooses the row. The wheel and the keys +
and - change the row in hand by a step; a double click, F2 or a digit types. Alt (or Ctrl) and a click exclude a state,
or allow it again.
"""

from __future__ import annotations

import time
from itertools import count

from PySide6.QtCore import QLineF, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme

from .parts import Index, TypingTable

LIKELIHOOD_COLUMN = 3
LIKELIHOOD_ROLE = Qt.ItemDataRole.UserRole + 4
SCALE_ROLE = Qt.ItemDataRole.UserRole + 5  # the likelihood at the right end of every slider
STEP, FINE = 0.05, 0.01
_PAUSE = 1.0  # seconds after which turning the wheel again is another step of undo
_EXCLUDES = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
_MARGIN = 4
_THRESHOLD = 3  # pixels before a press becomes a drag
_numbers = count(1)


def slider_words(value: float) -> str:
    """Return a likelihood as its cell has it; a cross where the state is excluded."""
    return "✕" if value == 0.0 else f"{value:.3g}"


class SliderDelegate(QStyledItemDelegate):
    """Draws a likelihood as a bar with a handle behind its number; a cross where the state is excluded."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        value, scale = float(index.data(LIKELIHOOD_ROLE)), float(index.data(SCALE_ROLE))
        known = scale > 0.0  # zero stands for "nothing is known": all likelihoods are one
        p = theme.current()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, option.palette.highlight())
        area = QRectF(option.rect).adjusted(_MARGIN, 4, -_MARGIN, -4)
        painter.setPen(QPen(p.line, 1))
        painter.drawRect(area)
        share = min(value / (scale or 1.0), 1.0)
        fill = QColor(p.data)
        fill.setAlphaF(0.45 if known else 0.15)
        painter.fillRect(QRectF(area.left(), area.top(), area.width() * share, area.height()), fill)
        x = area.left() + area.width() * share
        painter.setPen(QPen(p.data if known else p.muted, 3))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        text = p.accent_text if chosen else p.alarm_text if value == 0.0 else p.text if known else p.muted
        painter.setPen(text)
        font = option.font
        font.setBold(value == 0.0)
        painter.setFont(font)
        side = Qt.AlignmentFlag.AlignLeft if share > 0.5 else Qt.AlignmentFlag.AlignRight  # away from the handle
        place = side if value else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(area.adjusted(5, 0, -5, 0), place | Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.restore()


class StatesTable(TypingTable):
    """The table of states with sliders in its last column.

    Signals
    -------
    weighed : (int, float, object)
        State, likelihood wanted for it, and the key of the gesture: what has the same key is one step of undo.
    exclusion_toggled : (int)
        Exclude a state, or allow it.
    """

    weighed = Signal(int, float, object)
    exclusion_toggled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple[int, float, int] | None = None  # row, scale and number of the gesture under way
        self._pressed, self._dragged = 0.0, False
        self._turned: tuple[int, float, int] = (-1, 0.0, 0)  # row, time and number of the last step by wheel or key

    def _on_slider(self, at: QPoint) -> int | None:
        index = self.indexAt(at)
        return index.row() if index.isValid() and index.column() == LIKELIHOOD_COLUMN else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._on_slider(event.position().toPoint())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        event.accept()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        index = self.model().index(row, LIKELIHOOD_COLUMN)
        self.setCurrentIndex(index)
        if event.modifiers() & _EXCLUDES:
            self.exclusion_toggled.emit(row)
            return
        self._held = (row, float(index.data(SCALE_ROLE)) or 1.0, next(_numbers))
        self._pressed, self._dragged = event.position().x(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._dragged |= abs(event.position().x() - self._pressed) >= _THRESHOLD
            if self._dragged:
                self._drag(event.position().x())
            event.accept()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._on_slider(event.position().toPoint())
        self._held = None
        if row is None:
            super().mouseDoubleClickEvent(event)
        elif event.modifiers() & _EXCLUDES:
            self.exclusion_toggled.emit(row)
        else:
            self.edit(self.model().index(row, LIKELIHOOD_COLUMN))

    def _drag(self, x: float) -> None:
        assert self._held is not None
        row, scale, number = self._held
        cell = self.visualRect(self.model().index(row, LIKELIHOOD_COLUMN)).adjusted(_MARGIN, 0, -_MARGIN, 0)
        share = max(0.0, (x - cell.left()) / max(cell.width(), 1))
        self.weighed.emit(row, _rounded(share * scale), ("soft", number))

    def wheelEvent(self, event: QWheelEvent) -> None:
        row = self._on_slider(event.position().toPoint())
        notches = event.angleDelta().y() / 120
        if row is None or row != self.currentIndex().row() or not notches:
            super().wheelEvent(event)
            return
        event.accept()
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._turn(row, notches * (FINE if fine else STEP))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if index.isValid() and index.column() == LIKELIHOOD_COLUMN:
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
                self._turn(index.row(), STEP if event.key() == Qt.Key.Key_Plus else -STEP)
                return
            if event.key() == Qt.Key.Key_Delete:
                self.exclusion_toggled.emit(index.row())
                return
        super().keyPressEvent(event)

    def _turn(self, row: int, by: float) -> None:
        now = time.monotonic()
        last_row, last, number = self._turned
        if row != last_row or now - last > _PAUSE:
            number = next(_numbers)
        self._turned = (row, now, number)
        value = float(self.model().index(row, LIKELIHOOD_COLUMN).data(LIKELIHOOD_ROLE))
        self.weighed.emit(row, max(0.0, _rounded(value + by)), ("soft", number))

    def edit_likelihood(self, row: int = 0) -> None:
        """Put the keyboard on a slider."""
        index: QModelIndex = self.model().index(row, LIKELIHOOD_COLUMN)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)


def _rounded(value: float) -> float:
    """Round to what a slider can mean: hundredths, coarser beyond ten."""
    return round(value, 2) if value < 10 else round(value, 1)
