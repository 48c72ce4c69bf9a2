"""Is the window complete, reachable by keyboard and name, and careful with what a person has made?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMessageBox,
    QToolBar,
    QWidget,
)

from gui import theme
from gui.actions import MENUS, SPECS
from gui.main_window import MainWindow
from gui.notices import DetailsDialog
from gui.settings import Settings, reset
from models.errors import DataError, TooLargeError, ZeroMassError
from models.jobs import Failure
from models.project import DataReference, Project

ROOT = Path(__file__).resolve().parents[2]


def two_variables() -> Project:
    return Project().with_new_variable((0, 0)).with_new_variable((200, 0)).with_edge("x1", "x2")


# --- completeness ------------------------------------------------------------------------------------------------


def test_every_action_has_all_its_texts_and_an_icon(window):
    window.workspaces.build()
    window.menus.fill_recent()
    window.filing.open_example("example.rbm")
    window.menus.fill_layers()
    actions = [
        action
        for action in window.findChildren(QAction)
        if not action.isSeparator() and action.menu() is None and action.text() and action.objectName()[:3] != "qt_"
    ]
    assert len(actions) >= len(SPECS)
    for action in actions:
        if isinstance(action.parent(), QLineEdit | QToolBar | QDockWidget):
            continue  # Qt's own, in no menu of ours
        assert action.toolTip(), action.text()
        assert action.statusTip(), action.text()
        assert action.whatsThis(), action.text()
        assert not action.icon().isNull(), action.text()
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys)), "two actions share a key"


def test_every_action_of_the_table_is_in_a_menu_and_does_something(window):
    listed = {
        key
        for _, entries in MENUS
        for entry in entries
        for key in (entry[1:] if isinstance(entry, tuple) else (entry,))
    }
    assert set(SPECS) <= listed
    assert set(window.actions_by_key) == set(SPECS)


def test_every_widget_that_takes_the_focus_has_a_name(window, qtbot):
    window.filing.open_example("example.rbm")
    window.workspaces.build()
    window.scene.select_variable("x1")
    window.show_notice("Something", "test")
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        if widget.window() is not window or isinstance(widget, QLabel):
            continue  # the lists of combo boxes are spoken as these; labels speak their text
        named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
        if not named and not _inside_named(widget):
            nameless.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    assert nameless == []


def _inside_named(widget: QWidget) -> bool:
    """Parts of a named widget (the line of a spin box, the headers and viewport of a table) are spoken as it."""
    parent = widget.parentWidget()
    inner = {"QLineEdit", "QExpandingLineEdit", "QHeaderView", "QWidget", "QTableCornerButton", "QComboBoxListView"}
    return type(widget).__name__ in inner and parent is not None and bool(parent.accessibleName())


def test_the_start_loads_nothing_heavy(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui import theme\nfrom gui.main_window import MainWindow\n"
        "app = QApplication([]); theme.apply(app); w = MainWindow(); w.show(); app.processEvents()\n"
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


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("workspace", ["graph", "fit", "sample"])
def test_nothing_is_pushed_out_of_the_window(window, qtbot, size, workspace):
    window.filing.open_example("example.rbm")
    window.set_workspace(workspace)
    window.resize(*size)
    qtbot.wait(20)
    assert (window.width(), window.height()) == size
    frame = window.rect()
    for part in (window.headline, window.tools, window.view, window.side, window.below, window.statusBar()):
        corner = part.mapTo(window, part.rect().bottomRight())
        assert frame.contains(corner), type(part).__name__
    side = window.side.currentWidget()
    assert side.minimumSizeHint().width() <= window.side.width()
    for button in window.tools.buttons:
        assert button.isVisible()
        assert window.tools.rect().contains(button.geometry()), button.accessibleName()
    assert window.view.width() >= 500


# --- keys and workspaces -----------------------------------------------------------------------------------------


def test_letters_take_tools_and_digits_take_workspaces(window, qtbot):
    window.view.setFocus()
    for key, tool in (("N", "node"), ("E", "edge"), ("C", "clamp"), ("H", "pan"), ("V", "select")):
        QTest.keyClick(window.view, key)
        assert window.scene.tool.name == tool
        assert window.actions_by_key[f"tool.{tool}"].isChecked()
    for digit, name in (("2", "fit"), ("3", "sample"), ("1", "graph")):
        QTest.keyClick(window.view, digit, Qt.KeyboardModifier.ControlModifier)
        assert window.workspaces.name == name
        assert window.actions_by_key[f"workspace.{name}"].isChecked()


def test_the_canvas_stays_in_every_workspace(window):
    for name in ("graph", "fit", "sample"):
        window.set_workspace(name)
        assert window.view.isVisible()
        assert window.headline.isVisible()


def test_undo_and_redo_say_what_they_undo(window):
    window.document.load(two_variables())
    window.edit("Clamp x1 = 1", window.document.project.with_clamps({"x1": 1}))
    undo, redo = window.actions_by_key["edit.undo"], window.actions_by_key["edit.redo"]
    assert undo.text() == "&Undo Clamp x1 = 1"
    assert not redo.isEnabled()
    undo.trigger()
    assert redo.text() == "&Redo Clamp x1 = 1"
    assert not undo.isEnabled()
    assert not window.document.project.evidence


def test_the_hint_says_what_a_click_does(window):
    window.scene.set_tool("node")
    assert "Click" in window.status.hint.wording


# --- asking before something is lost -----------------------------------------------------------------------------


def press(button: QMessageBox.StandardButton, seen: list[str]) -> None:
    """Answer the next message box as a person does."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    QTimer.singleShot(50, answer)


