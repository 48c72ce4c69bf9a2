"""Can a person read the junction tree and its messages, walk it, and check a decomposition from a file?"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gui.hand import find_button, wait_until
from models import treewidth
from models.examples import complete, ising_project, stacked_rbm_project
from models.files.pace import read_decomposition
from models.messages import send_messages
from models.project import Project


def marks(width):
    return width._marks.marks


def saved(person, width, folder, name="own.td"):
    path = folder / name
    width.write_file(path)
    return path


def open_td(person, width, path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    person.press_button("Open .td…", width.below)


def test_bags_point_out_variables_and_variables_light_bags(person, width):
    tree = width.below.view
    assert len(tree.bags) == len(treewidth(stacked_rbm_project(3).ugm).bags)
    bag = tree.bags[1]
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.mapFromScene(bag.pos()))
    assert marks(width).ringed == bag.names
    person.hand.click_variable("z2")
    lit = [b.place for b in tree.bags if b.lit]
    assert lit == [b.place for b in tree.bags if "z2" in b.names]
    assert all(link.lit == ("z2" in link.names) for link in tree.links.values())


def test_messages_go_up_and_down_and_can_be_read(person, width):
    panel = width.below
    person.press_button("Send the next message", panel)
    wait_until(lambda: panel.run is not None and panel.sent == 1.0, "the first message")
    assert "towards the root" in panel.text.text()
    for _ in range(20):
        person.press_button("Send the next message", panel)
    assert panel.sent == len(panel.run.messages)
    panel.view.choose(0)
    assert "its marginal" in panel.text.text()
    person.press_button("Take all messages back", panel)
    assert panel.sent == 0.0
    panel._timer.setInterval(1)
    person.press_button("Play messages", panel)
    wait_until(lambda: panel.sent == len(panel.run.messages), "all messages")
    assert not panel._play.isChecked()


def test_messages_of_another_graph_are_never_shown(person, width):
    person.press_button("Send the next message", width.below)
    person.window.scene.select_variables(["x1", "x2"])
    person.keys("Ctrl+K")
    person.settle()
    assert width.below.run is None
    assert all("x1" not in bag for bag in width.below.bags)


def test_a_decomposition_is_written_read_and_checked(person, width, tmp_path, monkeypatch):
    path = tmp_path / "stack.td"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    person.press_button("Save .td…", width.below)
    found = read_decomposition(path)
    assert (found.n_vertices, found.width) == (12, 5)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    person.press_button("Open .td…", width.below)
    assert "stack.td: 5 bags, width 5" in width.below.title.text()
    assert not person.notice
    text = path.read_text().splitlines()
    broken = [line for line in text if not line.startswith("b 1 ")] + ["b 1"]
    path.write_text("\n".join(broken) + "\n")
    person.press_button("Open .td…", width.below)
    assert "no tree decomposition of this graph" in person.notice or "stack.td, line" in person.notice


def test_a_decomposition_of_another_graph_is_refused(person, width, tmp_path):
    path = tmp_path / "small.td"
    path.write_text("s td 1 2 2\nb 1 1 2\n")
    width.show_file(path)
    assert "about 2 vertices; the graph here has 12" in person.notice
    assert len(width.below.bags) == 5, "what was shown stays"


def test_a_decomposition_from_a_file_goes_with_its_document(person, width, tmp_path, monkeypatch):
    open_td(person, width, saved(person, width, tmp_path), monkeypatch)
    assert "own.td" in width.below.title.text()
    person.load(ising_project(3, 3))
    assert "own.td" not in width.below.title.text()
    assert {name for bag in width.below.bags for name in bag} == set(person.project.ugm.names)


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
    person.load(Project(ugm=complete(40)))
    person.press_button("Send the next message", width.below)
    wait_until(lambda: "The table over 40 variables" in person.notice, "the notice")
    assert "and 33 more" in person.notice
    assert "x30" not in person.notice


def test_a_decomposition_is_dropped_on_the_window(person, width, tmp_path):
    path = saved(person, width, tmp_path)
    person.keys("Ctrl+1")
    person.drop(path)
    assert person.window.workspaces.name == "width"
    assert "own.td: 5 bags, width 5" in width.below.title.text()
    assert not person.notice
