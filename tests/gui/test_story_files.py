"""Does what was saved, closed and opened again in a second window look the same and give the same numbers?"""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QTableView

from gui.hand import choose, rest, shortcut, wait_until
from gui.main_window import MainWindow
from models.project import Project
from tests.acts import Person
from tests.gui.test_cases_window import project_of


@pytest.fixture
def person(window):
    return Person(window)


@pytest.fixture
def second_window(qapp, qtbot, window):
    """Opens another window, at the same size, when called; it is closed at the end."""
    made = []

    def open_window():
        other = MainWindow()
        made.append(other)
        other.resize(window.size())
        other.show()
        qtbot.waitExposed(other)
        return Person(other)

    yield open_window
    for other in made:
        other.filing.ask = lambda: "discard"
        other.close()
        assert other.ended_in_time
        other.deleteLater()


def answer_dialog(path, seen):
    """Answer the next file dialog: give it a path and press Save or Open."""

    def answer():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        seen.append(dialog.windowTitle())
        # Typed letter by letter, Qt's suggestions come in between at their own time.
        dialog.findChild(QLineEdit, "fileNameEdit").setText(path)
        box = dialog.findChild(QDialogButtonBox)
        button = next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        if dialog.isVisible():
            dialog.reject()

    QTimer.singleShot(20, answer)


def differing_pixels(a: QImage, b: QImage) -> int:
    """Count the pixels that differ by more than 3 of 255.

    Where two edges cross, the order in which they came decides on the last digit of the blended colour.
    """
    assert a.size() == b.size()

    def channels(image):
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).astype(int)

    return int((np.abs(channels(a) - channels(b)).max(axis=2) > 3).sum())


def numbers(person):
    """Return every number in sight that the document decides."""
    person.settle()
    head, mirror = person.window.headline, person.window.scene.mirror
    return {
        "tiles": [(t.values.old, t.values.new) for t in (head.width_tile, head.answer_tile, head.fit_tile)],
        "sentence": head.sentence.wording,
        "status": person.window.status._log_z.text(),
        "bars": {name: item.marginal for name, item in mirror.variables.items()},
        "hollow": {name: item.prior for name, item in mirror.variables.items()},
    }


def check_same(person, other):
    """Assert that two windows show the same document in the same way."""
    first, second = numbers(person), numbers(other)
    first["tiles"] = [new for _, new in first["tiles"]]  # the old number is what was there before in that window
    second["tiles"] = [new for _, new in second["tiles"]]
    assert second == first
    assert other.project.same_as(person.project)
    assert other.project is not person.project
    other.window.resize(person.window.size())
    mine = person.picture()
    theirs = other.picture()
    assert differing_pixels(mine, theirs) == 0
    blank = QImage(mine.size(), QImage.Format.Format_RGB32)
    blank.fill(mine.pixelColor(1, 1))
    assert differing_pixels(mine, blank) > 5_000, "the picture shows something"


def test_drawn_edited_clamped_saved_closed_and_opened_again(person, second_window, tmp_path):
    window, path = person.window, tmp_path / "Übung 1.clique"
    for place in ((-200, -90), (0, -90), (200, -90), (-100, 110), (100, 110)):
        person.hand.double_click_empty(*place)
    for pair in (("x1", "x2"), ("x2", "x3"), ("x1", "x4"), ("x2", "x4"), ("x4", "x5")):
        person.hand.drag_edge(*pair)
    person.hand.double_click(person.hand.link("x2", "x4"))
    person.type_cell(person.named(QTableView, "Table of the factor"), 1, 0, "0.3333333333333333")
    person.hand.click_variable("x5")
    person.type_line(person.named(QLineEdit, "Name of the variable"), "Ωmega 5")
    person.press_button("Add state")
    person.hand.click_bar("x3", 1)
    choose(person.hand.open_menu(person.hand.variable("x1")), "Ask p(x₁ = …)", "p(x₁ = 0)")
    person.check_answers()
    seen = []
    answer_dialog(str(path), seen)
    shortcut(window, "Ctrl+S")
    assert seen == ["Save as"]
    assert path.stat().st_size > 0
    assert not window.isWindowModified()
    other = second_window()
    answer_dialog(path.name, seen)  # in the folder used last
    shortcut(other.window, "Ctrl+O")
    other.settle()
    assert seen[-1] == "Open"
    check_same(person, other)
    assert other.window.windowTitle().startswith(path.name)
    # Closed, the first window leaves the second as it is; what is edited now is the second's alone.
    assert window.close()
    other.hand.click_bar("x1", 0)
    other.check_answers()
    other.keys("Ctrl+Z")
    assert not other.window.isWindowModified()


def test_the_rbm_with_its_layers_clamped_is_the_same_again(person, second_window, tmp_path):
    person.menu("File", "Open example", "Stacked RBM")
    person.settle()
    person.press_button("given x, h", person.window.inspector)
    person.hand.drag_variable("y2", 30, 40)
    path = tmp_path / "rbm.clique"
    assert person.window.filing.save_to(path)
    other = second_window()
    other.drop(path)
    check_same(person, other)
    assert other.widths == ("5", "1")
    other.press_button("given x, z", other.window.inspector)  # its layers are layers still
    other.settle()
    assert other.widths == ("5", "3")


