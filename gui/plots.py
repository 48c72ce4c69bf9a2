"""How are numbers drawn while they change thirty times a second?

`BarPlot` and `TracePlot` take values at any time and only store them; one `FrameTimer` repaints what is both changed
and visible, thirty times a second at most. Ranges are fixed or grow in fixed steps, so nothing jumps. pyqtgraph is
imported when the first plot is shown, never before: it takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.frames import FrameTimer, frames
from gui.plot_base import PLOT_TEXT, Plot

__all__ = ["BarPlot", "FrameTimer", "TracePlot", "decade", "frames"]

_BAR, _BOX = 0.66, 0.92  # widths of a bar and of the exact value's outline, of the distance between bars
_LINE = 1.5  # of the outlines: so thin that a low bar inside one is seen
_BOXED = 30.0  # pixels from bar to bar from which each exact value has its own outline; below, one line steps over all
# Tops of a fitted axis of probabilities.
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


class BarPlot(Plot):
    """One bar per state with the share of draws, and the exact probability as an outline over it."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._labels: tuple[str, ...] = ()
        self._shares = np.zeros(0)
        self._exact: np.ndarray | None = None
        self._fit = False
        self._scale_shown = True

    def set_labels(self, labels: Sequence[str]) -> None:
        """Show these states from left to right; bars that do not match are dropped."""
        labels = tuple(labels)
        if labels != self._labels:
            self._labels = labels
            self._shares, self._exact = np.zeros(len(labels)), None
            self._ticks.clear()
            self._touched()

    def set_shares(self, shares: Sequence[float] | np.ndarray) -> None:
        """Draw these bars, one per state."""
        self._shares = self._checked(shares)
        self._touched()

    def set_exact(self, exact: Sequence[float] | np.ndarray | None) -> None:
        """Draw these outlines, or none."""
        self._exact = None if exact is None else self._checked(exact)
        self._touched()

    def set_fit(self, fit: bool) -> None:
        """Let the axis end a little above the tallest bar instead of at 1."""
        if fit != self._fit:
            self._fit = fit
            self._touched()

    def set_scale_shown(self, shown: bool) -> None:
        """Write numbers on the axis, or leave them to the plot beside it, which has the same ones."""
        if shown != self._scale_shown:
            self._scale_shown = shown
            self._touched()

    def _checked(self, values: Sequence[float] | np.ndarray) -> np.ndarray:
        array = np.array(values, dtype=float)
        if array.shape != (len(self._labels),):
            raise ValueError(f"{array.size} values for {len(self._labels)} states; give one per state")
        return np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)  # pyqtgraph draws rubbish for them

    @property
    def heights(self) -> tuple[float, ...]:
        """Heights of the bars on the screen, from left to right."""
        return () if self._view is None else tuple(map(float, self._bars.opts["height"]))

    @property
    def outlines(self) -> tuple[float, ...]:
        """Exact values on the screen; empty when there are none."""
        return () if self._view is None or self._exact is None else tuple(map(float, self._exact))

    @property
    def top(self) -> float:
        """Upper end of the axis."""
        if not self._fit:
            return 1.0
        most = max((float(a.max()) for a in (self._shares, self._exact) if a is not None and a.size), default=1.0)
        return next(step for step in _STEPS if step >= min(1.05 * most, 1.0))

    def _furnish(self, view: Any) -> None:
        self._bars = self._pg.BarGraphItem(x=np.zeros(0), height=np.zeros(0), width=_BAR)
        self._boxes = self._pg.BarGraphItem(x=np.zeros(0), height=np.zeros(0), width=_BOX)
        self._curve = self._pg.PlotCurveItem(np.arange(2.0), np.zeros(1), stepMode="center")
        for z, item in enumerate((self._bars, self._boxes, self._curve)):
            item.setZValue(z)
            view.addItem(item)

    def _dress(self) -> None:
        p = theme.current()
        outline = QPen(p.exact, _LINE * p.line_scale)
        outline.setCosmetic(True)
        outline.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._bars.setOpts(pen=None, brush=p.data)
        self._boxes.setOpts(pen=outline, brush=QColor(0, 0, 0, 0))
        self._curve.setPen(outline)

    def _draw(self) -> None:
        n = len(self._labels)
        x = np.arange(n, dtype=float)
        # Both at once: a lone longer height is refused.
        self._bars.setOpts(x=x, height=self._shares, width=_BAR)
        exact = self._exact
        boxed = exact is not None and self._view.getViewBox().width() >= _BOXED * n
        self._boxes.setVisible(boxed)
        self._curve.setVisible(exact is not None and not boxed)
        if exact is not None and boxed:
            self._boxes.setOpts(x=x, height=exact, width=_BOX)
        elif exact is not None:
            edges = np.arange(n + 1) - 0.5
            self._curve.setData(
                np.concatenate((edges[:1], edges, edges[-1:])),
                np.concatenate(([0.0], exact, [0.0])),  # down at both ends
            )
        top = self.top
        self._view.setRange(xRange=(-0.6, n - 0.4), yRange=(0.0, top * (1.0 + self._half_a_label())), padding=0)
        scale = self._fraction_ticks(top, most=2)
        self._set_ticks("left", scale if self._scale_shown or self._fit else [(value, "") for value, _ in scale])
        self._set_ticks("bottom", self._state_ticks())

    def _state_ticks(self) -> list[tuple[float, str]]:
        """Label every state, or every so many where they would touch."""
        n = len(self._labels)
        metrics = QFontMetricsF(theme.font(PLOT_TEXT))
        room = (self._view.width() - self._view.getAxis("left").width()) / max(n, 1)
        widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0.0) + 4
        if widest > 3 * room and n <= 4:  # long words for few states: cut them
            cut = [metrics.elidedText(label, Qt.TextElideMode.ElideRight, room - 4) for label in self._labels]
            return list(zip(map(float, range(n)), cut, strict=True))
        every = next((k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k * room >= widest), 1000)
        return [(float(k), self._labels[k]) for k in range(0, n, every)]


