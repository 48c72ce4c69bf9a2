"""What does the demonstration do in the Treewidth workspace?

It eliminates two variables of the stacked RBM by hand, follows the best order to the end, asks what to clamp, and makes
blocks of whole layers. That fewer clamps than five leave a cycle is known by trying all sets (expected.json).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QScrollArea, QWidget

from .hand import Hand, OutOfReachError, choose_from_bar, click, find_button, rest, shortcut, wait_until

if TYPE_CHECKING:
    from .demo import Stage


def treewidth_pages(stage: Stage, smallest_cutset: int) -> None:
    """Play the elimination game, take advice, and make blocks."""
    window, hand = stage.window, Hand(stage.window.view)
    choose_from_bar(window.menuBar(), "File", "Open example", "Stacked RBM")
    shortcut(window, "Ctrl+4")
    stage.settle()
    pages = window.workspaces.width
    if pages is None:
        raise OutOfReachError("the Treewidth workspace is not there")
    wait_until(lambda: bool(pages.below.bags), "the junction tree")
    for name in ("x1", "y3"):
        hand.click_variable(name)
    stage.check("edges added by eliminating x1 and y3", len(pages.side.game.game.fill), 6)
    stage.picture("elimination")
    _click(pages.side, "Restart: Begin again with the whole graph")
    rule = pages.side.game.findChild(QComboBox)
    if rule is None:
        raise OutOfReachError("no order to follow is offered")
    rule.setCurrentText("best known order")
    _click(pages.side, "To end: Eliminate all that is left, in the order")
    stage.check("width of the best order", pages.side.game.game.score.width, 5)
    _click(pages.side, "Restart: Begin again with the whole graph")
    _click(pages.side, "Find what to clamp")
    wait_until(lambda: not window.dispatcher.busy("advise"), "the advice")
    advice = pages.side.advice.advice
    stage.check("fewest variables that leave a forest", advice and len(advice.names), smallest_cutset)
    stage.check("and that is certain", bool(advice and advice.exact), True)
    _click(pages.side, "Blocks: Whole layers")
    stage.settle()
    blocks = [group for group in window.document.project.groups if group.block]
    stage.check("blocks of whole layers", len(blocks), 2)
    rest(0.3)
    stage.picture("advice-and-blocks")
    window.document.stack.setClean()


def _click(side: QScrollArea, name: str) -> None:
    """Scroll a button into sight, as one does with the wheel, and click it."""
    button: QWidget = find_button(side, name)
    side.ensureWidgetVisible(button)
    rest(0.02)
    click(button)
