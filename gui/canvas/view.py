"""What does the canvas do as a widget: zoom, pan, keyboard focus, what a screen reader says?

The view owns nothing that is drawn; it looks at a `GraphScene` through a `Camera` and hands keys to `Keys`.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QWidget

from gui import theme
from gui.theme import subscript
from gui.words import count

from .camera import STEP, Camera, plain_view
from .empty import EmptyHint
from .grid import paint_grid
from .keys import Keys
from .scene import GraphScene
from .tools import TOOLS
from .walking import aiming, next_variable

_WHEEL = 1.0016  # zoom for each eighth of a degree; a notch of the wheel is 120 of them
_REST_MS = 150  # after which a large drawing is smooth again
_HOLD_MS = 40  # so long an edit waits to be painted together with its answers
_WORDS = 1.0  # of body text
_CLICK = 4  # pixels: a shorter pan is a click
_KEYS_HELP = (
    "Tab and Shift+Tab go through the variables, Alt with an arrow to the nearest one there, with Shift too it extends "
    "the selection; a full stop goes through the edges of a variable. Insert adds a variable, J joins, arrows move the "
    "selection, digits clamp it, X and a digit exclude a state, Delete deletes it, Enter renames or edits, the Menu "
    "key opens its menu, Ctrl+Tab leaves the canvas. The table of all variables in the inspector does the same."
)


class GraphView(QGraphicsView):
    """The canvas widget.

    Signals
    -------
    zoom_changed : (int)
        Zoom in per cent.
    examples_asked : ()
        The person followed "open an example" on the empty canvas.
    """

    zoom_changed = Signal(int)
    examples_asked = Signal()

    def __init__(self, scene: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain_view(self)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._graph = scene
        scene.setParent(self)  # a view does not own its scene by itself
        self.setScene(scene)
        self._camera = Camera(self, self._announce_zoom)
        self._keys = Keys()
        self._panning: QPoint | None = None
        self._pan_start = QPoint()
        self._space = False
        self._zoom = 100
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._smooth)
        self._held = QTimer(self, singleShot=True, interval=_HOLD_MS)
        self._held.timeout.connect(self.show_answers)
        self._hint = EmptyHint(self)
        self._hint.examples_asked.connect(self.examples_asked)
        scene.replaced.connect(self.fit_graph)
        scene.awaited.connect(self._await_graph)
        scene.reshaped.connect(self._follow)
        scene.fit_asked.connect(self._fit_slowly)
        scene.tool_changed.connect(self._show_tool)
        scene.selection_named.connect(self._describe)
        scene.shown.connect(self._describe)
        scene.aimed.connect(self._describe)
        scene.snapping.connect(self._show_grid)
        scene.emptied.connect(self._hint.show_hint)
        self.setAccessibleName("Graph canvas")
        self._describe()
        self._show_tool(scene.tool.name)

    @property
    def graph(self) -> GraphScene:
        """The scene."""
        return self._graph

    # --- zoom --------------------------------------------------------------------------------------------------

    @property
    def zoom_percent(self) -> int:
        """Zoom in per cent."""
        return self._zoom

    def fit_graph(self, animate: bool = False) -> None:
        """Show the whole graph, and keep doing so while the view is resized."""
        self._camera.fit(self._graph.extent(), animate)

    def _fit_again(self) -> None:
        """Show the whole graph in another room; one that is still to come is fitted once it is there."""
        if self._camera.fitted and not self._graph.mirror.coming:
            self.fit_graph()

    def reveal(self, names: Iterable[str]) -> None:
        """Bring variables into sight, and move nothing when they are."""
        box = QRectF()
        for name in names:
            box = box.united(self._graph.mirror.variables[name].outline())
        self._camera.reveal(box)

    def _follow(self, by_hand: bool) -> None:
        """Keep the graph in sight when it changes elsewhere; never move under the hand that draws it."""
        if by_hand:
            self._camera.fitted = False
        elif self._camera.fitted or not self._in_sight():
            self.fit_graph()

    def follow_graph(self) -> None:
        """Keep the whole graph in sight while it moves, if that is how it was last shown."""
        self._roughen()
        if self._camera.fitted:
            self.fit_graph()

    def _in_sight(self) -> bool:
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        items = self._graph.mirror.variables.values()
        return not items or any(seen.contains(item.pos()) for item in items)

    def _fit_slowly(self) -> None:
        self.fit_graph(animate=True)

    def zoom_in(self) -> None:
        """Zoom in a step."""
        self._zoom_by(STEP)

    def zoom_out(self) -> None:
        """Zoom out a step."""
        self._zoom_by(1 / STEP)

    def zoom_reset(self) -> None:
        """Show the canvas at 100 %."""
        self._graph.complete()
        self._zoom_by(1 / self._camera.scale)

    def _zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        self._graph.complete()  # its arrival fits the view, and this comes after it
        self._roughen()
        self._camera.zoom(factor, at)

    def _announce_zoom(self) -> None:
        scale = self._camera.scale
        self._graph.set_scale(scale)
        if round(100 * scale) != self._zoom:
            self._zoom = round(100 * scale)
            self.zoom_changed.emit(self._zoom)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if turned.y():
            self._zoom_by(_WHEEL ** turned.y(), event.position().toPoint())
        else:
            self._graph.complete()
            self._camera.pan(QPoint(-turned.x(), 0))
        event.accept()

    # --- when to paint -----------------------------------------------------------------------------------------

    def await_answers(self) -> None:
        """Hold the picture for a moment: answers that come soon are painted together with what they answer."""
        if self.isVisible():
            self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
            self._held.start()

    def show_answers(self) -> None:
        """Paint what was held."""
        self._held.stop()
        if self.viewportUpdateMode() is QGraphicsView.ViewportUpdateMode.NoViewportUpdate:
            self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
            self.viewport().update()

    def _await_graph(self, awaited: bool) -> None:
        """Show no part of a graph that is still to come, and let no click fall on it."""
        self.setInteractive(not awaited)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._graph.mirror.coming:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().canvas)
        painter.setFont(theme.font(_WORDS))
        painter.setPen(theme.current().muted)
        words = f"Drawing {count(len(self._graph.project.ugm.variables), 'variable')} …"
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    # --- grid --------------------------------------------------------------------------------------------------

    def _show_grid(self) -> None:
        self.resetCachedContent()
        self.viewport().update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawBackground(painter, rect)
        if self._graph.snaps:
            paint_grid(painter, QRectF(rect), self._camera.scale)

    # --- large drawings ----------------------------------------------------------------------------------------

    def _roughen(self) -> None:
        """Draw a large model without smooth edges while it moves."""
        if self._graph.mirror.simplified:
            self.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._rest.start()

    def _smooth(self) -> None:
        self._rest.stop()
        self.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self.viewport().update()

    # --- mouse -------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._camera.stop()
        left = event.button() == Qt.MouseButton.LeftButton
        pans = self._space or self._graph.tool.name == "pan"
        if event.button() == Qt.MouseButton.MiddleButton or (left and pans):
            self._panning = self._pan_start = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._space or self._graph.tool.name == "pan" or event.button() == Qt.MouseButton.MiddleButton:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None:
            here = event.position().toPoint()
            self._roughen()
            self._camera.pan(self._panning - here)
            self._panning = here
            return
        if self._graph.gesture is not None:
            self._roughen()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panning is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            super().mouseReleaseEvent(event)
            return
        here = event.position().toPoint()
        self._panning = None
        self._show_tool(self._graph.tool.name)
        clicked = (here - self._pan_start).manhattanLength() < _CLICK
        if clicked and event.button() == Qt.MouseButton.LeftButton and not self._space:
            excludes = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
            self._graph.click_bar(self.mapToScene(here), bool(excludes))
        event.accept()

    def _show_tool(self, name: str) -> None:
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._space else TOOLS[name].cursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        chosen = self._graph.selection
        if event.reason() == QContextMenuEvent.Reason.Keyboard and chosen:
            names = chosen.variables[-1:] or chosen.links[-1]
            point = self._graph.point_of(names[0]) if len(names) == 1 else self._graph.link_point(*names)
            at = self.viewport().mapToGlobal(self.mapFromScene(point))
            self._graph.open_menu(point, at)
            event.accept()
            return
        super().contextMenuEvent(event)

    # --- keys --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self._hold_space(True)
            event.accept()
        elif self._keys.press(self, self._graph, event):
            event.accept()
        elif event.key() == Qt.Key.Key_Escape or event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._hold_space(False)
            event.accept()
        else:
            super().keyReleaseEvent(event)

    def _hold_space(self, held: bool) -> None:
        self._space = held
        if self._panning is None:
            self._show_tool(self._graph.tool.name)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return next_variable(self._graph, forward) or super().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            leaves = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if leaves and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return super().focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hold_space(False)
        super().focusOutEvent(event)

    # --- as a widget -------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.place()
        self._fit_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._graph.go_on()
        self._fit_again()

    def hideEvent(self, event: QHideEvent) -> None:
        self._camera.stop()
        self.show_answers()
        self._panning = None
        self._hold_space(False)
        if self._rest.isActive():
            self._smooth()
        self._graph.settle()
        super().hideEvent(event)

    def _describe(self, *_: object) -> None:
        """Let a screen reader say what is selected."""
        words = f"{self._selected_words()} {_KEYS_HELP}"
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _selected_words(self) -> str:
        graph, chosen = self._graph, self._graph.selection
        aim = aiming(graph)
        if aim is not None:
            end = "choose a variable" if aim.target is None else subscript(aim.target)
            return f"New edge from {subscript(aim.name)} to: {end}. Enter joins, Escape gives up."
        if not chosen:
            return f"Nothing selected of {len(graph.project.ugm.variables)} variables."
        if len(chosen.variables) == 1 and not chosen.links:
            return f"Selected: {graph.mirror.variables[chosen.variables[0]].spoken}."
        names = ", ".join(subscript(name) for name in chosen.variables[:20])
        links = "; ".join(" – ".join(map(subscript, link)) for link in chosen.links[:20])
        return f"Selected: {'; '.join(filter(None, [names, links]))}."
