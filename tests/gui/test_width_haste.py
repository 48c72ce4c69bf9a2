"""Is nothing old ever shown in the Treewidth workspace, and nothing lost, whatever a person does meanwhile?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gui.hand import find_button, rest, wait_until
from models.examples import complete, ising_project, stacked_rbm_project
from models.messages import send_messages
from models.project import Project
from tests.acts import Person


@pytest.fixture
def person(window):
    sat = Person(window)
    window.filing.open_example("example.rbm")
    sat.settle()
    sat.keys("Ctrl+4")
    sat.settle()
    return sat


@pytest.fixture
def width(person):
    return person.window.workspaces.width


def load(person, project):
    person.window.document.load(project)
    person.settle()


def saved(person, width, folder, name="own.td"):
    path = folder / name
    width.write_file(path)
    return path


def open_td(person, width, path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    person.press_button("Open .td…", width.below)


# --- another document ------------------------------------------------------------------------------------------------


def test_advice_about_another_document_never_comes(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Find what to clamp", width.side)
    person.window.document.load(stacked_rbm_project(3))
    assert not person.window.dispatcher.busy("advise")
    rest(0.5)
    assert width.side.advice.advice is None
    assert width._marks.marks.ringed == ()


def test_blocks_proposed_for_another_document_never_come(person, width):
    person.window.document.load(ising_project(9, 9))
    person.press_button("Blocks: Propose", width.side)
    person.window.document.load(Project())
    rest(0.5)
    assert person.project.groups == ()
    assert not person.window.document.stack.canUndo()


def test_a_decomposition_from_a_file_goes_with_its_document(person, width, tmp_path, monkeypatch):
    open_td(person, width, saved(person, width, tmp_path), monkeypatch)
    assert "own.td" in width.below.title.text()
    load(person, ising_project(3, 3))
    assert "own.td" not in width.below.title.text()
    assert {name for bag in width.below.bags for name in bag} == set(person.project.ugm.names)


# --- the tree --------------------------------------------------------------------------------------------------------


def test_the_own_tree_comes_back_after_one_from_a_file(person, width, tmp_path, monkeypatch):
    own = width.below.bags
    path = tmp_path / "one.td"
    names = " ".join(str(k) for k in range(1, 13))
    path.write_text(f"s td 1 12 12\nb 1 {names}\n")
    open_td(person, width, path, monkeypatch)
    assert len(width.below.bags) == 1
    person.press_button("Own tree", width.below)
    assert width.below.bags == own
    assert width.below.title.text().startswith("Junction tree")


def test_a_broken_decomposition_is_drawn_but_sends_no_messages(person, width, tmp_path, monkeypatch):
    path = tmp_path / "broken.td"
    path.write_text("s td 2 6 12\nb 1 1 2 3 4 5 6\nb 2 7 8 9 10 11 12\n1 2\n")
    open_td(person, width, path, monkeypatch)
    assert "broken.td is no tree decomposition of this graph" in person.notice
    assert "not valid" in width.below.title.text()
    for name in ("Play messages", "Send the next message", "Take all messages back"):
        assert not find_button(width.below, name).isEnabled()


def test_a_tree_found_best_says_so(person, width):
    report = width._report
    provisional = type(report.after)(
        *(0 if field == "lower" else getattr(report.after, field) for field in report.after.__slots__)
    )
    width.below.show_result(person.project.ugm, provisional)
    assert "perhaps not the best" in width.below.title.text()
    width.below.show_result(person.project.ugm, report.after)
    assert width.below.title.text().startswith("Junction tree")


def test_messages_of_another_tree_are_not_taken(person, width):
    panel, ugm = width.below, person.project.ugm
    one = send_messages(ugm, (frozenset(ugm.names),), (), 0, {})
    panel.show_run(one)
    assert panel.run is None
    assert "marginal" not in panel.text.text()


def test_a_step_asked_while_a_better_tree_is_found_is_made_in_the_better_tree(person, width):
    panel, ugm = width.below, person.project.ugm
    bags, tree = panel.bags, panel.tree
    panel.show_bags(ugm, (ugm.names,), (), ("One bag",))
    person.press_button("Play messages", panel)
    panel.show_bags(ugm, bags, tree, ("Better",))
    wait_until(lambda: panel.run is not None, "the messages of the better tree")
    assert panel.run.bags == bags
    assert panel._play.isChecked()


def test_the_tree_is_walked_by_keys_and_let_go(person, width):
    view, panel = width.below.view, width.below
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view._shown[1][view.chosen] == -1, "the root comes first"
    QTest.keyClick(view, Qt.Key.Key_Right)
    child = view.chosen
    assert view._shown[1][child] == panel.root
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.links[child].chosen
    assert width._marks.marks.ringed == view.links[child].names
    wait_until(lambda: "not sent yet" in panel.text.text(), "the messages")
    person.hand.click_variable("z2")
    assert view.links[child].chosen, "what is chosen stays chosen when something else is lit"
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.chosen == child
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.chosen == panel.root
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.chosen_anything
    assert width._marks.marks.ringed == ()


def test_a_click_beside_the_tree_lets_go(person, width):
    view = width.below.view
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(view.bags[0].pos()))
    assert width._marks.marks.ringed
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().bottomRight())
    assert width._marks.marks.ringed == ()
    assert view.chosen == -1


def test_bags_carry_the_numbers_that_the_tables_use(person, width):
    assert [bag.number for bag in width.below.view.bags] == [str(k + 1) for k in range(len(width.below.bags))]
    person.press_button("Send the next message", width.below)
    wait_until(lambda: "Bag " in width.below.text.text(), "the first message")


def test_a_bag_too_large_to_be_read_is_named_in_short(person, width):
    load(person, Project(ugm=complete(40)))
    person.press_button("Send the next message", width.below)
    wait_until(lambda: "The table over 40 variables" in person.notice, "the notice")
    assert "and 33 more" in person.notice
    assert "x30" not in person.notice


# --- the game --------------------------------------------------------------------------------------------------------


def test_the_game_goes_on_after_another_workspace(person, width):
    person.hand.click_variable("x1")
    person.keys("Ctrl+1")
    rest(0.05)
    person.keys("Ctrl+4")
    assert width.side.game.game.order == ("x1",)
    assert width._marks.marks.gone == {"x1": 1}


def test_the_game_does_not_outlive_an_edit_made_elsewhere_nor_its_document(person, width):
    person.hand.click_variable("x1")
    person.keys("Ctrl+1")
    person.window.scene.select_variables(["y3"])
    person.keys("Del", "Ctrl+4")
    assert width.side.game.game.order == ()
    assert set(width.side.game.game.names) == set(person.project.ugm.names)
    person.hand.click_variable("x2")
    person.keys("Ctrl+1")
    load(person, person.project)
    person.keys("Ctrl+4")
    assert width.side.game.game.order == ()


def test_renaming_is_no_other_graph(person, width):
    person.hand.click_variable("x1")
    person.hand.click_variable("h2")
    person.window.edit("Rename", person.project.with_renamed("x1", "rain"))
    assert width.side.game.game.order == ("rain", "h2")
    assert width._marks.marks.gone == {"rain": 1, "h2": 2}
    person.keys("Ctrl+Z")
    assert width.side.game.game.order == ("x1", "h2")


def test_buttons_that_would_do_nothing_are_grey(person, width):
    def on(name):
        return find_button(width.side.game, name).isEnabled()

    undo, selected = "Undo: Take back the last elimination", "Selected: Eliminate the variables selected on the canvas"
    restart, hint = "Restart: Begin again with the whole graph", "Hint: Eliminate what adds the fewest edges"
    assert not on(undo)
    assert not on(restart)
    assert on(hint)
    assert not on(selected)
    person.window.scene.select_variables(["x2"])
    assert on(selected)
    person.press_button(selected, width.side)
    assert width.side.game.game.order == ("x2",)
    assert not on(selected), "it is gone"
    assert on(undo)
    assert on(restart)
    person.press_button("To end: Eliminate all that is left, in the order", width.side)
    assert not on(hint)
    assert on(undo)


def test_a_decomposition_is_dropped_on_the_window(person, width, tmp_path):
    path = saved(person, width, tmp_path)
    person.keys("Ctrl+1")
    person.drop(path)
    assert person.window.workspaces.name == "width"
    assert "own.td: 5 bags, width 5" in width.below.title.text()
    assert not person.notice
