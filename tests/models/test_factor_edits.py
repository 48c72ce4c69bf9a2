"""Are factors made, turned and tied so that the model means what it should?"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.examples import ising_project
from models.factor import Factor
from models.factor_edits import (
    all_untied,
    own_factor,
    pairs_within,
    tied,
    tied_places,
    turned,
    untied,
    with_joint_factor,
    with_own_factor,
    with_table,
)
from models.files.project_json import parse_project, project_bytes
from models.project import Project
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm


def chain_project() -> Project:
    """x1 - x2 - x3, the second edge drawn the other way round, and a wider edge x3 - w."""
    variables = [Variable.of_size(name, 2) for name in ("x1", "x2", "x3")] + [Variable.of_size("w", 3)]
    factors = [
        Factor.from_table(("x1", "x2"), [[1.0, 2.0], [3.0, 4.0]]),
        Factor.from_table(("x3", "x2"), [[5.0, 6.0], [7.0, 8.0]]),
        Factor.from_table(("x3", "w"), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        Factor.from_table(("w", "x1"), np.arange(1.0, 7.0).reshape(3, 2)),
        Factor.from_table(("x1",), [1.0, 3.0]),
    ]
    return Project(ugm=UGM(variables, factors))


def random_table(rng: Random, shape: tuple[int, ...]) -> np.ndarray:
    return np.array([rng.gauss(0, 1) for _ in range(math.prod(shape))]).reshape(shape)


def marginals(project: Project) -> list[np.ndarray]:
    found = enumerate_ugm(project.ugm).marginals
    assert found is not None
    return found


def test_a_joint_factor_is_added_at_the_end():
    project = chain_project()
    after = with_joint_factor(project, ["x1", "w", "x2"])
    assert after.ugm.factors[:-1] == project.ugm.factors
    made = after.ugm.factors[-1]
    assert made.scope == ("x1", "w", "x2")
    assert made.log_table[1, 1, 1] == math.log(2)
    assert made.log_table.sum() == pytest.approx(2 * math.log(2))
    with pytest.raises(ModelError, match="already"):
        with_joint_factor(after, ["w", "x2", "x1"])
    with pytest.raises(ModelError, match="two of them"):
        with_joint_factor(project, ["x1", "x1"])


def test_a_factor_of_its_own_changes_nothing_at_first():
    project = chain_project()
    assert own_factor(project, "x1") == 4
    assert own_factor(project, "x2") is None
    after = with_own_factor(project, "x2")
    assert own_factor(after, "x2") == 5
    for a, b in zip(marginals(project), marginals(after), strict=True):
        np.testing.assert_allclose(a, b)
    with pytest.raises(ModelError, match="already"):
        with_own_factor(after, "x1")


def test_turning_a_free_factor_keeps_its_meaning():
    project = chain_project()
    after = turned(project, 2)
    assert after.ugm.factors[2].scope == ("w", "x3")
    assert after.ugm.factors[2].table.shape == (3, 2)
    for a, b in zip(marginals(project), marginals(after), strict=True):
        np.testing.assert_allclose(a, b)


def test_a_tie_takes_the_table_of_the_first_axis_by_axis():
    after = tied(chain_project(), [0, 1])
    assert after.ties == ((("x1", "x2"), ("x3", "x2")),)
    np.testing.assert_allclose(after.ugm.factors[1].table, [[1, 2], [3, 4]])
    assert after.ugm.factors[1].scope == ("x3", "x2")
    assert tied_places(after, 0) == (1,)
    edited = with_table(after, 1, np.log([[1.0, 9.0], [1.0, 1.0]]))
    np.testing.assert_allclose(edited.ugm.factors[0].table, [[1, 9], [1, 1]])


def test_turning_a_tied_factor_exchanges_the_roles_of_its_variables():
    start = tied(chain_project(), [0, 1])
    after = turned(start, 1)
    assert after.ugm.factors[1].scope == ("x2", "x3")
    np.testing.assert_allclose(after.ugm.factors[1].table, [[1, 2], [3, 4]])
    assert tied_places(after, 1) == (0,), "it stays tied"
    assert turned(after, 1).same_as(start)


def test_a_table_that_fits_only_when_turned_is_turned():
    after = tied(chain_project(), [2, 3])
    assert after.ugm.factors[3].scope == ("x1", "w")
    np.testing.assert_allclose(after.ugm.factors[3].table, [[1, 2, 3], [4, 5, 6]])
    assert after.ties == ((("x3", "w"), ("x1", "w")),)
    with pytest.raises(ModelError, match="2 by 3"):
        turned(after, 3)


def test_tables_of_different_shapes_are_not_tied():
    project = chain_project()
    with pytest.raises(ModelError, match=r"\(x3, w\) has a table of 2 by 3, \(x1, x2\) one of 2 by 2"):
        tied(project, [0, 2])
    with pytest.raises(ModelError, match="two factors"):
        tied(project, [0])
    with pytest.raises(ModelError, match="two factors"):
        tied(project, [0, 0])


def test_a_second_factor_over_the_same_variables_stays_out():
    project = chain_project()
    twice = Project(ugm=project.ugm.with_factor(Factor(("x1", "x2"), np.zeros((2, 2)))))
    with pytest.raises(ModelError, match="two factors"):
        tied(twice, [0, 5])
    after = tied(twice, [0, 1, 5])
    assert after.ugm.factors[5] is twice.ugm.factors[5]
    assert tied_places(after, 5) == ()
    with pytest.raises(ModelError, match="already"):
        turned(turned(twice, 0), 5)


def test_untying_one_leaves_the_others_tied():
    start = ising_project(3, 3)
    edges = pairs_within(start, start.ugm.names)
    assert len(edges) == 12
    all_of_them = tied(start, edges)
    assert len(tied_places(all_of_them, edges[0])) == 11
    less = untied(all_of_them, edges[:2])
    assert tied_places(less, edges[0]) == ()
    assert len(tied_places(less, edges[5])) == 9
    assert less.ugm is all_of_them.ugm
    assert all_untied(less, edges[5]).ties == ()
    assert untied(less, edges[:2]) is less
    assert all_untied(less, edges[0]) is less
    assert untied(all_of_them, edges).ties == ()


def test_pairs_lie_within_the_variables_given():
    project = chain_project()
    assert pairs_within(project, ["x1", "x2", "w"]) == (0, 3)
    assert pairs_within(project, ["x1"]) == ()


@pytest.mark.parametrize("place", [4])
def test_only_pairwise_factors_are_turned(place):
    with pytest.raises(ModelError, match="no rows and columns"):
        turned(chain_project(), place)


def random_edit(rng: Random, project: Project) -> Project:
    places = range(len(project.ugm.factors))
    place, name = rng.choice(places), rng.choice(project.ugm.names)
    edits = {
        "tie": lambda: tied(project, rng.sample(places, min(len(places), rng.randint(2, 5)))),
        "untie": lambda: untied(project, rng.choices(places, k=3)),
        "untie all": lambda: all_untied(project, place),
        "turn": lambda: turned(project, place),
        "type": lambda: with_table(project, place, random_table(rng, project.ugm.factors[place].log_table.shape)),
        "join": lambda: with_joint_factor(project, rng.sample(project.ugm.names, 3)),
        "delete": lambda: project.without(factors=[place]),
        "rename": lambda: project.with_renamed(name, f"n{rng.random()}"),
        "states": lambda: project.with_states(name, ["a", "b", "c"]),
    }
    return edits[rng.choice(list(edits))]()


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_any_sequence_of_edits_keeps_tied_tables_equal_and_can_be_saved(seed, n_edits):
    rng, project = Random(seed), ising_project(2, 3)
    for _ in range(n_edits):
        try:
            project = random_edit(rng, project)
        except ModelError:
            continue
        for tie in project.ties:
            first = project.ugm.factors[project.first_factor(tie[0])]
            assert len(tie) > 1
            for scope in tie:
                assert np.array_equal(project.ugm.factors[project.first_factor(scope)].log_table, first.log_table)
        assert len({scope for tie in project.ties for scope in tie}) == sum(map(len, project.ties)), "in one tie each"
    where = Path("some.clique")
    assert parse_project(project_bytes(project, where), where).same_as(project)
