"""What is drawn over the window for the last row: a ring where the mouse was pressed, and a picture that is held?"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, QVariantAnimation, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from . import theme

_RING_MS = 600
_RADIUS = 34  # pixels, at the end
_WIDTH = 6
_WORDS = "held (B)"


class ClickRing(QWidget):
    """A circle that grows and fades where the mouse was pressed; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(QSize(2, 2) * (_RADIUS + _WIDTH))
        self._share = 0.0
        self._growing = QVariantAnimation(self, duration=_RING_MS, startValue=0.0, endValue=1.0)
        self._growing.valueChanged.connect(self._grow)
        self._growing.finished.connect(self.hide)
        self._staying = QTimer(self, singleShot=True, interval=_RING_MS)
        self._staying.timeout.connect(self.hide)
        self.hide()

    def show_at(self, at: QPoint) -> None:
        """Show the ring round a place of the window."""
        self.move(at - QPoint(self.width() // 2, self.height() // 2))
        self._growing.stop()
        self._share = 0.0 if theme.animated() else 0.6
        self.show()
        self.raise_()
        if theme.animated():
            self._growing.start()
        else:
            self._staying.start()  # stands still, and goes

    @Slot(object)
    def _grow(self, share: float) -> None:
        self._share = float(share)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 - self._share**2)
        radius = _RADIUS * (0.35 + 0.65 * self._share)
        # A dark ring beside a light one: to be seen on anything.
        for colour, width in ((p.canvas, _WIDTH + 3), (p.alarm, _WIDTH)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(self.rect().center(), round(radius), round(radius))
        painter.end()


class HeldPicture(QWidget):
    """The window below its menu bar as it looked at one moment; a word beside the menus says so."""

    def __init__(self, window: QWidget, top: int) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The picture is held")
        area = QRect(0, top, window.width(), window.height() - top)
        self._picture = window.grab(area)
        self.setGeometry(area)
        self.word = _HeldWord(window, top)
        self.word.show()
        self.word.raise_()
        self.show()
        self.raise_()

    def end(self) -> None:
        """Give the window back."""
        for widget in (self.word, self):
            widget.hide()
            widget.deleteLater()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # nobody edits what cannot be seen

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()


class _HeldWord(QWidget):
    """The word, in the upper right corner, where it covers nothing."""

    def __init__(self, window: QWidget, height: int) -> None:
        super().__init__(window)
        self.setAccessibleName(_WORDS)
        self._font = theme.font(1.0, bold=True)
        width = QFontMetrics(self._font).horizontalAdvance(_WORDS) + 28
        self.setGeometry(window.width() - width - 4, 1, width, max(height - 2, 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(p.notice_text, 2))
        painter.setBrush(p.notice)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 7, 7)
        painter.setFont(self._font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _WORDS)
        painter.end()
