"""What happens between pressing and releasing the mouse?

A gesture is one object from the press to the release. It shows what would happen and changes nothing until the release,
so Esc, or a change of the model from elsewhere, can cancel it and leave no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from models.arranging import snap

from . import edits
from .grid import STEP
from .hits import Hit
from .items import Ring
from .selection import Selection
from .style import style

if TYPE_CHECKING:
    from .editing import EditingScene

_THRESHOLD = 4  # pixels on the screen before a press becomes a drag
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is, in the scene and on the screen, and which modifiers are held."""

    pos: QPointF
    screen: QPoint
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def extends(self) -> bool:
        """Whether this adds to the selection."""
        return bool(self.modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))

    @property
    def frees(self) -> bool:
        """Whether what is dragged leaves the grid."""
        return bool(self.modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))

    @property
    def joins(self) -> bool:
        """Whether a drag from a variable draws an edge."""
        return bool(self.modifiers & Qt.KeyboardModifier.AltModifier)

    @property
    def excludes(self) -> bool:
        """Whether a click on a bar means "not this state"; with Ctrl too, as some desktops keep Alt for themselves."""
        return bool(self.modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))


class Gesture:
    """From a press on; `release` returns the gesture that goes on afterwards, usually none."""

    sticky = False  # goes on without a button held

    def __init__(self, scene: EditingScene, pointer: Pointer) -> None:
        self.scene = scene
        self.start = pointer
        self.dragged = False

    def drag(self, pointer: Pointer) -> bool:
        """Return whether the mouse has left the place of the press."""
        if not self.dragged:
            self.dragged = (pointer.screen - self.start.screen).manhattanLength() >= _THRESHOLD
        return self.dragged

    def move(self, pointer: Pointer) -> None:
        """Follow the mouse."""

    def press(self, pointer: Pointer) -> Gesture | None:
        """Take a second press, in a sticky gesture."""
        return None

    def release(self, pointer: Pointer) -> Gesture | None:
        """Do what was shown."""
        return None

    def cancel(self) -> None:
        """Leave no trace."""


class Move(Gesture):
    """Drag the selected variables; without a drag, it is a click on one.

    On the grid the variable under the mouse snaps to it and the others keep their distance from that one.
    """

    def __init__(self, scene: EditingScene, pointer: Pointer, hit: Hit, opens_states: bool = False) -> None:
        super().__init__(scene, pointer)
        assert hit.variable is not None
        self.name = hit.variable
        self.hit = hit
        self.opens_states = opens_states
        self.was_selected = self.name in scene.selection.variables
        if not self.was_selected and hit.state is None:
            scene.select_variable(self.name, extend=pointer.extends)
        self._from: dict[str, tuple[float, float]] = {}
        self._key = ("move", next(_numbers))

    def move(self, pointer: Pointer) -> None:
        if not self.drag(pointer):
            return
        if not self._from:
            if self.name not in self.scene.selection.variables:
                self.scene.select_variable(self.name)
            self._from = {name: self.scene.mirror.place(name) for name in self.scene.selection.variables}
        self.scene.mirror.move(self._places(pointer))

    def _places(self, pointer: Pointer) -> dict[str, tuple[float, float]]:
        dx = float(round(pointer.pos.x() - self.start.pos.x()))
        dy = float(round(pointer.pos.y() - self.start.pos.y()))
        if self.scene.snaps and not pointer.frees:
            held_x, held_y = self._from[self.name]
            dx, dy = snap(held_x + dx, STEP) - held_x, snap(held_y + dy, STEP) - held_y
        return {name: (x + dx, y + dy) for name, (x, y) in self._from.items()}

    def release(self, pointer: Pointer) -> Gesture | None:
        if self.dragged:
            self.move(pointer)
            places = self._places(pointer)
            self.scene.apply(lambda project: edits.move(project, places, self._key))
            self.scene.mirror.settle(places)
        else:
            self._click(pointer)
        return None

    def _click(self, pointer: Pointer) -> None:
        if self.hit.state is not None:
            state = self.hit.state
            self.scene.click_state(self.name, state, self.start.excludes)
        elif self.opens_states or self.hit.on_card:
            self.scene.open_states(self.name, pointer.screen)
        else:
            if self.was_selected:
                self.scene.select_variable(self.name, extend=pointer.extends)
            self.scene.variable_clicked.emit(self.name)

    def cancel(self) -> None:
        self.scene.mirror.settle(self._from)


class Band(Gesture):
    """Select what a rectangle touches; without a drag, it is a click on what is there, or on nothing."""

    def __init__(self, scene: EditingScene, pointer: Pointer) -> None:
        super().__init__(scene, pointer)
        self._hit = scene.hit(pointer.pos)
        self._before = scene.selection
        self._base = scene.selection if pointer.extends else Selection()
        if not self._hit:
            scene.select(self._base)

    def move(self, pointer: Pointer) -> None:
        if not self.drag(pointer):
            return
        rect = QRectF(self.start.pos, pointer.pos).normalized()
        self.scene.overlay.show_band(rect)
        inside = [item.variable.name for item in self.scene.mirror.seen() if rect.intersects(item.circle())]
        self.scene.select(self._base.joined(inside))

    def release(self, pointer: Pointer) -> Gesture | None:
        self.move(pointer)
        self.scene.overlay.clear()
        if not self.dragged and self._hit.variable is not None:
            return Move(self.scene, self.start, self._hit).release(pointer)
        if not self.dragged and self._hit.link is not None:
            self.scene.select_link(self._hit.link, extend=pointer.extends)
        return None

    def cancel(self) -> None:
        self.scene.overlay.clear()
        self.scene.select(self._before)


