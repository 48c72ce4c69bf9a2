"""Make resources/demo/expected.json: what the demonstration must find on the bundled PINs.

Run `python -m tests.golden.make_expected` after the bundled data change. The method shares no code with `models`:
iterative proportional fitting of the full table of 10,000 joint states (Deming and Stephan 1940; Bishop, Fienberg
and Holland 1975, chapter 3), which converges to the maximum likelihood fit of a log-linear model with these margins.
"""

from __future__ import annotations

import itertools
import json
import math
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

MODELS = {
    "independent": [],
    "one edge": [(0, 1)],
    "chain": [(0, 1), (1, 2), (2, 3)],
    "complete": list(itertools.combinations(range(4), 2)),
}


def read_pins() -> np.ndarray:
    """Return the bundled PINs as counts, shape (10, 10, 10, 10), one axis per digit."""
    counts = np.zeros((10, 10, 10, 10))
    for line in (files("resources") / "data" / "pins.csv").read_text(encoding="ascii").split()[1:]:
        pin, _, times = line.partition(",")
        counts[tuple(int(digit) for digit in pin)] += float(times or 1)
    return counts


def margin(table: np.ndarray, kept: tuple[int, ...]) -> np.ndarray:
    """Sum out every axis that is not kept, keeping the number of axes."""
    return table.sum(axis=tuple(a for a in range(4) if a not in kept), keepdims=True)


def fit(share: np.ndarray, edges: list[tuple[int, int]]) -> np.ndarray:
    """Return the fitted joint probabilities."""
    scopes = [(a,) for a in range(4)] + list(edges)
    p = np.full_like(share, 1e-4)
    for _ in range(2000):
        worst = 0.0
        for scope in scopes:
            want, have = margin(share, scope), margin(p, scope)
            worst = max(worst, float(np.abs(want - have).max()))
            p = p * np.divide(want, have, out=np.zeros_like(want), where=have > 0)
        if worst < 1e-13:
            return p
    raise ArithmeticError("proportional fitting did not converge")


def answers() -> dict[str, Any]:
    """Return the content of the file."""
    counts = read_pins()
    share = counts / counts.sum()

    def numbers(p: np.ndarray) -> dict[str, float]:
        seen = share > 0
        return {
            "nll": -math.fsum(share[seen] * np.log(p[seen])),
            "p_x1_is_1": float(p[1].sum()),
            "p_1234": float(p[1, 2, 3, 4]),
            "p4_given_123": float(p[1, 2, 3, 4] / p[1, 2, 3].sum()),
        }

    return {
        "source": "iterative proportional fitting of the full table, by tests/golden/make_expected.py",
        "pins": {
            "rows": int(counts.sum()),
            "data": numbers(share),
            "mle": {name: numbers(fit(share, edges)) for name, edges in MODELS.items()},
        },
        "stacked_rbm": {"smallest_cutset": smallest_cutset(stack_edges(3))},
    }


def stack_edges(n: int) -> list[tuple[int, int]]:
    """Return the edges of the stack x - z - h - y of n each, with chains inside x and y; layers one after the other."""
    layers = [range(k * n, (k + 1) * n) for k in range(4)]
    between = [(a, b) for above, below in itertools.pairwise(layers) for a in above for b in below]
    return between + [pair for layer in (layers[0], layers[3]) for pair in itertools.pairwise(layer)]


def smallest_cutset(edges: list[tuple[int, int]]) -> int:
    """Return how few vertices must go so that no cycle is left, by trying all sets, smaller ones first."""
    vertices = sorted({v for edge in edges for v in edge})

    def has_cycle(left: set[int]) -> bool:
        near = {v: {a + b - v for a, b in edges if v in (a, b) and a in left and b in left} for v in left}
        while True:
            bare = [v for v in near if len(near[v]) < 2]
            if not bare:
                return bool(near)
            for v in bare:
                for u in near.pop(v):
                    if u in near:
                        near[u].discard(v)

    for size in range(len(vertices) + 1):
        for gone in itertools.combinations(vertices, size):
            if not has_cycle(set(vertices) - set(gone)):
                return size
    raise AssertionError("an empty graph has no cycle")


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[2] / "resources" / "demo" / "expected.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(answers(), indent=1) + "\n", encoding="utf-8")
