"""Are patterns recognised, and only those, and is the growth of their treewidth told as known formulas have it?"""

from __future__ import annotations

import pytest

from models import Factor, ising_grid, stacked_rbm
from models.examples import chain, complete, stacked_rbm_project
from models.growth import growth
from models.project import Group


def widths(found):
    assert all(result.exact for result in found.results)
    return [result.upper for result in found.results]


def layers_of(n, letters="xzhy"):
    return tuple(Group(letter, tuple(f"{letter}{k + 1}" for k in range(n))) for letter in letters)


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize(("given", "width"), [("", lambda n: 2 * n - 1), ("xh", lambda n: 1), ("xz", lambda n: n)])
def test_the_stacked_rbm_with_its_clamps(n, given, width):
    project = stacked_rbm_project(n)
    evidence = {f"{letter}{k + 1}": 0 for letter in given for k in range(n)}
    found = growth(project.ugm, evidence, project.groups)
    assert widths(found) == [width(n + k) for k in range(3)]
    assert found.step == "one more variable in each layer"


def test_sentences():
    project = stacked_rbm_project(3)
    assert growth(project.ugm, {}, project.groups).sentence == (
        "A stack of 4 layers of 3. With one more variable in each layer the treewidth goes from 5 to 7, then 9: the "
        "largest table has 4 times as many entries each time, so the cost grows exponentially."
    )
    clamped = {f"{letter}{k}": 0 for letter in "xh" for k in (1, 2, 3)}
    assert growth(project.ugm, clamped, project.groups).sentence == (
        "A stack of 4 layers of 3, given x, h. With one more variable in each layer the treewidth stays 1: the cost "
        "grows only with the number of variables."
    )


@pytest.mark.parametrize(
    ("ugm", "pattern", "step", "expected"),
    [
        (ising_grid(3, 5), "a lattice of 3 by 5", "one more row", [3, 4, 5]),
        (ising_grid(5, 3), "a lattice of 5 by 3", "one more column", [3, 4, 5]),
        (ising_grid(4, 4), "a lattice of 4 by 4", "one more row and column", [4, 5, 6]),
        (chain(6), "a chain of 6", "one more variable", [1, 1, 1]),
        (complete(5, 3), "a complete graph of 5", "one more variable", [4, 5, 6]),
    ],
)
def test_other_patterns(ugm, pattern, step, expected):
    found = growth(ugm)
    assert (found.pattern, found.step) == (pattern, step)
    assert widths(found) == expected


def test_without_chains_inside_the_layers():
    ugm = stacked_rbm(3, "xzhy", ())
    assert widths(growth(ugm, {}, layers_of(3))) == [5, 7, 9]
    given = {f"{letter}{k}": 0 for letter in "xh" for k in (1, 2, 3)}
    assert widths(growth(ugm, given, layers_of(3))) == [0, 0, 0]


@pytest.mark.parametrize(
    ("ugm", "evidence", "groups"),
    [
        (ising_grid(3, 5), {"x1": 0}, ()),  # a clamped lattice has no next size
        (stacked_rbm(3), {"x1": 0}, layers_of(3)),  # nor has a half-clamped layer
        (stacked_rbm(3).without_variables(["h2"]), {}, layers_of(3)),
        (stacked_rbm(3), {}, layers_of(3)[:3]),  # y belongs nowhere
        (chain(4).with_edge("x1", "x3"), {}, ()),
        (chain(4).with_factor(Factor(("x1", "x2", "x3"), [[[0.0] * 2] * 2] * 2)), {}, ()),
    ],
)
def test_what_is_no_pattern_is_not_called_one(ugm, evidence, groups):
    assert growth(ugm, evidence, groups) is None


def test_nothing_left_has_nothing_to_grow():
    project = stacked_rbm_project(2)
    assert growth(project.ugm, dict.fromkeys(project.ugm.names, 0), project.groups) is None


def test_bounds_are_not_said_to_stay_nor_to_go_anywhere(monkeypatch):
    monkeypatch.setattr("models.growth._SECONDS", 0.0)
    found = growth(ising_grid(9, 9))
    assert not all(result.exact for result in found.results)
    assert ". The treewidth is between" in found.sentence
    assert not any(word in found.sentence for word in ("goes", "stays", "cost"))


def test_with_one_state_nothing_grows_exponentially():
    assert growth(complete(4, 1)).sentence == (
        "A complete graph of 4. With one more variable the treewidth goes from 3 to 4, then 5."
    )
