"""Can a person find out what may be asked, and ask it, with the mouse and with the keyboard?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.hand import choose, click, popup
from gui.questions import commonest_row, question_menu
from gui.words import question_words, short_question
from models.exact import infer, probability
from models.examples import pin_project, stacked_rbm_project
from models.project import FitRecord, Project
from models.ugm import UGM, Variable


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def pins(**changes):
    row = FitRecord("data", ("x1", "x2", "x3", "x4"), 7.0, (1, 2, 3, 4), (1, 2, 3, 4), 0.25, 0.0625, 0.9)
    return replace(pin_project(), fits=(row,), **changes)


def offer(qtbot, project, selected=()):
    """Return the menu for a project, what is asked through it, and the widget it lives on."""
    parent, asked = QWidget(), []
    qtbot.addWidget(parent)
    return question_menu(project, selected, asked.append, parent), asked, parent


# --- what is offered ---------------------------------------------------------------------------------------------


def test_the_states_of_the_selected_variable_come_first(qtbot):
    menu, asked, _parent = offer(qtbot, pins(), ("x4",))
    assert texts(menu) == [*(f"p(x₄={digit})" for digit in range(10)), "p(1234)", "Ask nothing"]
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["p(x₄=4)"]
    menu.actions()[7].trigger()
    assert asked == [{"x4": 7}]


def test_with_nothing_selected_there_is_a_list_for_each_free_variable(qtbot):
    project = stacked_rbm_project().with_clamps({"x1": 0})
    menu, asked, _parent = offer(qtbot, project)
    assert texts(menu)[:3] == ["p(x₂ = …)", "p(x₃ = …)", "p(z₁ = …)"]
    inner = menu.actions()[0].menu()
    assert texts(inner) == ["p(x₂=0 | clamps)", "p(x₂=1 | clamps)"]
    inner.actions()[1].trigger()
    assert asked == [{"x2": 1}]
    assert "Ask nothing" not in texts(menu)


def test_the_commonest_row_is_offered_where_the_data_are_about_this_model(qtbot):
    assert commonest_row(pins()) == {"x1": 1, "x2": 2, "x3": 3, "x4": 4}
    assert commonest_row(pin_project()) == {}
    assert commonest_row(pins().with_new_variable((0, 0))) == {}
    words = UGM([Variable("rain", ("no", "yes")), Variable("grass", ("dry", "wet"))])
    row = FitRecord("data", ("rain", "grass"), 1.0, (1, 1), (1, 1), 0.5, 0.4, 0.9)
    menu, asked, _parent = offer(qtbot, Project(ugm=words, fits=(row,)), ("rain",))
    assert texts(menu) == ["p(rain=no)", "p(rain=yes)", "p(the commonest row)"]
    menu.actions()[-1].trigger()
    assert asked == [{"rain": 1, "grass": 1}]


def test_every_entry_has_a_tip_and_an_ampersand_is_itself(qtbot):
    model = UGM([Variable("R&D", ("a&b", "c"))])
    menu, _, _parent = offer(qtbot, Project(ugm=model), ("R&D",))
    assert texts(menu) == ["p(R&&D=a&&b)", "p(R&&D=c)"]
    assert all(action.toolTip() and action.statusTip() for action in menu.actions())


def test_the_joint_state_of_all_variables_is_written_in_one_word():
    project = pins().with_query({"x1": 1, "x2": 2, "x3": 3, "x4": 4})
    assert question_words(project) == short_question(project) == "p(1234)"
    clamped = project.with_clamps({"x1": 1})
    assert question_words(clamped) == "p(1234 | x₁=1)"
    assert short_question(clamped) == "p(1234 | ·)"
    assert question_words(project.with_query({"x1": 1, "x2": 2})) == "p(x₁=1, x₂=2)"


# --- in the window -----------------------------------------------------------------------------------------------


def test_a_click_on_the_tile_asks_and_the_tile_answers(window, settled, qtbot):
    window.filing.open_example("example.rbm")
    settled()
    tile = window.headline.answer_tile
    assert tile.note.wording == "click here to ask"
    window.scene.select_variable("z2")
    click(tile)
    choose(popup(), "p(z₂=1)")
    settled()
    ugm = window.document.project.ugm
    assert tile.caption.text() == "p(z₂=1)"
    assert float(tile.values.new) == pytest.approx(float(infer(ugm).marginals["z2"][1]), abs=5e-5)
    assert window.document.stack.undoText() == "Ask p(z₂=1)"
    click(tile)
    choose(popup(), "Ask nothing")
    settled()
    assert tile.values.new == ""
    assert window.document.project.query == {}


def test_the_commonest_row_is_answered(window, settled, qtbot):
    window.filing.open_example("example.pins")
    qtbot.waitUntil(lambda: bool(window.document.project.fits))
    settled()
    tile = window.headline.answer_tile
    click(tile)
    choose(popup(), "p(1234)")
    settled()
    event = {f"x{k}": k for k in (1, 2, 3, 4)}
    assert dict(window.document.project.query) == event
    assert tile.caption.text() == "p(1234)"
    assert float(tile.values.new) == pytest.approx(probability(window.document.project.ugm, event), rel=0.06)
    assert tile.note.text() == "data: 0.1071"


def test_the_tile_is_reached_and_pressed_with_the_keyboard(window, settled, qtbot):
    tile = window.headline.answer_tile
    assert tile.focusPolicy() == Qt.FocusPolicy.NoFocus, "nothing to ask of an empty canvas"
    click(tile)
    assert QApplication.activePopupWidget() is None
    window.filing.open_example("example.rbm")
    settled()
    assert tile.focusPolicy() == Qt.FocusPolicy.TabFocus
    assert tile.accessibleName()
    assert tile.toolTip()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(tile, key)
        menu = popup()
        assert texts(menu)[0] == "p(x₁ = …)"
        QTest.keyClick(menu, Qt.Key.Key_Escape)
    QTest.keyClick(tile, Qt.Key.Key_A)
    assert QApplication.activePopupWidget() is None


def test_a_model_with_data_but_no_fit_says_what_comes_next(window, settled, qtbot):
    window.filing.open_example("example.pins")
    qtbot.waitUntil(lambda: window.controller.dataset is not None)
    settled()
    assert window.headline.fit_tile.note.wording == "not fitted yet: press F5"
    assert window.headline.fit_tile.note.text() == window.headline.fit_tile.note.wording
    window.workspaces.act("fit.start")
    qtbot.waitUntil(lambda: len(window.document.project.fits) > 1)
    settled()
    assert window.headline.fit_tile.note.text() == "chain"
    window.filing.ask = lambda: "discard"
    window.filing.open_example("example.rbm")
    settled()
    assert window.headline.fit_tile.note.text() == ""
