"""Do the questions about treewidth come back as what a script would get, and can they be stopped?"""

from __future__ import annotations

import networkx as nx
import pytest

from models import Evidence, ising_grid, stacked_rbm, treewidth
from models.advisor import Advice
from models.errors import CancelToken, ModelError
from models.examples import complete, ising_project, stacked_rbm_project
from models.jobs import answer, run
from models.payloads import Failure, Outcome, Snapshot
from models.width_jobs import Advise, DesignBlocks, SendMessages, TellGrowth


def test_advice_comes_better_and_better():
    payloads = [p for p in run(Advise(ising_grid(5, 5)), CancelToken()) if p is not None]
    assert isinstance(payloads[0], Snapshot)
    assert isinstance(payloads[-1], Outcome)
    assert all(isinstance(p.value, Advice) for p in payloads)
    left = set(ising_grid(5, 5).names) - set(payloads[-1].value.names)
    assert nx.is_forest(ising_grid(5, 5).graph().subgraph(left))


def test_a_search_for_advice_stops_when_cancelled():
    cancel = CancelToken()
    steps = run(Advise(ising_grid(9, 9), time_limit=600), cancel)
    for _ in range(5):
        next(steps)
    cancel.cancel()
    assert not [p for p in steps if isinstance(p, Outcome | Failure)]


def test_blocks_know_where_the_variables_are():
    project = ising_project(6, 6)
    found = answer(DesignBlocks(project.ugm, positions=project.positions))
    assert [block.n_trees for block in found.blocks] == [1, 1]
    assert answer(DesignBlocks(complete(4), Evidence({"x1": 0}))).valid


def test_growth_is_told_or_is_none():
    project = stacked_rbm_project(2)
    assert answer(TellGrowth(project.ugm, groups=project.groups)).step == "one more variable in each layer"
    assert answer(TellGrowth(stacked_rbm(2))) is None


def test_messages_need_a_decomposition():
    ugm = ising_grid(3, 3)
    found = treewidth(ugm)
    assert len(answer(SendMessages(ugm, found.bags, found.tree)).messages) == 2 * (len(found.bags) - 1)
    with pytest.raises(ModelError, match="no tree decomposition"):
        answer(SendMessages(ugm, found.bags[1:], ()))
