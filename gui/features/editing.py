"""How are variables added and joined without the mouse, from the canvas and from its table alike?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, Slot
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from gui.canvas.tools import TOOLS
from gui.words import called

from .feature import Feature


class Editing(Feature):
    """Adding and joining, and what a person is told while the end of an edge is chosen by keys."""

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"edit.add": self.add, "edit.join": self.join}

    def connect_up(self) -> None:
        self.window.scene.aimed.connect(self._show_aim)
        self.window.scene.menu_made.connect(self._add_to_menu)
        self.window.escape_pressed.connect(self._return)

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self.window.actions_by_key["edit.join"].setEnabled(any(kind == "variable" for kind, _ in selected))

    def add(self) -> None:
        """Add a variable where there is room for it, and show it."""
        scene = self.window.scene
        scene.add_near()
        if scene.selection.variables:
            self.window.view.reveal(scene.selection.variables[-1:])

    def join(self) -> None:
        """Join what is selected; where that is one variable, the canvas takes the keys that choose the other."""
        self.window.scene.join_selection()
        if self.window.scene.gesture is not None:
            self.window.view.setFocus()

    @Slot()
    def _return(self) -> None:
        """Give the keys back to the canvas; what is half typed in a field does not count."""
        widget = QApplication.focusWidget()
        if widget is None or widget is self.window.view or not self.window.isAncestorOf(widget):
            return
        if isinstance(widget, QLineEdit) and widget.isModified():
            while widget.isUndoAvailable():
                widget.undo()
            widget.setModified(False)
        self.window.view.setFocus()

    @Slot(str, str)
    def _show_aim(self, start: str, end: str) -> None:
        hint = TOOLS[self.window.scene.tool.name].hint
        if start:
            to = f"join {called(start)} to {called(end)}" if end else f"join {called(start)} to another variable"
            keys = "Enter joins" if end else "Tab or an arrow key chooses it"
            hint = f"New edge: {to}. {keys}, Esc gives up."
        self.window.status.hint.show_wordings([hint])
        gesture = self.window.scene.gesture
        if end and gesture is not None and gesture.sticky:  # not under the hand that drags
            self.window.view.reveal([end])

    @Slot(object, str, QPointF)
    def _add_to_menu(self, menu: QMenu, kind: str, point: QPointF) -> None:
        if kind == "variable":
            menu.insertAction(menu.actions()[-1], self.window.actions_by_key["edit.join"])
