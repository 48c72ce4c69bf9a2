"""Are variables that nobody placed apart from each other?"""

from itertools import combinations
from math import dist

import pytest

from models.layouts import SPACING, circle, grid, laid_out, unplaced
from models.project import Project
from models.ugm import UGM, Variable


def project_of(n: int) -> Project:
    return Project(ugm=UGM([Variable.of_size(f"x{k}", 2) for k in range(n)]))


@pytest.mark.parametrize("layout", [circle, grid])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 24, 50])
def test_no_two_variables_are_closer_than_the_spacing(layout, n):
    places = layout([f"x{k}" for k in range(n)])
    assert len(places) == n
    assert all(dist(a, b) >= SPACING - 0.2 for a, b in combinations(places.values(), 2))


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_no_three_on_a_circle_lie_on_a_line(n):
    points = list(circle([f"x{k}" for k in range(n)]).values())
    for (ax, ay), (bx, by), (cx, cy) in combinations(points, 3):
        assert abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > SPACING


def test_laying_out_places_all_or_only_those_named():
    project = project_of(30)
    assert unplaced(project)
    done = laid_out(project)
    assert not unplaced(done)
    assert len(set(done.positions.values())) == 30
    some = laid_out(project, ["x1", "x2"])
    assert some.positions["x0"] == (0.0, 0.0)
    assert some.positions["x1"] != some.positions["x2"]


def test_one_variable_alone_is_placed_already():
    assert not unplaced(project_of(1))
    assert not unplaced(project_of(0))
