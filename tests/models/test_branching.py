"""Search with bounds finds the best joint state, says whether it is alone, and knows when there is none.

Oracles: enumeration, and for a restricted Boltzmann machine the sum over hidden variables of their best states, for
each joint state of the visible ones.
"""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models import branching, decoding, kernels
from models.branching import search_steps
from models.conditioning import check_evidence
from models.costs import prepare
from models.decoding import TIE
from models.errors import Cancelled, CancelToken, TooLargeError, ZeroMassError
from models.exact import decode, decode_steps
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.kernels import buckets
from models.plan import plan_for
from models.state_reduction import Messages
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence

pytestmark = pytest.mark.timeout(600)  # kernels are compiled first, which takes long on a fresh machine


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    for part in ("exact", "maxima", "reduction"):
        for one in kernels.kernels_of(part):
            one.compile()


def messages(ugm, evidence, rounds=0):
    checked = check_evidence(ugm, evidence)
    known = Messages(ugm, checked, plan_for(ugm, checked))
    for _ in range(rounds):
        if not known.round():
            break
    return known


def named(known, ugm, evidence, states):
    plan = known.plan
    by_place = np.zeros(len(ugm.names), dtype=np.int64)
    by_place[plan.free[plan.tree.order]] = states
    return {**dict(zip(ugm.names, by_place.tolist(), strict=True)), **evidence}


def whole_numbers(ugm):
    """Return the model with ties."""
    return UGM(ugm.variables, [Factor(f.scope, np.round(f.log_table)) for f in ugm.factors])


@settings(max_examples=400)
@given(ugms_with_evidence(max_variables=7), st.booleans(), st.integers(0, 3), st.sampled_from([1.0, 6.0, 30.0]))
def test_search_agrees_with_enumeration(case, even, rounds, first):
    ugm, evidence = case
    ugm = whole_numbers(ugm) if even else ugm
    answer = enumerate_ugm(ugm, dict(evidence))
    known = messages(ugm, evidence, rounds)
    assume(len(known.plan.free) and ugm.factors)
    found = drain(search_steps(known, math.inf, TIE, first))
    if not answer.scores:
        assert found is None
        assert not known.possible
        return
    states = named(known, ugm, evidence, found.states)
    score = answer.scores[tuple(states[name] for name in ugm.names)]
    assert score == pytest.approx(answer.best_score, rel=1e-13, abs=1e-12)
    # Between rounding and a difference that counts, nobody can say.
    scale = max(1.0, abs(answer.best_score))
    gaps = sorted((answer.best_score - other) / scale for other in answer.scores.values())
    assume(not any(1e-12 < gap < 1e-7 for gap in gaps))
    assert found.ties == (len(gaps) > 1 and gaps[1] <= 1e-12)


@given(ugms_with_evidence(wide=True), st.integers(0, 2))
def test_search_in_tables_of_any_range(case, rounds):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, dict(evidence))
    known = messages(ugm, evidence, rounds)
    assume(answer.scores and len(known.plan.free))
    found = drain(search_steps(known, math.inf, TIE, 2.0))
    if found is not None:  # else the numbers are so large that ties could not be told
        states = named(known, ugm, evidence, found.states)
        assert ugm.log_score(states) == pytest.approx(answer.best_score, rel=1e-13, abs=1e-12)


