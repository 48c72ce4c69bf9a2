"""Does every gesture make the right next document, share what did not change and refuse what cannot be?"""

from __future__ import annotations

import numpy as np
import pytest

from models import Factor, ModelError, Variable
from models.errors import EvidenceError
from models.examples import pin_project, stacked_rbm_project
from models.project import Group, Project


@pytest.fixture
def drawn() -> Project:
    """Three binary variables on a line, the middle one clamped and asked about."""
    project = Project()
    for k in range(3):
        project = project.with_new_variable((100.0 * k, 0.0))
    project = project.with_edge("x1", "x2").with_edge("x2", "x3")
    return project.with_clamps({"x2": 1}).with_query({"x2": 0})


def test_new_variables_take_the_first_free_name(drawn):
    without = drawn.without(["x2"])
    assert without.fresh_name() == "x2"
    assert drawn.fresh_name() == "x4"


def test_a_new_edge_favours_equal_states_two_to_one(drawn):
    place = drawn.ugm.factors_of("x1", "x2")[0]
    assert np.allclose(drawn.ugm.factors[place].table, [[2, 1], [1, 2]])


def test_deleting_a_variable_takes_its_factors_clamp_question_and_position(drawn):
    after = drawn.without(["x2"])
    assert after.ugm.names == ("x1", "x3")
    assert [f.scope for f in after.ugm.factors] == [("x1",), ("x3",)]
    assert dict(after.evidence) == {}
    assert dict(after.query) == {}
    assert dict(after.positions) == {"x1": (0.0, 0.0), "x3": (200.0, 0.0)}


def test_the_document_before_an_edit_is_untouched(drawn):
    names = drawn.ugm.names
    drawn.without(["x1"]).with_new_variable((5, 5))
    assert drawn.ugm.names == names
    assert dict(drawn.positions)["x1"] == (0.0, 0.0)


def test_clamping_and_moving_share_the_model(drawn):
    assert drawn.with_clamps({"x1": 0}).ugm is drawn.ugm
    assert drawn.with_positions({"x1": (9.0, 9.0)}).ugm is drawn.ugm
    assert drawn.with_positions({"x1": (9.0, 9.0)}).evidence is drawn.evidence


def test_rename_reaches_every_part(drawn):
    grouped = Project(
        ugm=drawn.ugm,
        evidence=drawn.evidence,
        positions=drawn.positions,
        groups=(Group("g", ("x1", "x2")),),
        query={"x2": 1},
    )
    after = grouped.with_renamed("x2", " size ")
    assert after.ugm.names == ("x1", "size", "x3")
    assert dict(after.evidence) == {"size": 1}
    assert after.groups == (Group("g", ("x1", "size")),)
    assert dict(after.query) == {"size": 1}
    assert after.positions["size"] == (100.0, 0.0)
    assert after.ugm.edges == (("x1", "size"), ("size", "x3"))


def test_rename_to_a_taken_or_blank_name_is_refused(drawn):
    with pytest.raises(ModelError, match="already a variable called x1"):
        drawn.with_renamed("x2", "x1")
    with pytest.raises(ModelError, match="not blank"):
        drawn.with_renamed("x2", "  ")


def test_states_keep_their_entries_by_place_and_lost_clamps_go(drawn):
    longer = drawn.with_states("x2", ("low", "mid", "high"))
    table = longer.ugm.factors[longer.ugm.factors_of("x1", "x2")[0]].table
    assert np.allclose(table, [[2, 1, 1], [1, 2, 1]])
    assert dict(longer.evidence) == {"x2": 1}
    shorter = drawn.with_states("x2", ("only",))
    assert dict(shorter.evidence) == {}
    assert np.allclose(shorter.ugm.factors[shorter.ugm.factors_of("x1", "x2")[0]].table, [[2], [1]])


def test_edges_to_oneself_or_twice_are_refused(drawn):
    with pytest.raises(ModelError, match="cannot be joined to itself"):
        drawn.with_edge("x1", "x1")
    with pytest.raises(ModelError, match="joined already"):
        drawn.with_edge("x2", "x1")


def test_evidence_must_fit_the_model(drawn):
    with pytest.raises(EvidenceError, match="x1 has states 0 to 1"):
        drawn.with_clamps({"x1": 2})
    with pytest.raises(EvidenceError, match="nobody"):
        drawn.with_clamps({"nobody": 0})


def test_another_model_keeps_the_evidence_that_fits():
    project = pin_project().with_clamps({"x1": 9, "x2": 1})
    small = pin_project().ugm.with_states("x1", ("0", "1"))
    assert dict(project.with_model(small).evidence) == {"x2": 1}


def test_same_as_looks_at_every_part(drawn):
    assert drawn.same_as(drawn.released(["x1"]))
    assert not drawn.same_as(drawn.with_clamps({"x1": 0}))
    assert not drawn.same_as(drawn.with_query({}))
    assert not drawn.same_as(drawn.with_positions({"x1": (1.0, 0.0)}))
    nudged = drawn.with_factor_at(0, Factor(("x1",), [0.0, 1e-16]))
    assert not drawn.same_as(nudged)


def test_layers_of_the_stacked_rbm_are_groups_in_rows():
    project = stacked_rbm_project(4)
    assert [g.name for g in project.groups] == ["x", "z", "h", "y"]
    rows = [{project.positions[name][1] for name in group.members} for group in project.groups]
    assert all(len(row) == 1 for row in rows)
    assert len(set.union(*rows)) == 4


def test_a_variable_given_with_its_states(drawn):
    after = drawn.with_new_variable((0, 9), Variable("rain", ("no", "yes", "much")))
    assert after.ugm.variable("rain").n_states == 3
    with pytest.raises(ModelError, match="already a variable called rain"):
        after.with_new_variable((0, 0), Variable("rain", ("a",)))
