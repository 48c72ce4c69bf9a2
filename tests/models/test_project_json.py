"""Does a document come back from its file bit for bit, and does nothing harm the file that was there?"""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.conditioning import Evidence
from models.errors import CliqueError, FileFormatError
from models.factor import Factor
from models.files import read_model, read_project, write_model, write_project
from models.project import DataReference, FitRecord, Group, Project
from models.ugm import UGM, Variable

# --- round trip --------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=6)
names = texts.filter(str.strip)
log_potentials = st.floats(allow_nan=False).filter(lambda x: x != math.inf)
numbers = st.floats(allow_nan=False)


@st.composite
def models(draw: st.DrawFn) -> UGM:
    used = draw(st.lists(names, max_size=4, unique=True))
    variables = [Variable(name, draw(st.lists(names, min_size=1, max_size=3, unique=True))) for name in used]
    size = {variable.name: variable.n_states for variable in variables}
    factors = []
    for _ in range(draw(st.integers(0, 4))):
        scope = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        shape = tuple(size[name] for name in scope)
        factors.append(Factor(scope, draw(hnp.arrays(np.float64, shape, elements=log_potentials))))
    return UGM(variables, factors)


@st.composite
def records(draw: st.DrawFn) -> FitRecord:
    used = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    state = st.lists(st.integers(0, 9), min_size=len(used), max_size=len(used)).map(tuple)
    counts = st.none() | st.integers(0, 10**6)
    return FitRecord(
        label=draw(texts),
        names=tuple(used),
        nll=draw(numbers),
        decoding=draw(state),
        event=draw(state),
        p_first=draw(numbers),
        p_event=draw(numbers),
        p_last_given_rest=draw(numbers),
        n_edges=draw(counts),
        n_parameters=draw(counts),
        p_event_drawn=draw(st.none() | numbers),
        n_drawn=draw(st.integers(0, 1000)),
        seconds=draw(numbers),
        optimizer=draw(texts),
        converged=draw(st.booleans()),
        message=draw(texts),
        ugm=draw(st.none() | models()),
        trace=tuple(draw(st.lists(numbers, max_size=4))),
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    ugm = draw(models())
    some = st.lists(st.sampled_from(ugm.names), unique=True) if ugm.names else st.just([])

    def states() -> dict[str, int]:
        return {name: draw(st.integers(0, ugm.variable(name).n_states - 1)) for name in draw(some)}

    options = st.dictionaries(texts, st.booleans() | texts | st.none() | st.lists(texts).map(tuple), max_size=3)
    finite = st.floats(allow_nan=False, allow_infinity=False)
    return Project(
        ugm=ugm,
        evidence=Evidence(states()),
        positions={name: (draw(finite), draw(finite)) for name in ugm.names},
        groups=tuple(Group(draw(texts), tuple(draw(some))) for _ in range(draw(st.integers(0, 2)))),
        query=states(),
        data=draw(st.none() | st.builds(DataReference, texts, options.map(lambda d: tuple(d.items())))),
        fits=tuple(draw(st.lists(records(), max_size=2))),
        title=draw(texts),
        arcs=tuple(draw(st.lists(st.sampled_from(ugm.edges), max_size=3))) if ugm.edges else (),
    )


@given(projects())
def test_every_document_comes_back(tmp_path_factory, project) -> None:
    path = tmp_path_factory.getbasetemp() / "any.clique"
    write_project(project, path)
    back = read_project(path)
    assert back.same_as(project)
    for mine, theirs in zip(project.ugm.factors, back.ugm.factors, strict=True):
        assert mine.log_table.tobytes() == theirs.log_table.tobytes()  # -0.0 and all
    assert list(back.evidence.items()) == list(project.evidence.items())
    assert list(back.query) == list(project.query)
    content = path.read_bytes()
    write_project(back, path)
    assert path.read_bytes() == content
    json.loads(content.decode("utf-8"))  # another reader finds well-formed JSON


def small() -> Project:
    ugm = UGM(
        [Variable("x1", ("no", "yes")), Variable("1", ("10", "2", "33"))],
        [Factor(("x1", "1"), [[0.0, -math.inf, 0.1], [1 / 3, 1e-300, -2.5]])],
    )
    return Project(
        ugm=ugm,
        evidence=Evidence({"1": 2}),
        positions={"x1": (1.5, -2.0), "1": (0.0, 100.0)},
        groups=(Group("layer", ("x1",)),),
        query={"x1": 1},
        data=DataReference("bundled:pins", (("labels", ("0", "1")),)),
        title="Two",
    )


def test_the_file_is_what_the_schema_says(tmp_path) -> None:
    """The file as text: whoever changes this makes a new version."""
    path = tmp_path / "small.clique"
    write_project(small(), path)
    assert path.read_text(encoding="utf-8") == (
        '{\n"format": "clique-project",\n"version": 1,\n"title": "Two",\n'
        '"variables": [\n'
        '  {"name":"x1","labels":["no","yes"],"position":[1.5,-2.0]},\n'
        '  {"name":"1","labels":["10","2","33"],"position":[0.0,100.0]}\n],\n'
        '"factors": [\n'
        '  {"scope":["x1","1"],"log_table":[0.0,null,0.1,0.3333333333333333,1e-300,-2.5]}\n],\n'
        '"evidence": {"1":"33"},\n"query": {"x1":"yes"},\n'
        '"groups": [\n  {"name":"layer","members":["x1"]}\n],\n'
        '"data": {"source":"bundled:pins","options":{"labels":["0","1"]}},\n'
        '"fits": []\n}\n'
    )
    assert read_project(path).same_as(small())


def test_fits_with_infinities_and_without_numbers(tmp_path) -> None:
    record = FitRecord(
        "bad", ("x1",), math.inf, (0,), (1,), math.nan, -math.inf, 0.5, trace=(math.inf, 1.0), seconds=0.1
    )
    path = tmp_path / "fits.clique"
    write_project(replace(small(), fits=(record,)), path)
    back = read_project(path).fits[0]
    assert math.isnan(back.p_first)
    assert (back.nll, back.p_event, back.trace) == (math.inf, -math.inf, (math.inf, 1.0))


def test_numpy_numbers_and_lost_positions_are_saved(tmp_path) -> None:
    record = FitRecord(
        "np",
        ("x1",),
        np.float64(1.5),
        (np.int64(1),),
        (np.int64(0),),
        *(np.float64(0.25),) * 3,
        n_edges=np.int64(3),
        converged=np.True_,
    )
    project = replace(small(), fits=(record,), positions={"x1": (math.nan, math.inf), "1": (np.float64(2), 3)})
    path = tmp_path / "np.clique"
    write_project(project, path)
    back = read_project(path)
    assert back.fits[0].decoding == (1,)
    assert dict(back.positions) == {"x1": (0.0, 0.0), "1": (2.0, 3.0)}


def test_text_that_is_no_text_is_refused(tmp_path) -> None:
    path = tmp_path / "half.clique"
    write_project(small(), path)
    before = path.read_bytes()
    half = replace(small(), title="half \ud83d")
    with pytest.raises(FileFormatError, match="half of a character"):
        write_project(half, path)
    with pytest.raises(FileFormatError, match="options of the data cannot be saved"):
        write_project(replace(small(), data=DataReference("a.csv", (("labels", object()),))), path)
    assert path.read_bytes() == before


# --- files that are wrong ----------------------------------------------------------------------------------------


@pytest.fixture
def edited(tmp_path: Path):
    """Write the small project with one piece of its text replaced."""

    def edit(old: str = "", new: str = "") -> Path:
        path = tmp_path / "edited.clique"
        write_project(small(), path)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"version": 1',
            '"version": 2',
            "The project is of version 2; this Clique reads version 1. Get a newer Clique",
        ),
        ('"version": 1', '"version": 0', "The project is of version 0"),
        ('"version": 1', '"version": "1"', r"Expected `int`, got `str` - at `\$\.version`"),
        ('"version": 1,', "", "missing required field `version`"),
        ("clique-project", "other", 'it is a "other"'),
        ('"format": "clique-project",', "", "JSON, but not a Clique project"),
        ('"name":"x1"', '"name":7', r"Expected `str`, got `int` - at `\$\.variables\[0\]\.name`"),
        ('"name":"x1"', '"name":" "', r"variables\[0\]: A variable needs a name"),
        ('["no","yes"]', "[]", r"variables\[0\]: Variable x1 has no states"),
        ('["no","yes"]', '["no","no"]', r"variables\[0\]: Variable x1 has two states called"),
        ('"name":"1"', '"name":"x1"', "Two variables are called x1"),
        ("[1.5,-2.0]", "[1.5]", r"length 2.* - at `\$\.variables\[0\]\.position`"),
        ("[1.5,-2.0]", "[1.5,null]", r"Expected `float`, got `null`"),
        ('"scope":["x1","1"]', '"scope":["x1","z"]', r"factors\[0\]: the scope names z, which is no variable"),
        ('"scope":["x1","1"]', '"scope":["x1"]', r"the log table of \(x1\) has 6 entries; its states give 2"),
        ('"scope":["x1","1"]', '"scope":["1","1","x1","x1"]', r"factors\[0\]: the log table of .* has 6 entries"),
        ("0.1,", '"a",', r"at `\$\.factors\[0\]\.log_table\[2\]`"),
        ("0.1,", "1e999,", r"out of range"),
        ("0.1,", "NaN,", "line 10: This is not well-formed JSON"),
        ("0.1,", "", "has 5 entries; its states give 6"),
        ('{"1":"33"}', '{"z":"33"}', "evidence names z, which is no variable"),
        ('{"1":"33"}', '{"1":"34"}', 'evidence: 1 has no state "34"; its states are 10, 2, 33'),
        ('{"1":"33"}', '{"1":2}', r"Expected `str`, got `int` - at `\$\.evidence"),
        ('{"x1":"yes"}', '{"x1":"maybe"}', 'query: x1 has no state "maybe"'),
        ('"fits": []', '"fits": [{}]', r"missing required field `label` - at `\$\.fits\[0\]`"),
        ('"title": "Two"', '"title": null', r"\$\.title"),
        ('"fits": []', '"fits": [], "arcs": [["x1"]]', r"length 2.* - at `\$\.arcs\[0\]`"),
        ('"fits": []', '"fits": [], "arcs": [["x1", "1"], ["z", "1"]]', r"arcs\[1\] names z, which is no variable"),
        ('{\n"format"', '[\n"format"', "JSON, but not a Clique project"),
        ('"Two",', '"Two"', "line 5: This is not well-formed JSON"),
    ],
)
def test_wrong_places_are_named(edited, old, new, message) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read_project(edited(old, new))
    assert str(caught.value).startswith("edited.clique")


