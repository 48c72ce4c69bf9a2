"""How do the items on the canvas stay equal to the project?

The project is the truth; items are views of it, known by name. `show` compares the project shown with the next one by
identity, part by part, and touches only what differs. Items are removed one by one and forgotten here, in one place.
What replaces everything else may come with pauses, see `coming.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from models.project import Project
from models.steps import Steps, drain

from .coming import Change, ComingItems
from .crowd import Crowd
from .hanging import hang_in_corner
from .hulls import HullItem, Hulls, Inside, worth_showing
from .items import VariableItem
from .links import Around, Links
from .moral import MoralItem
from .outlines import Outlines
from .scopes import Link
from .selection import Selection
from .style import Look, style
from .viewing import Shown, View, dotted_in, hidden_in, shown_in, tied_in

_MOST_SQUARES = 600  # of a factor graph; beyond that they are one item
_CHUNK = 500  # links


class KeptItems(ComingItems):
    """The items of one scene."""

    def __init__(self, scene: QGraphicsScene) -> None:
        super().__init__(Links(scene, Around(self._place, self._boxes)))
        self._scene = scene
        self.view = View.FULL
        self.moral: MoralItem | None = None
        self.crowd: Crowd | None = None
        self.outlines = Outlines(scene, self._place)
        self.followers: list[Callable[[], None]] = []  # told when variables moved, came or went
        self._bands = Hulls(scene, Inside(self._circle, self._lines))
        self._components: tuple[tuple[str, ...], ...] = ()
        self._selection = Selection()
        self._own: frozenset[str] = frozenset()  # variables whose own factor is selected, and so shown in any view
        self._in_corner = False

    # --- the project -------------------------------------------------------------------------------------------

    def show(self, after: Project) -> Change:
        """Make the items equal to a project."""
        self.complete()
        before, self.project = self.project, after
        change = drain(self._steps(before, after))
        self._tell_of(change)
        return change

    def _replace(self, after: Project) -> Steps[Change]:
        yield from self._clear()
        return (yield from self._steps(Project(), after, anew=True))

    def _clear(self) -> Steps[None]:
        """Remove all items, whatever there is."""
        for item in (self.moral, self.crowd):
            if item is not None:
                self._scene.removeItem(item)
        self.moral = self.crowd = None
        self._bands.show([])
        self.outlines.show(Project())
        yield from self._links.show_steps(Shown({}), layered=False)
        while self._variables:
            self._scene.removeItem(self._variables.popitem()[1])
            yield
        self._hidden, self._own, self._in_corner = frozenset(), frozenset(), False

    def _steps(self, before: Project, after: Project, anew: bool = False) -> Steps[Change]:
        """Make the items equal to a project; `anew`: there are none yet."""
        renamed: dict[str, str] = {}
        added: list[str] = []
        names_changed = anew or before.ugm.names != after.ugm.names
        if anew or before.ugm.variables is not after.ugm.variables:
            renamed = {} if anew else self._show_names(before, after)
            added = yield from self._show_variables(after)
            yield from self._show_crowd()
        moved = (anew or before.positions is not after.positions) and (yield from self._show_positions(after))
        fresh = set(added) | set(renamed.values())
        clamps_changed = anew or before.evidence is not after.evidence
        if clamps_changed or fresh:
            self._show_clamps(before, after, fresh)
        if anew or before.soft is not after.soft or fresh:
            self._show_soft(before, after, fresh)
        yield
        hidden_changed = self._show_hidden(after)
        factors_changed = names_changed or before.ugm.factors is not after.ugm.factors
        new_links: set[Link] = set()
        if factors_changed or hidden_changed:
            self._own = frozenset(renamed.get(name, name) for name in self._own)
            yield
            new_links = yield from self._show_links()
        if moved and not new_links:
            yield from self._links.follow_steps(self._links.places)
        elif moved:
            yield from self._links.follow_steps([link for link in self._links.places if link not in new_links])
        if factors_changed or hidden_changed or before.ties is not after.ties:
            self._show_ties()
        yield
        if factors_changed or hidden_changed or before.arcs is not after.arcs:
            self._show_moral(after)
        elif self.moral is not None:
            self.moral.show_clamped(after.evidence)
            if moved:
                self.moral.follow()
        if new_links or moved or names_changed:
            yield from self._hang_bars()
        if clamps_changed or new_links:
            yield from self._look(list(self._links.places))
        if names_changed or moved or clamps_changed or new_links:
            self._show_hulls()
        yield
        if anew or before.ugm is not after.ugm or moved or hidden_changed or before.groups != after.groups:
            self.outlines.show(after, self._hidden)
        return Change(renamed, tuple(added), names_changed, moved, hidden_changed)

    def set_view(self, view: View) -> None:
        """Look at the project in another way."""
        self.complete()
        self.view = view
        self._show_hidden(self.project)
        drain(self._show_links())
        self._show_ties()
        self._show_moral(self.project)
        drain(self._hang_bars())
        drain(self._look(list(self._links.places)))
        self._show_hulls()
        self.outlines.show(self.project, self._hidden)
        self._tell_followers()

    def _tell_of(self, change: Change) -> None:
        if change.variables or change.moved or change.hidden:
            self._tell_followers()

    def _tell_followers(self) -> None:
        for follow in self.followers:
            follow()

    @property
    def hulls(self) -> list[HullItem]:
        """The bands around components."""
        self.complete()
        return self._bands.items

    def _boxes(self) -> Iterable[QRectF]:
        boxes = [box for item in self._seen() for box in (item.circle(), item.card())]
        if self.view is View.CONDITIONAL:  # the numbers of the components are there
            side, off = style().badge_radius, style().radius + style().badge_radius
            boxes += [QRectF(item.x() - off, item.y() - off, 2 * side, 2 * side) for item in self._seen()]
        return boxes

    # --- part by part ------------------------------------------------------------------------------------------

    def _show_hidden(self, after: Project) -> bool:
        """Leave out what the view leaves out; return whether that is something else than before."""
        hidden = hidden_in(self.view, after)
        changed = hidden ^ self._hidden
        for name in changed | hidden:
            if name in self._variables:
                self._variables[name].setVisible(name not in hidden)
        self._hidden = hidden
        return bool(changed)

    def _show_links(self) -> Steps[set[Link]]:
        squares = self.view is View.FACTORS
        shown = shown_in(self.view, self.project, self._own)
        many = squares and len(shown.places) > _MOST_SQUARES
        yield
        return (yield from self._links.show_steps(shown, self.simplified or many, squares))

    def _show_ties(self) -> None:
        """Mark the links of tied factors."""
        self._links.show_ties(tied_in(self.project, self._links.places))

    def _show_names(self, before: Project, after: Project) -> dict[str, str]:
        """Rename items, so that what is renamed stays the same thing on the canvas."""
        old, new = before.ugm.names, after.ugm.names
        if len(old) != len(new):
            return {}
        renamed = {a: b for a, b in zip(old, new, strict=True) if a != b}
        if any(b in before.ugm or a in after.ugm or a not in self._variables for a, b in renamed.items()):
            return {}
        for a, b in renamed.items():
            self._variables[b] = self._variables.pop(a)
        return renamed

    def _show_variables(self, after: Project) -> Steps[list[str]]:
        for name in [name for name in self._variables if name not in after.ugm]:
            self._scene.removeItem(self._variables.pop(name))
            yield
        added = []
        for variable in after.ugm.variables:
            item = self._variables.get(variable.name)
            if item is None:
                item = VariableItem(variable)
                item.setPos(*after.positions[variable.name])
                self._variables[variable.name] = item
                self._scene.addItem(item)
                added.append(variable.name)
                yield
            elif item.variable is not variable:
                item.set_variable(variable)
                yield
        return added

    def _show_crowd(self) -> Steps[None]:
        """Let one item draw all variables from afar where there are many."""
        if self.crowd is not None and not self.simplified:
            self._scene.removeItem(self.crowd)
            self.crowd = None
        elif self.crowd is None and self.simplified:
            self._scene.addItem(crowd := Crowd(self._seen))
            self.crowd = crowd
        for item in self._variables.values():
            item.crowded = self.simplified
        yield

    def _show_positions(self, after: Project) -> Steps[bool]:
        moved = False
        for name, position in after.positions.items():
            item = self._variables[name]
            if (item.x(), item.y()) != position:
                item.setPos(*position)
                moved = True
                yield
        return moved

    def _show_clamps(self, before: Project, after: Project, fresh: set[str]) -> None:
        for name in {*before.evidence, *after.evidence, *fresh}:
            if name in self._variables:
                self._variables[name].set_clamped(after.evidence.get(name))

    def _show_soft(self, before: Project, after: Project, fresh: set[str]) -> None:
        for name in {*before.soft, *after.soft, *fresh}:
            if name in self._variables:
                likelihood = after.soft.get(name)
                self._variables[name].set_soft(None if likelihood is None else likelihood.tolist())

    def _show_moral(self, after: Project) -> None:
        """Show the edges that moralisation added; there is an item for them only while there are any."""
        children = {} if self.simplified else dotted_in(self.view, after, self._links.places)
        if children and self.moral is None:
            self.moral = MoralItem(self._place)
            self._scene.addItem(self.moral)
        elif not children and self.moral is not None:
            self._scene.removeItem(self.moral)
            self.moral = None
        if self.moral is not None:
            self.moral.show_pairs(children, after.evidence)

    def _hang_bars(self) -> Steps[None]:
        """Hang the bars of all variables where they hide few edges."""
        at = {name: (item.x(), item.y()) for name, item in self._variables.items()}
        in_corner = self._in_corner = hang_in_corner(at, self._links.places, self._in_corner)
        yield
        for item in self._variables.values():
            if item.in_corner != in_corner:
                item.set_in_corner(in_corner)
                yield

    def _show_hulls(self) -> None:
        """Draw bands for what is known of the components; what was clamped or deleted since then is left out."""
        groups: list[tuple[str, ...]] = []
        if not self.simplified:
            free = [
                tuple(name for name in members if name in self._variables and name not in self.project.evidence)
                for members in self._components
            ]
            groups = [members for members in free if members]
            if not worth_showing(groups, bool(self.project.evidence)):
                groups = []
        self._bands.show(groups)

    def _circle(self, name: str) -> QRectF:
        return self._variables[name].circle()

    def _lines(self, members: Collection[str]) -> list[QLineF]:
        """Return the lines of the links between members of a group."""
        links = {link for name in members for link in self._links.of.get(name, ()) if all(n in members for n in link)}
        return [QLineF(*a, *b) for link in sorted(links) for a, b in self._links.segments(link)]

    def _look(self, links: list[Link]) -> Steps[None]:
        """Draw links in the look that clamps and the selection give them."""
        clamped, chosen = self.project.evidence, set(self._selection.links)
        for begin in range(0, len(links), _CHUNK):
            looks = {}
            for link in links[begin : begin + _CHUNK]:
                pale = any(name in clamped for name in link) if clamped else False
                looks[link] = Look.SELECTED if link in chosen else Look.PALE if pale else Look.PLAIN
            self._links.look(looks)
            yield
