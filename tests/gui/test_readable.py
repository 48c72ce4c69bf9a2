"""Can every text and every mark be read on its background, in every palette and after every change of palette?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTableView,
    QToolButton,
    QWidget,
)

from gui import theme

WRITTEN = (QLabel, QRadioButton, QCheckBox, QPushButton)
TEXT, MARK = 4.5, 3.0  # what WCAG 2 asks of text and of marks


def paper(picture: QImage, rect: QRect) -> QColor:
    """Return the commonest colour of a part of a picture: what its text stands on."""
    rect = rect.intersected(picture.rect())
    seen = Counter(
        picture.pixel(x, y)
        for y in range(rect.top(), rect.bottom() + 1)
        for x in range(rect.left(), rect.right() + 1, 2)
    )
    return QColor(seen.most_common(1)[0][0])


def best_contrast(picture: QImage, rect: QRect, ground: QColor) -> float:
    """Return the contrast with the ground of whatever differs most from it: of the ink that is really there."""
    rect = rect.intersected(picture.rect())
    inks = {
        picture.pixel(x, y) for y in range(rect.top(), rect.bottom() + 1) for x in range(rect.left(), rect.right() + 1)
    }
    return max(theme.contrast(QColor(ink), ground) for ink in inks)


def in_sight(widget: QWidget, window: QWidget) -> QRect | None:
    """Return where a widget is seen whole in its window, None where it is scrolled away or covered by an edge."""
    rect = QRect(widget.mapTo(window, QPoint()), widget.size())
    above = widget.parentWidget()
    while above is not None and above is not window:
        if isinstance(above, QScrollArea) or isinstance(above.parentWidget(), QScrollArea):
            area = QRect(above.mapTo(window, QPoint()), above.size())
            if not area.contains(rect):
                return None
        above = above.parentWidget()
    return rect if window.rect().contains(rect) and not rect.isEmpty() else None


def unreadable(window: QWidget) -> list[str]:
    """Return what cannot be read in a window, from the picture of it."""
    picture = window.grab().toImage()
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, WRITTEN) or not widget.isVisible() or not widget.text():
            continue
        rect = in_sight(widget, window)
        if rect is None:
            continue
        ground, what = paper(picture, rect), f"{type(widget).__name__} {widget.text()!r}"
        ink = widget.palette().color(widget.foregroundRole())
        if not isinstance(widget, QPushButton) and theme.contrast(ink, ground) < TEXT:
            found.append(f"{what}: {ink.name()} on {ground.name()}")
        if best_contrast(picture, rect, ground) < (TEXT - 0.5 if widget.isEnabled() else MARK):  # thin strokes blend
            found.append(f"{what}: not to be seen on {ground.name()}")
        if isinstance(widget, QRadioButton | QCheckBox):
            mark = QRect(rect.left(), rect.top(), min(18, rect.height()), rect.height())
            if best_contrast(picture, mark, paper(picture, rect)) < MARK:
                found.append(f"{what}: its mark")
    return found


@pytest.fixture
def filled(window: Any, settled: Any, qtbot: Any) -> Any:
    """A window with a model, data, fits and notices, everything that carries text."""
    window.filing.open_example("example.pins")
    qtbot.waitUntil(lambda: window.controller.dataset is not None)
    settled()
    window.workspaces.build()
    window.workspaces.act("fit.start")
    qtbot.waitUntil(lambda: any(row.ugm is not None for row in window.document.project.fits))
    settled()
    return window


def walk(window: Any, settled: Any, qtbot: Any) -> list[str]:
    """Return what cannot be read in any workspace."""
    found = []
    for name in ("graph", "fit", "sample"):
        window.set_workspace(name)
        flashes = [tile.flash for tile in window.headline.tiles]
        qtbot.waitUntil(lambda flashes=flashes: all(f.state() is f.State.Stopped for f in flashes))
        qtbot.wait(60)  # a frame of the plots
        found += [f"{name}: {what}" for what in unreadable(window)]
    return found


@pytest.mark.parametrize("first", sorted(theme.PALETTES))
def test_everything_is_readable_whichever_palette_comes_after_which(
    filled: Any, settled: Any, qtbot: Any, first: str
) -> None:
    theme.set_current(theme.PALETTES[first])
    filled.scene.select_variable("x1")
    assert walk(filled, settled, qtbot) == []
    for after in sorted(set(theme.PALETTES) - {first}):
        theme.set_current(theme.PALETTES[after])
        assert walk(filled, settled, qtbot) == [], f"{first} to {after}"


@pytest.mark.parametrize("palette", sorted(theme.PALETTES))
def test_what_went_wrong_is_readable_too(filled: Any, settled: Any, qtbot: Any, palette: str) -> None:
    filled.workspaces.fit.side.show_failure("The largest clique has 10,000,000,000 entries.")
    filled.show_notice("Something that is worth a notice", "test")
    theme.set_current(theme.PALETTES[palette])
    assert walk(filled, settled, qtbot) == []


def test_a_pressed_button_differs_from_the_others_in_every_palette(window: Any, settled: Any, qtbot: Any) -> None:
    window.filing.open_example("example.rbm")
    settled()
    buttons = [b for b in window.inspector.layers.findChildren(QAbstractButton) if b.text().startswith("given ")]
    buttons[0].click()
    settled()
    for palette in theme.PALETTES.values():
        theme.set_current(palette)
        qtbot.wait(10)
        picture = window.grab().toImage()
        grounds = [picture.pixelColor(b.mapTo(window, QPoint(5, b.height() // 2))) for b in buttons]
        assert theme.contrast(grounds[0], grounds[1]) > MARK, palette.name
    buttons[0].click()
    settled()
    window.inspector.layers.release_all()
    settled()
    picture = window.grab().toImage()
    grounds = [picture.pixelColor(b.mapTo(window, QPoint(5, b.height() // 2))) for b in buttons]
    assert grounds[0] == grounds[1]


def test_the_strips_have_one_background_whatever_came_before(window: Any, settled: Any, qtbot: Any) -> None:
    settled()
    for palette in (theme.LIGHT, theme.DARK, theme.PROJECTOR, theme.LIGHT):
        theme.set_current(palette)
        window.show_notice("Something", "test")
        qtbot.wait(10)
        picture = window.grab().toImage()
        for strip, colour in ((window.headline, palette.raised), (window.notices, palette.notice)):
            corner = strip.mapTo(window, QPoint(3, strip.height() - 3))
            assert picture.pixelColor(corner) == colour, f"{type(strip).__name__} in {palette.name}"


@pytest.mark.parametrize("palette", sorted(theme.PALETTES))
def test_unticked_boxes_of_a_table_can_be_seen(filled: Any, qtbot: Any, palette: str) -> None:
    theme.set_current(theme.PALETTES[palette])
    filled.set_workspace("sample")
    table = next(t for t in filled.workspaces.sample.side.findChildren(QTableView) if t.isVisible())
    index = table.model().index(0, 0)
    table.model().setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    qtbot.wait(60)
    picture = table.viewport().grab().toImage()
    cell = table.visualRect(index)
    mark = QRect(cell.left(), cell.top() + 2, 20, cell.height() - 4)  # without the lines of the grid
    assert best_contrast(picture, mark, paper(picture, cell)) >= MARK


def test_tool_buttons_of_sections_are_readable(filled: Any, qtbot: Any) -> None:
    for palette in theme.PALETTES.values():
        theme.set_current(palette)
        picture = filled.grab().toImage()
        for head in filled.inspector.findChildren(QToolButton):
            rect = in_sight(head, filled) if head.isVisible() and head.text() else None
            if rect is not None:
                assert best_contrast(picture, rect, paper(picture, rect)) >= TEXT, head.text()
