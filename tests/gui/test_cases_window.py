"""Does the real window pass the fault cases that other programs' users reported?

rw18: undoing the deletion of a node brings everything back. rw19: closing or editing while the worker is busy.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from models.factor import Factor
from models.files import write_project
from models.project import DataReference, Project
from models.ugm import UGM, Variable

CLOSING = Path(__file__).with_name("closing.py")


def project_of(path: Path) -> Project:
    """Read the cases' own notation: variables, factors by scope and flat table, edges, clamps by label."""
    content = json.loads(path.read_text(encoding="utf-8"))
    variables = [Variable(v["name"], tuple(v["states"])) for v in content["variables"]]
    sizes = {v.name: v.n_states for v in variables}
    factors = []
    for row in content.get("factors", []):
        shape = [sizes[name] for name in row["scope"]]
        factors.append(Factor.from_table(row["scope"], _nested(row["table"], shape)))
    ugm = UGM(variables, factors)
    for first, second in content.get("edges", []):
        if not ugm.factors_of(first, second):
            ugm = ugm.with_edge(first, second)
    positions = {v["name"]: tuple(v.get("pos", (150 * k, 0))) for k, v in enumerate(content["variables"])}
    clamps = {name: ugm.variable(name).labels.index(label) for name, label in content.get("clamps", {}).items()}
    return Project(ugm=ugm, positions=positions, evidence=clamps)


