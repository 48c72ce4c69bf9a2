"""How is Graphviz asked for a layout, where it is installed?

Its program `dot` runs as a process of its own, reads the graph from its input and writes places to its output; stopping
is a kill. Where there is no such program the actions say so, and how to get it.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QStandardPaths, Signal, Slot
from PySide6.QtGui import QAction

from gui.actions import SPECS, dress
from models.errors import CliqueError

if TYPE_CHECKING:
    from models.laying_out import LayOut

_PROGRAM = "dot"
_HOW = {
    "Linux": "Install it with your package manager, for example: sudo apt install graphviz",
    "Darwin": "Install it, for example: brew install graphviz",
    "Windows": "Install it from graphviz.org, or: winget install graphviz",
}
_KILL_MS = 1000


class Graphviz(QObject):
    """One layout at a time.

    Signals
    -------
    placed : (dict)
        Where each variable of the job goes.
    failed : (CliqueError or str)
    """

    placed = Signal(object)
    failed = Signal(object)

    ENGINES = ("dot", "neato", "fdp", "sfdp")

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._job: LayOut | None = None

    @staticmethod
    def program() -> str:
        """Return the path of the program; "" where it is not installed."""
        return QStandardPaths.findExecutable(_PROGRAM)

    def dress_actions(self, actions: Mapping[str, QAction]) -> None:
        """Let the actions say whether there is a Graphviz."""
        there = bool(self.program())
        for engine in self.ENGINES:
            key = f"layout.{engine}"
            spec, action = SPECS[key], actions[key]
            if there:
                dress(action, spec.text, spec.icon, spec.tip, spec.help)
            else:
                how = f"{_HOW.get(platform.system(), _HOW['Linux'])}. Then open any document"
                dress(action, f"{spec.text} (Graphviz is not installed)", spec.icon, how, spec.help)
            action.setEnabled(there)

    def start(self, engine: str, job: LayOut) -> None:
        """Ask for a layout; what was asked before is forgotten."""
        from models.layout_dot import dot_text

        self.stop()
        place = {name: k for k, name in enumerate(job.names)}
        edges = [(place[a], place[b]) for a, b in self._pointed(job) if a in place and b in place]
        process = self._process = QProcess(self)
        self._job = job
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._errored)
        process.start(self.program() or _PROGRAM, [f"-K{engine}", "-Tplain"])
        process.write(dot_text(len(place), edges, engine, job.spacing, seed=job.seed).encode("ascii"))
        process.closeWriteChannel()

    @staticmethod
    def _pointed(job: LayOut) -> list[tuple[str, str]]:
        """Return the edges, those that were arcs in the direction of the arc."""
        arcs = set(job.arcs)
        return [(b, a) if (b, a) in arcs else (a, b) for a, b in job.edges]

    def stop(self) -> None:
        """Kill the program, if it runs."""
        process, self._process = self._process, None
        self._job = None
        if process is not None:
            process.finished.disconnect(self._finished)
            process.errorOccurred.disconnect(self._errored)
            if process.state() is not QProcess.ProcessState.NotRunning:
                process.kill()
                process.waitForFinished(_KILL_MS)
            process.deleteLater()

    @Slot(QProcess.ProcessError)
    def _errored(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._fail(f"Graphviz could not be started: {self._said() or 'there is no such program'}.")

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        from models.laying_out import middle, put_free
        from models.layout_dot import read_plain

        process, job = self._process, self._job
        if process is None or job is None:
            return
        if status is not QProcess.ExitStatus.NormalExit or code != 0:
            self._fail(f"Graphviz gave up: {self._said() or f'exit code {code}'}. Try another layout, or By springs.")
            return
        text = bytes(process.readAllStandardOutput().data()).decode("utf-8", errors="replace")
        self.stop()
        try:
            found = read_plain(text, len(job.names))
        except CliqueError as error:
            self.failed.emit(error)
            return
        kept = {name: place for name, place in job.positions.items() if name not in set(job.names)}
        centre = middle([job.positions[name] for name in job.names])
        places = {name: found[k] for k, name in enumerate(job.names)}
        self.placed.emit(put_free(places, kept, centre, job.spacing))

    def _said(self) -> str:
        process = self._process
        if process is None:
            return ""
        words = bytes(process.readAllStandardError().data()).decode("utf-8", errors="replace").strip()
        return words.splitlines()[0][:200].rstrip(".") if words else ""

    def _fail(self, words: str) -> None:
        self.stop()
        self.failed.emit(words)
