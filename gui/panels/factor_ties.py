"""With which other factors does this one share its table, and what can be done about it?

A sentence and a few buttons. Where several factors are selected, it offers to tie them to the table that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.canvas.factor_edits import scope_words
from models.factor_edits import tied_places
from models.project import Project
from models.tables import is_symmetric

from .parts import Paragraph, push_button

_MOST_NAMED = 3
Scope = tuple[str, ...]


class TieBox(QWidget):
    """The box itself; hidden for a single factor that is not tied.

    Signals
    -------
    tie_asked, untie_asked, untie_all_asked, select_tied_asked : ()
    """

    tie_asked = Signal()
    untie_asked = Signal()
    untie_all_asked = Signal()
    select_tied_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = Paragraph()
        self._tie = push_button("Tie", "Let all selected factors share the table that is shown (Ctrl+T)")
        self._untie = push_button("Untie", "Let this factor have a table of its own again (Ctrl+Shift+T)", "Untie")
        self._untie_all = push_button("Untie all", "Let each of the tied factors have a table of its own again")
        self._select = push_button("Select all tied", "Select every factor that shares this table (Alt+T)")
        for button, signal in (
            (self._tie, self.tie_asked),
            (self._untie, self.untie_asked),
            (self._untie_all, self.untie_all_asked),
            (self._select, self.select_tied_asked),
        ):
            button.clicked.connect(signal)
        self._buttons = QWidget()
        grid = QGridLayout(self._buttons)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self._untie, 0, 0)
        grid.addWidget(self._untie_all, 0, 1)
        grid.addWidget(self._select, 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(self._tie)
        column.addWidget(self._buttons)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def show_factor(self, place: int, chosen: Sequence[int], project: Project) -> None:
        """Show the factor at a place, one of those that are selected."""
        factor = project.ugm.factors[place]
        tied = tied_places(project, place)
        bound = {place, *tied}
        loose = [each for each in chosen if each not in bound]
        lines = []
        if tied:
            n = len(tied)
            lines.append(f"Tied with {n} {'other' if n == 1 else 'others'}: an edit of one is an edit of all.")
            if len(factor.scope) == 2 and not is_symmetric(factor.log_table):
                named = [scope_words(project.ugm.factors[each].scope) for each in (place, *tied[: _MOST_NAMED - 1])]
                more = ", …" if n >= _MOST_NAMED else ""
                lines.append(
                    f"Rows are the first variable of each: {', '.join(named)}{more}. "
                    "Turn round exchanges the roles in the one that is shown."
                )
        if loose:
            n = len(chosen)
            lines.append(f"{n} factors selected. Tie lets all of them share the table of {scope_words(factor.scope)}.")
            self._tie.setText(f"Tie {n} factors")
            self._tie.setAccessibleName(self._tie.text())
        self._words.setText("\n".join(lines))
        self._tie.setVisible(bool(loose))
        self._buttons.setVisible(bool(tied))
        self.setVisible(bool(lines))
