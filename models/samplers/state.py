"""What does a chain hold when it is not running, and what did its last update do?"""

from __future__ import annotations

from dataclasses import dataclass

from models.kernels import gibbs as k

from .plan import Ints


@dataclass(frozen=True, slots=True, eq=False)
class ChainState:
    """Everything a chain needs to go on.

    Attributes
    ----------
    method : str
    names : tuple of str
        Free variables in the order of the scan.
    states : tuple of int
        State of each free variable.
    words : tuple of int
        The random number generator's four words.
    meters : tuple of int
        Position in the scan and running numbers, at the places named in `models.kernels.gibbs`.
    counts : ndarray of int64
        Draws per state, all variables of the model one after the other; read-only.
    batches : tuple of int
        Events per batch of draws.
    event : tuple of (str, int) or None
    block_sizes : tuple of int
        How many of `names`, one after the other, are drawn at once; empty for a chain of single variables.
    """

    method: str
    names: tuple[str, ...]
    states: tuple[int, ...]
    words: tuple[int, int, int, int]
    meters: tuple[int, ...]
    counts: Ints
    batches: tuple[int, ...]
    event: tuple[tuple[str, int], ...] | None
    block_sizes: tuple[int, ...] = ()

    @property
    def position(self) -> int:
        """The site that is updated next."""
        return self.meters[k.POSITION]

    @property
    def n_updates(self) -> int:
        """Visits of single variables so far."""
        return self.meters[k.UPDATES]

    @property
    def n_draws(self) -> int:
        """Draws recorded so far."""
        return self.meters[k.DRAWS]


@dataclass(frozen=True, slots=True)
class StepInfo:
    """What one update did.

    Attributes
    ----------
    name : str
        The variable.
    before, after : int
        Its states.
    proposed : int or None
        Metropolis-Hastings: the state proposed, None when the visit proposed nothing. Gibbs: the state drawn.
    accepted : bool
        Always true for Gibbs.
    probability : float
        Metropolis-Hastings: of accepting the proposal. Gibbs: of the state drawn, given the other variables.
    """

    name: str
    before: int
    after: int
    proposed: int | None
    accepted: bool
    probability: float
