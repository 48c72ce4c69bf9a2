"""What is a person asked before something would be lost: where a file goes, and what it may replace?"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget


def ask_where(parent: QWidget, title: str, start: Path, kind: str, suffix: str) -> Path | None:
    """Let the person name a file to write; None when they think better of it.

    The suffix is added where it was not typed. The dialog of the system asks before it takes an existing name, but it
    does not know of the one with the suffix, so that is asked here.
    """
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), f"{kind} (*{suffix})")
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() == suffix:
        return path
    path = path.with_name(path.name + suffix)
    return path if not path.exists() or may_replace(parent, path) else None


def may_replace(parent: QWidget, path: Path) -> bool:
    """Ask whether a file may be replaced."""
    box = _question(
        parent, "Replace the file?", f"{path.name} exists already. Replace it?", "What it holds now is lost."
    )
    replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    return _answer(box) is replace


def may_overwrite(parent: QWidget, path: Path, why: str) -> Literal["replace", "save_as", "cancel"]:
    """Ask whether the document may be saved to its own file, or rather to another one."""
    box = _question(parent, "Replace the file?", f"Save over {path.name}?", why)
    replace = box.addButton("Replace", QMessageBox.ButtonRole.DestructiveRole)
    elsewhere = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(elsewhere)
    clicked = _answer(box)
    return "replace" if clicked is replace else "save_as" if clicked is elsewhere else "cancel"


def ask_save(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """Ask whether to save the changes to a document."""
    text = f"Save the changes to {name}?"
    box = _question(parent, "Save changes?", text, "If you do not save them, they are lost.")
    save = box.addButton(QMessageBox.StandardButton.Save)
    discard = box.addButton(QMessageBox.StandardButton.Discard)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save)
    clicked = _answer(box)
    return "save" if clicked is save else "discard" if clicked is discard else "cancel"


def sure_to_discard(parent: QWidget, name: str) -> bool:
    """Ask whether what was never saved may be thrown away."""
    box = _question(
        parent, "Discard?", f"Discard the changes to {name}?", "They were never saved, and are lost for good."
    )
    discard = box.addButton(QMessageBox.StandardButton.Discard)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    return _answer(box) is discard


def _question(parent: QWidget, title: str, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    return box


def _answer(box: QMessageBox) -> QAbstractButton | None:
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return clicked


def file_name(title: str) -> str:
    """Return a title as a name that every system accepts, without an ending."""
    kept = "".join("-" if letter in '<>:"/\\|?*' or not letter.isprintable() else letter for letter in title)
    return kept.strip(" .")[:80] or "model"
