"""Which three facts must the last row be able to read?

The strip under the menu bar: what the model is, then three number tiles - treewidth before and after clamping with a
verdict in words, negative log-likelihood per sample (log Z while nothing is fitted), and the answer to the question in
hand. A click on the last one offers questions. What a tile looks like is in `tiles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.project import FitRecord, Project

from . import theme
from .evidence_words import evidence_name, p_words
from .tiles import AskTile, FittingLabel, Tile
from .words import fixed, log_number, model_sentences, powers, probability, question_words, short_question

if TYPE_CHECKING:
    from models.exact_treewidth import TreewidthResult
    from models.jobs import InferenceReport, StructureReport

_LEVEL_COLOURS = {"easy": "good_text", "heavy": "alarm_text", "hopeless": "alarm_text"}


class HeadlineStrip(QWidget):
    """The strip itself."""

    question_asked = Signal()  # for a list of questions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Headline")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # a tool bar would make it that of buttons later on
        self.title = FittingLabel(0.78, role="muted")
        self.sentence = FittingLabel(1.43, least=0.7)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(14, 5, 8, 5)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.sentence, 1)
        self.width_tile = Tile("Treewidth", 13)
        self.fit_tile = Tile("log Z", 10)
        self.answer_tile = AskTile("Answer", 10, "Ask a question", "Click to choose what to ask")
        self.answer_tile.pressed.connect(self.question_asked)
        self.tiles: tuple[Tile, ...] = (self.width_tile, self.fit_tile, self.answer_tile)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(words, 15)
        for tile in self.tiles:
            row.addWidget(tile, tile.weight)
        self._project = Project()
        self._log_z: float | None = None
        self._log_p: float | None = None  # of the evidence
        self._refused = False  # whether there is no exact answer, rather than none yet
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self.show_project(None, self._project)

    # --- what comes in -------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show what the model is; numbers that the change makes out of date are dimmed."""
        self._project = after
        self.title.show_wordings([after.title or "Undirected graphical model"])
        self.sentence.show_wordings(model_sentences(after))
        self.answer_tile.set_open(bool(after.ugm.variables))
        if before is None:
            self._log_z, self._refused = None, False
            self.width_tile.show_values("…")
            self.answer_tile.show_values("")
        if before is not None and before.query != after.query:
            self.answer_tile.show_values("")  # the old number answered another question
        if before is None or before.query != after.query or before.evidence != after.evidence:
            self._caption_answer()
        if before is None or before.ugm is not after.ugm or before.fits is not after.fits:
            self._show_fit(before)

    def set_stale(self, width: bool = True) -> None:
        """Dim the numbers: they are out of date, and new ones take a while; the treewidth may be there already."""
        if width:
            self.width_tile.set_stale(True)
        self.answer_tile.set_stale(True)
        if fit_of(self._project)[0] is None:
            self.fit_tile.set_stale(True)

    @Slot(object)
    def show_structure(self, report: StructureReport) -> None:
        """Show the treewidth, or what is known of it, before and after clamping."""
        old = width_text(report.before) if self._project.evidence else ""
        verdict = report.after_verdict
        if not self._project.ugm.variables:
            self.width_tile.show_values("", notes=["double-click the canvas to begin", "no variables yet"])
            return
        short = powers(verdict.short)
        self.width_tile.show_values(
            width_text(report.after),
            old,
            [short, short.split(",")[0], short.split(",")[0].split(": ")[-1]],
            _LEVEL_COLOURS[verdict.level],
            powers(verdict.sentence),
        )

    @Slot(object)
    def show_inference(self, report: InferenceReport | None) -> None:
        """Show log Z and the answer; None when there is none (too large, or impossible)."""
        self._log_z = None if report is None else report.inference.log_z
        self._log_p = None if report is None else report.log_p_evidence
        self._refused = report is None
        self._show_fit(self._project)
        if not self._project.query:
            hints = ["click here to ask", "click to ask"]
            self.answer_tile.show_values("", notes=hints if self._project.ugm.variables else [])
        elif report is None or report.p_query is None:
            self.answer_tile.show_values("no answer", notes=["see the notice"], role="alarm_text")
        else:
            self._show_answer(probability(report.p_query))

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        look = self.palette()
        look.setColor(QPalette.ColorRole.Window, theme.current().raised)
        self.setPalette(look)
        for label in (self.title, self.sentence):
            label.restyle()
        for tile in self.tiles:
            tile.restyle()

    # --- the tiles -----------------------------------------------------------------------------------------------

    def _caption_answer(self) -> None:
        question = question_words(self._project)
        short = short_question(self._project)
        self.answer_tile.caption.show_wordings([question, short] if question else ["Answer"], question)

    def _show_answer(self, new: str) -> None:
        shown = self.answer_tile.values
        old = shown.old if new == shown.new else shown.new
        known = data_value(self._project)
        notes = [] if known is None else [f"data: {probability(known)}"]
        self.answer_tile.show_values(new, old if old[:1].isdigit() else "", notes, "good_text")

    def _show_fit(self, before: Project | None) -> None:
        record, previous = fit_of(self._project)
        if record is None:
            self.fit_tile.caption.show_wordings(["log Z"])
            known = self._log_z is not None and self._project.ugm.variables
            unfitted = self._project.data is not None and not any(row.ugm is not None for row in self._project.fits)
            notes = ["not fitted yet: press F5", "press F5 to fit"] if unfitted else []
            if known and self._log_p is not None and (self._project.evidence or self._project.soft):
                name, p = evidence_name(self._project), p_words(self._log_p, short=True)
                notes = [f"{name} = {p}", f"{'p(e)' if name.startswith('p') else 'E[L]'} = {p}"]
            if self._refused:
                self.fit_tile.show_values("unknown", notes=["see the notice"], role="alarm_text")
            else:
                self.fit_tile.show_values(
                    log_number(self._log_z) if known and self._log_z is not None else "", notes=notes
                )
            return
        self.fit_tile.caption.show_wordings(["NLL per sample (nats)", "NLL per sample"])
        notes = [_fit_words(record)]
        role = "muted"
        if previous is not None:
            better = record.nll < previous.nll
            word = "better" if better else "worse"
            notes = [f"{word} than {_fit_words(previous)}", f"{word} than before", word]
            role = "good_text" if better else "alarm_text"
        old = "" if previous is None else fixed(previous.nll, 3)
        self.fit_tile.show_values(fixed(record.nll, 3), old, notes, role)


