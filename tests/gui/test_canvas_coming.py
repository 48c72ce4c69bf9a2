"""Does a large model come on the canvas without the window waiting, and is no part of it ever answered for?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from gui.canvas.gradual import Gradual
from gui.canvas.items import VariableItem
from gui.canvas.links import EdgeItem, EdgeLayer
from models.generators import make_project
from models.project import Project
from tests.drive import Desk

LARGE, LARGER, SMALL = (18, 18), (24, 25), (3, 3)  # rows and columns: edges as items, edges as one item, at once


def lattice(size: tuple[int, int]) -> Project:
    return make_project("lattice", rows=size[0], columns=size[1])


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot)


def go(desk, steps: int) -> None:
    """Do so many steps of what is to come, whatever the machine's speed."""
    for _ in range(steps):
        desk.scene.mirror.advance(0.0)


def check(desk) -> None:
    """Assert that all of the project is on the canvas and nothing else."""
    desk.check_mirror()
    items = desk.scene.items()
    assert {item.variable.name for item in items if isinstance(item, VariableItem)} == set(desk.project.ugm.names)
    assert sum(isinstance(item, VariableItem) for item in items) == len(desk.project.ugm.variables)
    layers = [item for item in items if isinstance(item, EdgeLayer)]
    lines = sum(isinstance(item, EdgeItem) for item in items)
    assert lines + sum(len(layer.lines) for layer in layers) == len(desk.project.ugm.edges)


def wait_for(scene) -> None:
    """Let nothing more come by itself for a minute."""
    scene._coming.setInterval(60_000)