class Lasso(Band):
    """Select the variables whose centres a line drawn by hand goes round; it closes itself."""

    def __init__(self, scene: EditingScene, pointer: Pointer) -> None:
        super().__init__(scene, pointer)
        self._loop = QPolygonF([pointer.pos])

    def move(self, pointer: Pointer) -> None:
        if not self.drag(pointer):
            return
        self._loop.append(pointer.pos)
        self.scene.overlay.show_loop(self._loop)
        box, winding = self._loop.boundingRect(), Qt.FillRule.WindingFill  # a loop crossed twice is no hole
        inside = [
            item.variable.name
            for item in self.scene.mirror.seen()
            if box.contains(item.pos()) and self._loop.containsPoint(item.pos(), winding)
        ]
        self.scene.select(self._base.joined(inside))


class Connect(Gesture):
    """Draw an edge from one variable to another, by a drag, by two clicks, or by keys that choose its end."""

    def __init__(self, scene: EditingScene, pointer: Pointer, name: str, hit: Hit | None = None) -> None:
        super().__init__(scene, pointer)
        self.name = name
        self._bar = hit if hit is not None and hit.state is not None else None
        self._left = False
        self._target: str | None = None

    @classmethod
    def by_keys(cls, scene: EditingScene, name: str) -> Connect:
        """Start at a variable, with no button held."""
        made = cls(scene, Pointer(scene.point_of(name), QPoint()), name)
        made.sticky = made.dragged = True
        return made

    @property
    def target(self) -> str | None:
        """The variable that would be joined on release."""
        return self._target

    def aim_at(self, name: str | None) -> None:
        """Choose the end without the mouse."""
        self._aim(name)
        self._left = True
        if name is None:
            self.scene.overlay.clear()
        else:
            self._show_line(self.scene.point_of(name))

    def accept(self) -> bool:
        """Join to the end chosen; return whether there is one."""
        end = self._target
        self.cancel()
        if end is not None:
            self.scene.apply(lambda project: edits.join(project, self.name, end))
        return end is not None

    def move(self, pointer: Pointer) -> None:
        if not self.drag(pointer) and not self.sticky:
            return
        over = self.scene.hit(pointer.pos, links=False).variable
        self._left |= over != self.name
        self._aim(None if over == self.name else over)
        self._show_line(pointer.pos)

    def _show_line(self, end: QPointF) -> None:
        x, y = self.scene.mirror.place(self.name)
        dx, dy = end.x() - x, end.y() - y
        far, radius = hypot(dx, dy), style().radius
        if far <= radius:
            self.scene.overlay.clear()
            return
        if self._target is not None:
            end = QPointF(*self.scene.mirror.place(self._target))
            dx, dy = end.x() - x, end.y() - y
            far = max(hypot(dx, dy), 1e-9)
            end = QPointF(x + dx * (1 - radius / far), y + dy * (1 - radius / far))
        self.scene.overlay.show_line(QPointF(x + dx * radius / far, y + dy * radius / far), end)

    def _aim(self, name: str | None) -> None:
        if name == self._target:
            return
        for old, ring in ((self._target, Ring.NONE), (name, Ring.TARGET)):
            if old in self.scene.mirror.variables:
                self.scene.mirror.variables[old].set_ring(ring)
        self._target = name
        self.scene.aimed.emit(self.name, name or "")

    def release(self, pointer: Pointer) -> Gesture | None:
        if not self.dragged:
            if self._bar is not None and self._bar.state is not None:
                self.scene.click_state(self.name, self._bar.state, self.start.excludes)
                return None
            self.scene.select_variable(self.name)
            self.sticky = True
            self.scene.aimed.emit(self.name, "")
            return self
        self.move(pointer)
        return self._finish(pointer)

    def press(self, pointer: Pointer) -> Gesture | None:
        self._left = True
        return self._finish(pointer)

    def _finish(self, pointer: Pointer) -> Gesture | None:
        over = self.scene.hit(pointer.pos, links=False).variable
        self.cancel()
        if over is not None and (over != self.name or self._left):
            self.scene.apply(lambda project: edits.join(project, self.name, over))
        return None

    def cancel(self) -> None:
        self._aim(None)
        self.scene.overlay.clear()
        self.scene.aimed.emit("", "")


class Place(Gesture):
    """Put a new variable where the mouse is let go."""

    def __init__(self, scene: EditingScene, pointer: Pointer) -> None:
        super().__init__(scene, pointer)
        scene.overlay.show_ghost(pointer.pos)

    def move(self, pointer: Pointer) -> None:
        self.scene.overlay.show_ghost(pointer.pos)

    def release(self, pointer: Pointer) -> Gesture | None:
        self.scene.overlay.clear()
        self.scene.add_variable(pointer.pos)
        return None

    def cancel(self) -> None:
        self.scene.overlay.clear()
