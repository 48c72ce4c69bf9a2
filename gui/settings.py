"""What does the window remember from one day to the next?

A typed face of QSettings: every value has one type and a default, and anything unreadable counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from . import theme

MAX_RECENT = 8


class Settings:
    """Read and written at once; the file is the user's own."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Clique", "Clique")

    def reset(self) -> None:
        """Forget everything."""
        self._store.clear()
        self._store.sync()

    def sync(self) -> None:
        """Write to the file now."""
        self._store.sync()

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
        try:
            scale = float(self._text("look/font_scale") or 1.0)
        except ValueError:
            return 1.0
        return scale if theme.MIN_SCALE <= scale <= theme.MAX_SCALE else 1.0

    @font_scale.setter
    def font_scale(self, value: float) -> None:
        self._store.setValue("look/font_scale", f"{value:g}")

    @property
    def palette(self) -> theme.Palette:
        """The palette; the light one when unknown."""
        return theme.PALETTES.get(self._text("look/palette"), theme.LIGHT)

    @palette.setter
    def palette(self, value: theme.Palette) -> None:
        self._store.setValue("look/palette", value.name)

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Project files, the newest first."""
        text = self._text("files/recent")
        return tuple(Path(line) for line in text.split("\n") if line)[:MAX_RECENT]

    def add_recent_file(self, path: Path) -> None:
        """Put a file first."""
        self._keep_recent([path, *(p for p in self.recent_files if p != path)])

    def forget_recent_file(self, path: Path) -> None:
        """Drop a file, for instance because it is gone."""
        self._keep_recent([p for p in self.recent_files if p != path])

    def _keep_recent(self, paths: list[Path]) -> None:
        self._store.setValue("files/recent", "\n".join(str(p) for p in paths[:MAX_RECENT]))

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
