"""Which actions explain?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec("help.shortcuts", "&Keys", "keyboard", "Show every key", ("?", "F1")),
    ActionSpec(
        "help.whats_this", "&What is this?", "whats-this", "Click something to read what it does", ("Shift+F1",)
    ),
    ActionSpec("help.about", "&About Clique", "about", "Versions and licence"),
)  # fmt: skip
