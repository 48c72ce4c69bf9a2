"""Do the jobs of the window answer with soft evidence in, and what do evidence sets say beside each other?

Right answers come from writing out every joint state, with the likelihoods multiplied in by hand.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given

from models import UGM, Evidence, Factor, SoftEvidence, Variable, ZeroMassError, condition, ising_grid
from models.errors import CancelToken
from models.evidence_answers import mutual_information
from models.jobs import CheckIndependence, CompareSets, Infer, Outcome, Pace, Sample, Snapshot, answer, run
from models.project_parts import EvidenceSet
from models.soft_evidence import with_soft_evidence
from tests.oracles import enumerate_ugm
from tests.strategies import soft_for, ugms_with_evidence


def multiplied(ugm, soft):
    with np.errstate(divide="ignore"):
        return UGM(ugm.variables, [*ugm.factors, *(Factor(name, np.log(values)) for name, values in soft.items())])


def dense(n):
    names = [f"x{k}" for k in range(1, n + 1)]
    rng = np.random.default_rng(0)
    pairs = [Factor(pair, rng.normal(size=(2, 2))) for pair in itertools.combinations(names, 2)]
    return UGM([Variable.of_size(name, 2) for name in names], pairs)


GRID = ising_grid(2, 3, 0.6, 0.1)
SOFT = SoftEvidence({"x3": [0.9, 0.2], "x6": [1.0, 0.0]})


def test_inference_is_of_the_model_times_the_likelihoods_and_its_prior_is_of_neither():
    evidence, query = Evidence({"x1": 1}), {"x5": 1, "x3": 0}
    report = answer(Infer(GRID, evidence, query, SOFT))
    weighed = multiplied(GRID, SOFT)
    given_, free = enumerate_ugm(weighed, evidence), enumerate_ugm(GRID)
    asked = enumerate_ugm(weighed, {**evidence, **query})
    assert report.inference.log_z == pytest.approx(given_.log_z, abs=1e-10)
    assert report.prior.log_z == pytest.approx(free.log_z, abs=1e-10)
    assert report.log_p_evidence == pytest.approx(given_.log_z - free.log_z, abs=1e-10)
    assert report.p_query == pytest.approx(math.exp(asked.log_z - given_.log_z), abs=1e-10)
    for name, right, before in zip(GRID.names, given_.marginals, free.marginals, strict=True):
        np.testing.assert_allclose(report.inference.marginals[name], right, atol=1e-10)
        np.testing.assert_allclose(report.prior.marginals[name], before, atol=1e-10)


def test_soft_evidence_alone_has_a_prior_too():
    report = answer(Infer(GRID, soft=SOFT))
    assert report.prior is not report.inference
    assert report.prior.soft == SoftEvidence()
    expected = enumerate_ugm(multiplied(GRID, SOFT)).log_z - enumerate_ugm(GRID).log_z
    assert report.log_p_evidence == pytest.approx(expected, abs=1e-10)
    # As given: likelihoods a hundred times as large make the probability of what was seen a hundred times as large.
    scaled = answer(Infer(GRID, soft=SoftEvidence({"x3": 100 * SOFT["x3"], "x6": SOFT["x6"]})))
    assert scaled.log_p_evidence == pytest.approx(expected + math.log(100), abs=1e-10)


@given(ugms_with_evidence(max_joint=200).flatmap(lambda case: soft_for(case[0]).map(lambda soft: (*case, soft))))
def test_inference_jobs_agree_with_enumeration(case):
    ugm, evidence, soft = case
    right = enumerate_ugm(multiplied(ugm, soft), dict(evidence))
    job = Infer(ugm, evidence, {}, SoftEvidence(soft))
    if not right.scores:
        with pytest.raises(ZeroMassError):
            answer(job)
        return
    report = answer(job)
    assert report.inference.log_z == pytest.approx(right.log_z, rel=1e-12, abs=1e-11)
    assert report.log_p_evidence == pytest.approx(right.log_z - enumerate_ugm(ugm).log_z, rel=1e-9, abs=1e-9)
    for name, expected in zip(ugm.names, right.marginals, strict=True):
        assert np.allclose(report.inference.marginals[name], expected, rtol=0, atol=1e-11)


def test_a_clamp_after_the_same_soft_evidence_keeps_the_product():
    answer(Infer(GRID, soft=SOFT))
    product = with_soft_evidence(GRID, SOFT)
    answer(Infer(GRID, Evidence({"x1": 0}), {}, SOFT))
    assert with_soft_evidence(GRID, SOFT) is product


def test_a_conflict_names_what_is_not_allowed():
    equal = [[0.0, -np.inf], [-np.inf, 0.0]]
    ugm = UGM([Variable(n, ("low", "high")) for n in "abc"], [Factor(("a", "b"), equal), Factor(("b", "c"), equal)])
    with pytest.raises(ZeroMassError, match=r"^a = low and c not low cannot happen together") as caught:
        answer(Infer(ugm, Evidence({"a": 0}), {}, SoftEvidence({"b": [0.5, 1.0]}).exclude("c", 0)))
    assert caught.value.conflict == ("a", "c")


@pytest.mark.parametrize("method", ["gibbs", "metropolis"])
def test_samplers_draw_from_the_model_times_the_likelihoods(method):
    # Four draws in a thousand off by more than this would be chance: 4 sigma with an effective fifth of the draws.
    ugm = ising_grid(2, 2, 0.3, 0.1)
    soft = SoftEvidence({"x2": [0.9, 0.1], "x3": [0.3, 0.6]})
    right = enumerate_ugm(multiplied(ugm, soft), {"x1": 1})
    pace, last = Pace(), None
    for payload in run(Sample(ugm, Evidence({"x1": 1}), method, 7, soft=soft), token := CancelToken(), pace):
        if isinstance(payload, Snapshot):
            last = payload.value
            if last.n_draws > 40_000:
                token.cancel()
    for name, marginal in zip(ugm.names, right.marginals, strict=True):
        np.testing.assert_allclose(last.exact[name], marginal, atol=1e-10)
        np.testing.assert_allclose(last.shares(name), marginal, atol=4 * 0.5 / math.sqrt(40_000 / 5))


def test_a_sampler_never_visits_an_excluded_state():
    ugm = ising_grid(2, 3, 0.4, 0.0)
    soft = SoftEvidence().exclude("x2", 1).exclude("x5", 0)
    soft = SoftEvidence({"x2": [1.0, 0.0], "x5": [0.0, 1.0]}) if len(soft["x5"]) != 2 else soft
    for payload in run(Sample(ugm, soft=soft), token := CancelToken(), Pace()):
        if isinstance(payload, Snapshot):
            assert payload.value.counts["x2"][1] == 0
            assert payload.value.counts["x5"][0] == 0
            if payload.value.n_draws > 1000:
                token.cancel()


SETS = (
    EvidenceSet("nothing"),
    EvidenceSet("clamped", Evidence({"x1": 1, "x4": 0})),
    EvidenceSet("soft", Evidence({"x2": 0}), SOFT),
)


def test_sets_are_compared_with_enumeration():
    report = answer(CompareSets(GRID, SETS, ("clamped", "soft")))
    free = enumerate_ugm(GRID)
    assert set(report.answers) == {"nothing", "clamped", "soft"}
    for each in SETS:
        right, said = enumerate_ugm(multiplied(GRID, each.soft), dict(each.evidence)), report.answers[each.name]
        assert said.log_z == pytest.approx(right.log_z, abs=1e-10)
        assert said.log_p_evidence == pytest.approx(right.log_z - free.log_z, abs=1e-10)
        if each.name == "nothing":
            assert said.marginals is None
            continue
        for name, marginal in zip(GRID.names, right.marginals, strict=True):
            np.testing.assert_allclose(said.marginals[name], marginal, atol=1e-10)


def test_what_is_shown_comes_first_and_the_last_snapshot_is_the_answer():
    ugm = ising_grid(2, 3, 0.61, 0.1)
    payloads = [p for p in run(CompareSets(ugm, SETS, ("soft",)), CancelToken()) if p is not None]
    *snapshots, last = payloads
    assert [list(p.value.answers) for p in snapshots] == [
        ["soft"], ["soft", "nothing"], ["soft", "nothing", "clamped"]
    ]  # fmt: skip
    assert isinstance(last, Outcome)
    again = answer(CompareSets(ugm, SETS, ("soft",)))
    assert again.answers["soft"] is last.value.answers["soft"]  # what is known is not computed again


def test_an_impossible_set_says_so_and_the_others_are_answered():
    equal = [[0.0, -np.inf], [-np.inf, 0.0]]
    ugm = UGM([Variable.of_size(n, 2) for n in "ab"], [Factor(("a", "b"), equal)])
    sets = (
        EvidenceSet("no", Evidence({"a": 0, "b": 1})),
        EvidenceSet("nor", Evidence({"a": 0}), SoftEvidence({"b": [0.0, 1.0]})),
        EvidenceSet("yes", Evidence({"a": 0, "b": 0})),
    )
    report = answer(CompareSets(ugm, sets, ("no", "yes")))
    for name in ("no", "nor"):
        assert report.answers[name].log_z == -math.inf
        assert report.answers[name].log_p_evidence == -math.inf
        assert report.answers[name].marginals is None
    assert "a = 0 and b = 1 cannot happen together" in report.answers["no"].problem
    assert report.answers["yes"].log_p_evidence == pytest.approx(math.log(0.5))


def test_sets_of_a_model_that_is_too_large_without_them():
    ugm = dense(45)
    most = {f"x{k}": 0 for k in range(1, 41)}
    sets = (EvidenceSet("most", Evidence(most)), EvidenceSet("few", Evidence({"x1": 1})))
    report = answer(CompareSets(ugm, sets, ("most", "few")))
    right = enumerate_ugm(condition(ugm, most).ugm)
    for k, marginal in enumerate(right.marginals):
        np.testing.assert_allclose(report.answers["most"].marginals[f"x{41 + k}"], marginal, atol=1e-10)
    assert report.answers["most"].log_p_evidence is None
    assert report.answers["few"].log_z is None
    assert "largest clique, 44 variables" in report.answers["few"].problem


def brute_information(ugm, a, b, evidence):
    right = enumerate_ugm(ugm, evidence)
    places = [[ugm.index(n) for n in side] for side in (a, b)]
    joint, total = {}, 0.0
    for state, score in right.scores.items():
        key = tuple(tuple(state[i] for i in side) for side in places)
        joint[key] = joint.get(key, 0.0) + math.exp(score)
        total += math.exp(score)
    first, second = {}, {}
    for (x, y), p in joint.items():
        first[x], second[y] = first.get(x, 0.0) + p / total, second.get(y, 0.0) + p / total
    return sum(p / total * math.log(p / total / first[x] / second[y]) for (x, y), p in joint.items())


@pytest.mark.parametrize(
    ("a", "b", "evidence"),
    [
        (("x1",), ("x6",), {}),
        (("x1", "x2"), ("x6",), {"x4": 1}),
        (("x1",), ("x3", "x6"), {"x2": 0}),
        (("x1", "x4"), ("x3",), {"x4": 1}),
    ],
)
def test_mutual_information_against_enumeration(a, b, evidence):
    soft = SoftEvidence({"x3": [0.9, 0.2], "x5": [0.3, 0.7]})
    report = answer(CheckIndependence(GRID, a, b, Evidence(evidence), soft))
    assert report.final
    assert not report.separation.separated
    expected = brute_information(multiplied(GRID, soft), a, b, evidence)
    assert report.mutual_information == pytest.approx(expected, abs=1e-12)
    assert expected > 1e-4


def test_separated_sets_have_no_information_on_each_other():
    report = answer(CheckIndependence(GRID, ("x1", "x4"), ("x3",), Evidence({"x2": 1, "x5": 0}), SOFT))
    assert report.separation.separated
    assert report.separation.blockers == ("x2", "x5")
    assert report.mutual_information == pytest.approx(0.0, abs=1e-14)


def test_a_variable_with_one_state_left_is_as_good_as_clamped():
    ugm = UGM(
        [Variable.of_size("a", 2), Variable.of_size("b", 3), Variable.of_size("c", 2), Variable.of_size("d", 1)],
        [Factor(("a", "b"), np.arange(6.0).reshape(2, 3)), Factor(("b", "c"), np.eye(3, 2)), Factor("d", [0.0])],
    )
    almost = answer(CheckIndependence(ugm, ("a",), ("c",), soft=SoftEvidence({"b": [0.0, 0.5, 1.0]})))
    assert not almost.separation.separated
    left = answer(CheckIndependence(ugm, ("a",), ("c",), soft=SoftEvidence({"b": [0.0, 0.5, 0.0]})))
    assert left.separation.separated
    assert left.separation.blockers == ("b",)
    assert left.separation.given == ("b", "d")
    assert left.mutual_information == pytest.approx(0.0, abs=1e-15)


def test_the_offer_is_possible_and_separates():
    equal = [[0.0, -np.inf], [-np.inf, -1.0]]
    ugm = UGM([Variable.of_size(n, 2) for n in "abc"], [Factor(("a", "b"), equal), Factor(("b", "c"), equal)])
    report = answer(CheckIndependence(ugm, ("a",), ("c",)))
    assert report.separation.separator == ("b",)
    assert report.offer == {"b": 0}
    after = answer(CheckIndependence(ugm, ("a",), ("c",), Evidence(report.offer)))
    assert after.separation.separated
    assert after.separation.blockers == ("b",)


def test_numbers_that_cannot_be_had_do_not_hide_what_the_graph_says():
    core = dense(45)
    ends = [Variable.of_size("a", 2), Variable.of_size("b", 2)]
    tails = [Factor(("a", "x1"), np.eye(2)), Factor(("b", "x45"), np.eye(2)), Factor(("b", "x44"), np.eye(2))]
    report = answer(CheckIndependence(UGM([*core.variables, *ends], [*core.factors, *tails]), ("a",), ("b",)))
    assert not report.separation.separated
    assert report.separation.separator == ("x1",)
    assert report.offer == {}
    assert report.mutual_information is None
    assert report.problem
    many = answer(CheckIndependence(ising_grid(4, 10, 0.1, 0.0), tuple(f"x{k}" for k in range(1, 19)), ("x40",)))
    assert many.mutual_information is None
    assert "too many" in many.problem
    nothing = UGM([Variable.of_size("a", 2), Variable.of_size("b", 2)], [Factor("a", [-np.inf, -np.inf])])
    assert answer(CheckIndependence(nothing, ("a",), ("b",))).separation.separated


def test_mutual_information_of_tables():
    assert mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) == pytest.approx(math.log(2))
    assert mutual_information(np.outer([0.1, 0.9], [0.3, 0.3, 0.4])) == pytest.approx(0.0, abs=1e-15)
    assert mutual_information(np.ones((1, 1))) == 0.0
