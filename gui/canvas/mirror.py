"""What do the items on the canvas show besides the project, and where are they?

Numbers, a sampler's state, the selection; how much room all of it takes; and a drag, which runs ahead of the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from models.project import Position
from models.steps import drain

from .crowd import extent_of
from .crowding import largest_scale, spot
from .items import Ring
from .keeping import KeptItems
from .selection import Selection
from .style import style


class Mirror(KeptItems):
    """The items of one scene, and what they show."""

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(scene)
        self._ringed: set[str] = set()

    # --- numbers -----------------------------------------------------------------------------------------------

    def show_numbers(
        self, marginals: Mapping[str, Sequence[float]], priors: Mapping[str, Sequence[float]] | None
    ) -> None:
        """Show marginals by name, and hollow those without evidence."""
        self._once_come("numbers", lambda: self._show_numbers(marginals, priors))

    def _show_numbers(
        self, marginals: Mapping[str, Sequence[float]], priors: Mapping[str, Sequence[float]] | None
    ) -> None:
        for name, item in self.variables.items():
            item.set_numbers(marginals.get(name), None if priors is None else priors.get(name))

    def show_overlays(self, overlays: Mapping[int, Mapping[str, Sequence[float]]]) -> None:
        """Show marginals of compared evidence sets over the bars, by the number of the set's mark."""
        self._once_come("overlays", lambda: self._show_overlays(overlays))

    def _show_overlays(self, overlays: Mapping[int, Mapping[str, Sequence[float]]]) -> None:
        for name, item in self.variables.items():
            item.set_overlays([(k, marginals[name]) for k, marginals in overlays.items() if name in marginals])

    def show_stale(self, stale: bool) -> None:
        """Dim the numbers, or not."""
        self._once_come("stale", lambda: self._show_stale(stale))

    def _show_stale(self, stale: bool) -> None:
        for item in self.variables.values():
            item.set_stale(stale)

    def show_states(self, assignment: Mapping[str, int] | None, site: str | None) -> None:
        """Write a sampler's state into the nodes and ring the variable it has just updated."""
        self._once_come("states", lambda: self._show_states(assignment, site))

    def _show_states(self, assignment: Mapping[str, int] | None, site: str | None) -> None:
        for name, item in self.variables.items():
            item.set_current(None if assignment is None else assignment.get(name))
        rings: dict[str, Ring] = {}
        if assignment is not None and site in self.variables:
            for link in self.links.of.get(site, ()):
                rings.update(dict.fromkeys(link, Ring.BLANKET))
            rings[site] = Ring.SITE
        for name in self._ringed - set(rings):
            if name in self.variables:
                self.variables[name].set_ring(Ring.NONE)
        for name, ring in rings.items():
            self.variables[name].set_ring(ring)
        self._ringed = set(rings)

    def show_components(self, components: tuple[tuple[str, ...], ...]) -> None:
        """Show the components of the conditional model."""
        if components != self._components:
            self._components = components
            if not self.coming:  # else they are shown with the rest
                self._show_hulls()

    # --- looks -------------------------------------------------------------------------------------------------

    def show_selection(self, selection: Selection) -> None:
        """Mark what is selected."""
        old, self._selection = self._selection, selection
        for name in {*old.variables, *selection.variables}:
            if name in self.variables:
                self.variables[name].set_selected(name in selection.variables)
        own = frozenset(link[0] for link in selection.links if len(link) == 1)
        if own != self._own:
            self._own = own
            drain(self._show_links())
            self._show_ties()
        drain(self._look([link for link in {*old.links, *selection.links} if link in self.links.places]))

    def move(self, places: Mapping[str, Position]) -> None:
        """Move items ahead of the project, while they are dragged."""
        for name, place in places.items():
            self.variables[name].setPos(*place)
        self.links.follow({link for name in places for link in self.links.of.get(name, ())})
        if self.moral is not None:
            self.moral.follow()
        self._bands.follow(places)
        self.outlines.follow(places)
        self._tell_followers()

    def settle(self, names: Iterable[str]) -> None:
        """Put items back where the project has them."""
        positions = self.project.positions
        self.move({n: positions[n] for n in names if n in self.variables and self.place(n) != positions[n]})

    def restyle(self, far: bool) -> None:
        """Draw everything in another style."""
        for item in self.variables.values():
            item.restyle()
        self.links.restyle(far)
        self.links.follow(self.links.places)
        if self.moral is not None:
            self.moral.update()
        self._bands.follow()
        self.outlines.follow()
        self._tell_followers()

    def room(self, enough: float) -> float:
        """Return how large nodes and cards can be drawn before they touch, at most `enough`."""
        return largest_scale(
            [spot((item.x(), item.y()), item.variable.labels, self._in_corner) for item in self.seen()],
            enough,
        )

    def extent(self) -> QRectF:
        """Return what all nodes together cover, the squares beside them and the outlines around them."""
        box, circle = extent_of(self.seen()) if self.simplified else QRectF(), style().circle
        for item in () if self.simplified else self.seen():
            place = item.pos()
            box = box.united(circle.translated(place)).united(item.bars.card.translated(place))
        half = 1.5 * style().square
        for (name,), (x, y) in ((link, at) for link, at in self.links.square_at.items() if len(link) == 1):
            if name not in self.hidden:
                box = box.united(QRectF(x - half, y - half, 2 * half, 2 * half))
        for outline in self.outlines.items:
            box = box.united(outline.covered())
        return box
