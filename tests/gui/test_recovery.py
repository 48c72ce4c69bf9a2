"""After a crash, is the document there again but for the last edits, and does the window say so?"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from gui.features import recovery as feature_module
from gui.hand import wait_until
from models.errors import FileFormatError
from models.files import read_project, recovery, write_project
from models.files.processes import Owner, started, this_process
from models.files.recovery import About, Keeper, fingerprint, keep, read_kept
from models.project import Project
from tests.acts import Person

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def person(window):
    return Person(window)


@pytest.fixture
def keeping(window):
    return window.features["Recovery"]


@pytest.fixture
def dead() -> Owner:
    """A process that has come to its end."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = Owner(process.pid, started(process.pid), this_process().host)
    process.communicate(b"\n")
    return owner


def kept_files(keeping):
    return sorted(keeping.folder.glob("*.recovery"))


def add(person, count):
    """Make so many edits: the first by mouse, as far as there is room."""
    for _ in range(count):
        n = len(person.project.ugm.variables)
        if n < 3:
            person.hand.double_click_empty(-200.0 + 200 * n, -150.0)
        else:
            person.window.edit("Add", person.project.with_new_variable((110.0 * n, 100.0)))
        QApplication.processEvents()


def leave_behind(keeping, owner, names=("a", "b"), **about):
    """Keep a document as a process did that is no longer there."""
    project = Project(title="Two layers")
    for k, name in enumerate(names):
        project = project.with_new_variable((150.0 * k, 0.0)).with_renamed("x1", name)
    about = About(**{"title": "Two layers", "n_edits": 17, **about})
    return keep(Keeper.fresh(keeping.folder), 1, project, about, owner), project


def answer_box(button, texts):
    """Press a button of the next message box."""

    def press():
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, press)
            return
        texts.append(box.text())
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    QTimer.singleShot(20, press)


# --- a real crash ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize(("saved", "n_edits"), [(False, 33), (True, 58), (False, 101)])
def test_killed_during_editing_and_opened_again(person, keeping, tmp_path, saved, n_edits):
    path = tmp_path / "work.clique"
    if saved:
        write_project(Project(title="Work").with_new_variable((0.0, 50.0)), path)
    before = path.read_bytes() if saved else b""
    command = [sys.executable, str(ROOT / "tests" / "gui" / "crash_program.py"), str(path) if saved else ""]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    try:
        said = b""
        while said != f"{n_edits}\n".encode():
            said = process.stdout.readline()
            assert said, "the program has ended by itself"
        assert keeping.found() == [], "what a running window keeps is its own"
    finally:
        process.send_signal(signal.SIGKILL)  # in the midst of it
        rest, _ = process.communicate()
    whole_lines = rest.split(b"\n")[:-1]
    n_made = int(whole_lines[-1]) if whole_lines else n_edits
    keeping.warm()
    assert "Clique did not close properly" in person.notice
    assert ("Work" if saved else "Untitled") in person.notice
    person.press_button("Recover", person.window.notices)
    wait_until(lambda: person.project.ugm.variables, "the document")
    person.settle()
    n_lost = n_made + saved - len(person.project.ugm.variables)
    assert n_lost <= 20
    assert "20 edits at most, may be missing" in person.notice
    # It is the same document, with changes still to be saved: the file is as it was until that is done.
    assert person.window.isWindowModified()
    assert person.window.document.path == (path if saved else None)
    if saved:
        assert path.read_bytes() == before
        person.keys("Ctrl+S")
        assert read_project(path).same_as(person.project)
        wait_until(lambda: kept_files(keeping) == [], "the copy to go")


# --- keeping -----------------------------------------------------------------------------------------------------


def test_never_are_more_than_twenty_edits_unkept(person, keeping):
    for k in range(45):
        add(person, 1)
        files = kept_files(keeping)
        n_kept = len(read_kept(files[-1]).ugm.variables) if files else 0
        assert k + 1 - n_kept <= 20
    assert len(kept_files(keeping)) <= 2


