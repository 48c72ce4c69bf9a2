"""Are large models drawn whole from afar, in the colours of what is known, and in detail from near?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gui.canvas.style import DOT, style
from models.generators import make_project
from tests.drive import Desk


@pytest.fixture
def desk(qtbot):
    made = Desk(qtbot, make_project("lattice", rows=23, columns=23))
    made.view.fit_graph()
    return made


def colour_at(desk, name) -> QColor:
    QApplication.processEvents()
    picture = desk.hand.viewport.grab().toImage()
    return picture.pixelColor(desk.hand.variable(name))


def near(a: QColor, b: QColor) -> bool:
    return all(abs(x - y) < 40 for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True))


def test_from_afar_every_variable_is_a_disc_of_its_shade(desk):
    names = desk.project.ugm.names
    assert desk.view.transform().m11() < DOT
    assert desk.scene.mirror.simplified
    assert desk.scene.mirror.crowd is not None
    p = style().palette
    marginals = {name: [1.0, 0.0] if k % 2 else [0.0, 1.0] for k, name in enumerate(names)}
    desk.scene.show_inference(SimpleNamespace(marginals=marginals))
    desk.document.edit("Clamp", desk.project.with_clamps({names[4]: 0}))
    assert near(colour_at(desk, names[0]), p.exact)
    assert near(colour_at(desk, names[1]), p.node_fill)
    assert near(colour_at(desk, names[4]), p.clamped_fill)
    desk.check_mirror()


def test_it_follows_a_drag_and_goes_when_few_are_left(desk):
    names = desk.project.ugm.names
    middle = names[264]
    desk.scene.show_inference(SimpleNamespace(marginals=dict.fromkeys(names, (0.0, 1.0))))
    desk.hand.drag_variable(middle, 60, 60)
    assert near(colour_at(desk, middle), style().palette.exact)
    assert desk.undo_text.startswith("Move")
    desk.document.edit("Delete", desk.project.without(names[:40]))
    assert desk.scene.mirror.crowd is None
    assert not any(item.crowded for item in desk.scene.mirror.variables.values())
    desk.undo()
    assert desk.scene.mirror.crowd is not None
    assert all(item.crowded for item in desk.scene.mirror.variables.values())
    desk.check_mirror()


def test_from_near_all_names_are_drawn_after_a_few_frames(desk, qtbot):
    desk.view.zoom_reset()
    seen = desk.view.mapToScene(desk.view.viewport().rect()).boundingRect()
    inside = [item for item in desk.scene.mirror.variables.values() if seen.contains(item.pos())]
    assert inside
    qtbot.waitUntil(lambda: all(item._has_name for item in inside))
