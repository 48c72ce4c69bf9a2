"""What do the keys do on the canvas?

The window's own shortcuts come first where it has the same ones; this table makes the canvas complete without them.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from .grid import STEP
from .tools import TOOLS
from .walking import ARROWS, aiming, next_link, variable_towards

if TYPE_CHECKING:
    from .scene import GraphScene
    from .view import GraphView

FINE = 2.0
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TOOL_KEYS = {tool.key: name for name, tool in TOOLS.items()}
_NO_KEYPAD = ~Qt.KeyboardModifier.KeypadModifier
_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_nudges = count(1)


class Keys:
    """Answers the key presses of one view."""

    def __init__(self) -> None:
        self._nudged: tuple[tuple[str, ...], int] = ((), 0)

    def press(self, view: GraphView, scene: GraphScene, event: QKeyEvent) -> bool:
        """Do what a key means; return False when it means nothing here."""
        if event.key() not in ARROWS and event.key() not in _MODIFIERS:
            self._nudged = ((), 0)  # the next nudge is a new step of undo
        modifiers = event.modifiers() & _NO_KEYPAD
        if event.matches(QKeySequence.StandardKey.SelectAll):
            scene.select_all()
        elif modifiers in (_NONE, _SHIFT):
            if aiming(scene) is not None and self._press_aiming(scene, event):
                return True
            return self._press_plain(scene, event, bool(modifiers))
        elif event.key() in ARROWS and modifiers in (_ALT, _ALT | _SHIFT):
            variable_towards(scene, ARROWS[Qt.Key(event.key())], extend=bool(modifiers & _SHIFT))
        elif modifiers == _CONTROL and event.key() in _ENTER:
            scene.add_near()
        elif modifiers & _CONTROL:
            return self._press_zoom(view, event)
        else:
            return False
        return True

    def _press_aiming(self, scene: GraphScene, event: QKeyEvent) -> bool:
        """Choose the end of a new edge."""
        key = event.key()
        if key in ARROWS:
            variable_towards(scene, ARROWS[Qt.Key(key)])
        elif key in (*_ENTER, Qt.Key.Key_J):
            scene.accept_aim()
        else:
            return False
        return True

    def _press_plain(self, scene: GraphScene, event: QKeyEvent, shifted: bool) -> bool:
        key = event.key()
        chosen = scene.selection.variables
        excluding = key not in _MODIFIERS and scene.end_exclusion()
        if key in ARROWS and chosen:
            self._nudge(scene, ARROWS[Qt.Key(key)], FINE if shifted else STEP)
        elif key == Qt.Key.Key_Escape:
            scene.escape()
        elif key == Qt.Key.Key_Backspace and scene.tool.name == "clamp":
            scene.release_selection()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            scene.delete_selection()
        elif key == Qt.Key.Key_Insert:
            scene.add_near()
        elif key in (*_ENTER, Qt.Key.Key_F2) and scene.selection:
            self._edit(scene)
        elif event.text() and event.text() in "0123456789":
            (scene.exclude_selection if excluding else scene.clamp_selection)(event.text())
        elif not shifted and key == Qt.Key.Key_X:
            scene.begin_exclusion()
        elif event.text() and event.text() in ".,":
            next_link(scene, forward=event.text() == ".")
        elif not shifted and key == Qt.Key.Key_J:
            scene.join_selection()
        elif not shifted and key in _TOOL_KEYS:
            scene.set_tool(_TOOL_KEYS[Qt.Key(key)])
        elif not shifted and key == Qt.Key.Key_F:
            scene.fit_asked.emit()
        else:
            return False
        return True

    def _press_zoom(self, view: GraphView, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_0:
            view.zoom_reset()
        elif key == Qt.Key.Key_9:
            view.fit_graph()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            view.zoom_in()
        elif key == Qt.Key.Key_Minus:
            view.zoom_out()
        else:
            return False
        return True

    def _edit(self, scene: GraphScene) -> None:
        if scene.selection.variables:
            scene.rename_asked.emit(scene.selection.variables[-1])
        else:
            scene.ask_factor(scene.selection.links[-1])

    def _nudge(self, scene: GraphScene, direction: tuple[int, int], step: float) -> None:
        """Move the selection a step; steps that follow each other are undone as one."""
        chosen = scene.selection.variables
        if self._nudged[0] != chosen:
            self._nudged = (chosen, next(_nudges))
        scene.nudge(direction, step, self._nudged[1])
