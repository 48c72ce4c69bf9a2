"""Which key does what, and how does a person change that?

A table of all actions by menu; under it a field that takes the next key pressed for the action chosen. A key that
another action has is named before it is taken away from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from . import theme
from .actions import MENUS, SPECS
from .panels.parts import push_button
from .searching import MarkingDelegate, found_in
from .settings import Settings

_ROLE = Qt.ItemDataRole.UserRole
NATIVE = QKeySequence.SequenceFormat.NativeText
# Without Ctrl or Alt these have a meaning on the canvas and in every dialog.
_TAKEN = {
    Qt.Key.Key_Escape: "cancels", Qt.Key.Key_Return: "edits what is selected",
    Qt.Key.Key_Enter: "edits what is selected",
    Qt.Key.Key_Tab: "goes to the next variable", Qt.Key.Key_Backtab: "goes to the variable before",
    Qt.Key.Key_Space: "pans the canvas and presses buttons", Qt.Key.Key_Backspace: "deletes or releases",
    Qt.Key.Key_Left: "moves the selection", Qt.Key.Key_Right: "moves the selection",
    Qt.Key.Key_Up: "moves the selection", Qt.Key.Key_Down: "moves the selection",
}  # fmt: skip
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)


def menu_of(key: str) -> str:
    """Return the menu that an action stands in: "View", or "View › Colours"."""
    for title, entries in MENUS:
        for entry in entries:
            if entry == key:
                return title.replace("&", "")
            if isinstance(entry, tuple) and key in entry[1:]:
                return f"{title} › {entry[0]}".replace("&", "")
    return ""


def reserved(sequence: QKeySequence) -> str:
    """Return what a key does everywhere, so that no action may have it; "" for a key that is free to take."""
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stub lacks it
    if pressed.keyboardModifiers() not in _PLAIN:
        return ""
    if Qt.Key.Key_0 <= pressed.key() <= Qt.Key.Key_9:
        return "clamps the selected variables to the state with this label"
    return _TAKEN.get(pressed.key(), "")


class KeysPage(QWidget):
    """The page itself."""

    counted = Signal(int)  # rows in sight

    def __init__(self, settings: Settings, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._settings, self._actions = settings, actions
        self._make_table()
        self._chosen = QLabel()
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName("New key")
        self.edit.setToolTip("Click here and press the new key")
        self.edit.keySequenceChanged.connect(self._weigh)
        self.set_button = push_button("Set", "Give the action this key instead of those it has")
        self.set_button.clicked.connect(self._set)
        self.none_button = push_button("No key", "Take every key from the action")
        self.none_button.clicked.connect(self._set_none)
        self.default_button = push_button("Default", "Give the action its own keys back")
        self.default_button.clicked.connect(self._put_back)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setAccessibleName("What stands in the way")
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        for button in (self.set_button, self.none_button, self.default_button):
            button.setMinimumWidth(0)  # as wide as its text, in a dialog
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self._chosen)
        column.addLayout(row)
        column.addWidget(self._note)
        self._settings.keys_changed.connect(self._refresh)
        self.table.selectRow(0)
        self.restyle()

    def _make_table(self) -> None:
        self.table = table = QTableWidget(len(self._actions), 3)
        table.setAccessibleName("Actions and their keys")
        table.setHorizontalHeaderLabels(["Action", "Menu", "Keys"])
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        head = table.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._marking = MarkingDelegate(table)
        table.setItemDelegate(self._marking)
        order = sorted(self._actions, key=lambda key: (_place(key), key))
        for row, key in enumerate(order):
            name = QTableWidgetItem(SPECS[key].text.replace("&", ""))
            name.setData(_ROLE, key)
            name.setToolTip(SPECS[key].tip)
            table.setItem(row, 0, name)
            table.setItem(row, 1, QTableWidgetItem(menu_of(key)))
            table.setItem(row, 2, QTableWidgetItem())
            self._write(row)
        table.itemSelectionChanged.connect(self._choose)
        table.itemActivated.connect(lambda _item: self.edit.setFocus())

    def key_of(self, row: int) -> str:
        """Return the action of a row."""
        item = self.table.item(row, 0)
        return "" if item is None else str(item.data(_ROLE))

    @property
    def chosen(self) -> str:
        """The action chosen."""
        return self.key_of(self.table.currentRow())

    @property
    def note(self) -> str:
        """What stands in the way of the key in the field; "" for nothing."""
        return self._note.text()

    def _write(self, row: int) -> None:
        item = self.table.item(row, 2)
        if item is not None:
            item.setText(", ".join(k.toString(NATIVE) for k in self._actions[self.key_of(row)].shortcuts()))

    def search(self, words: Sequence[str]) -> int:
        """Show the rows that hold every word; return how many do."""
        self._marking.words = tuple(words)
        shown = []
        for row in range(self.table.rowCount()):
            cells = [item.text() for column in range(3) if (item := self.table.item(row, column)) is not None]
            found = found_in(words, *cells, SPECS[self.key_of(row)].tip)
            self.table.setRowHidden(row, not found)
            if found:
                shown.append(row)
        if shown and self.table.isRowHidden(self.table.currentRow()):
            self.table.selectRow(shown[0])
        self.table.viewport().update()
        return len(shown)

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 8)
        look = self._note.palette()
        look.setColor(self._note.foregroundRole(), theme.current().alarm_text)
        self._note.setPalette(look)

    # --- changing ------------------------------------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        key = self.chosen
        self._chosen.setText(f"New key for {SPECS[key].text.replace('&', '')}" if key else "")
        self.edit.clear()
        self._weigh()

    def _owner(self, sequence: QKeySequence) -> str:
        """Return the other action that has a key, or ""."""
        for key, action in self._actions.items():
            if key != self.chosen and sequence in action.shortcuts():
                return key
        return ""

    @Slot()
    def _weigh(self) -> None:
        """Say what stands in the way of the key in the field."""
        sequence, key = self.edit.keySequence(), self.chosen
        note, word = "", "Set"
        taken = "" if sequence.isEmpty() else reserved(sequence)
        owner = "" if sequence.isEmpty() else self._owner(sequence)
        if taken:
            note = f"{sequence.toString(NATIVE)} {taken}. Press another key, or this one with Ctrl or Alt."
        elif owner:
            name = SPECS[owner].text.replace("&", "")
            note, word = f"{sequence.toString(NATIVE)} is the key of {name} ({menu_of(owner)} menu).", "Take it"
        self._note.setText(note)
        self.set_button.setText(word)
        self.set_button.setAccessibleName(word)
        self.set_button.setEnabled(bool(key) and not sequence.isEmpty() and not taken)
        self.none_button.setEnabled(bool(key) and bool(self._actions[key].shortcuts()))
        self.default_button.setEnabled(key in self._settings.keys)

    @Slot()
    def _set(self) -> None:
        sequence, key = self.edit.keySequence(), self.chosen
        owner = self._owner(sequence)
        if owner:
            left = [k.toString() for k in self._actions[owner].shortcuts() if k != sequence]
            self._settings.put_keys(owner, tuple(left))
        self._settings.put_keys(key, (sequence.toString(),))
        self.edit.clear()
        self.table.setFocus()

    @Slot()
    def _set_none(self) -> None:
        self._settings.put_keys(self.chosen, ())

    @Slot()
    def _put_back(self) -> None:
        """Give the action its own keys, and take them from whoever has them now."""
        key = self.chosen
        own = {QKeySequence(text) for text in SPECS[key].keys}
        for other, action in self._actions.items():
            kept = [k for k in action.shortcuts() if k not in own]
            if other != key and len(kept) < len(action.shortcuts()):
                self._settings.put_keys(other, tuple(k.toString() for k in kept))
        self._settings.put_keys(key, None)

    def put_all_back(self) -> None:
        """Give every action its own keys."""
        for key in self._settings.keys:
            self._settings.put_keys(key, None)

    @Slot(str)
    def _refresh(self, _key: str) -> None:
        for row in range(self.table.rowCount()):
            self._write(row)
        self._weigh()


def _place(key: str) -> int:
    """Return where an action stands in the menus."""
    entries = [entry for _, entries in MENUS for entry in entries]
    flat = [k for entry in entries for k in (entry[1:] if isinstance(entry, tuple) else (entry,))]
    return flat.index(key) if key in flat else len(flat)
