"""What did the person choose the last time something was exported?

The folder, the kind of file of each sort, and how a picture is made; kept in the user's settings from one day to the
next. Anything unreadable counts as absent.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from .picture import Look

SCALES = (1, 2, 4)


class Choices:
    """Read and written at once."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Clique", "Clique")

    @property
    def folder(self) -> Path | None:
        """Where files were exported to; None when unknown or gone."""
        text = self._text("folder")
        return Path(text) if text and Path(text).is_dir() else None

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("export/folder", str(value))

    def kind(self, sort: str) -> str:
        """Return the kind chosen last of a sort ("picture", "numbers", "model"); empty when unknown."""
        return self._text(f"kind_{sort}")

    def put_kind(self, sort: str, kind: str) -> None:
        """Remember a kind."""
        self._store.setValue(f"export/kind_{sort}", kind)

    @property
    def look(self) -> Look:
        """How pictures were made; never the selection only, which is another one each time."""
        return Look(
            palette=self._text("palette"),
            transparent=self._text("transparent") == "true",
            text_as_shapes=self._text("text_as_shapes") == "true",
        )

    @look.setter
    def look(self, value: Look) -> None:
        self._store.setValue("export/palette", value.palette)
        self._store.setValue("export/transparent", "true" if value.transparent else "false")
        self._store.setValue("export/text_as_shapes", "true" if value.text_as_shapes else "false")

    @property
    def scale(self) -> int:
        """Pixels for each scene unit of a PNG."""
        text = self._text("scale")
        return int(text) if text in map(str, SCALES) else 2

    @scale.setter
    def scale(self, value: int) -> None:
        self._store.setValue("export/scale", str(value))

    @property
    def bars(self) -> bool:
        """Whether TikZ pictures have the bars of the marginals."""
        return self._text("bars") != "false"

    @bars.setter
    def bars(self, value: bool) -> None:
        self._store.setValue("export/bars", "true" if value else "false")

    def _text(self, key: str) -> str:
        value = self._store.value(f"export/{key}", "")
        return value if isinstance(value, str) else ""
