"""Do the rows of the table of fits say what the data, the model and the published answers say?"""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.fit_report import coursework_note, data_record, report
from models.learning import fit
from models.project import FitRecord
from models.ugm import Variable
from tests.oracles import enumerate_ugm


@pytest.fixture(scope="module")
def pins(shared: Path) -> Dataset:
    import h5py

    with h5py.File(shared / "data" / "pins" / "PINS.jld") as file:
        rows = np.array(file["X"]).T % 10  # 10 means the digit 0
    return Dataset([Variable.of_size(f"x{k}", 10) for k in (1, 2, 3, 4)], rows)


@pytest.fixture(scope="module")
def answers(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "data" / "pins" / "answers.json").read_text(encoding="utf-8"))


def test_the_data_s_own_row(pins: Dataset, answers: dict[str, Any]) -> None:
    want, row = answers["data"], data_record(pins)
    assert row.event == row.decoding == (1, 2, 3, 4)
    assert row.p_first == pytest.approx(want["p_x1_is_1"], abs=1e-12)
    assert row.p_event == pytest.approx(want["p_1234"], abs=1e-12)
    assert row.p_last_given_rest == pytest.approx(want["p4_given_123"], abs=1e-7)
    assert row.p_last_given_rest == pytest.approx(want["p_1234"] * answers["rows"] / answers["rows_starting_123"])
    assert row.nll == pytest.approx(answers["mle"]["saturated"]["nll"], abs=1e-8)
    assert (row.label, row.ugm, row.n_edges, row.p_event_drawn) == ("data", None, None, None)
    assert "10,000 rows" in row.message
    assert "3,651" in row.message


@pytest.mark.parametrize("label", ["independent", "one_edge_12", "chain", "complete", "triples", "saturated"])
def test_rows_of_the_optimum(pins: Dataset, answers: dict[str, Any], label: str) -> None:
    want = answers["mle"][label]
    choice: Any = [(0, 1)] if label == "one_edge_12" else label
    row = report(pins, fit(pins, choice), label, seed=3)
    assert row.nll == pytest.approx(want["nll"], abs=1e-7)
    assert row.p_event == pytest.approx(want["p_1234"], abs=1e-5)
    assert row.p_last_given_rest == pytest.approx(want["p4_given_123"], abs=1e-5)
    assert list(row.decoding) == want["decode"]
    assert row.p_first == pytest.approx(answers["data"]["p_x1_is_1"], abs=1e-5)  # the optimum keeps single shares
    assert row.p_event_drawn is not None
    assert abs(row.p_event_drawn - row.p_event) <= 4 * sqrt(row.p_event * (1 - row.p_event) / row.n_drawn)
    if "edges" in want:
        assert row.n_edges == len(want["edges"])
        assert row.n_parameters == 40 + 100 * len(want["edges"])
    assert row.converged
    assert row.names == ("x1", "x2", "x3", "x4")
    assert row.trace[-1] == row.nll


@pytest.mark.parametrize("label", ["independent", "chain", "complete"])
def test_rows_of_the_course(pins: Dataset, answers: dict[str, Any], label: str) -> None:
    want, published = answers["coursework"][label], answers["published"][label]
    row = report(pins, fit(pins, label, optimizer="coursework"), label)
    assert len(row.trace) - 1 == want["iterations"]
    assert row.nll == pytest.approx(want["nll"], abs=1e-5)
    assert row.p_event == pytest.approx(want["p_1234"], abs=1e-4)
    assert row.p_last_given_rest == pytest.approx(want["p4_given_123"], abs=1e-4)
    assert row.p_last_given_rest == pytest.approx(published["p4_given_123"], abs=6e-4)
    assert not row.converged


def test_the_note_says_that_the_course_stopped_early(pins: Dataset) -> None:
    optimum = report(pins, fit(pins, "complete"), "complete", n_draws=0)
    course = report(pins, fit(pins, "complete", optimizer="coursework"), "complete", n_draws=0)
    assert course.p_event_drawn is None
    note = coursework_note(optimum, course)
    for part in ("12 iterations", "0.01", "7.700 instead of 7.561", "0.748 instead of 0.784", "same model"):
        assert part in note
    assert note.count(". ") == 0  # one sentence


def test_the_note_where_the_course_does_reach_the_optimum() -> None:
    dataset = Dataset([Variable.of_size("x", 2)], [[0], [1]])
    rows = [report(dataset, fit(dataset, "chain", optimizer=name), "chain") for name in ("l-bfgs", "coursework")]
    assert "reaches the optimum too" in coursework_note(*rows)


@given(st.data())
def test_every_figure_agrees_with_enumeration(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rows = [[data.draw(st.integers(0, k - 1)) for k in sizes] for _ in range(data.draw(st.integers(1, 12)))]
    weights = [float(data.draw(st.integers(1, 4))) for _ in rows]
    dataset = Dataset([Variable.of_size(f"v{i}", k) for i, k in enumerate(sizes)], rows, weights)
    row = report(dataset, fit(dataset, "complete", l2=0.05), "complete")
    assert row.ugm is not None
    answer = enumerate_ugm(row.ugm)
    p = {state: np.exp(score - answer.log_z) for state, score in answer.scores.items()}
    event = row.event
    shares: dict[tuple[int, ...], float] = {}
    for given_row, weight in zip(rows, weights, strict=True):
        shares[tuple(given_row)] = shares.get(tuple(given_row), 0.0) + weight
    assert shares[event] == max(shares.values())
    assert row.p_event == pytest.approx(p[event], abs=1e-10)
    assert row.p_first == pytest.approx(sum(q for state, q in p.items() if state[0] == event[0]), abs=1e-10)
    rest = sum(q for state, q in p.items() if state[:-1] == event[:-1])
    assert row.p_last_given_rest == pytest.approx(p[event] / rest, abs=1e-10)
    assert row.decoding in answer.maximisers


def test_draws_follow_the_seed(pins: Dataset) -> None:
    result = fit(pins, "chain")
    shares = [report(pins, result, "chain", seed=seed).p_event_drawn for seed in (1, 1, 2)]
    assert shares[0] == shares[1] != shares[2]


def test_a_row_is_a_record_of_the_project(pins: Dataset) -> None:
    assert isinstance(data_record(pins), FitRecord)
