"""What does this factor say, and how is its table changed?

The inspector's page for one factor: its table as a heat map, rows for the first of the two axes shown and columns for
the second; further axes are shown one slice at a time. Numbers are potentials or their natural logs. Kinds of pairwise
tables and ties have boxes of their own.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.canvas import factor_edits
from gui.canvas.edits import Edit
from gui.canvas.factor_edits import scope_words
from gui.words import called
from models.errors import CliqueError
from models.factor import Factor, Floats
from models.pasting import copied, pasted, read_number, typed_log, written
from models.project import Project
from models.tables import TableForm, shifted, with_entries

from .factor_kinds import KindRow
from .factor_slices import SliceChooser, fact_words
from .factor_table import ROOMY, FactorTableModel
from .factor_ties import TieBox
from .heat_table import Cell, HeatDelegate, HeatTable
from .parts import PANEL_TEXT, Paragraph, Section, fit_rows, push_button

_MOST_ROWS = 10
_MOST_COLUMNS = 10  # more than these scroll
_MOST_LISTED = 60  # of the factors selected
_HINTS = (
    "Type or paste numbers, or drag a cell up and down. 0 forbids a joint state.",
    "Type or paste logs, or drag a cell up and down. -inf forbids a joint state.",
)


class FactorPanel(QWidget):
    """The page itself.

    Signals
    -------
    edited, noticed : as those of the canvas
    tie_asked, untie_asked, untie_all_asked, select_tied_asked : ()
        About the factors that are selected.
    unit_changed : (bool)
        Whether logs are shown.
    """

    edited = Signal(str, object, object)
    noticed = Signal(object)
    tie_asked = Signal()
    untie_asked = Signal()
    untie_all_asked = Signal()
    select_tied_asked = Signal()
    unit_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = -1
        self._project = Project()
        self._chosen: tuple[int, ...] = ()
        self._factor: Factor | None = None
        self._labels: tuple[tuple[str, ...], ...] = ()
        self._start: tuple[int, Factor] | None = None  # the gesture under way and the table as it found it
        self._section = Section("Factor")
        self._which = QComboBox()
        self._which.setAccessibleName("Which of the selected factors")
        self._which.setToolTip("Several factors are selected, or stand for one line: choose whose table is shown")
        self._which.activated.connect(self._show_other)
        self._facts = Paragraph()
        self._unit = QComboBox()
        self._unit.addItems(["Potentials", "Log potentials"])
        self._unit.setAccessibleName("Show potentials or their logs")
        self._unit.setToolTip("A log potential is the natural log; a potential of 0 forbids the joint state")
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._kinds = KindRow()
        self._kinds.form_asked.connect(self._make_form)
        self._slices = SliceChooser()
        self._slices.changed.connect(self._show_slice)
        self._slices.turned.connect(self._show_axes)
        self._axes = QLabel()
        self._turn = push_button("Turn round", "Exchange rows and columns")
        self._turn.clicked.connect(self._turn_round)
        self._model = FactorTableModel(self)
        self._model.typed.connect(self._type)
        self._table = HeatTable()
        self._heat = HeatDelegate(self._table)
        self._hint = Paragraph(_HINTS[0])
        self._ties = TieBox()
        for asked in ("tie_asked", "untie_asked", "untie_all_asked", "select_tied_asked"):
            getattr(self._ties, asked).connect(getattr(self, asked))
        self._copy = push_button("Copy", "Copy the selected cells, or the whole table, for a spreadsheet", "Copy table")
        self._copy.clicked.connect(self._copy_out)
        self._paste = push_button("Paste", "Put in numbers from a spreadsheet, from the chosen cell on", "Paste table")
        self._paste.clicked.connect(self._table.paste)
        self._delete = push_button("Delete factor", "Delete this factor, and with it its edges")
        self._delete.clicked.connect(self._delete_factor)
        self._make_table()
        self._lay_out()

    def _make_table(self) -> None:
        table = self._table
        table.setModel(self._model)
        table.setItemDelegate(self._heat)
        table.setAccessibleName("Table of the factor")
        table.setToolTip(
            "Double-click an entry, or just type, to change it. Drag up or down, turn the wheel over a chosen cell or "
            "press Alt+Up and Alt+Down to change it by and by; drag sideways or with Shift to choose several."
        )
        table.setTabKeyNavigation(False)
        for header in (table.horizontalHeader(), table.verticalHeader()):
            header.setHighlightSections(False)
            header.setMinimumSectionSize(20)
            header.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # long labels often differ at their ends
        table.nudged.connect(self._nudge)
        table.ended.connect(self._end_gesture)
        table.given_up.connect(self._give_up)
        table.pasted.connect(self._put_in)
        table.copied.connect(self._copy_out)

    def _lay_out(self) -> None:
        axes = QHBoxLayout()
        axes.addWidget(self._axes, 1)
        axes.addWidget(self._turn)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addWidget(self._paste)
        buttons.addStretch(1)
        buttons.addWidget(self._delete)
        body = self._section.body
        for part in (self._which, self._facts, self._kinds, self._unit, self._slices):
            body.addWidget(part)
        body.addLayout(axes)
        body.addWidget(self._table)
        body.addWidget(self._hint)
        body.addLayout(buttons)
        body.addWidget(self._ties)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    # --- showing -------------------------------------------------------------------------------------------------

    def show_factor(self, place: int, project: Project, chosen: Sequence[int] = ()) -> None:
        """Show the factor at a place of the model's factors; `chosen` are the places of all that are selected."""
        chosen = tuple(chosen) or (place,)
        if chosen == self._chosen and self.place in chosen and project.ugm.factors[self.place].scope == self._scope():
            place = self.place  # the person looks at another one of them
        factor = project.ugm.factors[place]
        fresh = place != self.place or factor.scope != self._scope()
        if fresh:
            self._table.forget()
            self._start = None
        labels = tuple(project.ugm.variable(name).labels for name in factor.scope)
        same = not fresh and factor is self._factor and labels == self._labels
        self._project, self._chosen = project, chosen
        self.place, self._factor, self._labels = place, factor, labels
        self._section.set_title(f"Factor {scope_words(factor.scope)}")
        self._list_chosen()
        self._facts.setText(fact_words(project, place))
        self._slices.show_axes(factor.scope, labels, project.evidence)
        pairwise = len(factor.scope) == 2
        if pairwise:
            self._axes.setText(f"rows {called(factor.scope[0])}, columns {called(factor.scope[1])}")
        self._axes.setVisible(pairwise)
        self._turn.setVisible(pairwise)
        self._ties.show_factor(place, chosen, project)
        if not same:
            self._kinds.show_factor(factor, fresh)
            self._show_table(fresh)

    def _show_table(self, fresh: bool) -> None:
        """Show the numbers, with the axes as they are looked at."""
        factor = self._factor
        if factor is None:
            return
        current = self._table.currentIndex()
        at = (current.row(), current.column())
        order = self._slices.order
        labels = dict(zip(factor.scope, self._labels, strict=True))
        seen = factor if order == factor.scope else factor.transposed(order)
        other = self._model.show_factor(seen, tuple(labels[name] for name in order), self._slices.rest)
        if other and not fresh and at[0] >= 0:
            self._table.setCurrentIndex(self._model.index(*at))
        if other or not self._table.dragging:
            self._fit_table()

    def _list_chosen(self) -> None:
        """List the factors selected, where there are several and not very many."""
        several = 1 < len(self._chosen) <= _MOST_LISTED
        self._which.setVisible(several)
        if not several:
            return
        n = len(self._chosen)
        texts = [
            f"{scope_words(self._project.ugm.factors[k].scope)}, {i} of {n}" for i, k in enumerate(self._chosen, 1)
        ]
        with QSignalBlocker(self._which):
            if [self._which.itemText(k) for k in range(self._which.count())] != texts:
                self._which.clear()
                self._which.addItems(texts)
            self._which.setCurrentIndex(self._chosen.index(self.place))

    @Slot(int)
    def _show_other(self, which: int) -> None:
        place = self._chosen[which]
        self.place = -1
        self.show_factor(place, self._project, self._chosen)

    def edit_table(self) -> None:
        """Let the table be typed into."""
        self._table.setFocus()
        if not self._table.currentIndex().isValid():
            self._table.setCurrentIndex(self._model.index(0, 0))

    @property
    def logs(self) -> bool:
        """Whether logs are shown."""
        return self._model.logs

    def show_logs(self, logs: bool) -> None:
        """Show logs, or potentials."""
        self._unit.setCurrentIndex(int(logs))

    def _scope(self) -> tuple[str, ...]:
        return () if self._factor is None else self._factor.scope

    def _fit_table(self) -> None:
        rows, columns = self._model.rowCount(), self._model.columnCount()
        self._heat.widest = self._model.widest
        squeeze = columns > _MOST_COLUMNS
        self._table.setFont(theme.font(PANEL_TEXT * (1.0 if columns <= ROOMY else 0.66)))
        metrics = self._table.fontMetrics()
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed if squeeze else QHeaderView.ResizeMode.Stretch)
        if squeeze:
            header.setDefaultSectionSize(
                max(metrics.horizontalAdvance(self._heat.widest), metrics.averageCharWidth()) + 8
            )
        self._table.verticalHeader().setMaximumWidth(metrics.averageCharWidth() * 14)
        bar = self._table.horizontalScrollBar().sizeHint().height() if squeeze else 0
        fit_rows(self._table, min(rows, _MOST_ROWS), bar)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._hint.setFont(theme.font(PANEL_TEXT * 0.86))
        self._fit_table()
        self._table.viewport().update()

    @Slot(int)
    def _show_unit(self, which: int) -> None:
        self._model.show_logs(which == 1)
        self._hint.setText(_HINTS[which])
        self._fit_table()
        self.unit_changed.emit(which == 1)

    @Slot()
    def _show_slice(self) -> None:
        factor = self._model.factor
        if factor is not None:
            self._table.forget()
            self._model.show_factor(factor, self._model.labels, self._slices.rest)
            self._heat.widest = self._model.widest

    @Slot()
    def _show_axes(self) -> None:
        self._table.forget()
        self._show_table(True)

    # --- changing ------------------------------------------------------------------------------------------------

    def _edit(self, make: Edit | None) -> None:
        if make is not None:
            self.edited.emit(make.text, make.after, make.merge_key)

    def _change(self, log_table: Floats, text: str, merge_key: Hashable | None = None) -> None:
        if self._slices.order != self._scope():
            log_table = Factor(self._slices.order, log_table).transposed(self._scope()).log_table
        self._edit(factor_edits.change_table(self._project, self.place, log_table, text, merge_key))

    def _places(self, cells: Sequence[Cell]) -> list[tuple[int, ...]]:
        return [self._model.place_of(*cell) for cell in cells]

    @Slot(object, str)
    def _type(self, place: tuple[int, ...], text: str) -> None:
        """Put a number into a cell, and into all others that are selected with it."""
        factor, logs = self._model.factor, self._model.logs
        if factor is None:
            return
        places = self._places(self._table.chosen()) if self._table.several else []
        several = place in places
        if not several and text == written(float(factor.log_table[place]), logs):
            return  # what stood there, written out in full
        try:
            self._fill(factor, places if several else [place], text)
        except CliqueError as error:
            self.noticed.emit(error)

    def _fill(self, factor: Factor, places: Sequence[tuple[int, ...]], text: str) -> None:
        log = typed_log(factor, places[0], text, self._model.logs)
        table = with_entries(factor.log_table, places, log)
        what = "an entry" if len(places) == 1 else f"{len(places)} entries"
        self._change(table, f"Change {what} of {{scope}}")

    @Slot(object, float, int)
    def _nudge(self, cells: list[Cell], by: float, number: int) -> None:
        """Move cells from where they were when the gesture began."""
        factor = self._model.factor
        if factor is None:
            return
        if self._start is None or self._start[0] != number:
            self._start = (number, factor)
        start = self._start[1]
        places = self._places(cells)
        if start.log_table.shape != factor.log_table.shape:
            self._table.forget()
            return
        if all(start.log_table[place] == -math.inf for place in places):
            self.noticed.emit("A potential of 0 stays 0, whatever it is multiplied by. Type a number instead.")
            return
        logs = self._model.logs
        table = shifted(start.log_table, places, by, 2 if logs else 3, logs)
        what = "an entry" if len(places) == 1 else f"{len(places)} entries"
        self._change(table, f"Change {what} of {{scope}}", ("nudge", number))

    @Slot()
    def _end_gesture(self) -> None:
        self._start = None
        self._fit_table()

    @Slot()
    def _give_up(self) -> None:
        if self._start is not None:
            number, start = self._start
            self._start = None
            factor = self._model.factor
            if factor is not None and factor.scope == start.scope and not factor.same_as(start):
                self._change(start.log_table, "Change an entry of {scope}", ("nudge", number))
        self._fit_table()

    @Slot(str, object)
    def _put_in(self, text: str, at: Cell) -> None:
        """Paste a rectangle, or one number into every selected cell."""
        factor = self._model.factor
        if factor is None:
            return
        try:
            if self._table.several and not math.isnan(read_number(text)):
                self._fill(factor, self._places(self._table.chosen()), text.strip())
            else:
                after = pasted(factor, text, self._slices.rest, at, self._model.logs)
                self._change(after.log_table, "Paste into {scope}")
        except CliqueError as error:
            self.noticed.emit(error)

    @Slot()
    def _copy_out(self) -> None:
        factor = self._model.factor
        if factor is None:
            return
        extent = self._table.extent()
        if extent is not None and (self._table.several or self._table.hasFocus()):
            text = copied(factor, self._slices.rest, *extent, logs=self._model.logs)
        else:
            text = copied(factor, self._slices.rest, logs=self._model.logs)
        QGuiApplication.clipboard().setText(text)

    @Slot(object, object)
    def _make_form(self, form: TableForm, number: int | None) -> None:
        key = None if number is None else ("weight", number)
        self._edit(factor_edits.change_form(self._project, self.place, form, key))

    @Slot()
    def _turn_round(self) -> None:
        try:
            self._edit(factor_edits.turn(self._project, self.place))
        except CliqueError as error:
            self.noticed.emit(error)

    @Slot()
    def _delete_factor(self) -> None:
        text = f"Delete factor {scope_words(self._scope())}"
        self.edited.emit(text, self._project.without(factors=[self.place]), None)
