"""What do the examples, the files and the buttons of the start page look like?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QEnterEvent, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from models.project import Project

from . import icons, theme
from .canvas import GraphScene
from .canvas.style import room, set_room

CARD = QSize(168, 148)  # least size at normal text
_RATIO = 0.6  # height of a picture, of its width
_MARGIN = 7
_SMALL = 0.72  # of body text


def draw_project(project: Project, inference: object, size: QSize, ratio: float) -> QImage:
    """Return a project drawn as the canvas draws it, on a transparent ground.

    `inference` is an `Inference` for its bars, or None.
    """
    kept = room()  # how large nodes may be is the canvas's own affair
    scene = GraphScene()
    try:
        scene.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        scene.show_project(None, project)
        if inference is not None:
            scene.show_inference(inference)
        extent = scene.extent()
        scale = min(size.width() / max(extent.width(), 1.0), size.height() / max(extent.height(), 1.0), 1.0)
        scene.set_scale(scale * ratio)
        picture = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(Qt.GlobalColor.transparent)
        shown = QRectF(0, 0, extent.width() * scale * ratio, extent.height() * scale * ratio)
        shown.moveCenter(QPointF(picture.width() / 2, picture.height() / 2))
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        scene.render(painter, shown, extent)
        painter.end()
    finally:
        scene.settle()
        scene.deleteLater()
        set_room(kept)
    picture.setDevicePixelRatio(ratio)
    return picture


def when_words(moment: datetime, now: datetime) -> str:
    """Return "today 14:03", "yesterday 9:12", "12 Nov", "12 Nov 2025"."""
    if moment.date() == now.date():
        return f"today {moment:%H:%M}"
    if moment.date() == (now - timedelta(days=1)).date():
        return f"yesterday {moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"


class _Card(QAbstractButton):
    """A button with a frame of its own, marked when the mouse or the focus is on it."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setStatusTip(tip)
        self.setWhatsThis(f"<b>{name}</b><p>{tip}</p>")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _frame(self, painter: QPainter) -> None:
        p = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isEnabled() and (self.underMouse() or self.hasFocus())
        painter.setPen(QPen(p.accent if marked else p.line, 2.5 if self.hasFocus() else 1.4))
        painter.setBrush(p.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 7, 7)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()


class ExampleCard(_Card):
    """An example: its picture, its name, and what it is in two lines."""

    def __init__(self, action: QAction) -> None:
        name = action.text().replace("&", "")
        super().__init__(f"Example: {name}", action.statusTip())
        self.key = action.objectName()
        self._name = name
        tip = action.statusTip().removeprefix("Open ")
        self._about = tip[:1].upper() + tip[1:]
        self._picture: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)

    @property
    def picture_size(self) -> QSize:
        """How large the picture is to be."""
        width = max(self.width() - 2 * _MARGIN, 40)
        return QSize(width, round(_RATIO * width))

    @property
    def has_picture(self) -> bool:
        """Whether its picture has been drawn."""
        return self._picture is not None

    def set_picture(self, picture: QImage | None) -> None:
        """Show a picture, or none yet."""
        self._picture = picture
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._picture = None
            self.fit_height()

    def fit_height(self) -> None:
        """Be as high as the picture and the words need."""
        self.setFixedHeight(self._height_at(self.width()))

    def _height_at(self, width: int) -> int:
        bold, small = QFontMetrics(theme.font(0.86, bold=True)), QFontMetrics(theme.font(_SMALL))
        return round(_RATIO * (width - 2 * _MARGIN)) + bold.height() + 2 * small.lineSpacing() + 3 * _MARGIN + 3

    def sizeHint(self) -> QSize:
        return QSize(CARD.width(), self._height_at(CARD.width()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme.current(), QPainter(self)
        self._frame(painter)
        size = self.picture_size
        area = QRect(_MARGIN, _MARGIN, size.width(), size.height())
        painter.fillRect(area, p.canvas)
        if self._picture is not None:
            painter.drawImage(area, self._picture)
        bold, small = theme.font(0.86, bold=True), theme.font(_SMALL)
        line = QFontMetrics(bold)
        below = QRect(_MARGIN + 2, area.bottom() + 3, size.width() - 4, line.height())
        painter.setPen(p.text)
        painter.setFont(bold)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, line.elidedText(self._name, _ELIDE, below.width()))
        painter.setPen(p.muted)
        painter.setFont(small)
        two = 2 * QFontMetrics(small).lineSpacing() + 3
        about = QRect(below.left(), below.bottom() + 1, below.width(), two)  # clips what would be a third line
        painter.drawText(about, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._about)
        painter.end()


class LineCard(_Card):
    """One line with an icon: something to do, or a file with its folder and time."""

    def __init__(self, text: str, icon: str, tip: str, second: str = "", right: str = "", name: str = "") -> None:
        super().__init__(name or text, tip)
        self._text, self._icon, self._second, self._right = text, icon, second, right
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        bold, small = QFontMetrics(theme.font(0.86, bold=True)), QFontMetrics(theme.font(_SMALL))
        height = bold.height() + (small.height() if self._second else 0) + 16
        return QSize(200, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme.current(), QPainter(self)
        self._frame(painter)
        ratio, size = self.devicePixelRatioF(), round(theme.points(1.45))
        ink = p.text if self.isEnabled() else p.muted
        picture = icons.pixmap(self._icon, ink, round(size * ratio))
        picture.setDevicePixelRatio(ratio)
        painter.drawPixmap(10, (self.height() - size) // 2, picture)
        bold, small = theme.font(0.86, bold=True), theme.font(_SMALL)
        line, fine = QFontMetrics(bold), QFontMetrics(small)
        right = fine.horizontalAdvance(self._right) + 14
        area = self.rect().adjusted(size + 18, 7, -right if self._right else -10, -7)
        painter.setPen(ink)
        painter.setFont(bold)
        align = Qt.AlignmentFlag.AlignTop if self._second else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, align, line.elidedText(self._text, _ELIDE, area.width()))
        painter.setPen(p.muted)
        painter.setFont(small)
        if self._second:
            shown = fine.elidedText(self._second, Qt.TextElideMode.ElideMiddle, self.width() - size - 28)
            painter.drawText(self.rect().adjusted(size + 18, 7, -10, -7), Qt.AlignmentFlag.AlignBottom, shown)
        if self._right:
            edge = self.rect().adjusted(0, 8, -10, -8)
            where = Qt.AlignmentFlag.AlignTop if self._second else Qt.AlignmentFlag.AlignVCenter
            painter.drawText(edge, Qt.AlignmentFlag.AlignRight | where, self._right)
        painter.end()


def file_card(path: Path, now: datetime) -> LineCard:
    """Return the line of a file used lately; one that is gone is greyed out."""
    try:
        when = when_words(datetime.fromtimestamp(path.stat().st_mtime).astimezone(), now)
    except OSError:
        when = ""
    card = LineCard(
        path.name, "open" if when else "warning", f"Open {path}", _home(path.parent), when or "gone",
        name=f"Recent file: {path.name}",
    )  # fmt: skip
    card.setEnabled(bool(when))
    return card


def _home(folder: Path) -> str:
    """Return a folder with the user's own one as "~"."""
    try:
        return f"~/{folder.relative_to(Path.home())}".removesuffix("/.")
    except ValueError:
        return str(folder)


_ELIDE = Qt.TextElideMode.ElideRight
__all__ = ["CARD", "ExampleCard", "LineCard", "draw_project", "file_card", "when_words"]
