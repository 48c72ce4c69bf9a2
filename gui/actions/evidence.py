"""Which actions weigh, keep and compare evidence, and ask what it separates?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
    ActionSpec(
        "evidence.exclude", "&Not this state…", "exclude", "Exclude a state of the selected variables", ("X",),
        "Press X and then the number of the state; once more, and it is allowed again. Alt (or Ctrl) and a click on "
        "the state's bar do the same. The variable stays in the graph with one state less.",
    ),
    ActionSpec(
        "evidence.soft", "&Soft evidence…", "soft", "Say how likely each state made what was seen", ("S",),
        "Opens the selected variable's page at the column of likelihoods: drag, turn the wheel, or type. Only ratios "
        "matter for the marginals; the numbers multiply the model as if a child of the variable had been observed.",
    ),
    ActionSpec(
        "evidence.save", "Sa&ve evidence…", "evidence-save", "Keep the evidence in hand under a name", ("Ctrl+E",),
        "Clamps and soft evidence are kept together in the project. Apply a set to come back to it, or tick up to five "
        "to compare them.",
    ),
    ActionSpec(
        "evidence.compare", "&Compare evidence sets", "compare", "Draw the marginals of the saved sets over the bars",
        ("Ctrl+Alt+C",),
        "Each of the first five sets has its own mark on every bar, at the height of its marginal. Choose others by "
        "their ticks in the inspector.", toggles=True,
    ),
    ActionSpec(
        "evidence.import", "&Import evidence…", "evidence-in", "Read a UAI evidence file as another set",
        ("Ctrl+Alt+O",), "Variables are known by their place in the model, states by their number, as in the file.",
    ),
    ActionSpec(
        "evidence.export", "&Export evidence…", "evidence-out", "Write evidence as a UAI evidence file",
        ("Ctrl+Alt+S",), "Writes the set chosen in the inspector, or the evidence in hand. The format has clamps only.",
    ),
    ActionSpec(
        "evidence.independence", "Are they &independent?", "independence",
        "Ask whether two variables are independent given the clamps", ("I",),
        "Select two variables first, or choose them one after the other. If a path between them avoids what is "
        "clamped, it is lit; Esc ends the question.",
    ),
)  # fmt: skip
