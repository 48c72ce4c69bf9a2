"""Which variables are watched, and which joint event is counted?

A table with a row per variable: a check mark for its histogram, and the state it must have in the event ("any" when it
does not matter).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.theme import subscript
from models.conditioning import Evidence
from models.ugm import UGM

from .parts import Index

WATCH, EVENT = 0, 1
ANY = "any"
MOST_WATCHED = 4
_Role = Qt.ItemDataRole


class WatchModel(QAbstractTableModel):
    """Variables, which are watched, and the event."""

    watch_changed = Signal(object)  # tuple of str
    event_changed = Signal(object)  # dict of str to int

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ugm = UGM(())
        self._evidence = Evidence()
        self._watch: tuple[str, ...] = ()
        self._event: dict[str, int] = {}

    # --- what comes in ---------------------------------------------------------------------------------------------

    def show_model(self, ugm: UGM, evidence: Evidence) -> None:
        """Show the variables of a model; what no longer fits goes from watch and event."""
        self.beginResetModel()
        self._ugm, self._evidence = ugm, evidence
        self._watch = tuple(name for name in self._watch if name in ugm)
        self._event = {n: s for n, s in self._event.items() if n in ugm and s < ugm.variable(n).n_states}
        self.endResetModel()

    def set_watch(self, names: Iterable[str], quietly: bool = False) -> None:
        """Watch these variables, and say so unless `quietly`."""
        names = set(names)
        wanted = tuple(name for name in self._ugm.names if name in names)[:MOST_WATCHED]
        if wanted != self._watch:
            self._watch = wanted
            self._changed(WATCH)
            if not quietly:
                self.watch_changed.emit(wanted)

    def set_event(self, event: Mapping[str, int], quietly: bool = False) -> None:
        """Count this event, and say so unless `quietly`."""
        wanted = {n: event[n] for n in self._ugm.names if n in event}
        if wanted != self._event:
            self._event = wanted
            self._changed(EVENT)
            if not quietly:
                self.event_changed.emit(dict(wanted))

    def _changed(self, column: int) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, column), self.index(self.rowCount() - 1, column))

    @property
    def watch(self) -> tuple[str, ...]:
        """The variables watched, in model order."""
        return self._watch

    @property
    def counted(self) -> dict[str, int]:
        """The event, in model order."""
        return dict(self._event)

    # --- what Qt asks ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self._ugm.variables)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return ("Watch", "In the event")[section]
        if role == _Role.ToolTipRole:
            return (
                f"Variables whose histograms are shown, at most {MOST_WATCHED}",
                "The state that counts; “any” leaves the variable out of the event",
            )[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | (Qt.ItemFlag.ItemIsUserCheckable if index.column() == WATCH else Qt.ItemFlag.ItemIsEditable)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        variable = self._ugm.variables[index.row()]
        name = variable.name
        if role == _Role.ForegroundRole and name in self._evidence:
            return theme.current().muted
        if index.column() == WATCH:
            if role == _Role.DisplayRole:
                clamp = self._evidence.get(name)
                return subscript(name) if clamp is None else f"{subscript(name)} = {variable.labels[clamp]}"
            if role == _Role.CheckStateRole:
                return Qt.CheckState.Checked if name in self._watch else Qt.CheckState.Unchecked
            return None
        if role == _Role.DisplayRole:
            return variable.labels[self._event[name]] if name in self._event else ANY
        if role == _Role.EditRole:
            return self._event.get(name, -1)
        return None

    def setData(self, index: Index, value: object, role: int = _Role.EditRole) -> bool:
        name = self._ugm.variables[index.row()].name
        if role == _Role.CheckStateRole and index.column() == WATCH:
            on = Qt.CheckState(value) == Qt.CheckState.Checked
            if on and len(self._watch) == MOST_WATCHED:
                return False
            self.set_watch([n for n in self._watch if n != name] + [name] * on)
            return True
        if role == _Role.EditRole and index.column() == EVENT and isinstance(value, int):
            event = {n: s for n, s in self._event.items() if n != name}
            self.set_event(event if value < 0 else {**event, name: value})
            return True
        return False

    def labels(self, row: int) -> tuple[str, ...]:
        """Return the state labels of a row's variable."""
        return self._ugm.variables[row].labels


class MarkDelegate(QStyledItemDelegate):
    """Draws the check marks with an outline that can be seen in every palette."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.palette = theme.indicator_palette(option.palette)


class StateDelegate(QStyledItemDelegate):
    """Edits the event's column with a list of states; it stays while keys step through it, and each step counts."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        combo = QComboBox(parent)
        combo.setAccessibleName("State in the event")
        if isinstance(model, WatchModel):
            combo.addItems([ANY, *model.labels(index.row())])
        combo.activated.connect(self._done)
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(int(index.data(_Role.EditRole)) + 1)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentIndex() - 1, _Role.EditRole)

    def _done(self) -> None:
        combo = self.sender()
        if isinstance(combo, QComboBox):
            self.commitData.emit(combo)
