"""What does each action of the table do?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWhatsThis

from . import help as help_pages
from .actions import SPECS
from .canvas.tools import TOOLS

if TYPE_CHECKING:
    from .features.preferences import Preferences
    from .main_window import MainWindow


class Commands(dict[str, Callable[[], object]]):
    """The commands of one window by the action's key."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        document, filing, scene, view = window.document, window.filing, window.scene, window.view
        layers = window.inspector.layers
        self.update(
            {
                "file.new": filing.new,
                "file.open": filing.open_dialog,
                "file.save": filing.save,
                "file.save_as": filing.save_as,
                "file.quit": window.close,
                "edit.undo": document.stack.undo,
                "edit.redo": document.stack.redo,
                "edit.delete": scene.delete_selection,
                "edit.select_all": scene.select_all,
                "view.fit": scene.fit_asked.emit,
                "view.zoom_in": view.zoom_in,
                "view.zoom_out": view.zoom_out,
                "view.zoom_reset": view.zoom_reset,
                "view.inspector": window.toggle_inspector,
                "view.plots": window.toggle_plots,
                "view.full_screen": self._toggle_full_screen,
                "model.clamp_selection": layers.clamp_selection,
                "model.release_selection": layers.release_selection,
                "model.release_all": layers.release_all,
                "help.shortcuts": self._show_shortcuts,
                "help.whats_this": QWhatsThis.enterWhatsThisMode,
                "help.about": self._show_about,
            }
        )
        for feature in window.features.values():
            self.update(feature.commands())
        preferences = cast("Preferences", window.features["Preferences"])
        for key in SPECS:
            kind, _, name = key.partition(".")
            if kind == "example":
                self[key] = partial(filing.open_example, key)
            elif kind == "tool" and name in TOOLS:
                self[key] = partial(scene.set_tool, name)
            elif kind == "workspace":
                self[key] = partial(window.set_workspace, name)
            elif kind == "palette":
                self[key] = partial(preferences.choose_palette, name)
            elif kind in ("fit", "sample"):
                self[key] = partial(self._act, key)

    def _act(self, key: str) -> None:
        self._window.workspaces.act(key)

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_shortcuts(self) -> None:
        from .sheet import SheetDialog

        SheetDialog(self._window.actions_by_key, self._window).show()

    def _show_about(self) -> None:
        help_pages.TextDialog("About Clique", help_pages.about_text(), self._window).open()
