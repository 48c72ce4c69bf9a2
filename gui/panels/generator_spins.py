"""How are the coupling and the field of a lattice of spins changed, while everything else follows?

A section of the inspector that is there whenever the document is an Ising or Potts lattice: two sliders, each with a
box to type into. A drag is one step of undo.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from models.generators import SpinGrid
from models.generators.spins import LARGEST

from .generator_fields import Slid
from .parts import Paragraph, Section

_RANGE, _STEP = 2.0, 0.02


class SpinPanel(Section):
    """Coupling and field of a lattice.

    Signals
    -------
    changed : (str, float, int)
        "coupling" or "field", the new value, and the number of the gesture: equal numbers are one step of undo.
    """

    changed = Signal(str, float, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Ising lattice", parent)
        self._gesture = 0
        self._last = ""
        self._what = Paragraph()
        self.coupling = Slid("Coupling J", -_RANGE, _RANGE, _STEP, "How much neighbours like to agree", LARGEST)
        self.field = Slid("Field h", -_RANGE, _RANGE, _STEP, "How much one state is favoured everywhere", LARGEST)
        rows = QGridLayout()
        rows.setColumnStretch(1, 1)
        for row, (key, text, slid) in enumerate(
            (("coupling", "Coupling &J", self.coupling), ("field", "Field &h", self.field))
        ):
            label = QLabel(text)
            label.setBuddy(slid.box)
            rows.addWidget(label, row, 0)
            rows.addWidget(slid, row, 1)
            slid.pressed.connect(self._begin)
            slid.released.connect(self._begin)
            slid.changed.connect(self._coupled if key == "coupling" else self._biased)
        self.body.addWidget(self._what)
        self.body.addLayout(rows)
        self.hide()

    def show_grid(self, grid: SpinGrid | None) -> None:
        """Show what a lattice is made of; nothing where there is none."""
        self.setVisible(grid is not None)
        if grid is None:
            return
        ising = grid.kind == "ising"
        self.set_title("Ising lattice" if ising else "Potts lattice")
        round_ = ", wrapped around" if grid.wrap else ""
        field = "h for state 1, −h for state 0" if ising else "h for state 0"
        pair = "J where they agree, −J where they differ" if ising else "J where they agree"
        self._what.setText(f"{grid.rows} by {grid.columns}{round_}. Each edge: {pair}; each variable: {field}.")
        self.coupling.show_value(grid.coupling)
        self.field.show_value(grid.field)

    @Slot()
    def _begin(self) -> None:
        """Let what follows be another step of undo."""
        self._gesture += 1

    @Slot(float)
    def _coupled(self, value: float) -> None:
        self._send("coupling", value)

    @Slot(float)
    def _biased(self, value: float) -> None:
        self._send("field", value)

    def _send(self, key: str, value: float) -> None:
        if key != self._last:
            self._last = key
            self._begin()
        self.changed.emit(key, value, self._gesture)
