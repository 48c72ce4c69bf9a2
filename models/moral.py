"""Which edges of a model were arcs of a Bayesian network, and which joined its parents?

A Bayesian network becomes an undirected model by moralisation: each table p(child | parents) is a factor over all of
them, which joins every parent to the child, as the arc did, and the parents to each other, as nothing did before. The
joint distribution is the same. See Koller and Friedman (2009), section 4.5.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from .ugm import UGM

Arc = tuple[str, str]


def arcs_of(ugm: UGM) -> tuple[Arc, ...]:
    """Return the arcs of the Bayesian network whose tables are the factors of a model.

    Parameters
    ----------
    ugm : UGM
        Each factor is a table p(child | parents), and the child is the last variable of its scope.

    Returns
    -------
    tuple of (parent, child)
        In the order of the factors and scopes; empty when the factors cannot be such tables: some variable is not the
        last one of exactly one scope, or the arcs go round in a circle.
    """
    parents = {factor.scope[-1]: factor.scope[:-1] for factor in ugm.factors if factor.scope}
    if not len(parents) == len(ugm.factors) == len(ugm.variables) or find_circle(parents):
        return ()
    return tuple((parent, child) for child, its_parents in parents.items() for parent in its_parents)


def find_circle(parents: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return variables each of which is a parent of the next, and the last of the first; empty when there are none."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        on_path: set[str] = set()
        todo = [(start, iter(parents[start]))] if start not in done else []
        while todo:
            name, rest = todo[-1]
            if name not in on_path:
                path.append(name)
                on_path.add(name)
            parent = next(rest, None)
            if parent is None:
                done.add(name)
                on_path.discard(path.pop())
                todo.pop()
            elif parent in on_path:
                return tuple(reversed(path[path.index(parent) :]))
            elif parent not in done:
                todo.append((parent, iter(parents.get(parent, ()))))
    return ()


def joined_arcs(ugm: UGM, arcs: Iterable[Arc]) -> tuple[Arc, ...]:
    """Return the arcs, each once, whose ends still share a factor."""
    wanted = dict.fromkeys(arcs)
    missing: dict[str, set[str]] = {}  # parents by child, until a factor that joins them is found
    for parent, child in wanted:
        missing.setdefault(child, set()).add(parent)
    for factor in ugm.factors:
        for child in factor.scope:
            if child in missing:
                missing[child].difference_update([name for name in factor.scope if name != child])
                if not missing[child]:
                    del missing[child]
    return tuple(arc for arc in wanted if arc[0] not in missing.get(arc[1], ()))


def moral_edges(ugm: UGM, arcs: Iterable[Arc]) -> dict[Arc, tuple[str, ...]]:
    """Return the edges that moralisation added.

    Parameters
    ----------
    ugm : UGM
    arcs : iterable of (parent, child)

    Returns
    -------
    dict of (str, str) to tuple of str
        Pairs in model order, sorted by it, with the children that the two have in common. Pairs that an arc joins, or a
        factor over just the two, are edges for a reason of their own and are left out.
    """
    directed = set(arcs)
    parents: dict[str, set[str]] = {}
    for parent, child in directed:
        parents.setdefault(child, set()).add(parent)
    apart = {frozenset(factor.scope) for factor in ugm.factors if len(factor.scope) == 2}
    children: dict[tuple[int, int], dict[str, None]] = {}
    for factor in ugm.factors:
        members = set(factor.scope)
        for child in factor.scope:
            known = sorted(ugm.index(name) for name in members & parents.get(child, set()))
            for pair in combinations(known, 2):
                children.setdefault(pair, {})[child] = None
    names = ugm.names
    found = {(names[i], names[j]): tuple(children[i, j]) for i, j in sorted(children)}
    return {
        (a, b): because
        for (a, b), because in found.items()
        if not ({(a, b), (b, a)} & directed or frozenset((a, b)) in apart)
    }
