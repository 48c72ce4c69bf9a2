"""Does the whole story work, on this machine, in the real window?

The demonstration opens the window, plays the story of `gui.demo_story` in it with real mouse and key events, saves a
numbered picture after each scene, writes `results.json` and prints the table of fits. It ends with 0 only if every
number on the way was right.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QSize, QtMsgType, QVariantAnimation, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from . import __version__, theme
from .hand import OutOfReachError, rest, wait_until
from .main_window import MainWindow
from .settings import Settings

_SIZE = QSize(1280, 800)


@dataclass(frozen=True, slots=True)
class Check:
    """One number or text that must be right.

    Attributes
    ----------
    what : str
    seen, expected : number or text
    tolerance : float
        Largest difference that counts as right; 0 for texts and counts.
    right : bool
    """

    what: str
    seen: Any
    expected: Any
    tolerance: float
    right: bool


class Stage:
    """A window to play in, and a record of what was seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checks: list[Check] = []
        self.pictures: list[str] = []
        self.tables: dict[str, Any] = {}
        self._own = tempfile.TemporaryDirectory(prefix="clique-demo-")  # the story knows the usual settings only
        self.window = MainWindow(Settings(Path(self._own.name) / "settings.ini"))
        self.window.resize(_SIZE)
        self.window.show()
        self.window.warm_up()

    def settle(self) -> None:
        """Wait until the window has every answer about what it shows, and has painted it."""
        wait_until(lambda: not self.window.controller.waiting, "the answers about this model", 120.0)
        rest(0.05)

    def check(self, what: str, seen: Any, expected: Any, tolerance: float = 0.0) -> None:
        """Compare and go on; the verdict comes at the end."""
        if isinstance(expected, float) or tolerance:
            right = abs(float(seen) - float(expected)) <= tolerance
        else:
            right = seen == expected
        self.checks.append(Check(what, seen, expected, tolerance, right))
        print(
            f"  {'right' if right else 'WRONG'}  {what}: {_short(seen)}{'' if right else f', not {_short(expected)}'}"
        )

    def picture(self, name: str) -> None:
        """Save what the window shows now, with flashes and animations at their end."""
        for animation in self.window.findChildren(QVariantAnimation):
            if animation.state() is not QVariantAnimation.State.Stopped:
                animation.setCurrentTime(animation.duration())
        rest(0.2)  # what waits for a frame, or for the view to be at rest, is drawn
        file = f"{len(self.pictures) + 1:02d}-{name}.png"
        if not self.window.grab().save(str(self.folder / file)):
            raise OSError(f"{file} could not be written to {self.folder}")
        self.pictures.append(file)

    def close(self) -> bool:
        """Close the window, once the kernels are there for the next start; return whether the worker ended in time."""
        # A compilation cannot be interrupted; the very first start would be over before its kernels are made.
        with suppress(OutOfReachError):
            wait_until(lambda: not self.window.dispatcher.busy("warm"), "the compiled kernels", 300.0)
        self.window.document.stack.setClean()  # nothing here is worth the question whether to save
        self.window.close()
        return self.window.ended_in_time


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _quieten() -> Callable[..., Any] | None:
    """Keep out of the output what the offscreen platform says of every menu; return the handler that was there."""

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text.startswith("This plugin does not support "):
            return
        if before is not None:
            before(kind, context, text)
        else:
            print(text, file=sys.stderr)

    before: Callable[..., Any] | None = qInstallMessageHandler(tell)
    return before


def run_demo(folder: Path) -> int:
    """Play the story and write its pictures and results into a folder.

    Returns
    -------
    int
        0 if every number was right, 1 if one was wrong or the story broke off, 2 if the folder cannot be written.
    """
    from .demo_story import SCENES

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob("[0-9][0-9]-*.png"), *folder.glob("broken-off.png"), *folder.glob("results.json")):
            old.unlink()
    except OSError as error:
        print(f"The demonstration cannot write to {folder}: {error.strerror}. Give another folder.", file=sys.stderr)
        return 2
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication([])
    app.setApplicationName("Clique")
    theme.apply(app)
    before = _quieten()
    started, broken, stage = time.monotonic(), "", Stage(folder)
    try:
        for scene in SCENES:
            print((scene.__doc__ or "").splitlines()[0])
            scene(stage)
    except Exception as error:  # noqa: BLE001 - the window must be closed and the results written whatever happened
        broken = str(error) if isinstance(error, OutOfReachError) else f"{type(error).__name__}: {error}"
        print(f"  The story broke off: {broken}.", file=sys.stderr)
        stage.window.grab().save(str(folder / "broken-off.png"))
    stage.check("the worker ended in time", stage.close(), True)
    qInstallMessageHandler(before)
    wrong = [check.what for check in stage.checks if not check.right]
    results = {
        "clique": __version__,
        "python": platform.python_version(),
        "seconds": round(time.monotonic() - started, 2),
        "passed": not wrong and not broken,
        "broken_off": broken or None,
        "pictures": stage.pictures,
        "checks": [asdict(check) for check in stage.checks],
        **stage.tables,
    }
    text = json.dumps(results, indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(stage.checks) - len(wrong)} of {len(stage.checks)} numbers right. Pictures and results: {folder}")
    if not stage.window.ended_in_time:
        # The worker is inside something that cannot be interrupted. All is written; do not let Qt abort.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)
    return 1 if wrong or broken else 0
