"""Which key or gesture does what?

The sheet of shortcuts: what mouse and keys do on the canvas, and every action by its menu with its keys as they are set
now. It can be searched, copied and saved as a PDF to print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QFont,
    QGuiApplication,
    QKeySequence,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from . import theme
from .actions import MENUS, SPECS
from .searching import found_in, marked, words_of

CANVAS = (
    ("Double-click", "Add or rename", "Add a variable; on a variable, rename it; on an edge, edit its table"),
    ("Drag", "Move or select", "Move the selection; from the empty canvas, select all that is inside"),
    ("Alt + drag", "Join", "Join two variables"),
    ("Click a bar", "Clamp", "Clamp to its state; again to release"),
    ("Alt + click a bar", "Exclude", "Exclude a state, or allow it again"),
    ("Shift", "Extend", "Extend the selection, by a click or by dragging"),
    ("Right-click, Menu", "Menu", "Open the menu of what is there, or of the selection"),
    ("0 to 9", "Clamp", "Clamp the selected variables to the state with this label"),
    ("Backspace", "Release", "Release the selection with the Clamp tool, delete it with the others"),
    ("Tab, Shift+Tab", "Next variable", "Go to the next variable, or the one before; Ctrl+Tab leaves the canvas"),
    ("Arrows", "Move", "Move the selection (Shift: finely)"),
    ("Alt + arrows", "Go", "Go to the nearest variable in that direction"),
    ("Full stop", "Edges", "Go through the edges of the selected variable"),
    ("Enter, F2", "Edit", "Rename a variable, or edit the table of an edge"),
    ("Wheel", "Zoom", "Zoom at the mouse"),
    ("Space, middle button", "Pan", "Hold it and drag to move the picture"),
    ("Esc", "Cancel", "Cancel what has been begun; back to Select"),
)
SAMPLING = (
    ("Space", "Start or pause", "Start, pause or go on; on the canvas a short tap"),
    ("Right arrow", "Step", "Make a single update, unless variables are selected"),
    ("Enter", "Fold", "Fold or unfold the group whose heading is in focus"),
)
PRESENTING = (
    ("Esc", "End", "End the presentation, or let a held picture go"),
    ("Any click", "Ring", "A ring shows where the mouse was pressed"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet: its keys ("" for none), what it is called, and what it does."""

    keys: str
    name: str
    does: str


def sheet_of(actions: Mapping[str, QAction]) -> dict[str, list[Line]]:
    """Return every line under its heading: gestures first, then the menus in their order."""
    sheet = {
        "On the canvas": [Line(*line) for line in CANVAS],
        "In the Sample workspace": [Line(*line) for line in SAMPLING],
        "While presenting": [Line(*line) for line in PRESENTING],
    }
    for title, entries in MENUS:
        head = f"{title.replace('&', '')} menu"
        sheet[head] = []
        for entry in entries:
            inside, keys = ("", (entry,)) if isinstance(entry, str) else (entry[0].replace("&", ""), entry[1:])
            for key in keys:
                if key in actions:
                    sheet[head].append(_line(key, actions[key], inside))
    return sheet


def _line(key: str, action: QAction, inside: str) -> Line:
    native = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(sequence.toString(native) for sequence in action.shortcuts())
    name = SPECS[key].text.replace("&", "").removesuffix("…")  # without what "Undo" would undo now
    return Line(keys, f"{inside}: {name}" if inside else name, SPECS[key].tip)


def only(sheet: Mapping[str, Sequence[Line]], words: Sequence[str]) -> dict[str, list[Line]]:
    """Return the lines that hold every word, with the headings that are left."""
    found = {
        head: [line for line in lines if found_in(words, head, line.keys, line.name, line.does)]
        for head, lines in sheet.items()
    }
    return {head: lines for head, lines in found.items() if lines}


def as_html(sheet: Mapping[str, Sequence[Line]], words: Sequence[str] = ()) -> str:
    """Return a sheet as tables, what was searched for marked."""
    parts = []
    for head, lines in sheet.items():
        rows = "".join(
            "<tr>"
            f"<td width='24%' style='padding:2px 14px 2px 0'><b>{marked(line.keys or '–', words)}</b></td>"
            f"<td width='26%' style='padding:2px 14px 2px 0'>{marked(line.name, words)}</td>"
            f"<td style='padding:2px 0'>{marked(line.does, words)}</td></tr>"
            for line in lines
        )
        parts.append(f"<h3>{escape(head)}</h3><table width='100%'>{rows}</table>")
    return "".join(parts) or "<p>Nothing on the sheet holds all these words.</p>"


def as_text(sheet: Mapping[str, Sequence[Line]]) -> str:
    """Return a sheet as plain text in columns."""
    lines = [line for group in sheet.values() for line in group]
    wide = max((len(line.keys) for line in lines), default=0), max((len(line.name) for line in lines), default=0)
    parts = []
    for head, group in sheet.items():
        rows = (f"{line.keys or '-':<{wide[0]}}  {line.name:<{wide[1]}}  {line.does}" for line in group)
        parts.append("\n".join([head, "-" * len(head), *rows]))
    return "\n\n".join(parts) + "\n"


class SheetDialog(QDialog):
    """The sheet, to be searched, copied and printed; the window can be used meanwhile."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self._actions = actions
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type to find a key or what it does")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a key or what it does")
        self.search.textChanged.connect(self.refresh)
        self.text = QTextBrowser()
        self.text.setAccessibleName("Keys")
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for text, name, do in (
            ("Copy", "Copy the sheet as text", self.copy),
            ("Save as PDF…", "Save the sheet as a PDF to print", self.save),
        ):  # fmt: skip
            button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(do)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.search, self.text, self._note, buttons):
            column.addWidget(widget)
        self.resize(round(860 * min(max(theme.font_scale(), 1.0), 1.6)), 660)
        theme.notifier.changed.connect(self.refresh)
        self.refresh()
        self.search.setFocus()

    @property
    def shown(self) -> dict[str, list[Line]]:
        """What is left of the sheet by the search."""
        return only(sheet_of(self._actions), words_of(self.search.text()))

    @Slot()
    def refresh(self) -> None:
        """Show what holds the words typed."""
        place = self.text.verticalScrollBar().value()
        self.text.setHtml(as_html(self.shown, words_of(self.search.text())))
        self.text.verticalScrollBar().setValue(place)

    @Slot()
    def copy(self) -> None:
        """Put what is shown on the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self.shown))
        self._say("Copied.")

    @Slot()
    def save(self) -> None:
        """Ask for a name and write a PDF."""
        start = str(Path.home() / "clique-keys.pdf")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the keys", start, "PDF (*.pdf)")
        if chosen:
            self.save_pdf(Path(chosen))

    def save_pdf(self, path: Path) -> bool:
        """Write what is shown to a file of A4 pages; say how it went."""
        try:
            with path.open("ab"):
                pass  # Qt itself does not say when a file cannot be written
        except OSError as error:
            self._say(f"{path.name} was not saved: {error.strerror or error}. Choose another folder.")
            return False
        writer = QPdfWriter(str(path))
        writer.setTitle("Clique: keys")
        layout = QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 15, 15, 15),
            QPageLayout.Unit.Millimeter,
        )  # fmt: skip
        writer.setPageLayout(layout)
        document = QTextDocument()
        document.setDefaultFont(QFont(theme.FONT, 8))
        document.setHtml(as_html(self.shown))
        document.print_(writer)
        self._say(f"Saved {path.name}.")
        return True

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
