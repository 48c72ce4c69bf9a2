"""Where does a person choose how the window looks and works?

One dialog, made from the table of options: type to find a setting or a key, change it, and see it take effect at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from . import theme
from .options import OPTIONS
from .searching import words_of
from .settings import Settings
from .settings_keys import KeysPage
from .settings_rows import OptionRow

_SIZE = QSize(720, 620)


class SettingsDialog(QDialog):
    """The dialog; it does not stand in the way of the window."""

    def __init__(self, settings: Settings, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self._settings = settings
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type to find a setting or a key")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a setting or a key")
        self.search.textChanged.connect(self._find)
        self.rows = {key: OptionRow(option, settings) for key, option in OPTIONS.items()}
        self.keys = KeysPage(settings, actions)
        self._heads: dict[str, QLabel] = {}
        self._nothing = QLabel("No setting holds all these words.")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Settings and keys")
        self.tabs.addTab(self._make_page(), "")
        self.tabs.addTab(self.keys, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.restore = buttons.addButton("Restore all defaults", QDialogButtonBox.ButtonRole.ResetRole)
        self.restore.setToolTip("Put every setting and every key back to its default")
        self.restore.setAccessibleName("Restore all defaults")
        self.restore.clicked.connect(self._restore_all)
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        settings.changed.connect(self._follow)
        theme.notifier.changed.connect(self._restyle)
        self._restyle()
        self._find("")
        screen = parent.screen().availableSize() if parent is not None else _SIZE
        grown = _SIZE * min(max(theme.font_scale(), 1.0), 1.6)
        self.resize(grown.boundedTo(screen) if screen.width() >= _SIZE.width() else _SIZE)
        self.search.setFocus()

    def _make_page(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(0)
        for row in self.rows.values():
            group = row.option.group
            if group not in self._heads:
                head = self._heads[group] = QLabel(group)
                column.addWidget(head)
            column.addWidget(row)
        column.addWidget(self._nothing)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName("Settings")
        return area

    @Slot(str)
    def _find(self, typed: str) -> None:
        words = words_of(typed)
        shown = [row.option.group for row in self.rows.values() if row.search(words)]
        n_keys = self.keys.search(words)
        for group, head in self._heads.items():
            head.setVisible(group in shown)
        self._nothing.setVisible(not shown)
        counts = (len(shown), n_keys)
        for place, (name, n) in enumerate(zip(("Settings", "Keys"), counts, strict=True)):
            self.tabs.setTabText(place, f"{name} ({n})" if words else name)
        if words and not counts[self.tabs.currentIndex()] and any(counts):
            self.tabs.setCurrentIndex(0 if counts[0] else 1)

    @Slot(str)
    def _follow(self, key: str) -> None:
        self.rows[key].follow()

    @Slot()
    def _restore_all(self) -> None:
        self._settings.restore_defaults()
        self.keys.put_all_back()

    @Slot()
    def _restyle(self) -> None:
        for head in self._heads.values():
            head.setFont(theme.font(1.05, bold=True))
            head.setContentsMargins(4, 10, 0, 2)
        for row in self.rows.values():
            row.restyle()
        self.keys.restyle()
        self._find(self.search.text())
