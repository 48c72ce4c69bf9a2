"""What stands in the inspector while the treewidth is looked at?"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import theme

from .advice import AdvicePanel
from .block_list import BlocksPanel
from .game import GamePanel
from .guide import GuidePanel
from .parts import PANEL_TEXT, ButtonGrid, Section, push_button
from .proof import ProofPanel


class WidthInspector(QScrollArea):
    """The column: the proof, the game, the advice, the blocks, and the coursework's question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Treewidth")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.proof = ProofPanel()
        self.game = GamePanel()
        self.advice = AdvicePanel()
        self.blocks = BlocksPanel()
        self.guide = GuidePanel()
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(6)
        for panel in (self.proof, self.game, self.advice, self.blocks, self.guide):
            column.addWidget(panel)
        column.addStretch(1)
        self.setWidget(self._inside)
        self._jumps = ButtonGrid()
        self._jumps.setParent(self)
        self._jumps.setAutoFillBackground(True)
        made: list[QAbstractButton] = []
        for text, panel in (
            ("Why", self.proof),
            ("Game", self.game),
            ("Clamp", self.advice),
            ("Blocks", self.blocks),
            ("Q 1.1", self.guide),
        ):
            section = panel.findChild(Section)
            button = push_button(text, f"Go to {section.title}" if section else "", f"Go to {text}")
            button.clicked.connect(partial(self._jump, panel))
            made.append(button)
        self._jumps.show_buttons(made, len(made))
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    def _jump(self, panel: QWidget, _checked: bool = False) -> None:
        """Unfold a page and scroll it to the top."""
        for section in panel.findChildren(Section):
            section.unfold()
        QTimer.singleShot(0, panel, lambda: self.verticalScrollBar().setValue(panel.y()))  # once it is laid out

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_jumps()

    def _place_jumps(self) -> None:
        """Keep the way to the pages above them, whatever is scrolled."""
        height = self._jumps.sizeHint().height() + 4
        if self.viewportMargins().top() != height:
            self.setViewportMargins(0, height, 0, 0)
        room = self.viewport().geometry()  # the scroll bar has its own
        self._jumps.setGeometry(room.left() + 2, 2, room.width() - 4, height - 4)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._inside.setFont(theme.font(PANEL_TEXT))
        for section in self.findChildren(Section):
            section.restyle()
        for button in self._jumps.buttons:
            button.setFont(theme.font(PANEL_TEXT))
        self._place_jumps()
