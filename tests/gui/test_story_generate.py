"""A person makes graphs from numbers and changes a lattice of spins, with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider

import models
from gui import theme
from gui.hand import LEFT, find_button, wait_until
from models.generators import GENERATORS, make_project
from tests.acts import Person, bring_into_sight


@pytest.fixture
def person(window):
    return Person(window)


def opened(person):
    """Open the dialog by its key and return it."""
    person.keys("Ctrl+Shift+N")
    feature = person.window.features["Generate"]
    wait_until(lambda: feature.dialog is not None and feature.dialog.isVisible(), "the dialog")
    return feature.dialog


def ready(dialog):
    wait_until(lambda: dialog._project is not None, "the graph")
    QApplication.processEvents()


def choose(dialog, name):
    """Click a family's picture."""
    gallery = dialog.gallery
    (item,) = gallery.findItems(name, Qt.MatchFlag.MatchExactly)
    gallery.scrollToItem(item)
    QTest.mouseClick(gallery.viewport(), LEFT, pos=gallery.visualItemRect(item).center())
    assert dialog.family.name == name


def press(dialog, name):
    button = find_button(dialog, name)
    QTest.mouseClick(button, LEFT)


def retype(field, text):
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def test_a_lattice_goes_into_an_empty_document_and_is_undone_at_once(person):
    dialog = opened(person)
    assert dialog.gallery.count() == len(GENERATORS)
    assert all(not dialog.gallery.item(k).icon().isNull() for k in range(dialog.gallery.count()))
    choose(dialog, "Lattice")
    retype(dialog.fields.field("rows"), "3")
    retype(dialog.fields.field("columns"), "2")
    ready(dialog)
    assert "6 variables, 7 edges" in dialog.facts.text()
    assert "Treewidth 2" in dialog.facts.text()
    assert len(dialog.picture.drawing.points) == 6
    press(dialog, "Insert into this graph")
    assert person.project.ugm.same_as(models.lattice(3, 2))
    assert person.window.document.stack.count() == 1
    person.check_answers()
    person.keys("Ctrl+Z")
    assert person.project.ugm.names == ()


def test_a_second_graph_stands_beside_the_first_with_names_of_its_own(person):
    window = person.window
    window.document.load(make_project("chain", n=3))
    before = dict(person.project.positions)
    dialog = opened(person)
    choose(dialog, "Cycle")
    retype(dialog.fields.field("n"), "4")
    press(dialog, "Insert into this graph")  # at once: it is waited for
    wait_until(lambda: len(person.project.ugm.names) == 7, "the cycle")
    assert {name: person.project.positions[name] for name in before} == before
    new = [name for name in person.project.ugm.names if name not in before]
    assert len(new) == 4
    assert min(person.project.positions[n][0] for n in new) > max(x for x, _ in before.values()) + 100
    assert set(window.scene.selection.variables) == set(new)
    assert window.document.stack.undoText() == "Insert Cycle of 4"
    person.check_answers()


def test_cancel_loses_nothing_and_a_new_document_asks_first(person):
    window = person.window
    window.document.load(make_project("chain", n=3))
    kept = person.project
    dialog = opened(person)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: window.features["Generate"].dialog is None, "the dialog to close")
    assert person.project is kept
    window.edit("Clamp", kept.with_clamps({"x1": 0}))
    asked = []
    window.filing.ask = lambda: asked.append(1) or ("cancel" if len(asked) == 1 else "discard")
    for wanted in (4, 7):
        dialog = opened(person)
        choose(dialog, "Complete")
        retype(dialog.fields.field("n"), "7")
        ready(dialog)
        press(dialog, "New document")
        assert len(person.project.ugm.names) == (3 if wanted == 4 else 7)
    assert len(asked) == 2
    assert person.project.title == "Complete graph on 7"


def test_what_cannot_be_made_is_refused_with_a_sentence(person):
    dialog = opened(person)
    choose(dialog, "Lattice")
    for key, value in (("rows", "200"), ("columns", "201")):
        retype(dialog.fields.field(key), value)
    assert "40,200 variables; at most 20,000" in dialog.trouble.text()
    assert not dialog.insert.isEnabled()
    choose(dialog, "Stacked RBM")
    retype(dialog.fields.field("layers"), "x 3, y")
    assert '"y" is no layer' in dialog.trouble.text()
    retype(dialog.fields.field("layers"), "x 2, y 3 cycle")
    assert dialog.trouble.isHidden()
    ready(dialog)
    press(dialog, "Insert into this graph")
    assert [g.name for g in person.project.groups] == ["x", "y"]
    assert len(person.project.ugm.edges) == 9


