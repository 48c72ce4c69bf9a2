"""Which edges did moralisation add, and do edits keep what is known of the arcs right?"""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import UGM, Factor, FileFormatError, Variable, arcs_of, moral_edges
from models.files import read_any, read_model, read_project, write_project
from models.moral import find_circle, joined_arcs
from models.project import Project
from tests.models.networks import BAKERY, LAWN


def network(parents: dict[str, tuple[str, ...]]) -> UGM:
    """Make a model of uniform tables."""
    factors = [
        Factor((*given, child), np.full((2,) * (len(given) + 1), np.log(0.5))) for child, given in parents.items()
    ]
    return UGM([Variable.of_size(name, 2) for name in parents], factors)


@pytest.fixture
def lawn(tmp_path) -> Project:
    path = tmp_path / "lawn.bif"
    path.write_text(LAWN, encoding="utf-8")
    project = read_any(path)
    assert isinstance(project, Project)
    return project


def test_parents_are_joined_once_with_all_their_children() -> None:
    parents = {"a": (), "b": (), "c": (), "d": ("a", "b"), "e": ("b", "a"), "f": ("c", "d", "a")}
    ugm = network(parents)
    arcs = arcs_of(ugm)
    assert arcs == (("a", "d"), ("b", "d"), ("b", "e"), ("a", "e"), ("c", "f"), ("d", "f"), ("a", "f"))
    # a and d are parents of f, but an arc joins them already.
    assert moral_edges(ugm, arcs) == {("a", "b"): ("d", "e"), ("a", "c"): ("f",), ("c", "d"): ("f",)}
    assert moral_edges(ugm, ()) == {}


def test_factors_that_are_no_network_have_no_arcs() -> None:
    two = [Variable.of_size(name, 2) for name in "ab"]
    pair, a, b = Factor(("a", "b"), np.zeros((2, 2))), Factor("a", [0, 0]), Factor("b", [0, 0])
    assert arcs_of(UGM(two, [a, pair])) == (("a", "b"),)
    assert arcs_of(UGM(two, [pair])) == ()  # nothing says how a is distributed
    assert arcs_of(UGM(two, [a, pair, b])) == ()  # b twice
    assert arcs_of(UGM(two, [a, pair, Factor((), 0.0)])) == ()
    assert arcs_of(UGM(two, [pair, Factor(("b", "a"), np.zeros((2, 2)))])) == ()  # a circle
    assert arcs_of(UGM(())) == ()


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    names = [f"v{k}" for k in range(draw(st.integers(1, 7)))]
    return {
        name: tuple(draw(st.lists(st.sampled_from([n for n in names if n != name]), max_size=3, unique=True)))
        if len(names) > 1
        else ()
        for name in names
    }


@given(graphs())
def test_circles_and_added_edges_against_networkx(parents) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from(parents)
    graph.add_edges_from((parent, child) for child, given in parents.items() for parent in given)
    circle = find_circle(parents)
    assert bool(circle) != nx.is_directed_acyclic_graph(graph)
    assert all(graph.has_edge(a, b) for a, b in zip(circle, circle[1:] + circle[:1], strict=True))
    assert len(set(circle)) == len(circle)
    if circle:
        return
    ugm = network(parents)
    arcs = arcs_of(ugm)
    assert set(arcs) == set(graph.edges)
    moral = nx.moral_graph(graph)
    assert {frozenset(edge) for edge in ugm.edges} == {frozenset(edge) for edge in moral.edges}
    added = moral_edges(ugm, arcs)
    assert {frozenset(pair) for pair in added} == {
        frozenset(e) for e in moral.edges if not (graph.has_edge(*e) or graph.has_edge(*e[::-1]))
    }
    for (a, b), children in added.items():
        assert ugm.index(a) < ugm.index(b)
        assert set(children) == set(graph.successors(a)) & set(graph.successors(b))
        assert len(set(children)) == len(children)


@given(graphs(), st.data())
def test_arcs_last_as_long_as_a_factor_joins_their_ends(parents, data) -> None:
    ugm = network(parents)
    pairs = list(itertools.permutations(parents, 2)) or [("v0", "v0")]
    arcs = data.draw(st.lists(st.sampled_from([*pairs, ("v0", "v0"), ("gone", "v0"), ("v0", "gone")]), max_size=12))
    joined = {pair for factor in ugm.factors for pair in itertools.permutations(factor.scope, 2)}
    expected = tuple(arc for arc in dict.fromkeys(arcs) if arc in joined)
    assert joined_arcs(ugm, arcs) == expected
    assert Project(ugm=ugm, arcs=tuple(arcs)).arcs == expected


