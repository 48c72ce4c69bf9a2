"""Which edges shall the model have?

Six pictures to choose from, drawn for the data at hand: no edge, one edge, a chain, all edges, all triples, or whatever
is drawn on the canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, pi, sin
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from gui import theme
from models.project import Project

from .parts import PANEL_TEXT

DRAWN = "drawn graph"
CHOICES = {
    "independent": "No edges: the variables are independent",
    "one edge": "One edge, between the first two variables",
    "chain": "A chain: each variable is joined to the next",
    "complete": "All edges: every pair of variables is joined",
    "triples": "A table for every three variables, and for every pair",
    DRAWN: "The edges drawn on the canvas",
}
_LEAST_VARIABLES = {"one edge": 2, "chain": 2, "complete": 2, "triples": 3}
_MOST_DOTS = 6


@dataclass(frozen=True, slots=True, eq=False)
class FitRequest:
    """A fit that is asked for.

    Attributes
    ----------
    choice : str
        A key of `CHOICES`.
    factors : str or UGM
        What `models.learning.fit` takes: the choice's name, or the drawn model.
    label : str
        What the fit is called in the table.
    optimizer : str
        "l-bfgs" or "coursework".
    l2 : float
    """

    choice: str
    factors: Any
    label: str
    optimizer: str = "l-bfgs"
    l2: float = 0.0


class EdgePicture(QAbstractButton):
    """One choice: a small graph over its name."""

    def __init__(self, choice: str) -> None:
        super().__init__()
        self.choice = choice
        self.setCheckable(True)
        self.setText(choice)
        self.setAccessibleName(f"Edges: {choice}")
        self.setToolTip(CHOICES[choice])
        self.setStatusTip(CHOICES[choice])
        self.setWhatsThis(CHOICES[choice])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._places: list[QPointF] = _ring(4)
        self._edges: list[tuple[int, int]] = []
        self.show_variables(4)

    def show_variables(self, n: int) -> None:
        """Draw for data with so many variables (at most a handful of dots)."""
        dots = max(1, min(n, _MOST_DOTS))
        self._places = _ring(dots)
        pairs = {
            "one edge": [(0, 1)] if dots > 1 else [],
            "chain": [(i, i + 1) for i in range(dots - 1)],
            "complete": list(combinations(range(dots), 2)),
            "triples": list(combinations(range(dots), 2)),
        }
        self._edges = pairs.get(self.choice, [])
        self.setEnabled(n >= _LEAST_VARIABLES.get(self.choice, 1))
        self.update()

    def show_drawing(self, project: Project) -> None:
        """Draw the canvas's graph."""
        names = project.ugm.names
        place = {name: i for i, name in enumerate(names)}
        self._places = _squeezed([project.positions[name] for name in names])
        self._edges = [(place[a], place[b]) for a, b in project.ugm.edges]
        self.update()

    def sizeHint(self) -> QSize:
        text = QFontMetricsF(theme.font(PANEL_TEXT * 0.92))
        return QSize(round(text.horizontalAdvance("independent") + 8), round(text.height() + 62 * theme.font_scale()))

    def minimumSizeHint(self) -> QSize:
        return QSize(64, self.sizeHint().height())  # the name shrinks with a narrow column

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        chosen = self.isChecked()
        tint = QColor(p.accent)
        tint.setAlphaF(0.14 if chosen else 0.06 if self.underMouse() and self.isEnabled() else 0.0)
        painter.setPen(QPen(p.accent if chosen else p.line, 2.5 if chosen else 1.0))
        painter.setBrush(tint)
        painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(p.text, 1.0, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 4, 4)
        font = theme.font(PANEL_TEXT * 0.92, bold=chosen)
        height = QFontMetricsF(font).height()
        self._paint_graph(painter, frame.adjusted(10, 8, -10, -height - 8))
        spare = (frame.width() - 4) / QFontMetricsF(font).horizontalAdvance(self.text())
        font.setPointSizeF(font.pointSizeF() * min(1.0, max(spare, 0.6)))
        painter.setFont(font)
        painter.setPen(p.text if self.isEnabled() else p.muted)
        name = QRectF(frame.left(), frame.bottom() - height - 2, frame.width(), height)
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _paint_graph(self, painter: QPainter, area: QRectF) -> None:
        p = theme.current()
        side = min(area.width(), area.height() * 1.6)
        area = QRectF(area.center().x() - side / 2, area.top(), side, area.height())
        radius = min(5.0 * theme.font_scale(), max(2.0, area.height() / (2.0 + len(self._places))))
        inner = area.adjusted(radius, radius, -radius, -radius)
        at = [QPointF(inner.left() + q.x() * inner.width(), inner.top() + q.y() * inner.height()) for q in self._places]
        ink = p.edge if self.isEnabled() else p.edge_pale
        if self.choice == "triples":
            painter.setPen(Qt.PenStyle.NoPen)
            colour = QColor(p.model)
            colour.setAlphaF(0.22 if self.isEnabled() else 0.08)
            painter.setBrush(colour)
            for corners in combinations(at[:4], 3):
                painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QPen(ink, 1.8 * p.line_scale))
        for a, b in self._edges:
            painter.drawLine(at[a], at[b])
        painter.setPen(QPen(p.node_border if self.isEnabled() else p.muted, 1.5))
        painter.setBrush(p.node_fill)
        for centre in at:
            painter.drawEllipse(centre, radius, radius)


def _ring(n: int) -> list[QPointF]:
    """Return n places in the unit square: four in its corners, others on a ring, the first at the top left."""
    if n == 1:
        return [QPointF(0.5, 0.5)]
    start = -pi / 2 - pi / n
    ring = [QPointF(cos(start + 2 * pi * k / n), sin(start + 2 * pi * k / n)) for k in range(n)]
    return _squeezed([(q.x(), q.y()) for q in ring])


def _squeezed(points: Sequence[tuple[float, float]]) -> list[QPointF]:
    """Return points moved and stretched into the unit square; all on a line stay in its middle."""

    def axis(values: list[float]) -> list[float]:
        low, high = min(values), max(values)
        return [(v - low) / (high - low) if high - low > 1e-9 else 0.5 for v in values]

    if not points:
        return []
    xs, ys = axis([x for x, _ in points]), axis([y for _, y in points])
    return [QPointF(x, y) for x, y in zip(xs, ys, strict=True)]


class EdgeChoice(QWidget):
    """The six pictures; exactly one is chosen, arrow keys move between them."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        self._group = QButtonGroup(self)
        self.pictures = {choice: EdgePicture(choice) for choice in CHOICES}
        for k, picture in enumerate(self.pictures.values()):
            self._group.addButton(picture, k)
            grid.addWidget(picture, k // 3, k % 3)
        self.pictures["chain"].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def choice(self) -> str:
        """The key of the chosen picture."""
        return next(choice for choice, picture in self.pictures.items() if picture.isChecked())

    def choose(self, choice: str) -> None:
        """Choose a picture, if it can be chosen."""
        if self.pictures[choice].isEnabled():
            self.pictures[choice].setChecked(True)

    def show_variables(self, n: int) -> None:
        """Draw the pictures for data with so many variables."""
        for choice, picture in self.pictures.items():
            if choice != DRAWN:
                picture.show_variables(n)
        if not self.pictures[self.choice].isEnabled():
            self.choose("independent")

    def show_project(self, project: Project) -> None:
        """Draw the canvas's graph in its picture."""
        self.pictures[DRAWN].show_drawing(project)

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        for picture in self.pictures.values():
            picture.updateGeometry()
            picture.update()

    def _toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, EdgePicture):
            self.chosen.emit(button.choice)
