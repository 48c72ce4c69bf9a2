"""What does the window offer while there is nothing on the canvas?

Examples with their pictures, a new graph, files used lately, and what an earlier run left behind when it ended too
soon. It lies over the canvas and goes away as soon as there is something to see there.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QMouseEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from . import theme
from .start_cards import CARD, ExampleCard, LineCard

_SIDE = 300  # width of the column of buttons and files, at normal text
_WORDS = {"file.new": "Empty canvas", "file.open": "Open a file", "file.generate": "Make a graph"}
_HINT = "Double-click the canvas to add a variable.  ?  shows every key,  Shift+F1  explains whatever you click."


class StartPage(QScrollArea):
    """The page.

    Signals
    -------
    picture_wanted : (ExampleCard)
        A card in sight has no picture, or one of another size or palette.
    left : ()
        The person wants the canvas.
    shown_at_start : (bool)
        Whether the page is wanted next time.
    """

    picture_wanted = Signal(object)
    left = Signal()
    shown_at_start = Signal(bool)

    def __init__(self, view: QWidget, examples: Sequence[QAction]) -> None:
        super().__init__(view)
        self._view = view
        self.setObjectName("start-page")
        self.setAccessibleName("Start page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cards = [ExampleCard(action) for action in examples]
        self._columns = 0
        self._heads: list[QLabel] = []
        self._fine: list[QLabel] = []
        self._drawing = QTimer(self)  # one picture in each turn of the event loop, so that nothing waits for them
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(15)
        self._drawing.timeout.connect(self._want_picture)
        self._lay_out()
        view.installEventFilter(self)
        theme.notifier.changed.connect(self.restyle)
        self.hide()
        self.restyle()

    # --- making --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        inside = self._inside = QWidget()
        inside.setAutoFillBackground(True)
        inside.setBackgroundRole(QPalette.ColorRole.Window)
        self._all = QGridLayout(inside)
        self._all.setContentsMargins(18, 12, 18, 10)
        self._all.setHorizontalSpacing(20)
        self._rescue = QVBoxLayout()
        self._all.addLayout(self._rescue, 0, 0, 1, 2)
        self._left, self._right = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self._head("Examples"))
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        left.addLayout(self._grid)
        left.addStretch(1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(6)
        right.addWidget(self._head("Start"))
        self._actions = QVBoxLayout()
        self._actions.setSpacing(6)
        right.addLayout(self._actions)
        self._files_head = self._head("Recent files")
        right.addWidget(self._files_head)
        self._files = QVBoxLayout()
        self._files.setSpacing(6)
        right.addLayout(self._files)
        right.addStretch(1)
        hint = QLabel(_HINT)
        hint.setWordWrap(True)
        self._fine.append(hint)
        self.again = QCheckBox("Show this page at the start")
        self.again.setToolTip("Whether this page is offered when the window opens empty")
        self.again.toggled.connect(self.shown_at_start)
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(self.again)
        self._all.addLayout(foot, 3, 0, 1, 2)
        self._all.setRowStretch(2, 1)
        self.setWidget(inside)

    def _head(self, text: str) -> QLabel:
        head = QLabel(text)
        self._heads.append(head)
        return head

    def offer_rescues(self, strips: Sequence[QWidget]) -> None:
        """Fill in what can be recovered."""
        _fill(self._rescue, strips)

    def offer(self, actions: Sequence[QAction], files: Sequence[LineCard]) -> None:
        """Fill in what can be done, and the files used lately."""
        lines = []
        for action in actions:
            key = action.shortcut().toString()
            line = LineCard(
                _WORDS.get(action.objectName()) or action.text().replace("&", ""),
                str(action.property("drawing")),
                action.statusTip(),
                right=key,
            )
            line.clicked.connect(action.trigger)
            lines.append(line)
        _fill(self._actions, lines)
        _fill(self._files, files)
        self._files_head.setVisible(bool(files))
        self._follow()

    # --- in its place --------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._view:
            self._follow()
        return False

    def _follow(self) -> None:
        """Cover the view."""
        self.setGeometry(self._view.rect())
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._drawing.start()

    def _arrange(self) -> None:
        """Put files beside the examples where there is room, and as many examples in a row as there is."""
        grown = theme.font_scale()
        side, least = round(_SIDE * min(grown, 1.5)), round(CARD.width() * min(grown, 1.5))
        room = self.viewport().width() - 56
        beside = room - side >= 2 * least
        columns = max((room - side if beside else room) // (least + 10), 1)
        columns = min(columns, 3 if beside else 4)
        if columns == self._columns and beside == bool(self._all.itemAtPosition(1, 1)):
            return
        self._columns = columns
        for widget in (self._left, self._right):
            self._all.removeWidget(widget)
        self._all.addWidget(self._left, 1, 0)
        self._all.addWidget(self._right, 1 if beside else 2, 1 if beside else 0)
        self._all.setColumnStretch(0, 1)
        self._right.setFixedWidth(side) if beside else self._right.setMaximumWidth(16_777_215)
        if not beside:
            self._right.setMinimumWidth(0)
        for card in self.cards:
            self._grid.removeWidget(card)
        for k, card in enumerate(self.cards):
            self._grid.addWidget(card, k // columns, k % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()
        self._drawing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._drawing.stop()
        super().hideEvent(event)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        look = QPalette(QApplication.palette())
        look.setColor(QPalette.ColorRole.Window, p.canvas)
        for widget in (self, self.viewport(), self._inside):
            widget.setPalette(look)
        for head in self._heads:
            head.setFont(theme.font(1.1, bold=True))
        faint = QPalette(look)
        faint.setColor(QPalette.ColorRole.WindowText, p.muted)
        for label in self._fine:
            label.setFont(theme.font(0.8))
            label.setPalette(faint)
        self.again.setFont(theme.font(0.8))
        for card in self.cards:
            card.set_picture(None)
            card.fit_height()
        for line in self.findChildren(LineCard):
            line.updateGeometry()
        self._columns = 0
        self._arrange()
        if self.isVisible():
            self._drawing.start()

    @Slot()
    def _want_picture(self) -> None:
        missing = [card for card in self.cards if not card.has_picture and card.isVisible()]
        if missing and self.isVisible():
            self.picture_wanted.emit(missing[0])
            self._drawing.start()

    # --- keys and mouse ------------------------------------------------------------------------------------------

    def targets(self) -> list[QAbstractButton]:
        """Return what can be pressed, in the order of Tab."""
        strips = [button for strip in _widgets(self._rescue) for button in strip.findChildren(QAbstractButton)]
        order = [*strips, *self.cards, *_widgets(self._actions), *_widgets(self._files), self.again]
        return [b for b in order if isinstance(b, QAbstractButton) and b.isVisible() and b.isEnabled()]

    def focusNextPrevChild(self, forward: bool) -> bool:
        targets = self.targets()
        if not targets:
            return False  # the page is being hidden
        at = QApplication.focusWidget()
        place = targets.index(at) if at in targets else -1 if forward else 0
        chosen = targets[(place + (1 if forward else -1)) % len(targets)]
        chosen.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(chosen, 20, 20)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(at, QAbstractButton):
            at.click()
        event.accept()  # nothing of it is for the canvas below

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.left.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()


def _widgets(layout: QVBoxLayout) -> list[QWidget]:
    """Return what stands in a layout."""
    items = [layout.itemAt(k) for k in range(layout.count())]
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]


def _fill(layout: QVBoxLayout, widgets: Sequence[QWidget]) -> None:
    """Put other widgets into a layout."""
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    for widget in widgets:
        layout.addWidget(widget)
