"""Does the status bar tell of long jobs, and only of those, and can they be stopped? Are other gears in order?"""

import gc
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import theme
from gui.collector import Collector
from gui.notices import ExceptionHook
from gui.status import TaskWidget
from models.jobs import Progress


@pytest.fixture
def task(qtbot):
    made = TaskWidget()
    qtbot.addWidget(made)
    return made


def test_a_short_job_is_not_mentioned(task, qtbot):
    task.show_busy("infer", True)
    qtbot.wait(50)
    task.show_busy("infer", False)
    qtbot.wait(350)
    assert task.channel == ""
    assert task.isHidden()


def test_a_long_job_is_shown_with_progress_and_stops_on_request(task, qtbot):
    task.show_busy("structure", True)
    qtbot.waitUntil(lambda: task.isVisible())
    task.show_progress("structure", Progress(1, 4, "Trying width 7"))
    assert task._text.text() == "Trying width 7"
    assert task._bar.value() == 250
    with qtbot.waitSignal(task.stop_asked) as asked:
        QTest.mouseClick(task._stop, Qt.MouseButton.LeftButton)
    assert asked.args == ["structure"]
    task.show_busy("structure", False)
    assert task.isHidden()


def test_progress_without_an_end_is_a_moving_bar(task, qtbot):
    task.show_busy("file", True)
    qtbot.waitUntil(lambda: task.isVisible())
    task.show_progress("file", Progress(3, None, "Reading"))
    assert (task._bar.minimum(), task._bar.maximum()) == (0, 0)
    task.close_down()


def test_compiling_cannot_be_stopped_and_gives_way_to_questions(task, qtbot):
    task.show_busy("warm", True)
    qtbot.waitUntil(lambda: task.channel == "warm")
    assert task._stop.isHidden()
    task.show_busy("infer", True)
    qtbot.waitUntil(lambda: task.channel == "infer")
    task.show_busy("infer", False)
    assert task.channel == "warm"
    task.show_busy("warm", False)


def test_a_sampler_is_not_a_job_with_an_end(task):
    task.show_busy("sample", True)
    assert task.channel == ""


class Knot:
    """Something that only the cyclic collector can free."""

    def __init__(self):
        self.me = self


def test_cycles_are_freed_on_the_main_thread_only(qapp, qtbot):
    threads = []

    def note(phase, info):
        if phase == "start":
            threads.append(threading.current_thread())

    collector = Collector()
    was_on = gc.isenabled()
    gc.callbacks.append(note)
    try:
        collector.start()
        assert not gc.isenabled()
        made = threading.Event()

        def tie():
            for _ in range(3000):
                Knot()
            made.set()

        thread = threading.Thread(target=tie)
        thread.start()
        thread.join()
        assert made.is_set()
        assert threads == []
        qtbot.waitUntil(lambda: bool(threads))
        assert set(threads) == {threading.main_thread()}
    finally:
        gc.callbacks.remove(note)
        collector.stop()
    assert gc.isenabled() == was_on


def test_what_nobody_caught_becomes_a_notice_on_the_main_thread(qapp, qtbot, capsys, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    hook = ExceptionHook()
    heard = []
    hook.caught.connect(heard.append)
    hook.install()
    try:
        try:
            raise ValueError("on the main thread")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)

        def fail():
            raise KeyError("on another thread")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(heard) == 2)
    finally:
        hook.remove()
    assert [type(failure.error) for failure in heard] == [ValueError, KeyError]
    assert "on another thread" in heard[1].traceback_text
    assert "on the main thread" in capsys.readouterr().err
    assert sys.excepthook is sys.__excepthook__


def test_a_message_and_the_hint_are_never_on_top_of_each_other(window, qtbot):
    bar, hint, task = window.statusBar(), window.status.hint, window.status.task
    heights = {bar.height()}
    bar.showMessage("Clamp layers x, h and release the others")
    for shown in (True, False):
        task.setVisible(shown)
        qtbot.wait(20)
        heights.add(bar.height())
        assert hint.isHidden()
    assert len(heights) == 1, "the bar changes its height when a job comes and goes"
    theme.set_font_scale(1.5)
    qtbot.wait(20)
    assert hint.isHidden()
    bar.clearMessage()
    assert not hint.isHidden()
