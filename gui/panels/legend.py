"""Which mark stands for which evidence set?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.marks import paint_mark

from .parts import PANEL_TEXT

_GAP, _MARK = 14.0, 12.0


class MarkLegend(QWidget):
    """Marks with the names of their sets in one line; hidden while nothing is compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._marks: tuple[tuple[int, str], ...] = ()
        theme.notifier.changed.connect(self.updateGeometry)
        self.hide()

    @property
    def words(self) -> str:
        """The names, in the order shown."""
        return ", ".join(name for _, name in self._marks)

    def show_marks(self, marks: Mapping[str, int]) -> None:
        """Show what each mark stands for."""
        self._marks = tuple(sorted((mark, name) for name, mark in marks.items()))
        self.setVisible(bool(self._marks))
        self.setAccessibleName(f"Compared: {self.words}")
        self.setToolTip("\n".join(name for _, name in self._marks))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(PANEL_TEXT))
        names = sum(metrics.horizontalAdvance(name) + 1.5 * _MARK + _GAP + 1.0 for _, name in self._marks)
        return QSize(round(names), round(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(len(self._marks) * (3 * _MARK + _GAP)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(PANEL_TEXT)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        wanted = [metrics.horizontalAdvance(name) + 1.0 for _, name in self._marks]
        spare = self.width() - len(wanted) * (1.5 * _MARK + _GAP) + _GAP
        most = widest(wanted, spare)
        x = 0.0
        for (mark, name), width in zip(self._marks, wanted, strict=True):
            room = max(min(width, most), 1.0)
            paint_mark(painter, mark, x + _MARK / 2, self.height() / 2, _MARK)
            painter.setPen(theme.current().text)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(x + 1.5 * _MARK, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            x += 1.5 * _MARK + room + _GAP
        painter.end()


def widest(wanted: Sequence[float], spare: float) -> float:
    """Return the width to which the longest names are cut so that all fit; short ones are left whole."""
    left, n = spare, len(wanted)
    for width in sorted(wanted):
        if width * n >= left:
            return left / n
        left, n = left - width, n - 1
    return max(wanted, default=0.0)
