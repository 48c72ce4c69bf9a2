"""Does a person get the picture, the numbers and the model out of the window, and what does failure cost?"""

import csv
import io
import shutil

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QListWidget, QMessageBox

from gui.canvas.viewing import View
from gui.exporting.choices import Choices
from gui.hand import rest, wait_until
from models.files import read_any, read_graph
from models.files.project_json import parse_project
from tests.acts import Person
from tests.gui.test_story_files import answer_dialog
from tests.models.tex_check import check
from tests.oracles import enumerate_ugm


@pytest.fixture
def person(window):
    """Someone with three variables in a row, the first of them clamped."""
    someone = Person(window)
    for x in (-200, 0, 200):
        someone.hand.double_click_empty(x, 0)
    someone.hand.drag_edge("x1", "x2")
    someone.hand.drag_edge("x2", "x3")
    someone.hand.click_bar("x1", 1)
    someone.settle()
    return someone


def exporting(person, key, kind, path, **choices):
    """Open the dialog by its key, choose by the keyboard, save to a path; wait until it is written."""
    feature = person.window.features["Export"]
    person.keys(key)
    wait_until(lambda: feature.dialog is not None and feature.dialog.isVisible(), "the dialog")
    dialog = feature.dialog
    pick_kind(dialog, kind)
    for name, value in choices.items():
        field = next(w for w in fields(dialog) if w.accessibleName().startswith(name))
        assert field.isVisible()
        field.setFocus()
        if isinstance(field, QComboBox):
            QTest.keyClick(field, Qt.Key.Key_Home)
            while not field.currentText().startswith(value):
                QTest.keyClick(field, Qt.Key.Key_Down)
        elif field.isChecked() != value:
            QTest.keyClick(field, Qt.Key.Key_Space)
    seen = []
    answer_dialog(str(path), seen)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    wait_until(lambda: not feature.busy, "the file")
    rest(0.02)
    assert len(seen) == 1
    assert seen[0].startswith("Export as")
    assert feature.dialog is None


def fields(dialog):
    return [w for kind in (QListWidget, QComboBox, QCheckBox) for w in dialog.findChildren(kind)]


def pick_kind(dialog, kind):
    """Walk through the list of kinds with the arrow keys."""
    kinds = dialog.findChild(QListWidget)
    kinds.setFocus()
    for _ in range(kinds.count()):
        QTest.keyClick(kinds, Qt.Key.Key_Up)
    for _ in range(kinds.count()):
        if dialog.kind.name == kind:
            return
        QTest.keyClick(kinds, Qt.Key.Key_Down)
    raise AssertionError(f"{kind} is not offered")


# --- pictures ----------------------------------------------------------------------------------------------------


def test_a_picture_as_svg_pdf_and_png(person, tmp_path):
    exporting(person, "Ctrl+Shift+E", "SVG", tmp_path / "graph.svg", Colours="Dark")
    renderer = QSvgRenderer(QByteArray((tmp_path / "graph.svg").read_bytes()))
    assert renderer.isValid()
    exporting(person, "Ctrl+Shift+E", "PNG", tmp_path / "graph", Size="4×")  # the ending is added
    image = QImage(str(tmp_path / "graph.png"))
    assert image.size() == renderer.defaultSize() * 4
    assert image.pixelColor(2, 2).lightness() < 60, "the colours were remembered"
    exporting(person, "Ctrl+Shift+E", "PDF", tmp_path / "graph.pdf", Colours="Light")
    assert (tmp_path / "graph.pdf").read_bytes().startswith(b"%PDF")
    assert person.window.statusBar().currentMessage() == "Exported graph.pdf"
    assert person.notice == ""
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["graph.pdf", "graph.png", "graph.svg"]


def test_a_picture_of_the_selection_without_a_background(person, tmp_path):
    exporting(person, "Ctrl+Shift+E", "PNG", tmp_path / "all.png", Size="1×")
    person.hand.click_variable("x2")
    person.hand.click_variable("x3", Qt.KeyboardModifier.ShiftModifier)
    part = {"What": "The selection (2 variables)", "Without": True}
    exporting(person, "Ctrl+Shift+E", "PNG", tmp_path / "part.png", Size="1×", **part)
    whole, alone = QImage(str(tmp_path / "all.png")), QImage(str(tmp_path / "part.png"))
    assert alone.width() < whole.width() - 150
    assert alone.pixelColor(1, 1).alpha() == 0
    exporting(person, "Ctrl+Shift+E", "TikZ", tmp_path / "part.tex", What="The selection (2 variables)")
    drawing = check((tmp_path / "part.tex").read_text(encoding="utf-8"))
    assert set(drawing.nodes) == {"v1", "v2"}
    assert drawing.lines == [("joined", "v1", "v2")]


