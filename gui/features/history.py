"""What was done to this document, and how does one go back to any point of it?

A list of every edit, the first at the top; the one chosen is the last that counts. Those below it were taken back and
stay until something else is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QDockWidget, QListView

from gui import icons, theme
from gui.document import Document
from gui.panels.parts import PANEL_TEXT, Index

from .feature import Feature
from .table import beside

_WIDTH = 230


class HistoryModel(QAbstractListModel):
    """Row 0 is the document before the first edit kept, row k the document after the k-th."""

    def __init__(self, document: Document, parent: Any) -> None:
        super().__init__(parent)
        self._document = document

    def refresh(self) -> None:
        """Show what the stack holds now."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else self._document.stack.count() + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        stack, row = self._document.stack, index.row()
        text = "Start" if row == 0 else stack.text(row - 1)
        saved = stack.cleanIndex() == row
        undone = row > stack.index()
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ForegroundRole and undone:
            return theme.current().muted
        if role == Qt.ItemDataRole.FontRole and undone:
            font = QFont(theme.font(PANEL_TEXT))
            font.setItalic(True)
            return font
        if role == Qt.ItemDataRole.DecorationRole and saved and self._document.path is not None:
            return icons.icon("save")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            state = ", taken back" if undone else ", now" if row == stack.index() else ""
            return f"{text}{state}{', as saved' if saved and self._document.path is not None else ''}"
        return None


class History(Feature):
    """The list of edits of one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.model = HistoryModel(self.window.document, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAccessibleName("History of edits")
        self.list.setToolTip("Click an edit to go back to it, or forward")
        self._dock = dock = QDockWidget("History", self.window)
        dock.setObjectName("history")
        dock.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea)
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        dock.setWidget(self.list)
        dock.hide()
        self._stale, self._showing = True, False

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"edit.history": self.toggle}

    def connect_up(self) -> None:
        self.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._dock)
        self._dock.hide()
        stack = self.window.document.stack
        stack.indexChanged.connect(self._show_stack)
        stack.cleanChanged.connect(self._show_stack)
        self.list.selectionModel().currentChanged.connect(self._go)
        self._dock.visibilityChanged.connect(self._show_visible)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    def close(self) -> None:
        # The stack tells of its own end, when the document behind it is gone already.
        stack = self.window.document.stack
        stack.indexChanged.disconnect(self._show_stack)
        stack.cleanChanged.disconnect(self._show_stack)

    def toggle(self) -> None:
        """Show the list, ready for the arrow keys, or hide it."""
        visible = self._dock.isHidden()
        there = max(
            (dock.width() for dock in beside(self.window, self._dock)), default=0
        )  # a list is not made narrower
        self._dock.setVisible(visible)
        if visible:
            wide = max(round(_WIDTH * min(theme.font_scale(), 1.4)), there)
            self.window.resizeDocks([self._dock], [wide], Qt.Orientation.Horizontal)
            self._show_stack()
            self.list.setFocus()
        else:
            self.window.view.setFocus()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.list.setFont(theme.font(PANEL_TEXT))

    @Slot(bool)
    def _show_visible(self, visible: bool) -> None:
        self.window.actions_by_key["edit.history"].setChecked(not self._dock.isHidden())
        if visible and self._stale:
            self._show_stack()

    @Slot()
    def _show_stack(self) -> None:
        self._stale = self._dock.isHidden()
        if self._stale:
            return
        self._showing = True
        self.model.refresh()
        here = self.model.index(self.window.document.stack.index())
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)
        self._showing = False

    @Slot(QModelIndex, QModelIndex)
    def _go(self, here: QModelIndex, before: QModelIndex) -> None:
        if not self._showing and here.isValid() and here.row() != self.window.document.stack.index():
            self.window.scene.cancel_gesture()
            self.window.document.go_to(here.row())
