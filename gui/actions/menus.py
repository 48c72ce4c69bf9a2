"""In which menu does each action stand?"""

from __future__ import annotations

# Menus as the person reads them; "-" is a line, a tuple a submenu, ":name" a place the window fills itself.
MENUS: tuple[tuple[str, tuple[str | tuple[str, ...], ...]], ...] = (
    ("&File", (
        "file.new", "file.open", ("Open &example", "example.rbm", "example.pins", "example.ising"), ":recent", "-",
        "file.save", "file.save_as", "-", "file.quit",
    )),
    ("&Edit", ("edit.undo", "edit.redo", "-", "edit.delete", "edit.select_all")),
    ("&View", (
        "workspace.graph", "workspace.fit", "workspace.sample", "-",
        ("&Drawn as", "view.full", "view.conditional", "view.factors"), "view.logs", "-",
        "view.fit", "view.zoom_in", "view.zoom_out", "view.zoom_reset", "-",
        "view.text_larger", "view.text_smaller", "view.text_reset",
        ("&Colours", "palette.light", "palette.dark", "palette.projector", "palette.contrast"), "-",
        "view.inspector", "view.plots", "view.full_screen", "view.presentation", "view.hold", "-",
        "view.settings",
    )),
    ("&Model", (
        "tool.select", "tool.node", "tool.edge", "tool.clamp", "tool.pan", "-", "model.clamp_selection",
        "model.release_selection", "model.release_all", "-", "model.join_factor", "model.own_factor",
        ("&Ties", "model.tie", "model.untie", "model.untie_all", "model.select_tied"), "-",
        "model.group", "model.ungroup", ":layers",
    )),
    ("F&it", ("fit.start", "fit.stop")),
    ("&Sample", ("sample.start", "sample.step", "sample.reset")),
    ("&Help", ("help.shortcuts", "help.whats_this", "-", "help.about")),
)  # fmt: skip
