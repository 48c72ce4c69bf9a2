"""Can the window be closed at any moment, over and over, whatever runs?

Each story is a process of its own, for what is feared is an abort: it must end with 0 and say nothing on standard
error.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(600)  # the very first run compiles the kernels

# Many windows one after the other, each closed with something else under way.
MANY = """
import sys
sys.path.insert(0, sys.argv[1])
sys.setswitchinterval(0.001)
from gui import boot
boot.set_environment()
from PySide6.QtWidgets import QApplication
from gui import theme
from gui.hand import press, rest, shortcut, wait_until
from gui.main_window import MainWindow
from models.examples import complete, ising_project
from models.project import Project

app = QApplication([])
theme.apply(app)

def fit(window):
    window.filing.open_example("example.pins")
    wait_until(lambda: window.controller.dataset is not None, "the PINs")
    window.set_workspace("fit")
    window.workspaces.fit.side.edges.choose("triples")
    shortcut(window, "F5")
    assert window.dispatcher.busy("fit")

def sample(window):
    window.filing.open_example("example.rbm")
    shortcut(window, "Ctrl+3")
    shortcut(window, "F6")
    assert window.dispatcher.busy("sample")

def slow(window):
    window.filing.open_example("example.rbm")
    shortcut(window, "Ctrl+3")
    window.workspaces.sample.side._controls._speed.setValue(0)
    shortcut(window, "F7")

def search(window):
    window.document.load(ising_project(30, 30))
    app.processEvents()
    assert window.dispatcher.busy("structure")

def infer(window):
    window.document.load(Project(ugm=complete(11, 4)))
    app.processEvents()

def read(window):
    window.filing.open_path(__import__("pathlib").Path(sys.argv[2]))
    assert window.dispatcher.busy("file")

def warm(window):
    window.warm_up()

def burst(window):
    window.filing.open_example("example.rbm")
    for k in range(30):
        window.edit("Clamp", window.document.project.with_clamps({f"z{1 + k % 3}": k % 2}))

def everything(window):
    warm(window)
    fit(window)
    shortcut(window, "F6")
    window.edit("Clamp", window.document.project.with_clamps({"x1": 1}))

n = 0
for seconds in (0.0, 0.06):
    for what in (fit, sample, slow, search, infer, read, warm, burst, everything):
        window = MainWindow()
        window.filing.ask = lambda: "discard"
        window.show()
        app.processEvents()
        what(window)
        if seconds:
            rest(seconds)
        assert window.close(), what.__name__
        assert window.ended_in_time, what.__name__
        assert not window.isVisible()
        window.deleteLater()
        n += 1
print(n)
"""

# The program itself, ended by Quit and by Ctrl+C in the terminal.
LEAVE = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
import app
from gui import main_window
real = main_window.MainWindow
def opened():
    window = real()
    window.filing.ask = lambda: "discard"
    def act():
        window.filing.open_example("example.rbm")
        window.set_workspace("sample")
        window.workspaces.sample.side.toggle()
        if sys.argv[2] == "interrupt":
            main_window.QTimer.singleShot(300, lambda: os.kill(os.getpid(), signal.SIGINT))
        else:
            main_window.QTimer.singleShot(300, window.actions_by_key["file.quit"].trigger)
    main_window.QTimer.singleShot(100, act)
    return window
main_window.MainWindow = opened
app.prepare("run", [])
sys.exit(main_window.run_app())
"""


def run(program, *arguments):
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", program, str(ROOT), *map(str, arguments)],
        capture_output=True, text=True, env=env, timeout=280, check=False,
    )  # fmt: skip


def silence(text):
    """Leave out what the offscreen platform says of every window."""
    return [line for line in text.splitlines() if not line.startswith("This plugin does not support ")]


def test_many_windows_closed_with_something_running(tmp_path):
    table = tmp_path / "rows.csv"
    table.write_text("a,b,c\n" + "0,1,2\n" * 200_000, encoding="utf-8")
    done = run(MANY, table)
    assert done.returncode == 0, done.stderr
    assert silence(done.stderr) == []
    assert done.stdout.split() == ["18"]


@pytest.mark.parametrize("how", ["quit", "interrupt"])
def test_the_program_leaves_with_a_running_sampler(how):
    done = run(LEAVE, how)
    assert done.returncode == 0, done.stderr
    assert silence(done.stderr) == []
