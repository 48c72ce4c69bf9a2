"""Does Clique start lightly, on a bare Python, with or without a screen, and with a Qt that does not lose count?"""

from __future__ import annotations

import ast
import gc
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import app
from gui import __version__, boot, boot_install, boot_libraries
from gui.boot_shell import SetupError

ROOT = boot.ROOT
HEAVY = {"scipy", "numba", "pandas", "matplotlib", "h5py", "networkx"}


def python(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run this Python away from the checkout; what it prints is text."""
    command = [sys.executable, *words]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=280,
        cwd=ROOT.anchor,
        env={**os.environ, **environ},
        check=False,
    )


# --- what is imported --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("app", {*HEAVY, "numpy", "PySide6", "pyqtgraph"}),
        ("models", {*HEAVY, "PySide6", "pyqtgraph"}),
        ("gui.boot", {*HEAVY, "numpy", "PySide6", "pyqtgraph", "platformdirs"}),
    ],
)
def test_importing_stays_light(module, unwanted):
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module}; print(*sys.modules)"
    result = python("-c", code)
    assert result.returncode == 0, result.stderr
    loaded = {name.split(".")[0] for name in result.stdout.split()}
    assert module.split(".")[0] in loaded
    assert loaded & unwanted == set()


# Two threads load a package whose modules import each other in a circle; what they meet depends on who is slow.
RACE = """
import sys, threading, time

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "colorama.ansitowin32":
            asleep.set()
            time.sleep(0.5)

def worker():
    import colorama

asleep, thread = threading.Event(), threading.Thread(target=worker)
sys.meta_path.insert(0, Slow())
thread.start()
asleep.wait(0.0 if "colorama" in sys.modules else 30.0)
from colorama.winterm import WinColor
thread.join()
"""


def test_the_worker_and_the_window_can_load_colours_at_the_same_time():
    pytest.importorskip("colorama")
    # Who is slow is for the machine to decide; where the two never meet there is nothing to see.
    if not any("cannot import name" in python("-c", RACE).stderr for _ in range(5)):
        pytest.skip("the two threads never met half way here")
    ready = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import gui.inference\n"
    assert python("-c", ready + RACE).stderr == ""


# --- a bare Python -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", [["-I", "-S"], ["-P"], []])
def test_version_and_help_need_no_set_up(isolation, tmp_path):
    version = python(*isolation, str(ROOT / "app.py"), "--version", XDG_CACHE_HOME=str(tmp_path))
    assert (version.returncode, version.stdout) == (0, f"Clique {__version__}\n"), version.stderr
    helped = python(*isolation, str(ROOT / "app.py"), "--help", XDG_CACHE_HOME=str(tmp_path))
    assert helped.returncode == 0
    for option in ("FILE", "--demo DIR", "--test", "--reset", "--warm"):
        assert option in helped.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_old_python_can_read_app_py():
    ast.parse((ROOT / "app.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("minor", [6, 8, 10])
def test_an_old_python_gets_a_sentence(minor):
    old = shutil.which(f"python3.{minor}")
    if not old or subprocess.run([old, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"no Python 3.{minor} here")
    result = subprocess.run([old, str(ROOT / "app.py"), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Clique needs Python 3.11 or newer; this is Python 3.{minor}.\n")
    assert "Traceback" not in result.stderr


# --- the command line --------------------------------------------------------------------------------------------


def test_all_that_follows_test_goes_to_pytest():
    assert app.parse(["--test", "-x", "--demo", "tests/test_boot.py"]).test == ["-x", "--demo", "tests/test_boot.py"]
    assert app.parse(["--test"]).test == []
    assert app.parse(["a.clique"]).test is None


def test_a_mistake_on_the_command_line(capsys):
    with pytest.raises(SystemExit) as stop:
        app.parse(["--sing"])
    assert stop.value.code == 2
    assert "--sing" in capsys.readouterr().err


@pytest.fixture
def no_display(monkeypatch, tmp_path):
    """Take the display away, stand in an empty folder, and make Qt's libraries no concern."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(boot_libraries, "has_display", lambda: False)
    monkeypatch.setattr(boot_libraries, "ensure_libraries", lambda: None)
    monkeypatch.setattr(sys, "setswitchinterval", lambda seconds: None)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")
    return tmp_path


@pytest.fixture
def played(monkeypatch):
    """Replace the demonstration; returns the folders it was asked to fill."""
    folders: list[Path] = []
    module = type(sys)("gui.demo")
    module.run_demo = lambda folder: folders.append(folder) or 0
    monkeypatch.setitem(sys.modules, "gui.demo", module)
    return folders


def test_without_a_display_the_demonstration_is_played(no_display, played, capsys):
    assert app.start(app.parse([])) == 0
    assert played == [no_display / "clique-demo"]
    assert capsys.readouterr().out.count("\n") == 1
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_the_demonstration_goes_where_it_can_be_written(no_display, played, monkeypatch):
    (no_display / "clique-demo").touch()  # a file is in the way
    assert app.start(app.parse([])) == 0
    (no_display / "clique-demo").unlink()
    monkeypatch.setattr(boot_install, "can_write", lambda folder: False)
    assert app.start(app.parse([])) == 0
    assert [folder.is_dir() and folder.parent != no_display for folder in played] == [True, True]
    for folder in played:
        folder.rmdir()


def test_a_file_cannot_be_shown_without_a_display(no_display):
    with pytest.raises(SetupError, match=r"no display to show a\.clique"):
        app.start(app.parse(["a.clique"]))


def test_demo_takes_a_folder(no_display, played):
    assert app.start(app.parse(["--demo", "here"])) == 0
    assert played == [Path("here")]


def test_reset_forgets_the_settings_and_opens_the_window(no_display, monkeypatch, qapp):
    from gui.settings import Settings

    monkeypatch.setattr(boot_libraries, "has_display", lambda: True)
    opened: list[str | None] = []
    module = type(sys)("gui.main_window")
    module.run_app = lambda path: opened.append(path) or 0
    monkeypatch.setitem(sys.modules, "gui.main_window", module)
    Settings().font_scale = 2.0
    assert app.start(app.parse(["a.clique"])) == 0
    assert Settings().font_scale == 2.0
    assert app.start(app.parse(["--reset"])) == 0
    assert Settings().font_scale != 2.0
    assert opened == ["a.clique", None]


@pytest.mark.parametrize(
    ("arguments", "spread"), [([], True), (["-x"], True), (["--pdb"], False), (["--trace", "-x"], False)]
)
def test_the_suite_uses_the_cores_unless_a_debugger_is_wanted(no_display, monkeypatch, arguments, spread):
    commands: list[list[str]] = []
    monkeypatch.setattr(boot, "replace_process", commands.append)
    called: list[list[str]] = []
    monkeypatch.setattr(app.subprocess, "call", called.append)
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    app.run_tests(arguments)
    assert called == [[sys.executable, "app.py", "--warm"]]
    expected = ["-n", "4", "--dist", "loadfile"] if spread else []
    assert commands == [[sys.executable, "-m", "pytest", *expected, *arguments]]
    assert Path.cwd() == ROOT


@pytest.mark.parametrize("arguments", [["-x", "tests/test_start.py"], ["--version"], ["--collect-only", "-q"]])
def test_less_than_the_suite_starts_without_compiling(no_display, monkeypatch, arguments):
    monkeypatch.setattr(boot, "replace_process", lambda command: None)
    monkeypatch.setattr(app.subprocess, "call", lambda command: pytest.fail(f"{command} was run"))
    app.run_tests(arguments)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


# --- packaging ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.lock", "tests/requirements.lock", ".ci/requirements.lock"])
def test_lock_files_hold_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra|--find|^-|^/", text, re.MULTILINE)
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(entries) > 5
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==\S+", entry)
        assert entry.count("--hash=sha256:") >= 1


@pytest.mark.parametrize(("purpose", "name"), boot_install.LOCKS.items())
def test_lock_files_meet_the_requirements(purpose, name):
    locked = re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    for requirement in boot.requirements(purpose):
        wanted = re.split(r"[<>=]", requirement)[0]
        versions = [version for package, version in locked if package == wanted]
        assert versions, f"{requirement} is not in {name}"
        assert all(boot.in_range(version, requirement[len(wanted) :]) for version in versions)


def test_the_tests_run_on_the_versions_that_run_clique():
    both = [set(re.findall(r"^\S+==[^\\\n]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
            for name in boot_install.LOCKS.values()]  # fmt: skip
    assert both[0] < both[1]


def test_the_range_of_qt_is_the_one_that_keeps_count():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "pyside6-essentials>=6.8,<6.12" in project["dependencies"]
    assert project["requires-python"] == ">=3.11"


# --- Qt ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_qt_does_not_lose_references_to_none(qtbot):
    """PySide6 6.12.0 loses one at every void call and every Python override, and aborts when none is left."""
    from PySide6.QtGui import QColor, QPainter, QPixmap
    from PySide6.QtWidgets import QWidget

    class Painted(QWidget):
        paints = 0

        def paintEvent(self, event):
            Painted.paints += 1

    widget = Painted()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    pixmap, colour = QPixmap(8, 8), QColor("red")
    painter = QPainter(pixmap)
    gc.collect()  # or it might let go of Nones in the middle of the count
    before = sys.getrefcount(None)
    for _ in range(500):
        painter.setPen(colour)
    for _ in range(1000):
        widget.repaint()
    lost = before - sys.getrefcount(None)
    painter.end()
    assert Painted.paints >= 1000
    assert lost < 300  # it would be 1,500; objects that come and go meanwhile account for some
