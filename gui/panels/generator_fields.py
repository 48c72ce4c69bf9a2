"""With which fields does a person set the numbers of a family of graphs?

One row for each parameter of the generator's table: whole numbers and decimals in spin boxes (some with a slider), yes
or no in a check box, texts in a line.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from models.generators import Generator, Parameter


class Slid(QWidget):
    """A slider with a spin box beside it, for one decimal number."""

    changed = Signal(float)
    pressed = Signal()
    released = Signal()

    def __init__(self, name: str, low: float, high: float, step: float, tip: str, typed: float = 0.0) -> None:
        super().__init__()
        self._step = step
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(low / step), round(high / step))
        self.slider.setPageStep(max(1, round((high - low) / step / 20)))
        self.slider.setAccessibleName(f"{name}, slider")
        self.box = QDoubleSpinBox()
        far = max(typed, abs(low), abs(high))
        self.box.setRange(-far, far)
        self.box.setDecimals(2)
        self.box.setSingleStep(step)
        self.box.setKeyboardTracking(False)
        self.box.setAccessibleName(name)
        for part in (self.slider, self.box):
            part.setToolTip(tip)
            part.setStatusTip(tip)
            part.setWhatsThis(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderPressed.connect(self.pressed)
        self.slider.sliderReleased.connect(self.released)
        self.box.valueChanged.connect(self._typed)

    @property
    def value(self) -> float:
        """The number."""
        return self.box.value()

    def show_value(self, value: float) -> None:
        """Show a number; nothing is announced."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.box):
            if not self.slider.isSliderDown():
                self.slider.setValue(round(value / self._step))
            self.box.setDecimals(2 if abs(value * 100 - round(value * 100)) < 1e-9 else 6)
            self.box.setValue(value)

    @Slot(int)
    def _slid(self, place: int) -> None:
        with QSignalBlocker(self.box):
            self.box.setDecimals(2)
            self.box.setValue(round(place * self._step, 6))
        self.changed.emit(self.box.value())

    @Slot(float)
    def _typed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self._step))
        self.changed.emit(value)


class Fields(QWidget):
    """The fields of one generator; `changed` when a value is another one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._widgets: dict[str, QWidget] = {}
        self._labels: list[QLabel] = []

    def show_generator(self, family: Generator, values: dict[str, Any]) -> None:
        """Put the fields of another generator in."""
        for widget in (*self._widgets.values(), *self._labels):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._widgets, self._labels = {}, []
        narrow = 0
        for parameter in family.parameters:
            widget = self._made(parameter, values[parameter.key])
            self._widgets[parameter.key] = widget
            label = QLabel(f"&{parameter.label}" if parameter.kind != "bool" else "")
            label.setBuddy(widget)
            self._labels.append(label)
            wide = parameter.kind == "text" or parameter.slides
            if wide and narrow % 2:
                narrow += 1
            row, side = divmod(narrow, 2)
            self._grid.addWidget(label, row, 2 * side)
            self._grid.addWidget(widget, row, 2 * side + 1, 1, 3 if wide else 1)
            narrow += 2 if wide else 1
        before: QWidget | None = None
        for widget in self._widgets.values():
            if before is not None:
                QWidget.setTabOrder(before, widget)
            before = widget

    def _made(self, parameter: Parameter, value: Any) -> QWidget:
        widget: QWidget
        if parameter.slides:
            widget = slid = Slid(parameter.label, parameter.low, parameter.high, parameter.step, parameter.tip)
            slid.show_value(float(value))
            slid.changed.connect(self.changed)
            return widget
        if parameter.kind == "bool":
            widget = check = QCheckBox(f"&{parameter.label}")
            check.setChecked(bool(value))
            check.toggled.connect(self.changed)
        elif parameter.kind == "text":
            widget = line = QLineEdit(str(value))
            line.textChanged.connect(self.changed)
        else:
            box: QAbstractSpinBox
            if parameter.kind == "int":
                box = whole = QSpinBox()
                whole.setRange(int(parameter.low), int(parameter.high))
                whole.setValue(int(value))
                whole.valueChanged.connect(self.changed)
            else:
                box = decimal = QDoubleSpinBox()
                decimal.setRange(parameter.low, parameter.high)
                decimal.setSingleStep(parameter.step)
                decimal.setValue(float(value))
                decimal.valueChanged.connect(self.changed)
            box.setAccelerated(True)
            widget = box
        widget.setAccessibleName(parameter.label)
        widget.setToolTip(parameter.tip)
        widget.setStatusTip(parameter.tip)
        widget.setWhatsThis(parameter.tip)
        return widget

    def values(self) -> dict[str, Any]:
        """Return what the fields hold."""
        found: dict[str, Any] = {}
        for key, widget in self._widgets.items():
            if isinstance(widget, Slid):
                found[key] = widget.value
            elif isinstance(widget, QCheckBox):
                found[key] = widget.isChecked()
            elif isinstance(widget, QLineEdit):
                found[key] = widget.text()
            elif isinstance(widget, QSpinBox | QDoubleSpinBox):
                found[key] = widget.value()
        return found

    def field(self, key: str) -> QWidget:
        """Return the field of a parameter."""
        return self._widgets[key]
