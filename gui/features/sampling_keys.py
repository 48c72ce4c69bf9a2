"""What do Space and the right arrow do in the Sample workspace?

Space starts and pauses, Right makes one update, wherever the focus is, unless what has it needs the key itself: a
button is pressed by Space, a field or a table moves with the arrow, selected variables are moved by it. On the canvas
a tap of Space starts and pauses while holding it pans, as everywhere. A group's heading, which stays in focus after it
was clicked, gives Space away; Enter folds it.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton

from gui.canvas.tools import TOOLS
from gui.panels.parts import Section

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_TAP = 0.3  # seconds: who holds Space longer wants to pan
_HINTS = (
    "Space starts and pauses the sampler, Right arrow makes one update; hold Space and drag to pan.",
    "Space starts and pauses, Right arrow makes one update.",
)
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class SamplingKeys(Feature):
    """The two keys of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._pressed = 0.0  # when Space was pressed on the canvas; 0 when a tap can no longer come of it
        self._heads: list[QToolButton] = []

    def connect_up(self) -> None:
        for watched in (self.window, self.window.view, self.window.view.viewport()):
            watched.installEventFilter(self)
        self.window.workspaces.built.connect(self._find_heads)
        self.window.workspaces.shown.connect(self._say)

    def close(self) -> None:
        for watched in (self.window, self.window.view, self.window.view.viewport()):
            watched.removeEventFilter(self)

    @Slot()
    def _find_heads(self) -> None:
        sample = self.window.workspaces.sample
        if sample is not None:
            sections = sample.side.findChildren(Section)
            self._heads = [head for section in sections for head in section.findChildren(QToolButton)[:1]]
            for head in self._heads:
                head.installEventFilter(self)

    @Slot(str)
    def _say(self, workspace: str) -> None:
        hint = TOOLS[self.window.scene.tool.name].hint
        self.window.status.hint.show_wordings(_HINTS if workspace == "sample" else [hint])

    # --- events --------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and watched is self.window.view.viewport():
            self._pressed = 0.0  # a pan begins
        if kind not in _KEYS or self.window.workspaces.name != "sample":
            return False
        key = cast(QKeyEvent, event)
        if key.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or key.isAutoRepeat():
            return False
        if watched is self.window.view:
            return self._on_canvas(key)
        if watched in self._heads:
            return self._on_head(watched, key)
        return watched is self.window and kind == QEvent.Type.KeyPress and self._do(key.key())

    def _on_canvas(self, key: QKeyEvent) -> bool:
        pressed = key.type() == QEvent.Type.KeyPress
        if key.key() == Qt.Key.Key_Space:
            if pressed:
                self._pressed = monotonic()
            elif self._pressed and monotonic() - self._pressed < _TAP:
                self._pressed = 0.0
                self._act("toggle")
            return False  # the canvas hears of it too: it pans while Space is held
        chosen = self.window.scene.selection.variables
        return pressed and key.key() == Qt.Key.Key_Right and not chosen and self._do(key.key())

    def _on_head(self, head: QToolButton, key: QKeyEvent) -> bool:
        if key.type() == QEvent.Type.KeyRelease:
            return key.key() == Qt.Key.Key_Space
        if key.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            head.click()
            return True
        return self._do(key.key())

    def _do(self, key: int) -> bool:
        does = {Qt.Key.Key_Space: "toggle", Qt.Key.Key_Right: "step"}.get(Qt.Key(key))
        if does is None:
            return False
        self._act(does)
        return True

    def _act(self, what: str) -> None:
        sample: Any = self.window.workspaces.sample
        getattr(sample.side, what)()
