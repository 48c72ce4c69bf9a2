"""What does the window remember from one day to the next?

A typed face of QSettings: every value has one type and a default, and anything unreadable counts as absent. What a
person can choose is in the table of `options`; the rest (sizes, recent files) the window keeps for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from . import theme
from .options import OPTIONS, Value


class Settings(QObject):
    """Read and written at once; the file is the user's own unless another one is given.

    Signals
    -------
    changed : (str)
        A setting of the table has another value now; its key.
    keys_changed : (str)
        An action has other shortcuts now; its key.
    """

    changed = Signal(str)
    keys_changed = Signal(str)

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        if file is None:
            self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Clique", "Clique")
        else:
            self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def reset(self) -> None:
        """Forget everything."""
        self._store.clear()
        self._store.sync()

    def sync(self) -> None:
        """Write to the file now."""
        self._store.sync()

    # --- the table -----------------------------------------------------------------------------------------------

    def get(self, key: str) -> Value:
        """Return the value of a setting of the table."""
        return OPTIONS[key].read(self._text(key))

    def put(self, key: str, value: Value) -> None:
        """Set a setting of the table; what it does not accept counts as its default."""
        option, old = OPTIONS[key], self.get(key)
        new = option.read(option.write(value))
        if new == option.default:
            self._store.remove(key)
        else:
            self._store.setValue(key, option.write(new))
        if new != old:
            self.changed.emit(key)

    def restore_defaults(self) -> None:
        """Put every setting of the table back to its default."""
        for key, option in OPTIONS.items():
            self.put(key, option.default)

    # --- keys ----------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Shortcuts that a person has chosen, by the action's key; none at all is a choice too."""
        self._store.beginGroup("keys")
        names = self._store.childKeys()
        self._store.endGroup()
        return {name: tuple(filter(None, self._text(f"keys/{name}").split("\n"))) for name in names}

    def put_keys(self, action: str, keys: tuple[str, ...] | None) -> None:
        """Choose shortcuts for an action; None for its own."""
        if keys is None:
            self._store.remove(f"keys/{action}")
        else:
            self._store.setValue(f"keys/{action}", "\n".join(keys))
        self.keys_changed.emit(action)

    # --- the window ----------------------------------------------------------------------------------------------

    @property
    def geometry(self) -> QByteArray:
        """Where the window was; empty when unknown."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def docks(self) -> QByteArray:
        """Sizes of the inspector and the plots; empty when unknown."""
        return self._bytes("window/docks")

    @docks.setter
    def docks(self, value: QByteArray) -> None:
        self._store.setValue("window/docks", value)

    @property
    def plot_heights(self) -> dict[str, int]:
        """Height of the plots by workspace, where a person has chosen it."""
        pairs = (entry.split("=") for entry in self._text("window/plot_heights").split(";") if entry.count("=") == 1)
        return {name: int(height) for name, height in pairs if name and height.isascii() and height.isdigit()}

    @plot_heights.setter
    def plot_heights(self, value: Mapping[str, int]) -> None:
        self._store.setValue("window/plot_heights", ";".join(f"{name}={height}" for name, height in value.items()))

    @property
    def font_scale(self) -> float:
        """Factor on every font size."""
        return float(self.get("look/font_scale"))

    @font_scale.setter
    def font_scale(self, value: float) -> None:
        self.put("look/font_scale", value)

    @property
    def palette(self) -> theme.Palette:
        """The palette; the light one when unknown."""
        return theme.PALETTES[str(self.get("look/palette"))]

    @palette.setter
    def palette(self, value: theme.Palette) -> None:
        self.put("look/palette", value.name)

    # --- files ---------------------------------------------------------------------------------------------------

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Project files, the newest first."""
        text = self._text("files/recent")
        return tuple(Path(line) for line in text.split("\n") if line)[: self._most_recent]

    def add_recent_file(self, path: Path) -> None:
        """Put a file first."""
        self._keep_recent([path, *(p for p in self.recent_files if p != path)])

    def forget_recent_file(self, path: Path) -> None:
        """Drop a file, for instance because it is gone."""
        self._keep_recent([p for p in self.recent_files if p != path])

    def forget_recent_files(self, kept: tuple[Path, ...] = ()) -> None:
        """Drop all files but these."""
        self._keep_recent(list(kept))

    @property
    def _most_recent(self) -> int:
        return int(self.get("files/most_recent"))

    def _keep_recent(self, paths: list[Path]) -> None:
        self._store.setValue("files/recent", "\n".join(str(p) for p in paths[: self._most_recent]))

    @property
    def folder(self) -> Path:
        """Where file dialogs open."""
        folder = Path(self._text("files/folder") or Path.home())
        return folder if folder.is_dir() else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("files/folder", str(value))

    def _text(self, key: str) -> str:
        value = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()


def reset() -> None:
    """Put every setting back to its default."""
    Settings().reset()
