"""Can every setting be found, changed and put back in one dialog, and does each take effect at once and last?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPushButton, QSpinBox, QWidget

from gui import theme
from gui.canvas.bars import DEFAULT_MOST_BARS
from gui.hand import LEFT, NONE
from gui.options import OPTIONS
from gui.searching import marked, words_of
from gui.settings import Settings
from models.costs import DEFAULT_MAX_BYTES, memory_limit, set_memory_limit
from models.examples import complete
from models.project import Project
from models.ugm import UGM, Variable
from tests.acts import Person, bring_into_sight


@pytest.fixture
def person(window: Any) -> Any:
    yield Person(window)
    set_memory_limit(DEFAULT_MAX_BYTES)


@pytest.fixture
def dialog(person: Person, qtbot: Any) -> Any:
    person.keys("Ctrl+,")
    shown = person.window.features["Preferences"].dialog
    qtbot.waitUntil(shown.isVisible)
    return shown


def find(dialog: Any, typed: str) -> list[str]:
    """Type into the search field and return the settings that are left."""
    dialog.search.clear()
    QTest.keyClicks(dialog.search, typed)
    return [key for key, row in dialog.rows.items() if row.isVisibleTo(dialog.tabs.widget(0))]


def tick(dialog: Any, key: str) -> None:
    box = dialog.rows[key].control
    assert isinstance(box, QCheckBox)
    QTest.mouseClick(box, LEFT, NONE, bring_into_sight(box))


def spin(dialog: Any, key: str, value: int) -> None:
    box = dialog.rows[key].control
    assert isinstance(box, QSpinBox)
    bring_into_sight(box)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Qt.Key.Key_Tab)


def pick(dialog: Any, key: str, text: str) -> None:
    combo = dialog.rows[key].control
    assert isinstance(combo, QComboBox)
    bring_into_sight(combo)
    combo.setFocus()
    QTest.keyClicks(combo, text[:4])  # as one types in a list


# --- finding -----------------------------------------------------------------------------------------------------


def test_every_setting_is_there_with_a_name_and_what_it_does(dialog):
    assert set(dialog.rows) == set(OPTIONS)
    for key, row in dialog.rows.items():
        option = OPTIONS[key]
        assert option.help.endswith("."), key
        controls = [w for w in (row.control, *row.control.findChildren(QWidget)) if w.focusPolicy() & Qt.TabFocus]
        assert any(w.accessibleName() == option.text for w in controls), key
        assert option.read(option.write(option.default)) == option.default


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("animation", ["look/animations"]),
        ("RAM exact", ["tasks/memory_mib"]),
        ("colours present", ["present/palette"]),
        ("PRESENT colours", ["present/palette"]),
        ("treewidth", ["tasks/treewidth_seconds"]),
        ("no such thing", []),
    ],
)
def test_typing_leaves_what_holds_every_word(dialog, typed, found):
    assert find(dialog, typed) == found
    assert dialog.tabs.tabText(0) == f"Settings ({len(found)})"
    assert len(find(dialog, "")) == len(OPTIONS)
    assert dialog.tabs.tabText(0) == "Settings"


def test_what_was_typed_is_marked(dialog, qtbot):
    find(dialog, "treewidth")
    row = dialog.rows["tasks/treewidth_seconds"]
    qtbot.wait(20)
    picture = row.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, 40, 2)}
    assert theme.current().notice.name() in colours
    find(dialog, "exact time")
    assert "span" in row._name.text()
    assert row._name.text().count("span") == 4
    dialog.search.clear()
    assert "span" not in row._name.text()


def test_marks_do_not_trip_over_markup():
    assert words_of(" A  <b> ") == ("a", "<b>")
    assert marked("1 < 2 & <b>", ()) == "1 &lt; 2 &amp; &lt;b&gt;"
    assert ">&lt;b&gt;<" in marked("1 < 2 & <b>", ("<b>",))
    assert marked("aab", ("a", "aab")).count("span") == 2


def test_a_search_that_only_keys_answer_goes_there(dialog):
    find(dialog, "redo")
    assert dialog.tabs.currentIndex() == 1
    assert dialog.tabs.tabText(1) == "Keys (1)"
    table = dialog.keys.table
    assert [table.item(r, 0).text() for r in range(table.rowCount()) if not table.isRowHidden(r)] == ["Redo"]


def test_asking_twice_shows_one_dialog_and_the_window_can_be_used_meanwhile(person, dialog):
    person.keys("Ctrl+,")
    assert person.window.features["Preferences"].dialog is dialog
    assert QApplication.activeModalWidget() is None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert person.window.features["Preferences"].dialog is None


# --- taking effect -----------------------------------------------------------------------------------------------


def test_look_follows_the_dialog_and_the_dialog_follows_the_menus(person, dialog, qtbot):
    pick(dialog, "look/palette", "High contrast")
    assert theme.current() is theme.HIGH_CONTRAST
    slider = dialog.rows["look/font_scale"].control.slider
    bring_into_sight(slider)
    slider.setFocus()
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert theme.font_scale() == pytest.approx(1.25)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert theme.font_scale() == 2.5
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert theme.font_scale() == 0.8
    person.window.actions_by_key["palette.dark"].trigger()
    assert dialog.rows["look/palette"].control.currentText() == "Dark"
    person.window.actions_by_key["view.text_reset"].trigger()
    assert slider.value() == 20
    assert not dialog.rows["look/font_scale"]._reset.isEnabled()


def test_dragging_the_slider_changes_the_text_when_it_is_let_go(dialog, qtbot):
    slider = dialog.rows["look/font_scale"].control.slider
    bring_into_sight(slider)
    y = slider.height() // 2
    start = QPoint(round(slider.width() * 0.12), y)  # the handle at 100 % of 80 to 250 %
    QTest.mousePress(slider, LEFT, NONE, start)
    QTest.mouseMove(slider, QPoint(slider.width() // 2, y))
    assert theme.font_scale() == 1.0
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(slider.width() // 2, y))
    assert theme.font_scale() > 1.2


def test_the_desktop_is_followed_where_it_says_something(person, dialog, monkeypatch):
    tick(dialog, "look/follow_system")
    assert theme.current() is theme.LIGHT  # offscreen says nothing
    monkeypatch.setattr(theme, "system_palette", lambda: theme.DARK)
    person.window.features["Preferences"]._follow_system()
    assert theme.current() is theme.DARK
    assert person.window.settings.palette is theme.LIGHT  # the choice is kept for later
    person.window.actions_by_key["palette.projector"].trigger()  # choosing ends following
    assert theme.current() is theme.PROJECTOR
    assert not dialog.rows["look/follow_system"].control.isChecked()


def test_movement_can_be_switched_off(person, dialog):
    window = person.window
    tick(dialog, "look/animations")
    window.filing.open_example("example.rbm")
    person.settle()
    window.edit("Clamp", person.project.with_clamps({"x1": 0}))
    person.settle()
    assert window.headline.width_tile.flash.state() is window.headline.width_tile.flash.State.Stopped
    window.view.zoom_in()
    scale = window.view.transform().m11()
    person.hand.press(Qt.Key.Key_F)
    assert window.view.transform().m11() != scale  # at once


def test_numbers_are_written_as_wished(person, dialog):
    window = person.window
    window.filing.open_example("example.pins")
    person.settle()
    assert window.headline.answer_tile.values.new == "0.1000"
    tick(dialog, "numbers/percent")
    assert window.headline.answer_tile.values.new == "10.00 %"
    spin(dialog, "numbers/digits", 3)
    assert window.headline.answer_tile.values.new == "10.0 %"
    tick(dialog, "numbers/percent")
    assert window.headline.answer_tile.values.new == "0.100"
    assert "log Z = 9.210 (" in window.status._log_z.text()


def test_bars_become_curves_beyond_so_many_states(person, dialog):
    window = person.window
    window.filing.open_example("example.pins")
    person.settle()
    items = window.scene.mirror.variables.values()
    assert not any(item.bars.is_curve for item in items)
    spin(dialog, "canvas/most_bars", 9)
    assert all(item.bars.is_curve for item in items)
    spin(dialog, "canvas/most_bars", DEFAULT_MOST_BARS)
    assert not any(item.bars.is_curve for item in items)


def test_memory_for_exact_inference_is_a_limit(person, dialog, qtbot):
    window = person.window
    ugm = complete(21)  # one clique: a table of 2^21 entries
    window.document.load(Project(ugm=ugm, positions={n: (60.0 * k, 0.0) for k, n in enumerate(ugm.names)}))
    qtbot.waitUntil(lambda: window.controller.report is not None)
    assert window.notices.notice is None
    spin(dialog, "tasks/memory_mib", 16)
    assert memory_limit() == 16 * 2**20
    qtbot.waitUntil(lambda: window.notices.notice is not None)
    assert "16 MiB are allowed" in window.notices.notice.text
    spin(dialog, "tasks/memory_mib", 4096)
    qtbot.waitUntil(lambda: window.notices.notice is None)


def test_time_for_the_treewidth_reaches_the_search(person, dialog, monkeypatch, qtbot):
    jobs: list[Any] = []
    submit = person.window.dispatcher.submit
    monkeypatch.setattr(
        person.window.dispatcher, "submit", lambda c, job, *rest: (jobs.append(job), submit(c, job, *rest))[1]
    )
    spin(dialog, "tasks/treewidth_seconds", 7)
    qtbot.waitUntil(lambda: any(getattr(job, "time_limit", None) == 7.0 for job in jobs))


def test_the_sampler_begins_as_wished_but_a_run_goes_on(person, dialog, qtbot):
    window = person.window
    window.document.load(Project().with_new_variable((0, 0)).with_new_variable((200, 0)).with_edge("x1", "x2"))
    spin(dialog, "sample/seed", 11)
    window.set_workspace("sample")  # made now, after the choice
    controls = window.workspaces.sample.side._controls
    assert controls.seed == 11
    pick(dialog, "sample/method", "Metropolis-Hastings")
    tick(dialog, "sample/slow")
    assert controls.method == "metropolis"
    assert controls.speed == 1.0
    person.keys("F6")
    spin(dialog, "sample/seed", 12)
    assert controls.seed == 11
    person.keys("F8")


def test_the_grid_is_there_when_wanted(person, dialog):
    scene, action = person.window.scene, person.window.actions_by_key["arrange.snap"]
    tick(dialog, "canvas/snap")
    assert scene.snaps
    assert action.isChecked()
    action.trigger()  # for the moment
    assert not scene.snaps
    assert person.window.settings.get("canvas/snap") is True


def test_a_copy_is_kept_after_as_long_as_wished(person, dialog):
    recovery = person.window.features["Recovery"]
    spin(dialog, "files/autosave_seconds", 5)
    person.window.edit("Add", Project().with_new_variable((0, 0)))
    assert recovery._timer.isActive()
    assert recovery._timer.interval() == 5000


def test_no_copy_is_kept_where_none_is_wanted(person, dialog, qtbot):
    recovery = person.window.features["Recovery"]
    person.window.edit("Add", Project().with_new_variable((0, 0)))
    recovery.keep_now()
    assert len(list(recovery.folder.glob("*.recovery"))) == 1
    tick(dialog, "files/autosave")
    assert list(recovery.folder.glob("*.recovery")) == []  # the one there was goes
    for _ in range(25):
        person.window.edit("Add", person.project.with_new_variable((0, 0)))
    recovery.keep()
    recovery.keep_now()
    qtbot.wait(50)
    assert list(recovery.folder.glob("*.recovery")) == []
    tick(dialog, "files/autosave")
    person.window.edit("Add", person.project.with_new_variable((0, 0)))
    recovery.keep_now()
    assert len(list(recovery.folder.glob("*.recovery"))) == 1


def test_closing_asks_or_not(person, dialog):
    window = person.window
    window.document.edit("Add", Project().with_new_variable((0, 0)))
    asked: list[int] = []
    window.filing.ask = lambda: asked.append(1) or "cancel"
    assert not window.close()
    assert asked
    tick(dialog, "files/ask_on_close")
    asked.clear()
    assert window.close()
    assert not asked


def test_as_many_recent_files_are_kept_as_wished(person, dialog, tmp_path):
    settings = person.window.settings
    for k in range(6):
        settings.add_recent_file(tmp_path / f"{k}.clique")
    spin(dialog, "files/most_recent", 3)
    assert [path.stem for path in settings.recent_files] == ["5", "4", "3"]


# --- lasting, and coming back ------------------------------------------------------------------------------------


def test_what_was_chosen_lasts_and_one_or_all_come_back(person, dialog):
    pick(dialog, "look/palette", "Dark")
    spin(dialog, "numbers/digits", 3)
    settings = Settings()
    assert settings.palette is theme.DARK
    assert settings.get("numbers/digits") == 3
    row = dialog.rows["numbers/digits"]
    QTest.mouseClick(row._reset, LEFT, NONE, bring_into_sight(row._reset))
    assert person.window.settings.get("numbers/digits") == 4
    assert not row._reset.isEnabled()
    assert theme.current() is theme.DARK
    person.window.settings.put_keys("view.fit", ("Ctrl+Shift+9",))
    QTest.mouseClick(dialog.restore, LEFT)
    assert theme.current() is theme.LIGHT
    assert Settings().keys == {}
    assert person.window.actions_by_key["view.fit"].shortcut() == QKeySequence("F")
    assert all(person.window.settings.get(key) == option.default for key, option in OPTIONS.items())


@pytest.mark.parametrize("key", OPTIONS)
def test_nonsense_counts_as_the_default(qapp, key):
    settings = Settings()
    for text in ("", "nonsense", "-1e99", "nan", "TRUE"):
        settings._store.setValue(key, text)
        assert settings.get(key) == OPTIONS[key].default
    heard: list[str] = []
    settings.changed.connect(heard.append)
    settings.put(key, OPTIONS[key].default)
    assert heard == []


def test_settings_can_be_in_a_file_of_their_own(qapp, tmp_path):
    own = Settings(tmp_path / "own.ini")
    own.put("look/palette", "dark")
    own.sync()
    assert Settings().palette is theme.LIGHT
    assert Settings(tmp_path / "own.ini").palette is theme.DARK


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_no_text_of_the_dialog_is_cut(person, qtbot, scale):
    person.window.settings.font_scale = scale
    person.keys("Ctrl+,")
    dialog = person.window.features["Preferences"].dialog
    dialog.resize(round(720 * scale), 700)
    for place in range(2):
        dialog.tabs.setCurrentIndex(place)
        qtbot.wait(30)
        for widget in dialog.findChildren(QWidget):
            if not widget.isVisible() or not isinstance(widget, QLabel | QPushButton) or not widget.text():
                continue
            if isinstance(widget, QLabel) and widget.wordWrap():
                assert widget.height() >= widget.heightForWidth(widget.width()) - 1, widget.text()
            else:
                assert widget.width() >= widget.sizeHint().width() - 1, widget.text()


def test_a_variable_of_many_states_is_still_a_curve(person):
    person.window.settings.put("canvas/most_bars", 30)
    many = Variable("x1", tuple(str(k) for k in range(31)))
    person.window.document.load(Project(UGM([many], []), positions={"x1": (0.0, 0.0)}))
    assert person.window.scene.mirror.variables["x1"].bars.is_curve
