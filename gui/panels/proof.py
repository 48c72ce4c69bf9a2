"""How far apart are the bounds on the treewidth, and what proves each?

A bar on which lower and upper bound close in, the two halves of the proof, the order and its bags, what the largest
table costs, and how that grows with the pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.words import brief, display, powers
from models.costs import bytes_words
from models.project import Project
from models.verdict import size_words

from .parts import Paragraph, Section, push_button

if TYPE_CHECKING:
    from models.certificate import Certificate
    from models.growth import Growth
    from models.jobs import StructureReport
    from models.width_jobs import Proof

_MOST_NAMES = 60
_SMALL = 0.75


class BoundsBar(QWidget):
    """A scale of widths with the interval that is left."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.high = -1, -1
        self._highest = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Bounds on the treewidth")

    def show_bounds(self, lower: int, upper: int, fresh: bool) -> None:
        """Show an interval; the scale keeps the first upper bound of a search in sight."""
        self._highest = max(upper + 1, 1 if fresh else self._highest)
        self.low, self.high = lower, upper
        self.setAccessibleDescription(f"exactly {upper}" if lower == upper else f"between {lower} and {upper}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(QFontMetricsF(theme.font(_SMALL)).height() * 2 + 18))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(_SMALL)
        line = QFontMetricsF(font).height()
        left, right, y = 14.0, self.width() - 14.0, line + 8.0
        step = (right - left) / max(self._highest, 1)

        def at(width: float) -> float:
            return left + step * max(width, 0)

        painter.setPen(_round(p.line, 4 * p.line_scale))
        painter.drawLine(QPointF(at(0), y), QPointF(right, y))
        painter.setFont(font)
        every = max(1, -(-self._highest // 10))
        for width in range(0, self._highest + 1, every):
            painter.setPen(p.muted)
            painter.drawText(QRectF(at(width) - 30, y + 5, 60, line), Qt.AlignmentFlag.AlignHCenter, str(width))
        if self.high >= 0:
            exact = self.low == self.high
            painter.setPen(_round(p.exact if exact else p.model, 9 * p.line_scale))
            painter.drawLine(QPointF(at(self.low), y), QPointF(max(at(self.high), at(self.low) + 0.1), y))
            words = f"exactly {self.high}" if exact else f"{self.low} to {self.high}"
            painter.setPen(p.text)
            painter.setFont(theme.font(_SMALL, bold=True))
            middle = (at(self.low) + at(self.high)) / 2
            room = QRectF(min(max(middle - 80, 0), self.width() - 160), 0, 160, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()


def _round(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


class ProofPanel(QWidget):
    """The box itself.

    Signals
    -------
    proof_asked : (TreewidthResult)
        Why does this hold?
    """

    proof_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._report: StructureReport | None = None
        self._proof: Certificate | None = None
        self._fresh = True
        self._section = Section("Why this treewidth")
        self.bar = BoundsBar()
        self.above, self.below, self.cost, self.growth = Paragraph(), Paragraph(), Paragraph(), Paragraph()
        self.details = Paragraph()
        self._more = push_button("Order and bags", "Show the elimination order and the bags it makes", toggles=True)
        self._more.toggled.connect(self._show_details)
        for widget in (self.bar, self.above, self.below, self.cost, self.growth, self._more, self.details):
            self._section.body.addWidget(widget)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Expect another report where the graph or the clamps changed."""
        self._project = after
        if before is None or before.ugm is not after.ugm or before.evidence != after.evidence:
            self._fresh = True
            self._proof = None
            self.growth.setText("")
            for widget in (self.above, self.below, self.cost):
                widget.setEnabled(False)

    @Slot(object)
    def show_structure(self, report: StructureReport) -> None:
        """Show the bounds known by now; why they hold comes with `show_proof`."""
        self._report = report
        self.bar.show_bounds(report.after.lower, report.after.upper, self._fresh)
        self._fresh = False
        self.proof_asked.emit(report.after)

    @Slot(object)
    def show_proof(self, proof: Proof) -> None:
        """Show why the bounds hold, and what they mean for the cost."""
        report = self._report
        if report is None:
            return
        self._proof = proof.certificate
        for widget in (self.above, self.below, self.cost):
            widget.setEnabled(True)
        self.above.setText(display(self._proof.above, self._project.ugm))
        self.below.setText(self._proof.below)
        forecast = report.forecast
        self.cost.setText(
            powers(
                f"Exact marginals: largest table {size_words(forecast.largest_entries)}, about "
                f"{bytes_words(forecast.n_bytes)} and {seconds_words(forecast.seconds)}. Sampling: a Gibbs sweep adds "
                f"{proof.sweep_additions:,} numbers, whatever the treewidth."
            )
            if report.after.upper >= 0
            else ""
        )
        self._show_details()

    @Slot(object)
    def show_growth(self, growth: Growth | None) -> None:
        """Show how the cost grows with the pattern."""
        self.growth.setText("" if growth is None else growth.sentence)
        self.growth.setVisible(growth is not None)

    @Slot()
    def _show_details(self) -> None:
        proof = self._proof
        self.details.setVisible(self._more.isChecked() and proof is not None)
        if not self._more.isChecked() or proof is None:
            return
        order = ", ".join(map(brief, proof.order[:_MOST_NAMES])) + (" …" if len(proof.order) > _MOST_NAMES else "")
        bags = "; ".join(", ".join(map(brief, bag)) for bag in proof.bags[:_MOST_NAMES])
        more = f" and {len(proof.bags) - _MOST_NAMES} more" if len(proof.bags) > _MOST_NAMES else ""
        self.details.setText(f"Order: {order}.\n\nBags: {bags}{more}.")


def seconds_words(seconds: float) -> str:
    """Write a duration for people."""
    if seconds < 1e-3:
        return "less than a millisecond"
    if seconds < 1.0:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    if seconds < 7200.0:
        return f"{seconds / 60:.0f} minutes"
    if seconds < 172_800.0:
        return f"{seconds / 3600:.0f} hours"
    years = seconds / 31_557_600.0
    if years < 2.0:
        return f"{seconds / 86_400:,.0f} days"
    return f"{years:,.0f} years" if years < 1e6 else "more than a million years"
