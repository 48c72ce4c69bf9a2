"""Which actions put variables in line, at equal distances, or on a grid?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "arrange.left", "Align &left", "align-left", "Move the selected variables as far left as the leftmost",
        ("Ctrl+Shift+Left",),
    ),
    ActionSpec(
        "arrange.right", "Align &right", "align-right", "Move the selected variables as far right as the rightmost",
        ("Ctrl+Shift+Right",),
    ),
    ActionSpec(
        "arrange.top", "Align &top", "align-top", "Move the selected variables as high as the highest",
        ("Ctrl+Shift+Up",),
    ),
    ActionSpec(
        "arrange.bottom", "Align &bottom", "align-bottom", "Move the selected variables as low as the lowest",
        ("Ctrl+Shift+Down",),
    ),
    ActionSpec(
        "arrange.column", "Align in a &column", "align-column", "Put the selected variables below each other",
        ("Ctrl+Shift+I",), "Their centres come to lie half-way between the outermost two.",
    ),
    ActionSpec(
        "arrange.row", "Align in a r&ow", "align-row", "Put the selected variables beside each other",
        ("Ctrl+Shift+R",), "Their centres come to lie half-way between the outermost two.",
    ),
    ActionSpec(
        "arrange.across", "Distribute &horizontally", "spread-across",
        "Space the selected variables evenly from left to right", ("Ctrl+Shift+H",),
        "The leftmost and the rightmost stay; three variables at least are needed.",
    ),
    ActionSpec(
        "arrange.down", "Distribute &vertically", "spread-down",
        "Space the selected variables evenly from top to bottom", ("Ctrl+Shift+V",),
        "The highest and the lowest stay; three variables at least are needed.",
    ),
    ActionSpec(
        "arrange.to_grid", "Move onto the &grid", "to-grid",
        "Move the selected variables, or all of them, onto the nearest points of the grid", ("Shift+G",),
    ),
    ActionSpec(
        "arrange.snap", "&Snap to grid", "grid", "Show a grid, and let what is dragged or added snap to it", ("G",),
        "Arrow keys then move from line to line. Hold Ctrl or Alt during a drag to leave the grid.", toggles=True,
    ),
)  # fmt: skip
