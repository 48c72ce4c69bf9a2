r"""How is an equation drawn as in a book?

ziamath turns TeX into an SVG of glyph outlines, which QSvgRenderer paints at any size. Both are kept by text, size and
colour: the same equation is typeset once. (Its markup must be plain SVG, and brackets that grow by themselves come out
wrong; `\Bigl` and `\Bigr` are fine.)
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from . import theme

_GAP = 0.35  # between lines, of the text size
_LEAST_SCALE = 0.7  # an equation shrinks to fit its width, but not below this


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """One typeset line.

    Attributes
    ----------
    renderer : QSvgRenderer
    width, height : float
        Logical pixels at the size it was asked for.
    """

    renderer: QSvgRenderer
    width: float
    height: float


@lru_cache(maxsize=128)
def typeset(tex: str, pixels: float, colour: str) -> Equation:
    """Return a line of TeX at a text size in pixels and a colour such as "#16181D"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it finds its fonts by a way that Python 3.11 deprecates
        import ziamath

        ziamath.config.svg2 = False  # Qt reads plain SVG only
        svg = ziamath.Latex(tex, size=pixels, color=colour).svg()
    drawn = QSvgRenderer(QByteArray(svg.encode()))
    box = drawn.viewBoxF()
    return Equation(drawn, box.width(), box.height())


class EquationView(QWidget):
    """Lines of TeX, one below the other, shrunk a little where the column is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier.changed.connect(self.restyle)

    def show_lines(self, lines: Sequence[str], spoken: str) -> None:
        """Show other lines; `spoken` is what a screen reader says."""
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.restyle()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.updateGeometry()
        self.update()

    def _typeset(self) -> list[Equation]:
        pixels = theme.points(1.0) * self.logicalDpiY() / 72.0
        return [typeset(line, pixels, theme.current().text.name()) for line in self._lines]

    def _scale(self, equations: list[Equation], width: float) -> float:
        widest = max((equation.width for equation in equations), default=1.0)
        return min(1.0, max(width / widest, _LEAST_SCALE))

    def _height(self, width: float) -> float:
        equations = self._typeset()
        scale = self._scale(equations, width)
        gap = _GAP * theme.points() * max(len(equations) - 1, 0)
        return scale * sum(equation.height for equation in equations) + gap

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._height(width) + 0.5)

    def sizeHint(self) -> QSize:
        width = max((equation.width for equation in self._typeset()), default=1.0)
        return QSize(round(width + 0.5), round(self._height(width) + 0.5))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(_LEAST_SCALE * self.sizeHint().width()), self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        equations = self._typeset()
        scale = self._scale(equations, self.width())
        painter = QPainter(self)
        y = 0.0
        for equation in equations:
            equation.renderer.render(painter, QRectF(0.0, y, scale * equation.width, scale * equation.height))
            y += scale * equation.height + _GAP * theme.points()
        painter.end()
