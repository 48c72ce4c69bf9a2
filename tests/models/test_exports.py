"""Do the files that leave the program say what the model says, to us and to others, and does failure harm nothing?"""

import csv
import io
import itertools
import math
import sys
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.conditioning import Evidence
from models.errors import CliqueError, FileFormatError, ModelError, TooLargeError
from models.examples import pin_project, stacked_rbm_project
from models.exports import KINDS, Exported, ExportFile, WriteContent, evidence_path
from models.factor import Factor
from models.files import read_any, read_evidence, read_graph
from models.files.numbers import MAX_ROWS, csv_bytes
from models.files.pace import write_graph
from models.files.uai_writing import evidence_text, write_evidence
from models.jobs import answer
from models.project import FitRecord, Project
from models.soft_evidence import SoftEvidence
from models.ugm import UGM, Variable
from tests.models.tex_check import check
from tests.oracles import enumerate_ugm

NAMES = ("x", 'Ω, "odd"\nname', "-2+3")


@pytest.fixture
def project() -> Project:
    """Three variables with names that CSV has to quote, a forbidden joint state, a factor over all three."""
    rng = np.random.default_rng(3)
    variables = [
        Variable(name, labels)
        for name, labels in zip(NAMES, (("no", "yes"), ("0", "1", "a;b"), ("0", "1")), strict=True)
    ]
    pair = Factor.from_table(NAMES[1::-1], [[1.0, 2.0], [0.0, 3.0], [0.5, 1.0]])
    triple = Factor((NAMES[2], NAMES[0], NAMES[1]), rng.normal(size=(2, 2, 3)))
    return Project(ugm=UGM(variables, [pair, triple, Factor((), np.array(0.5))]), title="odd")


def table(project: Project, kind: str, path) -> list[dict[str, str]]:
    written = answer(ExportFile(kind, project, path))
    assert written == Exported((path,))
    content = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", [{}, {NAMES[2]: 1}])
def test_marginals_are_those_of_brute_force(project, tmp_path, evidence) -> None:
    project = project.with_clamps(evidence)
    right, prior = enumerate_ugm(project.ugm, evidence), enumerate_ugm(project.ugm, {})
    rows = table(project, "marginals", tmp_path / "m.csv")
    keys = [(v.name, label) for v in project.ugm.variables for label in v.labels]
    assert [(row["variable"], row["state"]) for row in rows] == keys
    np.testing.assert_allclose([float(r["probability"]) for r in rows], np.concatenate(right.marginals), atol=1e-12)
    without = [float(r["probability_without_evidence"]) for r in rows]
    np.testing.assert_allclose(without, np.concatenate(prior.marginals), atol=1e-12)
    assert [r["evidence"] for r in rows[-2:]] == (["excluded", "clamped"] if evidence else ["", ""])
    assert not any(r["evidence"] for r in rows[:-2])


def test_soft_evidence_counts_and_is_named(project, tmp_path) -> None:
    soft = SoftEvidence({"x": [0.2, 0.6]})
    weighed = UGM(project.ugm.variables, [*project.ugm.factors, Factor.from_table(("x",), [0.2, 0.6])])
    rows = table(replace(project, soft=soft), "marginals", tmp_path / "m.csv")
    right = np.concatenate(enumerate_ugm(weighed, {}).marginals)
    np.testing.assert_allclose([float(r["probability"]) for r in rows], right, atol=1e-12)
    assert [r["evidence"] for r in rows[:2]] == ["likelihood 0.2", "likelihood 0.6"]


def test_pairwise_marginals_are_those_of_brute_force(project, tmp_path) -> None:
    ugm, sizes = project.ugm, project.ugm.n_states
    weights = {
        states: math.exp(ugm.log_score(dict(zip(NAMES, states, strict=True))))
        for states in itertools.product(*map(range, sizes))
        if ugm.log_score(dict(zip(NAMES, states, strict=True))) > -math.inf
    }
    rows = table(project, "pairwise", tmp_path / "p.csv")
    assert len(rows) == 2 * 3 + 2 * 2 + 3 * 2
    for row in rows:
        places = [
            (ugm.index(row[end]), ugm.variable(row[end]).labels.index(row[f"{end}_state"]))
            for end in ("first", "second")
        ]
        share = sum(w for states, w in weights.items() if all(states[i] == s for i, s in places)) / sum(
            weights.values()
        )
        assert float(row["probability"]) == pytest.approx(share, abs=1e-12)


def test_factor_tables_give_back_the_model(project, tmp_path) -> None:
    rows = table(project, "factors", tmp_path / "f.csv")
    made: dict[str, list[float]] = {}
    for row in rows:
        made.setdefault(row["factor"], []).append(float(row["log_potential"]))
        scope = [row[f"variable_{k}"] for k in (1, 2, 3) if row[f"variable_{k}"]]
        factor = project.ugm.factors[int(row["factor"]) - 1]
        assert tuple(scope) == factor.scope
        states = tuple(project.ugm.variable(n).labels.index(row[f"state_{k}"]) for k, n in enumerate(scope, start=1))
        assert factor.log_table[states] == float(row["log_potential"])  # bit for bit
        assert float(row["potential"]) == math.exp(factor.log_table[states])
    assert [len(entries) for entries in made.values()] == [factor.n_entries for factor in project.ugm.factors]


