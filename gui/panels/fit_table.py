"""How do the fits compare with each other and with the data?

The table of fits. The data's own row stays in view however far down one scrolls, and no row is ever cut; a click on a
fit asks for its model. Where the columns do not fit, the text shrinks a little, then long names are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from gui import theme
from gui.words import count
from models.project import FitRecord

from .fit_rows import LABEL, P_LAST, TIME, FitTableModel, Naming, tint
from .parts import PANEL_TEXT, SHARE_ROLE, Index

_AIR = 4  # pixels left and right of a text
_MARGIN = 3  # that Qt adds to them
_HEAD = 0.88  # of the table's text
_MARK = 0.65  # side of a row's mark in heights of its text
_ROW = 1.25  # height of a row in heights of its text
_SMALLER = (1.0, 0.93, 0.86)  # sizes of the text, the largest that fits is taken
_LEAST_NAME = 7.0  # width of the first column in heights of its text, however little room there is


class CellDelegate(QStyledItemDelegate):
    """Leaves air around each text; the answer to the question gets a bar, blue for the data, orange for a model."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share, ground, p = index.data(SHARE_ROLE), index.data(Qt.ItemDataRole.BackgroundRole), theme.current()
        if ground is not None:
            painter.fillRect(option.rect, ground)
        if share is not None:
            area = QRectF(option.rect).adjusted(4, 3, -4, -3)
            colour = tint(p.model if ground is None else p.data, 0.45)
            painter.fillRect(QRectF(area.left(), area.top(), area.width() * share, area.height()), colour)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tint(p.accent, 0.12))
        option.rect = option.rect.adjusted(_AIR, 0, -_AIR, 0)
        super().paint(painter, option, index)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.backgroundBrush.setStyle(Qt.BrushStyle.NoBrush)
        side = round(_MARK * option.fontMetrics.height())
        option.decorationSize = QSize(side, side)
        option.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)  # would hide the bar

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * _AIR, 0)


