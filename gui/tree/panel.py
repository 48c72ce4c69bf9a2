"""What stands beside the graph while its treewidth is looked at: the junction tree, its messages and their tables.

Choosing a bag points its variables out on the canvas; selecting variables there lights the bags that hold them, which
are connected: running intersection can be seen. Messages go up to the root and down again, played or one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.panels.parts import PANEL_TEXT, Paragraph, push_button
from gui.words import count
from models.messages import MessageRun
from models.tree_layout import rooted
from models.ugm import UGM

from .tables import factor_table, message_text
from .view import TreeView

if TYPE_CHECKING:
    from models.exact_treewidth import TreewidthResult

_FRAME_MS = 33
_FRAMES = 18  # of one message in flight
_MOST_FRAMES = 900  # of all: half a minute
_LEAST_TABLE = 216  # pixels
_MOST_BAGS = 400


class Elided(QLabel):
    """A line in the fullest wording that there is room for; where there is none for any, the shortest is cut."""

    def __init__(self) -> None:
        super().__init__()
        self._wordings: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_wordings(self, wordings: Sequence[str]) -> None:
        """Show one of these, the fullest first."""
        self._wordings = tuple(wordings)
        self.setText(self._wordings[0] if self._wordings else "")
        self.setAccessibleName(self.text())

    def shown(self) -> str:
        """Return what there is room for."""
        metrics, wordings = self.fontMetrics(), self._wordings or ("",)
        return next((words for words in wordings if metrics.horizontalAdvance(words) <= self.width()), wordings[-1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().text)
        words = self.fontMetrics().elidedText(self.shown(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()
        self.setToolTip(self.text() if words != self.text() else "")


class TreePanel(QWidget):
    """The panel.

    Signals
    -------
    bag_chosen : (tuple of str)
        The variables of the chosen bag or separator; empty for none.
    messages_asked : ()
        The messages are wanted and not there.
    open_asked, save_asked : ()
        A .td file.
    own_asked : ()
        The tree found here, in place of one from a file.
    """

    bag_chosen = Signal(object)
    messages_asked = Signal()
    open_asked = Signal()
    own_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ugm = UGM(())
        self.bags: tuple[tuple[str, ...], ...] = ()
        self.tree: tuple[tuple[int, int], ...] = ()
        self.run: MessageRun | None = None
        self.sent = 0.0  # messages sent, and how far the next one is
        self._link = -1
        self._selected: tuple[str, ...] = ()
        self._clique: tuple[str, ...] = ()
        self._game: tuple[str, ...] = ()  # what the elimination says of itself
        self._valid = True  # a tree from a file may break a rule
        self._asking = False  # messages are on their way
        self._waiting = ""  # "play" or "step" once the messages come
        self.title = Elided()
        self.view = TreeView()
        self.view.bag_chosen.connect(self._choose_bag)
        self.view.link_chosen.connect(self._choose_link)
        self.text = Paragraph()
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setMargin(6)
        self.text.setAccessibleName("Table of the chosen bag or separator")
        self._play = push_button(
            "Messages", "Send all messages: up to the root, then down again", "Play messages", True
        )
        self._play.toggled.connect(self._set_playing)
        self._step = push_button("Step", "Send the next message", "Send the next message")
        self._step.clicked.connect(self.step)
        self._back = push_button("Rewind", "Take all messages back", "Take all messages back")
        self._back.clicked.connect(self.rewind)
        self._open = push_button("Open…", "Check and show a tree decomposition from a PACE .td file", "Open .td…")
        self._open.clicked.connect(self.open_asked)
        self._own = push_button("Own tree", "Show the junction tree found here again, in place of the file's")
        self._own.clicked.connect(self.own_asked)
        self._own.hide()
        self._save = push_button("Save…", "Write this decomposition as a PACE .td file", "Save .td…")
        self._save.clicked.connect(self.save_asked)
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._fly)
        self._lay_out()
        theme.notifier.changed.connect(self.restyle)
        self.restyle()
        self._say()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.addWidget(self.title, 1)
        for button in (self._play, self._step, self._back, self._open, self._own, self._save):
            head.addWidget(button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.text)
        scroll.setAccessibleName("Table")
        self._scroll = scroll
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.addWidget(self.view)
        self._parts.addWidget(scroll)
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 1)
        self._parts.setSizes([640, 230])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._parts, 1)

    # --- what comes in -------------------------------------------------------------------------------------------

    def show_result(self, ugm: UGM, result: TreewidthResult) -> None:
        """Show the decomposition of what clamping leaves; `ugm` is the whole model."""
        order = {name: k for k, name in enumerate(ugm.names)}
        bags = tuple(tuple(sorted(bag, key=order.__getitem__)) for bag in result.bags)
        largest = max(map(len, bags), default=0)
        size = f"{count(len(bags), 'bag')}, largest {largest}"
        if result.exact:
            wordings: tuple[str, ...] = (f"Junction tree: {size}", size, count(len(bags), "bag"))
        else:
            wordings = (f"A junction tree, perhaps not the best: {size}", f"Perhaps not the best: {size}", size)
        wordings = wordings if bags else ()
        if bags == self.bags and tuple(result.tree) == self.tree and ugm is self._ugm and self._own.isHidden():
            self._show_title(wordings)  # the same tree may be known to be best now
        else:
            self.show_bags(ugm, bags, tuple(result.tree), wordings)

    def _show_title(self, wordings: Sequence[str]) -> None:
        many = len(self.bags) > _MOST_BAGS
        self.title.show_wordings([f"{words}: too many to draw" for words in wordings] if many else wordings)

    def show_bags(
        self,
        ugm: UGM,
        bags: tuple[tuple[str, ...], ...],
        tree: tuple[tuple[int, int], ...],
        wordings: Sequence[str],
        from_file: bool = False,
        valid: bool = True,
    ) -> None:
        """Show bags and the tree over them, root first, with wordings of a title, the fullest first."""
        # A better tree may be found while the messages of the old one are on their way: those of the new one are asked.
        again = self._waiting if bags and valid else ""
        self._ugm, self.bags, self.tree, self._valid = ugm, bags, tree, valid
        self.run, self.sent, self._link, self._waiting, self._asking = None, 0.0, -1, "", False
        if not again:
            self._play.setChecked(False)
        self._own.setVisible(from_file)
        self._save.setVisible(not from_file)  # it is in a file already
        self._show_title(wordings)
        if len(bags) > _MOST_BAGS:
            bags, tree = (), ()
        root = max(range(len(bags)), key=lambda k: len(bags[k]), default=0)
        self.root = root
        self.view.show_tree(bags, rooted(len(bags), tree, root))
        self._play.setEnabled(bool(bags) and valid)
        self._save.setEnabled(bool(self.bags))
        self._light()
        self._say()
        if again:
            self._have(again)

    def show_run(self, run: MessageRun) -> None:
        """Take the messages of the tree shown; those of another are too late."""
        if run.bags != self.bags or run.root != self.root or run.parents != rooted(len(run.bags), self.tree, self.root):
            return
        self.run, self._asking = run, False
        waiting, self._waiting = self._waiting, ""
        if waiting == "play":
            self._timer.start()
        elif waiting == "step":
            self.step()
        self._say()

    def show_refusal(self) -> None:
        """Hear that the messages are not to be had."""
        self._waiting, self._asking = "", False
        self._play.setChecked(False)

    @Slot(object)
    def show_selection(self, names: tuple[str, ...]) -> None:
        """Light the bags that hold all the variables selected on the canvas."""
        self._selected = names
        self._light()

    def show_clique(self, clique: Sequence[str]) -> None:
        """Mark the bag in which the elimination is."""
        self._clique = tuple(clique)
        self._light()

    def _light(self) -> None:
        clique = set(self._clique)
        holders = [k for k, bag in enumerate(self.bags) if clique and clique.issubset(bag)]
        self.view.light(self._selected, min(holders, key=lambda k: len(self.bags[k])) if holders else -1)

    # --- messages ------------------------------------------------------------------------------------------------

    def _have(self, then: str) -> bool:
        if self.run is None:
            self._waiting = then
            self._ask()
        return self.run is not None

    def _ask(self) -> None:
        """Ask for the messages, unless they are there, on their way, or make no sense."""
        if self.run is None and self._valid and not self._asking and self.bags:
            self._asking = True
            self.messages_asked.emit()

    @Slot(bool)
    def _set_playing(self, on: bool) -> None:
        if not on:
            self._timer.stop()
            self._waiting = ""  # or the messages would start to fly once they come
            return
        if self.run is not None and self.sent >= len(self.run.messages):
            self.sent = 0.0
        if self._have("play"):
            self._timer.start()

    @Slot()
    def _fly(self) -> None:
        if self.run is None:
            return
        messages = self.run.messages
        frames = max(1, min(_FRAMES, _MOST_FRAMES // max(len(messages), 1)))
        was = self.sent
        self.sent = min(round(self.sent * frames + 1) / frames, len(messages))
        self.view.show_messages(messages, self.sent)
        if int(self.sent) != int(was) or not was:
            following = messages[min(int(self.sent), len(messages) - 1)] if messages else None
            if following is not None:
                self.view.show_link(following.source if following.upward else following.target)
            self._say()
        if self.sent >= len(self.run.messages):
            self._play.setChecked(False)

    @Slot()
    def step(self) -> None:
        """Send the next message."""
        self._play.setChecked(False)
        if not self._have("step") or self.run is None:
            return
        self.sent = float(min(int(self.sent) + 1, len(self.run.messages)))
        self.view.show_messages(self.run.messages, self.sent)
        if self.run.messages:
            last = self.run.messages[int(self.sent) - 1]
            self.view.choose_link(last.source if last.upward else last.target)
        self._say()

    @Slot()
    def rewind(self) -> None:
        """Take all messages back."""
        self._play.setChecked(False)
        self.sent = 0.0
        self.view.show_messages(() if self.run is None else self.run.messages, 0.0)
        self._say()

    def stop(self) -> None:
        """Stop playing: nobody looks."""
        self._play.setChecked(False)

    # --- the table -----------------------------------------------------------------------------------------------

    @Slot(int)
    def _choose_bag(self, place: int) -> None:
        self._link = -1
        self._say()
        self.bag_chosen.emit(self.bags[place] if 0 <= place < len(self.bags) else ())
        if place >= 0:
            self._ask()

    @Slot(int)
    def _choose_link(self, child: int) -> None:
        self._link = child
        self._say()
        self.bag_chosen.emit(self.view.links[child].names)
        self._ask()

    @Slot(object)
    def show_game(self, lines: tuple[str, ...]) -> None:
        """Take what the elimination says of itself, for where the inspector is folded away."""
        self._game = lines
        self._say()

    def _say(self) -> None:
        """Write what is known of the chosen bag or separator."""
        chosen, run = self.view.chosen, self.run
        if self._link >= 0 and run is not None:
            done = int(self.sent)
            parts = [
                message_text(message, self._ugm, k < done)
                for k, message in enumerate(run.messages)
                if {message.source, message.target} == {self._link, run.parents[self._link]}
            ]
            self.text.setText("".join(parts))
        elif chosen >= 0 and run is not None:
            names = f"bag {chosen + 1}"
            whole = int(self.sent) >= len(run.messages)
            factor, head = (
                (run.beliefs[chosen], f"Belief of {names}: its marginal")
                if whole
                else (run.potentials[chosen], f"Factors put into {names}, before it hears the messages")
            )
            self.text.setText(factor_table(factor, self._ugm, head))
        elif self.bags and self._game:
            self.text.setText("".join(f"<p>{escape(line)}</p>" for line in self._game))
        elif self.bags:
            self.text.setText(
                "<p>Each box is a bag: variables that share a table. On a link stands what its two bags share. The "
                "root is at the left.</p>"
                "<p>Click a bag or a link to read its tables; select a variable on the canvas to see its bags.</p>"
            )
        else:
            self.text.setText("<p>A junction tree is drawn here once there is a variable that is not clamped.</p>")
        sending = bool(self.bags) and self._valid and len(self.bags) <= _MOST_BAGS
        n = -1 if run is None else len(run.messages)
        self._step.setEnabled(sending and int(self.sent) != n)
        self._back.setEnabled(sending and self.sent > 0)

    @Slot()
    def restyle(self) -> None:
        """Take the colours and sizes in force."""
        self.setFont(theme.font(PANEL_TEXT))
        self.title.setFont(theme.font(PANEL_TEXT, bold=True))
        self.text.setFont(theme.font(PANEL_TEXT))
        for button in (self._play, self._step, self._back, self._open, self._own, self._save):
            button.setFont(theme.font(PANEL_TEXT))
            button.setFixedWidth(button.fontMetrics().horizontalAdvance(button.text()) + round(theme.points(1.6)))
        self.view.restyle()
        if self._link in self.view.links:
            self.view.links[self._link].chosen = True
        self._scroll.setMinimumWidth(round(_LEAST_TABLE * min(theme.font_scale(), 1.6)))
        self._light()
        if self.run is not None:
            self.view.show_messages(self.run.messages, self.sent)
