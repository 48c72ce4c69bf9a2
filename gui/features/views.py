"""In which of three ways is the graph looked at?

Full, the conditional model alone, or as a factor graph: by the strip above the canvas, the View menu or a key. A view
is kept while documents come and go, and is part of none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from gui.canvas import edits
from gui.canvas.viewing import View
from gui.view_switch import ViewSwitch
from gui.words import called
from models.project import Project

from .feature import Feature

_LONGEST_LABEL = 16


class Views(Feature):
    """The views of one window."""

    switch: ViewSwitch

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {f"view.{view.value}": partial(self.window.scene.set_view, view) for view in View}

    def connect_up(self) -> None:
        actions = self.window.actions_by_key
        self.switch = ViewSwitch(self.window.view, [actions[f"view.{view.value}"] for view in View])
        self.switch.release_asked.connect(self._release)
        self.window.scene.view_changed.connect(self._show)
        self._show(View.FULL)

    def show_project(self, before: Project | None, after: Project) -> None:
        if before is None or before.evidence != after.evidence or before.ugm.variables is not after.ugm.variables:
            self._show(self.window.scene.mirror.view)

    @Slot(object)
    def _show(self, view: Any) -> None:
        self.window.actions_by_key[f"view.{view.value}"].setChecked(True)
        project = self.window.document.project
        words = {}
        for name, state in project.evidence.items():
            label = project.ugm.variable(name).labels[state]
            short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
            words[name] = f"{called(name)} = {short}"
        self.switch.show_view(view, words)

    @Slot(str)
    def _release(self, name: str) -> None:
        self.window.scene.apply(lambda project: edits.release(project, [name]))
