"""Does a presentation speak to the last row, and is everything as it was when it ends?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QAbstractAnimation, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QHeaderView, QLabel, QTableView, QWidget

from gui import theme
from gui.canvas.style import style
from gui.features.presentation import LEAST_POINTS
from gui.hand import rest, wait_until
from gui.main_window import MainWindow
from gui.presenting import ClickRing
from gui.settings import Settings
from gui.tiles import FittingLabel
from tests.acts import Person

PRESENT = "Ctrl+Shift+P"


@pytest.fixture
def person(window: Any, qtbot: Any) -> Person:
    """Someone at a window with the stacked RBM, a presentation not filling the screen."""
    window.settings.put("present/full_screen", False)
    someone = Person(window)
    window.filing.open_example("example.rbm")
    someone.settle()
    return someone


def shape(window: MainWindow) -> dict[str, Any]:
    """Return all that a presentation may change and must give back."""
    parts = (window.tools, window.statusBar(), window.side_dock, window.below_dock, window.headline_bar, window.view)
    return {
        "size": window.size(),
        "parts": [(part.isVisible(), part.geometry()) for part in parts],
        "look": (theme.current(), theme.font_scale(), theme.font(0.1).pointSizeF()),
        "state": window.windowState(),
        "checked": window.actions_by_key["view.presentation"].isChecked(),
    }


def at_rest(window: MainWindow) -> dict[str, Any]:
    """Return the window's shape once it no longer changes: fonts and layouts take several rounds of events."""
    seen: list[dict[str, Any]] = []
    while len(seen) < 5 or any(each != seen[-1] for each in seen[-5:]):
        assert len(seen) < 200
        rest(0.02)
        seen.append(shape(window))
    return seen[-1]


def sizes(window: MainWindow) -> dict[str, float]:
    """Return the size in points of every text in sight."""
    written = (QLabel, QAbstractButton, QTableView, QHeaderView)
    return {
        f"{type(w).__name__} {w.accessibleName() or getattr(w, 'text', str)()}": w.font().pointSizeF()
        for w in window.findChildren(QWidget)
        if isinstance(w, written) and w.isVisible() and (not hasattr(w, "text") or w.text())
    }


def laid_out(window: MainWindow) -> None:
    """Wait until the menu bar has the height that its text needs now: fonts reach it by way of events."""
    bar, needed = window.menuBar(), theme.font().pointSizeF()
    wait_until(lambda: bar.font().pointSizeF() == needed and bar.height() >= bar.sizeHint().height(), "the menu bar")


# --- on and off --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [PRESENT, "Esc", "menu"])
@pytest.mark.parametrize("workspace", ["graph", "fit", "sample"])
def test_all_is_as_it_was_afterwards(person, qtbot, workspace, ends):
    window = person.window
    window.resizeDocks([window.side_dock], [390], Qt.Orientation.Horizontal)
    person.keys("Ctrl+Alt+=")
    window.actions_by_key["palette.dark"].trigger()
    window.set_workspace(workspace)
    before = at_rest(window)
    person.keys(PRESENT)
    at_rest(window)
    assert window.actions_by_key["view.presentation"].isChecked()
    assert not window.side_dock.isVisible()
    assert not window.tools.isVisible()
    assert window.below_dock.isVisible() == (workspace != "graph")
    assert theme.current().name == "projector"
    if ends == "menu":
        laid_out(window)
        person.menu("View", "Presentation")
    elif ends == "Esc":
        person.hand.press(Qt.Key.Key_Escape)
    else:
        person.keys(ends)
    qtbot.waitUntil(lambda: not window.actions_by_key["view.presentation"].isChecked())
    qtbot.waitUntil(lambda: shape(window) == before)
    assert window.settings.palette is theme.DARK


def test_a_workspace_chosen_meanwhile_has_its_own_heights_afterwards(person, qtbot):
    window = person.window
    heights = {}
    for name in ("fit", "sample", "graph"):
        window.set_workspace(name)
        qtbot.wait(30)
        heights[name] = window.below.height()
    person.keys(PRESENT)
    for key, name, plots in (("Ctrl+3", "sample", True), ("Ctrl+1", "graph", False), ("Ctrl+2", "fit", True)):
        person.keys(key)
        qtbot.wait(20)
        assert window.below_dock.isVisible() is plots, name
        assert not window.side_dock.isVisible()
    person.keys(PRESENT)
    qtbot.wait(30)
    assert window.below.height() == heights["fit"]
    assert window.side_dock.isVisible()


