"""How is a graph written as a picture in TikZ?

A whole LaTeX document that compiles by itself: circles for variables, grey with "= state" where clamped, lines for
edges, dashed where a clamp removed them, squares for factors over three or more variables, dotted lines for edges that
moralisation added. Everything is drawn by a few styles at the top, so that a person can restyle the picture there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from models.project import Position, Project

from .tex_text import UNI, tex_name, tex_text

CM = 0.02  # centimetres for a unit of the canvas: a circle of radius 34 becomes one of 0.68 cm
MAX_CM = 500.0  # TeX knows no lengths beyond 575 cm
MOST_LETTERS = 40  # of a name or label; the rest of it is in a comment
_RADIUS = 34.0
_MOST_BARS, _FEW = 12, 3
_BAR, _LETTER = 0.3, 0.17  # cm: from a bar to the next at least, and so much for each letter of the longest label
_BARS_WIDE, _BAR_TALL = 2.6, 0.8  # cm: all bars' width at most, and the height of a bar

_HEAD = r"""
\documentclass[tikz,border=4pt]{standalone}
\ifdefined\Umathcode\usepackage{fontspec}\else\usepackage[T1]{fontenc}\usepackage{lmodern}\fi
\usepackage{textcomp}
\usetikzlibrary{backgrounds}
\definecolor{marginal}{HTML}{009E73}
"""
_STYLES = r"""
  free variable/.style={circle, draw=black, line width=0.9pt, fill=white, minimum size=1.36cm, inner sep=0pt,
    align=center, font=\large},
  clamped variable/.style={free variable, fill=black!20},
  softly observed variable/.style={free variable, fill=black!8, double},
  joined/.style={draw=black!80, line width=0.9pt},
  removed/.style={draw=black!35, line width=0.8pt, dashed},
  moral/.style={draw=black!80, line width=0.9pt, line cap=round, dash pattern=on 0pt off 2.6pt},
  factor/.style={rectangle, draw=black, fill=black!80, minimum size=0.32cm, inner sep=0pt},
  removed factor/.style={factor, draw=black!35, fill=black!35},
  marginal bar/.style={fill=marginal},
  state/.style={font=\scriptsize, inner sep=0pt, anchor=base},