FIT = (
    '{"label":"a","names":["x1"],"nll":1,"decoding":[0],"event":[0],"p_first":0,"p_event":0,"p_last_given_rest":0'
    ',"model":{"variables":[{"name":"x1","labels":["0","1"]}],"factors":[{"scope":["x1"],"log_table":[0,1]}]}}'
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[0,1]", "[0]", r"fits\[0\]\.model\.factors\[0\]: the log table of \(x1\) has 1 entries"),
        ('["0","1"]', "[]", r"fits\[0\]\.model\.variables\[0\]: Variable x1 has no states"),
        ('"event":[0]', '"event":[0,1]', r"fits\[0\]\.names, decoding and event differ in length"),
        ('"event":[0]', '"event":[-1]', r"fits\[0\]\.decoding and event are state numbers"),
        ('"nll":1', '"nll":"big"', r"at `\$\.fits\[0\]\.nll`"),
    ],
)
def test_wrong_places_in_fits_are_named(edited, old, new, message) -> None:
    assert read_project(edited('"fits": []', f'"fits": [{FIT}]')).fits[0].nll == 1.0
    with pytest.raises(FileFormatError, match=message):
        read_project(edited('"fits": []', f'"fits": [{FIT.replace(old, new, 1)}]'))


def test_unknown_fields_and_left_out_ones_do_no_harm(edited, tmp_path) -> None:
    path = edited('"title"', '"colour": {"deep": [1, 2]}, "title"')
    assert read_project(path).same_as(small())
    bare = tmp_path / "bare.clique"
    bare.write_text(
        '\ufeff{"version": 1, "format": "clique-project", "variables": [{"name": "a", "labels": ["0"]}]}', "utf-8"
    )
    project = read_project(bare)
    assert project.ugm.names == ("a",)
    assert dict(project.positions) == {"a": (0.0, 0.0)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"[1]", "JSON, but not a Clique project"),
        (b"MARKOV\n1\n", "line 1: This is not well-formed JSON"),
        (b'{"format": "clique-project", "version": 1, "title": "\xff"}', "line 1: The text is not UTF-8"),
        (b'{"format": "clique-project", "version": 1, "x": ' + b"[" * 1_000_000, "nested too deeply"),
        (b'{"format": "clique-project", "version": 1}{', "not well-formed JSON"),
    ],
)
def test_what_is_no_project(tmp_path, content, message) -> None:
    path = tmp_path / "no.clique"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        read_project(path)


