"""What is selected, and what can be changed about it?

The right column of the Graph workspace: the page of the selected variable or factor, the verdict on the structure, the
box that clamps layers and selections, the evidence with its sets, and the summary with the table of variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from models.project import Project

from .evidence_sets import EvidenceSetsPanel
from .factors import FactorPanel
from .joint import JointPanel
from .layers import LayersPanel
from .parts import PANEL_TEXT, Section
from .structure import StructurePanel
from .summary import SummaryPanel
from .variables import VariablePanel

if TYPE_CHECKING:
    from models.jobs import InferenceReport, StructureReport

Selected = tuple[tuple[str, str | int], ...]


class Inspector(QScrollArea):
    """The column itself."""

    edited = Signal(str, object, object)
    noticed = Signal(object)
    query_asked = Signal(object)
    selection_asked = Signal(object)
    fit_view_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._project = Project()
        self._selected: Selected = ()
        self.variable = VariablePanel()
        self.factor = FactorPanel()
        self.joint = JointPanel()
        self.structure = StructurePanel()
        self.layers = LayersPanel()
        self.evidence = EvidenceSetsPanel()
        self.summary = SummaryPanel()
        self._inside = inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(6)
        for panel in (self.variable, self.factor, self.joint, self.structure, self.layers, self.evidence, self.summary):
            column.addWidget(panel)
        column.addStretch(1)
        self.setWidget(inside)
        for panel in (self.variable, self.factor, self.layers, self.evidence):
            panel.edited.connect(self.edited)
        for panel in (self.variable, self.factor, self.evidence):
            panel.noticed.connect(self.noticed)
        self.variable.query_asked.connect(self.query_asked)
        self.summary.selection_asked.connect(self.selection_asked)
        self.layers.fit_view_asked.connect(self.fit_view_asked)
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self._show_selected()

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show a project."""
        self._project = after
        if before is None:
            self._selected = ()
        for panel in (self.structure, self.layers, self.evidence, self.summary):
            panel.show_project(before, after)
        self._show_selected()

    @Slot(object)
    def show_selection(self, selected: Selected) -> None:
        """Take the canvas's selection: ("variable", name) and ("factor", place) pairs."""
        self._selected = tuple(selected)
        if all(kind != "variable" or which in self._project.ugm for kind, which in self._selected):
            self._show_selected()  # else a renamed variable comes before its project, which is on its way

    @Slot(object, bool)
    def show_inference(self, report: InferenceReport | None, stale: bool) -> None:
        """Show marginals, dimmed while out of date."""
        self.variable.show_inference(report, stale)
        self.evidence.show_inference(report, stale)
        self.summary.show_inference(report, stale)

    @Slot(object)
    def show_structure(self, report: StructureReport) -> None:
        """Show the verdict."""
        self.structure.show_structure(report)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self._inside.setFont(theme.font(PANEL_TEXT))
        for section in self.findChildren(Section):
            section.restyle()
        for panel in (self.structure, self.factor, self.variable, self.evidence, self.summary):
            panel.restyle()

    def _show_selected(self) -> None:
        ugm = self._project.ugm
        names = [which for kind, which in self._selected if kind == "variable" and which in ugm]
        places = [int(which) for kind, which in self._selected if kind == "factor"]
        places = [place for place in places if place < len(ugm.factors)]
        self.layers.show_selection(tuple(map(str, names)))
        one_name = str(names[0]) if len(names) == 1 and not places else None
        one_place = places[0] if places and not names else None
        if one_name is not None:
            self.variable.show_variable(one_name, self._project)
        if one_place is not None:
            self.factor.show_factor(one_place, self._project, places)
        self.joint.show_selection([] if places else [str(name) for name in names], self._project)
        self.variable.setVisible(one_name is not None)
        self.factor.setVisible(one_place is not None)
        self.summary.setVisible(one_name is None and one_place is None)
        for panel in (self.structure, self.layers, self.evidence):
            panel.setVisible(bool(ugm.variables))
