"""What does an empty canvas say?"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme

_LINE, _LINK, _SMALLEST = 1.5, 1.15, 0.3  # sizes of the two lines, and how far they shrink
_MARGIN = 40


class EmptyHint(QWidget):
    """Two lines in the middle of the view: how to begin, and a way to the examples.

    The first line lets the mouse through, so a double-click on the words themselves adds a variable too.
    """

    examples_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self._line = QLabel("Double-click to add the first variable", self)
        self._line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._link = QPushButton("or open an example", parent)
        self._link.setFlat(True)
        self._link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._link.setAccessibleName("Open an example")
        self._link.setToolTip("Choose one of the models that come with the program")
        self._link.clicked.connect(self.examples_asked)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        p = theme.current()
        for widget, colour in ((self._line, p.muted), (self._link, p.accent)):
            widget.setStyleSheet(f"color: {colour.name()}; background: transparent; border: none;")
        self.place()

    def place(self) -> None:
        """Stand in the middle of the parent, as large as it allows."""
        room = self._view.rect()
        needed = QFontMetricsF(theme.font(_LINE)).horizontalAdvance(self._line.text()) + _MARGIN
        shrink = min(max(room.width() / needed, _SMALLEST), 1.0)
        self._line.setFont(theme.font(_LINE * shrink))
        self._link.setFont(theme.font(_LINK * shrink))
        self.adjustSize()
        self.move(room.center() - QPoint(self.width() // 2, self.height()))
        self._link.adjustSize()
        self._link.move(room.center() + QPoint(-self._link.width() // 2, 8))

    def show_hint(self, visible: bool) -> None:
        """Show both lines, or neither."""
        self.setVisible(visible)
        self._link.setVisible(visible)
