"""How are graphs and tree decompositions read from and written to PACE files?

The formats of the PACE treewidth challenges: `.gr` holds a line "p tw n m" and m edges of vertices 1 .. n; `.td`
holds "s td bags size n", where size is the largest bag, that is the width plus one, then lines "b i v ..." and the tree
edges. Lines that start with c are comments. Numbers are checked before anything as large as they say is made.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import FileFormatError, ModelError

from .saving import write_bytes
from .sources import as_path, read_bytes

if TYPE_CHECKING:
    import networkx as nx

MAX_VERTICES = 1_000_000
MAX_BYTES = 256e6


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A tree decomposition as a file gives it.

    Attributes
    ----------
    bags : tuple of frozenset of int
        Vertices from 1.
    tree : tuple of (int, int)
        Pairs of places in `bags`, from 0.
    width : int
        Largest bag less one; -1 without bags.
    n_vertices : int
        Vertices of the graph, by the header.
    """

    bags: tuple[frozenset[int], ...]
    tree: tuple[tuple[int, int], ...]
    width: int
    n_vertices: int


def read_graph(path: str | Path) -> nx.Graph:
    """Read a PACE `.gr` file, gzip accepted.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    networkx.Graph
        Vertices 1 .. n, those without edges too. Self-loops and repeated edges are merged; `graph.graph["notes"]` is a
        tuple of sentences that say so, empty when there were none.

    Raises
    ------
    FileFormatError
        Not a text file, no header, a vertex outside 1 .. n, a line that is not two numbers, fewer or more edges than
        announced, or over `MAX_VERTICES`. Carries the line.
    """
    import networkx as nx

    source = as_path(path)
    lines = _lines(source)
    header, tokens = next(lines, (None, []))
    if tokens[:2] != ["p", "tw"] or len(tokens) != 4:
        raise FileFormatError(source, _expected("p tw VERTICES EDGES", tokens), header)
    n, m = (_number(source, header, token) for token in tokens[2:])
    _check_size(source, header, n)
    edges: set[tuple[int, int]] = set()
    loops = read = 0
    for line, tokens in lines:
        if len(tokens) != 2:
            raise FileFormatError(source, _expected("two vertex numbers", tokens), line)
        a, b = (_vertex(source, line, token, n) for token in tokens)
        read += 1
        loops += a == b
        edges.add((min(a, b), max(a, b)))
    distinct = len({pair for pair in edges if pair[0] != pair[1]})
    if m not in (read, distinct):
        fault = "It may be cut short: get it again" if read < m else "Correct the header"
        raise FileFormatError(source, f"The header announces {m} edges, but the file holds {read}. {fault}.", header)
    graph = nx.Graph()
    graph.add_nodes_from(range(1, n + 1))
    graph.add_edges_from(pair for pair in edges if pair[0] != pair[1])
    repeats = read - loops - distinct
    said = ((loops, "self-loop", "left out"), (repeats, "repeated edge", "merged"))
    graph.graph["notes"] = tuple(
        f"{count} {word}{'s' if count > 1 else ''} {'were' if count > 1 else 'was'} {done}."
        for count, word, done in said
        if count
    )
    return graph


