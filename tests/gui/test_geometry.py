"""Is what the window shows whole and legible at its usual sizes, and is a dragged size remembered?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from gui import theme
from gui.main_window import MainWindow
from gui.panels.fit_choices import EdgePicture
from gui.panels.fit_rows import LABEL
from gui.panels.parts import SMALLEST, ShrinkingButton, push_button
from gui.panels.sampling_numbers import ElidedLabel
from gui.settings import Settings
from gui.tiles import FittingLabel
from models.examples import pin_project
from models.project import FitRecord, Project

NAMES = ("x1", "x2", "x3", "x4")
LABELS = ("independent", "one edge", "chain", "chain", "complete", "complete", "triples", "drawn graph")


def row(label: str, ugm: Any, optimizer: str = "l-bfgs") -> FitRecord:
    return FitRecord(
        label, NAMES, 7.6965, (1, 2, 3, 4), (1, 2, 3, 4), 0.3898, 0.0785, 0.7788, 6, 640, 0.075, 1000, 0.028,
        optimizer, True, "optimum after 27 iterations", ugm, (9.0, 7.7),
    )  # fmt: skip


def with_fits(n: int) -> Project:
    """Return the PIN project with the data's row and n fits, the last of them on the canvas."""
    project = pin_project()
    data = FitRecord("data", NAMES, 7.0015, (1, 2, 3, 4), (1, 2, 3, 4), 0.3898, 0.1071, 0.9146, message="10,000 rows")
    made = [row(LABELS[k % len(LABELS)], project.ugm, "coursework" if k % 2 else "l-bfgs") for k in range(n)]
    return replace(project, fits=(data, *made))


def rows_in_sight(table: Any) -> list[int]:
    """Return the rows that are seen whole, and assert that none is cut."""
    pinned, port = table._pinned, table.viewport()
    top = pinned.height() if pinned.isVisible() else 0
    bottom = port.height()
    found = [0] if pinned.isVisible() else []
    for place in range(table.rows.rowCount()):
        rect = table.visualRect(table.rows.index(place, LABEL))
        if rect.bottom() < top or rect.top() >= bottom:
            continue
        assert rect.top() >= top, f"row {place} is cut by the data's row"
        assert rect.bottom() < bottom, f"row {place} is cut at the lower end"
        found.append(place)
    return found


def show_fits(window: Any, qtbot: Any, n: int) -> Any:
    window.document.load(with_fits(n))
    window.set_workspace("fit")
    qtbot.wait(50)
    return window.workspaces.fit.below.table


# --- the table of fits -------------------------------------------------------------------------------------------


def test_the_data_and_eight_fits_are_seen_whole_at_the_design_size(window, qtbot):
    table = show_fits(window, qtbot, 8)
    assert (window.width(), window.height()) == (1280, 800)
    assert rows_in_sight(table) == list(range(9))
    assert table.verticalScrollBar().maximum() == 0
    assert table.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1920, 1080), (1024, 768)])
@pytest.mark.parametrize("n", [3, 7, 12, 30])
def test_rows_are_whole_the_newest_is_in_sight_and_nothing_runs_out_at_the_side(window, qtbot, size, n):
    window.resize(*size)
    table = show_fits(window, qtbot, n)
    assert table.horizontalScrollBar().maximum() == 0
    seen = rows_in_sight(table)
    assert seen[0] == 0
    assert seen[-1] == n
    bar = table.verticalScrollBar()
    for at in range(bar.maximum() + 1):
        bar.setValue(at)
        assert rows_in_sight(table)
    for column in range(table.rows.columnCount()):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column), "a number is cut"
        lines = str(table.rows.headerData(column, Qt.Orientation.Horizontal)).split("\n")
        head = table.horizontalHeader()
        assert table.columnWidth(column) >= max(map(head.fontMetrics().horizontalAdvance, lines)) + 8, (
            "a heading is cut"
        )


def test_large_text_needs_no_bar_at_the_side_either(window, qtbot):
    theme.set_font_scale(1.5)
    table = show_fits(window, qtbot, 6)
    assert table.horizontalScrollBar().maximum() == 0
    assert rows_in_sight(table)[-1] == 6


def test_the_newest_fit_comes_into_sight_and_the_place_is_kept_otherwise(window, qtbot):
    table = show_fits(window, qtbot, 20)
    table.verticalScrollBar().setValue(3)
    before = rows_in_sight(table)
    project = window.document.project
    window.edit("Clamp", project.with_clamps({"x1": 1}))
    window.edit("Load", window.document.project.with_model(project.ugm.with_edge("x1", "x2")))
    qtbot.wait(20)
    assert rows_in_sight(table) == before
    project = window.document.project
    window.edit("Fit", replace(project, fits=(*project.fits, row("newest", project.ugm))))
    qtbot.waitUntil(lambda: rows_in_sight(table)[-1] == 21)
    window.resize(1280, 700)
    qtbot.waitUntil(lambda: rows_in_sight(table)[-1] == 21)


