"""Which actions open, save and close?"""

from __future__ import annotations

from .spec import ActionSpec

SPECS = (
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
    ActionSpec(
        "example.students",
        "&Four students",
        "graph",
        "Open four students who study in pairs and share a misconception",
        help="A cycle of four binary variables, the first Markov network of Koller and Friedman's book. No Bayesian "
        "network over four variables has the same independences.",
    ),
    ActionSpec(
        "example.letter",
        "A student's &letter",
        "graph",
        "Open the network of a course's difficulty, a student's intelligence, grade and letter",
        help="A Bayesian network from Koller and Friedman's book. Its tables are factors here, and the dotted edge "
        "joins the two parents of the grade.",
    ),
    ActionSpec(
        "example.drawing",
        "&Drawing with noise",
        "graph",
        "Open an Ising model that takes the noise out of a drawing",
        help="Each variable is a pixel that is probably as it was seen, and neighbours like to agree. The marginals "
        "show the letter without the noise.",
    ),
    ActionSpec("file.save", "&Save", "save", "Save the project", ("Ctrl+S",)),
    ActionSpec("file.save_as", "Save &as…", "save", "Save the project under another name", ("Ctrl+Shift+S",)),
    ActionSpec("file.quit", "&Quit", "quit", "Close the window", ("Ctrl+Q",)),
)  # fmt: skip
