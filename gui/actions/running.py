"""Which actions fit and sample?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec("fit.start", "&Fit", "fit", "Fit the chosen model to the data", ("F5",)),
    ActionSpec("fit.stop", "&Stop", "stop", "Stop the fit and keep the last good model", ("Shift+F5",)),
    ActionSpec("sample.start", "&Start or pause", "play", "Start the sampler, or pause it", ("F6",)),
    ActionSpec("sample.step", "S&tep", "step", "Make a single update", ("F7",)),
    ActionSpec("sample.reset", "&Reset", "reset", "Begin again with no draws", ("F8",)),
)  # fmt: skip
