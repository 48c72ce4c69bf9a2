"""What does a part of the window look like that the window itself need not know?

Copy and paste, exporting, autosave and the like each are a `Feature`: a QObject that offers commands to the table of
actions, hears what the panels hear, and does the rest by itself. The window only holds the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from models.project import Project


class Feature(QObject):
    """Made with the window's document, scene, view, inspector and filing in place, but before its actions.

    Every hook may be left as it is.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Return what each of its actions does, by the action's key."""
        return {}

    def connect_up(self) -> None:
        """Connect signals; the window is complete by now, its actions and menus too."""

    def show_project(self, before: Project | None, after: Project) -> None:
        """Hear of a change of the document; `before` is None for another document."""

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        """Hear of another selection on the canvas: ("variable", name) and ("factor", place) pairs."""

    def show_structure(self, report: Any) -> None:
        """Hear of a `StructureReport`."""

    def show_inference(self, report: Any, stale: bool) -> None:
        """Hear of an `InferenceReport`, or None where there is none; stale while it is about the model before."""

    def warm(self) -> None:
        """Do what can wait until the window is on the screen."""

    def close(self) -> None:
        """Stop everything: the window closes."""
