"""Which sampler runs, how fast, and how well does it do?

The inspector of the Sample workspace: method and seed; Start or pause, Step and Reset; speed; what is watched and
counted; and the numbers of the run. It asks by signals and is told by slots; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSlider,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui import icons, theme
from gui.frames import frames
from models.project import Project

from .parts import PANEL_TEXT, Paragraph, Section, push_button
from .sampling_numbers import NumbersCard
from .sampling_plots import SamplePlots
from .sampling_table import MOST_WATCHED, StateDelegate, WatchModel
from .sampling_words import METHODS, SPEEDS, speed_words, step_words

if TYPE_CHECKING:
    from models.exact import Inference
    from models.samplers.snapshot import SampleSnapshot

__all__ = ["SampleInspector", "SamplePlots", "SampleRequest"]

_MOST_SEED = 2**31 - 1
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

    start_requested = Signal(object)  # SampleRequest
    pause_requested = Signal(bool)
    step_requested = Signal()
    reset_requested = Signal()
    speed_changed = Signal(object)  # updates a second, or None
    event_changed = Signal(object)  # dict of str to int
    watch_changed = Signal(object)  # tuple of str

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Sampler")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._project = Project()
        self._snapshot: SampleSnapshot | None = None
        self._running = False
        self._paused = False
        self._chosen = False  # whether the event is the person's own choice
        self._make_controls()
        self._make_table()
        self._numbers = NumbersCard()
        self._lay_out()
        frames().register(self, self._frame)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self._show_buttons()

    # --- the pieces ------------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self._method = QComboBox()
        for key, text in METHODS.items():
            self._method.addItem(text, key)
        self._method.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._method.setMinimumContentsLength(8)
        self._method.setAccessibleName("Method")
        self._method.setToolTip(
            "Gibbs redraws each variable given the others; Metropolis-Hastings proposes another state and may refuse it"
        )
        self._method.activated.connect(self._restart)
        self._seed = QSpinBox()
        self._seed.setRange(0, _MOST_SEED)
        self._seed.setAccessibleName("Seed")
        self._seed.setToolTip("The same seed gives the same draws, at any speed")
        self._seed.setKeyboardTracking(False)
        self._seed.valueChanged.connect(self._restart)
        self._start = push_button("Start", "Start the sampler, pause it, or go on (Space)")
        self._start.clicked.connect(self.toggle)
        self._step = push_button("Step", "Make a single update (Right arrow)")
        self._step.clicked.connect(self.step)
        self._reset = push_button("Reset", "Forget all draws and begin again from the seed")
        self._reset.clicked.connect(self.reset)
        for button in (self._start, self._step, self._reset):
            button.installEventFilter(self)
        # After a click on them, Space stays with Start; the Tab key still reaches them.
        self._step.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._speed = QSlider(Qt.Orientation.Horizontal)
        self._speed.setRange(0, len(SPEEDS) - 1)
        self._speed.setValue(len(SPEEDS) - 1)
        self._speed.setPageStep(3)
        self._speed.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._speed.setTickInterval(3)
        self._speed.setToolTip("From one update a second, each told in words, to as fast as the computer can")
        self._speed.valueChanged.connect(self._speed_moved)
        self._speed_words = QLabel()
        self._story = Paragraph()
        self._story.setAccessibleName("What the sampler does")

    def _make_table(self) -> None:
        self._model = WatchModel(self)
        self._model.watch_changed.connect(self.watch_changed)
        self._model.event_changed.connect(self._event_chosen)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setItemDelegateForColumn(1, StateDelegate(self._table))
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

    def _lay_out(self) -> None:
        self._inside = inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(6)
        self._sections = run, event, numbers = Section("Sampler"), Section("Watch and count"), Section("So far")
        choices = QGridLayout()
        choices.setColumnStretch(1, 1)
        for row, (text, widget) in enumerate((("Method", self._method), ("Seed", self._seed), ("Speed", self._speed))):
            label = QLabel(text)
            label.setBuddy(widget)
            choices.addWidget(label, row, 0)
            choices.addWidget(widget, row, 1)
        choices.addWidget(self._speed_words, 3, 1)
        choices.setVerticalSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self._start, 3)
        buttons.addWidget(self._step, 2)
        buttons.addWidget(self._reset, 2)
        run.body.addLayout(choices)
        run.body.addLayout(buttons)
        run.body.addWidget(self._story)
        asked = QHBoxLayout()
        asked.setSpacing(4)
        for button in (self._commonest, self._present, self._nothing):
            asked.addWidget(button)
        event.body.addWidget(self._table)
        event.body.addLayout(asked)
        numbers.body.addWidget(self._numbers)
        for section in (run, numbers, event):
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(inside)

    # --- what comes in -----------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Follow the document; a new document chooses its own event and variables to watch."""
        old, self._project = self._project, after
        fresh = before is None
        if fresh or old.ugm is not after.ugm or old.evidence != after.evidence:
            self._model.show_model(after.ugm, after.evidence)
            free = [name for name in after.ugm.names if name not in after.evidence]
            if fresh or not set(self._model.watch) & set(free):
                self._model.set_watch(free[:MOST_WATCHED])
        if fresh:
            self._chosen = False
        row = self._commonest_row()
        self._commonest.setEnabled(bool(row))
        if not self._chosen:
            before_event = self._model.counted
            self._model.set_event(row or after.query, quietly=True)
            if before_event != self._model.counted and self._running and not fresh and self._snapshot is not None:
                self._announce_event()
        self._present.setEnabled(self._snapshot is not None)
        self._fit_table()
        self._show_numbers()

    @Slot(object)
    def show_snapshot(self, snapshot: SampleSnapshot) -> None:
        """Show the numbers of a run."""
        self._snapshot = snapshot
        self._paused = snapshot.paused
        frames().touch(self)

    @Slot(object)
    def show_exact(self, inference: Inference | None) -> None:
        """Take exact marginals; they are shown by the plots."""

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Follow whether a sampler is there; a run that is over keeps its numbers until the next."""
        self._running = running
        if not running:
            self._paused = False
        self._show_buttons()
        frames().touch(self)

    @Slot(str)
    def show_note(self, text: str) -> None:
        """Say something about the run."""
        self._story.setText(text)

    # --- what a person does -------------------------------------------------------------------------------------------

    @property
    def request(self) -> SampleRequest:
        """What would be started now."""
        speed = SPEEDS[self._speed.value()]
        return SampleRequest(
            self._method.currentData(), self._seed.value(), self._model.counted, self._model.watch, speed
        )

    @Slot()
    def toggle(self) -> None:
        """Start, pause or go on."""
        if not self._running:
            self._begin(paused=False)
            return
        self._paused = not self._paused
        self._show_buttons()
        self.pause_requested.emit(self._paused)

    @Slot()
    def step(self) -> None:
        """Make one update and stay paused."""
        if not self._running:
            self._begin(paused=True)
            return
        if not self._paused:
            self._paused = True
            self._show_buttons()
            self.pause_requested.emit(True)
        self.step_requested.emit()

    @Slot()
    def reset(self) -> None:
        """Forget the run."""
        self._snapshot = None
        self._running = self._paused = False
        self._story.setText("")
        self._show_buttons()
        self._show_numbers()
        self.reset_requested.emit()

    def _begin(self, paused: bool) -> None:
        wish = self.request
        self._running, self._paused = True, paused
        self._story.setText("")
        self._show_buttons()
        pending = 1 if paused else 0
        self.start_requested.emit(
            SampleRequest(wish.method, wish.seed, wish.event, wish.watch, wish.updates_per_second, paused, pending)
        )

    @Slot()
    def _restart(self) -> None:
        """Begin again with another method or seed, if a run is under way."""
        if self._running:
            wish = self.request
            self.start_requested.emit(
                SampleRequest(wish.method, wish.seed, wish.event, wish.watch, wish.updates_per_second, self._paused)
            )

    @Slot()
    def _speed_moved(self) -> None:
        self._show_speed()
        self.speed_changed.emit(SPEEDS[self._speed.value()])

    @Slot(object)
    def _event_chosen(self, event: dict[str, int]) -> None:
        self._chosen = True
        self._announce_event()

    def _announce_event(self) -> None:
        self._show_numbers()
        self.event_changed.emit(self._model.counted)

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

    def eventFilter(self, watched: object, event: object) -> bool:
        # The right arrow would move the focus from button to button.
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            right = event.key() == Qt.Key.Key_Right
            if right:
                self.step()
            return right
        return False

    # --- how it looks -------------------------------------------------------------------------------------------------

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._inside.setFont(theme.font(PANEL_TEXT))
        for section in self._sections:
            section.restyle()
        self._story.setFont(theme.font(1.0))
        self._speed_words.setFont(theme.font(PANEL_TEXT))
        self._step.setIcon(icons.icon("step"))
        self._reset.setIcon(icons.icon("reset"))
        self._numbers.restyle()
        self._fit_table()
        self._show_speed()
        self._show_buttons()

    def _fit_table(self) -> None:
        rows = min(max(self._model.rowCount(), 1), _TABLE_ROWS)
        height = self._table.fontMetrics().height() + 8
        self._table.verticalHeader().setDefaultSectionSize(height)
        head = self._table.horizontalHeader().sizeHint().height()
        self._table.setFixedHeight(head + rows * height + 4)

    def _show_speed(self) -> None:
        words = speed_words(SPEEDS[self._speed.value()])
        self._speed_words.setText(words)
        self._speed.setAccessibleName(f"Speed: {words}")

    def _show_buttons(self) -> None:
        text = "Start" if not self._running else "Go on" if self._paused else "Pause"
        self._start.setText(text)
        self._start.setAccessibleName(f"{text} (Space)")
        self._start.setIcon(icons.icon("pause" if text == "Pause" else "play"))
        self._reset.setEnabled(self._running or self._snapshot is not None)

    @Slot()
    def _frame(self) -> None:
        snapshot = self._snapshot
        self._show_buttons()
        self._present.setEnabled(snapshot is not None)
        if snapshot is not None and snapshot.step is not None:
            step = snapshot.step
            variable = next((v for v in snapshot.variables if v.name == step.name), None)
            if variable is not None:
                self._story.setText(step_words(step, variable, snapshot.method))
        elif snapshot is not None and snapshot.n_updates:
            self._story.setText("")
        self._show_numbers()

    def _show_numbers(self) -> None:
        self._numbers.show_run(
            self._snapshot, self._project.ugm.variables, self._model.counted, bool(self._project.evidence)
        )
