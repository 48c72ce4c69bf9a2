import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.factor import Factor
from tests.strategies import log_tables


@st.composite
def factors(draw, names="abc", max_states=3, wide=False, cards=None):
    cards = cards or {name: draw(st.integers(1, max_states)) for name in names}
    scope = draw(st.lists(st.sampled_from(sorted(cards)), unique=True))
    return Factor(scope, draw(log_tables(tuple(cards[name] for name in scope), wide, zeros=True)))


@st.composite
def factor_pairs(draw):
    cards = {name: draw(st.integers(1, 3)) for name in "abcd"}
    return draw(factors(cards=cards)), draw(factors(cards=cards))


def entry(factor, states):
    return factor.log_table[tuple(states[name] for name in factor.scope)]


def all_states(*parts):
    cards = {name: size for part in parts for name, size in zip(part.scope, part.log_table.shape, strict=True)}
    for index in np.ndindex(*cards.values()):
        yield dict(zip(cards, index, strict=True))


def test_a_table_is_copied_and_read_only():
    given_table = np.zeros((2, 3))
    factor = Factor(("a", "b"), given_table)
    given_table[0, 0] = 7.0
    assert factor.log_table[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        factor.log_table[0, 0] = 1.0


def test_a_single_name_is_a_scope_of_one():
    assert Factor("ab", [0.0, 1.0]).scope == ("ab",)


@pytest.mark.parametrize(
    ("scope", "table", "message"),
    [
        (("a", "a"), [[0.0]], "twice"),
        (("a",), [[0.0, 1.0]], "1 variables but its table has 2 axes"),
        (("a", "b"), [[0.0, 1.0], [2.0]], "not a rectangular"),
        (("a",), ["x", "y"], "not a rectangular"),
        (("a",), [], "empty"),
        (("a", "b"), [[0.0, math.nan]], r"entry \(1, 2\): nan is not"),
        (("a", "b"), [[0.0], [math.inf]], r"entry \(2, 1\): inf is not"),
    ],
)
def test_a_table_that_cannot_be_is_refused(scope, table, message):
    with pytest.raises(ModelError, match=message):
        Factor(scope, table)


@pytest.mark.parametrize("bad", [-1e-300, math.nan, math.inf])
def test_a_potential_that_cannot_be_is_refused_with_its_place(bad):
    with pytest.raises(ModelError, match=r"entry \(1, 2\).*not a potential"):
        Factor.from_table(("a", "b"), [[1.0, bad]])


def test_potentials_become_logs_and_zero_forbids():
    factor = Factor.from_table("a", [0.0, 1.0, 5e-324, 1.7e308])
    assert factor.log_table[0] == -math.inf
    assert factor.log_table[1] == 0.0
    assert factor.log_table[2] == pytest.approx(-744.4400719213812, abs=1e-9)
    assert np.array_equal(Factor("a", [800.0, -math.inf]).table, [math.inf, 0.0])


def test_a_constant_has_an_empty_scope():
    constant = Factor((), 1.5)
    assert constant.log_table.shape == ()
    assert constant.n_entries == 1
    assert entry(constant.multiply(Factor("a", [0.0, 1.0])), {"a": 1}) == 2.5


def test_reduce_picks_the_entries_that_agree():
    table = np.arange(24.0).reshape(2, 3, 4)
    reduced = Factor(("a", "b", "c"), table).reduce({"b": 2, "z": 5})
    assert reduced.scope == ("a", "c")
    assert np.array_equal(reduced.log_table, table[:, 2, :])
    assert Factor(("a", "b", "c"), table).reduce({"c": 1, "a": 0, "b": 2}).log_table == 9.0
    untouched = Factor("a", [0.0])
    assert untouched.reduce({"b": 0}) is untouched


@given(factors(names="abcd"), st.data())
def test_transposing_keeps_every_entry(factor, data):
    turned = factor.transposed(data.draw(st.permutations(factor.scope)))
    assert all(entry(turned, states) == entry(factor, states) for states in all_states(factor))


@given(factor_pairs())
def test_a_product_multiplies_entry_by_entry(pair):
    left, right = pair
    product = left.multiply(right)
    assert product.scope == left.scope + tuple(name for name in right.scope if name not in left.scope)
    for states in all_states(left, right):
        assert entry(product, states) == entry(left, states) + entry(right, states)


@given(factors(names="abcd", wide=True), st.data())
def test_marginals_and_maxima_over_several_axes(factor, data):
    gone = data.draw(st.lists(st.sampled_from(factor.scope), unique=True)) if factor.scope else []
    summed, largest = factor.marginalise(gone), factor.maximise(gone)
    assert summed.scope == largest.scope == tuple(name for name in factor.scope if name not in gone)
    for kept in all_states(summed):
        logs = [entry(factor, states) for states in all_states(factor) if kept.items() <= states.items()]
        top = max(logs)
        assert entry(largest, kept) == top
        if top == -math.inf:
            assert entry(summed, kept) == -math.inf
        else:
            direct = top + math.log(math.fsum(math.exp(value - top) for value in logs))
            assert entry(summed, kept) == pytest.approx(direct, rel=1e-13, abs=1e-12)


def test_marginalising_forbidden_rows_gives_minus_infinity_quietly():
    table = np.full((2, 3), -math.inf)
    table[1, 1] = -1e5
    factor = Factor(("a", "b"), table)
    assert factor.marginalise(["b"]).log_table.tolist() == [-math.inf, -1e5]
    assert factor.marginalise(["b", "a"]).log_table == -1e5
    assert factor.marginalise([]).same_as(factor)


def test_summing_or_renaming_a_variable_that_is_not_there():
    factor = Factor(("a", "b"), np.zeros((2, 2)))
    assert factor.renamed({"a": "x", "q": "r"}).scope == ("x", "b")
    with pytest.raises(ModelError, match="twice"):
        factor.renamed({"a": "b"})
    with pytest.raises(ModelError, match="no variable called q"):
        factor.marginalise(["q"])


def test_same_as_is_bit_for_bit():
    factor = Factor("a", [0.1, -math.inf])
    assert factor.same_as(Factor("a", [0.1, -math.inf]))
    assert not factor.same_as(Factor("a", [0.1 + 1e-16, -1.0]))
    assert not factor.same_as(Factor("b", [0.1, -math.inf]))
