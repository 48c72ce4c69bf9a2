"""What does a single-site sampler have to know about each free variable, laid out for the inner loop?

The conditional of a site i given the rest is p(x_i | rest) proportional to exp(sum of log psi_f(x_f) over the factors f
that mention i); it depends only on the neighbours of i. Where the table of all such conditionals is small it is made
once, and an update is a look-up; elsewhere an update adds the factors' rows. Both forms live in flat arrays, one record
of `plan` per site:

    plan[p]      number of states k
    plan[p + 1]  where the site's counts start
    plan[p + 2]  m >= 0: tabulated, m neighbours; otherwise -1 - (number of factors)
    tabulated    plan[p + 3] start of the table in `values`, then m pairs (neighbour, step): the row for the present
                 states starts at start + sum of step * state. Gibbs rows hold the k - 1 cumulative probabilities below
                 1; Metropolis-Hastings rows hold the k potentials, the largest scaled to 1.
    products     per factor: base, step of the site's own state, number of others, then pairs (other, step) into the
                 factor's log table in `values`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.conditioning import Conditioned
from models.errors import ModelError
from models.factor import Factor
from models.steps import Steps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

METHODS = ("gibbs", "metropolis")  # of a site at a time
SITE_ENTRIES = 100_000  # largest table of conditionals of one site
TOTAL_ENTRIES = 4_000_000  # all of them together, 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The flat arrays of one conditional UGM, all read-only.

    Attributes
    ----------
    method : str
        "gibbs" or "metropolis"; decides what the tables hold.
    names : tuple of str
        Free variables in model order; a site is a place in this tuple.
    n_states : ndarray of int64, shape (n_sites,)
    starts : ndarray of int64, shape (n_sites,)
        Where each site's record starts in `plan`.
    plan : ndarray of int64
    values : ndarray of float64
        Tables of conditionals and log tables of factors.
    n_tabulated : int
        Sites whose conditionals are tabulated.
    """

    method: str
    names: tuple[str, ...]
    n_states: Ints
    starts: Ints
    plan: Ints
    values: Floats
    n_tabulated: int

    @property
    def n_sites(self) -> int:
        """Number of free variables."""
        return len(self.names)

    @property
    def scratch_size(self) -> int:
        """Numbers of work space that the loops need."""
        return int(self.n_states.max(initial=1))

    def conditional(self, site: int, states: Any) -> Floats:
        """Return p(x_site | all other sites) for the states of all sites, read from the flat arrays.

        Parameters
        ----------
        site : int
        states : sequence of int, shape (n_sites,)

        Returns
        -------
        ndarray, shape (n_states of the site,)
        """
        plan, values, p = self.plan, self.values, int(self.starts[site])
        k, form = int(plan[p]), int(plan[p + 2])
        if form >= 0:
            row = int(plan[p + 3]) + sum(
                int(plan[q + 1]) * int(states[plan[q]]) for q in range(p + 4, p + 4 + 2 * form, 2)
            )
            if self.method == "gibbs":
                return np.diff(values[row : row + k - 1], prepend=0.0, append=1.0)
            weights = values[row : row + k]
            return np.asarray(weights / weights.sum(), dtype=np.float64)
        logs = np.zeros(k)
        q = p + 3
        for _ in range(-1 - form):
            base, own, n_others = (int(v) for v in plan[q : q + 3])
            q += 3
            for _ in range(n_others):
                base += int(plan[q + 1]) * int(states[plan[q]])
                q += 2
            logs += values[base : base + own * (k - 1) + 1 : own]
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum(), dtype=np.float64)


