"""What can a person read about the program itself?"""

from __future__ import annotations

import platform
from html import escape

import PySide6
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from . import __version__


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
