"""Does a certificate tell the two halves of the proof, and is each true?"""

from __future__ import annotations

import networkx as nx
import pytest

from models import ising_grid, stacked_rbm, treewidth
from models.certificate import certificate, sweep_additions
from models.exact_treewidth import treewidth_steps
from models.examples import chain, complete


def test_the_upper_half_is_the_decomposition():
    ugm = stacked_rbm(3)
    result = treewidth(ugm)
    proof = certificate(ugm, result)
    assert proof.title == "Treewidth 5"
    assert proof.order == result.order
    assert max(map(len, proof.bags)) == 6
    assert "no clique has more than 6 variables" in proof.above
    assert "64 entries" in proof.above


@pytest.mark.parametrize(
    ("ugm", "below"),
    [
        (chain(1), "At least 0: there is a variable."),
        (chain(4), "At least 1: there is an edge"),
        (complete(5), "has 4 neighbours or more"),
    ],
)
def test_the_lower_half_of_simple_graphs(ugm, below):
    assert below in certificate(ugm, treewidth(ugm)).below


def test_a_search_that_refutes_a_width_says_so():
    """Contraction proves less than 7 for this lattice (minor-min-width of grids is small), so only a search can."""
    result = treewidth(ising_grid(7, 7))
    assert result.exact
    assert result.lower_by == "search"
    assert "refuted every tree decomposition of width 6" in certificate(ising_grid(7, 7), result).below


def test_bounds_are_called_bounds():
    ugm = ising_grid(9, 9)
    first = next(value for value in treewidth_steps(ugm) if value is not None)
    assert not first.exact
    assert certificate(ugm, first).title == f"The treewidth is between {first.lower} and {first.upper}"


def test_a_sweep_adds_up_the_rows_of_each_variables_factors():
    ugm = chain(3, 4)  # x1 and x3 have two factors, x2 has three, each with a row of four
    assert sweep_additions(ugm) == 4 * (2 + 3 + 2)
    assert sweep_additions(ugm, {"x2": 0}) == 4 * (2 + 2)
    assert sweep_additions(ugm, {"x1": 0, "x2": 0, "x3": 0}) == 0


def test_nothing_left_has_no_treewidth():
    ugm = chain(2)
    clamped = {"x1": 0, "x2": 0}
    proof = certificate(ugm, treewidth(nx.Graph()), clamped)
    assert proof.title == "No treewidth"
    assert proof.bags == ()


def test_long_cliques_are_named_in_short():
    ugm = complete(12)
    assert "and 5 more" in certificate(ugm, treewidth(ugm)).above