@settings(max_examples=150)
@given(ugms_with_evidence(max_joint=200), st.integers(0, 2), st.sampled_from([1.0, 8.0]))
def test_every_joint_state_scores_the_bound_less_what_it_loses(case, rounds, first):
    ugm, evidence = case
    known = messages(ugm, evidence, rounds)
    n = len(known.plan.free)
    assume(n and known.possible)
    answer = enumerate_ugm(ugm, dict(evidence))
    layout = branching._lay_out(known.plan, first, math.inf)
    search = branching._Descent(known, layout, 0.0, 0.0)
    drain(search.fill_steps())
    struck = {
        (v, s) for v in range(n) for s in range(layout.cards[v]) if known.totals[known.vertex_start[v] + s] == -math.inf
    }
    places = known.plan.free[known.plan.tree.order].tolist()
    for states, score in answer.scores.items():
        by_position = [states[place] for place in places]
        lost = 0.0
        for v in range(n):
            for m in range(layout.first_of[v], layout.first_of[v + 1]):
                row, stride = 0, 1
                for u in layout.scopes[layout.scope_start[m] : layout.scope_start[m + 1]].tolist():
                    row += stride * by_position[u]
                    stride *= int(layout.cards[u])
                assert stride <= max(first, max((f.log_table.size for f in ugm.factors), default=0), max(layout.cards))
                loss = search.mem[layout.table[m] + row]
                assert loss >= 0.0
                lost += loss
        if any((v, s) in struck for v, s in enumerate(by_position)):
            assert lost == math.inf
        else:
            assert search.bound[0] - lost == pytest.approx(score, abs=1e-9)


@settings(max_examples=25)
@given(ugms_with_evidence(max_joint=60, max_factors=4))
def test_compiled_and_plain_code_are_alike(case):
    ugm, evidence = case
    found = []
    for plain in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            for one in kernels.kernels_of("reduction") if plain else ():
                patch.setattr(one, "_machine", None)
            with np.errstate(invalid="ignore"):
                known = messages(ugm, evidence, 1)
                assume(len(known.plan.free))
                best = drain(search_steps(known, math.inf, TIE, 4.0))
        found.append((best and named(known, ugm, evidence, best.states), best and best.ties, known.possible))
    assert found[0] == found[1]


def machine(rng, n_visible, n_hidden):
    """Return a restricted Boltzmann machine and the score of its best joint state."""
    names = [f"v{i}" for i in range(n_visible)] + [f"h{i}" for i in range(n_hidden)]
    fields = rng.normal(0, 1, len(names))
    weights = rng.normal(0, 1, (n_visible, n_hidden))
    factors = [Factor(name, [0.0, b]) for name, b in zip(names, fields, strict=True)]
    factors += [
        Factor((f"v{i}", f"h{j}"), [[0.0, 0.0], [0.0, weights[i, j]]])
        for i in range(n_visible)
        for j in range(n_hidden)
    ]
    visible = (np.arange(1 << n_visible)[:, None] >> np.arange(n_visible)) & 1
    hidden = np.maximum(0.0, visible @ weights + fields[n_visible:]).sum(axis=1)
    best = float((hidden + visible @ fields[:n_visible]).max())
    return UGM([Variable.of_size(name, 2) for name in names], factors), best


@pytest.mark.parametrize("seed", range(3))
def test_a_boltzmann_machine_too_large_for_tables(seed):
    ugm, best = machine(np.random.default_rng(seed), 16, 40)
    found = decode(ugm, max_bytes=1 << 24)
    with pytest.raises(TooLargeError):
        prepare(ugm, {}, 1 << 24)
    assert found.exact
    assert not found.ties
    assert found.log_score == pytest.approx(best, rel=1e-12)


def test_larger_tables_go_on_where_small_ones_did_not_do(monkeypatch):
    ugm, best = machine(np.random.default_rng(7), 14, 24)
    monkeypatch.setattr(branching, "_NODES_PER_ENTRY", 0.01)
    monkeypatch.setattr(branching, "_NODES_LEAST", 1)
    known = messages(ugm, {}, 4)
    before = known.known
    assert drain(search_steps(known, math.inf, TIE, 16.0, stages=2)) is None
    assert known.known >= before  # what was seen is not forgotten
    found = drain(search_steps(known, math.inf, TIE, 16.0))
    assert ugm.log_score(named(known, ugm, {}, found.states)) == pytest.approx(best, rel=1e-12)
    assert drain(search_steps(known, 100.0, TIE, 16.0)) is None  # the junction tree is cheaper
    assert drain(search_steps(known, math.inf, TIE, 16.0, max_bytes=1000)) is None


