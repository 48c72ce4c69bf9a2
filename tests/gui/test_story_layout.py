"""A person lays a graph out, watches, stops, takes it back; with our own layouts and with Graphviz."""

from __future__ import annotations

import math
import os
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.hand import OutOfReachError, rest, wait_until
from models.generators import make_project
from models.laying_out import laid_out
from tests.acts import Person


@pytest.fixture
def person(window):
    window.document.load(make_project("tree", n=12))
    someone = Person(window)
    someone.settle()
    return someone


@pytest.fixture
def layouts(person):
    return person.window.features["Layouts"]


def finished(layouts):
    wait_until(lambda: not layouts.running, "the layout")
    QApplication.processEvents()


def drawn(person):
    """Where the variables are on the canvas."""
    return {name: person.window.scene.mirror.place(name) for name in person.project.ugm.names}


@pytest.mark.parametrize(
    ("path", "key", "method", "words"),
    [
        ("In layers", "Alt+Shift+L", "layered", "Lay out in layers"),
        ("In a circle", "Alt+Shift+C", "circular", "Lay out in a circle"),
        ("On a grid", "Alt+Shift+G", "grid", "Lay out on a grid"),
        ("By springs", "Alt+Shift+S", "spring", "Lay out by springs"),
    ],
)
def test_by_menu_and_by_key_as_one_step(person, layouts, path, key, method, words):
    before = person.project
    person.menu("Layout", path)
    finished(layouts)
    stack = person.window.document.stack
    assert (stack.count(), stack.undoText()) == (1, words)
    found = person.project.positions
    assert found != before.positions
    assert drawn(person) == dict(found)
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in found.values())
    person.keys("Ctrl+Z")
    assert person.project.positions == before.positions
    assert drawn(person) == dict(before.positions)
    person.keys(key)
    finished(layouts)
    assert person.project.positions == found, "the same every time"
    assert stack.count() == 1
    person.keys(key)
    finished(layouts)
    assert stack.count() == 1, "what stands like this already is no edit"
    assert person.project.ugm is before.ugm
    assert laid_out(before, method).positions != before.positions


def test_only_the_selected_move(person, layouts):
    before = dict(person.project.positions)
    person.window.scene.select_variables(["x2", "x5", "x7"])
    person.keys("Alt+Shift+G")
    finished(layouts)
    after = person.project.positions
    assert {n for n in before if after[n] != before[n]} == {"x2", "x5", "x7"}
    person.window.scene.select_variables(["x7"])
    person.keys("Alt+Shift+L")
    finished(layouts)
    assert min(person.project.positions, key=lambda n: person.project.positions[n][1]) == "x7", "the root is on top"


def moving(person, layouts):
    """Start springs on a graph that takes a while, and wait until it moves."""
    person.window.document.load(make_project("random", n=250, m=320))
    start = drawn(person)
    person.keys("Alt+Shift+S")
    wait_until(lambda: layouts.running and drawn(person) != start, "something to move")
    return start


def test_escape_puts_everything_back(person, layouts):
    start = moving(person, layouts)
    person.keys("Esc")
    assert not layouts.running
    assert drawn(person) == start
    assert person.window.document.stack.count() == 0
    rest(0.1)
    assert drawn(person) == start


def test_stop_keeps_what_is_there_as_one_step(person, layouts):
    start = moving(person, layouts)
    assert person.window.actions_by_key["layout.stop"].isEnabled()
    person.keys("Alt+Shift+X")
    assert not layouts.running
    kept = person.project.positions
    assert kept != start
    assert drawn(person) == kept, "what is on the screen is what was kept"
    assert person.window.document.stack.undoText() == "Lay out by springs"
    person.keys("Ctrl+Z")
    assert drawn(person) == start


