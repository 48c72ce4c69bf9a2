"""How does the window speak to the last row?

Ctrl+Shift+P turns a presentation on: large text, thick lines, large nodes, the inspector, tools and status bar folded
away, a ring at each press of the mouse. B holds the picture while everything goes on behind it. Esc or Ctrl+Shift+P
ends it, and all is as it was; nothing of it reaches the settings, so a crash meanwhile does no harm either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QByteArray, QEvent, QObject, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWindow

from gui import theme
from gui.presenting import ClickRing, HeldPicture

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

    from .preferences import Preferences

LEAST_POINTS = 18.0  # no text is smaller
LEAST_SCALE = 1.6  # of the font: with it the model's sentence has 32 points
LEAST_NODES, LEAST_LINES = 1.6, 1.6  # times their usual size and width: edges are 3 pixels wide or more
LEAST_LABEL = 26.0  # pixels at 100 %, of states: 18 points, and a little for a view that shows more
_PLOTS = {"graph": 0.0, "fit": 0.34, "width": 0.32}  # of the window's height; the bars of Graph hang on the variables
_USUAL_PLOTS = 0.42


@dataclass(frozen=True, slots=True)
class _Before:
    """What the window was like."""

    state: Qt.WindowState
    place: QRect
    docks: QByteArray
    plot_heights: dict[str, int]
    workspace: str


class Presentation(Feature):
    """The presentation of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._before: _Before | None = None
        self._zoom = 1.0  # larger or smaller text, for this presentation only
        self._held: HeldPicture | None = None
        self._handle: QWindow | None = None
        self._ring: ClickRing | None = None
        # Before anyone else: whether Esc has something else to do must be asked before it is done.
        window.escape_pressed.connect(self._escape)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(0)
        self._leaving.timeout.connect(self.leave)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"view.presentation": self.toggle, "view.hold": self.toggle_hold}

    def connect_up(self) -> None:
        self.window.installEventFilter(self)
        self.window.workspaces.shown.connect(self._follow)

    def close(self) -> None:
        self._leaving.stop()
        self._listen(False)
        self.window.removeEventFilter(self)

    # --- what it asks for ----------------------------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether a presentation is on."""
        return self._before is not None

    def look(self, scale: float) -> tuple[theme.Palette, float, float]:
        """Return palette, font scale and smallest text of a presentation in a window whose font scale is given."""
        return bold(str(self.window.settings.get("present/palette"))), self._scaled(scale), LEAST_POINTS

    def _scaled(self, scale: float) -> float:
        return min(max(max(scale, LEAST_SCALE) * self._zoom, theme.MIN_SCALE), theme.MAX_SCALE)

    def scale_text(self, factor: float | None) -> None:
        """Make text larger or smaller until the presentation ends; None for its usual size."""
        self._zoom = 1.0 if factor is None else min(max(self._zoom * factor, 0.5), theme.MAX_SCALE)
        self._preferences.apply_look()

    @property
    def _preferences(self) -> Preferences:
        return cast("Preferences", self.window.features["Preferences"])

    # --- on and off ----------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin, or end."""
        if self.active:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Begin."""
        window = self.window
        if self.active:
            return
        start: Any = window.features.get("StartPage")
        if start is not None:
            start.hide()  # it folds panels itself
        self._before = _Before(
            window.windowState(),
            window.geometry(),
            window.saveState(),
            dict(window.plot_heights),
            window.workspaces.name,
        )
        self._zoom = 1.0
        self.fold()
        self._preferences.apply_look()
        if window.settings.get("present/full_screen"):
            window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._listen(True)
        window.actions_by_key["view.presentation"].setChecked(True)
        window.view.setFocus()

    def _follow(self, workspace: str) -> None:
        if self.active:
            self.fold()

    def fold(self) -> None:
        """Leave in sight what the workspace needs, and nothing else."""
        window = self.window
        window.tools.hide()
        window.statusBar().hide()
        window.side_dock.hide()
        share = _PLOTS.get(window.workspaces.name, _USUAL_PLOTS)
        window.below_dock.setVisible(share > 0)
        if share > 0:
            window.resizeDocks([window.below_dock], [round(share * window.height())], Qt.Orientation.Vertical)

    def leave(self) -> None:
        """End: all is as it was."""
        before, self._before = self._before, None
        if before is None:
            return
        window = self.window
        self.release()
        self._listen(False)
        window.setWindowState(before.state)
        window.tools.show()
        window.statusBar().show()
        self._preferences.apply_look()
        if before.state == Qt.WindowState.WindowNoState:
            window.setGeometry(before.place)  # Qt's own way back shrinks a window larger than the screen
        window.restoreState(before.docks)
        window.notice_bar.setVisible(window.notices.notice is not None)
        window.plot_heights = before.plot_heights
        if window.workspaces.name != before.workspace:
            window.workspaces.show(window.workspaces.name)  # at its own height
        window.actions_by_key["view.presentation"].setChecked(False)

    def _escape(self) -> None:
        """Release the picture, or end the presentation, unless Esc has something nearer to do."""
        if self._held is not None:
            self.release()
            return
        scene, notices = self.window.scene, self.window.notices
        busy = scene.gesture is not None or scene.tool.name != "select" or notices.notice is not None
        if self.active and not busy:
            self._leaving.start()  # when the key has been dealt with by everyone

    # --- holding the picture -------------------------------------------------------------------------------------

    def toggle_hold(self) -> None:
        """Hold the picture as it is, or show what has become of it."""
        if self._held is not None:
            self.release()
            return
        window = self.window
        self._held = HeldPicture(window, window.menuBar().geometry().bottom() + 1)
        window.actions_by_key["view.hold"].setChecked(True)

    def release(self) -> None:
        """Show what has become of the picture."""
        held, self._held = self._held, None
        if held is not None:
            held.end()
        self.window.actions_by_key["view.hold"].setChecked(False)

    @property
    def holding(self) -> bool:
        """Whether the picture is held."""
        return self._held is not None

    # --- events --------------------------------------------------------------------------------------------------

    def _listen(self, wanted: bool) -> None:
        """Hear of the presses of the mouse, or not. The native window has them all, and few other events."""
        if self._handle is not None:
            self._handle.removeEventFilter(self)
            self._handle = None
        if self._ring is not None:
            self._ring.deleteLater()
            self._ring = None
        if wanted:
            self._handle = self.window.windowHandle()
            self._ring = ClickRing(self.window)
            if self._handle is not None:
                self._handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and watched is self._handle:
            self._show_ring(cast(QMouseEvent, event).position())
        elif event.type() == QEvent.Type.Resize and watched is self.window:
            self.release()  # the picture no longer fits
        elif event.type() == QEvent.Type.Close and watched is self.window:
            self.leave()  # or the sizes of the presentation would be remembered as the window's own
        return False

    def _show_ring(self, at: QPointF) -> None:
        if self._ring is not None and self.window.settings.get("present/rings"):
            self._ring.show_at(at.toPoint())


@cache
def bold(name: str) -> theme.Palette:
    """Return a palette with large nodes and thick lines."""
    p = theme.PALETTES[name]
    nodes, lines = max(p.node_scale, LEAST_NODES), max(p.line_scale, LEAST_LINES)
    return replace(p, node_scale=nodes, line_scale=lines, least_label=LEAST_LABEL)
