"""Do live plots show what they were given, once per frame, without jumping, in the palette's colours?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.frames import FrameTimer, frames
from gui.plots import BarPlot, TracePlot, decade


@pytest.fixture(autouse=True)
def _plain_theme(qapp: Any) -> Iterator[None]:
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)
    yield
    theme.set_current(theme.LIGHT)
    theme.set_font_scale(1.0)


def shown(qtbot: QtBot, plot: Any, width: int = 320, height: int = 220) -> Any:
    qtbot.addWidget(plot)
    plot.resize(width, height)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def settle(qtbot: QtBot) -> None:
    """Wait until every frame that is due was drawn."""
    qtbot.waitUntil(lambda: not frames().active)


def pixels(plot: QWidget, colour: QColor) -> np.ndarray:
    """Return which pixels of a widget have a colour, shape (height, width)."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return (raw[:, : image.width()] & 0xFFFFFF) == (colour.rgb() & 0xFFFFFF)


# --- bars ------------------------------------------------------------------------------------------------------------


def test_a_frozen_histogram_has_one_bar_per_state(qtbot: QtBot, case: Any, shared: Any) -> None:
    import json

    check = case("rw15")["checks"][1]
    data = json.loads((shared / "cases" / check["data"]).read_text(encoding="utf-8"))
    heights = check["expect"]["heights"]
    plot = shown(qtbot, BarPlot("x"), 420, 260)
    plot.set_labels([str(state) for state in data["states"]])
    plot.set_shares([h / len(data["samples"]) for h in heights])
    plot.set_fit(True)
    settle(qtbot)
    np.testing.assert_allclose(plot.heights, np.array(heights) / len(data["samples"]))
    # On the screen: blue columns in five groups, one per state that was drawn, and nothing for the others.
    blue = pixels(plot, theme.current().data).any(axis=0)
    runs = int(np.sum(np.diff(np.concatenate(([0], blue.astype(int)))) == 1))
    assert runs == sum(h > 0 for h in heights)