def test_a_press_on_the_canvas_stops_and_an_edit_cancels(person, layouts):
    start = moving(person, layouts)
    person.hand.click(person.hand.viewport.rect().topLeft())
    assert not layouts.running
    assert person.window.document.stack.count() == 1
    person.keys("Ctrl+Z")
    assert drawn(person) == start
    person.keys("Alt+Shift+S")
    wait_until(lambda: layouts.running and drawn(person) != start, "something to move")
    person.window.edit("Add", person.project.with_new_variable((0.0, 0.0)))
    assert not layouts.running
    assert {name: place for name, place in drawn(person).items() if name in start} == start


def test_without_animation_and_with_nothing_to_lay_out(person, layouts):
    theme.set_animated(False)
    try:
        person.keys("Alt+Shift+G")
        finished(layouts)
        assert person.project.positions != make_project("tree", n=12).positions
    finally:
        theme.set_animated(True)
    person.window.document.stack.setClean()
    person.keys("Ctrl+N")
    person.keys("Alt+Shift+S")
    assert "nothing to lay out" in person.notice
    assert not layouts.running


def test_closing_while_it_moves(person, layouts):
    moving(person, layouts)
    person.window.filing.ask = lambda: "discard"
    assert person.window.close()
    assert not layouts.running


# --- Graphviz ------------------------------------------------------------------------------------------------------

FAKE = """#!{python}
import re, sys, time
text = sys.stdin.read()
nodes = re.findall(r"^n(\\d+);$", text, re.M)
assert "-Tplain" in sys.argv and sys.argv[1].startswith("-K"), sys.argv
{body}
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Install a program called dot that does as told."""
    if sys.platform == "win32":
        pytest.skip("a script is no program there")

    def install(body):
        path = Path(tmp_path) / "dot"
        path.write_text(FAKE.format(python=sys.executable, body=body), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return install


ROW = "print('graph 1 9 9')\nfor k, n in enumerate(nodes): print(f'node n{n} {3 * k} {k % 2} 1 1 x')\nprint('stop')"


def test_without_graphviz_the_entries_say_so(person, layouts, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    person.window.document.load(make_project("chain", n=4))
    for engine in ("dot", "neato", "fdp", "sfdp"):
        action = person.window.actions_by_key[f"layout.{engine}"]
        assert not action.isEnabled()
        assert "Graphviz is not installed" in action.text()
        assert "nstall it" in action.toolTip()
    with pytest.raises(OutOfReachError):
        person.menu("Layout", "Graphviz", "Springs by neato (Graphviz is not installed)")
    QApplication.activePopupWidget() and QApplication.activePopupWidget().close()


def test_graphviz_places_them(person, layouts, fake):
    fake(ROW)
    person.window.document.load(make_project("chain", n=4))
    person.keys("Alt+Shift+N")
    finished(layouts)
    assert person.window.document.stack.undoText() == "Lay out by Graphviz neato"
    places = [person.project.positions[f"x{k}"] for k in range(1, 5)]
    assert [x - places[0][0] for x, _ in places] == [0, 216, 432, 648]
    assert places[1][1] == places[0][1] - 72, "y goes down"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.stderr.write('no memory\\n'); sys.exit(3)", "no memory"),
        ("print('node n0 0 0')", "placed 1 of 4"),
        ("print('node n0 zero 0')", "no node"),
    ],
)
def test_graphviz_that_fails_changes_nothing_and_says_why(person, layouts, fake, body, words):
    fake(body)
    person.window.document.load(make_project("chain", n=4))
    before = person.project
    person.keys("Alt+Shift+D")
    finished(layouts)
    assert words in person.notice
    assert person.project is before


def test_graphviz_can_be_stopped(person, layouts, fake):
    fake("time.sleep(60)")
    person.window.document.load(make_project("chain", n=4))
    before = person.project
    person.keys("Alt+Shift+F")
    assert layouts.running
    person.keys("Esc")
    assert not layouts.running
    assert person.project is before
    assert layouts._graphviz._process is None


def test_a_selection_keeps_to_its_place_in_a_script_too(person):
    project = person.project
    after = laid_out(project, "circular", ["x1", "x2", "x3"])
    assert sum(after.positions[n] != project.positions[n] for n in project.ugm.names) <= 3