# --- the project -------------------------------------------------------------------------------------------------

ARCS = (("Cloudy", "Rain"), ("Cloudy", "Sprinkler"), ("Rain", "Wet"), ("Sprinkler", "Wet"))


def test_an_opened_network_knows_its_arcs(lawn, tmp_path) -> None:
    assert lawn.title == "lawn"
    assert lawn.arcs == ARCS
    assert lawn.moral_edges() == {("Rain", "Sprinkler"): ("Wet",)}
    assert len(set(lawn.positions.values())) == 4
    (tmp_path / "Other.BIF").write_text(BAKERY, encoding="utf-8")
    other = read_any(tmp_path / "Other.BIF")
    assert other.title == "Other"
    assert ("day", "weather") in other.moral_edges()


def test_a_uai_network_knows_its_arcs_and_a_markov_file_has_none(shared, tmp_path) -> None:
    source = (shared / "data" / "uai" / "asia.uai").read_text(encoding="ascii")
    for name, text in (("b.uai", source), ("m.uai", source.replace("BAYES", "MARKOV"))):
        (tmp_path / name).write_text(text, encoding="ascii")
    bayes, markov = read_any(tmp_path / "b.uai"), read_any(tmp_path / "m.uai")
    assert bayes.ugm.same_as(markov.ugm)
    assert markov.arcs == ()
    assert len(bayes.arcs) == 8  # the well-known diagnosis network
    assert len(bayes.moral_edges()) == 2
    assert bayes.ugm.same_as(read_model(tmp_path / "b.uai"))


def test_renaming_reaches_the_arcs(lawn) -> None:
    after = lawn.with_renamed("Wet", "Grass")
    assert after.arcs == (*ARCS[:2], ("Rain", "Grass"), ("Sprinkler", "Grass"))
    assert after.moral_edges() == {("Rain", "Sprinkler"): ("Grass",)}


def test_deleting_takes_the_arcs_with_it(lawn) -> None:
    assert lawn.without(["Sprinkler"]).arcs == (("Cloudy", "Rain"),)  # its factors go, that of Wet too
    wet = lawn.ugm.factors_of("Wet")
    after = lawn.without(factors=wet)
    assert after.arcs == ARCS[:2]
    assert after.moral_edges() == {}
    drawn = after.with_edge("Rain", "Sprinkler")
    assert drawn.moral_edges() == {}  # drawn by a person, not by moralisation


def test_clamps_moves_and_numbers_keep_the_arcs_and_another_model_drops_them(lawn) -> None:
    for after in (
        lawn.with_clamps({"Rain": 1}),
        lawn.with_positions({"Rain": (1.0, 2.0)}),
        lawn.with_states("Wet", ("dry", "wet", "soaked")),
        lawn.with_new_variable((0, 0)),
        lawn.with_potential("Cloudy", 0, 0.9),
        lawn.with_model(lawn.ugm.with_factor_at(0, Factor("Cloudy", [0.0, 1.0]))),
    ):
        assert after.arcs == ARCS
    other = UGM(lawn.ugm.variables, [Factor(("Rain", "Sprinkler", "Wet"), np.zeros((2, 3, 2)))])
    assert lawn.with_model(other).arcs == ()
    assert not lawn.same_as(Project(ugm=lawn.ugm, positions=lawn.positions, title=lawn.title))


def test_arcs_are_saved_and_the_file_stays_version_1(lawn, tmp_path) -> None:
    path = tmp_path / "lawn.clique"
    write_project(lawn, path)
    assert read_project(path).same_as(lawn)
    text = path.read_text(encoding="utf-8")
    assert '"version": 1' in text
    assert '"arcs": [\n  ["Cloudy","Rain"],\n' in text
    path.write_text(text.replace('["Cloudy","Rain"],\n', '["Cloudy","Snow"],\n'), encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"arcs\[0\] names Snow, which is no variable"):
        read_project(path)