def test_a_clean_window_closes_without_a_question(window):
    assert window.close()


def test_cancel_keeps_the_window_and_the_changes(window):
    window.edit("Add", Project().with_new_variable((0, 0)))
    seen = []
    press(QMessageBox.StandardButton.Cancel, seen)
    assert not window.close()
    assert window.isVisible()
    assert len(seen) == 1
    assert "Save the changes" in seen[0]
    assert window.document.project.ugm.names == ("x1",)


def test_discard_closes(window):
    window.edit("Add", Project().with_new_variable((0, 0)))
    press(QMessageBox.StandardButton.Discard, [])
    assert window.close()


def test_save_writes_the_file_and_closes(window, tmp_path):
    path = tmp_path / "kept.clique"
    window.document.load(two_variables(), path)
    window.edit("Clamp x1 = 1", window.document.project.with_clamps({"x1": 1}))
    press(QMessageBox.StandardButton.Save, [])
    assert window.close()
    assert path.stat().st_size > 0


def test_a_new_document_asks_first_and_keeps_all_on_cancel(window):
    window.edit("Add", Project().with_new_variable((0, 0)))
    window.filing.ask = lambda: "cancel"
    window.actions_by_key["file.new"].trigger()
    window.actions_by_key["example.rbm"].trigger()
    assert window.document.project.ugm.names == ("x1",)
    window.filing.ask = lambda: "discard"
    window.actions_by_key["file.new"].trigger()
    assert window.document.project.ugm.names == ()


def test_the_title_shows_file_and_unsaved_changes(window, tmp_path):
    window.document.load(two_variables())
    assert window.windowTitle() == "Untitled[*] – Clique"
    window.edit("Clamp x1 = 1", window.document.project.with_clamps({"x1": 1}))
    assert window.isWindowModified()
    assert window.filing.save_to(tmp_path / "a.clique")
    assert window.windowTitle() == "a.clique[*] – Clique"
    assert not window.isWindowModified()
    window.actions_by_key["edit.undo"].trigger()
    assert window.isWindowModified()


def test_a_disk_that_refuses_is_told_and_nothing_is_lost(window, tmp_path):
    window.document.load(two_variables())
    before = window.document.project
    assert not window.filing.save_to(tmp_path / "no such folder" / "a.clique")
    assert "a.clique" in window.notices.notice.text
    assert window.document.project is before
    assert window.document.path is None


# --- files -------------------------------------------------------------------------------------------------------


def test_what_is_saved_and_opened_again_is_the_same(window, settled, tmp_path):
    window.filing.open_example("example.rbm")
    window.edit("Clamp", window.document.project.with_clamps({"x1": 1, "h2": 0}))
    saved = window.document.project
    path = tmp_path / "rbm.clique"
    assert window.filing.save_to(path)
    window.document.load(Project())
    window.filing.open_path(path)
    settled()
    assert window.document.project is not saved
    assert window.document.project.same_as(saved)
    assert window.document.path == path
    assert window.document.is_clean
    assert window.settings.recent_files[0] == path


def test_a_dropped_file_is_opened(window, settled, tmp_path):
    path = tmp_path / "dropped.clique"
    window.document.load(two_variables())
    assert window.filing.save_to(path)
    window.document.load(Project())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(600, 300), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(600, 300), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, drop)
    settled()
    assert window.document.project.ugm.names == ("x1", "x2")


def test_a_file_that_cannot_be_read_leaves_the_document_as_it_was(window, settled, tmp_path):
    window.document.load(two_variables())
    before = window.document.project
    path = tmp_path / "broken.clique"
    path.write_text("this is not a project")
    window.filing.open_path(path)
    settled()
    assert "broken.clique" in window.notices.notice.text
    assert window.document.project is before


def test_a_file_that_is_gone_is_told_and_forgotten(window, settled, tmp_path):
    path = tmp_path / "gone.clique"
    window.settings.add_recent_file(path)
    window.filing.open_path(path)
    settled()
    assert "gone.clique" in window.notices.notice.text
    assert not window.notices.notice.details, "a missing file is no defect"
    assert path not in window.settings.recent_files


def test_a_folder_is_no_file(window, settled, tmp_path):
    window.filing.open_path(tmp_path)
    settled()
    assert window.notices.notice is not None
    assert not window.notices.notice.details


