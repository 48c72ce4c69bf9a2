"""Does the picture in TikZ show the graph, and would it compile whatever people call their variables?"""

import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.examples import stacked_rbm_project
from models.factor import Factor
from models.files.tex_text import tex_name, tex_text
from models.files.tikz import tikz
from models.project import Project
from models.soft_evidence import SoftEvidence
from models.ugm import UGM, Variable
from tests.models.tex_check import TexError, check

ODD = (
    "变量 é", "x_1", "50% & more #3", "α1", "שלום", "😀🎉", "a" * 200, r"\input{x}", "spin12", "Žluťoučký", "<=>", "x₁",
    "--'`|~^{}[]", "a\u200db", "e\u0301", "Ω", "  two   words ", "1", '"quoted"', "$", "\\", "?`!`", "½", "Ж3",
)  # fmt: skip


def odd_project() -> Project:
    variables = [Variable(name, ("no", "yes", 'maybe"\\{')) for name in ODD]
    scopes = [ODD[0:3], ODD[3:5], (ODD[3], ODD[5]), ODD[6:10], (ODD[10], ODD[11])]
    ugm = UGM(variables, [Factor(scope, np.zeros((3,) * len(scope))) for scope in scopes])
    places = {name: (180.0 * (k % 5), 170.0 * (k // 5)) for k, name in enumerate(ODD)}
    project = Project(ugm=ugm, positions=places, title="Ünïcode {100%} \\ end{document}\nsecond line")
    return replace(project.with_clamps({ODD[3]: 2, ODD[7]: 1}), soft=SoftEvidence({ODD[8]: [0.1, 0.2, 0.7]}))


def uniform(project: Project) -> dict[str, list[float]]:
    return {v.name: [1 / v.n_states] * v.n_states for v in project.ugm.variables}


def test_it_shows_variables_clamps_edges_and_squares() -> None:
    variables = [Variable(name, ("0", "1")) for name in ("x1", "x2", "x3", "y")]
    factors = [Factor(scope, np.zeros((2,) * len(scope))) for scope in (("x1", "x2"), ("x2", "x1"), ("x2", "x3"))]
    factors += [Factor(("x1",), np.zeros(2)), Factor(("x1", "x3", "y"), np.zeros((2, 2, 2)))]
    places = {"x1": (0.0, 0.0), "x2": (200.0, 0.0), "x3": (200.0, 100.0), "y": (0.0, 100.0)}
    project = Project(ugm=UGM(variables, factors), positions=places).with_clamps({"x3": 1})
    drawing = check(tikz(project))
    free, clamped = "free variable", "clamped variable"
    assert {name: style for name, (style, _, _) in drawing.nodes.items()} == {
        "v1": free, "v2": free, "v3": clamped, "v4": free, "f1": "removed factor",
    }  # fmt: skip
    # 200 units are 4 cm, centred, and y goes up.
    assert [drawing.nodes[f"v{k}"][1] for k in (1, 2, 3, 4)] == [(-2, 1), (2, 1), (2, -1), (-2, -1)]
    assert "$x_{1}$" in drawing.nodes["v1"][2]
    assert "= 1" in drawing.nodes["v3"][2]
    assert "= " not in drawing.nodes["v1"][2]
    assert drawing.lines == [
        ("joined", "v1", "v2"),  # once, though two factors join them
        ("removed", "v2", "v3"),
        ("removed", "f1", "v1"), ("removed", "f1", "v3"), ("removed", "f1", "v4"),
    ]  # fmt: skip


def test_a_part_of_the_graph_has_what_lies_within() -> None:
    project = stacked_rbm_project()
    drawing = check(tikz(project, names={"x1", "x2", "z1"}))
    assert set(drawing.nodes) == {"v1", "v2", "v3"}
    edges = [pair for pair in project.ugm.edges if set(pair) <= {"x1", "x2", "z1"}]
    assert len(drawing.lines) == len(edges) == 3


def test_bars_are_as_high_as_the_probabilities_and_clamped_variables_have_none() -> None:
    project = stacked_rbm_project().with_clamps({"x1": 0})
    numbers = {name: [0.25, 0.75] for name in project.ugm.names}
    for beside in (False, True):
        drawing = check(tikz(project, marginals=numbers, bars_beside=beside))
        heights = [top - base for _, base, _, top in drawing.bars]
        assert len(heights) == 2 * (len(project.ugm.names) - 1)
        np.testing.assert_allclose(heights, [0.2, 0.6] * (len(project.ugm.names) - 1), atol=2e-3)


def test_squares_stand_where_they_are_told_and_never_on_a_variable() -> None:
    scope = ("a", "b", "c")
    ugm = UGM([Variable(name, ("0", "1")) for name in scope], [Factor(scope, np.zeros((2, 2, 2)))])
    project = Project(ugm=ugm, positions={"a": (0.0, 0.0), "b": (200.0, 0.0), "c": (400.0, 0.0)})
    nodes = check(tikz(project, squares={scope: (200.0, 100.0)})).nodes
    assert nodes["f1"][1] == (0, -2)
    nodes = check(tikz(project)).nodes
    assert all(np.hypot(*np.subtract(nodes["f1"][1], nodes[name][1])) > 0.8 for name in ("v1", "v2", "v3"))


def test_as_a_factor_graph_every_factor_is_a_square() -> None:
    variables = [Variable(name, ("0", "1")) for name in "ab"]
    factors = [Factor(("a",), np.zeros(2)), Factor(("a",), np.ones(2)), Factor(("b", "a"), np.zeros((2, 2)))]
    project = Project(ugm=UGM(variables, factors), positions={"a": (0.0, 0.0), "b": (200.0, 0.0)}).with_clamps({"b": 0})
    drawing = check(tikz(project, factor_graph=True))
    assert [style for name, (style, _, _) in drawing.nodes.items() if name[0] == "f"] == ["factor", "removed factor"]
    assert drawing.lines == [("joined", "f1", "v1"), ("removed", "f2", "v1"), ("removed", "f2", "v2")]


def test_edges_that_moralisation_added_are_dotted() -> None:
    scope = ("a", "b", "c")
    ugm = UGM([Variable(name, ("0", "1")) for name in scope], [Factor(scope, np.zeros((2, 2, 2)))])
    project = Project(ugm=ugm, arcs=(("a", "c"), ("b", "c")))
    assert ("moral", "v1", "v2") in check(tikz(project)).lines
    assert ("moral, draw=black!35", "v1", "v2") in check(tikz(project.with_clamps({"a": 0}))).lines


@pytest.mark.parametrize("far", [1e3, 1e6, 1e300, np.inf, np.nan])
def test_no_length_is_longer_than_tex_allows(far) -> None:
    project = Project(
        ugm=UGM([Variable("a", ("0",)), Variable("b", ("0",))]), positions={"a": (0, 0), "b": (far, -far)}
    )
    assert len(check(tikz(project)).nodes) == 2


def test_odd_names_are_set_or_named_by_their_code() -> None:
    text = tikz(odd_project(), marginals=uniform(odd_project()))
    assert len([name for name in check(text).nodes if name.startswith("v")]) == len(ODD)
    assert r"\uni{53D8}{变}" in text
    assert "% v1 is 变量 é" in text
    assert "% v7 is " + "a" * 200 in text
    assert r"\textbackslash{}input\{x\}" in text


@pytest.mark.parametrize(
    ("name", "tex"),
    [("x1", "$x_{1}$"), ("x", "$x$"), ("α12", r"$\alpha_{12}$"), ("spin12", r"$\mathrm{spin}_{12}$"), ("rain", "rain"),
     ("2020", "2020"), ("a_1", r"a\_1"), ("é1", "é$_{1}$"), ("x₁", r"x\ensuremath{_{1}}"), ("A", "$A$")],
)  # fmt: skip
def test_names_are_set_as_mathematicians_do(name, tex) -> None:
    assert tex_name(name) == tex


@given(st.text(max_size=30))
def test_any_text_is_set_without_a_bare_special(text) -> None:
    ugm = UGM([Variable(text if text.strip() else "x", (text if text.strip() else "0", "other"))])
    check(tikz(Project(ugm=ugm, title=text).with_clamps({ugm.names[0]: 0})))
    assert not re.search(r"(?<!\\)[#$%&]", re.sub(r"\\ensuremath\{[^}]*\}+", "", tex_text(text)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"\{x\}", "{x"),
        ("é", "Ж"),
        (r"\_", "_"),
        ("};", "}"),
        ("(v2)", "(v1)"),
        (r"\fit", r"\fits"),
        (r"\%", "%"),
        (r"\&", "&"),
    ],
)
def test_the_check_itself_sees_faults(old, new) -> None:
    text = tikz(odd_project())
    assert old in text
    with pytest.raises((TexError, ValueError)):
        check(text.replace(old, new, 1) if old != "é" else text.replace("é}", "Ж}", 1))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdfLaTeX here")
@pytest.mark.parametrize(
    "project", [odd_project(), stacked_rbm_project().with_clamps({"z1": 1}), Project()], ids=["odd", "rbm", "empty"]
)
def test_pdflatex_compiles_it(tmp_path, project) -> None:
    if (
        not shutil.which("kpsewhich")
        or subprocess.run(["kpsewhich", "standalone.cls"], check=False, stdout=-1).returncode
    ):
        pytest.skip("there is no class standalone here")
    (tmp_path / "graph.tex").write_text(tikz(project, marginals=uniform(project)), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "graph.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "graph.pdf").read_bytes().startswith(b"%PDF")
    log = (tmp_path / "graph.log").read_text(encoding="latin-1")
    assert "Missing character" not in log
