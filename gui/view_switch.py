"""Which view of the graph is in force, and what is not drawn in it?

Three buttons on a strip above the graph. Outside the full view it says in words what is shown, and lists the clamped
variables where those are left out: nobody should believe that they were deleted. A click on one releases it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from . import theme
from .canvas import GraphView
from .canvas.viewing import View
from .words import called, count

_TEXT = 0.8  # of body text
_WORDS = {
    View.FACTORS: ("Factor graph: squares are factors, circles are variables.", "Squares are factors."),
}


class ViewSwitch(QWidget):
    """The strip.

    Signals
    -------
    release_asked : (str)
        Release this variable.
    """

    release_asked = Signal(str)

    def __init__(self, view: GraphView, actions: Sequence[QAction]) -> None:
        super().__init__(view)
        self._view = view
        self._shown = View.FULL
        self._clamped: tuple[tuple[str, str], ...] = ()
        self._wordings: tuple[str, ...] = ()
        self.setAutoFillBackground(True)
        self.setAccessibleName("View of the graph")
        self._row = QHBoxLayout()
        self._row.setSpacing(2)
        self._buttons = []
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text().replace("&", ""))
            self._row.addWidget(button)
            self._buttons.append(button)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setContentsMargins(8, 0, 4, 0)
        self._row.addWidget(self._words, 1)
        self._chips = QWidget()
        self._chip_row = QHBoxLayout(self._chips)
        self._chip_row.setContentsMargins(2, 0, 2, 2)
        self._chip_row.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(2)
        column.addLayout(self._row)
        column.addWidget(self._chips)
        view.installEventFilter(self)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    @property
    def words(self) -> str:
        """What the strip says; "" in the full view."""
        return self._words.text()

    def show_view(self, view: View, clamped: Mapping[str, str]) -> None:
        """Tell of a view, and of the clamped variables with what each is clamped to, as in "x₁=1"."""
        pairs = tuple(clamped.items())
        if (view, pairs) == (self._shown, self._clamped):
            return
        self._shown, self._clamped = view, pairs
        n = len(pairs)
        if view is View.CONDITIONAL:
            self._wordings = (
                (
                    f"Conditional model: {count(n, 'clamped variable')} not drawn. Click one to release it.",
                    f"{count(n, 'clamped variable')} not drawn; click releases.",
                    f"{n} clamped, not drawn",
                )
                if n
                else ("Conditional model: nothing is clamped, so everything is drawn.", "Nothing is clamped.")
            )
        else:
            self._wordings = _WORDS.get(view, ())
        self._lay_out()

    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, p.raised)
        self.setPalette(palette)
        font = theme.font(_TEXT)
        self._words.setFont(font)
        side = round(theme.points(1.5))
        for button in self._buttons:
            button.setFont(font)
            button.setIconSize(QSize(side, side))
        self._lay_out()

    def _lay_out(self) -> None:
        width = self._view.width()
        metrics = self._words.fontMetrics()
        wanted = metrics.horizontalAdvance(self._wordings[:2][-1]) + 14 if self._wordings else 0
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in self._buttons:
                button.setToolButtonStyle(style)
            room = width - 16 - sum(button.sizeHint().width() + 2 for button in self._buttons)
            if room >= wanted:
                break
        fitting = (words for words in self._wordings if metrics.horizontalAdvance(words) + 14 <= room)
        self._words.setText(next(fitting, self._wordings[-1] if self._wordings else ""))
        self._words.setToolTip(self._wordings[0] if self._wordings else "")
        self._fill_chips(width - 12 if self._shown is View.CONDITIONAL else 0)
        for layout in (self._chip_row, self.layout()):
            if layout is not None:
                layout.activate()
        height = self.sizeHint().height()
        if self._view.viewportMargins().top() != height:
            self._view.setViewportMargins(0, height, 0, 0)
        self.setGeometry(0, 0, width, height)

    def _fill_chips(self, room: int) -> None:
        """List as many clamped variables as fit, the others in a menu."""
        while (item := self._chip_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._chips.setVisible(bool(room and self._clamped))
        if not room or not self._clamped:
            return
        more = self._chip("+ 9999", "More", lambda: None)
        spare, taken = more.sizeHint().width() + 8, 0
        more.deleteLater()
        left = list(self._clamped)
        while left:
            name, words = left[0]
            chip = self._chip(f"{words}  ×", f"Release {called(name)}", partial(self.release_asked.emit, name))
            taken += chip.sizeHint().width() + 4
            if taken + (spare if len(left) > 1 else 0) > room:
                chip.deleteLater()
                break
            self._add_chip(chip)
            left.pop(0)
        if left:
            self._add_chip(self._rest_button(left))
        self._chip_row.addStretch(1)

    def _add_chip(self, chip: QPushButton) -> None:
        self._chip_row.addWidget(chip)
        chip.show()  # now: the height of the strip depends on it

    def _chip(self, text: str, name: str, do: Callable[[], object]) -> QPushButton:
        chip = QPushButton(text.replace("&", "&&"), self._chips)
        chip.setFont(theme.font(_TEXT))
        chip.setAccessibleName(name)
        chip.setToolTip(name)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setAutoDefault(False)
        chip.clicked.connect(lambda _checked=False: do())
        return chip

    def _rest_button(self, left: Sequence[tuple[str, str]]) -> QPushButton:
        button = QPushButton(f"+ {len(left)}", self._chips)
        button.setFont(theme.font(_TEXT))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(f"{len(left)} more clamped variables")
        button.setToolTip("List the other clamped variables; choosing one releases it")
        menu = QMenu(button)
        menu.setAccessibleName("Clamped variables")
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._fill_menu, menu, tuple(left)))
        button.setMenu(menu)
        return button

    def _fill_menu(self, menu: QMenu, left: Sequence[tuple[str, str]]) -> None:
        """List the variables when they are asked for: there may be thousands."""
        menu.clear()
        for name, words in left:
            action = menu.addAction(f"Release {words}".replace("&", "&&"))
            action.setToolTip(f"Let {called(name)} vary again")
            action.setStatusTip(action.toolTip())
            action.triggered.connect(partial(self._release, name))

    def _release(self, name: str, _checked: bool = False) -> None:
        self.release_asked.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._lay_out()
        return super().eventFilter(watched, event)
