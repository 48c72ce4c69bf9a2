"""Do the compiled kernels decide as the plain search does, for sets of one word and of several?"""

from __future__ import annotations

import math
import random

import networkx as nx
import pytest

from models import kernels, treewidth, validate_decomposition
from models.decompositions import order_of
from models.elimination import induced_width
from models.errors import Cancelled, CancelToken
from models.graph import masks_of
from models.kernels import decision
from models.slices import OutOfSpace, OutOfTime, Pacer
from models.steps import drain
from models.treewidth_compiled import CompiledDecision
from models.treewidth_decision import Decision
from models.treewidth_search import decide_steps


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    if not kernels.wanted("decision", math.inf):
        pytest.skip(f"nothing can be compiled here: {kernels.problem()}")


def check(masks, k, bags):
    assert max(bag.bit_count() for bag in bags) <= k + 1
    assert induced_width(masks, order_of(len(masks), bags)) <= k


def connected_graph(rng, n):
    while True:
        graph = nx.gnm_random_graph(n, rng.randint(n, 2 * n), seed=rng.randrange(10**9))
        if nx.is_connected(graph):
            return masks_of(graph)[1]


@pytest.mark.parametrize("seed", range(10))
def test_both_searches_agree_at_every_width(seed):
    rng = random.Random(seed)
    for n in (8, 14, 20):
        masks = connected_graph(rng, n)
        answer = None
        k = 1
        while answer is None:
            plain = Decision(masks, k)
            answer, compiled = drain(plain.steps(Pacer())), CompiledDecision(masks, k)
            bags = drain(compiled.steps(Pacer()))
            assert (answer is None) == (bags is None)
            if bags is None:
                # A refutation has seen everything, in whatever order.
                assert compiled.counts == plain.counts
            else:
                check(masks, k, bags)
            k += 1


def spread(masks, n):
    """Number the vertices so that neighbours fall into different words, and hang a long path on the first."""
    m = len(masks)
    place = [i * (n // m) for i in range(m)]
    path = [v for v in range(n) if v not in place]
    edges = [(place[a], place[b]) for a in range(m) for b in range(m) if masks[a] >> b & 1]
    edges += list(zip([place[0], *path], path, strict=False))
    return masks_of((n, edges))[1]


@pytest.mark.parametrize("n", [64, 65, 130, 200])
def test_sets_of_several_words(n):
    _, core = masks_of(nx.petersen_graph())
    masks = spread(core, n)
    assert drain(CompiledDecision(masks, 3).steps(Pacer())) is None
    check(masks, 4, drain(CompiledDecision(masks, 4).steps(Pacer())))


def test_a_torus_that_outgrows_its_first_arrays():
    _, masks = masks_of(nx.grid_2d_graph(5, 5, periodic=True))
    search = CompiledDecision(masks, 8)
    before = search.n_bytes
    assert drain(search.steps(Pacer())) is None
    assert search.n_bytes > before
    check(masks, 9, drain(CompiledDecision(masks, 9).steps(Pacer())))


def test_the_search_can_be_cut_anywhere():
    _, masks = masks_of(nx.grid_2d_graph(5, 5, periodic=True))
    whole, cut = CompiledDecision(masks, 8), CompiledDecision(masks, 8)
    assert drain(whole.steps(Pacer())) is None
    answers = []
    while not answers or answers[-1] not in (decision.NO, decision.YES):
        answers.append(cut.advance(budget=500))
        if answers[-1] == decision.NO_SPACE:
            drain(cut.make_space())
    assert answers[-1] == decision.NO
    assert answers.count(decision.SPENT_BUDGET) > 100
    assert cut.counts == whole.counts


def hard():
    return masks_of(nx.grid_2d_graph(12, 12, periodic=True))[1]


def test_cancel_time_and_memory_stop_it(monkeypatch):
    cancel = CancelToken()
    steps = CompiledDecision(hard(), 12).steps(Pacer(cancel=cancel))
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(steps)
    with pytest.raises(OutOfTime):
        drain(CompiledDecision(hard(), 12).steps(Pacer(time_limit=0.05)))
    monkeypatch.setattr("models.treewidth_compiled._MAX_BYTES", 1 << 23)
    with pytest.raises(OutOfSpace):
        drain(CompiledDecision(hard(), 12).steps(Pacer()))


def test_plain_search_gives_up_too(monkeypatch):
    monkeypatch.setattr("models.treewidth_decision._MAX_STORED", 200)
    with pytest.raises(OutOfSpace):
        drain(Decision(hard(), 8).steps(Pacer()))


def test_the_search_changes_over_when_the_kernels_arrive(monkeypatch):
    asked = []

    def ready(part=None):
        asked.append(part)
        return len(asked) > 3

    monkeypatch.setattr(kernels, "ready", ready)
    monkeypatch.setattr("models.treewidth_search._PATIENCE", 0.0)
    _, masks = masks_of(nx.grid_2d_graph(6, 6, periodic=True))
    assert drain(decide_steps(masks, 9, Pacer())) is None
    assert len(asked) == 4, "asked at the start and at pauses, and never again"


def test_without_memory_the_answer_is_an_interval(monkeypatch):
    monkeypatch.setattr("models.treewidth_compiled._MAX_BYTES", 1 << 23)
    graph = nx.disjoint_union(nx.grid_2d_graph(12, 12, periodic=True), nx.petersen_graph())
    result = treewidth(graph)
    assert validate_decomposition(graph, result.bags, result.tree, result.upper) is None
    assert result.lower < result.upper
    assert result.lower <= 22 <= result.upper
