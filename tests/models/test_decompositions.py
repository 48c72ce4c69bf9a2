"""Are decompositions made from orders valid, orders made from them no worse, and broken ones told why?"""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import validate_decomposition
from models.decompositions import decomposition_of, order_of
from models.elimination import eliminate, induced_width
from models.graph import masks_of

from .test_graph import bits, graphs


@given(graphs(), st.randoms(use_true_random=False))
def test_any_order_makes_a_valid_decomposition(graph, shuffler):
    order = list(graph)
    shuffler.shuffle(order)
    _, masks = masks_of(graph)
    bags, tree = decomposition_of(masks, order)
    named = [bits(bag) for bag in bags]
    assert validate_decomposition(graph, named, tree, induced_width(masks, order)) is None
    assert not any(a < b for a in named for b in named), "no bag lies inside another"
    again = order_of(len(masks), bags)
    assert all(any(clique & ~bag == 0 for bag in bags) for clique in eliminate(masks, again))


@pytest.mark.parametrize(
    ("bags", "tree", "width", "words"),
    [
        ([{0, 1}, {1, 2}], [(0, 1)], 1, "Vertex 3 is in no bag"),
        ([{0, 1}, {1, 2}, {3}], [(0, 1), (1, 2)], 1, "Edge (2, 3) is inside no bag"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 2), (2, 1)], 1, "vertex 1 are not connected"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1)], 1, "1 tree edge over 3 bags does not"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 2), (2, 0)], 1, "3 tree edges over 3 bags"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 2), (2, 1)], 1, "(2, 1) is given a second time"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 3)], 1, "(1, 3) does not join"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 1)], 1, "(1, 1) does not join"),
        ([{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 2)], 2, "width is 1, not 2"),
        ([{0, 1}, {1, 2}, {2, 3, 9}], [(0, 1), (1, 2)], 1, "holds 9"),
        ([], [], -1, "Vertex 0 is in no bag"),
    ],
)
def test_each_broken_rule_is_named(bags, tree, width, words):
    path = nx.path_graph(4)
    assert validate_decomposition(path, [{0, 1}, {1, 2}, {2, 3}], [(0, 1), (1, 2)], 1) is None
    message = validate_decomposition(path, bags, tree, width)
    assert message is not None
    assert words in message


def test_bags_of_a_file_are_counted_from_one():
    path = nx.path_graph(3)
    assert "Bag 2 holds 9" in validate_decomposition(path, [{0, 1}, {1, 2, 9}], [(0, 1)], first=1)
    assert "(1, 3) does not join two of the 2 bags, counted from 1" in validate_decomposition(
        path, [{0, 1}, {1, 2}], [(0, 2)], first=1
    )
