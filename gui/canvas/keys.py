"""What do the keys do on the canvas?

The window's own shortcuts come first where it has the same ones; this table makes the canvas complete without them.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from . import edits
from .tools import TOOLS

if TYPE_CHECKING:
    from .scene import GraphScene
    from .view import GraphView

GRID = 20.0
FINE = 2.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_TOOL_KEYS = {tool.key: name for name, tool in TOOLS.items()}
_NO_KEYPAD = ~Qt.KeyboardModifier.KeypadModifier
_nudges = count(1)


class Keys:
    """Answers the key presses of one view."""

    def __init__(self) -> None:
        self._nudged: tuple[tuple[str, ...], int] = ((), 0)

    def press(self, view: GraphView, scene: GraphScene, event: QKeyEvent) -> bool:
        """Do what a key means; return False when it means nothing here."""
        if event.key() not in _ARROWS and event.key() not in _MODIFIERS:
            self._nudged = ((), 0)  # the next nudge is a new step of undo
        modifiers = event.modifiers() & _NO_KEYPAD
        if event.matches(QKeySequence.StandardKey.SelectAll):
            scene.select_all()
        elif modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return self._press_plain(scene, event, bool(modifiers))
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            return self._press_zoom(view, event)
        else:
            return False
        return True

    def _press_plain(self, scene: GraphScene, event: QKeyEvent, shifted: bool) -> bool:
        key = event.key()
        chosen = scene.selection.variables
        if key in _ARROWS and chosen:
            self._nudge(scene, _ARROWS[Qt.Key(key)], FINE if shifted else GRID)
        elif key == Qt.Key.Key_Escape:
            scene.escape()
        elif key == Qt.Key.Key_Backspace and scene.tool.name == "clamp":
            scene.release_selection()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            scene.delete_selection()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and scene.selection:
            self._edit(scene)
        elif event.text() and event.text() in "0123456789":
            scene.clamp_selection(event.text())
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
        scene.cancel_gesture()
        chosen = scene.selection.variables
        if self._nudged[0] != chosen:
            self._nudged = (chosen, next(_nudges))
        dx, dy = direction[0] * step, direction[1] * step
        positions = scene.project.positions
        moved = {name: (positions[name][0] + dx, positions[name][1] + dy) for name in chosen}
        number = self._nudged[1]
        scene.apply(lambda project: edits.move(project, moved, ("nudge", number)))


def next_variable(scene: GraphScene, forward: bool) -> bool:
    """Select the next variable in model order, or the one before; return False when there is none."""
    names = scene.project.ugm.names
    if not names:
        return False
    chosen = scene.selection.variables
    last = names.index(chosen[-1]) if chosen else -1 if forward else 0
    scene.select_variable(names[(last + (1 if forward else -1)) % len(names)])
    return True
