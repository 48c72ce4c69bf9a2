"""What does the start page say about a document that an earlier run left behind?"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QWidget

from . import icons, theme
from .panels.parts import push_button


class RescueStrip(QFrame):
    """One document in the colour of notices, with a button that brings it back and one that lets it go."""

    def __init__(
        self, text: str, recover: Callable[[], object], discard: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # in a scroll area it would be that of lists
        mark = self._mark = QLabel()
        label = QLabel(text)
        label.setWordWrap(True)
        label.setForegroundRole(QPalette.ColorRole.WindowText)
        self.recover = push_button("Recover", "Open the document as it was saved last", f"Recover: {text}")
        self.recover.clicked.connect(lambda: recover())
        self.discard = push_button("Discard", "Delete what was saved of this document", f"Discard: {text}")
        self.discard.clicked.connect(lambda: discard())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(mark)
        row.addWidget(label, 1)
        for button in (self.recover, self.discard):
            button.setMinimumWidth(0)
            row.addWidget(button)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        look = QPalette(QApplication.palette())
        look.setColor(QPalette.ColorRole.Window, p.notice)
        look.setColor(QPalette.ColorRole.WindowText, p.notice_text)
        self.setPalette(look)
        self._mark.setPixmap(icons.pixmap("warning", p.notice_text, round(theme.points(1.4))))
