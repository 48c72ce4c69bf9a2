"""How do mouse and keys on the canvas become edits, and results become pictures?

`GraphScene` is the canvas as the rest of the window sees it: values come in through `show_...` slots, edits go out as a
text and a new `Project` through `edited`. Events go to the tool in hand, which starts a gesture; the items themselves
never answer the mouse. Nothing here is part of the document.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QGraphicsSceneContextMenuEvent,
    QGraphicsSceneHelpEvent,
    QGraphicsSceneMouseEvent,
    QToolTip,
)

from gui import theme
from models.project import Project

from .coming import MOST_DETAILED, Change
from .editing import EditingScene
from .gestures import Pointer
from .hits import Hit
from .style import FAR, set_room, style, wanted_scale
from .viewing import View, link_words

_PATIENCE_MS = 150  # answers that come sooner replace the old numbers without dimming them first
_MOST_HOVERED_LINKS = 600
_GO = 0.012  # seconds in each turn of the event loop for the items of another document


class GraphScene(EditingScene):
    """The canvas as the rest of the window sees it; its signals are those of `EditingScene`, and more.

    Signals
    -------
    view_changed : (View)
        The same project is seen in another way.
    awaited : (bool)
        Whether the picture of another, large document is still to come.
    """

    view_changed = Signal(object)
    awaited = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last_hit = Hit()
        self._hovered: str | None = None
        self._stale = self._awaiting = False
        self._was_simplified = False
        self._drawn = style().scale
        self._dimming = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._dimming.timeout.connect(self._dim)
        self._coming = QTimer(self, interval=0)  # items of another document
        self._coming.timeout.connect(self._advance)
        theme.notifier.changed.connect(self._restyle)
        self._colour()

    # --- values in ---------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show the next project; `before` is None when it is another document."""
        self.outdated.emit()
        if before is None:
            self._replace(after)
        else:
            self._follow(after)

    def _replace(self, after: Project) -> None:
        """Show another document; a large one comes in the next turns of the event loop."""
        had_some = bool(self.project.ugm.variables)
        self.mirror.drop()
        self.cancel_gesture()
        self.select_nothing()
        self.mirror.show_components(())
        self._stale = False  # it has no numbers yet
        self._dimming.stop()
        if had_some or after.ugm.variables:
            self.emptied.emit(not after.ugm.variables)
        if len(after.ugm.variables) > MOST_DETAILED:  # there is room, whatever their places: make them once
            set_room(math.inf)
            self._drawn = style().scale
        if self.mirror.begin(after, self._have_come):
            self._coming.start()
            self._set_awaiting(True)
        self._tell_of_size()

    @Slot()
    def _advance(self) -> None:
        if not self.mirror.advance(_GO):
            self._coming.stop()
            self._set_awaiting(False)

    def _have_come(self, change: Change) -> None:
        self._coming.stop()
        self._set_awaiting(False)
        self._find_room()
        self.grow(fresh=True)
        self.replaced.emit()
        self.shown.emit()

    def _set_awaiting(self, awaiting: bool) -> None:
        if awaiting != self._awaiting:
            self._awaiting = awaiting
            self.awaited.emit(awaiting)

    def _follow(self, after: Project) -> None:
        """Show what an edit made of the document."""
        shown = self.project
        if shown.ugm.names != after.ugm.names or shown.positions is not after.positions:
            self.cancel_gesture()
        change = self.mirror.show(after)
        if (change.variables or change.moved) and not self._applying:
            self._find_room()
        self.grow()
        self.select(self.selection.within(self.mirror.variables, self.mirror.links.places, change.renamed))
        if shown.ugm is not after.ugm or shown.evidence is not after.evidence or shown.soft is not after.soft:
            self._dimming.start()  # the numbers of another model, unless new ones come soon
        if change.variables or change.moved:
            self.reshaped.emit(self._applying)
        elif shown.groups != after.groups:
            self.reshaped.emit(False)  # outlines reach further than nodes
        if not shown.ugm.variables or not after.ugm.variables:
            self.emptied.emit(not after.ugm.variables)
        self._tell_of_size()
        self.shown.emit()

    def _tell_of_size(self) -> None:
        if self.mirror.simplified != self._was_simplified:
            self._was_simplified = self.mirror.simplified
            self.simplified.emit(self._was_simplified)

    def show_inference(self, inference: Any, prior: Any = None, stale: bool = False) -> None:
        """Show marginals (an `Inference`), hollow those of the model without evidence, or dim what is shown.

        Parameters
        ----------
        inference : Inference or None
            Its `marginals` map names to arrays; None leaves nothing to show.
        prior : Inference or None
            The same without evidence; drawn hollow while there is any.
        stale : bool
            The numbers belong to an earlier model: shown pale.
        """
        before = prior.marginals if prior is not None and (self.project.evidence or self.project.soft) else None
        self.mirror.show_numbers({} if inference is None else inference.marginals, before)
        self._dimming.stop()
        if not stale:
            self._stale = False
            self.mirror.show_stale(False)
        elif not self._stale:
            self._dimming.start()
        self.shown.emit()

    def show_overlays(self, overlays: Mapping[int, Mapping[str, Any]]) -> None:
        """Show marginals of compared evidence sets over the bars, by the number of the set's mark."""
        self.mirror.show_overlays(overlays)

    def show_components(self, components: Iterable[Iterable[str]] | None) -> None:
        """Show the components of the conditional model; None or () for none."""
        self.mirror.show_components(tuple(tuple(members) for members in components or ()))

    def show_states(self, assignment: Mapping[str, int] | None, last_site: str | None = None) -> None:
        """Write a sampler's present state into the nodes and ring what it updated last; (None, None) ends it."""
        self.mirror.show_states(assignment, last_site)

    def _dim(self) -> None:
        self._stale = True
        self.mirror.show_stale(True)

    def settle(self) -> None:
        """Stop waiting for anything: the canvas is out of sight."""
        if self._dimming.isActive():
            self._dimming.stop()
            self._dim()
        self._coming.stop()
        self.cancel_gesture()

    def complete(self) -> None:
        """Show at once what is still to come."""
        self.mirror.complete()

    def go_on(self) -> None:
        """Go on with what was still to come: the canvas is in sight again."""
        if self.mirror.coming:
            self._coming.start()

    def set_view(self, view: View) -> None:
        """Look at the project in another way; nothing of it changes."""
        if view is self.mirror.view:
            return
        self.cancel_gesture()
        self.mirror.set_view(view)
        self.select(self.selection.within(self.mirror.variables, self.mirror.links.places, {}))
        self._find_room()
        self.grow()
        self.view_changed.emit(view)
        self.reshaped.emit(False)
        self.shown.emit()

    # --- style -------------------------------------------------------------------------------------------------

    def _find_room(self) -> None:
        """Draw large where there is room; never under the hand that moves something."""
        set_room(math.inf)
        wanted = wanted_scale(theme.current(), theme.font_scale())
        if wanted > 1 and not self.mirror.simplified:
            set_room(self.mirror.room(wanted))
        if style().scale != self._drawn:
            self._draw_anew()

    def _draw_anew(self) -> None:
        grown = style().scale != self._drawn
        self._drawn = style().scale
        self.mirror.restyle(self._scale < FAR)
        if grown:
            self.reshaped.emit(False)  # the view shows all of it again

    def _restyle(self) -> None:
        self._find_room()
        self._draw_anew()
        self._colour()

    def _colour(self) -> None:
        self.setBackgroundBrush(theme.current().canvas)

    # --- events ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        pointer = _pointer(event)
        if event.button() != Qt.MouseButton.LeftButton:
            self.cancel_gesture()
            return
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.sticky:
            self._gesture = gesture.press(pointer)
            return
        if gesture is not None:
            gesture.cancel()
        self.last_hit = self.hit(pointer.pos)
        self._gesture = self.tool.press(self, pointer)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pointer = _pointer(event)
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self._gesture = gesture.press(pointer)
        else:
            self._gesture = self.tool.double_click(self, pointer)
            self.last_hit = Hit()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        pointer = _pointer(event)
        if self._gesture is None:
            self._hover(pointer)
        elif self._gesture.sticky or event.buttons() & Qt.MouseButton.LeftButton:
            self._gesture.move(pointer)
        else:
            self.cancel_gesture()  # the release went to some other window

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton or self._gesture is None:
            return
        gesture, self._gesture = self._gesture, None
        self._gesture = gesture.release(_pointer(event))

    def contextMenuEvent(self, event: QGraphicsSceneContextMenuEvent) -> None:
        event.accept()
        self.open_menu(event.scenePos(), event.screenPos())

    def helpEvent(self, event: QGraphicsSceneHelpEvent) -> None:
        hit = self.hit(event.scenePos(), links=False)
        text = ""
        if hit.variable is not None:
            text = self.mirror.variables[hit.variable].tool_tip
        elif (link := self.hit(event.scenePos()).link) is not None:
            links = self.mirror.links
            text = link_words(self.project, link, links.places[link], links.is_square(link), link in links.reduced)
        if not text and hit.variable is None and self.mirror.moral is not None:
            text = self.mirror.moral.tool_tip(event.scenePos(), self._scale)
        shown = "<br>".join(map(escape, text.splitlines()))  # a name may look like markup
        QToolTip.showText(event.screenPos(), f"<p style='white-space: pre'>{shown}</p>" if shown else "")
        event.accept()

    def _hover(self, pointer: Pointer) -> None:
        """Light up the bar under the mouse, and let the cursor tell what a click does."""
        hit = self.hit(pointer.pos, links=len(self.mirror.links.places) <= _MOST_HOVERED_LINKS)
        if self._hovered not in (None, hit.variable) and self._hovered in self.mirror.variables:
            self.mirror.variables[self._hovered].set_hovered(None)
        self._hovered = hit.variable
        if hit.variable is not None:
            self.mirror.variables[hit.variable].set_hovered(hit.state)
        on_target = hit.state is not None or hit.link is not None
        for view in self.views():
            view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if on_target else self.tool.cursor)


def _pointer(event: QGraphicsSceneMouseEvent) -> Pointer:
    return Pointer(event.scenePos(), event.screenPos(), event.modifiers())
