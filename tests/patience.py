"""How long does a test wait for what must happen, on a machine of any speed?

Until it happens: the time allowed only ends a run that hangs. What must be quick is told by the order of events, or by
the processor time of the one who does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

SECONDS = 120.0
MS = round(1000 * SECONDS)
_ROUNDS = 10  # of events that call for events: a layout that moves a widget that asks for another size, and so on


class PatientBot(QtBot):
    """Waits long for what must happen; after a rest for a time, nothing that was due is left undone."""

    def wait(self, ms: int) -> None:
        """Let the window live for a while; timers that were due by then have run, and what they began is done."""
        super().wait(ms)
        let_events_run()

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = MS, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: Any, *, timeout: int = MS, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)

    def waitExposed(self, widget: Any, *, timeout: int = MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)

    def waitActive(self, widget: Any, *, timeout: int = MS) -> Any:
        return super().waitActive(widget, timeout=timeout)


def let_events_run() -> None:
    """Handle what is posted, what that posts, and timers that are due, however long it takes."""
    for _ in range(_ROUNDS):
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
