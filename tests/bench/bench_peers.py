"""How does Clique compare with what people would otherwise use, on the same work in the same process?

    python -m tests.bench.bench_peers [pyagrum] [pgmpy] [pytoulbar2] [networkx] [--repeat N] [--limit S] [--only TEXT]

One table of ratios, ours / peer, below one where we are faster: log Z and all marginals against pyAgrum and pgmpy, most
probable states against toulbar2, treewidth bounds against networkx. Runs alternate, the first of each is thrown away,
figures are medians; read ratios, not milliseconds. "Cold" is a structure never seen, "warm" new tables on a known one.
Answers must agree to 1e-9 before a ratio is printed; where the peer fails, gives NaN or is stopped, the note says so.

Counted for us: everything from a `UGM` value, or from a graph. For pyAgrum and pgmpy: inference and reading out, not
building. toulbar2 solves a model once only, so building counts; the note gives solving alone. For networkx: both of its
heuristics, as we try both and bound from below besides. The peers are no part of the project's environment: install
them by hand into one that sees the project's packages. UAI models and graphs come from ../shared/data, if that exists.
"""

from __future__ import annotations

import argparse
import gc
import math
import signal
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np

import models
from models import kernels
from models.costs import Forecast
from models.exact_treewidth import treewidth_steps
from models.factor import Factor
from models.plan import forget_plans
from models.ugm import UGM, Variable
from tests.bench import peers
from tests.bench.bench_exact import LARGEST, UAI, all_models

GRAPHS = UAI.parent / "treewidth"
PEERS = ("pyagrum", "pgmpy", "pytoulbar2", "networkx")
INSTALL = "pip install pyagrum pgmpy pytoulbar2"
SMALL, FEW = 2.0**14, 100  # table entries and variables up to which pgmpy is asked; it takes minutes beyond, or fails
SEARCH = 1.0  # seconds of treewidth search after the first bounds

Work = Callable[[], Callable[[], object]]
"""Makes a timed call: what it does before returning that is not counted."""


class Stopped(BaseException):
    """The peer had its time; not an Exception, so that it does not catch it."""


def fresh(ugm: UGM) -> UGM:
    """Return an equal model that shares no object with the old one, so that nothing known by identity helps."""
    variables = [Variable(v.name, tuple(v.labels)) for v in ugm.variables]
    return UGM(variables, [Factor(f.scope, f.log_table) for f in ugm.factors])


def race(works: list[Work], repeat: int) -> tuple[list[float], list[object]]:
    """Run in turns; return median seconds without the first round, and what the first round gave."""
    times: list[list[float]] = [[] for _ in works]
    first: list[object] = []
    turn = 0
    while True:
        for k, work in enumerate(works):
            call = work()
            start = time.perf_counter()
            result = call()
            times[k].append(time.perf_counter() - start)
            if turn == 0:
                first.append(result)
        slowest = max(one[0] for one in times)
        if turn >= (repeat if slowest < 0.5 else 3 if slowest < 5 else 1):
            return [float(np.median(one[1:])) for one in times], first
        turn += 1


def with_limit(call: Callable[[], object], seconds: float) -> Callable[[], object]:
    """Interrupt a call in Python code that takes too long, where the system can."""

    def stop(*_: object) -> None:
        raise Stopped

    def limited() -> object:
        if not hasattr(signal, "setitimer"):
            return call()
        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return limited