def test_the_table_of_fits(tmp_path) -> None:
    data = FitRecord("data", ("a", "b"), 8.5, (0, 1), (0, 1), 0.25, 0.1, 0.4, message="10 rows, 7 of them different")
    ugm = UGM([Variable("a", ("no", "yes")), Variable("b", ("1", "2"))])
    fit = replace(data, label="chain", n_edges=1, n_parameters=8, p_event_drawn=0.125, n_drawn=1000, ugm=ugm, nll=7.25)
    rows = table(replace(pin_project(), fits=(data, fit)), "fits", tmp_path / "fits.csv")
    assert [row["fit"] for row in rows] == ["data", "chain"]
    assert [row["edges"] for row in rows] == ["", "1"]
    assert [float(row["nll"]) for row in rows] == [8.5, 7.25]
    assert [row["event"] for row in rows] == ["01", "no 2"]
    assert rows[0]["message"] == "10 rows, 7 of them different"


def test_numbers_of_a_model_too_large_are_refused_before_anything_is_written(tmp_path) -> None:
    n = 60
    names = [f"x{k}" for k in range(n)]
    factors = [Factor((a, b), np.zeros((2, 2))) for a, b in itertools.combinations(names, 2)]
    project = Project(ugm=UGM([Variable(name, ("0", "1")) for name in names], factors))
    with pytest.raises(TooLargeError):
        answer(ExportFile("marginals", project, tmp_path / "m.csv"))
    assert not list(tmp_path.iterdir())
    rows = table(project, "factors", tmp_path / "f.csv")  # this needs no inference
    assert len(rows) == 4 * len(factors)


def test_more_rows_than_any_program_opens_are_refused() -> None:
    with pytest.raises(TooLargeError, match="script"):
        csv_bytes(itertools.repeat((), MAX_ROWS + 5))


def test_a_mark_for_spreadsheets_only_where_it_is_needed() -> None:
    assert csv_bytes([("a", 1)]) == b"a,1\r\n"
    assert csv_bytes([("Ω", 1)]).startswith(b"\xef\xbb\xbf")


# --- models ------------------------------------------------------------------------------------------------------


def test_a_uai_export_comes_back_with_its_evidence(project, tmp_path) -> None:
    project = replace(project.with_clamps({NAMES[2]: 1, "x": 0}), soft=SoftEvidence({NAMES[1]: [0.5, 1.0, 0.0]}))
    path = tmp_path / "out.uai"
    written = answer(ExportFile("uai", project, path))
    assert written.paths == (path, evidence_path(path))
    assert "factors" in written.note
    back = read_any(path)
    assert list(back.evidence.items()) == [("x2", 1), ("x0", 0)]
    weighed = UGM(project.ugm.variables, [*project.ugm.factors, Factor.from_table((NAMES[1],), [0.5, 1.0, 0.0])])
    assert len(back.ugm.factors) == len(weighed.factors)
    for ours, theirs in zip(weighed.factors, back.ugm.factors, strict=True):
        np.testing.assert_allclose(theirs.log_table, ours.log_table, rtol=0, atol=2e-16)
    ours, theirs = enumerate_ugm(weighed, dict(project.evidence)), enumerate_ugm(back.ugm, dict(back.evidence))
    assert theirs.log_z == pytest.approx(ours.log_z, abs=1e-12)


def test_a_uai_export_without_clamps_replaces_the_evidence_of_the_last_one(project, tmp_path) -> None:
    path = tmp_path / "out.uai"
    answer(ExportFile("uai", project.with_clamps({"x": 1}), path))
    assert dict(read_any(path).evidence) == {"x0": 1}
    answer(ExportFile("uai", project, path))
    assert evidence_path(path).read_text(encoding="ascii") == "0\n"
    assert not read_any(path).evidence


@given(st.data())
def test_any_evidence_comes_back(tmp_path_factory, data) -> None:
    ugm = UGM([Variable.of_size(f"x{k}", data.draw(st.integers(1, 4))) for k in range(data.draw(st.integers(0, 6)))])
    chosen = data.draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.names else []
    evidence = {name: data.draw(st.integers(0, ugm.variable(name).n_states - 1)) for name in chosen}
    path = tmp_path_factory.getbasetemp() / "any.evid"
    write_evidence(ugm, evidence, path)
    assert list(read_evidence(path, ugm).items()) == list(evidence.items())
    assert evidence_text(ugm, Evidence()) == "0\n"