"""
_FIT = (
    r"\newcommand\fit[2]{\sbox0{#2}\ifdim\wd0>#1\resizebox{#1}{!}{\usebox0}\else\usebox0\fi}"
    " % text no wider than a length"
)


def tikz(
    project: Project,
    names: Collection[str] | None = None,
    marginals: Mapping[str, Sequence[float]] | None = None,
    squares: Mapping[tuple[str, ...], Position] | None = None,
    bars_beside: bool = False,
    factor_graph: bool = False,
) -> str:
    """Return a LaTeX document that draws a project's graph.

    Parameters
    ----------
    project : Project
        Positions are used as they are, y upwards; one unit of the canvas is `CM` centimetres, less where the graph
        would be larger than TeX allows.
    names : collection of str, optional
        Draw only these variables, and what joins them.
    marginals : mapping of str to sequence of float, optional
        Probabilities to draw as bars under the free variables with at most 12 states.
    squares : mapping of scope in model order to (x, y), optional
        Where the squares of factors stand; in the middle of their variables, or beside a single one, by default.
    bars_beside : bool
        Hang up to three bars at the lower right of a variable instead of below it, out of the way of edges that go
        straight down.
    factor_graph : bool
        Draw every factor as a square, not only those over three or more variables.

    Returns
    -------
    str
        Compiles with pdfLaTeX and LuaLaTeX, given the class standalone, TikZ and lmodern.
    """
    kept = [name for name in project.ugm.names if names is None or name in names]
    to_cm = _Place([project.positions[name] for name in kept])
    place = {name: to_cm(project.positions[name]) for name in kept}
    corners = {scope: to_cm(position) for scope, position in (squares or {}).items()}
    number = {name: f"v{k}" for k, name in enumerate(kept, start=1)}
    title = " ".join((project.title or "A graph").split())
    lines = [f"% {title}", _HEAD.strip(), UNI, _FIT, r"\begin{document}", r"\begin{tikzpicture}["]
    lines += [*_STYLES.strip("\n").splitlines(), "]"]
    for name in kept:
        lines += _node(project, name, number[name], place[name])
    lines += _links(project, number, place, corners, 1 if factor_graph else 3)
    if marginals:
        for name in kept:
            if name in marginals and name not in project.evidence:
                lines += _bars(project.ugm.variable(name).labels, marginals[name], place[name], bars_beside)
    lines += [r"\end{tikzpicture}", r"\end{document}", ""]
    return "\n".join(lines)


class _Place:
    """From the canvas to centimetres."""

    def __init__(self, places: Iterable[Position]) -> None:
        finite = [p for p in places if all(map(math.isfinite, p))] or [(0.0, 0.0)]
        xs, ys = [x for x, _ in finite], [y for _, y in finite]
        extent = max(max(xs) - min(xs), max(ys) - min(ys))
        self._unit = min(CM, MAX_CM / extent) if extent > 0 else CM
        self._middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    def __call__(self, position: Position) -> Position:
        x, y = (p if math.isfinite(p) else m for p, m in zip(position, self._middle, strict=True))
        return (x - self._middle[0]) * self._unit, (self._middle[1] - y) * self._unit


def _free_spot(points: Sequence[Position]) -> Position:
    """Return the middle of some variables, or a place beside it where none of them is."""
    x, y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    reach = _RADIUS * CM + 0.3
    for ring in range(4):
        for k in range(8 if ring else 1):
            turn = (2 * k + 1) * math.pi / 8
            at = x + ring * reach * math.cos(turn), y + ring * reach * math.sin(turn)
            if all(math.dist(at, point) > reach for point in points):
                return at
    return x, y


def _at(x: float, y: float) -> str:
    return f"({round(x, 3) + 0.0:.3f},{round(y, 3) + 0.0:.3f})"  # + 0.0 makes -0.0 a 0.0


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _node(project: Project, name: str, number: str, place: Position) -> Iterator[str]:
    shown = tex_name(_cut(name))
    if r"\uni" in shown or len(name) > MOST_LETTERS:
        yield f"% {number} is {' '.join(name.split())}"
    state = project.evidence.get(name)
    style = "softly observed variable" if name in project.soft else "free variable"
    words = rf"\fit{{1.16cm}}{{{shown}}}"
    if state is not None:
        style = "clamped variable"
        label = tex_text(_cut(project.ugm.variable(name).labels[state]))
        words = rf"\fit{{1.05cm}}{{{shown}}}\\\fit{{1.05cm}}{{\normalsize\bfseries = {label}}}"
    yield rf"\node[{style}] ({number}) at {_at(*place)} {{{words}}};"


def _links(
    project: Project,
    number: Mapping[str, str],
    place: Mapping[str, Position],
    squares: Mapping[tuple[str, ...], Position],
    least_square: int,
) -> Iterator[str]:
    """Yield edges and squares behind the variables; factors over the same variables share one mark."""
    ugm, clamped, least = project.ugm, project.evidence, min(least_square, 2)
    scopes = dict.fromkeys(tuple(sorted(f.scope, key=ugm.index)) for f in ugm.factors if len(f.scope) >= least)
    inside = [scope for scope in scopes if all(name in number for name in scope)]
    pairs = [pair for pair in project.moral_edges() if all(name in number for name in pair)]
    if not inside and not pairs:
        return
    yield r"\begin{scope}[on background layer]"
    for a, b in pairs:
        style = "moral, draw=black!35" if a in clamped or b in clamped else "moral"
        yield rf"  \draw[{style}] ({number[a]}) -- ({number[b]});"
    count = 0
    for scope in inside:
        removed = any(name in clamped for name in scope)
        style = "removed" if removed else "joined"
        if len(scope) < least_square:
            yield rf"  \draw[{style}] ({number[scope[0]]}) -- ({number[scope[1]]});"
            continue
        count += 1
        at = squares.get(scope) or _free_spot([place[name] for name in scope])
        yield rf"  \node[{'removed factor' if removed else 'factor'}] (f{count}) at {_at(*at)} {{}};"
        for name in scope:
            yield rf"  \draw[{style}] (f{count}) -- ({number[name]});"
    yield r"\end{scope}"


def _bars(labels: Sequence[str], marginal: Sequence[float], place: Position, beside: bool) -> Iterator[str]:
    """Yield a bar for each state, on a scale from 0 to 1, with its label."""
    n = len(labels)
    numbers = [float(p) for p in marginal]
    if n > _MOST_BARS or len(numbers) != n or not all(map(math.isfinite, numbers)):
        return
    pitch = min(max(_BAR, _LETTER * max(map(len, labels)) + 0.1), _BARS_WIDE / n)
    left, base = place[0] - pitch * n / 2, place[1] - _RADIUS * CM - 0.15 - _BAR_TALL
    if beside and n <= _FEW:
        left, base = place[0] + 0.7 * _RADIUS * CM + 0.1, place[1] - 0.62 * _RADIUS * CM - 0.12 - _BAR_TALL
    bars = []
    for k, p in enumerate(numbers):
        x = left + (k + 0.12) * pitch
        bars.append(f"{_at(x, base)} rectangle {_at(x + 0.76 * pitch, base + _BAR_TALL * min(max(p, 0.0), 1.0))}")
    yield rf"\fill[marginal bar] {' '.join(bars)};"
    yield rf"\draw[line width=0.4pt] {_at(left, base)} -- {_at(left + pitch * n, base)};"
    for k, label in enumerate(labels):
        words = rf"\fit{{{0.92 * pitch:.3f}cm}}{{{tex_text(_cut(label))}}}"
        yield rf"\node[state] at {_at(left + (k + 0.5) * pitch, base - 0.28)} {{{words}}};"
