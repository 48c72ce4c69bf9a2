"""Which questions can be asked with one click?

The menu of the headline's answer tile: the states of the selected variable (of each variable, where none is selected),
the data's commonest row, and nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from models.project import Project

from .theme import subscript
from .words import joint_word, state_words

Ask = Callable[[Mapping[str, int]], object]
_MOST_VARIABLES = 16
_MOST_STATES = 24


def question_menu(project: Project, selected: tuple[str, ...], ask: Ask, parent: QWidget) -> QMenu:
    """Return the menu; `ask` is called with what is chosen, with the question in hand again to ask it no more."""
    menu = QMenu(parent)
    menu.setAccessibleName("Questions")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    free = [name for name in project.ugm.names if name not in project.evidence]
    if len(selected) == 1:
        _add_states(menu, project, selected[0], ask)
    else:
        for name in (list(selected) or free or list(project.ugm.names))[:_MOST_VARIABLES]:
            part = menu.addMenu(f"p({_plain(subscript(name))} = …)")
            part.setToolTipsVisible(True)
            _add_states(part, project, name, ask)
    row = commonest_row(project)
    if row:
        menu.addSeparator()
        word = joint_word(project.ugm, row)
        given = " | clamps" if project.evidence else ""
        text = f"p({word or 'the commonest row'}{given})"
        _add(menu, project, text, row, ask, "The probability of the row that the data show most often")
    if project.query:
        menu.addSeparator()
        _add(menu, project, "Ask nothing", project.query, ask, "Take the question away")
        menu.actions()[-1].setCheckable(False)
    return menu


def commonest_row(project: Project) -> dict[str, int]:
    """Return the joint state that the data show most often, if it is about all of this model; else nothing."""
    ugm = project.ugm
    for record in project.fits:
        states = dict(zip(record.names, record.event, strict=True))
        if set(states) == set(ugm.names) and all(s < ugm.variable(n).n_states for n, s in states.items()):
            return states
    return {}


def _add_states(menu: QMenu, project: Project, name: str, ask: Ask) -> None:
    given = " | clamps" if project.evidence else ""
    for state in range(min(project.ugm.variable(name).n_states, _MOST_STATES)):
        words = state_words(project.ugm, name, state)
        _add(menu, project, f"p({words}{given})", {name: state}, ask, f"Show p({words}{given}) in the headline")


def _add(menu: QMenu, project: Project, text: str, query: Mapping[str, int], ask: Ask, tip: str) -> None:
    action = menu.addAction(_plain(text))
    action.setToolTip(tip)
    action.setStatusTip(tip)
    action.setCheckable(True)
    action.setChecked(dict(project.query) == dict(query))
    action.triggered.connect(partial(_chosen, ask, dict(query)))


def _chosen(ask: Ask, query: Mapping[str, int], _checked: bool = False) -> None:
    ask(query)


def _plain(text: str) -> str:
    return text.replace("&", "&&")
