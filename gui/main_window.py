"""How do the parts make one window?

Headline and notices on top, workspace switch and tools at the left, the canvas in the middle, the inspector at the
right and the plots below. The window owns the document, the dispatcher and the controller, and only connects: edits go
to the document, changes and answers go to whoever shows them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from models.project import Project

from . import icons, theme
from .actions import Actions
from .canvas import GraphScene, GraphView
from .canvas.tools import TOOLS
from .collector import Collector
from .commands import Commands
from .controller import Controller
from .document import Document
from .features import FEATURES
from .filing import Filing
from .frame import Frame
from .frames import frames
from .headline import HeadlineStrip
from .inference import Dispatcher
from .menus import Menus
from .notices import ExceptionHook, NoticeStrip
from .panels.inspector import Inspector
from .panels.marginals import MarginalsPanel
from .questions import question_menu
from .settings import Settings
from .status import StatusStrip
from .toolbar import ToolStrip
from .words import question_words
from .workspaces import Workspaces

_AFTER_SHOWN_MS = 200


class MainWindow(Frame):
    """The window."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.setObjectName("Clique")
        self.setWindowIcon(icons.icon("clique"))
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
        self.features = {feature.__name__: feature(self) for feature in FEATURES}
        self.actions_by_key = Actions(self, Commands(self))
        self.tools = ToolStrip(self.actions_by_key)
        self.status = StatusStrip(self.statusBar())
        self._leaving = False
        self._unanswered: set[str] = set()  # questions about the document whose first answers are still to come
        self.ended_in_time = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_SHOWN_MS)
        self._later.timeout.connect(self._warm)
        self.arrange(self.headline, self.notices, self.tools, self.view)
        self.workspaces = Workspaces(self)
        self.menus = Menus(self)
        self._connect()
        for feature in self.features.values():
            feature.connect_up()
        self._restore()
        self._restyle()
        self.document.load(Project())
        self.set_workspace("graph")
        self._show_tool(self.scene.tool.name)
        self._show_history()
        self._show_selection(())
        self.view.setFocus()
        self.collector.start()

    # --- making --------------------------------------------------------------------------------------------------

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
        self.dispatcher.busy_changed.connect(self._show_busy)
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
        self.headline.question_asked.connect(self._offer_questions)
        self.view.examples_asked.connect(self.menus.offer_examples)
        for panel in (self.inspector, self.marginals):
            panel.selection_asked.connect(self._select)
        self.inspector.fit_view_asked.connect(self.view.fit_graph)
        self.controller.structure_reported.connect(self._show_structure)
        self.controller.inference_reported.connect(self._show_inference)
        self.controller.noticed.connect(self.show_notice)
        self.controller.settled.connect(self.notices.settle)
        self.filing.noticed.connect(self.show_notice)
        self.filing.saved.connect(self._say_saved)
        self.escape_pressed.connect(self.notices.dismiss)
        self.notices.shown.connect(self.notice_bar.setVisible)
        self.notices.action_asked.connect(self._act_on_notice)
        theme.notifier.changed.connect(self._restyle)
        for key, dock in (("view.inspector", self.side_dock), ("view.plots", self.below_dock)):
            self.actions_by_key[key].setChecked(True)
            dock.visibilityChanged.connect(self.actions_by_key[key].setChecked)

    def _restore(self) -> None:
        self.restore(self.settings.geometry, self.settings.docks, self.settings.plot_heights)

    # --- edits ---------------------------------------------------------------------------------------------------

    @Slot(str, object, object)
    def edit(self, text: str, after: Project, merge_key: Any = None) -> None:
        """Make an edit; what was wrong before is no longer the news."""
        self.notices.settle("edit")
        self.document.edit(text, after, merge_key)

    @Slot(object)
    def ask(self, query: Mapping[str, int]) -> None:
        """Ask for the probability of these states; asking the same again asks nothing."""
        project = self.document.project
        same = dict(project.query) == dict(query)
        after = project.with_query({} if same else query)
        self.document.edit("Ask nothing" if same else f"Ask {question_words(after)}", after)

    @Slot()
    def _offer_questions(self) -> None:
        tile = self.headline.answer_tile
        menu = question_menu(self.document.project, self.scene.selection.variables, self.ask, self)
        menu.popup(tile.mapToGlobal(tile.rect().bottomLeft()))

    @Slot(object)
    def show_defect(self, failure: Any) -> None:
        """Show what nobody caught."""
        self.show_notice(failure, "defect")

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
        elif before.ugm is not after.ugm or before.evidence != after.evidence:
            self._unanswered = {"structure", "infer"}
            self.view.await_answers()
        elif before.soft != after.soft:  # likelihoods change numbers, not the graph
            self._unanswered |= {"infer"}
            self.view.await_answers()
        self.scene.show_project(before, after)
        self.inspector.show_project(before, after)
        self.headline.show_project(before, after)
        self.marginals.show_project(before, after)
        self.status.show_project(before, after)
        self.workspaces.show_project(before, after)
        for feature in self.features.values():
            feature.show_project(before, after)
        if before is None or before.title != after.title:
            self._show_title()
        self.actions_by_key["model.release_all"].setEnabled(bool(after.evidence or after.soft))
        self.menus.layers.menuAction().setVisible(bool(after.groups))

    @Slot(object)
    def _show_structure(self, report: Any) -> None:
        self.headline.show_structure(report)
        self.inspector.show_structure(report)
        self.status.show_structure(report)
        self.scene.show_components(report.components)
        for feature in self.features.values():
            feature.show_structure(report)
        self._answered("structure")

    @Slot(str, bool)
    def _show_busy(self, channel: str, busy: bool) -> None:
        if channel == "structure" and not busy:
            self.inspector.structure.end_search()

    @Slot(object, bool)
    def _show_inference(self, report: Any, stale: bool) -> None:
        if stale:
            self.headline.set_stale(width=self.controller.structure is None)
        else:
            self.headline.show_inference(report)
            inference, prior = (None, None) if report is None else (report.inference, report.prior)
            self.scene.show_inference(inference, prior)
            self._answered("infer")
        self.inspector.show_inference(report, stale)
        self.marginals.show_inference(report, stale)
        self.status.show_inference(report, stale)
        for feature in self.features.values():
            feature.show_inference(report, stale)

    def _answered(self, question: str) -> None:
        self._unanswered.discard(question)
        if not self._unanswered:
            self.view.show_answers()

    @Slot(object)
    def _show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self.inspector.show_selection(selected)
        names = [which for kind, which in selected if kind == "variable"]
        self.actions_by_key["edit.delete"].setEnabled(bool(selected))
        self.actions_by_key["model.clamp_selection"].setEnabled(bool(names))
        self.actions_by_key["model.release_selection"].setEnabled(bool(names))
        for feature in self.features.values():
            feature.show_selection(selected)

    @Slot(object)
    def _select(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self.scene.select_variables([which for kind, which in selected if kind == "variable"])

    @Slot(str)
    def _rename(self, name: str) -> None:
        self.set_workspace("graph")
        self.side_dock.show()
        self.scene.select_variable(name)
        self.inspector.variable.edit_name()

    @Slot(int)
    def _show_factor(self, place: int) -> None:
        self.set_workspace("graph")
        self.side_dock.show()
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
        locked = " [read-only]" if self.filing.read_only else ""
        self.setWindowTitle(f"{path.name if path else title or 'Untitled'}[*]{locked} – Clique")
        self.setWindowModified(not self.document.is_clean)

    @Slot(object)
    def _say_saved(self, path: Path) -> None:
        self.notices.settle("save")
        self.statusBar().showMessage(f"Saved {path.name}", 3000)

    def set_workspace(self, name: str) -> None:
        """Show another inspector and other plots; the graph stays."""
        self.actions_by_key[f"workspace.{name}"].setChecked(True)
        self.workspaces.show(name)

    # --- as a window ---------------------------------------------------------------------------------------------

    @Slot()
    def _restyle(self) -> None:
        self.actions_by_key.restyle()
        self.actions_by_key[f"palette.{theme.current().name}"].setChecked(True)
        self.tools.restyle()
        self.status.restyle()
        self.rescale(theme.font_scale())

    def show_start_page(self) -> None:
        """Offer examples and recent files, unless the person would rather begin with nothing."""
        self.features["StartPage"].show_at_start()  # type: ignore[attr-defined]

    def warm_up(self) -> None:
        """Load what is needed later, once the window is on the screen."""
        self._later.start()

    @Slot()
    def _warm(self) -> None:
        self.workspaces.warm()
        self.controller.warm()
        for feature in self.features.values():
            feature.warm()
        self.collector.spare()

    def closeEvent(self, event: QCloseEvent) -> None:
        may_leave = not self.settings.get("files/ask_on_close") or self.filing.may_leave()
        if self._leaving or not may_leave:
            event.setAccepted(self._leaving)
            return
        self.settings.geometry = self.saveGeometry()
        self.settings.docks = self.saveState()
        self.settings.plot_heights = self.plot_heights
        self.settings.sync()
        self.shut_down()
        super().closeEvent(event)

    def shut_down(self) -> bool:
        """Stop everything that runs; return whether the worker ended in time. May be called again."""
        if self._leaving:
            return self.ended_in_time
        self._leaving = True
        self._later.stop()
        theme.notifier.changed.disconnect(self._restyle)
        for feature in self.features.values():
            feature.close()
        self.controller.close()
        self.status.task.close_down()
        self.scene.settle()
        self.hide()
        frames().settle()
        self.ended_in_time = self.dispatcher.shutdown()
        self.collector.stop()
        return self.ended_in_time


def run_app(path: str | Path | None = None) -> int:
    """Open the window, and the file if one is given; return the exit code when it is closed."""
    app = QApplication([])
    app.setApplicationName("Clique")
    theme.apply(app)
    window = MainWindow()
    hook = ExceptionHook()
    hook.caught.connect(window.show_defect)
    hook.install()
    signal.signal(signal.SIGINT, lambda *_: app.quit())  # Ctrl+C in the terminal
    window.show()
    window.warm_up()
    if path:
        window.filing.open_path(Path(path))
    else:
        window.show_start_page()
    code = app.exec()
    hook.remove()
    if not window.shut_down():
        # The worker is inside something that cannot be interrupted. Everything is saved; do not let Qt abort.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
