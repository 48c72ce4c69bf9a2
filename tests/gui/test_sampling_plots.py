"""Do the plots of the Sample workspace show what a run says, and does everything fit where it stands?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QLabel,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui import theme
from gui.panels.sampling import SampleInspector, SamplePlots
from models import UGM, Factor, Variable
from models.exact import infer
from models.project import Project
from tests.gui.sampling_kit import LEFT, child, pins_project, run, settle
from tests.models.sampler_models import equal_bits


@pytest.fixture(autouse=True)
def _plain_theme(qapp: Any) -> Iterator[None]:
    theme.apply(qapp)
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)
    yield
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)


@pytest.fixture
def side(qtbot: QtBot) -> SampleInspector:
    panel = SampleInspector()
    qtbot.addWidget(panel)
    panel.resize(360, 620)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_project(None, pins_project())
    return panel


@pytest.fixture
def below(qtbot: QtBot) -> SamplePlots:
    panel = SamplePlots()
    qtbot.addWidget(panel)
    panel.resize(1280, 240)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_project(None, pins_project())
    return panel


# --- plots -----------------------------------------------------------------------------------------------------------


def test_histograms_show_shares_and_exact_marginals(qtbot: QtBot, below: SamplePlots) -> None:
    project = pins_project(evidence={"x2": 3})
    event = {"x1": 1, "x4": 7}
    s = run(project, event=event)
    below.show_project(None, project)
    below.show_snapshot(s)
    settle(qtbot)
    exact = infer(project.ugm, {"x2": 3}).marginals
    assert list(below.histograms) == ["x1", "x3", "x4"]
    for name, plot in below.histograms.items():
        np.testing.assert_allclose(plot.heights, s.counts[name] / s.n_draws)
        np.testing.assert_allclose(plot.outlines, exact[name], atol=1e-12)
        assert plot.isVisible()
    assert below.distance.points["main"] == s.trace.draws.size
    assert below.probability.isVisible()
    assert below.probability.title.startswith("p(x₁=1, x₄=7 | ·) ")


def test_a_clamped_variable_can_be_watched_too(qtbot: QtBot, below: SamplePlots) -> None:
    s = run(pins_project(evidence={"x2": 3}))
    below.show_snapshot(s)
    below.set_watch(("x2",))
    settle(qtbot)
    assert below.histograms["x2"].heights == tuple(float(k == 3) for k in range(10))
    assert below.histograms["x2"].title == "x₂ = 3"


def test_without_an_event_its_plot_is_not_shown(qtbot: QtBot, below: SamplePlots) -> None:
    below.show_snapshot(run(pins_project()))
    settle(qtbot)
    assert not below.probability.isVisible()


def test_before_a_run_the_exact_outlines_are_there(qtbot: QtBot, below: SamplePlots) -> None:
    project = pins_project()
    below.show_exact(infer(project.ugm))
    settle(qtbot)
    plot = below.histograms["x1"]
    assert sum(plot.heights) == 0
    assert sum(plot.outlines) == pytest.approx(1.0)


def test_a_clamp_during_a_run_is_said_in_the_strip(qtbot: QtBot, below: SamplePlots) -> None:
    before = pins_project()
    below.show_project(None, before)
    below.show_running(True)
    below.show_snapshot(run(before))
    settle(qtbot)
    assert below.note == ""
    below.show_project(before, before.with_clamps({"x2": 3}))
    below.show_note("The model or the clamps changed: started again on the new model.")
    settle(qtbot)
    assert below.note == "Restarted: x₂ clamped to 3"
    below.show_note("Counting another event: started again from the same seed.")
    settle(qtbot)
    assert below.note.startswith("Counting another event")
    below.show_note("")
    settle(qtbot)
    assert below.note == ""


def test_a_chain_that_cannot_reach_everything_is_warned_of(qtbot: QtBot, below: SamplePlots) -> None:
    s = run(Project(ugm=equal_bits()))
    below.show_snapshot(s)
    settle(qtbot)
    assert below.note == s.warning
    assert "separate sets" in below.note


def test_an_edit_without_a_run_clears_the_old_draws(qtbot: QtBot, side: SampleInspector, below: SamplePlots) -> None:
    before = pins_project()
    for panel in (side, below):
        panel.show_project(None, before)
        panel.show_snapshot(run(before))
    settle(qtbot)
    after = before.with_clamps({"x2": 3})
    for panel in (side, below):
        panel.show_project(before, after)
    settle(qtbot)
    assert side.number("draws") == "—"
    assert sum(below.histograms["x1"].heights) == 0


def test_bars_up_to_the_tallest(qtbot: QtBot, side: SampleInspector, below: SamplePlots) -> None:
    side.fit_changed.connect(below.set_fit)
    below.show_snapshot(run(pins_project()))
    settle(qtbot)
    assert below.histograms["x2"].top == 1.0
    qtbot.mouseClick(child(side, QCheckBox), LEFT, pos=QPoint(10, child(side, QCheckBox).height() // 2))
    settle(qtbot)
    assert below.histograms["x2"].top < 0.6


# --- looks -----------------------------------------------------------------------------------------------------------


def test_everything_that_takes_the_keyboard_has_a_name(side: SampleInspector) -> None:
    for widget in side.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.focusProxy() is None:
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            inner = isinstance(widget.parent(), QSpinBox | QTableView) or widget.objectName().startswith("qt_")
            assert name or inner, widget


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_cut_off_on_the_side(qtbot: QtBot, side: SampleInspector, width: int) -> None:
    side.resize(width, 620)
    s = run(pins_project(), event={"x1": 1, "x2": 6}, method="metropolis")
    side.show_snapshot(replace(s, n_draws=123_456_789_012, n_updates=493_827_156_048))
    settle(qtbot)
    inside = side.widget()
    assert inside.minimumSizeHint().width() <= side.viewport().width()
    for label in side.findChildren(QLabel):
        if label.isVisible() and label.text() and not label.wordWrap():
            assert label.width() >= label.minimumSizeHint().width(), label.text()


@pytest.mark.parametrize("size", [(1280, 216), (940, 200)])
def test_six_plots_fit_side_by_side(qtbot: QtBot, below: SamplePlots, size: tuple[int, int]) -> None:
    below.resize(*size)
    below.show_snapshot(run(pins_project(), event={"x1": 1}))
    settle(qtbot)
    plots = [*below.histograms.values(), below.distance, below.probability]
    right = [plot.mapTo(below, QPoint(plot.width(), 0)).x() for plot in plots]
    assert right == sorted(right)
    assert right[-1] <= size[0]
    assert all(plot.width() >= 100 and plot.height() >= 150 for plot in plots)


def test_a_wide_model_is_still_quick(qtbot: QtBot, side: SampleInspector, below: SamplePlots) -> None:
    names = [f"x{k}" for k in range(1, 2001)]
    ugm = UGM([Variable.of_size(n, 2) for n in names], [Factor((n,), [0.0, 1.0]) for n in names])
    project = Project(ugm=ugm)
    side.show_project(None, project)
    below.show_project(None, project)
    s = run(project, 2)
    side.show_snapshot(s)
    below.show_snapshot(s)
    settle(qtbot)
    assert len(below.histograms) == 4
    assert side.number("draws") == f"{s.n_draws:,}"


@pytest.mark.parametrize(
    ("width", "scale", "evidence", "names"),
    [
        (860, 1.0, {}, ["x1", "x2", "x3", "x4"]),
        (605, 1.0, {}, ["x1", "x2"]),
        (605, 1.0, {"x1": 1}, ["x2", "x3"]),
        (1180, 1.5, {"x1": 1}, ["x1", "x2", "x3", "x4"]),
        (700, 1.5, {"x1": 1, "x2": 2}, ["x3"]),
        (400, 1.0, {}, ["x1"]),
    ],
)
def test_where_there_is_little_room_fewer_histograms_are_shown(
    qtbot: QtBot, below: SamplePlots, width: int, scale: float, evidence: dict[str, int], names: list[str]
) -> None:
    theme.set_font_scale(scale)
    below.resize(width, 216)
    project = pins_project(evidence=evidence)
    below.show_project(None, project)
    below.set_watch(project.ugm.names)
    below.show_snapshot(run(project, event={"x1": 1}))
    settle(qtbot)
    assert list(below.histograms) == names
    for plot in below.histograms.values():
        assert plot.isVisible()
        assert plot.width() >= 90 * scale
    for plot in (below.distance, below.probability):
        assert plot.width() >= 150 * scale
        assert "…" not in plot._heading.text()
    more = 4 - len(names)
    last = below.histograms[names[-1]]
    assert last.title.endswith(f"(+{more})") == bool(more)
    assert ("widen" in last.toolTip()) == bool(more)


def test_headings_are_short_and_whole(qtbot: QtBot, below: SamplePlots) -> None:
    below.resize(860, 216)
    s = run(pins_project(), event={"x1": 1, "x2": 2, "x3": 3, "x4": 4})
    below.show_snapshot(s)
    settle(qtbot)
    assert below.distance.title.startswith("TV distance 0.0")
    assert below.distance._heading.text().startswith("TV distance")
    assert below.probability._heading.text().startswith("p(1234)")


def test_an_exact_value_leaves_the_bar_inside_it_to_be_seen(qtbot: QtBot, below: SamplePlots) -> None:
    """At the narrowest place of the design size, with ten states, most of the tallest outline's width is bar."""
    below.resize(860, 216)
    below.show_snapshot(run(pins_project(), 12, event={"x1": 1}))
    settle(qtbot)
    p = theme.current()
    for plot in below.histograms.values():
        picture = plot.grab().toImage()
        tallest = max(range(10), key=plot.outlines.__getitem__)
        view = plot._view.getViewBox()
        lower = max(plot.outlines[k] for k in (tallest - 1, tallest + 1) if 0 <= k < 10)
        high = (lower + plot.outlines[tallest]) / 2  # where both sides of the outline are to be seen
        foot = plot._view.mapToParent(view.mapViewToScene(QPointF(tallest, high)).toPoint())
        pitch = view.mapViewToScene(QPointF(1, 0)).x() - view.mapViewToScene(QPointF(0, 0)).x()
        across = [picture.pixelColor(round(foot.x() + k), foot.y()) for k in np.arange(-pitch / 2 - 2, pitch / 2 + 2)]
        blue, green = across.count(p.data), across.count(p.exact)
        assert blue >= 0.5 * pitch, [c.name() for c in across]
        assert 2 <= green <= 4, [c.name() for c in across]
