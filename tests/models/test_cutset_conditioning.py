"""Does summing over the states of a cutset give what the junction tree and brute force give?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import (
    UGM,
    EvidenceError,
    Factor,
    TooLargeError,
    Variable,
    ZeroMassError,
    infer,
    ising_grid,
    stacked_rbm,
)
from models.cutset_conditioning import cutset_infer_steps
from models.errors import Cancelled, CancelToken
from models.steps import Progress
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence


def check(ugm, evidence, **options):
    exact, summed = infer(ugm, evidence), infer(ugm, evidence, method="cutset", **options)
    assert summed.method == "cutset"
    assert summed.log_z == pytest.approx(exact.log_z, abs=1e-10, rel=1e-12)
    for name in ugm.names:
        assert np.abs(summed.marginals[name] - exact.marginals[name]).max() < 1e-10
    for edge in ugm.edges:
        assert np.abs(summed.pairwise[edge] - exact.pairwise[edge]).max() < 1e-10
    assert summed.log_p_evidence == pytest.approx(exact.log_p_evidence, abs=1e-10)


@given(case=ugms_with_evidence(max_variables=6, max_joint=300), data=st.data())
def test_it_equals_brute_force_whatever_is_summed_over(case, data):
    ugm, evidence = case
    chosen = data.draw(st.lists(st.sampled_from(ugm.names), unique=True)) if ugm.variables else []
    width = data.draw(st.integers(0, 2))
    expected = enumerate_ugm(ugm, evidence)
    options = {"cutset": chosen} if data.draw(st.booleans()) else {"width": width}
    if expected.log_z == -np.inf:
        with pytest.raises(ZeroMassError):
            infer(ugm, evidence, method="cutset", **options)
        return
    found = infer(ugm, evidence, method="cutset", **options)
    assert found.log_z == pytest.approx(expected.log_z, abs=1e-9, rel=1e-12)
    for name, marginal in zip(ugm.names, expected.marginals, strict=True):
        assert np.abs(found.marginals[name] - marginal).max() < 1e-9


@pytest.mark.parametrize("width", [1, 2])
def test_it_equals_the_junction_tree_on_a_lattice(width):
    check(ising_grid(4, 4), {"x5": 1}, width=width)


def test_it_equals_the_junction_tree_on_the_stacked_rbm():
    check(stacked_rbm(3), {"x1": 0})
    check(stacked_rbm(3), {"x1": 0}, cutset=["z1", "z2", "z3", "x1"])


def test_soft_evidence_counts_once():
    ugm = stacked_rbm(2)
    soft = {"x1": [0.2, 0.9], "z1": [1.0, 0.0]}
    exact, summed = infer(ugm, soft=soft), infer(ugm, method="cutset", soft=soft)
    assert summed.log_z == pytest.approx(exact.log_z, abs=1e-10)
    assert np.abs(summed.marginals["h1"] - exact.marginals["h1"]).max() < 1e-10


def test_terms_of_very_different_size():
    """Shares from e^-2000 to 1 and back, in either order."""
    variables = [Variable.of_size(name, 3) for name in "abc"]
    pull = np.array([-2000.0, 0.0, 700.0])
    factors = [Factor(("a",), pull), Factor(("a", "b"), np.add.outer(-pull, pull)), Factor(("b", "c"), np.eye(3))]
    ugm = UGM(variables, factors)
    for chosen in (["a"], ["b"], ["a", "b", "c"]):
        check(ugm, {}, cutset=chosen)


def test_impossible_states_have_no_share():
    table = np.where(np.eye(4), 0.0, -np.inf)
    ugm = UGM([Variable.of_size(name, 4) for name in "abc"], [Factor(("a", "b"), table), Factor(("b", "c"), table)])
    check(ugm, {}, cutset=["a", "c"])
    with pytest.raises(ZeroMassError):
        infer(ugm, {"a": 0, "c": 1}, method="cutset", cutset=["b"])


def test_too_many_terms_are_refused_before_anything_is_done():
    with pytest.raises(TooLargeError, match="joint states"):
        infer(ising_grid(5, 6), method="cutset", cutset=ising_grid(5, 6).names)


def test_an_unknown_name_is_refused():
    with pytest.raises(EvidenceError, match="q"):
        infer(ising_grid(2, 2), method="cutset", cutset=["q"])


def test_it_says_how_far_it_is_and_can_be_cancelled():
    cancel = CancelToken()
    names = ising_grid(4, 4).names[:8]
    steps = cutset_infer_steps(ising_grid(4, 4), cutset=names, cancel=cancel)
    progress = next(value for value in steps if isinstance(value, Progress))
    assert (progress.done, progress.total) == (64, 256)
    cancel.cancel()
    with pytest.raises(Cancelled):
        for _ in steps:
            pass


def test_impossible_evidence_is_explained_as_the_exact_method_does():
    barred = UGM(
        [Variable.of_size(name, 2) for name in "abc"],
        [Factor(("a", "b"), [[-np.inf, -np.inf], [0, 0]]), Factor(("b", "c"), [[0, 0], [0, 0]])],
    )
    for evidence in ({"a": 0, "c": 1}, {"a": 0}):
        with pytest.raises(ZeroMassError) as caught:
            infer(barred, evidence, method="cutset", cutset=["b"])
        assert caught.value.conflict == ("a",)
    nothing = UGM([Variable.of_size("a", 2)], [Factor(("a",), [-np.inf, -np.inf])])
    with pytest.raises(ZeroMassError, match="whatever is clamped"):
        infer(nothing, method="cutset", cutset=["a"])