def test_the_keyboard_goes_through_all_rows_without_hiding_one(window, qtbot):
    table = show_fits(window, qtbot, 20)
    table.setFocus()
    table.setCurrentIndex(table.rows.index(20, LABEL))
    for place in range(19, 0, -1):
        QTest.keyClick(table, Qt.Key.Key_Up)
        assert table.currentIndex().row() == place
        assert place in rows_in_sight(table)


def test_a_very_long_name_is_cut_rather_than_the_numbers(window, qtbot):
    project = with_fits(3)
    long = row("complete, λ 0.000123456789 and much more to say about it than fits", project.ugm)
    window.document.load(replace(project, fits=(*project.fits, long)))
    window.set_workspace("fit")
    qtbot.wait(50)
    table = window.workspaces.fit.below.table
    assert table.horizontalScrollBar().maximum() == 0
    assert table.columnWidth(LABEL) < table.width() / 2
    assert long.label in table.rows.index(4, LABEL).data(Qt.ItemDataRole.ToolTipRole)


# --- heights of the plots ----------------------------------------------------------------------------------------


def drag_plots(window, qtbot, by: int) -> None:
    """Drag the line above the plots."""
    at = window.below.mapTo(window, QPoint(window.below.width() // 2, -3))
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=at)
    for k in range(1, 6):
        QTest.mouseMove(window, at + QPoint(0, by * k // 5))
        qtbot.wait(5)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=at + QPoint(0, by))
    qtbot.wait(20)


def test_each_workspace_has_its_own_height_of_plots_and_keeps_what_was_dragged(qapp, qtbot):
    theme.apply(qapp)
    heights = {}
    for turn in range(2):
        window = MainWindow()
        window.show()
        qtbot.waitExposed(window)
        if turn == 0:
            for name, height in (("graph", 216), ("fit", 260), ("sample", 216)):
                window.set_workspace(name)
                qtbot.wait(20)
                assert window.below.height() == height, name
            window.set_workspace("fit")
            qtbot.wait(20)
            drag_plots(window, qtbot, -60)
            assert window.below.height() > 300
        for name in ("graph", "fit", "sample"):
            window.set_workspace(name)
            qtbot.wait(20)
            heights[turn, name] = window.below.height()
        assert window.close()
        window.deleteLater()
    assert heights[0, "fit"] > 300
    assert heights[0, "graph"] == heights[0, "sample"] == 216
    assert {name: heights[1, name] for name in ("graph", "fit", "sample")} == {
        name: heights[0, name] for name in ("graph", "fit", "sample")
    }


def test_heights_that_make_no_sense_count_as_absent(qapp):
    settings = Settings()
    settings._store.setValue("window/plot_heights", "fit=300;graph=;=4;sample=tall;x=1=2;nonsense")
    assert settings.plot_heights == {"fit": 300}
    settings.plot_heights = {"fit": 280, "graph": 200}
    assert Settings().plot_heights == {"fit": 280, "graph": 200}


def test_a_small_window_leaves_most_of_itself_to_the_graph(window, qtbot):
    window.resize(1000, 640)
    window.set_workspace("fit")
    qtbot.wait(20)
    assert window.view.height() >= 200
    assert QRect(QPoint(), window.size()).contains(QRect(window.below.mapTo(window, QPoint()), window.below.size()))


# --- large text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1000, 640), (1024, 768), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.25, 1.5])
def test_no_tool_is_hidden_for_want_of_room(window, qtbot, size, scale):
    theme.set_font_scale(scale)
    window.resize(*size)
    window.show_notice("Exact inference would take 29 TiB; 2 GiB are allowed. " * 3, "test")
    strip = window.tools
    # Fonts and layouts reach the strip by way of events.
    qtbot.waitUntil(lambda: all(b.isVisible() and strip.rect().contains(b.geometry()) for b in strip.buttons))
    bottom = 0
    for button in strip.buttons:
        assert button.isVisible(), button.accessibleName()
        assert strip.rect().contains(button.geometry()), button.accessibleName()
        assert button.geometry().top() >= bottom
        bottom = button.geometry().bottom()
    if size == (1920, 1080):
        assert {button.squeeze for button in strip.buttons} == {1.0}


def cut(window: Any) -> list[str]:
    """Return the texts in sight that are wider than their widget."""
    found = []
    for widget in window.side.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QAbstractButton | QLabel) or not widget.text():
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or isinstance(widget, ElidedLabel)):
            continue
        text = widget.text().replace("&", "")
        if isinstance(widget, EdgePicture):
            continue  # shrinks its text
        if isinstance(widget, ShrinkingButton):
            least = widget.fontMetrics().horizontalAdvance(text) * SMALLEST / widget.font().pointSizeF()
            if least + 8 > widget.width():
                found.append(f"{text!r} does not fit {widget.width()} in the smallest font either")
            continue
        needed = widget.fontMetrics().horizontalAdvance(text) + (8 if isinstance(widget, QAbstractButton) else 0)
        if needed > widget.width():
            found.append(f"{type(widget).__name__} {text!r}: {widget.width()} of {needed}")
    return found


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_no_text_of_the_inspector_is_cut(window, settled, qtbot, size, scale):
    theme.set_font_scale(scale)
    window.resize(*size)
    window.filing.open_example("example.rbm")
    settled()
    for choose in (lambda: None, lambda: window.scene.select_variable("z1"), lambda: window.scene.select_factor(0)):
        choose()
        qtbot.wait(20)
        assert cut(window) == []
        assert window.inspector.widget().minimumSizeHint().width() <= window.inspector.viewport().width()
    show_fits(window, qtbot, 4)
    assert cut(window) == []
    window.set_workspace("sample")
    qtbot.wait(50)
    assert cut(window) == []


