"""How do the items on the canvas stay equal to the project?

The project is the truth; items are views of it, known by name. `show` compares the project shown with the next one by
identity, part by part, and touches only what differs. Items are removed one by one and forgotten here, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from models.project import Position, Project

from .crowd import Crowd, extent_of
from .crowding import largest_scale, spot
from .hulls import HullItem, make_hulls, worth_showing
from .items import Ring, VariableItem
from .links import Around, Links
from .moral import MoralItem
from .outlines import Outlines
from .scopes import Link
from .selection import Selection
from .style import Look, style
from .viewing import View, dotted_in, hidden_in, shown_in, tied_in

MOST_DETAILED = 500  # variables; beyond that, edges are one item and components have no bands
_MOST_SQUARES = 600  # of a factor graph; beyond that they are one item

_STEEP = 0.25  # sideways for each step down: so steep an edge would run through bars hanging below
_MANY_DOWN, _FEW_DOWN = 0.5, 0.2  # shares of the variables with such an edge


@dataclass(frozen=True, slots=True)
class Change:
    """What `show` did."""

    renamed: Mapping[str, str]
    added: tuple[str, ...]
    variables: bool  # came, went or were renamed
    moved: bool


class Mirror:
    """The items of one scene."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.project = Project()
        self.view = View.FULL
        self.variables: dict[str, VariableItem] = {}
        self.hidden: frozenset[str] = frozenset()  # variables that the view leaves out
        self.links = Links(scene, Around(self.place, self._boxes))
        self.hulls: list[HullItem] = []
        self.moral: MoralItem | None = None
        self.crowd: Crowd | None = None
        self.outlines = Outlines(scene, self.place)
        self._components: tuple[tuple[str, ...], ...] = ()
        self._selection = Selection()
        self._own: frozenset[str] = frozenset()  # variables whose own factor is selected, and so shown in any view
        self._ringed: set[str] = set()
        self._in_corner = False
        self.followers: list[Callable[[], None]] = []  # told when variables moved, came or went

    @property
    def simplified(self) -> bool:
        """Whether the model is so large that it is drawn in a simpler way."""
        return len(self.variables) > MOST_DETAILED

    def place(self, name: str) -> Position:
        """Return where a variable is on the canvas now, during a drag too."""
        item = self.variables[name]
        return item.x(), item.y()

    def seen(self) -> list[VariableItem]:
        """Return the variables that the view shows."""
        return [item for name, item in self.variables.items() if name not in self.hidden]

    def _boxes(self) -> Iterable[QRectF]:
        boxes = [box for item in self.seen() for box in (item.circle(), item.card())]
        if self.view is View.CONDITIONAL:  # the numbers of the components are there
            side, off = style().badge_radius, style().radius + style().badge_radius
            boxes += [QRectF(item.x() - off, item.y() - off, 2 * side, 2 * side) for item in self.seen()]
        return boxes

    # --- the project -------------------------------------------------------------------------------------------

    def show(self, after: Project) -> Change:
        """Make the items equal to a project."""
        before, self.project = self.project, after
        renamed: dict[str, str] = {}
        added: list[str] = []
        names_changed = before.ugm.names != after.ugm.names
        if before.ugm.variables is not after.ugm.variables:
            renamed = self._show_names(before, after)
            added = self._show_variables(after)
            self._show_crowd()
        moved = before.positions is not after.positions and self._show_positions(after)
        fresh = set(added) | set(renamed.values())
        clamps_changed = before.evidence is not after.evidence
        if clamps_changed or fresh:
            self._show_clamps(before, after, fresh)
        if before.soft is not after.soft or fresh:
            self._show_soft(before, after, fresh)
        hidden_changed = self._show_hidden(after)
        factors_changed = before.ugm.factors is not after.ugm.factors or names_changed
        new_links: set[Link] = set()
        if factors_changed or hidden_changed:
            self._own = frozenset(renamed.get(name, name) for name in self._own)
            new_links = self._show_links()
        if moved and not new_links:
            self.links.follow(self.links.places)
        elif moved:
            self.links.follow([link for link in self.links.places if link not in new_links])
        if factors_changed or hidden_changed or before.ties is not after.ties:
            self._show_ties()
        if factors_changed or hidden_changed or before.arcs is not after.arcs:
            self._show_moral(after)
        elif self.moral is not None:
            self.moral.show_clamped(after.evidence)
            if moved:
                self.moral.follow()
        if new_links or moved or names_changed:
            self._hang_bars()
        if clamps_changed or new_links:
            self._look(self.links.places)
        if names_changed or moved or clamps_changed or new_links:
            self._show_hulls()
        if before.ugm is not after.ugm or moved or hidden_changed or before.groups != after.groups:
            self.outlines.show(after, self.hidden)
        if names_changed or moved or hidden_changed:
            self._tell_followers()
        return Change(renamed, tuple(added), names_changed, moved)

    def set_view(self, view: View) -> None:
        """Look at the project in another way."""
        self.view = view
        self._show_hidden(self.project)
        self._show_links()
        self._show_ties()
        self._show_moral(self.project)
        self._hang_bars()
        self._look(self.links.places)
        self._show_hulls()
        self.outlines.show(self.project, self.hidden)
        self._tell_followers()

    def _show_hidden(self, after: Project) -> bool:
        """Leave out what the view leaves out; return whether that is something else than before."""
        hidden = hidden_in(self.view, after)
        changed = hidden ^ self.hidden
        for name in changed | hidden:
            if name in self.variables:
                self.variables[name].setVisible(name not in hidden)
        self.hidden = hidden
        return bool(changed)

    def _show_links(self) -> set[Link]:
        squares = self.view is View.FACTORS
        shown = shown_in(self.view, self.project, self._own)
        many = squares and len(shown.places) > _MOST_SQUARES
        return self.links.show(shown, self.simplified or many, squares)

    def _show_ties(self) -> None:
        """Mark the links of tied factors."""
        self.links.show_ties(tied_in(self.project, self.links.places))

    def _show_names(self, before: Project, after: Project) -> dict[str, str]:
        """Rename items, so that what is renamed stays the same thing on the canvas."""
        old, new = before.ugm.names, after.ugm.names
        if len(old) != len(new):
            return {}
        renamed = {a: b for a, b in zip(old, new, strict=True) if a != b}
        if any(b in before.ugm or a in after.ugm or a not in self.variables for a, b in renamed.items()):
            return {}
        for a, b in renamed.items():
            self.variables[b] = self.variables.pop(a)
        return renamed

    def _show_variables(self, after: Project) -> list[str]:
        for name in [name for name in self.variables if name not in after.ugm]:
            self._scene.removeItem(self.variables.pop(name))
        added = []
        for variable in after.ugm.variables:
            item = self.variables.get(variable.name)
            if item is None:
                item = VariableItem(variable)
                item.setPos(*after.positions[variable.name])
                self.variables[variable.name] = item
                self._scene.addItem(item)
                added.append(variable.name)
            elif item.variable is not variable:
                item.set_variable(variable)
        return added

    def _show_crowd(self) -> None:
        """Let one item draw all variables from afar where there are many."""
        if self.crowd is not None and not self.simplified:
            self._scene.removeItem(self.crowd)
            self.crowd = None
        elif self.crowd is None and self.simplified:
            self._scene.addItem(crowd := Crowd(self.seen))
            self.crowd = crowd
        for item in self.variables.values():
            item.crowded = self.simplified

    def _show_positions(self, after: Project) -> bool:
        moved = False
        for name, position in after.positions.items():
            if self.place(name) != position:
                self.variables[name].setPos(*position)
                moved = True
        return moved

    def _show_clamps(self, before: Project, after: Project, fresh: set[str]) -> None:
        for name in {*before.evidence, *after.evidence, *fresh}:
            if name in self.variables:
                self.variables[name].set_clamped(after.evidence.get(name))

    def _show_soft(self, before: Project, after: Project, fresh: set[str]) -> None:
        for name in {*before.soft, *after.soft, *fresh}:
            if name in self.variables:
                likelihood = after.soft.get(name)
                self.variables[name].set_soft(None if likelihood is None else likelihood.tolist())

    def _show_moral(self, after: Project) -> None:
        """Show the edges that moralisation added; there is an item for them only while there are any."""
        children = {} if self.simplified else dotted_in(self.view, after, self.links.places)
        if children and self.moral is None:
            self.moral = MoralItem(self.place)
            self._scene.addItem(self.moral)
        elif not children and self.moral is not None:
            self._scene.removeItem(self.moral)
            self.moral = None
        if self.moral is not None:
            self.moral.show_pairs(children, after.evidence)

    def _hang_bars(self) -> None:
        """Hang the bars of all variables where they hide few edges, the same for all so that they compare well.

        Below is the usual place. In lattices and layers, where most variables have an edge straight down, the lower
        right is better; once there, they stay until such edges are rare, so that one edge does not move everything.
        """
        at = {name: (item.x(), item.y()) for name, item in self.variables.items()}
        down = 0
        for name, (x, y) in at.items():
            ends = [at[other] for link in self.links.of.get(name, ()) if len(link) == 2 for other in link]
            down += any(b > y and abs(a - x) < _STEEP * (b - y) for a, b in ends)
        share = down / max(len(self.variables), 1)
        in_corner = share >= (_FEW_DOWN if self._in_corner else _MANY_DOWN)
        self._in_corner = in_corner
        for item in self.variables.values():
            item.set_in_corner(in_corner)

    # --- numbers -----------------------------------------------------------------------------------------------

    def show_numbers(
        self, marginals: Mapping[str, Sequence[float]], priors: Mapping[str, Sequence[float]] | None
    ) -> None:
        """Show marginals by name, and hollow those without evidence."""
        for name, item in self.variables.items():
            item.set_numbers(marginals.get(name), None if priors is None else priors.get(name))

    def show_overlays(self, overlays: Mapping[int, Mapping[str, Sequence[float]]]) -> None:
        """Show marginals of compared evidence sets over the bars, by the number of the set's mark."""
        for name, item in self.variables.items():
            item.set_overlays([(k, marginals[name]) for k, marginals in overlays.items() if name in marginals])

    def show_stale(self, stale: bool) -> None:
        """Dim the numbers, or not."""
        for item in self.variables.values():
            item.set_stale(stale)

    def show_states(self, assignment: Mapping[str, int] | None, site: str | None) -> None:
        """Write a sampler's state into the nodes and ring the variable it has just updated."""
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
            self._show_hulls()

    def _show_hulls(self) -> None:
        """Draw bands for what is known of the components; what was clamped or deleted since then is left out."""
        free = [
            tuple(name for name in members if name in self.variables and name not in self.project.evidence)
            for members in self._components
        ]
        groups = [members for members in free if members]
        if self.simplified or not worth_showing(groups, bool(self.project.evidence)):
            groups = []
        if [hull.members for hull in self.hulls] != groups:
            for hull in self.hulls:
                self._scene.removeItem(hull)
            self.hulls = make_hulls(groups)
            for hull in self.hulls:
                self._scene.addItem(hull)
        self._lay_hulls(self.hulls)

    def _lay_hulls(self, hulls: Iterable[HullItem]) -> None:
        for hull in hulls:
            members = set(hull.members)
            items = [self.variables[name] for name in hull.members]
            links = {link for name in members for link in self.links.of.get(name, ()) if members.issuperset(link)}
            hull.follow(
                [item.circle() for item in items],
                [QLineF(*a, *b) for link in sorted(links) for a, b in self.links.segments(link)],
            )

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
            self._show_links()
            self._show_ties()
        self._look([link for link in {*old.links, *selection.links} if link in self.links.places])

    def _look(self, links: Iterable[Link]) -> None:
        clamped, chosen = self.project.evidence, set(self._selection.links)
        looks = {}
        for link in links:
            pale = any(name in clamped for name in link)
            looks[link] = Look.SELECTED if link in chosen else Look.PALE if pale else Look.PLAIN
        self.links.look(looks)

    def move(self, places: Mapping[str, Position]) -> None:
        """Move items ahead of the project, while they are dragged."""
        for name, place in places.items():
            self.variables[name].setPos(*place)
        self.links.follow({link for name in places for link in self.links.of.get(name, ())})
        if self.moral is not None:
            self.moral.follow()
        if self.hulls:
            moved = set(places)
            self._lay_hulls([hull for hull in self.hulls if not moved.isdisjoint(hull.members)])
        self.outlines.follow(places)
        self._tell_followers()

    def _tell_followers(self) -> None:
        for follow in self.followers:
            follow()

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
        self._lay_hulls(self.hulls)
        self.outlines.follow()
        self._tell_followers()

    def room(self, enough: float) -> float:
        """Return how large nodes and cards can be drawn before they touch, at most `enough`."""
        if self.simplified:
            return enough
        return largest_scale(
            [spot((item.x(), item.y()), item.variable.labels, self._in_corner) for item in self.seen()],
            enough,
        )

    def extent(self) -> QRectF:
        """Return what all nodes together cover, and the squares beside them."""
        box, circle = extent_of(self.seen()) if self.simplified else QRectF(), style().circle
        for item in () if self.simplified else self.seen():
            place = item.pos()
            box = box.united(circle.translated(place)).united(item.bars.card.translated(place))
        half = 1.5 * style().square
        for (name,), (x, y) in ((link, at) for link, at in self.links.square_at.items() if len(link) == 1):
            if name not in self.hidden:
                box = box.united(QRectF(x - half, y - half, 2 * half, 2 * half))
        return box
