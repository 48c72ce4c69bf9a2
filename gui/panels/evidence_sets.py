"""What is the evidence in hand worth, and which evidence was kept under a name, to come back to or to compare?

The inspector's box about evidence: its probability and log Z, a line to save it under a name, and the table of what was
saved, each with a tick that draws its marginals over the bars, its probability and its log Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from gui.evidence_words import evidence_lines
from gui.marks import N_MARKS
from models.errors import CliqueError
from models.evidence_sets import MOST_COMPARED, fresh_set_name, is_set_in_hand, with_set_renamed
from models.project import Project

from .parts import ButtonGrid, Paragraph, Section, fit_rows, push_button
from .sets_table import COMPARE, LOG_Z, NAME, P, SetsTable, SetsTableModel

if TYPE_CHECKING:
    from models.jobs import InferenceReport, SetAnswer

_MOST_ROWS = 8
_LONGEST_NAME = 32  # in the Undo menu


class EvidenceSetsPanel(QWidget):
    """The box itself.

    Signals
    -------
    marks_changed : (dict)
        Sets that are compared: name to the number of the mark.
    import_asked : ()
    export_asked : (str)
        Name of the set to write; "" for the evidence in hand.
    """

    edited = Signal(str, object, object)
    noticed = Signal(object)
    marks_changed = Signal(object)
    import_asked = Signal()
    export_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._report: InferenceReport | None = None
        self._problem = ""
        self._marks: dict[str, int] = {}
        self._section = Section("Evidence")
        self._now = Paragraph()
        self._now.setAccessibleName("Probability of the evidence")
        self._now.setToolTip(
            "p(evidence) is the probability of the clamps, log Z the log partition function given the evidence, in "
            "nats. With soft evidence both include the likelihoods, as they were given: E[likelihood] is their "
            "expected product."
        )
        self._name = QLineEdit()
        self._name.setAccessibleName("Name for the evidence in hand")
        self._name.setToolTip("Type a name and press Enter to keep the evidence in hand under it")
        self._name.returnPressed.connect(self.save)
        self._save = push_button("Save", "Keep the evidence in hand under this name", "Save evidence")
        self._save.clicked.connect(self.save)
        self._model = SetsTableModel(self)
        self._model.renamed.connect(self._rename)
        self._model.ticked.connect(self.tick)
        self._table = SetsTable()
        self._table.applied.connect(self.apply)
        self._table.deleted.connect(self._forget)
        self._table.setModel(self._model)
        self._table.setAccessibleName("Evidence sets")
        self._table.setToolTip(
            "Double-click a set, or press Enter, to make it the evidence in hand; tick sets (Space) to compare them"
        )
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.doubleClicked.connect(self._activate)
        self._table.selectionModel().currentChanged.connect(self._show_choice)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (COMPARE, P, LOG_Z):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._apply = push_button("Apply", "Make the chosen set the evidence in hand", "Apply evidence set")
        self._apply.clicked.connect(self.apply)
        self._renaming = push_button("Rename", "Give the chosen set another name (F2)", "Rename evidence set")
        self._renaming.clicked.connect(self._edit_name)
        self._delete = push_button("Delete", "Forget the chosen set; the evidence in hand stays", "Delete evidence set")
        self._delete.clicked.connect(self._forget)
        self._import = push_button("Import…", "Read a UAI evidence file as another set", "Import evidence")
        self._import.clicked.connect(self.import_asked)
        self._export = push_button(
            "Export…", "Write the chosen set, or the evidence in hand, as a UAI evidence file", "Export evidence"
        )
        self._export.clicked.connect(self._ask_export)
        self._lay_out()

    def _lay_out(self) -> None:
        saving = QHBoxLayout()
        saving.addWidget(self._name, 1)
        saving.addWidget(self._save)
        self._buttons = ButtonGrid()
        self._buttons.show_buttons([self._apply, self._renaming, self._delete], 3)
        files = ButtonGrid()
        files.show_buttons([self._import, self._export], 2)
        body = self._section.body
        body.addWidget(self._now)
        body.addLayout(saving)
        body.addWidget(self._table)
        body.addWidget(self._buttons)
        body.addWidget(files)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    # --- what comes in -------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show the sets of a project; a set that is renamed stays compared."""
        old, self._project = self._project.evidence_sets, after
        chosen, row = self.chosen, self._table.currentIndex().row()
        if before is None:
            self._marks, chosen, row = {}, "", -1
            self._name.clear()
        new = after.evidence_sets
        if len(old) == len(new):
            renamed = {a.name: b.name for a, b in zip(old, new, strict=True)}
            self._marks = {renamed[name]: mark for name, mark in self._marks.items() if name in renamed}
            chosen = renamed.get(chosen, chosen)
        self._marks = {each.name: self._marks[each.name] for each in new if each.name in self._marks}
        self._model.marks = self._marks
        self._model.show_project(after)
        self._name.setPlaceholderText(fresh_set_name(after))
        self._table.setVisible(bool(new))
        self._buttons.setVisible(bool(new))
        names = [each.name for each in new]
        # The row of what is gone is that of its neighbour.
        row = names.index(chosen) if chosen in names else min(row, len(names) - 1)
        if row >= 0 and self._table.currentIndex().row() != row:
            self._table.setCurrentIndex(self._model.index(row, NAME))
        self._show_choice()
        self._show_now()
        self.restyle()

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show what the evidence in hand is worth."""
        self._now.setEnabled(not stale)
        if not stale:
            self._report, self._problem = report, ""
            self._show_now()

    def show_problem(self, problem: str) -> None:
        """Say why there are no numbers: "refused" or "impossible"."""
        self._problem = problem
        self._show_now()

    def show_answers(self, answers: Mapping[str, SetAnswer]) -> None:
        """Show what is known of the sets."""
        self._model.show_answers(answers)

    def restyle(self) -> None:
        """Take the sizes in force."""
        fit_rows(self._table, min(self._model.rowCount(), _MOST_ROWS))

    def _show_now(self) -> None:
        self._now.setText("\n".join(evidence_lines(self._project, self._report, self._problem)))

    @Slot()
    def _show_choice(self) -> None:
        for button in (self._apply, self._renaming, self._delete):
            button.setEnabled(bool(self.chosen))

    @property
    def marks(self) -> Mapping[str, int]:
        """Sets that are compared: name to the number of the mark."""
        return dict(self._marks)

    @property
    def chosen(self) -> str:
        """Name of the set chosen in the table; "" for none."""
        row = self._table.currentIndex().row()
        return self._model.sets[row].name if 0 <= row < len(self._model.sets) else ""

    # --- what goes out -------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Keep the evidence in hand under the name that is typed, or under the first free one."""
        name = self._name.text().strip() or fresh_set_name(self._project)
        there = any(each.name == name for each in self._project.evidence_sets)
        text = f"Replace evidence set {brief(name)}" if there else f"Save evidence as {brief(name)}"
        self.edited.emit(text, self._project.with_evidence_set(name), None)
        self._name.clear()

    def type_name(self) -> None:
        """Let the name be typed."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name.selectAll()

    @Slot()
    def apply(self) -> None:
        """Make the chosen set the evidence in hand."""
        name = self.chosen
        each = next((one for one in self._project.evidence_sets if one.name == name), None)
        if each is not None and not is_set_in_hand(self._project, each):
            self.edited.emit(f"Apply evidence set {brief(name)}", self._project.with_set_applied(name), None)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        if index.column() != COMPARE:
            self.apply()

    @Slot()
    def _edit_name(self) -> None:
        row = self._table.currentIndex().row()
        self._table.setFocus()
        self._table.edit(self._model.index(row, NAME))

    @Slot(str, str)
    def _rename(self, old: str, new: str) -> None:
        try:
            after = with_set_renamed(self._project, old, new)
        except CliqueError as error:
            self.noticed.emit(error)
            return
        if after is not self._project:
            self.edited.emit(f"Rename evidence set {brief(old)} to {brief(new)}", after, None)

    @Slot()
    def _forget(self) -> None:
        name = self.chosen
        if name:
            self.edited.emit(f"Delete evidence set {brief(name)}", self._project.without_evidence_set(name), None)

    @Slot()
    def _ask_export(self) -> None:
        self.export_asked.emit(self.chosen)

    @Slot(str, bool)
    def tick(self, name: str, compared: bool) -> None:
        """Compare a set, or not; it keeps its mark as long as it is compared."""
        if compared and name not in self._marks:
            free = [mark for mark in range(N_MARKS) if mark not in self._marks.values()]
            if not free:
                text = f"{MOST_COMPARED} evidence sets are compared already. Take one tick away first."
                self.noticed.emit(text)
                return
            self._marks[name] = free[0]
        elif not compared:
            self._marks.pop(name, None)
        self._model.show_marks(self._marks)
        self.marks_changed.emit(self.marks)


def brief(name: str) -> str:
    """Return a name as the Undo menu has it: on one line, a very long one without its middle."""
    shown = " ".join(name.split())
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 11]}…{shown[-10:]}"
