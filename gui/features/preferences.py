"""How does each setting take effect, at the start and when it is changed?

The look in force follows from the settings, from what the desktop says, and from a presentation that is on. Settings
are applied at once, to the window as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from gui import theme, words
from gui.actions import SPECS, describe_key
from gui.canvas.bars import set_most_bars
from models.costs import set_memory_limit

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.settings_dialog import SettingsDialog

    from .presentation import Presentation
    from .recovery import Recovery

_STEP = 1.1  # of the font scale
_MIB = 1 << 20


class Preferences(Feature):
    """The settings of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: SettingsDialog | None = None
        self._retired: set[str] = set()  # usual keys that no action has any more
        self._settings = window.settings
        self._appliers: dict[str, Callable[[], None]] = {
            "look/animations": self._apply_motion,
            "numbers/digits": self._apply_numbers,
            "numbers/percent": self._apply_numbers,
            "canvas/most_bars": self._apply_bars,
            "canvas/snap": self._apply_snap,
            "files/autosave": self._apply_autosave,
            "files/autosave_seconds": self._apply_autosave,
            "tasks/treewidth_seconds": self._apply_limits,
            "tasks/memory_mib": self._apply_limits,
            "sample/method": self._apply_sampling,
            "sample/seed": self._apply_sampling,
            "sample/slow": self._apply_sampling,
        }

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "view.settings": self.open_dialog,
            "view.text_larger": lambda: self.scale_text(_STEP),
            "view.text_smaller": lambda: self.scale_text(1 / _STEP),
            "view.text_reset": lambda: self.scale_text(None),
        }

    def connect_up(self) -> None:
        self._settings.changed.connect(self._apply)
        self._settings.keys_changed.connect(self._apply_keys)
        self.window.workspaces.built.connect(self._apply_sampling)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        for key in self._settings.keys:
            self._apply_keys(key)
        self.window.view.installEventFilter(self)
        self._apply_motion()
        words.write_numbers(int(self._settings.get("numbers/digits")), bool(self._settings.get("numbers/percent")))
        set_most_bars(int(self._settings.get("canvas/most_bars")))
        self._set_limits()
        self._apply_autosave()
        self._apply_snap()
        self.apply_look()

    def close(self) -> None:
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow_system)
        self.window.view.removeEventFilter(self)
        if self.dialog is not None:
            self.dialog.close()

    # --- look ----------------------------------------------------------------------------------------------------

    @property
    def _presentation(self) -> Presentation:
        return cast("Presentation", self.window.features["Presentation"])

    def apply_look(self) -> None:
        """Put the look in force that everything together asks for."""
        palette, scale, least = self._settings.palette, self._settings.font_scale, 0.0
        if self._settings.get("look/follow_system"):
            palette = theme.system_palette() or palette
        if self._presentation.active:
            palette, scale, least = self._presentation.look(scale)
        theme.set_look(palette, scale, least)

    def choose_palette(self, name: str) -> None:
        """Take a palette for the window, or for the presentation while there is one."""
        if self._presentation.active:
            self._settings.put("present/palette", name)
            return
        self._settings.put("look/follow_system", False)
        self._settings.put("look/palette", name)

    def scale_text(self, factor: float | None) -> None:
        """Make all text larger or smaller; None for its normal size."""
        if self._presentation.active:
            self._presentation.scale_text(factor)
            return
        scale = 1.0 if factor is None else theme.font_scale() * factor
        self._settings.font_scale = min(max(scale, theme.MIN_SCALE), theme.MAX_SCALE)

    @Slot()
    def _follow_system(self) -> None:
        self.apply_look()

    # --- one by one ----------------------------------------------------------------------------------------------

    @Slot(str)
    def _apply(self, key: str) -> None:
        if key.startswith(("look/", "present/")):
            self.apply_look()
        if key in self._appliers:
            self._appliers[key]()

    def _apply_motion(self) -> None:
        theme.set_animated(bool(self._settings.get("look/animations")))

    def _apply_numbers(self) -> None:
        words.write_numbers(int(self._settings.get("numbers/digits")), bool(self._settings.get("numbers/percent")))
        controller = self.window.controller
        if not controller.waiting and controller.report is not None:
            controller.inference_reported.emit(controller.report, False)  # everyone writes their numbers again
        self._restyle()

    def _apply_snap(self) -> None:
        self.window.scene.set_snaps(bool(self._settings.get("canvas/snap")))

    def _apply_autosave(self) -> None:
        recovery = cast("Recovery", self.window.features["Recovery"])
        wanted = bool(self._settings.get("files/autosave"))
        recovery.keep_after(int(self._settings.get("files/autosave_seconds")), wanted)

    def _apply_bars(self) -> None:
        set_most_bars(int(self._settings.get("canvas/most_bars")))
        self._restyle()

    def _restyle(self) -> None:
        theme.notifier.changed.emit()
        for part in (self.window.side, self.window.below):
            part.update()

    def _apply_limits(self) -> None:
        self._set_limits()
        self.window.controller.ask_again()

    def _set_limits(self) -> None:
        self.window.controller.treewidth_seconds = float(self._settings.get("tasks/treewidth_seconds"))
        set_memory_limit(float(self._settings.get("tasks/memory_mib")) * _MIB)

    @Slot()
    def _apply_sampling(self) -> None:
        sample = self.window.workspaces.sample
        if sample is not None:
            sample.side.begin_with(
                str(self._settings.get("sample/method")),
                int(self._settings.get("sample/seed")),
                bool(self._settings.get("sample/slow")),
            )

    # --- keys ----------------------------------------------------------------------------------------------------

    @Slot(str)
    def _apply_keys(self, key: str) -> None:
        action = self.window.actions_by_key.get(key)
        if action is None:
            return  # of another version
        chosen = self._settings.keys.get(key, SPECS[key].keys)
        action.setShortcuts([QKeySequence(text) for text in chosen])
        usual = {QKeySequence(text).toString() for spec in SPECS.values() for text in spec.keys}
        used = {k.toString() for each in self.window.actions_by_key.values() for k in each.shortcuts()}
        self._retired = usual - used
        describe_key(action, SPECS[key].tip)
        for button in self.window.tools.buttons:
            button.update()  # shows the letter

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The canvas knows the usual keys by itself, so those that a person has taken away must not reach it.
        if event.type() != QEvent.Type.KeyPress or not self._retired:
            return False
        return QKeySequence(cast(QKeyEvent, event).keyCombination()).toString() in self._retired

    # --- the dialog ----------------------------------------------------------------------------------------------

    def open_dialog(self) -> None:
        """Show all settings; a second time, bring them to the front."""
        if self.dialog is None:
            from gui.settings_dialog import SettingsDialog

            self.dialog = SettingsDialog(self._settings, self.window.actions_by_key, self.window)
            self.dialog.finished.connect(self._forget_dialog)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None