class TracePlot(Plot):
    """Lines over the number of draws, on axes that grow by whole decades or fixed steps.

    Parameters
    ----------
    title : str
    log_y : bool
        Logarithmic y axis; else one of probabilities from 0.
    parent : QWidget, optional
    """

    def __init__(self, title: str = "", log_y: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._log_y = log_y
        self._x = np.zeros(0)
        self._lines: dict[str, np.ndarray] = {}
        self._reference: float | None = None
        self._band: tuple[float, float] | None = None
        self._items: dict[str, Any] = {}
        self._floor, self._decades, self._top = -1, 3, _STEPS[0]

    def set_lines(self, x: np.ndarray, lines: dict[str, np.ndarray]) -> None:
        """Draw lines over x >= 1; keys are roles, "main" or "second". Points that are not finite are left out."""
        if x.size < self._x.size:
            self._floor, self._decades, self._top = -1, 3, _STEPS[0]
        self._x, self._lines = x, lines
        self._touched()

    def set_reference(self, y: float | None) -> None:
        """Draw a level line in the colour of exact values, or none."""
        self._reference = y
        self._touched()

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the axes show: decades of x, and y."""
        y = (float(self._floor), 0.0) if self._log_y else (0.0, self._top)
        return (0.0, float(self._decades)), y

    @property
    def points(self) -> dict[str, int]:
        """Number of points of each line on the screen."""
        return {key: 0 if item.xData is None else len(item.xData) for key, item in self._items.items()}

    def _furnish(self, view: Any) -> None:
        self._level = self._pg.InfiniteLine(angle=0)
        self._level.setVisible(False)
        view.addItem(self._level)
        for key in ("second", "main"):
            self._items[key] = self._pg.PlotCurveItem(antialias=True)
            view.addItem(self._items[key])
        view.showGrid(x=True, y=True, alpha=0.18)

    def _dress(self) -> None:
        p = theme.current()
        level = QPen(p.exact, 2.5 * p.line_scale, Qt.PenStyle.DashLine)
        main, second = QPen(p.data, 2.5 * p.line_scale), QPen(p.muted, 1.6 * p.line_scale, Qt.PenStyle.DotLine)
        for pen in (level, main, second):
            pen.setCosmetic(True)
        self._level.setPen(level)
        self._items["main"].setPen(main)
        self._items["second"].setPen(second)

    def _draw(self) -> None:
        for key, item in self._items.items():
            y = self._lines.get(key, np.zeros(0))
            keep = np.isfinite(y) & ((y > 0) | (not self._log_y))
            x, y = np.log10(self._x[: y.size][keep]), y[keep]
            item.setData(x, np.log10(y) if self._log_y else y)
        self._grow()
        (x0, x1), (y0, y1) = self.ranges
        # Half a label more on each side: beside a grid, pyqtgraph leaves out labels that reach over an end.
        label = QFontMetricsF(theme.font(PLOT_TEXT)).horizontalAdvance("1,0")
        across = (x1 - x0) * label / max(self._view.getViewBox().width(), 60.0)
        up = (y1 - y0) * self._half_a_label()
        self._view.setRange(xRange=(x0 - across, x1 + across), yRange=(y0 - up, y1 + up), padding=0)
        self._level.setVisible(self._reference is not None and (not self._log_y or self._reference > 0))
        if self._reference is not None and self._level.isVisible():
            self._level.setValue(log10(self._reference) if self._log_y else self._reference)
        self._set_ticks("bottom", self._decade_ticks(0, self._decades, upright=False), _minor(0, self._decades))
        if self._log_y:
            self._set_ticks("left", self._decade_ticks(self._floor, 0, upright=True), _minor(self._floor, 0))
        else:
            self._set_ticks("left", self._fraction_ticks(self._top))

    def _grow(self) -> None:
        """Widen the ranges to what there is; they never shrink while a run goes on."""
        if self._x.size:
            self._decades = max(self._decades, ceil(log10(max(float(self._x[-1]), 1.0))))
        shown = [y[np.isfinite(y)] for y in self._lines.values()]
        if self._log_y:
            least = min((float(y[y > 0].min()) for y in shown if (y > 0).any()), default=1.0)
            self._floor = min(self._floor, floor(log10(least)))
            return
        # The first draws swing between 0 and 1; the later half tells what is worth seeing.
        tops = [float(y[y.size // 2 :].max()) for y in shown if y.size]
        most = max([*tops, self._reference or 0.0], default=0.0)
        self._top = max(self._top, next(step for step in _STEPS if step >= min(1.25 * most, 1.0)))

    def _decade_ticks(self, low: int, high: int, upright: bool) -> list[tuple[float, str]]:
        """Label whole decades, every so many where they would touch."""
        metrics, box = QFontMetricsF(theme.font(PLOT_TEXT)), self._view.getViewBox()
        length = (box.height() if upright else box.width()) - 8
        needed = 1.3 * metrics.height() if upright else metrics.horizontalAdvance(" 1,000 ")
        every = max(1, ceil((high - low) * needed / max(length, 1.0)))
        return (
            [(float(k), decade(k)) for k in range(high, low - 1, -every)]
            if upright
            else [(float(k), decade(k)) for k in range(low, high + 1, every)]
        )


def _minor(low: int, high: int) -> list[tuple[float, str]]:
    if high - low > 4:
        return []
    return [(k + log10(m), "") for k in range(low, high) for m in range(2, 10)]


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decade(k: int) -> str:
    """Return a power of ten as it is read best: 0.001, 1, 1,000, 10⁴."""
    if -3 <= k <= 0:
        return f"{10.0**k:g}"
    return f"{10**k:,}" if 0 < k <= 3 else "10" + str(k).translate(_SUPERSCRIPTS)
