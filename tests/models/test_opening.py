"""Does Open give the right thing for every kind of file, and list the kinds when it does not know one?"""

from __future__ import annotations

import gzip
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import models
from models.dataset import Dataset
from models.errors import Cancelled, CancelToken, FileFormatError
from models.files import FORMATS, format_of, read_any, read_any_steps, read_graph, write_project
from models.project import Project
from models.steps import Progress, drain

MODEL = "MARKOV\n3\n2 2 3\n2\n2 0 1\n1 2\n4\n1 2 3 4\n3\n1 1 1\n"


@pytest.fixture
def write(tmp_path: Path):
    def save(content: str | bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def test_a_project(tmp_path) -> None:
    path = tmp_path / "a.clique"
    write_project(Project(title="mine").with_new_variable((3, 4)), path)
    opened = read_any(path)
    assert isinstance(opened, Project)
    assert (opened.title, dict(opened.positions)) == ("mine", {"x1": (3.0, 4.0)})


@pytest.mark.parametrize("name", ["three.uai", "three.UAI", "three.uai.gz"])
def test_a_model_with_evidence_beside_it(write, name) -> None:
    path = write(gzip.compress(MODEL.encode()) if name.endswith("gz") else MODEL, name)
    opened = read_any(path)
    assert isinstance(opened, Project)
    assert opened.title.lower().startswith("three")
    assert opened.ugm.same_as(models.read_model(path))
    assert len(set(opened.positions.values())) == 3
    assert not opened.evidence
    for beside in {name.removesuffix(".gz"), name}:
        evidence = write("1 2 1", beside + ".evid")
        assert dict(read_any(path).evidence) == {"x2": 1}
        evidence.unlink()
    write(gzip.compress(b"1 2 1"), name + ".evid.gz")
    assert dict(read_any(path).evidence) == {"x2": 1}
    write("1 2 9", name + ".evid")
    with pytest.raises(FileFormatError, match=r"three\.\w+(\.gz)?\.evid, line 1: Variable 2 has states 0 to 2, not 9"):
        read_any(path)


def test_a_graph_becomes_a_neutral_model(write) -> None:
    path = write("c a path and a lone vertex\np tw 4 3\n1 2\n2 3\n2 1\n", "path.gr")
    opened = read_any(path)
    assert isinstance(opened, Project)
    assert opened.ugm.names == ("1", "2", "3", "4")
    assert opened.ugm.edges == (("1", "2"), ("2", "3"))
    assert set(opened.ugm.n_states) == {2}
    assert opened.title == "path"
    unary = [f for f in opened.ugm.factors if len(f.scope) == 1]
    assert all(not f.log_table.any() for f in unary)
    assert len(unary) == 4
    # What drawing an edge gives: equal states are twice as likely.
    drawn = Project().with_new_variable((0, 0)).with_new_variable((0, 0)).with_edge("x1", "x2").ugm.factors[-1]
    pair = opened.ugm.factors[opened.ugm.factors_of("1", "2")[0]]
    np.testing.assert_array_equal(pair.log_table, drawn.log_table)
    assert pair.log_table[0, 0] == math.log(2)
    assert sorted(read_graph(path).edges) == [(1, 2), (2, 3)]


def test_tables(write, tmp_path) -> None:
    for name in ("t.csv", "t.tsv", "t.txt", "t.dat", "t.csv.gz"):
        content = b"a,b\nx,1\ny,2\n"
        opened = read_any(write(gzip.compress(content) if name.endswith("gz") else content, name))
        assert isinstance(opened, Dataset)
        assert opened.names == ("a", "b")
    np.save(tmp_path / "t.npy", np.array([[1, 2], [2, 1]]))
    assert read_any(tmp_path / "t.npy").names == ("x1", "x2")


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.uai.bak", ".clique", "a.gz"])
def test_unknown_extensions_list_the_known(write, name) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_any(write("1 2\n", name))
    for entry in FORMATS:
        if entry.gives not in {"evidence", "answer"}:
            assert all(extension in str(caught.value) for extension in entry.extensions)


def test_answers_are_not_opened(write) -> None:
    for name in ("a.uai.MAR", "a.PR", "a.mpe"):
        with pytest.raises(FileFormatError, match="holds answers about a model"):
            read_any(write("PR 1", name))


def test_evidence_alone_and_missing_files(write, tmp_path) -> None:
    with pytest.raises(FileFormatError, match=r"evidence for a model\. Open the model"):
        read_any(write("0", "a.uai.evid"))
    for name in ("no.clique", "no.uai", "no.bif", "no.gr", "no.csv", "no.h5", "no.npy", "no.xyz"):
        with pytest.raises(FileFormatError, match=f"{name[:2]}.*: There is no such file"):
            read_any(tmp_path / name)
        folder = tmp_path / f"folder-{name}"
        folder.mkdir()
        with pytest.raises(FileFormatError, match="This is a folder"):
            read_any(folder)
        (tmp_path / f"empty-{name}").touch()
        with pytest.raises(FileFormatError, match="empty"):
            read_any(tmp_path / f"empty-{name}")


def test_opening_in_slices(write) -> None:
    path = write(MODEL, "three.uai")
    steps = read_any_steps(path)
    assert isinstance(next(steps), Progress)
    assert isinstance(drain(steps), Project)
    token = CancelToken()
    steps = read_any_steps(write("a,b\n" + "x,1\n" * 50_000, "long.csv"), cancel=token)
    for _ in range(3):
        next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        drain(steps)


def test_the_table_of_formats_is_consistent() -> None:
    extensions = [extension for entry in FORMATS for extension in entry.extensions]
    assert len(set(extensions)) == len(extensions)
    assert all(e.startswith(".") and e == e.lower() for e in extensions)
    for entry in FORMATS:
        for extension in entry.extensions:
            assert format_of(f"some/where/File{extension.upper()}") is entry
    assert format_of("x.unknown") is None


def test_reading_loads_libraries_only_when_a_file_needs_them(write, tmp_path) -> None:
    """Text tables and models need NumPy alone."""
    write("a,b\nx,1\ny,2\n", "t.csv")
    write(MODEL, "m.uai")
    program = (
        "import sys, models, models.files\n"
        "models.read_dataset('t.csv'); models.read_model('m.uai'); models.files.read_any('m.uai')\n"
        "heavy = {'h5py', 'msgspec', 'networkx', 'scipy', 'numba', 'pandas'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    root = Path(models.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{program}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
