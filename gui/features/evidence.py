"""How is evidence weighed, kept, compared, and brought in from files?

Connects the inspector's box of evidence sets with the document, the worker and the bars. Sets are compared by a job of
their own, on a channel of its own: a change of the model or of the sets takes its answers off the screen before the
next ones are asked for, so what is drawn is always about what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from gui.panels.evidence_sets import brief
from models.errors import CliqueError, FileFormatError, TooLargeError, ZeroMassError
from models.evidence_sets import MOST_COMPARED, set_named, with_set_added
from models.jobs import CompareSets, Failure, Outcome, SetAnswer, Snapshot
from models.project import EvidenceSet, Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

CHANNEL = "compare"
_MOST_BYTES = 1 << 20  # of an evidence file: read at once, so it must not take long
_KINDS = "UAI evidence (*.evid);;All files (*)"


class Evidence(Feature):
    """Evidence of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._panel = window.inspector.evidence
        self._known: dict[str, tuple[EvidenceSet, SetAnswer]] = {}
        self._drawn: dict[int, Mapping[str, Any]] = {}
        self._marked: Mapping[str, int] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "evidence.exclude": self.window.scene.begin_exclusion,
            "evidence.soft": self.weigh_selection,
            "evidence.save": self.type_name,
            "evidence.compare": self.toggle_compare,
            "evidence.import": self.import_set,
            "evidence.export": self.export_chosen,
        }

    def connect_up(self) -> None:
        self._panel.marks_changed.connect(self._show_marks)
        self._panel.import_asked.connect(self.import_set)
        self._panel.export_asked.connect(self.export_set)
        self.window.scene.soft_asked.connect(self.weigh)
        self.window.dispatcher.replied.connect(self._hear)
        self.window.controller.noticed.connect(self._hear_problem)
        self._enable()

    # --- what comes in -------------------------------------------------------------------------------------------

    def show_project(self, before: Project | None, after: Project) -> None:
        self._enable()
        if before is None or before.ugm is not after.ugm:
            self._known = {}
        elif before.evidence_sets is after.evidence_sets:
            return
        sets = {each.name: each for each in after.evidence_sets}
        # A set that is only renamed is another value with the same answer, but asking again costs next to nothing.
        self._known = {name: one for name, one in self._known.items() if sets.get(name) is one[0]}
        self.window.dispatcher.cancel(CHANNEL)
        self._show()
        if sets:
            self._soon.start()

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self._enable()

    def close(self) -> None:
        self._soon.stop()

    def _enable(self) -> None:
        actions, project = self.window.actions_by_key, self.window.document.project
        one = len(self.window.scene.selection.variables) == 1
        actions["evidence.exclude"].setEnabled(bool(self.window.scene.selection.variables))
        actions["evidence.soft"].setEnabled(one)
        for key in ("evidence.save", "evidence.import", "evidence.export"):
            actions[key].setEnabled(bool(project.ugm.variables))
        actions["evidence.compare"].setEnabled(bool(project.evidence_sets))
        actions["evidence.compare"].setChecked(bool(self._panel.marks))

    @Slot(object, str)
    def _hear_problem(self, thing: Any, source: str) -> None:
        """Tell the box why there are no numbers about the evidence in hand."""
        if source != "infer":
            return
        error = getattr(thing, "error", thing)
        if isinstance(error, ZeroMassError):
            self._panel.show_problem("impossible")
        elif isinstance(error, TooLargeError):
            self._panel.show_problem("refused")

    # --- comparing -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _show_marks(self, marks: Mapping[str, int]) -> None:
        self._enable()
        self._show()
        if any(self._missing(name) for name in marks):
            self._soon.start()

    def _missing(self, name: str) -> bool:
        return name not in self._known or (self._known[name][1].marginals is None and not self._known[name][1].problem)

    @Slot()
    def _ask(self) -> None:
        project = self.window.document.project
        if project.evidence_sets:
            marks = self._panel.marks
            shown = tuple(sorted(marks, key=marks.__getitem__))
            self.window.dispatcher.submit(CHANNEL, CompareSets(project.ugm, project.evidence_sets, shown))

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL:
            return
        if isinstance(payload, Failure):
            self.window.show_notice(payload, CHANNEL)
        elif isinstance(payload, Snapshot | Outcome):
            sets = {each.name: each for each in self.window.document.project.evidence_sets}
            answers: Mapping[str, SetAnswer] = payload.value.answers
            self._known.update({name: (sets[name], answer) for name, answer in answers.items() if name in sets})
            self._show()

    def _show(self) -> None:
        answers = {name: answer for name, (_, answer) in self._known.items()}
        marks = self._panel.marks
        drawn: dict[int, Mapping[str, Any]] = {}
        for name, mark in sorted(marks.items(), key=lambda pair: pair[1]):
            marginals = answers[name].marginals if name in answers else None
            if marginals is not None:
                drawn[mark] = marginals
        self._panel.show_answers(answers)
        same = drawn.keys() == self._drawn.keys() and all(drawn[k] is self._drawn[k] for k in drawn)
        if same and marks == self._marked:
            return  # an answer about a set that is not compared
        self._drawn, self._marked = drawn, marks
        self.window.scene.show_overlays(drawn)
        self.window.marginals.show_overlays(marks, drawn)

    def toggle_compare(self) -> None:
        """Compare the first few sets, or none."""
        names = [each.name for each in self.window.document.project.evidence_sets]
        marked = self._panel.marks
        for name in list(marked) if marked else names[:MOST_COMPARED]:
            self._panel.tick(name, not marked)
        self._enable()

    # --- weighing and keeping ------------------------------------------------------------------------------------

    def weigh_selection(self) -> None:
        """Open the likelihoods of the selected variable."""
        chosen = self.window.scene.selection.variables
        if len(chosen) == 1:
            self.weigh(chosen[0])

    @Slot(str)
    def weigh(self, name: str) -> None:
        """Open the likelihoods of a variable."""
        self.window.set_workspace("graph")
        self.window.side_dock.show()
        self.window.scene.select_variable(name)
        self.window.inspector.variable.edit_likelihood()

    def type_name(self) -> None:
        """Let a name for the evidence in hand be typed."""
        self.window.set_workspace("graph")
        self.window.side_dock.show()
        self.window.inspector.ensureWidgetVisible(self._panel)
        self._panel.type_name()

    # --- files ---------------------------------------------------------------------------------------------------

    def import_set(self) -> None:
        """Read a file as another evidence set."""
        window = self.window
        chosen, _ = QFileDialog.getOpenFileName(window, "Import evidence", str(window.settings.folder), _KINDS)
        if chosen:
            self.read_set(Path(chosen))

    def read_set(self, path: Path) -> None:
        """Keep the evidence of a file under the file's name."""
        from models.files import read_evidence

        project = self.window.document.project
        try:
            if path.stat().st_size > _MOST_BYTES:
                text = f"This file has {path.stat().st_size:,} bytes; evidence for a model has a few thousand at most."
                raise FileFormatError(path, f"{text} Choose an evidence file.")
            after, name = with_set_added(project, path.stem, read_evidence(path, project.ugm))
        except OSError as error:
            self.window.show_notice(f"{path.name} cannot be read: {error.strerror}.", "edit")
        except CliqueError as error:
            self.window.show_notice(error, "edit")
        else:
            self.window.edit(f"Import evidence set {brief(name)}", after)

    def export_chosen(self) -> None:
        """Write the set chosen in the inspector, or the evidence in hand."""
        self.export_set(self._panel.chosen)

    @Slot(str)
    def export_set(self, name: str) -> None:
        """Write a set, or the evidence in hand, to a file that is asked for."""
        window = self.window
        proposed = str(window.settings.folder / f"{name or 'evidence'}.evid")
        chosen, _ = QFileDialog.getSaveFileName(window, "Export evidence", proposed, _KINDS)
        if chosen:
            path = Path(chosen)
            self.write_set(name, path if path.suffix else path.with_suffix(".evid"))

    def write_set(self, name: str, path: Path) -> None:
        """Write a set, or with an empty name the evidence in hand; what the format lacks is said."""
        from models.files.uai_writing import write_evidence

        project = self.window.document.project
        try:
            each = set_named(project, name) if name else EvidenceSet("evidence", project.evidence, project.soft)
            write_evidence(project.ugm, each.evidence, path)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return
        if each.soft:
            left = f"{len(each.soft)} of its likelihoods" if len(each.soft) > 1 else "its likelihood"
            text = f"{path.name} is written, but UAI evidence has clamps only: {left} stayed behind."
            self.window.show_notice(text, "edit")
        else:
            self.window.statusBar().showMessage(f"Wrote {path.name}", 3000)