def _fit_words(record: FitRecord) -> str:
    return f"{record.label} (course)" if record.optimizer == "coursework" else record.label


def width_text(result: TreewidthResult) -> str:
    """Return "3", or "5 to 7" while only bounds are known: a bound is never shown as the treewidth."""
    if result.upper < 0:
        return "none"
    return str(result.upper) if result.exact else f"{result.lower} to {result.upper}"


def fit_of(project: Project) -> tuple[FitRecord | None, FitRecord | None]:
    """Return the row of the table of fits that is the present model, and the fit made before it."""
    fits = [record for record in project.fits if record.ugm is not None]
    for k in reversed(range(len(fits))):
        fitted = fits[k].ugm
        if fitted is not None and (fitted is project.ugm or fitted.same_as(project.ugm)):
            return fits[k], fits[k - 1] if k else None
    return None, None


def data_value(project: Project) -> float | None:
    """Return what the data say to the question in hand, where their row of the table of fits says it."""
    row = next((record for record in project.fits if record.ugm is None), None)
    if row is None or project.soft or any(name not in project.ugm for name in row.names):
        return None
    event = dict(zip(row.names, row.event, strict=True))
    asked, given = dict(project.query), dict(project.evidence)
    if {**asked, **given} == event and len(asked) == 1 and row.names[-1] in asked:
        return row.p_last_given_rest
    if not given and asked == event:
        return row.p_event
    first = row.names[0]
    return row.p_first if not given and asked == {first: event[first]} else None
