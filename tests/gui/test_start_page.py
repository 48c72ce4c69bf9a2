"""Does the start page offer what there is, by mouse and by keys, and go when there is something to see?"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import qAlpha, qGreen, qRed
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui import theme
from gui.canvas.style import room, style
from gui.filing import EXAMPLES
from gui.hand import LEFT, NONE
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.start_cards import ExampleCard, LineCard, draw_project, when_words
from gui.start_rescue import RescueStrip
from models.files import write_project
from models.files.processes import Owner, started, this_process
from models.files.recovery import About, Keeper, keep
from models.jobs import Infer, answer
from models.project import Project
from tests.acts import Person

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def person(window: Any, qtbot: Any) -> Person:
    """Someone at a window with the start page in sight."""
    window.show_start_page()
    someone = Person(window)
    qtbot.waitUntil(lambda: page(someone).isVisible())
    return someone


def page(person: Person) -> Any:
    return person.window.features["StartPage"].page


def card(person: Person, key: str) -> ExampleCard:
    return next(c for c in page(person).cards if c.key == key)


def line(person: Person, text: str) -> LineCard:
    return next(c for c in page(person).findChildren(LineCard) if c._text == text and c.isVisible())


# --- what it offers ----------------------------------------------------------------------------------------------


def test_a_window_by_itself_shows_no_start_page(window):
    assert window.features["StartPage"].page is None
    assert window.view._hint.isVisible()


def test_every_example_has_a_picture_with_its_bars(person, qtbot):
    assert [c.key for c in page(person).cards] == list(EXAMPLES)
    answers = person.window.features["StartPage"]._answers
    qtbot.waitUntil(lambda: all(c.has_picture for c in page(person).cards) and len(answers) == len(EXAMPLES))
    for c in page(person).cards:
        assert page(person).viewport().rect().contains(c.mapTo(page(person).viewport(), c.rect().center()))
        picture = c._picture
        seen = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
        assert len(seen) > 5, c.key  # something is drawn
        greenest = max(qGreen(colour) - qRed(colour) for colour in seen if qAlpha(colour) > 200)
        assert greenest > 80 or c.key == "example.ising", f"{c.key} has no bars"  # the exact green; its nodes are small


def test_pictures_leave_the_canvas_alone(person, qtbot):
    project = EXAMPLES["example.rbm"]()
    inference = answer(Infer(project.ugm)).inference
    before = room(), style().radius
    picture = draw_project(project, inference, page(person).cards[0].picture_size, 2.0)
    assert (room(), style().radius) == before
    assert picture.size() == 2 * page(person).cards[0].picture_size
    assert picture.devicePixelRatio() == 2.0
    blank = draw_project(Project(), None, page(person).cards[0].picture_size, 1.0)
    assert all(blank.pixelColor(x, 5).alpha() == 0 for x in range(blank.width()))


def test_the_palette_and_the_size_draw_the_pictures_anew(person, qtbot):
    qtbot.waitUntil(lambda: all(c.has_picture for c in page(person).cards))
    theme.set_current(theme.DARK)
    assert not any(c.has_picture for c in page(person).cards)
    qtbot.waitUntil(lambda: all(c.has_picture for c in page(person).cards))
    first = page(person).cards[0]
    width = first._picture.width()
    person.window.resize(1024, 768)
    qtbot.waitUntil(lambda: first.has_picture and first._picture.width() < width)


def test_recent_files_say_where_and_when_and_which_are_gone(window, qtbot, tmp_path):
    here, gone = tmp_path / "lecture.clique", tmp_path / "gone.clique"
    write_project(EXAMPLES["example.students"](), here)
    for path in (here, gone):
        window.settings.add_recent_file(path)
    window.show_start_page()
    person = Person(window)
    shown = [c for c in page(person).findChildren(LineCard) if c.accessibleName().startswith("Recent")]
    assert [c.accessibleName() for c in shown] == ["Recent file: lecture.clique", "Recent file: gone.clique"]
    assert shown[0]._second.endswith(tmp_path.name)
    assert shown[0]._right.startswith("today ")
    assert not shown[1].isEnabled()
    QTest.mouseClick(shown[0], LEFT)
    person.settle()
    assert window.document.path == here
    assert not page(person).isVisible()


def test_words_for_moments():
    now = datetime(2026, 3, 1, 15, 0).astimezone()
    for moment, words in (
        (datetime(2026, 3, 1, 0, 5), "today 00:05"),
        (datetime(2026, 2, 28, 23, 59), "yesterday 23:59"),
        (datetime(2026, 1, 2, 3, 4), "2 Jan"),
        (datetime(2024, 12, 31), "31 Dec 2024"),
    ):
        assert when_words(moment.astimezone(), now) == words


# --- coming and going --------------------------------------------------------------------------------------------


def test_a_click_on_an_example_opens_it(person):
    QTest.mouseClick(card(person, "example.rbm"), LEFT)
    person.settle()
    assert person.project.title == "Stacked RBM"
    assert not page(person).isVisible()
    assert QApplication.focusWidget() is person.window.view
    assert person.window.side_dock.isVisible()
    assert person.window.below_dock.isVisible()


def test_an_empty_canvas_is_a_canvas(person):
    QTest.mouseClick(line(person, "Empty canvas"), LEFT)
    assert not page(person).isVisible()
    person.hand.double_click(person.window.view.viewport().rect().center() + QPoint(0, 90))
    assert person.project.ugm.names == ("x1",)


@pytest.mark.parametrize("way", ["Esc", "double-click", "tool", "action"])
def test_ways_back_to_the_canvas(person, way, qtbot):
    shown = page(person)
    if way == "Esc":
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    elif way == "double-click":
        QTest.mouseDClick(shown.viewport(), LEFT, NONE, QPoint(5, shown.height() - 5))
    elif way == "tool":
        person.keys("N")
    else:
        person.keys("Ctrl+Home")
    assert not shown.isVisible()
    assert person.window.view._hint.isVisible()
    if way != "tool":
        person.keys("N")
    person.hand.click(person.window.view.viewport().rect().center() + QPoint(0, 90))
    assert len(person.project.ugm.names) == 1


def test_it_can_be_asked_for_over_a_document_which_stays(person, qtbot):
    window = person.window
    window.filing.open_example("example.students")
    person.settle()
    before = person.project
    person.menu("File", "Start page")
    assert page(person).isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)  # goes through the page, not the variables below it
    assert window.scene.selection.variables == ()
    assert page(person).isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert person.project is before
    assert not page(person).isVisible()


def test_a_file_dropped_on_it_is_opened(person, tmp_path):
    path = tmp_path / "a.clique"
    write_project(EXAMPLES["example.students"](), path)
    person.drop(path)
    assert person.project.title == "Four students"
    assert not page(person).isVisible()


def test_the_page_takes_no_drops_for_itself(person):
    shown = page(person)
    assert not any(w.acceptDrops() for w in (shown, shown.viewport(), *shown.cards))
    assert person.window.acceptDrops()


# --- by keys -----------------------------------------------------------------------------------------------------


def test_everything_is_reached_by_tab_and_pressed_by_enter(person):
    shown = page(person)
    targets = shown.targets()
    assert QApplication.focusWidget() is targets[0]
    visited = []
    for _ in targets:
        visited.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert visited == targets
    assert QApplication.focusWidget() is targets[0]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is targets[-1]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)  # arrows do as well
    assert QApplication.focusWidget() is targets[1]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    person.settle()
    assert person.project.title == EXAMPLES[shown.cards[1].key]().title


@pytest.mark.parametrize(
    ("size", "scale"), [((1024, 768), 1.0), ((1280, 800), 1.0), ((1280, 800), 1.6), ((1024, 768), 2.5)]
)
def test_targets_are_large_and_whole_wherever_they_stand(person, qtbot, size, scale):
    person.window.resize(*size)
    theme.set_font_scale(scale)
    qtbot.wait(50)
    shown = page(person)
    assert shown.geometry() == person.window.view.rect()
    for target in shown.targets()[:-1]:
        assert target.height() >= 30
        assert target.width() >= 120
        left = target.mapTo(shown.viewport(), QPoint()).x()
        assert left >= 0
        assert left + target.width() <= shown.viewport().width(), target.accessibleName()
        assert target.accessibleName()
        assert target.toolTip()
    boxes = [t.geometry().translated(t.parentWidget().mapTo(shown, QPoint())) for t in shown.targets()]
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[:k])


# --- remembered, and quick ---------------------------------------------------------------------------------------


def test_it_is_not_shown_again_when_not_wanted(person, qtbot):
    shown = page(person)
    assert shown.again.isChecked()
    QTest.mouseClick(shown.again, LEFT, NONE, QPoint(10, shown.again.height() // 2))
    assert Settings().get("start/page") is False
    person.window.features["StartPage"].hide()
    person.window.show_start_page()
    assert not shown.isVisible()


def test_panels_folded_for_it_are_not_remembered_as_folded(window, qtbot):
    window.show_start_page()
    assert not window.side_dock.isVisible()
    assert window.close()
    again = MainWindow()
    again.show()
    try:
        qtbot.waitExposed(again)
        assert again.side_dock.isVisible()
        assert again.below_dock.isVisible()
    finally:
        again.close()
        again.deleteLater()


def test_a_presentation_begins_with_the_canvas(person, qtbot):
    window = person.window
    window.settings.put("present/full_screen", False)
    person.keys("Ctrl+Shift+P")
    assert not page(person).isVisible()
    person.keys("Ctrl+Home")
    assert page(person).isVisible()
    QTest.mouseClick(card(person, "example.students"), LEFT)
    assert not window.side_dock.isVisible()  # still presenting
    person.keys("Ctrl+Shift+P")
    qtbot.wait(20)
    assert window.side_dock.isVisible()


def test_the_start_with_the_page_loads_nothing_heavy(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui import theme\nfrom gui.main_window import MainWindow\n"
        "app = QApplication([]); theme.apply(app); w = MainWindow(); w.show(); w.show_start_page()\n"
        "w.dispatcher.submit = lambda *job: 0\n"  # what the worker loads comes later, and beside the window
        "[app.processEvents() for _ in range(3)]\n"
        "assert w.features['StartPage'].page.isVisible()\n"
        "print([m for m in ('scipy', 'numba', 'h5py', 'matplotlib', 'networkx', 'pandas', 'pyqtgraph')"
        " if m in sys.modules])\n"
        "w.close()\n"
    )
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, env=env, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


# --- recovery ----------------------------------------------------------------------------------------------------


@pytest.fixture
def left_behind(window):
    """Two documents that a program which is no longer there has left behind; returns them, the newer one first."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = Owner(process.pid, started(process.pid), this_process().host)
    process.communicate(b"\n")
    projects = [EXAMPLES[key]() for key in ("example.letter", "example.students")]
    for project in projects:
        about = About(project.title, "", "", 12)
        keep(Keeper.fresh(window.features["Recovery"].folder), 1, project, about, gone)
    return projects[::-1]


