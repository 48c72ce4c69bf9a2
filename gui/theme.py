"""Which colours and sizes does everything drawn share?

One `Palette` is in force at a time; whoever paints asks `current()` when painting, and repaints on
`notifier.changed`. Colours that carry meaning are those of Okabe and Ito (told apart with the common colour
deficiencies) and are the same everywhere: blue for data, orange for the model, green for exact, vermilion for
alarms. Sizes derive from one font scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

FONT = "DejaVu Sans"  # has the subscripts and Greek that names and formulas need, on every platform
BASE_POINTS = 14.0
MIN_SCALE, MAX_SCALE = 0.8, 2.5

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

PALETTES = {palette.name: palette for palette in (LIGHT, DARK, PROJECTOR)}


class Notifier(QObject):
    """Announces that the palette or the font scale changed."""

    changed = Signal()


notifier = Notifier()
_current = LIGHT
_scale = 1.0


def current() -> Palette:
    """Return the palette in force."""
    return _current


def font_scale() -> float:
    """Return the factor on every font size."""
    return _scale


def set_current(palette: Palette) -> None:
    """Put a palette in force, restyle the application if there is one, and tell everyone."""
    global _current
    if palette is not _current:
        _current = palette
        _restyle()


def set_font_scale(scale: float) -> None:
    """Set the factor on every font size (0.8 to 2.5), restyle, and tell everyone."""
    global _scale
    wanted = min(max(scale, MIN_SCALE), MAX_SCALE)
    if wanted != _scale:
        _scale = wanted
        _restyle()


def points(relative: float = 1.0) -> float:
    """Return a font size in points; 1.0 is body text (14 pt at scale 1)."""
    return BASE_POINTS * _scale * relative


def font(relative: float = 1.0, bold: bool = False) -> QFont:
    """Return the application's font at a size relative to body text."""
    made = QFont(QApplication.font())
    made.setPointSizeF(points(relative))
    made.setBold(bold)
    return made


def apply(app: QApplication) -> None:
    """Give the application the Fusion style, the palette's colours and the scaled font that Clique ships."""
    app.setStyle(QStyleFactory.create("Fusion"))
    if FONT not in QFontDatabase.families():  # registered twice, a font would be listed twice
        for place in sorted(files("resources").joinpath("fonts").iterdir(), key=lambda p: p.name):
            if place.name.endswith(".ttf"):
                QFontDatabase.addApplicationFontFromData(QByteArray(place.read_bytes()))
    _colour(app)


def _restyle() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        _colour(app)
    notifier.changed.emit()


def _colour(app: QApplication) -> None:
    p, role, group = _current, QPalette.ColorRole, QPalette.ColorGroup
    qt = QPalette()
    roles = {
        role.Window: p.background,
        role.WindowText: p.text,
        role.Base: p.raised,
        role.AlternateBase: p.background,
        role.Text: p.text,
        role.Button: p.background,
        role.ButtonText: p.text,
        role.BrightText: p.alarm,
        role.Highlight: p.accent,
        role.HighlightedText: p.accent_text,
        role.Link: p.accent,
        role.LinkVisited: p.accent,
        role.ToolTipBase: p.raised,
        role.ToolTipText: p.text,
        role.PlaceholderText: p.muted,
        role.Light: p.raised,
        role.Midlight: p.background,
        role.Mid: p.line,
        role.Dark: p.line,
        role.Accent: p.accent,
    }
    for target, colour in roles.items():
        qt.setColor(target, colour)
    for target in (role.WindowText, role.Text, role.ButtonText):
        qt.setColor(group.Disabled, target, p.muted)
    app.setPalette(qt)
    marked = indicator_palette(qt)
    for kind in ("QRadioButton", "QCheckBox"):
        app.setPalette(marked, kind)  # type: ignore[arg-type]  # the stub says bytes, which are refused
    scaled = QFont(FONT)
    scaled.setPointSizeF(points())
    app.setFont(scaled)


def indicator_palette(palette: QPalette) -> QPalette:
    """Return a palette with which check boxes and radio buttons have an outline that can be seen.

    Fusion outlines them in its window colour darkened by 40 %: black on black in a dark palette. No such button paints
    that window colour itself, so it may be one that comes out as the muted text.
    """
    made = QPalette(palette)
    made.setColor(QPalette.ColorRole.Window, _current.muted.lighter(128))
    return made


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(name: str) -> str:
    """Return a name as it is shown: "x12" as x with a lowered 12; names that do not end in digits stay.

    Only letters followed by digits count, so that "2020" and "a_1" stay readable.
    """
    stem = name.rstrip("0123456789")
    if stem == name or not stem.isalpha():
        return name
    return stem + name[len(stem) :].translate(_SUBSCRIPTS)
