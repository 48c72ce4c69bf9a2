"""Which form does a pairwise table have, and what is its one weight?

A list of kinds - Ising, Potts, free - and for the first two a number and a slider for the weight, with the convention
in words. Choosing a kind or moving the weight asks for another table; the page makes the edit.
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui.words import figures
from models.factor import Factor
from models.tables import TableForm, TableKind, forms_of, nearest_form, possible_kinds

from .heat_table import Burst
from .parts import Paragraph

_ORDER = (TableKind.ISING, TableKind.POTTS, TableKind.FREE)
_NAMES = {TableKind.ISING: "Ising", TableKind.POTTS: "Potts", TableKind.FREE: "Free"}
_WORDS = {
    TableKind.ISING: "log ψ = w where the states agree, −w where they differ.",
    TableKind.POTTS: "log ψ = w where the states agree, 0 where they differ.",
    TableKind.FREE: "Every entry stands for itself.",
}
_REACH = 3.0  # of the slider to either side
_STEPS = 100  # of the slider for one nat
_LARGEST = 500.0  # weight that can be typed


class KindRow(QWidget):
    """The kind of one factor; hidden where a table can only be free.

    Signals
    -------
    form_asked : (TableForm, int or None)
        Make the table this form; changes with the same number are one gesture.
    """

    form_asked = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._factor: Factor | None = None
        self._forms: dict[TableKind, TableForm] = {}
        self._wanted: TableKind | None = None  # what was chosen for this factor, where its table has several forms
        self._burst = Burst()
        self._number: int | None = None  # of a drag of the slider
        self._kind = QComboBox()
        self._kind.setAccessibleName("Kind of table")
        self._kind.setToolTip("Ising and Potts tables have one weight; a free table has one number for every entry")
        self._kind.activated.connect(self._choose)
        self._weight = QDoubleSpinBox()
        self._weight.setRange(-_LARGEST, _LARGEST)
        self._weight.setDecimals(4)
        self._weight.setSingleStep(0.1)
        self._weight.setKeyboardTracking(False)
        self._weight.setAccessibleName("Weight w, in nats")
        self._weight.setToolTip("Above 0 the states like to agree, below 0 to differ; at 0 they do not care")
        self._weight.valueChanged.connect(self._type)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(-_REACH * _STEPS), round(_REACH * _STEPS))
        self._slider.setSingleStep(5)
        self._slider.setPageStep(50)
        self._slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._slider.setTickInterval(_STEPS)
        self._slider.setAccessibleName("Weight w by a slider")
        self._slider.setToolTip(f"Weight from {-_REACH:g} to {_REACH:g}; type larger ones")
        self._slider.sliderPressed.connect(self._grab)
        self._slider.sliderReleased.connect(self._drop)
        self._slider.valueChanged.connect(self._slide)
        self._words = Paragraph()
        self._form = QWidget()
        weight = QHBoxLayout(self._form)
        weight.setContentsMargins(0, 0, 0, 0)
        weight.addWidget(QLabel("w"))
        weight.addWidget(self._weight)
        weight.addWidget(self._slider, 1)
        row = QHBoxLayout()
        row.addWidget(QLabel("Kind"))
        row.addWidget(self._kind, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._form)
        column.addWidget(self._words)

    @property
    def kind(self) -> TableKind:
        """The kind shown."""
        return self._kind.currentData() or TableKind.FREE

    def show_factor(self, factor: Factor, fresh: bool) -> None:
        """Show what a table is; `fresh` for another factor than before."""
        if fresh:
            self._wanted = None
            self._burst.end()
        self._factor = factor
        possible = possible_kinds(factor.log_table.shape)
        self.setVisible(len(possible) > 1 and factor.log_table.size > 1)
        kinds = [kind for kind in _ORDER if kind in possible]
        forms = forms_of(factor.log_table)
        self._forms = {form.kind: form for form in forms}
        best = forms[0].kind if forms else TableKind.FREE
        wanted = self._wanted
        kind = wanted if wanted is not None and (wanted is TableKind.FREE or wanted in self._forms) else best
        with QSignalBlocker(self._kind):
            if [self._kind.itemData(k) for k in range(self._kind.count())] != kinds:
                self._kind.clear()
                for each in kinds:
                    self._kind.addItem(_NAMES[each], each)
            self._kind.setCurrentIndex(kinds.index(kind) if kind in kinds else 0)
        form = self._forms.get(kind)
        self._form.setVisible(form is not None)
        words = _WORDS[kind]
        if form is not None:
            with QSignalBlocker(self._weight), QSignalBlocker(self._slider):
                self._weight.setValue(form.weight)
                if not self._slider.isSliderDown():
                    self._slider.setValue(round(form.weight * _STEPS))
            if figures(form.constant, 4) != "0":
                sign = "−" if form.constant < 0 else ""
                words += f" Every entry has {sign}{abs(form.constant):.4g} on top, which moves log Z alone."
        elif forms:
            words += f" At present it is also a {_NAMES[forms[0].kind]} table, w = {figures(forms[0].weight, 4)}."
        self._words.setText(words)

    @Slot(int)
    def _choose(self, index: int) -> None:
        factor = self._factor
        if factor is None:
            return
        self._wanted = kind = self._kind.itemData(index)
        self._burst.end()
        if kind is TableKind.FREE:
            self.show_factor(factor, False)
            return
        form = nearest_form(factor.log_table, kind)
        if self._forms.get(kind) == TableForm(kind, form.weight, 0.0):
            self.show_factor(factor, False)
        else:
            self.form_asked.emit(form, None)

    @Slot()
    def _grab(self) -> None:
        self._burst.end()
        self._number = self._burst.number("slider")

    @Slot()
    def _drop(self) -> None:
        self._number = None
        self._burst.end()

    @Slot(int)
    def _slide(self, value: int) -> None:
        self._ask(value / _STEPS, self._number if self._number is not None else self._burst.number("keys"))

    @Slot(float)
    def _type(self, value: float) -> None:
        self._ask(value, self._burst.number("weight"))

    def _ask(self, weight: float, number: int) -> None:
        form = self._forms.get(self.kind)
        if form is not None and weight != form.weight:
            self._wanted = form.kind
            self.form_asked.emit(TableForm(form.kind, weight, form.constant), number)
