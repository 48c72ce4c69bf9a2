"""Is nothing lost between a document and its file: read-only, full disks, other programs, newer versions, drops?"""

import json
import sys

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from gui.hand import LEFT, rest, wait_until
from models.examples import stacked_rbm_project
from models.files import read_project, write_project
from models.files.uai_writing import write_evidence, write_uai
from models.project import Project
from tests.acts import Person
from tests.gui.test_story_files import answer_dialog


@pytest.fixture
def person(window):
    return Person(window)


@pytest.fixture
def path(tmp_path):
    """A project with one variable in a file."""
    made = tmp_path / "model.clique"
    write_project(Project(title="one").with_new_variable((0.0, 0.0)), made)
    return made


def drop(person, *paths):
    """Drag files onto the canvas, let go, and wait until they are read."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    canvas = person.window.view.viewport()  # which has no use for files itself
    enter = QDragEnterEvent(QPoint(300, 200), action, data, LEFT, none)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(QPointF(300, 200), action, data, LEFT, none))
    person.settle()


def answer_box(words, texts):
    """Press the button of the next message box with these words on it."""

    def press():
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, press)
            return
        texts.append(f"{box.text()} {box.informativeText()}")
        button = next(each for each in box.buttons() if each.text().replace("&", "") == words)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(20, press)


def edited(person, path):
    """Open a file and add a variable."""
    drop(person, path)
    wait_until(lambda: person.window.document.path == path, "the document")
    rest(0.3)  # the view glides
    n = len(person.project.ugm.variables)
    person.window.edit("Add", person.project.with_new_variable((0.0, 200.0)))
    assert len(person.project.ugm.variables) == n + 1


# --- read-only ---------------------------------------------------------------------------------------------------


def test_a_read_only_file_opens_says_so_and_saves_elsewhere(person, path, tmp_path):
    path.chmod(0o444)
    before = path.read_bytes()
    edited(person, path)
    assert person.window.windowTitle() == "model.clique[*] [read-only] – Clique"
    person.keys("Ctrl+S")
    assert "model.clique is read-only" in person.notice
    assert path.read_bytes() == before
    assert person.window.isWindowModified()
    seen = []
    answer_dialog(str(tmp_path / "mine.clique"), seen)
    person.press_button("Save as…", person.window.notices)
    assert seen == ["Save as"]
    assert read_project(tmp_path / "mine.clique").same_as(person.project)
    assert person.window.windowTitle() == "mine.clique[*] – Clique"
    assert person.notice == ""
    assert path.read_bytes() == before


def test_a_file_that_becomes_read_only_and_writable_again(person, path):
    edited(person, path)
    assert "[read-only]" not in person.window.windowTitle()
    path.chmod(0o444)
    person.keys("Ctrl+S")
    assert "[read-only]" in person.window.windowTitle()
    path.chmod(0o644)
    person.keys("Ctrl+S")
    assert not person.window.isWindowModified()
    assert "[read-only]" not in person.window.windowTitle()


def test_closing_over_a_read_only_file_stays_open(person, path):
    edited(person, path)
    path.chmod(0o444)
    person.window.filing.ask = lambda: "save"
    assert not person.window.close()
    assert person.window.isVisible()
    assert "read-only" in person.notice
    path.chmod(0o644)
    assert person.window.close()
    assert len(read_project(path).ugm.variables) == 2


# --- what would be lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["Replace", "Cancel", "Save as…"])
def test_a_file_changed_by_another_program_is_not_replaced_without_a_word(person, path, tmp_path, answer):
    edited(person, path)
    write_project(Project(title="from elsewhere"), path)
    theirs, texts, seen = path.read_bytes(), [], []
    answer_box(answer, texts)
    if answer == "Save as…":
        QTimer.singleShot(100, lambda: answer_dialog(str(tmp_path / "mine.clique"), seen))
    person.keys("Ctrl+S")
    wait_until(lambda: len(texts) == 1, "the question")
    assert "Save over model.clique? Another program has changed it" in texts[0]
    assert (path.read_bytes() == theirs) == (answer != "Replace")
    assert person.window.isWindowModified() == (answer == "Cancel")
    if answer == "Save as…":
        assert read_project(tmp_path / "mine.clique").same_as(person.project)
    if answer == "Replace":  # from here on it is ours again
        person.window.edit("Add", person.project.with_new_variable((0.0, 300.0)))
        person.keys("Ctrl+S")
        assert read_project(path).same_as(person.project)


def test_a_file_that_is_gone_is_made_again(person, path):
    edited(person, path)
    path.unlink()
    person.keys("Ctrl+S")
    assert read_project(path).same_as(person.project)
    assert person.notice == ""


@pytest.mark.parametrize("answer", ["Replace", "Cancel"])
def test_fields_of_a_newer_version_are_named_and_not_lost_without_a_word(person, path, answer):
    content = json.loads(path.read_bytes())
    content["annotations"] = [{"text": "kept by a newer Clique"}]
    content["variables"][0]["colour"] = "red"
    path.write_text(json.dumps(content), encoding="utf-8")
    drop(person, path)
    assert person.project.ugm.names == ("x1",)
    for words in ("newer Clique", "annotations", "variables.colour", "lost"):
        assert words in person.notice
    assert not person.window.isWindowModified()
    person.window.edit("Add", person.project.with_new_variable((0.0, 200.0)))
    before, texts = path.read_bytes(), []
    answer_box(answer, texts)
    person.keys("Ctrl+S")
    assert len(texts) == 1
    assert "annotations" in texts[0]
    assert (path.read_bytes() == before) == (answer == "Cancel")
    if answer == "Replace":
        person.window.edit("Add", person.project.with_new_variable((0.0, 300.0)))
        person.keys("Ctrl+S")  # asks nothing more: there is nothing more to lose
        assert not person.window.isWindowModified()


def test_a_project_of_a_newer_version_or_cut_short_is_refused_and_stays(person, path, tmp_path):
    edited(person, path)
    before = person.project
    newer, cut = tmp_path / "newer.clique", tmp_path / "cut.clique"
    newer.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 7'))
    cut.write_bytes(path.read_bytes()[:-40])
    for broken, words in ((newer, ("newer.clique", "version 7", "newer Clique")), (cut, ("cut.clique", "cut short"))):
        kept = broken.read_bytes()
        drop(person, broken)
        for word in words:
            assert word in person.notice
        assert person.project is before
        assert broken.read_bytes() == kept


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files are those of POSIX")
def test_a_full_disk_while_saving_leaves_the_old_file(person, path):
    import resource
    import signal

    edited(person, path)
    before, project = path.read_bytes(), person.project
    limits, kept = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        saved = person.window.filing.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, kept)
    assert not saved
    assert "could not be written" in person.notice
    assert "Nothing was changed" in person.notice
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert person.project is project
    assert person.window.isWindowModified()
    person.keys("Ctrl+S")  # there is room again
    assert read_project(path).same_as(project)
    assert person.notice == ""


def test_a_name_without_its_ending_does_not_replace_a_file_unasked(person, path, tmp_path):
    person.hand.double_click_empty(0, 0)
    before, seen, texts = path.read_bytes(), [], []
    answer_dialog(str(tmp_path / "model"), seen)  # becomes model.clique, which is there
    QTimer.singleShot(60, lambda: answer_box("Cancel", texts))
    person.keys("Ctrl+Shift+S")
    assert texts
    assert texts[0].startswith("model.clique exists already. Replace it?")
    assert path.read_bytes() == before


# --- many files --------------------------------------------------------------------------------------------------


def test_a_model_with_its_evidence_and_data_dropped_together(person, tmp_path):
    ugm = stacked_rbm_project().ugm
    model, evidence, table = tmp_path / "m.uai", tmp_path / "other.evid", tmp_path / "rows.csv"
    write_uai(ugm, model)
    write_evidence(ugm, {ugm.names[2]: 1}, evidence)
    table.write_text("x0,x1\n" + "0,1\n1,0\n1,1\n" * 5, encoding="utf-8")
    drop(person, table, evidence, model)
    wait_until(lambda: person.window.controller.dataset is not None, "the data")
    assert person.window.controller.dataset.n_rows == 15
    person.keys("Ctrl+Z")  # the data
    assert dict(person.project.evidence) == {"x2": 1}
    assert person.window.document.stack.undoText() == "Evidence from other.evid"
    assert person.notice == ""


def test_evidence_is_for_the_model_in_hand_and_can_be_undone(person, tmp_path):
    person.window.document.load(stacked_rbm_project())
    names = person.project.ugm.names
    evidence = tmp_path / "case.evid"
    write_evidence(person.project.ugm, {names[0]: 1, names[5]: 0}, evidence)
    drop(person, evidence)
    assert dict(person.project.evidence) == {names[0]: 1, names[5]: 0}
    person.keys("Ctrl+Z")
    assert not person.project.evidence
    evidence.write_text("1 99 0", encoding="ascii")
    before = person.project
    drop(person, evidence)
    assert "case.evid" in person.notice
    assert "99" in person.notice
    assert person.project is before


def test_evidence_without_a_model_says_what_to_do(person, tmp_path):
    evidence = tmp_path / "case.evid"
    evidence.write_text("1 0 0", encoding="ascii")
    drop(person, evidence)
    assert "Open the model" in person.notice


def test_several_models_a_folder_and_what_is_not_there(person, path, tmp_path):
    folder = tmp_path / "folder.uai"
    folder.mkdir()
    other = tmp_path / "other.gr"
    other.write_text("p tw 2 1\n1 2\n", encoding="ascii")
    drop(person, folder, path, other, tmp_path / "notes.docx")
    assert person.project.title == "one"
    said = "Clique opens one model at a time, with evidence and one table. Not opened: "
    assert person.notice == f"{said}folder.uai, other.gr and notes.docx."
    before = person.project
    drop(person, folder, tmp_path / "notes.docx")
    assert "Not opened: folder.uai and notes.docx" in person.notice
    drop(person, tmp_path / "missing.clique", tmp_path / "notes.docx")
    assert "missing.clique" in person.notice
    drop(person, folder)
    assert "folder" in person.notice
    assert person.project is before


def test_something_that_is_no_file_is_not_taken(person):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/model.uai")])
    enter = QDragEnterEvent(QPoint(600, 300), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(person.window, enter)
    assert not enter.isAccepted()


# --- recent files ------------------------------------------------------------------------------------------------


def recent(person):
    menu = person.window.menus.recent
    person.window.menus.fill_recent()
    return [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]


def test_recent_files_are_few_lose_those_that_are_gone_and_can_be_cleared(person, tmp_path):
    assert recent(person) == ["No files yet"]
    for k in range(12):
        write_project(Project(), tmp_path / f"{k}.clique")
        drop(person, tmp_path / f"{k}.clique")
    assert recent(person) == [*(f"{k}.clique" for k in range(11, 3, -1)), "Clear the list"]
    (tmp_path / "7.clique").unlink()
    person.menu("File", "Open recent", "7.clique")
    person.settle()
    assert "no such file" in person.notice
    assert "7.clique" not in recent(person)
    person.menu("File", "Open recent", "5.clique")
    person.settle()
    assert recent(person)[0] == "5.clique"
    person.menu("File", "Open recent", "Clear the list")
    assert recent(person) == ["No files yet"]
    assert (tmp_path / "5.clique").exists()
