"""How are variables found by name?

While a person types, every variable whose name holds the text is selected, whatever its capital letters; Enter and F3
go from one to the next. "x12" also finds x₁₂.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Slot

from gui.find_bar import FindBar
from gui.words import called
from models.project import Project

from .feature import Feature

_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_MOST_REVEALED = 200  # found at once that are brought into sight together


def matching(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the names that hold a text, whatever its capital letters; an exact one first."""
    wanted = text.strip().translate(_LOWERED).casefold()
    if not wanted:
        return ()
    found = [name for name in names if wanted in name.casefold()]
    return tuple(sorted(found, key=lambda name: name.casefold() != wanted))


class Find(Feature):
    """The search of one window."""

    def __init__(self, window: object) -> None:
        super().__init__(window)  # type: ignore[arg-type]  # the window's type would import the window
        self.bar = FindBar(self.window.view)
        self._found: tuple[str, ...] = ()
        self._at = -1

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"edit.find": self.open, "edit.find_next": self.find_next, "edit.find_previous": self.find_previous}

    def connect_up(self) -> None:
        self.bar.typed.connect(self.search)
        self.bar.next_asked.connect(self.find_next)
        self.bar.previous_asked.connect(self.find_previous)
        self.bar.closed.connect(self.close_bar)
        self.window.actions_by_key["edit.find_next"].setEnabled(False)
        self.window.actions_by_key["edit.find_previous"].setEnabled(False)

    def show_project(self, before: Project | None, after: Project) -> None:
        if self.bar.isVisible() and (before is None or before.ugm.names != after.ugm.names):
            self._look()

    def open(self) -> None:
        """Show the bar; what is typed there already is looked for again."""
        self.bar.open()
        if self.bar.field.text():
            self._look()

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar; what was found stays selected."""
        self.window.view.setFocus()  # before the bar goes: a focus that is lost would move on to the next variable
        self.bar.hide()

    @Slot(str)
    def search(self, text: str) -> None:
        """Select every variable whose name holds a text."""
        self._look()
        if self._found:
            self.window.scene.select_variables(self._found)
            self.window.view.reveal(self._found if len(self._found) <= _MOST_REVEALED else self._found[:1])

    def _look(self) -> None:
        text = self.bar.field.text()
        self._found = matching(self.window.document.project.ugm.names, text)
        self._at = -1
        for key in ("edit.find_next", "edit.find_previous"):
            self.window.actions_by_key[key].setEnabled(bool(self._found))
        if self._found:
            self.bar.show_found(f"{len(self._found):,} found")
        else:
            nobody = f'no variable called "{called(text.strip())}"'
            self.bar.show_found(nobody if text.strip() else "", alarm=bool(text.strip()))

    @Slot()
    def find_next(self) -> None:
        """Go to the next one found."""
        self._go(1)

    @Slot()
    def find_previous(self) -> None:
        """Go to the one found before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._found = tuple(name for name in self._found if name in self.window.document.project.ugm)
        if not self._found:
            return
        self._at = (self._at + step) % len(self._found) if self._at >= 0 or step > 0 else len(self._found) - 1
        name = self._found[self._at]
        self.window.scene.select_variable(name)
        self.window.view.reveal([name])
        self.bar.show_found(f"{self._at + 1:,} of {len(self._found):,}")
