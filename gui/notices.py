"""Where does a person read what went wrong, and what can be done about it?

One yellow strip under the headline shows the newest notice with one action, seldom two. A refusal (`CliqueError`) is
its own text; a defect says so, and shows its details with a button that copies them.
"""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.errors import CliqueError, TooLargeError, ZeroMassError
from models.jobs import Failure

from . import icons, theme
from .words import powers


@dataclass(frozen=True, slots=True)
class Notice:
    """What the strip shows.

    Attributes
    ----------
    text : str
    action, key : str
        The button's text, and what `action_asked` says when it is pressed; empty for none.
    details : str
        For a defect: the traceback.
    source : str
        What it is about; a later notice of nothing wrong with the same source takes it away.
    other, other_key : str
        A second button.
    """

    text: str
    action: str = ""
    key: str = ""
    details: str = ""
    source: str = ""
    other: str = ""
    other_key: str = ""


def describe(thing: Any, source: str = "") -> Notice:
    """Return the notice for an error, a `Failure`, a `Notice` or a text."""
    if isinstance(thing, Notice):
        return thing
    if isinstance(thing, Failure):
        if isinstance(thing.error, CliqueError):
            return describe(thing.error, source)
        kind = type(thing.error).__name__
        text = f"Something went wrong inside Clique ({kind}). Your document is as it was."
        return Notice(text, "Details", "details", thing.traceback_text or str(thing.error), source)
    if isinstance(thing, TooLargeError):
        return Notice(str(thing), "Sample instead", "sample", source=source)
    if isinstance(thing, ZeroMassError):
        return Notice(str(thing), "Release all", "release", source=source)
    if isinstance(thing, Exception) and not isinstance(thing, CliqueError):
        return describe(Failure(thing, "".join(traceback.format_exception(thing))), source)
    return Notice(str(thing), source=source)


class NoticeStrip(QWidget):
    """The yellow strip; `shown` tells whoever holds it when there is something to say, and when no more."""

    action_asked = Signal(str)
    shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice: Notice | None = None
        self.setAccessibleName("Notice")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # in a tool bar it would be that of buttons
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._action.setAccessibleName("No action")
        self._action.clicked.connect(self._act)
        self._other = QPushButton()
        self._other.setAccessibleName("No second action")
        self._other.clicked.connect(self._act_otherwise)
        self._dismiss = QToolButton()
        self._dismiss.setAutoRaise(True)
        self._dismiss.setAccessibleName("Dismiss the notice")
        self._dismiss.setToolTip("Dismiss (Esc)")
        self._dismiss.clicked.connect(self.dismiss)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._other)
        row.addWidget(self._dismiss)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()

    def show_notice(self, thing: Any, source: str = "") -> None:
        """Show an error, a `Failure`, a `Notice` or a text in place of what was shown."""
        notice = self.notice = describe(thing, source)
        self._text.setText(powers(notice.text))
        self._text.setAccessibleName(notice.text)
        self._action.setText(notice.action)
        self._action.setAccessibleName(notice.action or "No action")
        self._action.setVisible(bool(notice.action))
        self._other.setText(notice.other)
        self._other.setAccessibleName(notice.other or "No second action")
        self._other.setVisible(bool(notice.other))
        self._fit_height()
        self.shown.emit(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # text of another size; comes later than the news of it
            self._fit_height()
        return super().event(event)

    def _fit_height(self) -> None:
        """Be as high as the text needs at the window's width; a tool bar does not ask by itself."""
        beside = [self._mark, self._dismiss]
        if self.notice is not None:
            beside += [self._action] if self.notice.action else []
            beside += [self._other] if self.notice.other else []
        margins, gap = self._row.contentsMargins(), max(self._row.spacing(), 0)
        taken = sum(widget.sizeHint().width() + gap for widget in beside) + margins.left() + margins.right()
        text = self._text.heightForWidth(max(self.window().width() - taken - 8, 100))
        tallest = max(text, *(widget.sizeHint().height() for widget in beside))
        self.setFixedHeight(tallest + margins.top() + margins.bottom())

    def settle(self, source: str) -> None:
        """Take away a notice whose cause is gone."""
        if self.notice is not None and self.notice.source == source:
            self.dismiss()

    @Slot()
    def dismiss(self) -> None:
        """Hide the strip."""
        self.notice = None
        self.shown.emit(False)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        p = theme.current()
        look = self.palette()
        look.setColor(self.backgroundRole(), p.notice)
        look.setColor(self.foregroundRole(), p.notice_text)
        self.setPalette(look)
        size = round(theme.points(1.5))
        self._mark.setPixmap(icons.pixmap("warning", p.notice_text, size))
        self._dismiss.setIcon(icons.pixmap("close", p.notice_text, size))
        self._fit_height()

    @Slot()
    def _act(self) -> None:
        if self.notice is None:
            return
        if self.notice.key == "details":
            DetailsDialog(self.notice, self.window()).open()
            return
        key = self.notice.key
        self.dismiss()
        self.action_asked.emit(key)

    @Slot()
    def _act_otherwise(self) -> None:
        if self.notice is not None:
            key = self.notice.other_key
            self.dismiss()
            self.action_asked.emit(key)


class DetailsDialog(QDialog):
    """The traceback of a defect, ready to copy into a report."""

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Details")
        self.resize(760, 420)
        system = f"Python {platform.python_version()}, {platform.platform()}"
        self.report = f"{notice.text}\n{system}\n\n{notice.details}"
        text = QPlainTextEdit(self.report)
        text.setReadOnly(True)
        text.setAccessibleName("Details of the defect")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAccessibleName("Copy the details")
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)

    @Slot()
    def copy(self) -> None:
        """Put the whole report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setAccessibleName("Details")


class ExceptionHook(QObject):
    """Turns exceptions that nobody caught, on any thread, into a notice; they still go to standard error."""

    caught = Signal(object)

    def install(self) -> None:
        """Begin; `remove` puts back what was there."""
        self._old = sys.excepthook, threading.excepthook
        sys.excepthook = self._main
        threading.excepthook = self._thread

    def remove(self) -> None:
        """End."""
        sys.excepthook, threading.excepthook = self._old

    def _main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._old[0](kind, error, trace)
        if isinstance(error, Exception):
            self.caught.emit(Failure(error, "".join(traceback.format_exception(kind, error, trace))))

    def _thread(self, args: threading.ExceptHookArgs) -> None:
        self._old[1](args)
        if isinstance(args.exc_value, Exception):
            text = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
            self.caught.emit(Failure(args.exc_value, text))
