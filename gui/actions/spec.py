"""What belongs to an action?"""

from __future__ import annotations

from dataclasses import dataclass

KEYLESS = {
    "palette": "one of a list in the View menu, and in the settings",
    "example": "one of a list in the File menu, and on the start page",
}
"""Kinds of action that need no key of their own, and why: each is a choice in a list that has its own way to it."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One line of the table.

    Attributes
    ----------
    key : str
        How the code calls it; "tool.node".
    text : str
        In the menu, with its mnemonic.
    icon : str
    tip : str
        One line: what it does.
    keys : tuple of str
        Shortcuts, the first one shown.
    help : str
        What's This, where more is to be said than the tip.
    group : str
        Actions of a group exclude each other and can be checked.
    toggles : bool
        It can be checked by itself.
    """

    key: str
    text: str
    icon: str
    tip: str
    keys: tuple[str, ...] = ()
    help: str = ""
    group: str = ""
    toggles: bool = False
