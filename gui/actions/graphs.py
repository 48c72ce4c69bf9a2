"""Which actions make graphs and lay them out?"""

from __future__ import annotations

from .spec import ActionSpec

_ONLY = "With several variables selected only these are moved, to about where they are; otherwise all are."
_GRAPHVIZ = "Graphviz is a separate program; the layout is found by it, and can be stopped and undone. "

SPECS = (
    ActionSpec(
        "file.generate", "New &graph…", "generate", "Make a graph from a few numbers: a chain, a grid, an RBM, …",
        ("Ctrl+Shift+N",),
        "Choose a family of graphs, set its numbers, see what it looks like and how large it is, and put it into this "
        "document or into a new one.",
    ),
    ActionSpec(
        "layout.layered", "In &layers", "layout-layers", "Put variables in rows: by layers, by arcs, or by distance",
        ("Alt+Shift+L",),
        "Named layers become rows from top to bottom. Without them arcs point down, or rows are by the number of edges "
        f"from the selected variable (or the first one). {_ONLY}",
    ),
    ActionSpec(
        "layout.circular", "In a &circle", "layout-circle", "Put each connected part on a circle", ("Alt+Shift+C",),
        _ONLY,
    ),
    ActionSpec(
        "layout.grid", "On a &grid", "layout-grid", "Put variables in rows and columns, in the order of the model",
        ("Alt+Shift+G",), f"As many columns as make edges short, so that a lattice is one again. {_ONLY}",
    ),
    ActionSpec(
        "layout.spring", "By &springs", "layout-springs", "Let distances on the canvas follow distances in the graph",
        ("Alt+Shift+S",),
        "The picture moves while springs relax. Stop keeps what is there, Esc puts everything back, and the whole of "
        f"it is one step of undo. {_ONLY}",
    ),
    ActionSpec(
        "layout.stop", "S&top and keep", "stop", "Stop a layout that is under way and keep the places reached",
        ("Alt+Shift+X",), "Esc stops it too, and puts everything back.",
    ),
    ActionSpec(
        "layout.dot", "Layers by &dot", "layout-graphviz", "Let Graphviz draw it in layers", ("Alt+Shift+D",),
        _GRAPHVIZ + _ONLY,
    ),
    ActionSpec(
        "layout.neato", "Springs by &neato", "layout-graphviz", "Let Graphviz place it by distances",
        ("Alt+Shift+N",), _GRAPHVIZ + _ONLY,
    ),
    ActionSpec(
        "layout.fdp", "Forces by &fdp", "layout-graphviz", "Let Graphviz place it by forces", ("Alt+Shift+F",),
        _GRAPHVIZ + _ONLY,
    ),
    ActionSpec(
        "layout.sfdp", "Large graphs by sfd&p", "layout-graphviz", "Let Graphviz place thousands of variables",
        ("Alt+Shift+P",), _GRAPHVIZ + _ONLY,
    ),
)  # fmt: skip
