"""What does question 1.1 of the coursework ask, and what is the answer for the stack on the canvas?

Three cards, one for each pair of layers to clamp: the conditional UGM drawn small, its components, its treewidth, what
that costs as the layers grow, and which block update it suggests. One click clamps the pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.headline import width_text
from models.block_edits import layers_of
from models.project import Project

from .layers import clamp_layers, is_stacked_rbm
from .parts import PANEL_TEXT, Paragraph, Section, push_button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.stack_questions import StackAnswer


class StackPicture(QWidget):
    """The layers as rows of dots: clamped ones grey, and the edges that are left."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, tuple[str, ...], bool]] = []
        self._edges: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stack(self, project: Project, answer: StackAnswer) -> None:
        """Draw what clamping leaves."""
        groups = layers_of(project)
        self._rows = [(group.name, group.members, group.name in answer.given) for group in groups]
        self._edges = answer.edges
        self.setAccessibleName(f"What is left given {', '.join(answer.given)}: {answer.parts}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 26 * max(len(self._rows), 1) + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), p.canvas)
        n = max((len(members) for _, members, _ in self._rows), default=1)
        down = (self.height() - 10) / max(len(self._rows), 1)
        across = min((self.width() - 50) / max(n, 1), 46.0)
        left = 34 + (self.width() - 44 - across * n) / 2
        places = {
            name: QPointF(left + across * (k + 0.5), 5 + down * (row + 0.5))
            for row, (_, members, _) in enumerate(self._rows)
            for k, name in enumerate(members)
        }
        painter.setPen(QPen(p.edge, 1.8 * p.line_scale))
        painter.drawLines([QLineF(places[a], places[b]) for a, b in self._edges if a in places and b in places])
        painter.setFont(theme.font(0.74))
        for row, (layer, members, clamped) in enumerate(self._rows):
            painter.setPen(p.muted if clamped else p.text)
            painter.drawText(QRectF(4, 5 + down * row, 30, down), Qt.AlignmentFlag.AlignCenter, layer)
            painter.setPen(QPen(p.edge_pale if clamped else p.node_border, 1.8 * p.line_scale))
            painter.setBrush(p.clamped_fill if clamped else p.node_fill)
            for name in members:
                painter.drawEllipse(places[name], 7, 7)
        painter.end()


class _Card(QWidget):
    """One question and its answer."""

    def __init__(self, given: tuple[str, ...]) -> None:
        super().__init__()
        self.given = given
        self.head = QLabel()
        self.head.setWordWrap(True)
        self.picture = StackPicture()
        self.words = Paragraph()
        title = f"Given {' and '.join(given)}"
        self.clamp = push_button("Clamp", f"Clamp layers {', '.join(given)} and release the others", f"Clamp {title}")
        row = QHBoxLayout()
        row.addWidget(self.head, 1)
        row.addWidget(self.clamp)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 6)
        column.addLayout(row)
        column.addWidget(self.picture)
        column.addWidget(self.words)

    def show_answer(self, project: Project, answer: StackAnswer) -> None:
        """Write the answer."""
        self.head.setText(f"Given {' and '.join(answer.given)}: treewidth {width_text(answer.width)}")
        self.head.setFont(theme.font(PANEL_TEXT, bold=True))
        self.picture.show_stack(project, answer)
        self.words.setText(f"What is left is {answer.parts}. {answer.cost}\n{answer.block}")


class GuidePanel(QWidget):
    """The page itself.

    Signals
    -------
    edited : (str, Project, merge key)
    example_asked : ()
        Open the stacked RBM.
    """

    edited = Signal(str, object, object)
    example_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._section = Section("Question 1.1")
        self.intro = Paragraph()
        self._open = push_button("Open the stacked RBM", "Open four layers x, z, h, y of binary variables")
        self._open.clicked.connect(self.example_asked)
        self._section.body.addWidget(self.intro)
        self._section.body.addWidget(self._open)
        self._cards: list[_Card] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)
        self._show_intro()

    @property
    def asks(self) -> bool:
        """Whether there is a stack to ask about."""
        return is_stacked_rbm(self._project)

    @Slot(object, object)
    def show_project(self, before: Project | None, after: Project) -> None:
        """Keep the cards where there is a stack."""
        self._project = after
        self._show_intro()
        if not self.asks:
            self._show_cards(())

    @Slot(object)
    def show_answers(self, answers: Sequence[StackAnswer]) -> None:
        """Show the answers to the questions."""
        if self.asks:
            self._show_cards(answers)

    def _show_intro(self) -> None:
        self._open.setVisible(not self.asks)
        n = len(layers_of(self._project)[0].members) if self.asks else 0
        self.intro.setText(
            f"Four layers of {n}, neighbours fully joined. Which pair of layers makes the rest easy once clamped, and "
            "why? The size can be changed under Layers in the Graph workspace."
            if self.asks
            else "The coursework asks what clamping pairs of layers does to a stack of four. Open it for the answers."
        )

    def _show_cards(self, answers: Sequence[StackAnswer]) -> None:
        if [card.given for card in self._cards] != [answer.given for answer in answers]:
            for card in self._cards:
                self._section.body.removeWidget(card)
                card.hide()
                card.deleteLater()
            self._cards = [_Card(answer.given) for answer in answers]
            for card in self._cards:
                self._section.body.addWidget(card)
                card.clamp.clicked.connect(self._clamp)
        for card, answer in zip(self._cards, answers, strict=True):
            card.show_answer(self._project, answer)

    @Slot()
    def _clamp(self) -> None:
        card = next((card for card in self._cards if card.clamp is self.sender()), None)
        edit = None if card is None else clamp_layers(self._project, card.given, 0)
        if edit is not None:
            self.edited.emit(edit.text, edit.after, edit.merge_key)
