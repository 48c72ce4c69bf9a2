"""How does a person start, pause, step, slow and reset a sampler?

Method, seed and speed; Start (which becomes Pause and Go on), Step and Reset; and a line that tells in slow motion what
each update did. The controls know only whether a run is under way and whether it is paused.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QSlider, QSpinBox, QVBoxLayout, QWidget

from gui import icons, theme

from .parts import PANEL_TEXT, Paragraph, push_button
from .sampling_words import METHODS, SPEEDS, rate_words, speed_words

_MOST_SEED = 2**31 - 1
_HINT = "Press Start, or Step once."


class SamplerControls(QWidget):
    """The controls themselves."""

    start_asked = Signal(bool)  # whether to begin paused, with a single step
    restart_asked = Signal()  # another method or seed for the run under way
    pause_requested = Signal(bool)
    step_requested = Signal()
    reset_requested = Signal()
    speed_changed = Signal(object)  # updates a second, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.paused = False
        self._has_run = False
        self._rate = 0.0
        self._shown_text = self._told = ""
        self._make_choices()
        self._make_buttons()
        self._story = Paragraph()
        self._story.setAccessibleName("What the sampler does")
        self._lay_out()

    def _make_choices(self) -> None:
        self._method = QComboBox()
        for key, text in METHODS.items():
            self._method.addItem(text, key)
        self._method.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._method.setMinimumContentsLength(8)
        self._method.setAccessibleName("Method")
        self._method.setToolTip(
            "Gibbs redraws each variable given the others; Block Gibbs draws blocks, forests given the rest, at once; "
            "Metropolis-Hastings proposes another state and may refuse it"
        )
        self._method.activated.connect(self._changed)
        self._seed = QSpinBox()
        self._seed.setRange(0, _MOST_SEED)
        self._seed.setAccessibleName("Seed")
        self._seed.setToolTip("The same seed gives the same draws, at any speed")
        self._seed.setKeyboardTracking(False)
        self._seed.valueChanged.connect(self._changed)
        self._speed = QSlider(Qt.Orientation.Horizontal)
        self._speed.setRange(0, len(SPEEDS) - 1)
        self._speed.setValue(len(SPEEDS) - 1)
        self._speed.setPageStep(3)
        self._speed.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._speed.setTickInterval(3)
        self._speed.setToolTip("From one update a second, each told in words, to as fast as the computer can")
        self._speed.valueChanged.connect(self._speed_moved)
        self._speed_words = QLabel()

    def _make_buttons(self) -> None:
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

    def _lay_out(self) -> None:
        choices = QGridLayout()
        choices.setColumnStretch(1, 1)
        choices.setVerticalSpacing(4)
        for row, (text, widget) in enumerate((("Method", self._method), ("Seed", self._seed), ("Speed", self._speed))):
            label = QLabel(text)
            label.setBuddy(widget)
            choices.addWidget(label, row, 0)
            choices.addWidget(widget, row, 1)
        choices.addWidget(self._speed_words, 3, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self._start, 3)
        buttons.addWidget(self._step, 2)
        buttons.addWidget(self._reset, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(choices)
        column.addLayout(buttons)
        column.addWidget(self._story)

    # --- what is chosen ----------------------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """The method chosen: "gibbs" or "metropolis"."""
        return str(self._method.currentData())

    @property
    def seed(self) -> int:
        """The seed chosen."""
        return self._seed.value()

    @property
    def speed(self) -> float | None:
        """Updates a second; None for as fast as it can."""
        return SPEEDS[self._speed.value()]

    def begin_with(self, method: str, seed: int, slow: bool) -> None:
        """Choose method, seed and speed, unless a sampler runs."""
        if not self.running:
            self._method.setCurrentIndex(self._method.findData(method))
            self._seed.setValue(seed)
            self._speed.setValue(0 if slow else len(SPEEDS) - 1)

    # --- what a person does ------------------------------------------------------------------------------------------

    @Slot()
    def toggle(self) -> None:
        """Start, pause or go on."""
        if not self.running:
            self._begin(paused=False)
            return
        self.paused = not self.paused
        self._show_buttons()
        self.pause_requested.emit(self.paused)

    @Slot()
    def step(self) -> None:
        """Make one update and stay paused."""
        if not self.running:
            self._begin(paused=True)
            return
        if not self.paused:
            self.paused = True
            self._show_buttons()
            self.pause_requested.emit(True)
        self.step_requested.emit()

    @Slot()
    def reset(self) -> None:
        """Forget the run."""
        self.running = self.paused = False
        self.say("")
        self.show_run(False, 0.0)
        self.reset_requested.emit()

    def _begin(self, paused: bool) -> None:
        self.running, self.paused = True, paused
        self.say("")
        self._show_buttons()
        self.start_asked.emit(paused)

    @Slot()
    def _changed(self) -> None:
        if self.running:
            self.restart_asked.emit()

    @Slot()
    def _speed_moved(self) -> None:
        self._show_speed()
        self.speed_changed.emit(self.speed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The right arrow would move the focus from button to button.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Right:
            self.step()
            return True
        return False

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show_running(self, running: bool) -> None:
        """Follow whether a sampler is there."""
        self.running = running
        self.paused = self.paused and running
        self._rate = self._rate if running else 0.0
        self._show_speed()
        self._show_buttons()

    def show_run(self, has_run: bool, rate: float) -> None:
        """Follow whether there are draws to forget, and how many updates a second are made."""
        self._has_run, self._rate = has_run, rate
        self._show_speed()
        self._show_buttons()

    def say(self, text: str) -> None:
        """Tell what happens."""
        self._told = text
        self._show_story()

    def _show_story(self) -> None:
        text = self._told or ("" if self.running or self._has_run else _HINT)
        if text != self._story.text():
            self._story.setText(text)

    @property
    def story(self) -> str:
        """What was told last."""
        return self._told

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._story.setFont(theme.font(1.0))
        self._speed_words.setFont(theme.font(PANEL_TEXT))
        self._step.setIcon(icons.icon("step"))
        self._reset.setIcon(icons.icon("reset"))
        self._shown_text = ""
        self._show_speed()
        self._show_buttons()

    def _show_speed(self) -> None:
        words = speed_words(self.speed)
        if self.speed is None and self._rate > 0:
            words = f"{words}: {rate_words(self._rate)} a second"
        self._speed_words.setText(words)
        self._speed.setAccessibleName(f"Speed: {words}")

    def _show_buttons(self) -> None:
        text = "Start" if not self.running else "Go on" if self.paused else "Pause"
        if text != self._shown_text:  # thirty times a second: an icon is made only for another text
            self._shown_text = text
            self._start.setText(text)
            self._start.setAccessibleName(f"{text} (Space)")
            self._start.setIcon(icons.icon("pause" if text == "Pause" else "play"))
        self._reset.setEnabled(self.running or self._has_run)
        self._show_story()
