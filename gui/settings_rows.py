"""What does one setting look like in the dialog?

Its name, what it does, a control that fits its kind, and a button that puts back its default. A row changes the
setting at once and follows it when it is changed elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from . import icons, theme
from .options import Option, Value
from .searching import found_in, marked
from .settings import Settings

HELP_TEXT = 0.8  # of body text


class OptionRow(QWidget):
    """One setting."""

    def __init__(self, option: Option, settings: Settings) -> None:
        super().__init__()
        self.option = option
        self._settings = settings
        self._words: tuple[str, ...] = ()
        self._name = QLabel()
        self._help = QLabel()
        for label in (self._name, self._help):
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
        self.control, self._show = _control(option, self._put)
        self._reset = QToolButton()
        self._reset.setAutoRaise(True)
        self._reset.setAccessibleName(f"{option.text}: put back the default")
        self._reset.setToolTip("Put back the default")
        self._reset.clicked.connect(self._put_back)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 4, 6)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self.control, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._reset, 0, 2)
        grid.addWidget(self._help, 1, 0, 1, 2)
        self.follow()
        self.restyle()

    def _put(self, value: Value) -> None:
        self._settings.put(self.option.key, value)

    @Slot()
    def _put_back(self) -> None:
        self._put(self.option.default)

    def follow(self) -> None:
        """Show the setting's value."""
        value = self._settings.get(self.option.key)
        self._show(value)
        self._reset.setEnabled(value != self.option.default)

    def search(self, words: Sequence[str]) -> bool:
        """Show the row only if it holds every word, marked; return whether it does."""
        o = self.option
        found = found_in(words, o.text, o.help, o.words, o.group, *(text for _, text in o.choices))
        self._words = tuple(words)
        self._write()
        self.setVisible(found)
        return found

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._help.setFont(theme.font(HELP_TEXT))
        look = QPalette(self.palette())
        look.setColor(QPalette.ColorRole.WindowText, theme.current().muted)
        self._help.setPalette(look)
        self._reset.setIcon(icons.icon("reset"))
        self._write()

    def _write(self) -> None:
        self._name.setText(marked(self.option.text, self._words))
        self._help.setText(marked(self.option.help, self._words))


class PercentSlider(QWidget):
    """A slider with its value in per cent; sets it when it is let go, or else it would run away from the mouse."""

    def __init__(self, option: Option, put: Callable[[Value], None]) -> None:
        super().__init__()
        self._step, self._put_value = option.step, put
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(option.low / option.step), round(option.high / option.step))
        self.slider.setTracking(False)
        self.slider.setPageStep(5)
        self.slider.setMinimumWidth(180)
        self.slider.setAccessibleName(option.text)
        self.slider.setToolTip(option.help)
        self._value = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider)
        row.addWidget(self._value)
        self.slider.valueChanged.connect(self._set)
        self.slider.sliderMoved.connect(self._say)

    @Slot(int)
    def _say(self, place: int) -> None:
        self._value.setText(f"{100 * place * self._step:.0f} %")

    @Slot(int)
    def _set(self, place: int) -> None:
        self._say(place)
        self._put_value(round(place * self._step, 6))

    def show_value(self, value: Value) -> None:
        """Show a share; the slider stands at the nearest place."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(float(value) / self._step))
        self.slider.blockSignals(False)
        self._value.setText(f"{100 * float(value):.0f} %")
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self._value.setFixedWidth(QFontMetrics(self.font()).horizontalAdvance("250 %") + 4)


def _control(option: Option, put: Callable[[Value], None]) -> tuple[QWidget, Callable[[Value], None]]:
    """Return a control of the setting's kind, and what shows a value in it."""
    if option.unit == "%":
        slider = PercentSlider(option, put)
        return slider, slider.show_value
    if isinstance(option.default, bool):
        box = QCheckBox()
        box.toggled.connect(put)
        box.toggled.connect(lambda on: box.setText("on" if on else "off"))
        _describe(box, option)

        def tick(value: Value) -> None:
            box.setChecked(bool(value))
            box.setText("on" if value else "off")

        return box, tick
    if isinstance(option.default, str):
        combo = QComboBox()
        for value, text in option.choices:
            combo.addItem(text, value)
        combo.activated.connect(lambda place: put(combo.itemData(place)))
        _describe(combo, option)
        return combo, lambda value: combo.setCurrentIndex(combo.findData(value))
    spin = QSpinBox()
    spin.setRange(round(option.low), round(option.high))
    spin.setSingleStep(round(option.step))
    spin.setSuffix(f" {option.unit}" if option.unit else "")
    spin.setKeyboardTracking(False)
    spin.setGroupSeparatorShown(option.high >= 10_000)
    spin.valueChanged.connect(put)
    _describe(spin, option)
    return spin, lambda value: spin.setValue(int(value))


def _describe(control: QWidget, option: Option) -> None:
    control.setAccessibleName(option.text)
    control.setToolTip(option.help)
    control.setStatusTip(option.help)
    control.setWhatsThis(f"<b>{option.text}</b><p>{option.help}</p>")
