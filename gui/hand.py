"""How does a program use the window as a person does?

A `Hand` turns names into pixels and sends real mouse and key events there, so that what happens is what would happen
to a person: the demonstration and the tests both work this way. It asks widgets only where things are, and refuses to
touch what a person could not see or reach.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QMenuBar, QWidget

from .canvas import GraphScene, GraphView

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
_STEPS = 6  # mouse moves in a drag


class OutOfReachError(Exception):
    """What a person would have to click is not there, not in sight, or greyed out."""


def wait_until(happened: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
    """Let the window live until something is true.

    Raises
    ------
    OutOfReachError
        It did not happen in time.
    """
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise OutOfReachError(f"waited {seconds:g} s in vain for {what}")
        rest(0.01)


def rest(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def click(widget: QWidget, at: QPoint | None = None, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Click a widget in sight, in its middle unless told otherwise."""
    if not widget.isVisible():
        raise OutOfReachError(f"{_name(widget)} is not in sight")
    if not widget.isEnabled():
        raise OutOfReachError(f"{_name(widget)} is greyed out")
    QTest.mouseMove(widget, at or widget.rect().center())
    QTest.mouseClick(widget, LEFT, modifiers, at or widget.rect().center())


def find_button(within: QWidget, text: str, kind: type[QAbstractButton] = QAbstractButton) -> QAbstractButton:
    """Return the button in sight whose text or accessible name is `text`."""
    for button in within.findChildren(kind):
        if button.isVisible() and text in (button.text().replace("&", ""), button.accessibleName()):
            return button
    raise OutOfReachError(f'no button called "{text}" is in sight')


def press(widget: QWidget, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key, or type a text, in a widget."""
    if isinstance(key, str):
        QTest.keyClicks(widget, key, modifiers)
    else:
        QTest.keyClick(widget, key, modifiers)


def bring_to_front(window: QWidget) -> None:
    """Let a window have the keyboard, which offscreen does not come back by itself after a menu."""
    QApplication.processEvents()
    if window.isVisible() and QApplication.activeModalWidget() is None and not window.isActiveWindow():
        window.activateWindow()
        QApplication.processEvents()


def shortcut(window: QWidget, keys: str) -> None:
    """Press a shortcut such as "Ctrl+Z" in a window."""
    bring_to_front(window)
    QTest.keySequence(window, QKeySequence(keys))


def choose_from_bar(bar: QMenuBar, *path: str) -> None:
    """Open a menu of the menu bar and click through it by text."""
    wanted, *rest_of_path = path
    action = next((a for a in bar.actions() if a.text().replace("&", "") == wanted), None)
    if action is None:
        raise OutOfReachError(f'there is no menu "{wanted}"')
    QTest.mouseClick(bar, LEFT, NONE, bar.actionGeometry(action).center())
    choose(popup(), *rest_of_path)


def choose(menu: QMenu, *path: str) -> None:
    """Click through an open menu and its submenus by text."""
    window = menu.parentWidget()
    for depth, wanted in enumerate(path):
        action = next((a for a in menu.actions() if a.text().replace("&", "") == wanted), None)
        if action is None:
            raise OutOfReachError(f'the menu does not offer "{wanted}"')
        if not action.isEnabled():
            raise OutOfReachError(f'"{wanted}" is greyed out')
        QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
        if depth + 1 < len(path):
            submenu = action.menu()
            if not isinstance(submenu, QMenu):
                raise OutOfReachError(f'"{wanted}" opens no menu')
            menu = submenu
            wait_until(menu.isVisible, f'the menu "{wanted}"')
    # Without a grabbed mouse (offscreen) an item of a submenu leaves its parents open.
    while isinstance(left := QApplication.activePopupWidget(), QMenu):
        QTest.keyClick(left, Qt.Key.Key_Escape)
    if window is not None:
        bring_to_front(window.window())


def popup() -> QMenu:
    """Return the menu that is open."""
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, QMenu):
        raise OutOfReachError("no menu is open")
    return menu


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
        """Return the pixel of a scene point in sight."""
        found = self.view.mapFromScene(point)
        if not self.viewport.rect().contains(found):
            raise OutOfReachError(f"the place {point.x():.0f}, {point.y():.0f} is not in sight")
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
        if self.scene.hit(point):
            raise OutOfReachError(f"there is {self.scene.hit(point)} at {x:.0f}, {y:.0f}")
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

    def lasso(self, *corners: tuple[float, float], modifiers: Qt.KeyboardModifier = NONE, release: bool = True) -> None:
        """Draw a loop through points of the scene; with the Select tool in hand, pass `ALT`."""
        places = [self.pixel(QPointF(x, y)) for x, y in corners]
        self.press_at(places[0], modifiers)
        for start, end in itertools.pairwise(places):
            for k in range(1, _STEPS + 1):
                self.move_to(start + (end - start) * (k / _STEPS))
        if release:
            self.release_at(places[-1], modifiers)

    def press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press a key while the canvas has the focus."""
        self.view.setFocus()
        press(self.view, key, modifiers)

    def open_menu(self, at: QPoint) -> QMenu:
        """Right-click and return the menu that opens."""
        self.click(at, button=Qt.MouseButton.RightButton)
        QApplication.sendEvent(
            self.viewport, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, self.viewport.mapToGlobal(at))
        )
        return popup()


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or widget.objectName() or type(widget).__name__
