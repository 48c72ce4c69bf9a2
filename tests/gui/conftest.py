"""The real window, ready to be used as a person uses it, and closed again whatever a test did to it."""

from __future__ import annotations

import pytest

from gui import theme
from gui.main_window import MainWindow
from tests.patience import MS


@pytest.fixture
def window(qapp, qtbot):
    """An open window at the design size; unsaved changes are discarded at the end."""
    theme.apply(qapp)
    made = MainWindow()
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.filing.ask = lambda: "discard"
    if made.isVisible():
        assert made.close()
    assert made.ended_in_time
    made.deleteLater()
    theme.set_font_scale(1.0)
    theme.set_current(theme.LIGHT)


@pytest.fixture
def settled(window, qtbot):
    """Call it to wait until every question about the document is answered."""

    def wait(timeout: int = MS) -> None:
        qtbot.waitUntil(lambda: not window.controller.waiting, timeout=timeout)

    return wait
