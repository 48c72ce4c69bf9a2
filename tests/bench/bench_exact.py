"""How does exact inference compare with pyAgrum, on the same models in the same process?

    python tests/bench/bench_exact.py [--quick] [--repeat N] [NAME ...]

Counted for us: log Z and all marginals from a `UGM` value; "cold" with a structure never seen (elimination order, plan
and run), "warm" with new numbers on a known structure. Counted for the peer: an inference object, all posteriors read
out; the faster of one and two threads. Models of the peer are built factor by factor, factors of one scope multiplied,
and building is counted for neither side. Where the peer's marginals are finite they must agree to 1e-9.

The UAI models are read from ../shared/data/uai where that exists. Figures are medians; read ratios, not milliseconds.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import models  # noqa: E402
from models import kernels  # noqa: E402
from models.exact import forecast, infer  # noqa: E402
from models.examples import chain, complete, ising_grid  # noqa: E402
from models.factor import Factor  # noqa: E402
from models.plan import forget_plans  # noqa: E402
from models.ugm import UGM, Variable  # noqa: E402

try:
    import pyagrum as gum
except ImportError:
    gum = None

UAI = ROOT.parent / "shared" / "data" / "uai"
LARGEST = 4e9  # bytes of tables beyond which a model is left out
QUICK = 5e-2  # seconds of forecast above which --quick leaves a model out
SLOW = 2.0  # seconds above which a call is made once


def random_tree(n: int, card: int, rng: np.random.Generator) -> UGM:
    """Make a tree by joining every new variable to a random older one."""
    names = [f"x{i + 1}" for i in range(n)]
    factors = [Factor((name,), rng.normal(size=card)) for name in names]
    factors += [Factor((names[int(rng.integers(i))], names[i]), rng.normal(size=(card, card))) for i in range(1, n)]
    return UGM([Variable.of_size(name, card) for name in names], factors)


def bipartite(left: int, right: int, rng: np.random.Generator) -> UGM:
    """Make a restricted Boltzmann machine with small random weights."""
    names = [f"z{i + 1}" for i in range(left)] + [f"h{i + 1}" for i in range(right)]
    factors = [Factor((a, b), rng.normal(0, 0.3, (2, 2))) for a in names[:left] for b in names[left:]]
    return UGM([Variable.of_size(name, 2) for name in names], factors)


def perturbed(ugm: UGM, rng: np.random.Generator) -> UGM:
    """Give a model random numbers, the same structure."""
    return UGM(ugm.variables, [Factor(f.scope, rng.normal(size=f.log_table.shape)) for f in ugm.factors])


def all_models() -> Iterator[tuple[str, Callable[[], tuple[UGM, dict[str, int]]]]]:
    """Yield names and how to make each model."""
    rng = np.random.default_rng(0)
    yield "chain 1000 x 10", lambda: (perturbed(chain(1000, 10), rng), {})
    yield "chain 1000 x 2", lambda: (perturbed(chain(1000, 2), rng), {})
    yield "tree 500 x 4", lambda: (random_tree(500, 4, rng), {})
    yield "complete 4 x 10", lambda: (perturbed(complete(4, 10), rng), {})
    yield "grid 8 x 8", lambda: (perturbed(ising_grid(8, 8), rng), {})
    yield "grid 12 x 12", lambda: (perturbed(ising_grid(12, 12), rng), {})
    yield "grid 15 x 15", lambda: (perturbed(ising_grid(15, 15), rng), {})
    yield "RBM 18 x 30", lambda: (bipartite(18, 30, rng), {})
    for path in sorted(UAI.glob("*.uai")) if UAI.is_dir() else ():

        def read(path: Path = path) -> tuple[UGM, dict[str, int]]:
            ugm = models.read_model(path)
            evidence = path.with_name(path.name + ".evid")
            return ugm, dict(models.read_evidence(evidence, ugm)) if evidence.exists() else {}

        yield path.stem, read


def median_time(work: Callable[[], Any], repeat: int, before: Callable[[], None] = lambda: None) -> float:
    """Return the median seconds of a call, after one that is thrown away; of a slow one, the only one."""
    times: list[float] = []
    while len(times) <= repeat and (not times or times[0] < SLOW):
        before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times[1:] or times))


def build_peer(ugm: UGM) -> Any:
    """Build the peer's model factor by factor; factors of one scope are multiplied first."""
    network = gum.MarkovRandomField()
    for variable in ugm.variables:
        network.add(gum.LabelizedVariable(variable.name, variable.name, variable.n_states))
    merged: dict[frozenset[str], Factor] = {}
    for factor in ugm.factors:
        if factor.scope:
            key = frozenset(factor.scope)
            merged[key] = merged[key].multiply(factor) if key in merged else factor
    for factor in merged.values():
        tensor = gum.Tensor()
        for name in reversed(factor.scope):  # the peer's first variable changes fastest
            tensor.add(network.variable(name))
        # Marginals do not depend on the scale. This one keeps the peer's products near one, as it does not rescale.
        table = np.exp(factor.log_table - factor.log_table.max())
        table *= table.shape[0] / table.sum()
        tensor.fillWith(table.reshape(-1).tolist())
        network.addFactor(tensor)
    return network


