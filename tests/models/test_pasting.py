"""Does what is pasted get into the table as it was meant, and is nonsense refused by row and column?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CliqueError, ModelError
from models.factor import Factor
from models.pasting import copied, pasted, read_cells, read_number, typed_log
from tests.strategies import log_tables

TWO_BY_THREE = Factor.from_table(("a", "b"), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2.0), (" 0,5 ", 0.5), ("−3", -3.0), ("1e-5", 1e-5), ("-inf", -math.inf), ("−∞", -math.inf), ("∞", math.inf)],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1_000", "1.2.3", "--1", "nan", "0x10"])
def test_what_is_no_number_is_none(text):
    assert math.isnan(read_number(text))


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\n3\t4", "1\t2\r\n3\t4\r\n", "1;2\n3;4", "1,2\n3,4", "1, 2\n3, 4", "1 2\n3 4", "  1   2\n  3   4\n\n",
        "[[1, 2], [3, 4]]", "[[1. 2.]\n [3. 4.]]", '"1"\t"2"\n"3"\t"4"', "1,2,\n3,4,", "1.0\t2.0\n3\t4",
    ],
)  # fmt: skip
def test_every_way_to_part_cells(text):
    factor = Factor.from_table(("a", "b"), np.ones((2, 2)))
    assert pasted(factor, text).table.tolist() == [[1.0, pytest.approx(2.0)], pytest.approx([3.0, 4.0])]


@pytest.mark.parametrize("text", ["0,5\t0,25\n2\t4", "0,5;0,25\n2;4", "0,5 0,25\n2 4"])
def test_decimal_commas_beside_another_mark(text):
    factor = Factor.from_table(("a", "b"), np.ones((2, 2)))
    np.testing.assert_allclose(pasted(factor, text).table, [[0.5, 0.25], [2, 4]])


def test_a_column_with_decimal_commas_fits_a_column():
    factor = Factor.from_table(("a",), np.ones(2))
    np.testing.assert_allclose(pasted(factor, "0,5\n0,25").table, [0.5, 0.25])


def test_a_small_block_goes_where_the_cursor_is():
    after = pasted(TWO_BY_THREE, "7\t8", at=(1, 1))
    np.testing.assert_allclose(after.table, [[1, 2, 3], [4, 7, 8]])
    assert np.array_equal(after.log_table[0], TWO_BY_THREE.log_table[0])


def test_a_block_of_the_tables_size_fills_it_from_any_cell():
    after = pasted(TWO_BY_THREE, "6\t5\t4\n3\t2\t1", at=(1, 2))
    np.testing.assert_allclose(after.table, [[6, 5, 4], [3, 2, 1]])


def test_logs_are_pasted_as_logs():
    after = pasted(TWO_BY_THREE, "-inf\t0\t-1.5", at=(0, 0), logs=True)
    assert after.log_table[0].tolist() == [-math.inf, 0.0, -1.5]
    assert pasted(TWO_BY_THREE, "0").log_table[0, 0] == -math.inf, "a potential of 0 forbids"


def test_only_the_slice_shown_is_written():
    factor = Factor.from_table(("a", "b", "c"), np.arange(1.0, 13.0).reshape(2, 3, 2))
    after = pasted(factor, "50\t60", rest=(1,), at=(2, 0))
    expected = np.arange(1.0, 13.0).reshape(2, 3, 2)
    expected[1, 2] = [50, 60]
    np.testing.assert_allclose(after.table, expected)


def test_a_constant_has_one_cell():
    assert pasted(Factor((), 0.0), "3").table == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("text", "logs", "words"),
    [
        ("1\t2\n3", False, "Row 2 .* has 1 cells, but the first row has 2"),
        ("1\tabc", False, 'Row 1, column 2 .* "abc", which is no potential'),
        ("1\t2\n3\t-4", False, 'Row 2, column 2 .* "-4"'),
        ("1\tinf", False, "Row 1, column 2"),
        ("1\tinf", True, "Row 1, column 2 .* no log potential"),
        ("nan", True, "Row 1, column 1"),
        ("1\t\t2", False, "Row 1, column 2 .* is empty"),
        ("1\t2\t3\t4", False, "1 row and 4 columns; .* room for 2 and 3"),
        ("1\n2\n3", False, "3 rows and 1 column"),
        ("", False, "no numbers"),
        (" \n\t\n", False, "no numbers|is empty"),
        ("x" * 500, False, "xxx…"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(text, logs, words):
    with pytest.raises(ModelError, match=words) as caught:
        pasted(TWO_BY_THREE, text, logs=logs)
    assert len(str(caught.value)) < 300


def test_the_notice_says_where_there_is_no_room():
    with pytest.raises(ModelError, match=r"from row 2, column 3 .* room for 1 and 1"):
        pasted(TWO_BY_THREE, "1\t2", at=(1, 2))


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_pasted_or_refused(text, logs):
    try:
        after = pasted(TWO_BY_THREE, text, logs=logs)
    except CliqueError:
        return
    assert after.log_table.shape == (2, 3)
    assert not np.isnan(after.log_table).any()


@given(st.text(alphabet="0123456789.,;\t\n -einf", max_size=40), st.booleans())
def test_almost_numbers_are_pasted_or_refused(text, logs):
    test_any_text_is_pasted_or_refused.hypothesis.inner_test(text, logs)


@given(log_tables((2, 3, 2), wide=True, zeros=True), st.integers(0, 1))
def test_copied_logs_come_back_bit_for_bit(table, state):
    factor = Factor(("a", "b", "c"), table)
    text = copied(factor, (state,), logs=True)
    blank = Factor(("a", "b", "c"), np.zeros((2, 3, 2)))
    after = pasted(blank, text, (state,), logs=True)
    assert np.array_equal(after.log_table[state], factor.log_table[state])


@given(log_tables((3, 2), wide=False, zeros=True))
def test_copied_potentials_come_back(table):
    factor = Factor(("a", "b"), table)
    after = pasted(Factor(("a", "b"), np.zeros((3, 2))), copied(factor))
    np.testing.assert_allclose(after.log_table, factor.log_table, rtol=1e-13, atol=1e-13)


def test_a_part_is_copied_as_lines_with_tabs():
    assert copied(TWO_BY_THREE) == "1\t2\t3\n4\t5\t6"
    assert copied(TWO_BY_THREE, rows=(1, 1), columns=(1, 2)) == "5\t6"
    assert copied(Factor.from_table(("a",), [0.0, 2.0])) == "0\n2"


def test_reading_knows_two_meanings_of_a_comma():
    assert read_cells("1,5 2,5") == ((("1,5", "2,5"),), (("1", "5 2", "5"),))
    assert read_cells("1,5")[0] == (("1", "5"),)


def test_a_typed_number_becomes_a_log():
    assert typed_log(TWO_BY_THREE, (0, 0), "0,5", logs=False) == math.log(0.5)
    assert typed_log(TWO_BY_THREE, (0, 0), "0", logs=False) == -math.inf
    assert typed_log(TWO_BY_THREE, (0, 0), "−1,5", logs=True) == -1.5
    assert typed_log(TWO_BY_THREE, (0, 0), "−∞", logs=True) == -math.inf


@pytest.mark.parametrize(
    ("text", "logs", "words"),
    [
        ("many", False, '"many" is not a potential. Type a finite number of 0 or more; 0 forbids'),
        ("", True, "Nothing is not a log potential. Type a finite number, or -inf to forbid"),
        ("-1", False, r"entry \(1, 2\): -1 is not a potential"),
        ("-inf", False, "-inf is not a potential"),
        ("inf", True, "inf is not a log potential"),
    ],
)
def test_what_is_typed_and_no_potential_is_refused(text, logs, words):
    with pytest.raises(ModelError, match=words):
        typed_log(TWO_BY_THREE, (0, 1), text, logs)
