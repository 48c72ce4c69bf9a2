"""Does a part of a document keep all that belongs to it, and enter another without touching what is there?"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.conditioning import Evidence
from models.copying import copied, fresh_names, part_text, pasted, read_part
from models.errors import FileFormatError, ModelError
from models.factor import Factor
from models.project import EvidenceSet, Group, Project
from models.soft_evidence import SoftEvidence
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


@pytest.fixture
def rich() -> Project:
    """Four variables with everything that a document can say of them."""
    table = np.log([[1.0, 2.0], [3.0, 4.0]])
    return Project(
        ugm=UGM(
            [
                Variable("a", ("no", "yes")),
                Variable.of_size("b", 2),
                Variable.of_size("c", 2),
                Variable.of_size("d", 3),
            ],
            [
                Factor((), 0.7),
                Factor(("d",), [0.0, 0.1, 0.2]),
                Factor(("b", "a"), table),
                Factor(("c", "b"), table),
                Factor(("c", "d"), np.zeros((2, 3))),
            ],
        ),
        evidence=Evidence({"a": 1, "d": 2}),
        positions={"a": (0.0, 0.0), "b": (100.0, 5.0), "c": (200.0, 0.0), "d": (300.0, -7.5)},
        groups=(Group("left", ("a", "b"), 3, True), Group("right", ("c", "d"))),
        query={"b": 1},
        arcs=(("b", "a"), ("d", "c")),
        soft=SoftEvidence({"b": [1.0, 0.0], "c": [0.25, 1.0]}),
        evidence_sets=(EvidenceSet("kept", Evidence({"a": 0})),),
        ties=((("b", "a"), ("c", "b")),),
    )


def test_a_part_holds_what_lies_among_its_variables(rich):
    part = copied(rich, ["c", "a", "b"])
    assert part.ugm.names == ("a", "b", "c")
    assert [factor.scope for factor in part.ugm.factors] == [("b", "a"), ("c", "b")]
    assert dict(part.evidence) == {"a": 1}
    assert dict(part.positions) == {name: rich.positions[name] for name in "abc"}
    assert part.groups == (Group("left", ("a", "b"), 3, True), Group("right", ("c",)))
    assert part.arcs == (("b", "a"),)
    assert {name: values.tolist() for name, values in part.soft.items()} == {"b": [1.0, 0.0], "c": [0.25, 1.0]}
    assert part.ties == rich.ties
    assert (part.query, part.evidence_sets, part.title) == ({}, (), "")
    with pytest.raises(ModelError, match="nobody"):
        copied(rich, ["nobody"])


def test_a_part_is_text_and_back(rich):
    part = copied(rich, "abcd")
    assert read_part(part_text(part)).same_as(part)
    assert read_part("\ufeff  " + part_text(part) + "\n\n").same_as(part)


def test_pasting_renames_what_is_taken_and_all_that_refers_to_it(rich):
    made = pasted(rich, copied(rich, ["b", "c"]), (40.0, 20.0))
    after = made.project
    assert made.names == ("b2", "c2")
    assert after.ugm.names == ("a", "b", "c", "d", "b2", "c2")
    assert after.ugm.factors[:5] == rich.ugm.factors
    assert after.ugm.factors[5].scope == ("c2", "b2")
    assert after.positions["b2"] == (140.0, 25.0)
    assert dict(after.evidence) == dict(rich.evidence)
    assert after.soft["b2"].tolist() == [1.0, 0.0]
    assert [group.members for group in after.groups] == [("a", "b", "b2"), ("c", "d", "c2")]
    assert after.groups[0].colour == 3
    assert (after.query, after.evidence_sets, after.ties) == (rich.query, rich.evidence_sets, rich.ties)


def test_ties_and_arcs_among_what_is_pasted_follow_the_new_names(rich):
    after = pasted(rich, copied(rich, "abc")).project
    assert after.ties == (*rich.ties, (("b2", "a2"), ("c2", "b2")))
    assert after.arcs == (*rich.arcs, ("b2", "a2"))
    changed = after.with_factor_at(after.first_factor(("b2", "a2")), Factor(("b2", "a2"), np.zeros((2, 2))))
    assert changed.ugm.factors[changed.first_factor(("c2", "b2"))].log_table.tolist() == [[0, 0], [0, 0]]
    assert changed.ugm.factors[changed.first_factor(("b", "a"))].log_table[1, 1] == np.log(4.0)


def test_two_layers_of_one_name_stay_apart(rich):
    twice = replace(rich, groups=(Group("g", ("a",)), Group("g", ("b",))))
    after = pasted(twice, copied(twice, "a")).project
    assert [group.members for group in after.groups] == [("a",), ("b",), ("a2",)]


@pytest.mark.parametrize(
    ("taken", "wanted", "change"),
    [
        (["x1", "x2"], ["x1", "x2"], {"x1": "x3", "x2": "x4"}),
        (["x1"], ["x1", "x2"], {"x1": "x3"}),  # x2 keeps its name, so it is not free
        (["x1", "x3"], ["x3"], {"x3": "x2"}),
        (["rain"], ["rain"], {"rain": "rain2"}),
        (["rain", "rain2"], ["rain"], {"rain": "rain3"}),
        (["2020"], ["2020"], {"2020": "2020_2"}),
        (["a\nb7"], ["a\nb7"], {"a\nb7": "a\nb1"}),
        (["🙂", "שלום"], ["שלום", "🙂"], {"שלום": "שלום2", "🙂": "🙂2"}),
        ([], ["x1"], {}),
    ],
)
def test_fresh_names(taken, wanted, change):
    assert fresh_names(taken, wanted) == change


@given(st.lists(st.sampled_from(["x1", "x2", "x9", "x", "7", "a_1", "é", "²"]), unique=True),
       st.lists(st.sampled_from(["x1", "x2", "x10", "x", "7", "a_1", "é", "²"]), unique=True))  # fmt: skip
def test_fresh_names_never_clash(taken, wanted):
    change = fresh_names(taken, wanted)
    after = [change.get(name, name) for name in wanted]
    assert set(change) == set(taken) & set(wanted)
    assert len(set(taken) | set(after)) == len(taken) + len(after)


@given(ugms_with_evidence(max_variables=3, max_joint=30))
def test_a_copy_beside_the_model_is_independent_of_it(pair):
    """By enumeration: Z of a model and a copy of all of it, less its constants, is the product of their Zs."""
    ugm, evidence = pair
    project = Project(ugm=ugm, evidence=evidence)
    part = copied(project, ugm.names)
    both = pasted(project, part).project
    alone, copy, together = (enumerate_ugm(p.ugm, dict(p.evidence)) for p in (project, part, both))
    assert together.log_z == pytest.approx(alone.log_z + copy.log_z, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "only blank text"),
        (" \n\t", "only blank text"),
        ("hello " * 50, '"hello hello hello hello…" is no part of a model'),
        ("1,2,3", '"1,2,3" is no part'),
        ("{", "cut short"),
        ("{}", "not a Clique project"),
        ('{"format": "clique-project", "version": 1}', "no variables"),
        ('{"format": "clique-project", "version": 99}', "of version 99"),
        ('{"format": "clique-project", "version": 1, "variables": [{"name": "a", "labels": []}]}', "no states"),
        ("\ud800", "is no part of a model"),
        ('{"format": "\ud800"}', "clipboard"),
    ],
)
def test_what_is_no_part_is_refused_with_a_reason(text, said):
    with pytest.raises(FileFormatError, match="clipboard") as caught:
        read_part(text)
    assert said in str(caught.value)


def test_a_part_can_be_typed_by_hand():
    typed = {"format": "clique-project", "version": 1, "variables": [{"name": "a", "labels": ["u", "v"]}]}
    assert read_part(json.dumps(typed)).ugm.variables == (Variable("a", ("u", "v")),)
