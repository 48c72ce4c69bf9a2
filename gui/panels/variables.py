"""What is this variable, and what is its marginal?

The inspector's page for one variable: its name, a button per state to clamp it, and a table of its states with their
probabilities, where labels can be typed, states added and taken away, and the question in hand be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.canvas import edits
from gui.theme import subscript
from gui.words import number, state_words
from models.errors import CliqueError
from models.project import Project
from models.ugm import Variable

from .parts import (
    PRIOR_ROLE,
    SHARE_ROLE,
    STALE_ROLE,
    ButtonGrid,
    Index,
    Section,
    ShareDelegate,
    push_button,
)

if TYPE_CHECKING:
    from models.jobs import InferenceReport

_MOST_BUTTONS = 12
_MOST_ROWS = 12


class StateTableModel(QAbstractTableModel):
    """States of one variable: label (editable) and probability."""

    labelled = Signal(int, str)  # state, label typed

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.variable: Variable | None = None
        self._now: tuple[float, ...] | None = None
        self._prior: tuple[float, ...] | None = None
        self._stale = False

    def show_variable(self, variable: Variable) -> None:
        """Show another variable, or the same one changed."""
        if variable is self.variable:
            return
        self.beginResetModel()
        self.variable = variable
        self._now = self._prior = None
        self.endResetModel()

    def show_marginals(self, now: tuple[float, ...] | None, prior: tuple[float, ...] | None, stale: bool) -> None:
        """Show probabilities of the present variable."""
        self._now, self._prior, self._stale = now, prior, stale
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 1), self.index(self.rowCount() - 1, 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return self.variable.n_states if self.variable is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("State", "Probability")[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.variable is None:
            return None
        state = index.row()
        if index.column() == 0:
            shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
            return self.variable.labels[state] if role in shown else None
        now = self._now
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if now is None else number(now[state])
        if role == SHARE_ROLE:
            return None if now is None else now[state]
        if role == PRIOR_ROLE:
            return None if self._prior is None else self._prior[state]
        if role == STALE_ROLE:
            return self._stale
        if role == Qt.ItemDataRole.ToolTipRole and now is not None:
            before = "" if self._prior is None else f", {self._prior[state]:.6g} without clamps"
            return f"{now[state]:.10g}{before}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != 0 or self.variable is None:
            return False
        label = str(value).strip()
        if label != self.variable.labels[index.row()]:
            self.labelled.emit(index.row(), label)
        return True


class VariablePanel(QWidget):
    """The page itself."""

    edited = Signal(str, object, object)
    noticed = Signal(object)
    query_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self._project = Project()
        self._report: InferenceReport | None = None
        self._stale = False
        self._labels: tuple[str, ...] = ()
        self._section = Section("Variable")
        self._name = QLineEdit()
        self._name.setAccessibleName("Name of the variable")
        self._name.setToolTip("Type another name and press Enter")
        self._name.editingFinished.connect(self._rename)
        self._grid = ButtonGrid()
        self._combo = QComboBox()
        self._combo.setAccessibleName("Clamp to a state")
        self._combo.activated.connect(self._toggle)
        self._release = push_button("Release", "Release this variable", "Release this variable")
        self._release.clicked.connect(self._let_go)
        self._model = StateTableModel(self)
        self._model.labelled.connect(self._relabel)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setAccessibleName("States and their probabilities")
        self._table.setToolTip("Double-click a state to rename it. A mark shows the probability without clamps.")
        self._table.setItemDelegateForColumn(1, ShareDelegate(self._table))
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.verticalHeader().hide()
        self._table.setTabKeyNavigation(False)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.selectionModel().currentChanged.connect(self._show_question)
        self._add = push_button("Add state", "Add a state at the end")
        self._add.clicked.connect(self._add_state)
        self._remove = push_button("Remove state", "Remove the state chosen in the table, or the last one")
        self._remove.clicked.connect(self._remove_state)
        self._ask = push_button("Ask", "Ask for the probability of the state chosen in the table")
        self._ask.clicked.connect(self._ask_for_state)
        self._lay_out()

    def _lay_out(self) -> None:
        named = QHBoxLayout()
        named.addWidget(QLabel("Name"))
        named.addWidget(self._name, 1)
        clamp = QHBoxLayout()
        clamp.addWidget(QLabel("Clamp to"))
        clamp.addStretch(1)
        clamp.addWidget(self._release)
        states = QHBoxLayout()
        states.addWidget(self._add)
        states.addWidget(self._remove)
        body = self._section.body
        body.addLayout(named)
        body.addLayout(clamp)
        body.addWidget(self._grid)
        body.addWidget(self._combo)
        body.addWidget(self._table)
        body.addWidget(self._ask)
        body.addLayout(states)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    # --- what comes in -------------------------------------------------------------------------------------------

    def show_variable(self, name: str, project: Project) -> None:
        """Show a variable of a project."""
        self.name, self._project = name, project
        variable = project.ugm.variable(name)
        self._section.set_title(f"Variable {subscript(name)}")
        if not self._name.hasFocus() or not self._name.isModified():
            self._name.setText(name)
            self._name.setModified(False)
        row = self._table.currentIndex().row()
        self._model.show_variable(variable)
        if 0 <= row < variable.n_states:
            self._table.selectRow(row)
        rows = min(variable.n_states, _MOST_ROWS)
        height = self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight(self._table.horizontalHeader().sizeHint().height() + rows * height + 6)
        self._show_clamp(variable)
        self._remove.setEnabled(variable.n_states > 1)
        self._show_marginals()
        self._show_question()

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show marginals, dimmed while out of date."""
        self._report, self._stale = report, stale
        self._show_marginals()

    def edit_name(self) -> None:
        """Let the name be typed."""
        self._name.setFocus()
        self._name.selectAll()

    def _show_marginals(self) -> None:
        if self._model.variable is None:
            return
        now = prior = None
        if self._report is not None:
            now = _marginal(self._report.inference.marginals, self._model.variable)
            if self._report.prior is not None and self._project.evidence:
                prior = _marginal(self._report.prior.marginals, self._model.variable)
        self._model.show_marginals(now, prior, self._stale)

    def _show_clamp(self, variable: Variable) -> None:
        clamped = self._project.evidence.get(self.name)
        few = variable.n_states <= _MOST_BUTTONS
        self._release.setEnabled(clamped is not None)
        self._grid.setVisible(few)
        self._combo.setVisible(not few)
        if few:
            if self._labels != variable.labels or len(self._grid.buttons) != variable.n_states:
                self._labels = variable.labels
                buttons: list[QAbstractButton] = []
                for state, label in enumerate(variable.labels):
                    button: QAbstractButton = push_button(
                        label, f"Clamp to {label}; press again to release", f"Clamp to {label}"
                    )
                    button.setCheckable(True)
                    button.setMinimumWidth(20)
                    button.setProperty("state", state)
                    button.clicked.connect(self._press)
                    buttons.append(button)
                longest = max(map(len, variable.labels))
                self._grid.show_buttons(buttons, min(len(buttons), 6 if longest <= 3 else 3 if longest <= 8 else 2))
            for state, button in enumerate(self._grid.buttons):
                button.setChecked(state == clamped)
        else:
            with QSignalBlocker(self._combo):
                self._combo.clear()
                self._combo.addItems(list(variable.labels))
                self._combo.setCurrentIndex(-1 if clamped is None else clamped)

    @Slot()
    def _show_question(self) -> None:
        state = self._chosen_state()
        if self.name in self._project.ugm and state is not None:
            given = " | clamps" if self._project.evidence else ""
            self._ask.setText(f"Ask p({state_words(self._project.ugm, self.name, state)}{given})")
        else:
            self._ask.setText("Ask: choose a state above")
        self._ask.setEnabled(state is not None)

    def _chosen_state(self) -> int | None:
        row = self._table.currentIndex().row()
        return row if 0 <= row < self._model.rowCount() else None

    # --- what goes out -------------------------------------------------------------------------------------------

    def _send(self, edit: edits.Edit | None) -> None:
        if edit is not None:
            self.edited.emit(edit.text, edit.after, edit.merge_key)

    @Slot()
    def _press(self) -> None:
        self._toggle(self.sender().property("state"))

    @Slot(int)
    def _toggle(self, state: int) -> None:
        self._send(edits.toggle_clamp(self._project, self.name, state))

    @Slot()
    def _let_go(self) -> None:
        self._send(edits.release(self._project, [self.name]))

    @Slot()
    def _rename(self) -> None:
        if not self._name.isModified() or self.name not in self._project.ugm:
            return
        self._name.setModified(False)
        new = self._name.text().strip()
        try:
            after = self._project.with_renamed(self.name, new)
        except CliqueError as error:
            self._name.setText(self.name)
            self.noticed.emit(error)
            return
        if after is not self._project:
            self.edited.emit(f"Rename {subscript(self.name)} to {subscript(new)}", after, None)

    def _change_states(self, text: str, labels: list[str]) -> None:
        try:
            after = self._project.with_states(self.name, labels)
        except CliqueError as error:
            self.noticed.emit(error)
            return
        self.edited.emit(text, after, None)

    @Slot(int, str)
    def _relabel(self, state: int, label: str) -> None:
        labels = list(self._project.ugm.variable(self.name).labels)
        labels[state] = label
        self._change_states(f"Rename a state of {subscript(self.name)}", labels)

    @Slot()
    def _add_state(self) -> None:
        labels = list(self._project.ugm.variable(self.name).labels)
        new = len(labels)
        while str(new) in labels:
            new += 1
        self._change_states(f"Add state {new} to {subscript(self.name)}", [*labels, str(new)])

    @Slot()
    def _remove_state(self) -> None:
        variable = self._project.ugm.variable(self.name)
        chosen = self._chosen_state()
        state = variable.n_states - 1 if chosen is None else chosen
        try:
            after = self._project.without_state(self.name, state)
        except CliqueError as error:
            self.noticed.emit(error)
            return
        self.edited.emit(f"Remove state {variable.labels[state]} of {subscript(self.name)}", after, None)

    @Slot()
    def _ask_for_state(self) -> None:
        state = self._chosen_state()
        if state is not None:
            self.query_asked.emit({self.name: state})


def _marginal(marginals: Mapping[str, object], variable: Variable) -> tuple[float, ...] | None:
    """Return a variable's marginal, or None where the answer is about another version of it."""
    values = marginals.get(variable.name)
    shown = None if values is None else tuple(float(v) for v in values)  # type: ignore[attr-defined]
    return shown if shown is not None and len(shown) == variable.n_states else None
