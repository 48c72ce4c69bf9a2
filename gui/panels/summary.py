"""What is in this model, as a table that can be walked with the keyboard?

The inspector's page when nothing is selected: counts, and the table of all variables. The table is the canvas's twin
for people who cannot use the picture; choosing rows selects on the canvas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from gui.theme import subscript
from gui.words import count, probability
from models.project import Project
from models.soft_evidence import likelihood_words

from .parts import SHARE_ROLE, STALE_ROLE, Index, Paragraph, Section, ShareDelegate, fit_rows

if TYPE_CHECKING:
    from models.jobs import InferenceReport

_HEADINGS = ("Name", "State", "p")
_MOST_ROWS = 12


class NodeTableModel(QAbstractTableModel):
    """One row per variable: name, clamped or most probable state, and its probability."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.project = Project()
        self._best: dict[str, tuple[int, float]] = {}
        self._stale = False

    def show_project(self, project: Project) -> None:
        """Show the variables of a project."""
        self.beginResetModel()
        self.project = project
        self.endResetModel()

    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show the most probable state of each variable."""
        self._stale = stale
        if report is None:
            self._best = {}
        elif not stale:
            tables = ((name, [float(p) for p in m]) for name, m in report.inference.marginals.items())
            self._best = {name: max(enumerate(m), key=lambda pair: pair[1]) for name, m in tables}
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 1), self.index(self.rowCount() - 1, 2))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self.project.ugm.variables)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        variable = self.project.ugm.variables[index.row()]
        clamped = self.project.evidence.get(variable.name)
        state, p = (clamped, 1.0) if clamped is not None else self._best.get(variable.name, (None, None))
        if state is not None and state >= variable.n_states:
            state, p = None, None
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 0:
                return subscript(variable.name)
            if state is None or p is None:
                return ""
            if index.column() == 1:
                soft = " (soft)" if variable.name in self.project.soft else ""
                return f"= {variable.labels[state]}" if clamped is not None else f"{variable.labels[state]}{soft}"
            return "clamped" if clamped is not None else probability(p)
        if role == SHARE_ROLE:
            return p if index.column() == 2 and clamped is None else None
        if role == STALE_ROLE:
            return self._stale
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            n = count(variable.n_states, "state")
            if clamped is not None:
                return f"{variable.name}, {n}, clamped to {variable.labels[clamped]}"
            likely = "" if state is None or p is None else f", most probable {variable.labels[state]} ({p:.6g})"
            if variable.name in self.project.soft:
                n += f", {likelihood_words(variable, self.project.soft[variable.name])}"
            return f"{variable.name}, {n}{likely}"
        return None


class SummaryPanel(QWidget):
    """The page itself."""

    selection_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._section = Section("Model")
        self._counts = Paragraph()
        self._model = NodeTableModel(self)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setAccessibleName("All variables")
        self._table.setToolTip("Choose rows to select variables on the canvas")
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setItemDelegateForColumn(2, ShareDelegate(self._table))
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.setTabKeyNavigation(False)
        self._table.activated.connect(self._choose)
        self._table.clicked.connect(self._choose)
        body = self._section.body
        body.addWidget(self._counts)
        body.addWidget(self._table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show counts and variables."""
        if before is not None and before.ugm is after.ugm and before.evidence == after.evidence:
            if before.soft != after.soft:
                self._model.show_project(after)
            return
        ugm = after.ugm
        unary = sum(len(factor.scope) == 1 for factor in ugm.factors)
        larger = sum(len(factor.scope) > 2 for factor in ugm.factors)
        kinds = [count(unary, "unary"), f"{len(ugm.factors) - unary - larger:,} pairwise"]
        if larger:
            kinds.append(f"{larger:,} larger")
        if not ugm.variables:
            self._counts.setText("Double-click the canvas to add a variable, or open an example from the File menu.")
            self._table.hide()
            self._model.show_project(after)
            return
        lines = [
            f"{count(len(ugm.variables), 'variable')}, {count(len(ugm.edges), 'edge')}",
            f"{count(len(ugm.factors), 'factor')} ({', '.join(kinds).replace('unarys', 'unary')})",
            count(ugm.n_parameters, "table entry", "table entries"),
        ]
        self._counts.setText("\n".join(lines))
        self._model.show_project(after)
        self._table.show()
        self.restyle()

    def restyle(self) -> None:
        """Take the sizes in force."""
        fit_rows(self._table, min(self._model.rowCount(), _MOST_ROWS))

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show the most probable states, dimmed while out of date."""
        self._model.show_inference(report, stale)

    @Slot()
    def _choose(self) -> None:
        rows = sorted({index.row() for index in self._table.selectedIndexes()})
        names = [self._model.project.ugm.variables[row].name for row in rows]
        self.selection_asked.emit(tuple(("variable", name) for name in names))
