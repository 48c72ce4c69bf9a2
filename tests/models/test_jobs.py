"""Does every question end in one outcome or one failure, with the right numbers, and stop when told to?"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from models import UGM, Evidence, Factor, Variable, ZeroMassError, answers, bundled_pins, ising_grid
from models.errors import CancelToken
from models.examples import stacked_rbm_project
from models.jobs import (
    AnalyseStructure,
    DescribeData,
    Failure,
    Fit,
    Infer,
    LoadData,
    OpenFile,
    Outcome,
    Pace,
    Sample,
    Snapshot,
    answer,
    run,
)
from models.project import DataReference
from tests.oracles import enumerate_ugm


def clamps(project, *layers):
    members = {g.name: g.members for g in project.groups}
    return Evidence({name: 0 for layer in layers for name in members[layer]})


@pytest.mark.parametrize(
    ("n", "with_chains", "layers", "before", "after"),
    [
        (3, True, "xh", 5, 1),
        (3, True, "zy", 5, 1),
        (3, True, "xz", 5, 3),
        (4, True, "xh", 7, 1),
        (4, True, "zy", 7, 1),
        (4, True, "xz", 7, 4),
        (3, False, "xh", 5, 0),
        (3, False, "zy", 5, 0),
        (3, False, "xz", 5, 3),
    ],
)
def test_the_courseworks_three_clamps(n, with_chains, layers, before, after):
    project = stacked_rbm_project(n, with_chains)
    report = answer(AnalyseStructure(project.ugm, clamps(project, *layers), project.groups))
    assert report.final
    assert (report.before.lower, report.before.upper) == (before, before)
    assert (report.after.lower, report.after.upper) == (after, after)


def test_bounds_close_and_are_never_shown_as_the_width_before():
    project = stacked_rbm_project(6)
    payloads = [p for p in run(AnalyseStructure(project.ugm), CancelToken()) if p is not None]
    *snapshots, last = payloads
    assert isinstance(last, Outcome)
    assert all(isinstance(p, Snapshot) for p in snapshots)
    reports = [p.value for p in payloads]
    for older, newer in pairwise(reports):
        assert older.after.lower <= newer.after.lower <= newer.after.upper <= older.after.upper
    for report in reports:
        assert report.after_verdict.width.startswith("between") == (report.after.lower < report.after.upper)


def test_what_is_known_at_once_is_told_once(monkeypatch):
    job = AnalyseStructure(ising_grid(3, 3), Evidence({"x5": 0}))
    (report,) = [p for p in run(job, CancelToken()) if p is not None]
    assert (report.value.before.upper, report.value.after.upper) == (3, 2)
    monkeypatch.setattr(answers, "_AT_ONCE", 0.0)
    monkeypatch.setattr(answers, "_WIDTHS", answers._Cache(64))
    first, *_, last = [p for p in run(AnalyseStructure(ising_grid(7, 7)), CancelToken()) if p is not None]
    assert isinstance(first, Snapshot)
    assert not first.value.final
    assert first.value.after.upper >= last.value.after.upper == 7


def test_inference_with_its_prior_and_a_question():
    ugm = ising_grid(2, 3, 0.6, 0.1)
    evidence, query = Evidence({"x1": 1}), {"x5": 1, "x6": 0}
    report = answer(Infer(ugm, evidence, query))
    given, free = enumerate_ugm(ugm, evidence), enumerate_ugm(ugm)
    both = enumerate_ugm(ugm, {**evidence, **query})
    assert report.inference.log_z == pytest.approx(given.log_z, abs=1e-10)
    assert report.prior.log_z == pytest.approx(free.log_z, abs=1e-10)
    assert report.p_query == pytest.approx(math.exp(both.log_z - given.log_z), abs=1e-12)
    for k, name in enumerate(ugm.names):
        assert np.allclose(report.inference.marginals[name], given.marginals[k], atol=1e-12)


def test_a_question_about_one_variable_and_about_a_clamped_one():
    ugm = ising_grid(2, 2)
    exact = enumerate_ugm(ugm, {"x1": 0})
    assert answer(Infer(ugm, Evidence({"x1": 0}), {"x4": 1})).p_query == pytest.approx(exact.marginals[3][1], abs=1e-12)
    assert answer(Infer(ugm, Evidence({"x1": 0}), {"x1": 1})).p_query == 0.0
    assert answer(Infer(ugm, Evidence({"x1": 0}), {"x1": 1, "x2": 0})).p_query == 0.0


def test_impossible_evidence_is_a_failure_not_a_number():
    equal = UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)], [Factor.from_table(("a", "b"), [[1, 0], [0, 3]])])
    (failure,) = [p for p in run(Infer(equal, Evidence({"a": 0, "b": 1})), CancelToken()) if p is not None]
    assert isinstance(failure, Failure)
    assert isinstance(failure.error, ZeroMassError)
    with pytest.raises(ZeroMassError):
        answer(Infer(equal, Evidence({"a": 0, "b": 1})))


def test_a_fit_ends_in_a_row_of_the_table():
    record = answer(Fit(bundled_pins(), "chain", "chain"))
    assert record.label == "chain"
    assert record.n_edges == 3
    assert record.n_parameters == 340
    assert record.decoding == (1, 2, 3, 4)
    data = answer(DescribeData(bundled_pins()))
    assert data.ugm is None
    assert data.nll < record.nll
    assert data.event == record.event == (1, 2, 3, 4)


def test_a_sampler_runs_until_cancelled_and_counts_every_draw():
    ugm, cancel = ising_grid(2, 2), CancelToken()
    last = None
    for payload in run(Sample(ugm, Evidence({"x1": 1}), event={"x2": 1, "x3": 1}), cancel, Pace()):
        if isinstance(payload, Snapshot):
            last = payload.value
            if last.n_draws > 1000:
                cancel.cancel()
    assert last is not None
    assert all(int(np.sum(counts)) == last.n_draws for counts in last.counts.values())
    assert last.assignment["x1"] == 1
    exact = enumerate_ugm(ugm, {"x1": 1, "x2": 1, "x3": 1}).log_z - enumerate_ugm(ugm, {"x1": 1}).log_z
    assert last.p_event_exact == pytest.approx(math.exp(exact), abs=1e-12)


def test_files_that_cannot_be_read_are_failures_with_the_files_name(tmp_path):
    broken = tmp_path / "broken.clique"
    broken.write_bytes(b"\x00\xff not json")
    (failure,) = [p for p in run(OpenFile(broken), CancelToken()) if isinstance(p, Failure)]
    assert "broken.clique" in str(failure.error)
    (failure,) = [
        p for p in run(LoadData(DataReference(str(tmp_path / "no.csv"))), CancelToken()) if isinstance(p, Failure)
    ]
    assert "no.csv" in str(failure.error)


def test_bundled_data_come_by_reference():
    assert answer(LoadData(DataReference("bundled:pins"))).n_rows == 10_000


@pytest.mark.parametrize("job", [Infer(ising_grid(4, 4)), AnalyseStructure(ising_grid(8, 8)), Sample(ising_grid(3, 3))])
def test_a_cancelled_job_says_nothing_more(job):
    cancel = CancelToken()
    cancel.cancel()
    assert not [p for p in run(job, cancel, Pace()) if isinstance(p, Outcome | Failure)]


def test_a_defect_is_a_failure_with_its_traceback():
    (failure,) = list(run("not a job", CancelToken()))
    assert isinstance(failure, Failure)
    assert "TypeError" in failure.traceback_text
