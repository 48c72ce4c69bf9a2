"""What does a press of the mouse mean in each tool?

Tools keep no state of their own: they turn a press into a gesture, and clicks into edits. A click on a bar clamps in
every tool, with Alt it excludes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from .gestures import Band, Connect, Gesture, Lasso, Move, Place, Pointer
from .hits import Hit

if TYPE_CHECKING:
    from .scene import GraphScene


class Tool:
    """Select: click, drag, rubber band; double-click adds or renames; Alt-drag joins, on empty canvas it is a lasso."""

    name = "select"
    key = Qt.Key.Key_V
    cursor = Qt.CursorShape.ArrowCursor
    hint = "Click selects, drag moves, double-click adds, Alt-drag joins, a click on a bar clamps, with Alt excludes."

    def press(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        """Start the gesture that a press of the left button means."""
        hit = scene.hit(pointer.pos)
        if hit.variable is not None:
            if pointer.joins:
                return Connect(scene, pointer, hit.variable, hit)
            return self.press_variable(scene, pointer, hit)
        if hit.link is not None:
            scene.select_link(hit.link, extend=pointer.extends)
            return None
        return self.press_empty(scene, pointer)

    def press_variable(self, scene: GraphScene, pointer: Pointer, hit: Hit) -> Gesture | None:
        """Start on a variable or one of its bars."""
        return Move(scene, pointer, hit)

    def press_empty(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        """Start on nothing."""
        return Lasso(scene, pointer) if pointer.joins else Band(scene, pointer)

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        """Take the second press of a double click."""
        hit = scene.hit(pointer.pos)
        if hit.link is not None:
            scene.ask_factor(hit.link)
        elif hit.variable is None:
            scene.add_variable(pointer.pos)
        elif not hit.on_card:
            scene.rename_asked.emit(hit.variable)
        elif hit != scene.last_hit:
            return self.press(scene, pointer)  # two quick clicks on different bars are two clicks
        return None


class LassoTool(Tool):
    """Lasso: draw a loop around variables; Shift adds to the selection."""

    name = "lasso"
    key = Qt.Key.Key_Q
    cursor = Qt.CursorShape.CrossCursor
    hint = "Draw a loop around variables to select them. Shift adds to the selection."

    def press(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return Lasso(scene, pointer)

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return self.press(scene, pointer)


class NodeTool(Tool):
    """Node: a click on empty canvas adds a variable."""

    name = "node"
    key = Qt.Key.Key_N
    cursor = Qt.CursorShape.CrossCursor
    hint = "Click on empty canvas to add a variable."

    def press_empty(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return Place(scene, pointer)

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return None  # the first click has added a variable; one is what was meant


class EdgeTool(Tool):
    """Edge: drag from one variable to another, or click one and then the other."""

    name = "edge"
    key = Qt.Key.Key_E
    cursor = Qt.CursorShape.CrossCursor
    hint = "Drag from one variable to another, or click one and then the other."

    def press_variable(self, scene: GraphScene, pointer: Pointer, hit: Hit) -> Gesture | None:
        assert hit.variable is not None
        return Connect(scene, pointer, hit.variable, hit)

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return self.press(scene, pointer) if scene.hit(pointer.pos, links=False) else None


class ClampTool(Tool):
    """Clamp: click on a bar, or on a variable for a list of its states."""

    name = "clamp"
    key = Qt.Key.Key_C
    cursor = Qt.CursorShape.PointingHandCursor
    hint = "Click a state's bar, or a variable for its states, or type a number; Alt excludes; Backspace releases."

    def press_variable(self, scene: GraphScene, pointer: Pointer, hit: Hit) -> Gesture | None:
        return Move(scene, pointer, hit, opens_states=True)

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return None


class PanTool(Tool):
    """Pan: drag the canvas. The view does it; bars can still be clicked."""

    name = "pan"
    key = Qt.Key.Key_H
    cursor = Qt.CursorShape.OpenHandCursor
    hint = "Drag to move the canvas."

    def double_click(self, scene: GraphScene, pointer: Pointer) -> Gesture | None:
        return None


TOOLS: dict[str, Tool] = {
    tool.name: tool for tool in (Tool(), LassoTool(), NodeTool(), EdgeTool(), ClampTool(), PanTool())
}
