"""How does a person ask whether two sets of variables are independent given the clamps?

With two variables selected, one key asks. Otherwise what is selected is the first set, and what is selected next the
second; Shift adds to it. The answer stands in a strip below the headline, with the open path lit on the canvas, and
follows every clamp until Esc. Nothing that is out of date is lit: a change of the graph or of the clamps takes the
light away until the new answer is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QToolBar

from gui.canvas import edits
from gui.canvas.lit_path import LitPath
from gui.question_strip import QuestionStrip
from gui.separation_words import answer_words, detail_words, offer_words, side_words
from models.jobs import CheckIndependence, Failure, IndependenceReport, Outcome, Snapshot
from models.project import Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

CHANNEL = "independence"
Names = tuple[str, ...]


class Independence(Feature):
    """The question of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.a: Names = ()
        self.b: Names = ()
        self.asking = False  # from the key to Esc
        self.report: IndependenceReport | None = None
        self.strip = QuestionStrip()
        self._bar = QToolBar("Are they independent?")
        self._lit = LitPath(window.scene, window.scene.mirror)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._submit)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"evidence.independence": self.toggle}

    def connect_up(self) -> None:
        window, bar = self.window, self._bar
        bar.setObjectName("question")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContentsMargins(0, 0, 0, 0)
        layout = bar.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.strip)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        window.insertToolBarBreak(bar)
        bar.hide()
        self.strip.closed.connect(self.end)
        self.strip.offer_taken.connect(self.take_offer)
        window.scene.independence_asked.connect(self.ask)
        window.scene.view_changed.connect(self._follow)
        window.escape_pressed.connect(self.end)
        window.dispatcher.replied.connect(self._hear)

    # --- asking --------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Ask about what is selected; the same question again ends it."""
        chosen = self.window.scene.selection.variables
        if self.asking and (not chosen or {*chosen} == {*self.a, *self.b}):
            self.end()
        elif len(chosen) == 2:
            self.ask(chosen)
        else:
            self._begin(chosen, ())

    @Slot(object)
    def ask(self, pair: Names) -> None:
        """Ask whether two variables are independent."""
        self._begin(pair[:1], pair[1:])

    def _begin(self, a: Names, b: Names) -> None:
        self.asking = True
        self.a, self.b = tuple(a), tuple(b)
        self._bar.show()
        self._ask()

    @Slot()
    def end(self) -> None:
        """Ask no more."""
        if not self.asking:
            return
        self.asking, self.a, self.b, self.report = False, (), (), None
        self._soon.stop()
        self.window.dispatcher.cancel(CHANNEL)
        self._lit.show()
        self._bar.hide()

    def _ask(self) -> None:
        """Take the old answer away and ask anew, at the end of this turn of the event loop."""
        self.report = None
        self.window.dispatcher.cancel(CHANNEL)
        self._show()
        if self.a and self.b:
            self._soon.start()

    @Slot()
    def _submit(self) -> None:
        project = self.window.document.project
        job = CheckIndependence(project.ugm, self.a, self.b, project.evidence, project.soft)
        self.window.dispatcher.submit(CHANNEL, job)

    # --- what comes in -------------------------------------------------------------------------------------------

    def show_project(self, before: Project | None, after: Project) -> None:
        self.window.actions_by_key["evidence.independence"].setEnabled(len(after.ugm.variables) > 1)
        if before is None:
            self.end()
            self._bar.hide()  # the window may have been closed, and its bars remembered, while a question was asked
        if not self.asking or before is None:
            return
        renamed = _renamed(before, after)
        self.a = tuple(renamed.get(name, name) for name in self.a)
        self.b = tuple(renamed.get(name, name) for name in self.b)
        if any(name not in after.ugm for name in (*self.a, *self.b)):
            self.end()
        elif before.ugm is not after.ugm or before.evidence != after.evidence or before.soft != after.soft:
            self._ask()

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        if not self.asking:
            return
        chosen = tuple(which for kind, which in selected if kind == "variable")
        others = tuple(name for name in chosen if name not in self.a)
        if not self.a:
            if chosen:
                self.a = chosen
                self._show()
        elif others and (not self.b or set(self.a) < set(chosen)) and set(others) != set(self.b):
            self.b = others
            self._ask()

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL or not self.asking:
            return
        if isinstance(payload, Failure):
            self.end()
            self.window.show_notice(payload, "edit")
        elif isinstance(payload, Snapshot | Outcome):
            self.report = payload.value
            self._show()

    @Slot(object)
    def _follow(self, _view: object) -> None:
        self._lit.follow()

    def close(self) -> None:
        self._soon.stop()

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        report = self.report
        if report is None:
            self._lit.show(self.a, self.b)
            self.strip.show_words(*self._question_words())
            self.strip.show_offer("")
            return
        found = report.separation
        self._lit.show(self.a, self.b, found.path, found.blockers)
        role = "good_text" if found.separated else "alarm_text"
        self.strip.show_words(answer_words(found), detail_words(report), role)
        ready = report.final or report.offer
        tip = (
            "Clamps them to their states in a most probable joint state"
            if report.offer
            else "Selects them, so that they can be clamped"
        )
        self.strip.show_offer(offer_words(report) if ready else "", tip)

    def _question_words(self) -> tuple[list[str], list[str]]:
        if not self.a:
            return ["Which variable? Click it."], ["Then click the other one. Esc ends the question."]
        if not self.b:
            said = f"Is {side_words(self.a)} independent of …? Click the other variable."
            return [said, "Of which? Click the other variable."], ["With Shift, further ones. Esc ends the question."]
        return [f"{side_words(self.a)} and {side_words(self.b)}: …"], [""]

    @Slot()
    def take_offer(self) -> None:
        """Clamp what would separate the two, or select it where no states are known."""
        report = self.report
        if report is None or not report.separation.separator:
            return
        if not report.offer:
            self.window.scene.select_variables(report.separation.separator)
            return
        edit = edits.clamp(self.window.document.project, report.offer)
        if edit is not None:
            self.window.edit(edit.text, edit.after)


def _renamed(before: Project, after: Project) -> dict[str, str]:
    """Return the new names of variables that were renamed in place."""
    old, new = before.ugm.names, after.ugm.names
    if old == new or len(old) != len(new):
        return {}
    return {a: b for a, b in zip(old, new, strict=True) if a != b and a not in after.ugm and b not in before.ugm}
