"""Are numbers written so that they can be compared, in the way a person wants them?"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from gui.words import figures, fixed, log_number, number, probability, write_numbers
from models.dataset import Dataset
from models.factor import Factor
from models.project import Project
from models.ugm import UGM, Variable


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


@pytest.mark.parametrize("value", [-0.0, 0.0])
@pytest.mark.parametrize("per_cent", [False, True])
@pytest.mark.parametrize("digits", [2, 4, 9])
def test_zero_has_no_sign(value, per_cent, digits):
    write_numbers(digits, per_cent)
    for written in (number(value), log_number(value), probability(value), fixed(value, 3), figures(value, 3)):
        assert "-" not in written
        assert float(written.removesuffix(" %")) == 0.0


@pytest.mark.parametrize("value", [-8.881784197001252e-16, 8.9e-16, -3e-11])
def test_logs_and_weights_within_rounding_of_zero_are_zero(value):
    assert log_number(value) == "0.0000"
    assert figures(value, 4) == "0"


def test_what_is_written_to_some_place_keeps_its_sign_only_where_it_is_seen():
    assert [fixed(value, 3) for value in (-0.0004, -0.0006, -12.0, 100.0, 0.05)] == [
        "0.000", "-0.001", "-12.000", "100.000", "0.050",
    ]  # fmt: skip
    assert [figures(value, 4) for value in (-0.5, 0.25, 12345.0, -math.inf)] == ["-0.5", "0.25", "1.234e+04", "-inf"]


def test_log_z_of_a_bayesian_network_reads_zero_wherever_it_is_shown(window, settled):
    """Its tables are probabilities, so Z is 1; sums of logs leave some 1e-15 of log Z."""
    rng = np.random.default_rng(0)
    names = [f"v{k}" for k in range(40)]
    factors = []
    for k, name in enumerate(names):
        parents = sorted(rng.choice(k, size=min(k, 2), replace=False))
        table = rng.dirichlet(np.ones(3), size=(3,) * len(parents))
        factors.append(Factor([*(names[p] for p in parents), name], np.log(table)))
    ugm = UGM([Variable.of_size(name, 3) for name in names], factors)
    window.document.load(
        Project(ugm=ugm, positions={n: (90.0 * (k % 8), 90.0 * (k // 8)) for k, n in enumerate(names)})
    )
    settled()
    log_z = window.controller.report.inference.log_z
    assert abs(log_z) < 1e-12
    assert window.headline.fit_tile.values.new == "0.0000"
    shown = [
        text
        for widget in window.findChildren(QWidget)
        for text in (getattr(widget, "text", str)(), widget.toolTip(), widget.accessibleDescription())
        if isinstance(text, str)
    ]
    assert any("log Z = 0.0000" in text for text in shown)
    assert not [text for text in shown if re.search(r"[-−]0(\.0+)?(?![\d.])|\de-1\d", text)]


def test_data_with_one_distinct_row_have_no_entropy_and_no_sign():
    data = Dataset([Variable.of_size("a", 2), Variable.of_size("b", 3)], [[1, 2]] * 5)
    entropy = data.nll_saturated()
    assert entropy == 0.0
    assert math.copysign(1.0, entropy) == 1.0