def test_data_that_take_long_to_read_can_be_given_up(window, settled, qtbot, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "0,1\n1,0\n" * 400_000)
    window.controller.open_data(DataReference(str(path)))
    assert window.dispatcher.busy("file")
    window.controller.stop("file")
    assert not window.dispatcher.busy("file")
    window.filing.open_example("example.pins")  # and other data can be read afterwards
    settled(50_000)
    assert window.controller.dataset is not None
    assert window.document.project.fits[0].label == "data"
    assert window.document.is_clean


def test_a_file_opened_over_unsaved_changes_asks_first(window, settled, tmp_path):
    path = tmp_path / "other.clique"
    window.document.load(two_variables())
    assert window.filing.save_to(path)
    window.document.load(Project())
    window.edit("Add", Project().with_new_variable((0, 0)))
    asked = []
    window.filing.ask = lambda: asked.append(1) or "cancel"
    window.filing.open_path(path)
    settled()
    assert asked == [1]
    assert window.document.project.ugm.names == ("x1",)


# --- notices -----------------------------------------------------------------------------------------------------


def test_a_refusal_is_its_own_text(window):
    window.show_notice(DataError("The file has no rows. Choose another."), "file")
    assert window.notices.isVisible()
    assert any("no rows" in label.text() for label in window.notices.findChildren(QLabel))
    window.notices.settle("infer")
    assert window.notices.isVisible()
    window.notices.settle("file")
    assert not window.notices.isVisible()


def test_a_defect_shows_its_details_to_copy(window, qtbot):
    window.show_notice(Failure(ValueError("bad"), "Traceback: line 7\nValueError: bad"), "infer")
    assert "inside Clique" in window.notices.notice.text
    QTest.mouseClick(window.notices._action, Qt.MouseButton.LeftButton)
    dialog = window.findChild(DetailsDialog)
    copy = next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == "Copy the details")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "line 7" in QGuiApplication.clipboard().text()
    dialog.close()


@pytest.mark.parametrize(
    ("error", "button"),
    [(TooLargeError("Too large.", 1e12, 1e9), "Sample instead"), (ZeroMassError("Impossible."), "Release all")],
)
def test_a_notice_offers_one_way_out(window, error, button):
    window.document.load(two_variables().with_clamps({"x1": 0}))
    window.show_notice(error, "infer")
    assert window.notices._action.text() == button
    QTest.mouseClick(window.notices._action, Qt.MouseButton.LeftButton)
    if button == "Release all":
        assert not window.document.project.evidence
    else:
        assert window.workspaces.name == "sample"
    assert window.notices.notice is None


def test_escape_dismisses_a_notice(window):
    window.show_notice("Something", "edit")
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    assert window.notices.notice is None


def test_a_long_notice_is_shown_in_full(window, qtbot):
    text = "This is a long sentence about what went wrong. " * 8
    window.show_notice(text, "edit")
    qtbot.wait(20)
    label = window.notices._text
    assert label.text() == text
    assert label.height() >= label.heightForWidth(label.width())


# --- settings and look -------------------------------------------------------------------------------------------


def test_the_window_comes_back_how_it_was(window, qapp, qtbot):
    window.resizeDocks([window.side_dock], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: window.side_dock.width() == 400)
    window.actions_by_key["view.text_larger"].trigger()
    window.actions_by_key["palette.dark"].trigger()
    scale = theme.font_scale()
    assert window.close()
    theme.set_font_scale(1.0)
    theme.set_current(theme.LIGHT)
    again = MainWindow()
    again.show()
    try:
        qtbot.waitUntil(lambda: again.side_dock.width() == 400)
        assert theme.font_scale() == pytest.approx(scale, rel=1e-3)
        assert theme.current() is theme.DARK
    finally:
        again.close()
        again.deleteLater()


def test_reset_forgets_everything(qapp):
    settings = Settings()
    settings.font_scale = 1.4
    settings.add_recent_file(Path("/tmp/a.clique"))
    reset()
    again = Settings()
    assert again.font_scale == 1.0
    assert again.recent_files == ()
    assert again.geometry.isEmpty()


def test_nonsense_in_the_settings_counts_as_absent(qapp):
    settings = Settings()
    for key, value in (("look/font_scale", "huge"), ("look/palette", "pink"), ("window/geometry", "x")):
        settings._store.setValue(key, value)
    assert settings.font_scale == 1.0
    assert settings.palette is theme.LIGHT
    assert settings.geometry.isEmpty()


def test_recent_files_are_few_and_newest_first(qapp):
    settings = Settings()
    for k in range(12):
        settings.add_recent_file(Path(f"/data/{k}.clique"))
    settings.add_recent_file(Path("/data/9.clique"))
    assert [path.stem for path in settings.recent_files] == ["9", "11", "10", "8", "7", "6", "5", "4"]
    settings.forget_recent_file(Path("/data/11.clique"))
    assert len(settings.recent_files) == 7


def test_names_are_lowered_only_where_that_is_meant():
    shown = {"x1": "x₁", "x12": "x₁₂", "ψ3": "ψ₃", "2020": "2020", "a_1": "a_1", "x": "x", "x1y": "x1y", "": ""}
    assert {name: theme.subscript(name) for name in shown} == shown
