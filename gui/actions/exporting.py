"""Which actions take something out of the window?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "export.picture", "&Picture…", "picture", "Save a picture: SVG, PDF, PNG or TikZ", ("Ctrl+Shift+E",),
        "The whole graph or the selection, as it is drawn, in the colours of the window or others, with or without a "
        "background. PNG in three sizes; TikZ as a LaTeX document that compiles by itself.",
    ),
    ActionSpec(
        "export.numbers", "&Numbers…", "numbers", "Save marginals, factor tables or fits as CSV", ("Ctrl+Shift+L",),
        "Marginals and pairwise marginals are computed for the model as it is, with its evidence.",
    ),
    ActionSpec(
        "export.model", "&Model…", "send", "Save the model in the UAI format, or the graph for PACE programs",
        ("Ctrl+Shift+M",),
        "A UAI model is read by toulbar2, Merlin, pyAgrum and others; the clamps go into a file beside it.",
    ),
    ActionSpec(
        "export.copy_picture", "Copy p&icture", "copy", "Put a picture of the whole graph on the clipboard",
        ("Ctrl+Shift+D",), "As SVG and as PNG, so that every program takes what it can.",
    ),
    ActionSpec(
        "export.copy_text", "Copy project as &text", "copy", "Put the whole project on the clipboard as text",
        ("Ctrl+Shift+J",), "The text of a .clique file: paste it into a mail, a file, or another window of Clique.",
    ),
    ActionSpec(
        "file.recover", "&Recover…", "recover", "Offer documents that were not saved when Clique ended",
        ("Ctrl+Shift+O",),
        "While a document has changes, it is kept where a crash cannot reach it: at the latest after 20 edits or a "
        "minute.",
    ),
)  # fmt: skip
