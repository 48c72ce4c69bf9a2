"""When is what changes drawn?

Values may come in at any time; a picture is made at most thirty times a second, and only of what is changed and
visible.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import monotonic
from weakref import WeakKeyDictionary, WeakMethod, WeakSet

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

FRAME_MS = 33


class FrameTimer(QObject):
    """Calls the painters of changed, visible widgets, at most thirty times a second, and rests in between."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Weak, so that a plot can go like any other widget.
        self._painters: WeakKeyDictionary[QWidget, WeakMethod[Callable[[], None]]] = WeakKeyDictionary()
        self._serials: WeakKeyDictionary[QWidget, int] = WeakKeyDictionary()
        self._numbers = count()
        self._dirty: WeakSet[QWidget] = WeakSet()
        self._last = 0.0  # when the last frame was made
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def register(self, widget: QWidget, paint: Callable[[], None]) -> None:
        """Call a method of a widget after it was touched, as soon as it can be seen."""
        self._painters[widget] = WeakMethod(paint)
        self._serials[widget] = next(self._numbers)
        widget.installEventFilter(self)

    def touch(self, widget: QWidget) -> None:
        """Say that a widget has something new to show."""
        self._dirty.add(widget)
        if widget.isVisible():
            self._wake()

    def _wake(self) -> None:
        """Make the next frame: at once after a rest, else when it is due."""
        if not self._timer.isActive():
            self._timer.start(round(max(0.0, FRAME_MS - 1000 * (monotonic() - self._last))))

    def settle(self) -> None:
        """Make no more frames until something is touched again: the window closes."""
        self._timer.stop()

    @property
    def active(self) -> bool:
        """Whether frames are being made."""
        return self._timer.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched in self._dirty:
            self._wake()
        elif event.type() == QEvent.Type.Hide and self._timer.isActive() and not self._due():
            self._timer.stop()  # a window that closes leaves nothing ticking
        return False

    def _due(self) -> list[QWidget]:
        return [widget for widget in self._dirty if isValid(widget) and widget.isVisible()]

    @Slot()
    def _tick(self) -> None:
        due = self._due()
        if not due:
            self._timer.stop()
            return
        self._last = monotonic()
        if self._timer.interval() != FRAME_MS:
            self._timer.start(FRAME_MS)
        # What was made last goes first: a page passes its news on to its plots, and they are drawn in the same frame.
        drawn: list[QWidget] = []
        while due:
            widget = max(due, key=self._serials.__getitem__)
            drawn.append(widget)
            self._dirty.discard(widget)
            paint = self._painters[widget]()
            if paint is not None:
                paint()
            due = [each for each in self._due() if not any(each is other for other in drawn)]


_frames: list[FrameTimer] = []


def frames() -> FrameTimer:
    """Return the timer that all plots of the application share."""
    if not _frames or not isValid(_frames[0]):
        _frames[:] = [FrameTimer(QApplication.instance())]
    return _frames[0]
