"""Do the bags of a drawn tree keep apart, columns stay columns, and parents stand amid their children?"""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from models.tree_layout import rooted, tree_places


@st.composite
def trees(draw):
    n = draw(st.integers(0, 25))
    parents = [draw(st.integers(-1, k - 1)) for k in range(n)]
    sizes = [(draw(st.floats(10, 200)), draw(st.floats(10, 60))) for _ in range(n)]
    return parents, sizes


@given(trees())
def test_no_two_bags_touch(tree):
    parents, sizes = tree
    places = tree_places(parents, sizes)
    for a, b in itertools.combinations(range(len(parents)), 2):
        beside = abs(places[a][0] - places[b][0]) >= (sizes[a][0] + sizes[b][0]) / 2 - 1e-6
        above = abs(places[a][1] - places[b][1]) >= (sizes[a][1] + sizes[b][1]) / 2 - 1e-6
        assert beside or above


@given(trees())
def test_children_are_one_column_to_the_right_and_around_their_parent(tree):
    parents, sizes = tree
    places = tree_places(parents, sizes)
    for bag, parent in enumerate(parents):
        if parent >= 0:
            assert places[bag][0] > places[parent][0]
    for parent in range(len(parents)):
        below = [places[bag][1] for bag in range(len(parents)) if parents[bag] == parent]
        if below:
            assert min(below) - 1e-6 <= places[parent][1] <= max(below) + 1e-6


def test_a_small_tree_by_hand():
    places = tree_places([-1, 0, 0], [(40.0, 20.0)] * 3, along=60.0, apart=10.0)
    assert places == ((20.0, 25.0), (120.0, 10.0), (120.0, 40.0))


def test_long_chains_are_no_trouble():
    places = tree_places([-1, *range(4999)], [(30.0, 20.0)] * 5000)
    assert len(set(places)) == 5000


@given(trees())
def test_a_forest_is_rooted_where_asked(tree):
    parents, _ = tree
    n = len(parents)
    links = [(bag, parent) for bag, parent in enumerate(parents) if parent >= 0]
    for root in range(n):
        found = rooted(n, links, root)
        assert found[root] == -1
        made = {frozenset(pair) for pair in enumerate(found) if pair[1] >= 0}
        assert made == {frozenset(link) for link in links}


def test_links_that_make_a_cycle_still_end():
    assert rooted(3, [(0, 1), (1, 2), (2, 0)]) == (-1, 0, 0)
    assert rooted(0, []) == ()
