"""What do the tests of the Sample panels share: a project, real runs, and ways to find controls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from gui.frames import frames
from models import complete
from models.exact import infer, probability
from models.payloads import Pace
from models.project import FitRecord, Project
from models.samplers.live import sample_run_steps
from models.samplers.snapshot import SampleSnapshot

LEFT = Qt.MouseButton.LeftButton


def pins_project(**changes: Any) -> Project:
    """Return four variables of ten states with a data row whose commonest row is 1234."""
    ugm = complete(4, 10, seed=3)
    row = FitRecord("data", ugm.names, 8.0, (1, 2, 3, 4), (1, 2, 3, 4), 0.4, 0.03, 0.9)
    return Project(ugm=ugm, fits=(row,), **changes)


def run(project: Project, n_snapshots: int = 4, pace: Pace | None = None, method: str = "gibbs", **options: Any):
    """Return the last of several snapshots of a real run, with exact answers."""
    event = options.pop("event", {})
    exact = infer(project.ugm, project.evidence)
    p = probability(project.ugm, event, project.evidence) if event else None
    steps = sample_run_steps(project.ugm, project.evidence, method, 5, pace, event, exact=exact, p_event=p, **options)
    found: list[SampleSnapshot] = []
    while len(found) < n_snapshots:
        value = next(steps)
        if isinstance(value, SampleSnapshot):
            found.append(value)
    return found[-1]


def settle(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not frames().active)


def button(panel: QWidget, text: str) -> QAbstractButton:
    return next(b for b in panel.findChildren(QAbstractButton) if b.text() == text and b.isVisible())


def click(qtbot: QtBot, panel: QWidget, text: str) -> None:
    qtbot.mouseClick(button(panel, text), LEFT)


def child(panel: QWidget, kind: type, name: str = "") -> Any:
    return next(w for w in panel.findChildren(kind) if w.accessibleName().startswith(name))
