"""Which items are there while a large project comes on the canvas?

Making thousands of items takes longer than the window may wait, so a large project that replaces another comes in
several turns of the event loop. Nobody sees a part of it: whoever looks at the items meanwhile finds all of them,
because looking makes what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.project import Position, Project
from models.steps import Steps

from .gradual import Gradual
from .items import VariableItem
from .links import Links

MOST_DETAILED = 500  # variables; beyond that, edges are one item and components have no bands
_MOST_AT_ONCE = 600  # variables and factors; beyond that, another project comes gradually


@dataclass(frozen=True, slots=True)
class Change:
    """What `show` did."""

    renamed: dict[str, str]
    added: tuple[str, ...]
    variables: bool  # came, went or were renamed
    moved: bool
    hidden: bool  # others than before


class ComingItems:
    """The items of one scene, all of which may not be there yet."""

    def __init__(self, links: Links) -> None:
        self.project = Project()
        # What makes the items uses these, and does so in the middle of it too; everybody else, the properties.
        self._variables: dict[str, VariableItem] = {}
        self._hidden: frozenset[str] = frozenset()
        self._links = links
        self._coming: Gradual[Change] = Gradual()
        self._when_come: dict[str, Callable[[], None]] = {}

    # --- what there is -----------------------------------------------------------------------------------------

    @property
    def coming(self) -> bool:
        """Whether the items of another project are being made."""
        return self._coming.busy

    @property
    def variables(self) -> dict[str, VariableItem]:
        """The items of the variables, all of them."""
        self.complete()
        return self._variables

    @property
    def links(self) -> Links:
        """The marks of edges and factors, all of them."""
        self.complete()
        return self._links

    @property
    def hidden(self) -> frozenset[str]:
        """Variables that the view leaves out."""
        self.complete()
        return self._hidden

    @property
    def simplified(self) -> bool:
        """Whether the model is so large that it is drawn in a simpler way."""
        return len(self.project.ugm.variables) > MOST_DETAILED

    def place(self, name: str) -> Position:
        """Return where a variable is on the canvas now, during a drag too."""
        self.complete()
        return self._place(name)

    def seen(self) -> list[VariableItem]:
        """Return the variables that the view shows."""
        self.complete()
        return self._seen()

    def _place(self, name: str) -> Position:
        item = self._variables[name]
        return item.x(), item.y()

    def _seen(self) -> list[VariableItem]:
        return [item for name, item in self._variables.items() if name not in self._hidden]

    def begin(self, after: Project, done: Callable[[Change], None]) -> bool:
        """Replace all items by those of another project, what is still to come of the last one included.

        A large project comes with `advance`, a small one at once. `done` is told afterwards.

        Returns
        -------
        bool
            Whether something is left to come.
        """
        self.drop()
        self._coming.start(self._replace(after), lambda change: self._have_come(change, done))
        self.project = after
        if len(after.ugm.variables) + len(after.ugm.factors) <= _MOST_AT_ONCE:
            self.complete()
        return self._coming.busy

    def advance(self, seconds: float) -> bool:
        """Make items for about so long; return whether there are more to come."""
        self._coming.advance(seconds)
        return self._coming.busy

    def complete(self) -> None:
        """Make all items that are still to come."""
        self._coming.finish()

    def drop(self) -> None:
        """Make no more of the items that are still to come; `begin` or nothing follows."""
        self._coming.drop()
        self._when_come.clear()

    def _have_come(self, change: Change, done: Callable[[Change], None]) -> None:
        self._tell_of(change)
        done(change)
        later = list(self._when_come.values())
        self._when_come.clear()
        for act in later:
            act()

    def _once_come(self, what: str, act: Callable[[], None]) -> None:
        """Do something to the items, once all are there; of the same kind only the last."""
        if self._coming.busy:
            self._when_come.pop(what, None)
            self._when_come[what] = act
        else:
            act()

    def _replace(self, after: Project) -> Steps[Change]:
        """Remove all items and make those of a project."""
        raise NotImplementedError

    def _tell_of(self, change: Change) -> None:
        """Tell whoever follows the items that they have changed."""
        raise NotImplementedError
