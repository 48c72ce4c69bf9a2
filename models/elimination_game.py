"""What happens when a person eliminates the variables one by one, and how good is that order?

Eliminating a variable multiplies all factors that hold it and sums it out: its neighbours come into one new factor, so
they are joined pairwise (fill edges), and the table over the variable and its neighbours, the clique of this step, has
to be made. A `Game` is a value: a graph and the eliminations so far. The width of a finished order is an upper bound on
the treewidth (Koller and Friedman 2009, section 9.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, log
from typing import TYPE_CHECKING, Any

from .conditioning import condition
from .elimination import min_degree_steps, min_fill_steps, weighted_min_fill_steps
from .errors import ModelError
from .graph import masks_of, members
from .steps import Steps, drain

if TYPE_CHECKING:
    from .ugm import UGM

Edge = tuple[Any, Any]

_TOGETHER = 8  # eliminations between two pauses
HEURISTICS = ("min-fill", "min-degree", "weighted min-fill")


@dataclass(frozen=True, slots=True)
class Elimination:
    """One step.

    Attributes
    ----------
    name : str
        The variable eliminated.
    clique : tuple of str
        It and its neighbours at that moment, in model order: the scope of the table that has to be made.
    new_scope : tuple of str
        The scope of the factor that is left: the clique without the variable.
    fill : tuple of (str, str)
        Edges that were not there before.
    log_entries : float
        Natural log of the number of entries of the table over the clique.
    """

    name: Any
    clique: tuple[Any, ...]
    new_scope: tuple[Any, ...]
    fill: tuple[Edge, ...]
    log_entries: float

    @property
    def width(self) -> int:
        """Variables in the clique, less one."""
        return len(self.clique) - 1

    @property
    def n_entries(self) -> float:
        """Entries of the table over the clique; infinite beyond the range of a double."""
        return exp(self.log_entries) if self.log_entries < 700 else inf


@dataclass(frozen=True, slots=True)
class Score:
    """What an order costs.

    Attributes
    ----------
    width : int
        Largest clique, less one; -1 for nothing eliminated.
    log_total : float
        Natural log of the entries of all tables together; minus infinity for none.
    n_fill : int
        Edges added.
    """

    width: int
    log_total: float
    n_fill: int


@dataclass(frozen=True, slots=True)
class _State:
    """What is left of a graph: neighbour masks, and which vertices."""

    near: tuple[int, ...]
    left: int


class Game:
    """A graph, and what has been eliminated.

    Parameters
    ----------
    names : sequence
    masks : sequence of int
        Neighbour masks of the whole graph.
    log_sizes : sequence of float
        Natural logs of the state counts.
    order : sequence
        Names eliminated so far.

    Raises
    ------
    ModelError
        A name that is not in the graph, or is eliminated twice.
    """

    def __init__(
        self, names: Sequence[Any], masks: Sequence[int], log_sizes: Sequence[float], order: Sequence[Any] = ()
    ) -> None:
        self.names = tuple(names)
        self._masks = tuple(masks)
        self._log_sizes = tuple(log_sizes)
        self._place = {name: k for k, name in enumerate(self.names)}
        self._follow(order, (), [_State(self._masks, (1 << len(self.names)) - 1)])

    def _follow(self, order: Sequence[Any], steps: tuple[Elimination, ...], past: list[_State]) -> None:
        """Eliminate what of an order is not done in `steps`; `past` holds the graph before each of them and after."""
        self.order = tuple(order)
        self._near, self._left = list(past[-1].near), past[-1].left
        fresh = []
        for name in self.order[len(steps) :]:
            fresh.append(self._eliminate(name))
            past.append(_State(tuple(self._near), self._left))
        self.steps: tuple[Elimination, ...] = (*steps, *fresh)
        self._past = past

    @classmethod
    def of(cls, ugm: UGM, evidence: Mapping[str, int] | None = None) -> Game:
        """Start a game on what clamping leaves of a model.

        Parameters
        ----------
        ugm : UGM
        evidence : mapping of str to int, optional
        """
        left = condition(ugm, evidence).ugm
        names, masks = masks_of(left)
        return cls(names, masks, [log(left.variable(name).n_states) for name in names])

    def same_graph(self, other: Game) -> bool:
        """Return whether both are played on one graph, place by place, whatever its vertices are called."""
        return self._masks == other._masks and self._log_sizes == other._log_sizes

    def _eliminate(self, name: Any) -> Elimination:
        if name not in self._place:
            raise ModelError(f"{name} is not a variable of this graph. Choose one of those that are left.")
        v = self._place[name]
        if not self._left >> v & 1:
            raise ModelError(f"{name} is eliminated already. Choose one of those that are left.")
        near = self._near[v]
        fill = self._missing(near)
        for a, b in fill:
            self._near[a] |= 1 << b
            self._near[b] |= 1 << a
        self._left &= ~(1 << v)
        for u in members(near):
            self._near[u] &= ~(1 << v)
        self._near[v] = 0
        return self._step(v, near, fill)

    def _step(self, v: int, near: int, fill: list[tuple[int, int]]) -> Elimination:
        names, clique = self.names, near | 1 << v
        return Elimination(
            names[v],
            tuple(names[u] for u in members(clique)),
            tuple(names[u] for u in members(near)),
            tuple((names[a], names[b]) for a, b in fill),
            sum(self._log_sizes[u] for u in members(clique)),
        )

    def _missing(self, near: int) -> list[tuple[int, int]]:
        return [(a, b) for a in members(near) for b in members(near & ~self._near[a]) if b > a]

    # --- where it stands ---------------------------------------------------------------------------------------

    @property
    def remaining(self) -> tuple[Any, ...]:
        """What is not eliminated yet, in model order."""
        return tuple(self.names[v] for v in members(self._left))

    @property
    def finished(self) -> bool:
        """Whether nothing is left."""
        return not self._left

    @property
    def fill(self) -> tuple[Edge, ...]:
        """Every edge added so far."""
        return tuple(edge for step in self.steps for edge in step.fill)

    @cached_property
    def score(self) -> Score:
        """What the eliminations so far cost."""
        return _score(self.steps)

    def neighbours(self, name: Any) -> tuple[Any, ...]:
        """Return what a variable that is left is joined to now, fill edges included."""
        return self.preview(name).new_scope

    def preview(self, name: Any) -> Elimination:
        """Return the step that eliminating a variable would be."""
        v = self._place.get(name, -1)
        if v < 0 or not self._left >> v & 1:
            raise ModelError(f"{name} is not left to eliminate. Choose one of those that are left.")
        near = self._near[v]
        return self._step(v, near, self._missing(near))

    def hint(self) -> Any:
        """Return a variable that adds the fewest edges, and among those makes the smallest table; None at the end."""
        left = [self.preview(name) for name in self.remaining]
        return min(left, key=lambda step: (len(step.fill), step.log_entries)).name if left else None

    # --- moves -------------------------------------------------------------------------------------------------

    def eliminated(self, *names: Any) -> Game:
        """Return the game after eliminating these, one after the other."""
        return self.with_order((*self.order, *names))

    def undone(self, n: int = 1) -> Game:
        """Return the game without the last n eliminations."""
        return self.with_order(self.order[: max(0, len(self.order) - n)])

    def restarted(self) -> Game:
        """Return the game before the first elimination."""
        return self.with_order(())

    def with_order(self, order: Sequence[Any]) -> Game:
        """Return the game that eliminates in this order from the start; what both begin with is not done again."""
        same = next((k for k, (a, b) in enumerate(zip(order, self.order, strict=False)) if a != b), None)
        if same is None:
            same = min(len(order), len(self.order))
        game = copy(self)
        game.__dict__.pop("score", None)  # of the other order
        game._follow(order, self.steps[:same], self._past[: same + 1])
        return game

    def one_bag(self, order: Sequence[Any]) -> Game:
        """Return the game after following an order until the clique of the next step is not within the last one.

        This is the coarser grain of stepping: one bag of the tree decomposition at a time.
        """
        left = [name for name in order if name in set(self.remaining)]
        if not left:
            return self
        game = self.eliminated(left[0])
        clique = set(game.steps[-1].clique)
        for name in left[1:]:
            if not clique.issuperset(game.preview(name).clique):
                break
            game = game.eliminated(name)
        return game

    # --- to compare with ---------------------------------------------------------------------------------------

    def heuristic_order(self, heuristic: str) -> tuple[Any, ...]:
        """Return the order of a greedy rule on the whole graph.

        Parameters
        ----------
        heuristic : {"min-fill", "min-degree", "weighted min-fill"}

        Raises
        ------
        ModelError
            There is no such rule.
        """
        return drain(self.heuristic_steps(heuristic))

    def heuristic_steps(self, heuristic: str) -> Steps[tuple[Any, ...]]:
        """Return what `heuristic_order` returns, yielding None very often."""
        if heuristic == "min-fill":
            order = yield from min_fill_steps(self._masks)
        elif heuristic == "min-degree":
            order = yield from min_degree_steps(self._masks)
        elif heuristic == "weighted min-fill":
            order = yield from weighted_min_fill_steps(self._masks, self._log_sizes)
        else:
            raise ModelError(f'There is no rule called "{heuristic}". Choose one of {", ".join(HEURISTICS)}.')
        return tuple(self.names[v] for v in order)

    def rest_order(self, heuristic: str) -> tuple[Any, ...]:
        """Return the order in which a greedy rule would go on from here; errors as `heuristic_order`."""
        rest = Game(self.names, self._near, self._log_sizes).heuristic_order(heuristic)
        left = set(self.remaining)
        return tuple(name for name in rest if name in left)

    def score_of(self, order: Sequence[Any]) -> Score:
        """Return what a whole order would cost."""
        return drain(self.score_steps(order))

    def score_steps(self, order: Sequence[Any]) -> Steps[Score]:
        """Return what `score_of` returns, yielding None very often."""
        game = self
        for k in range(0, len(order), _TOGETHER):
            game = game.with_order(order[: k + _TOGETHER])
            yield
        return game.score if order else self.restarted().score


def _score(steps: Sequence[Elimination]) -> Score:
    top = max((step.log_entries for step in steps), default=-inf)
    total = sum(exp(step.log_entries - top) for step in steps)
    return Score(
        max((step.width for step in steps), default=-1),
        top + log(total) if steps else -inf,
        sum(len(step.fill) for step in steps),
    )
