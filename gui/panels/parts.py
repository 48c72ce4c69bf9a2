"""Which small pieces are all panels made of?"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QStylePainter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from models.pasting import read_number

PANEL_TEXT = 0.86  # of body text
_LEAST_PARAGRAPH = 120  # pixels
SMALLEST = 8.0  # points, of a text that is written smaller to fit
Index = QModelIndex | QPersistentModelIndex

SHARE_ROLE = Qt.ItemDataRole.UserRole + 1  # a probability, drawn as a bar behind the text
PRIOR_ROLE = Qt.ItemDataRole.UserRole + 2  # the probability without clamps, drawn as a mark
STALE_ROLE = Qt.ItemDataRole.UserRole + 3


class Section(QWidget):
    """A titled group that can be folded away."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = QToolButton()
        self._head.setAutoRaise(True)
        self._head.setCheckable(True)
        self._head.setChecked(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setArrowType(Qt.ArrowType.DownArrow)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._fold)
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(6, 2, 2, 6)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._inside)
        self.set_title(title)

    @property
    def title(self) -> str:
        """What the group is called."""
        return self._head.text()

    def set_title(self, title: str) -> None:
        """Rename the group."""
        self._head.setText(title)
        self._head.setAccessibleName(title)
        self._head.setToolTip(f"Fold or unfold {title}")
        self._head.setWhatsThis(self._head.toolTip())
        font = theme.font(PANEL_TEXT, bold=True)
        self._head.setFont(font)

    @Slot(bool)
    def _fold(self, open_: bool) -> None:
        self._inside.setVisible(open_)
        self._head.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)

    def unfold(self) -> None:
        """Show what is inside."""
        self._head.setChecked(True)

    def restyle(self) -> None:
        """Take the sizes in force."""
        self._head.setFont(theme.font(PANEL_TEXT, bold=True))


class Paragraph(QLabel):
    """A text of several lines that can be selected."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def minimumSizeHint(self) -> QSize:
        """Let no long word make a whole column wider than the window shows."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), _LEAST_PARAGRAPH), least.height())


class ButtonGrid(QWidget):
    """Buttons of equal width, as many side by side as fit."""

    def __init__(self, least_width: int = 44) -> None:
        super().__init__()
        self._least = least_width
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self.buttons: list[QAbstractButton] = []

    def show_buttons(self, buttons: list[QAbstractButton], columns: int) -> None:
        """Put other buttons in."""
        for old in self.buttons:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = buttons
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for k, button in enumerate(buttons):
            self._grid.addWidget(button, k // columns, k % columns)
            self._grid.setColumnStretch(k % columns, 1)


class ShrinkingButton(QPushButton):
    """A button whose text is written smaller where it has not the width for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        edge, icon = 8, 0 if option.icon.isNull() else option.iconSize.width() + 6
        needed = self.fontMetrics().horizontalAdvance(option.text.replace("&", ""))
        room = self.width() - edge - icon
        if needed > room > 0:
            font = self.font()
            font.setPointSizeF(max(font.pointSizeF() * room / needed, SMALLEST))
            painter.setFont(font)
            option.fontMetrics = QFontMetrics(font)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


class ToggleButton(ShrinkingButton):
    """A button that can be pressed in, and then has the colour of what is selected: in every palette it can be told."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.toggled.connect(self.restyle)
        theme.notifier.changed.connect(self.restyle)

    @Slot()
    def restyle(self) -> None:
        """Take the colours in force."""
        if not self.isChecked():
            self.setPalette(QPalette())  # that of all buttons
            return
        p, look = theme.current(), QPalette()
        look.setColor(QPalette.ColorRole.Button, p.accent)
        look.setColor(QPalette.ColorRole.ButtonText, p.accent_text)
        self.setPalette(look)


def push_button(text: str, tip: str, name: str = "", toggles: bool = False) -> QPushButton:
    """Return a button with its texts; small enough for a panel."""
    button = ToggleButton(text) if toggles else ShrinkingButton(text)
    button.setToolTip(tip)
    button.setStatusTip(tip)
    button.setWhatsThis(tip)
    button.setAccessibleName(name or text)
    button.setAutoDefault(False)
    button.setMinimumWidth(30)  # a narrow panel may squeeze it
    return button


def swatch(colour: QColor) -> QIcon:
    """Return a small square of a colour."""
    size = QSize(24, 24)
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.current().text)
    painter.setBrush(colour)
    painter.drawRoundedRect(3, 3, 18, 18, 4, 4)
    painter.end()
    return QIcon(picture)


class TypingTable(QTableView):
    """A table that can be typed into: letters and Delete are for its cells, not shortcuts of the window."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            typed = bool(event.text()) and event.text().isprintable()
            if plain and (typed or event.key() == Qt.Key.Key_Delete):
                event.accept()
                return True
        return super().event(event)


def fit_rows(table: QTableView, n_rows: int, more: int = 0) -> None:
    """Make a table as high as so many rows of the present font."""
    height = max(theme.font(PANEL_TEXT).pointSizeF() * 1.33 + 12, table.fontMetrics().height() + 6)
    table.verticalHeader().setDefaultSectionSize(round(height))
    table.setFixedHeight(table.horizontalHeader().sizeHint().height() + n_rows * round(height) + more + 4)


def typed_number(text: str) -> float:
    """Return the number that a person typed, with a comma or a real minus sign too; NaN for anything else."""
    return read_number(text)


class ShareDelegate(QStyledItemDelegate):
    """Draws a probability as a bar behind its number, with a mark where it was without clamps."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = index.data(SHARE_ROLE)
        if share is None:
            super().paint(painter, option, index)
            return
        p = theme.current()
        area = QRectF(option.rect).adjusted(1, 2, -1, -2)
        painter.save()
        colour = QColor(p.exact)
        colour.setAlphaF(0.18 if index.data(STALE_ROLE) else 0.5)
        painter.fillRect(QRectF(area.left(), area.top(), area.width() * share, area.height()), colour)
        prior = index.data(PRIOR_ROLE)
        if prior is not None:
            painter.setPen(QPen(p.text, 2))
            x = round(area.left() + area.width() * prior)
            for y, reach in ((round(area.top()), 5), (round(area.bottom()), -5)):
                painter.drawLine(x, y, x, y + reach)
        painter.setPen(p.muted if index.data(STALE_ROLE) else p.text)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(option.font)
        painter.drawText(area.adjusted(0, 0, -4, 0), right, str(index.data()))
        painter.restore()
