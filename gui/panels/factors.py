"""What does this factor say, and how is its table changed?

The inspector's page for one factor: its table as a heat map of log potentials, rows for the first of the two axes
shown, columns for the second. Entries are typed as potentials or as their natural logs. Further axes are shown one
slice at a time.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.theme import subscript
from models.errors import CliqueError
from models.factor import Factor
from models.project import Project

from .parts import PANEL_TEXT, Index, Paragraph, Section, TypingTable, fit_rows, push_button, typed_number

_MOST_ROWS = 10
_ROOMY = 5  # columns that leave room for four digits in full size
_MOST_COLUMNS = 10  # more than these scroll
_SMALLEST = 0.6  # of the text's size, in narrow columns


class FactorTableModel(QAbstractTableModel):
    """A slice of at most two axes of one factor."""

    typed = Signal(object, float)  # index into the table, number in the shown unit

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.factor: Factor | None = None
        self.logs = False
        self.rest: tuple[int, ...] = ()  # states of the axes that are not shown
        self.labels: tuple[tuple[str, ...], ...] = ()
        self._range = (0.0, 0.0)

    def show_factor(self, factor: Factor, labels: tuple[tuple[str, ...], ...], rest: tuple[int, ...]) -> None:
        """Show a factor; `labels` are the state labels per axis of its scope."""
        self.beginResetModel()
        self.factor, self.labels, self.rest = factor, labels, rest
        finite = [float(v) for v in factor.log_table.flat if v > -math.inf]
        self._range = (min(finite), max(finite)) if finite else (0.0, 0.0)
        self.endResetModel()

    @property
    def widest(self) -> str:
        """The longest text among the cells shown."""
        cells = (self.index(r, c) for r in range(self.rowCount()) for c in range(self.columnCount()))
        return max((str(cell.data()) for cell in cells), key=len, default="")

    def place(self, index: Index) -> tuple[int, ...]:
        """Return the index into the factor's table of a cell."""
        n_axes = len(self.labels)
        shown = (index.row(), index.column())[: min(n_axes, 2)]
        return (*self.rest, *shown)

    def log_value(self, index: Index) -> float:
        """Return the log potential of a cell."""
        return math.nan if self.factor is None else float(self.factor.log_table[self.place(index)])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        if self.factor is None or parent.isValid():
            return 0
        shown = self.labels[-2:]
        return len(shown[0]) if shown else 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        if self.factor is None or parent.isValid():
            return 0
        return len(self.labels[-1]) if len(self.labels) > 1 else 1

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
        log = self.log_value(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(log, self.logs, 2 if self.columnCount() > _ROOMY else 4)
        if role == Qt.ItemDataRole.EditRole:
            return _exact(log, self.logs)
        if role in (Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole):
            p = theme.current()
            low, high = self._range
            share = 0.5 if high == low else (log - low) / (high - low)
            colour = p.background if log == -math.inf else p.heat(share)
            return colour if role == Qt.ItemDataRole.BackgroundRole else p.on(colour)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            states = ", ".join(
                f"{subscript(name)} = {labels[s]}"
                for name, labels, s in zip(self.factor.scope, self.labels, self.place(index), strict=True)
            )
            return f"{states}: potential {_exact(log, False)}, log {_exact(log, True)}"
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self.factor is None:
            return False
        if str(value).strip() != _exact(self.log_value(index), self.logs):
            self.typed.emit(self.place(index), typed_number(str(value)))
        return True


def _shown(log: float, as_log: bool, digits: int) -> str:
    if not as_log:
        value = math.exp(log) if log < 700 else math.inf
        return _brief(value) if digits == 2 else f"{value:.{digits}g}"
    if log == -math.inf:
        return "−∞"
    return "0" if abs(log) < 5e-4 else f"{log:.{digits - 1}f}".replace("-", "−")


def _brief(value: float) -> str:
    """Return a potential in four characters or so: "0.09", "3.1", "42", "6e3", "2e-5"."""
    if 0.01 <= value < 0.995:
        return f"{value:.2f}"
    if value == 0 or 0.995 <= value < 99.5 or value == math.inf:
        return f"{value:.2g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _exact(log: float, as_log: bool) -> str:
    if as_log:
        return repr(log)
    return f"{math.exp(log) if log < 700 else math.inf:.12g}"


class HeatDelegate(QStyledItemDelegate):
    """Draws an entry on its colour, without margins, and all in one size that lets the longest number be read whole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widest = ""

    def font(self, font: QFont, width: int) -> QFont:
        """Return the font that fits cells of this width."""
        needed = QFontMetricsF(font).horizontalAdvance(self.widest) + 3
        fitting = QFont(font)
        if needed > width:
            fitting.setPointSizeF(font.pointSizeF() * max(width / needed, _SMALLEST))
        return fitting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.fillRect(option.rect, index.data(Qt.ItemDataRole.BackgroundRole))
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink)
        painter.setFont(self.font(option.font, option.rect.width()))
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(ink, 2))
            painter.drawRect(option.rect.adjusted(2, 2, -2, -2))
        painter.restore()


class FactorPanel(QWidget):
    """The page itself."""

    edited = Signal(str, object, object)
    noticed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = -1
        self._project = Project()
        self._section = Section("Factor")
        self._facts = Paragraph()
        self._unit = QComboBox()
        self._unit.addItems(["Potentials", "Log potentials"])
        self._unit.setAccessibleName("Show potentials or their logs")
        self._unit.setToolTip("A log potential is the natural log; a potential of 0 forbids the joint state")
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._slices = QFormLayout()
        self._slice_boxes: list[QComboBox] = []
        self._axes = QLabel()
        self._model = FactorTableModel(self)
        self._model.typed.connect(self._type)
        self._table = TypingTable()
        self._table.setModel(self._model)
        self._heat = HeatDelegate(self._table)
        self._table.setItemDelegate(self._heat)
        self._table.setAccessibleName("Table of the factor")
        self._table.setToolTip("Double-click an entry, or just type, to change it")
        self._table.setTabKeyNavigation(False)
        for header in (self._table.horizontalHeader(), self._table.verticalHeader()):
            header.setHighlightSections(False)
            header.setMinimumSectionSize(20)
        self._delete = push_button("Delete factor", "Delete this factor, and with it its edges")
        self._delete.clicked.connect(self._delete_factor)
        body = self._section.body
        body.addWidget(self._facts)
        body.addWidget(self._unit)
        body.addLayout(self._slices)
        body.addWidget(self._axes)
        body.addWidget(self._table)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._delete)
        body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    def show_factor(self, place: int, project: Project) -> None:
        """Show the factor at a place of the model's factors."""
        factor = project.ugm.factors[place]
        fresh = place != self.place or factor.scope != self._scope()
        labels = tuple(project.ugm.variable(name).labels for name in factor.scope)
        same = not fresh and factor is self._model.factor and labels == self._model.labels
        self.place, self._project = place, project
        scope = ", ".join(map(subscript, factor.scope))
        self._section.set_title(f"Factor ({scope})")
        zeros = int((factor.log_table == -math.inf).sum())
        shape = " × ".join(str(len(each)) for each in labels) or "1"
        forbidden = f", {zeros:,} forbidden" if zeros else ""
        self._facts.setText(f"{shape} table, {factor.n_entries:,} entries{forbidden}")
        hidden = factor.scope[:-2]
        if fresh or [box.count() for box in self._slice_boxes] != [len(each) for each in labels[:-2]]:
            self._make_slices(hidden, labels)
        across = subscript(factor.scope[-1]) if len(factor.scope) > 1 else ""
        self._axes.setText(f"rows {subscript(factor.scope[-2])}, columns {across}" if across else "")
        self._axes.setVisible(bool(across))
        if not same:
            current = self._table.currentIndex()
            at = (current.row(), current.column())
            self._model.show_factor(factor, labels, tuple(box.currentIndex() for box in self._slice_boxes))
            if not fresh and at[0] >= 0:
                self._table.setCurrentIndex(self._model.index(*at))
            self._fit_table()

    def edit_table(self) -> None:
        """Let the table be typed into."""
        self._table.setFocus()
        if not self._table.currentIndex().isValid():
            self._table.setCurrentIndex(self._model.index(0, 0))

    def _scope(self) -> tuple[str, ...]:
        return () if self._model.factor is None else self._model.factor.scope

    def _make_slices(self, hidden: tuple[str, ...], labels: tuple[tuple[str, ...], ...]) -> None:
        while self._slices.rowCount():
            self._slices.removeRow(0)
        self._slice_boxes = []
        for name, states in zip(hidden, labels, strict=False):
            box = QComboBox()
            box.addItems(list(states))
            box.setAccessibleName(f"Slice at a state of {name}")
            box.setToolTip(f"Show the part of the table where {subscript(name)} has this state")
            box.currentIndexChanged.connect(self._show_slice)
            self._slices.addRow(f"{subscript(name)} =", box)
            self._slice_boxes.append(box)

    def _fit_table(self) -> None:
        rows, columns = self._model.rowCount(), self._model.columnCount()
        self._heat.widest = self._model.widest
        squeeze = columns > _MOST_COLUMNS
        self._table.setFont(theme.font(PANEL_TEXT * (1.0 if columns <= _ROOMY else 0.66)))
        header = self._table.horizontalHeader()
        mode = QHeaderView.ResizeMode.ResizeToContents if squeeze else QHeaderView.ResizeMode.Stretch
        header.setSectionResizeMode(mode)
        bar = self._table.horizontalScrollBar().sizeHint().height() if squeeze else 0
        fit_rows(self._table, min(rows, _MOST_ROWS), bar)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._fit_table()
        self._table.viewport().update()

    @Slot(int)
    def _show_unit(self, which: int) -> None:
        self._model.logs = which == 1
        self._model.layoutChanged.emit()
        self._fit_table()

    @Slot()
    def _show_slice(self) -> None:
        factor = self._model.factor
        if factor is not None:
            labels = tuple(self._project.ugm.variable(name).labels for name in factor.scope)
            with QSignalBlocker(self._unit):
                self._model.show_factor(factor, labels, tuple(box.currentIndex() for box in self._slice_boxes))
            self._heat.widest = self._model.widest

    @Slot(object, float)
    def _type(self, place: tuple[int, ...], number: float) -> None:
        factor = self._model.factor
        if factor is None:
            return
        try:
            after = self._project.with_factor_at(self.place, factor.with_entry(place, number, log=self._model.logs))
        except CliqueError as error:
            self.noticed.emit(error)
            return
        scope = ", ".join(map(subscript, factor.scope))
        self.edited.emit(f"Change an entry of ({scope})", after, None)

    @Slot()
    def _delete_factor(self) -> None:
        scope = ", ".join(map(subscript, self._scope()))
        self.edited.emit(f"Delete factor ({scope})", self._project.without(factors=[self.place]), None)
