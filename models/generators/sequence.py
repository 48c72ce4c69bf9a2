"""Which models come from networks that compute along a sequence: dilated causal convolutions, residual chains?

Each unit depends on the units it is computed from, so the graph of dependencies is directed. As a UGM it comes in two
ways. Moralised (the default): a table p(unit | its parents) for each unit, so that all parents of a unit are joined,
log Z is 0, and the arcs are kept in the document, where the edges that only moralisation added are drawn dotted. As a
skeleton: one pairwise factor per arc and no more. The skeleton has the smaller treewidth, but it leaves out that what
is known of a unit makes its parents depend on each other (Koller and Friedman 2009, section 4.5.1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from models.errors import ModelError
from models.factor import Factor
from models.project import Position
from models.steps import drain
from models.ugm import UGM, Variable

from .places import ACROSS, DOWN
from .shapes import free_model
from .sketch import Edge, Size, Sketch, check_count, check_size, model_steps, named

MAX_PARENTS_ENTRIES = 4096  # of one table p(unit | parents)
_LONGEST = 15  # units of a residual chain in one row


def _parents(sketch: Sketch) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {name: [] for name in sketch.names}
    for parent, child in sketch.arcs:
        found[child].append(parent)
    return {name: tuple(parents) for name, parents in found.items()}


def check_tables(sketch: Sketch, n_states: int) -> None:
    """Raise ModelError where a table p(unit | parents) would be too large."""
    check_count("A variable", n_states)
    most = max((len(parents) for parents in _parents(sketch).values()), default=0)
    if n_states ** (most + 1) > MAX_PARENTS_ENTRIES:
        raise ModelError(
            f"A unit with {most} parents and {n_states} states needs a table of {n_states ** (most + 1):,} entries; at "
            f"most {MAX_PARENTS_ENTRIES:,} are allowed. Choose fewer states or a smaller kernel."
        )


def network_size(sketch: Sketch, n_states: int, moral: bool) -> Size:
    """Return how large the model of a network is: variables, edges of its graph, table entries."""
    parents = _parents(sketch)
    if not moral:
        n_entries = len(sketch.names) * n_states + len(sketch.arcs) * n_states**2
        return Size(len(sketch.names), len(sketch.arcs), n_entries)
    pairs = {frozenset(arc) for arc in sketch.arcs}
    for above in parents.values():
        pairs.update(frozenset(pair) for pair in combinations(above, 2))
    n_entries = sum(n_states ** (len(above) + 1) for above in parents.values())
    return Size(len(sketch.names), len(pairs), n_entries)


def conditional_tables(sketch: Sketch, n_states: int, seed: int, strength: float) -> Iterator[Factor]:
    """Yield log p(unit | parents) for each unit, axes parents and then the unit: normalised normal draws."""
    rng = np.random.default_rng(seed)
    for name, parents in _parents(sketch).items():
        logs = strength * rng.standard_normal((n_states,) * (len(parents) + 1))
        yield Factor((*parents, name), logs - np.logaddexp.reduce(logs, axis=-1, keepdims=True))


def network_model(sketch: Sketch, moral: bool, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return the moralised model of a network, or the pairwise model of its skeleton."""
    check_tables(sketch, n_states)
    check_size(network_size(sketch, n_states, moral))
    if not moral:
        return free_model(sketch, n_states, seed, strength)
    variables = [Variable.of_size(name, n_states) for name in sketch.names]
    return drain(model_steps(variables, conditional_tables(sketch, n_states, seed, strength)))


# --- dilated causal convolution ----------------------------------------------------------------------------------


def convolution_sketch(length: int, layers: int, kernel: int = 2, dilations: Sequence[int] | None = None) -> Sketch:
    """Return the dependency graph of a stack of dilated causal convolutions.

    Parameters
    ----------
    length : int
        Steps of the sequence.
    layers : int
        Above the inputs.
    kernel : int
        Taps of each unit: unit t of layer l depends on units t, t - d, ..., t - (kernel - 1) d of the layer below,
        where these are there (before the first step there is nothing, which stands for zero padding).
    dilations : sequence of int, optional
        d of each layer from below; 1, 2, 4, ... by default (van den Oord et al. 2016), which makes the receptive field
        1 + (kernel - 1)(2^layers - 1).
    """
    check_count("A sequence", length)
    check_count("A convolution", layers, 0)
    check_count("A kernel", kernel)
    steps = list(dilations) if dilations is not None else [2**k for k in range(layers)]
    if len(steps) != layers or min(steps, default=1) < 1:
        raise ModelError(f"There are {layers} layers, but the dilations are {steps}. Give one of 1 or more for each.")
    check_size(Size(length * (layers + 1), length * layers * kernel, 0))
    level = [named("x", length), *(named(_letter(k), length) for k in range(layers))]
    arcs: list[Edge] = []
    for below, here, d in zip(level, level[1:], steps, strict=False):
        for t in range(length):
            arcs += [(below[t - k * d], here[t]) for k in reversed(range(kernel)) if t - k * d >= 0]
    positions = {name: (ACROSS * t, -DOWN * k) for k, units in enumerate(level) for t, name in enumerate(units)}
    return Sketch(tuple(name for units in level for name in units), tuple(arcs), positions, arcs=tuple(arcs))


