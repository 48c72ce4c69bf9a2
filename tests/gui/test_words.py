"""Are numbers written so that they can be compared, in the way a person wants them?"""

from __future__ import annotations

import math

import pytest

from gui.words import log_number, number, probability, write_numbers


@pytest.fixture(autouse=True)
def _usual():
    yield
    write_numbers(4, False)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.78432, "0.7843"), (0.0, "0.0000"), (1.0, "1.0000"), (3.1e-7, "3.1e-07"), (9.21034, "9.2103"),
        (14.0611, "14.061"), (-129.4096, "-129.410"), (1234.56, "1,234.6"), (math.nan, "undefined"),
    ],
)  # fmt: skip
def test_as_many_figures_as_are_needed(value, written):
    assert number(value) == written
    assert probability(value) == written


def test_as_many_digits_as_wished():
    write_numbers(2, False)
    assert (number(0.78432), number(14.0611), number(0.004)) == ("0.78", "14.1", "4.0e-03")
    write_numbers(6, False)
    assert (number(0.78432), number(14.0611), number(0.0004)) == ("0.784320", "14.06110", "0.000400")


def test_probabilities_in_per_cent_but_never_as_nothing():
    write_numbers(4, True)
    assert (probability(0.78432), probability(0.0), probability(1.0)) == ("78.43 %", "0.00 %", "100.00 %")
    assert probability(3.1e-7) == "3.1e-07"  # not 0.00 %
    assert number(0.78432) == "0.7843"
    write_numbers(2, True)
    assert probability(0.78432) == "78 %"


def test_what_rounding_leaves_of_zero_is_zero():
    assert log_number(-2.2e-16) == log_number(0.0) == "0.0000"
    assert log_number(-1e-6) == "-1.0e-06"
