"""Are messages and beliefs those of the definition, whatever the root, and are wrong trees refused?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import (
    UGM,
    Factor,
    ModelError,
    TooLargeError,
    Variable,
    condition,
    infer,
    ising_grid,
    stacked_rbm,
    treewidth,
)
from models.examples import chain, complete
from models.messages import send_messages, shares
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


def run_on(ugm, evidence=None, root=0):
    found = treewidth(condition(ugm, evidence).ugm)
    return send_messages(ugm, found.bags, found.tree, root, evidence)


@given(case=ugms_with_evidence(max_variables=6, max_joint=400), data=st.data())
def test_beliefs_are_brute_force_marginals(case, data):
    ugm, evidence = case
    n_bags = len(treewidth(condition(ugm, evidence).ugm).bags)
    run = run_on(ugm, evidence, data.draw(st.integers(0, max(n_bags - 1, 0))))
    expected = enumerate_ugm(ugm, evidence)
    assert run.log_z == pytest.approx(expected.log_z, abs=1e-9)
    for k, belief in enumerate(run.beliefs):
        assert belief.scope == run.bags[k]
    if expected.marginals is None:
        return
    for name, marginal in zip(ugm.names, expected.marginals, strict=True):
        if name not in evidence:
            assert np.abs(run.marginal(name) - marginal).max() < 1e-9


def test_every_link_carries_two_messages_in_an_order_that_can_be_sent():
    run = run_on(ising_grid(3, 4))
    sent = {(message.source, message.target) for message in run.messages}
    assert len(sent) == len(run.messages) == 2 * (len(run.bags) - 1)
    done = set()
    for message in run.messages:
        neighbours = {b for b in range(len(run.bags)) if run.parents[b] == message.source} | {
            run.parents[message.source]
        }
        assert all((other, message.source) in done for other in neighbours - {message.target, -1})
        done.add((message.source, message.target))
    ups = [message.upward for message in run.messages]
    assert ups == sorted(ups, reverse=True)


def test_a_message_is_the_sum_of_the_side_it_comes_from():
    """On a chain, by enumerating the variables behind the separator."""
    ugm = chain(4, 3, seed=2)
    run = run_on(ugm)
    for message in run.messages:
        (shared,) = message.factor.scope
        near, k = ugm.names, ugm.names.index(shared)
        first = min(run.bags[message.source], key=near.index)
        behind = near[:k] if near.index(first) < k else near[k + 1 :]
        side = UGM(
            [ugm.variable(name) for name in (*behind, shared)],
            [f for f in ugm.factors if set(f.scope) <= {*behind, shared} and f.scope != (shared,)],
        )
        expected = shares(np.log(enumerate_ugm(side).marginals[-1]))
        own = next(f for f in ugm.factors if f.scope == (shared,))
        place = ugm.factors.index(own)
        if place in run.assigned[message.source]:
            expected = shares(np.log(expected) + own.log_table)
        assert np.abs(message.shares - expected).max() < 1e-12


def test_the_bags_of_a_variable_and_separators():
    run = run_on(stacked_rbm(2))
    for name in stacked_rbm(2).names:
        assert run.subtree(name) == tuple(k for k, bag in enumerate(run.bags) if name in bag)
    for k, parent in enumerate(run.parents):
        expected = set(run.bags[k]) & set(run.bags[parent]) if parent >= 0 else set()
        assert set(run.separator(k)) == expected
    assert run.parents[run.root] == -1


def test_constants_and_clamps_count():
    ugm = chain(3).with_factor(Factor((), math.log(5.0)))
    run = run_on(ugm, {"x2": 1})
    assert run.log_z == pytest.approx(infer(ugm, {"x2": 1}).log_z)
    with pytest.raises(ModelError, match="x2 is in no bag"):
        run.marginal("x2")


def test_nothing_left_sends_nothing():
    ugm = chain(2)
    run = send_messages(ugm, [], [], 0, {"x1": 0, "x2": 1})
    assert run.messages == ()
    assert run.log_z == pytest.approx(ugm.log_score({"x1": 0, "x2": 1}))


def test_impossible_models_have_no_shares():
    ugm = UGM([Variable.of_size("a", 2)], [Factor(("a",), [-np.inf, -np.inf])])
    run = run_on(ugm)
    assert run.log_z == -np.inf
    assert run.marginal("a").tolist() == [0.0, 0.0]


def test_what_is_no_decomposition_names_the_rule():
    with pytest.raises(ModelError, match="is inside no bag"):
        send_messages(chain(3), [{"x1", "x2"}, {"x3"}], [(0, 1)])
    with pytest.raises(ModelError, match="no bag 7"):
        send_messages(chain(2), [{"x1", "x2"}], [], 7)
    with pytest.raises(TooLargeError, match="entries"):
        send_messages(complete(6, 8), [complete(6, 8).names], [])
