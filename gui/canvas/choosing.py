"""What is on the canvas, where, and which of it is selected?

`ChoosingScene` holds the items and the selection; what can be done with them is for `editing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from models.project import Project

from .hits import Hit, hit_link, hit_variable
from .mirror import Mirror
from .overlay import Overlay
from .scopes import Link
from .selection import Selection
from .style import FAR

_MARGIN = 30_000.0  # of the scene around the nodes: room to pan, and to zoom out around the mouse


class ChoosingScene(QGraphicsScene):
    """The canvas as something to look at and to select from.

    Signals
    -------
    selection_named : (tuple)
        Pairs ("variable", name) and ("factor", place in `ugm.factors`).
    """

    selection_named = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.mirror = Mirror(self)
        self.overlay = Overlay()
        self.addItem(self.overlay)
        self.selection = Selection()
        self._scale = 1.0
        self._named: tuple[tuple[str, Any], ...] = ()
        self.grow(fresh=True)

    @property
    def project(self) -> Project:
        """The project shown."""
        return self.mirror.project

    # --- geometry ----------------------------------------------------------------------------------------------

    def point_of(self, name: str) -> QPointF:
        """Return the centre of a variable, in scene coordinates."""
        return QPointF(*self.mirror.place(name))

    def bar_point(self, name: str, state: int) -> QPointF:
        """Return the middle of the bar of a state, in scene coordinates."""
        item = self.mirror.variables[name]
        return item.pos() + item.bars.slot(state).center()

    def link_point(self, *names: str) -> QPointF:
        """Return a point on the edge between two variables, or the square of a factor over more."""
        link = tuple(sorted(names, key=self.project.ugm.index))
        if link in self.mirror.links.square_at:
            return QPointF(*self.mirror.links.square_at[link])
        return (self.point_of(link[0]) + self.point_of(link[1])) / 2

    def extent(self) -> QRectF:
        """Return what the nodes cover."""
        return self.mirror.extent()

    def set_scale(self, scale: float) -> None:
        """Tell how large a scene unit is on the screen, for pens and for hit testing."""
        was_far, self._scale = self._scale < FAR, scale
        if was_far != (scale < FAR):
            self.mirror.links.restyle(scale < FAR)

    def grow(self, fresh: bool = False) -> None:
        """Keep room around the nodes. The scene never shrinks while a document is open, so the view stays put."""
        wanted = self.extent().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        self.setSceneRect(wanted if fresh else self.sceneRect().united(wanted))

    def hit(self, point: QPointF, links: bool = True) -> Hit:
        """Return what is at a point."""
        hit = hit_variable(self.mirror, point, self._scale)
        return hit if hit or not links else hit_link(self.mirror, point, self._scale)

    # --- selection ---------------------------------------------------------------------------------------------

    def select(self, selection: Selection) -> None:
        """Select this and nothing else; tell whoever listens when it is another thing, or has another place."""
        if selection != self.selection:
            self.selection = selection
            self.mirror.show_selection(selection)
        named = selection.named(self.mirror.links.places)
        if named != self._named:
            self._named = named
            self.selection_named.emit(named)

    def select_nothing(self) -> None:
        """Select nothing."""
        self.select(Selection())

    def select_all(self) -> None:
        """Select every variable in sight."""
        self.select(Selection(tuple(name for name in self.project.ugm.names if name not in self.mirror.hidden)))

    def select_variables(self, names: Iterable[str]) -> None:
        """Select these variables."""
        self.select(Selection(tuple(name for name in names if name in self.mirror.variables)))

    def select_variable(self, name: str, extend: bool = False) -> None:
        """Select a variable; or add it to the selection, or take it away."""
        self.select(self.selection.toggled(variable=name) if extend else Selection((name,)))

    def select_link(self, link: Link, extend: bool = False) -> None:
        """Select an edge or a factor; or add it to the selection, or take it away."""
        self.select(self.selection.toggled(link=link) if extend else Selection(links=(link,)))

    def select_factor(self, place: int) -> None:
        """Select the edge or square of the factor at a place in `ugm.factors`; a variable's own one gets a square."""
        scope = self.project.ugm.factors[place].scope
        if len(scope) == 1:
            self.select_link(scope)
            return
        for link, places in self.mirror.links.places.items():
            if place in places:
                self.select_link(link)
                return
