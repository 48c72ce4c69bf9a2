"""How long does a frame of the canvas take, with 100 to 5,000 variables?

Run `python -m tests.bench.bench_canvas` from the root of the checkout. Drawn offscreen at 860 by 480 pixels; medians
and fastest of the frames in milliseconds, the first thrown away. Up to 500 variables a frame should fit between two
refreshes of a screen, 16.7 ms.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from time import perf_counter
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas import GraphScene, GraphView
from gui.hand import Hand
from models import examples

FRAMES = 25


def frames(act: Callable[[int], object]) -> list[float]:
    """Time an action with the painting that follows from it; milliseconds."""
    times = []
    for k in range(FRAMES):
        start = perf_counter()
        act(k)
        QApplication.processEvents()
        times.append(1e3 * (perf_counter() - start))
    return times[1:]


def measure(rows: int, columns: int) -> str:
    """Return a line of the table for a lattice."""
    project = examples.ising_project(rows, columns)
    scene = GraphScene()
    view = GraphView(scene)
    view.resize(860, 480)
    scene.show_project(None, project)
    view.show()
    QTest.qWaitForWindowExposed(view)
    view.fit_graph()
    scene.show_inference(SimpleNamespace(marginals={name: [0.3, 0.7] for name in project.ugm.names}))
    hand = Hand(view)
    whole = frames(lambda _: view.viewport().update())
    start = hand.variable(project.ugm.names[rows // 2 * columns + columns // 2])
    hand.press_at(start)
    drag = frames(lambda k: hand.move_to(start + QPoint(3 * k + 5, 2 * k)))
    hand.press_at(start)
    view.close()
    cells = (statistics.median(whole), min(whole), statistics.median(drag), min(drag))
    return f"{rows * columns:>9} " + " ".join(f"{cell:>14.1f}" for cell in cells)


def main() -> None:
    """Print the table."""
    app = QApplication([])
    theme.apply(app)
    print(f"{'variables':>9} {'repaint median':>14} {'fastest':>14} {'drag median':>14} {'fastest':>14}   (ms)")
    for rows, columns in ((10, 10), (20, 25), (25, 40), (50, 100)):
        print(measure(rows, columns))


if __name__ == "__main__":
    main()
