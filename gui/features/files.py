"""What happens with files beside opening and saving one: several dropped at once, remarks, buttons of notices?

One window holds one document, so of several files dropped on it one model is opened; evidence and a table of data that
came along are for that model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from gui.words import listed
from models.payloads import Snapshot

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_MODELS = ("project", "model", "graph")
_TREES = (".td", ".td.gz")  # tree decompositions: they belong to the model in hand
_MOST_NAMED = 5


class Files(Feature):
    """Files of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._along: tuple[Path, list[Path], str] | None = None  # a model on its way, what is for it, what to say then

    def connect_up(self) -> None:
        self.window.files_dropped.connect(self.open_all)
        self.window.filing.opened.connect(self._open_along)
        self.window.dispatcher.replied.connect(self._hear)
        self.window.notices.action_asked.connect(self._act)

    @Slot(object)
    def open_all(self, paths: list[Path]) -> None:
        """Open what was dropped: one model, with the evidence and the data beside it."""
        from models.files import format_of

        filing, self._along = self.window.filing, None
        if len(paths) == 1 and paths[0].name.lower().endswith(_TREES):
            self.window.set_workspace("width")
            if self.window.workspaces.width is not None:
                self.window.workspaces.width.show_file(paths[0])
            return
        if len(paths) == 1:
            filing.open_path(paths[0])
            return
        kinds = {path: kind.gives if (kind := format_of(path)) is not None else "" for path in paths}
        models = [path for path in paths if kinds[path] in _MODELS and not path.is_dir()][:1]
        evidence = [path for path in paths if kinds[path] == "evidence"][:1]
        data = [path for path in paths if kinds[path] == "data" and not path.is_dir()][:1]
        left = [path.name for path in paths if path not in [*models, *evidence, *data]]
        more = [*left[:_MOST_NAMED], *([f"{len(left) - _MOST_NAMED} more"] if len(left) > _MOST_NAMED else [])]
        said = (
            f"Clique opens one model at a time, with evidence and one table. Not opened: {listed(more)}."
            if left
            else ""
        )
        if models:
            self._along = models[0].absolute(), [*evidence, *data], said
            filing.open_path(models[0])
            return
        for path in [*evidence, *data]:
            filing.open_path(path)
        if said:
            self.window.show_notice(said, "file")

    @Slot(object)
    def _open_along(self, path: Path) -> None:
        along, self._along = self._along, None
        if along is None or along[0] != path:
            return
        for each in along[1]:
            self.window.filing.open_path(each)
        if along[2]:
            self.window.show_notice(along[2], "file")

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel == "file" and isinstance(payload, Snapshot):
            from models.files.opening import Remark

            if isinstance(payload.value, Remark):
                self.window.filing.hear_remark(payload.value)

    @Slot(str)
    def _act(self, key: str) -> None:
        if key == "save_as":
            self.window.filing.save_as()
