"""How are variables put in line, spaced evenly, and kept on a grid?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from gui.canvas import edits
from gui.canvas.grid import STEP
from models import arranging
from models.project import Position, Project

from .feature import Feature

Move = Callable[[Mapping[str, Position]], dict[str, Position]]


class Arrange(Feature):
    """The Arrange menu."""

    def commands(self) -> Mapping[str, Callable[[], object]]:
        align, distribute = arranging.aligned, arranging.distributed
        return {
            "arrange.left": partial(self._arrange, "Align", partial(align, side="left")),
            "arrange.right": partial(self._arrange, "Align", partial(align, side="right")),
            "arrange.top": partial(self._arrange, "Align", partial(align, side="top")),
            "arrange.bottom": partial(self._arrange, "Align", partial(align, side="bottom")),
            "arrange.column": partial(self._arrange, "Align", partial(align, side="column")),
            "arrange.row": partial(self._arrange, "Align", partial(align, side="row")),
            "arrange.across": partial(self._arrange, "Distribute", partial(distribute, axis="across")),
            "arrange.down": partial(self._arrange, "Distribute", partial(distribute, axis="down")),
            "arrange.to_grid": self.move_to_grid,
            "arrange.snap": self.toggle_snap,
        }

    def connect_up(self) -> None:
        self.window.scene.snapping.connect(self._show_snapping)

    def show_project(self, before: Project | None, after: Project) -> None:
        self.window.actions_by_key["arrange.to_grid"].setEnabled(bool(after.ugm.variables))

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        n_chosen = sum(kind == "variable" for kind, _ in selected)
        for key, action in self.window.actions_by_key.items():
            if key.startswith("arrange.") and key not in ("arrange.to_grid", "arrange.snap"):
                action.setEnabled(n_chosen >= (3 if key in ("arrange.across", "arrange.down") else 2))

    def _arrange(self, verb: str, move: Move) -> None:
        scene = self.window.scene
        scene.cancel_gesture()
        chosen = scene.selection.variables

        def change(project: Project) -> edits.Edit | None:
            return edits.arrange(project, move({name: project.positions[name] for name in chosen}), verb)

        scene.apply(change)

    def move_to_grid(self) -> None:
        """Move the selected variables, or all of them, onto the grid."""
        scene = self.window.scene
        scene.cancel_gesture()
        chosen = scene.selection.variables or scene.project.ugm.names

        def change(project: Project) -> edits.Edit | None:
            places = arranging.snapped({name: project.positions[name] for name in chosen}, STEP)
            return edits.arrange(project, places, "Move onto the grid:")

        scene.apply(change)

    def toggle_snap(self) -> None:
        """Show the grid and snap to it, or not."""
        self.window.scene.set_snaps(not self.window.scene.snaps)

    @Slot(bool)
    def _show_snapping(self, snaps: bool) -> None:
        self.window.actions_by_key["arrange.snap"].setChecked(snaps)
