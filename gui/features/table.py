"""How is the model read and edited as a table, by keys and by screen readers, with the canvas as its twin?

One row for each variable: name, states, what is known of it, its most probable state, its neighbours. Rows and canvas
select each other; names and clamps are typed; Insert adds, Delete deletes, Ctrl+J joins the rows selected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDockWidget, QHeaderView

from gui import theme
from gui.canvas import edits, soft_edits
from gui.panels.parts import PANEL_TEXT, Index, TypingTable
from gui.theme import subscript
from gui.words import probability
from models.errors import CliqueError
from models.project import Project

from .feature import Feature

NAME, STATES, KNOWN, LIKELY, NEIGHBOURS = range(5)
_HEADS = ("Name", "States", "Known", "Likely", "Neighbours")
_TIPS = (
    "Type another name",
    "The labels of its states",
    'Type a state to clamp it, "!" and a state for "not this state", nothing to release it',
    "Given what is known of all variables",
    "Variables it shares a factor with",
)
_WIDTH, _LEAST = 520, 240
_CANVAS = 284  # pixels that are left to the canvas beside it
_MOST_LABELS, _MOST_NEAR = 6, 8


class VariableTable(QAbstractTableModel):
    """The rows; edits go out through functions that the feature gives."""

    def __init__(self, rename: Callable[[str, str], bool], know: Callable[[str, str], bool], parent: Any) -> None:
        super().__init__(parent)
        self._rename, self._know = rename, know
        self.project = Project()
        self._near: dict[str, list[str]] = {}
        self._marginals: Mapping[str, Any] = {}

    def show_project(self, after: Project) -> None:
        """Show another project."""
        same = len(self.project.ugm.names) == len(after.ugm.names)  # a name that changes leaves the rows as they are
        if not same:
            self.beginResetModel()
        if self.project.ugm is not after.ugm:
            self._near = {name: [] for name in after.ugm.names}
            for a, b in after.ugm.edges:
                self._near[a].append(b)
                self._near[b].append(a)
        if self.project.ugm.names != after.ugm.names:
            self._marginals = {}
        self.project = after
        if not same:
            self.endResetModel()
        self._tell()

    def show_marginals(self, marginals: Mapping[str, Any]) -> None:
        """Show the most probable states."""
        self._marginals = marginals
        self._tell(LIKELY, LIKELY)  # nothing else: a cell that changes takes away what is being typed into it

    def _tell(self, first: int = NAME, last: int = NEIGHBOURS) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, first), self.index(self.rowCount() - 1, last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self.project.ugm.variables)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (NAME, KNOWN) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        variable = self.project.ugm.variables[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return variable.name if index.column() == NAME else self._known(variable.name, typed=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{subscript(variable.name)}, {_HEADS[index.column()]}: {self._text(index.row(), index.column())}"
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        return None

    def _text(self, row: int, column: int) -> str:
        variable = self.project.ugm.variables[row]
        if column == NAME:
            return subscript(variable.name)
        if column == STATES:
            more = variable.n_states - _MOST_LABELS
            return ", ".join(variable.labels[:_MOST_LABELS]) + (f", … {more} more" if more > 0 else "")
        if column == KNOWN:
            return self._known(variable.name)
        if column == LIKELY:
            marginal = self._marginals.get(variable.name)
            if marginal is None or len(marginal) != variable.n_states:
                return ""
            state = max(range(len(marginal)), key=lambda s: marginal[s])
            return f"{variable.labels[state]} ({probability(float(marginal[state]))})"
        near = self._near.get(variable.name, [])
        more = len(near) - _MOST_NEAR
        return ", ".join(map(subscript, near[:_MOST_NEAR])) + (f", … {more} more" if more > 0 else "")

    def _known(self, name: str, typed: bool = False) -> str:
        project, labels = self.project, self.project.ugm.variable(name).labels
        if name in project.evidence:
            label = labels[project.evidence[name]]
            return label if typed else f"= {label}"
        if name not in project.soft:
            return ""
        excluded = [label for label, value in zip(labels, project.soft[name], strict=True) if not value]
        if typed:
            return f"!{excluded[0]}" if excluded else ""
        return f"≠ {', '.join(excluded)}" if excluded else "soft"

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        name, text = self.project.ugm.names[index.row()], str(value).strip()
        return self._rename(name, text) if index.column() == NAME else self._know(name, text)


class _Grid(TypingTable):
    """Delete is for variables here."""

    def __init__(self, delete: Callable[[], None]) -> None:
        super().__init__()
        self._delete = delete

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() is QAbstractItemView.State.EditingState  # an empty field passes the key on
        if event.key() == Qt.Key.Key_Delete and not editing:
            self._delete()
            event.accept()
            return
        super().keyPressEvent(event)


def beside(window: Any, dock: QDockWidget) -> list[QDockWidget]:
    """Return the other lists that stand in a dock's column now."""
    return [
        other
        for other in window.findChildren(QDockWidget)
        if other is not dock and other.isVisible() and window.dockWidgetArea(other) == window.dockWidgetArea(dock)
    ]


