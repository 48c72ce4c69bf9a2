"""Which slice of a table over three or more variables is shown?

One list of states for every axis before the last two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from gui.words import called, count
from models.project import Project


class SliceChooser(QWidget):
    """The lists; nothing where a table has no more than two axes.

    Signals
    -------
    changed : ()
        Another slice was chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(4)
        self.boxes: list[QComboBox] = []
        self._names: tuple[str, ...] = ()

    @property
    def rest(self) -> tuple[int, ...]:
        """The states chosen."""
        return tuple(box.currentIndex() for box in self.boxes)

    def show_axes(self, names: Sequence[str], labels: Sequence[tuple[str, ...]], evidence: Mapping[str, int]) -> None:
        """Offer the states of these variables, the clamped ones first; where they are the same, all stays chosen."""
        wanted = [list(states) for states in labels]
        have = [[box.itemText(k) for k in range(box.count())] for box in self.boxes]
        if tuple(names) == self._names and wanted == have:
            return
        while self._form.rowCount():
            self._form.removeRow(0)
        self._names, self.boxes = tuple(names), []
        for name, states in zip(names, wanted, strict=True):
            box = QComboBox()
            box.addItems(states)
            box.setCurrentIndex(min(evidence.get(name, 0), len(states) - 1))
            box.setAccessibleName(f"Slice at a state of {name}")
            box.setToolTip(f"Show the part of the table where {called(name)} has this state")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(self.changed)
            self._form.addRow(f"{called(name)} =", box)
            self.boxes.append(box)
        self.setVisible(bool(self.boxes))


def fact_words(project: Project, place: int) -> str:
    """Return the size of a factor's table in words, and what clamps do to it."""
    factor = project.ugm.factors[place]
    shape = factor.log_table.shape
    size = f"{' × '.join(map(str, shape))} table, " if len(shape) > 1 else ""
    words = f"{size}{count(factor.n_entries, 'entry', 'entries')}"
    zeros = int((factor.log_table == float("-inf")).sum())
    if zeros:
        words += f", {zeros:,} forbidden"
    clamped = [name for name in factor.scope if name in project.evidence]
    if clamped:
        states = [f"{called(n)} = {project.ugm.variable(n).labels[project.evidence[n]]}" for n in clamped[:4]]
        words += f"\nClamped: {', '.join(states)}{', …' if len(clamped) > 4 else ''}; only that part counts."
    return words