def test_toulbar2_reads_a_uai_export_and_scores_the_same(tmp_path) -> None:
    toulbar2 = pytest.importorskip("pytoulbar2", reason="toulbar2 is not installed")
    project = stacked_rbm_project().with_clamps({"z1": 1, "y2": 0})
    path = tmp_path / "rbm.uai"
    answer(ExportFile("uai", project, path))
    network = toulbar2.CFN(resolution=7)
    network.Read(str(path))
    pairs = list(map(int, evidence_path(path).read_text(encoding="ascii").split()))[1:]
    for variable, state in zip(pairs[::2], pairs[1::2], strict=True):
        network.Assign(variable, state)
    states, cost, _ = network.Solve()
    # The best joint state by trying them all, and its score; toulbar2 counts down from every table's largest entry.
    ugm, names = project.ugm, project.ugm.names
    fits = (
        s
        for s in itertools.product(*map(range, ugm.n_states))
        if s[names.index("z1")] == 1 and not s[names.index("y2")]
    )
    best = max((dict(zip(names, s, strict=True)) for s in fits), key=ugm.log_score)
    assert dict(zip(names, states, strict=True)) == best
    assert cost == pytest.approx(sum(f.log_table.max() for f in ugm.factors) - ugm.log_score(best), abs=1e-5)


@given(st.data())
def test_any_graph_comes_back(tmp_path_factory, data) -> None:
    n = data.draw(st.integers(0, 7))
    vertex = st.integers(1, max(n, 1))
    pairs = data.draw(st.lists(st.tuples(vertex, vertex), max_size=12)) if n else []
    path = tmp_path_factory.getbasetemp() / "any.gr"
    write_graph(list(range(1, n + 1)), pairs, path)
    graph = nx.Graph()
    graph.add_nodes_from(range(1, n + 1))
    graph.add_edges_from((a, b) for a, b in pairs if a != b)
    back = read_graph(path)
    assert set(back.nodes) == set(graph.nodes)
    assert {frozenset(edge) for edge in back.edges} == {frozenset(edge) for edge in graph.edges}
    assert not back.graph["notes"]


def test_a_pace_export_names_vertices_in_comments(project, tmp_path) -> None:
    path = tmp_path / "out.gr"
    answer(ExportFile("pace", project, path))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:4] == ["c vertex 1 is x", 'c vertex 2 is Ω, "odd" name', "c vertex 3 is -2+3", "p tw 3 3"]
    assert sorted(lines[4:]) == ["1 2", "1 3", "2 3"]
    with pytest.raises(ModelError, match="not among the vertices"):
        write_graph(["a"], [("a", "b")], path)
    write_graph(["1", "2"], [("1", "2")], path)
    assert path.read_text(encoding="utf-8") == "p tw 2 1\n1 2\n"


def test_a_tikz_export_takes_options(project, tmp_path) -> None:
    path = tmp_path / "out.tex"
    answer(ExportFile("tikz", project, path, {"names": ("x",)}))
    assert path.read_text(encoding="utf-8").count(r"\node[free variable]") == 1


def test_a_tikz_picture_of_the_conditional_model(project, tmp_path) -> None:
    path = tmp_path / "out.tex"
    answer(ExportFile("tikz", project.with_clamps({"x": 1}), path, {"conditional": True}))
    drawing = check(path.read_text(encoding="utf-8"))
    assert [style for style, _, _ in drawing.nodes.values()] == ["free variable", "free variable"]
    assert drawing.lines == [("joined", "v1", "v2")]  # of the factor over three, two are left


# --- what goes wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_export_and_a_place_that_cannot_be_written(project, tmp_path, kind) -> None:
    path = tmp_path / f"old{KINDS[kind].suffix}"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(CliqueError, match=r"Add a variable|fit a model first"):
        answer(ExportFile(kind, Project(), path))
    full = replace(project, fits=(FitRecord("data", ("x",), 1.0, (0,), (0,), 0.5, 0.5, 0.5),))
    with pytest.raises(FileFormatError, match="There is no folder"):
        answer(ExportFile(kind, full, tmp_path / "nowhere" / path.name))
    path.chmod(0o444)
    with pytest.raises(FileFormatError, match="read-only"):
        answer(ExportFile(kind, full, path))
    assert path.read_text(encoding="utf-8") == "precious"


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files are those of POSIX")
def test_a_disk_that_is_full_leaves_the_old_file(project, tmp_path) -> None:
    import resource
    import signal

    path = tmp_path / "old.csv"
    path.write_text("precious", encoding="utf-8")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))  # as if the disk had room for 64 bytes more
        with pytest.raises(FileFormatError, match=r"could not be written: .*Nothing was changed"):
            answer(ExportFile("factors", project, path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, kept)
    assert path.read_text(encoding="utf-8") == "precious"
    assert [entry.name for entry in tmp_path.iterdir()] == ["old.csv"]


def test_content_made_by_somebody_else_is_written_in_one_step(tmp_path) -> None:
    path = tmp_path / "picture.png"
    assert answer(WriteContent(path, lambda: b"content")) == Exported((path,))
    assert path.read_bytes() == b"content"

    def fail() -> bytes:
        raise ModelError("There is no picture.")

    with pytest.raises(ModelError, match="no picture"):
        answer(WriteContent(path, fail))
    assert path.read_bytes() == b"content"