def run_peer(network: Any, evidence: dict[str, int], threads: int) -> dict[str, np.ndarray]:
    """Run the peer and read all posteriors out."""
    inference = gum.ShaferShenoyMRFInference(network)
    inference.setNumberOfThreads(threads)
    inference.setEvidence(evidence)
    free = [name for name in network.names() if name not in evidence]
    try:
        inference.makeInference()
        return {name: inference.posterior(name).toarray() for name in free}
    except gum.GumException:  # it lost all mass to underflow
        return {name: np.full(1, np.nan) for name in free}
    except Exception as error:
        if "bad_alloc" not in str(error):
            raise
        raise MemoryError from error


def compare(ugm: UGM, evidence: dict[str, int], repeat: int) -> tuple[float, str]:
    """Time the peer, check that it agrees, and return seconds and a note."""
    network = build_peer(ugm)
    peer = min(median_time(lambda: run_peer(network, evidence, threads), repeat) for threads in (1, 2))  # noqa: B023
    found, theirs = infer(ugm, evidence).marginals, run_peer(network, evidence, 1)
    if not all(np.isfinite(p).all() for p in theirs.values()):
        return peer, "  (peer: NaN)"
    worst = max((float(np.abs(found[v] - p).max()) for v, p in theirs.items()), default=0.0)
    if worst > 1e-9:
        raise SystemExit(f"marginals differ by {worst:.1e}")
    return peer, ""


def forward_backward(unary: np.ndarray, pair: np.ndarray, marginals: np.ndarray, work: np.ndarray) -> float:
    """Do the textbook recursion on a chain whose log tables are stacked already; return log Z."""
    n, k = unary.shape
    log_z = 0.0
    for t in range(n):
        total = 0.0
        for j in range(k):
            before = 1.0
            if t > 0:
                before = 0.0
                for i in range(k):
                    work[t - 1, i, j] = math.exp(pair[t - 1, i, j])
                    before += marginals[t - 1, i] * work[t - 1, i, j]
            marginals[t, j] = before * math.exp(unary[t, j])
            total += marginals[t, j]
        log_z += math.log(total)
        for j in range(k):
            marginals[t, j] /= total
    back = np.ones(k)
    behind = np.empty(k)
    for t in range(n - 2, -1, -1):
        for j in range(k):
            behind[j] = back[j] * math.exp(unary[t + 1, j])
        total = 0.0
        for i in range(k):
            back[i] = 0.0
            for j in range(k):
                back[i] += work[t, i, j] * behind[j]
            total += marginals[t, i] * back[i]
        for i in range(k):
            back[i] /= total
            marginals[t, i] *= back[i]
    return log_z