class Table(Feature):
    """The table of one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.model = VariableTable(self._rename, self._know, self)
        self.grid = _Grid(self.window.scene.delete_selection)
        self.grid.setModel(self.model)
        self.grid.setAccessibleName("Table of variables")
        self.grid.setAccessibleDescription("Insert adds a variable, Delete deletes, Ctrl+J joins the rows selected.")
        self.grid.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.grid.verticalHeader().hide()
        self.grid.setTabKeyNavigation(False)
        self.grid.setWordWrap(False)
        head = self.grid.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        self._dock = dock = QDockWidget("Table", self.window)
        dock.setObjectName("table")
        dock.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        dock.setWidget(self.grid)
        dock.hide()
        self._following = False

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"view.table": self.toggle}

    def connect_up(self) -> None:
        self.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._dock)
        self._dock.hide()
        self.grid.selectionModel().selectionChanged.connect(self._select)
        self._dock.visibilityChanged.connect(self._show_visible)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    def toggle(self) -> None:
        """Show the table, ready for the arrow keys, or hide it."""
        if not self._dock.isHidden():
            self.window.view.setFocus()
            self._dock.hide()
            return
        above = beside(self.window, self._dock)
        # The canvas has all that is not taken yet, and what a list there already has is shared with it.
        room = self.window.view.width() - _CANVAS + max((dock.width() for dock in above), default=0)
        wide = min(round(_WIDTH * min(theme.font_scale(), 1.4)), max(room, _LEAST))
        self._dock.show()
        self.window.resizeDocks([self._dock], [wide], Qt.Orientation.Horizontal)
        docks = [*above, self._dock]
        self.window.resizeDocks(docks, [1] * len(above) + [2], Qt.Orientation.Vertical)
        self._catch_up()
        self.grid.setFocus()
        if not self.grid.currentIndex().isValid() and self.model.rowCount():
            self._following = True
            self._put_current(0, NAME)
            self._following = False

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.grid.setFont(theme.font(PANEL_TEXT))
        self.grid.verticalHeader().setDefaultSectionSize(round(theme.font(PANEL_TEXT).pointSizeF() * 1.33 + 12))
        for column, share in ((NAME, 5.5), (STATES, 6.0), (KNOWN, 5.0), (LIKELY, 8.0)):
            self.grid.setColumnWidth(column, round(share * theme.font(PANEL_TEXT).pointSizeF()))

    # --- following the document and the canvas -------------------------------------------------------------------

    @Slot(bool)
    def _show_visible(self, visible: bool) -> None:
        self.window.actions_by_key["view.table"].setChecked(not self._dock.isHidden())
        if visible:
            self._catch_up()

    def _catch_up(self) -> None:
        self.show_project(None, self.window.document.project)
        report = self.window.controller.report
        self.model.show_marginals({} if report is None else report.inference.marginals)
        self.show_selection(())

    def show_project(self, before: Project | None, after: Project) -> None:
        if self._dock.isHidden():
            return
        self._following = True
        here, names = self.grid.currentIndex(), self.model.project.ugm.names
        row, column = here.row(), here.column()
        name = names[row] if here.isValid() else ""
        self.model.show_project(after)
        if name and not self.grid.currentIndex().isValid() and self.model.rowCount():
            row = after.ugm.index(name) if name in after.ugm else min(row, self.model.rowCount() - 1)
            self._put_current(row, column)
        self._following = False
        self.show_selection(())

    def _put_current(self, row: int, column: int) -> None:
        """Go to a cell without choosing its row."""
        there = self.model.index(row, max(column, 0))
        self.grid.selectionModel().setCurrentIndex(there, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.grid.scrollTo(there)

    def show_inference(self, report: Any, stale: bool) -> None:
        if not self._dock.isHidden() and not stale:
            self.model.show_marginals({} if report is None else report.inference.marginals)

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        if self._dock.isHidden() or self._following:
            return
        ugm = self.model.project.ugm
        chosen = QItemSelection()
        rows = [ugm.index(name) for name in self.window.scene.selection.variables if name in ugm]
        for row in rows:
            chosen.select(self.model.index(row, 0), self.model.index(row, NEIGHBOURS))
        self._following = True
        self.grid.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows and self.grid.currentIndex().row() not in rows:
            self._put_current(rows[-1], self.grid.currentIndex().column())
        self._following = False

    @Slot()
    def _select(self) -> None:
        if self._following:
            return
        rows = sorted({index.row() for index in self.grid.selectionModel().selectedRows()})
        names = [self.model.project.ugm.names[row] for row in rows]
        self._following = True
        self.window.scene.select_variables(names)
        self._following = False
        if names:
            self.window.view.reveal(names[-1:])

    # --- edits -----------------------------------------------------------------------------------------------------

    def _edit(self, make: Callable[[Project], edits.Edit | None]) -> bool:
        try:
            edit = make(self.window.document.project)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return False
        if edit is None:
            return False
        self.window.edit(edit.text, edit.after, edit.merge_key)
        return True

    def _rename(self, name: str, text: str) -> bool:
        def change(project: Project) -> edits.Edit | None:
            after = project.with_renamed(name, text)
            return None if after is project else edits.Edit(f"Rename {subscript(name)} to {subscript(text)}", after)

        return self._edit(change)

    def _know(self, name: str, text: str) -> bool:
        """Clamp to a state by its label, exclude one after "!", release for nothing."""
        if not text:
            return self._edit(partial(edits.release, names=[name]))
        label = text.lstrip("!≠= ")
        states = edits.states_labelled(self.window.document.project, [name], label)
        if not states:
            have = ", ".join(self.window.document.project.ugm.variable(name).labels[:12])
            self.window.show_notice(f"{subscript(name)} cannot be {label}. States: {have}.", "edit")
            return False
        if text[0] in "!≠":
            return self._edit(lambda project: soft_edits.exclude(project, {name: [states[name]]}))
        return self._edit(lambda project: edits.clamp(project, states))