def test_it_fills_the_screen_unless_told_otherwise(person, qtbot):
    window = person.window
    assert Settings().get("present/full_screen") is False  # as the fixture has it
    window.settings.put("present/full_screen", True)
    person.keys(PRESENT)
    assert window.isFullScreen()
    person.keys(PRESENT)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.size().width() == 1280
    person.keys("F11")  # by itself it only fills the screen
    assert window.isFullScreen()
    assert window.tools.isVisible()
    person.keys(PRESENT)
    person.keys(PRESENT)
    assert window.isFullScreen()  # as it was


def test_a_crash_meanwhile_leaves_the_settings_alone(person, qtbot):
    window = person.window
    person.keys(PRESENT)
    person.keys("Ctrl+Alt+=")
    window.settings.sync()
    kept = Settings()  # what another start would read
    assert kept.palette is theme.LIGHT
    assert kept.font_scale == 1.0
    assert kept.docks.isEmpty()


def test_closing_meanwhile_remembers_the_window_as_it_was(person, qtbot):
    window = person.window
    window.document.stack.setClean()
    person.keys(PRESENT)
    assert window.close()
    again = MainWindow()
    again.show()
    try:
        qtbot.waitExposed(again)
        assert again.side_dock.isVisible()
        assert again.tools.isVisible()
        assert again.statusBar().isVisible()
        assert theme.font_scale() == 1.0
        assert theme.current() is theme.LIGHT
    finally:
        again.close()
        again.deleteLater()


def test_esc_does_what_is_nearer_first(person, qtbot):
    window = person.window
    person.keys(PRESENT)
    person.hand.press(Qt.Key.Key_E)
    window.show_notice("Something", "test")
    person.hand.press(Qt.Key.Key_Escape)  # takes the notice away, and the Edge tool
    qtbot.wait(10)
    assert window.notices.notice is None
    assert window.scene.tool.name == "select"
    assert window.actions_by_key["view.presentation"].isChecked()
    person.keys("B")
    person.hand.press(Qt.Key.Key_Escape)
    qtbot.wait(10)
    assert not window.features["Presentation"].holding
    assert window.actions_by_key["view.presentation"].isChecked()
    person.hand.press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.actions_by_key["view.presentation"].isChecked())


# --- what the last row sees --------------------------------------------------------------------------------------


@pytest.mark.parametrize("palette", theme.PALETTES)
def test_text_is_large_and_lines_are_thick_in_every_palette(person, qtbot, palette):
    window = person.window
    window.settings.put("present/palette", palette)
    person.keys(PRESENT)
    assert theme.current().name == palette
    for name in ("graph", "fit", "sample"):
        window.set_workspace(name)
        qtbot.wait(50)
        small = {what: size for what, size in sizes(window).items() if size < LEAST_POINTS}
        assert small == {}, name
    assert window.headline.sentence.font().pointSizeF() >= 31.9 or window.headline.sentence._least < 1
    assert theme.font(1.43).pointSizeF() >= 32.0  # the sentence, where it has room
    window.set_workspace("graph")
    qtbot.wait(50)
    scale = window.view.transform().m11()
    assert style().edge_pen.widthF() * scale >= 3.0
    assert style().node_pen.widthF() * scale >= 3.0
    assert style().label_px * scale >= 24.0  # 18 points at 96 dots an inch
    assert style().name_px * scale >= 24.0


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080)])
def test_the_headline_is_whole_at_every_size(person, qtbot, size):
    window = person.window
    window.resize(*size)
    window.edit("Clamp", person.project.with_clamps(dict.fromkeys(("x1", "x2", "x3", "h1", "h2", "h3"), 0)))
    person.settle()
    person.keys(PRESENT)
    at_rest(window)
    for label in window.headline.findChildren(FittingLabel):
        assert "…" not in label.text(), label.text()
    for tile in window.headline.tiles:
        assert QFontMetrics(theme.font(1.5, bold=True)).horizontalAdvance(tile.values.new) <= tile.values.width()


