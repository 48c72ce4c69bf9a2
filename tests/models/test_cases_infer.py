"""Every `infer` check of the real-world cases: the faults that other programs had do not occur here."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from models.conditioning import condition
from models.errors import ZeroMassError
from models.exact import decode, infer, joint, probability
from models.factor import Factor
from models.ugm import UGM, Variable

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "cases.json"


def all_checks() -> list[Any]:
    if not CASES.is_file():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="the reference cases are not beside this checkout"))]
    cases = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    return [
        pytest.param(case["id"], check, id=f"{case['id'].split('-')[0]}{check['id']}")
        for case in cases
        for check in case["checks"]
        if check["task"] == "infer"
    ]


def load(path: Path) -> UGM:
    if path.suffix == ".uai":
        return models.read_model(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    variables = [Variable(v["name"], v["states"]) for v in content["variables"]]
    cards = {v.name: v.n_states for v in variables}
    return UGM(
        variables,
        [
            Factor.from_table(f["scope"], np.reshape(f["table"], [cards[name] for name in f["scope"]]))
            for f in content["factors"]
        ],
    )


KNOWN = {
    "status",
    "log_z",
    "marginals",
    "map",
    "p_evidence",
    "log_p_evidence",
    "conditional_graph",
    "components",
    "treewidth",
    "joint_0_3",
    "if_scope_was_sorted_by_mistake",
    "argmax_of_each_marginal",
    "probability_of_those_argmaxes",
}


@pytest.mark.parametrize(("case", "check"), all_checks())
def test_case(case: str, check: dict[str, Any]) -> None:
    ugm = load(CASES.parent / check["model"])
    evidence = {ugm.names[int(i)]: state for i, state in check["evidence"].items()}
    expect, tol = check["expect"], check.get("tol", {})
    assert set(expect) <= KNOWN, "the check asks for something this test does not look at"
    if expect["status"] == "impossible":
        for question in (infer, decode):
            with pytest.raises(ZeroMassError):
                question(ugm, evidence)
        assert probability(ugm, evidence) == 0.0
        return
    inference = infer(ugm, evidence)
    assert inference.log_z == pytest.approx(expect["log_z"], rel=0, abs=tol.get("log_z", 1e-9))
    for i, wanted in expect["marginals"].items():
        found = inference.marginals[ugm.names[int(i)]]
        assert found == pytest.approx(wanted, rel=0, abs=tol.get("marginals", 1e-9))
    if "map" in expect:
        check_map(ugm, evidence, expect["map"], tol)
    if "p_evidence" in expect:
        assert probability(ugm, evidence) == pytest.approx(expect["p_evidence"], rel=0, abs=tol["p_evidence"])
        assert math.exp(inference.log_p_evidence) == pytest.approx(expect["p_evidence"], abs=tol["p_evidence"])
        assert inference.log_p_evidence == pytest.approx(expect["log_p_evidence"], abs=1e-9)
    left = condition(ugm, evidence)
    if "conditional_graph" in expect:
        graph = expect["conditional_graph"]
        assert [ugm.index(name) for name in left.ugm.names] == graph["nodes"]
        edges = [[ugm.index(a), ugm.index(b)] for a, b in left.ugm.edges]
        assert edges == [list(edge) for edge in graph["edges"]]
        assert models.treewidth(left.ugm).upper in [graph["treewidth"], *graph["treewidth_also_accept"]]
    if "components" in expect:
        assert len(left.components) == expect["components"]
    if "treewidth" in expect:
        assert models.treewidth(left.ugm).upper == expect["treewidth"]
    if "joint_0_3" in expect:
        table = joint(ugm, (ugm.names[0], ugm.names[3]), evidence)
        for states, p in expect["joint_0_3"].items():
            assert table[tuple(int(s) for s in states.split(","))] == pytest.approx(p, rel=0, abs=1e-9)
    if "argmax_of_each_marginal" in expect:
        tops = [int(inference.marginals[name].argmax()) for name in ugm.names]
        assert tops == expect["argmax_of_each_marginal"]
        together = probability(ugm, dict(zip(ugm.names, tops, strict=True)), evidence)
        assert together == pytest.approx(expect["probability_of_those_argmaxes"], rel=0, abs=tol["probability"])
    if "if_scope_was_sorted_by_mistake" in expect:
        wrong = expect["if_scope_was_sorted_by_mistake"]
        assert abs(inference.log_z - wrong["log_z"]) > 1e-3


def check_map(ugm: UGM, evidence: dict[str, int], expect: dict[str, Any], tol: dict[str, float]) -> None:
    found = decode(ugm, evidence)
    assert found.log_score == pytest.approx(expect["log_score"], rel=0, abs=tol.get("log_score", 1e-9))
    states = list(found.assignment.values())
    allowed = [expect["assignment"]] if "assignment" in expect else expect["any_of"]
    assert states in allowed
    assert found.ties == (len(allowed) > 1)
    if "probability" in expect:
        best = probability(ugm, found.assignment)
        assert best == pytest.approx(expect["probability"], rel=0, abs=tol["probability"])
