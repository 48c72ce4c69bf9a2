"""How do the fits compare with each other and with the data?

The table of fits. The data's own row stays in view however far down one scrolls; a click on a fit asks for its model.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
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
        side = round(0.65 * option.fontMetrics.height())
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
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._choose)
        self.restyle()

    def show_records(self, records: Sequence[FitRecord], naming: Naming, current: FitRecord | None) -> None:
        """Show other rows; the newest stays in view, and the keyboard stays in its row."""
        grown = len(records) > len(self.rows.records)
        old, row = self.rows.records, self.currentIndex().row()
        self.rows.show_records(records, naming, current)
        for place, record in enumerate(self.rows.records):
            if 0 <= row < len(old) and record is old[row]:
                self.setCurrentIndex(self.rows.index(place, LABEL))
        names = ", ".join(record.label for record in self.rows.records)
        self.setAccessibleDescription(f"{count(len(self.rows.records), 'row')}: {names}")
        self._fit_columns()
        if grown:
            self.scrollToBottom()

    def scrollTo(  # noqa: N802 - Qt calls it by this name
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        super().scrollTo(index, hint)
        hidden = self._pinned.height() - self.visualRect(index).top()
        if self._pinned.isVisibleTo(self) and index.row() > 0 and hidden > 0:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the bars what is left; where nothing is, let the table scroll."""
        roomy = self.width() >= self.needed_width()
        mode = QHeaderView.ResizeMode.Stretch if roomy else QHeaderView.ResizeMode.ResizeToContents
        self.horizontalHeader().setSectionResizeMode(P_LAST, mode)
        self._place_pinned()

    def _place_pinned(self) -> None:
        records = self.rows.records
        self._pinned.setVisible(bool(records) and records[0].ugm is None)
        left, top = self.frameWidth(), self.frameWidth() + self.horizontalHeader().height()
        self._pinned.setGeometry(left, top, self.viewport().width(), self.rowHeight(0))
        for column in range(TIME + 1):
            self._pinned.setColumnWidth(column, self.columnWidth(column))

    def needed_width(self) -> int:
        """Return how wide the table must be to show every column, with some room for the bars."""
        header = self.horizontalHeader()
        columns = sum(max(self.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in range(TIME + 1))
        bar = self.verticalScrollBar().sizeHint().width()
        rows = self.horizontalHeader().sizeHint().height() + self.rows.rowCount() * self.rowHeight(0)
        return columns + 2 * self.frameWidth() + 2 + (bar if rows > self.height() else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rows.records:
            painter = QPainter(self.viewport())
            painter.setPen(theme.current().muted)
            words = "No fits yet. Load data, choose the edges and press Fit."
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            painter.end()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.setFont(theme.font(PANEL_TEXT))
        self.horizontalHeader().setFont(theme.font(PANEL_TEXT * 0.88))
        for table in (self, self._pinned):
            table.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.35))
            table.viewport().update()
        self._pinned.setFont(theme.font(PANEL_TEXT))
        self._fit_columns()

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
