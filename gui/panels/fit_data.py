"""Which data are fitted?

A card with the data set's name and size, what its reader decided, its first rows, and two ways to other data.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.theme import subscript
from gui.words import count

from .parts import PANEL_TEXT, Paragraph, push_button

if TYPE_CHECKING:
    from models.dataset import Dataset

BUNDLED_PINS = "bundled:pins"
OPEN_FILE = "open"
_ROWS, _COLUMNS = 5, 7
_EMPTY = "No data yet. Take the bundled PINs, or open a table: CSV, TSV, JLD, HDF5 or NumPy."


def states_words(labels: Sequence[tuple[str, ...]]) -> str:
    """Say which states the columns have: "states 0 to 9", "2 to 12 states"."""
    if len(set(labels)) == 1:
        states = labels[0]
        if len(states) > 3 and all(label.isdigit() for label in states):
            return f"states {states[0]} to {states[-1]}"
        if len(states) <= 4:
            return ("states " if len(states) > 1 else "one state, ") + ", ".join(states)
    sizes = sorted({len(states) for states in labels})
    return f"{sizes[0]} states" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} states"


def rows_html(dataset: Dataset) -> str:
    """Return the first rows: PINs and the like in one line, others as a table, cut where it would be too large."""
    rows = dataset.rows[:_ROWS]
    if len(dataset.variables) <= _COLUMNS and all(len(label) == 1 for v in dataset.variables for label in v.labels):
        shown = "&nbsp; ".join(escape(dataset.show_row(row)) for row in rows)
        return f"<p>{shown}{'&nbsp; …' if dataset.n_rows > _ROWS else ''}</p>"
    columns = range(min(len(dataset.variables), _COLUMNS))
    longest = 12 if len(columns) < 4 else 8 if len(columns) < 6 else 5  # characters that fit the panel's width
    cut = "…" if len(dataset.variables) > _COLUMNS else ""
    weighted = bool((dataset.weights != 1.0).any())

    def line(cells: list[str], tag: str) -> str:
        inside = "".join(f'<{tag} align="right">{escape(cell)}&nbsp;&nbsp;</{tag}>' for cell in cells)
        return f"<tr>{inside}</tr>"

    def short(label: str) -> str:
        return label if len(label) <= longest else label[: longest - 1] + "…"

    head = [short(subscript(dataset.variables[c].name)) for c in columns] + [cut] * bool(cut)
    lines = [line(head + ["weight"] * weighted, "th")]
    for row, weight in zip(rows, dataset.weights[:_ROWS], strict=True):
        cells = [short(dataset.variables[c].labels[row[c]]) for c in columns] + [cut] * bool(cut)
        lines.append(line(cells + [f"{weight:g}"] * weighted, "td"))
    if dataset.n_rows > _ROWS:
        lines.append(line(["⋮"] * (len(head) + weighted), "td"))
    return f'<table cellspacing="0">{"".join(lines)}</table>'


class DataCard(QWidget):
    """The card itself."""

    data_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setWordWrap(True)
        self._facts = Paragraph()
        self._rows = QLabel()
        self._rows.setTextFormat(Qt.TextFormat.RichText)
        self._rows.setWordWrap(True)
        self._notes = Paragraph()
        self._how = QToolButton()
        self._how.setText("How it was read")
        self._how.setAccessibleName("How the data were read")
        self._how.setToolTip("Show what the reader of the file had to decide")
        self._how.setAutoRaise(True)
        self._how.setCheckable(True)
        self._how.setArrowType(Qt.ArrowType.RightArrow)
        self._how.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._how.toggled.connect(self._show_notes)
        self._pins = push_button("Bundled PINs", "Load the 10,000 four-digit PINs that come with Clique")
        self._pins.clicked.connect(self._ask_pins)
        self._open = push_button("Open data…", "Open a table of data: CSV, TSV, JLD, HDF5 or NumPy")
        self._open.clicked.connect(self._ask_file)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._pins, 1)
        row.addWidget(self._open, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._name, self._facts, self._rows, self._how, self._notes):
            column.addWidget(widget)
        column.addLayout(row)
        self.restyle()
        self.show_dataset(None)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Show a data set, or how to get one."""
        for widget in (self._name, self._rows):
            widget.setVisible(dataset is not None)
        self._how.setVisible(dataset is not None and bool(dataset.notes))
        self._how.setChecked(False)
        self._notes.hide()
        if dataset is None:
            self._facts.setText(_EMPTY)
            return
        self._name.setText(dataset.name or "Unnamed data")
        facts = [count(dataset.n_rows, "row"), count(len(dataset.variables), "column")]
        total = dataset.total_weight
        if total != dataset.n_rows:
            facts[0] += f" of total weight {total:,.10g}"
        self._facts.setText(", ".join([*facts, states_words([v.labels for v in dataset.variables])]))
        self._rows.setText(rows_html(dataset))
        first = "; ".join(dataset.show_row(row) for row in dataset.rows[:_ROWS])
        self._rows.setAccessibleName(f"First rows: {first}")
        self._notes.setText("\n".join(dataset.notes))

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._name.setFont(theme.font(PANEL_TEXT, bold=True))
        look = self._notes.palette()
        look.setColor(self._notes.foregroundRole(), theme.current().muted)
        self._notes.setPalette(look)

    @Slot(bool)
    def _show_notes(self, shown: bool) -> None:
        self._notes.setVisible(shown)
        self._how.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    @Slot()
    def _ask_pins(self) -> None:
        self.data_requested.emit(BUNDLED_PINS)

    @Slot()
    def _ask_file(self) -> None:
        self.data_requested.emit(OPEN_FILE)
