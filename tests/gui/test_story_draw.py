"""Can a person draw six variables and seven edges, clamp and release in every way, undo all and redo all?"""

import pytest
from PySide6.QtCore import Qt

from gui.hand import NONE, choose
from tests.acts import Person

PLACES = {f"x{k + 1}": (-200.0 + 200.0 * (k % 3), -90.0 + 180.0 * (k // 3)) for k in range(6)}
EDGES = (("x1", "x2"), ("x2", "x3"), ("x4", "x5"), ("x5", "x6"), ("x1", "x4"), ("x2", "x5"), ("x3", "x6"))


@pytest.fixture
def person(window):
    return Person(window)


def draw_lattice(person):
    """Draw with modeless gestures: double-click for a variable, Alt-drag for an edge."""
    for place in PLACES.values():
        person.hand.double_click_empty(*place)
    for edge in EDGES:
        person.hand.drag_edge(*edge)


def test_six_variables_and_seven_edges_by_gestures(person):
    draw_lattice(person)
    ugm = person.project.ugm
    assert ugm.names == tuple(PLACES)
    assert {frozenset(edge) for edge in ugm.edges} == {frozenset(edge) for edge in EDGES}
    # A click falls on a whole pixel, so the place is that of the pixel.
    for name, place in PLACES.items():
        assert person.project.positions[name] == pytest.approx(place, abs=2.0)
    person.check_answers()
    assert person.widths == ("", "2")
    assert person.window.isWindowModified()


def test_six_variables_and_seven_edges_by_tools(person):
    view = person.window.view
    person.keys("N")
    assert person.window.scene.tool.name == "node"
    for place in PLACES.values():
        person.hand.click(person.hand.empty(*place))
    person.keys("E")
    for edge in EDGES:
        person.hand.drag_edge(*edge, modifiers=NONE)
    person.hand.press(Qt.Key.Key_Escape)
    assert person.window.scene.tool.name == "select"
    assert view.viewport().isVisible()
    assert len(person.project.ugm.variables) == 6
    assert len(person.project.ugm.edges) == 7
    person.check_answers()


def test_clamp_and_release_by_bar(person):
    draw_lattice(person)
    person.settle()
    person.hand.click_bar("x2", 1)
    assert dict(person.project.evidence) == {"x2": 1}
    person.check_answers()
    assert person.widths == ("2", "1")
    person.hand.click_bar("x5", 0)
    person.check_answers()
    assert person.window.scene.mirror.variables["x5"].clamped == 0
    person.hand.click_bar("x2", 0)  # another state of a clamped variable
    assert person.project.evidence["x2"] == 0
    person.hand.click_bar("x2", 0)  # the same again lets go
    person.hand.click_bar("x5", 0)
    assert not person.project.evidence
    person.check_answers()
    assert person.widths == ("", "2")


def test_clamp_and_release_by_key(person):
    draw_lattice(person)
    person.hand.click_variable("x1")
    person.hand.press("1")
    assert dict(person.project.evidence) == {"x1": 1}
    person.hand.rubber_band(-300, 40, 300, 180)  # the lower row
    person.hand.press("0")
    assert dict(person.project.evidence) == {"x1": 1, "x4": 0, "x5": 0, "x6": 0}
    person.check_answers()
    person.keys("C")
    person.hand.press(Qt.Key.Key_Backspace)
    assert dict(person.project.evidence) == {"x1": 1}
    assert len(person.project.ugm.variables) == 6, "Backspace in the Clamp tool releases, it does not delete"
    person.keys("Ctrl+Shift+C")
    assert not person.project.evidence
    person.check_answers()


def test_clamp_and_release_by_menu(person):
    draw_lattice(person)
    choose(person.hand.open_menu(person.hand.variable("x3")), "Clamp to", "x₃ = 1")
    assert dict(person.project.evidence) == {"x3": 1}
    person.check_answers()
    choose(person.hand.open_menu(person.hand.variable("x3")), "Release")
    assert not person.project.evidence
    person.hand.click_variable("x6")
    person.menu("Model", "Clamp selection")
    assert dict(person.project.evidence) == {"x6": 0}
    person.menu("Model", "Release selection")
    person.check_answers()
    assert not person.project.evidence


def test_clamp_and_release_by_layer_button_and_layer_menu(person):
    window = person.window
    person.menu("File", "Open example", "Stacked RBM")
    person.settle()
    person.press_button("Clamp layer x", window.inspector)
    assert set(person.project.evidence) == {"x1", "x2", "x3"}
    person.press_button("Clamp layer h", window.inspector)
    person.settle()
    assert person.widths == ("5", "1")
    assert "layers x and h" in window.headline.sentence.wording
    person.press_button("Clamp layer x", window.inspector)
    assert set(person.project.evidence) == {"h1", "h2", "h3"}
    person.menu("Model", "Clamp layer", "h")
    assert not person.project.evidence
    person.menu("Model", "Clamp layer", "z")
    assert set(person.project.evidence) == {"z1", "z2", "z3"}
    person.settle()
    # What is left: the chain x1-x2-x3 alone, and the bipartite h with the chain y.
    assert person.widths == ("5", "3")
    assert len(window.controller.report.inference.marginals) == 12


def test_undo_all_and_redo_all(person):
    draw_lattice(person)
    person.hand.drag_variable("x6", 40, 60)
    person.hand.click_bar("x2", 1)
    person.hand.click_link("x1", "x4")
    person.hand.press(Qt.Key.Key_Delete)
    person.hand.click_variable("x3")
    person.hand.press(Qt.Key.Key_Delete)
    person.check_answers()
    stack = person.window.document.stack
    assert stack.count() == 17, "6 variables, 7 edges, a move, a clamp and 2 deletions: one step each"
    after = [person.project]
    while stack.canUndo():
        person.keys("Ctrl+Z")
        after.append(person.project)
    assert len(after) == 18
    assert person.project.ugm.names == ()
    assert not person.window.isWindowModified()
    person.settle()
    assert person.widths[1] == ""
    for wanted in reversed(after[:-1]):
        person.keys("Ctrl+Y")
        assert person.project is wanted
    assert not stack.canRedo()
    person.check_answers()
