"""Where in the window does each part stand, and how large?

Strips on top, tools at the left, the canvas in the middle, the inspector at the right over the full height, the plots
below the canvas. Sizes that a person has dragged are kept, the height of the plots for each workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QToolBar, QWidget

DESIGN_SIZE = QSize(1280, 800)
_LEAST = QSize(1000, 640)
_SIDE, _BELOW = 340, 216  # inspector's width and plots' height at the design size
_TALLER = {"fit": 260}  # workspaces with more below: the data's row and eight fits
_MOST_BELOW = 0.42  # of the window's height, unless dragged
LEAST_CANVAS = 280
_LEAST_SIDE, _LEAST_BELOW = 320, 120
_WIDEST_SIDE = 1.375  # the inspector grows with the text, but leaves most of the window to the canvas
_SLOWLY = 0.3  # how fast it goes on growing with very large text
_ROOMY = 1240  # window width from which the plots do without the space below the inspector


class Frame(QMainWindow):
    """A main window with its places; what fills them is for `MainWindow`.

    Signals
    -------
    files_dropped : (list of Path)
    escape_pressed : ()
        On the window or on the canvas, which sees it too.
    """

    files_dropped = Signal(object)
    escape_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._wide_plots = False
        self._place, self._scale = "", 1.0
        self.plot_heights: dict[str, int] = {}  # by workspace, where a person has dragged them
        self.setMinimumSize(_LEAST)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # Qt's own would hide the headline
        self.side = QStackedWidget()
        self.below = QStackedWidget()
        self.side.setMinimumSize(_LEAST_SIDE, _LEAST_BELOW)
        self.below.setMinimumSize(_LEAST_SIDE, _LEAST_BELOW)
        self.below.installEventFilter(self)

    def arrange(self, headline: QWidget, notices: QWidget, tools: QToolBar, canvas: QWidget) -> None:
        """Put the parts in their places."""
        self.headline_bar = self._top_bar("headline", "Headline", headline)
        self.notice_bar = self._top_bar("notices", "Notice", notices)
        self.notice_bar.hide()
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, tools)
        self.setCentralWidget(canvas)
        canvas.setMinimumWidth(LEAST_CANVAS)  # lists beside it give way first
        canvas.installEventFilter(self)
        self.side_dock = self._dock("inspector", "Inspector", self.side, Qt.DockWidgetArea.RightDockWidgetArea)
        self.below_dock = self._dock("plots", "Plots", self.below, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.set_wide_plots(False)
        self.resize(DESIGN_SIZE)
        self.resizeDocks([self.side_dock], [_SIDE], Qt.Orientation.Horizontal)
        self.resizeDocks([self.below_dock], [_BELOW], Qt.Orientation.Vertical)

    def restore(self, geometry: QByteArray, docks: QByteArray, plot_heights: Mapping[str, int]) -> None:
        """Take up the sizes of last time, where they are known."""
        self.plot_heights = dict(plot_heights)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        if not docks.isEmpty():
            self.restoreState(docks)
            self.notice_bar.hide()
            self.headline_bar.show()

    def rescale(self, scale: float) -> None:
        """Give the inspector the width that text of this scale needs; one that was dragged wider stays."""
        if scale == self._scale:
            return
        usual = abs(self.side_dock.width() - round(_SIDE * _grown(self._scale))) <= 2
        self._scale = scale
        self.side.setMinimumWidth(round(_LEAST_SIDE * _grown(scale)))
        if usual and self.isVisible():
            self.resizeDocks([self.side_dock], [round(_SIDE * _grown(scale))], Qt.Orientation.Horizontal)
        self.set_wide_plots(self._wide_plots)

    def show_place(self, name: str, wide: bool) -> None:
        """Make the plots as high as a workspace wants them, or as they were left there."""
        self._place = name
        self.set_wide_plots(wide)
        usual = min(_TALLER.get(name, _BELOW), round(_MOST_BELOW * self.height()))
        self.resizeDocks([self.below_dock], [self.plot_heights.get(name, usual)], Qt.Orientation.Vertical)

    def set_wide_plots(self, wide: bool) -> None:
        """Let the plots reach below the inspector where the window is too narrow for them otherwise."""
        self._wide_plots = wide
        corner = Qt.Corner.BottomRightCorner
        below = wide and self.width() < _ROOMY * max(self._scale, 1.0)
        area = Qt.DockWidgetArea.BottomDockWidgetArea if below else Qt.DockWidgetArea.RightDockWidgetArea
        if self.corner(corner) != area:
            self.setCorner(corner, area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.set_wide_plots(self._wide_plots)
        super().resizeEvent(event)

    def toggle_inspector(self) -> None:
        """Show or hide the right column."""
        self.side_dock.setVisible(self.side_dock.isHidden())

    def toggle_plots(self) -> None:
        """Show or hide the plots."""
        self.below_dock.setVisible(self.below_dock.isHidden())

    def _top_bar(self, name: str, title: str, content: QWidget) -> QToolBar:
        bar = QToolBar(title, self)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContentsMargins(0, 0, 0, 0)
        layout = bar.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(content)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        self.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        return bar

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(QWidget())  # no title: the space is for the content
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        return dock

    # --- events --------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
        if event.type() == QEvent.Type.Resize and watched is self.below and self._dragging():
            self.plot_heights[self._place] = self.below.height()
        return super().eventFilter(watched, event)

    def _dragging(self) -> bool:
        """Whether the mouse is at work on a line between two parts of the window."""
        held = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        return bool(held) and self.isVisible() and bool(self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)


def _grown(scale: float) -> float:
    return min(max(scale, 1.0), _WIDEST_SIDE) + _SLOWLY * max(scale - 1.5, 0.0)


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