def _letter(k: int) -> str:
    """Return the letters of a layer above the inputs: a, b, ..., w, then aa, bb, ...; x is for the inputs."""
    letters = "abcdefghijklmnopqrstuvw"
    return letters[k % len(letters)] * (1 + k // len(letters))


def dilated_causal_convolution(
    length: int,
    layers: int,
    kernel: int = 2,
    dilations: Sequence[int] | None = None,
    moral: bool = True,
    n_states: int = 2,
    seed: int = 540,
    strength: float = 1.0,
) -> UGM:
    """Return a stack of dilated causal convolutions as a model of dependencies.

    Parameters
    ----------
    length, layers, kernel, dilations
        See `convolution_sketch`. Inputs are x1, x2, ...; layers above are a1.., b1.., ...
    moral : bool
        True: tables p(unit | parents), whose graph is the moral graph and whose log Z is 0. False: pairwise factors
        along the arcs alone.
    n_states, seed, strength
        States of each unit; the seed and the standard deviation of the log potentials (before they are normalised).

    Raises
    ------
    ModelError
        Not one dilation per layer, or a table of more than 4,096 entries.
    """
    return network_model(convolution_sketch(length, layers, kernel, dilations), moral, n_states, seed, strength)


# --- residual chain ----------------------------------------------------------------------------------------------


def residual_sketch(length: int, skip: int = 2) -> Sketch:
    """Return a chain x1 -> x2 -> ... in blocks of `skip` steps, each with a shortcut from its start to its end."""
    check_count("A chain", length)
    check_count("A block", skip)
    check_size(Size(length, 2 * length, 0))
    names = named("x", length)
    arcs: list[Edge] = []
    for t in range(1, length):
        if skip > 1 and t % skip == 0:
            arcs.append((names[t - skip], names[t]))
        arcs.append((names[t - 1], names[t]))
    return Sketch(names, tuple(arcs), _residual_places(names, skip), arcs=tuple(arcs))


def _residual_places(names: Sequence[str], skip: int) -> Mapping[str, Position]:
    """Place block ends in rows, so that shortcuts run straight, and what they skip below; at a turn, beside."""
    blocks = -(-(len(names) - 1) // skip)
    in_row = blocks if len(names) <= _LONGEST else max(1, round(math.sqrt(1.8 * len(names)) / skip))
    unit, drop = 0.72 * ACROSS, 0.85 * DOWN
    turn = max(2 * DOWN, 0.8 * DOWN * skip)
    positions: dict[str, Position] = {names[0]: (0.0, 0.0)}
    (x, y), ahead = (0.0, 0.0), 1
    for block in range(blocks):
        turning = block % (in_row + 1) == in_row
        inner = names[1 + block * skip : (block + 1) * skip]
        for k, name in enumerate(inner, start=1):
            positions[name] = (x + ahead * unit, y + turn * k / skip) if turning else (x + ahead * unit * k, y + drop)
        if turning:
            y, ahead = y + turn, -ahead
        else:
            x += ahead * unit * skip
        for name in names[(block + 1) * skip : (block + 1) * skip + 1]:
            positions[name] = (x, y)
    return positions


def residual_treewidth(length: int, skip: int) -> int:
    """Return the treewidth of a residual chain, moralised or not.

    Whole blocks are cycles of `skip` + 1 units that hang together at single units; moralising adds one chord to each.
    Both have treewidth 2, and without a whole block of two steps or more the graph is a chain.
    """
    if length < 2:
        return 0
    return 2 if skip > 1 and length > skip else 1


def residual_chain(
    length: int, skip: int = 2, moral: bool = True, n_states: int = 2, seed: int = 540, strength: float = 1.0
) -> UGM:
    """Return a chain with residual connections as a model of dependencies.

    Parameters
    ----------
    length : int
        Units x1, x2, ..., each depending on the one before.
    skip : int
        Steps of a block: x_(1 + k skip) also depends on x_(1 + (k - 1) skip). With 1 there is nothing to skip.
    moral, n_states, seed, strength
        As for `dilated_causal_convolution`. The treewidth is 2 (1 without a whole block of two steps).
    """
    return network_model(residual_sketch(length, skip), moral, n_states, seed, strength)
