"""What comes out of a fit, while it runs and at its end?"""

from __future__ import annotations

from dataclasses import dataclass

from models.ugm import UGM

from .scopes import Scope


@dataclass(frozen=True, slots=True, eq=False)
class FitProgress:
    """How far a fit is.

    Attributes
    ----------
    iteration : int
        Zero at the start, where every weight is zero.
    nll : float
        Mean negative log-likelihood per row, nats.
    gradient_max : float
        Largest absolute entry of the gradient.
    ugm : UGM or None
        The model so far, good to keep when the fit is stopped here.
    trace : tuple of float
        NLL by iteration so far.
    """

    iteration: int
    nll: float
    gradient_max: float
    ugm: UGM | None = None
    trace: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FitResult:
    """A fitted model.

    Attributes
    ----------
    ugm : UGM
        Variables are the data's columns; one factor per scope, single variables first.
    nll : float
        Mean negative log-likelihood per row, nats, without the penalty.
    trace : tuple of float
        NLL at the start and after each iteration.
    converged : bool
        Whether this is the optimum (to about 1e-8 in the objective).
    n_iterations : int
    message : str
        How the fit ended, one line.
    seconds : float
        Time spent computing.
    n_parameters : int
        Weights, one per table entry.
    scopes : tuple of tuple of str
    optimizer : str
    l2 : float
    value : float
        What was minimised: NLL + l2/2 * sum of squares of all table entries.
    gradient_max : float
        Largest absolute entry of its gradient at the end, held weights left out.
    n_empty : int
        Table cells that never occur in the data.
    """

    ugm: UGM
    nll: float
    trace: tuple[float, ...]
    converged: bool
    n_iterations: int
    message: str
    seconds: float
    n_parameters: int
    scopes: tuple[Scope, ...]
    optimizer: str
    l2: float = 0.0
    value: float = float("nan")
    gradient_max: float = float("nan")
    n_empty: int = 0
