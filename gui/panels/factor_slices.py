"""Which slice of a table over three or more variables is shown?

A list for the variable along the rows, one for that along the columns, and one of the states of every other variable.
The order of the axes is a way of looking: the factor's own stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from gui.words import called, count
from models.project import Project


class SliceChooser(QWidget):
    """The lists; hidden where a table has no more than two axes.

    Signals
    -------
    changed : ()
        Another slice was chosen.
    turned : ()
        Other variables run along the rows and the columns.
    """

    changed = Signal()
    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(4)
        self.boxes: list[QComboBox] = []
        self._scope: tuple[str, ...] = ()
        self._labels: dict[str, tuple[str, ...]] = {}
        self.order: tuple[str, ...] = ()  # the scope as it is shown: other variables, rows, columns
        self.rows, self.columns = self._axis_box("rows"), self._axis_box("columns")
        self._form.addRow("Rows", self.rows)
        self._form.addRow("Columns", self.columns)

    def _axis_box(self, where: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"Variable along the {where}")
        box.setToolTip(f"Choose the variable whose states run along the {where}")
        box.activated.connect(self._choose_axes)
        return box

    @property
    def rest(self) -> tuple[int, ...]:
        """The states chosen."""
        return tuple(box.currentIndex() for box in self.boxes)

    def show_axes(self, scope: Sequence[str], labels: Sequence[tuple[str, ...]], evidence: Mapping[str, int]) -> None:
        """Offer the axes of a table and their states, clamped ones first; where they are as before, all stays."""
        found = dict(zip(scope, labels, strict=True))
        if tuple(scope) == self._scope and found == self._labels:
            return
        if len(scope) < 3 or set(scope) != set(self.order):
            self.order = tuple(scope)
        self._scope, self._labels = tuple(scope), found
        self._fill(evidence)
        self.setVisible(len(scope) > 2)

    def _fill(self, states: Mapping[str, int]) -> None:
        for box, name in zip((self.rows, self.columns), self.order[-2:], strict=False):
            with QSignalBlocker(box):
                box.clear()
                box.addItems([called(each) for each in self._scope])
                box.setCurrentIndex(self._scope.index(name))
        while self._form.rowCount() > 2:
            self._form.removeRow(2)
        self.boxes = []
        for name in self.order[:-2]:
            labels = self._labels[name]
            box = QComboBox()
            box.addItems(list(labels))
            box.setCurrentIndex(min(states.get(name, 0), len(labels) - 1))
            box.setAccessibleName(f"Slice at a state of {name}")
            box.setToolTip(f"Show the part of the table where {called(name)} has this state")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(self.changed)
            self._form.addRow(f"{called(name)} =", box)
            self.boxes.append(box)

    @Slot()
    def _choose_axes(self) -> None:
        """Put the chosen variables along rows and columns; one chosen for both changes places with the other."""
        rows, columns = self._scope[self.rows.currentIndex()], self._scope[self.columns.currentIndex()]
        if rows == columns:
            old_rows, old_columns = self.order[-2:]
            rows, columns = (old_columns, old_rows)
        if (rows, columns) == self.order[-2:]:
            return
        states = dict(zip(self.order[:-2], self.rest, strict=True))
        self.order = (*(name for name in self._scope if name not in (rows, columns)), rows, columns)
        self._fill(states)
        self.turned.emit()


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
