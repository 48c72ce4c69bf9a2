"""What are the states of a variable, their potentials, probabilities and likelihoods, as a table to be typed into?"""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.words import figures, probability
from models.ugm import Variable

from .likelihood import LIKELIHOOD_COLUMN, LIKELIHOOD_ROLE, SCALE_ROLE, slider_words
from .parts import PRIOR_ROLE, SHARE_ROLE, STALE_ROLE, Index, typed_number


class StateTableModel(QAbstractTableModel):
    """States of one variable: label, potential and likelihood, which can be typed, and probability."""

    labelled = Signal(int, str)  # state, label typed
    weighted = Signal(int, float)  # state, potential typed
    weighed = Signal(int, float)  # state, likelihood typed

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.variable: Variable | None = None
        self._logs: tuple[float, ...] = ()
        self._likelihood: tuple[float, ...] | None = None
        self._now: tuple[float, ...] | None = None
        self._prior: tuple[float, ...] | None = None
        self._stale = False

    def show_variable(self, variable: Variable, logs: tuple[float, ...]) -> None:
        """Show another variable, or the same one changed; `logs` are its own log potentials."""
        if variable is self.variable and logs == self._logs:
            return
        self.beginResetModel()
        if variable is not self.variable:
            self._now = self._prior = self._likelihood = None
        self.variable, self._logs = variable, logs
        self.endResetModel()

    def show_likelihood(self, likelihood: tuple[float, ...] | None) -> None:
        """Show what is softly known of the present variable; None for nothing."""
        if likelihood is not None and len(likelihood) != self.rowCount():
            likelihood = None
        if likelihood != self._likelihood:
            self._likelihood = likelihood
            column = LIKELIHOOD_COLUMN
            self.dataChanged.emit(self.index(0, column), self.index(self.rowCount() - 1, column))

    def show_marginals(self, now: tuple[float, ...] | None, prior: tuple[float, ...] | None, stale: bool) -> None:
        """Show probabilities of the present variable."""
        self._now, self._prior, self._stale = now, prior, stale
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 2), self.index(self.rowCount() - 1, 2))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return self.variable.n_states if self.variable is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return LIKELIHOOD_COLUMN + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("State", "ψ", "p", "L")[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return (
                "Labels; type another one",
                "The variable's own potential, without its edges; zero forbids the state",
                "Exact, given the evidence",
                "Soft evidence: how likely each state made what was seen. Drag, turn the wheel on the row chosen, or "
                "double-click and type; only ratios matter for p. At zero the state is excluded (Alt and a click).",
            )[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() != 2 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.variable is None:
            return None
        state = index.row()
        if index.column() == 0:
            shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
            return self.variable.labels[state] if role in shown else None
        if index.column() == 1:
            return self._potential(state, role)
        if index.column() == LIKELIHOOD_COLUMN:
            return self._weight(state, role)
        now = self._now
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if now is None else probability(now[state])
        if role == SHARE_ROLE:
            return None if now is None else now[state]
        if role == PRIOR_ROLE:
            return None if self._prior is None else self._prior[state]
        if role == STALE_ROLE:
            return self._stale
        if role == Qt.ItemDataRole.ToolTipRole and now is not None:
            before = "" if self._prior is None else f", {self._prior[state]:.6g} without evidence"
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
            return f"potential {value:.12g}, log {figures(log, 6)}"
        return Qt.AlignmentFlag.AlignCenter if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _weight(self, state: int, role: int) -> object:
        value = 1.0 if self._likelihood is None else self._likelihood[state]
        if role == Qt.ItemDataRole.DisplayRole:
            return slider_words(value)
        if role == Qt.ItemDataRole.EditRole:
            return f"{value:.12g}"
        if role == LIKELIHOOD_ROLE:
            return value
        if role == SCALE_ROLE:
            return 0.0 if self._likelihood is None else max(1.0, *self._likelihood)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "excluded: not this state" if value == 0.0 else f"likelihood {value:.12g}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.variable is None:
            return False
        label = str(value).strip()
        if index.column() == 1:
            if label != self._potential(index.row(), Qt.ItemDataRole.EditRole):
                self.weighted.emit(index.row(), typed_number(label))
            return True
        if index.column() == LIKELIHOOD_COLUMN:
            if label != self._weight(index.row(), Qt.ItemDataRole.EditRole):
                self.weighed.emit(index.row(), typed_number(label))
            return True
        if label != self.variable.labels[index.row()]:
            self.labelled.emit(index.row(), label)
        return True
