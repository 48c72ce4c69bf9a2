"""What does a slice of a factor's table say, cell by cell?

A Qt model over at most two axes of one factor: numbers, heat colours, state labels. It holds nothing of its own, so a
table over variables with hundreds of states costs no more than what is in sight.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.theme import subscript
from models.factor import Factor
from models.pasting import slice_shape, written
from models.tables import finite_range

from .parts import Index

ROOMY = 5  # columns that leave room for four digits in full size
_MOST_MEASURED = 400  # cells whose text is measured to choose a size of text


class FactorTableModel(QAbstractTableModel):
    """A slice of at most two axes of one factor."""

    typed = Signal(object, str)  # index into the factor's table, what was typed

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.factor: Factor | None = None
        self.logs = False
        self.rest: tuple[int, ...] = ()  # states of the axes that are not shown
        self.labels: tuple[tuple[str, ...], ...] = ()
        self._range = (0.0, 0.0)

    def show_factor(self, factor: Factor, labels: tuple[tuple[str, ...], ...], rest: tuple[int, ...]) -> bool:
        """Show a factor; `labels` are the state labels per axis of its scope. Return whether it is another table.

        Where only numbers change, what is selected and the cell that is being typed into stay as they are.
        """
        old = self.factor
        same = old is not None and old.scope == factor.scope and labels == self.labels and rest == self.rest
        if not same:
            self.beginResetModel()
        self.factor, self.labels, self.rest = factor, labels, rest
        self._range = finite_range(factor.log_table)
        if not same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        return not same

    def show_logs(self, logs: bool) -> None:
        """Write logs, or potentials."""
        self.logs = logs
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            across, down = self.columnCount() - 1, self.rowCount() - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, across)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, down)

    @property
    def widest(self) -> str:
        """The longest text among the cells, or among some of very many."""
        if self.factor is None:
            return ""
        rows, columns = self.rowCount(), self.columnCount()
        step = max(1, math.ceil(rows * columns / _MOST_MEASURED))
        cells = [divmod(k, columns) for k in range(0, rows * columns, step)]
        texts = [str(self.index(r, c).data()) for r, c in cells]
        texts += [shown(log, self.logs, self._digits) for log in self._range]
        return max(texts, key=len, default="")

    @property
    def _digits(self) -> int:
        return 2 if self.columnCount() > ROOMY else 4

    def place(self, index: Index) -> tuple[int, ...]:
        """Return the index into the factor's table of a cell."""
        return self.place_of(index.row(), index.column())

    def place_of(self, row: int, column: int) -> tuple[int, ...]:
        """Return the index into the factor's table of the cell in a row and a column."""
        return (*self.rest, *(row, column)[: min(len(self.labels), 2)])

    def log_value(self, index: Index) -> float:
        """Return the log potential of a cell."""
        return math.nan if self.factor is None else float(self.factor.log_table[self.place(index)])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if self.factor is None or parent.isValid() else slice_shape(self.factor)[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if self.factor is None or parent.isValid() else slice_shape(self.factor)[1]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.factor is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        across = orientation is Qt.Orientation.Horizontal
        axis = (-1 if across else -2) if len(self.labels) > 1 else None if across else -1
        if not self.labels or axis is None:
            return "log ψ" if self.logs else "ψ"
        name, label = self.factor.scope[axis], self.labels[axis][section]
        return f"{subscript(name)} = {label}" if role == Qt.ItemDataRole.ToolTipRole else label

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.factor is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(self.log_value(index), self.logs, self._digits)
        if role == Qt.ItemDataRole.EditRole:
            return written(self.log_value(index), self.logs)
        if role in (Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole):
            log = self.log_value(index)
            p = theme.current()
            low, high = self._range
            share = 0.5 if high == low else (log - low) / (high - low)
            colour = p.background if log == -math.inf else p.heat(share)
            return colour if role == Qt.ItemDataRole.BackgroundRole else p.on(colour)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            log = self.log_value(index)
            states = ", ".join(
                f"{subscript(name)} = {labels[s]}"
                for name, labels, s in zip(self.factor.scope, self.labels, self.place(index), strict=True)
            )
            return f"{states}: potential {written(log, False)}, log {written(log, True)}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.factor is None:
            return False
        self.typed.emit(self.place(index), str(value).strip())
        return True


def shown(log: float, as_log: bool, digits: int) -> str:
    """Return a number as a cell shows it, in so many digits."""
    if not as_log:
        value = math.exp(log) if log < 700 else math.inf
        return "∞" if value == math.inf else _brief(value) if digits == 2 else f"{value:.{digits}g}"
    if log == -math.inf:
        return "−∞"
    return "0" if abs(log) < 5e-4 else f"{log:.{digits - 1}f}".replace("-", "−")


def _brief(value: float) -> str:
    """Return a potential in four characters or so: "0.09", "3.1", "42", "6e3", "2e-5"."""
    if 0.01 <= value < 0.995:
        return f"{value:.2f}"
    if value == 0 or 0.995 <= value < 99.5:
        return f"{value:.2g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
