"""What do all live plots have in common?

A heading over a pyqtgraph plot with a legend in its corner, in the palette's colours. pyqtgraph is imported when the
first plot is shown, never before: it takes a third of a second.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.frames import frames

PLOT_TEXT = 0.86  # of body text


class Plot(QWidget):
    """A heading over a pyqtgraph plot that is made when it is first shown."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAutoFillBackground(True)
        self._title = self._short_title = ""
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        # A heading longer than its plot is cut, rather than widening it.
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._legend = QLabel(self)  # over a corner of the plot
        self._low_legend = self._left_legend = False
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._heading)
        self._pg: Any = None  # the module
        self._view: Any = None  # the PlotWidget
        self._ticks: dict[str, Any] = {}  # what each axis shows, to leave an unchanged one alone
        self.set_title(title)
        frames().register(self, self._frame)
        theme.notifier.changed.connect(self.restyle)

    # --- for everyone --------------------------------------------------------------------------------------------

    def set_title(self, text: str, spoken: str = "", short: str = "") -> None:
        """Show a heading, or a shorter one where there is no room; `spoken` is what a screen reader says."""
        self._title, self._short_title = text, short or text
        self._arrange()
        self.setAccessibleName(spoken or text)
        self.setToolTip(spoken or text)

    def set_legend(self, rich_text: str, low: bool = False, left: bool = False) -> None:
        """Explain lines and colours in a corner of the plot, the upper right one unless told otherwise."""
        if (rich_text, low, left) != (self._legend.text(), self._low_legend, self._left_legend):
            self._low_legend, self._left_legend = low, left
            self._legend.setText(rich_text)
            self._arrange()

    @property
    def title(self) -> str:
        """The whole heading, even if it is cut on the screen."""
        return self._title

    def _arrange(self) -> None:
        room = max(self.width() - 4, 1)
        metrics = self._heading.fontMetrics()
        text = self._title if metrics.horizontalAdvance(self._title) < room else self._short_title
        self._heading.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
        self._legend.adjustSize()
        left = below = 0.0
        if self._view is not None:
            left, below = self._view.getAxis("left").width(), self._view.getAxis("bottom").height()
        x = left + 8 if self._left_legend else self.width() - self._legend.width() - 8
        y = self.height() - below - self._legend.height() - 4 if self._low_legend else self._heading.height() + 2
        self._legend.move(round(x), round(y))
        self._legend.raise_()
        self._legend.setVisible(self._legend.width() + left + 12 <= self.width())  # rather none than one over the axis

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._ticks.clear()
        self._touched()

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 100)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        self._heading.setFont(theme.font(PLOT_TEXT, bold=True))
        self._legend.setFont(theme.font(0.9 * PLOT_TEXT))
        shown = self.palette()
        shown.setColor(self.backgroundRole(), p.canvas)
        shown.setColor(self._heading.foregroundRole(), p.text)
        self.setPalette(shown)
        self._heading.setPalette(shown)
        self._legend.setPalette(shown)
        self._arrange()
        if self._view is None:
            return
        self._view.setBackground(p.canvas)
        for side in ("left", "bottom"):
            axis = self._view.getAxis(side)
            axis.setPen(QPen(p.muted, 1.0))
            axis.setTextPen(p.text)
            axis.setTickFont(theme.font(PLOT_TEXT))
            axis.setStyle(hideOverlappingLabels=False)  # or labels at the ends of an axis are left out
        self._ticks.clear()
        self._dress()
        self._touched()

    def showEvent(self, event: QShowEvent) -> None:
        if self._view is None:
            self._build()
        super().showEvent(event)

    # --- for the two kinds ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        import pyqtgraph

        self._pg = pyqtgraph
        view = pyqtgraph.PlotWidget(enableMenu=False)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setFrameShape(view.Shape.NoFrame)
        view.hideButtons()
        view.setMouseEnabled(x=False, y=False)
        view.disableAutoRange()
        view.getPlotItem().setContentsMargins(2, 2, 6, 2)
        view.setMinimumSize(60, 60)
        self._view = view
        self._column.addWidget(view, 1)
        self._furnish(view)
        self.restyle()

    def _furnish(self, view: Any) -> None:
        """Make the items."""
        raise NotImplementedError

    def _dress(self) -> None:
        """Colour the items."""
        raise NotImplementedError

    def _draw(self) -> None:
        """Bring the items up to date."""
        raise NotImplementedError

    @Slot()
    def _frame(self) -> None:
        if self._view is not None:
            self._draw()

    def _touched(self) -> None:
        frames().touch(self)

    def _half_a_label(self) -> float:
        """Return half the height of a tick label as a share of the plot's height."""
        return 0.5 * QFontMetricsF(theme.font(PLOT_TEXT)).height() / max(self._view.getViewBox().height(), 60.0)

    def _set_ticks(
        self, side: str, major: list[tuple[float, str]], minor: list[tuple[float, str]] | None = None
    ) -> None:
        wanted = (major, minor)
        if self._ticks.get(side) == wanted:
            return
        self._ticks[side] = wanted
        axis = self._view.getAxis(side)
        axis.setTicks([major, minor or []])
        metrics = QFontMetricsF(theme.font(PLOT_TEXT))
        if side == "left":
            widest = max((metrics.horizontalAdvance(text) for _, text in major), default=0)
            axis.setWidth(ceil(widest) + 12 if widest else 4)
        else:
            axis.setHeight(ceil(metrics.height()) + 8)

    def _fraction_ticks(self, top: float, most: int = 5) -> list[tuple[float, str]]:
        """Return ticks at round numbers from 0 to the top of an axis of probabilities, as many as there is room for."""
        room = max(self._view.height() / (1.9 * QFontMetricsF(theme.font(PLOT_TEXT)).height()), 1.0)
        allowed = [n for n in (5, 4, 3, 2) if n <= min(room, most)]
        # A step is round when one figure writes it; else halves will do, and thirds for 0.75.
        n = next((n for n in allowed if float(f"{top / n:.0e}") == round(top / n, 9)), 0)
        n = n or next((n for n in allowed if n == (3 if top == 0.75 else 2)), 1)
        return [(top * k / n, f"{top * k / n:.5g}") for k in range(n + 1)]
