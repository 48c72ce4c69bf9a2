"""Does a fit find the maximum of the likelihood, and say truly how it ended?

Oracles: published answers on the course's PIN file, SciPy on an objective written from scratch, and the enumerating
oracle, which must find expected statistics equal to the data's (for a convex objective that is the optimum).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.errors import Cancelled, CancelToken, CliqueError, DataError, ModelError
from models.learning import FitProgress, FitResult, fit, fit_steps
from models.ugm import UGM, Variable
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


def small(rows: Any, sizes: Any, weights: Any = None) -> Dataset:
    return Dataset([Variable.of_size(f"x{i + 1}", k) for i, k in enumerate(sizes)], rows, weights)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    n = draw(st.integers(1, 30))
    rows = [[draw(st.integers(0, k - 1)) for k in sizes] for _ in range(n)]
    return small(rows, sizes, [draw(st.integers(1, 5)) for _ in range(n)])


def shares(dataset: Dataset, scope: tuple[str, ...]) -> np.ndarray:
    return dataset.counts(scope) / dataset.total_weight


def expected(ugm: UGM, scope: tuple[str, ...]) -> np.ndarray:
    """Sum the joint distribution onto a scope, state by state."""
    answer = enumerate_ugm(ugm)
    places = [ugm.index(name) for name in scope]
    table = np.zeros([ugm.variable(name).n_states for name in scope])
    for state, score in answer.scores.items():
        table[tuple(state[p] for p in places)] += np.exp(score - answer.log_z)
    return table


def nll_of(ugm: UGM, dataset: Dataset) -> float:
    answer = enumerate_ugm(ugm)
    logs = [answer.scores[tuple(int(s) for s in row)] - answer.log_z for row in dataset.rows]
    return -float(np.average(logs, weights=dataset.weights))


# --- published answers -------------------------------------------------------------------------------------------

FACTORS: dict[str, Any] = {"one_edge_12": [(0, 1)]}


@pytest.mark.parametrize("label", ["independent", "one_edge_12", "chain", "complete", "triples", "saturated"])
@pytest.mark.parametrize("optimizer", ["l-bfgs", "ipf"])
def test_the_optimum_on_the_course_pins(pins: Dataset, answers: dict[str, Any], label: str, optimizer: str) -> None:
    want = answers["mle"][label]
    result = fit(pins, FACTORS.get(label, label), optimizer=optimizer)
    assert result.converged
    assert result.nll == pytest.approx(want["nll"], abs=1e-7)
    joint = _joint(result.ugm)
    assert joint[1, 2, 3, 4] == pytest.approx(want["p_1234"], abs=1e-5)
    assert joint[1, 2, 3, 4] / joint[1, 2, 3].sum() == pytest.approx(want["p4_given_123"], abs=1e-5)
    assert list(np.unravel_index(int(joint.argmax()), joint.shape)) == want["decode"]


@pytest.mark.parametrize("label", ["independent", "chain", "complete"])
def test_the_course_optimiser_stops_where_the_course_did(pins: Dataset, answers: dict[str, Any], label: str) -> None:
    want = answers["coursework"][label]
    result = fit(pins, label, optimizer="coursework")
    assert result.n_iterations == want["iterations"]
    assert len(result.trace) == want["iterations"] + 1
    assert result.nll == pytest.approx(want["nll"], abs=1e-5)
    joint = _joint(result.ugm)
    assert joint[1, 2, 3, 4] == pytest.approx(want["p_1234"], abs=1e-4)
    assert joint[1, 2, 3, 4] / joint[1, 2, 3].sum() == pytest.approx(want["p4_given_123"], abs=1e-4)
    assert not result.converged
    assert f"stopped after {want['iterations']} iterations" in result.message


@pytest.mark.parametrize(
    ("label", "l2"), [("independent", 0.0), ("chain", 0.0), ("complete", 0.0), ("complete", 1e-3), ("triples", 1e-3)]
)
def test_held_out_likelihood(pins: Dataset, answers: dict[str, Any], label: str, l2: float) -> None:
    want = answers["heldout"][label if l2 == 0.0 else f"{label}_l2_1e-3"]
    order = np.random.default_rng(0).permutation(10_000)
    train = Dataset(pins.variables, pins.rows[order[:8000]])
    result = fit(train, label, l2=l2)
    assert result.converged
    assert result.nll == pytest.approx(want["train"], abs=1e-4)
    with np.errstate(divide="ignore"):
        log_p = np.log(_joint(result.ugm))
    test = pins.rows[order[8000:]]
    assert -float(log_p[tuple(test.T)].mean()) == pytest.approx(want["test"], abs=1e-4)


def _joint(ugm: UGM) -> np.ndarray:
    """Return the joint distribution by adding up broadcast tables."""
    names = ugm.names
    total = np.zeros(ugm.n_states)
    for factor in ugm.factors:
        assert list(factor.scope) == sorted(factor.scope, key=names.index)
        total = total + factor.log_table.reshape(
            [k if n in factor.scope else 1 for n, k in zip(names, total.shape, strict=True)]
        )
    p = np.exp(total - total.max())
    return p / p.sum()


def test_empty_cells_send_weights_to_the_boundary(case: Callable[[str], dict[str, Any]], shared: Path) -> None:
    found = case("rw16")
    text = (shared / "cases" / found["files"][0]).read_text(encoding="utf-8").split()
    data = Dataset(
        [Variable.of_size(name, 2) for name in text[0].split(",")], [[int(c) for c in r.split(",")] for r in text[1:]]
    )
    checks = {check["id"]: check for check in found["checks"]}
    for name in ("mle", "l2"):
        check = checks[name]
        result = fit(data, check["edges"], objective=check["objective"], l2=check["l2"])
        want, tol = check["expect"], check["tol"]
        joint = _joint(result.ugm)
        pair = joint.sum(axis=0)
        differs = 1.0 - joint[0, 0].sum() - joint[1, 1].sum()
        assert np.isfinite([result.nll, *result.trace]).all()
        assert all(np.isfinite(factor.log_table).all() for factor in result.ugm.factors)
        assert pair[:, 1] / pair.sum(axis=1) == pytest.approx(want["p_x3_is_1_given_x2"], abs=tol["p"])
        if name == "mle":
            assert result.nll == pytest.approx(want["nll_infimum"], abs=1e-8)
            assert differs <= want["p_x1_differs_from_x2_at_most"]
            assert "at the boundary: 2 table cells without data" in result.message
        else:
            squares = sum(float((factor.log_table**2).sum()) for factor in result.ugm.factors)
            assert result.nll + 0.5 * check["l2"] * squares == pytest.approx(want["objective"], abs=tol["objective"])
            assert result.value == pytest.approx(want["objective"], abs=tol["objective"])
            assert result.nll == pytest.approx(want["avg_nll"], abs=tol["objective"])
            assert differs == pytest.approx(want["p_x1_differs_from_x2"], abs=tol["p"])
            assert "boundary" not in result.message


# --- oracles on small random data --------------------------------------------------------------------------------


@given(datasets(), st.data())
def test_expected_statistics_equal_the_data_s(dataset: Dataset, data: st.DataObject) -> None:
    names = list(dataset.names)
    extra = data.draw(st.lists(st.sets(st.sampled_from(names), min_size=1, max_size=3).map(tuple), max_size=4))
    result = fit(dataset, extra)
    assert result.converged
    assert all(np.isfinite(factor.log_table).all() for factor in result.ugm.factors)
    for factor in result.ugm.factors:
        assert expected(result.ugm, factor.scope) == pytest.approx(shares(dataset, factor.scope), abs=2e-6)
    assert result.nll == pytest.approx(nll_of(result.ugm, dataset), abs=1e-9)
    assert result.trace[-1] == result.nll
    assert result.n_iterations == len(result.trace) - 1


@given(datasets(), st.data())
def test_a_penalty_balances_the_gradient(dataset: Dataset, data: st.DataObject) -> None:
    names = list(dataset.names)
    l2 = data.draw(st.sampled_from([1e-3, 0.1, 10.0]))
    extra = data.draw(st.lists(st.sets(st.sampled_from(names), min_size=1, max_size=3).map(tuple), max_size=4))
    result = fit(dataset, extra, l2=l2)
    assert result.converged
    for factor in result.ugm.factors:
        gradient = expected(result.ugm, factor.scope) - shares(dataset, factor.scope) + l2 * factor.log_table
        assert gradient == pytest.approx(np.zeros(gradient.shape), abs=2e-6)


@pytest.mark.parametrize("l2", [0.0, 0.02])
@pytest.mark.parametrize("choice", ["independent", "chain", "complete", "triples"])
def test_scipy_reaches_the_same_optimum(choice: str, l2: float) -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(7)
    sizes = (3, 2, 4, 2)
    rows = np.column_stack([rng.integers(0, k, 400) for k in sizes])
    rows[:200, 3] = rows[:200, 0] % 2
    dataset = small(rows, sizes, rng.integers(1, 4, 400))
    result = fit(dataset, choice, l2=l2)
    # A design matrix over all joint states, and the objective from its definition.
    states = np.array(list(product(*(range(k) for k in sizes))))
    blocks = [
        np.all(states[:, None, list(axes)] == cells[None], axis=2)
        for scope in result.scopes
        for axes in [[int(name[1:]) - 1 for name in scope]]
        for cells in [np.array(list(product(*(range(sizes[a]) for a in axes))))]
    ]
    design = np.hstack(blocks).astype(float)
    weight = np.array([dataset.weights[(rows == state).all(axis=1)].sum() for state in states]) / dataset.total_weight

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = design @ w
        p = np.exp(score - score.max())
        log_z = score.max() + np.log(p.sum())
        gradient = design.T @ (p / p.sum() - weight) + l2 * w
        return log_z - weight @ score + 0.5 * l2 * w @ w, gradient

    best = minimize(
        objective, np.zeros(design.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000}
    )
    assert result.value == pytest.approx(best.fun, abs=1e-8)
    score = design @ best.x
    p = np.exp(score - score.max())
    assert _joint(result.ugm).reshape(-1) == pytest.approx(p / p.sum(), abs=1e-5)


@given(datasets())
def test_weights_count_like_repeated_rows(dataset: Dataset) -> None:
    repeated = Dataset(dataset.variables, np.repeat(dataset.rows, dataset.weights.astype(int), axis=0))
    assert fit(dataset, "complete").nll == pytest.approx(fit(repeated, "complete").nll, abs=1e-12)


@pytest.mark.parametrize("optimizer", ["l-bfgs", "ipf"])
def test_a_tree_has_the_closed_form_optimum(optimizer: str) -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 3, (200, 4))
    rows[:, 1] = (rows[:, 0] + rng.integers(0, 2, 200)) % 3
    dataset = small(rows, (3, 3, 3, 3))
    edges = [(0, 1), (1, 2), (1, 3)]
    result = fit(dataset, edges, optimizer=optimizer)

    def entropy(*axes: int) -> float:
        p = shares(dataset, tuple(f"x{a + 1}" for a in axes)).reshape(-1)
        return -float((p[p > 0] * np.log(p[p > 0])).sum())

    assert result.nll == pytest.approx(sum(entropy(*e) for e in edges) - 2 * entropy(1), abs=1e-9)
    if optimizer == "ipf":
        assert result.n_iterations <= 2


def test_an_optimum_at_infinity_without_an_empty_cell_is_named() -> None:
    # All joint states but two opposite ones: no pair table has an empty cell, yet the pairwise optimum is at infinity.
    rows = [state for state in product((0, 1), repeat=3) if state not in {(0, 0, 0), (1, 1, 1)}]
    result = fit(small(rows, (2, 2, 2)), "complete")
    assert result.nll == pytest.approx(np.log(6), abs=1e-8)
    assert "at the boundary" in result.message
    stopped = fit(small(rows, (2, 2, 2)), "complete", optimizer="ipf", max_iterations=50)
    assert not stopped.converged
    assert "limit of 50 sweeps" in stopped.message


def test_fitting_one_table_at_a_time_forbids_what_never_occurs() -> None:
    result = fit(small([[0, 0], [1, 1], [1, 1]], (2, 2)), "chain", optimizer="ipf")
    assert result.ugm.factors[2].log_table[0, 1] == -np.inf
    assert _joint(result.ugm) == pytest.approx(np.array([[1 / 3, 0], [0, 2 / 3]]), abs=1e-12)
    assert "2 table cells without data, probability zero" in result.message


@pytest.mark.parametrize("optimizer", ["l-bfgs", "ipf", "coursework"])
@pytest.mark.parametrize("choice", ["independent", "saturated"])
def test_variables_with_one_state(optimizer: str, choice: str) -> None:
    result = fit(small([[0, 0], [0, 2], [0, 2]], (1, 3)), choice, optimizer=optimizer)
    assert result.nll == pytest.approx(np.log(3) - 2 / 3 * np.log(2), abs=1e-8 if optimizer != "coursework" else 0.02)
    alone = fit(small([[0]], (1,)), "chain", optimizer=optimizer)
    assert (alone.nll, alone.converged, alone.n_parameters) == (0.0, True, 1)


@pytest.mark.parametrize("choice", ["independent", "chain", "complete", "triples", "saturated"])
def test_ten_rows_of_many_states(choice: str) -> None:
    dataset = small(np.random.default_rng(0).integers(0, 10, (10, 4)), (10,) * 4)
    result = fit(dataset, choice)
    assert result.converged
    assert all(np.isfinite(factor.log_table).all() for factor in result.ugm.factors)
    by_proportions = fit(dataset, choice, optimizer="ipf")
    assert result.nll == pytest.approx(by_proportions.nll, abs=1e-8 if by_proportions.converged else 2e-5)
    assert result.nll >= dataset.nll_saturated() - 1e-8


# --- watching, stopping, refusing --------------------------------------------------------------------------------


def slow_data() -> Dataset:
    rng = np.random.default_rng(5)
    rows = (rng.random((500, 14)) < 0.4).astype(int)
    rows[:, 1:] ^= rows[:, :-1]
    return small(rows, (2,) * 14)


def test_progress_shows_a_falling_nll_and_a_usable_model() -> None:
    dataset = slow_data()
    steps = fit_steps(dataset, list(combinations(range(14), 3)))
    seen: list[FitProgress] = []
    result: FitResult | None = None
    while result is None:
        try:
            value = next(steps)
        except StopIteration as stop:
            result = stop.value
        else:
            seen += [value] if value is not None else []
    assert seen[0].iteration == 0
    assert seen[0].nll == pytest.approx(14 * np.log(2), abs=1e-9)
    assert len(seen) >= 3
    assert [p.iteration for p in seen] == sorted({p.iteration for p in seen})
    for progress in seen:
        assert progress.trace == result.trace[: progress.iteration + 1]
        assert progress.ugm is not None
    assert np.diff(result.trace).max() < 1e-12
    middle = seen[len(seen) // 2]
    assert middle.ugm is not None
    log_p = np.log(_joint(middle.ugm))
    assert -float(log_p[tuple(dataset.rows.T)].mean()) == pytest.approx(middle.nll, abs=1e-9)


@pytest.mark.parametrize("optimizer", ["l-bfgs", "ipf", "coursework"])
def test_cancelling_ends_at_the_next_slice_and_leaves_a_model(optimizer: str) -> None:
    cancel = CancelToken()
    steps = fit_steps(slow_data(), "triples", optimizer=optimizer, cancel=cancel)
    first = next(value for value in steps if value is not None)  # None is a slice without news
    assert isinstance(first, FitProgress)
    assert first.ugm is not None
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(steps)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"objective": "pseudo_likelihood"}, CliqueError, '"likelihood"'),
        ({"optimizer": "adam"}, CliqueError, '"l-bfgs", "ipf", "coursework"'),
        ({"l2": -1.0}, ModelError, "zero or more"),
        ({"l2": float("nan")}, ModelError, "finite"),
        ({"l2": 0.1, "optimizer": "ipf"}, ModelError, "l-bfgs"),
        ({"tolerance": 0.0}, ModelError, "positive"),
        ({"max_iterations": -1}, ModelError, "zero or more"),
        ({"factors": [("x1", "y")]}, DataError, "no column called y"),
    ],
)
def test_a_wrong_choice_is_refused_with_what_exists(change: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        fit(**{"dataset": small([[0, 1]], (2, 2)), "factors": "chain", **change})


def test_an_iteration_limit_is_reported_as_such() -> None:
    result = fit(slow_data(), "complete", max_iterations=2)
    assert (result.converged, result.n_iterations) == (False, 2)
    assert "limit of 2 iterations" in result.message
