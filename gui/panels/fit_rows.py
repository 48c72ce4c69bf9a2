"""What stands in the table of fits?

One row per fit; the first row says what the data themselves show. Headers name the data's commonest row, so that among
PINs they read p(1234).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from gui import theme
from gui.theme import subscript
from gui.words import figures, log_number, number
from models.project import FitRecord
from models.ugm import Variable

from .parts import PANEL_TEXT, SHARE_ROLE, Index

LABEL, EDGES, PARAMETERS, NLL, DECODING, P_FIRST, P_EVENT, P_DRAWN, P_LAST, TIME = range(10)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_SHORT = 12  # characters of a joint state that fit a header


@dataclass(frozen=True, slots=True)
class Naming:
    """How joint states of the data are written.

    Attributes
    ----------
    names : tuple of str
    labels : tuple of tuple of str
        State labels by variable; empty when not known, then states are numbered.
    """

    names: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, variables: Sequence[Variable]) -> Naming:
        """Take names and labels from variables."""
        return cls(tuple(v.name for v in variables), tuple(v.labels for v in variables))

    def state(self, place: int, state: int) -> str:
        """Write one state."""
        if place < len(self.labels) and state < len(self.labels[place]):
            return self.labels[place][state]
        return str(state)

    def joint(self, states: Sequence[int]) -> str:
        """Write a joint state: "1234" where every label is one character, else "low, 2"."""
        shown = [self.state(place, state) for place, state in enumerate(states)]
        return ("" if all(len(label) == 1 for label in shown) else ", ").join(shown)


def headers(naming: Naming, record: FitRecord | None) -> tuple[list[str], list[str]]:
    """Return the columns' headers and what each means."""
    first, event, last, rest = "x₁", "x", "x", "the rest"
    n_drawn = 1000
    if record is not None:
        n_drawn = max(record.n_drawn, 1) if record.n_drawn else n_drawn
        states, d = record.event, len(record.names)
        first = f"{subscript(record.names[0])}={naming.state(0, states[0])}"
        last = f"{subscript(record.names[-1])}={naming.state(d - 1, states[-1])}"
        event = naming.joint(states)
        given = ",".join(naming.state(k, s) for k, s in enumerate(states[:-1]))
        rest = given if 0 < len(given) <= _SHORT else "the rest" if d > 1 else ""
        event = event if len(event) <= _SHORT else "event"
    conditional = f"p({last} |\n{rest})" if rest else f"p({last})"
    shown = [
        "Model",
        "Edges",
        "Weights",
        "NLL\nper row",
        "Decoding",
        f"p({first})",
        f"p({event})",
        f"in {n_drawn:,}\ndraws",
        conditional,
        "Time",
    ]
    meant = [
        "Set of factors that was fitted",
        "Pairs of variables that share a factor",
        "Entries of all tables, one weight each",
        "Mean negative log-likelihood per row in nats; lower is better",
        "Most probable joint state of the model",
        f"Probability of {first}, exact",
        f"Probability of the data's commonest row, {'' if record is None else naming.joint(record.event)}, exact",
        f"Share of {n_drawn:,} independent draws that equal the data's commonest row",
        "Probability of the last variable's state given all the others, exact",
        "Time spent computing",
    ]
    return shown, meant


class FitTableModel(QAbstractTableModel):
    """Rows of the table: data first, then fits in the order they were made."""

    def __init__(self) -> None:
        super().__init__()
        self.records: tuple[FitRecord, ...] = ()
        self._naming = Naming()
        self._current: FitRecord | None = None
        self._shown, self._meant = headers(self._naming, None)
        self.text = PANEL_TEXT  # size of all texts, of body text

    def set_text(self, relative: float) -> None:
        """Write in this size."""
        if relative != self.text:
            self.text = relative
            if self.records:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self.records) - 1, TIME))

    def font(self, row: int, relative: float | None = None) -> QFont:
        """Return what a row is written in: bold for the data and for the model on the canvas."""
        bold = self.records[row].ugm is None or self.is_current(row)
        return theme.font(self.text if relative is None else relative, bold=bold)

    def show_records(self, records: Sequence[FitRecord], naming: Naming, current: FitRecord | None) -> None:
        """Show other rows; `current` is the one whose model is on the canvas."""
        self.beginResetModel()
        data = [record for record in records if record.ugm is None]
        self.records = (*data, *(record for record in records if record.ugm is not None))
        self._naming, self._current = naming, current
        fits = [record for record in self.records if record.n_drawn] or list(self.records)
        self._shown, self._meant = headers(naming, fits[-1] if fits else None)
        self.endResetModel()

    def is_current(self, row: int) -> bool:
        """Whether a row's model is the one on the canvas."""
        return self.records[row] is self._current

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self._shown)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meant[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section == LABEL else _RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record, column = self.records[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(record, column)
        if role == SHARE_ROLE:
            return record.p_last_given_rest if column == P_LAST else None
        if role == Qt.ItemDataRole.DecorationRole and column == LABEL:
            p = theme.current()
            shown = p.data if record.ugm is None else p.model if self.is_current(index.row()) else None
            return QColor(Qt.GlobalColor.transparent) if shown is None else shown
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column == LABEL else _RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return self.font(index.row())
        if role in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.BackgroundRole):
            return self._colour(record, column, role)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row(), record, column)
        return None

    def _text(self, record: FitRecord, column: int) -> str:
        if column == LABEL:
            early = " (course)" if record.optimizer == "coursework" else ""
            return record.label + early
        if column == EDGES:
            return "" if record.n_edges is None else f"{record.n_edges:,}"
        if column == PARAMETERS:
            return "" if record.n_parameters is None else f"{record.n_parameters:,}"
        if column == DECODING:
            return self._naming.joint(record.decoding)
        if column == TIME:
            return "" if record.ugm is None else duration(record.seconds)
        value = {
            NLL: record.nll,
            P_FIRST: record.p_first,
            P_EVENT: record.p_event,
            P_DRAWN: record.p_event_drawn,
            P_LAST: record.p_last_given_rest,
        }[column]
        if value is None:
            return ""
        if column == NLL:
            return log_number(value)
        return f"{value:.3f}" if column == P_DRAWN else number(value)

    @staticmethod
    def _colour(record: FitRecord, column: int, role: int) -> QColor | None:
        p = theme.current()
        if role == Qt.ItemDataRole.BackgroundRole:
            if record.ugm is not None:
                return None
            return tint(p.data, 0.16)
        return p.alarm_text if not record.converged and column in (LABEL, NLL) else None

    def _tip(self, row: int, record: FitRecord, column: int) -> str:
        exact = {NLL: record.nll, P_FIRST: record.p_first, P_EVENT: record.p_event, P_LAST: record.p_last_given_rest}
        if column in exact:
            return figures(exact[column], 8) if column == NLL else f"{exact[column]:.8g}"
        if record.ugm is None:
            return f"What the data themselves show: {record.message}. No model has a lower NLL."
        which = "This model is on the canvas." if self.is_current(row) else "Click to put this model on the canvas."
        return f"{self._text(record, LABEL)}: {record.message}. {which}"


def tint(colour: QColor, strength: float) -> QColor:
    """Return a colour that lets what is under it shine through."""
    made = QColor(colour)
    made.setAlphaF(strength)
    return made


def duration(seconds: float) -> str:
    """Return "8 ms", "1.4 s", "2.1 min"."""
    if seconds < 1.0:
        return f"{1000 * seconds:.0f} ms" if seconds >= 0.0095 else f"{1000 * seconds:.1f} ms"
    return f"{seconds:.1f} s" if seconds < 100.0 else f"{seconds / 60:.1f} min"
