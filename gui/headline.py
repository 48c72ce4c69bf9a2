"""Which three facts must the last row be able to read?

The strip under the menu bar: what the model is, then three number tiles - treewidth before and after clamping with a
verdict in words, negative log-likelihood per sample (log Z while nothing is fitted), and the answer to the question in
hand. A tile that changes flashes once and keeps the old number in grey; numbers out of date are dimmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.project import FitRecord, Project

from . import theme
from .words import model_sentences, number, powers, question_words, short_question

if TYPE_CHECKING:
    from models.exact_treewidth import TreewidthResult
    from models.jobs import InferenceReport, StructureReport

_FLASH_MS = 700
_LEVEL_COLOURS = {"easy": "good_text", "heavy": "alarm_text", "hopeless": "alarm_text"}


class FittingLabel(QLabel):
    """Shows the first of several wordings that fits its width, the last one cut short; all of it in a tool tip."""

    def __init__(self, relative: float, role: str = "text", least: float = 1.0) -> None:
        super().__init__()
        self._relative, self._role = relative, role
        self._least = least  # how far a wording may shrink before a shorter one is taken
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # in a tool bar it would be that of buttons
        self.restyle()

    def show_wordings(self, wordings: Sequence[str], tip: str = "") -> None:
        """Set the wordings, the preferred one first, and the tool tip (by default the first wording)."""
        self._wordings = tuple(wordings) or ("",)
        self.setToolTip(tip or self._wordings[0])
        self.setAccessibleName(tip or self._wordings[0])
        self._fit()

    @property
    def wording(self) -> str:
        """The preferred wording, whatever fits."""
        return self._wordings[0]

    def set_role(self, role: str) -> None:
        """Take another of the palette's colours."""
        self._role = role
        self.restyle()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        # A smaller wording must not make the strip lower, or everything below would jump.
        self.setFixedHeight(QFontMetrics(theme.font(self._relative)).height())
        look = self.palette()
        look.setColor(QPalette.ColorRole.WindowText, getattr(theme.current(), self._role))
        self.setPalette(look)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width()
        for wording in self._wordings:
            for shrink in sorted({1.0, self._least}, reverse=True):
                font = theme.font(self._relative * shrink)
                if QFontMetrics(font).horizontalAdvance(wording) <= width:
                    self.setFont(font)
                    self.setText(wording)
                    return
        font = theme.font(self._relative * self._least)
        self.setFont(font)
        self.setText(QFontMetrics(font).elidedText(self._wordings[-1], Qt.TextElideMode.ElideRight, width))


