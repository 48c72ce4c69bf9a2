"""Which palettes are there, and which colours have they?

Colours that carry meaning are those of Okabe and Ito (told apart with the common colour deficiencies) and are the same
everywhere: blue for data, orange for the model, green for exact, vermilion for alarms. Text has a contrast of at least
4.5 to 1 on whatever it stands on (WCAG 2, level AA), in the high-contrast palette 7 to 1 (level AAA).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QColor

_OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F")
# Corner colours of cividis (Nuñez, Anderton, Renslow 2018), dark blue to yellow, evenly spaced.
_CIVIDIS = ((0, 34, 78), (65, 77, 107), (124, 123, 120), (188, 174, 108), (254, 232, 56))


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of the window. Treat the `QColor` values as read-only."""

    name: str
    background: QColor  # of panels and bars
    raised: QColor  # of buttons, fields' surroundings, the headline strip
    canvas: QColor
    text: QColor
    muted: QColor  # secondary text, old numbers
    line: QColor  # hairlines between parts
    accent: QColor  # selection, focus, links
    accent_text: QColor  # text on the accent
    data: QColor
    model: QColor
    exact: QColor
    alarm: QColor
    good_text: QColor  # the exact green and the alarm, dark (or light) enough to be read as text
    alarm_text: QColor
    node_fill: QColor
    node_border: QColor
    clamped_fill: QColor
    edge: QColor
    edge_pale: QColor  # edges of clamped variables
    selection: QColor
    notice: QColor  # the strip of notices
    notice_text: QColor
    component_tints: tuple[QColor, ...]
    states: tuple[QColor, ...]
    dark: bool = False
    line_scale: float = 1.0  # multiplies pen widths
    node_scale: float = 1.0
    least_label: float = 0.0  # size of the labels below bars, in pixels at 100 %

    def state(self, state: int, n_states: int) -> QColor:
        """Return the colour of a state: a category for few states, a step of the heat map for many."""
        if n_states <= len(self.states):
            return self.states[state % len(self.states)]
        return self.heat(state / max(n_states - 1, 1))

    def component(self, k: int) -> QColor:
        """Return the tint of the k-th connected component."""
        return self.component_tints[k % len(self.component_tints)]

    def heat(self, share: float) -> QColor:
        """Return the heat map's colour for a share from 0 (dark blue) to 1 (yellow)."""
        x = min(max(share, 0.0), 1.0) * (len(_CIVIDIS) - 1)
        k = min(int(x), len(_CIVIDIS) - 2)
        r, g, b = (round(p + (q - p) * (x - k)) for p, q in zip(_CIVIDIS[k], _CIVIDIS[k + 1], strict=True))
        return QColor(r, g, b)

    def on(self, colour: QColor) -> QColor:
        """Return black or white, whichever is easier to read on a colour."""
        return QColor("#000000") if luminance(colour) > 0.22 else QColor("#FFFFFF")


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2, from 0 (black) to 1 (white)."""

    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(a: QColor, b: QColor) -> float:
    """Return the contrast ratio of WCAG 2, from 1 to 21; text wants 4.5."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _palette(
    name: str,
    colours: dict[str, str],
    tints: str,
    dark: bool = False,
    line_scale: float = 1.0,
    node_scale: float = 1.0,
) -> Palette:
    named: dict[str, Any] = {field: QColor(value) for field, value in colours.items()}
    return Palette(
        name=name,
        component_tints=tuple(QColor(tint) for tint in tints.split()),
        states=tuple(QColor(colour) for colour in _OKABE_ITO),
        dark=dark,
        line_scale=line_scale,
        node_scale=node_scale,
        **named,
    )


LIGHT = _palette(
    "light",
    {
        "background": "#F2F3F5", "raised": "#FFFFFF", "canvas": "#FFFFFF",
        "text": "#16181D", "muted": "#5F6670", "line": "#C9CDD3",
        "accent": "#0B63A5", "accent_text": "#FFFFFF",
        "data": "#0072B2", "model": "#E69F00", "exact": "#009E73", "alarm": "#D55E00",
        "good_text": "#00714F", "alarm_text": "#A84300",
        "node_fill": "#FFFFFF", "node_border": "#16181D", "clamped_fill": "#C9CCD1",
        "edge": "#3A3F47", "edge_pale": "#B4B9C1", "selection": "#0072B2",
        "notice": "#FFF0B8", "notice_text": "#3D2F00",
    },
    "#56B4E9 #E69F00 #009E73 #CC79A7 #D55E00 #F0E442",
)  # fmt: skip

DARK = _palette(
    "dark",
    {
        "background": "#1E2126", "raised": "#282C33", "canvas": "#15171B",
        "text": "#F0F2F5", "muted": "#A3ABB7", "line": "#454B55",
        "accent": "#5AB0F0", "accent_text": "#10141A",
        "data": "#4DA9E0", "model": "#F0B030", "exact": "#2BC79A", "alarm": "#F07A2A",
        "good_text": "#3ED6A8", "alarm_text": "#FF9A52",
        "node_fill": "#22262D", "node_border": "#E4E7EB", "clamped_fill": "#565D68",
        "edge": "#C3C8D0", "edge_pale": "#5A616C", "selection": "#5AB0F0",
        "notice": "#4A3D0E", "notice_text": "#FFEFB0",
    },
    "#2F6F95 #8A6416 #0F6B52 #7F4C68 #86431A #7C7530",
    dark=True,
)  # fmt: skip

PROJECTOR = _palette(
    "projector",
    {
        "background": "#FFFFFF", "raised": "#FFFFFF", "canvas": "#FFFFFF",
        "text": "#000000", "muted": "#3F3F3F", "line": "#707070",
        "accent": "#004B87", "accent_text": "#FFFFFF",
        "data": "#0072B2", "model": "#E69F00", "exact": "#009E73", "alarm": "#D55E00",
        "good_text": "#005C40", "alarm_text": "#8C3800",
        "node_fill": "#FFFFFF", "node_border": "#000000", "clamped_fill": "#BDBDBD",
        "edge": "#000000", "edge_pale": "#9A9A9A", "selection": "#004B87",
        "notice": "#FFE680", "notice_text": "#000000",
    },
    "#56B4E9 #E69F00 #009E73 #CC79A7 #D55E00 #F0E442",
    line_scale=1.5,
    node_scale=1.3,
)  # fmt: skip

HIGH_CONTRAST = _palette(
    "contrast",
    {
        "background": "#000000", "raised": "#000000", "canvas": "#000000",
        "text": "#FFFFFF", "muted": "#D8D8D8", "line": "#8C8C8C",
        "accent": "#FFE600", "accent_text": "#000000",
        "data": "#56B4E9", "model": "#FFB000", "exact": "#1FE0A0", "alarm": "#FF7A3C",
        "good_text": "#4DF0BC", "alarm_text": "#FFA070",
        "node_fill": "#000000", "node_border": "#FFFFFF", "clamped_fill": "#4F4F4F",
        "edge": "#FFFFFF", "edge_pale": "#8C8C8C", "selection": "#FFE600",
        "notice": "#FFE600", "notice_text": "#000000",
    },
    "#56B4E9 #E69F00 #00B583 #E58FBF #FF7A3C #F0E442",
    dark=True,
    line_scale=1.4,
    node_scale=1.15,
)  # fmt: skip

PALETTES = {palette.name: palette for palette in (LIGHT, DARK, PROJECTOR, HIGH_CONTRAST)}