def test_a_tikz_picture_is_what_the_canvas_shows(person, tmp_path):
    exporting(person, "Ctrl+Shift+E", "TikZ", tmp_path / "graph.tex", **{"With the bars": True})
    drawing = check((tmp_path / "graph.tex").read_text(encoding="utf-8"))
    assert [style for style, _, _ in drawing.nodes.values()] == ["clamped variable", "free variable", "free variable"]
    assert drawing.lines == [("removed", "v1", "v2"), ("joined", "v2", "v3")]
    heights = [(top - base) / 0.8 for _, base, _, top in drawing.bars]
    np.testing.assert_allclose(heights, [*person.bars("x2"), *person.bars("x3")], atol=2e-3)
    exporting(person, "Ctrl+Shift+E", "TikZ", tmp_path / "plain.tex", **{"With the bars": False})
    assert not check((tmp_path / "plain.tex").read_text(encoding="utf-8")).bars
    person.window.scene.set_view(View.CONDITIONAL)
    exporting(person, "Ctrl+Shift+E", "TikZ", tmp_path / "left.tex")
    assert check((tmp_path / "left.tex").read_text(encoding="utf-8")).lines == [("joined", "v1", "v2")]
    person.window.scene.set_view(View.FACTORS)
    exporting(person, "Ctrl+Shift+E", "TikZ", tmp_path / "squares.tex")
    nodes = check((tmp_path / "squares.tex").read_text(encoding="utf-8")).nodes
    assert [name for name in nodes if name.startswith("f")] == ["f1", "f2", "f3", "f4", "f5"]


def test_copied_as_a_picture_and_as_text(person):
    person.keys("Ctrl+Shift+D")
    mime = QGuiApplication.clipboard().mimeData()
    renderer = QSvgRenderer(mime.data("image/svg+xml"))
    assert renderer.isValid()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (2 * renderer.defaultSize().width(), 2 * renderer.defaultSize().height())
    person.keys("Ctrl+Shift+J")
    text = QGuiApplication.clipboard().text()
    assert parse_project(text.encode(), None).same_as(person.project)


def test_copied_from_the_dialog(person):
    person.keys("Ctrl+Shift+E")
    dialog = person.window.features["Export"].dialog
    pick_kind(dialog, "PNG")
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert not QGuiApplication.clipboard().image().isNull()
    assert person.window.features["Export"].dialog is None


# --- numbers and models ------------------------------------------------------------------------------------------


