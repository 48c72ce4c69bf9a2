"""How does a person make a graph from a few numbers, and change the numbers of a lattice of spins?

The New graph dialog asks the worker for the graph while its fields change; at the end the graph goes into the document
as one edit, or becomes a document of its own. The inspector has sliders while the document is a lattice of spins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.words import count, figures
from models.errors import CliqueError
from models.payloads import Failure, Outcome
from models.project import Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.panels.generator import GeneratorDialog
    from gui.panels.generator_spins import SpinPanel
    from models.generators import SpinGrid

CHANNEL = "generate"
_GAP = 260.0  # between what is there and what is inserted
_ABOVE = 2  # panels of the inspector that stand above the sliders


class Generate(Feature):
    """New graph, and the sliders of lattices, for one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: GeneratorDialog | None = None
        self.spins: SpinPanel | None = None
        self._remembered: dict[str, dict[str, Any]] = {}
        self._last = ""
        self._grid: SpinGrid | None = None

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"file.generate": self.open}

    def connect_up(self) -> None:
        self.window.dispatcher.replied.connect(self._hear)
        theme.notifier.changed.connect(self._restyle)

    def close(self) -> None:
        theme.notifier.changed.disconnect(self._restyle)
        if self.dialog is not None:
            self.dialog.reject()

    # --- the dialog --------------------------------------------------------------------------------------------

    def open(self, key: str = "") -> None:
        """Open the gallery, at a family if one is named."""
        from gui.panels.generator import GeneratorDialog

        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = self.dialog = GeneratorDialog(self.window, self._remembered, key or self._last)
        dialog.wanted.connect(self._make)
        dialog.insert_asked.connect(self.insert)
        dialog.new_asked.connect(self.open_new)
        dialog.finished.connect(self._closed)
        dialog.open()

    @Slot(str, object)
    def _make(self, key: str, values: Mapping[str, Any]) -> None:
        from models.making_graphs import MakeGraph

        self._last = key
        self.window.dispatcher.submit(CHANNEL, MakeGraph(key, dict(values)))

    @Slot(str, object)
    def _hear(self, channel: str, payload: Any) -> None:
        if channel != CHANNEL or self.dialog is None:
            return
        if isinstance(payload, Outcome):
            self.dialog.show_project(payload.value)
        elif isinstance(payload, Failure):
            if isinstance(payload.error, CliqueError):
                self.dialog.show_failure(payload.error)
            else:
                self.dialog.reject()
                self.window.show_notice(payload, "edit")

    @Slot()
    def _closed(self) -> None:
        self.dialog = None
        self.window.dispatcher.cancel(CHANNEL)

    @Slot(object)
    def insert(self, part: Project) -> None:
        """Put a graph beside what is there, and select it."""
        from models.copying import pasted

        window = self.window
        project = window.document.project
        there, here = project.positions.values(), part.positions.values()
        offset = (0.0, 0.0)
        if project.ugm.variables:
            ys, new = [y for _, y in there], [y for _, y in here]
            across = max(x for x, _ in there) + _GAP - min(x for x, _ in here)
            offset = (across, (min(ys) + max(ys) - min(new) - max(new)) / 2)
        entered = pasted(project, part, offset)
        title = project.title or (part.title if not project.ugm.variables else "")
        window.edit(f"Insert {part.title}", replace(entered.project, title=title))
        window.scene.select_variables(entered.names if project.ugm.variables else ())
        window.scene.fit_asked.emit()
        window.statusBar().showMessage(f"Inserted {count(len(entered.names), 'variable')}", 3000)

    @Slot(object)
    def open_new(self, project: Project) -> None:
        """Open a graph as a document of its own."""
        if self.window.filing.may_leave():
            self.window.document.load(project)

    # --- sliders -----------------------------------------------------------------------------------------------

    def show_project(self, before: Project | None, after: Project) -> None:
        if before is not None and before.ugm is after.ugm:
            return
        from models.generators import spin_grid_of

        kind = self._grid.kind if self._grid is not None and before is not None else None
        self._grid = spin_grid_of(after.ugm, kind)
        if self._grid is not None and self.spins is None:
            self._make_panel()
        if self.spins is not None:
            self.spins.show_grid(self._grid)

    def _make_panel(self) -> None:
        from gui.panels.generator_spins import SpinPanel

        panel = self.spins = SpinPanel()
        column = self.window.inspector.widget()
        inside = column.layout() if column is not None else None
        if isinstance(inside, QVBoxLayout):
            inside.insertWidget(_ABOVE, panel)
        panel.changed.connect(self._change)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        if self.spins is not None:
            self.spins.restyle()

    @Slot(str, float, int)
    def _change(self, key: str, value: float, gesture: int) -> None:
        """Give the lattice another coupling or field."""
        from models.generators import with_spins

        grid = self._grid
        if grid is None:
            return
        coupling, field = (value, grid.field) if key == "coupling" else (grid.coupling, value)
        try:
            after = with_spins(self.window.document.project, coupling, field, grid.kind)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return
        self.window.edit(f"Set {key} to {figures(value, 3)}", after, ("spins", key, gesture))
