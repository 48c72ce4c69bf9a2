"""What stands in the inspector while the treewidth is looked at?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import theme

from .advice import AdvicePanel
from .block_list import BlocksPanel
from .game import GamePanel
from .guide import GuidePanel
from .parts import PANEL_TEXT, Section
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
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._inside.setFont(theme.font(PANEL_TEXT))
        for section in self.findChildren(Section):
            section.restyle()
