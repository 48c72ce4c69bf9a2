"""Do the bands around components hold together however many edges there are?"""

import networkx as nx
import numpy as np
import pytest
from PySide6.QtCore import QLineF, QRectF

from gui.canvas.hulls import HullItem, shortest_tree


def random_lines(n, m, seed):
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 900, (n, 2)).round(3).tolist()
    pairs = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(m)}
    return places, [QLineF(*places[a], *places[b]) for a, b in sorted(pairs)], sorted(pairs)


@pytest.mark.parametrize("seed", range(5))
def test_the_shortest_tree_is_that_of_networkx(seed):
    _, lines, pairs = random_lines(20, 70, seed)
    graph = nx.Graph()
    for (a, b), line in zip(pairs, lines, strict=True):
        graph.add_edge(a, b, weight=line.length())
    right = nx.minimum_spanning_tree(graph)
    kept = shortest_tree(lines)
    assert len(kept) == right.number_of_edges()
    assert sum(line.length() for line in kept) == pytest.approx(right.size(weight="weight"))


def test_few_edges_are_all_followed_and_many_only_as_far_as_they_join(qapp):
    _, lines, _ = random_lines(30, 40, 1)
    few = [QLineF(line.x1() / 9, line.y1() / 9, line.x2() / 9, line.y2() / 9) for line in lines]
    circles = [QRectF(line.x1() - 5, line.y1() - 5, 10, 10) for line in lines]
    hull = HullItem(0, ("a", "b"), numbered=False)
    hull.follow(circles, few)
    assert hull._lines == few
    _, many, _ = random_lines(60, 400, 2)
    hull.follow(circles, many)
    assert len(hull._lines) == 59
    for line in hull._lines:
        assert hull.boundingRect().contains(QRectF(line.p1(), line.p2()).normalized())