def test_a_cut_file_is_noticed_wherever_it_is_cut(edited) -> None:
    path = edited()
    whole = path.read_bytes().rstrip()
    for length in range(1, len(whole), 3):
        path.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut short|not well-formed"):
            read_project(path)


@given(st.binary(max_size=120))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content) -> None:
    path = tmp_path_factory.getbasetemp() / "random.clique"
    for prefix in (b"", b'{"format":"clique-project","version":1,'):
        path.write_bytes(prefix + content)
        try:
            read_project(path)
        except CliqueError as error:
            assert str(error)  # noqa: PT017


@given(st.data())
def test_damaged_projects_raise_nothing_but_messages(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.clique"
    write_project(small(), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.sampled_from(list(b'0189"[]{},:-.enul \\')))
    path.write_bytes(content)
    try:
        read_project(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017 - the damage may also have made another project


# --- writing -----------------------------------------------------------------------------------------------------


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "kept.clique"
    write_project(small(), path)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileFormatError, match=r"could not be written: No space left on device\. Nothing was changed"):
        write_project(replace(small(), title="other"), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.clique"]


def test_permissions_and_links_survive(tmp_path) -> None:
    target = tmp_path / "target.clique"
    link = tmp_path / "link.clique"
    write_project(small(), target)
    target.chmod(0o640)
    link.symlink_to(target.name)
    write_project(replace(small(), title="other"), link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert read_project(target).title == "other"
    # A new file has the permissions that any program gives.
    plain = tmp_path / "plain"
    plain.touch()
    new = tmp_path / "new.clique"
    write_project(small(), new)
    assert new.stat().st_mode == plain.stat().st_mode


def test_places_that_cannot_be_written(tmp_path) -> None:
    with pytest.raises(FileFormatError, match="There is no folder"):
        write_project(small(), tmp_path / "nowhere" / "a.clique")
    with pytest.raises(FileFormatError, match="This is a folder"):
        write_project(small(), tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FileFormatError, match="There is no folder"):
        write_project(small(), tmp_path / "file" / "a.clique")
    pipe = tmp_path / "pipe.clique"
    os.mkfifo(pipe)
    with pytest.raises(FileFormatError, match="a device or a pipe"):
        write_project(small(), pipe)
    circle = tmp_path / "circle.clique"
    circle.symlink_to(circle.name)
    with pytest.raises(FileFormatError, match="could not be written"):
        write_project(small(), circle)
    with pytest.raises(FileFormatError, match="could not be written"):
        write_project(small(), tmp_path / ("long" * 100 + ".clique"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["circle.clique", "file", "pipe.clique"]


def test_models_are_written_by_extension(tmp_path) -> None:
    ugm = small().ugm
    write_model(ugm, tmp_path / "model.clique")
    project = read_project(tmp_path / "model.clique")
    assert project.ugm.same_as(ugm)
    assert len(set(project.positions.values())) == 2
    assert read_model(tmp_path / "model.clique").same_as(ugm)
    write_model(ugm, tmp_path / "MODEL.UAI")
    assert read_model(tmp_path / "MODEL.UAI").n_states == ugm.n_states
    for wrong in ("model.txt", "model", "model.uai.gz", "model.gr"):
        with pytest.raises(FileFormatError, match=r"\.clique \(Clique project\); \.uai \(UAI model\)"):
            write_model(ugm, tmp_path / wrong)
    with pytest.raises(FileFormatError, match=r"The extension \"\.csv\" does not say"):
        read_model(tmp_path / "model.csv")
