"""How do the Treewidth pages reach the worker, the canvas and the document?

Each question has its own channel, so a newer one replaces the older, and an answer about another graph is never shown.
Only while the pages are in sight does the canvas carry their marks, and only then are questions asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from models.block_edits import layers_of
from models.conditioning import condition
from models.decompositions import validate_decomposition
from models.errors import CliqueError
from models.payloads import Failure, Outcome, Snapshot
from models.project import Project
from models.width_jobs import Advise, AskStack, CompareRules, DesignBlocks, Prove, ScoreOrder, SendMessages, TellGrowth

from .canvas.width_marks import Marks, WidthMarks
from .words import count, display

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .panels.width import WidthInspector
    from .tree import TreePanel

_KINDS = "Tree decompositions (*.td);;All files (*)"
_CHANNELS = ("advise", "blocks", "growth", "stack", "messages", "proof", "rules", "score")
_HINT = "A click on a variable eliminates it, a drag moves it, a click on a bag reads its table."
_SOON_MS = 120  # a burst of edits asks once


class WidthWorkspace(QObject):
    """Connects the pages of one window."""

    def __init__(self, window: MainWindow, side: WidthInspector, below: TreePanel) -> None:
        super().__init__(window)
        self._window = window
        self.side, self.below = side, below
        self._on_canvas = False
        self._marks = WidthMarks(window.scene, window.scene.mirror.place)
        window.scene.mirror.followers.append(self._marks.follow)
        self._report: Any = window.controller.structure
        self._ringed: tuple[str, ...] = ()
        self._from_file = False  # the tree on show came from a file
        self._played: Project | None = None  # what the game is about
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._ask)
        self._reported = QTimer(self, singleShot=True, interval=0)
        self._reported.timeout.connect(self._show_report)
        self._answers: dict[str, Callable[[Any], None]] = {
            "advise": side.advice.show_advice,
            "blocks": side.blocks.take,
            "growth": side.proof.show_growth,
            "stack": side.guide.show_answers,
            "messages": below.show_run,
            "proof": side.proof.show_proof,
            "rules": side.game.show_rules,
            "score": side.game.show_score,
        }
        self._connect()
        self._pass_on(None, window.document.project, graph=True)

    def _connect(self) -> None:
        side, below, window = self.side, self.below, self._window
        side.game.marks_changed.connect(self._show_marks)
        side.game.selected_asked.connect(self._eliminate_selected)
        side.game.rules_asked.connect(self._compare_rules)
        side.game.score_asked.connect(self._score)
        side.proof.proof_asked.connect(self._prove)
        side.advice.asked.connect(self._advise)
        side.advice.stopped.connect(self._stop_advice)
        side.advice.ringed.connect(self._ring)
        side.blocks.asked.connect(self._design)
        side.guide.example_asked.connect(self._open_example)
        for panel in (side.advice, side.blocks, side.guide):
            panel.edited.connect(window.edit)
        side.blocks.noticed.connect(self._notice)
        below.bag_chosen.connect(self._ring)
        below.messages_asked.connect(self._send)
        below.open_asked.connect(self.open_decomposition)
        below.own_asked.connect(self.show_own)
        below.save_asked.connect(self.save_decomposition)
        side.game.told.connect(below.show_game)
        window.scene.variable_clicked.connect(self._eliminate)
        window.scene.selection_named.connect(self._show_selection)
        window.controller.structure_reported.connect(self.show_structure)
        window.dispatcher.replied.connect(self._hear)
        window.dispatcher.busy_changed.connect(self._show_busy)
        window.workspaces.shown.connect(self._show_hint)

    # --- what comes in -------------------------------------------------------------------------------------------

    def show_project(self, before: Project | None, after: Project) -> None:
        """Pass a change on; what was asked about another graph, or another document, is not answered any more."""
        graph = before is None or before.ugm is not after.ugm or before.evidence != after.evidence
        if graph:
            self._report = None
            self._from_file = False
            for channel in _CHANNELS:
                self._window.dispatcher.cancel(channel)
            self.below.show_bags(after.ugm, (), (), ())
        elif before is not None and before.soft != after.soft:
            self._window.dispatcher.cancel("advise")  # the states to clamp to may be excluded now
        if before is None:
            self._played = None  # a game of another document is over, even where the graphs are alike
        self._pass_on(before, after, graph)

    def _pass_on(self, before: Project | None, after: Project, graph: bool) -> None:
        for panel in (self.side.proof, self.side.advice, self.side.blocks, self.side.guide):
            panel.show_project(before, after)  # whatever changed: their edits start from all of it
        if self._on_canvas and (graph or before is None or before.groups != after.groups):
            self._soon.start()
        if self._on_canvas and graph:
            self._show_game()

    def _show_game(self) -> None:
        project = self._window.document.project
        self.side.game.show_project(self._played, project)
        self._played = project

    @Slot(object)
    def show_structure(self, report: Any) -> None:
        """Take what is known of the treewidth; of several reports that come at once, the last is shown."""
        self._report = report
        if report.final:
            self._reported.stop()
            self._show_report()
        elif self._on_canvas:
            self._reported.start()

    @Slot()
    def _show_report(self) -> None:
        report = self._report
        if not self._on_canvas or report is None:
            return
        self.side.proof.show_structure(report)
        self.side.game.show_best(report.after)
        if not self._from_file:
            self.below.show_result(self._window.document.project.ugm, report.after)

    def show_on_canvas(self, visible: bool) -> None:
        """Come into sight, or go."""
        if visible == self._on_canvas:
            return
        self._on_canvas = visible
        if not visible:
            self.side.game.stop()
            self.below.stop()
            self._marks.show(Marks())
            return
        self._show_game()
        self._show_report()
        self._show_selection(())
        self._show_marks(self.side.game.marks())
        self._soon.start()

    @Slot(str)
    def _show_hint(self, workspace: str) -> None:
        if workspace == "width":
            self._window.status.hint.show_wordings([_HINT])

    @Slot(object)
    def _show_selection(self, _: Any) -> None:
        names = self._window.scene.selection.variables
        self.side.blocks.show_selection(names)
        self.side.game.show_selection(names)
        if self._on_canvas:
            self.below.show_selection(names)

    @Slot(str)
    def _eliminate(self, name: str) -> None:
        if self._on_canvas and self._window.scene.tool.name == "select":
            self.side.game.eliminate(name)

    @Slot()
    def _eliminate_selected(self) -> None:
        for name in self._window.scene.selection.variables:
            self.side.game.eliminate(name)

    # --- marks ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _show_marks(self, marks: Marks) -> None:
        self.below.show_clique(marks.bag)
        if self._on_canvas:
            self._marks.show(replace(marks, ringed=self._ringed))

    @Slot(object)
    def _ring(self, names: tuple[str, ...]) -> None:
        self._ringed = tuple(names)
        if self._on_canvas:
            self._marks.show(replace(self.side.game.marks(), ringed=self._ringed))

    # --- questions -----------------------------------------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        """Ask what the pages show without being asked."""
        if not self._on_canvas:
            return
        project, submit = self._window.document.project, self._window.dispatcher.submit
        submit("growth", TellGrowth(project.ugm, project.evidence, layers_of(project)))
        if self.side.guide.asks:
            submit("stack", AskStack(project))

    @Slot()
    def _compare_rules(self) -> None:
        project = self._window.document.project
        self._window.dispatcher.submit("rules", CompareRules(project.ugm, project.evidence))

    @Slot(object)
    def _score(self, order: tuple[str, ...]) -> None:
        project = self._window.document.project
        self._window.dispatcher.submit("score", ScoreOrder(project.ugm, order, project.evidence))

    @Slot(object)
    def _prove(self, result: Any) -> None:
        project = self._window.document.project
        self._window.dispatcher.submit("proof", Prove(project.ugm, result, project.evidence))

    @Slot(int)
    def _advise(self, width: int) -> None:
        project = self._window.document.project
        self._window.notices.settle("advise")
        self._window.dispatcher.submit("advise", Advise(project.ugm, project.evidence, width, soft=project.soft))

    @Slot()
    def _stop_advice(self) -> None:
        self._window.dispatcher.cancel("advise")

    @Slot()
    def _design(self) -> None:
        project = self._window.document.project
        self._window.dispatcher.submit(
            "blocks", DesignBlocks(project.ugm, project.evidence, positions=project.positions)
        )

    @Slot()
    def _send(self) -> None:
        project, below = self._window.document.project, self.below
        bags = tuple(frozenset(bag) for bag in below.bags)
        self._window.dispatcher.submit(
            "messages", SendMessages(project.ugm, bags, below.tree, below.root, project.evidence)
        )

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        answer = self._answers.get(channel)
        if answer is None:
            return
        if isinstance(payload, Snapshot | Outcome):
            answer(payload.value)
        elif isinstance(payload, Failure):
            if channel == "messages":
                self.below.show_refusal()
            self._window.show_notice(payload, channel)

    @Slot(str, bool)
    def _show_busy(self, channel: str, busy: bool) -> None:
        if channel == "advise":
            self.side.advice.show_busy(busy)

    @Slot(object)
    def _notice(self, thing: Any) -> None:
        self._window.show_notice(thing, "edit")

    @Slot()
    def _open_example(self) -> None:
        self._window.filing.open_example("example.rbm")

    # --- decompositions from files ---------------------------------------------------------------------------------

    @Slot()
    def open_decomposition(self) -> None:
        """Let the person choose a .td file; check it, and show it."""
        folder = str(self._window.settings.folder)
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open a tree decomposition", folder, _KINDS)
        if chosen:
            self.show_file(Path(chosen))

    def show_file(self, path: Path) -> None:
        """Show the decomposition in a file; name the rule that it breaks, if it does."""
        from models.files.pace import read_decomposition

        project = self._window.document.project
        left = condition(project.ugm, project.evidence).ugm
        try:
            found = read_decomposition(path)
        except CliqueError as error:
            self._window.show_notice(error, "td")
            return
        n = len(left.names)
        if found.n_vertices != n:
            others = "or release clamps" if project.evidence else "or make a decomposition of this one"
            self._window.show_notice(
                f"{path.name} is about {count(found.n_vertices, 'vertex', 'vertices')}; the graph here has {n} that "
                f"are free. Open the graph it was made for, {others}.",
                "td",
            )
            return
        bags = tuple(tuple(left.names[v - 1] for v in sorted(bag)) for bag in found.bags)
        broken = validate_decomposition(left, bags, found.tree, first=1)
        self._window.notices.settle("td")
        if broken is not None:
            words = display(broken, project.ugm)
            self._window.show_notice(f"{path.name} is no tree decomposition of this graph: {words}", "td")
        self._window.settings.folder = path.parent
        self._from_file = True
        width = max(map(len, bags), default=0) - 1
        judged = f"width {width}" if broken is None else "not valid"
        wordings = (f"{path.name}: {count(len(bags), 'bag')}, {judged}", f"{path.name}: {judged}", judged)
        self.below.show_bags(project.ugm, bags, tuple(found.tree), wordings, from_file=True, valid=broken is None)

    @Slot()
    def show_own(self) -> None:
        """Show the junction tree that was found here again, in place of one from a file."""
        self._from_file = False
        self._window.notices.settle("td")
        if self._report is not None:
            self.below.show_result(self._window.document.project.ugm, self._report.after)

    @Slot()
    def save_decomposition(self) -> None:
        """Write the decomposition on show as a .td file."""
        settings = self._window.settings
        start = str(settings.folder / f"{self._window.document.project.title or 'graph'}.td".replace("/", "-"))
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save the tree decomposition", start, _KINDS)
        if chosen:
            path = Path(chosen)
            self.write_file(path if path.suffix else path.with_suffix(".td"))

    def write_file(self, path: Path) -> None:
        """Write the decomposition on show; vertices are the free variables in model order, from 1."""
        from models.files.pace import write_decomposition

        project = self._window.document.project
        left = condition(project.ugm, project.evidence).ugm
        try:
            write_decomposition(self.below.bags, self.below.tree, left.names, path)
        except CliqueError as error:
            self._window.show_notice(error, "td")
            return
        self._window.notices.settle("td")
        self._window.settings.folder = path.parent
