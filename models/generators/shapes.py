"""Which plain shapes can a model have: chain, cycle, star, complete, bipartite, lattice?

Each function returns a model whose variables are called x1, x2, ... (and y1, y2, ... on the other side) and whose log
potentials are seeded normal draws times a strength; each `..._sketch` returns the graph alone. Treewidths are those of
Bodlaender (1998), "A partial k-arboretum of graphs with bounded treewidth".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, product

from models.steps import drain
from models.ugm import UGM, Variable

from . import places
from .sketch import Edge, Size, Sketch, check_count, check_size, free_tables, model_steps, named, pairwise_size


def free_model(sketch: Sketch, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return a model on a graph whose log potentials are normal draws times `strength`."""
    check_size(pairwise_size(len(sketch.names), len(sketch.edges), n_states))
    variables = [Variable.of_size(name, n_states) for name in sketch.names]
    return drain(model_steps(variables, free_tables(sketch, n_states, seed, strength)))


def chain_sketch(n: int) -> Sketch:
    """Return the graph of a chain."""
    check_count("A chain", n)
    names = named("x", n)
    return Sketch(names, tuple(pairwise(names)), places.snake(names))


def chain(n: int, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return a chain x1 - x2 - ... - xn whose weights (log potentials) are seeded normal draws.

    Parameters
    ----------
    n : int
        Variables; the treewidth is 1 from two on.
    n_states : int
        Of each variable.
    seed : int
        Draws the weights.
    strength : float
        Standard deviation of the weights.
    """
    return free_model(chain_sketch(n), n_states, seed, strength)


def cycle_sketch(n: int) -> Sketch:
    """Return the graph of a cycle."""
    check_count("A cycle", n, 3)
    names = named("x", n)
    return Sketch(names, (*pairwise(names), (names[0], names[-1])), places.loop(names))


def cycle(n: int, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return a cycle x1 - x2 - ... - xn - x1, n at least 3; its treewidth is 2. Parameters as for `chain`."""
    return free_model(cycle_sketch(n), n_states, seed, strength)


def star_sketch(n: int) -> Sketch:
    """Return the graph of a star."""
    check_count("A star", n)
    names = named("x", n)
    return Sketch(names, tuple((names[0], leaf) for leaf in names[1:]), places.star(names))


def star(n: int, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return a star: x1 joined to each of x2, ..., xn, which is naive Bayes. Parameters as for `chain`."""
    return free_model(star_sketch(n), n_states, seed, strength)


def complete_sketch(n: int) -> Sketch:
    """Return the complete graph."""
    check_count("A complete graph", n)
    check_size(Size(n, n * (n - 1) // 2, 0))
    names = named("x", n)
    return Sketch(names, tuple(combinations(names, 2)), places.disc(names))


def complete(n: int, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return the complete graph on x1..xn, treewidth n - 1. Parameters as for `chain`."""
    return free_model(complete_sketch(n), n_states, seed, strength)


def bipartite_sketch(m: int, n: int) -> Sketch:
    """Return the complete bipartite graph."""
    check_count("Each side of a bipartite graph", min(m, n))
    check_size(Size(m + n, m * n, 0))
    upper, lower = named("x", m), named("y", n)
    return Sketch((*upper, *lower), tuple(product(upper, lower)), places.rows((upper, lower), down=240.0))


def bipartite(m: int, n: int, n_states: int = 2, seed: int = 540, strength: float = 1.0) -> UGM:
    """Return the complete bipartite graph K(m, n), treewidth min(m, n).

    Parameters
    ----------
    m, n : int
        Variables x1..xm on one side and y1..yn on the other.
    n_states, seed, strength
        As for `chain`.
    """
    return free_model(bipartite_sketch(m, n), n_states, seed, strength)


def lattice_sketch(rows: int, columns: int, wrap: bool = False) -> Sketch:
    """Return the graph of a lattice, variables row by row."""
    check_count("A lattice", min(rows, columns))
    check_size(Size(rows * columns, 0, 0))
    names = named("x", rows * columns)
    return Sketch(names, tuple(lattice_edges(names, rows, columns, wrap)), places.lattice(names, columns))


def lattice_edges(names: tuple[str, ...], rows: int, columns: int, wrap: bool) -> Iterator[Edge]:
    """Yield the edges of a lattice: for each variable the one to its right, then the one below it."""
    for r, c in product(range(rows), range(columns)):
        here = r * columns + c
        if c + 1 < columns:
            yield names[here], names[here + 1]
        if r + 1 < rows:
            yield names[here], names[here + columns]
        # A side of two has its edge already, and a side of one would be joined to itself.
        if wrap and c == columns - 1 and columns > 2:
            yield names[r * columns], names[here]
        if wrap and r == rows - 1 and rows > 2:
            yield names[c], names[here]


def lattice_size(rows: int, columns: int, wrap: bool = False, n_states: int = 2) -> Size:
    """Return how many variables and edges a lattice has."""
    n_edges = rows * (columns - 1) + columns * (rows - 1)
    if wrap:
        n_edges += (rows if columns > 2 else 0) + (columns if rows > 2 else 0)
    return pairwise_size(rows * columns, n_edges, n_states)


def lattice(
    rows: int, columns: int, wrap: bool = False, n_states: int = 2, seed: int = 540, strength: float = 1.0
) -> UGM:
    """Return a lattice, or a torus.

    Parameters
    ----------
    rows, columns : int
        Variables x1, x2, ... run along the rows. Without `wrap` the treewidth is the shorter side.
    wrap : bool
        Join the ends of each row and of each column; sides of two or less have nothing to join.
    n_states, seed, strength
        As for `chain`.
    """
    return free_model(lattice_sketch(rows, columns, wrap), n_states, seed, strength)
