"""Which inspector and which plots belong to which workspace?

Graph is there at once. Fit and Sample bring pyqtgraph with them, so they are made a moment after the window is shown,
or when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from models.project import Project

if TYPE_CHECKING:
    from .main_window import MainWindow


class Workspaces(QObject):
    """Switches the pages of one window."""

    def __init__(self, window: MainWindow, side: QStackedWidget, below: QStackedWidget) -> None:
        super().__init__(window)
        self._window = window
        self._side, self._below = side, below
        self.name = "graph"
        self._pages: dict[str, tuple[QWidget, QWidget]] = {"graph": (window.inspector, window.marginals)}

    def build(self) -> None:
        """Make the pages that are not there yet."""

    def show(self, name: str) -> None:
        """Show a workspace's pages."""
        self.build()
        self.name = name
        if name in self._pages:
            side, below = self._pages[name]
            self._side.setCurrentWidget(side)
            self._below.setCurrentWidget(below)

    def act(self, key: str) -> None:
        """Do a menu's command of the Fit or Sample workspace."""

    def show_project(self, before: Project | None, after: Project) -> None:
        """Pass a change on."""

    def show_selection(self, names: list[Any]) -> None:
        """Pass the selected variables on."""

    def close(self) -> None:
        """Stop what ticks."""
