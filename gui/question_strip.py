"""Where is the answer read, whether two variables are independent?

A strip below the headline, over the whole width: the answer in words that the last row can read, what the numbers say
below it, a button that clamps what would separate the two, and one that ends the question.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from . import icons, theme
from .tiles import FittingLabel

_MARK = 26


class QuestionStrip(QWidget):
    """The strip.

    Signals
    -------
    offer_taken : ()
    closed : ()
    """

    offer_taken = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Are they independent?")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self._mark = QLabel()
        self._role = "text"
        self.answer = FittingLabel(1.15, least=0.8)
        self.detail = FittingLabel(0.8, role="muted", least=0.9)
        self.offer = QPushButton()
        self.offer.setAccessibleName("Separate them")
        self.offer.clicked.connect(self.offer_taken)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName("End the question")
        self._close.setToolTip("End the question (Esc)")
        self._close.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.answer)
        words.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 3, 8, 3)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.offer)
        row.addWidget(self._close)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self.show_words(["…"], [""])

    def show_words(self, answer: Sequence[str], detail: Sequence[str], role: str = "text") -> None:
        """Show an answer in one of the palette's colours, and what is to be added."""
        self._role = role
        self.answer.show_wordings(answer)
        self.detail.show_wordings(detail)
        self.answer.set_role(role)

    def show_offer(self, text: str, tip: str = "") -> None:
        """Offer something by a button; "" for nothing."""
        self.offer.setText(text.replace("&", "&&"))
        self.offer.setToolTip(tip)
        self.offer.setStatusTip(tip)
        self.offer.setVisible(bool(text))

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        look = self.palette()
        look.setColor(QPalette.ColorRole.Window, p.raised)
        self.setPalette(look)
        self._mark.setPixmap(icons.pixmap("independence", p.text, _MARK))
        self._close.setIcon(icons.icon("close"))
        self.offer.setFont(theme.font(0.86))
        for label in (self.answer, self.detail):
            label.restyle()