class PinnedRow(QTableView):
    """A copy of the first row that lies over the table and does not scroll."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self.setModel(table.model())
        self.setItemDelegate(CellDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setAccessibleName("What the data show")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(0)
        table.horizontalHeader().sectionResized.connect(self._follow)
        table.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @Slot(int, int, int)
    def _follow(self, column: int, old: int, new: int) -> None:
        self.setColumnWidth(column, new)


class FitTable(QTableView):
    """The table itself."""

    record_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = FitTableModel()
        self.setModel(self.rows)
        self._pinned = PinnedRow(self)
        self.setAccessibleName("Table of fits")
        self.setToolTip("Click a row to put its model on the canvas")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(CellDelegate(self))
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(8)
        self._pinned.verticalHeader().setMinimumSectionSize(8)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # whole rows below the data's
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)
        self.restyle()

    def show_records(self, records: Sequence[FitRecord], naming: Naming, current: FitRecord | None) -> None:
        """Show other rows; the newest stays in view, and the keyboard stays in its row."""
        grown = len(records) > len(self.rows.records)
        old, row, at = self.rows.records, self.currentIndex().row(), self.verticalScrollBar().value()
        self.rows.show_records(records, naming, current)
        for place, record in enumerate(self.rows.records):
            if 0 <= row < len(old) and record is old[row]:
                self.setCurrentIndex(self.rows.index(place, LABEL))
        names = ", ".join(record.label for record in self.rows.records)
        self.setAccessibleDescription(f"{count(len(self.rows.records), 'row')}: {names}")
        self._fit()
        if grown:
            self.scrollToBottom()
        else:
            self.verticalScrollBar().setValue(at)

    def scrollTo(  # noqa: N802 - Qt calls it by this name
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        super().scrollTo(index, hint)
        bar = self.verticalScrollBar()
        if self._pinned.isVisibleTo(self) and 0 < index.row() <= bar.value():
            bar.setValue(index.row() - 1)  # the row at the top is behind the data's

    def resizeEvent(self, event: QResizeEvent) -> None:
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        super().resizeEvent(event)
        self._fit()
        if at_end:
            self.scrollToBottom()

    def _fit(self) -> None:
        self._fit_columns()
        self._fit_rows()
        self._place_pinned()

    def _fit_rows(self) -> None:
        """Make rows so high that a whole number of them fills the table; the header takes the few pixels left over."""
        row, head = round(self.fontMetrics().height() * _ROW), self.horizontalHeader().sizeHint().height()
        across = self.horizontalScrollBar()
        room = self.height() - 2 * self.frameWidth() - head - (across.height() if across.isVisible() else 0)
        n_seen = max(room // row, 2)
        if self.rows.rowCount() > n_seen and room >= 2 * row:
            row = room // n_seen
            head += room - n_seen * row
        for table in (self, self._pinned):
            table.verticalHeader().setDefaultSectionSize(row)
        self.horizontalHeader().setFixedHeight(head)

    def _fit_columns(self) -> None:
        """Give the bars what is left; where nothing is, write smaller, then cut names, then let the table scroll."""
        room = self.width() - self._beside()
        relative, widths = PANEL_TEXT, [0]
        for smaller in _SMALLER:
            relative = PANEL_TEXT * smaller
            widths = self._widths(relative)
            if sum(widths) <= room:
                break
        self.rows.set_text(relative)
        self.horizontalHeader().setFont(theme.font(relative * _HEAD))
        least = round(_LEAST_NAME * QFontMetrics(theme.font(relative)).height())
        over = max(sum(widths) - room, 0)
        widths[LABEL] -= min(over, max(widths[LABEL] - least, 0))
        widths[P_LAST] += max(room - sum(widths), 0)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _widths(self, relative: float) -> list[int]:
        """Return what each column needs with texts of this size."""
        rows = self.rows
        head = QFontMetricsF(theme.font(relative * _HEAD))
        metrics = [QFontMetricsF(rows.font(row, relative)) for row in range(rows.rowCount())]
        widths = []
        for column in range(TIME + 1):
            lines = str(rows.headerData(column, Qt.Orientation.Horizontal)).split("\n")
            inside = max(map(head.horizontalAdvance, lines)) - 2 * _AIR + 3
            for row, metric in enumerate(metrics):
                mark = round(_MARK * metric.height()) + 2 * _MARGIN if column == LABEL else 0
                inside = max(inside, metric.horizontalAdvance(str(rows.index(row, column).data())) + mark)
            widths.append(ceil(inside) + 1 + 2 * (_AIR + _MARGIN))
        return widths

    def _beside(self) -> int:
        """Return the width that is not for columns."""
        bar = self.verticalScrollBar().sizeHint().width()
        row, head = round(self.fontMetrics().height() * _ROW), self.horizontalHeader().sizeHint().height()
        whole = head + self.rows.rowCount() * row + 2 * self.frameWidth()
        return 2 * self.frameWidth() + (bar if whole > self.height() else 0)

    def _place_pinned(self) -> None:
        """Lay the data's row over the upper end of the rows."""
        records, height = self.rows.records, self.verticalHeader().defaultSectionSize()
        self._pinned.setVisible(bool(records) and records[0].ugm is None)
        left, top = self.frameWidth(), self.frameWidth() + self.horizontalHeader().height()
        self._pinned.setGeometry(left, top, self.viewport().width(), height)
        for column in range(TIME + 1):
            self._pinned.setColumnWidth(column, self.columnWidth(column))

    def needed_width(self) -> int:
        """Return how wide the table must be to show every column in full size."""
        return sum(self._widths(PANEL_TEXT)) + self._beside()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        words = "No fits yet. Load data, choose the edges and press Fit."
        if self.rows.records:
            words = "No fits yet. Choose the edges and press Fit: each fit adds a row." if self._only_data() else ""
        if words:
            below = self.rows.rowCount() * self.verticalHeader().defaultSectionSize()
            painter = QPainter(self.viewport())
            painter.setPen(theme.current().muted)
            free = self.viewport().rect().adjusted(0, below, 0, 0)
            painter.drawText(free, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            painter.end()

    def _only_data(self) -> bool:
        return all(record.ugm is None for record in self.rows.records)

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.setFont(theme.font(PANEL_TEXT))
        for table in (self, self._pinned):
            table.viewport().update()
        self._pinned.setFont(theme.font(PANEL_TEXT))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        record = self.rows.records[index.row()]
        if record.ugm is not None:
            self.record_chosen.emit(record)
