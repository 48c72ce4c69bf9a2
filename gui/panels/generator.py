"""Which graph is to be made, and with which numbers?

A gallery of the families at the left, each with a small picture of a real one; at the right the graph as it will be,
how large it is, its treewidth where a formula is known, and the fields. The graph itself is made elsewhere: the dialog
asks for it by `wanted` and gets it by `show_project`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.words import count
from models.errors import CliqueError
from models.generators import GENERATORS, Generator, sketch_of
from models.layouts import spring
from models.project import Project

from .generator_fields import Fields
from .generator_picture import Drawing, Picture, card
from .parts import Paragraph

_CARD = QSize(118, 84)
_COLUMNS = 2
_SOON_MS = 60  # after the last change of a field


class GeneratorDialog(QDialog):
    """New graph.

    Signals
    -------
    wanted : (str, dict)
        Make the graph of this family with these values.
    insert_asked, new_asked : (Project)
        Put the graph into the document, or into a new one.
    """

    wanted = Signal(str, object)
    insert_asked = Signal(object)
    new_asked = Signal(object)

    def __init__(self, parent: QWidget | None, remembered: dict[str, dict[str, Any]], key: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New graph")
        self._remembered = remembered
        self._project: Project | None = None
        self._pending: Signal | None = None
        self._family: Generator = GENERATORS[0]
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._want)
        self.gallery = QListWidget()
        self.name = QLabel()
        self.sentence = Paragraph()
        self.picture = Picture()
        self.facts = Paragraph()
        self.trouble = Paragraph()
        self.fields = Fields()
        self.fields.changed.connect(self._changed)
        self._fill_gallery()
        self._lay_out()
        first = next((row for row, each in enumerate(GENERATORS) if each.key == key), 0)
        self.gallery.currentRowChanged.connect(self._choose)
        self.gallery.setCurrentRow(first)
        self.gallery.setFocus()

    # --- making ------------------------------------------------------------------------------------------------

    def _fill_gallery(self) -> None:
        gallery = self.gallery
        gallery.setAccessibleName("Families of graphs")
        gallery.setViewMode(QListView.ViewMode.IconMode)
        gallery.setMovement(QListView.Movement.Static)
        gallery.setResizeMode(QListView.ResizeMode.Adjust)
        gallery.setUniformItemSizes(True)
        gallery.setIconSize(_CARD)
        gallery.setWordWrap(True)
        gallery.setFrameShape(QFrame.Shape.NoFrame)
        gallery.setFont(theme.font(0.78))
        line = gallery.fontMetrics().height()
        cell = QSize(max(_CARD.width() + 14, 9 * line), _CARD.height() + line + 16)
        gallery.setGridSize(cell)
        gallery.setFixedWidth(_COLUMNS * cell.width() + 24)
        for family in GENERATORS:
            item = QListWidgetItem(family.name)
            item.setToolTip(family.sentence)
            item.setSizeHint(cell)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            gallery.addItem(item)

    def _paint_cards(self) -> None:
        for row, family in enumerate(GENERATORS):
            sketch = sketch_of(family.key, family.example)
            positions = sketch.positions or spring(sketch.names, sketch.edges)
            item = self.gallery.item(row)
            drawing = Drawing.of(positions, sketch.edges, states=_pattern(family.key, family.values(family.example)))
            item.setIcon(card(drawing, _CARD, self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        self.name.setFont(theme.font(1.15, bold=True))
        for words in (self.sentence, self.facts, self.trouble):
            words.setFont(theme.font(0.86))
        self.fields.setFont(theme.font(0.86))
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.insert = buttons.addButton("&Insert into this graph", role.AcceptRole)
        self.new = buttons.addButton("New &document", role.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        for button, tip in (
            (self.insert, "Put the graph beside what is there; one step of undo"),
            (self.new, "Open the graph as a document of its own"),
            (cancel, "Change nothing"),
        ):
            button.setToolTip(tip)
            button.setWhatsThis(tip)
            button.setAccessibleName(button.text().replace("&", ""))
        self.insert.clicked.connect(self._insert)
        self.new.clicked.connect(self._new)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.name)
        right.addWidget(self.sentence)
        right.addWidget(self.picture, 1)
        right.addWidget(self.facts)
        right.addWidget(self.trouble)
        right.addWidget(self.fields)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.gallery)
        top.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.addLayout(top, 1)
        column.addWidget(buttons)
        above = self.parentWidget()
        room = above.size() if above is not None else QSize(1280, 800)
        self.resize(min(980, room.width() - 40), min(680, room.height() - 60))

    def showEvent(self, event: QShowEvent) -> None:
        if self.gallery.item(0).icon().isNull():
            self._paint_cards()
        super().showEvent(event)

    # --- choosing ----------------------------------------------------------------------------------------------

    @Slot(int)
    def _choose(self, row: int) -> None:
        if not 0 <= row < len(GENERATORS):
            return
        family = self._family = GENERATORS[row]
        self.name.setText(family.name)
        self.sentence.setText(family.sentence)
        self.fields.show_generator(family, family.values(self._remembered.get(family.key)))
        self.picture.show_drawing(None)
        self._changed()

    @property
    def family(self) -> Generator:
        """The family chosen."""
        return self._family

    @Slot()
    def _changed(self) -> None:
        """Say how large the graph is going to be, and ask for it when the fields are at rest."""
        self._project = None
        self._pending = None
        self.picture.show_drawing(self.picture.drawing, stale=True)
        try:
            self.facts.setText(self._words())
        except CliqueError as error:
            self._refuse(str(error))
            return
        self._allow(True)
        self._soon.start()

    def _words(self) -> str:
        from models.generators.sketch import check_size

        values = self._family.values(self.fields.values())
        size = self._family.size(values)
        check_size(size)
        words = f"{count(size.n_variables, 'variable')}, {count(size.n_edges, 'edge')}, "
        words += f"{size.n_entries:,} table {'entry' if size.n_entries == 1 else 'entries'}. "
        width = self._family.treewidth(values)
        if width is None:
            return words + "No formula gives its treewidth: it is searched for when the graph is made."
        return words + f"Treewidth {width[0]}: {width[1]}."

    def _allow(self, allowed: bool, trouble: str = "") -> None:
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.trouble.setStyleSheet(f"color: {theme.current().alarm_text.name()};")
        self.facts.setVisible(not trouble)
        for button in (self.insert, self.new):
            button.setEnabled(allowed)

    def _refuse(self, words: str) -> None:
        self._soon.stop()
        self._allow(False, words)

    @Slot()
    def _want(self) -> None:
        self.wanted.emit(self._family.key, self.fields.values())

    # --- what comes back ---------------------------------------------------------------------------------------

    @Slot(object)
    def show_project(self, project: Project) -> None:
        """Show the graph that was asked for."""
        if self._soon.isActive():
            return  # the fields have changed since
        self._project = project
        moral = tuple(project.moral_edges())
        states = _pattern(self._family.key, self._family.values(self.fields.values()))
        self.picture.show_drawing(Drawing.of(project.positions, project.ugm.edges, moral, states))
        if self._pending is not None:
            self._leave(self._pending)

    @Slot(object)
    def show_failure(self, error: object) -> None:
        """Say why there is no such graph."""
        self._refuse(str(error))

    # --- going -------------------------------------------------------------------------------------------------

    @Slot()
    def _insert(self) -> None:
        self._leave(self.insert_asked)

    @Slot()
    def _new(self) -> None:
        self._leave(self.new_asked)

    def _leave(self, signal: Any) -> None:
        """Hand the graph over and close; one that is still being made is waited for."""
        if self._project is None:
            self._pending = signal
            if self._soon.isActive():
                self._soon.stop()
                self._want()
            for button in (self.insert, self.new):
                button.setEnabled(False)
            return
        self._remembered[self._family.key] = self.fields.values()
        project = self._project
        self.accept()
        signal.emit(project)


def _pattern(key: str, values: dict[str, Any]) -> list[int]:
    """Return states that tell a lattice of spins from any other: patches, as neighbours that agree make them."""
    if key not in ("ising", "potts"):
        return []
    n_states = int(values.get("n_states", 2))
    rows, columns = int(values["rows"]), int(values["columns"])
    return [((2 * r + 3 * c) // 5 + (c * c) // 7) % n_states for r in range(rows) for c in range(columns)]
