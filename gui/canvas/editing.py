"""What can be done on the canvas, by mouse, key or menu alike?

`EditingScene` holds the tool in hand and the gesture under way; it turns commands into edits.
How events reach it and how results are shown is for `scene.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, Signal, Slot
from PySide6.QtWidgets import QGraphicsView

from models.arranging import free_place, next_line, snap
from models.errors import CliqueError
from models.project import Position, Project

from . import edits, menus, soft_edits
from .choosing import ChoosingScene
from .gestures import Connect, Gesture
from .grid import STEP
from .scopes import Link
from .tools import TOOLS, Tool


class EditingScene(ChoosingScene):
    """The canvas as something to edit; its signals are those of `ChoosingScene`, and these.

    Signals
    -------
    edited : (str, Project, merge key)
        The person made an edit; the text is for the Undo menu.
    noticed : (CliqueError or str)
        Something that was tried cannot be done.
    tool_changed : (str)
        "select", "lasso", "node", "edge", "clamp" or "pan".
    query_asked : (dict)
        Ask for the probability of these states, name to state.
    rename_asked : (str)
        Let the person type another name for this variable.
    soft_asked : (str)
        Let the person weigh the states of this variable.
    independence_asked : (tuple of str)
        Ask whether these variables are independent given the clamps.
    factor_asked : (int)
        Show the table of the factor at this place.
    fit_asked : ()
        Show the whole graph.
    replaced : ()
        Another document is shown.
    reshaped : (bool)
        Variables or outlines came, went or moved; whether by an edit made on the canvas itself.
    emptied : (bool)
        Whether there is nothing on the canvas.
    outdated : ()
        Another project comes: what offers to do something with the present one, like an open menu, is to go.
    shown : ()
        What is on the canvas, or its numbers, may have changed.
    simplified : (bool)
        The model is drawn in a simpler way because of its size.
    aimed : (str, str)
        An edge is being drawn from one variable to another; "" for an end that is not chosen, or once it is over.
    snapping : (bool)
        Whether variables snap to the grid.
    menu_made : (QMenu, str, QPointF)
        A menu about "variable", "link" or "canvas" at a place is made; others may add to it.
    variable_clicked : (str)
        A click on a variable, not on its bars.
    layers_wanted : (QMenu, tuple of str)
        A menu about these variables is made; whoever knows of layers may add to it.
    """

    edited = Signal(str, object, object)
    noticed = Signal(object)
    tool_changed = Signal(str)
    query_asked = Signal(object)
    rename_asked = Signal(str)
    soft_asked = Signal(str)
    independence_asked = Signal(object)
    factor_asked = Signal(int)
    fit_asked = Signal()
    replaced = Signal()
    reshaped = Signal(bool)
    emptied = Signal(bool)
    outdated = Signal()
    shown = Signal()
    simplified = Signal(bool)
    aimed = Signal(str, str)
    snapping = Signal(bool)
    menu_made = Signal(object, str, QPointF)
    layers_wanted = Signal(object, object)
    variable_clicked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool = TOOLS["select"]
        self.snaps = False
        self.origin = ""  # the variable whose edges the keyboard goes through
        self._gesture: Gesture | None = None
        self._applying = False
        self._excluding = False

    # --- edits out ---------------------------------------------------------------------------------------------

    def apply(self, make: Callable[[Project], edits.Edit | None]) -> bool:
        """Make an edit of the project shown and send it out; return whether there was one."""
        try:
            edit = make(self.project)
        except CliqueError as error:
            self.noticed.emit(error)
            return False
        if edit is None:
            return False
        self._applying = True
        try:
            self.edited.emit(edit.text, edit.after, edit.merge_key)
        finally:
            self._applying = False
        return True

    def add_variable(self, point: QPointF) -> None:
        """Add a variable at a point and select it."""
        name = self.project.fresh_name()
        place = self.on_grid((point.x(), point.y()))
        added = self.apply(lambda project: edits.add_variable(project, place))
        if added and name in self.mirror.variables:
            self.select_variable(name)

    def add_near(self) -> None:
        """Add a variable beside the one selected last, or where the view looks, and select it."""
        self.cancel_gesture()
        chosen, positions = self.selection.variables, self.project.positions
        if chosen:
            near = positions[chosen[-1]]
        else:
            view = self._view()
            middle = view.mapToScene(view.viewport().rect().center())
            near = (round(middle.x()), round(middle.y()))
        self.add_variable(QPointF(*free_place(positions, near)))

    def join_selection(self) -> None:
        """Join every two of the selected variables; or start an edge at the only one, to choose its end by keys."""
        if self.cancel_gesture():
            return
        chosen = self.selection.variables
        if len(chosen) == 1 and len(self.mirror.variables) > 1:
            self._gesture = Connect.by_keys(self, chosen[0])
            self.aimed.emit(chosen[0], "")
        elif len(chosen) < 2:
            self.noticed.emit("An edge joins two variables. Select two, or one and then choose the other.")
        else:
            self.apply(lambda project: edits.join_all(project, chosen))

    def accept_aim(self) -> None:
        """Join to the end that was chosen by keys; without one, go on choosing."""
        gesture = self._gesture
        if isinstance(gesture, Connect) and gesture.target is not None:
            self._gesture = None
            gesture.accept()

    # --- places ------------------------------------------------------------------------------------------------

    def set_snaps(self, snaps: bool) -> None:
        """Let variables snap to the grid, and show it."""
        if snaps != self.snaps:
            self.snaps = snaps
            self.snapping.emit(snaps)

    def on_grid(self, place: Position) -> Position:
        """Return a place, on the grid if that is on."""
        return (snap(place[0], STEP), snap(place[1], STEP)) if self.snaps else place

    def nudge(self, direction: tuple[int, int], step: float, number: int) -> None:
        """Move the selection a step, on the grid to its next line; nudges of one number are undone together."""
        self.cancel_gesture()
        chosen, positions = self.selection.variables, self.project.positions
        dx, dy = direction[0] * step, direction[1] * step
        if self.snaps and step >= STEP:
            x, y = positions[chosen[-1]]
            dx = next_line(x, STEP, direction[0]) - x if dx else 0.0
            dy = next_line(y, STEP, direction[1]) - y if dy else 0.0
        moved = {name: (positions[name][0] + dx, positions[name][1] + dy) for name in chosen}
        self.apply(lambda project: edits.move(project, moved, ("nudge", number)))

    def delete_selection(self) -> None:
        """Delete the selected variables with their factors, and the selected edges and factors."""
        self.cancel_gesture()
        chosen, places = self.selection, self.mirror.links.places
        self.apply(lambda project: edits.delete(project, chosen.variables, chosen.links, places))

    def clamp_selection(self, label: str) -> None:
        """Clamp the selected variables to the state with this label (or this number)."""
        chosen = self.selection.variables
        if not chosen:
            self.noticed.emit("Select a variable first, then type the number of its state.")
            return
        states = edits.states_labelled(self.project, chosen, label)
        if not states:
            have = ", ".join(edits.common_labels(self.project, chosen)[:12])
            who = edits.listed(chosen, "selected variable")
            self.noticed.emit(f"{who} cannot be {label}." + (f" States: {have}." if have else ""))
            return
        self.apply(lambda project: edits.clamp(project, states))

    def release_selection(self) -> None:
        """Release the selected variables."""
        chosen = self.selection.variables
        self.apply(lambda project: edits.release(project, chosen))

    def begin_exclusion(self) -> None:
        """Let the next digit exclude a state instead of clamping to it."""
        self._excluding = bool(self.selection.variables)
        if self._excluding:
            self.noticed.emit("Not this state: type its number, or Esc.")
        else:
            self.noticed.emit("Select a variable first, then press X and the number of the state to exclude.")

    def end_exclusion(self) -> bool:
        """Return whether a digit would have excluded a state, and let it clamp again."""
        excluding, self._excluding = self._excluding, False
        return excluding

    def exclude_selection(self, label: str) -> None:
        """Exclude the state with this label (or this number) of the selected variables; or allow it again."""
        chosen = self.selection.variables
        if not edits.states_labelled(self.project, chosen, label):
            self.clamp_selection(label)  # says which states there are
        else:
            self.apply(lambda project: soft_edits.toggle_labelled(project, chosen, label))

    def click_state(self, name: str, state: int, excludes: bool = False) -> None:
        """Do what a click on the bar of a state means: clamp to it or release it, exclude it or allow it."""
        toggle = soft_edits.toggle_exclusion if excludes else edits.toggle_clamp
        self.apply(lambda project: toggle(project, name, state))

    def click_bar(self, point: QPointF, excludes: bool = False) -> bool:
        """Clamp, release, exclude or allow by a click on a bar; return whether there is a bar."""
        hit = self.hit(point, links=False)
        if hit.variable is None or hit.state is None:
            return False
        self.click_state(hit.variable, hit.state, excludes)
        return True

    def ask_factor(self, link: Link) -> None:
        """Ask for the table of an edge or a factor."""
        self.select_link(link)
        self.factor_asked.emit(self.mirror.links.places[link][0])

    # --- tools and gestures ------------------------------------------------------------------------------------

    @Slot(str)
    def set_tool(self, name: str) -> None:
        """Take another tool in hand."""
        if TOOLS[name] is not self.tool:
            self.cancel_gesture()
            self.tool = TOOLS[name]
            self.tool_changed.emit(name)

    @property
    def gesture(self) -> Gesture | None:
        """The gesture under way."""
        return self._gesture

    def cancel_gesture(self) -> bool:
        """Undo what the gesture under way shows; return whether there was one."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def escape(self) -> None:
        """Cancel the gesture; or go back to Select; or select nothing."""
        if self.cancel_gesture():
            return
        if self.tool.name != "select":
            self.set_tool("select")
        else:
            self.select_nothing()

    def open_states(self, name: str, at: QPoint) -> None:
        """Open the list of a variable's states."""
        menus.states_menu(self, name, self._view()).popup(at)

    def open_menu(self, point: QPointF, at: QPoint) -> None:
        """Open the context menu for what is at a point."""
        self.cancel_gesture()
        hit = self.hit(point)
        if hit.variable is not None:
            if hit.variable not in self.selection.variables:
                self.select_variable(hit.variable)
            menu, kind = menus.variable_menu(self, hit.variable, self._view()), "variable"
        elif hit.link is not None:
            if hit.link not in self.selection.links:
                self.select_link(hit.link)
            menu, kind = menus.link_menu(self, hit.link, self._view()), "link"
        else:
            menu, kind = menus.canvas_menu(self, point, self._view()), "canvas"
        self.menu_made.emit(menu, kind, point)
        menu.popup(at)

    def _view(self) -> QGraphicsView:
        return self.views()[0]
