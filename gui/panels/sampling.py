"""Which sampler runs, how fast, and how well does it do?

The inspector of the Sample workspace: the controls of the run; its numbers; and which variables are watched and which
event is counted. It asks by signals and is told by slots; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.frames import frames
from models.project import Project

from .parts import PANEL_TEXT, Section, push_button
from .sampling_controls import SamplerControls
from .sampling_numbers import NumbersCard
from .sampling_plots import SamplePlots
from .sampling_table import EVENT, MOST_WATCHED, WATCH, MarkDelegate, StateDelegate, WatchModel
from .sampling_words import step_words

if TYPE_CHECKING:
    from models.exact import Inference
    from models.samplers.snapshot import SampleSnapshot

__all__ = ["SampleInspector", "SamplePlots", "SampleRequest"]

_TABLE_ROWS = 4


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A wish to run a sampler on the model in hand.

    Attributes
    ----------
    method : str
        "gibbs" or "metropolis".
    seed : int
    event : mapping of str to int
        Joint event to count; may be empty.
    watch : tuple of str
        Variables to show.
    updates_per_second : float or None
        None for as fast as it can.
    paused : bool
        Begin paused.
    pending : int
        Single steps to make at once, when paused.
    """

    method: str
    seed: int
    event: Mapping[str, int] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    updates_per_second: float | None = None
    paused: bool = False
    pending: int = 0