@pytest.mark.parametrize("scale", [2.0, 2.5])
def test_the_largest_text_is_not_cut_in_the_graph_workspace(window, settled, qtbot, scale):
    theme.set_font_scale(scale)
    window.filing.open_example("example.rbm")
    settled()
    for choose in (lambda: None, lambda: window.scene.select_variable("z1"), lambda: window.scene.select_factor(0)):
        choose()
        qtbot.wait(20)
        assert cut(window) == []
        assert window.inspector.widget().minimumSizeHint().width() <= window.inspector.viewport().width()
    assert (window.width(), window.height()) == (1280, 800)
    assert window.view.width() >= 500
    for label in window.headline.findChildren(FittingLabel):
        assert "…" not in label.text(), label.text()
    for part in (window.headline, window.tools, window.view, window.side, window.below, window.statusBar()):
        assert window.rect().contains(part.mapTo(window, part.rect().bottomRight())), type(part).__name__
    for button in window.tools.buttons:
        assert window.tools.rect().contains(button.geometry()), button.accessibleName()
    assert "…" not in window.status.hint.text()


def test_a_button_too_narrow_for_its_text_writes_it_smaller(qtbot):
    button = push_button("Remove state", "Remove it")
    qtbot.addWidget(button)
    button.resize(300, 40)
    button.show()

    def ink() -> tuple[int, int]:
        """Return how wide the text is, and how far it stays from the edges."""
        picture = button.grab().toImage()
        paper = picture.pixelColor(8, 8)
        dark = [
            x for x in range(4, picture.width() - 4)
            if any(theme.contrast(picture.pixelColor(x, y), paper) > 3 for y in range(6, picture.height() - 6))
        ]  # fmt: skip
        return dark[-1] - dark[0], min(dark[0], picture.width() - dark[-1])

    wide, _ = ink()
    button.resize(round(0.7 * wide), 40)
    narrow, margin = ink()
    assert 0.45 * wide < narrow < 0.7 * wide
    assert margin >= 3


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_headline_says_its_short_words_whole(window, settled, qtbot, scale):
    theme.set_font_scale(scale)
    show_fits(window, qtbot, 4)
    settled()
    window.edit("Clamp", window.document.project.with_clamps({"x1": 1, "x2": 2, "x3": 3}))
    settled()
    for label in window.headline.findChildren(FittingLabel):
        assert "…" not in label.text(), label.text()
    assert window.headline.sentence.text() == "x₄ given x₁=1, x₂=2, x₃=3"


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_a_notice_in_sight_is_whole_after_the_text_has_changed(window, qtbot, scale):
    window.show_notice(
        "broken.uai, line 7: The file ends inside table 1: 3 of its 4 entries are there. Get it all.", "x"
    )
    qtbot.wait(20)
    theme.set_font_scale(scale)
    qtbot.wait(20)
    label = window.notices._text
    assert label.height() >= label.heightForWidth(label.width())


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_an_empty_canvas_says_its_words_whole(window, qtbot, scale):
    window.resize(1024, 768)
    theme.set_font_scale(scale)
    qtbot.wait(20)
    hint = window.view._hint
    assert hint.isVisible()
    assert window.view.rect().contains(hint.geometry())
    assert hint._line.fontMetrics().horizontalAdvance(hint._line.text()) <= hint._line.width()
    assert window.view.rect().contains(hint._link.geometry())
