"""Does whoever opens a project of a newer version hear what this one would lose?"""

import pytest

from models.conditioning import Evidence
from models.examples import stacked_rbm_project
from models.factor import Factor
from models.files import read_any_steps, read_project, write_project
from models.files.opening import Remark
from models.project import EvidenceSet, FitRecord, Group, Project
from models.ugm import UGM, Variable

SMALL = Project(
    ugm=UGM([Variable("a", ("0", "1"))], [Factor.from_table(("a",), [1.0, 2.0])]),
    groups=(Group("g", ("a",)),),
    evidence_sets=(EvidenceSet("case", Evidence({"a": 1})),),
    fits=(
        FitRecord("data", ("a",), 1.0, (0,), (0,), 0.5, 0.5, 0.5),
        FitRecord("fit", ("a",), 1.0, (0,), (0,), 0.5, 0.5, 0.5, ugm=UGM([Variable("a", ("0", "1"))])),
    ),
)


def opened(path):
    """Return the project and the remarks on the way."""
    steps, remarks = read_any_steps(path), []
    while True:
        try:
            value = next(steps)
        except StopIteration as stop:
            return stop.value, remarks
        if isinstance(value, Remark):
            remarks.append(value)


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        ('"title"', '"colour": {"deep": [1, 2]}, "title"', ("colour",)),
        ('"title"', '"a": 1, "b": null, "a": 2, "title"', ("a", "b")),
        ('"labels"', '"hidden": true, "labels"', ("variables.hidden", "fits.model.variables.hidden")),
        ('"scope"', '"note": "]}{[\\"", "scope"', ("factors.note",)),
        ('"members"', '"shape": "box", "members"', ("groups.shape",)),
        ('"name":"case"', '"name":"case","why":{}', ("evidence_sets.why",)),
        ('"label":"fit"', '"label":"fit","grade":1', ("fits.grade",)),
        ('"label":"data"', '"label":"data","model":null', ()),
        ('"title"', '\n  "title"', ()),
    ],
)
def test_fields_of_a_newer_version_are_named(tmp_path, old, new, unknown) -> None:
    path = tmp_path / "newer.clique"
    write_project(SMALL, path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    project, remarks = opened(path)
    assert [set(remark.unknown) for remark in remarks] == ([set(unknown)] if unknown else [])
    assert all(name in remark.text for remark in remarks for name in unknown)
    assert project.same_as(read_project(path))


def test_our_own_files_hold_nothing_unknown(tmp_path) -> None:
    for k, project in enumerate((SMALL, Project(), stacked_rbm_project())):
        write_project(project, tmp_path / f"{k}.clique")
        assert opened(tmp_path / f"{k}.clique")[1] == []


def test_what_a_graph_file_had_too_much_is_remarked(tmp_path) -> None:
    path = tmp_path / "loops.gr"
    path.write_text("p tw 3 4\n1 2\n2 1\n3 3\n2 3\n", encoding="ascii")
    project, remarks = opened(path)
    assert len(project.ugm.edges) == 2
    assert remarks == [Remark(path, "1 self-loop was left out. 1 repeated edge was merged.")]
