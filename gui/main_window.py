"""How do the parts make one window?

Headline and notices on top, workspace switch and tools at the left, the canvas in the middle, the inspector at the
right and the plots below. The window owns the document, the dispatcher and the controller, and only connects: edits go
to the document, changes and answers go to whoever shows them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolBar,
    QWhatsThis,
    QWidget,
)

from models.project import Project

from . import help as help_pages
from . import icons, theme
from .actions import MENUS, Actions, dress
from .canvas import GraphScene, GraphView
from .canvas.tools import TOOLS
from .collector import Collector
from .controller import Controller
from .document import Document
from .filing import Filing
from .headline import HeadlineStrip
from .inference import Dispatcher
from .notices import NoticeStrip
from .panels.inspector import Inspector
from .panels.marginals import MarginalsPanel
from .settings import Settings
from .status import StatusStrip
from .toolbar import ToolStrip
from .workspaces import Workspaces

DESIGN_SIZE = QSize(1280, 800)
_SIDE, _BELOW = 340, 216  # inspector's width and plots' height at the design size
_AFTER_SHOWN_MS = 200


class MainWindow(QMainWindow):
    """The window."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.setObjectName("Clique")
        self.setWindowIcon(icons.icon("clique"))
        self.setMinimumSize(1000, 640)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # Qt's own would hide the headline
        self.collector = Collector(self)
        self.document = Document(self)
        self.dispatcher = Dispatcher(self)
        self.controller = Controller(self.document, self.dispatcher, self)
        self.filing = Filing(self, self.document, self.controller, self.settings)
        self.scene = GraphScene()
        self.view = GraphView(self.scene)
        self.headline = HeadlineStrip()
        self.notices = NoticeStrip()
        self.inspector = Inspector()
        self.marginals = MarginalsPanel()
        self.actions_by_key = Actions(self, self._handlers())
        self.tools = ToolStrip(self.actions_by_key)
        self.status = StatusStrip(self.statusBar())
        self._leaving = False
        self._lay_out()
        self.workspaces = Workspaces(self, self._side, self._below)
        self._make_menus()
        self._connect()
        self._restore()
        self.document.load(Project())
        self.set_workspace("graph")
        self._show_tool(self.scene.tool.name)
        self.view.installEventFilter(self)
        self.view.setFocus()
        self.collector.start()

    # --- making --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._headline_bar = self._top_bar("headline", "Headline", self.headline)
        self._notice_bar = self._top_bar("notices", "Notice", self.notices)
        self._notice_bar.hide()
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tools)
        self.setCentralWidget(self.view)
        self._side = QStackedWidget()
        self._side.addWidget(self.inspector)
        self._side_dock = self._dock("inspector", "Inspector", self._side, Qt.DockWidgetArea.RightDockWidgetArea)
        self._below = QStackedWidget()
        self._below.addWidget(self.marginals)
        self._below_dock = self._dock("plots", "Plots", self._below, Qt.DockWidgetArea.BottomDockWidgetArea)
        self._side.setMinimumWidth(320)
        self._below.setMinimumHeight(120)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.resize(DESIGN_SIZE)
        self.resizeDocks([self._side_dock], [_SIDE], Qt.Orientation.Horizontal)
        self.resizeDocks([self._below_dock], [_BELOW], Qt.Orientation.Vertical)

    def _top_bar(self, name: str, title: str, content: QWidget) -> QToolBar:
        bar = QToolBar(title, self)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
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

    def _handlers(self) -> dict[str, Any]:
        layers = self.inspector.layers
        handlers = {
            "file.new": self.filing.new,
            "file.open": self.filing.open_dialog,
            "file.save": self.filing.save,
            "file.save_as": self.filing.save_as,
            "file.quit": self.close,
            "edit.undo": self.document.stack.undo,
            "edit.redo": self.document.stack.redo,
            "edit.delete": self.scene.delete_selection,
            "edit.select_all": self.scene.select_all,
            "view.fit": self.scene.fit_asked.emit,
            "view.zoom_in": self.view.zoom_in,
            "view.zoom_out": self.view.zoom_out,
            "view.zoom_reset": self.view.zoom_reset,
            "view.text_larger": lambda: self._scale_text(1.1),
            "view.text_smaller": lambda: self._scale_text(1 / 1.1),
            "view.text_reset": lambda: self._scale_text(0),
            "view.inspector": lambda: self._side_dock.setVisible(not self._side_dock.isVisible()),
            "view.plots": lambda: self._below_dock.setVisible(not self._below_dock.isVisible()),
            "view.full_screen": self._toggle_full_screen,
            "model.clamp_selection": layers.clamp_selection,
            "model.release_selection": layers.release_selection,
            "model.release_all": layers.release_all,
            "help.shortcuts": self._show_shortcuts,
            "help.whats_this": QWhatsThis.enterWhatsThisMode,
            "help.about": self._show_about,
        }
        for key in ("example.rbm", "example.pins", "example.ising"):
            handlers[key] = lambda key=key: self.filing.open_example(key)
        for name in TOOLS:
            handlers[f"tool.{name}"] = lambda name=name: self.scene.set_tool(name)
        for name in ("graph", "fit", "sample"):
            handlers[f"workspace.{name}"] = lambda name=name: self.set_workspace(name)
        for palette in theme.PALETTES.values():
            handlers[f"palette.{palette.name}"] = lambda palette=palette: self._set_palette(palette)
        for key in ("fit.start", "fit.stop", "sample.start", "sample.step", "sample.reset"):
            handlers[key] = lambda key=key: self.workspaces.act(key)
        return handlers

    def _make_menus(self) -> None:
        self._menus: list[QMenu] = []  # a menu that Python forgets is gone from the bar too
        for title, entries in MENUS:
            menu = self._add_menu(self.menuBar(), title)
            for entry in entries:
                if isinstance(entry, tuple):
                    part = self._add_menu(menu, entry[0])
                    part.addActions([self.actions_by_key[key] for key in entry[1:]])
                elif entry == "-":
                    menu.addSeparator()
                elif entry == ":recent":
                    self._recent = self._add_menu(menu, "Open &recent")
                    self._recent.aboutToShow.connect(self._fill_recent)
                elif entry == ":layers":
                    self._layers = self._add_menu(menu, "Clamp &layer")
                    self._layers.aboutToShow.connect(self._fill_layers)
                else:
                    menu.addAction(self.actions_by_key[entry])

    def _add_menu(self, parent: Any, title: str) -> QMenu:
        menu = parent.addMenu(title)
        menu.setToolTipsVisible(True)
        self._menus.append(menu)
        return menu

    def _connect(self) -> None:
        self.document.changed.connect(self._show_project)
        self.document.path_changed.connect(self._show_title)
        stack = self.document.stack
        stack.cleanChanged.connect(self._show_title)
        stack.canUndoChanged.connect(self._show_history)
        stack.canRedoChanged.connect(self._show_history)
        stack.undoTextChanged.connect(self._show_history)
        stack.redoTextChanged.connect(self._show_history)
        self.dispatcher.busy_changed.connect(self.status.task.show_busy)
        self.controller.progressed.connect(self.status.task.show_progress)
        self.status.task.stop_asked.connect(self.controller.stop)
        for source in (self.scene, self.inspector):
            source.edited.connect(self.edit)
            source.noticed.connect(self._notice)
            source.query_asked.connect(self.ask)
        self.scene.selection_named.connect(self._show_selection)
        self.scene.tool_changed.connect(self._show_tool)
        self.scene.rename_asked.connect(self._rename)
        self.scene.factor_asked.connect(self._show_factor)
        self.view.examples_asked.connect(self._offer_examples)
        for panel in (self.inspector, self.marginals):
            panel.selection_asked.connect(self._select)
        self.inspector.fit_view_asked.connect(self.view.fit_graph)
        self.controller.structure_reported.connect(self._show_structure)
        self.controller.inference_reported.connect(self._show_inference)
        self.controller.noticed.connect(self.show_notice)
        self.controller.settled.connect(self.notices.settle)
        self.filing.noticed.connect(self.show_notice)
        self.filing.saved.connect(self._say_saved)
        self.notices.shown.connect(self._notice_bar.setVisible)
        self.notices.action_asked.connect(self._act_on_notice)
        theme.notifier.changed.connect(self._restyle)

    def _restore(self) -> None:
        theme.set_font_scale(self.settings.font_scale)
        theme.set_current(self.settings.palette)
        if not self.settings.geometry.isEmpty():
            self.restoreGeometry(self.settings.geometry)
        if not self.settings.docks.isEmpty():
            self.restoreState(self.settings.docks)
            self._notice_bar.hide()
            self._headline_bar.show()

    # --- edits ---------------------------------------------------------------------------------------------------

    @Slot(str, object, object)
    def edit(self, text: str, after: Project, merge_key: Any = None) -> None:
        """Make an edit; what was wrong before is no longer the news."""
        self.notices.settle("edit")
        self.document.edit(text, after, merge_key)

    @Slot(object)
    def ask(self, query: dict[str, int]) -> None:
        """Ask for the probability of these states; asking the same again asks nothing."""
        project = self.document.project
        same = dict(project.query) == dict(query)
        after = project.with_query({} if same else query)
        self.document.edit("Ask nothing" if same else "Ask a question", after)

    @Slot(object)
    def _notice(self, thing: Any) -> None:
        self.show_notice(thing, "edit")

    @Slot(object, str)
    def show_notice(self, thing: Any, source: str) -> None:
        """Show a notice in the yellow strip."""
        self.notices.show_notice(thing, source)

    @Slot(str)
    def _act_on_notice(self, key: str) -> None:
        if key == "sample":
            self.set_workspace("sample")
        elif key == "release":
            self.inspector.layers.release_all()
        elif key == "undo":
            self.document.stack.undo()

    # --- showing -------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _show_project(self, before: Project | None, after: Project) -> None:
        if before is None:
            self.notices.dismiss()
        self.scene.show_project(before, after)
        self.inspector.show_project(before, after)
        self.headline.show_project(before, after)
        self.marginals.show_project(before, after)
        self.status.show_project(before, after)
        self.workspaces.show_project(before, after)
        if before is None or before.title != after.title:
            self._show_title()
        self.actions_by_key["model.release_all"].setEnabled(bool(after.evidence))
        self._layers.menuAction().setVisible(bool(after.groups))

    @Slot(object)
    def _show_structure(self, report: Any) -> None:
        self.headline.show_structure(report)
        self.inspector.show_structure(report)
        self.status.show_structure(report)
        self.scene.show_components(report.components)

    @Slot(object, bool)
    def _show_inference(self, report: Any, stale: bool) -> None:
        if stale:
            self.headline.set_stale()
        else:
            self.headline.show_inference(report)
            inference, prior = (None, None) if report is None else (report.inference, report.prior)
            self.scene.show_inference(inference, prior)
        self.inspector.show_inference(report, stale)
        self.marginals.show_inference(report, stale)
        self.status.show_inference(report, stale)

    @Slot(object)
    def _show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self.inspector.show_selection(selected)
        names = [which for kind, which in selected if kind == "variable"]
        self.actions_by_key["edit.delete"].setEnabled(bool(selected))
        self.actions_by_key["model.clamp_selection"].setEnabled(bool(names))
        self.actions_by_key["model.release_selection"].setEnabled(bool(names))

    @Slot(object)
    def _select(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self.scene.select_variables([which for kind, which in selected if kind == "variable"])

    @Slot(str)
    def _rename(self, name: str) -> None:
        self.set_workspace("graph")
        self._side_dock.show()
        self.scene.select_variable(name)
        self.inspector.variable.edit_name()

    @Slot(int)
    def _show_factor(self, place: int) -> None:
        self.set_workspace("graph")
        self._side_dock.show()
        self.scene.select_factor(place)
        self.inspector.factor.edit_table()

    @Slot(str)
    def _show_tool(self, name: str) -> None:
        self.actions_by_key[f"tool.{name}"].setChecked(True)
        self.status.hint.show_wordings([TOOLS[name].hint])

    @Slot()
    def _show_history(self) -> None:
        stack = self.document.stack
        for key, word, can, text in (
            ("edit.undo", "&Undo", stack.canUndo(), stack.undoText()),
            ("edit.redo", "&Redo", stack.canRedo(), stack.redoText()),
        ):
            action = self.actions_by_key[key]
            action.setEnabled(can)
            action.setText(f"{word} {text.replace('&', '&&')}" if can and text else word)

    @Slot()
    def _show_title(self) -> None:
        path, title = self.document.path, self.document.project.title
        self.setWindowTitle(f"{path.name if path else title or 'Untitled'}[*] – Clique")
        self.setWindowModified(not self.document.is_clean)

    @Slot(object)
    def _say_saved(self, path: Path) -> None:
        self.notices.settle("save")
        self.statusBar().showMessage(f"Saved {path.name}", 3000)

    def set_workspace(self, name: str) -> None:
        """Show another inspector and other plots; the graph stays."""
        self.actions_by_key[f"workspace.{name}"].setChecked(True)
        self.workspaces.show(name)

    # --- menus ---------------------------------------------------------------------------------------------------

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self.settings.recent_files:
            action = QAction(self._recent)
            dress(action, path.name.replace("&", "&&"), "open", f"Open {path}")
            action.triggered.connect(lambda _checked=False, path=path: self.filing.open_path(path))
            self._recent.addAction(action)
        if self._recent.isEmpty():
            action = QAction(self._recent)
            dress(action, "No files yet", "open", "Files that were opened or saved are listed here")
            action.setEnabled(False)
            self._recent.addAction(action)

    @Slot()
    def _fill_layers(self) -> None:
        self._layers.clear()
        evidence = self.document.project.evidence
        for group in self.document.project.groups:
            action = QAction(self._layers)
            dress(action, group.name.replace("&", "&&"), "clamp", f"Clamp layer {group.name}, or release it")
            action.setCheckable(True)
            action.setChecked(all(name in evidence for name in group.members))
            action.triggered.connect(lambda _checked=False, name=group.name: self.inspector.layers.toggle_group(name))
            self._layers.addAction(action)

    @Slot()
    def _offer_examples(self) -> None:
        menu = next(menu for menu in self._menus if menu.title() == "Open &example")
        menu.popup(self.view.mapToGlobal(self.view.rect().center()))

    @Slot()
    def _show_shortcuts(self) -> None:
        help_pages.TextDialog("Keys", help_pages.shortcut_sheet(self.actions_by_key), self).open()

    @Slot()
    def _show_about(self) -> None:
        help_pages.TextDialog("About Clique", help_pages.about_text(), self).open()

    # --- look ----------------------------------------------------------------------------------------------------

    def _scale_text(self, factor: float) -> None:
        theme.set_font_scale(theme.font_scale() * factor if factor else 1.0)
        self.settings.font_scale = theme.font_scale()

    def _set_palette(self, palette: theme.Palette) -> None:
        theme.set_current(palette)
        self.settings.palette = palette

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _restyle(self) -> None:
        self.actions_by_key.restyle()
        self.actions_by_key[f"palette.{theme.current().name}"].setChecked(True)
        self.tools.restyle()
        self.status.restyle()

    # --- as a window ---------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.notices.dismiss()  # and the canvas lets go of whatever it was doing, too
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.notices.dismiss()
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.filing.open_path(path)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for key, dock in (("view.inspector", self._side_dock), ("view.plots", self._below_dock)):
            self.actions_by_key[key].setChecked(dock.isVisible())
            dock.visibilityChanged.connect(self.actions_by_key[key].setChecked)

    def warm_up(self) -> None:
        """Load what is needed later, once the window is on the screen."""
        QTimer.singleShot(_AFTER_SHOWN_MS, self._warm)

    @Slot()
    def _warm(self) -> None:
        if not self._leaving:
            self.workspaces.build()
            self.controller.warm()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving or not self.filing.may_leave():
            event.setAccepted(self._leaving)
            return
        self.settings.geometry = self.saveGeometry()
        self.settings.docks = self.saveState()
        self.settings.sync()
        self.shut_down()
        super().closeEvent(event)

    def shut_down(self) -> bool:
        """Stop everything that runs; return whether the worker ended in time."""
        self._leaving = True
        theme.notifier.changed.disconnect(self._restyle)
        self.controller.close()
        self.status.task.close_down()
        self.scene.settle()
        self.hide()
        self.ended_in_time = self.dispatcher.shutdown()
        self.collector.stop()
        return self.ended_in_time


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None


def run_app(path: str | Path | None = None) -> int:
    """Open the window, and the file if one is given; return the exit code when it is closed."""
    app = QApplication([])
    app.setApplicationName("Clique")
    theme.apply(app)
    window = MainWindow()
    window.show()
    window.warm_up()
    if path:
        window.filing.open_path(Path(path))
    return app.exec()
