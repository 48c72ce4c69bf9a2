"""What do the buttons at the left edge look like?

The workspace switch and below it the tools: icon, word and key letter on each button, so that nobody has to guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QIcon, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QToolBar, QToolButton, QWidget

from . import icons, theme

_ICON = 24
_WORD = 0.74  # of body text
_KEY = 0.6
# Sizes to try from the largest, first with icons, then words alone: those can be read at a size where both cannot.
_SQUEEZES = (
    *((k / 100, True) for k in range(100, 65, -5)),
    *((k / 100, False) for k in range(85, 25, -5)),
)

WORKSPACES = ("workspace.graph", "workspace.fit", "workspace.sample", "workspace.width")
TOOLS = ("tool.select", "tool.lasso", "tool.node", "tool.edge", "tool.clamp", "tool.pan")
OTHERS = ("view.fit", "edit.undo", "edit.redo")
_WORDS = {"workspace.width": "Width", "view.fit": "Fit view", "edit.undo": "Undo", "edit.redo": "Redo"}


class StripButton(QToolButton):
    """Icon over word, the key letter in the corner."""

    def __init__(self, action: QAction, word: str) -> None:
        super().__init__()
        self._word = word
        self.squeeze = 1.0  # of its size, where the strip is too short for all
        self.with_icon = True
        self._sizes: dict[tuple[float, bool], QSize] = {}
        self.setDefaultAction(action)
        self.setAutoRaise(True)
        self.setAccessibleName(word)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def key_letter(self) -> str:
        """The letter or digit in the corner, as the key is set now: of "V" and of "Ctrl+1", of no other kind."""
        key = self.defaultAction().shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        digit = key.removeprefix("Ctrl+")
        return key if len(key) == 1 else digit if digit.isdigit() else ""

    def sizeHint(self) -> QSize:
        # Asked for some thousand times while a window opens: the strip tries every size, and the layouts ask on.
        form = (self.squeeze, self.with_icon)
        if form not in self._sizes:
            self._sizes[form] = self._measure()
        return self._sizes[form]

    def restyle(self) -> None:
        """Measure again, for the font may be another."""
        self._sizes.clear()

    def _measure(self) -> QSize:
        words, keys = QFontMetrics(theme.font(_WORD * self.squeeze)), QFontMetrics(theme.font(_KEY * self.squeeze))
        if not self.with_icon:
            return QSize(words.horizontalAdvance(self._word) + 2 * keys.horizontalAdvance("W") + 14, words.height() + 3)
        icon = round(_ICON * self.squeeze)
        width = max(words.horizontalAdvance(self._word) + 12, icon + 2 * keys.horizontalAdvance("W") + 16)
        return QSize(width, icon + words.height() + round(7 * self.squeeze**2))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter = QPainter(self)
        checked = self.isChecked()
        if checked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(p.accent)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        else:
            self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        ink = p.accent_text if checked else p.text if self.isEnabled() else p.muted
        below = self.rect()
        if self.with_icon:
            drawing = str(self.defaultAction().property("drawing"))
            ratio, icon, top = self.devicePixelRatioF(), round(_ICON * self.squeeze), round(4 * self.squeeze**2)
            picture = icons.pixmap(drawing, ink, round(icon * ratio))
            picture.setDevicePixelRatio(ratio)
            painter.drawPixmap((self.width() - icon) // 2, top, picture)
            below = QRect(0, icon + top, self.width(), self.height() - icon - top - 1)
        painter.setPen(ink)
        painter.setFont(theme.font(_WORD * self.squeeze))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._word)
        if self.key_letter:
            painter.setPen(ink if checked else p.muted)
            painter.setFont(theme.font(_KEY * self.squeeze))
            corner = self.rect().adjusted(0, 2, -4, 0)
            painter.drawText(corner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.key_letter)
        if self.hasFocus():
            painter.setPen(p.accent_text if checked else p.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), 4, 4)
        painter.end()


class ToolStrip(QToolBar):
    """The strip itself."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__("Tools", parent)
        self.setObjectName("tools")
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setOrientation(Qt.Orientation.Vertical)
        self.buttons: list[StripButton] = []
        groups: Sequence[Sequence[str]] = (WORKSPACES, TOOLS, OTHERS)
        for k, keys in enumerate(groups):
            if k:
                self.addSeparator()
            for key in keys:
                word = _WORDS.get(key) or actions[key].text().replace("&", "")
                button = StripButton(actions[key], word)
                self.buttons.append(button)
                self.addWidget(button)
        self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze()

    def _squeeze(self) -> None:
        """Make the buttons as large as all of them fit: one that does not would be hidden."""
        layout = self.layout()
        if layout is None:
            return
        layout.invalidate()  # or it would answer for the sizes before
        between = layout.sizeHint().height() - sum(button.sizeHint().height() for button in self.buttons)
        for squeeze, with_icon in _SQUEEZES:
            for button in self.buttons:
                button.squeeze, button.with_icon = squeeze, with_icon
            if sum(button.sizeHint().height() for button in self.buttons) + between <= self.height():
                break
        for button in self.buttons:
            button.updateGeometry()
            button.update()

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        for button in self.buttons:
            button.restyle()
        self._squeeze()