def test_what_cannot_be_is_refused_though_no_table_fits():
    # Neighbours differ, in a lattice with one cycle of odd length: no joint state is allowed.
    base = ising_grid(30, 30)
    odd = [*base.edges, ("x1", "x32")]
    ugm = UGM(base.variables, [Factor(edge, [[-np.inf, 0.0], [0.0, -np.inf]]) for edge in odd])
    with pytest.raises(ZeroMassError, match="whatever is clamped"):
        decode(ugm)
    allowed = UGM(base.variables, [Factor(edge, [[-np.inf, 0.0], [0.0, -np.inf]]) for edge in base.edges])
    assert decode(allowed, {"x1": 0}).log_score == 0.0
    with pytest.raises(ZeroMassError, match="x1 = -1 and x2 = -1 cannot happen together"):
        decode(allowed, {"x1": 0, "x2": 0, "x900": 1})


def test_what_takes_too_long_is_refused_and_can_be_cancelled(monkeypatch):
    rng = np.random.default_rng(3)
    base = complete(40, 2)
    ugm = UGM(base.variables, [Factor(f.scope, rng.normal(0, 3, f.log_table.shape)) for f in base.factors])
    cancel = CancelToken()
    steps = decode_steps(ugm, cancel=cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        drain(steps)
    monkeypatch.setattr(branching, "_MOST", float(1 << 12))
    with pytest.raises(TooLargeError, match="largest clique"):
        decode(ugm)


def test_one_tie_is_enough():
    base = ising_grid(8, 8)
    ugm = UGM(base.variables, [Factor(f.scope, np.zeros(f.log_table.shape)) for f in base.factors])
    found = drain(search_steps(messages(ugm, {}), math.inf, TIE, 1.0, stages=1))
    assert found.ties  # 2^64 joint states are the best


def test_a_table_that_forbids_everything_is_seen_at_once():
    # Far from the variable that is tried first, so that a search alone would try all joint states of the others.
    base = chain(60, 3)
    ugm = UGM(base.variables, [*base.factors, Factor("x1", [-np.inf] * 3), Factor("x60", [-np.inf] * 3)])
    known = messages(ugm, {})
    assert drain(search_steps(known, math.inf, TIE, 1.0, stages=1)) is None
    assert not known.possible


def test_all_functions_of_a_variable_go_into_one_table_where_there_is_room():
    ugm = ising_grid(5, 5)
    known = messages(ugm, {})
    layout = branching._lay_out(known.plan, math.inf, math.inf)
    assert np.diff(layout.first_of).tolist() == [1] * 25
    assert layout.entries == layout.marks[buckets.ENTRIES]
    # The tables are then those of the elimination order, before any clique is absorbed.
    assert layout.entries >= known.plan.tree.table_entries
    assert branching._lay_out(known.plan, math.inf, layout.entries - 1) is None
    search = branching._Descent(known, layout, 0.0, 0.0)
    drain(search.fill_steps())
    assert search.bound[0] == pytest.approx(decode(ugm).log_score, rel=1e-12)


def test_decoding_takes_to_search_and_says_the_same(monkeypatch):
    rng = np.random.default_rng(5)
    base = ising_grid(14, 14)
    ugm = UGM(base.variables, [Factor(f.scope, rng.normal(0, 2, f.log_table.shape)) for f in base.factors])
    asked = []

    def spy(*arguments, **options):
        asked.append(1)
        return search_steps(*arguments, **options)

    monkeypatch.setattr(decoding, "search_steps", spy)
    monkeypatch.setattr(decoding, "WORTH", 0.0)
    searched = decode(ugm, {"x100": 1})
    assert asked
    monkeypatch.setattr(decoding, "WORTH", math.inf)
    assert decode(ugm, {"x100": 1}) == searched
