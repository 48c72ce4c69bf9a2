"""Which thread frees Python's reference cycles?

Only the main one: the cyclic collector running on the worker's thread could destroy Qt objects on the wrong thread. So
the automatic collector is switched off and a timer of the main thread collects, generation by generation.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 500


class Collector(QObject):
    """Collects from the moment it is started until it is stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._frozen = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over from the automatic collector."""
        if not self._timer.isActive():
            self._was_on = gc.isenabled()
            gc.disable()
            self._timer.start()

    def spare(self) -> None:
        """Leave alone from now on what is there: libraries and the window itself. A full round then takes no time."""
        if self._timer.isActive():
            gc.collect()
            gc.freeze()
            self._frozen = True

    def stop(self) -> None:
        """Give back to the automatic collector."""
        if self._frozen:
            gc.unfreeze()
            self._frozen = False
        if self._timer.isActive():
            self._timer.stop()
            if self._was_on:
                gc.enable()

    @Slot()
    def collect(self) -> None:
        """Collect the youngest generation that is full, and with it those below."""
        full = [count > limit > 0 for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(full):
            gc.collect(max(k for k, is_full in enumerate(full) if is_full))