def read_decomposition(path: str | Path) -> Decomposition:
    """Read a PACE `.td` file, gzip accepted.

    The bags make one tree; whether that decomposes some graph is a question for `validate_decomposition`.

    Raises
    ------
    FileFormatError
        As in `read_graph`; also a bag that is missing or given twice, edges that do not make one tree, and a header
        whose size is not that of the largest bag. Carries the line.
    """
    source = as_path(path)
    lines = _lines(source)
    header, tokens = next(lines, (None, []))
    if tokens[:2] != ["s", "td"] or len(tokens) != 5:
        raise FileFormatError(source, _expected("s td BAGS LARGEST_BAG VERTICES", tokens), header)
    n_bags, size, n = (_number(source, header, token) for token in tokens[2:])
    _check_size(source, header, max(n, n_bags))
    bags: dict[int, frozenset[int]] = {}
    tree: list[tuple[int, int]] = []
    root = list(range(n_bags))  # of the part of the tree that a bag is in
    for line, tokens in lines:
        if tokens[0] == "b":
            if len(tokens) < 2:
                raise FileFormatError(source, _expected("b BAG VERTICES ...", tokens), line)
            bag = _vertex(source, line, tokens[1], n_bags, "Bag")
            if bag in bags:
                raise FileFormatError(source, f"Bag {bag} is given a second time. Number the bags once each.", line)
            bags[bag] = frozenset(_vertex(source, line, token, n) for token in tokens[2:])
        elif len(tokens) == 2:
            a, b = (_vertex(source, line, token, n_bags, "Bag") for token in tokens)
            if not _joined(root, a - 1, b - 1):
                raise FileFormatError(source, _no_tree(a, b, tree), line)
            tree.append((a - 1, b - 1))
        else:
            raise FileFormatError(source, _expected("a bag or two bag numbers", tokens), line)
    if len(bags) < n_bags:
        absent = next(k for k in range(1, n_bags + 1) if k not in bags)
        raise FileFormatError(
            source, f"Bag {absent} of {n_bags} is missing. The file may be cut short: get it again.", header
        )
    if len(tree) < n_bags - 1:
        apart = next(k for k in range(1, n_bags) if _top(root, k) != _top(root, 0))
        raise FileFormatError(
            source,
            f"The tree edges do not connect bag {apart + 1} with bag 1: {n_bags - 1} must make one tree of the "
            f"{n_bags} bags, and the file holds {len(tree)}. Add what is missing, or get the file again.",
            header,
        )
    largest = max((len(bag) for bag in bags.values()), default=0)
    if largest != size:
        raise FileFormatError(
            source,
            f"The header says that the largest bag has {size} vertices, but it has {largest}. "
            "Write the width plus one there.",
            header,
        )
    return Decomposition(tuple(bags[k] for k in range(1, n_bags + 1)), tuple(tree), largest - 1, n)


def _top(root: list[int], k: int) -> int:
    while root[k] != k:
        root[k] = root[root[k]]
        k = root[k]
    return k


def _joined(root: list[int], a: int, b: int) -> bool:
    """Join the parts of two bags; return whether they were apart."""
    above, below = _top(root, a), _top(root, b)
    root[below] = above
    return above != below


def _no_tree(a: int, b: int, tree: Sequence[tuple[int, int]]) -> str:
    """Say why an edge between bags that hang together already is wrong; bags from 1."""
    if a == b:
        return f"Tree edge {a} {b} joins a bag to itself. Leave it out or correct it."
    if (a - 1, b - 1) in tree or (b - 1, a - 1) in tree:
        return f"Tree edge {a} {b} is given a second time. Leave it out."
    return f"Tree edge {a} {b} closes a cycle, and a tree has none. Leave it out or correct it."


def write_graph(vertices: Sequence[Hashable], edges: Iterable[tuple[Hashable, Hashable]], path: str | Path) -> None:
    """Write a PACE `.gr` file, replacing an old one in one step.

    Parameters
    ----------
    vertices : sequence
        The first becomes 1. Where they are not 1, 2, ... already, comments name them.
    edges : iterable of (vertex, vertex)
        Self-loops are left out; an edge given twice, in whatever order, is written once.
    path : str or Path

    Raises
    ------
    ModelError
        An edge ends in something that is not among the vertices.
    FileFormatError
        The file cannot be written.
    """
    write_bytes(path, graph_text(vertices, edges).encode("utf-8", "replace"))


