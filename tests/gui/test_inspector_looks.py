"""Does the inspector name components as the canvas does, and write every number of a heat map whole?"""

import math

import numpy as np
import pytest
from PySide6.QtGui import QFontMetrics

from gui import theme
from gui.panels.factor_table import shown
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable


def test_components_have_the_canvas_s_order_numbers_and_tints(window, settled):
    window.filing.open_example("example.rbm")
    settled()
    rbm = window.document.project
    layers = {group.name: group.members for group in rbm.groups}
    window.edit("Clamp", rbm.with_clamps(dict.fromkeys(layers["x"] + layers["h"], 0)))
    settled()
    hulls = window.scene.mirror.hulls
    assert [hull.members for hull in hulls] == [("z1",), ("z2",), ("z3",), ("y1", "y2", "y3")]
    label = window.inspector.structure._parts
    assert label.accessibleName() == "4 components: 1: z₁; 2: z₂; 3: z₃; 4: y₁ y₂ y₃"
    for palette in (theme.LIGHT, theme.DARK):
        theme.set_current(palette)
        at = [label.text().index(palette.component(hull.place).name()) for hull in hulls]
        assert at == sorted(at)
        assert label.text().index("<b>4</b>") > at[3]
    chain = rbm.with_clamps(dict.fromkeys(layers["z"] + layers["h"] + layers["x"][1:], 0))
    window.edit("Clamp", chain)
    settled()
    assert label.accessibleName() == "2 components: x₁; y₁ y₂ y₃", "so few are told apart without numbers"
    assert "<b>" not in label.text()
    assert theme.current().component(1).name() in label.text()


def test_of_many_components_the_largest_are_named_with_their_numbers(window, settled):
    project = Project()
    for k in range(9):
        project = project.with_new_variable((100.0 * k, 0.0))
    window.document.load(project.with_edge("x8", "x9"))
    settled()
    label = window.inspector.structure._parts
    assert label.accessibleName() == "8 components: x₁; x₂; x₃; x₄; x₅; x₈ x₉; and 2 more"
    assert "span" not in label.text(), "the canvas shows no bands, so there are no tints to name"


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("logs", [False, True])
def test_every_number_of_a_heat_map_is_whole(window, settled, qtbot, scale, logs):
    rng = np.random.default_rng(3)
    variables = [Variable.of_size(name, 10) for name in ("a", "b")]
    window.document.load(Project(ugm=UGM(variables, [Factor(("a", "b"), rng.normal(size=(10, 10)))])))
    settled()
    theme.set_font_scale(scale)
    window.scene.select_factor(0)
    panel = window.inspector.factor
    panel._unit.setCurrentIndex(int(logs))
    qtbot.wait(20)
    table, heat = panel._table, panel._heat
    for row in range(10):
        for column in range(10):
            index = table.model().index(row, column)
            width = table.columnWidth(column)
            font = heat.font(table.font(), width)
            assert QFontMetrics(font).horizontalAdvance(str(index.data())) <= width
            assert font.pointSizeF() >= 7


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (2e-5, "2e-5"), (0.0904, "0.09"), (0.9949, "0.99"), (0.996, "1"), (3.14159, "3.1"), (42.4, "42"),
     (99.6, "1e2"), (6123.0, "6e3"), (1e306, "∞")],
)  # fmt: skip
def test_potentials_in_few_letters(value, words):
    log = math.log(value) if value else -math.inf
    assert shown(log, False, 2) == words
