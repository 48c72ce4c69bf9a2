"""What belongs to an action?"""

from __future__ import annotations

from dataclasses import dataclass


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