def test_bars_stand_as_tall_as_their_shares(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"))
    plot.set_labels("abcd")
    plot.set_shares([0.0, 0.25, 0.5, 1.0])
    settle(qtbot)
    blue = pixels(plot, theme.current().data)
    columns = np.flatnonzero(blue.any(axis=0))
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    tall = [int(blue[:, group[len(group) // 2]].sum()) for group in groups]
    assert len(tall) == 3
    assert tall[0] / tall[2] == pytest.approx(0.25, abs=0.03)
    assert tall[1] / tall[2] == pytest.approx(0.5, abs=0.03)


def test_exact_values_are_outlines_over_the_bars(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"))
    plot.set_labels("ab")
    plot.set_shares([0.2, 0.8])
    settle(qtbot)
    assert plot.outlines == ()
    assert not pixels(plot, theme.current().exact).any()
    plot.set_exact([0.5, 0.5])
    settle(qtbot)
    assert plot.outlines == (0.5, 0.5)
    assert pixels(plot, theme.current().exact).sum() > 100
    # The outline is hollow: the second bar still shows its blue above and below the exact value.
    assert pixels(plot, theme.current().data).sum() > 1000
    plot.set_exact(None)
    settle(qtbot)
    assert not pixels(plot, theme.current().exact).any()


def test_many_states_are_outlined_by_one_line(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"), 600, 240)
    n = 400
    plot.set_labels([str(k) for k in range(n)])
    plot.set_shares(np.full(n, 0.4))
    plot.set_exact(np.full(n, 0.6))
    settle(qtbot)
    assert len(plot.heights) == n
    assert pixels(plot, theme.current().exact).any()


def test_the_axis_is_fixed_unless_asked_to_fit(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"))
    plot.set_labels("ab")
    for shares in ([0.0, 0.0], [0.1, 0.9], [0.03, 0.02]):
        plot.set_shares(shares)
        settle(qtbot)
        assert plot.top == 1.0
    plot.set_fit(True)
    assert plot.top == 0.05
    plot.set_exact([0.28, 0.1])
    assert plot.top == 0.3


def test_values_that_do_not_match_are_refused_and_rubbish_is_not_drawn(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"))
    plot.set_labels("abc")
    with pytest.raises(ValueError, match="3 states"):
        plot.set_shares([0.5, 0.5])
    plot.set_shares([float("nan"), 0.5, float("inf")])
    settle(qtbot)
    assert plot.heights == (0.0, 0.5, 0.0)
    plot.set_labels("ab")  # another variable: old bars go
    settle(qtbot)
    assert plot.heights == (0.0, 0.0)


# --- traces ----------------------------------------------------------------------------------------------------------


def test_a_trace_grows_by_whole_decades(qtbot: QtBot) -> None:
    plot = shown(qtbot, TracePlot("distance", log_y=True))
    plot.set_lines(np.array([1.0, 10.0]), {"main": np.array([0.5, 0.2])})
    settle(qtbot)
    assert plot.ranges == ((0.0, 3.0), (-1.0, 0.0))
    plot.set_lines(np.array([1.0, 10.0, 1001.0]), {"main": np.array([0.5, 0.2, 0.03])})
    settle(qtbot)
    assert plot.ranges == ((0.0, 4.0), (-2.0, 0.0))
    plot.set_lines(np.array([1.0, 10.0, 1001.0, 1500.0]), {"main": np.array([0.5, 0.2, 0.3, 0.4])})
    settle(qtbot)
    assert plot.ranges == ((0.0, 4.0), (-2.0, 0.0))
    plot.set_lines(np.array([1.0]), {"main": np.array([0.5])})  # begun again
    settle(qtbot)
    assert plot.ranges == ((0.0, 3.0), (-1.0, 0.0))


def test_a_trace_leaves_out_what_has_no_logarithm(qtbot: QtBot) -> None:
    plot = shown(qtbot, TracePlot(log_y=True))
    x = np.array([1.0, 2.0, 3.0, 4.0])
    plot.set_lines(x, {"main": np.array([np.nan, 0.0, 0.5, 0.1]), "second": np.full(4, np.nan)})
    settle(qtbot)
    assert plot.points == {"main": 2, "second": 0}


def test_a_probability_keeps_its_scale_and_its_exact_line(qtbot: QtBot) -> None:
    plot = shown(qtbot, TracePlot())
    x = np.arange(1.0, 9.0)
    y = np.array([0, 1.0, 0.4, 0.3, 0.03, 0.04, 0.035, 0.03])
    plot.set_lines(x, {"main": y})
    plot.set_reference(0.032)
    settle(qtbot)
    assert plot.ranges[1] == (0.0, 0.05)
    assert pixels(plot, theme.current().exact).any()
    assert pixels(plot, theme.current().data).any()
    plot.set_reference(None)
    settle(qtbot)
    assert not pixels(plot, theme.current().exact).any()


@pytest.mark.parametrize(
    ("k", "text"), [(0, "1"), (1, "10"), (3, "1,000"), (4, "10⁴"), (12, "10¹²"), (-1, "0.1"), (-5, "10⁻⁵")]
)
def test_decades_in_words(k: int, text: str) -> None:
    assert decade(k) == text


# --- frames ----------------------------------------------------------------------------------------------------------


class Counting(QWidget):
    def __init__(self, timer: FrameTimer) -> None:
        super().__init__()
        self.timer, self.painted, self.value, self.seen = timer, 0, 0, -1
        timer.register(self, self.draw)

    def draw(self) -> None:
        self.painted += 1
        self.seen = self.value

    def put(self, value: int) -> None:
        self.value = value
        self.timer.touch(self)


def test_a_burst_is_drawn_once_and_the_newest_wins(qtbot: QtBot) -> None:
    widget = Counting(frames())
    qtbot.addWidget(widget)
    widget.show()
    for k in range(1000):
        widget.put(k)
    assert widget.painted == 0
    settle(qtbot)
    assert (widget.painted, widget.seen) == (1, 999)


def test_the_timer_rests_when_nothing_changes(qtbot: QtBot) -> None:
    widget = Counting(frames())
    qtbot.addWidget(widget)
    widget.show()
    settle(qtbot)
    qtbot.wait(80)
    assert widget.painted == 0
    assert not frames().active


def test_what_is_hidden_is_drawn_when_it_is_shown(qtbot: QtBot) -> None:
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    front, back = Counting(frames()), Counting(frames())
    stack.addWidget(front)
    stack.addWidget(back)
    stack.show()
    back.put(7)
    front.put(1)
    settle(qtbot)
    assert (front.painted, back.painted) == (1, 0)
    stack.setCurrentWidget(back)
    settle(qtbot)
    assert (back.painted, back.seen) == (1, 7)


def test_thirty_frames_a_second_at_most(qtbot: QtBot) -> None:
    widget = Counting(frames())
    qtbot.addWidget(widget)
    widget.show()

    def again() -> None:
        widget.put(widget.painted + 1)

    from PySide6.QtCore import QElapsedTimer

    clock = QElapsedTimer()
    clock.start()
    while widget.painted < 12:
        again()
        qtbot.wait(1)
    assert widget.painted <= clock.elapsed() / 33 + 2
    settle(qtbot)


def test_a_plot_that_is_gone_is_not_drawn(qtbot: QtBot) -> None:
    import shiboken6

    widget = Counting(frames())
    widget.show()
    widget.put(1)
    shiboken6.delete(widget)
    settle(qtbot)


# --- looks -----------------------------------------------------------------------------------------------------------


def test_plots_follow_palette_and_size(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot("x"))
    plot.set_labels("ab")
    plot.set_shares([0.5, 0.9])
    settle(qtbot)
    assert pixels(plot, theme.LIGHT.data).any()
    theme.set_current(theme.DARK)
    settle(qtbot)
    assert pixels(plot, theme.DARK.data).any()
    assert pixels(plot, theme.DARK.canvas).mean() > 0.4
    assert not pixels(plot, theme.LIGHT.canvas).any()
    before = plot._view.getAxis("bottom").height()
    theme.set_font_scale(2.0)
    settle(qtbot)
    assert plot._view.getAxis("bottom").height() > 1.5 * before


def test_a_long_heading_is_cut_to_its_short_form(qtbot: QtBot) -> None:
    plot = shown(qtbot, BarPlot(), 160, 160)
    plot.set_title("Distance to the exact marginals 0.0123", "Distance 0.0123, spoken", "D 0.0123")
    assert plot._heading.text() == "D 0.0123"
    assert plot.title == "Distance to the exact marginals 0.0123"
    assert plot.accessibleName() == "Distance 0.0123, spoken"
    plot.resize(600, 160)
    qtbot.waitUntil(lambda: plot._heading.text() == plot.title)


def test_making_a_plot_does_not_import_pyqtgraph() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from gui.plots import BarPlot, TracePlot\n"
        "from gui.panels.sampling import SampleInspector, SamplePlots\n"
        "made = BarPlot(), TracePlot(), SampleInspector(), SamplePlots()\n"
        "heavy = {'pyqtgraph', 'numba', 'scipy', 'networkx', 'h5py'} & set(sys.modules)\n"
        "print(sorted(heavy))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=280)
    assert ran.stdout.strip() == "[]"
