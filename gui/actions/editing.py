"""Which actions change what is selected?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec("edit.undo", "&Undo", "undo", "Take back the last edit", ("Ctrl+Z",)),
    ActionSpec("edit.redo", "&Redo", "redo", "Make the edit taken back again", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec(
        "edit.history", "&History", "history", "Show every edit, and go back to any of them", ("Ctrl+H",),
        "Click an edit, or choose it with the arrow keys, to have the document as it was right after it. Edits that "
        "were taken back stay in the list until another one is made.", toggles=True,
    ),
    ActionSpec(
        "edit.cut", "Cu&t", "cut", "Copy the selected variables and take them out", ("Ctrl+X",),
        "The factors among them go along; those with other variables are deleted.",
    ),
    ActionSpec(
        "edit.copy", "&Copy", "copy", "Copy the selected variables with the factors among them", ("Ctrl+C",),
        "Clamps, soft evidence and layers are copied too. Other programs receive a picture, or the text of a Clique "
        "project.",
    ),
    ActionSpec(
        "edit.paste", "&Paste", "paste", "Put in what was copied, at the mouse if it is over the canvas", ("Ctrl+V",),
        "Takes variables copied in any Clique window, and the text of a .clique project. Names that are taken are "
        "changed: x1 becomes the first free one.",
    ),
    ActionSpec(
        "edit.duplicate", "&Duplicate", "duplicate", "Make a second one of the selected variables", ("Ctrl+D",),
        "The factors among them are doubled as well; the clipboard stays as it is.",
    ),
    ActionSpec("edit.delete", "De&lete", "delete", "Delete the selected variables and factors", ("Del",)),
    ActionSpec("edit.select_all", "Select &all", "select-all", "Select every variable", ("Ctrl+A",)),
    ActionSpec(
        "edit.add", "Add &variable", "add", "Add a variable beside the selected one", ("Ins", "Ctrl+Return"),
        "The new variable has two states and is selected; Enter renames it.",
    ),
    ActionSpec(
        "edit.join", "&Join", "edge", "Join the selected variables with each other", ("J", "Ctrl+J"),
        "With one variable selected, choose the other with Tab or the arrow keys and press Enter.",
    ),
    ActionSpec(
        "edit.find", "&Find…", "find", "Find variables by name", ("Ctrl+F",),
        "Every variable whose name holds what is typed is selected; Enter goes from one to the next.",
    ),
    ActionSpec("edit.find_next", "Find &next", "next", "Go to the next variable found", ("F3",)),
    ActionSpec("edit.find_previous", "Find previou&s", "previous", "Go to the variable found before", ("Shift+F3",)),
)  # fmt: skip
