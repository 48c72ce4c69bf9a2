"""How does each optimiser run on a data set, and how does one say in a line where it ended?

A run yields a `State` after the start and after each iteration (None in between) and returns a `FitResult`, to which
its caller adds the trace and the time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from models.ugm import UGM

from . import coursework
from .expectations import distribution_for, moments_for
from .ipf import TOLERANCE as IPF_TOLERANCE
from .ipf import sweep_steps
from .lbfgs import Minimum, minimise_steps
from .objectives import FLOOR, Likelihood, Point
from .parameters import parameters_steps
from .results import FitResult
from .scopes import Scope

if TYPE_CHECKING:
    from models.dataset import Dataset

TOLERANCE = 1e-6
EXCESS = 1e-10  # of the objective over its minimum, predicted
MAX_ITERATIONS = 2_000
MAX_SWEEPS = 2_000
_RUNAWAY = 0.1  # a next step this large where the gradient is zero means that the optimum is at infinity


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where a run is.

    Attributes
    ----------
    nll, gradient_max : float
    make_ugm : callable
        Makes the model so far; called only when someone wants it.
    """

    nll: float
    gradient_max: float
    make_ugm: Callable[[], UGM]


Run = Generator[State | None, None, FitResult]


def descend(
    dataset: Dataset,
    scopes: tuple[Scope, ...],
    optimizer: str,
    l2: float,
    tolerance: float | None = None,
    max_iterations: int | None = None,
) -> Run:
    """Follow the gradient, by L-BFGS or as the course did."""
    early = optimizer == "coursework"
    parameters = yield from parameters_steps(dataset, scopes)
    objective = Likelihood(parameters, l2, moments_for(parameters), hold_empty=not early)
    steps: Generator[Point | None, None, Minimum]
    if early:
        limit = coursework.MAX_ITERATIONS if max_iterations is None else max_iterations
        steps = coursework.descend_steps(objective.evaluate, objective.start(), tolerance or coursework.GRADIENT, limit)
    else:
        limit = MAX_ITERATIONS if max_iterations is None else max_iterations
        steps = minimise_steps(objective.evaluate, objective.start(), tolerance or TOLERANCE, EXCESS, limit)
    while True:
        try:
            point = next(steps)
        except StopIteration as stop:
            end: Minimum = stop.value
            break
        yield None if point is None else State(point.nll, point.gradient_max, partial(parameters.ugm, point.weights))
    last = end.point
    gradient = last.gradient_max
    converged = gradient <= TOLERANCE or (not early and end.reason in ("gradient", "rounding") and gradient <= 1e-4)
    message = _early_message(end) if early and not converged else _message(end, objective)
    return FitResult(
        ugm=parameters.ugm(last.weights),
        nll=last.nll,
        trace=(),
        converged=converged,
        n_iterations=end.n_iterations,
        message=message,
        seconds=0.0,
        n_parameters=last.weights.size,
        scopes=scopes,
        optimizer=optimizer,
        l2=l2,
        value=last.value,
        gradient_max=gradient,
        n_empty=parameters.n_empty,
    )


def _early_message(end: Minimum) -> str:
    gradient, n = end.point.gradient_max, _count(end.n_iterations, "iteration")
    why = {
        "gradient": f"below the course's {coursework.GRADIENT:g}",
        "step": f"and the last change of a weight was below the course's {coursework.CHANGE:g}",
        "limit": "at the limit of iterations",
        "rounding": "where no step helps any more",
    }[end.reason]
    return f"stopped after {n} with the largest gradient entry at {gradient:.2g}, {why}"


def _message(end: Minimum, objective: Likelihood) -> str:
    n, gradient = _count(end.n_iterations, "iteration"), end.point.gradient_max
    if end.reason == "limit":
        return f"stopped at the limit of {n}, before the optimum: the largest gradient entry is {gradient:.1g}"
    if end.reason == "rounding":
        ended = f"as close to the optimum as rounding allows after {n}: the largest gradient entry is {gradient:.1g}"
    else:
        ended = f"optimum after {n}"
    if objective.held is not None:
        cells = _count(objective.parameters.n_empty, "table cell")
        return f"{ended}, at the boundary: {cells} without data, weights held at \N{MINUS SIGN}{FLOOR:g}"
    if objective.l2 == 0.0 and end.next_step > _RUNAWAY:
        return f"{ended}, at the boundary: some weights would grow for ever, for less than 1e-8 in NLL"
    return ended


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def proportional(
    dataset: Dataset,
    scopes: tuple[Scope, ...],
    optimizer: str,
    l2: float,
    tolerance: float | None = None,
    max_iterations: int | None = None,
) -> Run:
    """Fit one scope at a time by iterative proportional fitting."""
    parameters = yield from parameters_steps(dataset, scopes)
    limit = MAX_SWEEPS if max_iterations is None else max_iterations
    steps = sweep_steps(distribution_for(parameters), parameters, tolerance or IPF_TOLERANCE, limit)
    while True:
        try:
            sweep = next(steps)
        except StopIteration as stop:
            last, n_sweeps, converged = stop.value
            break
        yield None if sweep is None else State(sweep.nll, sweep.gradient_max, partial(parameters.ugm, sweep.weights))
    message = f"optimum after {_count(n_sweeps, 'sweep')}"
    if not converged:
        message = f"stopped at the limit of {_count(n_sweeps, 'sweep')}; statistics differ by {last.gradient_max:.1g}"
    if parameters.n_empty:
        cells = _count(parameters.n_empty, "table cell")
        message += f", at the boundary: {cells} without data, probability zero"
    return FitResult(
        ugm=parameters.ugm(last.weights),
        nll=last.nll,
        trace=(),
        converged=converged,
        n_iterations=n_sweeps,
        message=message,
        seconds=0.0,
        n_parameters=last.weights.size,
        scopes=scopes,
        optimizer=optimizer,
        l2=0.0,
        value=last.nll,
        gradient_max=last.gradient_max,
        n_empty=parameters.n_empty,
    )
