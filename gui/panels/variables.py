"""What is this variable, and what is its marginal?

The inspector's page for one variable: its name, a button per state to clamp it, and a table of its states with their
probabilities, where labels can be typed, likelihoods dragged, states added and taken away, and the question in hand be
asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gui.canvas import edits, soft_edits
from gui.theme import subscript
from gui.tiles import FittingLabel
from gui.words import state_words
from models.errors import CliqueError
from models.project import Project
from models.soft_evidence import likelihood_words
from models.ugm import Variable

from .likelihood import FINE, LIKELIHOOD_COLUMN, SliderDelegate, StatesTable
from .parts import PANEL_TEXT, ButtonGrid, Section, ShareDelegate, fit_rows, push_button
from .state_table import StateTableModel

if TYPE_CHECKING:
    from models.jobs import InferenceReport

_MOST_BUTTONS = 12
_MOST_ROWS = 12


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
        self._labels: tuple[str, ...] = ()  # on the buttons
        self._listed: tuple[str, ...] = ()  # in the list, where there are too many for buttons
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
        self._model.weighted.connect(self._reweight)
        self._model.weighed.connect(self._weigh)
        self._table = StatesTable()
        self._table.weighed.connect(self._weigh)
        self._table.exclusion_toggled.connect(self._toggle_exclusion)
        self._table.setModel(self._model)
        self._table.setAccessibleName("States and their probabilities")
        self._table.setToolTip(
            "Double-click a state or its potential to change it. A mark shows the probability without evidence."
        )
        self._table.setItemDelegateForColumn(2, ShareDelegate(self._table))
        self._table.setItemDelegateForColumn(LIKELIHOOD_COLUMN, SliderDelegate(self._table))
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
        self._soft = FittingLabel(PANEL_TEXT)
        self._reset = push_button("Reset", "Forget the soft evidence on this variable", "Reset soft evidence")
        self._reset.clicked.connect(self._forget)
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
        soft = QHBoxLayout()
        soft.addWidget(self._soft, 1)
        soft.addWidget(self._reset)
        body.addLayout(soft)
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
        here = self._table.currentIndex()
        row, column = here.row(), here.column()
        self._model.show_variable(variable, tuple(float(v) for v in project.unary_log_table(name)))
        if 0 <= row < variable.n_states and self._table.currentIndex() != here:  # the table was made anew
            self._table.setCurrentIndex(self._model.index(row, column))
        fit_rows(self._table, min(variable.n_states, _MOST_ROWS))
        self._show_clamp(variable)
        self._show_soft(variable)
        self._remove.setEnabled(variable.n_states > 1)
        self._show_marginals()
        self._show_question()

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show marginals, dimmed while out of date."""
        self._report, self._stale = report, stale
        self._show_marginals()

    def restyle(self) -> None:
        """Take the sizes in force."""
        self._soft.restyle()
        fit_rows(self._table, min(self._model.rowCount(), _MOST_ROWS))

    def edit_name(self) -> None:
        """Let the name be typed."""
        self._name.setFocus()
        self._name.selectAll()

    def edit_likelihood(self) -> None:
        """Let the likelihoods be turned and typed by the keyboard."""
        self._table.edit_likelihood(max(self._chosen_state() or 0, 0))

    def _show_soft(self, variable: Variable) -> None:
        soft = self._project.soft.get(self.name)
        likelihood = None if soft is None else tuple(soft.tolist())
        self._model.show_likelihood(likelihood)
        self._reset.setEnabled(likelihood is not None)
        words = "none"
        if likelihood is not None:
            words = likelihood_words(variable, likelihood).removeprefix(f"{self.name} ")
            if words.startswith("the soft evidence on "):
                excluded = sum(value == 0.0 for value in likelihood)
                words = f"see L, {excluded} excluded" if excluded else "see L"
        tip = "What is softly known: column L of the table. Alt and a click on a bar exclude a state"
        self._soft.show_wordings([f"Soft evidence: {words}", f"Soft: {words}"], f"Soft evidence: {words}. {tip}")

    def _show_marginals(self) -> None:
        if self._model.variable is None:
            return
        now = prior = None
        if self._report is not None:
            now = _marginal(self._report.inference.marginals, self._model.variable)
            if self._report.prior is not None and (self._project.evidence or self._project.soft):
                prior = _marginal(self._report.prior.marginals, self._model.variable)
        self._model.show_marginals(now, prior, self._stale)

    def _show_clamp(self, variable: Variable) -> None:
        clamped = self._project.evidence.get(self.name)
        few = variable.n_states <= _MOST_BUTTONS
        self._release.setEnabled(clamped is not None or self.name in self._project.soft)
        self._grid.setVisible(few)
        self._combo.setVisible(not few)
        if few:
            if self._labels != variable.labels or len(self._grid.buttons) != variable.n_states:
                self._labels = variable.labels
                buttons: list[QAbstractButton] = []
                for state, label in enumerate(variable.labels):
                    button: QAbstractButton = push_button(
                        label, f"Clamp to {label}; press again to release", f"Clamp to {label}", toggles=True
                    )
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
                if self._listed != variable.labels:
                    self._listed = variable.labels
                    self._combo.clear()
                    self._combo.addItems(list(variable.labels))
                self._combo.setCurrentIndex(-1 if clamped is None else clamped)

    @Slot()
    def _show_question(self) -> None:
        state = self._chosen_state()
        if self.name in self._project.ugm and state is not None:
            given = " | clamps" if self._project.evidence else ""
            given = " | evidence" if self._project.soft else given
            self._ask.setText(f"Ask p({state_words(self._project.ugm, self.name, state)}{given})")
        else:
            self._ask.setText("Ask p(…): choose a state")
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

    @Slot(int, float)
    @Slot(int, float, object)
    def _weigh(self, state: int, value: float, merge_key: object = None) -> None:
        values = self._likelihood
        held = merge_key is not None
        if held and value == 0.0 and not any(v for s, v in enumerate(values) if s != state):
            value = FINE  # a drag does not end on what cannot be
        values[state] = value
        try:
            self._send(soft_edits.weigh(self._project, self.name, values, merge_key))
        except CliqueError as error:
            self.noticed.emit(error)

    @property
    def _likelihood(self) -> list[float]:
        known = self._project.soft.get(self.name)
        return [1.0] * self._project.ugm.variable(self.name).n_states if known is None else known.tolist()

    @Slot(int)
    def _toggle_exclusion(self, state: int) -> None:
        try:
            self._send(soft_edits.toggle_exclusion(self._project, self.name, state))
        except CliqueError as error:
            self.noticed.emit(error)

    @Slot()
    def _forget(self) -> None:
        self._send(soft_edits.reset(self._project, [self.name]))

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

    @Slot(int, float)
    def _reweight(self, state: int, value: float) -> None:
        try:
            after = self._project.with_potential(self.name, state, value)
        except CliqueError as error:
            self.noticed.emit(error)
            return
        label = self._project.ugm.variable(self.name).labels[state]
        self.edited.emit(f"Change the potential of {subscript(self.name)} = {label}", after, None)

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
