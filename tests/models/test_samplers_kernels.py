"""Do the updates leave the target as it is, and do compiled and interpreted loops agree bit for bit?

Transition matrices come from `Plan.conditional`, which reads the very arrays that the loops read; the target comes from
enumeration.
"""

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest

from models import UGM, Factor, Variable
from models.kernels import wanted
from models.samplers import make_sampler, plan
from models.samplers.metropolis import REST
from tests.models.sampler_models import equal_bits, flat_bits, random_ugm
from tests.oracles import enumerate_ugm

METHODS = ["gibbs", "metropolis"]
FORMS = {"tabulated": plan.SITE_ENTRIES, "products": 0}


@pytest.fixture(params=FORMS)
def form(request, monkeypatch):
    """Make every site tabulated, or none."""
    monkeypatch.setattr(plan, "SITE_ENTRIES", FORMS[request.param])
    return request.param


@pytest.fixture(scope="module")
def compiled():
    if not wanted("gibbs", float("inf")):
        pytest.skip("there is no compiler here")


def joint_states(ugm):
    return list(itertools.product(*(range(n) for n in ugm.n_states)))


def target(ugm):
    """Return the probability of each joint state, in the order of `joint_states`."""
    scores = enumerate_ugm(ugm).scores
    weights = np.array([np.exp(scores[s]) if s in scores else 0.0 for s in joint_states(ugm)])
    return weights / weights.sum()


def site_matrices(ugm, method):
    """Return one transition matrix per site, over all joint states; forbidden states stay where they are."""
    sampler = make_sampler(ugm, method=method)
    states = joint_states(ugm)
    index = {s: i for i, s in enumerate(states)}
    p_target = target(ugm)
    matrices = []
    for site, n_states in enumerate(ugm.n_states):
        matrix = np.zeros((len(states), len(states)))
        for i, state in enumerate(states):
            if p_target[i] == 0:
                matrix[i, i] = 1.0
                continue
            p = sampler.plan.conditional(site, state)
            for new in range(n_states):
                j = index[(*state[:site], new, *state[site + 1 :])]
                if method == "gibbs":
                    matrix[i, j] += p[new]
                elif new != state[site]:
                    matrix[i, j] = (1 - REST) / (n_states - 1) * min(1.0, p[new] / p[state[site]])
            if method == "metropolis":
                matrix[i, i] = 1.0 - matrix[i].sum()
        matrices.append(matrix)
    return matrices


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("forbidden", [0.0, 0.3])
def test_each_update_and_the_scan_keep_the_target(method, seed, forbidden, form):
    ugm = random_ugm(seed, forbidden)
    pi = target(ugm)
    sweep = np.eye(pi.size)
    for matrix in site_matrices(ugm, method):
        assert (matrix >= -1e-15).all()
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=1e-12)
        # Detailed balance: flows between two states are equal. Both kinds of update have it, one site at a time.
        flow = pi[:, None] * matrix
        np.testing.assert_allclose(flow, flow.T, atol=1e-12)
        assert not flow[:, pi == 0].any()
        sweep = sweep @ matrix
    np.testing.assert_allclose(pi @ sweep, pi, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_the_scan_has_one_stationary_distribution_even_when_flat(method):
    # Without rests, Metropolis-Hastings would accept every flip: the scan would have two classes of two states each.
    ugm = flat_bits(2)
    sweep = np.linalg.multi_dot([*site_matrices(ugm, method), np.eye(4)])
    assert np.sum(np.abs(np.linalg.eigvals(sweep)) > 1 - 1e-9) == 1


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("interpreted", [True, False])
def test_the_loops_move_as_the_conditionals_say(method, interpreted, form):
    # Every single update is compared with its conditional. 5 standard deviations are exceeded by one cell with
    # probability 6e-7; there are about 100 cells, so a false alarm needs some 16,000 seeds.
    ugm = random_ugm(3, 0.2)
    sampler = make_sampler(ugm, method=method, seed=11)
    moves = defaultdict(Counter)
    state = tuple(sampler.states)
    for _ in range(12_000):
        site = sampler.position
        sampler.advance(1, interpreted=interpreted)
        before, state = state, tuple(sampler.states.tolist())
        assert [i for i in range(len(state)) if state[i] != before[i]] in ([], [site])
        moves[site, before][state[site]] += 1
    for (site, before), counts in moves.items():
        n, k = counts.total(), ugm.n_states[site]
        p = sampler.plan.conditional(site, before)
        if method == "metropolis" and k > 1:
            p = (1 - REST) / (k - 1) * np.minimum(1.0, p / p[before[site]])
            p[before[site]] += 1.0 - p.sum()
        for new in range(k):
            spread = 5 * np.sqrt(n * p[new] * (1 - p[new]))
            assert abs(counts[new] - n * p[new]) <= spread + 1e-9 * n


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_interpreted_agree_bit_for_bit(method, seed, form):
    ugm = random_ugm(seed, 0.2 * (seed % 2), most_states=5)
    names = ugm.names
    slow, fast = (make_sampler(ugm, method=method, seed=seed) for _ in range(2))
    for sampler in (slow, fast):
        sampler.set_event({names[0]: 0, names[1]: 0})
    slow.advance(3001, interpreted=True)
    fast.advance(3001)
    assert fast.compiled
    for field in ("states", "words", "meters", "batches"):
        assert getattr(slow.state(), field) == getattr(fast.state(), field)
    np.testing.assert_array_equal(slow.state().counts, fast.state().counts)


@pytest.mark.usefixtures("compiled")
def test_a_mixed_plan_agrees_with_itself(monkeypatch):
    # The smaller sites tabulated, the larger not; the kernel takes over in the middle of a sweep.
    monkeypatch.setattr(plan, "SITE_ENTRIES", 10)
    ugm = random_ugm(8, 0.0, most_states=4, n=5)
    ways = []
    for change in (0, 1234, 5000):
        sampler = make_sampler(ugm, seed=1)
        assert 0 < sampler.plan.n_tabulated < sampler.plan.n_sites
        sampler.advance(change, interpreted=True)
        sampler.advance(5000 - change)
        ways.append((sampler.state().words, tuple(sampler.states), tuple(sampler.flat_counts)))
    assert ways[0] == ways[1] == ways[2]


def test_tables_over_the_budget_become_products(monkeypatch):
    monkeypatch.setattr(plan, "TOTAL_ENTRIES", 20)
    sampler = make_sampler(random_ugm(8, most_states=4, n=5))
    assert 0 < sampler.plan.n_tabulated < sampler.plan.n_sites


def test_tables_that_repeat_are_stored_once():
    from models import ising_grid

    small, large = (make_sampler(ising_grid(k, k)).plan.values.size for k in (4, 8))
    assert small == large


@pytest.mark.parametrize("method", METHODS)
def test_log_potentials_far_apart(method, form):
    # Products of potentials would underflow: each pair of states loses e^-2000 in one factor or the other.
    ugm = UGM([Variable.of_size("a", 2)], [Factor(("a",), [-2000.0, 0.0]), Factor(("a",), [np.log(3.0), -2000.0])])
    np.testing.assert_allclose(make_sampler(ugm, method=method).plan.conditional(0, [0]), [0.75, 0.25], atol=1e-12)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("method", METHODS)
def test_forbidden_states_are_never_entered(method, form):
    ugm = equal_bits()
    sampler = make_sampler(ugm, method=method)
    start = sampler.states.tolist()
    assert start[0] == start[1]
    for _ in range(300):
        sampler.advance(1)
        assert sampler.states.tolist() == start
