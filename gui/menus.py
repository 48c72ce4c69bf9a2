"""What stands in the menu bar, and what do the menus that change list?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from .actions import MENUS, draw, dress

if TYPE_CHECKING:
    from .main_window import MainWindow


class Menus(QObject):
    """The menus of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._kept: list[QMenu] = []  # a menu that Python forgets is gone from the bar too
        self.examples = self.recent = self.layers = QMenu(window)
        for title, entries in MENUS:
            menu = self._add(window.menuBar(), title)
            for entry in entries:
                self._fill(menu, entry)
        self.recent.aboutToShow.connect(self.fill_recent)
        self.layers.aboutToShow.connect(self.fill_layers)

    def _add(self, parent: QMenuBar | QMenu, title: str) -> QMenu:
        menu = parent.addMenu(title)
        menu.setToolTipsVisible(True)
        self._kept.append(menu)
        return menu

    def _fill(self, menu: QMenu, entry: str | tuple[str, ...]) -> None:
        actions = self._window.actions_by_key
        if isinstance(entry, tuple):
            part = self._add(menu, entry[0])
            part.addActions([actions[key] for key in entry[1:]])
            if entry[1].startswith("example."):
                self.examples = part
        elif entry == "-":
            menu.addSeparator()
        elif entry == ":recent":
            self.recent = self._add(menu, "Open &recent")
        elif entry == ":layers":
            self.layers = self._add(menu, "Clamp &layer")
        else:
            menu.addAction(actions[entry])

    @Slot()
    def fill_recent(self) -> None:
        """List the files used lately."""
        self.recent.clear()
        for path in self._window.settings.recent_files:
            action = self._entry(self.recent, path.name, "open", f"Open {path}")
            action.triggered.connect(_calling(self._window.filing.open_path, path))
        if self.recent.isEmpty():
            none = self._entry(self.recent, "No files yet", "open", "Files opened or saved are listed here")
            none.setEnabled(False)
            return
        self.recent.addSeparator()
        clear = self._entry(self.recent, "Clear the list", "close", "Forget these files; nothing happens to them")
        clear.triggered.connect(_calling(self._window.settings.forget_recent_files, ()))

    @Slot()
    def fill_layers(self) -> None:
        """List the groups of variables, checked where all of a group is clamped."""
        self.layers.clear()
        project = self._window.document.project
        for group in project.groups:
            tip = f"Clamp layer {group.name}, or release it"
            action = self._entry(self.layers, group.name, "clamp", tip)
            action.setCheckable(True)
            draw(action)
            action.setChecked(all(name in project.evidence for name in group.members))
            action.triggered.connect(_calling(self._window.inspector.layers.toggle_group, group.name))

    @Slot()
    def offer_examples(self) -> None:
        """Open the list of examples in the middle of the canvas."""
        view = self._window.view
        self.examples.popup(view.mapToGlobal(view.rect().center()))

    def _entry(self, menu: QMenu, text: str, icon: str, tip: str) -> QAction:
        action = QAction(menu)
        dress(action, text.replace("&", "&&"), icon, tip)
        menu.addAction(action)
        return action


def _calling(do: Any, argument: Any) -> Any:
    """Return a slot that ignores whether an action is checked."""
    return partial(lambda do, argument, _checked=False: do(argument), do, argument)
