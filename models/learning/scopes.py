"""Which factors does a fitted model have?

A choice is a name ("chain"), an edge list, a list of scopes or a model whose factors are to be refitted; `scopes_of`
turns each into one tuple of scopes over the columns of the data. There is always one factor per single variable, first
and in column order, and the axes of every scope follow the column order too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from math import comb, prod
from operator import index as as_index
from typing import TYPE_CHECKING, Any

from models.errors import DataError, ModelError, TooLargeError
from models.ugm import UGM

if TYPE_CHECKING:
    from models.dataset import Dataset

Scope = tuple[str, ...]

MAX_SCOPES = 200_000
MAX_WEIGHTS = 2_000_000
"""L-BFGS keeps some fifty vectors of this length: about 800 MB."""


def _every(names: Scope, size: int) -> list[Scope]:
    """Return every set of so many variables; refused where there are too many to list."""
    n = comb(len(names), size)
    if n > MAX_SCOPES:
        raise TooLargeError(
            f"{len(names):,} variables have {n:,} sets of {size}; a model with at most {MAX_SCOPES:,} factors is "
            "fitted. Choose fewer edges, for example a chain, or fewer columns.",
            needed=float(n),
            allowed=float(MAX_SCOPES),
        )
    return list(combinations(names, size))


def _triples(names: Scope) -> list[Scope]:
    if len(names) < 3:
        raise DataError(
            f'"triples" needs at least three variables; the data have {len(names)}. Try "complete" or "saturated".'
        )
    return [*_every(names, 2), *_every(names, 3)]


def _one_edge(names: Scope) -> list[Scope]:
    if len(names) < 2:
        raise DataError('"one edge" needs at least two variables; the data have one. Try "independent".')
    return [names[:2]]


EDGE_SETS: dict[str, Callable[[Scope], Sequence[Scope]]] = {
    "independent": lambda names: [],
    "one edge": _one_edge,
    "chain": lambda names: list(pairwise(names)),
    "complete": lambda names: _every(names, 2),
    "triples": _triples,
    "saturated": lambda names: [names],
}
"""Factors beyond the single-variable ones, by the name of the choice, from the variable names in column order.

"triples" has the edges too: without a penalty they change nothing, with one they let strength be shared.
"""


def scopes_of(dataset: Dataset, factors: Any) -> tuple[Scope, ...]:
    """Return the scopes of the factors of a model to fit.

    Parameters
    ----------
    dataset : Dataset
    factors : str, UGM, or iterable of scopes
        A name in `EDGE_SETS`; or a model, whose factors' scopes are taken; or edges and larger scopes, each a sequence
        of variable names or of column numbers from 0 (a bare name or number stands for a single-variable factor).

    Returns
    -------
    tuple of tuple of str
        Single variables first, in column order; then the others in the order given, each once, axes in column order. A
        scope inside another one is kept only if it was given.

    Raises
    ------
    DataError
        A name or number that is not a column of the data, or too few columns for the choice.
    ModelError
        An unknown choice, a scope that names a variable twice, or something that is not a list of scopes.
    TooLargeError
        There would be more than `MAX_SCOPES` factors.
    """
    names = tuple(variable.name for variable in dataset.variables)
    singles = [(name,) for name in names]
    if isinstance(factors, str):
        key = factors.strip().lower().replace("_", " ").replace("-", " ")
        if key not in EDGE_SETS:
            known = ", ".join(f'"{name}"' for name in EDGE_SETS)
            raise ModelError(
                f'There is no set of factors called "{factors}". Give one of {known}, or a list of edges such as '
                f"{_an_edge(names)}."
            )
        chosen: Iterable[Any] = EDGE_SETS[key](names)
    elif isinstance(factors, UGM):
        _check_columns(factors.names, names)
        chosen = [factor.scope for factor in factors.factors if factor.scope]
    else:
        chosen = factors
    try:
        given = [_scope(one, names) for one in chosen]
    except TypeError:
        raise ModelError(
            f"The factors are given as {type(factors).__name__}; give a list of edges such as {_an_edge(names)}, "
            "a list of scopes, or a name such as chain."
        ) from None
    return tuple(dict.fromkeys(singles + given))


def _an_edge(names: Scope) -> str:
    return f"[{names[:2]!r}]" if len(names) > 1 else "[]"


def _check_columns(wanted: Iterable[str], names: Scope) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise DataError(
            f"The graph has {shown}, but the data have no such column; their columns are {', '.join(names)}. "
            "Rename the variables, or choose another set of edges."
        )


def _scope(given: Any, names: Scope) -> Scope:
    """Return one scope in column order; TypeError when it is not a scope at all."""
    members = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    if not members:
        raise ModelError("A scope is empty. Give at least one variable in each.")
    places = [_place(member, names) for member in members]
    if len(set(places)) != len(places):
        shown = ", ".join(names[place] for place in places)
        raise ModelError(f"The scope ({shown}) names a variable twice. Give each variable once.")
    return tuple(names[place] for place in sorted(places))


def _place(member: Any, names: Scope) -> int:
    if isinstance(member, str):
        if member in names:
            return names.index(member)
        raise DataError(f"The data have no column called {member}; their columns are {', '.join(names)}.")
    place = as_index(member)
    if not 0 <= place < len(names):
        raise DataError(
            f"There is no column number {place}: the {len(names)} columns are numbered 0 to {len(names) - 1}. "
            "Give a number in that range, or a name."
        )
    return place


def n_edges(scopes: Iterable[Scope]) -> int:
    """Return how many pairs of variables share a scope."""
    return len({frozenset(pair) for scope in scopes for pair in combinations(scope, 2)})


def n_weights(n_states: dict[str, int], scopes: Iterable[Scope]) -> int:
    """Return how many table entries the scopes have together, one weight each."""
    return sum(prod(n_states[name] for name in scope) for scope in scopes)


def check_size(n_states: dict[str, int], scopes: Iterable[Scope]) -> None:
    """Raise TooLargeError when the tables would have more than `MAX_WEIGHTS` entries; nothing is allocated."""
    n = n_weights(n_states, scopes)
    if n > MAX_WEIGHTS:
        shown = f"{n:,}" if n < 10**15 else f"{float(n):.0e}" if n < 10**300 else "more than 1e+300"
        raise TooLargeError(
            f"The model's tables would have {shown} entries, one weight each; at most {MAX_WEIGHTS:,} are fitted. "
            "Choose smaller factors, or columns with fewer states.",
            needed=400.0 * min(n, 10**300),
            allowed=400.0 * MAX_WEIGHTS,
        )


def n_free_parameters(n_states: dict[str, int], scopes: Iterable[Scope]) -> int:
    """Return the dimension of the model: table entries less the redundant ones.

    A hierarchical log-linear model has prod (k_i - 1) free parameters for each nonempty set of variables that lies in
    some scope; see Lauritzen (1996), section 4.3. Variables with one state add none.

    Parameters
    ----------
    n_states : dict of str to int
    scopes : iterable of tuple of str
    """
    inside = {
        subset
        for scope in scopes
        for varying in [tuple(name for name in scope if n_states[name] > 1)]
        for size in range(1, len(varying) + 1)
        for subset in combinations(varying, size)
    }
    return sum(prod(n_states[name] - 1 for name in subset) for subset in inside)
