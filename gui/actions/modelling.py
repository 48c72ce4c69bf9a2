"""Which actions choose a tool or change the evidence?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "tool.select",
        "&Select",
        "select",
        "Select, move, and double-click to add",
        ("V",),
        "Click a variable or edge to select it, drag to move it, drag over the canvas to select several. Double-click "
        "the canvas to add a variable; drag with Alt from one variable to another to join them, or from empty canvas "
        "around variables to select them.",
        "tool",
    ),
    ActionSpec(
        "tool.lasso", "&Lasso", "lasso", "Draw a loop around variables to select them", ("Q",), group="tool",
        help="With Shift the variables in the loop are added to the selection. Alt-drag from empty canvas does the "
        "same with the Select tool in hand. A selection can become a block, a layer, or be clamped at once.",
    ),
    ActionSpec(
        "tool.node", "&Node", "node", "Click the canvas to add a variable", ("N",), group="tool",
        help="Each click on the canvas adds a variable with two states.",
    ),
    ActionSpec(
        "tool.edge", "&Edge", "edge", "Drag from one variable to another to join them", ("E",), group="tool",
        help="A new edge is a pairwise factor that favours equal states two to one; select it to edit its table.",
    ),
    ActionSpec(
        "tool.clamp", "&Clamp", "clamp", "Click a state's bar, or type its number, to clamp", ("C",), group="tool",
        help="Clamping fixes a variable's state. It leaves the graph, and what remains is the conditional UGM.",
    ),
    ActionSpec("tool.pan", "&Pan", "pan", "Drag to move the picture", ("H",), group="tool",
               help="Holding the middle mouse button does the same in every tool."),
    ActionSpec(
        "model.clamp_selection", "Cla&mp selection", "clamp", "Clamp the selected variables to one state", ("Ctrl+K",),
        "Clamps every selected variable to its first state, or to the state chosen in the inspector.",
    ),
    ActionSpec(
        "model.release_selection", "&Release selection", "release", "Release the selected variables",
        ("Ctrl+Shift+K",),
    ),
    ActionSpec(
        "model.group", "&Group as layer…", "layers", "Gather the selected variables under a name", ("Ctrl+G",),
        "A layer can be clamped with one click, outlined in a colour, and marked as a block to update at once. "
        "Right-click its button, or one of its variables, to change it.",
    ),
    ActionSpec(
        "model.ungroup", "&Ungroup", "layers", "Forget the layers whose variables are selected", ("Ctrl+Shift+G",),
        "The variables stay; only the name that gathers them goes.",
    ),
    ActionSpec("model.release_all", "Release &all", "release", "Release every clamped variable", ("Ctrl+Shift+C",)),
)  # fmt: skip
