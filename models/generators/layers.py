"""Which models are made of layers: restricted Boltzmann machines, stacked to any height, with edges inside or not?

Neighbouring layers are fully joined. A layer may have edges of its own: none (as in a restricted machine), a chain, a
cycle, or all pairs. Variables are spins -1 and +1 with normal fields and couplings; states are labelled "0" and "1".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import Literal

from models.errors import ModelError
from models.project import Group
from models.steps import drain
from models.ugm import UGM, Variable

from . import places
from .sketch import Edge, Size, Sketch, check_count, check_size, model_steps, named, pairwise_size, spin_tables

Pattern = Literal["none", "chain", "cycle", "complete"]
PATTERNS: tuple[Pattern, ...] = ("none", "chain", "cycle", "complete")
Layer = tuple[str, int]

_STRENGTH = 0.8
_LAYER = re.compile(r"\s*([^\s,;:]+?)\s*[:\s]\s*(\d+)(?:\s+([a-z]+))?\s*", re.IGNORECASE)


def layers_sketch(layers: Sequence[Layer], patterns: Mapping[str, str] | None = None) -> Sketch:
    """Return the graph of a stack of layers.

    Parameters
    ----------
    layers : sequence of (str, int)
        Name and number of variables of each, from the top; variables are called by the name and a number.
    patterns : mapping of str to str, optional
        Edges inside a layer by its name: "none" (as without an entry), "chain", "cycle" or "complete".

    Raises
    ------
    ModelError
        There is no layer, one is empty, a name repeats, or a pattern is unknown.
    """
    inside = dict(patterns or {})
    names = [name for name, _ in layers]
    if not layers:
        raise ModelError('There is no layer. Name one with its size, for example "x 3".')
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f'The layers {", ".join(names)} repeat "{twice}". Give each its own name.')
    for name in inside:
        if name not in names:
            raise ModelError(f"There is no layer {name} to put a {inside[name]} in; the layers are {', '.join(names)}.")
    for name, n in layers:
        check_count(f"Layer {name}" if len(layers) > 1 else "A layer", n)
        if inside.get(name, "none") not in PATTERNS:
            raise ModelError(f'Layer {name} cannot have the pattern "{inside[name]}". Choose {", ".join(PATTERNS)}.')
    check_size(layers_size(layers, inside))
    members = {name: named(name, n) for name, n in layers}
    everyone = [variable for name in names for variable in members[name]]
    if len(set(everyone)) != len(everyone):
        raise ModelError(f"Layers {', '.join(names)} give two variables one name. Name the layers by letters alone.")
    edges: list[Edge] = []
    for above, below in pairwise(names):
        edges += product(members[above], members[below])
    for name in names:
        edges += _inner(members[name], inside.get(name, "none"))
    bent = [inside.get(name) in ("cycle", "complete") for name in names]
    positions = places.rows([members[name] for name in names], bent, places.DOWN * 1.1)
    groups = tuple(Group(name, members[name]) for name in names)
    return Sketch(tuple(everyone), tuple(edges), positions, groups)


def _inner(members: Sequence[str], pattern: str) -> Iterator[Edge]:
    if pattern == "complete":
        yield from combinations(members, 2)
    elif pattern in ("chain", "cycle"):
        yield from pairwise(members)
        if pattern == "cycle" and len(members) > 2:
            yield members[0], members[-1]


def layers_size(layers: Sequence[Layer], patterns: Mapping[str, str]) -> Size:
    """Return how many variables and edges a stack has."""
    sizes = [n for _, n in layers]
    n_edges = sum(a * b for a, b in pairwise(sizes))
    for name, n in layers:
        chain = n - 1
        n_edges += {"chain": chain, "cycle": chain + (n > 2), "complete": n * chain // 2}.get(
            patterns.get(name, "none"), 0
        )
    return pairwise_size(sum(sizes), n_edges)


def layers_treewidth(layers: Sequence[Layer], patterns: Mapping[str, str]) -> int | None:
    """Return the treewidth where a formula is known: for one layer, and for two without edges inside."""
    kinds = [patterns.get(name, "none") for name, _ in layers]
    sizes = [n for _, n in layers]
    if len(layers) == 1:
        n = sizes[0]
        return {"none": 0, "chain": min(1, n - 1), "cycle": min(2, n - 1), "complete": n - 1}[kinds[0]]
    if len(layers) == 2 and set(kinds) == {"none"}:
        return min(sizes)
    return None


def read_layers(text: str) -> tuple[tuple[Layer, ...], dict[str, str]]:
    """Return the layers and patterns that a line of text describes.

    Parameters
    ----------
    text : str
        Parts between commas or semicolons, each a name, a number and perhaps a pattern: "x 3 chain, z 3, h 4".

    Raises
    ------
    ModelError
        A part that cannot be read; the message shows it.
    """
    layers: list[Layer] = []
    patterns: dict[str, str] = {}
    for part in re.split(r"[,;]", text):
        found = _LAYER.fullmatch(part)
        if found is None or (found[3] and found[3].lower() not in PATTERNS):
            shown = part.strip() or "nothing"
            raise ModelError(
                f'"{shown}" is no layer. Give a name, a number and perhaps {", ".join(PATTERNS[1:])}: "x 3 chain, z 3".'
            )
        layers.append((found[1], int(found[2])))
        if found[3] and found[3].lower() != "none":
            patterns[found[1]] = found[3].lower()
    return tuple(layers), patterns


def spin_model(sketch: Sketch, seed: int = 540, strength: float = _STRENGTH) -> UGM:
    """Return a binary model on a graph with log psi_i = b_i s and log psi_ij = w_ij s_i s_j, b and w normal."""
    variables = [Variable(name, ("0", "1")) for name in sketch.names]
    return drain(model_steps(variables, spin_tables(sketch, seed, strength)))


def stacked_rbm(
    n: int = 3,
    layers: str | Sequence[Layer] = "xzhy",
    chains: Sequence[str] = ("x", "y"),
    seed: int = 540,
    patterns: Mapping[str, str] | None = None,
    strength: float = _STRENGTH,
) -> UGM:
    """Return a stack of restricted Boltzmann machines.

    Parameters
    ----------
    n : int
        Variables in each layer, all binary; not used where the layers have their own sizes.
    layers : str, or sequence of (str, int)
        One letter per layer; or name and size of each. Neighbouring layers are fully joined.
    chains : sequence of str
        Layers whose variables are also joined one after the other; not used where there are patterns, or where the
        layers have their own sizes.
    seed : int
        Draws the weights.
    patterns : mapping of str to {"none", "chain", "cycle", "complete"}, optional
        Edges inside layers, by name.
    strength : float
        Standard deviation of the couplings.

    Returns
    -------
    UGM
        Variables x1..xn, z1..zn, ... in layer order.

    Raises
    ------
    ModelError
        n < 1, a letter repeats, or a chain is asked for in a layer that is not there.
    """
    if isinstance(layers, str):
        check_count("A layer", n)
        if len(set(layers)) != len(layers):
            raise ModelError(f'The layers "{layers}" repeat a letter. Give each layer its own.')
        listed: Sequence[Layer] = [(layer, n) for layer in layers]
        inside = dict(patterns) if patterns is not None else dict.fromkeys(chains, "chain")
    else:
        listed, inside = layers, dict(patterns or {})
    return spin_model(layers_sketch(listed, inside), seed, strength)


def rbm_sketch(n_visible: int, n_hidden: int) -> Sketch:
    """Return the graph of a restricted Boltzmann machine, hidden variables on top."""
    check_count("Each layer of a restricted Boltzmann machine", min(n_visible, n_hidden))
    return layers_sketch([("h", n_hidden), ("v", n_visible)])


def rbm(n_visible: int, n_hidden: int, seed: int = 540, strength: float = _STRENGTH) -> UGM:
    """Return a restricted Boltzmann machine: h1.. joined to v1.., no edges inside; treewidth the smaller layer.

    Parameters
    ----------
    n_visible, n_hidden : int
        Variables v1, v2, ... and h1, h2, ..., all binary.
    seed : int
        Draws the weights.
    strength : float
        Standard deviation of the couplings.
    """
    return spin_model(rbm_sketch(n_visible, n_hidden), seed, strength)
