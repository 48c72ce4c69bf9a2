"""Into which blocks are the free variables parted, and is each a forest given the rest?

Blocks are layers of the document that are marked as such, so they are saved with it and coloured on the canvas. They
can be proposed, taken from whole layers, or gathered by hand; the list says of each what it is, at once.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import theme
from gui.words import brief, count
from models.block_edits import (
    block_groups,
    judge_blocks,
    with_blocks,
    with_layers_as_blocks,
    with_new_block,
    without_blocks,
)
from models.errors import CliqueError
from models.project import Project

from .parts import ButtonGrid, Paragraph, Section, push_button

if TYPE_CHECKING:
    from models.blocks import Blocks

_MOST_CHECKED = 600  # variables up to which the check follows every edit


class BlocksPanel(QWidget):
    """The box itself.

    Signals
    -------
    edited : (str, Project, merge key)
    noticed : (error)
    asked : ()
        Propose blocks.
    """

    edited = Signal(str, object, object)
    noticed = Signal(object)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._selected: tuple[str, ...] = ()
        self._section = Section("Blocks")
        self.list = Paragraph()
        self.list.setTextFormat(Qt.TextFormat.RichText)
        self.list.setAccessibleName("Blocks")
        self.chosen = Paragraph()  # what the selection would be as a block, while it is drawn
        self.chosen.setAccessibleName("The selection as a block")
        self._buttons = ButtonGrid()
        made = []
        for text, tip, do in (
            ("Propose", "Part the free variables into few blocks that are forests given the rest", self.asked.emit),
            (
                "Whole layers",
                "Make blocks of whole layers, several in one where that stays a forest",
                self._from_layers,
            ),
            (
                "Selection",
                "Make a block of the selected variables, and take them out of other blocks",
                self._from_selection,
            ),
            ("No blocks", "Forget the blocks; layers that people named stay", self._forget),
        ):
            button = push_button(text, tip, f"Blocks: {text}")
            button.clicked.connect(do)
            made.append(button)
        self._propose, self._layers, self._gather, self._clear = made
        self._buttons.show_buttons(list(made), 2)
        self._section.body.addWidget(self.list)
        self._section.body.addWidget(self.chosen)
        self._section.body.addWidget(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)
        self._show()

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Show the blocks of a project, checked against its model and clamps."""
        same = before is not None and before.ugm is after.ugm and before.evidence == after.evidence
        self._project = after
        if not same or before is None or before.groups != after.groups:
            self._show()
            self._show_chosen()

    @Slot(object)
    def show_selection(self, names: tuple[str, ...]) -> None:
        """Take the selected variables."""
        self._selected = names
        self._gather.setEnabled(bool(names))
        self._show_chosen()

    @Slot(object)
    def take(self, found: Blocks) -> None:
        """Put proposed blocks into the document."""
        blocks = [block.names for block in found.blocks]
        self._edit(f"Propose {count(len(blocks), 'block')}", lambda project: with_blocks(project, blocks))

    @Slot()
    def _from_layers(self) -> None:
        self._edit("Make blocks of layers", with_layers_as_blocks)

    @Slot()
    def _from_selection(self) -> None:
        self._edit("Make a block", lambda project: with_new_block(project, self._selected))

    @Slot()
    def _forget(self) -> None:
        self._edit("Forget blocks", without_blocks)

    def _edit(self, text: str, change: Callable[[Project], Project]) -> None:
        try:
            after = change(self._project)
        except CliqueError as error:
            self.noticed.emit(error)
            return
        if after is not self._project:
            self.edited.emit(text, after, None)

    def _show_chosen(self) -> None:
        """Say at once whether what is selected would be a forest given the rest."""
        project = self._project
        names = [name for name in self._selected if name in project.ugm and name not in project.evidence]
        told = len(names) > 1 and len(project.ugm.variables) <= _MOST_CHECKED
        self.chosen.setVisible(told)
        if told:
            from models.blocks import check_blocks  # not needed to open a window

            (block,) = check_blocks(project.ugm, [names], project.evidence).blocks
            what = block_words(block.n_trees, block.n_edges, block.narrow)
            mark = "✓" if block.narrow else "✗"
            self.chosen.setText(f"{mark} Selected: {count(len(names), 'variable')}, {what}.")

    def _show(self) -> None:
        project = self._project
        groups = block_groups(project)
        self._clear.setEnabled(bool(groups))
        free = len(project.evidence) < len(project.ugm.variables)
        self._layers.setEnabled(free and bool(project.groups))
        self._gather.setEnabled(bool(self._selected))
        self._propose.setEnabled(free)
        if not groups:
            self.list.setText(
                "A block is drawn at once. It is cheap when the block is a forest given the rest: let Clique propose "
                "blocks, or draw a loop around variables (Q) and press Selection."
            )
            return
        if len(project.ugm.variables) > _MOST_CHECKED:
            self.list.setText(f"{count(len(groups), 'block')}. The graph is too large to check them at every edit.")
            return
        judged = judge_blocks(project)
        p = theme.current()
        lines = []
        for group, block in zip(groups, judged.blocks, strict=True):
            colour = p.states[(group.colour or 0) % len(p.states)].name()
            what = "no free variable" if not block.names else block_words(block.n_trees, block.n_edges, block.narrow)
            mark = "✓" if block.narrow else "✗"
            n = count(len(block.names), "variable")
            lines.append(
                f"<tr><td><span style='color:{colour}'>⬤</span>&nbsp;</td><td><b>{escape(group.name)}</b>&nbsp;</td>"
                f"<td>{mark}&nbsp;</td><td>{n}, {what}</td></tr>"
            )
        text = f"<table>{''.join(lines)}</table>"
        if judged.valid:
            least = "fewest possible" if judged.exact else f"at least {judged.lower} needed"
            text += f"<p>Every free variable is in one block: {count(len(groups), 'block')}, {least}.</p>"
        else:
            text += "".join(f"<p>{escape(fault)}</p>" for fault in faults(judged))
        self.list.setText(text)


def block_words(n_trees: int, n_edges: int, narrow: bool) -> str:
    """Say what a block is, given the rest."""
    if not narrow:
        return "has a cycle"
    if not n_edges:
        return "no edges inside" if n_trees > 1 else "a single variable"
    return "one tree" if n_trees == 1 else f"a forest of {n_trees} trees"


def faults(judged: Blocks) -> list[str]:
    """Say what keeps blocks from being a partition into forests."""
    found = []
    if judged.left_out:
        shown = ", ".join(map(brief, judged.left_out[:6])) + (" …" if len(judged.left_out) > 6 else "")
        found.append(f"In no block: {shown}.")
    if judged.repeated:
        found.append(f"In several blocks: {', '.join(map(brief, judged.repeated[:6]))}.")
    if any(not block.narrow for block in judged.blocks):
        found.append("A block with a cycle cannot be drawn in one sweep along a tree; take a variable out of it.")
    return found
