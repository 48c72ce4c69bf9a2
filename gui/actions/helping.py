"""Which actions explain?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "help.shortcuts", "&Keys", "keyboard", "Show every key and gesture", ("?", "F1"),
        "Lists what mouse and keys do on the canvas, and every action by its menu. Type to search; it can be copied "
        "and saved as a PDF. The keys themselves are chosen in the settings.",
    ),
    ActionSpec(
        "help.whats_this", "&What is this?", "whats-this", "Click something to read what it does", ("Shift+F1",),
        "Every button, field and tool answers, and so does every menu entry; the canvas tells how it is used.",
    ),
    ActionSpec("help.about", "&About Clique", "about", "Versions and licence", ("Ctrl+F1",)),
)  # fmt: skip
