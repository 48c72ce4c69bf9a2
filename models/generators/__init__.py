"""Families of models that can be made from a few numbers; `GENERATORS` lists them all."""

from __future__ import annotations

from .catalogue import Generator, Parameter, generator, make_project, make_project_steps, sketch_of
from .layers import rbm, stacked_rbm
from .random_graphs import random_graph, random_tree
from .sequence import dilated_causal_convolution, residual_chain
from .shapes import bipartite, chain, complete, cycle, lattice, star
from .sketch import MAX_EDGES, MAX_VARIABLES, Size, Sketch
from .spins import SpinGrid, ising_grid, potts_grid, spin_grid_of, with_spins
from .table import GENERATORS

__all__ = [
    "GENERATORS",
    "MAX_EDGES",
    "MAX_VARIABLES",
    "Generator",
    "Parameter",
    "Size",
    "Sketch",
    "SpinGrid",
    "bipartite",
    "chain",
    "complete",
    "cycle",
    "dilated_causal_convolution",
    "generator",
    "ising_grid",
    "lattice",
    "make_project",
    "make_project_steps",
    "potts_grid",
    "random_graph",
    "random_tree",
    "rbm",
    "residual_chain",
    "sketch_of",
    "spin_grid_of",
    "stacked_rbm",
    "star",
    "with_spins",
]
