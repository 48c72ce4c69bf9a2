"""What are the evidence sets of a document, as a table with ticks, names, probabilities and log Z?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.evidence_words import log_words, p_words
from gui.marks import mark_icon
from gui.words import given_words
from models.evidence_sets import is_set_in_hand
from models.project import EvidenceSet, Project

from .parts import Index, TypingTable

if TYPE_CHECKING:
    from models.jobs import SetAnswer

_HEADINGS = ("≈", "Name", "p(e)", "log Z")
_TIPS = (
    "Tick up to five sets to draw their marginals over the bars",
    "Double-click to make it the evidence in hand; F2 renames it",
    "Probability of this evidence; with likelihoods, as they were given",
    "Log partition function given this evidence, in nats",
)
COMPARE, NAME, P, LOG_Z = range(4)


class SetsTableModel(QAbstractTableModel):
    """One row per evidence set: whether it is compared, name, probability, log Z."""

    renamed = Signal(str, str)
    ticked = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.project = Project()
        self.marks: Mapping[str, int] = {}
        self._answers: Mapping[str, SetAnswer] = {}

    @property
    def sets(self) -> tuple[EvidenceSet, ...]:
        """What the rows are."""
        return self.project.evidence_sets

    def show_project(self, project: Project) -> None:
        """Show the sets of a project."""
        if project.evidence_sets is not self.project.evidence_sets:
            self.beginResetModel()
            self.project = project
            self.endResetModel()
            return
        before, self.project = self.project, project
        if before.evidence != project.evidence or before.soft != project.soft:
            self._refresh(NAME, NAME)  # another set may be the one in hand

    def show_marks(self, marks: Mapping[str, int]) -> None:
        """Show which sets are compared, and by which mark."""
        self.marks = marks
        self._refresh(COMPARE, COMPARE)

    def show_answers(self, answers: Mapping[str, SetAnswer]) -> None:
        """Show probabilities by the name of the set; those that are missing are on their way."""
        self._answers = answers
        self._refresh(P, LOG_Z)

    def _refresh(self, first: int, last: int) -> None:
        """Announce columns that changed, and no others: what is being typed into a name would be overwritten."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, first), self.index(self.rowCount() - 1, last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self.sets)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == COMPARE:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        each = self.sets[index.row()]
        column = index.column()
        if column == COMPARE:
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if each.name in self.marks else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.DecorationRole and each.name in self.marks:
                return mark_icon(self.marks[each.name])
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return f"compare {each.name}"
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return each.name if column == NAME else self._number(each, column)
        if role == Qt.ItemDataRole.EditRole and column == NAME:
            return each.name
        if role == Qt.ItemDataRole.TextAlignmentRole and column != NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column == NAME and is_set_in_hand(self.project, each):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(each)
        return None

    def _number(self, each: EvidenceSet, column: int) -> str:
        answer = self._answers.get(each.name)
        if answer is None:
            return "…"
        if answer.log_z is None:
            return "unknown"
        if answer.log_z == -math.inf:
            return "impossible" if column == P else "−∞"
        if column == LOG_Z:
            return log_words(answer.log_z)
        return "unknown" if answer.log_p_evidence is None else p_words(answer.log_p_evidence, short=True)

    def _tip(self, each: EvidenceSet) -> str:
        content = given_words(Project(self.project.ugm, each.evidence, soft=each.soft)) or "no evidence"
        lines = [f"{each.name}: {content}" + (" (in hand)" if is_set_in_hand(self.project, each) else "")]
        answer = self._answers.get(each.name)
        if answer is not None and answer.log_z is not None:
            p = "unknown" if answer.log_p_evidence is None else p_words(answer.log_p_evidence)
            lines.append(f"p(evidence) = {p}, log Z = {log_words(answer.log_z)}")
        if answer is not None and answer.problem:
            lines.append(answer.problem)
        return f"<p>{'<br>'.join(map(escape, lines))}</p>"  # a name may look like markup

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = self.sets[index.row()].name
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == COMPARE:
            self.ticked.emit(name, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == NAME:
            if str(value).strip() != name:
                self.renamed.emit(name, str(value))
            return True
        return False


class SetsTable(TypingTable):
    """The table: Space compares the row in hand, Enter applies it, F2 renames it, Delete forgets it.

    Signals
    -------
    applied, deleted : ()
        Of the set chosen.
    """

    applied = Signal()
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if row >= 0 and event.key() == Qt.Key.Key_Space:
            box = self.model().index(row, COMPARE)
            ticked = box.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            new = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
            self.model().setData(box, new, Qt.ItemDataRole.CheckStateRole)
        elif row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit()
        elif row >= 0 and event.key() == Qt.Key.Key_F2:
            self.edit(self.model().index(row, NAME))
        elif row >= 0 and event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)
