"""How is a model fitted to data, watched and stopped?

`fit_steps` checks the choices, runs one optimiser in slices and reports where it is about every 10 ms; `fit` is the
same without a break.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any

from models.errors import CancelToken, ModelError
from models.steps import drain

from .results import FitProgress, FitResult
from .runs import TOLERANCE, descend, proportional
from .scopes import scopes_of

if TYPE_CHECKING:
    from models.dataset import Dataset

OBJECTIVES = ("likelihood",)
OPTIMIZERS = ("l-bfgs", "ipf", "coursework")
_QUIET_SECONDS = 0.008  # between two reports


def fit(
    dataset: Dataset,
    factors: Any,
    objective: str = "likelihood",
    optimizer: str = "l-bfgs",
    l2: float = 0.0,
    **options: Any,
) -> FitResult:
    """Fit a model to data by maximum likelihood.

    Parameters
    ----------
    dataset : Dataset
        Weighted rows count by weight.
    factors : str, UGM, or iterable of scopes
        "independent", "one edge", "chain", "complete", "triples" (with all edges), "saturated"; a model whose scopes
        are taken; an edge list or a list of scopes, by name or by column number from 0. Single-variable factors are
        always there.
    objective : str
        "likelihood".
    optimizer : str
        "l-bfgs" goes to the optimum; "ipf" too, without a penalty, and gives cells that never occur probability zero;
        "coursework" is the course's own optimiser, which stops early.
    l2 : float
        Ridge penalty: minimise mean NLL + l2/2 * sum of squares of all table entries.
    **options
        `tolerance` (largest gradient entry at the end) and `max_iterations`.

    Returns
    -------
    FitResult
        Where cells never occur and l2 is 0 the optimum lies at infinite weights; `message` says so, and "l-bfgs" holds
        those weights at -30, within 1e-8 of the infimum.

    Raises
    ------
    DataError
        The factors name a column that the data do not have.
    ModelError
        An unknown objective, optimizer, set of factors or option, or a penalty that is negative or not finite.
    TooLargeError
        Exact expected statistics would not fit in memory, or there are too many weights.
    """
    return drain(fit_steps(dataset, factors, objective, optimizer, l2, **options))


def fit_steps(
    dataset: Dataset,
    factors: Any,
    objective: str = "likelihood",
    optimizer: str = "l-bfgs",
    l2: float = 0.0,
    *,
    tolerance: float | None = None,
    max_iterations: int | None = None,
    cancel: CancelToken | None = None,
) -> Generator[FitProgress | None, None, FitResult]:
    """Fit in slices; see `fit`.

    Yields
    ------
    FitProgress at the start and about every 10 ms; None in between.

    Raises
    ------
    Cancelled
        At the first resumption after the token was cancelled; the last progress holds the last model.
    """
    _check_choices(objective, optimizer, l2, tolerance, max_iterations)
    clock = _Clock()
    scopes = scopes_of(dataset, factors)
    run = proportional if optimizer == "ipf" else descend
    steps = run(dataset, scopes, optimizer, float(l2), tolerance, max_iterations)
    trace: list[float] = []
    while True:
        try:
            state = next(steps)
        except StopIteration as stop:
            result: FitResult = stop.value
            return replace(result, trace=tuple(trace), seconds=clock.seconds)
        news = None
        if state is not None:
            trace.append(state.nll)
            if len(trace) == 1 or clock.due:
                news = FitProgress(len(trace) - 1, state.nll, state.gradient_max, state.make_ugm(), tuple(trace))
        if news is not None or clock.due:
            clock.pause()
            yield news
            if cancel is not None:
                cancel.check()
            clock.resume()


def _check_choices(
    objective: str, optimizer: str, l2: float, tolerance: float | None, max_iterations: int | None
) -> None:
    for what, given, known in (("objective", objective, OBJECTIVES), ("optimizer", optimizer, OPTIMIZERS)):
        if given not in known:
            shown = ", ".join(f'"{name}"' for name in known)
            raise ModelError(f'There is no {what} called "{given}". Give {"one of " if len(known) > 1 else ""}{shown}.')
    if not (isfinite(l2) and l2 >= 0.0):
        raise ModelError(f"The penalty l2 is {l2}; it must be a finite number, zero or more. Try 0.001.")
    if l2 > 0.0 and optimizer == "ipf":
        raise ModelError(f"Iterative proportional fitting has no penalty, but l2 is {l2:g}. Give l2=0, or use l-bfgs.")
    if tolerance is not None and not tolerance > 0.0:
        raise ModelError(f"The tolerance is {tolerance}; it must be positive. Try {TOLERANCE:g}.")
    if max_iterations is not None and max_iterations < 0:
        raise ModelError(f"The most iterations are {max_iterations}; give zero or more.")


class _Clock:
    """Time spent computing, pauses left out, and whether it is time for a report."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._since = perf_counter()

    @property
    def seconds(self) -> float:
        return self._spent + perf_counter() - self._since

    @property
    def due(self) -> bool:
        return perf_counter() - self._since >= _QUIET_SECONDS

    def pause(self) -> None:
        self._spent += perf_counter() - self._since

    def resume(self) -> None:
        self._since = perf_counter()