def strips(person: Person) -> list[RescueStrip]:
    return [s for s in page(person).findChildren(RescueStrip) if s.isVisible()]


def test_what_an_earlier_run_left_is_offered_first_even_without_a_start_page(window, qtbot, left_behind):
    window.settings.put("start/page", False)
    window.show_start_page()
    person = Person(window)
    assert len(strips(person)) == 2
    for palette in theme.PALETTES.values():
        theme.set_current(palette)
        assert strips(person)[0].grab().toImage().pixelColor(3, 3) == palette.notice
    first = page(person).targets()[0]
    assert isinstance(first, QPushButton)
    assert QApplication.focusWidget() is first
    title = next(p.title for p in left_behind if p.title in first.accessibleName())
    QTest.keyClick(first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(person.project.ugm.names))
    assert person.project.title == title
    assert not page(person).isVisible()
    assert not window.document.is_clean


def test_discarding_asks_and_leaves_the_other_offer(window, qtbot, left_behind, monkeypatch):
    window.show_start_page()
    person = Person(window)
    for sure, left in ((False, 2), (True, 1)):
        monkeypatch.setattr("gui.asking.sure_to_discard", lambda *_, sure=sure: sure)
        button = next(b for b in strips(person)[0].findChildren(QPushButton) if b.text() == "Discard")
        QTest.mouseClick(button, LEFT)
        QApplication.processEvents()
        assert len(strips(person)) == left
        assert len(window.features["Recovery"].found()) == left
