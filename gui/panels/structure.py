"""What does clamping do to the graph, in words?

The card that says how hard exact inference is on what is left: treewidth before and after, the full sentence of the
verdict, the largest table, and the connected components, with the numbers and tints that they have on the canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.canvas.coming import MOST_DETAILED
from gui.canvas.hulls import NUMBERED_FROM, worth_showing
from gui.headline import width_text
from gui.theme import subscript
from gui.words import count, display
from models.project import Project

from .parts import PANEL_TEXT, Paragraph, Section

if TYPE_CHECKING:
    from models.jobs import StructureReport

_MOST_PARTS = 6
_LEVEL_COLOURS = {"easy": "good_text", "heavy": "alarm_text", "hopeless": "alarm_text"}


class StructurePanel(QWidget):
    """The card itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: StructureReport | None = None
        self._searching = False
        self._project = Project()
        self._section = Section("Treewidth")
        self._width = QLabel()
        self._level = Paragraph()
        self.sentence = Paragraph()
        self._parts = Paragraph()
        self._parts.setTextFormat(Qt.TextFormat.RichText)
        for widget in (self._width, self._level, self.sentence, self._parts):
            self._section.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)
        self.restyle()

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Dim what an edit makes out of date."""
        self._project = after
        if before is None:
            self._report = None
            self._show()
        elif before.ugm is not after.ugm or before.evidence != after.evidence:
            for widget in (self._width, self._level, self.sentence, self._parts):
                widget.setEnabled(False)

    @Slot(object)
    def show_structure(self, report: StructureReport) -> None:
        """Show a report; its bounds may still close."""
        self._report, self._searching = report, not report.final
        self._show()

    @Slot()
    def end_search(self) -> None:
        """Nobody is searching any more: what is known is all that will be."""
        self._searching = False
        self._show()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._width.setFont(theme.font(1.1, bold=True))
        self._level.setFont(theme.font(PANEL_TEXT, bold=True))
        self._section.restyle()
        self._show()

    def _show(self) -> None:
        report = self._report
        for widget in (self._width, self._level, self.sentence, self._parts):
            widget.setEnabled(True)
            widget.setVisible(report is not None)
        if report is None:
            return
        before, after = width_text(report.before), width_text(report.after)
        self._width.setText(f"{before} → {after}" if self._project.evidence else after)
        verdict = report.after_verdict
        searching = ", still searching" if self._searching else "" if report.final else ", search stopped"
        self._level.setText(verdict.short.split(",")[0] + searching)
        look = self._level.palette()
        look.setColor(self._level.foregroundRole(), getattr(theme.current(), _LEVEL_COLOURS[verdict.level]))
        self._level.setPalette(look)
        self.sentence.setText(self._display(verdict.sentence))
        self._show_parts(report.components)

    def _show_parts(self, parts: Sequence[tuple[str, ...]]) -> None:
        """List the components in the canvas's order, the largest ones where there are many."""
        self._parts.setVisible(len(parts) > 1)
        largest = sorted(range(len(parts)), key=lambda k: -len(parts[k]))[:_MOST_PARTS]
        marked = len(self._project.ugm.variables) <= MOST_DETAILED and worth_showing(
            parts, bool(self._project.evidence)
        )
        numbered = marked and len(parts) >= NUMBERED_FROM
        rich, plain = [], []
        for k in sorted(largest):
            dot = f'<span style="color:{theme.current().component(k).name()}">⬤</span>&nbsp;' if marked else ""
            number = f"<b>{k + 1}</b>&nbsp;" if numbered else ""
            words = _part(parts[k])
            rich.append(f"{dot}{number}{escape(words).replace(' ', '&nbsp;') if len(parts[k]) <= 6 else escape(words)}")
            plain.append(f"{k + 1}: {words}" if numbered else words)
        more = len(parts) - len(largest)
        end = f"and {more:,} more" if more else ""
        head = count(len(parts), "component")
        between = "&nbsp; " if marked else "; "
        self._parts.setText(f"{head}: {between.join([*rich, *[end] * bool(end)])}")
        self._parts.setAccessibleName(f"{head}: {'; '.join([*plain, *[end] * bool(end)])}")

    def _display(self, sentence: str) -> str:
        return display(sentence, self._project.ugm)


def _part(names: tuple[str, ...]) -> str:
    words = [subscript(name) for name in names]
    return " ".join(words) if len(words) <= 6 else f"{words[0]} … {words[-1]} ({len(words)})"
