"""Are PACE files read as written, and refused with file and line when they are not right?"""

from __future__ import annotations

import gzip

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.approximation import treewidth_min_degree

from models import CliqueError, FileFormatError, ModelError
from models.exact_treewidth import treewidth, validate_decomposition
from models.files.pace import MAX_VERTICES, read_decomposition, read_graph, write_decomposition


@pytest.fixture
def write(tmp_path):
    def make(content, name="graph.gr"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def test_isolated_vertices_stay_and_comments_blanks_and_line_ends_do_not_matter(write):
    graph = read_graph(write("c made by hand\r\n\r\np tw 5 2\r\n  1   2\r\n   \r\nc between\r\n2 4\r\n"))
    assert list(graph.nodes) == [1, 2, 3, 4, 5]
    assert {frozenset(edge) for edge in graph.edges} == {frozenset({1, 2}), frozenset({2, 4})}
    assert graph.graph["notes"] == ()


def test_loops_and_repeats_are_merged_and_said(write):
    graph = read_graph(write("p tw 3 5\n1 1\n1 2\n2 1\n2 3\n1 2\n"))
    assert sorted(map(sorted, graph.edges)) == [[1, 2], [2, 3]]
    assert graph.graph["notes"] == ("1 self-loop was left out.", "2 repeated edges were merged.")


def test_a_header_that_counts_distinct_edges_is_right_too(write):
    assert read_graph(write("p tw 3 2\n1 2\n2 1\n2 3\n")).number_of_edges() == 2


def test_no_final_newline_byte_order_mark_and_gzip(write):
    text = b"\xef\xbb\xbfp tw 2 1\n1 2"
    assert read_graph(write(text)).number_of_edges() == 1
    assert read_graph(write(gzip.compress(text), "graph.gr.gz")).number_of_edges() == 1


def test_graphs_without_vertices_or_edges(write):
    assert len(read_graph(write("p tw 0 0\n"))) == 0
    assert len(read_graph(write("p tw 7 0\n"))) == 7


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("1 2\n", 1, "p tw VERTICES EDGES"),
        ("p edge 2 1\n1 2\n", 1, "p tw VERTICES EDGES"),
        ("c only a comment\n", None, "ends without"),
        ("p tw 3\n", 1, "p tw VERTICES EDGES"),
        ("p tw three 1\n", 1, "not a whole number"),
        ("p tw -3 1\n", 1, "not a whole number"),
        ("p tw 1_0 1\n", 1, "not a whole number"),
        ("p tw 3 1\np tw 3 1\n", 2, "two vertex numbers"),
        ("p tw 3 2\n1 2\n2 4\n", 3, "Vertex 4 is outside 1 to 3"),
        ("p tw 3 2\n0 2\n", 2, "Vertex 0 is outside 1 to 3"),
        ("p tw 3 2\n1 2\n3\n", 3, "two vertex numbers"),
        ("p tw 3 2\n1 2 3\n", 2, "two vertex numbers"),
        ("p tw 3 2\n1 2\n", 1, "announces 2 edges, but the file holds 1"),
        ("p tw 3 1\n1 2\n2 3\n", 1, "announces 1 edges, but the file holds 2"),
        (f"p tw {10**9} 1\n1 2\n", 1, "at most 1,000,000"),
        (f"p tw 3 {10**15}\n1 2\n", 1, "may be cut short"),
        ("p tw " + "9" * 5000 + " 1\n", 1, "not a whole number"),
        (b"p tw 2 1\n1 2\n\x00\x01\x02", None, "not a text file"),
        (bytes(range(1, 255)), 1, "was found where"),
        ("p tw 2 1\n1 2".encode("utf-16"), None, "not a text file"),
        ("", None, "empty"),
        (gzip.compress(b"p tw 2 1\n1 2\n" * 50)[:-12], None, "cut short"),
    ],
)
def test_unreadable_graphs_name_file_and_line(write, content, line, words):
    with pytest.raises(FileFormatError) as caught:
        read_graph(write(content, "given.gr"))
    assert words in str(caught.value)
    assert "given.gr" in str(caught.value)
    assert caught.value.line == line


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(FileFormatError, match="no such file"):
        read_graph(tmp_path / "nothing.gr")
    with pytest.raises(FileFormatError, match="folder"):
        read_graph(tmp_path)


