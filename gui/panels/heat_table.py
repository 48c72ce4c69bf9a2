"""How is a heat map of numbers drawn, and edited with mouse, wheel, keys and clipboard?

A drag up or down changes the cell under it, or all that are selected with it; a drag sideways selects a rectangle, as
does Shift with a click or an arrow key. What is typed goes into every selected cell. Ctrl+C copies the selection as
lines with tabs, Ctrl+V puts such lines in.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import monotonic

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from .parts import Index, TypingTable

SMALLEST = 0.6  # of the text's size, in narrow columns
_PER_PIXEL = 0.01  # nats for a pixel of a drag
_PER_NOTCH = 0.1  # nats for a notch of the wheel
_FINE = 0.1  # of that with Ctrl held
_THRESHOLD = 6  # pixels after which a press is a drag
_TOGETHER_S = 1.0  # turns of the wheel closer than this are one step of undo
_FRAME_MS = 25  # between two changes of a drag
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_numbers = count(1)
_SHORTCUTS = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.SelectAll)
Cell = tuple[int, int]


class Burst:
    """Numbers gestures: changes that follow each other closely have the same number, and are undone together."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._number = 0
        self._last = -1e9
        self._about: object = None

    def number(self, about: object) -> int:
        """Return the number of a change; another thing changed, or a pause, begins another gesture."""
        now = self._clock()
        if about != self._about or now - self._last > _TOGETHER_S:
            self._number = next(_numbers)
        self._about, self._last = about, now
        return self._number

    def end(self) -> None:
        """Begin another gesture with the next change."""
        self._about = None


