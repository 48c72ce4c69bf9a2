"""How does a test use the canvas as a person does?

A `Hand` turns names into pixels of the viewport and sends real mouse and key events there, so that what is tested is
the way from an event to the document. It asks the scene only where things are.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from gui.canvas import GraphScene, GraphView
from gui.document import Document
from models.project import Project

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
_STEPS = 6  # mouse moves in a drag


class Hand:
    """Mouse and keyboard on one canvas."""

    def __init__(self, view: GraphView) -> None:
        self.view = view

    @property
    def scene(self) -> GraphScene:
        return self.view.graph

    @property
    def viewport(self) -> QWidget:
        return self.view.viewport()

    # --- from names to pixels ----------------------------------------------------------------------------------

    def pixel(self, point: QPointF) -> QPoint:
        """Return the pixel of a scene point; it must be in sight."""
        found = self.view.mapFromScene(point)
        assert self.viewport.rect().contains(found), f"{point} is not in sight"
        return found

    def variable(self, name: str) -> QPoint:
        return self.pixel(self.scene.point_of(name))

    def bar(self, name: str, state: int) -> QPoint:
        return self.pixel(self.scene.bar_point(name, state))

    def link(self, *names: str) -> QPoint:
        return self.pixel(self.scene.link_point(*names))

    def empty(self, x: float = 0.0, y: float = 0.0) -> QPoint:
        """Return the pixel of a scene position where nothing is."""
        point = QPointF(x, y)
        assert not self.scene.hit(point), f"there is {self.scene.hit(point)} at {x}, {y}"
        return self.pixel(point)

    # --- mouse -------------------------------------------------------------------------------------------------

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseMove(self.viewport, at)
        QTest.mouseClick(self.viewport, button, modifiers, at)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.viewport, LEFT, NONE, at)
        QTest.mouseRelease(self.viewport, LEFT, NONE, at)

    def press_at(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseMove(self.viewport, at)
        QTest.mousePress(self.viewport, button, modifiers, at)

    def move_to(self, at: QPoint) -> None:
        QTest.mouseMove(self.viewport, at)

    def release_at(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.viewport, button, modifiers, at)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        modifiers: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
        release: bool = True,
    ) -> None:
        """Press, move in steps, and let go (or not)."""
        self.press_at(start, modifiers, button)
        for k in range(1, _STEPS + 1):
            self.move_to(start + (end - start) * (k / _STEPS))
        if release:
            self.release_at(end, modifiers, button)

    # --- what a person does ------------------------------------------------------------------------------------

    def click_variable(self, name: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.click(self.variable(name), modifiers)

    def click_bar(self, name: str, state: int) -> None:
        self.click(self.bar(name, state))

    def click_link(self, *names: str) -> None:
        self.click(self.link(*names))

    def double_click_empty(self, x: float, y: float) -> None:
        self.double_click(self.empty(x, y))

    def drag_variable(self, name: str, dx: float, dy: float, release: bool = True) -> None:
        """Drag a variable by so many scene units."""
        start = self.scene.point_of(name)
        self.drag(self.pixel(start), self.pixel(start + QPointF(dx, dy)), release=release)

    def drag_edge(self, first: str, second: str, modifiers: Qt.KeyboardModifier = ALT) -> None:
        """Draw an edge; with the Edge tool in hand, pass `NONE`."""
        self.drag(self.variable(first), self.variable(second), modifiers)

    def rubber_band(self, x1: float, y1: float, x2: float, y2: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.drag(self.empty(x1, y1), self.pixel(QPointF(x2, y2)), modifiers)

    def press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press a key while the canvas has the focus."""
        self.view.setFocus()
        if isinstance(key, str):
            QTest.keyClicks(self.view, key, modifiers)
        else:
            QTest.keyClick(self.view, key, modifiers)

    # --- menus -------------------------------------------------------------------------------------------------

    def open_menu(self, at: QPoint) -> QMenu:
        """Right-click and return the menu that opens."""
        self.click(at, button=Qt.MouseButton.RightButton)
        QApplication.sendEvent(
            self.viewport,
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, self.viewport.mapToGlobal(at)),
        )
        return popup()


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


def popup() -> QMenu:
    """Return the menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), "no menu is open"
    return menu


def texts(menu: QMenu) -> list[str]:
    """Return what a menu offers."""
    return [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]


def choose(menu: QMenu, *path: str) -> None:
    """Click through a menu and its submenus by text."""
    for depth, wanted in enumerate(path):
        action = next(a for a in menu.actions() if a.text().replace("&", "") == wanted)
        assert action.isEnabled(), f"{wanted} is greyed out"
        if depth + 1 < len(path):  # a submenu opens at once for the keyboard only; the mouse has to linger
            menu.setActiveAction(action)
            QTest.keyClick(menu, Qt.Key.Key_Right)
            menu = action.menu()
            assert menu.isVisible(), f"{wanted} did not open"
        else:
            QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
