"""Which part of the scene does the view show, and how large?

Zooming keeps what is under the mouse in its place; fitting shows the whole graph and goes on fitting when the view is
resized or the graph changes elsewhere, until the person pans, zooms, or adds or moves something on the canvas.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QPoint, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from gui import theme

SMALLEST, LARGEST = 0.01, 6.0
STEP = 1.25
_LARGEST_FIT = 1.6  # a graph of two nodes should not fill the wall
_MARGIN = 26.0  # pixels around a fitted graph
_SIGHT = 70  # pixels around what is brought into sight
_ANIMATION_MS = 250


class Camera:
    """Moves one view."""

    def __init__(self, view: QGraphicsView, scaled: Callable[[], None]) -> None:
        self._view = view
        self._scaled = scaled
        self.fitted = True
        self._animation = QVariantAnimation(view, duration=_ANIMATION_MS, startValue=0.0, endValue=1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._advance)
        self._from = self._to = (QPointF(), 1.0)

    @property
    def scale(self) -> float:
        """Screen pixels per scene unit."""
        return self._view.transform().m11()

    def stop(self) -> None:
        """End an animation where it is."""
        self._animation.stop()

    def look_at(self, centre: QPointF, scale: float) -> None:
        """Show a point in the middle at a scale."""
        self._set_scale(scale)
        self._view.centerOn(centre)

    def _set_scale(self, scale: float) -> None:
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self._scaled()

    def zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom by a factor; what is at `at` (in the viewport, by default its middle) stays there."""
        self.stop()
        self.fitted = False
        anchor = self._view.viewport().rect().center() if at is None else at
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        before = self._view.mapToScene(anchor)
        self._set_scale(scale)
        off = self._view.mapFromScene(before) - anchor
        self.pan(off)

    def pan(self, by: QPoint) -> None:
        """Move the canvas by pixels, to the left and up for positive numbers."""
        self.fitted = False
        for bar, delta in (
            (self._view.horizontalScrollBar(), by.x()),
            (self._view.verticalScrollBar(), by.y()),
        ):
            bar.setValue(bar.value() + delta)

    def fit(self, extent: QRectF, animate: bool = False) -> None:
        """Show all of a rectangle; nothing at all is shown at 100 %."""
        self.stop()
        self.fitted = True
        target = self._fitting(extent)
        if animate and self._view.isVisible() and theme.animated():
            middle = self._view.mapToScene(self._view.viewport().rect().center())
            self._from, self._to = (middle, self.scale), target
            self._animation.start()
        else:
            self.look_at(*target)

    def reveal(self, rect: QRectF) -> None:
        """Scroll no further than brings a rectangle into sight; zoom out only where it is larger than the view."""
        seen = self._view.mapToScene(self._view.viewport().rect()).boundingRect()
        if seen.contains(rect):
            return
        self.stop()
        self.fitted = False
        centre, scale = self._fitting(rect)
        if scale < self.scale:
            self.look_at(centre, scale)
        else:
            self._view.ensureVisible(rect, _SIGHT, _SIGHT)

    def _fitting(self, extent: QRectF) -> tuple[QPointF, float]:
        if extent.isEmpty():
            return QPointF(), 1.0
        room = self._view.viewport().size()
        width, height = max(room.width() - 2 * _MARGIN, 50.0), max(room.height() - 2 * _MARGIN, 50.0)
        scale = min(width / extent.width(), height / extent.height(), _LARGEST_FIT)
        return extent.center(), max(scale, SMALLEST)

    def _advance(self, share: float) -> None:
        (a, s), (b, t) = self._from, self._to
        self.look_at(a + (b - a) * share, s * (t / s) ** share)


def plain_view(view: QGraphicsView) -> None:
    """Set what every canvas view has: no frame, no bars, no guessing."""
    view.setFrameShape(QGraphicsView.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    view.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
    view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
    view.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
    view.setDragMode(QGraphicsView.DragMode.NoDrag)
    view.setMouseTracking(True)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setAcceptDrops(False)  # a file dropped here is for the window
    view.viewport().setAcceptDrops(False)
