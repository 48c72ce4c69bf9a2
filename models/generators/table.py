"""The table of all families of graphs: what each is called, what it takes, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from models.factor import Factor
from models.ugm import Variable

from . import layers, random_graphs, sequence, shapes, spins
from .catalogue import Generator, Parameter, Values
from .sketch import MAX_VARIABLES, Size, Sketch, equal_tables, free_tables, pairwise_size, spin_tables

_N = MAX_VARIABLES


def _count(key: str, label: str, default: int, least: int = 1, most: int = _N, tip: str = "") -> Parameter:
    return Parameter(key, label, "int", default, least, most, tip=tip or f"{label} of the graph")


_STATES = Parameter("n_states", "States", "int", 2, 1, 50, tip="States of each variable")
_STRENGTH = Parameter(
    "strength", "Strength", "float", 1.0, 0.0, 10.0, 0.1, "Spread of the log potentials; 0 makes all states alike"
)
_SEED = Parameter("seed", "Seed", "int", 540, 0, 999_999, tip="The same seed gives the same numbers")
_WRAP = Parameter("wrap", "Wrap around", "bool", False, tip="Join the ends of each row and of each column")
_MORAL = Parameter(
    "moral", "Moralise", "bool", True,
    tip="Tables p(unit | parents), which join the parents; without it, one pairwise factor for each arc",
)  # fmt: skip
_FREE = (_STATES, _STRENGTH, _SEED)


def _free_variables(v: Values, sketch: Sketch) -> list[Variable]:
    return [Variable.of_size(name, v["n_states"]) for name in sketch.names]


def _free(v: Values, sketch: Sketch) -> Iterator[Factor]:
    return free_tables(sketch, v["n_states"], v["seed"], v["strength"])


def _binary_variables(v: Values, sketch: Sketch) -> list[Variable]:
    return [Variable(name, ("0", "1")) for name in sketch.names]


def _spins(v: Values, sketch: Sketch) -> Iterator[Factor]:
    return spin_tables(sketch, v["seed"], v["strength"])


def _tree_width(v: Values) -> tuple[int, str]:
    return (1, "it has no cycles") if v["n"] > 1 else (0, "it has no edges")


def _lattice_width(v: Values) -> tuple[int, str] | None:
    rows, columns = v["rows"], v["columns"]
    if rows * columns == 1:
        return 0, "it has no edges"
    if v["wrap"] and max(rows, columns) > 2:
        if min(rows, columns) == 1:
            return 2, "it is a cycle"
        return None  # between the shorter side and twice that
    return min(rows, columns), "the shorter side"


def _stack(v: Values) -> tuple[tuple[layers.Layer, ...], dict[str, str]]:
    return layers.read_layers(v["layers"])


def _stack_size(v: Values) -> Size:
    return layers.layers_size(*_stack(v))


def _stack_width(v: Values) -> tuple[int, str] | None:
    width = layers.layers_treewidth(*_stack(v))
    return None if width is None else (width, "the smaller layer" if len(_stack(v)[0]) == 2 else "of one layer")


def _grid_size(v: Values) -> Size:
    return shapes.lattice_size(v["rows"], v["columns"], v["wrap"], v.get("n_states", 2))


def _ising_tables(v: Values, sketch: Sketch) -> Iterator[Factor]:
    return equal_tables(sketch, *spins.spin_tables_of("ising", 2, v["coupling"], v["field"]))


def _potts_tables(v: Values, sketch: Sketch) -> Iterator[Factor]:
    return equal_tables(sketch, *spins.spin_tables_of("potts", v["n_states"], v["coupling"], v["field"]))


def _random_size(v: Values) -> Size:
    return pairwise_size(v["n"], min(v["m"], v["n"] * (v["n"] - 1) // 2), v["n_states"])


def _random_sketch(v: Values) -> Sketch:
    return random_graphs.random_graph_sketch(v["n"], m=min(v["m"], v["n"] * (v["n"] - 1) // 2), seed=v["seed"])


def _random_width(v: Values) -> tuple[int, str] | None:
    n, m = v["n"], min(v["m"], v["n"] * (v["n"] - 1) // 2)
    if m == 0:
        return 0, "it has no edges"
    return (n - 1, "it is complete") if m == n * (n - 1) // 2 else None


def _network_tables(v: Values, sketch: Sketch) -> Iterator[Factor]:
    if v["moral"]:
        return sequence.conditional_tables(sketch, v["n_states"], v["seed"], v["strength"])
    return _free(v, sketch)


def _convolution_sketch(v: Values) -> Sketch:
    return sequence.convolution_sketch(v["length"], v["depth"], v["kernel"])


def _convolution_size(v: Values) -> Size:
    sketch = _convolution_sketch(v)
    sequence.check_tables(sketch, v["n_states"])
    return sequence.network_size(sketch, v["n_states"], v["moral"])


def _residual_size(v: Values) -> Size:
    return sequence.network_size(sequence.residual_sketch(v["length"], v["skip"]), v["n_states"], v["moral"])


def _rows(v: Values) -> str:
    return f"{v['rows']} by {v['columns']}"


_GRID = (_count("rows", "Rows", 5), _count("columns", "Columns", 6), _WRAP)
_COUPLING = Parameter(
    "coupling", "Coupling J", "float", 0.4, -2.0, 2.0, 0.02,
    "Positive: neighbours like to agree; negative: to differ", slides=True,
)  # fmt: skip
_FIELD = Parameter(
    "field", "Field h", "float", 0.05, -2.0, 2.0, 0.02, "Positive: every spin likes to be +1", slides=True
)

GENERATORS: tuple[Generator, ...] = (
    Generator(
        "chain", "Chain", "Each variable is joined to the next: a Markov chain without direction.",
        (_count("n", "Variables", 8), *_FREE), {"n": 5},
        lambda v: shapes.chain_sketch(v["n"]), _free_variables, _free,
        lambda v: pairwise_size(v["n"], v["n"] - 1, v["n_states"]), _tree_width, lambda v: f"Chain of {v['n']}",
    ),
    Generator(
        "cycle", "Cycle", "A chain whose ends are joined: the smallest graph on which messages go round for ever.",
        (_count("n", "Variables", 8, 3), *_FREE), {"n": 7},
        lambda v: shapes.cycle_sketch(v["n"]), _free_variables, _free,
        lambda v: pairwise_size(v["n"], v["n"], v["n_states"]), lambda v: (2, "a single cycle"),
        lambda v: f"Cycle of {v['n']}",
    ),
    Generator(
        "star", "Star", "One variable joined to all others: naive Bayes.",
        (_count("n", "Variables", 8), *_FREE), {"n": 8},
        lambda v: shapes.star_sketch(v["n"]), _free_variables, _free,
        lambda v: pairwise_size(v["n"], v["n"] - 1, v["n_states"]), _tree_width, lambda v: f"Star of {v['n']}",
    ),
    Generator(
        "tree", "Random tree", "Drawn uniformly among all trees on these variables, by a Pruefer code.",
        (_count("n", "Variables", 16), *_FREE), {"n": 14, "seed": 7},
        lambda v: random_graphs.random_tree_sketch(v["n"], v["seed"]), _free_variables, _free,
        lambda v: pairwise_size(v["n"], v["n"] - 1, v["n_states"]), _tree_width, lambda v: f"Random tree of {v['n']}",
    ),
    Generator(
        "lattice", "Lattice", "Rows and columns of neighbours, as in an image; wrapped around it is a torus.",
        (*_GRID, *_FREE), {"rows": 4, "columns": 5},
        lambda v: shapes.lattice_sketch(v["rows"], v["columns"], v["wrap"]), _free_variables, _free,
        _grid_size, _lattice_width, lambda v: f"Lattice, {_rows(v)}",
    ),
    Generator(
        "complete", "Complete", "Every two variables are joined: no independence at all, and the largest treewidth.",
        (_count("n", "Variables", 6, 1, 447), *_FREE), {"n": 7},
        lambda v: shapes.complete_sketch(v["n"]), _free_variables, _free,
        lambda v: pairwise_size(v["n"], v["n"] * (v["n"] - 1) // 2, v["n_states"]),
        lambda v: (v["n"] - 1, "one less than the variables"), lambda v: f"Complete graph on {v['n']}",
    ),
    Generator(
        "bipartite", "Bipartite", "Two sides, each variable joined to the whole other side and to none of its own.",
        (_count("m", "Upper side", 3), _count("n", "Lower side", 4), *_FREE), {"m": 3, "n": 4},
        lambda v: shapes.bipartite_sketch(v["m"], v["n"]), _free_variables, _free,
        lambda v: pairwise_size(v["m"] + v["n"], v["m"] * v["n"], v["n_states"]),
        lambda v: (min(v["m"], v["n"]), "the smaller side"), lambda v: f"Bipartite graph, {v['m']} and {v['n']}",
    ),
    Generator(
        "rbm", "RBM", "A restricted Boltzmann machine: clamping one layer leaves the other independent.",
        (_count("visible", "Visible", 5), _count("hidden", "Hidden", 3), _STRENGTH, _SEED), {"visible": 5, "hidden": 3},
        lambda v: layers.rbm_sketch(v["visible"], v["hidden"]), _binary_variables, _spins,
        lambda v: pairwise_size(v["visible"] + v["hidden"], v["visible"] * v["hidden"]),
        lambda v: (min(v["visible"], v["hidden"]), "the smaller layer"),
        lambda v: f"RBM, {v['visible']} visible and {v['hidden']} hidden",
    ),
    Generator(
        "stacked_rbm", "Stacked RBM",
        "Layers of any size, neighbouring ones fully joined, with edges inside a layer or without.",
        (
            Parameter(
                "layers", "Layers", "text", "x 3 chain, z 3, h 3, y 3 chain",
                tip="From the top: name, number of variables, and perhaps chain, cycle or complete; commas between",
            ),
            _STRENGTH, _SEED,
        ),
        {"layers": "x 4 chain, z 3, h 4"},
        lambda v: layers.layers_sketch(*_stack(v)), _binary_variables, _spins, _stack_size, _stack_width,
        lambda v: "Stacked RBM " + "-".join(name for name, _ in _stack(v)[0]),
    ),
    Generator(
        "ising", "Ising grid", "Spins on a lattice with one coupling and one field, which sliders then change.",
        (*_GRID, _COUPLING, _FIELD), {"rows": 4, "columns": 5},
        lambda v: shapes.lattice_sketch(v["rows"], v["columns"], v["wrap"]),
        lambda v, sketch: [Variable(name, spins.SPINS) for name in sketch.names],
        _ising_tables, _grid_size, _lattice_width, lambda v: f"Ising model, {_rows(v)}",
    ),
    Generator(
        "potts", "Potts grid", "States on a lattice that like to be equal, with one coupling and one field.",
        (
            *_GRID, Parameter("n_states", "States", "int", 3, 2, 50, tip="States of each variable"),
            Parameter(
                "coupling", "Coupling J", "float", 0.8, -2.0, 2.0, 0.02,
                "Positive: neighbours like to be equal; negative: to differ", slides=True,
            ),
            Parameter(
                "field", "Field h", "float", 0.0, -2.0, 2.0, 0.02, "Positive: state 0 is favoured", slides=True
            ),
        ),
        {"rows": 4, "columns": 5, "wrap": False},
        lambda v: shapes.lattice_sketch(v["rows"], v["columns"], v["wrap"]), _free_variables, _potts_tables,
        _grid_size, _lattice_width, lambda v: f"Potts model, {_rows(v)}",
    ),
    Generator(
        "random", "Random graph", "So many edges, drawn uniformly among all pairs (Erdős and Rényi).",
        (_count("n", "Variables", 14), _count("m", "Edges", 20, 0, 100_000), *_FREE), {"n": 12, "m": 16, "seed": 3},
        _random_sketch, _free_variables, _free, _random_size, _random_width,
        lambda v: f"Random graph, {v['n']} variables and {v['m']} edges",
    ),
    Generator(
        "convolution", "Convolution",
        "Dilated and causal: a unit sees the layer below now and 1, 2, 4, … steps ago, so its view doubles by layer.",
        (
            _count("length", "Steps", 8, 1, 500), _count("depth", "Layers", 3, 0, 10, "Layers above the inputs"),
            _count("kernel", "Kernel", 2, 1, 8, "Taps of each unit"), _MORAL,
            Parameter("n_states", "States", "int", 2, 2, 16, tip="States of each unit"), _STRENGTH, _SEED,
        ),
        {"length": 8, "depth": 3, "kernel": 2},
        _convolution_sketch, _free_variables, _network_tables, _convolution_size, lambda v: None,
        lambda v: f"Causal convolution, {v['length']} steps and {v['depth']} layers",
    ),
    Generator(
        "residual", "Residual chain", "A chain in blocks, each with a shortcut around it, as in a residual network.",
        (
            _count("length", "Units", 9, 2), _count("skip", "Block", 2, 1, 50, "Steps that each shortcut skips"),
            _MORAL, Parameter("n_states", "States", "int", 2, 2, 16, tip="States of each unit"), _STRENGTH, _SEED,
        ),
        {"length": 9, "skip": 2},
        lambda v: sequence.residual_sketch(v["length"], v["skip"]), _free_variables, _network_tables, _residual_size,
        lambda v: (sequence.residual_treewidth(v["length"], v["skip"]), "cycles that hang together at single units"
                   if v["skip"] > 1 and v["length"] > v["skip"] else "it has no cycles"),
        lambda v: f"Residual chain of {v['length']}",
    ),
)  # fmt: skip
