"""How many single-site updates a second do the samplers make, next to the same thing written in plain NumPy?

Run ``python -m tests.bench.bench_gibbs`` from the root of the checkout. Every figure counts the sites visited, with
counts per variable and of a joint event kept, in millions per second: medians of five alternating runs, the first
thrown away. The marginals of all programs are compared before anything is printed.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

import numpy as np

from models import UGM, complete, ising_grid
from models.samplers import make_sampler

RUNS = 6


class OneChain:
    """A chain in NumPy as one writes it first: sum the rows of the factors, exponentiate, draw."""

    def __init__(self, ugm: UGM) -> None:
        self.names, self.n_states = ugm.names, ugm.n_states
        self.rng = np.random.default_rng(0)
        self.x = np.zeros(len(self.names), dtype=np.int64)
        self.counts = [np.zeros(n, dtype=np.int64) for n in self.n_states]
        self.n_draws = 0
        place = {name: i for i, name in enumerate(self.names)}
        self.near: list[list[tuple[int, np.ndarray]]] = [[] for _ in self.names]
        self.own = [np.zeros(n) for n in self.n_states]
        for factor in ugm.factors:
            scope = [place[name] for name in factor.scope]
            if len(scope) == 1:
                self.own[scope[0]] += factor.log_table
            else:
                self.near[scope[0]].append((scope[1], factor.log_table.T))
                self.near[scope[1]].append((scope[0], factor.log_table))

    def advance(self, n_updates: int) -> None:
        n = len(self.names)
        for _ in range(n_updates // n):
            for i in range(n):
                logs = self.own[i].copy()
                for j, table in self.near[i]:
                    logs += table[self.x[j]]
                sums = np.cumsum(np.exp(logs - logs.max()))
                self.x[i] = np.searchsorted(sums, self.rng.random() * sums[-1], side="right")
            for i in range(n):
                self.counts[i][self.x[i]] += 1
            self.n_draws += 1

    def shares(self) -> list[np.ndarray]:
        return [c / self.n_draws for c in self.counts]


class ManyChains(OneChain):
    """The best that NumPy does: a thousand chains side by side, one site at a time."""

    n_chains = 1000

    def __init__(self, ugm: UGM) -> None:
        super().__init__(ugm)
        self.many = np.zeros((len(self.names), self.n_chains), dtype=np.int64)

    def advance(self, n_updates: int) -> None:
        n = len(self.names)
        for _ in range(max(1, n_updates // (n * self.n_chains))):
            for i in range(n):
                logs = np.repeat(self.own[i][None], self.n_chains, axis=0)
                for j, table in self.near[i]:
                    logs += table[self.many[j]]
                sums = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
                u = self.rng.random(self.n_chains) * sums[:, -1]
                self.many[i] = (sums <= u[:, None]).sum(axis=1)
            for i in range(n):
                self.counts[i] += np.bincount(self.many[i], minlength=self.n_states[i])
            self.n_draws += self.n_chains


class Ours:
    """One compiled chain."""

    def __init__(self, ugm: UGM, method: str) -> None:
        self.sampler = make_sampler(ugm, method=method, seed=1)
        self.sampler.set_event(dict.fromkeys(ugm.names[:4], 0))
        self.sampler.compile()

    def advance(self, n_updates: int) -> None:
        self.sampler.advance(n_updates)

    def shares(self) -> list[np.ndarray]:
        return [c / self.sampler.n_draws for c in self.sampler.counts.values()]


def rate(program: OneChain | Ours, n_updates: int) -> float:
    began = perf_counter()
    program.advance(n_updates)
    return n_updates / (perf_counter() - began) / 1e6


def compare(title: str, ugm: UGM, sizes: tuple[int, int, int], tolerance: float) -> None:
    makers: dict[str, tuple[Callable[[], OneChain | Ours], int]] = {
        "NumPy, one chain": (lambda: OneChain(ugm), sizes[0]),
        "NumPy, 1,000 chains": (lambda: ManyChains(ugm), sizes[1]),
        "Clique, Gibbs": (lambda: Ours(ugm, "gibbs"), sizes[2]),
        "Clique, Metropolis-Hastings": (lambda: Ours(ugm, "metropolis"), sizes[2]),
    }
    programs = {name: make() for name, (make, _) in makers.items()}
    rates: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(RUNS):
        for name, (_, n_updates) in makers.items():
            rates[name].append(rate(programs[name], n_updates))
    best = programs["Clique, Gibbs"].shares()
    for name, program in programs.items():
        apart = max(float(np.abs(a - b).max()) for a, b in zip(best, program.shares(), strict=True))
        if apart > tolerance:
            raise SystemExit(f"{title}: the marginals of {name} differ by {apart:.3f}; there is nothing to compare.")
    reference = statistics.median(rates["NumPy, one chain"][1:])
    print(title)
    for name, values in rates.items():
        middle = statistics.median(values[1:])
        print(f"  {name:30} {middle:10.3f} M updates/s   {middle / reference:8.0f} x")


if __name__ == "__main__":
    compare("PIN, complete graph on 4 variables of 10 states", complete(4, 10), (40_000, 4_000_000, 4_000_000), 0.02)
    compare("Ising 30 x 30", ising_grid(30, 30, 0.2), (90_000, 9_000_000, 9_000_000), 0.15)
