"""Do circles and cards of bars stay clear of each other, however large they are drawn?"""

from __future__ import annotations

import itertools
import math

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtTest import QTest

from gui import theme
from gui.canvas.crowding import Spot, largest_scale
from gui.canvas.style import style
from gui.placing import spread
from models.examples import ising_project, pin_project, stacked_rbm_project
from models.project import Project
from models.ugm import UGM, Variable

BOX = QRectF(-10, -10, 20, 20)
BELOW = QRectF(-15, 12, 30, 20)


def overlaps(spots, scale):
    """Whether any two touch at a scale, by drawing them."""
    drawn = [
        [QRectF(p.topLeft() * scale, p.size() * scale).translated(QPointF(s.x, s.y)) for p in s.parts] for s in spots
    ]
    return any(p.intersects(q) for a, b in itertools.combinations(drawn, 2) for p in a for q in b)


@pytest.mark.parametrize(
    "places",
    [
        [(0, 0), (100, 0)],
        [(0, 0), (3, 90), (60, 40)],
        [(0, 0), (-50, 20), (30, -70), (90, 90), (91, -10)],
        [(40 * k, 25 * (k % 3)) for k in range(12)],
        [(math.cos(k) * 80, math.sin(k) * 80) for k in range(7)],
    ],
)
def test_the_scale_found_is_where_the_first_two_touch(places):
    spots = [Spot(x, y, [BOX, BELOW]) for x, y in places]
    scale = largest_scale(spots, 50.0)
    assert not overlaps(spots, 0.999 * scale)
    assert overlaps(spots, 1.001 * scale)


def test_there_is_room_enough_where_nothing_is_near():
    assert largest_scale([], 1.5) == 1.5
    assert largest_scale([Spot(0, 0, [BOX])], 1.5) == 1.5
    assert largest_scale([Spot(0, 0, [BOX]), Spot(1000, 5, [BOX])], 1.5) == 1.5
    assert largest_scale([Spot(0, 0, [BOX]), Spot(0, 0, [BOX])], 1.5) == 0.0


def clear(scene):
    """Assert that no circle or card lies on another variable's."""
    items = list(scene.mirror.variables.values())
    for a, b in itertools.combinations(items, 2):
        for p in (a.circle(), a.card()):
            for q in (b.circle(), b.card()):
                assert not p.adjusted(1, 1, -1, -1).intersects(q), f"{a.variable.name} and {b.variable.name}"


@pytest.mark.parametrize(
    "project", [stacked_rbm_project(), pin_project(), ising_project()], ids=["rbm", "pins", "ising"]
)
@pytest.mark.parametrize(("palette", "scale"), [("light", 1.0), ("light", 1.5), ("projector", 1.2), ("projector", 2.5)])
def test_the_examples_are_clear_at_every_size(window, project, palette, scale):
    theme.set_current(theme.PALETTES[palette])
    theme.set_font_scale(scale)
    window.document.load(project)
    clear(window.scene)
    theme.set_font_scale(1.0)
    theme.set_current(theme.LIGHT)
    assert style().scale == 1.0
    clear(window.scene)
    theme.set_font_scale(scale)
    clear(window.scene)


def test_a_roomy_drawing_grows_with_the_text_and_is_fitted_again(window, qtbot):
    project = Project()
    for x in (0.0, 600.0):
        project = project.with_new_variable((x, 0.0))
    window.document.load(project)
    qtbot.wait(10)
    theme.set_font_scale(1.5)
    qtbot.wait(10)
    assert style().scale == 1.5
    seen = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert seen.contains(window.scene.mirror.extent())


def test_nothing_is_resized_under_the_hand_that_drags(window, qtbot):
    from gui.hand import Hand

    theme.set_font_scale(1.5)
    project = Project()
    for x in (0.0, 300.0):
        project = project.with_new_variable((x, 0.0))
    window.document.load(project)
    before = style().scale
    Hand(window.view).drag_variable("x1", 220.0, 0.0)
    assert style().scale == before
    window.document.stack.undo()
    assert style().scale == before
    QTest.qWait(5)


def test_what_a_file_without_places_holds_is_spread_until_it_is_clear(window, settled, tmp_path):
    from models import Factor, write_model

    variables = [Variable.of_size(f"x{k}", n) for k, n in enumerate((3, 10, 3, 2, 10))]
    pairs = [("x0", "x1", "x2"), ("x2", "x3"), ("x1", "x4"), ("x0", "x4")]
    sizes = {v.name: v.n_states for v in variables}
    import numpy as np

    factors = [Factor(pair, np.zeros([sizes[name] for name in pair])) for pair in pairs]
    path = tmp_path / "five.uai"
    write_model(UGM(variables, factors), path)
    window.filing.open_path(path)
    settled()
    assert len(window.document.project.ugm.variables) == 5
    clear(window.scene)
    assert window.document.is_clean


def test_what_is_clear_already_stays_where_it_is():
    project = pin_project()
    assert spread(project) is project
    assert spread(Project()).ugm.names == ()
