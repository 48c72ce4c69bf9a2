"""What does a person need to fit a model and to read what came of it?

`FitInspector` is the right column of the Fit workspace: the data, the edges, the optimiser, the equation, and at its
foot, always in view, the buttons and a line that says where the fit is. `FitResults` goes below the canvas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.words import count, fixed
from models.errors import CliqueError
from models.fit_report import coursework_note
from models.learning import scopes_of
from models.project import FitRecord, Project

from .equation import EquationCard
from .fit_choices import CHOICES, DRAWN, EdgeChoice, FitRequest
from .fit_data import DataCard
from .fit_results import FitResults, fit_on_canvas
from .fit_rows import duration
from .parts import PANEL_TEXT, Paragraph, Section, push_button

if TYPE_CHECKING:
    from models.dataset import Dataset
    from models.learning import FitProgress

__all__ = ["FitInspector", "FitRequest", "FitResults"]

_LEAST_WIDTH, _MOST_LEAST_WIDTH = 320, 440
_DIFFERENCE = (
    "The course's optimiser stops as soon as every entry of the gradient is below 0.01. What it reports then is the "
    "same model, but not yet its best weights."
)


def _scrolled() -> tuple[QScrollArea, QVBoxLayout]:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(6, 4, 6, 4)
    column.setSpacing(4)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    return scroll, column


class FitInspector(QWidget):
    """The column of choices."""

    fit_requested = Signal(object)  # FitRequest
    stop_requested = Signal()
    data_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._dataset: Dataset | None = None
        self._running = False
        self._fitting = self._where = ""
        self._alarmed = False  # whether the line at the foot says what went wrong
        self.data = DataCard()
        self.data.data_requested.connect(self.data_requested)
        self.edges = EdgeChoice()
        self.edges.chosen.connect(self._show_equation)
        self.equation = EquationCard()
        scroll, column = _scrolled()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        for title, body in (
            ("Data", self.data),
            ("Edges", self.edges),
            ("Optimiser", self._method()),
            ("Model", self.equation),
        ):
            section = Section(title)
            section.body.addWidget(body)
            column.addWidget(section)
        column.addStretch(1)
        whole.addWidget(self._foot())
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self.show_dataset(None)

    def _method(self) -> QWidget:
        self._optimum = QRadioButton("L-BFGS to the optimum")
        self._optimum.setToolTip("Exact maximum likelihood: goes on until the likelihood cannot get better")
        self._course = QRadioButton("As in the course (stops early)")
        self._course.setToolTip("The course's gradient descent, with its own stopping rule")
        group = QButtonGroup(self)
        for button in (self._optimum, self._course):
            group.addButton(button)
            button.setAccessibleName(button.text())
        self._optimum.setChecked(True)
        self._course.toggled.connect(self._show_note)
        self._note = Paragraph(_DIFFERENCE)
        self._note.hide()
        self._l2 = QDoubleSpinBox()
        self._l2.setDecimals(5)
        self._l2.setRange(0.0, 100.0)
        self._l2.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._l2.setSingleStep(0.001)
        self._l2.setSpecialValueText("0 (none)")
        self._l2.setAccessibleName("Ridge penalty")
        self._l2.setToolTip("Adds λ/2 times the sum of squares of all weights to the NLL that is minimised")
        label = QLabel("Ridge λ")
        label.setBuddy(self._l2)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._l2, 1)
        method = QWidget()
        column = QVBoxLayout(method)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._optimum, self._course, self._note):
            column.addWidget(widget)
        column.addLayout(row)
        return method

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setFrameShape(QFrame.Shape.NoFrame)
        self.fit_button = push_button("Fit (F5)", "Fit the chosen model to the data (F5)", "Fit")
        self.fit_button.clicked.connect(self.ask_fit)
        self.stop_button = push_button("Stop", "Stop the fit and keep the last good model (Shift+F5)")
        self.stop_button.clicked.connect(self.ask_stop)
        self.line = Paragraph()
        self.line.setAccessibleName("State of the fit")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.fit_button, 2)
        row.addWidget(self.stop_button, 1)
        column = QVBoxLayout(foot)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addLayout(row)
        return foot

    # --- what comes in -------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Draw the canvas's graph in its picture; choose the picture of a fit that was put on the canvas."""
        self._project = after
        if before is None or before.ugm is not after.ugm or before.positions is not after.positions:
            self.edges.show_project(after)
        if before is None or before.fits is not after.fits:
            self._show_note()
            if before is not None and len(after.fits) > len(before.fits) and after.fits[-1].ugm is not None:
                self._show_end(after.fits[-1])
        if before is None or before.ugm is not after.ugm:
            record = fit_on_canvas(after)
            choice = "" if record is None else record.label.split(",")[0]
            if choice in CHOICES and choice != DRAWN:
                self.edges.choose(choice)
            self._show_equation()

    @Slot(object)
    def show_dataset(self, dataset: Dataset | None) -> None:
        """Show the data to fit to, or that there are none."""
        self._dataset = dataset
        self.data.show_dataset(dataset)
        if dataset is not None:
            self.edges.show_variables(len(dataset.variables))
        self._say("Choose the edges, then press Fit." if dataset is not None else "Load data to begin.")
        self._show_equation()
        self._enable()

    @Slot(object)
    def show_progress(self, progress: FitProgress) -> None:
        """Say where the running fit is."""
        self._where = f"{self._fitting or 'Fitting'}: iteration {progress.iteration:,}, NLL {fixed(progress.nll, 4)}"
        self._say(self._where)

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Switch between waiting and running."""
        self._running = running
        if running:
            self._where = ""
            self._say(f"{self._fitting or 'Fitting'}: starting")
        self._enable()

    @Slot(str)
    def show_failure(self, text: str) -> None:
        """Say why there is no result."""
        self._say(text, alarm=True)

    # --- what goes out -------------------------------------------------------------------------------------------

    @Slot()
    def ask_fit(self) -> None:
        """Ask for the chosen fit; the Fit button and F5 end here."""
        if self._dataset is None:
            self._say("There are no data to fit to. Take the bundled PINs, or open a table.", alarm=True)
            return
        if self._running:
            return
        request = self.request()
        self._fitting = request.label
        self.fit_requested.emit(request)

    @Slot()
    def ask_stop(self) -> None:
        """Ask to stop; the Stop button and Shift+F5 end here."""
        if self._running:
            self._say(f"{self._where or self._fitting or 'Fit'}, stopped. The model on the canvas is as it was.")
            self.stop_requested.emit()

    def request(self) -> FitRequest:
        """Return the fit that the choices stand for."""
        choice, l2 = self.edges.choice, self._l2.value()
        label = f"{choice}, λ {l2:g}" if l2 > 0.0 else choice
        optimizer = "coursework" if self._course.isChecked() else "l-bfgs"
        factors = self._project.ugm if choice == DRAWN else choice
        return FitRequest(choice, factors, label, optimizer, l2)

    # --- showing -------------------------------------------------------------------------------------------------

    def _enable(self) -> None:
        self.fit_button.setEnabled(self._dataset is not None and not self._running)
        self.stop_button.setEnabled(self._running)

    def _say(self, text: str, alarm: bool = False) -> None:
        self._alarmed = alarm
        self.line.setText(text)
        self._colour_line()

    def _colour_line(self) -> None:
        p, look = theme.current(), self.line.palette()
        look.setColor(self.line.foregroundRole(), p.alarm_text if self._alarmed else p.text)
        self.line.setPalette(look)

    def _show_end(self, record: FitRecord) -> None:
        how = record.message
        if record.optimizer == "coursework" and not record.converged:
            how = f"stopped early, after {count(len(record.trace) - 1, 'iteration')}, at NLL {fixed(record.nll, 4)}"
        self._say(f"{record.label}: {how}; {duration(record.seconds)}")

    @Slot()
    def _show_equation(self) -> None:
        dataset, choice = self._dataset, self.edges.choice
        if dataset is None:
            self.equation.show_reason("The equation appears with the data.")
            return
        try:
            scopes = scopes_of(dataset, self._project.ugm if choice == DRAWN else choice)
        except CliqueError as error:
            self.equation.show_reason(str(error))
            return
        self.equation.show_scopes(dataset.variables, scopes)

    @Slot()
    def _show_note(self) -> None:
        """Explain the difference on the newest pair of fits of one model, else in general to who chooses the course."""
        for course in reversed(self._project.fits):
            if course.optimizer == "coursework":
                for optimum in reversed(self._project.fits):
                    if optimum.optimizer == "l-bfgs" and optimum.label == course.label:
                        self._note.setText(coursework_note(optimum, course))
                        self._note.show()
                        return
        self._note.setText(_DIFFERENCE)
        self._note.setVisible(self._course.isChecked())

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.setFont(theme.font(PANEL_TEXT))
        self.setMinimumWidth(min(round(_LEAST_WIDTH * theme.font_scale()), _MOST_LEAST_WIDTH))
        for section in self.findChildren(Section):
            section.restyle()
        self.data.restyle()
        self.edges.restyle()
        self._colour_line()
        self.fit_button.setFont(theme.font(1.0, bold=True))
        self.stop_button.setFont(theme.font(1.0))