def test_nodes_grow_where_there_is_room(person, qtbot):
    window = person.window
    window.filing.open_example("example.pins")
    person.settle()
    usual = style().radius
    person.keys(PRESENT)
    assert style().radius >= 1.6 * usual


def test_colours_and_text_can_be_changed_meanwhile(person, qtbot):
    person.keys(PRESENT)
    scale = theme.font_scale()
    laid_out(person.window)
    person.menu("View", "Colours", "High contrast")
    person.keys("Ctrl+Alt+=")
    assert theme.current().name == "contrast"
    assert theme.font_scale() == pytest.approx(1.1 * scale)
    person.keys("Ctrl+Alt+0")
    assert theme.font_scale() == scale
    person.keys(PRESENT)
    assert theme.current() is theme.LIGHT
    person.keys(PRESENT)
    assert theme.current().name == "contrast"  # the choice for presentations is remembered


def press_window(window: MainWindow, at: QPoint) -> None:
    """Press the mouse as the system tells of it: to the native window."""
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseRelease(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_ring_shows_where_the_mouse_was_pressed_and_fades(person, qtbot):
    window = person.window
    at = window.view.mapTo(window, window.view.rect().center()) + QPoint(200, 120)
    press_window(window, at)
    assert window.findChildren(ClickRing) == []  # only while presenting
    person.keys(PRESENT)
    at_rest(window)
    press_window(window, at)
    ring = window.findChild(ClickRing)
    assert ring.isVisible()
    assert ring.geometry().center() in (at, at - QPoint(1, 1))
    assert window.childAt(at) is not ring  # the mouse goes through it
    qtbot.waitUntil(lambda: not ring.isVisible())
    window.settings.put("look/animations", False)
    press_window(window, at)
    assert ring.isVisible()
    qtbot.waitUntil(lambda: not ring.isVisible())
    window.settings.put("present/rings", False)
    press_window(window, at)
    assert not ring.isVisible()


def test_a_press_still_does_what_it_does(person, qtbot):
    window = person.window
    person.keys(PRESENT)
    at_rest(window)
    glide = window.view._camera._animation
    wait_until(lambda: glide.state() is QAbstractAnimation.State.Stopped, "the view to be in its place")
    spot = window.view.viewport().mapTo(window, person.hand.variable("z1"))
    press_window(window, spot)
    assert window.scene.selection.variables == ("z1",)


# --- holding the picture -----------------------------------------------------------------------------------------


def below_menu(window: MainWindow) -> QImage:
    top = window.menuBar().geometry().bottom() + 1
    return window.grab(window.rect().adjusted(0, top, 0, 0)).toImage()


def test_the_picture_is_held_while_the_sampler_goes_on(person, qtbot):
    window = person.window
    person.keys(PRESENT, "F6")
    sample = window.workspaces.sample
    qtbot.waitUntil(lambda: sample.snapshot is not None)
    qtbot.wait(80)
    person.keys("B")
    held = below_menu(window)
    updates = sample.snapshot.n_updates
    qtbot.waitUntil(lambda: sample.snapshot.n_updates > updates)
    qtbot.wait(80)
    assert below_menu(window) == held
    word = window.features["Presentation"]._held.word
    assert word.isVisible()
    assert word.accessibleName().startswith("held")
    assert window.rect().contains(word.geometry())
    person.keys("B")
    qtbot.waitUntil(lambda: below_menu(window) != held)
    assert not window.actions_by_key["view.hold"].isChecked()
    person.keys("F8")


def test_a_held_picture_takes_the_mouse_and_gives_way_to_another_size(person, qtbot):
    window = person.window
    before = person.project
    spot = window.view.viewport().mapTo(window, person.hand.variable("z1"))
    person.keys("B")  # without a presentation too
    press_window(window, spot)
    assert window.scene.selection.variables == ()
    assert person.project is before
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: not window.features["Presentation"].holding)
