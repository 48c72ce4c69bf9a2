"""Are the edges that moralisation added drawn dotted, explained, and kept right through edits?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.canvas.coming import MOST_DETAILED
from gui.canvas.style import style
from models.factor import Factor
from models.moral import arcs_of
from models.project import Project
from models.ugm import UGM, Variable
from tests.drive import Desk

PLACES = {"x1": (-250.0, -120.0), "x2": (250.0, -120.0), "x3": (0.0, 110.0), "x4": (-250.0, 110.0)}


def uniform(parents: dict[str, tuple[str, ...]]) -> UGM:
    factors = [Factor((*given, child), np.zeros((2,) * (len(given) + 1))) for child, given in parents.items()]
    return UGM([Variable.of_size(name, 2) for name in parents], factors)


@pytest.fixture
def desk(qtbot) -> Desk:
    """Two parents of x3, one of which is the parent of x4 too."""
    ugm = uniform({"x1": (), "x2": (), "x3": ("x1", "x2"), "x4": ("x1",)})
    desk = Desk(qtbot, Project(ugm=ugm, positions=PLACES, arcs=arcs_of(ugm)))
    desk.view.zoom_reset()
    return desk


def drawn(desk: Desk) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    item = desk.scene.mirror.moral
    if item is None:
        return {}
    assert item.scene() is desk.scene
    return {pair: (line.x1(), line.y1(), line.x2(), line.y2()) for pair, line in item.lines.items()}


def point_at(desk: Desk, where: QPointF) -> str:
    """Rest the mouse at a place of the scene and return the tool tip."""
    at = desk.view.mapFromScene(where)
    viewport = desk.view.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    shown = QToolTip.text()
    QToolTip.hideText()
    return shown


def test_parents_are_joined_by_a_dotted_line_with_a_tool_tip(desk):
    assert drawn(desk) == {("x1", "x2"): (*PLACES["x1"], *PLACES["x2"])}
    assert point_at(desk, QPointF(0, -60)) == ""
    assert "x₁ and x₂ are joined because both are parents of x₃" in point_at(desk, QPointF(0, -122))
    assert "parents" not in point_at(desk, QPointF(*PLACES["x1"]))  # the variable lies on top
    assert desk.scene.mirror.moral.pale == set()


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_line_is_dots_on_paper(desk, qapp, palette):
    theme.set_current(palette)
    try:
        picture = desk.view.grab().toImage()
        ratio = picture.devicePixelRatio()
        start, end = (desk.view.mapFromScene(QPointF(x, -120)) for x in (-150, 150))
        row = [picture.pixelColor(QPoint(x, start.y()) * ratio) for x in range(start.x(), end.x())]
    finally:
        theme.set_current(theme.LIGHT)
    ink = [abs(colour.lightness() - palette.canvas.lightness()) for colour in row]
    strength = abs(palette.edge.lightness() - palette.canvas.lightness())
    dots = [value > 0.5 * strength for value in ink]
    runs = sum(b and not a for a, b in pairwise(dots))
    assert runs > 20  # dots, with paper between them
    assert sum(value < 0.1 * strength for value in ink) > 0.3 * len(ink)


def test_lines_follow_a_drag_while_it_lasts(desk):
    start = desk.hand.variable("x1")
    desk.hand.press_at(start)
    desk.hand.move_to(start + QPoint(0, 40))
    x, y, *rest = drawn(desk)["x1", "x2"]
    assert (x, y) == (desk.scene.mirror.variables["x1"].x(), desk.scene.mirror.variables["x1"].y()) != PLACES["x1"]
    assert tuple(rest) == PLACES["x2"]
    desk.hand.release_at(start + QPoint(0, 40))
    moved = desk.project.positions["x1"]
    assert drawn(desk)["x1", "x2"] == (*moved, *PLACES["x2"])
    desk.undo()
    assert drawn(desk)["x1", "x2"] == (*PLACES["x1"], *PLACES["x2"])


def test_clamping_an_end_makes_the_line_pale(desk):
    desk.document.edit("Clamp", desk.project.with_clamps({"x2": 1}))
    assert desk.scene.mirror.moral.pale == {("x1", "x2")}
    desk.document.edit("Clamp", desk.project.released().with_clamps({"x3": 1}))
    assert desk.scene.mirror.moral.pale == set()
    assert style().moral_pale_pen.color() == theme.current().edge_pale


def test_deleting_and_renaming_are_followed_and_undone(desk):
    desk.document.edit("Rename", desk.project.with_renamed("x3", "<b>"))
    assert "parents of &lt;b&gt;" in point_at(desk, QPointF(0, -120))
    desk.document.edit("Rename", desk.project.with_renamed("x2", "rain"))
    assert set(drawn(desk)) == {("x1", "rain")}
    desk.document.edit("Delete", desk.project.without(["<b>"]))
    assert drawn(desk) == {}
    assert desk.scene.mirror.moral is None
    desk.check_mirror()
    desk.document.edit("Join", desk.project.with_edge("x1", "rain"))
    assert drawn(desk) == {}
    for _ in range(4):
        desk.undo()
    assert set(drawn(desk)) == {("x1", "x2")}
    desk.check_mirror()


def test_a_dotted_line_is_no_edge_to_select(desk):
    desk.hand.click(desk.view.mapFromScene(QPointF(0, -120)))
    assert desk.selected == ()
    desk.hand.press(Qt.Key.Key_Delete)
    assert set(drawn(desk)) == {("x1", "x2")}


def test_another_document_has_none(desk):
    desk.document.load(Project(ugm=desk.project.ugm, positions=PLACES))
    assert drawn(desk) == {}


def test_many_children_are_counted(qtbot):
    parents = {"x1": (), "x2": ()} | {f"c{k}": ("x1", "x2") for k in range(9)}
    ugm = uniform(parents)
    places = PLACES | {f"c{k}": (60.0 * k - 240, 200.0) for k in range(9)}
    desk = Desk(qtbot, Project(ugm=ugm, positions=places, arcs=arcs_of(ugm)))
    assert desk.scene.mirror.moral.tool_tip(QPointF(0, -120), 1.0).endswith("c₀, c₁, c₂, c₃, c₄ and 4 more")


def test_a_large_model_is_drawn_without(qtbot):
    names = [f"v{k}" for k in range(MOST_DETAILED + 1)]
    ugm = uniform({name: ("v0", "v1") if k > 1 else () for k, name in enumerate(names)})
    desk = Desk(qtbot, Project(ugm=ugm, arcs=arcs_of(ugm)))
    assert drawn(desk) == {}
    assert set(desk.project.moral_edges()) == {("v0", "v1")}
    desk.document.edit("Delete", desk.project.without(names[10:]))
    assert set(drawn(desk)) == {("v0", "v1")}
    desk.undo()
    assert drawn(desk) == {}
