"""How does the whole window bear large graphs: opening, panning, dragging, laying out?

Run ``python -m tests.bench.bench_large`` from the root of the checkout, with nothing else running. For each size it
prints how long a lattice takes to be shown, frames of a pan at 100 % and of a drag with the whole graph in sight, the
time a layout by springs takes, and for how long at most the event loop stood still meanwhile. Then a UAI file of 1,000
variables is opened, from the click to the drawn graph.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import boot, theme
from gui.hand import Hand, rest, wait_until
from gui.main_window import MainWindow
from models.files import write_model
from models.generators import make_project

SIZES = ((20, 25), (25, 40), (50, 100))
FRAMES = 20


class Gaps(QObject):
    """The longest time between two ticks of a timer that should tick every millisecond."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.worst = 0.0

    def start(self) -> None:
        self._last, self.worst = perf_counter(), 0.0
        self._timer.start()

    def stop(self) -> float:
        self._timer.stop()
        return 1e3 * self.worst

    @Slot()
    def _tick(self) -> None:
        now = perf_counter()
        self.worst, self._last = max(self.worst, now - self._last), now


def frames(act: Callable[[int], object]) -> float:
    """Return the median of an action with the painting that follows, in milliseconds."""
    times = []
    for k in range(FRAMES):
        start = perf_counter()
        act(k)
        QApplication.processEvents()
        times.append(1e3 * (perf_counter() - start))
    return statistics.median(times[1:])


def measure(window: MainWindow, rows: int, columns: int) -> str:
    """Return a line of the table."""
    project = make_project("lattice", rows=rows, columns=columns)
    gaps = Gaps()
    start = perf_counter()
    window.document.load(project)
    blocked = 1e3 * (perf_counter() - start)
    QApplication.processEvents()
    drawn = 1e3 * (perf_counter() - start)
    rest(1.0)
    window.controller.stop("structure")
    window.controller.stop("infer")
    hand = Hand(window.view)
    window.view.fit_graph()
    QApplication.processEvents()
    at = hand.variable(project.ugm.names[rows // 2 * columns + columns // 2])
    hand.press_at(at)
    drag = frames(lambda k: hand.move_to(at + QPoint(3 * k + 5, 2 * k)))
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    hand.release_at(at)
    window.view.zoom_reset()
    QApplication.processEvents()
    pan = frames(lambda k: window.view._camera.pan(QPoint(9, 4 if k % 2 else -4)))
    window.view.fit_graph()
    QApplication.processEvents()
    layouts = window.features["Layouts"]
    gaps.start()
    start = perf_counter()
    layouts.start("spring", seed=1)
    wait_until(lambda: not layouts.running, "springs", 120.0)
    QApplication.processEvents()
    spring = perf_counter() - start
    still = gaps.stop()
    cells = (blocked, drawn, drag, pan, 1e3 * spring, still)
    return f"{rows * columns:>9} " + " ".join(f"{cell:>10.1f}" for cell in cells)


def main() -> None:
    """Print the table."""
    boot.set_environment()
    sys.setswitchinterval(0.001)
    app = QApplication([])
    theme.apply(app)
    window = MainWindow()
    window.filing.ask = lambda: "discard"
    window.resize(1280, 800)
    window.show()
    window.warm_up()
    rest(1.0)
    wait_until(lambda: not window.dispatcher.busy("warm"), "the kernels", 300.0)
    heads = ("show", "and draw", "drag", "pan", "springs", "stands still")
    print(f"{'variables':>9} " + " ".join(f"{head:>10}" for head in heads) + "   (ms)")
    for rows, columns in SIZES:
        print(measure(window, rows, columns), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lattice.uai"
        write_model(make_project("lattice", rows=25, columns=40).ugm, path)
        start = perf_counter()
        window.filing.open_path(path)
        wait_until(lambda: len(window.document.project.ugm.variables) == 1000, "the file", 60.0)
        QApplication.processEvents()
        print(f"UAI file of 1,000 variables, opened and drawn: {perf_counter() - start:.2f} s (aim 2 s)")
    window.close()


if __name__ == "__main__":
    main()
