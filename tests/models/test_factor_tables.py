"""Are the forms of pairwise tables what their formulas say, and found again in any table that has them?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from models.factor import Factor
from models.tables import (
    TableForm,
    TableKind,
    agreement_log_table,
    finite_range,
    forms_of,
    is_symmetric,
    ising_log_table,
    left_over,
    nearest_form,
    possible_kinds,
    potts_log_table,
    shifted,
    table_of,
    with_entries,
)
from tests.oracles import enumerate_model

WEIGHTS = st.floats(-20, 20)


@given(WEIGHTS)
def test_ising_is_the_product_of_two_spins(w):
    spin = (-1, 1)
    for i, j in itertools.product(range(2), repeat=2):
        assert ising_log_table(w)[i, j] == pytest.approx(w * spin[i] * spin[j], abs=1e-15)


@given(st.integers(1, 6), WEIGHTS)
def test_potts_rewards_equal_states_alone(n, w):
    for i, j in itertools.product(range(n), repeat=2):
        assert potts_log_table(n, w)[i, j] == (w if i == j else 0.0)


@given(WEIGHTS, st.floats(-20, 20))
def test_a_form_is_read_off_its_table(w, c):
    table = table_of(TableForm(TableKind.POTTS, w, c), 4)
    (form,) = forms_of(table)
    assert form.kind is TableKind.POTTS
    assert form.weight == pytest.approx(w, abs=1e-10)
    assert form.constant == pytest.approx(c, abs=1e-10)
    both = {form.kind: form for form in forms_of(table_of(TableForm(TableKind.ISING, w, c), 2))}
    assert set(both) == {TableKind.ISING, TableKind.POTTS}
    assert both[TableKind.ISING].weight == pytest.approx(w, abs=1e-10)
    assert both[TableKind.POTTS].weight == pytest.approx(2 * w, abs=1e-10)


def test_the_form_without_a_constant_comes_first():
    assert forms_of(ising_log_table(0.7))[0] == TableForm(TableKind.ISING, 0.7, 0.0)
    assert forms_of(potts_log_table(2, 0.7))[0] == TableForm(TableKind.POTTS, 0.7, 0.0)
    assert forms_of(np.zeros((2, 2)))[0].kind is TableKind.ISING
    assert forms_of(np.zeros((3, 3)))[0] == TableForm(TableKind.POTTS, 0.0, 0.0)


@pytest.mark.parametrize(("off", "has_form"), [(0.5e-12, True), (5e-12, False)])
def test_a_form_holds_up_to_rounding(off, has_form):
    table = potts_log_table(3, 0.5)
    table[1, 2] += off
    assert bool(forms_of(table)) is has_form
    big = potts_log_table(3, 500.0)
    big[1, 2] += 200 * off
    assert bool(forms_of(big)) is has_form, "relative to the largest entry"


@pytest.mark.parametrize(
    "table",
    [
        np.zeros(3), np.zeros((2, 3)), np.zeros((2, 2, 2)), np.array(0.0),
        np.array([[0.0, -math.inf], [-math.inf, 0.0]]), np.array([[0.0, 1.0], [2.0, 0.0]]),
        np.array([[0.0, 1.0], [1.0, 2.0]]),
    ],
)  # fmt: skip
def test_other_tables_are_free(table):
    assert forms_of(table) == ()


def test_which_kinds_a_shape_allows():
    free, potts, ising = TableKind.FREE, TableKind.POTTS, TableKind.ISING
    assert set(possible_kinds((2, 2))) == {free, potts, ising}
    assert set(possible_kinds((5, 5))) == {free, potts}
    for shape in ((2,), (2, 3), (2, 2, 2), ()):
        assert possible_kinds(shape) == (free,)


@given(st.lists(st.floats(-5, 5), min_size=9, max_size=9))
def test_the_nearest_weight_is_that_of_least_squares(entries):
    table = np.reshape(entries, (3, 3))
    design = np.column_stack([np.eye(3).ravel(), np.ones(9)])
    (weight, _), *_ = np.linalg.lstsq(design, table.ravel(), rcond=None)
    form = nearest_form(table, TableKind.POTTS)
    assert form.weight == pytest.approx(weight, abs=1e-9)
    assert form.constant == 0.0


def test_the_nearest_weight_leaves_out_what_is_forbidden():
    table = np.array([[1.0, -math.inf], [2.0, 3.0]])
    assert nearest_form(table, TableKind.ISING).weight == 0.0  # (1 + 3) / 2 against 2
    assert nearest_form(np.log(np.eye(2) + 0.0, where=np.eye(2) > 0, out=np.full((2, 2), -math.inf)),
                        TableKind.ISING).weight == 0.0  # fmt: skip
    with pytest.raises(ModelError, match="cannot be Ising"):
        nearest_form(np.zeros((3, 3)), TableKind.ISING)
    with pytest.raises(ModelError, match="cannot be free"):
        nearest_form(np.zeros((2, 2)), TableKind.FREE)


@given(st.integers(2, 3), st.floats(-3, 3), st.floats(-3, 3))
def test_a_constant_moves_log_z_and_no_probability(n, w, c):
    plain, moved = (
        enumerate_model([n, n], [((0, 1), table_of(TableForm(TableKind.POTTS, w, k), n))]) for k in (0.0, c)
    )
    assert moved.log_z == pytest.approx(plain.log_z + c)
    np.testing.assert_allclose(moved.pairs[0, 1], plain.pairs[0, 1], atol=1e-12)


@pytest.mark.parametrize("weight", [math.inf, -math.inf, math.nan])
def test_a_weight_is_a_number(weight):
    with pytest.raises(ModelError, match="not a weight"):
        ising_log_table(weight)
    with pytest.raises(ModelError, match="not a weight"):
        potts_log_table(3, weight)
    with pytest.raises(ModelError, match="two states each"):
        table_of(TableForm(TableKind.ISING, 1.0, 0.0), 3)


def test_a_joint_factor_favours_agreement():
    table = agreement_log_table((2, 3, 2))
    for place in itertools.product(range(2), range(3), range(2)):
        assert table[place] == (math.log(2) if len(set(place)) == 1 else 0.0)
    with pytest.raises(ModelError, match="8,000,000 entries"):
        agreement_log_table((200, 200, 200))


def test_the_range_leaves_out_what_is_forbidden():
    assert finite_range(np.array([[1.0, -math.inf], [-3.0, 2.0]])) == (-3.0, 2.0)
    assert finite_range(np.full(3, -math.inf)) == (0.0, 0.0)


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6), st.floats(-2, 2))
def test_shifting_multiplies_potentials(entries, by):
    table = np.reshape(entries, (2, 3))
    after = shifted(table, [(0, 1), (1, 2)], by, None, logs=False)
    for place in np.ndindex(2, 3):
        if place in ((0, 1), (1, 2)):
            assert math.exp(after[place]) == pytest.approx(math.exp(table[place]) * math.exp(by))
        else:
            assert after[place] == table[place]


def test_what_is_shifted_is_rounded_as_a_person_writes_it():
    table = np.array([math.log(2.0), 0.123456, -math.inf])
    assert math.exp(shifted(table, [(0,)], 0.1, 3, logs=False)[0]) == pytest.approx(2.21, abs=1e-12)
    assert shifted(table, [(1,)], 0.1, 2, logs=True)[1] == 0.22
    assert shifted(table, [(2,)], 5.0, 3, logs=False)[2] == -math.inf, "zero times anything is zero"
    far = shifted(np.array([-2000.0, 2000.0]), [(0,), (1,)], 1.0, 3, logs=False)
    assert far.tolist() == [-1999.0, 2001.0], "beyond what a potential can say, the log is kept"


def test_entries_are_replaced_together():
    table = np.zeros((2, 2))
    assert with_entries(table, [(0, 1), (1, 1)], -1.0).tolist() == [[0.0, -1.0], [0.0, -1.0]]
    assert not table.any()


def test_what_clamps_leave_of_factors_is_their_product():
    ab = Factor.from_table(("a", "b"), [[1.0, 2.0], [3.0, 4.0]])
    cb = Factor.from_table(("c", "b"), [[5.0, 6.0], [7.0, 8.0]])
    assert left_over([ab, cb], {"a": 1, "c": 0}).scope == ("b",)
    np.testing.assert_allclose(left_over([ab, cb], {"a": 1, "c": 0}).table, [3 * 5, 4 * 6])
    assert left_over([ab, cb], {"b": 0}).scope == ("a", "c")
    assert left_over([], {}).scope == ()


def test_a_symmetric_table_looks_the_same_from_both_sides():
    assert is_symmetric(potts_log_table(3, 1.0))
    assert is_symmetric(np.array([[1.0, -math.inf], [-math.inf, 2.0]]))
    assert not is_symmetric(np.array([[1.0, 2.0], [3.0, 1.0]]))
    assert not is_symmetric(np.zeros((2, 3)))
    assert not is_symmetric(np.zeros(2))
