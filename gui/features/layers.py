"""How does a person gather variables into a layer, and change what is gathered?

A layer's menu opens on its button, in the Model menu and on the canvas; it clamps, colours, marks as a block, renames,
and changes who belongs. Ctrl+G gathers what is selected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QInputDialog, QMenu

from gui import theme
from gui.canvas.edits import listed
from gui.panels.parts import swatch
from models import grouping
from models.errors import CliqueError
from models.project import Project

from .feature import Feature

if TYPE_CHECKING:
    from gui.main_window import MainWindow

COLOUR_WORDS = ("Blue", "Orange", "Green", "Pink", "Sky blue", "Vermilion", "Yellow", "Grey")


class Layers(Feature):
    """Layers of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asking: QInputDialog | None = None

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {"model.group": self.ask_group, "model.ungroup": self.ungroup}

    def connect_up(self) -> None:
        self.window.inspector.layers.menu_asked.connect(self.open_menu)
        self.window.inspector.layers.group_asked.connect(self.ask_group)
        self.window.scene.layers_wanted.connect(self.add_to_menu)
        self.show_selection(())

    def show_selection(self, selected: tuple[tuple[str, Any], ...]) -> None:
        actions = self.window.actions_by_key
        actions["model.group"].setEnabled(bool(self._selected))
        actions["model.ungroup"].setEnabled(bool(self._groups_of_selection()))

    def show_project(self, before: Project | None, after: Project) -> None:
        if before is None or before.groups != after.groups:
            self.window.actions_by_key["model.ungroup"].setEnabled(bool(self._groups_of_selection()))

    @property
    def _project(self) -> Project:
        return self.window.document.project

    @property
    def _selected(self) -> tuple[str, ...]:
        return self.window.scene.selection.variables

    def _groups_of_selection(self) -> list[str]:
        chosen = set(self._selected)
        return [group.name for group in self._project.groups if chosen and chosen.issuperset(group.members)]

    def _edit(self, text: str, change: Callable[[Project], Project]) -> None:
        try:
            after = change(self._project)
        except CliqueError as error:
            self.window.show_notice(error, "edit")
            return
        if after is not self._project:
            self.window.edit(text, after)

    # --- gathering ---------------------------------------------------------------------------------------------

    def ask_group(self) -> None:
        """Ask for a name and gather the selected variables under it."""
        if not self._selected:
            self.window.show_notice("Select the variables of the layer first: drag over them, or Shift-click.", "edit")
            return
        self._ask("New layer", f"Name of the layer of {listed(self._selected)}:", self._fresh_name(), self.group)

    def _fresh_name(self) -> str:
        return grouping.fresh_group_name(self._project)

    def group(self, name: str) -> None:
        """Gather the selected variables under a name."""
        chosen = self._selected
        used = {group.colour for group in self._project.groups}
        colour = next((k for k in range(len(COLOUR_WORDS)) if k not in used), 0)
        self._edit(
            f"Group {listed(chosen)} as {name.strip()}",
            lambda project: grouping.with_group(project, name, chosen, colour),
        )

    def ungroup(self) -> None:
        """Forget the layers all of whose variables are selected; the variables stay."""
        names = self._groups_of_selection()

        def change(project: Project) -> Project:
            for name in names:
                project = grouping.without_group(project, name)
            return project

        if names:
            self._edit(f"Ungroup {' and '.join(names)}" if len(names) < 3 else f"Ungroup {len(names)} layers", change)

    def _ask(self, title: str, label: str, text: str, take: Callable[[str], None]) -> None:
        """Open a small dialog for a name; it does not stop the window."""
        if self._asking is not None:
            self._asking.close()
        dialog = self._asking = QInputDialog(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(take)
        dialog.finished.connect(self._asked)
        dialog.open()

    @Slot()
    def _asked(self) -> None:
        self._asking = None

    # --- the menu of a layer -----------------------------------------------------------------------------------

    @Slot(str, QPoint)
    def open_menu(self, name: str, at: QPoint) -> None:
        """Open a layer's menu."""
        menu = QMenu(self.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window.document.changed.connect(menu.close)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(f"Layer {name}")
        self.fill_menu(menu, name)
        menu.popup(at)

    @Slot(object, object)
    def add_to_menu(self, menu: QMenu, names: tuple[str, ...]) -> None:
        """Add to the canvas's menu of some variables what concerns layers."""
        menu.addAction(self.window.actions_by_key["model.group"])
        for group in self._project.groups:
            if set(names) & set(group.members):
                part = menu.addMenu(f"&Layer {_plain(group.name)}")
                part.setToolTipsVisible(True)
                self.fill_menu(part, group.name)

    def fill_menu(self, menu: QMenu, name: str) -> None:
        """Put a layer's entries into a menu."""
        project = self._project
        group = grouping.group_named(project, name)
        members, chosen = set(group.members), set(self._selected)
        panel = self.window.inspector.layers
        clamped = all(member in project.evidence for member in members)
        _add(
            menu,
            "&Release" if clamped else f"&Clamp to {panel.state_label}",
            partial(panel.toggle_group, name),
            "Let its variables vary again" if clamped else "Clamp every variable of the layer",
        )
        _add(menu, "&Select", partial(self.window.scene.select_variables, group.members), "Select its variables")
        colours = menu.addMenu("C&olour")
        for k, word in enumerate(COLOUR_WORDS):
            change = partial(grouping.with_group_colour, name=name, colour=k)
            do = partial(self._edit, f"Colour layer {name}", change)
            _add(colours, f"&{word}", do, f"Outline in {word.lower()}", checked=group.colour == k)
            colours.actions()[-1].setIcon(swatch(theme.current().states[k]))
        change = partial(grouping.with_group_colour, name=name, colour=None)
        do = partial(self._edit, f"Colour layer {name}", change)
        _add(colours, "&No outline", do, "Do not outline it", checked=group.colour is None)
        change = partial(grouping.with_group_block, name=name, block=not group.block)
        forest = grouping.is_forest_given_rest(project, name)
        _add(
            menu,
            "Update as one &block",
            partial(self._edit, f"{'Unmark' if group.block else 'Mark'} block {name}", change),
            "Given the rest, this layer is a forest: it can be drawn as one block"
            if forest
            else "Given the rest, this layer still has a cycle; drawing it as one block costs more",
            checked=group.block,
        )
        menu.addSeparator()
        _add(menu, "Re&name…", partial(self.ask_name, name), "Type another name")
        _add(
            menu,
            "&Add selected",
            partial(self._edit, f"Add to layer {name}", partial(grouping.with_members, name=name, names=chosen)),
            "Put the selected variables into the layer",
        )
        menu.actions()[-1].setEnabled(bool(chosen - members))
        _add(
            menu,
            "&Take out selected",
            partial(
                self._edit, f"Take out of layer {name}", partial(grouping.without_members, name=name, names=chosen)
            ),
            "Take the selected variables out of the layer",
        )
        menu.actions()[-1].setEnabled(bool(chosen & members))
        _add(
            menu,
            "&Ungroup",
            partial(self._edit, f"Ungroup {name}", partial(grouping.without_group, name=name)),
            "Forget the layer; its variables stay",
        )

    def ask_name(self, name: str) -> None:
        """Ask for another name of a layer."""

        def take(new: str) -> None:
            self._edit(f"Rename layer {name} to {new.strip()}", partial(grouping.with_group_renamed, old=name, new=new))

        self._ask("Rename layer", f"New name of layer {name}:", name, take)


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _add(menu: QMenu, text: str, do: Callable[[], object], tip: str, *, checked: bool | None = None) -> None:
    action = menu.addAction(text)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    action.setWhatsThis(tip)
    if checked is not None:
        action.setCheckable(True)
        action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: do())
