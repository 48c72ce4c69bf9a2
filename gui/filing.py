"""How does a document come from a file and go back to one, with nothing lost on the way?

New, open, save and close; each asks first when something would be lost. Reading happens on the worker; writing is
small, atomic, and done at once.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from models.classic_examples import denoising_project, misconception_project, student_project
from models.errors import CliqueError
from models.examples import ising_project, pin_project, stacked_rbm_project
from models.project import DataReference, Project

from .controller import Controller
from .document import Document
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

Answer = Literal["save", "discard", "cancel"]


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
    noticed : (error or text, str)
    saved : (Path)
    """

    noticed = Signal(object, str)
    saved = Signal(object)

    def __init__(self, window: QWidget, document: Document, controller: Controller, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._controller = controller
        self._settings = settings
        controller.file_opened.connect(self._opened)
        controller.noticed.connect(self._forget_missing)
        self._asked: Path | None = None

    # --- coming ------------------------------------------------------------------------------------------------

    @Slot()
    def new(self) -> None:
        """Start with an empty document."""
        if self.may_leave():
            self._document.load(Project())

    def open_example(self, key: str) -> None:
        """Open a model that comes with the program."""
        if self.may_leave():
            self._document.load(EXAMPLES[key]())

    @Slot()
    def open_dialog(self) -> None:
        """Let the person choose a file, and open it."""
        kinds = open_filter("project", "model", "graph", "data")
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
        """Read a file; what it holds is shown when it has been read."""
        self._asked = path.absolute()
        self._controller.open_file(self._asked)

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
        if self.may_leave():
            self._settings.add_recent_file(path)
            own = path.suffix.lower() == SUFFIX
            if own:
                self._document.load(value, path)
            else:
                self._document.load(spread(replace(value, title=value.title or path.stem)))

    # --- going -------------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> bool:
        """Save to the document's file; ask for a name if it has none. Return whether it is saved."""
        return self.save_as() if self._document.path is None else self.save_to(self._document.path)

    @Slot()
    def save_as(self) -> bool:
        """Ask for a name and save there."""
        project = self._document.project
        name = (self._document.path.name if self._document.path else project.title or "model").replace("/", "-")
        start = (self._document.path.parent if self._document.path else self._settings.folder) / name
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save as", str(start.with_suffix(SUFFIX)), f"Clique projects (*{SUFFIX})"
        )
        if not chosen:
            return False
        path = Path(chosen)
        return self.save_to(path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Write the document to a file; say why not if it fails."""
        from models.files import write_project

        try:
            write_project(self._document.project, path)
        except CliqueError as error:
            self.noticed.emit(error, "save")
            return False
        except OSError as error:
            reason = error.strerror or str(error)
            self.noticed.emit(
                f"{path.name} was not saved: {reason}. Nothing is lost; save it to another place.", "save"
            )
            return False
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
        return answer == "discard" or (answer == "save" and self.save())

    def ask(self) -> Answer:
        """Ask whether to save the changes."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Save changes?")
        name = self._document.path.name if self._document.path else self._document.project.title or "this model"
        box.setText(f"Save the changes to {name}?")
        box.setInformativeText("If you do not save them, they are lost.")
        save = box.addButton(QMessageBox.StandardButton.Save)
        discard = box.addButton(QMessageBox.StandardButton.Discard)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return "save" if clicked is save else "discard" if clicked is discard else "cancel"
