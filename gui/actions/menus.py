"""In which menu does each action stand?"""

from __future__ import annotations

# Menus as the person reads them; "-" is a line, a tuple a submenu, ":name" a place the window fills itself.
MENUS: tuple[tuple[str, tuple[str | tuple[str, ...], ...]], ...] = (
    ("&File", (
        "file.new", "file.generate", "file.open", ("Open &example", "example.rbm", "example.pins", "example.ising",
         "example.students", "example.letter", "example.drawing"), ":recent",
        "file.start_page", "-",
        "file.save", "file.save_as", "file.recover", "-",
        ("E&xport", "export.picture", "export.numbers", "export.model"), "export.copy_picture", "export.copy_text", "-",
        "file.quit",
    )),
    ("&Edit", (
        "edit.undo", "edit.redo", "edit.history", "-", "edit.cut", "edit.copy", "edit.paste", "edit.duplicate",
        "edit.delete", "-", "edit.add", "edit.join", "-", "edit.select_all", "edit.find", "edit.find_next",
        "edit.find_previous",
    )),
    ("&View", (
        "workspace.graph", "workspace.fit", "workspace.sample", "workspace.width",
        "-",
        ("&Drawn as", "view.full", "view.conditional", "view.factors"), "view.logs", "-",
        "view.fit", "view.zoom_in", "view.zoom_out", "view.zoom_reset", "-",
        ("Te&xt size", "view.text_larger", "view.text_smaller", "view.text_reset"),
        ("&Colours", "palette.light", "palette.dark", "palette.projector", "palette.contrast"), "-",
        "view.inspector", "view.plots", "view.table", "view.full_screen", "view.presentation", "view.hold", "-",
        "view.settings",
    )),
    ("&Arrange", (
        "arrange.left", "arrange.right", "arrange.top", "arrange.bottom", "arrange.column", "arrange.row", "-",
        "arrange.across", "arrange.down", "-", "arrange.to_grid", "arrange.snap",
    )),
    ("&Layout", (
        "layout.layered", "layout.circular", "layout.grid", "layout.spring", "-", "layout.stop", "-",
        ("Graph&viz", "layout.dot", "layout.neato", "layout.fdp", "layout.sfdp"),
    )),
    ("&Model", (
        "tool.select", "tool.lasso", "tool.node", "tool.edge", "tool.clamp", "tool.pan", "-", "model.clamp_selection",
        "model.release_selection", "model.release_all",
        ("E&vidence", "evidence.exclude", "evidence.soft", "evidence.save", "evidence.compare", "evidence.import",
         "evidence.export"), "evidence.independence", "-", "model.join_factor", "model.own_factor",
        ("&Ties", "model.tie", "model.untie", "model.untie_all", "model.select_tied"), "-",
        "model.group", "model.ungroup", ":layers",
    )),
    ("F&it", ("fit.start", "fit.stop")),
    ("&Sample", ("sample.start", "sample.step", "sample.reset")),
    ("&Help", ("help.shortcuts", "help.whats_this", "-", "help.about")),
)  # fmt: skip
