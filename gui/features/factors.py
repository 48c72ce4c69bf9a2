"""How are factors made and tied from the canvas, its menus and the keys?

What is tied is what is selected: edges and squares, or, where only variables are selected, all edges among them. The
page of a factor in the inspector asks for the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.canvas import factor_edits
from gui.canvas.selection import Selection
from gui.canvas.style import style
from gui.words import called
from models import factor_edits as model_edits
from models.project import Project

from .feature import Feature

_SAID_MS = 5000


class Factors(Feature):
    """Making and tying in one window."""

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "view.logs": self.toggle_logs,
            "model.join_factor": self.join,
            "model.own_factor": self.show_own,
            "model.tie": self.tie,
            "model.untie": self.untie,
            "model.untie_all": self.untie_all,
            "model.select_tied": self.select_tied,
        }

    def connect_up(self) -> None:
        page = self.window.inspector.factor
        page.tie_asked.connect(self.tie)
        page.untie_asked.connect(self.untie)
        page.untie_all_asked.connect(self.untie_all)
        page.select_tied_asked.connect(self.select_tied)
        self.window.inspector.joint.tie_asked.connect(self.tie)
        self.window.inspector.joint.join_asked.connect(self.join)
        page.unit_changed.connect(self.window.actions_by_key["view.logs"].setChecked)
        self.window.scene.menu_made.connect(self._add_to_menu)
        self.show_selection(())

    def show_project(self, before: Project | None, after: Project) -> None:
        if before is None or before.ties is not after.ties or before.ugm.factors is not after.ugm.factors:
            self._enable()

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        self._enable()

    def _enable(self) -> None:
        chosen = self.window.scene.selection
        actions = self.window.actions_by_key
        n = len(chosen.variables)
        places = self._links_chosen()
        project = self._project
        tied = {scope for tie in project.ties for scope in tie}
        any_tied = bool(tied) and any(project.ugm.factors[place].scope in tied for place in self._places())
        actions["model.join_factor"].setEnabled(n > 1)
        actions["model.own_factor"].setEnabled(n == 1)
        actions["model.tie"].setEnabled(len(places) > 1 or n > 1)
        for key in ("model.untie", "model.untie_all", "model.select_tied"):
            actions[key].setEnabled(any_tied)

    @property
    def _project(self) -> Project:
        return self.window.document.project

    def _links_chosen(self) -> list[int]:
        """Return the factors of the edges and squares selected, in the order of the selection."""
        scene = self.window.scene
        if not scene.selection.links:
            return []  # and do not ask for what is drawn, which may still be on its way
        n = len(self._project.ugm.factors)
        drawn = scene.mirror.links.places
        return [place for link in scene.selection.links for place in drawn.get(link, ()) if place < n]

    def _places(self) -> list[int]:
        """Return the factors that are meant: those selected, or all edges among the variables selected."""
        chosen = self._links_chosen()
        if chosen:
            return chosen
        return list(model_edits.pairs_within(self._project, self.window.scene.selection.variables))

    # --- making ------------------------------------------------------------------------------------------------

    @Slot()
    def join(self) -> None:
        """Make one factor over the selected variables, and show its table."""
        scene = self.window.scene
        names = scene.selection.variables
        before = len(self._project.ugm.factors)
        if scene.apply(lambda project: factor_edits.join_into_one(project, names)):
            after = len(self._project.ugm.factors)
            if after > before:
                scene.select_factor(after - 1)

    def show_own(self) -> None:
        """Show the table of the selected variable's own factor; add one where there is none."""
        scene = self.window.scene
        if len(scene.selection.variables) != 1:
            return
        (name,) = scene.selection.variables
        if name in scene.mirror.hidden:
            self._say(f"{called(name)} is clamped, and this view leaves it out. Alt+1 shows the full graph.")
            return
        if model_edits.own_factor(self._project, name) is None:
            scene.apply(lambda project: factor_edits.add_own(project, name))
        place = model_edits.own_factor(self._project, name)
        if place is not None:
            scene.factor_asked.emit(place)
            reach = 2 * style().square
            at = scene.link_point(name)
            self.window.view.ensureVisible(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach), 4, 4)

    def toggle_logs(self) -> None:
        """Show logs in place of potentials, or the other way round."""
        page = self.window.inspector.factor
        page.show_logs(not page.logs)

    # --- tying -------------------------------------------------------------------------------------------------

    @Slot()
    def tie(self) -> None:
        """Let the factors meant share the table of the first."""
        places = self._places()
        if self.window.scene.apply(lambda project: factor_edits.tie(project, places)):
            first = factor_edits.scope_words(self._project.ugm.factors[places[0]].scope)
            n = len(model_edits.tied_places(self._project, places[0])) + 1
            self._say(f"{n} factors now share the table of {first}. Editing one of them edits all.")

    @Slot()
    def untie(self) -> None:
        """Let the factors meant have tables of their own."""
        places = self._places()
        self.window.scene.apply(lambda project: factor_edits.untie(project, places))

    @Slot()
    def untie_all(self) -> None:
        """Undo the tie of the first factor meant that is tied."""
        project = self._project
        place = next((place for place in self._places() if model_edits.tied_places(project, place)), None)
        if place is not None:
            self.window.scene.apply(lambda project: factor_edits.untie_all(project, place))

    @Slot()
    def select_tied(self) -> None:
        """Select everything that shares a table with what is selected."""
        project, scene = self._project, self.window.scene
        scopes = {project.ugm.factors[place].scope for place in self._places()}
        tied = {scope for tie in project.ties if not scopes.isdisjoint(tie) for scope in tie}
        places = scene.mirror.links.places
        chosen = [link for link, found in places.items() if any(project.ugm.factors[k].scope in tied for k in found)]
        first = [link for link in scene.selection.links if link in chosen]
        scene.select(Selection(links=tuple(dict.fromkeys([*first, *chosen]))))
        self.window.view.setFocus()

    def _say(self, text: str) -> None:
        self.window.statusBar().showMessage(text, _SAID_MS)

    # --- menus -------------------------------------------------------------------------------------------------

    @Slot(object, str, QPointF)
    def _add_to_menu(self, menu: QMenu, kind: str, point: QPointF) -> None:
        """Offer in a menu of the canvas what makes sense there."""
        actions = self.window.actions_by_key
        last = menu.actions()[-1]
        chosen = self.window.scene.selection
        if kind == "variable":
            keys = ["model.own_factor"] if len(chosen.variables) == 1 else ["model.join_factor", "model.tie"]
        elif kind == "link":
            keys = ["model.tie"] if len(self._links_chosen()) > 1 else []
            if actions["model.untie"].isEnabled():
                keys += ["model.untie", "model.untie_all", "model.select_tied"]
        else:
            menu.addSeparator()
            menu.addActions([actions[f"view.{view}"] for view in ("full", "conditional", "factors")])
            return
        offered: list[QAction] = [actions[key] for key in keys if actions[key].isEnabled()]
        if offered:
            menu.insertActions(last, offered)
            menu.insertSeparator(last)