def test_an_absurd_size_is_refused_at_once(write, monkeypatch):
    def never(*_, **__):
        raise AssertionError("a graph was made before its size was checked")

    path = write(f"p tw {MAX_VERTICES + 1} 0\n")
    monkeypatch.setattr(nx, "Graph", never)
    with pytest.raises(FileFormatError):
        read_graph(path)


def test_a_decomposition_comes_back_as_written(tmp_path):
    graph = nx.relabel_nodes(nx.petersen_graph(), lambda v: v + 1)
    result = treewidth(graph)
    path = tmp_path / "petersen.td"
    write_decomposition(result.bags, result.tree, list(graph.nodes), path)
    assert path.read_text().splitlines()[0] == f"s td {len(result.bags)} 5 10"
    again = read_decomposition(path)
    assert (again.bags, again.tree, again.width, again.n_vertices) == (result.bags, result.tree, 4, 10)
    assert validate_decomposition(graph, again.bags, again.tree, again.width) is None


def test_names_become_numbers_with_comments(tmp_path):
    path = tmp_path / "chain.td"
    write_decomposition([{"a", "b"}, {"b", "c d"}], [(0, 1)], ["a", "b", "c d"], path)
    assert path.read_text() == (
        "c vertex 1 is a\nc vertex 2 is b\nc vertex 3 is c d\ns td 2 2 3\nb 1 1 2\nb 2 2 3\n1 2\n"
    )
    assert read_decomposition(path).bags == (frozenset({1, 2}), frozenset({2, 3}))
    with pytest.raises(ModelError, match="not among the vertices"):
        write_decomposition([{"a", "z"}], [], ["a"], path)


def test_the_decomposition_of_nothing(tmp_path):
    path = tmp_path / "empty.td"
    write_decomposition([], [], [], path)
    again = read_decomposition(path)
    assert (again.bags, again.tree, again.width, again.n_vertices) == ((), (), -1, 0)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("p tw 2 1\n", 1, "s td BAGS LARGEST_BAG VERTICES"),
        ("s td 1 2\n", 1, "s td BAGS LARGEST_BAG VERTICES"),
        ("s td 1 2 2\nb 1 1 3\n", 2, "Vertex 3 is outside 1 to 2"),
        ("s td 1 2 2\nb 2 1 2\n", 2, "Bag 2 is outside 1 to 1"),
        ("s td 2 2 3\nb 1 1 2\nb 1 2 3\n1 2\n", 3, "second time"),
        ("s td 2 2 3\nb 1 1 2\n1 2\n", 1, "Bag 2 of 2 is missing"),
        ("s td 1 1 2\nb 1 1 2\n", 1, "width plus one"),
        ("s td 1 2 2\nb 1 1 2\n1 2 3\n", 3, "a bag or two bag numbers"),
        ("s td 1 2 2\nb\n", 2, "b BAG VERTICES"),
        ("s td 2 1 1\nb 1 1\nb 2 1\n2 2\n1 2\n", 4, "Tree edge 2 2 joins a bag to itself"),
        ("s td 2 1 1\nb 1 1\nb 2 1\n1 2\nc\n2 1\n", 6, "Tree edge 2 1 is given a second time"),
        ("c\ns td 3 1 1\n1 2\n2 3\n3 1\nb 1 1\nb 2 1\nb 3 1\n", 5, "Tree edge 3 1 closes a cycle"),
        ("c\ns td 3 1 1\nb 1 1\nb 2 1\nb 3 1\n2 1\n", 2, "do not connect bag 3 with bag 1"),
        ("s td 2 1 1\nb 1 1\nb 2 1\n", 1, "the file holds 0"),
        ("s td 1 1 1\nb 1 \uff11\n", 2, '"\uff11" is not a whole number'),
        ("s td \u0663 1 1\n", 1, '"\u0663" is not a whole number'),
        (f"s td {10**12} 2 2\n", 1, "at most"),
    ],
)
def test_unreadable_decompositions_name_the_line(write, content, line, words):
    with pytest.raises(FileFormatError) as caught:
        read_decomposition(write(content, "given.td"))
    assert words in str(caught.value)
    assert caught.value.line == line


def test_a_folder_that_does_not_exist_cannot_be_written(tmp_path):
    with pytest.raises(FileFormatError, match=r"x\.td"):
        write_decomposition([{1}], [], [1], tmp_path / "nowhere" / "x.td")


