"""Do the parts of learning keep their own promises: expected statistics, line search, L-BFGS, the course's descent?"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import Dataset
from models.learning.coursework import descend_steps
from models.learning.lbfgs import minimise_steps
from models.learning.line_search import ENOUGH_FALL, ENOUGH_FLAT, search
from models.learning.objectives import Likelihood, Point
from models.learning.parameters import layout, parameters_steps
from models.learning.scopes import scopes_of
from models.learning.tensor import TensorMoments
from models.steps import drain
from models.ugm import Variable
from tests.oracles import enumerate_model

Objective = Callable[[np.ndarray], Generator[None, None, Point]]


@given(st.data())
def test_expected_statistics_of_any_scopes_agree_with_enumeration(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    axes = st.sets(st.integers(0, len(sizes) - 1), min_size=1).map(lambda s: tuple(sorted(s)))
    scopes = data.draw(st.lists(axes, min_size=1, max_size=6, unique=True))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    tables = [2.0 * rng.standard_normal([sizes[a] for a in scope]) for scope in scopes]
    answer = enumerate_model(sizes, list(zip(scopes, tables, strict=True)))
    weights = np.concatenate([table.reshape(-1) for table in tables])
    log_z, expected = drain(TensorMoments(sizes, scopes).steps(weights))
    assert log_z == pytest.approx(answer.log_z, abs=1e-10)
    for scope, table, part in zip(scopes, tables, layout([t.size for t in tables]), strict=True):
        wanted = np.zeros(table.shape)
        for state, score in answer.scores.items():
            wanted[tuple(state[a] for a in scope)] += np.exp(score - answer.log_z)
        assert expected[part].reshape(table.shape) == pytest.approx(wanted, abs=1e-12)


def test_large_weights_neither_overflow_nor_vanish() -> None:
    log_z, expected = drain(TensorMoments([2, 2], [(0,), (0, 1)]).steps(np.array([900.0, -900.0, 1.0, 2.0, 3.0, 4.0])))
    assert log_z == pytest.approx(900 + np.log(np.exp(1) + np.exp(2)))
    assert expected[:2] == pytest.approx([1.0, 0.0])


@given(st.integers(0, 1000), st.sampled_from([0.0, 0.3]))
def test_the_gradient_is_the_slope_of_the_objective(seed: int, l2: float) -> None:
    rng = np.random.default_rng(seed)
    dataset = Dataset([Variable.of_size(f"v{i}", k) for i, k in enumerate((2, 3, 2))], rng.integers(0, 2, (20, 3)))
    parameters = drain(parameters_steps(dataset, scopes_of(dataset, "complete")))
    objective = Likelihood(parameters, l2, TensorMoments((2, 3, 2), parameters.axes), hold_empty=False)
    weights, direction = rng.standard_normal((2, parameters.statistics.size))
    point = drain(objective.evaluate(weights))
    h = 1e-5
    rise = (
        drain(objective.evaluate(weights + h * direction)).value
        - drain(objective.evaluate(weights - h * direction)).value
    )
    assert point.gradient @ direction == pytest.approx(rise / (2 * h), abs=1e-7)


# --- optimisers on functions whose minimum is known -----------------------------------------------------------


def quadratic(scale: np.ndarray, centre: np.ndarray) -> Objective:
    def evaluate(w: np.ndarray) -> Generator[None, None, Point]:
        yield None
        d = w - centre
        return Point(w, float(d @ (scale * d)) / 2, 0.0, scale * d, np.ones_like(w))

    return evaluate


def log_cosh(w: np.ndarray) -> Generator[None, None, Point]:
    """Flat far out, so that a first step of one is far too short or, scaled, far too long."""
    yield None
    return Point(w, float(np.logaddexp(w, -w).sum()), 0.0, np.tanh(w), np.full_like(w, 1e-3))


def rosenbrock(w: np.ndarray) -> Generator[None, None, Point]:
    yield None
    x, y = w
    value = 100 * (y - x * x) ** 2 + (1 - x) ** 2
    gradient = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
    return Point(w, value, value, gradient, np.ones(2))


def finish(steps: Any) -> tuple[list[Point], Any]:
    points = []
    while True:
        try:
            value = next(steps)
        except StopIteration as stop:
            return points, stop.value
        points += [value] if value is not None else []


@pytest.mark.parametrize(
    ("evaluate", "start", "minimum"),
    [
        (quadratic(np.logspace(-1, 2, 30), np.arange(30.0)), np.zeros(30), np.arange(30.0)),
        (log_cosh, np.array([30.0, -4.0, 0.5]), np.zeros(3)),
        (rosenbrock, np.array([-1.2, 1.0]), np.ones(2)),
    ],
)
def test_the_minimum_is_found_and_never_climbed_away_from(
    evaluate: Objective, start: np.ndarray, minimum: np.ndarray
) -> None:
    points, end = finish(minimise_steps(evaluate, start, 1e-8, 1e-14, 500))
    assert end.reason == "gradient"
    assert end.point.weights == pytest.approx(minimum, abs=1e-5)
    assert len(points) == end.n_iterations + 1
    assert np.diff([p.value for p in points]).max() <= 1e-12


def test_a_start_at_the_minimum_needs_no_iteration() -> None:
    points, end = finish(minimise_steps(quadratic(np.ones(2), np.zeros(2)), np.zeros(2), 1e-8, 1e-14, 10))
    assert (len(points), end.n_iterations, end.reason) == (1, 0, "gradient")


def test_rounding_ends_the_search_with_a_word() -> None:
    _, end = finish(minimise_steps(rosenbrock, np.array([-1.2, 1.0]), 1e-300, 1e-300, 5000))
    assert end.reason in ("rounding", "gradient")
    assert end.point.value < 1e-20


@given(st.floats(-3, 3), st.floats(0.01, 50.0))
def test_a_step_meets_the_strong_wolfe_conditions(x: float, stretch: float) -> None:
    if abs(x) < 1e-3:
        return
    origin = drain(log_cosh(np.array([x])))
    direction = -stretch * origin.gradient
    slope = float(origin.gradient @ direction)
    point = drain(search(log_cosh, origin, direction, slope))
    assert point is not None
    length = (point.weights[0] - x) / direction[0]
    assert point.value <= origin.value + ENOUGH_FALL * length * slope + 1e-14
    assert abs(point.gradient @ direction) <= -ENOUGH_FLAT * slope


def test_no_step_along_an_ascent() -> None:
    origin = drain(log_cosh(np.array([1e-9])))
    assert drain(search(log_cosh, origin, np.array([1.0]), -1e-9)) is None


def test_the_course_step_lengths_on_a_parabola() -> None:
    # One dimension, curvature c: the step of Barzilai and Borwein is 1/c, so the second iteration lands on the minimum.
    points, end = finish(descend_steps(quadratic(np.array([0.25]), np.array([8.0])), np.zeros(1)))
    assert [float(p.weights[0]) for p in points] == pytest.approx([0.0, 2.0, 8.0])
    assert (end.n_iterations, end.reason) == (2, "gradient")
    # Curvature 4: the first step overshoots; the parabola through what was seen has its minimum at the true one.
    points, end = finish(descend_steps(quadratic(np.array([4.0]), np.array([3.0])), np.zeros(1)))
    assert [float(p.weights[0]) for p in points] == pytest.approx([0.0, 3.0])
    assert (end.n_iterations, end.reason) == (1, "gradient")