def blank(desk) -> bool:
    """Whether nothing but words in the middle is to be seen."""
    picture = desk.hand.viewport.grab().toImage()
    width, height = picture.width(), picture.height()
    top = {picture.pixel(x, y) for x in range(0, width, 3) for y in range(0, height // 3, 3)}
    return len(top) == 1


@pytest.mark.parametrize("size", [LARGE, LARGER])
def test_the_event_loop_goes_on_while_a_large_model_comes(desk, qtbot, monkeypatch, size):
    monkeypatch.setattr("gui.canvas.scene._GO", 0.0)  # or a fast machine needs one turn for all of it
    desk.document.load(lattice(size))
    assert desk.scene.mirror.coming
    ticks = []
    timer = QTimer(desk.view, interval=0)
    timer.timeout.connect(lambda: ticks.append(desk.scene.mirror.coming))
    timer.start()
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    timer.stop()
    assert ticks.count(True) > 0
    check(desk)
    assert desk.view.mapToScene(desk.view.viewport().rect()).boundingRect().contains(desk.scene.extent())


def test_a_small_model_is_there_at_once(desk):
    desk.document.load(lattice(SMALL))
    assert not desk.scene.mirror.coming
    check(desk)


@pytest.mark.parametrize("steps", [1, 200, 400, 900])
def test_no_part_of_it_is_drawn(desk, qtbot, steps):
    desk.document.load(lattice(LARGE))
    go(desk, steps)
    assert desk.scene.mirror.coming
    assert blank(desk)
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    assert not blank(desk)


def test_a_click_in_the_meantime_falls_on_nothing(desk, qtbot):
    desk.document.load(lattice(LARGE))
    places = desk.project.positions
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    name = desk.project.ugm.names[100]
    pixel = desk.hand.variable(name)
    desk.document.load(Project(ugm=desk.project.ugm, positions={n: (x + 3.0, y) for n, (x, y) in places.items()}))
    wait_for(desk.scene)
    go(desk, 700)
    assert desk.scene.mirror.coming
    desk.hand.click(pixel)
    desk.hand.double_click(pixel)
    desk.hand.drag(pixel, pixel * 2)
    assert desk.scene.mirror.coming
    assert desk.selected == ()
    assert desk.document.is_clean
    desk.scene._coming.setInterval(0)
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    check(desk)
    desk.hand.click_variable(name)
    assert desk.selected == (("variable", name),)


@pytest.mark.parametrize("size", [LARGE, LARGER])
@pytest.mark.parametrize("steps", [0, 3, 500, 1100])
def test_an_edit_in_the_meantime_and_its_undo(desk, size, steps):
    start = lattice(size)
    desk.document.load(start)
    go(desk, steps)
    assert desk.scene.mirror.coming
    names = start.ugm.names
    desk.document.edit("Clamp", start.with_clamps({names[5]: 1}).without([names[7]]))
    check(desk)
    desk.undo()
    check(desk)
    desk.redo()
    check(desk)


@pytest.mark.parametrize("after", [LARGE, LARGER, SMALL, (0, 0)])
@pytest.mark.parametrize("steps", [0, 3, 500, 1000, 1300, 1700, 2100, 2600])
def test_another_document_in_the_meantime(desk, qtbot, after, steps):
    """The one before goes in steps too, and is interrupted in all of them."""
    desk.document.load(lattice(LARGER))
    desk.scene.mirror.complete()
    desk.scene.select_all()
    desk.document.load(lattice(LARGE))
    go(desk, steps)
    desk.document.load(Project() if after == (0, 0) else lattice(after))
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    check(desk)
    assert desk.view.isInteractive()


def test_keys_in_the_meantime_mean_the_whole_model(desk):
    desk.document.load(lattice(LARGE))
    go(desk, 50)
    desk.hand.press(Qt.Key.Key_Tab)
    assert desk.selected == (("variable", desk.project.ugm.names[0]),)
    check(desk)


def test_zooming_in_the_meantime_is_not_undone_when_it_has_come(desk, qtbot):
    desk.document.load(lattice(LARGE))
    go(desk, 50)
    desk.view.zoom_reset()
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    assert desk.view.transform().m11() == pytest.approx(1.0)


@pytest.mark.parametrize("steps", [0, 400])
def test_numbers_that_arrive_in_the_meantime_are_shown(desk, qtbot, steps):
    desk.document.load(lattice(LARGE))
    go(desk, steps)
    names = desk.project.ugm.names
    desk.scene.show_inference(SimpleNamespace(marginals=dict.fromkeys(names, (0.9, 0.1))))
    desk.scene.show_inference(SimpleNamespace(marginals=dict.fromkeys(names, (0.25, 0.75))))
    desk.scene.show_components([names])
    assert desk.scene.mirror.coming
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    assert all(item.marginal == [0.25, 0.75] and not item.stale for item in desk.scene.mirror.variables.values())


def test_numbers_of_a_document_that_never_came_are_forgotten(desk, qtbot):
    desk.document.load(lattice(LARGE))
    names = desk.project.ugm.names
    desk.scene.show_inference(SimpleNamespace(marginals=dict.fromkeys(names, (0.9, 0.1))))
    desk.document.load(lattice(LARGER))
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    assert all(item.marginal is None for item in desk.scene.mirror.variables.values())


def test_out_of_sight_it_waits_and_goes_on_when_seen_again(desk, qtbot):
    desk.document.load(lattice(LARGE))
    go(desk, 100)
    desk.view.hide()
    qtbot.wait(50)
    assert desk.scene.mirror.coming
    desk.view.show()
    qtbot.waitUntil(lambda: not desk.scene.mirror.coming)
    check(desk)


def test_closing_the_window_in_the_meantime(window, qtbot):
    """No timer goes on: the fixture looks."""
    window.document.load(lattice(LARGER))
    assert window.scene.mirror.coming
    assert window.close()


@pytest.mark.parametrize("workspace", ["graph", "fit", "sample", "width"])
def test_nothing_in_the_window_asks_for_it_early(window, qtbot, workspace):
    window.set_workspace(workspace)
    window.document.load(lattice(SMALL))
    qtbot.waitUntil(lambda: not window.controller.waiting)
    seen = []
    window.controller.structure_reported.connect(lambda _: seen.append(window.scene.mirror.coming))
    wait_for(window.scene)  # so that answers come first
    window.document.load(lattice(LARGER))
    assert window.scene.mirror.coming
    qtbot.waitUntil(lambda: bool(seen))
    assert window.scene.mirror.coming
    window.scene._coming.setInterval(0)
    qtbot.waitUntil(lambda: not window.scene.mirror.coming)


def test_work_that_fails_is_not_tried_again():
    work: Gradual[int] = Gradual()

    def steps():
        yield
        raise ValueError("no")

    work.start(steps(), lambda _: pytest.fail("it never ended"))
    with pytest.raises(ValueError, match="no"):
        work.finish()
    assert not work.busy
    work.finish()


def test_work_tells_its_outcome_once_and_dropped_work_never():
    told: list[int] = []
    work: Gradual[int] = Gradual()

    def steps(n: int):
        for _ in range(n):
            yield
        return n

    work.start(steps(3), told.append)
    while work.busy:
        work.advance(0.0)
    work.start(steps(2), told.append)
    work.advance(0.0)
    work.drop()
    work.finish()
    assert told == [3]
