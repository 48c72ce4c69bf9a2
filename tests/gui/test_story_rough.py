"""Does the window take rough handling: edits in mid-drag, any name, one state and two hundred?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from models.examples import ising_project
from models.project import Project
from models.ugm import Variable
from tests.acts import Person

NAMES = ("n" * 200, "🙂" * 40, "שלום עולם", "مرحبا", "a\nb", "&amp <b>x</b>", "  inner  space ")


@pytest.fixture
def person(window):
    sat = Person(window)
    window.document.load(ising_project(2, 3))
    sat.settle()
    window.view.setFocus()
    return sat


def positions(person):
    return {name: (item.x(), item.y()) for name, item in person.window.scene.mirror.variables.items()}


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("Del", ("x2", "x3", "x4", "x5", "x6")),
        ("Ctrl+X", ("x2", "x3", "x4", "x5", "x6")),
        ("Ctrl+D", ("x1", "x2", "x3", "x4", "x5", "x6", "x7")),
        ("Ins", ("x1", "x2", "x3", "x4", "x5", "x6", "x7")),
        ("Esc", ("x1", "x2", "x3", "x4", "x5", "x6")),
        ("Ctrl+Shift+G", ("x1", "x2", "x3", "x4", "x5", "x6")),
        ("Ctrl+Z", ("x1", "x2", "x3", "x4", "x5", "x6")),
    ],
)
def test_a_key_in_mid_drag_ends_the_drag_and_nothing_odd_is_left(person, keys, names):
    before = dict(person.project.positions)
    stack = person.window.document.stack
    person.hand.drag_variable("x1", 40, 60, release=False)
    assert positions(person)["x1"] != before["x1"], "the drag is on"
    if keys == "Esc":
        person.hand.press(Qt.Key.Key_Escape)
    else:
        person.keys(keys)
    ended = person.window.scene.gesture is None
    person.hand.move_to(QPoint(300, 200))
    person.hand.release_at(QPoint(300, 200))
    assert person.project.ugm.names == names
    assert positions(person) == dict(person.project.positions)
    if keys in ("Ctrl+Shift+G", "Ctrl+Z"):  # nothing to do for them: the drag goes on
        assert stack.count() == 1
    else:
        assert ended
        assert all(person.project.positions[name] == before[name] for name in names if name in before)
        assert stack.count() == (0 if keys == "Esc" else 1)
    while stack.canUndo():
        person.keys("Ctrl+Z")
    assert dict(person.project.positions) == before
    assert positions(person) == before


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_kept_whole_and_fits_menus(person, name):
    window = person.window
    window.edit("Rename", person.project.with_renamed("x1", name))
    name = person.project.ugm.names[0]
    window.scene.select_variable(name)
    person.keys("Ctrl+C", "Ctrl+V", "Ctrl+D", "Ctrl+Shift+G", "Del")
    window.scene.select_variables([name, "x2"])
    window.edit("Alone", person.project.without([], person.project.ugm.factors_of(name, "x2")))
    person.keys("J")
    person.settle()
    texts = [window.document.stack.text(k) for k in range(window.document.stack.count())]
    assert max(map(len, texts)) <= 91
    person.keys("Ctrl+Z")
    room = QGuiApplication.primaryScreen().availableGeometry().width()
    for menu in window.findChildren(QMenu):
        assert menu.sizeHint().width() < room, menu.title()
    assert name.splitlines()[0][:3].strip() in window.scene.mirror.variables[name].tool_tip
    window.scene.select_variable(name)
    opened = person.hand.open_menu(person.hand.variable(name))
    assert opened.sizeHint().width() < room
    opened.close()
    window.view.grab()


def test_names_that_repeat_or_are_blank_are_refused(person):
    for name, said in (("x2", "already a variable called x2"), ("   ", "needs a name")):
        person.window.scene.select_variable("x1")
        person.hand.press(Qt.Key.Key_Return)
        person.type_line(person.window.inspector.variable._name, name)
        assert person.project.ugm.names[0] == "x1"
        assert said in person.notice
        assert person.window.inspector.variable._name.text() == "x1"


@pytest.mark.parametrize("n_states", [1, 200])
def test_variables_of_one_and_of_200_states_are_copied_joined_and_clamped(person, n_states):
    window = person.window
    project = Project()
    for k in range(2):
        project = project.with_new_variable((200.0 * k, 0.0), Variable.of_size(f"x{k + 1}", n_states))
    window.document.load(project)
    person.keys("Ctrl+A", "J", "Ctrl+D")
    assert [v.n_states for v in person.project.ugm.variables] == [n_states] * 4
    assert len(person.project.ugm.edges) == 2
    window.scene.select_variables(["x1", "x3"])
    person.hand.press("0")
    assert dict(person.project.evidence) == {"x1": 0, "x3": 0}
    person.settle()
    assert len(person.bars("x2")) == n_states
    window.grab()
