"""What does a sampler of blocks have to know about each free variable, laid out for the inner loop?

The free variables are parted into blocks that are forests given the rest. A block is drawn at once (Hamze and de
Freitas, From fields to trees, 2004): messages go from the leaves to the roots, log m(t) = log sum over s of
exp(a_i(s) + e_i(s, t)), where a_i adds up the factors of i outside the block and the messages of its children, and e_i
those shared with its parent; then states are drawn from the roots to the leaves. Sites are numbered block by block,
parents before children, which is the order of the scan. One record of `plan` per site:

    plan[p]      number of states k
    plan[p + 1]  where the site's counts start
    plan[p + 2]  parent site, or -1
    plan[p + 3]  where the site's a_i starts in the scratch space
    plan[p + 4]  first site of its block, and plan[p + 5] the one after its last
    plan[p + 6]  number of own factors, and plan[p + 7] of factors shared with the parent
    own          per factor: base, step of the own state, number of others, then pairs (other, step)
    shared       per factor: base, step of the own state, of the parent's, number of others, then pairs
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from models.blocks import design_blocks_steps
from models.conditioning import Conditioned
from models.errors import ModelError
from models.steps import Steps

from .plan import Floats, Ints, Plan, _frozen

METHOD = "tree-gibbs"
HEAD = 8  # numbers before the factors
_SECONDS = 1.0  # to design blocks where none are given


@dataclass(frozen=True, slots=True, eq=False)
class TreePlan(Plan):
    """The flat arrays for block updates.

    Attributes
    ----------
    blocks : tuple of tuple of str
        In the order of the scan.
    """

    blocks: tuple[tuple[str, ...], ...]

    @property
    def scratch_size(self) -> int:
        """Numbers of work space: a_i of every site, and a table of one link."""
        largest = int(self.n_states.max(initial=1))
        return int(self.n_states.sum()) + largest * largest + largest

    def conditional(self, site: int, states: Any) -> Floats:
        """Return p(x_site | its parent, all outside its block): what the site is drawn from.

        Parameters
        ----------
        site : int
        states : sequence of int, shape (n_sites,)
            The parent's is that drawn just before.
        """
        from .tree_gibbs import filtered, link_logs

        plan = self.plan.tolist()
        values = self.values.tolist()
        starts = self.starts.tolist()
        now = [int(state) for state in states]
        first, end = plan[starts[site] + 4], plan[starts[site] + 5]
        logs = np.array(filtered(first, end, now, starts, plan, values)[site - first])
        parent = plan[starts[site] + 2]
        if parent >= 0:
            logs = logs + np.array(link_logs(starts[site], now, plan, values, plan[starts[parent]]))[:, now[parent]]
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum(), dtype=np.float64)


def tree_plan_steps(
    conditioned: Conditioned, count_starts: Ints, blocks: Iterable[Iterable[str]] | None = None
) -> Steps[TreePlan]:
    """Lay out a conditional UGM for block updates, in slices.

    Parameters
    ----------
    conditioned : Conditioned
    count_starts : ndarray of int64, shape (n_sites,)
        For each free variable in model order, where its counts start.
    blocks : iterable of iterables of str, optional
        Designed when None. Clamped variables in them play no part; a free variable in no block is one by itself.

    Raises
    ------
    ModelError
        A block is no forest given the rest, a variable is in two, or a name is unknown.
    """
    ugm = conditioned.ugm
    if blocks is None:
        found = yield from design_blocks_steps(ugm, time_limit=_SECONDS)
        chosen = [list(block.names) for block in found.blocks]
    else:
        chosen = _checked(conditioned, blocks)
    place = {name: v for v, name in enumerate(ugm.names)}
    near: list[set[int]] = [set() for _ in ugm.names]
    for a, b in ugm.edges:
        near[place[a]].add(place[b])
        near[place[b]].add(place[a])
    order: list[int] = []  # model places by site
    parents: list[int] = []  # sites
    spans: list[tuple[int, int]] = []
    made: list[tuple[str, ...]] = []
    for names in chosen:
        first = len(order)
        _grow({place[name] for name in names}, near, order, parents)
        spans += [(first, len(order))] * (len(order) - first)
        made.append(tuple(ugm.names[v] for v in order[first:]))
        yield None
    site_of = {v: site for site, v in enumerate(order)}
    sizes = [ugm.n_states[v] for v in order]
    offsets = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(int).tolist() if sizes else []
    own, shared, values = _factors(ugm, site_of, parents, spans)
    starts: list[int] = []
    records: list[int] = []
    for site, v in enumerate(order):
        starts.append(len(records))
        records += [sizes[site], int(count_starts[v]), parents[site], offsets[site], *spans[site]]
        records += [len(own[site]), len(shared[site])]
        for part in (*own[site], *shared[site]):
            records += part
    values.setflags(write=False)
    scanned = tuple(ugm.names[v] for v in order)
    return TreePlan(METHOD, scanned, _frozen(sizes), _frozen(starts), _frozen(records), values, 0, tuple(made))


def _checked(conditioned: Conditioned, blocks: Iterable[Iterable[str]]) -> list[list[str]]:
    free = conditioned.ugm.names
    known, seen = set(free), set()
    chosen = []
    for block in blocks:
        names = [name for name in dict.fromkeys(block) if name not in conditioned.evidence]
        for name in names:
            if name not in known:
                raise ModelError(f"The block names {name}, which is not a variable of the model. Leave it out.")
            if name in seen:
                raise ModelError(f"{name} is in two blocks. Leave it in one of them.")
            seen.add(name)
        if names:
            chosen.append(names)
    return chosen + [[name] for name in free if name not in seen]


def _grow(members: set[int], near: Sequence[set[int]], order: list[int], parents: list[int]) -> None:
    """Append a block's variables, parents before children; ModelError where they are no forest."""
    left = set(members)
    first = len(order)
    while left:
        root = min(left)
        left.remove(root)
        begin = len(order)
        order.append(root)
        parents.append(-1)
        site = begin
        while site < len(order):
            v = order[site]
            for u in sorted(near[v] & members):
                if u in left:
                    left.remove(u)
                    order.append(u)
                    parents.append(site)
            site += 1
    inside = sum(len(near[v] & members) for v in order[first:]) // 2
    if inside != sum(parent >= 0 for parent in parents[first:]):
        raise ModelError(
            f"The block of {len(members)} variables has a cycle given the rest. Take a variable out of it, or let "
            "blocks be proposed."
        )


