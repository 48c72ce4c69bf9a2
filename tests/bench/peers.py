"""How are the peers of `bench_peers` given a model, and how are their answers read out?

Each `build_...` does what is not counted and returns a call that is. Peers are imported inside.
"""

from __future__ import annotations

import logging
import math
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.conditioning import condition
from models.examples import chain, ising_grid
from models.factor import Factor
from models.ugm import UGM
from tests.bench import bench_exact

Marginals = tuple[float | None, dict[str, np.ndarray]]
"""Log Z, None where the peer has been given rescaled tables, and the marginals of free variables."""


class Failed(Exception):  # noqa: N818
    """The peer raised an error; the text is its own."""


def small_models() -> Iterator[tuple[str, Callable[[], tuple[UGM, dict[str, int]]]]]:
    """Yield models small enough for a peer in pure Python."""
    rng = np.random.default_rng(1)
    yield "chain 20 x 10", lambda: (bench_exact.perturbed(chain(20, 10), rng), {})
    yield "chain 100 x 2", lambda: (bench_exact.perturbed(chain(100, 2), rng), {})
    yield "tree 50 x 4", lambda: (bench_exact.random_tree(50, 4, rng), {})
    yield "grid 4 x 4", lambda: (bench_exact.perturbed(ising_grid(4, 4), rng), {})
    yield "grid 6 x 6", lambda: (bench_exact.perturbed(ising_grid(6, 6), rng), {})


def build_pyagrum(ugm: UGM, evidence: dict[str, int]) -> Callable[[], Marginals]:
    """Prepare Shafer-Shenoy propagation, on one thread or two, whichever was faster at first."""
    network = bench_exact.build_peer(ugm)
    seconds = {}
    for threads in (1, 2):
        start = time.perf_counter()
        bench_exact.run_peer(network, evidence, threads)
        seconds[threads] = time.perf_counter() - start
    best = min(seconds, key=seconds.__getitem__)
    return lambda: (None, bench_exact.run_peer(network, evidence, best))


def build_pgmpy(ugm: UGM, evidence: dict[str, int]) -> Callable[[], Marginals]:
    """Prepare belief propagation; evidence is taken out beforehand, as that saves the peer work."""
    logging.getLogger("pgmpy").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    from pgmpy.factors.discrete import DiscreteFactor
    from pgmpy.inference import BeliefPropagation
    from pgmpy.models import DiscreteMarkovNetwork

    conditioned = condition(ugm, evidence)
    left = conditioned.ugm
    network = DiscreteMarkovNetwork()
    network.add_nodes_from(left.names)
    network.add_edges_from(left.edges)
    mentioned = {name for factor in left.factors for name in factor.scope}
    lonely = [Factor(v.name, np.zeros(v.n_states)) for v in left.variables if v.name not in mentioned]
    constant = conditioned.log_constant
    for factor in (*left.factors, *lonely):
        if factor.scope:
            shape = factor.log_table.shape
            network.add_factors(DiscreteFactor(list(factor.scope), list(shape), np.exp(factor.log_table)))
        else:
            constant += float(factor.log_table)

    def run() -> Marginals:
        try:
            inference = BeliefPropagation(network)
            inference.calibrate()
            beliefs = inference.get_clique_beliefs()
        except (ValueError, KeyError, IndexError, np.exceptions.AxisError) as error:
            raise Failed(str(error) or type(error).__name__) from error
        smallest: dict[str, Any] = {}
        for belief in sorted(beliefs.values(), key=lambda b: b.values.size):
            for name in belief.variables:
                smallest.setdefault(name, belief)
        found = {}
        total = math.nan
        for name, belief in smallest.items():
            axis = belief.variables.index(name)
            p = belief.values.sum(axis=tuple(i for i in range(belief.values.ndim) if i != axis))
            total = float(p.sum())
            with np.errstate(all="ignore"):
                found[name] = p / total
        with np.errstate(all="ignore"):
            return float(np.log(total)) + constant, found

    return run


@dataclass(frozen=True)
class Solved:
    """What toulbar2 found, empty for nothing, and whether it proved that to be best."""

    assignment: dict[str, int]
    proved: bool


class Toulbar2:
    """Cost tables; a call makes the problem of them and solves it. `solving` collects seconds without building."""

    def __init__(self, ugm: UGM, evidence: dict[str, int], decimals: int, limit: float) -> None:
        left = condition(ugm, evidence).ugm
        self.evidence, self.decimals, self.limit = evidence, decimals, limit
        self.variables = [(v.name, range(v.n_states)) for v in left.variables]
        self.tables = [
            ([left.index(name) for name in f.scope], (-f.log_table).reshape(-1).tolist())
            for f in left.factors
            if f.scope
        ]
        self.solving: list[float] = []

    def __call__(self) -> Solved:
        from pytoulbar2 import CFN

        problem = CFN(resolution=self.decimals)
        for name, states in self.variables:
            problem.AddVariable(name, states)
        for scope, costs in self.tables:
            problem.AddFunction(scope, costs)
        start = time.perf_counter()
        found = problem.Solve(timeLimit=math.ceil(self.limit))
        self.solving.append(time.perf_counter() - start)
        if found is None:
            return Solved({}, False)
        names = [name for name, _ in self.variables]
        assignment = {**self.evidence, **{name: int(s) for name, s in zip(names, found[0], strict=True)}}
        # After the limit it returns the best it has; a proof leaves no gap but rounding.
        gap = found[1] - problem.GetDDualBound()
        return Solved(assignment, self.solving[-1] < self.limit or gap <= 10.0**-self.decimals)


def networkx_bounds(graph: Any) -> int:
    """Return the better of min-degree and min-fill."""
    from networkx.algorithms.approximation import treewidth_min_degree, treewidth_min_fill_in

    return int(min(treewidth_min_degree(graph)[0], treewidth_min_fill_in(graph)[0]))
