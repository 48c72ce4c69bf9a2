"""Do the classical models give what is published about them?"""

from __future__ import annotations

import numpy as np
import pytest

from models import classic_examples, decode, infer, probability
from tests.oracles import enumerate_ugm


def test_the_four_students_have_the_published_partition_function():
    ugm = classic_examples.misconception()
    assert np.exp(infer(ugm).log_z) == pytest.approx(7_201_840, rel=1e-12)
    assert np.exp(enumerate_ugm(ugm, {}).log_z) == pytest.approx(7_201_840, rel=1e-12)


@pytest.mark.parametrize(
    ("query", "given", "published"),
    [({"B": 1}, {}, 0.732), ({"B": 1}, {"C": 0}, 0.06)],  # Koller and Friedman (2009), section 4.1
)
def test_what_the_four_students_think(query, given, published):
    assert probability(classic_examples.misconception(), query, given) == pytest.approx(published, abs=5e-3)


@pytest.mark.parametrize(
    ("query", "given", "published"),
    [  # Koller and Friedman (2009), section 3.2.1.2
        ({"L": 1}, {}, 0.502),
        ({"L": 1}, {"I": 0}, 0.389),
        ({"L": 1}, {"I": 0, "D": 0}, 0.513),
        ({"I": 1}, {"G": 2}, 0.079),
        ({"D": 1}, {"G": 2}, 0.629),
        ({"I": 1}, {"G": 2, "S": 1}, 0.578),
    ],
)
def test_what_is_known_of_the_student(query, given, published):
    assert probability(classic_examples.student(), query, given) == pytest.approx(published, abs=6e-4)


def test_the_student_is_a_bayesian_network_and_is_moralised():
    project = classic_examples.student_project()
    assert infer(project.ugm).log_z == pytest.approx(0.0, abs=1e-12)
    assert set(project.arcs) == {
        ("I", "G"), ("D", "G"), ("I", "S"), ("G", "L"),
    }  # fmt: skip
    assert [set(pair) for pair in project.moral_edges()] == [{"I", "D"}]


def test_decoding_takes_noise_out_of_the_drawing():
    ugm = classic_examples.denoising()
    true = [int(mark == "#") for row in classic_examples._DRAWING for mark in row]
    fields = {f.scope[0]: f.log_table for f in ugm.factors if len(f.scope) == 1}
    seen = [int(np.argmax(fields[name])) for name in ugm.names]
    clean = [decode(ugm).assignment[name] for name in ugm.names]
    wrong = [sum(a != b for a, b in zip(true, found, strict=True)) for found in (seen, clean)]
    assert wrong[0] >= 5
    assert wrong[1] == 0


@pytest.mark.parametrize("name", ["misconception", "student", "denoising"])
def test_every_variable_has_its_own_place(name):
    project = getattr(classic_examples, f"{name}_project")()
    assert set(project.positions) == set(project.ugm.names)
    places = np.array(list(project.positions.values()))
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
    assert apart.min() >= 100