def test_a_copy_is_kept_after_half_a_minute_and_goes_when_saved(person, keeping, tmp_path, monkeypatch):
    assert feature_module.EVERY_MS <= 60_000
    keeping._timer.setInterval(50)
    add(person, 2)
    wait_until(lambda: not keeping._pending and not person.window.dispatcher.busy("keep"), "a copy")
    (kept,) = kept_files(keeping)
    assert read_kept(kept).same_as(person.project)
    person.hand.drag_variable("x1", 0, 150)
    wait_until(lambda: kept_files(keeping) and kept_files(keeping)[0] != kept, "another copy")
    assert person.window.filing.save_to(tmp_path / "m.clique")
    wait_until(lambda: kept_files(keeping) == [], "the copy to go")
    person.keys("Ctrl+Z")  # a change again
    wait_until(lambda: len(kept_files(keeping)) == 1, "a copy")
    person.keys("Ctrl+Shift+Z")  # as the file is
    wait_until(lambda: kept_files(keeping) == [], "the copy to go")


def test_edits_that_join_into_one_are_kept_too(person, keeping):
    keeping._timer.setInterval(50)
    add(person, 1)
    person.hand.click_variable("x1")
    person.hand.press(Qt.Key.Key_Right)
    wait_until(lambda: kept_files(keeping) and not keeping._pending, "a copy")
    person.hand.press(Qt.Key.Key_Right)  # one step of undo with the one before
    place = person.project.positions["x1"]
    wait_until(lambda: not keeping._pending and not person.window.dispatcher.busy("keep"), "another copy")
    assert read_kept(kept_files(keeping)[-1]).positions["x1"] == place


def test_new_open_and_close_let_the_copy_go_when_the_changes_are_not_wanted(person, keeping):
    person.window.filing.ask = lambda: "discard"
    add(person, 10)
    wait_until(lambda: kept_files(keeping), "a copy")
    person.keys("Ctrl+N")
    assert kept_files(keeping) == []
    add(person, 10)
    wait_until(lambda: kept_files(keeping), "a copy")
    assert person.window.close()
    assert kept_files(keeping) == []


def test_ended_from_outside_without_a_question_nothing_is_lost(person, keeping):
    add(person, 3)
    assert kept_files(keeping) == []
    assert person.window.shut_down()  # as by Ctrl+C in the terminal
    assert len(read_kept(kept_files(keeping)[-1]).ugm.variables) == 3


def test_a_worker_that_is_held_up_is_not_waited_for(person, keeping, monkeypatch):
    monkeypatch.setattr(person.window.dispatcher, "busy", lambda channel: channel == "keep")
    add(person, 20)
    assert len(read_kept(kept_files(keeping)[-1]).ugm.variables) == 20


def test_a_full_disk_is_said_once_and_editing_goes_on(person, keeping, monkeypatch):
    def full(*_):
        raise FileFormatError("x", "The file could not be written: No space left on device.")

    monkeypatch.setattr(recovery, "write_bytes", full)
    add(person, 10)
    wait_until(lambda: person.notice, "the notice")
    assert "No copy can be kept for the case of a crash" in person.notice
    assert "No space left" in person.notice
    person.window.notices.dismiss()
    add(person, 12)
    wait_until(lambda: not person.window.dispatcher.busy("keep"), "the worker")
    assert person.notice == ""
    assert len(person.project.ugm.variables) == 22
    monkeypatch.undo()
    keeping.keep()
    wait_until(lambda: kept_files(keeping), "a copy, now that there is room")


# --- coming back -------------------------------------------------------------------------------------------------


def test_the_notice_says_which_when_and_how_much(person, keeping, dead):
    path, project = leave_behind(keeping, dead)
    keeping.warm()
    clock = time.strftime("%H:%M", time.localtime(keeping.found()[0].time))
    assert person.notice == (
        f'Clique did not close properly. Recover "Two layers" from {clock}, 17 edits after it was last saved?'
    )
    person.press_button("Recover", person.window.notices)
    wait_until(lambda: person.project.ugm.variables, "the document")
    assert person.project.same_as(project)
    assert not path.exists()
    assert f'Recovered "Two layers" as it was at {clock}' in person.notice
    # Until then the copy says that it belongs to a program that is no longer there.
    wait_until(lambda: keeping.found() == [], "a copy of its own")
    wait_until(lambda: len(kept_files(keeping)) == 1, "the end of the copy that was taken over")
    person.hand.drag_variable("a", -30, 20)
    wait_until(lambda: not person.window.dispatcher.busy("keep"), "the worker")
    assert keeping._about().n_edits == 18