class HeatDelegate(QStyledItemDelegate):
    """Draws an entry on its colour, without margins, and all in one size that lets the longest number be read whole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widest = ""
        self._fitted: tuple[tuple[str, str, int], QFont] | None = None  # the last font, and what it was made for

    def font(self, font: QFont, width: int) -> QFont:
        """Return the font that fits cells of this width."""
        key = (font.key(), self.widest, width)
        if self._fitted is None or self._fitted[0] != key:
            self._fitted = (key, self._fit(font, width))
        return self._fitted[1]

    def _fit(self, font: QFont, width: int) -> QFont:
        needed = QFontMetricsF(font).horizontalAdvance(self.widest) + 3
        fitting = QFont(font)
        if needed > width:
            fitting.setPointSizeF(font.pointSizeF() * max(width / needed, SMALLEST))
        return fitting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.fillRect(option.rect, index.data(Qt.ItemDataRole.BackgroundRole))
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink)
        painter.setFont(self.font(option.font, option.rect.width()))
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(ink, 2))
            painter.drawRect(option.rect.adjusted(2, 2, -2, -2))
        painter.restore()


class HeatTable(TypingTable):
    """The table itself.

    Signals
    -------
    nudged : (list of Cell, float, int)
        Move the logs of cells by so many nats from where they were when the gesture of this number began.
    ended : ()
        The gesture is over.
    given_up : ()
        The gesture is over, and everything is to be as before.
    pasted : (str, Cell)
        Put a text in at a cell.
    copied : ()
        Put the selection, or everything, on the clipboard.
    """

    nudged = Signal(object, float, int)
    ended = Signal()
    given_up = Signal()
    pasted = Signal(str, object)
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._pressed: QPoint | None = None
        self._kept = False  # a press on one of several selected cells leaves them selected
        self._cells: list[Cell] = []  # under the drag
        self._by = 0.0
        self._number = 0
        self._wheel = Burst()
        self._turned = 0.0
        self._frame = QTimer(self, singleShot=True, interval=_FRAME_MS)
        self._frame.timeout.connect(self._send)

    # --- cells ---------------------------------------------------------------------------------------------------

    def _parts(self) -> list[tuple[int, int, int, int]]:
        """Return the selection as rectangles: top, left, bottom, right. All of a large table is one of them."""
        selection = self.selectionModel().selection()
        parts = [selection.at(k) for k in range(selection.count())]
        return [(part.top(), part.left(), part.bottom(), part.right()) for part in parts]

    def chosen(self) -> list[Cell]:
        """Return the selected cells, row by row."""
        parts = self._parts()
        cells = [(r, c) for t, le, b, ri in parts for r in range(t, b + 1) for c in range(le, ri + 1)]
        return cells if len(parts) == 1 else sorted(set(cells))

    def is_chosen(self, row: int, column: int) -> bool:
        """Whether a cell is selected."""
        return any(t <= row <= b and le <= column <= ri for t, le, b, ri in self._parts())

    @property
    def several(self) -> bool:
        """Whether more than one cell is selected."""
        parts = self._parts()
        return len(parts) > 1 or any(t < b or le < ri for t, le, b, ri in parts)

    def extent(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Return first and last row, first and last column of what is selected; None for nothing."""
        parts = self._parts()
        if not parts:
            return None
        tops, lefts, bottoms, rights = zip(*parts, strict=True)
        return (min(tops), max(bottoms)), (min(lefts), max(rights))

    def corner(self) -> Cell:
        """Return where something pasted begins: the upper left of what is selected."""
        extent = self.extent()
        if extent is not None:
            return extent[0][0], extent[1][0]
        current = self.currentIndex()
        return (current.row(), current.column()) if current.isValid() else (0, 0)

    @property
    def dragging(self) -> bool:
        """Whether a drag is changing numbers."""
        return bool(self._cells)

    # --- mouse ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._finish()
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & ~_KEYPAD
        self._pressed = event.position().toPoint() if plain and index.isValid() else None
        self._kept = self._pressed is not None and self.several and self.is_chosen(index.row(), index.column())
        if not self._kept:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        moved = event.position().toPoint() - self._pressed
        if not self._cells:
            if max(abs(moved.x()), abs(moved.y())) < _THRESHOLD:
                return
            if abs(moved.x()) >= abs(moved.y()):  # sideways: a rectangle is being selected
                if self._kept:
                    self.setCurrentIndex(self.indexAt(self._pressed))
                self._pressed, self._kept = None, False
                super().mouseMoveEvent(event)
                return
            index = self.indexAt(self._pressed)
            under = (index.row(), index.column())
            self._cells = self.chosen() if self.is_chosen(*under) else [under]
            self._number = next(_numbers)
            self.viewport().setCursor(Qt.CursorShape.SizeVerCursor)
        fine = _FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        self._by = -moved.y() * _PER_PIXEL * fine
        if not self._frame.isActive():
            self._frame.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._cells:
            self._finish()
        elif self._kept and self._pressed is not None:
            self.setCurrentIndex(self.indexAt(self._pressed))
            self._pressed, self._kept = None, False
        else:
            self._pressed = None
            super().mouseReleaseEvent(event)

    def _send(self) -> None:
        if self._cells:
            self.nudged.emit(list(self._cells), self._by, self._number)

    def _finish(self) -> None:
        """End a drag where it is."""
        if self._cells:
            self._send()
            self.forget()
            self.ended.emit()
        self._pressed, self._kept = None, False

    def forget(self) -> None:
        """End a drag without a word; what it changed last stays."""
        self._frame.stop()
        self._cells = []
        self._pressed, self._kept = None, False
        self.viewport().unsetCursor()

    def give_up(self) -> None:
        """End a drag as if it had not been."""
        if self._cells:
            self.forget()
            self.given_up.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        turned = event.angleDelta().y()
        if not self.hasFocus() or not at.isValid() or not self.is_chosen(at.row(), at.column()) or not turned:
            super().wheelEvent(event)
            return
        fine = _FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        self._turn(self.chosen(), turned / 120 * fine)
        event.accept()

    def _turn(self, cells: list[Cell], notches: float) -> None:
        """Change cells by steps; steps that follow each other closely count from the same beginning."""
        number = self._wheel.number(tuple(cells))
        if number != self._number:
            self._number, self._turned = number, 0.0
        self._turned += notches * _PER_NOTCH
        self.nudged.emit(cells, self._turned, number)

    # --- keys ----------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self.dragging
        return any(event.matches(key) for key in _SHORTCUTS) or _nudge(event) != 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.dragging:
            self.give_up()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif (steps := _nudge(event)) and self.chosen():
            self._turn(self.chosen(), steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # The key that ends the typing comes by here too.
            if self.state() is not QAbstractItemView.State.EditingState and self.currentIndex().isValid():
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paste(self) -> None:
        """Put in what is on the clipboard."""
        self.pasted.emit(QGuiApplication.clipboard().text(), self.corner())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._wheel.end()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.forget()
        super().hideEvent(event)


def _nudge(event: QKeyEvent) -> int:
    """Return 1 for Alt+Up, -1 for Alt+Down, 0 for any other key."""
    if event.modifiers() & ~_KEYPAD != Qt.KeyboardModifier.AltModifier:
        return 0
    return 1 if event.key() == Qt.Key.Key_Up else -1 if event.key() == Qt.Key.Key_Down else 0
