r"""Would pdfLaTeX compile this picture? A strict check of what the writer of TikZ may use, without any TeX.

It knows the few commands that the writer needs, reads the document letter by letter with TeX's own categories, and
collects what is named and what is drawn. Anything it does not know is an error. The second argument of \uni is what
only Unicode engines set; everything else has to be within what pdfLaTeX's T1 encoding has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_KNOWN = """
    documentclass usepackage usetikzlibrary definecolor newcommand uni fit ifdefined else fi Umathcode begin end node
    draw fill ttfamily scriptsize normalsize small large bfseries sbox usebox resizebox ifdim wd ensuremath
    textbackslash textasciitilde textasciicircum textquotedbl textbar textless textgreater ldots mathrm textquotedblleft
    textquotedblright quotedblbase guillemotleft guillemotright texteuro textcopyright textregistered texttrademark
    alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma varsigma tau upsilon varphi
    chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega times div pm cdot neg circ rightarrow
    leftarrow uparrow downarrow leftrightarrow leq geq neq approx infty in sum prod surd emptyset wedge vee
"""
KNOWN = frozenset(_KNOWN.split())
T1 = re.compile(r"[ -~\u00c0-\u017e¡¿§£]")
NUMBER = r"-?\d+\.\d{3}"


class TexError(AssertionError):
    """TeX would stop here."""


@dataclass
class Drawing:
    """What a picture shows."""

    nodes: dict[str, tuple[str, tuple[float, float], str]] = field(default_factory=dict)  # name: style, place, text
    lines: list[tuple[str, str, str]] = field(default_factory=list)  # style, from, to
    bars: list[tuple[float, float, float, float]] = field(default_factory=list)


def check(document: str) -> Drawing:
    """Return what the document draws; TexError where it would not compile."""
    lines = [re.sub(r"(?<!\\)%.*", "", line) for line in document.split("\n")]
    code = "\n".join(lines)
    _check_letters(code)
    _check_groups(code)
    head, rest = code.split(r"\begin{document}")
    body, tail = rest.split(r"\end{document}")
    if tail.strip() or r"\node" in head or not head.strip().startswith(r"\documentclass"):
        raise TexError("the document is not in its place")
    styles = set(re.findall(r"^  ([a-z ]+)/\.style=", body, re.MULTILINE))
    picture = body[body.index("\n]") + 2 : body.index(r"\end{tikzpicture}")]
    picture = picture.replace(r"\begin{scope}[on background layer]", "").replace(r"\end{scope}", "")
    return _statements(picture, styles)


def _check_letters(code: str) -> None:
    bare = re.sub(r"\\uni\{[0-9A-F]{4,6}\}\{[^{}\\]\}", "", code)
    for command in re.findall(r"\\([A-Za-z]+|.|\n)", bare):
        if command not in KNOWN and command not in tuple("{}#$%&_\\"):
            raise TexError(f"the command \\{command}")
    for letter in bare.replace("\n", " "):
        if not T1.match(letter):
            raise TexError(f"pdfLaTeX has no {letter!r}")
    plain = re.sub(r"\\ensuremath\{(?:[^{}]|\{[^{}]*\})*\}", "", re.sub(r"\\newcommand.*", "", bare))
    maths = False
    for letter in re.sub(r"\\.", "", plain):
        if letter == "$":
            maths = not maths
        elif letter in "#&" or (letter in "_^" and not maths):
            raise TexError(f"a bare {letter}")
    if maths:
        raise TexError("mathematics without an end")


def _check_groups(code: str) -> None:
    open_groups: list[str] = []
    for token in re.finditer(r"\\(begin|end)\{(\w+)\}|\\.|[{}]", code, re.DOTALL):
        word = token.group()
        if token[1] == "begin":
            open_groups.append(token[2])
        elif token[1] == "end":
            if not open_groups or open_groups.pop() != token[2]:
                raise TexError(f"the end of {token[2]} is not where it should be")
        elif word == "{":
            open_groups.append("{")
        elif word == "}" and (not open_groups or open_groups.pop() != "{"):
            raise TexError("a } too many")
    if open_groups:
        raise TexError(f"{open_groups[-1]} is not closed")


def _statements(picture: str, styles: set[str]) -> Drawing:
    drawing = Drawing()
    for statement in _split(picture):
        node = re.fullmatch(
            rf"\\node\[([a-z ]+)\] \((\w+)\) at \(({NUMBER}),({NUMBER})\) \{{(.*)\}}", statement, re.DOTALL
        )
        line = re.fullmatch(r"\\draw\[([a-z ]+)(, draw=black!35)?\] \((\w+)\) -- \((\w+)\)", statement)
        label = re.fullmatch(rf"\\node\[state\] at \({NUMBER},{NUMBER}\) \{{(.*)\}}", statement, re.DOTALL)
        axis = re.fullmatch(rf"\\draw\[line width=0\.4pt\] \({NUMBER},{NUMBER}\) -- \({NUMBER},{NUMBER}\)", statement)
        corner = rf"\(({NUMBER}),({NUMBER})\)"
        if node:
            if node[1] not in styles or node[2] in drawing.nodes:
                raise TexError(f"the node {node[2]}")
            drawing.nodes[node[2]] = (node[1], (float(node[3]), float(node[4])), node[5])
        elif line:
            if line[1] not in styles or line[3] not in drawing.nodes or line[4] not in drawing.nodes:
                raise TexError(f"the line {statement}")
            drawing.lines.append((line[1] + (line[2] or ""), line[3], line[4]))
        elif statement.startswith(r"\fill[marginal bar] "):
            found = re.findall(rf"{corner} rectangle {corner}", statement)
            if (
                " ".join([r"\fill[marginal bar]", *("({},{}) rectangle ({},{})".format(*f) for f in found)])
                != statement
            ):
                raise TexError(f"the bars {statement}")
            drawing.bars += [tuple(map(float, f)) for f in found]
        elif not label and not axis:
            raise TexError(f"{statement!r} is no statement")
    for _, (x, y), _ in drawing.nodes.values():
        if abs(x) > 287 or abs(y) > 287:
            raise TexError("a length beyond what TeX knows")
    return drawing


def _split(picture: str) -> list[str]:
    """Return the statements, which end in a semicolon outside all braces."""
    found, depth, begin = [], 0, 0
    for token in re.finditer(r"\\.|[{};]", picture, re.DOTALL):
        if token.group() in "{}":
            depth += 1 if token.group() == "{" else -1
        elif token.group() == ";" and depth == 0:
            found.append(picture[begin : token.start()].strip())
            begin = token.end()
    if picture[begin:].strip():
        raise TexError("a statement without its semicolon")
    return found