def graph_text(vertices: Sequence[Hashable], edges: Iterable[tuple[Hashable, Hashable]]) -> str:
    """Return the content of the `.gr` file."""
    number = {name: k for k, name in enumerate(vertices, start=1)}
    pairs = set()
    for edge in edges:
        for name in edge:
            if name not in number:
                raise ModelError(f"An edge ends in {name}, which is not among the vertices. Give all vertices.")
        a, b = sorted(number[name] for name in edge)
        if a != b:
            pairs.add((a, b))
    lines = [*_naming(number), f"p tw {len(number)} {len(pairs)}", *(f"{a} {b}" for a, b in sorted(pairs))]
    return "\n".join(lines) + "\n"


def _naming(number: Mapping[Hashable, int]) -> list[str]:
    """Return a comment for each vertex that is called otherwise than by its number."""
    return [f"c vertex {k} is {' '.join(str(name).split())}" for name, k in number.items() if str(name) != str(k)]


def write_decomposition(
    bags: Sequence[Collection[Hashable]],
    tree: Iterable[tuple[int, int]],
    vertices: Sequence[Any],
    path: str | Path,
) -> None:
    """Write a PACE `.td` file.

    Parameters
    ----------
    bags : sequence of collections
        Vertices by name, as in `TreewidthResult.bags`.
    tree : iterable of (int, int)
        Pairs of places in `bags`, from 0.
    vertices : sequence
        All vertices of the graph; the first becomes 1. Where they are not 1, 2, ... already, comments name them.
    path : str or Path

    Raises
    ------
    ModelError
        A bag holds something that is not among the vertices.
    FileFormatError
        The file cannot be written.
    """
    number = {name: k for k, name in enumerate(vertices, start=1)}
    for bag in bags:
        for name in bag:
            if name not in number:
                raise ModelError(f"A bag holds {name}, which is not among the vertices. Give all vertices.")
    lines = _naming(number)
    lines.append(f"s td {len(bags)} {max((len(bag) for bag in bags), default=0)} {len(number)}")
    for k, bag in enumerate(bags, start=1):
        lines.append(" ".join(["b", str(k), *(str(v) for v in sorted(number[name] for name in bag))]))
    lines += [f"{a + 1} {b + 1}" for a, b in tree]
    write_bytes(path, ("\n".join(lines) + "\n").encode("utf-8", "replace"))


def _lines(source: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number, from 1, and the tokens of each line that says something."""
    data = read_bytes(source, MAX_BYTES)
    if b"\0" in data:
        raise FileFormatError(source, "This is not a text file. Give a graph in the PACE format, plain or gzipped.")
    for line, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        # Comments may be in any encoding; Latin-1 reads what is no UTF-8, and no number looks different in it.
        try:
            tokens = raw.decode("utf-8").split()
        except UnicodeDecodeError:
            tokens = raw.decode("latin-1").split()
        if tokens and tokens[0] != "c":
            yield line, tokens


def _expected(wanted: str, tokens: Sequence[str]) -> str:
    if not tokens:
        return f'The file ends without saying anything; "{wanted}" was expected. Get the file again.'
    return f'"{_shown(" ".join(tokens))}" was found where "{wanted}" was expected. Check that this is a PACE file.'


def _shown(text: str) -> str:
    shown = text if len(text) <= 40 else text[:40] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def _number(source: Path, line: int | None, token: str) -> int:
    if not (token.isascii() and token.isdigit()) or len(token) > 18:
        raise FileFormatError(
            source, f'"{_shown(token)}" is not a whole number from 0 up, in digits 0 to 9. Correct it.', line
        )
    return int(token)


def _vertex(source: Path, line: int, token: str, n: int, kind: str = "Vertex") -> int:
    vertex = _number(source, line, token)
    if not 1 <= vertex <= n:
        raise FileFormatError(
            source, f"{kind} {vertex} is outside 1 to {n}. Correct it or the count in the header.", line
        )
    return vertex


def _check_size(source: Path, line: int | None, n: int) -> None:
    if n > MAX_VERTICES:
        raise FileFormatError(
            source, f"The header announces {n:,}; at most {MAX_VERTICES:,} are read. Use a smaller graph.", line
        )
