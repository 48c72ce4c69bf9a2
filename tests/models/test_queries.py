"""The joint distribution of any variables, and the entropy, are those of the definition."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import models
from models.errors import Cancelled, CancelToken, EvidenceError, ModelError, TooLargeError, ZeroMassError
from models.exact import DEFAULT_MAX_BYTES, entropy, entropy_steps, infer, joint, joint_steps
from models.examples import chain, complete, ising_grid
from models.factor import Factor
from models.steps import drain
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms, ugms_with_evidence


@settings(max_examples=200)
@given(ugms_with_evidence(max_joint=300, wide=True), st.data())
def test_joints_of_any_variables_agree_with_enumeration(case, data):
    ugm, evidence = case
    names = data.draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.variables else []
    answer = enumerate_ugm(ugm, dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            joint(ugm, names, evidence)
        return
    expected = np.zeros([ugm.variable(name).n_states for name in names])
    for states, score in answer.scores.items():
        expected[tuple(states[ugm.index(name)] for name in names)] += math.exp(score - answer.log_z)
    found = joint(ugm, names, evidence)
    assert found.shape == expected.shape
    assert np.allclose(found, expected, rtol=0, atol=1e-11)
    assert found.sum() == pytest.approx(1.0, abs=1e-13)
    assert not found.flags.writeable


def test_far_ends_of_a_chain_by_products_of_its_transitions():
    rng = np.random.default_rng(8)
    n, card = 300, 3
    names = [f"x{i}" for i in range(n)]
    steps = [rng.dirichlet(np.ones(card) * 5, size=card) for _ in range(n - 1)]
    first = rng.dirichlet(np.ones(card))
    factors = [Factor.from_table("x0", first)]
    factors += [Factor.from_table(pair, table) for pair, table in zip(pairwise(names), steps, strict=True)]
    ugm = UGM([Variable.of_size(name, card) for name in names], factors)
    between = [first[:, None] * np.linalg.multi_dot(steps[:3]), np.linalg.multi_dot(steps[3:9])]
    assert np.allclose(joint(ugm, ["x3", "x0"]), between[0].T, atol=1e-13)
    expected = between[0][:, :, None] * between[1]
    assert np.allclose(joint(ugm, ["x0", "x9", "x3"]), expected.transpose(0, 2, 1), atol=1e-13)


def test_variables_of_different_components_are_independent_and_cost_nothing():
    # The answer takes 80 kB. One clique over the four variables would take that several times.
    rng = np.random.default_rng(1)
    names = [f"x{i}" for i in range(60)]
    pairs = [Factor(names[i : i + 2], rng.normal(size=(10, 10))) for i in range(0, 60, 2)]
    ugm = UGM([Variable.of_size(name, 10) for name in names], pairs)
    found = joint(ugm, ["x0", "x5", "x1", "x9"], {"x8": 3}, max_bytes=200_000)
    one = infer(ugm, {"x8": 3})
    expected = np.einsum("ac,b,d->abcd", one.pairwise["x0", "x1"], one.marginals["x5"], one.marginals["x9"])
    assert np.allclose(found, expected, atol=1e-14)
    # Clamping cuts a chain in two.
    line = chain(5, 4)
    cut = joint(line, ["x1", "x5"], {"x3": 2})
    marginals = infer(line, {"x3": 2}).marginals
    assert np.allclose(cut, np.outer(marginals["x1"], marginals["x5"]), atol=1e-14)


def test_clamped_variables_have_axes_too():
    ugm = complete(4, 3)
    found = joint(ugm, ["x3", "x1", "x4"], {"x1": 2, "x4": 0})
    assert found.shape == (3, 3, 3)
    assert found[:, 2, 0].tolist() == pytest.approx(infer(ugm, {"x1": 2, "x4": 0}).marginals["x3"].tolist())
    assert found.sum() == found[:, 2, 0].sum()
    assert joint(ugm, ["x1"], {"x1": 1}).tolist() == [0.0, 1.0, 0.0]
    assert joint(ugm, []).shape == ()
    assert joint(ugm, "x2").tolist() == pytest.approx(infer(ugm).marginals["x2"].tolist(), rel=1e-14)


def test_a_joint_too_large_is_refused_with_its_size():
    ugm = chain(70, 2)
    with pytest.raises(TooLargeError) as caught:
        joint(ugm, ugm.names)
    text = str(caught.value)
    assert "70 variables (x1, x2, x3, x4 and 66 more) has 2^70 entries" in text
    assert "GiB are allowed" in text
    assert "Ask for fewer" in text
    assert caught.value.needed >= 8 * 2.0**70
    assert caught.value.allowed <= DEFAULT_MAX_BYTES
    with pytest.raises(TooLargeError):
        joint(chain(3, 10), ["x1", "x3"], max_bytes=500)
    huge = UGM([Variable.of_size(f"x{i}", 2) for i in range(3000)])
    with pytest.raises(TooLargeError, match=r"2\^3000 entries; finding it would take more memory than any"):
        joint(huge, huge.names)
    assert joint(huge, ["x7", "x2999"]).tolist() == [[0.25, 0.25], [0.25, 0.25]]
    with pytest.raises(ModelError, match="each variable once"):
        joint(ugm, ["x1", "x1"])
    with pytest.raises(ModelError, match="no variable called q"):
        joint(ugm, ["q"])
    with pytest.raises(EvidenceError):
        joint(ugm, ["x1"], {"x2": 5})


# --- entropy -----------------------------------------------------------------------------------------------------


def by_definition(answer):
    p = [math.exp(score - answer.log_z) for score in answer.scores.values()]
    return -math.fsum(q * math.log(q) for q in p if q > 0.0)


@settings(max_examples=300)
@given(ugms_with_evidence(max_variables=7))
def test_entropies_agree_with_enumeration(case):
    ugm, evidence = case
    answer = enumerate_ugm(ugm, dict(evidence))
    if not answer.scores:
        with pytest.raises(ZeroMassError):
            entropy(ugm, evidence)
        return
    found = entropy(ugm, evidence)
    assert found == pytest.approx(by_definition(answer), rel=1e-10, abs=1e-11)
    assert 0.0 <= found <= math.fsum(math.log(n) for n in ugm.n_states) + 1e-11


@given(ugms(wide=True, max_joint=300))
def test_entropies_of_tables_of_any_range(ugm):
    answer = enumerate_ugm(ugm)
    assume(answer.scores)
    # Scores of thousands are rounded to about 1e-12, in the oracle as here.
    assert entropy(ugm) == pytest.approx(by_definition(answer), rel=1e-9, abs=1e-9)


@given(ugms(max_joint=300), st.data())
def test_the_chain_rule_of_entropy(ugm, data):
    # H(all) = H(x) + sum_s p(x = s) H(the rest | x = s).
    assume(ugm.variables)
    assume(enumerate_ugm(ugm).scores)
    name = data.draw(st.sampled_from(ugm.names))
    p = infer(ugm).marginals[name]
    first = -sum(q * math.log(q) for q in p if q > 0)
    rest = sum(q * entropy(ugm, {name: s}) for s, q in enumerate(p) if q > 0)
    assert entropy(ugm) == pytest.approx(first + rest, rel=1e-10, abs=1e-10)


def test_entropies_known_in_closed_form():
    assert entropy(UGM([])) == 0.0
    assert entropy(UGM([], [Factor((), 800.0)])) == 0.0
    assert entropy(UGM([Variable.of_size(f"x{i}", 4) for i in range(500)])) == pytest.approx(500 * math.log(4.0))
    # A Markov chain in equilibrium: H = log 2 + (n - 1) h(p), with the binary entropy h.
    n, p = 1000, 0.01
    names = [f"x{i}" for i in range(n)]
    stay = np.log([[1 - p, p], [p, 1 - p]])
    ugm = UGM([Variable.of_size(name, 2) for name in names], [Factor(pair, stay) for pair in pairwise(names)])
    h = -p * math.log(p) - (1 - p) * math.log(1 - p)
    assert entropy(ugm) == pytest.approx(math.log(2.0) + (n - 1) * h, rel=1e-12)
    # A point mass but for e^-60: H is about 60 e^-60, far below the rounding of log Z.
    near = UGM([Variable.of_size("a", 2)], [Factor("a", [1000.0, 940.0])])
    assert entropy(near) == pytest.approx(0.0, abs=1e-15)


def test_questions_are_refused_sliced_and_cancelled():
    assert models.entropy is entropy
    assert models.joint is joint
    with pytest.raises(TooLargeError, match="largest clique"):
        entropy(complete(4, 10), max_bytes=1000)
    for make in (entropy_steps, lambda ugm, cancel: joint_steps(ugm, ["x1", "x200"], cancel=cancel)):
        cancel = CancelToken()
        steps = make(ising_grid(15, 15), cancel=cancel)
        assert next(steps) is None
        cancel.cancel()
        with pytest.raises(Cancelled):
            drain(steps)