def test_with_the_keyboard_alone(person):
    dialog = opened(person)
    assert dialog.focusWidget() is dialog.gallery
    QTest.keyClick(dialog.gallery, Qt.Key.Key_Home)
    QTest.keyClick(dialog.gallery, Qt.Key.Key_Right)
    assert dialog.family.name == "Cycle"
    QTest.keyClick(dialog.gallery, Qt.Key.Key_Return)
    wait_until(lambda: len(person.project.ugm.names) == 8, "the cycle")
    reopened = opened(person)
    assert reopened.family.name == "Cycle", "where one was last time"


@pytest.mark.parametrize("family", GENERATORS, ids=lambda family: family.key)
def test_every_family_can_be_made_by_default(person, family):
    dialog = opened(person)
    choose(dialog, family.name)
    ready(dialog)
    for parameter in family.parameters:
        assert dialog.fields.field(parameter.key).toolTip() or parameter.slides
    press(dialog, "Insert into this graph")
    assert person.project.ugm.same_as(make_project(family.key).ugm)


# --- sliders -------------------------------------------------------------------------------------------------------


def drag(slider: QSlider, share: float) -> None:
    """Drag a slider's handle along it, to a share of its length, in steps."""
    at = bring_into_sight(slider)
    n = slider.maximum() - slider.minimum()
    start = QPoint(round(slider.width() * (slider.value() - slider.minimum()) / n), at.y())
    QTest.mousePress(slider, LEFT, pos=start)
    for k in range(1, 6):
        QTest.mouseMove(slider, QPoint(round(start.x() + (share * slider.width() - start.x()) * k / 5), at.y()))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(share * slider.width()), at.y()))


def test_sliders_of_an_ising_lattice_infer_anew_and_are_one_step_each(person):
    window = person.window
    window.document.load(make_project("ising", rows=2, columns=3))
    panel = window.features["Generate"].spins
    person.settle()
    assert panel.isVisible()
    drag(panel.coupling.slider, 0.9)
    person.settle()
    coupling = person.project.ugm.factors[-1].log_table[0, 0]
    assert coupling > 0.8
    assert coupling == pytest.approx(panel.coupling.value)
    assert window.document.stack.count() == 1
    person.check_answers()
    drag(panel.field.slider, 0.2)
    person.check_answers()
    assert person.project.ugm.factors[0].log_table[1] < 0
    assert window.document.stack.count() == 2
    person.keys("Ctrl+Z")
    assert panel.field.value == pytest.approx(0.05)
    person.keys("Ctrl+Z")
    assert panel.coupling.value == pytest.approx(0.4)
    assert person.project.same_as(make_project("ising", rows=2, columns=3))


def test_sliders_go_where_they_do_not_belong_and_come_back(person):
    window = person.window
    window.document.load(make_project("potts", rows=2, columns=2, n_states=2, coupling=0.5))
    panel = window.features["Generate"].spins
    assert panel._head.text() == "Potts lattice"
    panel.coupling.box.setFocus()
    retype(panel.coupling.box, "0")
    QTest.keyClick(panel.coupling.box, Qt.Key.Key_Return)
    assert panel._head.text() == "Potts lattice", "without a coupling it is still what it was"
    window.edit("x", person.project.with_edge("x1", "x4"))
    assert not panel.isVisible()
    person.keys("Ctrl+Z")
    assert panel.isVisible()


def test_it_fits_the_smallest_window_in_large_letters(person):
    theme.set_font_scale(1.3)
    theme.set_current(theme.PROJECTOR)
    person.window.resize(1024, 768)
    dialog = opened(person)
    for row in range(len(GENERATORS)):
        dialog.gallery.setCurrentRow(row)
        QApplication.processEvents()
        assert dialog.width() <= 1024
        assert dialog.height() <= 768
        for button in (dialog.insert, dialog.new):
            assert dialog.rect().contains(button.mapTo(dialog, button.rect().bottomRight()))
