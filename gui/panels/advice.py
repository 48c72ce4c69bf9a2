"""Which variables should be clamped so that the rest is easy? The box that asks, shows the answer and takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from gui.canvas import edits
from gui.words import brief, count, powers
from models.project import Project

from .parts import Paragraph, Section, push_button

if TYPE_CHECKING:
    from models.advisor import Advice

_MOST_NAMES = 12


class AdvicePanel(QWidget):
    """The box itself.

    Signals
    -------
    edited : (str, Project, merge key)
    asked : (int)
        Look for the fewest variables that leave this treewidth.
    stopped : ()
        Stop looking; the best set so far stays.
    ringed : (tuple of str)
        Variables to point out on the canvas.
    """

    edited = Signal(str, object, object)
    asked = Signal(int)
    stopped = Signal()
    ringed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self.advice: Advice | None = None
        self._section = Section("What to clamp")
        self._width = QSpinBox()
        self._width.setRange(0, 12)
        self._width.setValue(1)
        self._width.setAccessibleName("Treewidth to leave")
        self._width.setToolTip("0 leaves no edge, 1 a forest")
        self._width.setWhatsThis("The treewidth that may be left after clamping: 0 leaves no edge, 1 a forest.")
        self._find = push_button("Find", "Find the fewest variables to clamp", "Find what to clamp")
        self._find.clicked.connect(self._ask)
        self._stop = push_button("Stop", "Stop looking and keep the best set so far", "Stop looking for what to clamp")
        self._stop.clicked.connect(self.stopped)
        self._stop.hide()
        self.names = Paragraph()
        self.names.setAccessibleName("Variables to clamp")
        self.sentence = Paragraph()
        self._clamp = push_button(
            "Clamp these",
            "Clamp the variables found to states that can happen, the first ones if they can; one step of undo",
        )
        self._clamp.clicked.connect(self.clamp)
        ask = QHBoxLayout()
        ask.addWidget(QLabel("Leave treewidth at most"))
        ask.addWidget(self._width)
        ask.addWidget(self._find)
        ask.addWidget(self._stop)
        body = self._section.body
        body.addLayout(ask)
        for widget in (self.names, self.sentence, self._clamp):
            body.addWidget(widget)
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Forget advice about another model or other evidence."""
        self._project = after
        self._find.setEnabled(len(after.evidence) < len(after.ugm.variables))
        asked = None if before is None else (before.evidence, before.soft)
        if before is None or before.ugm is not after.ugm or asked != (after.evidence, after.soft):
            self._show(None)

    @Slot(object)
    def show_advice(self, advice: Advice) -> None:
        """Show advice; it may still get better."""
        self._show(advice)

    @Slot(bool)
    def show_busy(self, busy: bool) -> None:
        """Offer to stop while the search runs."""
        self._stop.setVisible(busy)
        self._find.setVisible(not busy)

    def _show(self, advice: Advice | None) -> None:
        self.advice = advice
        for widget in (self.names, self.sentence, self._clamp):
            widget.setVisible(advice is not None and (widget is self.sentence or bool(advice.names)))
        if advice is not None:
            shown = [brief(name) for name in advice.names[:_MOST_NAMES]]
            more = len(advice.names) - len(shown)
            size = str(len(advice.names)) if advice.exact else f"{advice.lower} to {len(advice.names)}"
            head = f"Fewest variables: {size}. "
            self.names.setText(head + ", ".join(shown) + (f" and {more} more" if more else ""))
            self.sentence.setText(powers(advice.sentence))
        self.ringed.emit(() if advice is None else advice.names)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self._width.value())

    @Slot()
    def clamp(self) -> None:
        """Clamp what was advised."""
        if self.advice is None or not self.advice.names:
            return
        edit = edits.clamp(self._project, dict(self.advice.states))
        if edit is not None:
            text = f"Clamp the cutset of {count(len(self.advice.names), 'variable')}"
            self.edited.emit(text, edit.after, None)
