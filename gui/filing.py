"""How does a document come from a file and go back to one, with nothing lost on the way?

New, open, save and close; each asks first when something would be lost: changes that are not saved, what another
program has written to the file meanwhile, what a newer version has put in it. Reading happens on the worker; writing is
small, atomic, and done at once.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from models.classic_examples import denoising_project, misconception_project, student_project
from models.errors import CliqueError
from models.examples import ising_project, pin_project, stacked_rbm_project
from models.project import DataReference, Project

from .asking import ask_save, ask_where, file_name, may_overwrite
from .controller import Controller
from .document import Document
from .notices import Notice
from .placing import spread
from .settings import Settings

SUFFIX = ".clique"
EXAMPLES = {
    "example.rbm": stacked_rbm_project,
    "example.pins": pin_project,
    "example.ising": ising_project,
    "example.students": misconception_project,
    "example.letter": student_project,
    "example.drawing": denoising_project,
}

Answer = Literal["save", "discard", "cancel", "replace", "save_as"]
_MOST_EVIDENCE = 1 << 20  # bytes of an evidence file: it is read at once, so it must not take long


def open_filter(*gives: str) -> str:
    """Return what a dialog offers to open: all kinds of file that give one of these, and each kind by itself."""
    from models.files import FORMATS

    kinds = [kind for kind in FORMATS if kind.gives in gives]
    patterns = [" ".join(f"*{end}" for end in kind.extensions) for kind in kinds]
    lines = [f"{kind.name} ({pattern})" for kind, pattern in zip(kinds, patterns, strict=True)]
    return ";;".join([f"All that can be opened ({' '.join(patterns)} *.gz)", *lines, "All files (*)"])


class Filing(QObject):
    """Acts for one window.

    Signals
    -------
    noticed : (error, text or Notice, str)
    saved, opened : (Path)

    Attributes
    ----------
    seen : str
        What the document's file looked like when it was last read or saved; see `models.files.recovery.fingerprint`.
    read_only : bool
        Whether it cannot be saved there.
    let_go : bool
        Whether the person has said that the changes are not wanted.
    """

    noticed = Signal(object, str)
    saved = Signal(object)
    opened = Signal(object)

    def __init__(self, window: QWidget, document: Document, controller: Controller, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._controller = controller
        self._settings = settings
        controller.file_opened.connect(self._opened)
        controller.noticed.connect(self._forget_missing)
        self._asked: Path | None = None
        self._asked_seen = ""
        self._remark: Any = None  # on the file that is being read
        self._unknown: tuple[str, ...] = ()  # fields of the document's file that this version does not know
        self.seen = ""
        self.read_only = False
        self.let_go = False

    # --- coming ------------------------------------------------------------------------------------------------

    @Slot()
    def new(self) -> None:
        """Start with an empty document."""
        if self.may_leave():
            self._load(Project())

    def open_example(self, key: str) -> None:
        """Open a model that comes with the program."""
        if self.may_leave():
            self._load(EXAMPLES[key]())

    def adopt(self, project: Project, original: str, seen: str) -> None:
        """Take up a document that was not saved when the program ended."""
        path = Path(original) if original else None
        self._load(project, path, seen=seen, clean=False)

    def _load(
        self,
        project: Project,
        path: Path | None = None,
        *,
        seen: str = "",
        unknown: tuple[str, ...] = (),
        clean: bool = True,
    ) -> None:
        from models.files.saving import is_read_only

        self.seen, self._unknown = seen, unknown
        self.read_only = path is not None and is_read_only(path)
        self._document.load(project, path, clean=clean)

    @Slot()
    def open_dialog(self) -> None:
        """Let the person choose a file, and open it."""
        kinds = open_filter("project", "model", "graph", "data", "evidence")
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", str(self._settings.folder), kinds)
        if chosen:
            self.open_path(Path(chosen))

    @Slot()
    def open_data_dialog(self) -> None:
        """Let the person choose a table of data for this document."""
        kinds = open_filter("data")
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open data", str(self._settings.folder), kinds)
        if chosen:
            self._settings.folder = Path(chosen).parent
            self._controller.open_data(DataReference(str(Path(chosen).absolute())))

    def open_path(self, path: Path) -> None:
        """Read a file; what it holds is shown when it has been read. Evidence is for the model in hand."""
        from models.files import format_of
        from models.files.recovery import fingerprint

        kind = format_of(path)
        if kind is not None and kind.gives == "evidence" and self._document.project.ugm.variables:
            self.apply_evidence(path)
            return
        self._asked, self._remark = path.absolute(), None
        self._asked_seen = fingerprint(self._asked)  # before it is read: what is written meanwhile is noticed later
        self._controller.open_file(self._asked)

    def apply_evidence(self, path: Path) -> None:
        """Clamp what an evidence file says, in place of the clamps there are."""
        from models.files import read_evidence
        from models.files.sources import check_file

        project = self._document.project
        try:
            check_file(path, _MOST_EVIDENCE)
            after = project.with_evidence(read_evidence(path, project.ugm))
        except CliqueError as error:
            self.noticed.emit(error, "file")
            return
        self._settings.folder = path.parent
        if after.evidence != project.evidence:
            self._document.edit(f"Evidence from {path.name}", after)

    @Slot(object)
    def hear_remark(self, remark: Any) -> None:
        """Take note of what there is to say about the file that is being read."""
        if remark.path == self._asked:
            self._remark = remark

    @Slot(object, str)
    def _forget_missing(self, thing: Any, source: str) -> None:
        if source == "file" and self._asked is not None and not self._asked.exists():
            self._settings.forget_recent_file(self._asked)

    @Slot(object, object)
    def _opened(self, value: Any, path: Path) -> None:
        self._settings.folder = path.parent
        if not isinstance(value, Project):
            self._settings.add_recent_file(path)
            self._controller.take_data(value, DataReference(str(path)))
            return
        remark, seen = (self._remark, self._asked_seen) if path == self._asked else (None, "")
        if self.may_leave():
            self._settings.add_recent_file(path)
            if path.suffix.lower() == SUFFIX:
                self._load(value, path, seen=seen, unknown=() if remark is None else remark.unknown)
            else:
                self._load(spread(replace(value, title=value.title or path.stem)))
            if remark is not None:
                self.noticed.emit(remark.text, "file")
            self.opened.emit(path)

    # --- going -------------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> bool:
        """Save to the document's file; ask for a name if it has none. Return whether it is saved."""
        path = self._document.path
        if path is None:
            return self.save_as()
        answer = self._may_overwrite(path)
        return self.save_to(path) if answer == "replace" else answer == "save_as" and self.save_as()

    def _may_overwrite(self, path: Path) -> Answer:
        """Ask where saving would lose something that is not on the screen."""
        from models.files.recovery import fingerprint
        from models.files.saving import is_read_only

        if is_read_only(path):
            self.read_only = True
            self._document.path_changed.emit()
            what = path.name if os.access(path.parent, os.W_OK) else f"The folder of {path.name}"
            text = f"{what} is read-only, so your changes cannot be saved there. Save them under another name."
            self.noticed.emit(Notice(text, "Save as…", "save_as", source="save"), "save")
            return "cancel"
        now = fingerprint(path)
        if now and now != self.seen:
            text = "Another program has changed it since you opened it. What that wrote would be lost."
            return self.ask_overwrite(path, text)
        if self._unknown:
            text = f"A newer Clique put things into it that this one would lose: {', '.join(self._unknown[:5])}."
            return self.ask_overwrite(path, text)
        return "replace"

    @Slot()
    def save_as(self) -> bool:
        """Ask for a name and save there."""
        document = self._document
        name = document.path.stem if document.path else file_name(document.project.title)
        folder = document.path.parent if document.path else self._settings.folder
        path = ask_where(self._window, "Save as", folder / f"{name}{SUFFIX}", "Clique projects", SUFFIX)
        return path is not None and self.save_to(path)

    def save_to(self, path: Path) -> bool:
        """Write the document to a file; say why not if it fails."""
        from models.files import write_project
        from models.files.recovery import fingerprint

        try:
            write_project(self._document.project, path)
        except CliqueError as error:
            self.noticed.emit(Notice(str(error), "Save as…", "save_as", source="save"), "save")
            return False
        except OSError as error:
            text = f"{path.name} was not saved: {error.strerror or error}. Nothing is lost; save it to another place."
            self.noticed.emit(Notice(text, "Save as…", "save_as", source="save"), "save")
            return False
        self.seen, self._unknown, self.read_only = fingerprint(path), (), False
        self._document.mark_saved(path)
        self._settings.folder = path.parent
        self._settings.add_recent_file(path)
        self.saved.emit(path)
        return True

    def may_leave(self) -> bool:
        """Return whether the document may be let go: it is saved, was saved now, or is not wanted."""
        if self._document.is_clean:
            return True
        answer = self.ask()
        self.let_go = answer == "discard"
        return self.let_go or (answer == "save" and self.save())

    def ask(self) -> Answer:
        """Ask whether to save the changes."""
        name = self._document.path.name if self._document.path else self._document.project.title or "this model"
        return ask_save(self._window, name)

    def ask_overwrite(self, path: Path, why: str) -> Answer:
        """Ask whether the document's own file may be replaced although that loses something."""
        return may_overwrite(self._window, path, why)
