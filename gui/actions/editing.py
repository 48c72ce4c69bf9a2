"""Which actions change what is selected?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec("edit.undo", "&Undo", "undo", "Take back the last edit", ("Ctrl+Z",)),
    ActionSpec("edit.redo", "&Redo", "redo", "Make the edit taken back again", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("edit.delete", "&Delete", "delete", "Delete the selected variables and factors", ("Del",)),
    ActionSpec("edit.select_all", "Select &all", "select-all", "Select every variable", ("Ctrl+A",)),
)  # fmt: skip
