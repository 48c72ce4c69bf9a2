"""Are Ising and Potts lattices what physics calls so, and are they recognised however they came?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

import models
from models.errors import ModelError
from models.factor import Factor
from models.generators import make_project, spin_grid_of, with_spins
from models.project import Project
from models.ugm import UGM
from tests.oracles import enumerate_ugm


def energy_sum(rows: int, columns: int, score) -> float:
    """log of the sum over all spin matrices of exp(score), by rolling the matrix: no graph at all."""
    values = []
    for spins in itertools.product((-1, 1), repeat=rows * columns):
        values.append(score(np.array(spins).reshape(rows, columns)))
    return float(np.log(np.sum(np.exp(values))))


@pytest.mark.parametrize(("rows", "columns", "wrap"), [(3, 4, False), (3, 3, True), (2, 5, False), (2, 4, True)])
def test_ising_log_z_is_the_sum_over_all_spin_matrices(rows, columns, wrap):
    coupling, field = 0.37, -0.2

    def score(s):
        right = (s[:, :-1] * s[:, 1:]).sum() + (s[:, 0] @ s[:, -1] if wrap and columns > 2 else 0)
        down = (s[:-1] * s[1:]).sum() + (s[0] @ s[-1] if wrap and rows > 2 else 0)
        return coupling * (right + down) + field * s.sum()

    ugm = models.ising_grid(rows, columns, coupling, field, wrap)
    assert models.infer(ugm).log_z == pytest.approx(energy_sum(rows, columns, score), abs=1e-10)


def test_a_ring_of_spins_has_the_transfer_matrix_s_log_z():
    """Ising (1925): Z = l1^n + l2^n with the eigenvalues of [[e^(J+h), e^-J], [e^-J, e^(J-h)]]."""
    n, j, h = 11, 0.6, 0.25
    ugm = models.ising_grid(1, n, j, h, wrap=True)
    low, high = np.linalg.eigvalsh([[math.exp(j + h), math.exp(-j)], [math.exp(-j), math.exp(j - h)]])
    assert models.infer(ugm).log_z == pytest.approx(math.log(low**n + high**n), abs=1e-10)


def test_potts_with_two_states_is_ising_with_half_the_coupling():
    """J [a = b] = J/2 + J/2 s_a s_b, so log Z differs by J/2 an edge; h [x = 0] is a field of -h/2 on state +1."""
    j, h = 0.9, 0.3
    potts = models.potts_grid(3, 4, 2, j, h)
    ising = models.ising_grid(3, 4, j / 2, -h / 2)
    shift = j / 2 * len(potts.edges) + h / 2 * 12
    assert models.infer(potts).log_z == pytest.approx(models.infer(ising).log_z + shift, abs=1e-10)


def test_potts_against_brute_force():
    ugm = models.potts_grid(2, 3, 3, 0.7, 0.4)
    assert models.infer(ugm).log_z == pytest.approx(enumerate_ugm(ugm).log_z, abs=1e-10)


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize(("key", "kind"), [("ising", "ising"), ("potts", "potts")])
@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (2, 3), (3, 4), (4, 3), (5, 5)])
def test_a_lattice_is_recognised(key, kind, rows, columns, wrap):
    project = make_project(key, rows=rows, columns=columns, wrap=wrap, coupling=0.3, field=-0.1)
    found = spin_grid_of(project.ugm)
    assert found is not None
    assert (found.kind, found.rows, found.columns) == (kind, rows, columns)
    assert found.wrap == (wrap and max(rows, columns) > 2)
    assert (found.coupling, found.field) == (0.3, -0.1)


def test_what_is_no_lattice_is_not_recognised():
    grid = models.ising_grid(3, 4)
    other = [
        models.lattice(3, 4), models.chain(8), models.complete(5), UGM(()), UGM(grid.variables),
        models.ising_grid(1, 6),
        grid.without_edge("x1", "x2"), grid.with_edge("x1", "x6"), grid.with_edge("x1", "x2"),
        grid.without_variables(["x7"]), grid.with_states("x1", ("a", "b")),
        UGM(reversed(grid.variables), grid.factors[:-1]),
        grid.with_factor_at(0, Factor(("x1",), [0.0, 1.0])),
        grid.with_factor_at(0, Factor(("x2",), grid.factors[0].log_table)),
    ]  # fmt: skip
    assert [spin_grid_of(ugm) for ugm in other] == [None] * len(other)


def test_coupling_and_field_are_changed_and_nothing_else():
    project = make_project("ising", rows=3, columns=4)
    project = replace(project, evidence={"x3": 1}, query={"x1": 0})
    after = with_spins(project, -0.7, 0.2)
    assert after.ugm.same_as(models.ising_grid(3, 4, -0.7, 0.2))
    assert after.evidence == project.evidence
    assert after.query == project.query
    assert after.positions is project.positions
    assert after.ugm.variables == project.ugm.variables
    assert with_spins(after, 0.4, 0.05).same_as(project)


def test_through_zero_and_back_it_stays_what_it_was():
    """With neither coupling nor field a two-state Potts lattice looks like an Ising one; the caller knows better."""
    project = make_project("potts", rows=2, columns=3, n_states=2, coupling=0.5)
    flat = with_spins(project, 0.0, 0.0, "potts")
    assert spin_grid_of(flat.ugm).kind == "ising"
    assert spin_grid_of(flat.ugm, "potts").kind == "potts"
    assert with_spins(flat, 0.5, 0.0, "potts").same_as(project)


def test_numbers_out_of_range_and_models_without_a_lattice_are_refused():
    project = make_project("ising")
    for coupling, field in ((math.inf, 0.0), (0.0, math.nan), (101.0, 0.0)):
        with pytest.raises(ModelError, match="out of range"):
            with_spins(project, coupling, field)
    with pytest.raises(ModelError, match="no lattice"):
        with_spins(Project(ugm=models.chain(5)), 0.1, 0.1)
