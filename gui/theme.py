"""Which colours and sizes does everything drawn share?

One `Palette` (see `palettes`) is in force at a time; whoever paints asks `current()` when painting, and repaints on
`notifier.changed`. Sizes derive from one font scale, and no text is smaller than `least_points`, which a presentation
raises for the last row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from .palettes import DARK, HIGH_CONTRAST, LIGHT, PALETTES, PROJECTOR, Palette, contrast, luminance

__all__ = [
    "BASE_POINTS", "DARK", "FONT", "HIGH_CONTRAST", "LIGHT", "MAX_SCALE", "MIN_SCALE", "PALETTES", "PROJECTOR",
    "Notifier", "Palette", "animated", "apply", "borrowed", "contrast", "current", "font", "font_scale",
    "indicator_palette", "luminance", "notifier", "outlined_palette", "points", "set_animated",
    "set_current", "set_font_scale", "set_look", "subscript", "system_palette",
]  # fmt: skip

FONT = "DejaVu Sans"  # has the subscripts and Greek that names and formulas need, on every platform
BASE_POINTS = 14.0
MIN_SCALE, MAX_SCALE = 0.8, 2.5


class Notifier(QObject):
    """Announces that the palette or the font scale changed."""

    changed = Signal()


notifier = Notifier()
_current = LIGHT
_scale = 1.0
_least = 0.0
_animated = True


def current() -> Palette:
    """Return the palette in force."""
    return _current


def font_scale() -> float:
    """Return the factor on every font size."""
    return _scale


def set_current(palette: Palette) -> None:
    """Put a palette in force, restyle the application if there is one, and tell everyone."""
    set_look(palette, _scale, _least)


def set_font_scale(scale: float) -> None:
    """Set the factor on every font size (0.8 to 2.5), restyle, and tell everyone."""
    set_look(_current, scale, _least)


def set_look(palette: Palette, scale: float, least_points: float) -> None:
    """Put a palette, a factor on every font size and the size of the smallest text in force, all at once."""
    global _current, _scale, _least
    wanted = palette, min(max(scale, MIN_SCALE), MAX_SCALE), least_points
    if (_current, _scale, _least) != wanted:
        _current, _scale, _least = wanted
        _restyle()


@contextmanager
def borrowed(palette: Palette) -> Iterator[None]:
    """Have another palette in force while something is drawn that is no part of the window; nobody is told."""
    global _current
    kept, _current = _current, palette
    try:
        yield
    finally:
        _current = kept


def system_palette() -> Palette | None:
    """Return the dark palette or the light one as the desktop is set; None where it does not say."""
    schemes = {Qt.ColorScheme.Dark: DARK, Qt.ColorScheme.Light: LIGHT}
    app = QGuiApplication.instance()
    return schemes.get(app.styleHints().colorScheme()) if isinstance(app, QGuiApplication) else None


def animated() -> bool:
    """Return whether things may move and flash."""
    return _animated


def set_animated(wanted: bool) -> None:
    """Let things move and flash, or have them change at once."""
    global _animated
    _animated = wanted


def points(relative: float = 1.0) -> float:
    """Return a size in points; 1.0 is body text (14 pt at scale 1)."""
    return BASE_POINTS * _scale * relative


def font(relative: float = 1.0, bold: bool = False) -> QFont:
    """Return the application's font at a size relative to body text, but at least the smallest in force."""
    made = QFont(QApplication.font())
    made.setPointSizeF(max(points(relative), _least, 1.0))  # Qt refuses a size of 0, which no room would ask for
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
    if _current.dark:
        framed = outlined_palette(qt)
        for kind in ("QPushButton", "QLineEdit", "QComboBox", "QAbstractSpinBox", "QSlider", "QScrollBar", "QGroupBox"):
            app.setPalette(framed, kind)  # type: ignore[arg-type]
    scaled = QFont(FONT)
    scaled.setPointSizeF(max(points(), _least))
    app.setFont(scaled)


def indicator_palette(palette: QPalette) -> QPalette:
    """Return a palette with which check boxes and radio buttons have an outline that can be seen.

    Fusion outlines them in its window colour darkened by 40 %: black on black in a dark palette. No such button paints
    that window colour itself, so it may be one that comes out as the muted text.
    """
    made = QPalette(palette)
    made.setColor(QPalette.ColorRole.Window, _current.muted.lighter(128))
    return made


def outlined_palette(palette: QPalette) -> QPalette:
    """Return a palette with which buttons, fields and sliders have an outline that can be seen on a dark window.

    Fusion's own is the window's colour darkened by 40 %, which is no colour at all in a dark palette.
    """
    made = QPalette(palette)
    p = _current
    outline = p.muted if p.name == HIGH_CONTRAST.name else p.muted.darker(150)
    made.setColor(QPalette.ColorRole.Window, outline.lighter(140))
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
