"""What does one number of the headline look like?

A tile: its name above, the number large with the old one in grey beside it, a word about it below. A tile that changes
flashes once; numbers out of date are dimmed. `AskTile` can be clicked, or pressed with the keyboard, for a menu.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from . import theme

_FLASH_MS = 700


class FittingLabel(QLabel):
    """Shows the first of several wordings that fits its width, the last one cut short; all of it in a tool tip."""

    def __init__(self, relative: float, role: str = "text", least: float = 1.0) -> None:
        super().__init__()
        self._relative, self._role = relative, role
        self._least = least  # how far a wording may shrink before a shorter one is taken
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # in a tool bar it would be that of buttons
        self.restyle()

    def show_wordings(self, wordings: Sequence[str], tip: str = "") -> None:
        """Set the wordings, the preferred one first, and the tool tip (by default the first wording)."""
        self._wordings = tuple(wordings) or ("",)
        self.setToolTip(tip or self._wordings[0])
        self.setAccessibleName(tip or self._wordings[0])
        self._fit()

    @property
    def wording(self) -> str:
        """The preferred wording, whatever fits."""
        return self._wordings[0]

    def set_role(self, role: str) -> None:
        """Take another of the palette's colours."""
        self._role = role
        self.restyle()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        # A smaller wording must not make the strip lower, or everything below would jump.
        self.setFixedHeight(QFontMetrics(theme.font(self._relative)).height())
        look = self.palette()
        look.setColor(QPalette.ColorRole.WindowText, getattr(theme.current(), self._role))
        self.setPalette(look)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width()
        full = QFontMetricsF(theme.font(self._relative))
        for wording in self._wordings:
            needed = full.horizontalAdvance(wording)
            shrink = 1.0 if needed <= width else 0.985 * width / needed  # glyphs do not shrink quite evenly
            if shrink < self._least:  # nothing, for a label of no width: Qt knows no font of that size
                continue
            font = theme.font(self._relative * shrink)
            if QFontMetrics(font).horizontalAdvance(wording) <= width:
                self.setFont(font)
                self.setText(wording)
                return
        font = theme.font(self._relative * self._least)
        self.setFont(font)
        self.setText(QFontMetrics(font).elidedText(self._wordings[-1], Qt.TextElideMode.ElideRight, width))


class Values(QWidget):
    """The old number in grey, an arrow, and the new number large; dimmed while out of date."""

    def __init__(self) -> None:
        super().__init__()
        self.old, self.new, self.stale = "", "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font(1.0))
        return QSize(metrics.horizontalAdvance(self._old_text() + self.new) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    def _old_text(self) -> str:
        return f"{self.old} → " if self.old else ""

    def _font(self, shrink: float) -> QFont:
        return theme.font(1.5 * shrink, bold=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        wanted = self.sizeHint().width()
        font = self._font(min(1.0, self.width() / wanted) if wanted else 1.0)
        # A font has a smallest size; where both numbers do not fit with it, the new one matters.
        both = QFontMetrics(font).horizontalAdvance(self._old_text() + self.new) <= 1.03 * self.width() + 2
        if not both:
            alone = QFontMetrics(self._font(1.0)).horizontalAdvance(self.new)
            font = self._font(min(1.0, self.width() / alone) if alone else 1.0)
        painter.setFont(font)
        area = QRectF(self.rect())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if self.old and both:
            painter.setPen(p.muted)
            painter.drawText(area, left, self._old_text())
            area.setLeft(area.left() + QFontMetrics(font).horizontalAdvance(self._old_text()))
        colour = QColor(p.text)
        colour.setAlphaF(0.4 if self.stale else 1.0)
        painter.setPen(colour)
        painter.drawText(area, left, self.new)
        painter.end()


class Tile(QFrame):
    """One number with its name above and a word about it below."""

    def __init__(self, caption: str, weight: int) -> None:
        super().__init__()
        self.weight = weight
        self._glow = 0.0
        self.caption = FittingLabel(0.78, role="muted")
        self.caption.show_wordings([caption])
        self.values = Values()
        self.note = FittingLabel(0.78, role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 12, 5)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.values)
        column.addWidget(self.note)
        self.flash = QVariantAnimation(self)
        self.flash.setDuration(_FLASH_MS)
        self.flash.setStartValue(1.0)
        self.flash.setEndValue(0.0)
        self.flash.valueChanged.connect(self._set_glow)

    def show_values(
        self, new: str, old: str = "", notes: Sequence[str] = (), role: str = "muted", tip: str = ""
    ) -> None:
        """Show a number, flashing if it is another one."""
        if (new, old) != (self.values.new, self.values.old):
            if new and self.values.new and self.isVisible() and theme.animated():
                self.flash.start()
            self.values.new, self.values.old = new, old
            self.values.updateGeometry()
        self.values.setToolTip(tip or self.caption.toolTip())
        spoken = f"{self.caption.wording}: {f'{old}, now ' if old else ''}{new}. {tip or ' '.join(notes[:1])}"
        self.values.setAccessibleName(spoken)
        self.note.set_role(role)
        self.note.show_wordings(notes or [""], tip)
        self.set_stale(False)

    def set_stale(self, stale: bool) -> None:
        """Dim the number, or not."""
        self.values.stale = stale
        self.values.update()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.caption.restyle()
        self.note.restyle()
        self.values.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        if self._glow > 0:
            glow = QColor(p.model)
            glow.setAlphaF(0.45 * self._glow)
            painter.fillRect(self.rect(), glow)
        painter.setPen(p.line)
        painter.drawLine(0, 8, 0, self.height() - 9)
        painter.end()

    @Slot(object)
    def _set_glow(self, value: float) -> None:
        self._glow = float(value)
        self.update()


class AskTile(Tile):
    """A tile that opens a menu when it is clicked or pressed with the keyboard."""

    pressed = Signal()

    def __init__(self, caption: str, weight: int, name: str, tip: str) -> None:
        super().__init__(caption, weight)
        self._tip = tip
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setStatusTip(tip)
        self.setWhatsThis(tip)
        self._open = False

    def set_open(self, open_: bool) -> None:
        """Let it be clicked, or not."""
        self._open = open_
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if open_ else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if open_ else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_values(
        self, new: str, old: str = "", notes: Sequence[str] = (), role: str = "muted", tip: str = ""
    ) -> None:
        super().show_values(new, old, notes, role, tip)
        self.values.setToolTip(f"{self.values.toolTip()}\n{self._tip}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self._open and inside and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._open and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._open:
            return
        p, side = theme.current(), theme.points(0.42)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = self.width() - 8 - side, 9 + 0.4 * side
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(p.muted)
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + side, y), QPointF(x + side / 2, y + 0.7 * side)]))
        if self.hasFocus() or self.underMouse():
            painter.setPen(p.accent if self.hasFocus() else p.line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 5, 5)
        painter.end()
