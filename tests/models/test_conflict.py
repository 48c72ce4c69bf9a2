"""Is the set of clamps that cannot happen together really a smallest one?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import (
    UGM,
    Cancelled,
    EvidenceError,
    Factor,
    Variable,
    ZeroMassError,
    decode,
    infer,
    joint,
    probability,
)
from models.conditioning import Evidence
from models.conflict import _Search, impossible, smallest_conflict, smallest_conflict_steps, smallest_hitting_set
from models.drawing import draw
from models.errors import CancelToken
from models.files import read_uai
from models.steps import drain
from models.support import Support
from tests.oracles import enumerate_ugm
from tests.strategies import ugms_with_evidence

EQUAL = np.array([[0.0, -np.inf], [-np.inf, 0.0]])
DIFFERENT = EQUAL[::-1]


def binary(names: str, *factors: Factor) -> UGM:
    return UGM([Variable.of_size(name, 2) for name in names], factors)


def chain_of_equals(n: int) -> UGM:
    names = [f"v{k}" for k in range(n)]
    return UGM([Variable.of_size(v, 2) for v in names], [Factor(pair, EQUAL) for pair in itertools.pairwise(names)])


def mass_is_zero(ugm: UGM, evidence: dict[str, int]) -> bool:
    return enumerate_ugm(ugm, evidence).log_z == -math.inf


def smallest_by_trying_all(ugm: UGM, evidence: dict[str, int]) -> int | None:
    """Return the size of a smallest conflict, None when the evidence is possible."""
    for size in range(len(evidence) + 1):
        for names in itertools.combinations(evidence, size):
            if mass_is_zero(ugm, {name: evidence[name] for name in names}):
                return size
    return None


@st.composite
def constraints(draw: st.DrawFn) -> tuple[UGM, dict[str, int]]:
    """Draw a model full of zeros and a state for most variables; conflicts of every size are likely."""
    n = draw(st.integers(1, 7))
    sizes = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    names = [f"v{k}" for k in range(n)]
    factors = []
    for _ in range(draw(st.integers(0, 7))):
        scope = draw(st.lists(st.integers(0, n - 1), max_size=min(n, 3), unique=True))
        shape = tuple(sizes[k] for k in scope)
        density = draw(st.sampled_from([1, 3, 9]))
        zeros = draw(st.lists(st.integers(0, density), min_size=math.prod(shape), max_size=math.prod(shape)))
        table = np.where(np.array(zeros).reshape(shape) == 0, -np.inf, 1.5)
        factors.append(Factor([names[k] for k in scope], table))
    ugm = UGM([Variable.of_size(v, size) for v, size in zip(names, sizes, strict=True)], factors)
    clamped = draw(st.permutations(names))[: draw(st.integers(0, n))]
    return ugm, {v: draw(st.integers(0, ugm.variable(v).n_states - 1)) for v in clamped}


@given(constraints())
def test_a_smallest_conflict_against_all_subsets(drawn) -> None:
    ugm, evidence = drawn
    found = smallest_conflict(ugm, evidence)
    size = smallest_by_trying_all(ugm, evidence)
    if size is None:
        assert found is None
        return
    assert len(found) == size
    assert list(found) == [name for name in evidence if name in found]  # in the order of the evidence
    assert mass_is_zero(ugm, {name: evidence[name] for name in found})


@given(ugms_with_evidence(wide=True, max_joint=200))
def test_potentials_of_any_size_are_possible(drawn) -> None:
    """Tiny is not zero: only minus infinity forbids."""
    ugm, evidence = drawn
    found = smallest_conflict(ugm, evidence)
    assert (found is None) != mass_is_zero(ugm, dict(evidence))


@pytest.mark.parametrize("largest", [1, 8, 1 << 20], ids=["by trying", "by both", "by joining"])
@given(drawn=constraints())
def test_each_way_to_decide_gives_a_joint_state_or_none(largest, drawn) -> None:
    ugm, evidence = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.support._LARGEST", largest)
        check_support(ugm, evidence)


def check_support(ugm: UGM, evidence: dict[str, int]) -> None:
    support = Support(ugm, evidence)
    states = {ugm.index(name): state for name, state in evidence.items()}
    for _ in range(2):  # the second answer comes from memory
        found = support.find(states)
        assert (found is None) == mass_is_zero(ugm, evidence)
        if found is not None:
            whole = {v.name: found.get(k, states.get(k, 0)) for k, v in enumerate(ugm.variables)}
            assert ugm.log_score(whole) > -math.inf
            assert all(found.get(v, state) == state for v, state in states.items())
    assert (support.find({}) is None) == mass_is_zero(ugm, {})


@given(constraints())
def test_a_minimal_conflict_when_the_smallest_takes_too_long(drawn) -> None:
    ugm, evidence = drawn
    search = _Search(ugm, Evidence(evidence), None)
    kept = drain(search.minimal_steps())
    assert (kept is None) != mass_is_zero(ugm, evidence)
    if kept is None:
        return
    names = search.names(kept)
    assert mass_is_zero(ugm, {name: evidence[name] for name in names})
    for left_out in names:
        assert not mass_is_zero(ugm, {name: evidence[name] for name in names if name != left_out})


@given(st.lists(st.integers(1, 255), max_size=8))
def test_hitting_sets_against_all_sets(masks) -> None:
    found = smallest_hitting_set(masks)
    assert all(found & mask for mask in masks)
    assert found.bit_count() == min(mask.bit_count() for mask in range(256) if all(mask & other for other in masks))


# --- by hand -----------------------------------------------------------------------------------------------------


def test_the_ends_of_a_chain() -> None:
    ugm = chain_of_equals(300)
    assert smallest_conflict(ugm, {"v0": 0, "v299": 1}) == ("v0", "v299")
    assert smallest_conflict(ugm, {"v299": 0, "v0": 0}) is None
    many = {f"v{k}": 0 for k in range(299)} | {"v299": 1}
    assert smallest_conflict(ugm, many) in {(f"v{k}", "v299") for k in range(299)}


def test_one_clamp_that_is_at_fault_though_a_pair_shows_it_first() -> None:
    """x = 1 needs y and z to differ, and they never do; the clamps on y and z hide it."""
    table = np.zeros((2, 2, 2))
    table[1] = DIFFERENT
    ugm = binary("xyz", Factor(("x", "y", "z"), table), Factor(("y", "z"), EQUAL))
    assert smallest_conflict(ugm, {"y": 0, "z": 1, "x": 1}) == ("x",)
    assert smallest_conflict(ugm, {"y": 0, "z": 1, "x": 0}) == ("y", "z")


def test_all_of_many_clamps() -> None:
    """An alarm that sounds only for one of twenty causes sounds, and every cause is absent: all 21 are needed."""
    names = [f"cause{k}" for k in range(20)]
    counts = [Factor(("any0", names[0]), EQUAL)]
    either = np.full((2, 2, 2), -np.inf)
    for a, b in itertools.product(range(2), repeat=2):
        either[a | b, a, b] = 0.0
    for k in range(1, 20):
        counts.append(Factor((f"any{k}", f"any{k - 1}", names[k]), either))
    ugm = UGM([Variable.of_size(v, 2) for v in (*names, *(f"any{k}" for k in range(20)))], counts)
    evidence = dict.fromkeys(names, 0) | {"any19": 1}
    assert set(smallest_conflict(ugm, evidence)) == {*names, "any19"}
    assert smallest_conflict(ugm, evidence | {"cause7": 1}) is None
    assert smallest_conflict(ugm, evidence | {"any5": 1}) == (*names[:6], "any5")


def test_the_model_itself() -> None:
    nothing = binary("ab", Factor("a", [0.0, -np.inf]), Factor("a", [-np.inf, 0.0]))
    assert smallest_conflict(nothing, {"b": 1}) == ()
    assert smallest_conflict(nothing, {}) == ()
    assert smallest_conflict(binary("a", Factor((), -np.inf)), {"a": 0}) == ()
    assert smallest_conflict(binary("a"), {"a": 0}) is None
    with pytest.raises(EvidenceError, match="z"):
        smallest_conflict(nothing, {"z": 0})


def test_work_is_bounded_and_cancelled() -> None:
    ugm = chain_of_equals(300)
    assert smallest_conflict(ugm, {"v0": 0, "v299": 1}, max_work=50) is None
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        list(smallest_conflict_steps(ugm, {"v0": 0, "v299": 1}, cancel=token))


@pytest.mark.parametrize("name", ["asia", "Promedus_24", "pedigree1"])
def test_conflicts_in_published_models_against_exact_inference(shared, name) -> None:
    """Clamp variables at random: inference says whether that is possible, and that no part of the conflict is."""
    ugm = read_uai(shared / "data" / "uai" / f"{name}.uai")
    rng = np.random.default_rng(11)

    def possible(evidence: dict[str, int]) -> bool:
        try:
            infer(ugm, evidence)
        except ZeroMassError:
            return False
        return True

    sizes = set()
    for _ in range(10):
        chosen = rng.permutation(len(ugm.names))[: rng.integers(2, min(30, len(ugm.names)))]
        evidence = {ugm.names[v]: int(rng.integers(ugm.n_states[v])) for v in chosen}
        found = smallest_conflict(ugm, evidence)
        assert (found is None) == possible(evidence)
        if found is not None:
            sizes.add(len(found))
            assert not possible({other: evidence[other] for other in found})
            for left_out in found:
                assert possible({other: evidence[other] for other in found if other != left_out})
    assert sizes  # some of these clamps do conflict


# --- words -------------------------------------------------------------------------------------------------------

LABELLED = UGM([Variable(name, ("no", "yes")) for name in ("rain", "sun", "a", "b", "c", "d", "e", "f")])


@pytest.mark.parametrize(
    ("conflict", "text"),
    [
        (("rain", "sun"), "rain = no and sun = yes cannot happen together. Release one of them."),
        (("sun",), "sun = yes cannot happen: every joint state with it has potential zero. Release it."),
        (("rain", "sun", "a"), "rain = no, sun = yes and a = yes cannot happen together. Release one of them."),
        (
            tuple(LABELLED.names),
            "rain = no, sun = yes, a = yes, b = yes, c = yes and 3 more clamped states cannot happen together. "
            "Release one of them.",
        ),
    ],
)
def test_what_is_said(conflict, text) -> None:
    evidence = dict.fromkeys(LABELLED.names, 1) | {"rain": 0}
    error = impossible(LABELLED, evidence, conflict)
    assert str(error) == text
    assert error.conflict == conflict


def test_what_is_said_of_the_model_and_of_what_is_not_known() -> None:
    for error in (impossible(LABELLED, {"a": 0}, ()), impossible(LABELLED, {}, None)):
        assert str(error).startswith("Every joint state of this model has potential zero")
        assert error.conflict == ()
    error = impossible(LABELLED, {"a": 0}, None)
    assert "agrees with the clamped states has potential zero" in str(error)
    assert error.conflict is None


# --- wherever evidence is used -----------------------------------------------------------------------------------


def test_every_question_names_the_clamps_at_fault() -> None:
    ugm = chain_of_equals(5)
    evidence = {"v1": 0, "v0": 0, "v4": 1}
    questions = [
        lambda: infer(ugm, evidence),
        lambda: decode(ugm, evidence),
        lambda: draw(ugm, 3, evidence),
        lambda: joint(ugm, ["v2", "v3"], evidence),
        lambda: probability(ugm, {"v2": 0}, evidence),
    ]
    for question in questions:
        with pytest.raises(
            ZeroMassError, match=r"^v[01] = 0 and v4 = 1 cannot happen together\. Release one of them"
        ) as e:
            question()
        assert e.value.conflict in (("v1", "v4"), ("v0", "v4"))
    assert probability(ugm, {"v4": 1}, {"v0": 0}) == 0.0
    nothing = binary("ab", Factor("a", [0.0, -np.inf]), Factor("a", [-np.inf, 0.0]))
    for evidence in ({}, {"b": 1}):
        with pytest.raises(ZeroMassError, match=r"^Every joint state of this model has potential zero") as e:
            infer(nothing, evidence)
        assert e.value.conflict == ()


def test_the_published_case_of_impossible_evidence(case, shared) -> None:
    folder, seen = shared / "cases", 0
    for check in case("rw02")["checks"]:
        if check["expect"].get("status") != "impossible":
            continue
        ugm = read_uai(folder / check["model"])
        evidence = {ugm.names[int(i)]: state for i, state in check["evidence"].items()}
        with pytest.raises(ZeroMassError) as e:
            infer(ugm, evidence)
        assert e.value.conflict is not None
        assert len(e.value.conflict) == smallest_by_trying_all(ugm, evidence)
        seen += 1
    assert seen