def test_discarding_asks_and_then_offers_the_next(person, keeping, dead):
    leave_behind(keeping, dead, title="older")
    time.sleep(0.01)
    newer, _ = leave_behind(keeping, dead, title="newer")
    keeping.warm()
    assert '"newer"' in person.notice
    texts = []
    answer_box(QMessageBox.StandardButton.Cancel, texts)
    person.press_button("Discard", person.window.notices)
    assert texts == ["Discard the changes to newer?"]
    assert newer.exists()
    assert '"newer"' in person.notice
    answer_box(QMessageBox.StandardButton.Discard, texts)
    person.press_button("Discard", person.window.notices)
    assert not newer.exists()
    assert '"older"' in person.notice
    assert [each.title for each in keeping.found()] == ["older"]


def test_dismissed_it_is_offered_again_by_its_key(person, keeping, dead):
    person.keys("Ctrl+Shift+O")
    assert "nothing to recover" in person.notice
    leave_behind(keeping, dead)
    keeping.warm()
    person.hand.press(Qt.Key.Key_Escape)
    assert '"Two layers"' not in person.notice
    person.keys("Ctrl+Shift+O")
    assert '"Two layers"' in person.notice


def test_recovering_asks_about_the_document_in_hand(person, keeping, dead):
    path, _ = leave_behind(keeping, dead)
    add(person, 1)
    person.window.filing.ask = lambda: "cancel"
    assert not keeping.recover(path)
    assert person.project.ugm.names == ("x1",)
    assert path.exists()
    person.window.filing.ask = lambda: "discard"
    assert keeping.recover(keeping.found()[0])
    wait_until(lambda: person.project.ugm.names == ("a", "b"), "the document")


def test_one_that_another_window_took_says_so(person, keeping, dead):
    path, _ = leave_behind(keeping, dead)
    keeping.warm()
    path.unlink()
    person.press_button("Recover", person.window.notices)
    assert "Another window" in person.notice
    assert not keeping.recover(path)


def test_a_damaged_one_says_so_and_is_kept_aside(person, keeping, dead):
    path, _ = leave_behind(keeping, dead)
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"a"', b'"z"'))
    keeping.warm()
    person.press_button("Recover", person.window.notices)
    wait_until(lambda: "damaged" in person.notice, "the notice")
    assert keeping.found() == []
    asides = list(keeping.folder.glob("*.damaged"))
    assert len(asides) == 1
    assert str(asides[0]) in person.notice.replace("\u200b", "")
    assert not person.project.ugm.variables
    # Its head gone, it cannot even be offered.
    path.write_bytes(b"\0" * 100)
    person.window.notices.dismiss()
    keeping.warm()
    assert "damaged" in person.notice
    assert len(list(keeping.folder.glob("*.damaged"))) == 2


def test_the_original_changed_meanwhile_is_not_replaced_without_a_word(person, keeping, dead, tmp_path):
    original = tmp_path / "original.clique"
    write_project(Project(title="first"), original)
    path, project = leave_behind(keeping, dead, original=str(original), seen=fingerprint(original))
    write_project(Project(title="from elsewhere"), original)
    assert keeping.recover(path)
    wait_until(lambda: person.project.ugm.variables, "the document")
    asked = []
    person.window.filing.ask_overwrite = lambda path, why: asked.append(why) or "cancel"
    person.keys("Ctrl+S")
    assert len(asked) == 1
    assert "Another program" in asked[0]
    assert read_project(original).title == "from elsewhere"
    person.window.filing.ask_overwrite = lambda path, why: "replace"
    person.keys("Ctrl+S")
    assert read_project(original).same_as(project)


def test_a_long_or_odd_title_fits(person, keeping, dead):
    leave_behind(keeping, dead, title="x" * 60, n_edits=0)
    keeping.warm()
    assert person.notice.endswith("?")
    assert "edits" not in person.notice
    person.window.document.load(replace(Project(), title="y" * 500 + "\nz"))
    assert len(keeping._about().title) == 60
