"""A program for one process of its own: open things, start something, and close the window a moment later.

Arguments: what to start ("fit", "sample", "search", "warm", "all"), milliseconds to wait, a project, a data set. It
ends as the real program ends, through `run_app`, and so says by its exit code whether the end was clean.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gui import main_window
from models.examples import stacked_rbm_project
from models.project import DataReference


class Story:
    """Waits for the files, starts what is asked for, closes after the delay."""

    def __init__(self, window, what, delay_ms, data):
        self.window, self.what, self.delay_ms, self.data = window, what, delay_ms, data
        self.timer = QTimer(window)
        self.timer.setInterval(10)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self):
        window = self.window
        if window.controller.waiting or not window.document.project.ugm.names:
            return
        if window.controller.dataset is None and self.data:
            window.controller.open_data(DataReference(self.data))
            return
        self.timer.stop()
        window.workspaces.build()
        if self.what in ("fit", "all"):
            window.workspaces.fit.side.edges.choose("triples")
            window.workspaces.fit.side.ask_fit()
            assert window.dispatcher.busy("fit")
        if self.what in ("sample", "all"):
            window.workspaces.sample.side.toggle()
            assert window.dispatcher.busy("sample")
        if self.what in ("warm", "all"):
            window.controller.warm()
        if self.what in ("search", "all"):
            window.document.load(stacked_rbm_project(6))
        QTimer.singleShot(self.delay_ms, self.close)

    def close(self):
        self.window.filing.ask = lambda: "discard"
        self.window.close()


def main(what: str, delay: str, model: str, data: str = "") -> int:
    real = main_window.MainWindow

    def opened():
        window = real()
        window.story = Story(window, what, int(delay), data)
        return window

    main_window.MainWindow = opened
    return main_window.run_app(model)


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    assert QApplication.instance() is not None
    sys.exit(code)