def test_fits_and_the_choice_of_data_are_the_same_again(person, second_window, tmp_path):
    person.menu("File", "Open example", "PIN data")
    person.keys("Ctrl+2")
    person.settle()
    for choice in ("chain", "complete"):
        person.press_button(f"Edges: {choice}")
        n = len(person.project.fits)
        person.keys("F5")
        wait_until(lambda n=n: len(person.project.fits) > n, "the fit")
    for name, digit in (("x1", 1), ("x2", 2), ("x3", 3)):
        person.hand.click_bar(name, digit)
    person.settle()
    path = tmp_path / "pins.clique"
    assert person.window.filing.save_to(path)
    other = second_window()
    other.drop(path)
    other.keys("Ctrl+2")
    wait_until(lambda: other.window.controller.dataset is not None, "the data of the saved project")
    check_same(person, other)
    assert [record.label for record in other.project.fits] == ["data", "chain", "complete"]
    assert not other.window.isWindowModified(), "opening is no edit"
    tables = [p.named(QTableView, "Table of fits").model() for p in (person, other)]
    cells = [[[m.index(r, c).data() for c in range(m.columnCount())] for r in range(3)] for m in tables]
    assert cells[0] == cells[1]
    other.press_button("Edges: independent")
    other.keys("F5")
    wait_until(lambda: len(other.project.fits) == 4, "a fit of the data that came with the project")


def test_rw20_names_that_other_programs_break_on(person, second_window, shared, case, tmp_path):
    check = case("rw20")["checks"][0]
    person.window.document.load(project_of(shared / "cases" / check["model"]))
    path = tmp_path / "变量 é.clique"
    assert person.window.filing.save_to(path)
    other = second_window()
    other.drop(path)
    check_same(person, other)
    expect = check["expect"]
    assert list(other.project.ugm.names) == expect["names"]
    assert other.project.ugm.names[2] == expect["name_of_third_is_text"]
    assert [list(v.labels) for v in other.project.ugm.variables] == expect["states"]
    assert {n: other.project.ugm.variable(n).labels[s] for n, s in other.project.evidence.items()} == expect["clamps"]
    clamped = other.window.controller.report.inference.log_z
    assert other.window.status._log_z.text() == person.window.status._log_z.text()
    other.keys("Ctrl+Shift+C")
    other.settle()
    free = other.window.controller.report.inference
    # The case gives log Z of the model as saved, clamps included or not; one of the two is what we show.
    assert min(abs(clamped - expect["log_z"]), abs(free.log_z - expect["log_z"])) <= check["tol"]["log_z"]
    marginals = case("rw20")["checks"][1]["expect"]["marginals"]
    for place, name in enumerate(other.project.ugm.names):
        np.testing.assert_allclose(other.bars(name), marginals[str(place)], atol=1e-9)


def test_a_file_changed_by_another_program_is_read_anew(person, tmp_path):
    person.hand.double_click_empty(0, 0)
    path = tmp_path / "model.clique"
    assert person.window.filing.save_to(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content).replace('"x1"', '"renamed"'), encoding="utf-8")
    person.drop(path)
    assert person.project.ugm.names == ("renamed",)
    assert person.notice == ""


def test_the_same_file_in_two_windows_is_two_documents(person, second_window, tmp_path):
    person.hand.double_click_empty(0, 0)
    path = tmp_path / "model.clique"
    assert person.window.filing.save_to(path)
    other = second_window()
    other.drop(path)
    other.hand.double_click_empty(200, 0)
    other.keys("Ctrl+S")
    assert person.project.ugm.names == ("x1",)
    assert other.project.ugm.names == ("x1", "x2")
    assert not other.window.isWindowModified()


def test_closing_over_changes_asks_and_save_writes_them(person, tmp_path, second_window):
    person.hand.double_click_empty(0, 0)
    path = tmp_path / "kept.clique"
    assert person.window.filing.save_to(path)
    person.hand.double_click_empty(200, 0)
    asked = []

    def answer():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        QTest.mouseClick(box.button(QMessageBox.StandardButton.Save), Qt.MouseButton.LeftButton)

    QTimer.singleShot(50, answer)
    person.keys("Ctrl+Q")
    rest(0.05)
    assert not person.window.isVisible()
    assert asked == ["Save the changes to kept.clique?"]
    other = second_window()
    other.drop(path)
    assert other.project.ugm.names == ("x1", "x2")


def test_an_unwritable_place_loses_nothing(person, tmp_path):
    person.hand.double_click_empty(0, 0)
    before: Project = person.project
    seen = []
    blocked = tmp_path / "file.txt"
    blocked.write_text("not a folder", encoding="utf-8")
    assert not person.window.filing.save_to(blocked / "model.clique")
    assert "model.clique" in person.notice
    assert person.project is before
    assert person.window.isWindowModified()
    answer_dialog(str(tmp_path / "model"), seen)  # the ending is added
    person.keys("Ctrl+Shift+S")
    assert (tmp_path / "model.clique").exists()
    assert person.notice == ""
