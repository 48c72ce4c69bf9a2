"""How quick is the window?

Run ``python -m tests.bench.bench_window`` from the root of the checkout, with nothing else running. It prints, beside
what is aimed at: from start to the first picture; from a clamp to redrawn treewidth and marginals on graphs of 60
variables; from pressing Fit to the row in the table; how late the event loop is while a sampler runs at full speed; and
a burst of 50 edits. Medians are over the number of runs that is printed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
STARTS, CLAMPS, FITS, BURST = 5, 20, 5, 50

# The program as `python3 app.py` runs it, up to the window's first paint event.
FIRST_PAINT = """
import sys, time
sys.path.insert(0, sys.argv[1])
import app
from gui import main_window
class Timed(main_window.MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not hasattr(self, "told"):
            self.told = True
            print(time.time() - float(sys.argv[2]), flush=True)
            main_window.QTimer.singleShot(0, self.close)
main_window.MainWindow = Timed
app.prepare("run", [])
app.boot_libraries.ensure_libraries()
sys.setswitchinterval(0.001)
sys.exit(main_window.run_app())
"""


def say(what: str, value: float, target: float | None, unit: str = "ms", note: str = "") -> None:
    """Print one figure; times are in seconds."""
    shown = f"{1000 * value:9.1f} ms" if unit == "ms" else f"{value:9.2f} {unit}"
    aim = "" if target is None else f"   aim {1000 * target:,.0f} ms, {'met' if value <= target else 'MISSED'}"
    print(f"  {what:<52} {shown}{aim}{f'   ({note})' if note else ''}", flush=True)


def first_paint() -> None:
    """Time whole processes, the first one thrown away: it warms the disk cache."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    times = []
    for _ in range(STARTS + 1):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_PAINT, str(ROOT), repr(time.time())],
            capture_output=True, text=True, env=env, timeout=120, check=True,
        )  # fmt: skip
        times.append(float(done.stdout.split()[0]))
    say(
        "start to first picture",
        statistics.median(times[1:]),
        1.5,
        note=f"{STARTS} starts, worst {max(times[1:]):.2f} s",
    )


def partial_tree(n: int, width: int, seed: int) -> list[tuple[int, int]]:
    """Return the edges of a random graph whose treewidth is at most `width`: a k-tree with a third of it taken out."""
    rng = np.random.default_rng(seed)
    cliques = [tuple(range(width))]
    edges = {(a, b) for b in range(width) for a in range(b)}
    for v in range(width, n):
        chosen = cliques[rng.integers(len(cliques))]
        edges |= {(a, v) for a in chosen}
        for gone in chosen:
            cliques.append((*(a for a in chosen if a != gone), v))
    return sorted(edge for edge in edges if rng.random() > 1 / 3)


