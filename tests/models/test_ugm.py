import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import EvidenceError, ModelError
from models.factor import Factor
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms


def pair():
    variables = [Variable("a", ("no", "yes")), Variable("b", ("x", "y", "z"))]
    return UGM(variables, [Factor(("b", "a"), np.arange(6.0).reshape(3, 2)), Factor("a", [0.5, -0.5])])


@pytest.mark.parametrize(
    ("name", "labels", "message"),
    [
        ("", ("0",), "not blank"),
        ("  ", ("0",), "not blank"),
        (3, ("0",), "not blank"),
        ("a", (), "no states"),
        ("a", ("0", " "), "without a label"),
        ("a", ("0", 1), "without a label"),
        ("a", ("0", "1", "0"), 'two states called "0"'),
    ],
)
def test_a_variable_that_cannot_be_is_refused(name, labels, message):
    with pytest.raises(ModelError, match=message):
        Variable(name, labels)


def test_variables_are_values():
    assert Variable("a", ["0", "1"]) == Variable.of_size("a", 2)
    assert hash(Variable("a", ["0", "1"])) == hash(Variable.of_size("a", 2))
    assert Variable.of_size("a", 3).n_states == 3


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (Factor("c", [0.0]), "names c, which is not"),
        (Factor("a", [0.0]), "table of 1, but its variables have 2 states"),
        (Factor(("a", "b"), np.zeros((3, 2))), "table of 3 by 2, but its variables have 2 by 3 states"),
    ],
)
def test_a_factor_that_does_not_fit_is_refused(factor, message):
    with pytest.raises(ModelError, match=message):
        pair().with_factor(factor)


def test_names_must_differ():
    with pytest.raises(ModelError, match="Two variables are called a"):
        UGM([Variable.of_size("a", 2), Variable.of_size("a", 3)])


def test_reading_by_name():
    ugm = pair()
    assert ugm.names == ("a", "b")
    assert ugm.n_states == (2, 3)
    assert "a" in ugm
    assert "c" not in ugm
    assert ugm.index("b") == 1
    assert ugm.variable("b").labels == ("x", "y", "z")
    assert ugm.factors_of("a") == (0, 1)
    assert ugm.factors_of("a", "b") == (0,)
    assert ugm.n_parameters == 8
    for wrong in ("c", 0, None, ["a"]):
        with pytest.raises(ModelError, match="no variable called"):
            ugm.index(wrong)


@given(ugms())
def test_edges_join_what_shares_a_factor(ugm):
    wanted = {
        (a, b)
        for i, a in enumerate(ugm.names)
        for b in ugm.names[i + 1 :]
        if any(a in factor.scope and b in factor.scope for factor in ugm.factors)
    }
    assert set(ugm.edges) == wanted
    assert len(ugm.edges) == len(wanted)
    places = [(ugm.index(a), ugm.index(b)) for a, b in ugm.edges]
    assert places == sorted(places)
    graph = ugm.graph()
    assert list(graph.nodes) == list(ugm.names)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in wanted}


@given(ugms(wide=True), st.data())
def test_the_log_score_adds_the_log_tables(ugm, data):
    states = {v.name: data.draw(st.integers(0, v.n_states - 1)) for v in ugm.variables}
    scores = enumerate_ugm(ugm).scores
    assert ugm.log_score(states) == scores.get(tuple(states.values()), -math.inf)


def test_a_log_score_needs_every_state():
    with pytest.raises(EvidenceError, match="no state for b"):
        pair().log_score({"a": 0})
    with pytest.raises(EvidenceError, match="b has states 0 to 2, not 3"):
        pair().log_score({"a": 0, "b": 3})
    with pytest.raises(EvidenceError, match="b has states 0 to 2, not -1"):
        pair().log_score({"a": 0, "b": -1})


def test_edits_leave_the_old_model_alone_and_share_what_stays():
    ugm = pair()
    more = ugm.with_variable(Variable.of_size("c", 2)).with_edge("c", "a")
    assert ugm.names == ("a", "b")
    assert more.edges == (("a", "b"), ("a", "c"))
    assert more.factors[0] is ugm.factors[0]
    assert more.variables[1] is ugm.variables[1]
    assert np.allclose(more.factors[2].table, [[2.0, 1.0], [1.0, 2.0]], rtol=1e-15)
    assert more.without_edge("a", "c").edges == (("a", "b"),)
    assert more.without_variables(["b"]).factors == more.factors[1:]
    with pytest.raises(ModelError, match="no variable called q"):
        ugm.without_variables(["q"])
    with pytest.raises(ModelError, match="cannot be joined to itself"):
        ugm.with_edge("a", "a")
    with pytest.raises(ModelError, match="Two variables are called a"):
        ugm.with_variable(Variable.of_size("a", 2))


def test_replacing_and_removing_factors_by_place():
    ugm = pair()
    new = Factor("a", [1.0, 2.0])
    changed = ugm.with_factor_at(1, new)
    assert changed.factors == (ugm.factors[0], new)
    assert changed.without_factors([0]).factors == (new,)
    assert not changed.same_as(ugm)
    assert changed.with_factor_at(1, ugm.factors[1]).same_as(ugm)


def test_renaming_follows_into_the_factors():
    renamed = pair().with_renamed("a", "z")
    assert renamed.names == ("z", "b")
    assert [factor.scope for factor in renamed.factors] == [("b", "z"), ("z",)]
    assert renamed.factors[0].log_table is not None
    assert np.array_equal(renamed.factors[0].log_table, pair().factors[0].log_table)
    with pytest.raises(ModelError):
        pair().with_renamed("a", "b")
    with pytest.raises(ModelError, match="no variable called q"):
        pair().with_renamed("q", "r")


def test_more_states_are_neutral_and_fewer_are_cut():
    ugm = pair()
    more = ugm.with_states("a", ("no", "yes", "maybe"))
    assert more.variable("a").n_states == 3
    assert more.factors[0].log_table.tolist() == [[0.0, 1.0, 0.0], [2.0, 3.0, 0.0], [4.0, 5.0, 0.0]]
    assert more.factors[1].log_table.tolist() == [0.5, -0.5, 0.0]
    fewer = ugm.with_states("b", ("only",))
    assert fewer.factors[0].log_table.tolist() == [[0.0, 1.0]]
    assert fewer.factors[1] is ugm.factors[1]
    relabelled = ugm.with_states("a", ("off", "on"))
    assert relabelled.factors[0] is ugm.factors[0]


@given(ugms(), st.data())
def test_the_order_of_variables_is_only_an_order(ugm, data):
    shuffled = UGM(data.draw(st.permutations(ugm.variables)), data.draw(st.permutations(ugm.factors)))
    one, two = enumerate_ugm(ugm), enumerate_ugm(shuffled)
    assert one.log_z == pytest.approx(two.log_z, abs=1e-12, rel=1e-13)
    assert {frozenset(edge) for edge in ugm.edges} == {frozenset(edge) for edge in shuffled.edges}