class Table:
    """Prints lines as they come, and a summary."""

    def __init__(self) -> None:
        self.ratios: dict[str, list[tuple[int, float, float]]] = {}
        heads = (f"{head:>10}" for head in ("cold ms", "warm ms", "peer ms", "cold/peer", "warm/peer"))
        print(f"{'peer':<12}{'model':<50}{'width':>6}{''.join(heads)}  note")

    def line(self, peer: str, name: str, width: int, times: list[float], note: str = "", agreed: bool = True) -> None:
        """Print one line; `times` are ours cold, ours warm (NaN for none), and the peer's, as far as known."""
        text = "".join(f"{t * 1e3:>10.2f}" if math.isfinite(t) else f"{'-':>10}" for t in times)
        if agreed and len(times) == 3:
            cold, warm = times[0] / times[2], times[1] / times[2]
            self.ratios.setdefault(peer, []).append((width, cold, warm))
            text += f"{cold:>10.3f}" + (f"{warm:>10.3f}" if math.isfinite(warm) else f"{'-':>10}")
        print(f"{peer:<12}{name:<50}{width:>6}{text:<50}  {note}".rstrip(), flush=True)

    def summary(self) -> None:
        """Print geometric means and how often we are ahead."""
        for peer, lines in self.ratios.items():
            _, cold, warm = np.array(lines).T
            text = f"{peer}: {len(cold)} compared; cold ahead in {(cold <= 1).sum()}, "
            text += f"geometric mean {np.exp(np.log(cold).mean()):.3f}, median {np.median(cold):.3f}"
            if np.isfinite(warm).all():
                text += f"; warm ahead in {(warm <= 1).sum()}, geometric mean {np.exp(np.log(warm).mean()):.3f}"
            print(text)


def cold(ask: Callable[[UGM], object], ugm: UGM) -> Work:
    """Ask about a structure never seen."""

    def prepare() -> Callable[[], object]:
        copy = fresh(ugm)
        forget_plans()
        return lambda: ask(copy)

    return prepare


def warm(ask: Callable[[UGM], object], ugm: UGM) -> Work:
    """Ask about a known structure with tables never seen; comes after a cold run."""

    def prepare() -> Callable[[], object]:
        copy = UGM(ugm.variables, [Factor(f.scope, f.log_table) for f in ugm.factors])
        return lambda: ask(copy)

    return prepare


def fits(only: str, allowed: Callable[[UGM, Forecast], bool]) -> Iterator[tuple[str, int, UGM, dict[str, int]]]:
    """Yield name, width, model and evidence of what the options and the sizes allow."""
    for name, make in (*all_models(), *peers.small_models()):
        if only.lower() in name.lower():
            ugm, evidence = make()
            seen = models.forecast(ugm, evidence)
            if allowed(ugm, seen):
                yield name, seen.width, ugm, evidence
        gc.collect()


def marginals(peer: str, table: Table, only: str, repeat: int, limit: float) -> None:
    """Compare log Z and all marginals."""
    build = peers.build_pyagrum if peer == "pyagrum" else peers.build_pgmpy

    def allowed(ugm: UGM, seen: Forecast) -> bool:
        if peer == "pgmpy":
            return seen.total_entries <= SMALL and len(ugm.variables) <= FEW
        return seen.n_bytes <= LARGEST

    for name, width, ugm, evidence in fits(only, allowed):

        def ask(model: UGM, evidence: dict[str, int] = evidence) -> models.Inference:
            return models.infer(model, evidence)

        mine = [cold(ask, ugm), warm(ask, ugm)]
        try:
            run = with_limit(build(ugm, evidence), limit)
            times, (ours, _, theirs) = race([*mine, lambda run=run: run], repeat)
        except (Stopped, peers.Failed, MemoryError) as error:
            note = f"stopped at {limit:.0f} s" if isinstance(error, Stopped) else f"fails: {error or 'out of memory'}"
            table.line(peer, name, width, race(mine, repeat)[0], note[:60])
            continue
        log_z, found = theirs
        if not all(np.isfinite(p).all() for p in found.values()):
            table.line(peer, name, width, times, "gives NaN", agreed=False)
            continue
        worst = max((float(np.abs(ours.marginals[v] - p).max()) for v, p in found.items()), default=0.0)
        off = 0.0 if log_z is None else abs(ours.log_z - log_z) / max(1.0, abs(log_z))
        if max(worst, off) > 1e-9:
            raise SystemExit(f"{name}: marginals differ by {worst:.1e}, log Z by {off:.1e} from {peer}")
        table.line(peer, name, width, times)


