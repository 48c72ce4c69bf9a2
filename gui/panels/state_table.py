"""What are the states of a variable, their potentials and their probabilities, as a table that can be typed into?"""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.words import number
from models.ugm import Variable

from .parts import PRIOR_ROLE, SHARE_ROLE, STALE_ROLE, Index, typed_number


class StateTableModel(QAbstractTableModel):
    """States of one variable: label and potential, which can be typed, and probability."""

    labelled = Signal(int, str)  # state, label typed
    weighted = Signal(int, float)  # state, potential typed

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.variable: Variable | None = None
        self._logs: tuple[float, ...] = ()
        self._now: tuple[float, ...] | None = None
        self._prior: tuple[float, ...] | None = None
        self._stale = False

    def show_variable(self, variable: Variable, logs: tuple[float, ...]) -> None:
        """Show another variable, or the same one changed; `logs` are its own log potentials."""
        if variable is self.variable and logs == self._logs:
            return
        self.beginResetModel()
        if variable is not self.variable:
            self._now = self._prior = None
        self.variable, self._logs = variable, logs
        self.endResetModel()

    def show_marginals(self, now: tuple[float, ...] | None, prior: tuple[float, ...] | None, stale: bool) -> None:
        """Show probabilities of the present variable."""
        self._now, self._prior, self._stale = now, prior, stale
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 2), self.index(self.rowCount() - 1, 2))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return self.variable.n_states if self.variable is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("State", "ψ", "p")[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return (
                "Labels; type another one",
                "The variable's own potential, without its edges; zero forbids the state",
                "Exact, given the clamps",
            )[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() < 2 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.variable is None:
            return None
        state = index.row()
        if index.column() == 0:
            shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
            return self.variable.labels[state] if role in shown else None
        if index.column() == 1:
            return self._potential(state, role)
        now = self._now
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if now is None else number(now[state])
        if role == SHARE_ROLE:
            return None if now is None else now[state]
        if role == PRIOR_ROLE:
            return None if self._prior is None else self._prior[state]
        if role == STALE_ROLE:
            return self._stale
        if role == Qt.ItemDataRole.ToolTipRole and now is not None:
            before = "" if self._prior is None else f", {self._prior[state]:.6g} without clamps"
            return f"{now[state]:.10g}{before}"
        return None

    def _potential(self, state: int, role: int) -> object:
        log = self._logs[state]
        value = math.exp(log) if log < 700 else math.inf
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:.4g}"
        if role == Qt.ItemDataRole.EditRole:
            return f"{value:.12g}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"potential {value:.12g}, log {log:.6g}"
        return Qt.AlignmentFlag.AlignCenter if role == Qt.ItemDataRole.TextAlignmentRole else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.variable is None:
            return False
        label = str(value).strip()
        if index.column() == 1:
            if label != self._potential(index.row(), Qt.ItemDataRole.EditRole):
                self.weighted.emit(index.row(), typed_number(label))
            return True
        if label != self.variable.labels[index.row()]:
            self.labelled.emit(index.row(), label)
        return True
