"""How are variables copied, cut, pasted and duplicated?

While a person types in a field, the same commands are the field's own. A part that is pasted stands at the mouse where
that is over the canvas, otherwise where it was copied; never on top of what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Slot
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit, QTextEdit

from gui.canvas.edits import listed
from gui.canvas.grid import STEP
from gui.clipboard import packed, packed_text
from gui.placing import placed
from models.copying import copied, pasted, read_part
from models.errors import CliqueError
from models.project import Position, Project

from .feature import Feature

_AWAY = 2 * STEP  # from a copy to what was copied
_SAID_MS = 3000


class Clipboard(Feature):
    """Copy and paste of one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._mouse: QPointF | None = None  # in the viewport, while it is there

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "edit.cut": self.cut,
            "edit.copy": self.copy,
            "edit.paste": self.paste,
            "edit.duplicate": self.duplicate,
        }

    def connect_up(self) -> None:
        self.window.view.viewport().installEventFilter(self)
        self.window.scene.menu_made.connect(self._add_to_menu)

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        chosen = any(kind == "variable" for kind, _ in selected)
        for key in ("edit.cut", "edit.copy", "edit.duplicate"):
            self.window.actions_by_key[key].setEnabled(chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._mouse = None
        elif isinstance(event, QMouseEvent):
            self._mouse = event.position()
        return False

    # --- out ---------------------------------------------------------------------------------------------------

    def copy(self) -> bool:
        """Put the selected variables on the clipboard; return whether that could be done."""
        if _in_field("copy"):
            return False
        chosen = self.window.scene.selection.variables
        if not chosen:
            self.window.show_notice("Select the variables to copy first: click them, or drag around them.", "edit")
            return False
        items = self.window.scene.mirror.variables
        marginals = {name: marginal for name in chosen if (marginal := items[name].marginal) is not None}
        try:
            mime = packed(copied(self.window.document.project, chosen), marginals)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return False
        QGuiApplication.clipboard().setMimeData(mime)
        self.window.statusBar().showMessage(f"Copied {listed(chosen)}", _SAID_MS)
        return True

    def cut(self) -> None:
        """Copy the selected variables and delete them."""
        if _in_field("cut"):
            return
        self.window.scene.cancel_gesture()
        if self.copy():
            chosen = self.window.scene.selection.variables
            self.window.edit(f"Cut {listed(chosen)}", self.window.document.project.without(chosen))

    # --- in ----------------------------------------------------------------------------------------------------

    def paste(self) -> None:
        """Put in what is on the clipboard."""
        if not _in_field("paste"):
            view = self.window.view
            self.paste_at(None if self._mouse is None else view.mapToScene(self._mouse.toPoint()))

    def paste_at(self, point: QPointF | None) -> None:
        """Put in what is on the clipboard, with its middle at a point of the scene or where it was copied."""
        mime = QGuiApplication.clipboard().mimeData()
        text = packed_text(mime)
        if not text:
            what = "holds a picture only" if mime is not None and mime.hasImage() else "is empty"
            self.window.show_notice(f"The clipboard {what}. Copy variables first (Ctrl+C), then paste them.", "edit")
            return
        try:
            part = read_part(text)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return
        if len(set(part.positions.values())) == 1 < len(part.positions):
            part = placed(part)  # typed without places
        self._put_in(part, "Paste", point)

    def duplicate(self) -> None:
        """Make a second one of the selected variables."""
        chosen = self.window.scene.selection.variables
        if chosen:
            self._put_in(copied(self.window.document.project, chosen), "Duplicate", None)

    def _put_in(self, part: Project, verb: str, point: QPointF | None) -> None:
        scene, view = self.window.scene, self.window.view
        scene.cancel_gesture()
        project = self.window.document.project
        try:
            made = pasted(project, part, self._offset(part, point))
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return
        names = made.names if verb == "Paste" else part.ugm.names
        self.window.edit(f"{verb} {listed(names)}", made.project)
        scene.select_variables(made.names)
        view.reveal(made.names)

    def _offset(self, part: Project, point: QPointF | None) -> Position:
        """Return how far to move a part so that it stands at a point, or where it was, beside what is there."""
        xs, ys = zip(*part.positions.values(), strict=True)
        dx = dy = 0.0
        if point is not None:
            dx, dy = (
                float(round(point.x() - (min(xs) + max(xs)) / 2)),
                float(round(point.y() - (min(ys) + max(ys)) / 2)),
            )
        elif not self._in_sight(part):
            middle = self.window.view.mapToScene(self.window.view.viewport().rect().center())
            return self._offset(part, middle)
        if self.window.scene.snaps:
            x, y = self.window.scene.on_grid((xs[0] + dx, ys[0] + dy))
            dx, dy = x - xs[0], y - ys[0]
        taken = {(round(x), round(y)) for x, y in self.window.document.project.positions.values()}
        while any((round(x + dx), round(y + dy)) in taken for x, y in part.positions.values()):
            dx, dy = dx + _AWAY, dy + _AWAY
        return dx, dy

    def _in_sight(self, part: Project) -> bool:
        view = self.window.view
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        return any(seen.contains(QPointF(x, y)) for x, y in part.positions.values())

    @Slot(object, str, QPointF)
    def _add_to_menu(self, menu: QMenu, kind: str, point: QPointF) -> None:
        actions = self.window.actions_by_key
        last = menu.actions()[-1]
        if kind == "variable":
            for key in ("edit.cut", "edit.copy", "edit.duplicate"):
                menu.insertAction(last, actions[key])
        elif kind == "canvas":
            here = QAction(actions["edit.paste"].icon(), "&Paste here", menu)
            here.setToolTip("Put in what was copied, with its middle here")
            here.setStatusTip(here.toolTip())
            here.setWhatsThis(here.toolTip())
            here.triggered.connect(partial(lambda at, _checked=False: self.paste_at(at), point))
            menu.insertAction(menu.actions()[1] if len(menu.actions()) > 1 else last, here)


def _in_field(what: str) -> bool:
    """Let the field that is being typed in do it; return whether there is one."""
    widget: Any = QApplication.focusWidget()
    if isinstance(widget, QLabel) and widget.hasSelectedText() and what == "copy":
        QGuiApplication.clipboard().setText(widget.selectedText())
        return True
    if isinstance(widget, QAbstractSpinBox):
        widget = widget.findChild(QLineEdit)
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        getattr(widget, what)()
        return True
    return False
