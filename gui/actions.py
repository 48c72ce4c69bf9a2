"""What can be done in the window, by which menu, key and icon?

One table. Every action has a text, a tip that names its key, a status tip, a What's This text and an icon; menus, tool
bar and the sheet of shortcuts are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from . import icons


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


_SPECS = (
    ActionSpec("file.new", "&New", "new", "Start with an empty canvas", ("Ctrl+N",)),
    ActionSpec(
        "file.open",
        "&Open…",
        "open",
        "Open a project, a model, a graph or a table of data",
        ("Ctrl+O",),
        "Opens Clique projects (.clique), models in the UAI format (.uai), Bayesian networks (.bif), PACE graphs (.gr) "
        "and tables of data (.csv, .tsv, .jld, .h5, .npy). Files can also be dropped on the window.",
    ),
    ActionSpec(
        "example.rbm",
        "&Stacked RBM",
        "layers",
        "Open four layers x, z, h, y of binary variables",
        help="A stack of restricted Boltzmann machines: neighbouring layers are fully joined, and x and y are chains. "
        "Clamp whole layers and watch the treewidth of what is left.",
    ),
    ActionSpec(
        "example.pins",
        "&PIN data",
        "data",
        "Open four-digit PINs, ready to fit",
        help="Four variables with ten states each and 10,000 generated PINs. Fit models with more and more edges "
        "and compare how well they guess the last digit.",
    ),
    ActionSpec(
        "example.ising",
        "&Ising grid",
        "graph",
        "Open a lattice of spins that like to agree",
        help="A lattice of binary variables with one coupling for all edges. Its treewidth is the shorter side.",
    ),
    ActionSpec("file.save", "&Save", "save", "Save the project", ("Ctrl+S",)),
    ActionSpec("file.save_as", "Save &as…", "save", "Save the project under another name", ("Ctrl+Shift+S",)),
    ActionSpec("file.quit", "&Quit", "quit", "Close the window", ("Ctrl+Q",)),
    ActionSpec("edit.undo", "&Undo", "undo", "Take back the last edit", ("Ctrl+Z",)),
    ActionSpec("edit.redo", "&Redo", "redo", "Make the edit taken back again", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("edit.delete", "&Delete", "delete", "Delete the selected variables and factors", ("Del",)),
    ActionSpec("edit.select_all", "Select &all", "select-all", "Select every variable", ("Ctrl+A",)),
    ActionSpec(
        "workspace.graph", "&Graph", "graph", "Draw, clamp and read marginals", ("Ctrl+1",), group="workspace"
    ),
    ActionSpec("workspace.fit", "&Fit", "fit", "Fit models to data", ("Ctrl+2",), group="workspace"),
    ActionSpec(
        "workspace.sample", "&Sample", "sample", "Watch a sampler at work", ("Ctrl+3",), group="workspace"
    ),
    ActionSpec(
        "tool.select",
        "&Select",
        "select",
        "Select, move, and double-click to add",
        ("V",),
        "Click a variable or edge to select it, drag to move it, drag over the canvas to select several. Double-click "
        "the canvas to add a variable; drag with Alt from one variable to another to join them.",
        "tool",
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
    ActionSpec("view.fit", "&Fit to window", "fit-view", "Show the whole graph", ("F", "Ctrl+9")),
    ActionSpec("view.zoom_in", "Zoom &in", "zoom-in", "Show less, larger", ("Ctrl++", "Ctrl+=")),
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
        "view.inspector", "&Inspector", "panel-right", "Show or hide the panel on the right", ("Ctrl+I",),
        toggles=True,
    ),
    ActionSpec("view.plots", "&Plots", "panel-bottom", "Show or hide the plots below", ("Ctrl+P",), toggles=True),
    ActionSpec("view.full_screen", "F&ull screen", "full-screen", "Fill the screen", ("F11",), toggles=True),
    ActionSpec(
        "model.clamp_selection", "&Clamp selection", "clamp", "Clamp the selected variables to one state", ("Ctrl+K",),
        "Clamps every selected variable to its first state, or to the state chosen in the inspector.",
    ),
    ActionSpec(
        "model.release_selection", "&Release selection", "release", "Release the selected variables",
        ("Ctrl+Shift+K",),
    ),
    ActionSpec("model.release_all", "Release &all", "release", "Release every clamped variable", ("Ctrl+Shift+C",)),
    ActionSpec("fit.start", "&Fit", "fit", "Fit the chosen model to the data", ("F5",)),
    ActionSpec("fit.stop", "&Stop", "stop", "Stop the fit and keep the last good model", ("Shift+F5",)),
    ActionSpec("sample.start", "&Start or pause", "play", "Start the sampler, or pause it", ("F6",)),
    ActionSpec("sample.step", "S&tep", "step", "Make a single update", ("F7",)),
    ActionSpec("sample.reset", "&Reset", "reset", "Begin again with no draws", ("F8",)),
    ActionSpec("help.shortcuts", "&Keys", "keyboard", "Show every key", ("?", "F1")),
    ActionSpec(
        "help.whats_this", "&What is this?", "whats-this", "Click something to read what it does", ("Shift+F1",)
    ),
    ActionSpec("help.about", "&About Clique", "about", "Versions and licence"),
)  # fmt: skip

SPECS: Mapping[str, ActionSpec] = {spec.key: spec for spec in _SPECS}

# Menus as the person reads them; "-" is a line, a tuple a submenu, ":name" a place the window fills itself.
MENUS: tuple[tuple[str, tuple[str | tuple[str, ...], ...]], ...] = (
    ("&File", (
        "file.new", "file.open", ("Open &example", "example.rbm", "example.pins", "example.ising"), ":recent", "-",
        "file.save", "file.save_as", "-", "file.quit",
    )),
    ("&Edit", ("edit.undo", "edit.redo", "-", "edit.delete", "edit.select_all")),
    ("&View", (
        "workspace.graph", "workspace.fit", "workspace.sample", "-", "view.fit", "view.zoom_in", "view.zoom_out",
        "view.zoom_reset", "-", "view.text_larger", "view.text_smaller", "view.text_reset",
        ("&Colours", "palette.light", "palette.dark", "palette.projector"), "-",
        "view.inspector", "view.plots", "view.full_screen",
    )),
    ("&Model", (
        "tool.select", "tool.node", "tool.edge", "tool.clamp", "tool.pan", "-", "model.clamp_selection",
        "model.release_selection", "model.release_all", ":layers",
    )),
    ("F&it", ("fit.start", "fit.stop")),
    ("&Sample", ("sample.start", "sample.step", "sample.reset")),
    ("&Help", ("help.shortcuts", "help.whats_this", "-", "help.about")),
)  # fmt: skip


def dress(action: QAction, text: str, icon: str, tip: str, more: str = "") -> None:
    """Give an action all its texts and its icon."""
    action.setText(text)
    action.setIcon(icons.icon(icon))
    action.setProperty("drawing", icon)
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({key})" if key else tip)
    action.setStatusTip(tip)
    action.setWhatsThis(f"<b>{text.replace('&', '')}</b><p>{tip}. {more}</p>")


class Actions(dict[str, QAction]):
    """Every action of the table by key; `handlers` says what each does when triggered."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._groups: dict[str, QActionGroup] = {}
        for spec in _SPECS:
            action = self[spec.key] = QAction(window)
            action.setObjectName(spec.key)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            dress(action, spec.text, spec.icon, spec.tip, spec.help)
            action.setCheckable(bool(spec.group) or spec.toggles)
            if spec.group:
                group = self._groups.setdefault(spec.group, QActionGroup(window))
                group.addAction(action)
            action.triggered.connect(lambda _checked=False, do=handlers[spec.key]: do())
        window.addActions(list(self.values()))

    def restyle(self) -> None:
        """Draw the icons in the palette in force."""
        for action in self.values():
            action.setIcon(icons.icon(action.property("drawing")))