class SampleInspector(QScrollArea):
    """The column itself."""

    start_requested = Signal(object)  # SampleRequest; also to begin anew with another method or seed
    pause_requested = Signal(bool)
    step_requested = Signal()
    reset_requested = Signal()
    speed_changed = Signal(object)  # updates a second, or None
    event_changed = Signal(object)  # dict of str to int
    watch_changed = Signal(object)  # tuple of str
    fit_changed = Signal(bool)  # whether bars are drawn up to the tallest

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Sampler")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._project = Project()
        self._snapshot: SampleSnapshot | None = None
        self._chosen = False  # whether the event is the person's own choice
        self._picked = self._defaulting = False  # the same for the variables to watch; whether they are being set now
        self._controls = SamplerControls()
        self._controls.start_asked.connect(self._begin)
        self._controls.restart_asked.connect(self._begin_anew)
        self._controls.pause_requested.connect(self.pause_requested)
        self._controls.step_requested.connect(self.step_requested)
        self._controls.reset_requested.connect(self._forget)
        self._controls.speed_changed.connect(self.speed_changed)
        self._numbers = NumbersCard()
        self._make_table()
        self._lay_out()
        frames().register(self, self._frame)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    def _make_table(self) -> None:
        self._model = WatchModel(self)
        self._model.watch_changed.connect(self._watch_chosen)
        self._model.event_changed.connect(self._event_chosen)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setItemDelegateForColumn(WATCH, MarkDelegate(self._table))
        self._table.setItemDelegateForColumn(EVENT, StateDelegate(self._table))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setAccessibleName("Variables to watch and the event to count")
        self._table.setTabKeyNavigation(False)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._commonest = push_button(
            "Commonest", "Count the joint state that the data show most often", "Event: the commonest row"
        )
        self._commonest.clicked.connect(self._take_commonest)
        self._present = push_button(
            "Present", "Count the joint state that the sampler is in now", "Event: the present state"
        )
        self._present.clicked.connect(self._take_present)
        self._nothing = push_button("None", "Count no event", "Event: none")
        self._nothing.clicked.connect(self._take_nothing)
        self._fit = QCheckBox("Bars up to the tallest")
        self._fit.setToolTip("Let the axes of the histograms end a little above the tallest bar instead of at 1")
        self._fit.toggled.connect(self.fit_changed)

    def _lay_out(self) -> None:
        self._inside = inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(6, 2, 6, 2)
        column.setSpacing(2)
        self._sections = run, numbers, watch = Section("Sampler"), Section("So far"), Section("Watch and count")
        run.body.addWidget(self._controls)
        numbers.body.addWidget(self._numbers)
        asked = QHBoxLayout()
        asked.setSpacing(4)
        for button in (self._commonest, self._present, self._nothing):
            asked.addWidget(button)
        watch.body.addWidget(self._table)
        watch.body.addLayout(asked)
        watch.body.addWidget(self._fit)
        for section in self._sections:
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(inside)

    # --- what comes in -----------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Follow the document; a new one chooses its own event and variables to watch."""
        old, self._project = self._project, after
        fresh = before is None
        if fresh or old.ugm is not after.ugm or old.evidence != after.evidence:
            if fresh or not self._controls.running:
                self._snapshot = None
            self._model.show_model(after.ugm, after.evidence)
            self._picked = self._picked and not fresh and bool(self._model.watch)
            if not self._picked:
                self._watch_free(after)
        commonest = self._commonest_row()
        self._commonest.setEnabled(bool(commonest))
        self._chosen = self._chosen and not fresh
        if not self._chosen:
            known = self._model.counted
            self._model.set_event(commonest or after.query, quietly=True)
            if not fresh and known != self._model.counted:
                self.event_changed.emit(self._model.counted)
        self._fit_table()
        self._show_run()

    @Slot(object)
    def show_snapshot(self, snapshot: SampleSnapshot) -> None:
        """Show the numbers of a run."""
        self._snapshot = snapshot
        frames().touch(self)

    @Slot(object)
    def show_exact(self, inference: Inference | None) -> None:
        """Take exact marginals; the plots show them."""

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Follow whether a sampler is there; a run that is over keeps its numbers until the next."""
        self._controls.show_running(running)
        frames().touch(self)

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say something about the run."""
        self._controls.say(text)

    # --- what a person does ------------------------------------------------------------------------------------------

    @property
    def request(self) -> SampleRequest:
        """What would be started now."""
        chosen = self._controls
        return SampleRequest(chosen.method, chosen.seed, self._model.counted, self._model.watch, chosen.speed)

    @property
    def story(self) -> str:
        """What the line of slow motion says."""
        return self._controls.story

    def number(self, key: str) -> str:
        """Return a number as shown; see `NumbersCard.value`."""
        return self._numbers.value(key)

    def begin_with(self, method: str, seed: int, slow: bool) -> None:
        """Choose method, seed and speed, unless a sampler runs."""
        self._controls.begin_with(method, seed, slow)

    @Slot()
    def toggle(self) -> None:
        """Start, pause or go on."""
        self._controls.toggle()

    @Slot()
    def step(self) -> None:
        """Make one update and stay paused."""
        self._controls.step()

    @Slot()
    def reset(self) -> None:
        """Forget the run."""
        self._controls.reset()

    @Slot(bool)
    def _begin(self, paused: bool) -> None:
        self.start_requested.emit(replace(self.request, paused=paused, pending=int(paused)))

    @Slot()
    def _begin_anew(self) -> None:
        self.start_requested.emit(replace(self.request, paused=self._controls.paused))

    @Slot()
    def _forget(self) -> None:
        self._snapshot = None
        self._show_run()
        self.reset_requested.emit()

    def _watch_free(self, project: Project) -> None:
        """Watch the first variables that vary, as long as nobody has chosen: a clamped one has nothing to tell."""
        names = project.ugm.names
        free = [name for name in names if name not in project.evidence]
        self._defaulting = True
        self._model.set_watch((free or names)[:MOST_WATCHED])
        self._defaulting = False

    @Slot(object)
    def _watch_chosen(self, names: tuple[str, ...]) -> None:
        self._picked = not self._defaulting
        self.watch_changed.emit(names)

    @Slot(object)
    def _event_chosen(self, event: dict[str, int]) -> None:
        self._chosen = True
        self._show_run()
        self.event_changed.emit(event)

    def _commonest_row(self) -> dict[str, int]:
        """Return the joint state that the data show most often, if it is about this model."""
        ugm = self._project.ugm
        for record in self._project.fits:
            states = dict(zip(record.names, record.event, strict=True))
            if states and all(n in ugm and s < ugm.variable(n).n_states for n, s in states.items()):
                return states
        return {}

    @Slot()
    def _take_commonest(self) -> None:
        self._model.set_event(self._commonest_row())

    @Slot()
    def _take_present(self) -> None:
        if self._snapshot is not None:
            states = self._snapshot.assignment
            self._model.set_event({n: states[n] for n in self._project.ugm.names if n in states})

    @Slot()
    def _take_nothing(self) -> None:
        self._model.set_event({})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        elif event.key() == Qt.Key.Key_Right:
            self.step()
        else:
            super().keyPressEvent(event)

    # --- how it looks ------------------------------------------------------------------------------------------------

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._inside.setFont(theme.font(PANEL_TEXT))
        for part in (*self._sections, self._controls, self._numbers):
            part.restyle()
        self._fit_table()

    def _fit_table(self) -> None:
        rows = min(max(self._model.rowCount(), 1), _TABLE_ROWS)
        height = self._table.fontMetrics().height() + 8
        self._table.verticalHeader().setDefaultSectionSize(height)
        self._table.setFixedHeight(self._table.horizontalHeader().sizeHint().height() + rows * height + 4)

    @Slot()
    def _frame(self) -> None:
        s = self._snapshot
        if s is not None:
            variable = next((v for v in s.variables if s.step is not None and v.name == s.step.name), None)
            if s.step is not None and variable is not None:
                self._controls.say(step_words(s.step, variable, s.method))
            elif s.updates_per_second:
                self._controls.say("")
        self._show_run()

    def _show_run(self) -> None:
        s, project = self._snapshot, self._project
        self._controls.show_run(s is not None, s.updates_per_second if s is not None else 0.0)
        self._present.setEnabled(s is not None)
        self._numbers.show_run(s, project.ugm.variables, self._model.counted, bool(project.evidence))
