"""Is a model or a fit that would not fit in memory refused with its sizes, and what can still be done with it?"""

import math
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer

from gui.hand import rest, wait_until
from models.examples import complete, ising_project
from models.files import write_project
from models.project import Project
from tests.acts import Person


@pytest.fixture
def person(window):
    return Person(window)


def complete_project(n, n_states):
    places = {f"x{k + 1}": (400 * math.cos(2 * math.pi * k / n), 400 * math.sin(2 * math.pi * k / n)) for k in range(n)}
    return Project(ugm=complete(n, n_states), positions=places, title="Complete")


class Delays:
    """How long this program works, on any thread, between two ticks of a timer of the main thread, in seconds.

    Its processor time: what the rest of the machine does meanwhile makes ticks late, but does not count.
    """

    def __init__(self):
        self.late = []
        self._last = time.process_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)

    def _tick(self):
        now = time.process_time()
        self.late.append(now - self._last - 0.001)
        self._last = now

    def stop(self):
        self._timer.stop()
        return sorted(self.late)


@pytest.mark.parametrize(
    ("make", "size"), [(lambda: ising_project(30, 30), "2⁴¹"), (lambda: complete_project(40, 10), "10⁴⁰")],
    ids=["Ising lattice 30 by 30", "complete graph of 40 with 10 states"],
)  # fmt: skip
def test_a_model_too_large_for_exact_answers_is_told_with_sizes_and_sampled(person, tmp_path, make, size):
    window, path = person.window, tmp_path / "large.clique"
    write_project(make(), path)
    window.filing.ask = lambda: "discard"
    window.workspaces.warm()
    window.controller.warm()
    wait_until(lambda: not window.dispatcher.busy("warm"), "the kernels")
    window.filing.open_path(path)
    wait_until(lambda: len(person.project.ugm.names) >= 40, "the file")
    delays = Delays()
    wait_until(lambda: "Exact inference" in person.notice, "the notice")
    rest(0.3)
    late = delays.stop()
    assert size in person.notice
    assert "GiB are allowed" in person.notice
    assert "clique" in person.notice
    assert late[len(late) // 2] < 0.033, "the window stays responsive"
    assert window.headline.width_tile.note.text().endswith("hopeless")
    assert all(item.marginal is None for item in window.scene.mirror.variables.values())
    before = person.project
    person.press_button("Sample instead", window.notices)
    assert window.workspaces.name == "sample"
    person.press_button("Start", window.workspaces.sample.side)
    wait_until(lambda: window.workspaces.sample.snapshot is not None, "the sampler")
    wait_until(lambda: window.workspaces.sample.snapshot.n_draws >= 3, "draws")
    assert window.workspaces.sample.snapshot.exact is None
    assert person.project is before
    # Clamping goes on working, and so does letting go.
    window.edit("Clamp x1", before.with_clamps({"x1": 1}))
    wait_until(lambda: dict(window.workspaces.sample.snapshot.evidence) == {"x1": 1}, "the clamped model")
    person.keys("F8")
    assert not window.workspaces.sample.running


def test_clamping_makes_a_large_model_answerable_and_the_notice_goes(person):
    person.window.document.load(complete_project(26, 10))
    wait_until(lambda: "Exact inference" in person.notice, "the notice")
    names = person.project.ugm.names[3:]
    person.window.edit("Clamp most", person.project.with_clamps(dict.fromkeys(names, 4)))
    wait_until(lambda: person.notice == "" and person.bars("x1") is not None, "the answers")
    assert sum(person.bars("x1")) == pytest.approx(1.0)
    person.keys("Ctrl+Z")
    wait_until(lambda: "Exact inference" in person.notice, "the notice again")
    assert person.bars("x1") is None


def test_a_fit_that_is_too_large_is_refused_with_sizes(person, tmp_path):
    rows = np.random.default_rng(0).integers(0, 10, (50, 14))
    path = tmp_path / "wide.csv"
    header = ",".join(f"q{k}" for k in range(14))
    path.write_text(header + "\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    person.drop(path)
    person.press_button("Edges: complete")
    before = person.project
    person.keys("F5")
    person.settle()
    assert person.project is before
    assert "iB" in person.notice, "a size in bytes"
    assert "10¹" in person.notice, "the entries of the largest table"
    person.press_button("Edges: chain")
    person.keys("F5")
    person.settle()
    assert person.project.fits[-1].label == "chain"
    assert person.notice == ""
