"""What does the bar look like that looks for variables by name?

It lies over the drawing at the upper right, clear of the strip that switches views: a field, how many were found, and
buttons to go from one to the next.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from . import icons, theme

_TEXT = 0.9  # of body text
_FIELD, _LEAST_FIELD, _MARGIN = 190, 60, 10  # pixels


class FindBar(QFrame):
    """The bar over a canvas.

    Signals
    -------
    typed : (str)
        Another text is looked for.
    next_asked, previous_asked : ()
    closed : ()
        The person is done.
    """

    typed = Signal(str)
    next_asked = Signal()
    previous_asked = Signal()
    closed = Signal()

    def __init__(self, canvas: QAbstractScrollArea) -> None:
        super().__init__(canvas)
        self._drawing = canvas.viewport()
        self._alarm = False
        self._words = ""
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Find variables")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name of a variable")
        self.field.setAccessibleName("Name to find")
        self.field.setToolTip("Part of a name, in small or capital letters; Enter goes to the next, Shift+Enter back")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.typed)
        self.field.installEventFilter(self)
        self.found = QLabel()
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = {
            "previous": self._button("previous", "Find previous", "Go to the one before (Shift+Enter)"),
            "next": self._button("next", "Find next", "Go to the next one (Enter)"),
            "close": self._button("close", "Close the search", "Close (Esc)"),
        }
        self._buttons["previous"].clicked.connect(self.previous_asked)
        self._buttons["next"].clicked.connect(self.next_asked)
        self._buttons["close"].clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.setSpacing(4)
        row.addWidget(self.field)
        row.addWidget(self.found)
        for button in self._buttons.values():
            row.addWidget(button)
        self._drawing.installEventFilter(self)  # it moves when what stands above it grows
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self.hide()

    def _button(self, drawing: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setProperty("drawing", drawing)
        return button

    def show_found(self, words: str, alarm: bool = False) -> None:
        """Say how many there are; an alarm when there are none."""
        self._words = words
        self.found.setAccessibleName(words)
        self._alarm = alarm
        self._colour()
        for key in ("previous", "next"):
            self._buttons[key].setEnabled(bool(words) and not alarm)
        self._place()

    def _colour(self) -> None:
        look, p = self.found.palette(), theme.current()
        look.setColor(self.found.foregroundRole(), p.alarm_text if self._alarm else p.text)
        self.found.setPalette(look)

    def open(self) -> None:
        """Show the bar, ready to type into."""
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus()
        self.field.selectAll()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        font = theme.font(_TEXT)
        size = round(theme.points(1.2))
        self.field.setFont(font)
        self.found.setFont(font)
        self.field.setMinimumWidth(_LEAST_FIELD)
        self.field.setMaximumWidth(round(_FIELD * min(theme.font_scale(), 1.5)))
        for button in self._buttons.values():
            button.setIcon(icons.icon(str(button.property("drawing"))))
            button.setIconSize(QSize(size, size))
        self._colour()
        self._place()

    def _place(self) -> None:
        """Stand at the upper right of the drawing, no wider than that; the field gives way before the words do."""
        area = self._drawing.geometry()
        room = max(area.width() - 2 * _MARGIN, 1)
        self.found.setText(self._words)
        self.layout().activate()  # type: ignore[union-attr]  # it was given one
        wanted = self.sizeHint()
        field = min(self.field.sizeHint().width(), self.field.maximumWidth())
        others = wanted.width() - field - self.found.sizeHint().width()
        spare = max(room - others - _LEAST_FIELD, 0)
        self.found.setText(self.found.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, spare))
        self.found.setToolTip(self._words if self.found.text() != self._words else "")
        self.layout().activate()  # type: ignore[union-attr]  # it was given one
        self.resize(min(self.sizeHint().width(), room), wanted.height())
        self.move(area.right() + 1 - self.width() - _MARGIN, area.top() + _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._drawing and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                (self.previous_asked if shifted else self.next_asked).emit()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                (self.next_asked if event.key() == Qt.Key.Key_Down else self.previous_asked).emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
        return super().eventFilter(watched, event)
