"""Where do the bars of all variables hang, the same for all so that they compare well?

Below is the usual place. In lattices and layers, where most variables have an edge straight down, the lower right is
better; once there, they stay until such edges are rare, so that one edge does not move everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .scopes import Link, Point

_STEEP = 0.25  # sideways for each step down: so steep an edge would run through bars hanging below
_MANY_DOWN, _FEW_DOWN = 0.5, 0.2  # shares of the variables with such an edge


def hang_in_corner(at: Mapping[str, Point], links: Iterable[Link], in_corner: bool) -> bool:
    """Return whether bars should hang at the lower right.

    Parameters
    ----------
    at : dict of str to point
        Where the variables are.
    links : iterable of Link
    in_corner : bool
        Whether they hang there now.
    """
    over_an_edge: set[str] = set()
    for link in links:
        if len(link) == 2:
            (ax, ay), (bx, by) = at[link[0]], at[link[1]]
            if abs(ax - bx) < _STEEP * abs(ay - by):
                over_an_edge.add(link[0] if ay < by else link[1])
    return len(over_an_edge) >= (_FEW_DOWN if in_corner else _MANY_DOWN) * max(len(at), 1)