def _factors(
    ugm: Any, site_of: dict[int, int], parents: Sequence[int], spans: Sequence[tuple[int, int]]
) -> tuple[list[list[list[int]]], list[list[list[int]]], Floats]:
    """Give each factor to the sites that use it; return the parts of the records, and all log tables."""
    own: list[list[list[int]]] = [[] for _ in site_of]
    shared: list[list[list[int]]] = [[] for _ in site_of]
    tables: list[Floats] = []
    bases: dict[int, int] = {}
    length = 0
    for factor in ugm.factors:
        if not factor.scope:
            continue
        if id(factor.log_table) not in bases:
            bases[id(factor.log_table)] = length
            tables.append(factor.log_table.reshape(-1))
            length += factor.log_table.size
        base = bases[id(factor.log_table)]
        sites = [site_of[ugm.index(name)] for name in factor.scope]
        shape = factor.log_table.shape
        steps = {site: prod(shape[a + 1 :]) for a, site in enumerate(sites)}
        for site in sites:
            inside = [s for s in sites if spans[s] == spans[site]]
            others = [(s, steps[s]) for s in sites if s not in inside]
            pairs = [number for pair in others for number in pair]
            if len(inside) == 1:
                own[site].append([base, steps[site], len(others), *pairs])
            elif parents[site] in inside:
                shared[site].append([base, steps[site], steps[parents[site]], len(others), *pairs])
    return own, shared, np.concatenate(tables) if tables else np.zeros(0)
