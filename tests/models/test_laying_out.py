"""Do all layouts keep variables apart, give the same picture every time, and move only what they should?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models import jobs
from models.errors import Cancelled, CancelToken, FileFormatError, ModelError
from models.generators import make_project
from models.layering import arc_layers, depth_layers, ordered_steps, spaced
from models.laying_out import METHODS, job_of, laid_out, lay_out_steps, put_free
from models.layout_dot import dot_text, read_plain
from models.layout_points import uncrowded
from models.layout_shapes import circles
from models.layouts import neighbours
from models.payloads import Outcome, Snapshot
from models.project import Group, Project
from models.steps import drain
from models.ugm import UGM, Variable

PROJECTS = {
    "chain": make_project("chain", n=9),
    "tree": make_project("tree", n=25),
    "lattice": make_project("lattice", rows=5, columns=6),
    "complete": make_project("complete", n=7),
    "bipartite": make_project("bipartite", m=3, n=5),
    "rbm": make_project("stacked_rbm", layers="x 4 cycle, z 3, h 5 complete, y 3 chain"),
    "network": make_project("convolution", length=7, depth=3),
    "random": make_project("random", n=30, m=26),  # several components and single variables
    "alone": Project(ugm=UGM([Variable.of_size(f"x{k}", 2) for k in range(7)])),
    "one": make_project("chain", n=1),
    "many": make_project("random", n=400, m=420),
}


def gap(positions) -> float:
    """The least distance of two variables in the larger of both directions: below 96, nodes or bars overlap."""
    points = np.array(list(positions.values()))
    apart = np.abs(points[:, None, :] - points[None, :, :]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min()) if len(points) > 1 else math.inf


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("project", PROJECTS.values(), ids=PROJECTS.keys())
def test_every_layout_keeps_variables_apart_and_is_the_same_every_time(project, method):
    after = laid_out(project, method)
    assert set(after.positions) == set(project.ugm.names)
    assert all(math.isfinite(x) and math.isfinite(y) for place in after.positions.values() for x, y in [place])
    # On a circle neighbours are SPACING apart, at 45 degrees 92 in each direction: a circle of 34 and bars beside it.
    assert gap(after.positions) >= (90 if method == "circular" else 95)
    assert laid_out(project, method).positions == after.positions
    assert laid_out(after, method).positions == after.positions, "a second time moves nothing"
    assert after.ugm is project.ugm


@pytest.mark.parametrize("method", METHODS)
def test_components_stand_side_by_side(method):
    if method == "grid":
        pytest.skip("a grid has all variables in one block, in model order")
    parts = nx.disjoint_union_all([nx.complete_graph(4), nx.path_graph(5), nx.cycle_graph(6), nx.empty_graph(3)])
    names = [f"v{i}" for i in parts]
    ugm = UGM([Variable.of_size(name, 2) for name in names])
    for a, b in parts.edges:
        ugm = ugm.with_edge(f"v{a}", f"v{b}")
    positions = laid_out(Project(ugm=ugm), method).positions
    boxes = []
    for members in nx.connected_components(parts):
        xs, ys = zip(*(positions[f"v{i}"] for i in members), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    singles = method == "circular"  # they share a circle
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(boxes[:3] if singles else boxes, 2):
        assert b < e or f < a or d < g or h < c, "boxes do not overlap"


# --- layers --------------------------------------------------------------------------------------------------------


def test_groups_are_rows_from_top_to_bottom():
    project = PROJECTS["rbm"]
    positions = laid_out(project, "layered").positions
    ends = {g.name: [positions[name][1] for name in (g.members[0], g.members[-1])] for g in project.groups}
    assert ends["x"][0] == ends["x"][1] < ends["z"][0] < ends["h"][0] < ends["y"][0]
    row = [positions[name] for name in project.groups[2].members]
    heights = [y for _, y in row]
    assert heights[2] < heights[1] < heights[0], "a row with edges beyond neighbours bends"
    assert [x for x, _ in row] == sorted(x for x, _ in row), "a layer with edges inside keeps its order"


def test_an_ungrouped_rest_goes_below_and_one_group_is_no_layering():
    project = replace(PROJECTS["chain"], groups=(Group("a", ("x1", "x2")), Group("b", ("x3", "x2"))))
    positions = laid_out(project, "layered").positions
    rows = sorted({round(y) for _, y in positions.values()})
    assert len(rows) >= 3
    assert positions["x1"][1] < positions["x3"][1] < positions["x5"][1]
    one = replace(PROJECTS["chain"], groups=(Group("a", ("x1", "x2")),))
    depths = laid_out(one, "layered").positions
    assert [round(depths[f"x{k + 1}"][1] - depths[f"x{k}"][1]) for k in range(1, 9)] == [156] * 8


def test_layers_by_distance_are_those_of_networkx():
    project = PROJECTS["tree"]
    for root in (None, "x7"):
        positions = laid_out(project, "layered", root=root).positions
        depth = nx.single_source_shortest_path_length(project.ugm.graph(), root or "x1")
        top = min(y for _, y in positions.values())
        assert {name: round((y - top) / 156) for name, (_, y) in positions.items()} == depth


def test_arcs_point_down():
    project = PROJECTS["network"]
    positions = laid_out(project, "layered").positions
    assert all(positions[parent][1] < positions[child][1] for parent, child in project.arcs)
    rows = arc_layers([0, 1, 2, 3], {1: [0], 2: [1], 3: [0, 2]})
    assert rows == [[0], [1], [2], [3]]
    assert arc_layers([0, 1], {0: [1], 1: [0]}) == [], "a circle of arcs has no layers"


def crossings(rows, near) -> int:
    """Count pairs of edges between neighbouring rows that cross, pair by pair."""
    total = 0
    for upper, lower in itertools.pairwise(rows):
        edges = [(a, upper.index(i), lower.index(j)) for a, i in enumerate(upper) for j in near[i] if j in lower]
        total += sum((p - r) * (q - s) < 0 for (_, p, q), (_, r, s) in itertools.combinations(edges, 2))
    return total


@given(st.integers(0, 10_000))
def test_sweeps_never_make_more_crossings(seed):
    graph = nx.gnm_random_graph(14, 18, seed=seed)
    graph.add_edges_from((0, i) for i in range(1, 14, 4))
    members = sorted(nx.node_connected_component(graph, 0))
    near = [sorted(graph[i]) for i in range(14)]
    rows = depth_layers(members, near, 0)
    after = drain(ordered_steps(rows, near))
    assert [sorted(row) for row in after] == [sorted(row) for row in rows]
    inner = sum(i in near[j] for row in rows for i, j in itertools.combinations(row, 2))
    if not inner:
        assert crossings(after, near) <= crossings(rows, near)


def test_a_tangled_tree_is_untangled():
    near = [[3, 4], [5, 6], [7], [0], [0], [1], [1], [2]]
    rows = [[0, 1, 2], [7, 5, 3, 6, 4]]
    after = drain(ordered_steps(rows, near))
    assert crossings(rows, near) > 0
    assert crossings(after, near) == 0


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(0.1, 5)), min_size=1, max_size=8))
def test_places_along_a_row_are_the_nearest_with_a_gap(wanted):
    """Against the optimality conditions: within a block of touching places the weighted error sums to zero at most."""
    targets, weights = [w for w, _ in wanted], [w for _, w in wanted]
    places = spaced(targets, weights)
    assert all(b - a >= 1 - 1e-9 for a, b in itertools.pairwise(places))
    cost = sum(w * (p - t) ** 2 for p, t, w in zip(places, targets, weights, strict=True))
    rng = np.random.default_rng(len(wanted))
    for _ in range(60):
        other = np.array(places) + rng.normal(0, rng.choice([0.01, 0.3]), len(places))
        if len(other) == 1 or np.diff(other).min() >= 1:
            assert cost <= sum(w * (p - t) ** 2 for p, t, w in zip(other, targets, weights, strict=True)) + 1e-9


def test_a_wide_layer_is_folded():
    project = make_project("bipartite", m=2, n=300)
    positions = laid_out(project, "layered").positions
    xs = [x for x, _ in positions.values()]
    assert max(xs) - min(xs) < 62 * 130
    assert gap(positions) >= 95


# --- circle and grid -----------------------------------------------------------------------------------------------


def test_a_cycle_goes_round_however_its_variables_are_numbered():
    order = [0, 4, 2, 6, 1, 5, 3]
    near: list[list[int]] = [[] for _ in order]
    for a, b in zip(order, [*order[1:], order[0]], strict=True):
        near[a].append(b)
        near[b].append(a)
    places = circles([sorted(each) for each in near])
    assert all(math.dist(places[a], places[b]) == pytest.approx(130) for a in range(7) for b in near[a])


def test_a_lattice_is_a_grid_again():
    for rows, columns in ((5, 6), (3, 9), (7, 7), (4, 4)):
        project = make_project("lattice", rows=rows, columns=columns)
        positions = laid_out(project, "grid").positions
        assert all(math.dist(positions[a], positions[b]) == pytest.approx(130) for a, b in project.ugm.edges)


def test_springs_follow_distances_in_large_graphs_too():
    """Distances on the canvas and in the graph correlate for a lattice of 600 variables, far above chance."""
    project = make_project("lattice", rows=20, columns=30)
    positions = laid_out(project, "spring").positions
    graph = project.ugm.graph()
    near, far = [], []
    for source in project.ugm.names[::60]:
        for name, steps in nx.single_source_shortest_path_length(graph, source).items():
            near.append(steps)
            far.append(math.dist(positions[source], positions[name]))
    assert np.corrcoef(near, far)[0, 1] > 0.95


# --- a selection, a seed, a job ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_selection_is_laid_out_where_it_was_and_on_nothing_else(method):
    project = PROJECTS["lattice"]
    chosen = ["x8", "x9", "x10", "x14", "x15", "x16", "x20"]
    after = laid_out(project, method, chosen)
    assert all(after.positions[n] == project.positions[n] for n in project.ugm.names if n not in chosen)
    assert gap(after.positions) >= 90
    middle = np.mean([after.positions[n] for n in chosen], axis=0) - np.mean(
        [project.positions[n] for n in chosen], axis=0
    )
    assert np.abs(middle).max() < 1500


def test_places_are_free_of_the_others_and_as_near_as_can_be():
    others = {"a": (0.0, 0.0)}
    assert put_free({"b": (5.0, 5.0)}, {}, (70.0, 80.0), 130.0) == {"b": (70.0, 80.0)}
    assert put_free({"b": (5.0, 5.0)}, others, (200.0, 0.0), 130.0) == {"b": (200.0, 0.0)}
    x, y = put_free({"b": (5.0, 5.0)}, others, (10.0, 0.0), 130.0)["b"]
    assert 97 <= max(abs(x), abs(y)) <= 160
    wall = {f"w{i},{j}": (100.0 * i, 100.0 * j) for i in range(-30, 31) for j in range(-30, 31)}
    x, y = put_free({"b": (0.0, 0.0)}, wall, (0.0, 0.0), 130.0)["b"]
    assert x > 3000


def test_the_seed_and_the_spacing_count():
    project = PROJECTS["random"]
    assert laid_out(project, "spring", seed=1).positions == laid_out(project, "spring", seed=1).positions
    wide = laid_out(project, "grid", spacing=260.0).positions
    assert gap(wide) == pytest.approx(260)
    with pytest.raises(ModelError, match="no layout"):
        laid_out(project, "magic")
    with pytest.raises(ModelError):
        laid_out(project, "grid", ["nobody"])


@pytest.mark.parametrize("method", METHODS)
def test_as_a_job_with_snapshots_and_an_outcome(method):
    project = PROJECTS["tree"]
    payloads = list(jobs.run(job_of(project, method), CancelToken()))
    assert isinstance(payloads[-1], Outcome)
    assert payloads[-1].value == laid_out(project, method).positions
    places = [payload.value for payload in payloads if isinstance(payload, Snapshot)]
    assert (len(places) > 3) == (method == "spring")
    steps = [
        max(math.dist(a[name], b[name]) for name in a) for a, b in itertools.pairwise(places) if a.keys() == b.keys()
    ]
    assert all(step < 500 for step in steps), "the picture never turns over on the way"


@pytest.mark.parametrize("method", ["spring", "layered"])
def test_it_can_be_cancelled(method):
    cancel = CancelToken()
    steps = lay_out_steps(job_of(PROJECTS["many"], method), cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)
    assert list(jobs.run(job_of(PROJECTS["many"], method), cancel)) == []


# --- Graphviz ------------------------------------------------------------------------------------------------------


def test_the_dot_language_and_the_plain_answer():
    text = dot_text(3, [(0, 1), (1, 2)], "neato")
    assert text.startswith("graph g {")
    assert "n0 -- n1;" in text
    assert "n2;" in text
    assert "n0 -> n1;" in dot_text(3, [(0, 1)], "dot")
    answer = (
        'graph 1 2 2\nnode n0 0 1.5 1 1 "" solid box black lightgrey\nnode n1 1e0 0 1 1 x\nedge n0 n1 4 0 0\nstop\n'
    )
    assert read_plain(answer, 2) == {0: (0.0, -108.0), 1: (72.0, 0.0)}
    for bad, words in (
        ("node n0 1 1\n", "1 of 2"),
        ("node n0 one 1\nnode n1 0 0", "no node"),
        ("node n7 1 1\nnode n1 0 0", "no place"),
        ("node n0 nan 1\nnode n1 0 0", "no place"),
    ):
        with pytest.raises(FileFormatError, match=words):
            read_plain(bad, 2)


@pytest.mark.parametrize("points", [[(0.0, 0.0)] * 3, [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (400.0, 0.0)]])
def test_crowded_points_push_each_other_aside(points):
    places = uncrowded(np.array(points))
    assert gap(dict(enumerate(map(tuple, places.tolist())))) >= 99.5


def test_neighbours_are_each_once():
    assert neighbours("abc", [("a", "b"), ("b", "a"), ("c", "c")]) == [[1], [0], []]
    assert models.chain(3).names == ("x1", "x2", "x3")