def plan_steps(
    conditioned: Conditioned,
    method: str,
    count_starts: Ints,
    site_entries: int | None = None,
    total_entries: int | None = None,
) -> Steps[Plan]:
    """Lay out a conditional UGM, yielding None about every 10 ms.

    Parameters
    ----------
    conditioned : Conditioned
        The factors over free variables.
    method : str
        "gibbs" or "metropolis".
    count_starts : ndarray of int64, shape (n_sites,)
        Where each free variable's counts start in the chain's flat array of counts.
    site_entries, total_entries : int, optional
        Limits on tabulated conditionals, `SITE_ENTRIES` and `TOTAL_ENTRIES` unless given; sites with the smallest
        tables come first.

    Raises
    ------
    ModelError
        An unknown method.
    """
    if method not in METHODS:
        raise ModelError(f'There is no sampler called "{method}". Choose one of {", ".join(METHODS)}.')
    ugm = conditioned.ugm
    sizes = ugm.n_states
    place = {name: i for i, name in enumerate(ugm.names)}
    scopes = [tuple(place[name] for name in factor.scope) for factor in ugm.factors]
    members: list[list[int]] = [[] for _ in sizes]  # factors of each site
    for f, scope in enumerate(scopes):
        for i in scope:
            members[i].append(f)
    near = [sorted({j for f in members[i] for j in scopes[f] if j != i}) for i in range(len(sizes))]
    entries = [sizes[i] * prod(sizes[j] for j in near[i]) for i in range(len(sizes))]
    largest = SITE_ENTRIES if site_entries is None else site_entries
    room = TOTAL_ENTRIES if total_entries is None else total_entries
    tabulated = [False] * len(sizes)
    for i in sorted(range(len(sizes)), key=entries.__getitem__):
        if entries[i] > min(largest, room):
            break
        tabulated[i] = True
        room -= entries[i]

    builder = _Builder(ugm.factors, scopes, sizes, method)
    starts: list[int] = []
    records: list[int] = []
    clock = monotonic()
    for i in range(len(sizes)):
        starts.append(len(records))
        record = builder.tabulated(i, near[i], members[i]) if tabulated[i] else builder.products(i, members[i])
        records += [sizes[i], int(count_starts[i]), *record]
        if monotonic() - clock > 0.01:
            yield None
            clock = monotonic()
    values = np.concatenate(builder.blocks) if builder.blocks else np.zeros(0)
    values.setflags(write=False)
    return Plan(method, ugm.names, _frozen(sizes), _frozen(starts), _frozen(records), values, sum(tabulated))


def _frozen(numbers: Sequence[int]) -> Ints:
    array = np.array(numbers, dtype=np.int64)
    array.setflags(write=False)
    return array


class _Builder:
    """Fills `values`; tables that repeat, as on a lattice, are stored once."""

    def __init__(
        self, factors: tuple[Factor, ...], scopes: list[tuple[int, ...]], sizes: tuple[int, ...], method: str
    ) -> None:
        self.blocks: list[Floats] = []
        self._length = 0
        self._scopes, self._sizes, self._method = scopes, sizes, method
        self._tables = [factor.log_table for factor in factors]
        known: dict[tuple[Any, bytes], int] = {}  # content -> number, so that equal tables have equal numbers
        self._numbers = [known.setdefault((t.shape, t.tobytes()), len(known)) for t in self._tables]
        self._logs: dict[int, int] = {}  # number -> start of the log table in values
        self._made: dict[Any, int] = {}  # what the conditional is made of -> its start in values

    def _store(self, table: Floats) -> int:
        start = self._length
        self.blocks.append(np.ascontiguousarray(table, dtype=np.float64).reshape(-1))
        self._length += table.size
        return start

    def tabulated(self, site: int, near: list[int], factors: list[int]) -> list[int]:
        axis = {j: a for a, j in enumerate(near)} | {site: len(near)}
        shape = (*(self._sizes[j] for j in near), self._sizes[site])
        parts = [(self._numbers[f], tuple(axis[j] for j in self._scopes[f])) for f in factors]
        key = (shape, tuple(parts))
        if key not in self._made:
            logs = np.zeros(shape)
            for f, (_, axes) in zip(factors, parts, strict=True):
                ordered = self._tables[f].transpose(np.argsort(axes))
                logs += ordered.reshape([n if a in axes else 1 for a, n in enumerate(shape)])
            self._made[key] = self._store(_rows(logs, self._method))
        width = self._sizes[site] - (self._method == "gibbs")
        pairs, step = [], width
        for j in reversed(near):
            pairs += [step, j]
            step *= self._sizes[j]
        return [len(near), self._made[key], *reversed(pairs)]

    def products(self, site: int, factors: list[int]) -> list[int]:
        record = [-1 - len(factors)]
        for f in factors:
            number, scope = self._numbers[f], self._scopes[f]
            if number not in self._logs:
                self._logs[number] = self._store(self._tables[f])
            steps = [prod(self._tables[f].shape[a + 1 :]) for a in range(len(scope))]
            others = [(j, step) for j, step in zip(scope, steps, strict=True) if j != site]
            record += [self._logs[number], steps[scope.index(site)], len(others)]
            record += [v for pair in others for v in pair]
        return record


def _rows(logs: Floats, method: str) -> Floats:
    """Turn log conditionals (site on the last axis) into the rows that the method looks up.

    A row without any allowed state belongs to neighbours that are impossible together and is never read.
    """
    top = logs.max(axis=-1, keepdims=True)
    weights = np.exp(logs - np.where(top == -np.inf, 0.0, top))
    if method == "metropolis":
        return np.asarray(weights, dtype=np.float64)
    sums = np.cumsum(weights, axis=-1)
    total = sums[..., -1:]
    # From the last possible state on, the quotient is exactly 1, so no u < 1 selects a forbidden state behind it.
    return np.asarray((sums / np.where(total > 0, total, 1.0))[..., :-1], dtype=np.float64)
