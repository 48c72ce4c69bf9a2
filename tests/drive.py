"""How does a test use the canvas with its document and nothing else of the window?

A `Desk` joins the two; its `Hand` (see `gui.hand`) sends real mouse and key events.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gui.canvas import GraphScene, GraphView
from gui.document import Document
from gui.hand import ALT, LEFT, NONE, Hand, OutOfReachError, choose, popup
from models.project import Project

__all__ = ["ALT", "LEFT", "NONE", "SHIFT", "Desk", "Hand", "OutOfReachError", "choose", "popup", "texts"]

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Desk:
    """A canvas with its document and nothing else of the window."""

    def __init__(self, qtbot: Any, project: Project | None = None) -> None:
        self.document = Document()
        self.scene = GraphScene()
        self.view = GraphView(self.scene)
        qtbot.addWidget(self.view)
        self.hand = Hand(self.view)
        self.notices: list[str] = []
        self.selected: tuple[tuple[str, Any], ...] = ()
        self.heard: list[tuple[str, Any]] = []
        self.scene.edited.connect(self.document.edit)
        self.document.changed.connect(self.scene.show_project)
        self.scene.noticed.connect(lambda notice: self.notices.append(str(notice)))
        self.scene.selection_named.connect(lambda named: setattr(self, "selected", named))
        for signal in ("rename_asked", "factor_asked", "query_asked", "tool_changed"):
            getattr(self.scene, signal).connect(lambda value, s=signal: self.heard.append((s, value)))
        self.view.resize(860, 480)
        self.view.show()
        self.view.setFocus()
        qtbot.waitExposed(self.view)
        if project is not None:
            self.document.load(project)

    @property
    def project(self) -> Project:
        return self.document.project

    @property
    def undo_text(self) -> str:
        return self.document.stack.undoText()

    @property
    def edges(self) -> set[frozenset[str]]:
        return {frozenset(edge) for edge in self.project.ugm.edges}

    def undo(self) -> None:
        self.document.stack.undo()

    def redo(self) -> None:
        self.document.stack.redo()

    def check_mirror(self) -> None:
        """Assert that what is drawn is what the project says."""
        project, mirror = self.project, self.scene.mirror
        assert mirror.project is project
        assert set(mirror.variables) == set(project.ugm.names)
        for variable in project.ugm.variables:
            item = mirror.variables[variable.name]
            assert item.scene() is self.scene
            assert item.variable == variable
            assert (item.x(), item.y()) == project.positions[variable.name]
            assert item.clamped == project.evidence.get(variable.name)
            assert item.selected == (variable.name in self.scene.selection.variables)
        joint = {frozenset(f.scope) for f in project.ugm.factors if len(f.scope) > 1}
        assert {frozenset(link) for link in mirror.links.places} == joint
        for link, places in mirror.links.places.items():
            assert all(set(project.ugm.factors[k].scope) == set(link) for k in places)


def texts(menu: QMenu) -> list[str]:
    """Return what a menu offers."""
    return [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