def test_numbers_as_csv(person, tmp_path):
    exporting(person, "Ctrl+Shift+L", "Marginals", tmp_path / "m.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text(encoding="ascii"))))
    right = enumerate_ugm(person.project.ugm, {"x1": 1}).marginals
    np.testing.assert_allclose([float(row["probability"]) for row in rows], np.concatenate(right), atol=1e-12)
    exporting(person, "Ctrl+Shift+L", "Factor tables", tmp_path / "f.csv")
    assert len((tmp_path / "f.csv").read_text(encoding="ascii").splitlines()) == 1 + 3 * 2 + 2 * 4
    exporting(person, "Ctrl+Shift+L", "Table of fits", tmp_path / "fits.csv")
    assert "Nothing has been fitted yet" in person.notice
    assert not (tmp_path / "fits.csv").exists()
    exporting(person, "Ctrl+Shift+L", "Pairwise marginals", tmp_path / "p.csv")
    assert len((tmp_path / "p.csv").read_text(encoding="ascii").splitlines()) == 1 + 2 * 4


def test_a_model_for_other_programs_comes_back(person, tmp_path):
    exporting(person, "Ctrl+Shift+M", "UAI model with evidence", tmp_path / "m.uai")
    back = read_any(tmp_path / "m.uai")
    assert dict(back.evidence) == {"x0": 1}
    ours, theirs = enumerate_ugm(person.project.ugm, {"x1": 1}), enumerate_ugm(back.ugm, {"x0": 1})
    assert theirs.log_z == pytest.approx(ours.log_z, abs=1e-12)
    exporting(person, "Ctrl+Shift+M", "PACE graph", tmp_path / "m.gr")
    assert sorted(map(sorted, read_graph(tmp_path / "m.gr").edges)) == [[1, 2], [2, 3]]
    # The window opens what it has written.
    person.window.filing.ask = lambda: "discard"
    person.drop(tmp_path / "m.uai")
    assert dict(person.project.evidence) == {"x0": 1}


def test_evidence_of_another_model_is_not_replaced_without_a_word(person, tmp_path):
    (tmp_path / "m.uai.evid").write_text("0\n", encoding="ascii")
    feature, asked, seen = person.window.features["Export"], [], []
    person.keys("Ctrl+Shift+M")
    pick_kind(feature.dialog, "UAI model with evidence")
    dialog = feature.dialog

    def decline():
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, decline)
            return
        asked.append(box.text())
        QTest.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)

    answer_dialog(str(tmp_path / "m.uai"), seen)
    QTimer.singleShot(60, decline)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert asked == ["m.uai.evid exists already. Replace it?"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.uai.evid"]
    dialog.close()


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_with_nothing_drawn_every_export_says_so(window):
    person = Person(window)
    for key in ("Ctrl+Shift+E", "Ctrl+Shift+L", "Ctrl+Shift+M", "Ctrl+Shift+D"):
        window.notices.dismiss()
        person.keys(key)
        assert "Add a variable first" in person.notice
        assert window.features["Export"].dialog is None


@pytest.mark.parametrize(("key", "kind", "name"), [
    ("Ctrl+Shift+E", "SVG", "old.svg"), ("Ctrl+Shift+E", "PNG", "old.png"), ("Ctrl+Shift+L", "Marginals", "old.csv"),
])  # fmt: skip
def test_a_read_only_file_stays_and_the_notice_says_why(person, tmp_path, key, kind, name):
    path = tmp_path / name
    path.write_text("precious", encoding="utf-8")
    path.chmod(0o444)
    before = person.project
    exporting_over(person, key, kind, path)
    assert name in person.notice
    assert "read-only" in person.notice
    assert path.read_text(encoding="utf-8") == "precious"
    assert person.project is before
    path.chmod(0o644)
    exporting_over(person, key, kind, path)
    assert path.stat().st_size > 100
    assert person.notice == ""


def exporting_over(person, key, kind, path):
    """Export to a file that is there, past the question of the file dialog."""
    feature = person.window.features["Export"]
    person.keys(key)
    pick_kind(feature.dialog, kind)
    wish = feature.dialog.wish
    feature.dialog.accept()
    feature.export(wish, path)
    wait_until(lambda: not feature.busy, "the file")
    rest(0.02)


def test_exports_wait_for_each_other(person, tmp_path):
    from gui.exporting.dialog import ALL, Wish
    from gui.exporting.picture import Look

    feature = person.window.features["Export"]
    kinds = ["svg", "png", "pdf", "tikz", "marginals", "pairwise", "factors", "uai", "pace"]
    for key in kinds:
        feature.export(Wish(ALL[key], Look(), 1, True), tmp_path / f"{key}{ALL[key].suffix}")
    wait_until(lambda: not feature.busy, "all files")
    assert len(list(tmp_path.iterdir())) == len(kinds) + 1  # with the evidence


def test_choices_and_the_folder_are_remembered(person, tmp_path, qapp):
    exporting(person, "Ctrl+Shift+E", "PNG", tmp_path / "one.png", Size="4×", Without=True)
    choices = Choices()
    assert (choices.folder, choices.scale, choices.look.transparent) == (tmp_path, 4, True)
    person.keys("Ctrl+Shift+E")
    dialog = person.window.features["Export"].dialog
    assert (dialog.kind.name, dialog.wish.scale, dialog.wish.look.transparent) == ("PNG", 4, True)
    dialog.close()
    shutil.rmtree(tmp_path)
    assert choices.folder is None


def test_every_field_of_the_dialog_has_a_name(person):
    person.keys("Ctrl+Shift+E")
    dialog = person.window.features["Export"].dialog
    assert len(fields(dialog)) == 7
    assert all(field.accessibleName() for field in fields(dialog))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert person.window.features["Export"].dialog is None
