"""What is selected on the canvas, as a value?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from .scopes import Link


@dataclass(frozen=True, slots=True)
class Selection:
    """Variables and links, each in the order in which they were selected."""

    variables: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.variables or self.links)

    def toggled(self, *, variable: str | None = None, link: Link | None = None) -> Selection:
        """Add or take away one thing."""
        if variable is not None:
            return replace(self, variables=_toggle(self.variables, variable))
        return replace(self, links=_toggle(self.links, link))

    def joined(self, variables: Iterable[str]) -> Selection:
        """Add variables."""
        return replace(self, variables=tuple(dict.fromkeys([*self.variables, *variables])))

    def within(self, variables: Collection[str], links: Collection[Link], renamed: Mapping[str, str]) -> Selection:
        """Keep what there still is, under its present name."""
        names = [renamed.get(name, name) for name in self.variables]
        moved = [tuple(renamed.get(name, name) for name in link) for link in self.links]
        return Selection(
            tuple(name for name in names if name in variables), tuple(link for link in moved if link in links)
        )

    def named(self, places: Mapping[Link, tuple[int, ...]]) -> tuple[tuple[str, str | int], ...]:
        """Return it in the words of the panels: ("variable", name) and ("factor", place) pairs."""
        return (
            *(("variable", name) for name in self.variables),
            *(("factor", place) for link in self.links for place in places.get(link, ())),
        )


def _toggle(things: tuple, thing: object) -> tuple:
    return tuple(t for t in things if t != thing) if thing in things else (*things, thing)
