"""Can every palette be read, and are colours that mean something told apart by every kind of eye?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from gui import icons, theme
from gui.canvas.style import Style

# Matrices on linear RGB for a complete lack of one kind of cone: Machado, Oliveira and Fernandes, "A
# Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, severity 1.0.
EYES = {
    "all cones": np.eye(3),
    "no red cones": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "no green cones": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "no blue cones": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
# sRGB to XYZ (IEC 61966-2-1), white point D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
APART, NEAR = 12.0, 9.0  # of CIELAB distance; 2.3 is just noticeable (Mahy, Van Eycken and Oosterlinck 1994)


def seen(colour: QColor, eye: np.ndarray) -> np.ndarray:
    """Return a colour in CIELAB as an eye sees it."""
    c = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    white = XYZ @ np.ones(3)
    t = XYZ @ np.clip(eye @ linear, 0.0, 1.0) / white
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest(colours: dict[str, QColor], eye: np.ndarray) -> tuple[float, str]:
    """Return the two colours that an eye can least tell apart, and how far apart they are."""
    return min(
        (float(np.linalg.norm(seen(colours[a], eye) - seen(colours[b], eye))), f"{a}, {b}")
        for a, b in combinations(colours, 2)
    )


def test_the_simulated_eyes_are_those_of_the_paper():
    for name, eye in EYES.items():
        assert eye.sum(axis=1) == pytest.approx(1.0, abs=2e-6), name  # white stays white
    red, green = QColor("#D00000"), QColor("#4F6A00")
    apart = {name: np.linalg.norm(seen(red, eye) - seen(green, eye)) for name, eye in EYES.items()}
    assert apart["no green cones"] < 0.3 * apart["all cones"]  # the classical confusion
    assert apart["no blue cones"] > 0.5 * apart["all cones"]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", theme.PALETTES)
def test_colours_that_mean_something_differ_for_every_eye(name, eye):
    p = theme.PALETTES[name]
    meanings = {"data": p.data, "model": p.model, "exact": p.exact, "alarm": p.alarm, "canvas": p.canvas}
    distance, which = closest(meanings, EYES[eye])
    assert distance >= APART, which
    states = {f"state {k}": colour for k, colour in enumerate(p.states)}
    distance, which = closest(states, EYES[eye])
    assert distance >= NEAR, which  # eight of them; each also has its label beside it


def test_the_test_would_notice_two_colours_that_are_alike():
    alike = {"red": QColor("#B03A2E"), "green": QColor("#5E6B1F")}
    assert closest(alike, EYES["all cones"])[0] > APART > closest(alike, EYES["no green cones"])[0]


@pytest.mark.parametrize("name", theme.PALETTES)
def test_text_can_be_read_in_every_palette(name):
    p = theme.PALETTES[name]
    wanted = 7.0 if p is theme.HIGH_CONTRAST else 4.5  # WCAG 2, levels AAA and AA
    papers = [p.background, p.raised, p.canvas]
    pairs = [(ink, paper) for ink in (p.text, p.muted, p.good_text, p.alarm_text) for paper in papers]
    pairs += [(p.notice_text, p.notice), (p.accent_text, p.accent), (p.text, p.node_fill), (p.text, p.clamped_fill)]
    pairs += [(p.accent, p.raised), (p.accent, p.canvas)]  # links
    for ink, paper in pairs:
        assert theme.contrast(ink, paper) >= wanted, (ink.name(), paper.name())


@pytest.mark.parametrize("name", theme.PALETTES)
def test_lines_and_marks_can_be_seen_in_every_palette(name):
    p = theme.PALETTES[name]
    for mark in (p.node_border, p.edge, p.selection, p.accent, p.exact, p.data):
        assert theme.contrast(mark, p.canvas) >= 3.0, mark.name()  # WCAG 2.1, success criterion 1.4.11
    if p is theme.HIGH_CONTRAST:
        for mark in (p.node_border, p.edge, p.selection, p.exact, p.data, p.model, p.alarm):
            assert theme.contrast(mark, p.canvas) >= 7.0, mark.name()
        assert theme.contrast(p.edge_pale, p.canvas) >= 3.0
        style = Style(p, 1.0, "")
        assert all(theme.contrast(style.hull_colours(k)[1], p.canvas) >= 3.0 for k in range(6))


@pytest.mark.parametrize("name", theme.PALETTES)
def test_what_is_on_and_what_is_off_differ_in_a_menu(qapp, name):
    theme.apply(qapp)
    theme.set_current(theme.PALETTES[name])
    p = theme.current()
    try:
        icon = icons.choice_icon("theme")
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            off, on = (icon.pixmap(QSize(40, 40), mode, state).toImage() for state in (QIcon.State.Off, QIcon.State.On))
            filled, edge = on.pixelColor(5, 20), off.pixelColor(20, 2)
            assert theme.contrast(filled, p.raised) >= 3.0  # the box of what is on
            assert theme.contrast(edge, p.raised) >= 3.0  # the outline of what is off
            assert off.pixelColor(5, 20).alpha() == 0
    finally:
        theme.set_current(theme.LIGHT)


# --- what is put in force ----------------------------------------------------------------------------------------


def test_a_look_is_put_in_force_in_one_go(qapp, qtbot):
    theme.apply(qapp)
    heard = []
    theme.notifier.changed.connect(lambda: heard.append(theme.points()))
    try:
        theme.set_look(theme.HIGH_CONTRAST, 1.5, 18.0)
        assert heard == [21.0]
        assert theme.font(0.5).pointSizeF() == 18.0
        assert theme.font(2.0).pointSizeF() == 42.0
        assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor("#000000")
        theme.set_look(theme.HIGH_CONTRAST, 1.5, 18.0)
        assert len(heard) == 1
        theme.set_look(theme.LIGHT, 0.8, 18.0)
        assert QApplication.font().pointSizeF() == 18.0
    finally:
        theme.set_look(theme.LIGHT, 1.0, 0.0)
    assert theme.font(0.5).pointSizeF() == 7.0


def test_the_system_says_dark_light_or_nothing(qapp, monkeypatch):
    for scheme, palette in (
        (Qt.ColorScheme.Dark, theme.DARK), (Qt.ColorScheme.Light, theme.LIGHT), (Qt.ColorScheme.Unknown, None),
    ):  # fmt: skip
        hints = type("Hints", (), {"colorScheme": lambda self, scheme=scheme: scheme})()
        monkeypatch.setattr(type(qapp), "styleHints", staticmethod(lambda hints=hints: hints))
        assert theme.system_palette() is palette
