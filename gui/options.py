"""Which settings are there, of which kind, and what is each for?

One table. `Settings` stores the values, the dialog is made from the table, and `Preferences` lets each take effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .palettes import PALETTES

Value = bool | int | float | str

LOOK, NUMBERS, PRESENT, FILES, COMPUTE, SAMPLE = (
    "Look", "Numbers and canvas", "Presentation", "Files", "Computing", "Sampling",
)  # fmt: skip
PALETTE_WORDS = {"light": "Light", "dark": "Dark", "projector": "Projector", "contrast": "High contrast"}
_PALETTES = tuple((name, PALETTE_WORDS[name]) for name in PALETTES)


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the table.

    Attributes
    ----------
    key : str
        How the code and the file call it; "look/palette".
    group : str
        The heading it stands under.
    text, help : str
        What it is, and what it does.
    default : bool, int, float or str
        Its type is the setting's type.
    low, high : float
        Least and largest number.
    step : float
    unit : str
        Written after a number; "%" shows a share of one in per cent, with a slider.
    choices : tuple of (str, str)
        Values of a text, and what people read for them.
    words : str
        Other words that a person may search for.
    """

    key: str
    group: str
    text: str
    help: str
    default: Value
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    words: str = ""

    def read(self, text: str) -> Value:
        """Return the value that a text of the settings file stands for; the default for nonsense."""
        if isinstance(self.default, bool):
            return {"true": True, "false": False}.get(text, self.default)
        if isinstance(self.default, str):
            return text if text in dict(self.choices) else self.default
        try:
            number = int(text) if isinstance(self.default, int) else float(text)
        except ValueError:
            return self.default
        return number if self.low <= number <= self.high else self.default  # NaN is neither

    def write(self, value: Value) -> str:
        """Return a value as the settings file holds it."""
        if isinstance(self.default, bool):
            return "true" if value else "false"
        return f"{value:g}" if isinstance(value, float) else str(value)


_TABLE = (
    Option("look/palette", LOOK, "Colours", "Of the window and of all that is drawn.", "light", choices=_PALETTES,
           words="theme dark light projector high contrast palette"),
    Option("look/follow_system", LOOK, "Follow the system", "Take the light or the dark colours as the desktop is set. "
           "Where the desktop does not say, the colours chosen above stay.", False, words="theme dark light automatic"),
    Option("look/font_scale", LOOK, "Size of text", "Of all text, beside 14 points.", 1.0, 0.8, 2.5, 0.05, "%",
           words="font scale zoom larger smaller"),
    Option("look/animations", LOOK, "Movement", "Numbers that change flash once, and views glide into place. Without "
           "it, everything changes at once.", True, words="animation motion flash"),
    Option("numbers/digits", NUMBERS, "Decimals", "Digits after the point of probabilities and logs below ten.",
           4, 2, 6, words="precision digits places"),
    Option("numbers/percent", NUMBERS, "Probabilities in per cent", "The answer of the headline and the tables of "
           "states say 78.43 % instead of 0.7843.", False, words="percent %"),
    Option("canvas/most_bars", NUMBERS, "Bars on a variable up to", "A variable with more states shows a curve "
           "instead of bars.", 12, 2, 30, unit="states", words="histogram marginals nodes"),
    Option("canvas/snap", NUMBERS, "Snap to the grid", "Variables that are added or dragged go to the nearest point of "
           "the grid; the Arrange menu has it too, for the moment.", False, words="canvas arrange"),
    Option("present/palette", PRESENT, "Colours while presenting", "The window's own colours come back afterwards.",
           "projector", choices=_PALETTES, words="theme projector"),
    Option("present/full_screen", PRESENT, "Fill the screen", "A presentation hides everything else on the screen.",
           True, words="full screen F11"),
    Option("present/rings", PRESENT, "Ring at each click", "A ring shows the last row where the mouse was pressed.",
           True, words="mouse click"),
    Option("start/page", FILES, "Start page", "Offer examples and recent files when the window opens empty.", True,
           words="welcome examples"),
    Option("files/most_recent", FILES, "Recent files", "So many are remembered.", 8, 0, 30, words="history list"),
    Option("files/autosave", FILES, "Keep a copy of unsaved changes", "After a crash the copy is offered when the "
           "window opens again. Without it, what was not saved is lost.", True, words="autosave backup recovery crash"),
    Option("files/autosave_seconds", FILES, "Keep it after", "So long after a change, and after every ten changes at "
           "the latest.", 30, 5, 60, unit="seconds", words="autosave backup recovery interval crash copy"),
    Option("files/ask_on_close", FILES, "Ask before changes are lost", "Closing the window with unsaved changes asks "
           "first. Without it they are dropped at once.", True, words="confirm close quit exit save"),
    Option("tasks/treewidth_seconds", COMPUTE, "Time for the exact treewidth", "Then the search ends with what it has "
           "proved: an interval.", 30, 1, 3600, unit="seconds", words="limit search bounds"),
    Option("tasks/memory_mib", COMPUTE, "Memory for exact inference", "A model whose tables need more is refused, with "
           "the figure; half of the free memory is never passed either.", 4096, 16, 262144, 256, "MiB",
           words="limit tables RAM"),
    Option("sample/method", SAMPLE, "Method to begin with", "For the next document; a run under way stays as it is.",
           "gibbs",
           choices=(("gibbs", "Gibbs"), ("tree-gibbs", "Block Gibbs"), ("metropolis", "Metropolis-Hastings")),
           words="sampler"),
    Option("sample/seed", SAMPLE, "Seed to begin with", "The same seed gives the same draws.", 0, 0, 2**31 - 1,
           words="sampler random"),
    Option("sample/slow", SAMPLE, "Begin in slow motion", "One update a second, each told in words, instead of full "
           "speed.", False, words="sampler speed"),
)  # fmt: skip

OPTIONS: Mapping[str, Option] = {option.key: option for option in _TABLE}
