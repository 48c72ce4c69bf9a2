"""What can be done with the edges among several selected variables, and with the variables together?

A small box of the inspector: tie all edges among them, or join them into one factor.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.words import count
from models.factor_edits import pairs_within
from models.project import Project

from .parts import Paragraph, Section, push_button


class JointPanel(QWidget):
    """The box itself; hidden unless two variables or more are selected, and nothing else.

    Signals
    -------
    tie_asked, join_asked : ()
        Tie the edges among the selected variables, or join these into one factor.
    """

    tie_asked = Signal()
    join_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._section = Section("Selected variables")
        self._words = Paragraph()
        self._tie = push_button("Tie their edges", "Let all edges among them share the table of the first (Ctrl+T)")
        self._tie.clicked.connect(self.tie_asked)
        self._join = push_button("Join into one", "Make one factor over all selected variables (Shift+J)")
        self._join.clicked.connect(self.join_asked)
        row = QHBoxLayout()
        row.addWidget(self._tie)
        row.addWidget(self._join)
        self._section.body.addWidget(self._words)
        self._section.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def show_selection(self, names: Sequence[str], project: Project) -> None:
        """Show what there is among the selected variables."""
        self.setVisible(len(names) > 1)
        if len(names) < 2:
            return
        places = pairs_within(project, names)
        tied = {scope for tie in project.ties for scope in tie}
        n_tied = sum(project.ugm.factors[place].scope in tied for place in places)
        words = f"{count(len(names), 'variable')} with {count(len(places), 'edge')} among them"
        self._words.setText(f"{words}, {n_tied:,} of them tied." if n_tied else f"{words}.")
        self._tie.setEnabled(len(places) > 1)
