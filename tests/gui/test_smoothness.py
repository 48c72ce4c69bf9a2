"""Does the window stay quick while the worker is busy?

Lateness is how much later than asked a precise one-millisecond timer ticks on the main thread. A busy machine makes
everything late, so each test first looks at the window alone and passes no judgement on a machine that is late already.
"""

import os
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot

from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable

QUIET = 0.005  # p99 of an idle window on a machine that can be judged, seconds
SHARE = 0.2  # of one processor: what all other programs may use meanwhile on a machine that can be judged
ATTEMPTS = 3

# The very first run compiles the kernels.
pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


@pytest.fixture
def warm(window, qtbot):
    """The window with every kernel loaded."""
    window.controller.warm()
    qtbot.waitUntil(lambda: not window.dispatcher.busy("warm"), timeout=300_000)
    return window


class Stopwatch(QObject):
    """Ticks every millisecond and notes the gaps."""

    def __init__(self):
        super().__init__()
        self.gaps, self.last = [], None
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.setInterval(1)
        self.timer.timeout.connect(self.tick)

    @Slot()
    def tick(self):
        now = time.perf_counter()
        if self.last is not None:
            self.gaps.append(now - self.last - 0.001)
        self.last = now

    def p99(self, qtbot, milliseconds):
        self.gaps, self.last = [], None
        self.timer.start()
        qtbot.wait(milliseconds)
        self.timer.stop()
        # By time, not by tick: the share of moments at which an event would have waited longer than this.
        gaps = sorted(max(gap, 0.0) for gap in self.gaps)
        total, seen = sum(gaps) + 0.001 * len(gaps), 0.0
        for gap in reversed(gaps):
            seen += gap + 0.001
            if seen >= 0.01 * total:
                return gap
        return 0.0


def used_by_others():
    """Processor seconds that everything but this process has used since the machine started; 0 where unknown."""
    try:
        ticks = [int(n) for n in Path("/proc/stat").read_text(encoding="ascii").split(maxsplit=9)[1:9]]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts, stolen = ticks
    total = user + nice + system + interrupts + soft_interrupts + stolen
    return total / os.sysconf("SC_CLK_TCK") - sum(os.times()[:2])


def judged(measure, quiet, limit, what, record_property):
    """Measure up to three times; only what was measured while the machine was quiet, all the time, counts."""
    results, noise = [], []
    for _ in range(ATTEMPTS):
        others, start = used_by_others(), time.perf_counter()
        before, result, after = quiet(), measure(), quiet()
        others = (used_by_others() - others) / (time.perf_counter() - start)
        noise.append(max(before, after))
        if result < limit or (noise[-1] < QUIET and others < SHARE):
            results.append(result)
        if result < limit:
            break
    record_property(what, results)
    if not results:
        pytest.skip(f"the machine is busy; an idle window is late by {1000 * min(noise):.0f} ms here")
    assert min(results) < limit, f"{what}: {[round(1000 * r, 1) for r in results]} ms"


def test_events_are_hardly_late_while_a_sampler_runs_at_full_speed(warm, settled, qtbot, record_property):
    window = warm
    window.filing.open_example("example.rbm")
    settled()
    window.set_workspace("sample")
    sample = window.workspaces.sample
    watch = Stopwatch()
    sample.side.toggle()
    qtbot.waitUntil(lambda: sample.snapshot is not None and sample.snapshot.compiled)
    window.controller.stop_sampling()

    def sampling():
        sample.side.toggle()
        qtbot.waitUntil(lambda: window.controller.sampling)
        before = sample.snapshot.n_draws
        late = watch.p99(qtbot, 1500)
        assert sample.snapshot.n_draws != before
        window.controller.stop_sampling()
        return late

    judged(sampling, lambda: watch.p99(qtbot, 300), 0.033, "p99 lateness while sampling", record_property)


def lattice_project(rows: int, columns: int) -> Project:
    """Return a lattice of binary variables with seeded weights; its treewidth is the shorter side."""
    rng = np.random.default_rng(7)
    names = [f"v{r}_{c}" for r in range(rows) for c in range(columns)]
    edges = [(f"v{r}_{c}", f"v{r}_{c + 1}") for r in range(rows) for c in range(columns - 1)]
    edges += [(f"v{r}_{c}", f"v{r + 1}_{c}") for r in range(rows - 1) for c in range(columns)]
    factors = [Factor(edge, rng.normal(size=(2, 2))) for edge in edges]
    positions = {name: (120.0 * (k % columns), 120.0 * (k // columns)) for k, name in enumerate(names)}
    return Project(ugm=UGM([Variable.of_size(name, 2) for name in names], factors), positions=positions)


def test_a_clamp_is_answered_and_drawn_within_a_tenth_of_a_second(warm, settled, qtbot, record_property):
    window = warm
    window.document.load(lattice_project(6, 10))
    settled(50_000)
    watch = Stopwatch()

    def clamping():
        seconds = []
        for k in range(9):
            name = f"v{k % 6}_{k}"
            start = time.perf_counter()
            window.edit("Clamp", window.document.project.with_clamps({name: k % 2}))
            while window.controller.waiting:
                qtbot.wait(1)
            window.repaint()
            seconds.append(time.perf_counter() - start)
        window.inspector.layers.release_all()
        settled()
        return statistics.median(seconds)

    judged(clamping, lambda: watch.p99(qtbot, 300), 0.1, "clamp to redrawn answers", record_property)
