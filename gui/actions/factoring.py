"""Which actions choose a view of the canvas, or make and tie factors?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "view.full", "F&ull graph", "view-full", "Draw every variable and every factor that joins some", ("Alt+1",),
        "Clamped variables are grey, and their edges pale and dashed.", "canvas_view",
    ),
    ActionSpec(
        "view.conditional", "&Conditional model", "view-conditional",
        "Draw only what is left once the clamped variables are gone", ("Alt+2",),
        "A factor is drawn over those of its variables that are free; a hollow square beside a variable is what its "
        "clamped neighbours leave of their factors. Nothing is deleted: the clamped variables are listed above the "
        "graph, where each can be released.", "canvas_view",
    ),
    ActionSpec(
        "view.factors", "Factor &graph", "view-factors", "Draw every factor as a square", ("Alt+3",),
        "Circles are variables and squares are factors, those over a single variable too; lines join each factor to "
        "the variables it is about.", "canvas_view",
    ),
    ActionSpec(
        "view.logs", "Tabl&es in logs", "logs", "Show and type factor tables as natural logs", ("L",),
        "A log of 0 is a potential of 1; minus infinity is a potential of 0 and forbids the joint state.",
        toggles=True,
    ),
    ActionSpec(
        "model.join_factor", "&Join into one factor", "factor", "Make one factor over all selected variables",
        ("Shift+J",),
        "A factor over three or more variables is drawn as a square joined to them. It starts out favouring equal "
        "states two to one; select it to edit its table.",
    ),
    ActionSpec(
        "model.own_factor", "&Own factor", "own-factor", "Show the factor over the selected variable alone, or add it",
        ("U",), "It is shown as a square beside the variable while it is selected, and always in the factor graph.",
    ),
    ActionSpec(
        "model.tie", "&Tie factors", "tie", "Let the selected factors share the table of the first one", ("Ctrl+T",),
        "Editing one of them then edits all; a chain marks them. Where only variables are selected, all edges among "
        "them are tied, so Select all and Tie ties a whole grid.",
    ),
    ActionSpec(
        "model.untie", "&Untie", "untie", "Let the selected factors have tables of their own again", ("Ctrl+Shift+T",),
        "The tables stay as they are; the other factors of the tie stay tied.",
    ),
    ActionSpec(
        "model.untie_all", "Unt&ie all", "untie-all", "Undo the tie of the selected factor with all others",
        ("Alt+Shift+T",),
    ),
    ActionSpec(
        "model.select_tied", "&Select all tied", "tied", "Select every factor that shares this table", ("Alt+T",),
    ),
)  # fmt: skip
KEYS = tuple(spec.key for spec in SPECS)
