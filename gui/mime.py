"""Where do things for the clipboard come from that outlive Python?

The clipboard keeps what it was given until the application is gone, and that is after Python has ended. A `QMimeData`
made in Python is destroyed through Python, so the process crashes at its very end (seen with PySide6 6.11.3). One that
Qt has made is not.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QStringListModel


def fresh_mime() -> QMimeData:
    """Return an empty QMimeData that Qt has made."""
    model = QStringListModel([""])
    made = model.mimeData([model.index(0)])
    made.clear()
    return made
