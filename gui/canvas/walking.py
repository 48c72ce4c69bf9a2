"""Where does the keyboard go on the canvas: to which variable or edge next, and to which one a new edge?

Tab goes through the variables in model order, Alt with an arrow to the nearest one in that direction, and a full stop
through the edges of the variable that was selected last. While an edge is being drawn, the same keys choose its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from models.arranging import towards

from .gestures import Connect

if TYPE_CHECKING:
    from .scene import GraphScene

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def aiming(scene: GraphScene) -> Connect | None:
    """Return the edge that is being drawn without a button held, or None."""
    gesture = scene.gesture
    return gesture if isinstance(gesture, Connect) and gesture.sticky else None


def next_variable(scene: GraphScene, forward: bool) -> bool:
    """Select the next variable in model order, or the one before; return False when there is none."""
    hidden = scene.mirror.hidden
    names = [name for name in scene.project.ugm.names if name not in hidden]
    if not names:
        return False
    step = 1 if forward else -1
    aim = aiming(scene)
    if aim is not None:
        at = names.index(aim.target or aim.name)
        ends = [names[(at + k * step) % len(names)] for k in range(1, len(names) + 1)]
        aim.aim_at(next((name for name in ends if name != aim.name), None))
        return True
    chosen = scene.selection.variables
    last = names.index(chosen[-1]) if chosen and chosen[-1] in names else -1 if forward else 0
    scene.select_variable(names[(last + step) % len(names)])
    return True


def variable_towards(scene: GraphScene, direction: tuple[int, int], extend: bool = False) -> bool:
    """Select the nearest variable in a direction, or add it to the selection; return False when there is none."""
    hidden = scene.mirror.hidden
    positions = {name: place for name, place in scene.project.positions.items() if name not in hidden}
    aim = aiming(scene)
    if aim is not None:
        name = towards(positions, positions[aim.target or aim.name], direction, skip=[aim.name])
        if name is not None:
            aim.aim_at(name)
        return name is not None
    chosen = scene.selection.variables
    if not chosen or chosen[-1] in hidden:
        return next_variable(scene, forward=True)
    name = towards(positions, positions[chosen[-1]], direction, skip=chosen if extend else ())
    if name is None:
        return False
    if extend:
        scene.select(scene.selection.joined([name]))
    else:
        scene.select_variable(name)
    return True


def next_link(scene: GraphScene, forward: bool) -> bool:
    """Select the next edge or factor of the variable selected last; of all where there is none."""
    links = list(scene.mirror.links.places)
    chosen = scene.selection
    if chosen.variables:
        scene.origin = chosen.variables[-1]
    elif chosen.links and scene.origin not in chosen.links[-1]:
        scene.origin = ""
    if scene.origin in scene.mirror.variables and (chosen.variables or chosen.links):
        links = [link for link in links if scene.origin in link]
    if not links:
        return False
    at = links.index(chosen.links[-1]) if chosen.links and chosen.links[-1] in links else -1 if forward else 0
    scene.select_link(links[(at + (1 if forward else -1)) % len(links)])
    return True
