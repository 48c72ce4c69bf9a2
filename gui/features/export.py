"""How does something leave the window: as a file in another format, or by the clipboard?

Pictures are painted here, where the canvas is; everything else, and the writing, is done by the worker, one file after
the other. Every file replaces an old one in one step, and what goes wrong becomes a notice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication

from gui.mime import fresh_mime
from models.errors import CliqueError
from models.payloads import Failure, Outcome

from .feature import Feature

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.exporting.dialog import ExportDialog, Wish
    from gui.exporting.picture import Picture
    from gui.main_window import MainWindow

CHANNEL = "export"
_SAID_MS = 4000
_FIRST = {"picture": "svg", "numbers": "marginals", "model": "uai"}
_MOST_COPIED = 20_000_000  # pixels of a picture on the clipboard


class Export(Feature):
    """Everything that leaves one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: ExportDialog | None = None
        self._queue: deque[Any] = deque()  # jobs that wait for the one under way

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "export.picture": partial(self.open_dialog, "picture"),
            "export.numbers": partial(self.open_dialog, "numbers"),
            "export.model": partial(self.open_dialog, "model"),
            "export.copy_picture": self.copy_picture,
            "export.copy_text": self.copy_text,
        }

    def connect_up(self) -> None:
        self.window.dispatcher.replied.connect(self._hear)
        self.window.dispatcher.busy_changed.connect(self._go_on)

    def close(self) -> None:
        self._queue.clear()
        if self.dialog is not None:
            self.dialog.close()

    @property
    def busy(self) -> bool:
        """Whether a file is still being written."""
        return bool(self._queue) or self.window.dispatcher.busy(CHANNEL)

    # --- the dialog ----------------------------------------------------------------------------------------------

    def open_dialog(self, sort: str) -> None:
        """Let the person choose a kind of file, of this sort at first."""
        from gui.exporting.choices import Choices
        from gui.exporting.dialog import ALL, ExportDialog, sort_of

        if not self.window.document.project.ugm.variables:
            self.window.show_notice("There is nothing to export yet. Add a variable first.", "export")
            return
        choices = Choices()
        kind = choices.kind(sort)
        if kind not in ALL or sort_of(kind) != sort:
            kind = _FIRST[sort]
        self.window.scene.cancel_gesture()
        self.dialog = ExportDialog(self.window.scene, choices, kind, self.window)
        self.dialog.wished.connect(self._fulfil)
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.open()

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None

    @Slot(object)
    def _fulfil(self, wish: Wish) -> None:
        from gui.asking import ask_where, may_replace
        from gui.exporting.choices import Choices
        from gui.exporting.dialog import sort_of
        from models.exports import evidence_path

        dialog, choices = self.dialog, Choices()
        if dialog is None:
            return
        choices.put_kind(sort_of(wish.kind.key), wish.kind.key)
        choices.look, choices.scale, choices.bars = wish.look, wish.scale, wish.bars
        if wish.copy:
            self.copy_picture(wish)
            dialog.accept()
            return
        folder = choices.folder or self.window.settings.folder
        start = folder / (self._proposed(wish) + wish.kind.suffix)
        path = ask_where(dialog, f"Export as {wish.kind.name}", start, wish.kind.name, wish.kind.suffix)
        if path is None:
            return
        beside = evidence_path(path)
        if wish.kind.key == "uai" and beside.exists() and not path.exists() and not may_replace(dialog, beside):
            return
        choices.folder = path.parent
        dialog.accept()
        self.export(wish, path)

    def _proposed(self, wish: Wish) -> str:
        from gui.asking import file_name

        document = self.window.document
        stem = document.path.stem if document.path is not None else file_name(document.project.title)
        return f"{stem} {wish.kind.key}" if wish.kind.suffix == ".csv" else stem

    # --- files ---------------------------------------------------------------------------------------------------

    def export(self, wish: Wish, path: Path) -> None:
        """Make a file; say so when it is there, or why it is not."""
        from gui.exporting.picture import Picture
        from models.exports import ExportFile, WriteContent

        self.window.notices.settle(CHANNEL)
        project = self.window.document.project
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # thousands of variables take seconds to paint
        try:
            if wish.kind.key == "svg":
                self._submit(WriteContent(path, _constant(Picture(self.window.scene, wish.look).svg())))
            elif wish.kind.key == "pdf":
                self._submit(WriteContent(path, _constant(Picture(self.window.scene, wish.look).pdf())))
            elif wish.kind.key == "png":
                image = Picture(self.window.scene, wish.look).image(wish.scale)
                self._submit(WriteContent(path, partial(png, image)))
            else:
                options = self._tikz_options(wish) if wish.kind.key == "tikz" else {}
                self._submit(ExportFile(wish.kind.key, project, path, options))
        except CliqueError as error:
            self.window.show_notice(error, CHANNEL)
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _tikz_options(self, wish: Wish) -> dict[str, Any]:
        """Return what the canvas knows and the project does not: what is selected, numbers, where squares stand."""
        from gui.canvas.viewing import View

        mirror = self.window.scene.mirror
        chosen = self.window.scene.selection.variables if wish.look.selection else ()
        shown = {name: item for name, item in mirror.variables.items() if item.marginal is not None and not item.stale}
        return {
            "names": frozenset(chosen) if chosen else None,
            "marginals": {name: tuple(item.marginal or ()) for name, item in shown.items()} if wish.bars else None,
            "squares": dict(mirror.links.square_at),
            "bars_beside": any(item.in_corner for item in mirror.variables.values()),
            "conditional": mirror.view is View.CONDITIONAL,
            "factor_graph": mirror.view is View.FACTORS,
        }

    def _submit(self, job: Any) -> None:
        self._queue.append(job)
        self._go_on(CHANNEL, False)

    @Slot(str, bool)
    def _go_on(self, channel: str, busy: bool) -> None:
        """Start the next file when the one before is done."""
        if channel == CHANNEL and not busy and self._queue and not self.window.dispatcher.busy(CHANNEL):
            self.window.dispatcher.submit(CHANNEL, self._queue.popleft())

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL:
            return
        if isinstance(payload, Failure):
            self.window.show_notice(payload, CHANNEL)
        elif isinstance(payload, Outcome):
            names = " and ".join(path.name for path in payload.value.paths)
            self.window.statusBar().showMessage(f"Exported {names}", _SAID_MS)
            if payload.value.note:
                self.window.show_notice(f"Exported {names}. {payload.value.note}", CHANNEL)

    # --- the clipboard -------------------------------------------------------------------------------------------

    def copy_picture(self, wish: Wish | None = None) -> None:
        """Put a picture of the graph on the clipboard, as a drawing and as pixels."""
        from gui.exporting.choices import Choices
        from gui.exporting.picture import Picture

        self.window.scene.cancel_gesture()
        try:
            picture = Picture(self.window.scene, Choices().look if wish is None else wish.look)
            image = picture.image(_scale_of(picture, Choices().scale if wish is None else wish.scale))
            mime = fresh_mime()
            mime.setImageData(image)
            mime.setData("image/svg+xml", picture.svg())
        except CliqueError as error:
            self.window.show_notice(error, CHANNEL)
            return
        QGuiApplication.clipboard().setMimeData(mime)
        self.window.statusBar().showMessage(
            f"Copied a picture of {image.width():,} by {image.height():,} pixels", _SAID_MS
        )

    def copy_text(self) -> None:
        """Put the text of the project on the clipboard."""
        from models.files.project_json import project_bytes

        document = self.window.document
        try:
            text = project_bytes(document.project, document.path or Path("project.clique")).decode()
        except CliqueError as error:
            self.window.show_notice(error, CHANNEL)
            return
        QGuiApplication.clipboard().setText(text)
        self.window.statusBar().showMessage(f"Copied the project as text, {len(text):,} letters", _SAID_MS)


def png(image: QImage) -> bytes:
    """Return the content of a PNG file; on any thread."""
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stub wants bytes, which are refused
        raise CliqueError("The picture could not be made: the computer has too little memory. Choose a smaller scale.")
    return bytes(buffer.data().data())


def _constant(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _scale_of(picture: Picture, wanted: int) -> float:
    """Return as large a scale as was wanted, or as the clipboard can hold."""
    pixels = picture.size.width() * picture.size.height()
    return min(float(wanted), (_MOST_COPIED / pixels) ** 0.5)