def compare_chain(repeat: int) -> None:
    """Print how a known chain of 1,000 variables compares with plain compiled code for chains alone."""
    import numba

    n, k = 1000, 10
    ugm = perturbed(chain(n, k), np.random.default_rng(0))
    marginals, work = np.empty((n, k)), np.empty((n, k, k))
    plain = numba.njit(fastmath={"reassoc", "contract"})(forward_backward)
    nothing = np.zeros(k)

    def stack() -> tuple[np.ndarray, np.ndarray]:
        tables = {factor.scope: factor.log_table for factor in ugm.factors}
        unary = np.stack([tables.get((name,), nothing) for name in ugm.names])
        return unary, np.stack([tables[edge] for edge in pairwise(ugm.names)])

    stacked = stack()
    log_z = plain(*stacked, marginals, work)  # compiles it
    calls = (lambda: plain(*stacked, marginals, work), stack, lambda: infer(ugm))
    times: list[list[float]] = [[], [], []]
    for _ in range(4 * repeat + 1):  # in turns, so that other programs slow all of them alike
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    recursion, reading, warm = (float(np.median(taken[1:])) for taken in times)
    inference = infer(ugm)
    assert abs(log_z - inference.log_z) < 1e-9 * abs(log_z)
    assert all(np.abs(inference.marginals[name] - p).max() < 1e-9 for name, p in zip(ugm.names, marginals, strict=True))
    print(f"chain {n} x {k}: warm {warm * 1e3:.2f} ms")
    for text, plainly in (("tables stacked before", recursion), ("tables stacked too", recursion + reading)):
        print(f"  plain forward-backward, {text}: {plainly * 1e3:.2f} ms, ratio {warm / plainly:.2f}")


def main() -> None:
    """Print one line for each model, and how often we are ahead."""
    parser = argparse.ArgumentParser(description="Exact inference against pyAgrum.")
    parser.add_argument("names", nargs="*", help="only models whose name begins so")
    parser.add_argument("--quick", action="store_true", help="only models forecast to take milliseconds")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    kernels.warm()
    compare_chain(options.repeat)
    if gum is None:
        print("pyAgrum is not installed: ratios are left out. pip install pyagrum into an environment of its own.")
    print(
        f"{'model':<20}{'width':>6}{'log2 n':>8}{'cold':>10}{'warm':>10}{'peer':>10}{'cold/peer':>11}{'warm/peer':>11}"
    )
    ratios = []
    for name, make in all_models():
        if options.names and not any(name.startswith(wanted) for wanted in options.names):
            continue
        ugm, evidence = make()
        seen = forecast(ugm, evidence)
        if seen.n_bytes > LARGEST or (options.quick and seen.seconds > QUICK):
            print(f"{name:<20}{seen.width:>6}{np.log2(seen.total_entries):>8.1f}  left out")
            continue
        repeat = options.repeat if seen.seconds < 0.3 else 2
        cold = median_time(lambda: infer(ugm, evidence), repeat, forget_plans)  # noqa: B023
        warm = median_time(lambda: infer(ugm, evidence), repeat)  # noqa: B023
        line = f"{name:<20}{seen.width:>6}{np.log2(seen.total_entries):>8.1f}{cold * 1e3:>10.2f}{warm * 1e3:>10.2f}"
        if gum is not None:
            try:
                peer, note = compare(ugm, evidence, repeat)
                ratios.append((len(ugm.variables), seen.width, cold / peer, warm / peer))
                line += f"{peer * 1e3:>10.2f}{cold / peer:>11.3f}{warm / peer:>11.3f}{note}"
            except MemoryError:
                line += "  (peer: out of memory)"
        print(line, flush=True)
        gc.collect()
    if ratios:
        summarise(np.array(ratios))


def summarise(ratios: np.ndarray) -> None:
    """Print how often a goal is met; columns are variables, width, cold and warm ratio."""
    n, width, cold, warm = ratios.T
    narrow = width <= 12
    for text, met in (
        ("cold <= 0.5 of the peer", cold <= 0.5),
        ("cold <= 1, above 10 variables", cold[n > 10] <= 1),
        ("warm <= 0.1, width up to 12", warm[narrow] <= 0.1),
        ("warm <= 0.4, width beyond", warm[~narrow] <= 0.4),
    ):
        print(f"{text:<32}{met.sum():>4} of {len(met)}")
    print(f"geometric mean: cold {np.exp(np.log(cold).mean()):.3f}, warm {np.exp(np.log(warm).mean()):.3f}")


if __name__ == "__main__":
    main()
