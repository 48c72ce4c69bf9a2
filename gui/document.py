"""What is being edited, and how is every edit undone?

The document is one immutable `Project`. An edit is two of them, before and after, so undo is a swap. The undo stack is
the only way in: `edit` for people's changes, `load` for another document.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from weakref import ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from models.project import Project

_LONGEST_TEXT = 90  # letters; names may have hundreds
_MERGING = 1  # any command with a merge key; whether two do merge is for mergeWith to say


class EditCommand(QUndoCommand):
    """One edit: the document before and after it, and what the menu says after "Undo"."""

    def __init__(
        self, document: Document, text: str, before: Project, after: Project, merge_key: Hashable | None
    ) -> None:
        cut = len(text) > _LONGEST_TEXT
        super().__init__(f"{text[: _LONGEST_TEXT - 21]}…{text[-20:]}" if cut else text)
        # Weak, for the stack holds its commands: a cycle that was collected once cleared the stack of freed commands.
        self._document = ref(document)
        self._before = before
        self._after = after
        self._merge_key = merge_key

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)

    def _show(self, project: Project) -> None:
        if (document := self._document()) is not None:
            document._show(project)

    def id(self) -> int:
        return -1 if self._merge_key is None else _MERGING

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditCommand) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        self.setText(other.text())
        if self._after.same_as(self._before):
            self.setObsolete(True)
        return True


class Document(QObject):
    """The current project, its undo stack and its file.

    Signals
    -------
    changed : (Project or None, Project)
        Before and after; before is None when another document was loaded, so that nothing carries over.
    path_changed : ()
        The file it belongs to is another one, or it was just saved.
    """

    changed = Signal(object, object)
    path_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = Project()
        self.path: Path | None = None
        self.stack = QUndoStack(self)
        self._showing = self._travelling = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing would be lost by closing."""
        return self.stack.isClean()

    def edit(self, text: str, after: Project, merge_key: Hashable | None = None) -> None:
        """Make an edit that can be undone.

        Parameters
        ----------
        text : str
            As after "Undo" in the menu: "Clamp x3 = 2".
        after : Project
            Complete; whatever could go wrong has gone wrong before this call.
        merge_key : hashable, optional
            Edits with an equal key that follow each other become one: use one key per gesture.
        """
        if self._showing:
            raise RuntimeError("An edit was made while another was being announced.")
        if after is self.project:
            return
        self.stack.push(EditCommand(self, text, self.project, after, merge_key))

    def go_to(self, index: int) -> None:
        """Undo or redo to a point of the history; it is announced once, however many edits lie between."""
        if self._showing:
            raise RuntimeError("The history was walked while an edit was being announced.")
        before = self.project
        self._travelling = True
        try:
            self.stack.setIndex(index)
        finally:
            self._travelling = False
            after, self.project = self.project, before
        if after is not before:
            self._show(after)

    def amend(self, project: Project) -> None:
        """Add what follows from the document but takes a while to be known; it is no edit and is not undone."""
        self._show(project)

    def load(self, project: Project, path: Path | None = None, *, clean: bool = True) -> None:
        """Replace the document; the history starts anew."""
        self.stack.clear()
        if not clean:
            self.stack.resetClean()
        self.path = path
        self._show(project, fresh=True)
        self.path_changed.emit()

    def mark_saved(self, path: Path) -> None:
        """Remember that the current state is what the file holds."""
        self.path = path
        self.stack.setClean()
        self.path_changed.emit()

    def _show(self, project: Project, fresh: bool = False) -> None:
        before, self.project = self.project, project
        if self._travelling:
            return
        self._showing = True
        try:
            self.changed.emit(None if fresh else before, project)
        finally:
            self._showing = False
