"""Can a model take on certain states at all, and if so, how?

Only zeros matter: a factor without any forbids nothing and is left out, the others become tables of allowed and
forbidden joint states, free of rounding. States without support are struck out, table by table, until nothing changes;
what is left falls into parts, and each is decided by eliminating its variables, or, where a table would grow too
large, by trying the states of one variable after the other. All work is counted, so a question can be given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .elimination import min_fill
from .errors import CancelToken
from .graph import members
from .ugm import UGM

Bools = NDArray[np.bool_]
Allowed = list[NDArray[np.int64]]
Table = tuple[tuple[int, ...], Bools]

_LARGEST = 1 << 20  # entries of a table made on the way
_DEEPEST = 100  # variables whose states are tried one inside the other
_PER_TABLE, _PER_ENTRY = 20.0, 0.002  # units of work, about a microsecond each


class OutOfWork(Exception):  # noqa: N818 - control flow, not an error
    """The work that may be spent on a question is used up; it has no answer."""


class Support:
    """The allowed joint states of a model.

    Parameters
    ----------
    ugm : UGM
    preferred : mapping of str to int
        States that a joint state should have where it can.
    cancel : CancelToken, optional
        Checked before every table.

    Attributes
    ----------
    work : float
        What may still be spent, in units of about a microsecond; set it before asking.
    """

    def __init__(self, ugm: UGM, preferred: Mapping[str, int], cancel: CancelToken | None = None) -> None:
        self.work = float("inf")
        self._cancel = cancel
        self._preferred = {ugm.index(name): state for name, state in preferred.items()}
        tables = [
            (tuple(map(ugm.index, factor.scope)), ~np.isneginf(factor.log_table))
            for factor in ugm.factors
            if np.isneginf(factor.log_table).any()
        ]
        self._tables: list[Table] = [table for table in tables if table[0]]
        self._of: dict[int, list[int]] = {}
        for k, (scope, _) in enumerate(self._tables):
            for v in scope:
                self._of.setdefault(v, []).append(k)
        self._root: Allowed = [np.arange(n) for n in ugm.n_states]
        self._root_known = False
        self._possible = len(self._tables) == len(tables)  # a constant zero forbids everything
        self._answers: dict[Any, dict[int, int] | None] = {}  # by what is left of the tables of a part

    def constrains(self, v: int) -> bool:
        """Whether any table forbids a state of a variable, given by its place in the model."""
        return v in self._of

    def find(self, states: Mapping[int, int]) -> dict[int, int] | None:
        """Return an allowed joint state of all constrained variables that has the given states, None if there is none.

        Parameters
        ----------
        states : mapping of int to int
            By place in the model.

        Raises
        ------
        OutOfWork
            The answer would take more work than there is left.
        Cancelled
        """
        if not self._root_known:
            self._possible = self._possible and self._strike(self._root, range(len(self._tables)))
            self._root_known = True
        if not self._possible:
            return None
        allowed = list(self._root)
        for v, state in states.items():
            if state not in allowed[v]:
                return None
            allowed[v] = np.array([state])
        if not self._strike(allowed, [k for v in states for k in self._of.get(v, ())]):
            return None
        found = self._decide(allowed, range(len(self._tables)), 0)
        if found is None:
            return None
        return {v: found[v] if v in found else self._choice(v, allowed[v]) for v in self._of}

    def _choice(self, v: int, states: NDArray[np.int64]) -> int:
        wanted = self._preferred.get(v, -1)
        return wanted if wanted in states else int(states[0])

    def _spend(self, entries: float) -> None:
        if self._cancel is not None:
            self._cancel.check()
        self.work -= _PER_TABLE + _PER_ENTRY * entries
        if self.work < 0:
            raise OutOfWork

    def _part(self, k: int, allowed: Allowed) -> Bools:
        """Return a table's entries for the states still allowed."""
        scope, table = self._tables[k]
        part: Bools = table[np.ix_(*[allowed[v] for v in scope])]
        self._spend(part.size)
        return part

    def _strike(self, allowed: Allowed, places: Iterable[int]) -> bool:
        """Strike out states that some table leaves no joint state for; return whether every variable keeps one."""
        pending = dict.fromkeys(places)
        while pending:
            k, _ = pending.popitem()
            part = self._part(k, allowed)
            if part.all():
                continue
            scope = self._tables[k][0]
            for axis, v in enumerate(scope):
                supported = part.any(axis=tuple(a for a in range(part.ndim) if a != axis))
                if supported.all():
                    continue
                if not supported.any():
                    return False
                allowed[v] = allowed[v][supported]
                pending.update((other, None) for other in self._of[v] if other != k)
        return True

    # --- parts -------------------------------------------------------------------------------------------------

    def _decide(self, allowed: Allowed, places: Iterable[int], depth: int) -> dict[int, int] | None:
        """Return allowed states of all variables that the given tables still tie to others, None if there are none."""
        live: list[tuple[int, Table]] = []
        for k in places:
            open_axes = [v for v in self._tables[k][0] if len(allowed[v]) > 1]
            if len(open_axes) > 1:
                part = self._part(k, allowed)
                if not part.all():
                    live.append((k, (tuple(open_axes), part.reshape([len(allowed[v]) for v in open_axes]))))
        found: dict[int, int] = {}
        for group in _parts([scope for _, (scope, _) in live]):
            tables = [live[i] for i in group]
            variables = sorted({v for _, (scope, _) in tables for v in scope})
            key = (
                tuple(table for table, _ in tables),
                tuple(allowed[v].tobytes() for v in variables),
                tuple(np.packbits(part).tobytes() for _, (_, part) in tables),
            )
            if key not in self._answers:
                self._answers[key] = self._decide_part(allowed, variables, tables, depth)
            answer = self._answers[key]
            if answer is None:
                return None
            found |= answer
        return found

    def _decide_part(
        self, allowed: Allowed, variables: list[int], tables: list[tuple[int, Table]], depth: int
    ) -> dict[int, int] | None:
        local = {v: i for i, v in enumerate(variables)}
        masks = [0] * len(variables)
        for _, (scope, _) in tables:
            bits = sum(1 << local[v] for v in scope)
            for v in scope:
                masks[local[v]] |= bits & ~(1 << local[v])
        self._spend(500.0 * len(variables))
        order = min_fill(masks)
        sizes = [len(allowed[v]) for v in variables]
        if _largest(masks, order, sizes) <= _LARGEST:
            return self._eliminate(allowed, [variables[i] for i in order], [table for _, table in tables])
        if depth >= _DEEPEST:
            raise OutOfWork
        busy = max(range(len(variables)), key=lambda i: (masks[i].bit_count() / sizes[i], -i))
        v = variables[busy]
        wanted = self._choice(v, allowed[v])
        for state in (wanted, *(s for s in allowed[v].tolist() if s != wanted)):
            tried = list(allowed)
            tried[v] = np.array([state])
            if self._strike(tried, self._of[v]):
                found = self._decide(tried, [k for k, _ in tables], depth + 1)
                if found is not None:
                    return {u: found[u] if u in found else self._choice(u, tried[u]) for u in variables}
        return None

    def _eliminate(self, allowed: Allowed, order: list[int], tables: list[Table]) -> dict[int, int] | None:
        """Join the tables of one variable after the other and ask whether any state is left; then walk back."""
        joined: list[tuple[int, Table]] = []
        waiting = tables
        for v in order:
            mine = [table for table in waiting if v in table[0]]
            waiting = [table for table in waiting if v not in table[0]]
            scope = (v, *sorted({u for others, _ in mine for u in others} - {v}))
            whole: Bools = np.ones([len(allowed[u]) for u in scope], dtype=np.bool_)
            for others, table in mine:
                self._spend(whole.size)
                axes = sorted(range(len(others)), key=lambda a: scope.index(others[a]))
                whole &= table.transpose(axes).reshape([len(allowed[u]) if u in others else 1 for u in scope])
            joined.append((v, (scope, whole)))
            rest: Bools = np.asarray(whole.any(axis=0))
            if not rest.any():
                return None
            if not rest.all():
                waiting.append((scope[1:], rest))
        place: dict[int, int] = {}
        for v, (scope, whole) in reversed(joined):
            index: tuple[int | slice, ...] = (slice(None), *(place[u] for u in scope[1:]))
            states = allowed[v][whole[index]]
            place[v] = int(np.flatnonzero(allowed[v] == self._choice(v, states))[0])
        return {v: int(allowed[v][i]) for v, i in place.items()}


def _parts(scopes: list[tuple[int, ...]]) -> list[list[int]]:
    """Group places in a list of scopes that hang together by shared variables."""
    root: dict[int, int] = {}

    def find(v: int) -> int:
        while root[v] != v:
            root[v] = root[root[v]]
            v = root[v]
        return v

    for scope in scopes:
        for v in scope:
            root.setdefault(v, v)
            root[find(v)] = find(scope[0])
    groups: dict[int, list[int]] = {}
    for k, scope in enumerate(scopes):
        groups.setdefault(find(scope[0]), []).append(k)
    return list(groups.values())


def _largest(masks: list[int], order: list[int], sizes: list[int]) -> float:
    """Return the entries of the largest table that elimination in this order makes."""
    adjacent, largest = list(masks), 0.0
    for v in order:
        near = adjacent[v]
        entries = float(sizes[v])
        for u in members(near):
            entries *= sizes[u]
            adjacent[u] = (adjacent[u] | near) & ~(1 << u | 1 << v)
        largest = max(largest, entries)
    return largest
