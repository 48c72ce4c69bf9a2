"""Can evidence sets be named, renamed and brought in without ever losing one?"""

from __future__ import annotations

import pytest

from models import Evidence, EvidenceError, SoftEvidence, chain
from models.evidence_sets import fresh_set_name, is_set_in_hand, set_named, with_set_added, with_set_renamed
from models.project import Project


@pytest.fixture
def project():
    made = Project(ugm=chain(3), evidence=Evidence({"x1": 0})).with_evidence_set("case 1")
    return made.with_clamps({"x2": 1}).with_evidence_set("case 2")


def names(project):
    return [each.name for each in project.evidence_sets]


def test_names_are_offered_that_are_free(project):
    assert fresh_set_name(project) == "case 3"
    assert fresh_set_name(project.without_evidence_set("case 1")) == "case 1"
    assert fresh_set_name(project, "file") == "file 1"


def test_renaming_keeps_place_and_content(project):
    after = with_set_renamed(project, "case 1", " first ")
    assert names(after) == ["first", "case 2"]
    assert set_named(after, "first").evidence == Evidence({"x1": 0})
    assert with_set_renamed(project, "case 1", "case 1") is project
    for new, match in (("case 2", "already an evidence set"), ("  ", "needs a name")):
        with pytest.raises(EvidenceError, match=match):
            with_set_renamed(project, "case 1", new)
    with pytest.raises(EvidenceError, match="no evidence set called"):
        with_set_renamed(project, "case 9", "x")


def test_what_is_added_replaces_nothing(project):
    after, name = with_set_added(project, "case 1", {"x3": 1}, SoftEvidence({"x2": [0.5, 1.0]}))
    assert name == "case 1 2"
    assert names(after) == ["case 1", "case 2", "case 1 2"]
    assert after.evidence is project.evidence
    assert set_named(after, name).soft == SoftEvidence({"x2": [0.5, 1.0]})
    again, name = with_set_added(after, "case 1", {})
    assert name == "case 1 3"
    assert names(again)[-1] == "case 1 3"
    with pytest.raises(EvidenceError, match="needs a name"):
        with_set_added(project, "", {})


def test_which_set_is_in_hand(project):
    first, second = project.evidence_sets
    assert not is_set_in_hand(project, first)
    assert is_set_in_hand(project, second)
    assert is_set_in_hand(project.with_set_applied("case 1"), first)
    assert not is_set_in_hand(project.with_soft(SoftEvidence({"x3": [0.5, 1.0]})), second)
