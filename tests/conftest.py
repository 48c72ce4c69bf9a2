"""What every test may rely on: no screen, no settings of the user, no leftovers from the test before.

Qt draws offscreen, settings and data folders are temporary, and a test that touches Qt fails when it leaves a thread, a
timer or a window behind. Fixtures `shared` and `case` reach the reference data beside the checkout, where there is any.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from gui import boot
from tests import turns

ROOT = Path(__file__).resolve().parent.parent

# Before Qt and NumPy are imported. Compiled kernels stay in the user's own cache: making them takes many seconds.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
boot.set_environment()
_folders = tempfile.TemporaryDirectory(prefix="clique-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
    os.environ[_name] = str(Path(_folders.name) / _name.removeprefix("XDG_").lower())
os.environ.setdefault(turns.FOLDER, _folders.name)  # the processes that share the work inherit it from the first

# A loaded machine is no reason to fail, and CI must draw the same examples every time.
# Impossible evidence is drawn on purpose, and where a claim is about the possible it is left out again.
_LENIENT = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much]
_PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": _LENIENT}
hypothesis.settings.register_profile("ci", max_examples=200, derandomize=True, print_blob=True, **_PATIENT)
hypothesis.settings.register_profile("default-small", max_examples=50, **_PATIENT)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default-small")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: waiting for a turn does not count towards the time limit
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test marked `alone` have the machine to itself."""
    with turns.turn(alone=item.get_closest_marker("alone") is not None):
        return (yield)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by number: compressed ones hold the time, and every process must collect the same names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> Any:
    """Replace the bot of pytest-qt, whose five seconds are too few for a machine that has other things to do."""
    from tests.patience import PatientBot

    return PatientBot(request)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference data beside the checkout; skip where it does not exist."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference data are not beside this checkout (../shared)")
    return folder


@pytest.fixture(scope="session")
def case(shared: Path) -> Callable[[str], dict[str, Any]]:
    """Return a look-up of ../shared/cases/cases.json by id or by its first part: case("rw01")."""
    cases = json.loads((shared / "cases" / "cases.json").read_text(encoding="utf-8"))["cases"]

    def look_up(identifier: str) -> dict[str, Any]:
        found = [c for c in cases if c["id"] == identifier or c["id"].split("-")[0] == identifier]
        if len(found) != 1:
            raise KeyError(f"{len(found)} cases are called {identifier}")
        return found[0]

    return look_up


def _register_fonts() -> None:
    """Make the font that Clique ships known to Qt, so that text has the same width everywhere."""
    from PySide6.QtGui import QFontDatabase

    for path in sorted((ROOT / "resources").glob("**/*.[ot]tf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"Qt cannot read the font {path.name}")


_fonts: list[bool] = []


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail a test that leaves a thread running and, if it used Qt, a timer ticking or a window open."""
    threads_before = set(threading.enumerate())
    uses_qt = "qapp" in request.fixturenames
    if uses_qt:
        request.getfixturevalue("qapp")
        if not _fonts:
            _register_fonts()
            _fonts.append(True)
        _fresh_settings(tmp_path_factory.mktemp("settings"))
        qt_before = _live_qt()
    yield
    left = [
        f"thread {thread.name}"
        for thread in set(threading.enumerate()) - threads_before
        if not thread.daemon and (thread.join(1.0) or thread.is_alive())
    ]
    if uses_qt:
        left += [_describe(thing) for thing in _live_qt() if not any(thing is old for old in qt_before)]
    if left:
        pytest.fail("left behind: " + ", ".join(sorted(left)), pytrace=False)


def _fresh_settings(folder: Path) -> None:
    from PySide6.QtCore import QSettings

    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(folder))
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    os.environ["XDG_DATA_HOME"] = str(folder / "data")


def _live_qt() -> list[Any]:
    """Return running QThreads, active QTimers, and windows a person could see or meet again.

    Hidden parentless helpers do not count: pyqtgraph keeps its context menus that way.
    """
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    current = QThread.currentThread()
    found: list[Any] = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() or isinstance(widget, QMainWindow | QDialog)
    ]
    kinds = _kinds_of(QThread) | _kinds_of(QTimer)
    for thing in [thing for thing in gc.get_objects() if type(thing) in kinds]:
        if not shiboken6.isValid(thing):
            continue
        if isinstance(thing, QTimer):
            if thing.isActive():
                found.append(thing)
        elif thing is not current and thing.isRunning():
            found.append(thing)
    return found


def _kinds_of(kind: type) -> set[type]:
    """Return a class with all classes made from it, so that a look through all objects compares nothing else."""
    return {kind}.union(*(_kinds_of(below) for below in kind.__subclasses__()))


def _describe(thing: Any) -> str:
    from PySide6.QtCore import QTimer

    detail = f" every {thing.interval()} ms" if isinstance(thing, QTimer) else ""
    return f"{type(thing).__name__} {thing.objectName()!r}{detail}"
