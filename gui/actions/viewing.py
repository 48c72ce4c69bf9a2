"""Which actions change what is seen?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "workspace.graph", "&Graph", "graph", "Draw, clamp and read marginals", ("Ctrl+1",), group="workspace"
    ),
    ActionSpec("workspace.fit", "&Fit", "fit", "Fit models to data", ("Ctrl+2",), group="workspace"),
    ActionSpec(
        "workspace.sample", "&Sample", "sample", "Watch a sampler at work", ("Ctrl+3",), group="workspace"
    ),
    ActionSpec(
        "workspace.width", "&Treewidth", "width", "See why the treewidth is what it is, and what to clamp",
        ("Ctrl+4",), "The proof of the treewidth, the elimination game, the junction tree beside the graph with its "
        "messages, the fewest variables to clamp, blocks that are forests, and question 1.1 of the coursework.",
        "workspace",
    ),
    ActionSpec("view.fit", "Fit to &window", "fit-view", "Show the whole graph", ("F", "Ctrl+9")),
    ActionSpec("view.zoom_in", "&Zoom in", "zoom-in", "Show less, larger", ("Ctrl++", "Ctrl+=")),
    ActionSpec("view.zoom_out", "Zoom &out", "zoom-out", "Show more, smaller", ("Ctrl+-",)),
    ActionSpec("view.zoom_reset", "&Actual size", "zoom-reset", "Zoom to 100 %", ("Ctrl+0",)),
    ActionSpec("view.text_larger", "&Larger text", "text-larger", "Enlarge all text", ("Ctrl+Alt++", "Ctrl+Alt+=")),
    ActionSpec("view.text_smaller", "S&maller text", "text-smaller", "Shrink all text", ("Ctrl+Alt+-",)),
    ActionSpec("view.text_reset", "&Normal text", "text-reset", "Text at its normal size", ("Ctrl+Alt+0",)),
    ActionSpec("palette.light", "&Light", "theme", "Dark text on a light window", group="palette"),
    ActionSpec("palette.dark", "&Dark", "theme", "Light text on a dark window", group="palette"),
    ActionSpec(
        "palette.projector", "&Projector", "theme", "Black on white with bold lines, for a weak projector",
        group="palette",
    ),
    ActionSpec(
        "palette.contrast", "&High contrast", "theme", "White and yellow on black, for tired or weak eyes",
        group="palette", help="All text has a contrast of at least 7 to 1 with what it stands on.",
    ),
    ActionSpec(
        "view.inspector", "&Inspector", "panel-right", "Show or hide the panel on the right", ("Ctrl+I",),
        toggles=True,
    ),
    ActionSpec(
        "view.table", "Table of &variables", "table", "Show the variables in a table that can be edited", ("F4",),
        "The table is the canvas in words: choosing a row selects the variable, names and clamps can be typed, Insert "
        "adds, Delete deletes, Ctrl+J joins.", toggles=True,
    ),
    ActionSpec("view.plots", "&Plots", "panel-bottom", "Show or hide the plots below", ("Ctrl+P",), toggles=True),
    ActionSpec(
        "view.presentation", "P&resentation", "present", "Show everything large, for the last row", ("Ctrl+Shift+P",),
        "Large text, thick lines, large variables and nothing that is not needed. Esc or the same key ends it, and all "
        "is as it was.", toggles=True,
    ),
    ActionSpec(
        "view.hold", "&Hold the picture", "hold", "Keep what is drawn while everything goes on", ("B",),
        "The picture stays as it is, with a word in its corner, until this is pressed again.", toggles=True,
    ),
    ActionSpec(
        "file.start_page", "Start &page", "home", "Show examples, recent files and what can be recovered",
        ("Ctrl+Home",), "It lies over the canvas and goes away as soon as something is opened or drawn.", toggles=True,
    ),
    ActionSpec(
        "view.settings", "Settings and &keys…", "settings", "Choose how the window looks and works", ("Ctrl+,",),
        "One dialog with everything that can be chosen, the keys of all actions too; type to find a setting.",
    ),
    ActionSpec("view.full_screen", "F&ull screen", "full-screen", "Fill the screen", ("F11",), toggles=True),
)  # fmt: skip
