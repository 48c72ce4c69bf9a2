"""What can a person read about the window: its keys, its version?"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from html import escape

import PySide6
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from . import __version__
from .actions import SPECS

_HEADS = {
    "tool": "Tools", "workspace": "Workspaces", "file": "Files", "export": "Exporting", "edit": "Editing",
    "model": "Clamping", "fit": "Fitting", "sample": "Sampling", "view": "View", "help": "Help",
}  # fmt: skip
_CANVAS = (
    ("Double-click", "add a variable, or rename one"),
    ("Alt + drag", "join two variables"),
    ("Click a bar", "clamp to its state; again to release"),
    ("Shift", "extend the selection"),
    ("0 to 9", "clamp the selected variables to the state with this label"),
    ("Tab", "go to the next variable"),
    ("Arrows", "move the selection (Shift: finely)"),
    ("Enter", "rename, or edit the table"),
    ("Wheel", "zoom at the mouse"),
    ("Space or middle button", "hold and drag to pan"),
    ("Esc", "cancel; back to Select"),
)


def shortcut_sheet(actions: Mapping[str, QAction]) -> str:
    """Return every key as HTML tables."""
    parts = []
    for prefix, head in _HEADS.items():
        rows = [
            (", ".join(k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()), SPECS[key].tip)
            for key, action in actions.items()
            if key.startswith(prefix + ".") and action.shortcuts()
        ]
        if rows:
            parts.append(_table(head, rows))
    return _table("On the canvas", list(_CANVAS)) + "".join(parts)


def _table(head: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td style='padding:2px 18px 2px 0'><b>{escape(key)}</b></td>"
        f"<td style='padding:2px 0'>{escape(does)}</td></tr>"
        for key, does in rows
    )
    return f"<h3>{escape(head)}</h3><table>{cells}</table>"


def about_text() -> str:
    """Return versions and licence as HTML."""
    import numpy as np

    return (
        f"<h2>Clique {__version__}</h2>"
        "<p>A window for exploring undirected graphical models: draw, clamp, fit, sample.</p>"
        f"<p>Python {platform.python_version()}, Qt for Python {PySide6.__version__}, NumPy {np.__version__}, "
        f"{escape(platform.platform())}</p>"
        "<p>MIT licence. The font is DejaVu Sans.</p>"
    )


class TextDialog(QDialog):
    """A text to read, with a button that copies it."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(720, 620)
        self.text = QTextBrowser()
        self.text.setAccessibleName(title)
        self.text.setHtml(html)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAccessibleName("Copy the text")
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)

    @Slot()
    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