def main() -> None:
    """Measure everything."""
    print(f"The window, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    first_paint()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gui import boot

    boot.set_environment()
    sys.setswitchinterval(0.001)
    from PySide6.QtWidgets import QApplication

    from gui import theme
    from gui.main_window import MainWindow

    app = QApplication([])
    theme.apply(app)
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    window.warm_up()
    in_window(window)
    window.document.stack.setClean()
    start = time.perf_counter()
    window.close()
    say("close", time.perf_counter() - start, None)


def in_window(window) -> None:
    """Measure what needs an open window."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from gui.hand import rest, wait_until
    from models.factor import Factor
    from models.project import Project
    from models.ugm import UGM, Variable
    from tests.acts import Person

    class Painted(QObject):
        """Notes when a widget was last painted."""

        def __init__(self, widget) -> None:
            super().__init__()
            self.last = 0.0
            widget.installEventFilter(self)

        def eventFilter(self, watched, event) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.last = time.perf_counter()
            return False

    app = QApplication.instance()
    person = Person(window)
    window.filing.ask = lambda: "discard"
    rest(0.5)
    wait_until(lambda: not window.dispatcher.busy("warm"), "the kernels", 300.0)
    canvas = Painted(window.view.viewport())
    heard = [0.0]  # when answers came that change the picture
    window.controller.structure_reported.connect(lambda *_: heard.append(time.perf_counter()))
    window.controller.inference_reported.connect(lambda *_: heard.append(time.perf_counter()))

    def until(happened: Callable[[], bool], what: str) -> None:
        """Let the window live, looking again after every event."""
        end = time.perf_counter() + 60
        while not happened():
            if time.perf_counter() > end:
                raise TimeoutError(f"waited a minute in vain for {what}")
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def until_drawn(start: float) -> float:
        """Return the seconds from `start` until all answers were there and painted."""
        until(lambda: not window.controller.waiting and not window._unanswered, "the answers")
        until(lambda: canvas.last >= heard[-1], "the picture")
        return time.perf_counter() - start  # the paint event is over when the loop comes back

    def model(edges: list[tuple[int, int]], n: int) -> Project:
        rng = np.random.default_rng(1)
        names = [f"v{k}" for k in range(n)]
        factors = [Factor((names[a], names[b]), rng.normal(size=(2, 2))) for a, b in edges]
        places = {name: (110.0 * (k % 10), 110.0 * (k // 10)) for k, name in enumerate(names)}
        return Project(ugm=UGM([Variable.of_size(name, 2) for name in names], factors), positions=places)

    def clamping(what: str, edges: list[tuple[int, int]]) -> None:
        window.document.load(model(edges, 60))
        until_drawn(time.perf_counter())
        width = window.headline.width_tile.values.new
        times = []
        for k in range(CLAMPS):
            start = time.perf_counter()
            window.edit("Clamp", window.document.project.with_clamps({f"v{(7 * k) % 60}": k % 2}))
            times.append(until_drawn(start))
        say(
            f"clamp to redrawn, {what} (width {width})",
            statistics.median(times),
            0.05,
            note=f"worst {max(times):.3f} s",
        )

    lattice = [(r * 10 + c, r * 10 + c + 1) for r in range(6) for c in range(9)]
    lattice += [(r * 10 + c, r * 10 + 10 + c) for r in range(5) for c in range(10)]
    clamping("60 variables, 6 by 10 lattice", lattice)
    clamping("60 variables, random", partial_tree(60, 10, 3))

    start = time.perf_counter()
    for k in range(BURST):
        window.edit("Clamp", window.document.project.with_clamps({f"v{k % 60}": k % 2}))
    edited = time.perf_counter() - start
    say(f"burst of {BURST} edits, the edits", edited, None)
    say(f"burst of {BURST} edits, to the last answer drawn", until_drawn(start), None)

    person.menu("File", "Open example", "PIN data")
    person.keys("Ctrl+2")
    wait_until(lambda: window.controller.dataset is not None, "the PINs")
    person.settle()
    fit = window.workspaces.fit
    table = Painted(fit.below.table.viewport())
    for choice in ("complete", "triples"):
        person.press_button(f"Edges: {choice}")
        times = []
        for _ in range(FITS):
            n, start = len(window.document.project.fits), time.perf_counter()
            person.press_button("Fit", fit.side)
            until(lambda n=n: len(window.document.project.fits) > n, "the row")
            answered = time.perf_counter()
            fit.below.table.viewport().update()
            until(lambda a=answered: table.last >= a, "the row painted")
            times.append(table.last - start)
            person.settle()
        aim = 1.0 if choice == "complete" else None
        say(
            f"Fit pressed to the row in the table, {choice}",
            statistics.median(times),
            aim,
            note=f"worst {max(times):.2f} s",
        )

    late(person, rest, QTimer, Qt, lambda: None, "event loop late, idle")
    person.press_button("Edges: complete")
    person.press_button("Fit", fit.side)
    person.settle()
    person.keys("Ctrl+3", "F6")
    sample = window.workspaces.sample
    wait_until(lambda: sample.snapshot is not None and sample.snapshot.compiled, "the sampler", 60.0)
    rest(0.5)
    updates = sample.snapshot.n_updates
    bars = next(iter(sample.below.histograms.values()))._view.viewport()
    frames: list[int] = []

    class Counted(QObject):
        def eventFilter(self, watched, event) -> bool:
            if event.type() == QEvent.Type.Paint:
                frames.append(1)
            return False

    counter = Counted()
    bars.installEventFilter(counter)
    seconds = late(person, rest, QTimer, Qt, frames.clear, "event loop late, sampling the PINs at full speed")
    say("live histogram repaints", len(frames) / seconds, None, unit="a second")
    say("sampler", (sample.snapshot.n_updates - updates) / seconds / 1e6, None, unit="M updates a second")


def late(person, rest, timer_class, qt, begin: Callable[[], None], what: str) -> float:
    """Print how late a precise timer of one millisecond is over five seconds; return the seconds."""
    gaps, last = [], [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        gaps.append(now - last[0] - 0.001)
        last[0] = now

    timer = timer_class(person.window)
    timer.setTimerType(qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    begin()
    start = last[0] = time.perf_counter()
    timer.start(1)
    rest(5.0)
    timer.stop()
    seconds = time.perf_counter() - start
    gaps.sort()
    for name, share, aim in (("p50", 0.5, None), ("p99", 0.99, 0.033), ("max", 1.0, None)):
        say(f"{what}, {name}", max(gaps[min(int(share * len(gaps)), len(gaps) - 1)], 0.0), aim)
    return seconds


if __name__ == "__main__":
    main()
