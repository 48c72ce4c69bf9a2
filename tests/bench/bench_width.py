"""How fast does the Treewidth workspace answer?

    python -m tests.bench.bench_width [--repeat N]

First bounds after an edit of 100 variables, a step of the elimination game and of the linked views on 200 variables,
and the advisor on graphs of 40 vertices from the gallery. Read the figures beside the aims; nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import networkx as nx
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.main_window import MainWindow
from models import kernels
from models.cutsets import cutset_steps
from models.elimination_game import Game
from models.errors import CancelToken
from models.examples import complete, ising_grid, ising_project, stacked_rbm
from models.factor import Factor
from models.jobs import AnalyseStructure, run
from models.payloads import Snapshot
from models.ugm import UGM, Variable


def model_on(graph: nx.Graph) -> UGM:
    """Return a binary model on a graph."""
    variables = [Variable.of_size(f"x{v}", 2) for v in graph]
    return UGM(variables, [Factor((f"x{a}", f"x{b}"), [[0.0, 1.0], [1.0, 0.0]]) for a, b in graph.edges])


def median(do: Callable[[], object], repeat: int) -> float:
    """Return the median of several runs, in milliseconds."""
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1e3


def first_bounds(ugm: UGM) -> None:
    """Wait for the first report of a search."""
    for payload in run(AnalyseStructure(ugm), CancelToken()):
        if isinstance(payload, Snapshot):
            return


def line(what: str, milliseconds: float, aim: float | None = None) -> None:
    """Print a figure."""
    judged = "" if aim is None else f"   aim {aim:,.0f} ms, {'met' if milliseconds <= aim else 'MISSED'}"
    print(f"  {what:58s} {milliseconds:9.1f} ms{judged}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The Treewidth workspace.")
    parser.add_argument("--repeat", type=int, default=9)
    repeat = parser.parse_args().repeat
    kernels.warm()
    for name, graph in (
        ("lattice 10 by 10", nx.convert_node_labels_to_integers(nx.grid_2d_graph(10, 10))),
        ("random, 100 variables, 200 edges", nx.gnm_random_graph(100, 200, seed=1)),
        ("random, 100 variables, 400 edges", nx.gnm_random_graph(100, 400, seed=1)),
    ):
        models = iter([model_on(graph) for _ in range(repeat)])
        line(f"edit to first bounds, {name}", median(lambda models=models: first_bounds(next(models)), repeat), 20)
    game = Game.of(model_on(nx.gnm_random_graph(200, 350, seed=2)))
    half = game.eliminated(*game.heuristic_order("min-fill")[:100])
    line("one elimination in the middle of 200 variables", median(lambda: half.eliminated(half.hint()), repeat), 33)
    app = QApplication.instance() or QApplication([])
    theme.apply(app)
    window = MainWindow()
    window.show()
    window.document.load(ising_project(10, 20))
    window.set_workspace("width")
    ended = time.monotonic() + 60
    while window.controller.waiting and time.monotonic() < ended:
        app.processEvents()
    side, below = window.workspaces.width.side, window.workspaces.width.below

    def drawn(do: Callable[[], object]) -> Callable[[], None]:
        def step() -> None:
            do()
            window.view.viewport().repaint()
            below.view.viewport().repaint()

        return step

    line("game step to both pictures, 200 variables", median(drawn(side.game.step), 4 * repeat), 33)
    names = iter(window.document.project.ugm.names)
    light = drawn(lambda: window.scene.select_variable(next(names)))
    line("select a variable to both pictures, 200 variables", median(light, repeat), 33)
    window.filing.ask = lambda: "discard"
    window.close()
    for name, graph in (
        ("lattice 5 by 8", ising_grid(5, 8)),
        ("stacked RBM of 6", stacked_rbm(6)),
        ("complete, 40", complete(40)),
        ("random, 40 vertices, 80 edges", nx.gnm_random_graph(40, 80, seed=3)),
        ("random, 40 vertices, 120 edges", nx.gnm_random_graph(40, 120, seed=3)),
    ):
        for width in (1, 2, 3):
            started = time.perf_counter()
            found = None
            steps = cutset_steps(graph, width, 10.0)
            try:
                while True:
                    next(steps)
            except StopIteration as stop:
                found = stop.value
            spent = (time.perf_counter() - started) * 1e3
            size = str(found.upper) if found.exact else f"{found.lower} to {found.upper}"
            line(f"advisor, {name}, leave {width}: {size}", spent, 2000)


if __name__ == "__main__":
    main()