def decodings(table: Table, only: str, repeat: int, limit: float) -> None:
    """Compare most probable joint states with toulbar2."""
    for name, width, ugm, evidence in fits(only, lambda *_: True):
        for decimals in (6, 9):  # fewer is faster, and mostly enough
            solve = peers.Toulbar2(ugm, evidence, decimals, limit)

            def ask(model: UGM, evidence: dict[str, int] = evidence) -> models.Decoding:
                return models.decode(model, evidence)

            works = [cold(ask, ugm), warm(ask, ugm), lambda solve=solve: solve]
            times, (ours, _, theirs) = race(works, repeat)
            score = ugm.log_score(theirs.assignment) if theirs.assignment else -math.inf
            gap = ours.log_score - score
            same = abs(gap) <= 1e-9 * max(1.0, abs(score))
            if same or not theirs.proved:
                break
        note = f"solving alone {np.median(solve.solving[1:]) * 1e3:.2f}"
        if not theirs.proved:
            note = f"stopped at {limit:.0f} s, " + ("same score" if same else f"score {gap:.3g} below ours")
        elif not same:
            raise SystemExit(f"{name}: scores differ by {gap:.1e} nats from toulbar2")
        table.line("pytoulbar2", name, width, times, note, agreed=theirs.proved)


def bounds(table: Table, only: str, repeat: int) -> None:
    """Compare first treewidth bounds with the two heuristics of networkx, and say what a second of search adds."""
    for path in sorted(GRAPHS.glob("*.gr")) if GRAPHS.is_dir() else ():
        if only.lower() not in path.name.lower():
            continue
        graph = models.read_graph(path)
        ask = peers.networkx_bounds
        times, (ours, theirs) = race(
            [lambda g=graph: lambda: first_bounds(g), lambda g=graph: lambda: ask(g)],  # noqa: B023
            repeat,
        )
        result = models.treewidth(graph, time_limit=SEARCH)
        if result.upper > theirs:
            raise SystemExit(f"{path.stem}: our bound {result.upper} is worse than {theirs} of networkx")
        note = f"first {ours.lower} to {ours.upper}, networkx at most {theirs}"
        note += f"; treewidth {result.upper}" if result.exact else f"; then {result.lower} to {result.upper}"
        table.line("networkx", path.stem, result.upper, [times[0], math.nan, times[1]], note)


def first_bounds(graph: object) -> models.TreewidthResult:
    """Return what is known before any search."""
    return next(result for result in treewidth_steps(graph) if result is not None)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Clique and its peers on the same work.")
    parser.add_argument("peers", nargs="*", help=f"of {', '.join(PEERS)}; all by default")
    parser.add_argument("--repeat", type=int, default=5, help="runs that count")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds given to the peer on one model")
    parser.add_argument("--only", default="", help="only models whose name holds this text")
    options = parser.parse_args()
    unknown = set(options.peers) - set(PEERS)
    if unknown:
        parser.error(f"there is no peer called {', '.join(sorted(unknown))}; take one of {', '.join(PEERS)}")
    wanted = [peer for peer in PEERS if peer in options.peers or not options.peers]
    missing = [peer for peer in wanted if find_spec(peer) is None]
    if missing:
        print(f"Not installed here, and left out: {', '.join(missing)}. To compare with them: {INSTALL}")
    kernels.warm()
    table = Table()
    for peer in wanted:
        if peer in missing:
            continue
        if peer == "networkx":
            bounds(table, options.only, options.repeat)
        elif peer == "pytoulbar2":
            decodings(table, options.only, options.repeat, options.limit)
        else:
            marginals(peer, table, options.only, options.repeat, options.limit)
    table.summary()


if __name__ == "__main__":
    main()
