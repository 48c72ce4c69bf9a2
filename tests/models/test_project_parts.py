"""Do soft evidence, evidence sets, groups and ties follow every edit of the model, and come back from a file?"""

from __future__ import annotations

import numpy as np
import pytest

from models import Evidence, Factor, ModelError
from models.errors import EvidenceError, FileFormatError
from models.files import read_project, write_project
from models.project import EvidenceSet, Group, Project
from models.soft_evidence import SoftEvidence


@pytest.fixture
def project() -> Project:
    """A line of four variables with all that refers to them."""
    made = Project()
    for k in range(4):
        made = made.with_new_variable((100.0 * k, 0.0))
    for a, b in (("x1", "x2"), ("x2", "x3"), ("x3", "x4")):
        made = made.with_edge(a, b)
    made = made.with_states("x4", ["low", "middle", "high"]).with_clamps({"x1": 1})
    made = made.with_soft(SoftEvidence({"x2": [0.5, 2.0], "x4": [1.0, 0.0, 3.0]}).exclude("x3", 0))
    made = made.with_evidence_set("first").released().with_clamps({"x4": 2})
    return made.with_evidence_set("second").with_tie([("x1", "x2"), ("x2", "x3")])


def table_of(project, *scope):
    return project.ugm.factors[project.first_factor(scope)].log_table


def test_soft_evidence_is_completed_and_shared(project):
    soft = project.evidence_sets[0].soft
    assert soft["x3"].tolist() == [0.0, 1.0]
    applied = project.with_set_applied("first")
    assert applied.soft is soft
    assert dict(applied.evidence) == {"x1": 1}
    assert applied.with_clamps({"x2": 0}).soft is soft


def test_keeping_a_set_again_replaces_it_where_it_was(project):
    again = project.with_set_applied("second").with_clamps({"x2": 1}).with_evidence_set("first")
    assert [each.name for each in again.evidence_sets] == ["first", "second"]
    assert dict(again.evidence_sets[0].evidence) == {"x4": 2, "x2": 1}
    assert not again.evidence_sets[0].soft
    with pytest.raises(EvidenceError, match="needs a name"):
        project.with_evidence_set("  ")
    assert [each.name for each in project.without_evidence_set("first").evidence_sets] == ["second"]


def test_renaming_reaches_soft_evidence_sets_and_ties(project):
    after = project.with_set_applied("first").with_renamed("x2", "b")
    assert list(after.soft) == ["b", "x4", "x3"]
    assert list(after.evidence_sets[0].soft) == ["b", "x4", "x3"]
    assert after.ties == ((("x1", "b"), ("b", "x3")),)


def test_deleting_a_variable_takes_what_refers_to_it(project):
    after = project.with_set_applied("first").without(["x2"])
    assert list(after.soft) == ["x4", "x3"]
    assert list(after.evidence_sets[0].soft) == ["x4", "x3"]
    assert after.ties == ()


def test_a_state_that_goes_leaves_the_rest_of_a_likelihood(project):
    after = project.with_set_applied("first").without_state("x4", 1)
    assert after.soft["x4"].tolist() == [1.0, 3.0]
    assert after.evidence_sets[0].soft["x4"].tolist() == [1.0, 3.0]
    assert dict(after.evidence_sets[1].evidence) == {"x4": 1}
    assert "x3" not in after.without_state("x3", 1).soft  # its other state was excluded: nothing is left to say


def test_another_number_of_states_drops_the_likelihood(project):
    after = project.with_set_applied("first").with_states("x2", ["a", "b", "c"])
    assert "x2" not in after.soft
    assert after.ties == ()


def test_releasing_takes_soft_evidence_too(project):
    seen = project.with_set_applied("first")
    assert list(seen.released(["x2", "x1"]).soft) == ["x4", "x3"]
    assert not seen.released().soft


