"""Which menus open on the canvas?

Menus act on the whole selection when the mouse is on a part of it. They open without waiting (`popup`), and delete
themselves when they close.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from gui.words import called

from . import edits, soft_edits
from .scopes import Link

if TYPE_CHECKING:
    from .editing import EditingScene


def _menu(scene: EditingScene, parent: QWidget, name: str) -> QMenu:
    """Return a menu about the project as it is now: it closes when an answer or a file makes another of it."""
    menu = QMenu(parent)
    scene.outdated.connect(menu.close)
    menu.setAccessibleName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    return menu


def _plain(text: str) -> str:
    """Return a text as a menu shows it: an ampersand is itself, not a mnemonic."""
    return text.replace("&", "&&")


def _add(menu: QMenu, text: str, do: Callable[[], object], tip: str, *, checked: bool | None = None) -> None:
    action = menu.addAction(text)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    if checked is not None:
        action.setCheckable(True)
        action.setChecked(checked)
    action.triggered.connect(lambda _checked=False: do())


def _add_states(menu: QMenu, scene: EditingScene, names: Sequence[str]) -> None:
    """Add an entry for each state that all the variables have, checked when they all are clamped to it."""
    project = scene.project
    many = len(names) > 1
    for label in edits.common_labels(project, names):
        states = edits.states_labelled(project, names, label)
        text = label if many else f"{called(names[0])} = {label}"
        checked = all(project.evidence.get(name) == state for name, state in states.items())
        _add(
            menu,
            _plain(text),
            partial(scene.apply, partial(edits.clamp, states=states)),
            f"Clamp {edits.listed(names)} to {label}",
            checked=checked,
        )


def _add_release(menu: QMenu, scene: EditingScene, names: Sequence[str]) -> None:
    project = scene.project
    clamped = [name for name in names if name in project.evidence or name in project.soft]
    _add(
        menu,
        "&Release" if len(names) == 1 else f"&Release {_plain(edits.listed(names))}",
        partial(scene.apply, partial(edits.release, names=clamped)),
        "Let it vary again",
    )
    menu.actions()[-1].setEnabled(bool(clamped))


def _add_exclusions(menu: QMenu, scene: EditingScene, names: Sequence[str]) -> None:
    """Add an entry for each state that all the variables have, checked when they all exclude it; and soft evidence."""
    project = scene.project
    part = menu.addMenu("No&t this state")
    part.setToolTipsVisible(True)
    for label in edits.common_labels(project, names):
        states = edits.states_labelled(project, names, label)
        checked = all(soft_edits.is_excluded(project, name, state) for name, state in states.items())
        text = f"{called(names[0])} ≠ {label}" if len(names) == 1 else f"≠ {label}"
        toggle = partial(soft_edits.toggle_labelled, names=names, label=label)
        tip = f"{'Allow' if checked else 'Exclude'} {label}; with Alt, a click on its bar does the same"
        _add(part, _plain(text), partial(scene.apply, toggle), tip, checked=checked)
    part.setEnabled(bool(part.actions()))
    if len(names) == 1:
        tip = "Say how likely each state made what was seen"
        _add(menu, "&Soft evidence…", lambda: scene.soft_asked.emit(names[0]), tip)
    elif len(names) == 2:
        pair = tuple(names)
        tip = "Whether the clamps separate them, with the open path lit if not"
        _add(menu, "Are they &independent?", lambda: scene.independence_asked.emit(pair), tip)


def states_menu(scene: EditingScene, name: str, parent: QWidget) -> QMenu:
    """Return the list of states that opens on a click in the Clamp tool."""
    menu = _menu(scene, parent, f"States of {name}")
    _add_states(menu, scene, [name])
    menu.addSeparator()
    _add_release(menu, scene, [name])
    return menu


def variable_menu(scene: EditingScene, name: str, parent: QWidget) -> QMenu:
    """Return the context menu of a variable, or of the selection it belongs to."""
    names = scene.selection.variables if name in scene.selection.variables else (name,)
    menu = _menu(scene, parent, f"Variable {name}")
    states = menu.addMenu("&Clamp to" if len(names) == 1 else f"&Clamp {_plain(edits.listed(names))} to")
    _add_states(states, scene, names)
    states.setEnabled(bool(states.actions()))
    _add_exclusions(menu, scene, names)
    _add_release(menu, scene, names)
    if len(names) == 1:
        ask = menu.addMenu(f"&Ask p({_plain(called(name))} = …)")
        asked = scene.project.query
        for state, label in enumerate(scene.project.ugm.variable(name).labels):
            _add(
                ask,
                _plain(f"p({called(name)} = {label})"),
                partial(scene.query_asked.emit, {name: state}),
                "Show this probability in the headline",
                checked=dict(asked) == {name: state},
            )
        menu.addSeparator()
        _add(menu, "Re&name…", lambda: scene.rename_asked.emit(name), "Type another name")
    menu.addSeparator()
    scene.layers_wanted.emit(menu, tuple(names))
    menu.addSeparator()
    _add(menu, "&Delete", scene.delete_selection, "Delete with all factors that mention it")
    return menu


def link_menu(scene: EditingScene, link: Link, parent: QWidget) -> QMenu:
    """Return the context menu of an edge or of a factor over more variables."""
    is_edge = len(link) == 2
    menu = _menu(scene, parent, f"{'Edge' if is_edge else 'Factor'} {', '.join(link)}")
    _add(menu, "&Edit factor", lambda: scene.ask_factor(link), "Show its table")
    _add(
        menu,
        "&Delete edge" if is_edge else "&Delete factor",
        scene.delete_selection,
        "Delete the factor; the variables stay",
    )
    return menu


def canvas_menu(scene: EditingScene, point: QPointF, parent: QWidget) -> QMenu:
    """Return the context menu of the empty canvas."""
    menu = _menu(scene, parent, "Canvas")
    _add(menu, "&Add variable here", lambda: scene.add_variable(point), "A variable with two states")
    menu.addSeparator()
    _add(menu, "&Select all", scene.select_all, "Select every variable")
    _add(menu, "&Fit", scene.fit_asked.emit, "Show the whole graph")
    return menu