class Values(QWidget):
    """The old number in grey, an arrow, and the new number large; dimmed while out of date."""

    def __init__(self) -> None:
        super().__init__()
        self.old, self.new, self.stale = "", "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font(1.0))
        return QSize(metrics.horizontalAdvance(self._old_text() + self.new) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    def _old_text(self) -> str:
        return f"{self.old} → " if self.old else ""

    def _font(self, shrink: float) -> QFont:
        return theme.font(1.5 * shrink, bold=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        wanted = self.sizeHint().width()
        font = self._font(min(1.0, self.width() / wanted) if wanted else 1.0)
        painter.setFont(font)
        area = QRectF(self.rect())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if self.old:
            painter.setPen(p.muted)
            painter.drawText(area, left, self._old_text())
            area.setLeft(area.left() + QFontMetrics(font).horizontalAdvance(self._old_text()))
        colour = QColor(p.text)
        colour.setAlphaF(0.4 if self.stale else 1.0)
        painter.setPen(colour)
        painter.drawText(area, left, self.new)
        painter.end()


class Tile(QFrame):
    """One number with its name above and a word about it below."""

    def __init__(self, caption: str, weight: int) -> None:
        super().__init__()
        self.weight = weight
        self._glow = 0.0
        self.caption = FittingLabel(0.78, role="muted")
        self.caption.show_wordings([caption])
        self.values = Values()
        self.note = FittingLabel(0.78, role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 12, 5)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.values)
        column.addWidget(self.note)
        self.flash = QVariantAnimation(self)
        self.flash.setDuration(_FLASH_MS)
        self.flash.setStartValue(1.0)
        self.flash.setEndValue(0.0)
        self.flash.valueChanged.connect(self._set_glow)

    def show_values(
        self, new: str, old: str = "", notes: Sequence[str] = (), role: str = "muted", tip: str = ""
    ) -> None:
        """Show a number, flashing if it is another one."""
        if (new, old) != (self.values.new, self.values.old):
            if new and self.values.new and self.isVisible():
                self.flash.start()
            self.values.new, self.values.old = new, old
            self.values.updateGeometry()
        self.values.setToolTip(tip or self.caption.toolTip())
        spoken = f"{self.caption.wording}: {f'{old}, now ' if old else ''}{new}. {tip or ' '.join(notes[:1])}"
        self.values.setAccessibleName(spoken)
        self.note.set_role(role)
        self.note.show_wordings(notes or [""], tip)
        self.set_stale(False)

    def set_stale(self, stale: bool) -> None:
        """Dim the number, or not."""
        self.values.stale = stale
        self.values.update()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.caption.restyle()
        self.note.restyle()
        self.values.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        if self._glow > 0:
            glow = QColor(p.model)
            glow.setAlphaF(0.45 * self._glow)
            painter.fillRect(self.rect(), glow)
        painter.setPen(p.line)
        painter.drawLine(0, 8, 0, self.height() - 9)
        painter.end()

    @Slot(object)
    def _set_glow(self, value: float) -> None:
        self._glow = float(value)
        self.update()


class HeadlineStrip(QWidget):
    """The strip itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Headline")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # a tool bar would make it that of buttons later on
        self.title = FittingLabel(0.78, role="muted")
        self.sentence = FittingLabel(1.43, least=0.8)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(14, 5, 8, 5)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.sentence, 1)
        self.width_tile = Tile("Treewidth", 13)
        self.fit_tile = Tile("log Z", 10)
        self.answer_tile = Tile("Answer", 10)
        self.tiles = (self.width_tile, self.fit_tile, self.answer_tile)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(words, 15)
        for tile in self.tiles:
            row.addWidget(tile, tile.weight)
        self._project = Project()
        self._log_z: float | None = None
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
        if before is None:
            self._log_z = None
            self.width_tile.show_values("…")
            self.answer_tile.show_values("")
        if before is not None and before.query != after.query:
            self.answer_tile.show_values("")  # the old number answered another question
        if before is None or before.query != after.query or before.evidence != after.evidence:
            self._caption_answer()
        if before is None or before.ugm is not after.ugm or before.fits is not after.fits:
            self._show_fit(before)

    def set_stale(self) -> None:
        """Dim the numbers: they are out of date, and new ones take a while."""
        for tile in (self.width_tile, self.answer_tile):
            tile.set_stale(True)
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
            [short, short.split(",")[0]],
            _LEVEL_COLOURS[verdict.level],
            powers(verdict.sentence),
        )

    @Slot(object)
    def show_inference(self, report: InferenceReport | None) -> None:
        """Show log Z and the answer; None when there is none (too large, or impossible)."""
        self._log_z = None if report is None else report.inference.log_z
        self._show_fit(self._project)
        if not self._project.query:
            hints = ["right-click a variable to ask", "right-click to ask"]
            self.answer_tile.show_values("", notes=hints if self._project.ugm.variables else [])
        elif report is None or report.p_query is None:
            self.answer_tile.show_values("no answer", notes=["see the notice"], role="alarm_text")
        else:
            self._show_answer(number(report.p_query))

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
        notes = [] if known is None else [f"data: {number(known)}"]
        self.answer_tile.show_values(new, old if old[:1].isdigit() else "", notes, "good_text")

    def _show_fit(self, before: Project | None) -> None:
        record, previous = fit_of(self._project)
        if record is None:
            self.fit_tile.caption.show_wordings(["log Z"])
            known = self._log_z is not None and self._project.ugm.variables
            self.fit_tile.show_values(number(self._log_z) if known and self._log_z is not None else "")
            return
        self.fit_tile.caption.show_wordings(["NLL per sample (nats)", "NLL per sample"])
        notes = [_fit_words(record)]
        role = "muted"
        if previous is not None:
            better = record.nll < previous.nll
            notes = [f"{'better' if better else 'worse'} than {_fit_words(previous)}"]
            role = "good_text" if better else "alarm_text"
        old = "" if previous is None else f"{previous.nll:.3f}"
        self.fit_tile.show_values(f"{record.nll:.3f}", old, notes, role)


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
    if row is None or any(name not in project.ugm for name in row.names):
        return None
    event = dict(zip(row.names, row.event, strict=True))
    asked, given = dict(project.query), dict(project.evidence)
    if {**asked, **given} == event and len(asked) == 1 and row.names[-1] in asked:
        return row.p_last_given_rest
    if not given and asked == event:
        return row.p_event
    first = row.names[0]
    return row.p_first if not given and asked == {first: event[first]} else None
