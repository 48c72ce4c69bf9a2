"""What does "What is this?" answer where a part of the window has no text of its own for it?

The nearest part around the mouse that has one: its What's This, or else its tool tip under its name, or else its name
and what a screen reader says of it. The canvas tells how it is used.
"""

from __future__ import annotations

from html import escape
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractButton, QWhatsThis, QWidget

from .feature import Feature

_CANVAS = (
    "<b>The canvas</b><p>Each circle is a variable, each line a factor that joins two. Double-click adds a variable, "
    "dragging with Alt joins two, a click on a bar clamps. The bars are the exact probabilities of the states; hollow "
    "ones are those without clamps.</p><p>Press ? for every key and gesture.</p>"
)
_PARTS = {
    "headline": "<b>Headline</b><p>What the model is, and three numbers about it. Each old number stays beside the "
    "new one, in grey, after a change.</p>",
    "statusbar": "<b>Status bar</b><p>What a click does with the tool in hand, how large the model is, and log Z with "
    "the method that computed it. A job that takes longer shows here, with a button that stops it.</p>",
}
_ASKED = (QEvent.Type.QueryWhatsThis, QEvent.Type.WhatsThis)


class Explaining(Feature):
    """The answers of one window."""

    def connect_up(self) -> None:
        window = self.window
        window.view.setWhatsThis(_CANVAS)
        window.headline.setWhatsThis(_PARTS["headline"])
        window.statusBar().setWhatsThis(_PARTS["statusbar"])
        window.installEventFilter(self)

    def close(self) -> None:
        self.window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _ASKED or watched is not self.window:
            return False
        # Nobody below had an answer, so it has come up to the window.
        asked = cast(QHelpEvent, event)
        text, at = explanation(self.window, asked.pos())
        if not text:
            return False
        if event.type() == QEvent.Type.WhatsThis:
            QWhatsThis.showText(asked.globalPos(), text, at)
        event.accept()
        return True


def explanation(window: QWidget, place: QPoint) -> tuple[str, QWidget]:
    """Return what there is to say about a place of a window, and which part says it; "" for nothing."""
    part = window.childAt(place)
    while part is not None and part is not window:
        if part.whatsThis():
            return part.whatsThis(), part
        if part.toolTip():
            text = part.text().replace("&", "") if isinstance(part, QAbstractButton) else ""
            name = part.accessibleName() or text
            head = f"<b>{escape(name)}</b>" if name and name != part.toolTip() else ""
            return f"{head}<p>{escape(part.toolTip())}</p>", part
        part = part.parentWidget()
    part = window.childAt(place)
    while part is not None and part is not window and not part.accessibleName():
        part = part.parentWidget()
    if part is None or part is window:
        return "", window
    return f"<b>{escape(part.accessibleName())}</b><p>{escape(part.accessibleDescription())}</p>", part