def test_reference_graphs_are_read(shared):
    import json

    folder = shared / "data" / "treewidth"
    answers = json.loads((folder / "answers.json").read_text())
    for name, answer in answers.items():
        graph = read_graph(folder / name)
        assert (len(graph), graph.number_of_edges()) == (answer["n"], answer["m"]), name
        merged = answer.get("edge_lines", answer["m"]) - answer["m"]
        assert bool(graph.graph["notes"]) == bool(merged), name


def random_decomposition(rng):
    """Return a graph and one of its decompositions, made by networkx alone."""
    graph = nx.gnp_random_graph(int(rng.integers(1, 14)), float(rng.uniform(0, 0.8)), seed=int(rng.integers(1 << 30)))
    graph = nx.relabel_nodes(graph, lambda v: v + 1)
    _, tree = treewidth_min_degree(graph)
    bags = list(tree.nodes)
    place = {bag: k for k, bag in enumerate(bags)}
    return graph, bags, [(place[a], place[b]) for a, b in tree.edges]


def test_three_hundred_decompositions_come_back_and_mutated_trees_are_judged_as_networkx_does(tmp_path):
    rng = np.random.default_rng(540)
    path, refused = tmp_path / "random.td", 0
    for _ in range(300):
        graph, bags, tree = random_decomposition(rng)
        write_decomposition(bags, tree, sorted(graph), path)
        if nx.is_tree(skeleton(len(bags), tree)):
            again = read_decomposition(path)
            assert (list(again.bags), list(again.tree)) == (bags, tree)
            assert validate_decomposition(graph, again.bags, again.tree, again.width) is None
        changed = [pair for pair in tree if rng.random() > 0.1]
        changed += [tuple(map(int, rng.integers(len(bags), size=2))) for _ in range(int(rng.integers(3)))]
        write_decomposition(bags, changed, sorted(graph), path)
        if nx.is_tree(skeleton(len(bags), changed)):
            assert list(read_decomposition(path).tree) == changed
            continue
        refused += 1
        with pytest.raises(FileFormatError, match=r"random\.td, line \d+: .*(joins a bag|second time|cycle|connect)"):
            read_decomposition(path)
    assert refused > 50


def skeleton(n, edges):
    """Return a multigraph, in which an edge given twice is a cycle."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    return graph


# --- chance ------------------------------------------------------------------------------------------------------

BAG_FILE = "c made by hand\ns td 3 3 5\nb 1 1 2 3\nb 2 2 3 4\nb 3 4 5\n1 2\n2 3\n"
EDGE_FILE = "c made by hand\np tw 5 5\n1 2\n2 3\n1 3\n3 4\n4 5\n"


@given(st.binary(max_size=120) | st.text("ptwsdbc 0123456789\n-.", max_size=80).map(str.encode))
def test_random_bytes_raise_nothing_but_messages(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "random"
    for prefix in (b"", b"p tw 3 2\n", b"s td 2 2 3\n"):
        path.write_bytes(prefix + content)
        for read in (read_graph, read_decomposition):
            try:
                read(path)
            except CliqueError as error:
                assert str(error)  # noqa: PT017 - chance may also write a graph


@given(st.data())
def test_damaged_files_raise_nothing_but_messages_and_never_a_wrong_count(tmp_path_factory, data):
    source, read = data.draw(st.sampled_from([(EDGE_FILE, read_graph), (BAG_FILE, read_decomposition)]))
    content = bytearray(source.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + 1] = data.draw(
            st.sampled_from([b"", b"0", b"9", b" ", b"\n", b"-", b"c", b"\xff", b"\0"])
        )
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    try:
        found = read(path)
    except CliqueError as error:
        assert str(error)  # noqa: PT017 - the damage may also have made another graph
        return
    if read is read_graph:
        assert sorted(found.nodes) == list(range(1, len(found) + 1))
    else:
        assert found.width == max(map(len, found.bags), default=0) - 1
        assert all(1 <= v <= found.n_vertices for bag in found.bags for v in bag)


@given(st.integers(0, 8), st.data())
def test_any_graph_is_read_as_written(tmp_path_factory, n, data):
    vertex = st.integers(1, max(n, 1))
    edges = data.draw(st.lists(st.tuples(vertex, vertex), max_size=12)) if n else []
    path = tmp_path_factory.getbasetemp() / "any.gr"
    path.write_text("\n".join([f"p tw {n} {len(edges)}", *(f"{a} {b}" for a, b in edges)]), encoding="ascii")
    graph = read_graph(path)
    assert set(graph.nodes) == set(range(1, n + 1))
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in edges if edge[0] != edge[1]}
