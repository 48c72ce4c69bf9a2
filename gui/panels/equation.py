"""Which formula is the model at hand?

The equation with one weight per state, its set of edges written out, and in words what the weights are and how many.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.equations import EquationView
from gui.theme import subscript
from gui.words import count, listed
from models.learning import n_free_parameters, n_weights
from models.ugm import Variable

from .parts import Paragraph

_MOST_SCOPES = 12
_MOST_SUBSETS = 50_000  # of scopes; free weights of larger models take too long to count while someone chooses
_TERMS = (
    r"\sum_{j} w_{j,x_j}",
    r"\sum_{jk\in E} v_{jk,x_j x_k}",
    r"\sum_{jkl\in T} u_{jkl,x_j x_k x_l}",
    r"\sum_{S} t_{S,x_S}",
)
_SPOKEN = (
    "the sum over j of w_{j,x_j}",
    "the sum over edges jk of v_{jk,x_j x_k}",
    "the sum over triples jkl of u_{jkl,x_j x_k x_l}",
    "the sum over larger sets S of t_{S,x_S}",
)
_WHAT = ("state of each variable", "pair of states of each edge", "triple of states of each triple", "joint state")
_LETTER = ("w", "v", "u", "t")

Scope = tuple[str, ...]


def _order(scope: Scope) -> int:
    return min(len(scope), 4) - 1


def tex_lines(scopes: Sequence[Scope]) -> list[str]:
    """Return the model's equation, broken before its third sum."""
    terms = [_TERMS[order] for order in sorted({_order(scope) for scope in scopes} | {0})]
    head = r"p(x)=\frac{1}{Z}\exp\Bigl("
    lines = [head + "+".join(terms[:2])]
    lines += [r"\quad\quad\quad\quad {}+" + term for term in terms[2:]]
    lines[-1] += r"\Bigr)"
    return lines


def scope_name(scope: Scope) -> str:
    """Return "1–2" for (x1, x2), "rain–grass" for names in words."""
    numbered = all(name[0] == "x" and name[1:].isdigit() for name in scope)
    return "–".join(name[1:] if numbered else subscript(name) for name in scope)


def set_words(scopes: Sequence[Scope]) -> str:
    """Write the sets the sums run over: "E = {1–2, 2–3, 3–4}"."""
    lines = []
    for order, letter in ((1, "E"), (2, "T"), (3, "S")):
        members = [scope for scope in scopes if _order(scope) == order]
        if members:
            shown = ", ".join(map(scope_name, members[:_MOST_SCOPES]))
            more = f", … ({len(members):,} in all)" if len(members) > _MOST_SCOPES else ""
            lines.append(f"{letter} {'∈' if letter == 'S' else '='} {{{shown}{more}}}")
    return "\n".join(lines) or "No edges: the variables are independent."


def weight_words(variables: Sequence[Variable], scopes: Sequence[Scope]) -> str:
    """Say what one weight stands for, and how many there are."""
    orders = sorted({_order(scope) for scope in scopes} | {0})
    parts = [f"{_LETTER[order]} for each {_WHAT[order]}" for order in orders]
    n_states = {variable.name: variable.n_states for variable in variables}
    words = f"One weight per state: {listed(parts)}. {count(n_weights(n_states, scopes), 'weight')}"
    if sum(1 << min(len(scope), 40) for scope in scopes) > _MOST_SUBSETS:
        return words + "."
    return f"{words}, {n_free_parameters(n_states, scopes):,} of them free."


class EquationCard(QWidget):
    """The formula with its words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = EquationView()
        self._sets = Paragraph()
        self._words = Paragraph()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._view, self._sets, self._words):
            column.addWidget(widget)

    def show_scopes(self, variables: Sequence[Variable], scopes: Sequence[Scope]) -> None:
        """Show the model with these factors."""
        orders = sorted({_order(scope) for scope in scopes} | {0})
        spoken = " plus ".join(_SPOKEN[order] for order in orders)
        self._view.show_lines(tex_lines(scopes), f"p(x) = 1/Z exp( {spoken} )")
        self._sets.setText(set_words(scopes))
        self._words.setText(weight_words(variables, scopes))
        for widget in (self._view, self._sets):
            widget.show()

    def show_reason(self, text: str) -> None:
        """Say why there is no equation."""
        self._view.hide()
        self._sets.hide()
        self._words.setText(text)
