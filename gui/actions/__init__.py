"""What can be done in the window, by which menu, key and icon?

One table, in parts. Every action has a text, a tip that names its key, a status tip, a What's This text and an icon;
menus, tool bar and the sheet of shortcuts are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from gui import icons, theme

from . import arranging, editing, evidence, exporting, factoring, files, graphs, helping, modelling, running, viewing
from .menus import MENUS
from .spec import ActionSpec

SPECS: Mapping[str, ActionSpec] = {
    spec.key: spec
    for part in (
        files, exporting, editing, viewing, arranging, graphs, modelling, factoring, evidence, running, helping,
    )
    for spec in part.SPECS
}  # fmt: skip


def dress(action: QAction, text: str, icon: str, tip: str, more: str = "") -> None:
    """Give an action all its texts and its icon."""
    action.setText(text)
    action.setProperty("drawing", icon)
    draw(action)
    describe_key(action, tip)
    action.setStatusTip(tip)
    action.setWhatsThis(f"<b>{text.replace('&', '')}</b><p>{tip}. {more}</p>")


def describe_key(action: QAction, tip: str) -> None:
    """Name an action's key in its tool tip."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({key})" if key else tip)


def draw(action: QAction) -> None:
    """Draw an action's icon in the palette in force; that of one that can be checked shows whether it is."""
    drawing, checkable = str(action.property("drawing")), action.isCheckable()
    drawn = f"{drawing} {theme.current().name} {checkable}"
    if action.property("drawn") != drawn:
        action.setIcon((icons.choice_icon if checkable else icons.icon)(drawing))
        action.setProperty("drawn", drawn)


class Actions(dict[str, QAction]):
    """Every action of the table by key; `handlers` says what each does when triggered."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._groups: dict[str, QActionGroup] = {}
        for spec in SPECS.values():
            action = self[spec.key] = QAction(window)
            action.setObjectName(spec.key)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setCheckable(bool(spec.group) or spec.toggles)
            dress(action, spec.text, spec.icon, spec.tip, spec.help)
            if spec.group:
                group = self._groups.setdefault(spec.group, QActionGroup(window))
                group.addAction(action)
            action.triggered.connect(lambda _checked=False, do=handlers[spec.key]: do())
        window.addActions(list(self.values()))

    def restyle(self) -> None:
        """Draw the icons in the palette in force."""
        for action in self.values():
            draw(action)


__all__ = ["MENUS", "SPECS", "ActionSpec", "Actions", "describe_key", "draw", "dress"]
