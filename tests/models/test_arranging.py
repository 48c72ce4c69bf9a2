"""Do alignment, distribution, the grid and the arrow keys come out as one would do them by hand?"""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.arranging import aligned, distributed, free_place, next_line, snap, snapped, towards
from models.errors import ModelError
from models.joining import MOST_JOINED, joined
from models.project import Project
from models.ugm import UGM, Variable

PLACES = {"a": (0.0, 10.0), "b": (30.0, -20.0), "c": (101.0, 50.0)}
COORDINATES = st.floats(-1e4, 1e4)
MANY = st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("side", "axis", "value"),
    [
        ("left", 0, 0.0),
        ("right", 0, 101.0),
        ("top", 1, -20.0),
        ("bottom", 1, 50.0),
        ("column", 0, 50.0),
        ("row", 1, 15.0),
    ],
)
def test_aligning(side, axis, value):
    after = aligned(PLACES, side)
    assert {position[axis] for position in after.values()} == {value}
    assert all(after[name][1 - axis] == PLACES[name][1 - axis] for name in PLACES)


@given(MANY, st.sampled_from(["across", "down"]))
def test_distributing_keeps_ends_and_order_and_makes_equal_gaps(places, axis):
    k = 0 if axis == "across" else 1
    after = distributed(places, axis)
    order = sorted(places, key=lambda name: places[name][k])
    values = [after[name][k] for name in order]
    assert (values[0], values[-1]) == (places[order[0]][k], places[order[-1]][k])
    gaps = [b - a for a, b in itertools.pairwise(values)]
    assert all(gap == pytest.approx(gaps[0], abs=1e-8) for gap in gaps)
    assert all(after[name][1 - k] == places[name][1 - k] for name in places)


def test_too_few_are_refused():
    with pytest.raises(ModelError, match="two variables"):
        aligned({"a": (0.0, 0.0)}, "left")
    with pytest.raises(ModelError, match="three variables"):
        distributed({"a": (0.0, 0.0), "b": (1.0, 0.0)}, "down")


@given(COORDINATES, st.sampled_from([1.0, 20.0, 33.0]))
def test_the_grid(value, step):
    on = snap(value, step)
    assert abs(on - value) <= step / 2 + 1e-9
    assert math.isclose(on / step, round(on / step), abs_tol=1e-9)
    assert snap(on, step) == on
    above, below = next_line(value, step, 1), next_line(value, step, -1)
    assert below < value < above or math.isclose(value, on, abs_tol=1e-6)
    assert above - below <= 2 * step + 1e-6


def test_from_a_line_the_next_one_is_a_step_away():
    assert [next_line(40.0, 20.0, sign) for sign in (1, -1)] == [60.0, 20.0]
    assert [next_line(41.0, 20.0, sign) for sign in (1, -1)] == [60.0, 40.0]
    assert [next_line(-40.0, 20.0, sign) for sign in (1, -1)] == [-20.0, -60.0]
    assert snapped({"a": (9.9, 10.0), "b": (-10.0, -10.1)}, 20.0) == {"a": (0.0, 20.0), "b": (0.0, -20.0)}


def test_arrows_go_to_the_nearest_in_their_direction():
    lattice = {f"{x}{y}": (100.0 * x, 100.0 * y) for x in range(3) for y in range(3)}
    middle = lattice["11"]
    reached = [towards(lattice, middle, way) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    assert reached == ["21", "01", "12", "10"]
    assert towards(lattice, lattice["21"], (1, 0)) is None
    assert towards(lattice, middle, (1, 0), skip=["21"]) in ("20", "22")
    assert towards({"far": (10.0, 500.0)}, (0.0, 0.0), (1, 0)) == "far", "better than nothing at all"
    assert towards({"far": (10.0, 500.0), "on": (400.0, 0.0)}, (0.0, 0.0), (1, 0)) == "on"


def test_a_new_variable_has_room():
    assert free_place({}, None) == (0.0, 0.0)
    assert free_place({}, (12.3, 4.6)) == (12.0, 5.0)
    places: dict[str, tuple[float, float]] = {}
    for k in range(60):
        places[str(k)] = free_place(places, places.get("0"))
    values = list(places.values())
    gaps = [max(abs(a - c) / 160, abs(b - d) / 180) for i, (a, b) in enumerate(values) for c, d in values[:i]]
    assert min(gaps) >= 0.7
    assert max(max(abs(x), abs(y)) for x, y in values) < 900, "near, not in a long line"


def model(n: int) -> Project:
    return Project(ugm=UGM([Variable.of_size(f"x{k}", 2 + k % 2) for k in range(n)]))


def test_joining_makes_every_edge_that_is_not_there():
    project = model(4).with_edge("x2", "x0")
    after, n_new = joined(project, ["x3", "x0", "x2", "x0"])
    assert n_new == 2
    assert after.ugm.edges == (("x0", "x2"), ("x0", "x3"), ("x2", "x3"))
    assert after.ugm.factors[0] is project.ugm.factors[0]
    by_hand = project.with_edge("x0", "x3").with_edge("x2", "x3")
    assert after.same_as(by_hand)


def test_joining_is_refused_where_nothing_or_too_much_would_be_new():
    with pytest.raises(ModelError, match="joins two variables"):
        joined(model(2), ["x0", "x0"])
    with pytest.raises(ModelError, match="x0 and x1 are joined already"):
        joined(model(2).with_edge("x0", "x1"), ["x0", "x1"])
    enough = next(n for n in range(100) if n * (n - 1) // 2 > MOST_JOINED)
    with pytest.raises(ModelError, match="1,035 edges; 1,000 are allowed"):
        joined(model(enough), [f"x{k}" for k in range(enough)])
    with pytest.raises(ModelError, match="no variable called nobody"):
        joined(model(2), ["x0", "nobody"])
