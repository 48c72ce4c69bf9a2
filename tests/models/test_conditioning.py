import math

import numpy as np
import pytest
from hypothesis import given

from models.conditioning import Evidence, check_evidence, components, condition
from models.errors import EvidenceError
from models.factor import Factor
from models.ugm import UGM, Variable
from tests.oracles import enumerate_ugm
from tests.strategies import ugms, ugms_with_evidence


def test_evidence_is_a_mapping_and_a_value():
    evidence = Evidence({"b": 1, "a": 0})
    assert list(evidence.items()) == [("b", 1), ("a", 0)]
    assert evidence == {"a": 0, "b": 1}
    assert evidence == Evidence({"a": 0, "b": 1})
    assert hash(evidence) == hash(Evidence({"a": 0, "b": 1}))
    assert evidence.clamp("a", 2)["a"] == 2
    assert evidence["a"] == 0
    assert list(evidence.release("b", "never clamped")) == ["a"]
    assert Evidence(evidence) == evidence
    assert repr(Evidence({"a": 1})) == "Evidence({'a': 1})"


def test_states_may_be_numpy_integers_but_not_fractions():
    assert type(Evidence({"a": np.int64(1)})["a"]) is int
    for wrong in (1.0, "1", None):
        with pytest.raises(EvidenceError, match="Give its number"):
            Evidence({"a": wrong})


@pytest.mark.parametrize(
    ("evidence", "message"),
    [({"q": 0}, "names q"), ({"a": 2}, "states 0 to 1"), ({"a": -1}, "cannot be clamped to -1")],
)
def test_evidence_that_does_not_fit_is_refused(evidence, message):
    ugm = UGM([Variable.of_size("a", 2)])
    with pytest.raises(EvidenceError, match=message):
        check_evidence(ugm, evidence)
    with pytest.raises(EvidenceError, match=message):
        condition(ugm, evidence)


@given(ugms_with_evidence())
def test_conditioning_keeps_the_mass_that_agrees(case):
    ugm, evidence = case
    conditioned = condition(ugm, evidence)
    whole = enumerate_ugm(ugm, dict(evidence))
    left = enumerate_ugm(conditioned.ugm)
    assert left.log_z + conditioned.log_constant == pytest.approx(whole.log_z, abs=1e-12, rel=1e-13)
    assert conditioned.ugm.names == tuple(name for name in ugm.names if name not in evidence)
    assert all(factor.scope for factor in conditioned.ugm.factors)
    if whole.marginals is not None:
        free = [i for i, name in enumerate(ugm.names) if name not in evidence]
        assert left.marginals is not None
        for place, i in enumerate(free):
            assert np.allclose(left.marginals[place], whole.marginals[i], atol=1e-12)


@given(ugms_with_evidence())
def test_conditioning_twice_is_conditioning_once(case):
    ugm, evidence = case
    names = list(evidence)
    first = {name: evidence[name] for name in names[::2]}
    second = {name: evidence[name] for name in names[1::2]}
    once = condition(ugm, evidence)
    half = condition(ugm, first)
    twice = condition(half.ugm, second)
    assert twice.ugm.variables == once.ugm.variables
    total = half.log_constant + twice.log_constant
    assert total == pytest.approx(once.log_constant, abs=1e-12) or total == once.log_constant == -math.inf
    assert enumerate_ugm(twice.ugm).log_z == pytest.approx(enumerate_ugm(once.ugm).log_z, abs=1e-12)


@given(ugms())
def test_no_evidence_changes_nothing_but_constants(ugm):
    conditioned = condition(ugm)
    assert conditioned.ugm.variables == ugm.variables
    assert conditioned.ugm.factors == tuple(factor for factor in ugm.factors if factor.scope)
    assert conditioned.log_constant == sum(float(f.log_table) for f in ugm.factors if not f.scope)
    assert conditioned.evidence == {}


@given(ugms(max_variables=8, max_joint=256))
def test_components_are_reached_from_each_other_and_nothing_else(ugm):
    near = {name: {name} for name in ugm.names}
    for a, b in ugm.edges:
        near[a].add(b)
        near[b].add(a)
    reach = {name: {name} for name in ugm.names}
    for _ in ugm.names:
        reach = {name: set().union(*(near[other] for other in seen)) for name, seen in reach.items()}
    found = components(ugm)
    assert sorted(name for part in found for name in part) == sorted(ugm.names)
    for part in found:
        assert all(reach[name] == set(part) for name in part)
        assert [ugm.index(name) for name in part] == sorted(ugm.index(name) for name in part)
    firsts = [ugm.index(part[0]) for part in found]
    assert firsts == sorted(firsts)


def test_impossible_evidence_shows_in_the_constant_when_it_can_be_seen_at_once():
    ugm = UGM([Variable.of_size("a", 2)], [Factor.from_table("a", [0.0, 1.0])])
    assert condition(ugm, {"a": 0}).log_constant == -math.inf
    assert condition(ugm, {"a": 1}).log_constant == 0.0
    assert condition(ugm, {"a": 1}).components == ()