def test_an_edit_of_one_tied_table_is_an_edit_of_all(project):
    new = np.array([[0.0, 1.0], [2.0, 3.0]])
    after = project.with_factor_at(project.first_factor(("x2", "x3")), Factor(("x2", "x3"), new))
    assert np.array_equal(table_of(after, "x1", "x2"), new)
    assert after.ties == project.ties
    alone = after.without_tie(("x1", "x2"))
    assert alone.ties == ()
    changed = alone.with_factor_at(alone.first_factor(("x2", "x3")), Factor(("x2", "x3"), 2 * new))
    assert np.array_equal(table_of(changed, "x1", "x2"), new)


def test_a_tie_joins_the_ties_of_its_factors():
    made = Project()
    for k in range(5):
        made = made.with_new_variable((0.0, k))
    scopes = [("x1", "x2"), ("x2", "x3"), ("x3", "x4"), ("x4", "x5")]
    for scope in scopes:
        made = made.with_edge(*scope)
    place = made.first_factor(scopes[3])
    made = made.with_factor_at(place, Factor(scopes[3], np.eye(2)))
    two = made.with_tie(scopes[:2]).with_tie([scopes[3], scopes[2]])
    assert [len(tie) for tie in two.ties] == [2, 2]
    assert np.array_equal(table_of(two, *scopes[2]), np.eye(2))
    one = two.with_tie([scopes[2], scopes[0]])
    assert [len(tie) for tie in one.ties] == [4]
    assert all(np.array_equal(table_of(one, *scope), np.eye(2)) for scope in scopes)
    assert set(one.tied_to(scopes[1])) == {scopes[0], scopes[2], scopes[3]}


def test_what_cannot_be_tied_says_why(project):
    with pytest.raises(ModelError, match="2 by 3"):
        project.with_tie([("x1", "x2"), ("x3", "x4")])
    with pytest.raises(ModelError, match="no factor over"):
        project.with_tie([("x1", "x2"), ("x2", "x1")])
    with pytest.raises(ModelError, match="two factors"):
        project.with_tie([("x1", "x2")])


def test_a_model_with_other_numbers_unties_what_is_no_longer_equal(project):
    place = project.first_factor(("x2", "x3"))
    ugm = project.ugm.with_factor_at(place, Factor(("x2", "x3"), np.zeros((2, 2))))
    assert project.with_model(ugm).ties == ()


def test_everything_comes_back_from_a_file(project, tmp_path):
    whole = Project(
        ugm=project.ugm,
        evidence=project.evidence,
        positions=project.positions,
        groups=(Group("a", ("x1", "x3"), 2, True), Group("b", ("x2",))),
        soft=SoftEvidence({"x2": [1 / 3, 1e-300]}),
        evidence_sets=project.evidence_sets,
        ties=project.ties,
    )
    path = tmp_path / "parts.clique"
    write_project(whole, path)
    back = read_project(path)
    assert back.same_as(whole)
    assert back.groups == whole.groups
    assert not back.same_as(project)
    assert not back.same_as(whole.with_soft(SoftEvidence()))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"soft": {"x2"', '"soft": {"x9"', "x9"),
        ('  [["x1","x2"]', '  [["x9","x2"]', "x9"),
        ('{"name":"first"', '{"name":" "', "needs a name"),
        ('{"x4":"high"}}', '{"x4":"tall"}}', "tall"),
    ],
)
def test_a_file_that_contradicts_itself_names_the_place(project, tmp_path, old, new, message):
    path = tmp_path / "broken.clique"
    write_project(project.with_soft(SoftEvidence({"x2": [1.0, 2.0]})), path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FileFormatError, match=message):
        read_project(path)


def test_sets_are_values():
    one = EvidenceSet("a", Evidence({"x": 1}), SoftEvidence({"y": [1.0, 2.0]}))
    assert one == EvidenceSet("a", Evidence({"x": 1}), SoftEvidence({"y": [1.0, 2.0]}))
    assert one != EvidenceSet("a", Evidence({"x": 1}), SoftEvidence({"y": [2.0, 1.0]}))
