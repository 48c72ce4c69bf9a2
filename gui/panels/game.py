"""Can a person beat min-fill? The elimination game, and any rule's order to step through.

A click on a variable eliminates it; the panel says what that did, and how the order so far compares with those of
greedy rules and with the treewidth. Orders can be stepped by one variable or one bag, played, and scrubbed.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui.canvas.width_marks import Marks
from gui.words import brief, count, powers
from models.elimination_game import HEURISTICS, Elimination, Game, Score
from models.project import Project
from models.verdict import size_words

from .parts import ButtonGrid, Paragraph, Section, push_button

if TYPE_CHECKING:
    from models.exact_treewidth import TreewidthResult
    from models.width_jobs import Ruled

MOST = 300  # variables; to begin a larger game takes longer than a person should wait
_PLAY_MS = 700
_BEST = "best known order"
_BUTTONS = ("Variable", "Bag", "To end", "Selected", "Hint", "Undo", "Restart")
_SHORT = {"weighted min-fill": "weighted"}  # in the narrow table


class GamePanel(QWidget):
    """The box itself.

    Signals
    -------
    marks_changed : (Marks)
        What the canvas shows of the game.
    told : (tuple of str)
        What the last elimination did, and how the order so far compares; empty before the first.
    selected_asked : ()
        Eliminate what is selected on the canvas.
    rules_asked : ()
        What do the orders of the greedy rules cost on this graph?
    score_asked : (tuple of str)
        What does this order cost?
    """

    marks_changed = Signal(object)
    told = Signal(object)
    selected_asked = Signal()
    rules_asked = Signal()
    score_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.game = Game((), (), ())
        self._line: tuple[str, ...] = ()  # the order on the slider: what is done, then what may be done again
        self._best: TreewidthResult | None = None
        self._best_score: Score | None = None  # once it is known
        self._rules: Mapping[str, Ruled] = {}
        self._section = Section("Elimination")
        self.said = Paragraph()
        self.said.setAccessibleName("What the last elimination did")
        self.scores = Paragraph()
        self.scores.setTextFormat(Qt.TextFormat.RichText)
        self.scores.setAccessibleName("Scores")
        self._rule = QComboBox()
        self._rule.addItems([*HEURISTICS, _BEST])
        self._rule.setAccessibleName("Order to follow")
        self._rule.setToolTip("Whose order the buttons follow from here")
        self._rule.setWhatsThis(
            "Min-fill eliminates what adds the fewest edges, min-degree what has the fewest neighbours, weighted "
            "min-fill counts the states too; the best known order is that of the search for the treewidth."
        )
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Step of the elimination")
        self._slider.setToolTip("Scrub through the eliminations")
        self._slider.setWhatsThis("Goes back and forth through the eliminations made; arrow keys, Home and End do too.")
        self._slider.valueChanged.connect(self._scrub)
        self._play = push_button("Play", "Eliminate one variable after the other", toggles=True)
        self._play.toggled.connect(self._set_playing)
        self._buttons = ButtonGrid()
        self._make_buttons()
        self._selected: frozenset[str] = frozenset()
        self._too_large = False
        self._timer = QTimer(self, interval=_PLAY_MS)
        self._timer.timeout.connect(self._tick)
        self._lay_out()

    def _make_buttons(self) -> None:
        made = []
        for text, tip, do in (
            ("Variable", "Eliminate the next variable of the order", self.step),
            ("Bag", "Go on to the next bag of the order", self.step_bag),
            ("To end", "Eliminate all that is left, in the order", self.finish),
            ("Selected", "Eliminate the variables selected on the canvas", self.selected_asked.emit),
            ("Hint", "Eliminate what adds the fewest edges", self.take_hint),
            ("Undo", "Take back the last elimination", self.undo),
            ("Restart", "Begin again with the whole graph", self.restart),
        ):
            button = push_button(text, tip, f"{text}: {tip}")
            button.clicked.connect(do)
            made.append(button)
        assert [button.text() for button in made] == list(_BUTTONS)
        self._buttons.show_buttons(list(made), 4)

    def _lay_out(self) -> None:
        follow = QHBoxLayout()
        follow.addWidget(QLabel("Follow"))
        follow.addWidget(self._rule, 1)
        follow.addWidget(self._play)
        body = self._section.body
        body.addWidget(self.said)
        body.addLayout(follow)
        body.addWidget(self._buttons)
        body.addWidget(self._slider)
        body.addWidget(self.scores)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    # --- what comes in -------------------------------------------------------------------------------------------

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Start anew on another graph; moving and renaming things is no other graph."""
        if before is not None and before.ugm is after.ugm and before.evidence == after.evidence:
            return
        self._best = self._best_score = None
        game = Game.of(after.ugm, after.evidence) if len(after.ugm.variables) <= MOST else Game((), (), ())
        renamed = dict(zip(self.game.names, game.names, strict=False))
        kept = before is not None and game.same_graph(self.game)
        self.game = game.with_order([renamed[name] for name in self.game.order]) if kept else game
        self._line = tuple(renamed[name] for name in self._line) if kept else ()
        if not kept:
            self._play.setChecked(False)
        self._rules = {}
        self._too_large = len(after.ugm.variables) > MOST
        self._show()
        if game.names:
            self.rules_asked.emit()

    @Slot(object)
    def show_rules(self, rules: Mapping[str, Ruled]) -> None:
        """Take what the orders of the greedy rules cost."""
        self._rules = rules
        self.scores.setText(self._table())

    @Slot(object)
    def show_score(self, scored: Ruled) -> None:
        """Take what the best order known costs."""
        if self._best is not None and scored.order == self._best.order:
            self._best_score = scored.score
            self.scores.setText(self._table())

    @Slot(object)
    def show_best(self, result: TreewidthResult) -> None:
        """Take the best order known."""
        if set(result.order) == set(self.game.names):
            before, self._best = self._best, result
            if before is None or before.order != result.order:
                self._best_score = None
                self.score_asked.emit(result.order)
            self._show()

    @Slot(str)
    def eliminate(self, name: str) -> None:
        """Eliminate a variable that was clicked; one that is gone already is left alone."""
        if name in self.game.remaining:
            self._play.setChecked(False)
            self._line = (*self.game.order, name)
            self._put(self.game.eliminated(name))

    # --- moves ---------------------------------------------------------------------------------------------------

    def _rest(self) -> tuple[str, ...]:
        """Return the order that the buttons follow from here."""
        done = len(self.game.order)
        if self._line[:done] == self.game.order and len(self._line) > done:
            return self._line[done:]
        rule = self._rule.currentText()
        if rule == _BEST and self._best is not None:
            left = set(self.game.remaining)
            return tuple(name for name in self._best.order if name in left)
        if rule not in HEURISTICS:
            rule = HEURISTICS[0]
        if not done and rule in self._rules:
            return self._rules[rule].order
        return self.game.rest_order(rule)

    def _follow(self, n: int) -> None:
        rest = self._rest()
        self._line = (*self.game.order, *rest)
        self._put(self.game.eliminated(*rest[:n]))

    @Slot()
    def step(self) -> None:
        """Eliminate the next variable."""
        self._follow(1)

    @Slot()
    def step_bag(self) -> None:
        """Go on to the next bag."""
        rest = self._rest()
        self._line = (*self.game.order, *rest)
        self._put(self.game.one_bag(rest))

    @Slot()
    def finish(self) -> None:
        """Eliminate all that is left."""
        self._follow(len(self.game.names))

    @Slot()
    def take_hint(self) -> None:
        """Eliminate what adds the fewest edges."""
        name = self.game.hint()
        if name is not None:
            self.eliminate(name)

    @Slot()
    def undo(self) -> None:
        """Take back the last elimination; Variable makes it again."""
        self._play.setChecked(False)
        self._put(self.game.undone())

    @Slot()
    def restart(self) -> None:
        """Begin again."""
        self._play.setChecked(False)
        self._line = ()
        self._put(self.game.restarted())

    @Slot(bool)
    def _set_playing(self, on: bool) -> None:
        if on and self.game.finished:
            self._put(self.game.restarted())
        if on and self.game.names:
            self._timer.start()
            self._tick()
        else:
            self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self.step()
        if self.game.finished:
            self._play.setChecked(False)

    @Slot(int)
    def _scrub(self, value: int) -> None:
        self._play.setChecked(False)
        self._put(self.game.with_order(self._line[:value]))

    def stop(self) -> None:
        """Stop playing: nobody looks."""
        self._play.setChecked(False)

    def _put(self, game: Game) -> None:
        self.game = game
        if self._line[: len(game.order)] != game.order:
            self._line = game.order
        self._show()

    # --- showing -------------------------------------------------------------------------------------------------

    def marks(self) -> Marks:
        """Return what the canvas shows of the game."""
        steps = self.game.steps
        if not steps:
            return Marks()
        last = steps[-1]
        gone = {step.name: k for k, step in enumerate(steps, start=1)}
        earlier = tuple(edge for step in steps[:-1] for edge in step.fill)
        return Marks(fill=earlier, fresh=last.fill, bag=last.clique, gone=gone)

    def _show(self) -> None:
        game = self.game
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, max(len(self._line), len(game.order)))
            self._slider.setValue(len(game.order))
        self._slider.setEnabled(bool(self._line))
        self.said.setText(self._words())
        self.scores.setText(self._table())
        for widget in (self._play, self._rule, self.scores):
            widget.setEnabled(bool(game.names))
        self.marks_changed.emit(self.marks())
        self._enable()
        self.told.emit((self._words(), self._standing()) if game.steps else ())

    def _enable(self) -> None:
        """Leave in reach what does something."""
        game = self.game
        going = not game.finished and bool(game.names)
        for text, button in zip(_BUTTONS, self._buttons.buttons, strict=True):
            if text in ("Undo", "Restart"):
                button.setEnabled(bool(game.order))
            else:
                button.setEnabled(going and (text != "Selected" or bool(self._selected & set(game.remaining))))

    @Slot(object)
    def show_selection(self, names: tuple[str, ...]) -> None:
        """Take what is selected on the canvas."""
        self._selected = frozenset(names)
        self._enable()

    def _standing(self) -> str:
        """Say how the order so far stands."""
        score, best = self.game.score, self._best
        so_far = "" if self.game.finished else " so far"
        words = f"Your width{so_far}: {score.width}; {count(self.game.score.n_fill, 'edge')} added."
        if best is not None:
            words += f" {'Best possible' if best.exact else 'Best known'}: width {best.upper}."
        return words

    def _words(self) -> str:
        game = self.game
        if not game.names:
            return (
                f"The game is for up to {MOST} variables. Clamp or delete some."
                if self._too_large
                else "Nothing is left to eliminate."
            )
        if not game.steps:
            return "Click a variable to eliminate it: its neighbours are joined, and a table over all of them is made."
        last = game.steps[-1]
        words = step_words(last)
        if game.finished:
            words += f" All are eliminated: width {game.score.width}, {count(game.score.n_fill, 'edge')} added."
            if self._best is not None and self._best.exact:
                words += " No order does better." if game.score.width == self._best.upper else ""
        return words

    def _table(self) -> str:
        game = self.game
        rows = [("You so far" if not game.finished else "You", game.score.width, game.score if game.steps else None)]
        for rule in HEURISTICS if game.names else ():
            ruled = self._rules.get(rule)
            rows.append((_SHORT.get(rule, rule), ruled.score.width if ruled else -1, ruled.score if ruled else None))
        if self._best is not None:
            name = "Best&nbsp;possible" if self._best.exact else "Best&nbsp;known"
            rows.append((name, self._best.upper, self._best_score))
        cells = "".join(
            f"<tr><td>{name}&nbsp;</td><td align='right'><b>{width if width >= 0 else '–'}</b></td>"
            f"<td align='right'>&nbsp;{_entries(score)}</td>"
            f"<td align='right'>&nbsp;{'–' if score is None else score.n_fill}</td></tr>"
            for name, width, score in rows
        )
        head = "<tr><td></td><td>width&nbsp;</td><td>&nbsp;entries&nbsp;</td><td>&nbsp;added</td></tr>"
        return f"<table>{head}{cells}</table>"


def _entries(score: Score | None) -> str:
    if score is None or score.width < 0:
        return "–"
    if score.log_total > log(1e300):
        return "over 10³⁰⁰"
    return powers(size_words(exp(score.log_total)).removesuffix(" entries").removesuffix(" entry"))


def step_words(step: Elimination) -> str:
    """Say what one elimination did."""
    name = brief(step.name)
    if not step.new_scope:
        return f"Eliminated {name}: it had no neighbour left."
    scope = ", ".join(map(brief, step.new_scope[:8])) + (", …" if len(step.new_scope) > 8 else "")
    added = f"{count(len(step.fill), 'edge')} added" if step.fill else "no edge added"
    entries = powers(size_words(step.n_entries)) if step.n_entries < 1e300 else "more than 10³⁰⁰ entries"
    return f"Eliminated {name}: a table of {entries} makes a new factor over ({scope}); {added}."