def _nested(flat: list[float], shape: list[int]) -> list:
    if len(shape) <= 1:
        return flat
    step = len(flat) // shape[0]
    return [_nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


# --- rw18 --------------------------------------------------------------------------------------------------------


def same_picture(window, project: Project) -> bool:
    """Whether the canvas shows what the project says."""
    mirror = window.scene.mirror
    pairs = {tuple(sorted(edge)) for edge in project.ugm.edges}
    return (
        set(mirror.variables) == set(project.ugm.names)
        and {tuple(sorted(link)) for link in mirror.links.places if len(link) == 2} == pairs
        and all((item.x(), item.y()) == project.positions[name] for name, item in mirror.variables.items())
    )


def test_rw18_undo_after_delete(window, settled, shared, case, tmp_path):
    (check,) = case("rw18")["checks"]
    path = tmp_path / "model.clique"
    write_project(project_of(shared / "cases" / check["model"]), path)
    seen = []
    for step in check["steps"]:
        action = step["action"]
        if action == "start":
            window.filing.open_path(path)
        elif action.startswith("delete node"):
            window.scene.select_variable(action.split()[2])
            window.view.setFocus()
            QTest.keyClick(window.view, Qt.Key.Key_Delete)
        else:
            window.view.setFocus()
            QTest.keySequence(window, "Ctrl+Z" if action == "undo" else "Ctrl+Shift+Z")
        settled()
        project = window.document.project
        log_z = window.controller.report.inference.log_z
        assert same_picture(window, project)
        expect = step["expect"]
        if "same_as_step" in expect:
            earlier, earlier_log_z = seen[expect["same_as_step"]]
            assert project.same_as(earlier)
            assert log_z == pytest.approx(earlier_log_z, abs=check["tol"]["log_z"])
        else:
            assert list(project.ugm.names) == expect["nodes"]
            assert [list(edge) for edge in project.ugm.edges] == expect["edges"]
            assert len(project.ugm.factors) == expect["n_factors"]
            clamps = {name: project.ugm.variable(name).labels[s] for name, s in project.evidence.items()}
            assert clamps == expect["clamps"]
            assert log_z == pytest.approx(expect["log_z_clamped"], abs=check["tol"]["log_z"])
        seen.append((project, log_z))


# --- rw19 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy_case(shared, case, tmp_path):
    """The model of the case as a project file, its data, and its checks by id."""
    found = case("rw19")
    first = found["checks"][0]
    model = tmp_path / "complete4.clique"
    write_project(project_of(shared / "cases" / first["model"]), model)
    data = shared / "cases" / first["data"]
    return model, data, {check["id"]: check for check in found["checks"]}


def run_and_close(what: str, delay_ms: int, *files: Path) -> tuple[subprocess.CompletedProcess, float]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    before = sum(os.times()[2:4])
    command = [sys.executable, str(CLOSING), what, str(delay_ms), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=280, check=False)
    return done, sum(os.times()[2:4]) - before


@pytest.mark.parametrize(("check_id", "what"), [("a", "fit"), ("b", "sample")])
def test_rw19_closing_while_the_worker_runs(busy_case, check_id, what):
    model, data, checks = busy_case
    expect = checks[check_id]["expect"]
    done, seconds = run_and_close(what, 100, model, data)
    assert done.returncode == expect["exit_code"], done.stderr
    assert not any(text in done.stderr for text in expect["stderr_must_not_contain"]), done.stderr
    # Start-up, reading and the close itself, on the processor: the limit is for the close alone.
    assert seconds < expect["seconds_max"] + 10


@pytest.mark.parametrize("delay_ms", [0, 30, 250])
def test_closing_with_everything_running_at_once(busy_case, delay_ms):
    model, data, _ = busy_case
    done, _ = run_and_close("all", delay_ms, model, data)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def load_case(window, settled, busy_case):
    model, data, checks = busy_case
    window.filing.open_path(model)
    settled()
    window.controller.open_data(DataReference(str(data)))
    settled()
    assert window.controller.dataset.n_rows == 400
    window.workspaces.build()
    return checks


def test_rw19_c_deleting_a_node_while_a_fit_runs(window, settled, qtbot, busy_case):
    expect = load_case(window, settled, busy_case)["c"]["expect"]
    side = window.workspaces.fit.side
    side.edges.choose("triples")
    records = []
    window.controller.fitted.connect(records.append)
    side.ask_fit()
    assert window.dispatcher.busy("fit")
    window.scene.select_variable("x4")
    window.view.setFocus()
    QTest.keyClick(window.view, Qt.Key.Key_Delete)
    assert not window.dispatcher.busy("fit")
    settled()
    qtbot.wait(300)
    assert expect == {
        "no_exception": True,
        "stale_result_shown": False,
        "nodes_shown": list(window.scene.mirror.variables),
    }
    assert records == []
    assert window.document.project.ugm.names == ("x1", "x2", "x3")
    assert not side.stop_button.isEnabled()
    assert side.fit_button.isEnabled()


def test_rw19_d_starting_the_sampler_twice_quickly(window, settled, qtbot, busy_case):
    expect = load_case(window, settled, busy_case)["d"]["expect"]
    controller = window.controller
    for _ in range(2):
        window.workspaces.sample._start(window.workspaces.sample.side.request)
    qtbot.waitUntil(lambda: window.workspaces.sample.snapshot is not None)
    worker = window.dispatcher._worker
    running = [channel for channel in worker._live if channel == "sample"]
    assert len(running) <= expect["running_workers_at_most"]
    assert controller.sampling
    first = window.workspaces.sample.snapshot.n_draws
    qtbot.waitUntil(lambda: window.workspaces.sample.snapshot.n_draws > first)
    controller.stop_sampling()
    qtbot.waitUntil(lambda: not worker._live)


# --- bursts ------------------------------------------------------------------------------------------------------


def test_a_burst_of_edits_ends_with_the_right_answer_and_shows_no_wrong_one(window, settled, qtbot):
    window.filing.open_example("example.rbm")
    settled()
    shown = []
    window.controller.inference_reported.connect(
        lambda report, stale: None if stale else shown.append((window.document.project, report))
    )
    for k in range(50):
        name = f"x{1 + k % 3}"
        window.edit(f"Clamp {k}", window.document.project.with_clamps({name: k % 2}))
        if k % 7 == 0:
            qtbot.wait(1)
    settled()
    final, report = shown[-1]
    assert final is window.document.project
    for project, answer in shown:
        for name, state in project.evidence.items():
            assert answer.inference.marginals[name][state] == 1.0, "an answer to another question was shown"
    assert math.isfinite(report.inference.log_z)
    assert window.headline.width_tile.values.old == "5"


def test_numbers_out_of_date_are_dimmed_only_if_new_ones_take_long(window, settled, qtbot, monkeypatch):
    window.filing.open_example("example.rbm")
    settled()
    window.edit("Clamp", window.document.project.with_clamps({"x1": 1}))
    settled()
    assert not window.headline.width_tile.values.stale
    monkeypatch.setattr(window.dispatcher, "submit", lambda *a, **k: 0)  # an answer that never comes
    window.edit("Clamp", window.document.project.with_clamps({"x2": 1}))
    qtbot.waitUntil(lambda: window.headline.width_tile.values.stale)


def test_impossible_evidence_shows_no_probabilities_and_offers_release(window, settled):
    a, b = Variable("a", ("0", "1")), Variable("b", ("0", "1"))
    ugm = UGM([a, b], [Factor.from_table(("a", "b"), [[1.0, 0.0], [0.0, 1.0]])])
    window.document.load(Project(ugm=ugm, positions={"a": (0, 0), "b": (200, 0)}))
    settled()
    window.edit("Clamp", window.document.project.with_clamps({"a": 0, "b": 1}))
    settled()
    assert window.notices.notice.action == "Release all"
    assert window.headline.answer_tile.values.new in ("", "no answer")
    assert window.status._log_z.text() == ""
    window.scene.select_variable("a")
    table = window.inspector.variable._table.model()
    assert [table.index(s, 2).data() for s in range(2)] == ["", ""]
    window.actions_by_key["edit.undo"].trigger()
    settled()
    assert window.notices.notice is None
