"""Can everything of the Treewidth workspace be read, at every size, and with names of any length?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QSpinBox, QWidget

from gui.canvas.style import style
from gui.canvas.width_marks import Marks
from gui.hand import find_button, rest, wait_until
from gui.panels.parts import Paragraph
from gui.panels.proof import seconds_words
from gui.tree.items import words_of
from models.project import Project


def resize(person, across, down):
    person.window.resize(QSize(across, down))
    rest(0.1)


def long_names(n=5):
    project = Project()
    for k in range(n):
        project = project.with_new_variable((120.0 * k, 0.0))
    for k, name in enumerate(project.ugm.names):
        project = project.with_renamed(name, f"a_variable_with_a_name_of_sixty_letters_{'q' * 18}_{k}")
    names = project.ugm.names
    for k in range(n):
        project = project.with_edge(names[k], names[(k + 1) % n])
    return project


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800)])
def test_the_whole_tree_of_the_stack_is_in_sight_and_large_enough(person, width, size):
    resize(person, *size)
    view = width.below.view
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    for bag in view.bags:
        assert seen.contains(bag.sceneBoundingRect())
    assert view.transform().m11() >= 0.7, "smaller text cannot be read"
    assert not view.horizontalScrollBar().isVisible()


def test_the_title_says_the_size_of_the_tree_where_there_is_little_room(person, width):
    resize(person, 1024, 768)
    title = width.below.title
    assert title.shown() == "5 bags, largest 6"
    assert title.fontMetrics().horizontalAdvance(title.shown()) <= title.width()
    for name in ("Play messages", "Send the next message", "Take all messages back", "Open .td…", "Save .td…"):
        button = find_button(width.below, name)
        assert button.fontMetrics().horizontalAdvance(button.text()) + 8 <= button.width()


def test_separators_touch_no_bag(width):
    view = width.below.view
    for link in view.links.values():
        for bag in view.bags:
            body = QRectF(bag.x() - bag.width / 2, bag.y() - bag.height / 2, bag.width, bag.height)
            assert not link.box().intersects(body)


def test_long_names_push_nothing_out_of_the_inspector(person, width):
    person.window.document.load(long_names())
    person.settle()
    person.press_button("Variable: Eliminate the next variable of the order", width.side)
    person.press_button("Order and bags", width.side)
    person.press_button("Find what to clamp", width.side)
    wait_until(lambda: not person.window.dispatcher.busy("advise"), "the advice")
    rest(0.1)
    column, room = width.side.widget(), width.side.viewport().width()
    assert column.width() <= room
    for kind in (QAbstractButton, QComboBox, QSpinBox, QSlider, Paragraph):
        for widget in width.side.findChildren(kind):
            if widget.isVisible() and column.isAncestorOf(widget):
                assert widget.mapTo(column, widget.rect().topRight()).x() <= room, widget.accessibleName()
    for text in (width.side.game.said, width.side.advice.names, width.side.proof.above, width.side.proof.details):
        longest = max(text.text().split(), key=len)
        assert text.fontMetrics().horizontalAdvance(longest) <= text.width(), longest


def test_a_bag_of_many_names_takes_two_lines(qapp):
    assert words_of(("x1", "x2")) == "x₁, x₂"
    assert words_of(("x1", "x2", "x3", "x4")) == "x₁, x₂,\nx₃, x₄"
    assert words_of([f"x{k}" for k in range(1, 21)]).endswith("+11")
    assert words_of(()) == "∅"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1e-5, "less than a millisecond"),
        (86_400.0 * 42, "42 days"),
        (3_600.0 * 30, "30 hours"),
        (31_557_600.0 * 3, "3 years"),
        (1e30, "more than a million years"),
    ],
)
def test_durations_are_written_in_units_that_fit(seconds, words):
    assert seconds_words(seconds) == words


def test_the_last_elimination_is_told_beside_the_tree_in_a_presentation(person, width):
    person.keys("Ctrl+Shift+P")
    rest(0.1)
    person.hand.click_variable("x1")
    assert not width.side.isVisible()
    assert "Eliminated x₁" in width.below.text.text()
    assert "Your width so far: 4; 3 edges added. Best possible: width 5." in width.below.text.text()
    person.keys("Ctrl+Shift+P")
    rest(0.1)


def test_the_canvas_has_the_larger_part_of_a_presentation(person, width):
    person.keys("Ctrl+Shift+P")
    rest(0.1)
    assert person.window.view.viewport().height() > 1.2 * width.below.height()
    person.keys("Ctrl+Shift+P")
    rest(0.1)


def test_an_empty_graph_says_what_the_place_of_the_tree_is_for(person, width):
    person.window.document.load(Project())
    person.settle()
    assert "A junction tree is drawn here" in width.below.text.text()


@pytest.mark.parametrize("page", ["Game", "Clamp", "Blocks", "Why"])
def test_every_page_is_one_click_away(person, width, page):
    section = {
        "Why": width.side.proof,
        "Game": width.side.game,
        "Clamp": width.side.advice,
        "Blocks": width.side.blocks,
    }[page]
    head = section.findChild(QAbstractButton)
    person.press_button(head.accessibleName(), width.side)  # folded away
    assert not section.findChild(Paragraph).isVisible()
    width.side.verticalScrollBar().setValue(0)
    person.press_button(f"Go to {page}", width.side)
    assert any(part.isVisible() for part in section.findChildren(QWidget) if not isinstance(part, QAbstractButton))
    wait_until(lambda: section.mapTo(width.side.viewport(), section.rect().topLeft()).y() == 0, "the page on top")
    assert head.visibleRegion().boundingRect().height() == head.height()


def test_the_way_to_the_pages_covers_no_page_and_no_scroll_bar(person, width):
    side = width.side
    buttons = [find_button(side, f"Go to {page}") for page in ("Why", "Game", "Clamp", "Blocks", "Q 1.1")]
    bar = side.verticalScrollBar()
    assert bar.isVisible()
    for button in buttons:
        place = button.rect().translated(button.mapTo(side, button.rect().topLeft()))
        assert place.bottom() < side.viewport().geometry().top()
        assert place.right() < bar.mapTo(side, bar.rect().topLeft()).x()
        assert button.fontMetrics().horizontalAdvance(button.text()) + 8 <= button.width()


def test_outlines_of_blocks_are_in_sight_where_the_graph_was(person, width):
    view = person.window.view
    view.fit_graph()
    person.press_button("Blocks: Propose", width.side)
    wait_until(lambda: len(person.window.scene.mirror.outlines.items) == 2, "the outlines")
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    for outline in person.window.scene.mirror.outlines.items:
        assert seen.contains(outline.covered())
    person.keys("Ctrl++")  # from here on the picture is the person's own
    zoom = view.zoom_percent
    person.press_button("Blocks: No blocks", width.side)
    assert view.zoom_percent == zoom


def test_a_number_in_the_order_stands_above_the_ring_of_advice(person, width):
    view, place = person.window.view, person.window.scene.point_of("x1")

    def badge(marks):
        width._marks.show(marks)
        x, y = place.x() + 0.72 * style().radius, place.y() - 0.72 * style().radius
        r = 0.6 * style().badge_radius  # what lies in the disc whatever the ring does around it
        box = QRect(view.mapFromScene(QPointF(x - r, y - r)), view.mapFromScene(QPointF(x + r, y + r)))
        return view.viewport().grab(box).toImage()

    plain = badge(Marks(gone={"x1": 3}))
    assert badge(Marks(gone={"x1": 4})) != plain, "it shows the number"
    assert badge(Marks(gone={"x1": 3}, ringed=("x1",))) == plain


def test_nothing_is_offered_where_all_is_clamped(person, width):
    person.window.edit("Clamp", person.project.with_clamps(dict.fromkeys(person.project.ugm.names, 0)))
    person.settle()
    assert width.below.title.text() == ""
    assert width.side.proof.below.text() == "By convention the treewidth is -1 then."
    for name in ("Find what to clamp", "Blocks: Propose", "Blocks: Whole layers"):
        assert not find_button(width.side, name).isEnabled()


def test_every_control_has_a_name_and_a_tip(person, width):
    for page in (width.side, width.below):
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, QAbstractButton | QComboBox | QSlider | QSpinBox):
                assert widget.accessibleName(), widget
                assert widget.toolTip(), widget.accessibleName()
                assert widget.whatsThis(), widget.accessibleName()
